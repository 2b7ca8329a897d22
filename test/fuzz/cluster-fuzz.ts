import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { differenceFrom } from '../spec/compare';
import { SpecCluster } from '../spec/network-policy';

/** The run stops at the first of these limits. */
export interface FuzzLimits {
  readonly milliseconds: number;
  readonly clusters: number;
}

/** The result of a run. */
export interface FuzzResult {
  /** The number of compared clusters, without those that shrinking tried. */
  readonly clusters: number;
  /** The smallest cluster for which the evaluator and the specification differ, and the difference. */
  readonly unequal?: { readonly difference: string; readonly yaml: string };
}

/** The number of clusters per seed. The next batch uses the next seed. */
const BATCH = 500;

/**
 * Compares the evaluator with the specification on random clusters until a limit is reached or they differ. The same seed
 * gives the same clusters. Calls `tell` with the number of clusters after every batch.
 */
export function fuzzClusters(
  seed: number, limits: FuzzLimits, tell: (clusters: number) => void = () => {},
  compare: (cluster: SpecCluster, options: EvaluationOptions) => string | undefined = differenceFrom,
): FuzzResult {
  const end = Date.now() + limits.milliseconds;
  let clusters = 0;
  for (let batch = 0; clusters < limits.clusters && Date.now() < end; batch++) {
    // The two forms in which grants are kept, in turn, and clusters without and with cluster-wide policies.
    const options = batch % 2 === 0 ? {} : { maxSparseGrants: 0 };
    const clustersOfBatch = batch % 4 < 2 ? anyCluster : arbitraryTieredCluster;
    const property = fc.property(clustersOfBatch, cluster => outcomeOf(cluster, options, compare) === undefined);
    const run = fc.check(property, { seed: seed + batch, numRuns: Math.min(BATCH, limits.clusters - clusters) });
    clusters += run.numRuns;
    if (run.counterexample !== null) {
      const [cluster] = run.counterexample;
      return { clusters, unequal: { difference: outcomeOf(cluster, options, compare)!, yaml: yamlOf(cluster) } };
    }
    tell(clusters);
  }
  return { clusters };
}

/** If the evaluator throws for a valid cluster, that is a difference, too. */
function outcomeOf(
  cluster: SpecCluster, options: EvaluationOptions, compare: (cluster: SpecCluster, options: EvaluationOptions) => string | undefined,
): string | undefined {
  try {
    return compare(cluster, options);
  } catch (error) {
    return String(error);
  }
}

/** The cluster as manifests that `netpol` reads. */
export function yamlOf(cluster: SpecCluster): string {
  // Kubernetes reads YAML 1.1, in which `y` and `no` are booleans. Through JSON, so that no value is an alias.
  return manifestsOf(cluster).map(object => stringify(JSON.parse(JSON.stringify(object)), { version: '1.1' })).join('---\n');
}
