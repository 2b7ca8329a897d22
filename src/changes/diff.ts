import { Diff, DiffScope } from './diff-result';
import { Causes } from './private/causes';
import { changedRegions, undecidedRegions } from './private/changed-regions';
import { Comparison } from './private/comparison';
import { declaredChanges } from './private/declared-pairs';
import { ofUnevaluated } from './private/unevaluated';
import { namespacesOnlyIn, UnreadWorkloads } from './private/unread-workloads';
import { withSharedObjects } from './private/versions';
import { Cluster } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { BudgetExceeded } from '../search/constraint-search';
import { SearchedCluster } from '../search/searched-cluster';

export * from './diff-result';

/** How two versions are compared. */
export interface DiffOptions {
  /** How many steps the search for possible pods may take in each direction: for what opens, and for what closes. @default 600,000,000 */
  readonly maxSteps?: number;
}

const MAX_STEPS = 600_000_000;

/**
 * Compares two versions of a cluster for every pod that could exist, and lists the differences between declared pods.
 *
 * A connection is gained if the new version allows it and the old one does not. Its ends are the same pods in both versions: a pod that could exist, with the
 * labels that each version declares for its namespace, or a declared workload. A workload that one version lacks is judged there as a pod with its labels.
 *
 * If the search takes too many steps, everything that may open or close is undecided, and only declared pods are compared.
 *
 * @param old the version before the change
 * @param now the version after it. Objects that did not change may be the same or equal ones
 */
export function diff(old: Cluster, now: Cluster, { maxSteps = MAX_STEPS }: DiffOptions = {}): Diff {
  const versions = withSharedObjects({ old, now });
  const { listed, changes } = declaredChanges(versions);
  const unread = new UnreadWorkloads(old, now);
  const pairs = listed.map(pair => unread.listed(pair));
  const causes = new Causes({ old, now });
  const [before, after] = [versions.old, versions.now].map(cluster => new SearchedCluster(cluster));
  const opening = new Comparison(before, after, maxSteps);
  const assumptions = opening.search.ends.assumedNamespaces.map(name =>
    `namespace ${name} has no label besides its name in the version that does not declare it`);
  const unevaluated = [...ofUnevaluated(old, now), ...unread.regions()];
  const namespaces = { fresh: namespacesOnlyIn(now, old), gone: namespacesOnlyIn(old, now) };
  try {
    const [opened, closed] = [opening.regions(), new Comparison(after, before, maxSteps).regions()];
    return {
      gains: changedRegions(opened.certain, 'gain', [before, after], causes, changes),
      losses: changedRegions(closed.certain, 'loss', [after, before], causes, changes),
      undecided: [
        ...unevaluated, ...undecidedRegions(opened.possible, 'open', [before, after], causes), ...undecidedRegions(closed.possible, 'close', [after, before], causes),
      ],
      pairs,
      namespaces,
      scope: { pods: 'every possible pod' },
      assumptions,
    };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) { throw error; }
    const scope: DiffScope = { pods: 'declared pods', reason: 'the search for possible pods took too many steps' };
    return { gains: [], losses: [], undecided: [outOfBudget(), ...unevaluated], pairs, namespaces, scope, assumptions };
  }
}

function outOfBudget(): Diff['undecided'][number] {
  const everyone = { text: 'every pod and address', parts: [{ kind: 'anything' }] } as const;
  const ports = { text: 'every port', connections: ConnectionSet.ALL, names: [] };
  return { may: 'open or close', from: everyone, to: everyone, ports, causes: [], reasons: [{ code: 'budget', what: 'the search for possible pods' }] };
}
