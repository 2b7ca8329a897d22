import { askAll, benchCluster, modelOf, PAIRS, pairsOf, resourcesOf } from './cluster-case';
import { checkAnswers } from './correctness';
import { timed, Timing, timingOf } from './timing';
import { checkUpdated } from './update-case';
import { Cluster } from '../src/cluster/cluster';
import { ClusterPolicy } from '../src/cluster/cluster-policy';
import { Reachability } from '../src/evaluator/reachability';

/** What one cluster costs without its cluster-wide policies and with them. */
interface Compared {
  readonly without: Timing;
  readonly with: Timing;
}

/** The cost of the cluster-wide policies of one cluster. */
export interface ClusterWideFigures {
  readonly pods: number;
  readonly clusterPolicies: number;
  /** The number of random pairs whose answers were compared with the specification. */
  readonly compared: number;
  readonly evaluate: Compared;
  /** Nanoseconds for the connections between two endpoint classes, when the pair has been asked before. */
  readonly query: Compared;
  /** The same for the first question about each pair. */
  readonly firstQuery: Compared;
  /** Milliseconds from a changed cluster-wide policy to an evaluation that answers for every pair: the best runs for the worst policy. */
  readonly update: number;
  /** The same with the first answers about 1,000 pairs. */
  readonly updateAndAsk: number;
}

/** Measures the same cluster without and with its cluster-wide policies in turn, so that both meet the same load of the machine. */
export function measureClusterWide(pods: number, seed: number, quick: boolean): ClusterWideFigures {
  const made = benchCluster({ kind: 'guarded', pods, seed });
  const resources = resourcesOf(made);
  const model = modelOf(resources);
  const compared = quick ? 200 : 3000;
  checkAnswers(new Reachability(model), made.spec, compared, seed);

  const plain: Cluster = { ...model, clusterPolicies: [] };
  const [evaluate, query, firstQuery] = [series(), series(), series()];
  for (let i = 0; i < (quick ? 3 : 15); i++) {
    for (const [which, cluster] of [['without', plain], ['with', model]] as const) {
      // The caches of a model belong to its objects' lists. Each run starts without them.
      const { result: reach, ms } = timed(() => new Reachability({ ...cluster }));
      const pairs = pairsOf(reach, seed);
      const first = timed(() => askAll(reach, ...pairs)).ms;
      const again = Math.min(...Array.from({ length: 3 }, () => timed(() => askAll(reach, ...pairs)).ms));
      // V8 compiles during the first runs.
      if (i < 2 && !quick) { continue; }
      evaluate[which].push(ms);
      firstQuery[which].push(first * 1e6 / PAIRS);
      query[which].push(again * 1e6 / PAIRS);
    }
  }
  const updates = policyUpdates(new Reachability(model), seed, quick);
  return {
    pods: made.spec.pods.length,
    clusterPolicies: model.clusterPolicies.length,
    compared,
    evaluate: timings(evaluate),
    query: timings(query),
    firstQuery: timings(firstQuery),
    ...updates,
  };
}

const series = () => ({ without: [] as number[], with: [] as number[] });
const timings = (times: ReturnType<typeof series>): Compared => ({ without: timingOf(times.without), with: timingOf(times.with) });

/** Changes each cluster-wide policy some times, each back before the next. Compares some of the results with a full evaluation. */
function policyUpdates(start: Reachability, seed: number, quick: boolean): Pick<ClusterWideFigures, 'update' | 'updateAndAsk'> {
  const original = start.cluster;
  const best = original.clusterPolicies.map(() => ({ update: Infinity, updateAndAsk: Infinity }));
  let reach = start;
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    original.clusterPolicies.forEach((policy, i) => {
      if (quick && i % 20 !== 0) { return; }
      const next = { ...original, clusterPolicies: original.clusterPolicies.map(one => one === policy ? changed(one) : one) };
      const { result, ms } = timed(() => reach.update(next));
      const [sources, destinations] = pairsOf(result, seed + i, 1000);
      const asked = timed(() => askAll(result, sources, destinations)).ms;
      if (round === 0 && i % 20 === 0) { checkUpdated(result); }
      best[i] = { update: Math.min(best[i].update, ms), updateAndAsk: Math.min(best[i].updateAndAsk, ms + asked) };
      reach = result.update(original);
    });
  }
  const worst = (times: readonly number[]) => Math.max(...times.filter(Number.isFinite));
  return { update: worst(best.map(({ update }) => update)), updateAndAsk: worst(best.map(({ updateAndAsk }) => updateAndAsk)) };
}

/** The policy with another decision and another port in each rule. */
function changed(policy: ClusterPolicy): ClusterPolicy {
  const rules = (own: ClusterPolicy['ingress']): ClusterPolicy['ingress'] => own.map(rule => ({
    ...rule, action: rule.action === 'deny' ? 'accept' : 'deny', ports: [...rule.ports ?? [], { path: [], protocol: 'TCP', first: 4321, last: 4321 }],
  }));
  return { ...policy, ingress: rules(policy.ingress), egress: rules(policy.egress) };
}
