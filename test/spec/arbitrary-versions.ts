import * as fc from 'fast-check';
import { SpecLabels, SpecPod } from './network-policy';

/*
 * Random pairs of versions of a cluster. Each object is in both versions as it is, in one of them, or in both with a difference. There are few names of each
 * sort, so that a specification can try everything that policies tell apart.
 */

/** A cluster as a user applies it. */
export interface SpecVersion {
  namespaces: Record<string, SpecLabels>;
  pods: SpecPod[];
  policies: any[];
  clusterPolicies: any[];
}

export interface VersionPair { before: SpecVersion; after: SpecVersion }

const NAMESPACES = ['x', 'y', 'used'];
const KEYS = ['app', 'tier'];
const VALUES = ['a', 'b'];
const NAME = 'kubernetes.io/metadata.name';

const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 2 });
const team = fc.dictionary(fc.constantFrom('team'), fc.constantFrom('a', 'b'), { maxKeys: 1 });

const selector = (keys: string[]) => fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...VALUES)).map(([key, value]) => ({ matchLabels: { [key]: value } })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...keys), fc.constantFrom('NotIn', 'In'), fc.subarray(VALUES, { minLength: 1 })).map(([key, operator, values]) => ({ matchExpressions: [{ key, operator, values }] })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...keys), fc.constantFrom('Exists', 'DoesNotExist')).map(([key, operator]) => ({ matchExpressions: [{ key, operator }] })) },
  {
    weight: 1,
    arbitrary: fc.record({ app: fc.constantFrom(...VALUES), tier: fc.constantFrom(...VALUES) })
      .map(matchLabels => keys === KEYS ? { matchLabels } : {}),
  },
);
const podSelector = selector(KEYS);
const namespaceSelector = fc.oneof(selector(['team']), fc.constantFrom(...NAMESPACES).map(name => ({ matchLabels: { [NAME]: name } })));

const block = fc.constantFrom<object>(
  { cidr: '0.0.0.0/0' }, { cidr: '10.0.0.0/8' }, { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, { cidr: '10.1.0.0/16' }, { cidr: '10.0.0.1/32' }, { cidr: '::/0' },
);
const peer = fc.oneof(
  podSelector.map(own => ({ podSelector: own })),
  namespaceSelector.map(own => ({ namespaceSelector: own })),
  fc.tuple(podSelector, namespaceSelector).map(([own, spaces]) => ({ podSelector: own, namespaceSelector: spaces })),
  block.map(ipBlock => ({ ipBlock })),
);
const port = fc.oneof(
  fc.constantFrom<object>({ port: 80 }, { port: 80, endPort: 90 }, { port: 81 }, { protocol: 'UDP' }, { port: 53, protocol: 'UDP' }, { port: 1, endPort: 80 }),
  fc.constantFrom<object>({ port: 'http' }, { port: 'web' }),
);
const rule = (peers: string) => fc.record({
  [peers]: fc.array(peer, { minLength: 1, maxLength: 2 }),
  ports: fc.array(port, { minLength: 1, maxLength: 2 }),
}, { requiredKeys: [] });

const spec = fc.record({
  podSelector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule('from'), { maxLength: 2 }),
  egress: fc.array(rule('to'), { maxLength: 2 }),
}, { requiredKeys: ['podSelector'] });

/** An object in each version, undefined where it is absent. */
function inVersions<T extends object>(object: fc.Arbitrary<T>): fc.Arbitrary<[T | undefined, T | undefined]> {
  return fc.oneof(
    { weight: 4, arbitrary: object.map((one): [T, T] => [one, one]) },
    { weight: 1, arbitrary: object.map((one): [T, undefined] => [one, undefined]) },
    { weight: 1, arbitrary: object.map((one): [undefined, T] => [undefined, one]) },
    {
      weight: 3,
      arbitrary: fc.tuple(object, object, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
        .map(([one, other, choices]): [T, T] => [one, mixed(one, other, choices)]),
    },
  );
}

/** Some fields of the one, and the rest of the other. */
function mixed<T extends object>(one: T, other: T, choices: boolean[]): T {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  const chosen = [...fields].map((field, i) => [field, choices[i] ? (other as any)[field] : (one as any)[field]]);
  return Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) as T;
}

