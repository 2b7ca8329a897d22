import { podName } from './endpoints';
import { Workload, workloadName } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, ClassIndex, ExternalRange, Reachability } from '../evaluator/reachability';
import { AddressRange, Family, familyOf, formatRange, parseAddress } from '../k8s/address';

/** One row of `list`: what may pass from one workload or outside range to another. Never empty. */
export interface Connection {
  readonly source: string;
  readonly destination: string;
  readonly connections: ConnectionSet;
}

/** Every allowed connection of a cluster, and what there is to say about the way it is told. */
export interface ConnectivityList {
  /** Names of the workloads, sorted; those without any connection too. */
  readonly workloads: readonly string[];
  /** Sorted by source, then destination. Worked out source by source each time that it is gone through: there may be millions. */
  readonly connections: Iterable<Connection>;
  /** Workloads whose pods differ where a policy looks, so that they are listed pod by pod. */
  readonly split: readonly { readonly workload: Workload; readonly pods: readonly string[] }[];
}

/** A workload, or a pod that is listed by itself. */
interface Entry {
  readonly name: string;
  readonly endpoint: ClassIndex;
}

/** What an entry or a range is connected with: the place of an entry among all, and what passes. */
interface Reached {
  readonly entry: number;
  readonly connections: ConnectionSet;
}

/** All allowed connections between workloads, and between workloads and outside addresses. */
export function listConnections(reach: Reachability): ConnectivityList {
  const entries: Entry[] = [];
  const split: { workload: Workload; pods: string[] }[] = [];
  for (const workload of reach.cluster.workloads) {
    const kinds = new Set(workload.pods.map(pod => reach.ofPod(workload, pod)));
    if (kinds.size === 1) {
      entries.push({ name: workloadName(workload), endpoint: reach.ofPod(workload, workload.pods[0]) });
      continue;
    }
    const pods = workload.pods.map(pod => ({ name: podName(workload, pod), endpoint: reach.ofPod(workload, pod) }));
    entries.push(...pods);
    split.push({ workload, pods: pods.map(pod => pod.name) });
  }
  entries.sort((a, b) => compareNames(a.name, b.name));
  return {
    workloads: entries.map(entry => entry.name),
    connections: { [Symbol.iterator]: () => new ConnectionRows(reach, entries).all() },
    split,
  };
}

/** The order of sources and of destinations. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Goes through all connections, with what is to be remembered on the way. */
class ConnectionRows {
  private readonly outside: OutsideConnections;

  /** The entries of each endpoint: equal endpoints have equal answers, so that they are asked about once. */
  private readonly entriesOf = new Map<ClassIndex, number[]>();

  /** Rows of endpoints that several entries have; so many parts of them are kept. */
  private readonly shared = new Map<ClassIndex, readonly Reached[]>();
  private room = 1_000_000;

  /** For sources that no policy isolates: destinations that none isolates either, and those that let the source in. */
  private readonly open: ClassIndex[] = [];
  private readonly admitting = new Map<ClassIndex, ClassIndex[]>();

  constructor(private readonly reach: Reachability, private readonly entries: readonly Entry[]) {
    this.outside = new OutsideConnections(reach);
    entries.forEach(({ endpoint }, i) => {
      const known = this.entriesOf.get(endpoint);
      if (known === undefined) { this.entriesOf.set(endpoint, [i]); } else { known.push(i); }
    });
    const sources = [...this.entriesOf.keys()].filter(endpoint => !reach.isIsolated(endpoint, 'egress'));
    if (sources.length === 0) { return; }
    for (const source of sources) { this.admitting.set(source, []); }
    for (const destination of this.entriesOf.keys()) {
      const admitted = reach.possiblePeers(destination, 'ingress');
      if (admitted === undefined) { this.open.push(destination); }
      for (const source of admitted ?? []) { this.admitting.get(source)?.push(destination); }
    }
  }

  /** By source, then by destination. */
  public *all(): Iterator<Connection> {
    const ranges = this.fromOutside();
    const sources = [...ranges.keys()].sort(compareNames);
    let next = 0;
    for (const [i, { name }] of this.entries.entries()) {
      while (next < sources.length && sources[next] < name) { yield* this.rows(sources[next], ranges.get(sources[next++])!); }
      yield* this.rowsOf(i);
    }
    while (next < sources.length) { yield* this.rows(sources[next], ranges.get(sources[next++])!); }
  }

