import { PodsEnd } from './names';
import { OutsideGroup, OutsideRow } from './outside-ranges';
import { Connection, ConnectionEnd, Passing } from '../../query/connectivity';

/* The connections of a list, by source: what the table and the blocks for a person have in common. */

/** A row or a column of the table: a workload, or a group of addresses. */
export type MatrixEnd = PodsEnd | OutsideGroup;

/** A source, and the connections to each end that it reaches. */
export interface Row {
  readonly source: MatrixEnd;
  readonly cells: ReadonlyMap<MatrixEnd, Passing>;
}

/** Rows between workloads, by source and destination, and rows with addresses. */
export interface SplitRows {
  readonly internal: ReadonlyMap<PodsEnd, Map<MatrixEnd, Passing>>;
  readonly egress: OutsideRow[];
  readonly ingress: OutsideRow[];
}

export function splitRows(connections: Iterable<Connection>): SplitRows {
  const internal = new Map<PodsEnd, Map<MatrixEnd, Passing>>();
  const egress: OutsideRow[] = [];
  const ingress: OutsideRow[] = [];
  for (const { source, destination, connections: allowed, undecided } of connections) {
    if (source.kind === 'addresses') {
      ingress.push({ range: source.range, workload: destination as PodsEnd, connections: allowed, undecided });
    } else if (destination.kind === 'addresses') {
      egress.push({ range: destination.range, workload: source, connections: allowed, undecided });
    } else {
      const cells = internal.get(source) ?? new Map<MatrixEnd, Passing>();
      internal.set(source, cells.set(destination, { connections: allowed, undecided }));
    }
  }
  return { internal, egress, ingress };
}

export function isGroup(end: MatrixEnd): end is OutsideGroup {
  return 'label' in end;
}

export function rowOfGroup(group: OutsideGroup): Row {
  return { source: group, cells: group.passing };
}

/** The connections of a workload to other workloads, and to groups of addresses. */
export function withGroups(
  internal: ReadonlyMap<MatrixEnd, Passing> | undefined, groups: ReadonlyMap<OutsideGroup, Passing>,
): Map<MatrixEnd, Passing> {
  return new Map([...internal ?? [], ...groups]);
}

/** The rows of each source, which follow each other. */
export function* bySource(connections: Iterable<Connection>): Iterable<{ source: ConnectionEnd; rows: Connection[] }> {
  let group: { source: ConnectionEnd; rows: Connection[] } | undefined;
  for (const row of connections) {
    if (group?.source !== row.source) {
      if (group !== undefined) { yield group; }
      group = { source: row.source, rows: [] };
    }
    group.rows.push(row);
  }
  if (group !== undefined) { yield group; }
}
