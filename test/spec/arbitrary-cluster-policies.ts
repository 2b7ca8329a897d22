import * as fc from 'fast-check';
import { arbitraryBlock, POD_ADDRESSES } from './arbitrary-blocks';
import { clusters, KEYS, merged, NAMESPACES, PORT_NAMES, PORTS, PROTOCOLS, VALUES } from './arbitrary-cluster';
import { SpecCluster } from './network-policy';

/*
 * Random clusters with cluster-wide policies of every API, over everything that the APIs allow: tiers, equal priorities, passing rules, networks, nodes
 * with and without Nodes, domain names, and ports by number, range and name.
 */

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
  const destination = fc.oneof(number.map(one => ({ number: one })), portRange.map(range => ({ range })));
  const port = isTiered && !isAws
    ? fc.tuple(protocol, destination).map(([own, destinationPort]) => ({ [own.toLowerCase()]: { destinationPort } }))
    : fc.oneof(
      fc.record({ protocol, port: number }, { requiredKeys: ['port'] }).map(portNumber => ({ portNumber })),
      fc.tuple(portRange, protocol).map(([range, own]) => ({ portRange: { ...range, protocol: own } })),
    );
  const named = fc.constantFrom(...PORT_NAMES).map(name => isTiered ? { destinationNamedPort: name } : { namedPort: name });
  const ports = (own: fc.Arbitrary<object>) => fc.oneof(fc.constant({}), fc.array(own, { minLength: 1, maxLength: 2 }).map(list => ({ [isTiered && !isAws ? 'protocols' : 'ports']: list })));
  const rule = (peersField: string, peers: fc.Arbitrary<object>, own: fc.Arbitrary<object>) =>
    merged(action.map(one => ({ action: one })), fc.array(peers, { minLength: 1, maxLength: 2 }).map(list => ({ [peersField]: list })), ports(own));
  const others = fc.oneof(
    { weight: 5, arbitrary: networks },
    ...api.nodes ? [{ weight: 4, arbitrary: nodesOf }] : [], ...api.domains ? [{ weight: 1, arbitrary: domains }] : [],
  );
  const withNames = isAws ? port : fc.oneof({ weight: 2, arbitrary: port }, { weight: 1, arbitrary: named });
  return merged(
    isTiered ? fc.constantFrom('Admin', 'Admin', 'Baseline').map(tier => ({ tier })) : fc.constant({}),
    api.kind === 'BaselineAdminNetworkPolicy' ? fc.constant({}) : fc.nat({ max: 3 }).map(priority => ({ priority })),
    fc.oneof(podsOf, fc.constant({ namespaces: {} })).map(subject => ({ subject })),
    fc.array(rule('from', podsOf, withNames), { maxLength: 2 }).map(ingress => ({ ingress })),
    fc.array(fc.oneof({ weight: 1, arbitrary: rule('to', podsOf, withNames) }, { weight: 3, arbitrary: rule('to', fc.oneof({ weight: 1, arbitrary: podsOf }, { weight: 2, arbitrary: others }), port) }), { maxLength: 3 }).map(egress => ({ egress })),
  ).map(spec => ({ apiVersion: api.apiVersion, kind: api.kind, metadata: { name: 'default' }, spec }));
}

const adminAndBaseline = fc.tuple(fc.array(clusterPoliciesOf(APIS[2]), { maxLength: 2 }), clusterPoliciesOf(APIS[3]));

/** Usually the policies of a cluster are of one API. */
const clusterPolicies = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...APIS).chain(api => fc.array(clusterPoliciesOf(api), { minLength: 1, maxLength: api.kind === 'BaselineAdminNetworkPolicy' ? 1 : 4 })) },
  { weight: 2, arbitrary: adminAndBaseline.map(([admin, baseline]) => [...admin, baseline]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(APIS[0], APIS[1], APIS[2], APIS[4]).chain(clusterPoliciesOf), { maxLength: 4 }) },
).map(policies => policies.map((policy, i) => policy.kind === 'BaselineAdminNetworkPolicy' ? policy : { ...policy, metadata: { name: `c${i}` } }));

const nodes = fc.uniqueArray(fc.tuple(fc.constantFrom(...POOLS), fc.constantFrom('172.18.0.2', '172.18.0.3', 'fd00:1::2', POD_ADDRESSES[0])), { maxLength: 2, selector: ([, ip]) => ip })
  .map(list => list.map(([pool, ip]) => ({ labels: { pool }, ips: [ip] })));

/** A random cluster with cluster-wide policies of every API, and with nodes. */
export const arbitraryTieredCluster: fc.Arbitrary<SpecCluster> = fc.tuple(clusters({
  portNumber: fc.constantFrom(...PORTS),
  item: item => item,
  value: fc.constantFrom(...VALUES),
  hostNetwork: fc.constantFrom(undefined, undefined, true),
}), clusterPolicies, nodes).map(([cluster, own, ownNodes]) => ({ ...cluster, clusterPolicies: own, nodes: ownNodes }));
