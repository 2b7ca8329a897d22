import { isOpenPolicyKind } from './unevaluated';
import { keyOf, Versions, withAllWorkloads } from './versions';
import { Cluster, Pod, Policy, Workload, workloadName } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { ClassIndex, Reachability } from '../../evaluator/reachability';
import { Family, familyOf } from '../../k8s/address';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { addressesEnd, compareEnds, Connection, ConnectionEnd, familiesMentioned, isSeveral, Passing, PodEnd, WorkloadEnd } from '../../query/connectivity';
import { connectivityChanges } from '../../query/connectivity-changes';
import { podName } from '../../query/endpoints';
import { reasonsBetween } from '../../query/flow';
import { podNamed } from '../../search/joint-ends';
import { ChangedPair, EndsExist } from '../diff-result';

/** A declared pair whose connections certainly differ, if each version had all workloads. */
export interface PairChange {
  readonly source: ConnectionEnd;
  readonly destination: ConnectionEnd;
  readonly ends: EndsExist;
  readonly gained: ConnectionSet;
  readonly lost: ConnectionSet;
}

/** What differs for declared pods. */
export interface DeclaredChanges {
  /** What the lists of both versions say. */
  readonly listed: readonly ChangedPair[];
  readonly changes: readonly PairChange[];
}

/** A pod or workload in both evaluations. */
interface Entry {
  readonly end: WorkloadEnd | PodEnd;
  readonly ends: EndsExist;
  readonly classes: readonly [ClassIndex, ClassIndex];
  /** In which direction its own policies may treat connections in another way. */
  readonly touched: Readonly<Record<Direction, boolean>>;
  /** It is not the same in both versions. */
  readonly differs: boolean;
}

/** The differences between declared pods. Only those are evaluated that what differs can affect. */
export function declaredChanges(versions: Versions): DeclaredChanges {
  const all = withAllWorkloads(versions);
  const before = new Reachability(all.old);
  const after = all.now.unevaluated === all.old.unevaluated ? before.update(all.now) : new Reachability(all.now);
  return new DeclaredPairs(versions, all, [before, after]).changes();
}

const NOTHING = { connections: ConnectionSet.NONE, possible: ConnectionSet.NONE, undecided: [] };

/** A row of a list, with what passes or may pass. */
interface Row extends Connection {
  readonly possible: ConnectionSet;
}

function certainly({ source, destination, connections }: Row): Connection { return { source, destination, connections, undecided: [] }; }

function possibly({ source, destination, possible }: Row): Connection { return { source, destination, connections: possible, undecided: [] }; }

/** True if the lists of two versions say something else about a pair: other connections, or other kinds of reasons why it is undecided. */
function isListedOtherwise({ before, after }: Pick<ChangedPair, 'before' | 'after'>): boolean {
  const codesOf = ({ undecided }: Passing) => [...new Set(undecided.map(({ code }) => code))].sort().join();
  return !before.connections.equals(after.connections) || codesOf(before) !== codesOf(after);
}

class DeclaredPairs {
  private readonly entries: readonly Entry[];
  private readonly exist = new Map<string, EndsExist>();
  private readonly families: ReadonlySet<Family>;

  constructor(versions: Versions, all: Versions, private readonly reaches: readonly [Reachability, Reachability]) {
    this.families = new Set(reaches.flatMap(familiesMentioned));
    this.entries = this.entriesOf(versions, all).sort((a, b) => compareEnds(a.end, b.end));
    for (const { end, ends } of this.entries) { this.exist.set(end.name, ends); }
  }

