import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { openCluster } from '../evaluator/open-cluster';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { arbitraryUnread } from '../spec/arbitrary-unread';
import { differenceFrom } from '../spec/compare';
import { differenceFromAnswers } from '../spec/compare-answers';
import { differenceFromReadings } from '../spec/compare-unread';
import { SpecCluster } from '../spec/network-policy';

/** A random cluster and its comparison with a specification. */
export interface FuzzedCluster {
  /** The input of netpol. */
  readonly yaml: () => string;
  /** The first difference; undefined if all answers are equal. */
  readonly differenceWith: (options: EvaluationOptions) => string | undefined;
}

/** The run stops at the first of these limits. */
export interface FuzzLimits {
  readonly milliseconds: number;
  readonly clusters: number;
  /** Leave out the clusters without cluster-wide policies. */
  readonly clusterWide?: boolean;
}

/** The result of a run. */
export interface FuzzResult {
  /** The number of compared clusters, without those that shrinking tried. */
  readonly clusters: number;
  /** The smallest cluster for which the evaluator and the specification differ, and the difference. */
  readonly unequal?: { readonly difference: string; readonly yaml: string };
}

const isTiered = ({ clusterPolicies = [] }: Pick<SpecCluster, 'clusterPolicies'>) => clusterPolicies.length > 0;

const known = (clusters: fc.Arbitrary<SpecCluster>) => clusters.map((cluster): FuzzedCluster => ({
  yaml: () => yamlOf(manifestsOf(cluster)), differenceWith: options => differenceFrom(cluster, options),
}));
const open = (clusters: typeof openCluster) => clusters.map((random): FuzzedCluster => ({
  yaml: () => `${yamlOf(random.manifests)}# pod CIDRs: ${random.cluster.podCidrs?.join() ?? 'not known'}\n`,
  differenceWith: options => differenceFromAnswers(random, false, options) ?? differenceFromAnswers(random, true, options),
}));
const unread = (texts: typeof arbitraryUnread) => texts.map((random): FuzzedCluster => ({
  yaml: () => random.text, differenceWith: options => differenceFromReadings(random, options),
}));

/** In turn: everything is known, without and with cluster-wide policies; something is open or is not evaluated; something cannot be read. */
const ANY_KIND = [
  known(anyCluster), known(anyCluster), known(arbitraryTieredCluster), known(arbitraryTieredCluster), open(openCluster), unread(arbitraryUnread),
];

const tiered = known(arbitraryTieredCluster.filter(isTiered));

/** The same, with cluster-wide policies in each cluster. */
const CLUSTER_WIDE = [
  tiered, tiered, tiered, tiered,
  open(openCluster.filter(({ cluster }) => isTiered(cluster))), unread(arbitraryUnread.filter(({ readings: [reading] }) => isTiered(reading))),
];

/** For each of these kinds, the number of clusters per seed. The next batch uses the next seed. What is open has many cases, and takes long. */
const BATCHES = [500, 500, 500, 500, 20, 100];

/**
 * Compares the evaluator with the specification on random clusters until a limit is reached or they differ. The same seed
 * gives the same clusters. Calls `tell` with the number of clusters after every batch.
 */
export function fuzzClusters(
  seed: number, limits: FuzzLimits, tell: (clusters: number) => void = () => {},
  compare: (cluster: FuzzedCluster, options: EvaluationOptions) => string | undefined = (cluster, options) => cluster.differenceWith(options),
): FuzzResult {
  const end = Date.now() + limits.milliseconds;
  const kinds = limits.clusterWide ? CLUSTER_WIDE : ANY_KIND;
  let clusters = 0;
  for (let batch = 0; clusters < limits.clusters && Date.now() < end; batch++) {
    // The two forms in which grants are kept, in turn.
    const options = Math.floor(batch / kinds.length) % 2 === 0 ? {} : { maxSparseGrants: 0 };
    const property = fc.property(kinds[batch % kinds.length], cluster => outcomeOf(cluster, options, compare) === undefined);
    const run = fc.check(property, { seed: seed + batch, numRuns: Math.min(BATCHES[batch % kinds.length], limits.clusters - clusters) });
    clusters += run.numRuns;
    if (run.counterexample !== null) {
      const [cluster] = run.counterexample;
      return { clusters, unequal: { difference: outcomeOf(cluster, options, compare)!, yaml: cluster.yaml() } };
    }
    tell(clusters);
  }
  return { clusters };
}

/** If the evaluator throws for a valid cluster, that is a difference, too. */
function outcomeOf(
  cluster: FuzzedCluster, options: EvaluationOptions, compare: (cluster: FuzzedCluster, options: EvaluationOptions) => string | undefined,
): string | undefined {
  try {
    return compare(cluster, options);
  } catch (error) {
    return String(error);
  }
}

/** Objects as manifests that `netpol` reads. */
export function yamlOf(objects: readonly object[]): string {
  // Kubernetes reads YAML 1.1, in which `y` and `no` are booleans. Through JSON, so that no value is an alias.
  return objects.map(object => stringify(JSON.parse(JSON.stringify(object)), { version: '1.1' })).join('---\n');
}
