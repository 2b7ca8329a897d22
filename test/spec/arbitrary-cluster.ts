import * as fc from 'fast-check';
import { arbitraryBlock, POD_ADDRESSES } from './arbitrary-blocks';
import { SpecCluster, SpecPod } from './network-policy';

/*
 * Random clusters over everything that the API allows: absent, null and empty fields, every operator, given and
 * defaulted policyTypes, nested blocks with exceptions, both address families, named ports with different numbers in
 * different pods, ranges at the limits, undeclared and defaulted namespaces, host-network pods, unusual but legal
 * labels. There are few names of each sort, so that policies and pods match often.
 */

export const NAMESPACES = ['x', 'y', 'undeclared', 'default'];
export const KEYS = ['app', 'example.com/tier', 'constructor', '0'];
export const VALUES = ['a', 'b', '', 'true', 'No.w_X-2'];
export const PORTS = [1, 53, 80, 81, 8080, 65535];
export const PORT_NAMES = ['http', 'dns'];
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Addresses inside and next to the blocks, and the first and last of each family. */
export const ADDRESSES = ['0.0.0.0', '9.255.255.255', '10.0.0.1', '10.1.0.1', '10.1.1.1', '10.1.255.9', '10.200.0.1', '11.0.0.0', '255.255.255.255',
  '::', '2001:db8::1', '2001:db8:1::1', 'fd00::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];

/** A field that may be absent, null or set. */
const field = <T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 3, arbitrary: value.map(v => ({ [name]: v })) },
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ [name]: null }) },
  );

export const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<any> =>
  fc.tuple(...parts).map(all => Object.assign({}, ...all));

const nothing = (...names: string[]) => fc.subarray(names).map(chosen => Object.fromEntries(chosen.map(name => [name, null])));

/** How wide the range of clusters is. The tests differ in what they can use. */
interface Width {
  readonly portNumber: fc.Arbitrary<number>;
  /** An item of a list. The API server reads null as an empty object. */
  readonly item: (item: fc.Arbitrary<object>) => fc.Arbitrary<object | null>;
  /** The value of a label, in objects and in selectors. */
  readonly value: fc.Arbitrary<string | null>;
  readonly hostNetwork: fc.Arbitrary<boolean | undefined>;
}

export function clusters({ portNumber, item, value, hostNetwork }: Width): fc.Arbitrary<SpecCluster> {
  const labels = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 3 });
  const expression = fc.oneof(
    fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('In', 'NotIn'), values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
    merged(fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }), field('values', fc.constant([]))),
  );
  const selector = merged(
    field('matchLabels', fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 2 })),
    field('matchExpressions', fc.array(expression, { maxLength: 2 })),
  );
  const byName = fc.oneof(
    fc.constantFrom(...NAMESPACES).map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
    fc.subarray(NAMESPACES, { minLength: 1 }).chain(values => fc.constantFrom('In', 'NotIn').map(operator =>
      ({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator, values }] }))),
  );
  const namespaceSelector = fc.oneof({ weight: 2, arbitrary: selector }, { weight: 1, arbitrary: byName });
  const peer = fc.oneof(
    merged(nothing('namespaceSelector', 'ipBlock'), selector.map(podSelector => ({ podSelector }))),
    merged(nothing('podSelector', 'ipBlock'), namespaceSelector.map(s => ({ namespaceSelector: s }))),
    fc.tuple(selector, namespaceSelector).map(([podSelector, s]) => ({ podSelector, namespaceSelector: s })),
    merged(nothing('podSelector', 'namespaceSelector'), arbitraryBlock.chain(({ cidr, except }) => field('except', fc.constant(except)).map(holes => ({ ipBlock: { cidr, ...holes } })))),
  );
  const pod = fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    labels,
    ips: fc.subarray(POD_ADDRESSES, { maxLength: 2 }),
    ports: fc.uniqueArray(fc.record({
      name: fc.constantFrom(...PORT_NAMES, undefined), protocol: fc.constantFrom(...PROTOCOLS, undefined), containerPort: fc.constantFrom(...PORTS),
    }), { maxLength: 3, selector: p => `${p.name}/${p.protocol}/${p.containerPort}` }),
    hostNetwork,
  });
  const port = merged(
    field('protocol', fc.constantFrom(...PROTOCOLS)),
    fc.oneof(
      field('port', fc.oneof<fc.Arbitrary<number | string>[]>(portNumber, fc.constantFrom(...PORT_NAMES))),
      fc.tuple(portNumber, portNumber).map(([a, b]) => ({ port: Math.min(a, b), endPort: Math.max(a, b) })),
      portNumber.map(number => ({ port: number, endPort: null })),
    ),
  );
  const rule = (peers: string) => item(merged(
    field(peers, fc.array(peer, { maxLength: 3 })),
    field('ports', fc.array(item(port), { maxLength: 3 })),
  ));
  const spec = merged(
    field('podSelector', selector),
    field('policyTypes', fc.constantFrom([], ['Ingress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress'])),
    field('ingress', fc.array(rule('from'), { maxLength: 2 })),
    field('egress', fc.array(rule('to'), { maxLength: 2 })),
  );
  const policy = fc.tuple(fc.constantFrom(...NAMESPACES), spec, fc.boolean());
  return fc.record({
    namespaces: fc.record({ x: labels, y: labels }),
    pods: fc.array(pod, { minLength: 1, maxLength: 5 }).map(pods => pods.map((p, i): SpecPod => JSON.parse(JSON.stringify({ ...p, name: `p${i}` })))),
    policies: fc.array(policy, { maxLength: 4 }).map(policies => policies.map(([namespace, s, written], i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      // An object without a namespace is in `default`.
      metadata: { name: `np${i}`, ...written || namespace !== 'default' ? { namespace } : {} },
      spec: s,
    }))),
  });
}

/** A random cluster of valid objects, as a user applies them, with ports from PORTS. */
export const arbitraryCluster = clusters({
  portNumber: fc.constantFrom(...PORTS), item: item => item, value: fc.constantFrom(...VALUES), hostNetwork: fc.constant(undefined),
});

/** A random cluster with everything above: also any port, null items and label values, and host-network pods. */
export const anyCluster = clusters({
  portNumber: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PORTS) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 65535 }) }),
  item: item => fc.option(item, { freq: 15 }),
  value: fc.option(fc.constantFrom(...VALUES), { freq: 15 }),
  hostNetwork: fc.constantFrom(undefined, false, false, true),
});

/** The manifests of a cluster. */
export function manifestsOf(cluster: SpecCluster): any[] {
  return [
    ...Object.entries(cluster.namespaces).map(([name, own]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: own } })),
    ...cluster.pods.map(({ namespace, name, labels: own, ips, ports, hostNetwork }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, labels: own },
      // Port names are unique within a container, so each port has a container of its own.
      spec: { ...hostNetwork === undefined ? {} : { hostNetwork }, containers: ports.map((p, i) => ({ name: `c${i}`, image: 'i', ports: [p] })) },
      status: { podIPs: ips.map(ip => ({ ip })) },
    })),
    ...(cluster.nodes ?? []).map(({ labels: own, ips }, i) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n${i}`, labels: own },
      status: { addresses: [...ips.map(address => ({ type: 'InternalIP', address })), { type: 'Hostname', address: `n${i}` }] },
    })),
    ...cluster.policies,
    ...cluster.clusterPolicies ?? [],
  ];
}