  /** What passes from outside ranges to entries. */
  private fromOutside(): Map<string, Reached[]> {
    const ranges = new Map<string, Reached[]>();
    this.entries.forEach(({ endpoint }, entry) => {
      for (const { range, connections } of this.outside.of(endpoint, 'ingress')) {
        const reached = ranges.get(range) ?? [];
        ranges.set(range, reached);
        reached.push({ entry, connections });
      }
    });
    return ranges;
  }

  private *rows(source: string, reached: readonly Reached[]): Iterable<Connection> {
    for (const { entry, connections } of reached) { yield { source, destination: this.entries[entry].name, connections }; }
  }

  /** What passes from an entry to others and to outside ranges. */
  private *rowsOf(self: number): Iterable<Connection> {
    const { name: source, endpoint } = this.entries[self];
    const ranges = [...this.outside.of(endpoint, 'egress')].sort((a, b) => compareNames(a.range, b.range));
    let next = 0;
    for (const { entry, connections } of this.reached(endpoint)) {
      if (entry === self) { continue; }
      const destination = this.entries[entry].name;
      for (; next < ranges.length && ranges[next].range < destination; next++) { yield toRange(source, ranges[next]); }
      yield { source, destination, connections };
    }
    for (; next < ranges.length; next++) { yield toRange(source, ranges[next]); }
  }

  /** The entries that an endpoint reaches, in their order. */
  private reached(source: ClassIndex): readonly Reached[] {
    const known = this.shared.get(source);
    if (known !== undefined) { return known; }
    const reached: Reached[] = [];
    for (const destination of this.destinations(source)) {
      const entries = this.entriesOf.get(destination);
      if (entries === undefined) { continue; }
      const connections = this.reach.connections(source, destination);
      if (connections.isEmpty) { continue; }
      for (const entry of entries) { reached.push({ entry, connections }); }
    }
    reached.sort((a, b) => a.entry - b.entry);
    if (this.entriesOf.get(source)!.length > 1 && reached.length <= this.room) {
      this.shared.set(source, reached);
      this.room -= reached.length;
    }
    return reached;
  }

  /** Endpoints that a source may reach. */
  private destinations(source: ClassIndex): readonly ClassIndex[] {
    return this.reach.possiblePeers(source, 'egress') ?? [...this.open, ...this.admitting.get(source)!];
  }
}

function toRange(source: string, { range, connections }: { readonly range: string; readonly connections: ConnectionSet }): Connection {
  return { source, destination: range, connections };
}

/** What passes between a workload and a range of outside addresses. Never empty. */
export interface OutsideConnection {
  /** As `list` names it. */
  readonly range: string;
  readonly connections: ConnectionSet;
}

/** How an outside range is named: `0.0.0.0-255.255.255.255[External]`. */
export function externalName(range: AddressRange): string {
  return `${formatRange(range)}[External]`;
}

/** The range that a row of the list names, or nothing where it names a workload: `10.0.0.0-10.255.255.255[External]`. */
export function outsideRangeOf(name: string): AddressRange | undefined {
  const ends = /^([^-]+)-([^-]+)\[External\]$/.exec(name);
  return ends === null ? undefined : { first: parseAddress(ends[1])!, last: parseAddress(ends[2])! };
}

/** What passes between workloads and outside addresses, of IPv4 and, where a policy mentions it, of IPv6. */
export class OutsideConnections {
  private readonly families: readonly Family[];

  /** Many workloads have the same ranges: each list of them is named once. */
  private readonly named = new Map<readonly ExternalRange[], OutsideConnection[]>();

  constructor(private readonly reach: Reachability) {
    this.families = familiesMentioned(reach);
  }

  /** In ascending order of addresses; neighbours with the same connections are one range. */
  public of(endpoint: ClassIndex, direction: Direction): readonly OutsideConnection[] {
    const ranges = this.reach.externalRanges(endpoint, direction);
    let named = this.named.get(ranges);
    if (named === undefined) {
      named = ranges.filter(({ range }) => this.families.includes(familyOf(range.first)))
        .map(({ range, connections }) => ({ range: externalName(range), connections }));
      this.named.set(ranges, named);
    }
    return named;
  }
}

/** IPv4, and IPv6 where a policy mentions it. */
function familiesMentioned(reach: Reachability): Family[] {
  const mentionsIpv6 = reach.cluster.policies.some(({ ingress, egress }) => [...ingress ?? [], ...egress ?? []]
    .some(rule => rule.peers?.some(peer => peer.kind === 'addresses' && peer.block.family === 'IPv6')));
  return mentionsIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}