  public changes(): DeclaredChanges {
    const rows = this.rows();
    const [certain, possible] = [rows.map(all => all.map(certainly)), rows.map(all => all.map(possibly))];
    // What may have passed before is no certain gain, and what may still pass is no certain loss.
    const changeOf = ({ source, destination }: Pick<PairChange, 'source' | 'destination'>, gained: ConnectionSet, lost: ConnectionSet): PairChange =>
      ({ source, destination, ends: this.existenceOf(source, destination), gained, lost });
    const gains = connectivityChanges(possible[0], certain[1])
      .map(({ before, after, ...pair }) => changeOf(pair, after.connections.subtract(before.connections), ConnectionSet.NONE));
    const losses = connectivityChanges(certain[0], possible[1])
      .map(({ before, after, ...pair }) => changeOf(pair, ConnectionSet.NONE, before.connections.subtract(after.connections)));
    const listed = [0, 1].map(version => rows[version].filter(({ source, destination }) =>
      [source, destination].every(end => this.exist.get(end.name) !== (version === 0 ? 'new' : 'gone'))));
    return {
      listed: connectivityChanges(listed[0], listed[1]).filter(isListedOtherwise)
        .map(change => ({ ...change, ends: this.existenceOf(change.source, change.destination) })),
      changes: [...gains, ...losses].filter(({ gained, lost }) => !gained.isEmpty || !lost.isEmpty),
    };
  }

  private existenceOf(...ends: readonly ConnectionEnd[]): EndsExist {
    const own = ends.map(({ name }) => this.exist.get(name) ?? 'both');
    return own.includes('new') ? 'new' : own.includes('gone') ? 'gone' : 'both';
  }

  private entriesOf({ old, now }: Versions, all: Versions): Entry[] {
    const own = [old, now].map(({ workloads }) => new Map(workloads.map(workload => [keyOf(workload), workload])));
    const others = new Map(all.now.workloads.map(workload => [keyOf(workload), workload]));
    const touched = new Touched(all, this.reaches);
    return all.old.workloads.flatMap(before => {
      const key = keyOf(before);
      const after = others.get(key)!;
      const ends: EndsExist = !own[0].has(key) ? 'new' : !own[1].has(key) ? 'gone' : 'both';
      const pods = samePods(before, after);
      const classesOf = (a: Pod, b: Pod): [ClassIndex, ClassIndex] => [this.reaches[0].ofPod(before, a), this.reaches[1].ofPod(after, b)];
      const common = { ends, touched: touched.of(before, after), differs: ends !== 'both' || touched.differs(before, after) };
      const isWhole = pods.every(([a, b]) => classesOf(a, b).join() === classesOf(...pods[0]).join());
      const shown = ends === 'gone' ? before : after;
      if (isWhole) { return [{ ...common, end: { kind: 'workload', name: workloadName(shown), workload: shown }, classes: classesOf(...pods[0]) }]; }
      return pods.map(([a, b]): Entry => {
        const [isInOld, isInNew] = [own[0].get(key)?.pods.includes(a), own[1].get(key)?.pods.includes(b)];
        const pod = isInNew ? b : a;
        return { ...common, ends: isInOld && isInNew ? 'both' : isInNew ? 'new' : 'gone', end: { kind: 'pod', name: podName(shown, pod), workload: shown, pod }, classes: classesOf(a, b) };
      });
    });
  }

  /** The rows of both lists that may differ, each sorted. */
  private rows(): [Row[], Row[]] {
    const rows: [Row[], Row[]] = [[], []];
    const reachable = this.entries.filter(({ differs, touched }) => differs || touched.ingress);
    for (const source of this.entries) {
      for (const destination of source.differs || source.touched.egress ? this.entries : reachable) {
        if (source === destination && !isSeveral(source.end)) { continue; }
        for (const version of [0, 1] as const) {
          const passing = this.between(version, source, destination);
          if (!passing.connections.isEmpty || passing.undecided.length > 0) {
            rows[version].push({ source: source.end, destination: destination.end, ...passing });
          }
        }
      }
    }
    for (const entry of this.entries) {
      for (const direction of DIRECTIONS) {
        if (entry.differs || entry.touched[direction]) { this.addExternal(rows, entry, direction); }
      }
    }
    return rows;
  }