const pod = fc.record({
  labels,
  ips: fc.oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.constantFrom('10.0.0.1', '10.1.0.9', '172.16.0.1').map(ip => [ip]) }),
  ports: fc.constantFrom<SpecPod['ports'][]>([], [], [{ name: 'http', containerPort: 80 }], [{ name: 'http', containerPort: 81 }], [{ name: 'web', containerPort: 80 }, { name: 'http', containerPort: 90 }]),
  hostNetwork: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const clusterPolicy = (cluster: fc.Arbitrary<object>) => cluster;
const tierPeer = fc.oneof(
  namespaceSelector.map(namespaces => ({ namespaces })),
  fc.tuple(podSelector, namespaceSelector).map(([own, spaces]) => ({ pods: { podSelector: own, namespaceSelector: spaces } })),
);
const tierPort = fc.oneof(
  fc.constantFrom<object>({ tcp: { destinationPort: { number: 80 } } }, { tcp: { destinationPort: { range: { start: 80, end: 90 } } } },
    { udp: { destinationPort: { number: 53 } } }),
  fc.constant<object>({ destinationNamedPort: 'http' }),
);
const action = fc.constantFrom('Accept', 'Deny', 'Pass');
const tierRule = (peers: string, own: fc.Arbitrary<object>) =>
  fc.record({ action, [peers]: fc.array(own, { minLength: 1, maxLength: 2 }), protocols: fc.array(tierPort, { minLength: 1, maxLength: 2 }) }, { requiredKeys: ['action', peers] });
const tierEgress = fc.oneof(
  tierRule('to', tierPeer),
  fc.record({ action, to: fc.constantFrom([{ networks: ['10.0.0.0/8'] }], [{ networks: ['0.0.0.0/0'] }], [{ networks: ['10.0.0.1/32'] }]) }),
);
const tierPolicy = clusterPolicy(fc.record({
  tier: fc.constantFrom('Admin', 'Admin', 'Baseline'),
  priority: fc.nat({ max: 6 }),
  subject: fc.oneof(namespaceSelector.map(namespaces => ({ namespaces })), fc.tuple(podSelector, namespaceSelector)
    .map(([own, spaces]) => ({ pods: { podSelector: own, namespaceSelector: spaces } }))),
  ingress: fc.array(tierRule('from', tierPeer), { maxLength: 2 }),
  egress: fc.array(tierEgress, { maxLength: 2 }),
}));

function versions(tiers: number): fc.Arbitrary<VersionPair> {
  return fc.record({
    namespaces: fc.tuple(inVersions(team), inVersions(team)),
    pods: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), inVersions(pod)), { maxLength: 3 }),
    policies: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), inVersions(spec)), { maxLength: 3 }),
    clusterPolicies: fc.array(inVersions(tierPolicy), { maxLength: tiers }),
  }).map(({ namespaces: [x, y], pods, policies, clusterPolicies }) => {
    const version = (i: 0 | 1): SpecVersion => ({
      namespaces: { ...x[i] && { x: { ...x[i] } }, ...y[i] && { y: { ...y[i] } } },
      pods: pods.flatMap(([namespace, own], n) => own[i] === undefined ? [] : [{ ...own[i], labels: { ...own[i]!.labels }, namespace, name: `p${n}` }]),
      policies: policies.flatMap(([namespace, own], n) => own[i] === undefined ? [] : [{
        apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${n}`, namespace }, spec: own[i],
      }]),
      clusterPolicies: clusterPolicies.flatMap((own, n) => own[i] === undefined ? [] : [{
        apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: `c${n}` }, spec: own[i],
      }]),
    });
    return JSON.parse(JSON.stringify({ before: version(0), after: version(1) }));
  });
}

/** A pair of versions with NetworkPolicies only. */
export const arbitraryVersions = versions(0);

/** A pair of versions with cluster-wide policies, too. */
export const arbitraryTieredVersions = versions(2);
