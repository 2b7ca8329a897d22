import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { differenceFrom } from '../spec/compare';
import { SpecCluster } from '../spec/network-policy';

/** How long to go on: until either is reached. */
export interface FuzzLimits {
  readonly milliseconds: number;
  readonly clusters: number;
}

/** What came of it. */
export interface FuzzResult {
  /** How many clusters were compared, the shrinking of an unequal one not counted. */
  readonly clusters: number;
  /** The smallest cluster that was found unequal, and how it is. */
  readonly unequal?: { readonly difference: string; readonly yaml: string };
}

/** So many clusters are made of one seed; the next ones are made of the next. */
const BATCH = 500;

/**
 * Compares random clusters, the same ones for the same seed, until a limit is reached or one is unequal.
 * `tell` is called after every batch.
 */
export function fuzzClusters(
  seed: number, limits: FuzzLimits, tell: (clusters: number) => void = () => {},
  compare: (cluster: SpecCluster, options: EvaluationOptions) => string | undefined = differenceFrom,
): FuzzResult {
  const end = Date.now() + limits.milliseconds;
  let clusters = 0;
  for (let batch = 0; clusters < limits.clusters && Date.now() < end; batch++) {
    // The two forms in which grants are kept, in turn.
    const options = batch % 2 === 0 ? {} : { mostSparseGrants: 0 };
    const property = fc.property(anyCluster, cluster => outcomeOf(cluster, options, compare) === undefined);
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

/** That the evaluator refuses a valid cluster is a difference too. */
function outcomeOf(
  cluster: SpecCluster, options: EvaluationOptions, compare: (cluster: SpecCluster, options: EvaluationOptions) => string | undefined,
): string | undefined {
  try {
    return compare(cluster, options);
  } catch (error) {
    return String(error);
  }
}

/** The cluster as manifests that can be given to `netpol`. */
export function yamlOf(cluster: SpecCluster): string {
  // YAML 1.1 is what Kubernetes reads: there `y` and `no` are no text. By JSON, so that nothing is an alias.
  return manifestsOf(cluster).map(object => stringify(JSON.parse(JSON.stringify(object)), { version: '1.1' })).join('---\n');
}
