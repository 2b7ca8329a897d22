import { object, serviceOf } from './found';
import { Reachability } from '../../src/evaluator/reachability';
import { formatWithoutPlace } from '../../src/findings/finding';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { lint } from '../../src/lint/lint';
import { deployment, labelled, pod, policy, podOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* NP160 and NP161: what the stated network plugin does not enforce, or does differently. */

function found(plugin: string | undefined, objects: readonly object[], podCidr?: string): string[] {
  const cluster = clusterOfObjects(objects, {
    namespaces: [],
    plugin: plugin === undefined ? undefined : readNetworkPlugin(plugin) as NetworkPlugin,
    podCidrs: podCidr === undefined ? [] : [parseCidr(podCidr) as Cidr],
  });
  return lint([{ cluster, resources: [], reach: () => new Reachability(cluster) }]).findings.filter(({ code }) => code === 'NP160' || code === 'NP161').map(formatWithoutPlace);
}

const WEB = deployment('app/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] });
/** A policy for namespace app with one rule. */
const into = (ports: object[] | undefined, from?: object[], name = 'app/in') => policy(name, { podSelector: {}, ingress: [{ from, ports }] });
const block = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, except } });
const RANGE = into([{ port: 80, endPort: 90 }]);

test('Cilium ignores endPort before 1.17', () => {
  expect(found('cilium@1.16', [RANGE])).toEqual([
    'error NP160: app/in spec.ingress[0].ports[0] has endPort, but cilium@1.16 ignores endPort, so the rule has its first port only; use cilium@1.17 or later, or write each port',
  ]);
  for (const plugin of ['cilium@1.17', 'cilium', 'calico', undefined]) { expect(found(plugin, [RANGE])).toEqual([]); }
  expect(found('cilium@1.16', [into([{ port: 80 }, { protocol: 'UDP' }, { port: 'http' }]), WEB])).toEqual([]);
});

