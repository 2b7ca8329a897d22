import { NAMESPACES, PUBLIC_ADDRESSES } from './neighbourhood';
import { LabelExpression, Peer, Port } from '../../src';
import { SpecEnd, SpecPod } from '../spec/network-policy';

/** A peer, and which pods and addresses it means, in code that shares nothing with the constructs. */
export interface PeerCase {
  readonly make: () => Peer;
  /** `home` is the namespace of the tier that uses the peer. */
  readonly holds: (end: SpecEnd, home: string) => boolean;
  /** The ports for calls that name none. */
  readonly ports?: [protocol: string, port: number][];
}

const team = (namespace: string) => NAMESPACES[namespace]?.team;
const pods = (holds: (pod: SpecPod, home: string) => boolean) => (end: SpecEnd, home: string) => 'pod' in end && holds(end.pod, home);
/** The pods here have no addresses, so a block contains none of them. */
const addresses = (holds: (ip: string) => boolean) => (end: SpecEnd) => !('pod' in end) && holds(end.ip);

/** Every factory of `Peer` except `anyOf`, which the programs call with several of these. */
export const PEERS: PeerCase[] = [
  { make: () => Peer.cidr('10.0.0.0/8'), holds: addresses(ip => ip.startsWith('10.')) },
  {
    make: () => Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }).named('office'),
    holds: addresses(ip => ip.startsWith('10.') && !ip.startsWith('10.1.')),
  },
  { make: () => Peer.cidr('2001:db8::/32'), holds: addresses(ip => ip.startsWith('2001:db8:')) },
  { make: () => Peer.anyIpv4(), holds: addresses(ip => !ip.includes(':')) },
  { make: () => Peer.anyIpv6(), holds: addresses(ip => ip.includes(':')) },
  { make: () => Peer.anyAddress(), holds: addresses(() => true) },
  { make: () => Peer.publicInternet(), holds: addresses(ip => PUBLIC_ADDRESSES.includes(ip)) },
  { make: () => Peer.anything(), holds: () => true },
  { make: () => Peer.pods({ labels: { role: 'front' } }), holds: pods((pod, home) => pod.namespace === home && pod.labels.role === 'front') },
  {
    make: () => Peer.pods({ labels: { role: 'front' }, namespace: 'y' }),
    holds: pods(pod => pod.namespace === 'y' && pod.labels.role === 'front'),
  },
  {
    make: () => Peer.pods({ matchExpressions: [LabelExpression.exists('app'), LabelExpression.isNotIn('role', ['other'])], namespaceLabels: { team: 'a' } }),
    holds: pods(pod => team(pod.namespace) === 'a' && pod.labels.app !== undefined && pod.labels.role !== 'other'),
  },
  {
    make: () => Peer.pods({ labels: { app: 'web' }, namespaceExpressions: [LabelExpression.doesNotExist('team')] }),
    holds: pods(pod => team(pod.namespace) === undefined && pod.labels.app === 'web'),
  },
  { make: () => Peer.pods({ labels: { app: 'web' }, allNamespaces: true }), holds: pods(pod => pod.labels.app === 'web') },
  { make: () => Peer.thisNamespace(), holds: pods((pod, home) => pod.namespace === home) },
  { make: () => Peer.namespace('z'), holds: pods(pod => pod.namespace === 'z') },
  { make: () => Peer.namespaces({ labels: { team: 'b' } }), holds: pods(pod => team(pod.namespace) === 'b') },
  {
    make: () => Peer.namespaces({ matchExpressions: [LabelExpression.isIn('team', ['a', 'b'])] }),
    holds: pods(pod => team(pod.namespace) !== undefined),
  },
  { make: () => Peer.allNamespaces(), holds: pods(() => true) },
  {
    make: () => Peer.clusterDns(),
    holds: pods(pod => pod.namespace === 'kube-system' && pod.labels['k8s-app'] === 'kube-dns'),
    ports: [['UDP', 53], ['TCP', 53]],
  },
  {
    make: () => Peer.clusterDns({ namespace: 'x', labels: { role: 'front' }, ports: [Port.udp(85)] }),
    holds: pods(pod => pod.namespace === 'x' && pod.labels.role === 'front'),
    ports: [['UDP', 85]],
  },
  { make: () => Peer.apiServer('10.2.0.1'), holds: addresses(ip => ip === '10.2.0.1'), ports: [['TCP', 443], ['TCP', 6443]] },
  { make: () => Peer.ingressController(), holds: pods(pod => pod.namespace === 'ingress-nginx') },
  { make: () => Peer.prometheus({ labels: { app: 'prometheus' } }), holds: pods(pod => pod.namespace === 'monitoring' && pod.labels.app === 'prometheus') },
];
