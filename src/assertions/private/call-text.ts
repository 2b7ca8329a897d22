import { EdgeEnd } from '../../constructs/network';
import { Peer } from '../../constructs/peer';
import { LabelSelector, NAMESPACE_NAME_LABEL, NetworkPolicyPeer } from '../../k8s/objects';
import { PortQuery } from '../../query/ports';

/* Arguments of calls as TypeScript. */

/** A string. */
export function text(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** The ports of a call. Undefined means every port. */
export function portCalls(ports: readonly PortQuery[] | undefined): string[] {
  return ports === undefined ? ['Port.all()'] : ports.map(portCall);
}

function portCall(port: PortQuery): string {
  const { protocol } = port;
  const factory = `Port.${protocol.toLowerCase()}`;
  if ('name' in port) { return `Port.named(${text(port.name)}${protocol === 'TCP' ? '' : `, Protocol.${protocol}`})`; }
  if (port.first === 1 && port.last === 65535) { return `Port.all${protocol[0]}${protocol.slice(1).toLowerCase()}()`; }
  return port.first === port.last ? `${factory}(${port.first})` : `${factory}Range(${port.first}, ${port.last})`;
}

/** The options that select pods: `labels: { app: 'db' }`. */
export function podOptions(selector: LabelSelector, [labels, expressions] = ['labels', 'matchExpressions']): string[] {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const pairs = Object.keys(matchLabels).sort().map(key => `${/^[A-Za-z_]\w*$/.test(key) ? key : text(key)}: ${text(matchLabels[key])}`);
  const requirements = matchExpressions.map(({ key, operator, values = [] }) => {
    const list = `[${values.map(text).join(', ')}]`;
    switch (operator) {
      case 'In': return `LabelExpression.isIn(${text(key)}, ${list})`;
      case 'NotIn': return `LabelExpression.isNotIn(${text(key)}, ${list})`;
      case 'Exists': return `LabelExpression.exists(${text(key)})`;
      case 'DoesNotExist': return `LabelExpression.doesNotExist(${text(key)})`;
    }
  });
  return [
    ...pairs.length === 0 ? [] : [`${labels}: { ${pairs.join(', ')} }`],
    ...requirements.length === 0 ? [] : [`${expressions}: [${requirements.join(', ')}]`],
  ];
}

/** The factories that say in a word what their peers select. */
const WORDS: readonly (readonly [string, () => Peer])[] = [
  ['Peer.anything()', () => Peer.anything()],
  ['Peer.publicInternet()', () => Peer.publicInternet()],
  ['Peer.clusterDns()', () => Peer.clusterDns()],
  ['Peer.anyAddress()', () => Peer.anyAddress()],
  ['Peer.anyIpv4()', () => Peer.anyIpv4()],
  ['Peer.anyIpv6()', () => Peer.anyIpv6()],
];

/** The call that makes the peer at an end of an edge: a part of the platform by its name, which has its ports too, and else what it selects. */
export function endCall(end: EdgeEnd): string {
  return platformCall(end) ?? peerCall(end.peers(''));
}

/** The call for a part of the platform. Undefined for any other peer, and for one whose name or ports the program has changed. */
export function platformCall(end: EdgeEnd): string | undefined {
  const addresses = (end.peers('') ?? []).flatMap(({ ipBlock }) => ipBlock === undefined ? [] : [ipBlock.cidr.replace(/\/32$|(?<=:.*)\/128$/, '')]);
  const list = `[${addresses.map(text).join(', ')}]`;
  const calls: readonly (readonly [string, () => Peer])[] = [
    ['Peer.clusterDns()', () => Peer.clusterDns()],
    ['Peer.nodeLocalDns()', () => Peer.nodeLocalDns()],
    ['Peer.ingressController()', () => Peer.ingressController()],
    ['Peer.prometheus()', () => Peer.prometheus()],
    ['Peer.webhookCallers({ konnectivity: true })', () => Peer.webhookCallers({ konnectivity: true })],
    ...addresses.length === 0 ? [] : [
      [`Peer.apiServer(${text(addresses[0])})`, () => Peer.apiServer(addresses[0])],
      [`Peer.nodes(${list})`, () => Peer.nodes(addresses)],
      [`Peer.nodeLocalDns(${list})`, () => Peer.nodeLocalDns(addresses)],
      [`Peer.webhookCallers({ addresses: ${list} })`, () => Peer.webhookCallers({ addresses })],
      [`Peer.webhookCallers({ addresses: ${list}, konnectivity: true })`, () => Peer.webhookCallers({ addresses, konnectivity: true })],
    ] as const,
  ];
  return calls.find(([, make]) => isSame(make()._edgeEnds[0], end))?.[0];
}

function isSame(a: EdgeEnd, b: EdgeEnd): boolean {
  const ports = (end: EdgeEnd) => JSON.stringify(end.ports()?.map(port => port._toPolicyPort()));
  return a.key === b.key && ports(a) === ports(b);
}

/** The call that makes a peer of these entries of a rule. Undefined entries mean everything. */
export function peerCall(peers: readonly NetworkPolicyPeer[] | undefined): string {
  const key = (some: readonly NetworkPolicyPeer[] | undefined) => JSON.stringify(some ?? null);
  const word = WORDS.find(([, make]) => key(make()._edgeEnds[0].peers('')) === key(peers));
  if (word !== undefined) { return word[0]; }
  const calls = peers!.map(singlePeerCall);
  return calls.length === 1 ? calls[0] : `Peer.anyOf([${calls.join(', ')}])`;
}

function singlePeerCall({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): string {
  if (ipBlock !== undefined) {
    const excluding = ipBlock.except === undefined ? '' : `, { excluding: [${ipBlock.except.map(text).join(', ')}] }`;
    return `Peer.cidr(${text(ipBlock.cidr)}${excluding})`;
  }
  const pods = podOptions(podSelector ?? {});
  if (namespaceSelector === undefined) { return pods.length === 0 ? 'Peer.thisNamespace()' : `Peer.pods({ ${pods.join(', ')} })`; }
  const namespaces = podOptions(namespaceSelector, ['namespaceLabels', 'namespaceExpressions']);
  const { [NAMESPACE_NAME_LABEL]: name, ...others } = namespaceSelector.matchLabels ?? {};
  const isNamed = name !== undefined && Object.keys(others).length + (namespaceSelector.matchExpressions?.length ?? 0) === 0;
  if (pods.length > 0) {
    const where = isNamed ? [`namespace: ${text(name)}`] : namespaces.length === 0 ? ['allNamespaces: true'] : namespaces;
    return `Peer.pods({ ${[...pods, ...where].join(', ')} })`;
  }
  if (isNamed) { return `Peer.namespace(${text(name)})`; }
  return namespaces.length === 0 ? 'Peer.allNamespaces()' : `Peer.namespaces({ ${podOptions(namespaceSelector).join(', ')} })`;
}