test('rules for SCTP are a problem of kube-router and of older versions of Cilium', () => {
  const sctp = policy('app/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }] });
  expect(found('kube-router', [sctp])).toEqual([
    'error NP160: app/out spec.egress[0].ports[0] is for SCTP, but kube-router does not support rules for SCTP; leave the protocol out of the rule, or use another plugin',
  ]);
  expect(found('cilium@1.14', [sctp])).toEqual([expect.stringMatching(/^warning NP161/)]);
  expect(found('kube-router', [into([{ port: 80 }])])).toEqual([]);
});

test('Weave cannot read a named port', () => {
  expect(found('weave', [WEB, into([{ port: 'http' }, { port: 80 }])])).toEqual([
    "error NP160: app/in spec.ingress[0].ports[0] names a port, but weave cannot read a policy with a named port; write the number of the container's port",
  ]);
});

test('a plugin that enforces no policy is one finding, however many policies there are', () => {
  expect(found('flannel', [RANGE, into(undefined, undefined, 'app/second')])).toEqual([
    'error NP160: the input has 2 NetworkPolicies, but flannel enforces no NetworkPolicy, unless its chart is installed with netpol.enabled; use a plugin that enforces NetworkPolicies',
  ]);
  expect(found('kindnet@1.2', [RANGE])).toEqual(['error NP160: app/in is a NetworkPolicy, but kindnet@1.2 enforces no NetworkPolicy; use kindnet@1.3.0 or later']);
  expect(found('kindnet', [RANGE])).toEqual([]);
  expect(found('flannel', [WEB])).toEqual([]);
});

describe('for Cilium, a block never matches a pod', () => {
  const web = pod('app/web', { app: 'web' }, { ips: ['10.0.2.84'] });

  test('and a block with the address of a declared pod, or with those of stated blocks, is found', () => {
    expect(found('cilium', [web, into(undefined, [block('10.0.2.0/24')])])).toEqual([
      'warning NP161: app/in spec.ingress[0].from[0] has the address of app/web[Pod], but cilium matches a pod by its labels only, so an ipBlock never matches it, even if it has the address; '
      + 'select pods by their labels, and leave blocks to addresses outside of the cluster',
    ]);
    expect(found('gke-dataplane-v2', [into(undefined, [block('10.0.0.0/8')])], '10.244.0.0/16')[0]).toContain('has addresses of pods (10.244.0.0/16), but gke-dataplane-v2');
  });

  test.each<[string, object[], string | undefined]>([
    ['the block has no address of a pod', [web, into(undefined, [block('10.0.3.0/24')])], undefined],
    ['the addresses are excepted', [web, into(undefined, [block('0.0.0.0/0', ['10.0.0.0/8'])])], undefined],
    ['it has a part of the stated block', [into(undefined, [block('10.244.1.0/24')])], '10.244.0.0/16'],
    ['no address is known', [WEB, into(undefined, [block('0.0.0.0/0')])], undefined],
    ["the pod is on its node's network", [pod('app/web', {}, { ips: ['10.0.2.84'], hostNetwork: true }), into(undefined, [block('10.0.2.0/24')])], undefined],
  ])('but not if %s', (_, objects, podCidr) => {
    expect(found('cilium', objects, podCidr)).toEqual([]);
  });

  test('while Calico matches it, as the API says', () => {
    expect(found('calico', [web, into(undefined, [block('10.0.2.0/24')])])).toEqual([]);
  });
});

describe('the AWS VPC CNI', () => {
  test('enforces the rules of one address family', () => {
    const both = [into(undefined, [block('10.0.0.0/8')]), into(undefined, [block('fd00::/8')], 'app/six')];
    expect(found('aws-vpc-cni', both)).toEqual([
      'error NP160: app/six spec.ingress[0].from[0] has a block of IPv6, and other rules have blocks of IPv4, but aws-vpc-cni enforces the rules of one address family only, that of the cluster, '
      + 'and ignores those of the other; write blocks of the family of the cluster only',
    ]);
    for (const one of both) { expect(found('aws-vpc-cni', [one])).toEqual([]); }
  });

  test('enforces nothing for a pod without an owner', () => {
    expect(found('aws-vpc-cni', [pod('app/bare', { app: 'bare' }), RANGE])).toEqual([
      'error NP160: a policy selects app/bare[Pod], which has no owner, but aws-vpc-cni enforces no policy for a pod without an owner, such as a Deployment; let a Deployment or another workload make the pod',
    ]);
    expect(found('aws-vpc-cni', [podOf('set', 'app/set-0', { app: 'set' }), WEB, RANGE])).toEqual([]);
    expect(found('aws-vpc-cni', [pod('other/bare', { app: 'bare' }), RANGE])).toEqual([]);
  });

  test('needs a Service to have the port of its containers', () => {
    expect(found('aws-vpc-cni', [WEB, RANGE, serviceOf('app/web', 'web', [{ port: 8080, targetPort: 80 }])])).toEqual([
      'warning NP161: Service app/web has another port than its containers, but aws-vpc-cni needs a Service to have the port of its containers; give the Service the port of the containers',
    ]);
    expect(found('aws-vpc-cni', [
      WEB, RANGE, serviceOf('app/same', 'web', [{ port: 80 }]), serviceOf('other/web', 'web', [{ port: 8080, targetPort: 80 }]),
      object('v1', 'Service', 'app/none', { spec: { ports: [{ port: 8080, targetPort: 80 }] } }),
      object('v1', 'Service', 'app/headless', { spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 80 }] } }),
    ])).toEqual([]);
  });

  test('enforces nothing before 1.14', () => {
    expect(found('aws-vpc-cni@1.13', [into([{ port: 80 }])])).toEqual([expect.stringContaining('aws-vpc-cni@1.13 enforces no NetworkPolicy; use aws-vpc-cni@1.14 or later')]);
  });
});

test('a policy that no such fact is about has no finding', () => {
  const plain = policy('app/plain', { podSelector: labelled({ app: 'web' }), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }], egress: [{}] });
  for (const plugin of ['cilium@1.14', 'aws-vpc-cni', 'kube-router', 'weave', 'antrea', 'ovn-kubernetes']) { expect(found(plugin, [WEB, plain])).toEqual([]); }
});
