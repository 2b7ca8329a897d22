import * as fc from 'fast-check';
import { answersOf, textOf } from './answers';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { SpecCluster } from '../spec/network-policy';
import { randomRuns } from '../support/random-runs';

/* Laws of NetworkPolicy that hold for every cluster, each checked on random clusters. */

const RUNS = { numRuns: randomRuns(500) };

const textOfCluster = (cluster: SpecCluster) => textOf(answersOf(manifestsOf(cluster)));

/** Random clusters with at least one policy. Every policy has the policyTypes that the API server would set. */
const policed = anyCluster.filter(({ policies }) => policies.length > 0).map((cluster): SpecCluster => ({
  ...cluster,
  policies: cluster.policies.map(policy => ({ ...policy, spec: { ...policy.spec, policyTypes: typesOf(policy.spec) } })),
}));

function typesOf({ policyTypes, egress }: any): string[] {
  return policyTypes?.length > 0 ? policyTypes : egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** The cluster with other policies in place of its first. */
function withFirst(cluster: SpecCluster, ...others: any[]): SpecCluster {
  return { ...cluster, policies: [...others, ...cluster.policies.slice(1)] };
}

test('an additional rule never removes a connection', () => {
  const rules = anyCluster.map(({ policies }) => policies.flatMap(({ spec }) => [
    ...(spec.ingress ?? []).map((rule: any) => ({ ingress: rule })), ...(spec.egress ?? []).map((rule: any) => ({ egress: rule })),
  ])).filter(found => found.length > 0).map(([first]) => first);
  fc.assert(fc.property(policed, rules, (cluster, { ingress, egress }) => {
    const [first] = cluster.policies;
    const { spec } = first;
    const more = ingress !== undefined ? { ingress: [...spec.ingress ?? [], ingress] } : { egress: [...spec.egress ?? [], egress] };
    const after = answersOf(manifestsOf(withFirst(cluster, { ...first, spec: { ...spec, ...more } })));
    for (const [pair, before] of answersOf(manifestsOf(cluster))) {
      expect({ pair, kept: after.get(pair)!.includes(before) }).toEqual({ pair, kept: true });
    }
  }), RUNS);
});

test('two policies that share the rules of one allow the same connections', () => {
  const halves = <T>(list: T[] | null | undefined, at: number) => [list?.slice(0, at), list?.slice(at)];
  fc.assert(fc.property(policed, fc.nat({ max: 2 }), fc.nat({ max: 2 }), (cluster, i, j) => {
    const [first] = cluster.policies;
    const ingress = halves(first.spec.ingress, i);
    const egress = halves(first.spec.egress, j);
    const parts = [0, 1].map(part => ({
      ...first, metadata: { ...first.metadata, name: `part-${part}` }, spec: { ...first.spec, ingress: ingress[part], egress: egress[part] },
    }));
    expect(textOfCluster(withFirst(cluster, ...parts))).toEqual(textOfCluster(cluster));
  }), RUNS);
});

/** The value with the items of all lists and the fields of all objects in another order. */
function reordered(value: any, order: () => number): any {
  const shuffled = <T>(items: T[]) => items.map(item => [order(), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item);
  if (Array.isArray(value)) { return shuffled(value.map(item => reordered(item, order))); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(shuffled(Object.entries(value)).map(([key, item]) => [key, reordered(item, order)]));
}

test('the order of objects, fields and list items does not matter', () => {
  fc.assert(fc.property(anyCluster, fc.infiniteStream(fc.nat()), (cluster, stream) => {
    const again = reordered(JSON.parse(JSON.stringify(manifestsOf(cluster))), () => stream.next().value!);
    expect(textOf(answersOf(again))).toEqual(textOfCluster(cluster));
  }), RUNS);
});

/** New names for the namespaces. Most take the name of another namespace. */
const NAMES: Record<string, string> = { x: 'undeclared', y: 'x', undeclared: 'default', default: 'new-0' };

/** The cluster with other names for everything, and with selectors that follow the names of namespaces. */
function renamed({ namespaces, pods, policies, clusterPolicies = [], nodes }: SpecCluster): SpecCluster {
  const byName = (key: string, value: any): any => {
    if (key === 'matchLabels' && value?.['kubernetes.io/metadata.name'] !== undefined) {
      return { 'kubernetes.io/metadata.name': NAMES[value['kubernetes.io/metadata.name']] };
    }
    return value?.key === 'kubernetes.io/metadata.name' ? { ...value, values: value.values.map((name: string) => NAMES[name]) } : value;
  };
  return {
    nodes,
    clusterPolicies: clusterPolicies.map((policy, i) => ({
      ...policy,
      // A BaselineAdminNetworkPolicy is always called `default`.
      metadata: policy.kind === 'BaselineAdminNetworkPolicy' ? policy.metadata : { name: `q${clusterPolicies.length - i}` },
      spec: JSON.parse(JSON.stringify(policy.spec), byName),
    })),
    namespaces: Object.fromEntries(Object.entries(namespaces).map(([name, labels]) => [NAMES[name], labels])),
    pods: pods.map((pod, i) => ({ ...pod, namespace: NAMES[pod.namespace], name: `z${pods.length - i}` })),
    policies: policies.map((policy, i) => ({
      ...policy,
      metadata: { name: `q${policies.length - i}`, namespace: NAMES[policy.metadata.namespace ?? 'default'] },
      spec: JSON.parse(JSON.stringify(policy.spec), byName),
    })),
  };
}

test.each([['without', anyCluster], ['with', arbitraryTieredCluster]])('names do not matter %s cluster-wide policies', (_, clusters) => {
  fc.assert(fc.property(clusters, cluster => {
    const other = renamed(cluster);
    const names = new Map(cluster.pods.map((pod, i) => [`${pod.namespace}/${pod.name}`, `${other.pods[i].namespace}/${other.pods[i].name}`]));
    const expected = new Map([...answersOf(manifestsOf(cluster))].map(([pair, connections]) =>
      [pair.split(' → ').map(end => names.get(end) ?? end).join(' → '), connections]));
    expect(textOfCluster(other)).toEqual(textOf(expected));
  }), RUNS);
});

const isIPv6 = (ip: string) => ip.includes(':');

// The known addresses say which families there are, so the first one of a family tells something about pods without a known address.
test('an additional pod with addresses of the known families changes no connection between the others', () => {
  fc.assert(fc.property(anyCluster, anyCluster, (cluster, { pods: [pod] }) => {
    const known = new Set(cluster.pods.flatMap(({ ips }) => ips).map(isIPv6));
    const more = { ...pod, name: 'more', ips: pod.ips.filter(ip => known.has(isIPv6(ip))) };
    const after = answersOf(manifestsOf({ ...cluster, pods: [...cluster.pods, more] }));
    const others = new Map([...after].filter(([pair]) => !pair.split(' → ').includes(`${pod.namespace}/more`)));
    expect(others.size).toBeLessThan(after.size);
    expect(textOf(others)).toEqual(textOfCluster(cluster));
  }), RUNS);
});
