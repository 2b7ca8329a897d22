import { knownPodName, podName } from './endpoints';
import { reasonsBetween } from './flow';
import { RowFilter } from './list-filter';
import { Cluster, Pod, Workload, workloadName } from '../cluster/cluster';
import { blocksOf } from '../cluster/cluster-policy';
import { ConnectionSet } from '../evaluator/connections';
import { ClassIndex, Direction, ExternalRange, Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { AddressRange, Family, familyOf, formatRange } from '../k8s/address';
import { oncePer } from '../k8s/once-per';

/** One end of a connection in a list. */
export type ConnectionEnd = WorkloadEnd | PodEnd | AddressesEnd;

/** All pods of a workload: no policy tells them apart. */
export interface WorkloadEnd {
  readonly kind: 'workload';
  /** `app/web[Deployment]`. Rows are sorted by this name, and it stays the same when the input changes. */
  readonly name: string;
  readonly workload: Workload;
}

/** One pod of a workload, if a policy tells the workload's pods apart. */
export interface PodEnd {
  readonly kind: 'pod';
  /** `app/web-0[Pod]` */
  readonly name: string;
  readonly workload: Workload;
  readonly pod: Pod;
}

/** Addresses outside the cluster. */
export interface AddressesEnd {
  readonly kind: 'addresses';
  /** `0.0.0.0-255.255.255.255[External]` */
  readonly name: string;
  readonly range: AddressRange;
}

/** The connections from one end to another: those that certainly pass, and why the others are undecided. */
export interface Passing {
  readonly connections: ConnectionSet;
  /** Why it is undecided whether more connections pass; empty if everything is decided. */
  readonly undecided: readonly Reason[];
}

/** One row of a list. Either it has a connection, or something is undecided. */
export interface Connection extends Passing {
  readonly source: ConnectionEnd;
  readonly destination: ConnectionEnd;
}

/** Every allowed connection of a cluster. */
export interface ConnectivityList {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  /** The workloads, and the pods that are listed one by one, sorted by name. Those without a connection are included. */
  readonly workloads: readonly (WorkloadEnd | PodEnd)[];
  /** Sorted by source, then destination. Each iteration computes the rows again, source by source, because there may be millions. */
  readonly connections: Iterable<Connection>;
  /** Workloads whose pods are listed one by one, because a policy tells them apart. */
  readonly split: readonly { readonly workload: Workload; readonly pods: readonly PodEnd[] }[];
  /** False if no row is undecided. */
  readonly mayBeUndecided: boolean;
  /** True if there may be workloads that the list does not have: something was not read, or its pods are not described. */
  readonly mayHaveOthers: boolean;
  /** Which rows the list has. Absent: all of them. */
  readonly filter?: RowFilter;
}

/** Lists all connections between workloads, within workloads of several pods, and between workloads and addresses outside the cluster. */
export function listConnections(reach: Reachability, filter?: RowFilter): ConnectivityList {
  const { entries, split } = listedEnds(reach);
  const external = new ExternalConnections(reach);
  const { unread = [], openNamespaces = new Set() } = reach.cluster;
  return {
    workloads: entries.map(({ end }) => end),
    connections: { [Symbol.iterator]: () => new ConnectionRows(reach, entries, external, filter ?? RowFilter.NONE).all() },
    split,
    mayBeUndecided: reach.mayBeUndecided,
    mayHaveOthers: unread.some(({ mayHold }) => mayHold.workloads.length > 0) || openNamespaces.size > 0,
    filter,
  };
}

/** True if the end stands for several pods, which may connect to each other. Pods of a template are several, whatever the number of replicas. */
export function isSeveral(end: WorkloadEnd | PodEnd): boolean {
  if (end.kind === 'pod') { return knownPodName(end.workload, end.pod) === undefined; }
  return end.workload.pods.length > 1 || end.workload.pods[0].name === undefined;
}

/** The ends of a list that are workloads or pods, sorted. A workload is listed pod by pod if a policy tells its pods apart. */
export function listedEnds(reach: Reachability): { readonly entries: readonly ListedEnd[]; readonly split: ConnectivityList['split'] } {
  const entries: ListedEnd[] = [];
  const split: { workload: Workload; pods: PodEnd[] }[] = [];
  for (const workload of reach.cluster.workloads) {
    const classes = new Set(workload.pods.map(pod => reach.ofPod(workload, pod)));
    if (classes.size === 1) {
      entries.push({ end: { kind: 'workload', name: workloadName(workload), workload }, index: reach.ofPod(workload, workload.pods[0]) });
      continue;
    }
    const pods = workload.pods.map(pod => ({ kind: 'pod', name: podName(workload, pod), workload, pod } as const));
    for (const end of pods) { entries.push({ end, index: reach.ofPod(workload, end.pod) }); }
    split.push({ workload, pods });
  }
  entries.sort((a, b) => compareEnds(a.end, b.end));
  return { entries, split };
}

/** The order of sources and of destinations. */
export function compareEnds({ name: a }: ConnectionEnd, { name: b }: ConnectionEnd): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The end that stands for a range of addresses. */
export function addressesEnd(range: AddressRange): AddressesEnd {
  return { kind: 'addresses', name: `${formatRange(range)}[External]`, range };
}

/** A workload or pod of the list, and its endpoint class. */
export interface ListedEnd {
  readonly end: WorkloadEnd | PodEnd;
  readonly index: ClassIndex;
}

/** What an entry or a range is connected with: the position of an entry in the list, and what passes. */
interface Reached extends Passing {
  readonly entry: number;
}

const DECIDED: readonly Reason[] = [];

/** At most this many rows are cached for sources that share their class with other entries. */
const MAX_CACHED_ROWS = 1_000_000;

/** Iterates over all connections, and caches what several rows share. */
class ConnectionRows {
  /** The entries of each class that the filter wants as destinations: the answers for a class are the same for all of its entries. */
  private readonly entriesOf = new Map<ClassIndex, number[]>();

  /** The number of entries of each class that the filter wants as sources. */
  private readonly sourcesOf = new Map<ClassIndex, number>();

  /** The entries that a class with several entries reaches. */
  private readonly kept = new Map<ClassIndex, readonly Reached[]>();
  private freeCacheRows = MAX_CACHED_ROWS;

  /** Ranges in the order of rows. Many sources have the same list of ranges. */
  private readonly sorted = new WeakMap<readonly ExternalConnection[], readonly ExternalConnection[]>();

  /** For sources that may reach every destination: destinations that every source may reach, and those that admit the source. */
  private readonly open: ClassIndex[] = [];
  private readonly admitting = new Map<ClassIndex, ClassIndex[]>();

  constructor(
    private readonly reach: Reachability,
    private readonly entries: readonly ListedEnd[],
    private readonly external: ExternalConnections,
    private readonly filter: RowFilter,
  ) {
    entries.forEach(({ end, index }, i) => {
      if (filter.mayStart(end)) { this.sourcesOf.set(index, (this.sourcesOf.get(index) ?? 0) + 1); }
      if (!filter.mayEnd(end)) { return; }
      const known = this.entriesOf.get(index);
      if (known === undefined) { this.entriesOf.set(index, [i]); } else { known.push(i); }
    });
    const sources = [...this.sourcesOf.keys()].filter(index => !reach.isIsolated(index, 'egress')
      || ((reach.mayBeUndecided || reach.cluster.clusterPolicies.length > 0) && reach.possiblePeers(index, 'egress') === undefined));
    if (sources.length === 0) { return; }
    for (const source of sources) { this.admitting.set(source, []); }
    for (const destination of this.entriesOf.keys()) {
      const admitted = reach.possiblePeers(destination, 'ingress');
      if (admitted === undefined) { this.open.push(destination); }
      for (const source of admitted ?? []) { this.admitting.get(source)?.push(destination); }
    }
  }

  /** All rows, by source, then by destination. */
  public *all(): Iterator<Connection> {
    const ranges = this.fromOutside();
    const sources = [...ranges.keys()].sort(compareEnds);
    let next = 0;
    for (const [i, { end }] of this.entries.entries()) {
      while (next < sources.length && sources[next].name < end.name) { yield* this.rows(sources[next], ranges.get(sources[next++])!); }
      if (this.filter.mayStart(end)) { yield* this.rowsOf(i); }
    }
    while (next < sources.length) { yield* this.rows(sources[next], ranges.get(sources[next++])!); }
  }

  /** The entries that each range of addresses reaches. */
  private fromOutside(): Map<AddressesEnd, Reached[]> {
    const ranges = new Map<AddressesEnd, Reached[]>();
    this.entries.forEach(({ index, end: destination }, entry) => {
      if (!this.filter.mayEnd(destination)) { return; }
      for (const { end, connections, undecided } of this.external.of(index, 'ingress', this.filter.asked.with(destination))) {
        if (!this.filter.mayStart(end) || !this.filter.joins(end, destination)) { continue; }
        const reached = ranges.get(end) ?? [];
        ranges.set(end, reached);
        reached.push({ entry, connections, undecided });
      }
    });
    return ranges;
  }

  private *rows(source: ConnectionEnd, reached: readonly Reached[]): Iterable<Connection> {
    for (const { entry, connections, undecided } of reached) { yield { source, destination: this.entries[entry].end, connections, undecided }; }
  }

  /** The rows of one entry: other entries and ranges of addresses, in one order. */
  private *rowsOf(self: number): Iterable<Connection> {
    const { end: source, index } = this.entries[self];
    const { filter } = this;
    const ranges = this.outside(source, index);
    let next = 0;
    for (const { entry, connections, undecided } of this.reached(index)) {
      const destination = this.entries[entry].end;
      if ((entry === self && !isSeveral(this.entries[self].end)) || !filter.joins(source, destination)) { continue; }
      for (; next < ranges.length && ranges[next].end.name < destination.name; next++) { yield rowTo(source, ranges[next]); }
      yield { source, destination, connections, undecided };
    }
    for (; next < ranges.length; next++) { yield rowTo(source, ranges[next]); }
  }

  /** The ranges of addresses that a source reaches. */
  private outside(source: ConnectionEnd, index: ClassIndex): readonly ExternalConnection[] {
    const ranges = this.external.of(index, 'egress', this.filter.asked.withAddresses);
    let sorted = this.sorted.get(ranges);
    if (sorted === undefined) {
      sorted = ranges.filter(({ end }) => this.filter.mayEnd(end)).sort((a, b) => compareEnds(a.end, b.end));
      this.sorted.set(ranges, sorted);
    }
    return sorted.length === 0 || this.filter.joins(source, sorted[0].end) ? sorted : [];
  }

  /** The entries that a class reaches or may reach, in their order. */
  private reached(source: ClassIndex): readonly Reached[] {
    const kept = this.kept.get(source);
    if (kept !== undefined) { return kept; }
    const reached: Reached[] = [];
    for (const destination of this.destinations(source)) {
      const entries = this.entriesOf.get(destination);
      if (entries === undefined) { continue; }
      const { certain, possible } = this.reach.connectionRange(source, destination);
      if (possible.isEmpty) { continue; }
      let reasons: readonly Reason[] | undefined;
      for (const entry of entries) {
        const asked = this.filter.asked.with(this.entries[entry].end);
        const connections = narrowed(certain, asked);
        const isUndecided = possible !== certain && !narrowed(possible, asked).equals(connections);
        if (isUndecided) { reasons ??= reasonsBetween(this.reach, source, destination); }
        const undecided = isUndecided ? reasons! : DECIDED;
        if (!connections.isEmpty || undecided.length > 0) { reached.push({ entry, connections, undecided }); }
      }
    }
    reached.sort((a, b) => a.entry - b.entry);
    if (this.sourcesOf.get(source)! > 1 && reached.length <= this.freeCacheRows) {
      this.kept.set(source, reached);
      this.freeCacheRows -= reached.length;
    }
    return reached;
  }

  /** The classes that a source may reach. */
  private destinations(source: ClassIndex): readonly ClassIndex[] {
    return this.reach.possiblePeers(source, 'egress') ?? [...this.open, ...this.admitting.get(source)!];
  }
}

/** The connections that a filter asks about. Nearly all lists ask about all of them. */
function narrowed(connections: ConnectionSet, asked: ConnectionSet): ConnectionSet {
  return asked === ConnectionSet.ALL ? connections : connections.intersect(asked);
}

function rowTo(source: ConnectionEnd, { end, connections, undecided }: ExternalConnection): Connection {
  return { source, destination: end, connections, undecided };
}

/** What passes between a workload and a range of addresses outside the cluster. */
interface ExternalConnection extends Passing {
  readonly end: AddressesEnd;
}

/** What passes between workloads and addresses outside the cluster, of IPv4 and, if a policy mentions it, of IPv6. */
class ExternalConnections {
  private readonly families: readonly Family[];

  /** Ends by name, so that one range is the same object in all rows. */
  private readonly ends = new Map<string, AddressesEnd>();

  private readonly ranges: Readonly<Record<Direction, Map<ClassIndex, readonly ExternalRange[]>>> = { ingress: new Map(), egress: new Map() };

  /** Many workloads have the same list of ranges. A filter may ask about other ports of each of them. */
  private readonly known = new Map<readonly ExternalRange[], Map<string, readonly ExternalConnection[]>>();

  constructor(private readonly reach: Reachability) {
    this.families = familiesMentioned(reach);
  }

  /** In ascending order of addresses; adjacent ranges with the same connections are merged. */
  public of(subject: ClassIndex, direction: Direction, asked: ConnectionSet): readonly ExternalConnection[] {
    const ranges = this.rangesOf(subject, direction);
    const byAsked = this.known.get(ranges) ?? new Map<string, readonly ExternalConnection[]>();
    this.known.set(ranges, byAsked);
    let known = byAsked.get(asked.key);
    if (known === undefined) {
      const own = ranges.filter(({ range }) => this.families.includes(familyOf(range.first)));
      known = (asked === ConnectionSet.ALL ? own : narrowedRanges(own, asked)).map(each => this.connection(subject, direction, each));
      // The reasons are those of one class; another class with the same ranges may have others.
      if (known.every(({ undecided }) => undecided.length === 0)) { byAsked.set(asked.key, known); }
    }
    return known;
  }

  /** The ranges of a class, which may stand for many workloads. */
  private rangesOf(subject: ClassIndex, direction: Direction): readonly ExternalRange[] {
    const known = this.ranges[direction].get(subject);
    const ranges = known ?? this.reach.externalRanges(subject, direction);
    if (known === undefined) { this.ranges[direction].set(subject, ranges); }
    return ranges;
  }

  private connection(subject: ClassIndex, direction: Direction, { range, connections, possible }: ExternalRange): ExternalConnection {
    const undecided = possible.equals(connections) ? DECIDED : this.reach.undecidedReasons(subject, direction, this.reach.ofAddress(range.first));
    return { end: this.endOf(range), connections, undecided };
  }

  private endOf(range: AddressRange): AddressesEnd {
    const end = addressesEnd(range);
    const known = this.ends.get(end.name);
    if (known === undefined) { this.ends.set(end.name, end); }
    return known ?? end;
  }
}

/** Ranges with a connection that a filter asks about. Adjacent ranges may differ only in what it does not ask about: they become one. */
function narrowedRanges(ranges: readonly ExternalRange[], asked: ConnectionSet): ExternalRange[] {
  const merged: ExternalRange[] = [];
  for (const { range, ...all } of ranges) {
    const [connections, possible] = [narrowed(all.connections, asked), narrowed(all.possible, asked)];
    if (possible.isEmpty) { continue; }
    const before = merged.at(-1);
    const isSame = before !== undefined && before.range.last + 1n === range.first && familyOf(before.range.first) === familyOf(range.first)
      && before.connections.equals(connections) && before.possible.equals(possible);
    if (isSame) {
      merged[merged.length - 1] = { ...before, range: { first: before.range.first, last: range.last } };
    } else {
      merged.push({ range, connections, possible });
    }
  }
  return merged;
}

/** True if the same connections pass, and the rest is undecided for the same reasons. */
export function samePassing(a: Passing, b: Passing): boolean {
  return a.connections.equals(b.connections) && a.undecided.length === b.undecided.length
    && a.undecided.every(({ code, what }, i) => code === b.undecided[i].code && what === b.undecided[i].what);
}

/** IPv4, and IPv6 if a policy mentions it. */
export function familiesMentioned(reach: Reachability): readonly Family[] {
  return familiesIn(reach.cluster);
}

/** Exposure asks for each workload, and every rule of the cluster counts. */
const familiesIn = oncePer(({ policies, clusterPolicies }: Cluster): readonly Family[] => {
  const mentionsIpv6 = [...policies, ...clusterPolicies].some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => blocksOf(peer)?.some(({ block }) => block.family === 'IPv6'))));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
});
