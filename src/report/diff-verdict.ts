import { ChangedPair, Diff, isCertain } from '../changes/diff';
import { enumerate, withCommas } from '../findings/enumeration';
import { printable } from '../findings/finding';
import { FindingChanges } from '../findings/finding-changes';

/** What a change does, for the writers. */
export interface DiffReport {
  /** What messages call the two versions. */
  readonly before: string;
  readonly after: string;
  /** Never empty. */
  readonly clusters: readonly ClusterDiff[];
  /** @default - lint did not run */
  readonly lint?: FindingChanges;
}

/** What a change does in one cluster. */
export interface ClusterDiff {
  /** The name of the cluster, if a version has several. */
  readonly cluster?: string;
  /** The version that has this cluster, if the other one lacks it. Only with a name. */
  readonly onlyIn?: 'old' | 'new';
  readonly diff: Diff;
}

/** The first line of every text: whether the change opens anything, and for which pods that is said. A sentence. */
export function diffVerdict(clusters: readonly ClusterDiff[]): string {
  const all = clusters.map(({ diff }) => diff);
  const gains = all.flatMap(diff => diff.gains);
  const opened = gains.filter(({ isBroadening }) => isBroadening).length;
  const added = gains.length - opened;
  const closed = all.flatMap(diff => diff.losses).length;
  const undecided = all.flatMap(diff => diff.undecided).length;
  if (opened + added + closed === 0) {
    if (undecided > 0) { return `Undecided: netpol cannot say whether this change opens or closes ${groups(undecided)}.`; }
    return all.some(diff => diff.pairs.some(isCertain))
      ? `Opens and closes nothing, ${scopeOf(all)}; only workloads are new or gone.`
      : `Nothing changes, ${scopeOf(all)}.`;
  }
  // The first number says what is counted.
  let count = (number: number): string => {
    count = withCommas;
    return groups(number);
  };
  const parts: string[] = [];
  if (opened > 0) { parts.push(`opens ${count(opened)}`); } else { parts.push(added > 0 ? 'opens nothing for workloads that exist' : 'opens nothing'); }
  if (added > 0) { parts.push(`adds ${count(added)} for new workloads`); }
  if (closed > 0) { parts.push(`closes ${count(closed)}`); }
  const text = `${enumerate(parts)}, ${scopeOf(all)}`;
  return `${text[0].toUpperCase()}${text.slice(1)}${undecided === 0 ? '' : `; ${withCommas(undecided)} more ${undecided === 1 ? 'is' : 'are'} undecided`}.`;
}

/** `1 group of connections` */
function groups(count: number): string {
  return `${withCommas(count)} ${count === 1 ? 'group' : 'groups'} of connections`;
}

/** For which pods the verdict is. */
function scopeOf(diffs: readonly Diff[]): string {
  const narrow = diffs.find(({ scope }) => scope.pods !== 'every possible pod');
  if (narrow === undefined) { return 'for every possible pod'; }
  const { reason } = narrow.scope;
  return `for declared pods only${reason === undefined ? '' : ` (${reason})`}`;
}

/** The clusters that only one version has: `us is new`. */
export function clusterTexts(clusters: readonly ClusterDiff[]): string[] {
  return clusters.flatMap(({ cluster, onlyIn }) => onlyIn === undefined ? [] : [printable(`${cluster} is ${onlyIn === 'new' ? 'new' : 'gone'}`)]);
}

/** The differences between the lists of both versions that no changed rule explains: a workload is new or gone, and the rules about it are as they were. */
export function otherPairs({ gains, losses, pairs }: Diff): readonly ChangedPair[] {
  const keyOf = ({ source, destination }: Pick<ChangedPair, 'source' | 'destination'>) => JSON.stringify([source.name, destination.name]);
  const explained = new Set([...gains, ...losses].flatMap(region => region.pairs.map(keyOf)));
  return pairs.filter(one => isCertain(one) && !explained.has(keyOf(one)));
}
