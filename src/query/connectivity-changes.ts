import { addressesEnd, AddressesEnd, compareEnds, Connection, ConnectionEnd, Passing, samePassing } from './connectivity';
import { ConnectionSet } from '../evaluator/connections';
import { familyOf } from '../k8s/address';

/** A difference between two lists of connections. Ranges of addresses are those in which every address has the same difference. */
export interface ConnectivityChange {
  readonly source: ConnectionEnd;
  readonly destination: ConnectionEnd;
  /** Nothing passes if the connection is new. */
  readonly before: Passing;
  /** Nothing passes if the connection is gone. */
  readonly after: Passing;
}

/** True if no connection passes and nothing is undecided. */
export function isNothing({ connections, undecided }: Passing): boolean {
  return connections.isEmpty && undecided.length === 0;
}

const NOTHING: Passing = { connections: ConnectionSet.NONE, undecided: [] };

/** The connections of a workload with addresses outside the cluster, in one direction, in both lists. */
interface ExternalRows {
  readonly workload: ConnectionEnd;
  readonly isSource: boolean;
  readonly before: ExternalRow[];
  readonly after: ExternalRow[];
}

interface ExternalRow extends Passing {
  readonly end: AddressesEnd;
}

/**
 * The differences between two lists of connections, each in the order of listConnections; sorted like them. Addresses are
 * compared as sets: a range that is only split in two is not a difference.
 */
export function connectivityChanges(before: Iterable<Connection>, after: Iterable<Connection>): ConnectivityChange[] {
  const external = new Map<string, ExternalRows>();
  const changes = [...internalChanges(withoutExternal(before, 'before', external), withoutExternal(after, 'after', external))];
  for (const rows of external.values()) { changes.push(...externalChanges(rows)); }
  return changes.sort((a, b) => compareEnds(a.source, b.source) || compareEnds(a.destination, b.destination));
}

/** The rows between workloads; puts the other rows into `external`. */
function* withoutExternal(rows: Iterable<Connection>, list: 'before' | 'after', external: Map<string, ExternalRows>): Iterator<Connection> {
  for (const row of rows) {
    const { source, destination } = row;
    if (source.kind !== 'addresses' && destination.kind !== 'addresses') {
      yield row;
      continue;
    }
    const [end, workload] = source.kind === 'addresses' ? [source, destination] : [destination as AddressesEnd, source];
    const key = `${source === workload ? 'to' : 'from'} ${workload.name}`;
    const known = external.get(key) ?? { workload, isSource: source === workload, before: [], after: [] };
    external.set(key, known);
    known[list].push({ end, connections: row.connections, undecided: row.undecided });
  }
}

/** Walks both lists at once. */
function* internalChanges(before: Iterator<Connection>, after: Iterator<Connection>): Iterable<ConnectivityChange> {
  const next = (rows: Iterator<Connection>) => rows.next().value as Connection | undefined;
  let old = next(before);
  let now = next(after);
  while (old !== undefined || now !== undefined) {
    const order = old === undefined ? 1 : now === undefined ? -1
      : compareEnds(old.source, now.source) || compareEnds(old.destination, now.destination);
    const { source, destination } = order >= 0 ? now! : old!;
    const was = order <= 0 ? passingOf(old!) : NOTHING;
    const is = order >= 0 ? passingOf(now!) : NOTHING;
    if (!samePassing(was, is)) { yield { source, destination, before: was, after: is }; }
    if (order <= 0) { old = next(before); }
    if (order >= 0) { now = next(after); }
  }
}

function passingOf({ connections, undecided }: Passing): Passing {
  return { connections, undecided };
}

/** Cuts both lists at each other's edges, and merges adjacent ranges with the same change. */
function externalChanges({ workload, isSource, before, after }: ExternalRows): ConnectivityChange[] {
  const edges = new Set([...before, ...after].flatMap(({ end: { range } }) => [range.first, range.last + 1n]));
  const sorted = [...edges].sort((a, b) => a < b ? -1 : 1);
  const changes: { first: bigint; last: bigint; was: Passing; is: Passing }[] = [];
  sorted.forEach((first, i) => {
    if (i + 1 === sorted.length) { return; }
    const last = sorted[i + 1] - 1n;
    const [was, is] = [before, after].map(rows => passingAt(rows, first));
    const previous = changes.at(-1);
    if (samePassing(was, is)) { return; }
    if (previous !== undefined && previous.last + 1n === first && samePassing(previous.was, was) && samePassing(previous.is, is)
      && familyOf(previous.first) === familyOf(first)) {
      previous.last = last;
    } else {
      changes.push({ first, last, was, is });
    }
  });
  return changes.map(({ first, last, was, is }) => {
    const end = addressesEnd({ first, last });
    return { source: isSource ? workload : end, destination: isSource ? end : workload, before: was, after: is };
  });
}

function passingAt(rows: readonly ExternalRow[], address: bigint): Passing {
  const row = rows.find(({ end: { range } }) => range.first <= address && address <= range.last);
  return row === undefined ? NOTHING : passingOf(row);
}
