import * as fc from 'fast-check';
import { SpecCluster, SpecPod } from './network-policy';

/*
 * Random clusters over all that the API allows: absent against empty at every field, every operator,
 * policyTypes given and defaulted, blocks inside each other with exceptions, both families, named ports
 * that resolve differently from pod to pod, ranges at the edges, namespaces that nobody declares,
 * labels with odd but legal names. Few names of each sort, so that things meet.
 */

const NAMESPACES = ['x', 'y', 'undeclared'];
const KEYS = ['app', 'example.com/tier', 'constructor'];
const VALUES = ['a', 'b', ''];
const PORTS = [1, 53, 80, 81, 8080, 65535];
const PORT_NAMES = ['http', 'dns'];
export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const BLOCKS: [string, string[]][] = [
  ['0.0.0.0/0', ['10.0.0.0/8', '0.0.0.0/1', '255.255.255.255/32']],
  ['10.0.0.0/8', ['10.1.0.0/16', '10.0.0.1/32', '10.128.0.0/9']],
  ['10.0.0.1/32', []],
  ['10.1.0.0/16', ['10.1.0.0/24', '10.1.255.0/24']],
  ['::/0', ['2001:db8::/32', 'fd00::/8']],
  ['2001:db8::/32', ['2001:db8:1::/48']],
];

/** Addresses at the edges of those blocks, and far from them. */
export const ADDRESSES = ['0.0.0.0', '9.255.255.255', '10.0.0.1', '10.1.0.1', '10.1.1.1', '10.1.255.9', '10.200.0.1', '11.0.0.0', '255.255.255.255',
  '::', '2001:db8::1', '2001:db8:1::1', 'fd00::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];

const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 3 });

/** A field that may be absent, null or there. */
const field = <T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 3, arbitrary: value.map(v => ({ [name]: v })) },
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ [name]: null }) },
  );

const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<any> =>
  fc.tuple(...parts).map(all => Object.assign({}, ...all));

const expression = fc.oneof(
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('In', 'NotIn'), values: fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 }) }),
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);

const selector = merged(
  field('matchLabels', fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 2 })),
  field('matchExpressions', fc.array(expression, { maxLength: 2 })),
);

const namespaceSelector = fc.oneof(selector, fc.constantFrom(...NAMESPACES).map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })));

const peer = fc.oneof(
  selector.map(podSelector => ({ podSelector })),
  namespaceSelector.map(s => ({ namespaceSelector: s })),
  fc.tuple(selector, namespaceSelector).map(([podSelector, s]) => ({ podSelector, namespaceSelector: s })),
  fc.constantFrom(...BLOCKS).chain(([cidr, inside]) =>
    field('except', fc.subarray(inside)).map(except => ({ ipBlock: { cidr, ...except } }))),
);

const port = merged(
  field('protocol', fc.constantFrom(...PROTOCOLS)),
  fc.oneof(
    field('port', fc.oneof(fc.constantFrom<number | string>(...PORTS), fc.constantFrom<number | string>(...PORT_NAMES))),
    fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)).map(([a, b]) => ({ port: Math.min(a, b), endPort: Math.max(a, b) })),
  ),
);

const rule = (peers: string) => merged(
  field(peers, fc.array(peer, { maxLength: 3 })),
  field('ports', fc.array(port, { maxLength: 3 })),
);

const spec = merged(
  field('podSelector', selector),
  field('policyTypes', fc.constantFrom([], ['Ingress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress'])),
  field('ingress', fc.array(rule('from'), { maxLength: 2 })),
  field('egress', fc.array(rule('to'), { maxLength: 2 })),
);

const pod = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  ips: fc.subarray(['10.0.0.1', '10.1.1.1', '2001:db8:1::1'], { maxLength: 2 }),
  ports: fc.uniqueArray(fc.record({
    name: fc.constantFrom(...PORT_NAMES, undefined), protocol: fc.constantFrom(...PROTOCOLS, undefined), containerPort: fc.constantFrom(...PORTS),
  }), { maxLength: 3, selector: p => p.name ?? `${p.protocol}/${p.containerPort}` }),
});

/** A random cluster: valid objects, as they are applied. */
export const arbitraryCluster: fc.Arbitrary<SpecCluster> = fc.record({
  namespaces: fc.record({ x: labels, y: labels }),
  pods: fc.array(pod, { minLength: 1, maxLength: 5 }).map(pods => pods.map((p, i): SpecPod => JSON.parse(JSON.stringify({ ...p, name: `p${i}` })))),
  policies: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), spec), { maxLength: 4 }).map(policies => policies.map(([namespace, s], i) => ({
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace }, spec: s,
  }))),
});

/** The cluster as manifests. */
export function manifestsOf(cluster: SpecCluster): any[] {
  return [
    ...Object.entries(cluster.namespaces).map(([name, own]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: own } })),
    ...cluster.pods.map(({ namespace, name, labels: own, ips, ports }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, labels: own },
      // A name may stand once in a container, so each port has one of its own.
      spec: { containers: ports.map((p, i) => ({ name: `c${i}`, image: 'i', ports: [p] })) },
      status: { podIPs: ips.map(ip => ({ ip })) },
    })),
    ...cluster.policies,
  ];
}
