import { compareNames, Connection, externalName, outsideRangeOf } from './connectivity';
import { ConnectionSet } from '../evaluator/connections';
import { AddressRange, familyOf } from '../k8s/address';

/** What may pass from one to another that is other than it was. Outside ranges are those within which it is the same change. */
export interface ConnectivityChange {
  readonly source: string;
  readonly destination: string;
  /** Empty where the connection is new. */
  readonly before: ConnectionSet;
  /** Empty where it is gone. */
  readonly after: ConnectionSet;
}

/** The two sides of a comparison. */
type Side = 'before' | 'after';

/** A workload's connections with outside addresses, one way, on both sides. */
interface OutsideRows {
  readonly workload: string;
  readonly isSource: boolean;
  readonly before: RangeConnection[];
  readonly after: RangeConnection[];
}

interface RangeConnection {
  readonly range: AddressRange;
  readonly connections: ConnectionSet;
}

/**
 * What differs between the rows of two lists of connections, each in the order of listConnections; sorted like
 * them. Addresses are compared as sets: it is no difference that a range is cut in two.
 */
export function connectivityChanges(before: Iterable<Connection>, after: Iterable<Connection>): ConnectivityChange[] {
  const outside = new Map<string, OutsideRows>();
  const changes = [...insideChanges(withoutOutside(before, 'before', outside), withoutOutside(after, 'after', outside))];
  for (const rows of outside.values()) { changes.push(...outsideChanges(rows)); }
  return changes.sort((a, b) => compareNames(a.source, b.source) || compareNames(a.destination, b.destination));
}

/** Of the rows those between workloads; the others are put aside. */
function* withoutOutside(rows: Iterable<Connection>, side: Side, outside: Map<string, OutsideRows>): Iterator<Connection> {
  for (const row of rows) {
    const to = outsideRangeOf(row.destination);
    const from = outsideRangeOf(row.source);
    const range = to ?? from;
    if (range === undefined) {
      yield row;
      continue;
    }
    const workload = to === undefined ? row.destination : row.source;
    const key = `${to === undefined ? 'from' : 'to'} ${workload}`;
    const known = outside.get(key) ?? { workload, isSource: to !== undefined, before: [], after: [] };
    outside.set(key, known);
    known[side].push({ range, connections: row.connections });
  }
}

/** Goes along both lists at once. */
function* insideChanges(before: Iterator<Connection>, after: Iterator<Connection>): Iterable<ConnectivityChange> {
  const next = (rows: Iterator<Connection>) => rows.next().value as Connection | undefined;
  let old = next(before);
  let now = next(after);
  while (old !== undefined || now !== undefined) {
    const order = old === undefined ? 1 : now === undefined ? -1
      : compareNames(old.source, now.source) || compareNames(old.destination, now.destination);
    const { source, destination } = order <= 0 ? old! : now!;
    const was = order <= 0 ? old!.connections : ConnectionSet.NONE;
    const is = order >= 0 ? now!.connections : ConnectionSet.NONE;
    if (!was.equals(is)) { yield { source, destination, before: was, after: is }; }
    if (order <= 0) { old = next(before); }
    if (order >= 0) { now = next(after); }
  }
}

/** Cuts both sides at each other's edges; neighbours with the same change are one. */
function outsideChanges({ workload, isSource, before, after }: OutsideRows): ConnectivityChange[] {
  const edges = new Set([...before, ...after].flatMap(({ range }) => [range.first, range.last + 1n]));
  const sorted = [...edges].sort((a, b) => a < b ? -1 : 1);
  const changes: { range: AddressRange; was: ConnectionSet; is: ConnectionSet }[] = [];
  for (let i = 0; i + 1 < sorted.length; i++) {
    const range = { first: sorted[i], last: sorted[i + 1] - 1n };
    const [was, is] = [before, after].map(side => connectionsAt(side, range.first));
    const last = changes.at(-1);
    if (was.equals(is)) { continue; }
    if (last !== undefined && last.range.last + 1n === range.first && last.was.equals(was) && last.is.equals(is)
      && familyOf(last.range.first) === familyOf(range.first)) {
      last.range = { first: last.range.first, last: range.last };
    } else {
      changes.push({ range, was, is });
    }
  }
  return changes.map(({ range, was, is }) => {
    const name = externalName(range);
    return { source: isSource ? workload : name, destination: isSource ? name : workload, before: was, after: is };
  });
}

function connectionsAt(rows: readonly RangeConnection[], address: bigint): ConnectionSet {
  return rows.find(({ range }) => range.first <= address && address <= range.last)?.connections ?? ConnectionSet.NONE;
}
