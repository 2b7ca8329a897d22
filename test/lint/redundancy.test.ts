import * as fc from 'fast-check';
import { Cluster, Policy } from '../../src/cluster/cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { redundancyOf } from '../../src/lint/private/redundancy';
import { arbitraryCluster, KEYS, manifestsOf, VALUES } from '../spec/arbitrary-cluster';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

/* What NP130 and NP131 call redundant can be removed, all of it together, and no answer changes. The evaluator says so. */

/** Pods with every single label, so that each selector selects some, and pods without any. */
const OTHER_PODS = ['x', 'y', 'undeclared'].flatMap((namespace, n) => [{}, ...KEYS.flatMap(key => VALUES.slice(0, 2).map(value => ({ [key]: value })))].map((labels, i) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name: `more${i}`, labels },
  spec: { containers: [{ name: 'c', image: 'i' }] },
  status: { podIPs: i % 2 === 0 ? [] : [{ ip: `10.${n}.1.${i}` }] },
})));

/** Random clusters in which policies repeat others, or parts of others. */
const repetitive = fc.tuple(arbitraryCluster, fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('policy', 'rules', 'subject', 'ports')), { maxLength: 6 })).map(([cluster, repeats]) => {
  const policies: any[] = cluster.policies.map((policy, i) => ({ ...policy, metadata: { name: `p${i}`, namespace: i % 3 === 0 ? 'undeclared' : 'x' } }));
  for (const [from, to, what] of repeats) {
    const [source, target] = [policies[from % policies.length], policies[to % policies.length]];
    if (source === undefined) { break; }
    const name = `p${policies.length}`;
    if (what === 'policy') { policies.push({ ...source, metadata: { ...source.metadata, name } }); }
    if (what === 'subject') { policies.push({ ...source, metadata: { ...target.metadata, name }, spec: { ...source.spec, podSelector: target.spec.podSelector } }); }
    if (what === 'ports') {
      // Each half of the ports in a policy of its own.
      for (const half of [0, 1]) {
        const halved = (own: any[] | undefined) => own?.map(rule =>
          (rule.ports ?? []).length < 2 ? rule : { ...rule, ports: rule.ports.filter((_: object, i: number) => i % 2 === half) });
        const spec = { ...source.spec, ingress: halved(source.spec.ingress), egress: halved(source.spec.egress) };
        policies.push({ ...source, metadata: { ...source.metadata, name: `${name}-${half}` }, spec });
      }
    }
    if (what === 'rules') {
      const joined = (field: string) => [...source.spec[field] ?? [], ...target.spec[field] ?? []];
      policies.push({ ...source, metadata: { ...source.metadata, name }, spec: { ...source.spec, ingress: joined('ingress'), egress: joined('egress') } });
    }
  }
  return [...manifestsOf({ ...cluster, policies: [] }), ...OTHER_PODS, ...policies];
});

/** The cluster without what is redundant. */
function reduced(cluster: Cluster): Cluster {
  const { policies, rules } = redundancyOf(cluster);
  const gone = new Set<unknown>([...policies.map(({ policy }) => policy), ...rules.map(({ rule }) => rule.rule)]);
  const without = (policy: Policy): Policy =>
    ({ ...policy, ingress: policy.ingress?.filter(rule => !gone.has(rule)), egress: policy.egress?.filter(rule => !gone.has(rule)) });
  return { ...cluster, policies: cluster.policies.filter(policy => !gone.has(policy)).map(without) };
}

/** Every answer: for each two pods, and for each pod and every address. */
function answersOf(cluster: Cluster): string[] {
  const assuming = new Reachability(cluster);
  return [assuming, assuming.strict].flatMap(reach => {
    const pods = cluster.workloads.flatMap(workload => workload.pods.map(pod => ({ name: `${workload.namespace}/${workload.name}`, index: reach.ofPod(workload, pod) })));
    return pods.flatMap(a => [
      ...pods.map(b => {
        const { certain, possible } = reach.connectionRange(a.index, b.index);
        return `${a.name} ${b.name} ${certain} ${possible}`;
      }),
      ...(['ingress', 'egress'] as const).map(direction => `${a.name} ${direction} ${reach.isIsolated(a.index, direction)} `
        + reach.externalRanges(a.index, direction).map(({ range, connections, possible }) => `${range.first}-${range.last} ${connections} ${possible}`).join()),
    ]);
  });
}

test('what is redundant in random clusters can be removed, and no answer changes', () => {
  let found = 0;
  fc.assert(fc.property(repetitive, objects => {
    const cluster = clusterOfObjects(objects);
    const { policies, rules } = redundancyOf(cluster);
    found += policies.length + rules.length;
    if (policies.length + rules.length > 0) { expect(answersOf(reduced(cluster))).toEqual(answersOf(cluster)); }
  }), { numRuns: randomRuns(300), seed: randomSeed() });
  expect(found).toBeGreaterThan(5);
});