  private between(version: 0 | 1, source: Entry, destination: Entry): Omit<Row, 'source' | 'destination'> {
    const reach = this.reaches[version];
    const [from, to] = [source.classes[version], destination.classes[version]];
    const { certain, possible } = reach.connectionRange(from, to);
    if (certain.isEmpty && possible.isEmpty) { return NOTHING; }
    return { connections: certain, possible, undecided: certain === possible || certain.equals(possible) ? [] : reasonsBetween(reach, from, to) };
  }

  private addExternal(rows: [Row[], Row[]], { end, classes }: Entry, direction: Direction): void {
    for (const version of [0, 1] as const) {
      const reach = this.reaches[version];
      for (const { range, connections, possible } of reach.externalRanges(classes[version], direction)) {
        if (!this.families.has(familyOf(range.first))) { continue; }
        const other = addressesEnd(range);
        const undecided = possible.equals(connections) ? [] : reach.undecidedReasons(classes[version], direction, reach.ofAddress(range.first));
        rows[version].push({ source: direction === 'egress' ? end : other, destination: direction === 'egress' ? other : end, connections, possible, undecided });
      }
    }
  }
}

/** The pods of a workload in both versions: those of one name, or that of a template in place of each. */
function samePods(before: Workload, after: Workload): (readonly [Pod, Pod])[] {
  const longer = before.pods.some(({ name }) => name !== undefined) ? before : after;
  return longer.pods.map(({ name }) => [podNamed(before.pods, name)!, podNamed(after.pods, name)!] as const);
}

/** Which workloads the objects that differ may affect. */
class Touched {
  private readonly policies: Readonly<Record<Direction, ReadonlyMap<string, readonly Policy[]>>>;
  private readonly isEverything: boolean;
  private readonly namespaces: ReadonlySet<string>;

  constructor({ old, now }: Versions, reaches: readonly [Reachability, Reachability]) {
    const [ofOld, ofNow] = [new Set(old.policies), new Set(now.policies)];
    const changed = [...old.policies.filter(policy => !ofNow.has(policy)), ...now.policies.filter(policy => !ofOld.has(policy))];
    const by = (direction: Direction) => {
      const own = new Map<string, Policy[]>();
      for (const policy of changed) {
        if (policy[direction] === undefined) { continue; }
        const known = own.get(policy.namespace);
        if (known === undefined) { own.set(policy.namespace, [policy]); } else { known.push(policy); }
      }
      return own;
    };
    this.policies = { ingress: by('ingress'), egress: by('egress') };
    this.namespaces = new Set([...now.namespaces].filter(([name, one]) => old.namespaces.get(name) !== one).map(([name]) => name));
    const areTiersSame = old.clusterPolicies.length === now.clusterPolicies.length
      && old.clusterPolicies.every((one, i) => one === now.clusterPolicies[i]);
    // Facts about the cluster, cluster-wide policies, and policies that are not evaluated may matter for every pod.
    this.isEverything = !areTiersSame || reaches.some(({ cluster }) => isOpenPolicyKind(cluster)) || !haveSameFacts(old, now);
  }

  public of(before: Workload, after: Workload): Record<Direction, boolean> {
    const isTouched = (direction: Direction) => this.isEverything || (this.policies[direction].get(before.namespace) ?? [])
      .some(({ subject }) => [...before.pods, ...after.pods].some(pod => couldSelect(subject, pod)));
    return { ingress: isTouched('ingress'), egress: isTouched('egress') };
  }

  public differs(before: Workload, after: Workload): boolean {
    return before !== after || this.namespaces.has(before.namespace);
  }
}

function haveSameFacts(old: Cluster, now: Cluster): boolean {
  const text = ({ podCidrs, plugin, nodes }: Cluster) =>
    JSON.stringify([podCidrs, plugin, nodes.map(({ name, labels, addresses }) => [name, labels, addresses])],
      (_, value) => typeof value === 'bigint' ? value.toString() : value);
  return text(old) === text(now);
}
