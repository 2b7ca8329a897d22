import { keyOf } from './versions';
import { Cluster, Workload, UnreadReason, unreadWith, workloadName } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { enumerate } from '../../findings/enumeration';
import { ConnectionEnd, Passing } from '../../query/connectivity';
import { ChangedPair, RegionEnd, UndecidedRegion } from '../diff-result';

/*
 * Workloads that one version has and the other one may have, because a part of that version was not read. Nobody knows whether they are new or gone, and which
 * labels they have there.
 */

/** More names of workloads are counted. */
const MAX_NAMES = 3;

const EVERYONE: RegionEnd = { text: 'every pod and address', parts: [{ kind: 'anything' }] };

/** Workloads of one namespace that may be in the same part of the other version. */
interface Group {
  readonly namespace: string;
  readonly reason: UnreadReason;
  readonly workloads: Workload[];
}

export class UnreadWorkloads {
  /** Why nobody knows whether the old or the new version has a workload, by its key. */
  private readonly reasons: Readonly<Record<'old' | 'now', ReadonlyMap<string, UnreadReason>>>;

  constructor(private readonly old: Cluster, private readonly now: Cluster) {
    this.reasons = { old: reasonsOf(now, old), now: reasonsOf(old, now) };
  }

  /** What may open and close with these workloads. */
  public regions(): UndecidedRegion[] {
    return [...regionsOf(this.now, this.reasons.old, 'open'), ...regionsOf(this.old, this.reasons.now, 'close')];
  }

  /** A listed difference. What passes in a version that may have the workload is undecided. */
  public listed(pair: ChangedPair): ChangedPair {
    const ends = [pair.source, pair.destination];
    return { ...pair, before: undecidedIf(ends, this.reasons.old) ?? pair.before, after: undecidedIf(ends, this.reasons.now) ?? pair.after };
  }
}

/** Why nobody knows whether a version lacks the workloads that the other one has. */
function reasonsOf({ workloads }: Cluster, lacking: Cluster): ReadonlyMap<string, UnreadReason> {
  const there = new Set(lacking.workloads.map(keyOf));
  return new Map(workloads.filter(one => !there.has(keyOf(one))).flatMap((one): [string, UnreadReason][] => {
    const reason = unreadWith(lacking, 'workloads', one.namespace, one.name);
    return reason === undefined ? [] : [[keyOf(one), reason]];
  }));
}

function undecidedIf(ends: readonly ConnectionEnd[], reasons: ReadonlyMap<string, UnreadReason>): Passing | undefined {
  const undecided = ends.flatMap(end => end.kind === 'addresses' ? [] : reasons.get(keyOf(end.workload)) ?? []);
  return undecided.length === 0 ? undefined : { connections: ConnectionSet.NONE, undecided };
}

function regionsOf({ workloads }: Cluster, reasons: ReadonlyMap<string, UnreadReason>, may: 'open' | 'close'): UndecidedRegion[] {
  const groups = new Map<string, Group>();
  for (const workload of workloads) {
    const reason = reasons.get(keyOf(workload));
    if (reason === undefined) { continue; }
    const key = JSON.stringify([workload.namespace, reason.what]);
    const group = groups.get(key) ?? { namespace: workload.namespace, reason, workloads: [] };
    groups.set(key, group);
    group.workloads.push(workload);
  }
  return [...groups.values()].flatMap(group => {
    const names = enumerate(group.workloads.map(workloadName), MAX_NAMES);
    const own: RegionEnd = {
      text: names,
      parts: group.workloads.length === 1 ? [{ kind: 'workload', workload: group.workloads[0] }] : [{ kind: 'namespace', name: group.namespace }],
    };
    const { reason } = group;
    const common = {
      may,
      ports: { text: 'every port', connections: ConnectionSet.ALL, names: [] },
      causes: [{
        kind: 'workload',
        change: may === 'open' ? 'added' : 'removed',
        text: `${names} may be in ${reason.what}`,
        ...reason.place === undefined ? {} : may === 'open' ? { before: reason.place } : { after: reason.place },
      }],
      reasons: [reason],
    } as const;
    return [{ ...common, from: own, to: EVERYONE }, { ...common, from: EVERYONE, to: own }];
  });
}

/** The namespaces that a version declares, and the other one surely does not. */
export function namespacesOnlyIn({ namespaces }: Cluster, other: Cluster): string[] {
  const isDeclared = (all: Cluster['namespaces'], name: string) => all.get(name)?.origin !== undefined;
  const isAbsent = (name: string) => !isDeclared(other.namespaces, name) && unreadWith(other, 'namespaces', name, name) === undefined;
  return [...namespaces.keys()].filter(name => isDeclared(namespaces, name) && isAbsent(name)).sort();
}
