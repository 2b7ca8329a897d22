import * as fc from 'fast-check';
import { arbitraryBlock, POD_ADDRESSES } from './arbitrary-blocks';
import { SpecCluster, SpecPod } from './network-policy';

/*
 * Random clusters over everything that the API allows: absent, null and empty fields, every operator, given and
 * defaulted policyTypes, nested blocks with exceptions, both address families, named ports with different numbers in
 * different pods, ranges at the limits, undeclared and defaulted namespaces, host-network pods, unusual but legal
 * labels. There are few names of each sort, so that policies and pods match often.
 */

const NAMESPACES = ['x', 'y', 'undeclared', 'default'];
const KEYS = ['app', 'example.com/tier', 'constructor', '0'];
const VALUES = ['a', 'b', '', 'true', 'No.w_X-2'];
const PORTS = [1, 53, 80, 81, 8080, 65535];
const PORT_NAMES = ['http', 'dns'];
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

const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<any> =>
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

function clusters({ portNumber, item, value, hostNetwork }: Width): fc.Arbitrary<SpecCluster> {
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

const selectorOf = fc.record({
  matchLabels: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 1 }),
  matchExpressions: fc.array(fc.oneof(
    fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('In', 'NotIn'), values: fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }) }),
    fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  ), { maxLength: 1 }),
}, { requiredKeys: [] });
const namespacesOf = fc.oneof(selectorOf, fc.constantFrom(...NAMESPACES).map(name => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })));
const podsOf = fc.oneof(
  namespacesOf.map(namespaces => ({ namespaces })),
  fc.record({ namespaceSelector: namespacesOf, podSelector: selectorOf }).map(pods => ({ pods })),
);
const networks = fc.uniqueArray(arbitraryBlock.map(({ cidr }) => cidr), { minLength: 1, maxLength: 2 }).map(list => ({ networks: list }));
const POOLS = ['a', 'b'];
const nodesOf = fc.constantFrom({}, ...POOLS.map(pool => ({ matchLabels: { pool } }))).map(nodes => ({ nodes }));
const domains = fc.constant({ domainNames: ['example.com'] });
const portRange = fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)).filter(([a, b]) => a < b).map(([start, end]) => ({ start, end }));

/** What differs between the APIs of cluster-wide policies. */
const APIS = [
  { apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', accept: 'Accept', passes: true, nodes: true, domains: true },
  { apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', accept: 'Accept', passes: true, nodes: true, domains: true },
  { apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', accept: 'Allow', passes: true, nodes: true, domains: true },
  { apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'BaselineAdminNetworkPolicy', accept: 'Allow', passes: false, nodes: true, domains: false },
  { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ClusterNetworkPolicy', accept: 'Accept', passes: true, nodes: false, domains: false },
];

function clusterPoliciesOf(api: typeof APIS[number]): fc.Arbitrary<any> {
  const isTiered = api.kind === 'ClusterNetworkPolicy';
  const isAws = api.apiVersion.startsWith('networking.k8s.aws');
  const action = fc.constantFrom(api.accept, 'Deny', ...api.passes ? ['Pass'] : []);
  const number = fc.constantFrom(...PORTS);
  const protocol = fc.constantFrom(...PROTOCOLS);
  const port = isTiered && !isAws
    ? fc.tuple(protocol, fc.oneof(number.map(one => ({ number: one })), portRange.map(range => ({ range })))).map(([own, destinationPort]) => ({ [own.toLowerCase()]: { destinationPort } }))
    : fc.oneof(
      fc.record({ protocol, port: number }, { requiredKeys: ['port'] }).map(portNumber => ({ portNumber })),
      fc.tuple(portRange, protocol).map(([range, own]) => ({ portRange: { ...range, protocol: own } })),
    );
  const named = fc.constantFrom(...PORT_NAMES).map(name => isTiered ? { destinationNamedPort: name } : { namedPort: name });
  const ports = (own: fc.Arbitrary<object>) => fc.oneof(fc.constant({}), fc.array(own, { minLength: 1, maxLength: 2 }).map(list => ({ [isTiered && !isAws ? 'protocols' : 'ports']: list })));
  const rule = (peersField: string, peers: fc.Arbitrary<object>, own: fc.Arbitrary<object>) =>
    merged(action.map(one => ({ action: one })), fc.array(peers, { minLength: 1, maxLength: 2 }).map(list => ({ [peersField]: list })), ports(own));
  const others = fc.oneof({ weight: 5, arbitrary: networks }, ...api.nodes ? [{ weight: 4, arbitrary: nodesOf }] : [], ...api.domains ? [{ weight: 1, arbitrary: domains }] : []);
  const withNames = isAws ? port : fc.oneof({ weight: 2, arbitrary: port }, { weight: 1, arbitrary: named });
  return merged(
    isTiered ? fc.constantFrom('Admin', 'Admin', 'Baseline').map(tier => ({ tier })) : fc.constant({}),
    api.kind === 'BaselineAdminNetworkPolicy' ? fc.constant({}) : fc.nat({ max: 3 }).map(priority => ({ priority })),
    fc.oneof(podsOf, fc.constant({ namespaces: {} })).map(subject => ({ subject })),
    fc.array(rule('from', podsOf, withNames), { maxLength: 2 }).map(ingress => ({ ingress })),
    fc.array(fc.oneof({ weight: 1, arbitrary: rule('to', podsOf, withNames) }, { weight: 3, arbitrary: rule('to', fc.oneof({ weight: 1, arbitrary: podsOf }, { weight: 2, arbitrary: others }), port) }), { maxLength: 3 }).map(egress => ({ egress })),
  ).map(spec => ({ apiVersion: api.apiVersion, kind: api.kind, metadata: { name: 'default' }, spec }));
}

/** Usually the policies of a cluster are of one API. */
const clusterPolicies = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...APIS).chain(api => fc.array(clusterPoliciesOf(api), { minLength: 1, maxLength: api.kind === 'BaselineAdminNetworkPolicy' ? 1 : 4 })) },
  { weight: 2, arbitrary: fc.tuple(fc.array(clusterPoliciesOf(APIS[2]), { maxLength: 2 }), clusterPoliciesOf(APIS[3])).map(([admin, baseline]) => [...admin, baseline]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(APIS[0], APIS[1], APIS[2], APIS[4]).chain(clusterPoliciesOf), { maxLength: 4 }) },
).map(policies => policies.map((policy, i) => policy.kind === 'BaselineAdminNetworkPolicy' ? policy : { ...policy, metadata: { name: `c${i}` } }));

const nodes = fc.uniqueArray(fc.tuple(fc.constantFrom(...POOLS), fc.constantFrom('172.18.0.2', '172.18.0.3', 'fd00:1::2', POD_ADDRESSES[0])), { maxLength: 2, selector: ([, ip]) => ip })
  .map(list => list.map(([pool, ip]) => ({ labels: { pool }, ips: [ip] })));

/** A random cluster with cluster-wide policies of every API, and with nodes. */
export const arbitraryTieredCluster: fc.Arbitrary<SpecCluster> = fc.tuple(clusters({
  portNumber: fc.constantFrom(...PORTS), item: item => item, value: fc.constantFrom(...VALUES), hostNetwork: fc.constantFrom(undefined, undefined, true),
}), clusterPolicies, nodes).map(([cluster, own, ownNodes]) => ({ ...cluster, clusterPolicies: own, nodes: ownNodes }));

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
