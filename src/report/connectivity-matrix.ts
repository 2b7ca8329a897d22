import { displayNames } from './private/names';
import { groupOutside, OutsideGroup, OutsideRow } from './private/outside-ranges';
import { ConnectionSet } from '../evaluator/connections';
import { Connection, ConnectivityList, outsideRangeOf } from '../query/connectivity';

/** Beyond either of these a table is no longer read but searched: then each source gets a block of lines. */
const MAX_COLUMNS = 12;
const MAX_WIDTH = 160;

/** A longer name of outside addresses is told below the table. */
const MAX_LABEL = 24;

/** A row or a column: its name, and what passes to or from it, by the other's name. */
interface Line {
  readonly name: string;
  readonly isWorkload: boolean;
  readonly cells: ReadonlyMap<string, ConnectionSet>;
}

/** Connections by the names that a person reads. */
interface Named {
  /** Between workloads: by source, then by destination; every workload is a source, if of nothing. */
  readonly inside: ReadonlyMap<string, ReadonlyMap<string, ConnectionSet>>;
  readonly egress: readonly OutsideRow[];
  readonly ingress: readonly OutsideRow[];
}

/** Who reaches whom, for a person: a matrix where one fits, else a block of lines for each source. */
export function* connectivityMatrix(list: ConnectivityList): Iterable<string> {
  if (list.workloads.length === 0) {
    yield 'There is no workload, so there is nothing that could connect.\n';
    return;
  }
  // Too many columns, whatever connects: then nothing is kept but the source that is being told.
  const table = list.workloads.length > MAX_COLUMNS ? undefined : tableOf(nameAll(list));
  yield* table ?? blocksOf(list);
}

function nameAll({ workloads, connections }: ConnectivityList): Named {
  const names = displayNames(workloads);
  const inside = new Map<string, Map<string, ConnectionSet>>(workloads.map(name => [names.get(name)!, new Map()]));
  const egress: OutsideRow[] = [];
  const ingress: OutsideRow[] = [];
  for (const { source, destination, connections: allowed } of connections) {
    const from = names.get(source);
    const to = names.get(destination);
    if (from !== undefined && to !== undefined) {
      inside.get(from)!.set(to, allowed);
    } else if (from !== undefined) {
      egress.push({ range: outsideRangeOf(destination)!, workload: from, connections: allowed });
    } else {
      ingress.push({ range: outsideRangeOf(source)!, workload: to!, connections: allowed });
    }
  }
  return { inside, egress, ingress };
}

/** The matrix, or nothing where it is too wide. */
function tableOf({ inside, egress, ingress }: Named): string[] | undefined {
  const outside = groupOutside(egress);
  const columns = [...inside.keys(), ...outside.map(group => group.label)];
  if (columns.length > MAX_COLUMNS) { return undefined; }
  const workloads = new Set(inside.keys());
  const rows = [
    ...[...inside].map(([name, cells]) => workloadLine(name, cells, outside)),
    ...groupOutside(ingress).map(outsideLine),
  ];
  const labels = new Map<string, string>();
  for (const name of [...columns, ...rows.map(row => row.name)]) {
    if (name.length > MAX_LABEL && !workloads.has(name) && !labels.has(name)) { labels.set(name, `outside ${labels.size + 1}`); }
  }
  const label = (name: string) => labels.get(name) ?? name;
  const cell = (row: Line, column: string) => {
    if (row.name === column || (!row.isWorkload && !workloads.has(column))) { return ''; }
    const allowed = row.cells.get(column);
    return allowed === undefined ? '-' : shortConnections(allowed);
  };
  const table = [['from \\ to', ...columns.map(label)], ...rows.map(row => [label(row.name), ...columns.map(column => cell(row, column))])];
  const widths = table[0].map((_, i) => Math.max(...table.map(cells => cells[i].length)));
  if (widths.reduce((sum, width) => sum + width + 3, 0) > MAX_WIDTH) { return undefined; }
  const text = table.map(cells => cells.map((c, i) => c.padEnd(widths[i])).join('   ').trimEnd());
  text.splice(1, 0, widths.map(width => '-'.repeat(width)).join('   '));
  return [
    ...text, '',
    ...[...labels].map(([name, short]) => `${short}: ${name}`),
    'A row connects to a column on the ports shown (all: every port of every protocol; -: none).',
    ...(columns.length > workloads.size || rows.length > workloads.size ? ['Addresses are those outside the cluster.'] : []),
  ].map(line => `${line}\n`);
}

function* blocksOf({ workloads, connections }: ConnectivityList): Iterable<string> {
  yield 'Each name connects to those below it on the ports shown (all: every port of every protocol).\n';
  const names = displayNames(workloads);
  const all = workloads.map(name => names.get(name)!);
  const ingress: OutsideRow[] = [];
  // Both come in the order of names; a workload without connections has a block all the same.
  let next = 0;
  for (const { source, rows } of bySource(connections)) {
    if (!names.has(source)) {
      const range = outsideRangeOf(source)!;
      for (const row of rows) { ingress.push({ range, workload: names.get(row.destination)!, connections: row.connections }); }
      continue;
    }
    while (workloads[next] !== source) { yield* blockOf(workloadLine(all[next++], new Map(), []), all); }
    yield* blockOf(ownLine(all[next++], rows, names), all);
  }
  while (next < all.length) { yield* blockOf(workloadLine(all[next++], new Map(), []), all); }
  for (const group of groupOutside(ingress)) { yield* blockOf(outsideLine(group), all); }
}

/** Rows that follow each other and have one source. */
function* bySource(connections: Iterable<Connection>): Iterable<{ source: string; rows: Connection[] }> {
  let group: { source: string; rows: Connection[] } | undefined;
  for (const row of connections) {
    if (group?.source !== row.source) {
      if (group !== undefined) { yield group; }
      group = { source: row.source, rows: [] };
    }
    group.rows.push(row);
  }
  if (group !== undefined) { yield group; }
}

/** Without columns, the addresses that a workload reaches need not be cut where others' are. */
function ownLine(name: string, rows: readonly Connection[], names: ReadonlyMap<string, string>): Line {
  const inside = new Map<string, ConnectionSet>();
  const egress: OutsideRow[] = [];
  for (const { destination, connections } of rows) {
    const to = names.get(destination);
    if (to === undefined) {
      egress.push({ range: outsideRangeOf(destination)!, workload: name, connections });
    } else {
      inside.set(to, connections);
    }
  }
  return workloadLine(name, inside, groupOutside(egress));
}

function* blockOf(row: Line, workloads: readonly string[]): Iterable<string> {
  const entries = entriesOf(row, workloads);
  yield `\n${row.name}\n`;
  if (entries.length === 0) { yield '    nothing\n'; }
  const width = Math.max(...entries.map(([, text]) => text.length));
  for (const [name, text] of entries) { yield `    ${text.padEnd(width)}   ${name}\n`; }
}

/** What a workload reaches: other workloads, and groups of outside addresses. */
function workloadLine(name: string, inside: ReadonlyMap<string, ConnectionSet>, outside: readonly OutsideGroup[]): Line {
  const cells = new Map(inside);
  for (const { label, connections } of outside) {
    const allowed = connections.get(name);
    if (allowed !== undefined) { cells.set(label, allowed); }
  }
  return { name, isWorkload: true, cells };
}

function outsideLine({ label, connections }: OutsideGroup): Line {
  return { name: label, isWorkload: false, cells: connections };
}

/** What a source reaches; all the workloads in one line where it reaches them all alike. */
function entriesOf(row: Line, workloads: readonly string[]): [string, string][] {
  // To see that, all the others have to be gone through; most sources reach too few for it.
  const others = row.cells.size < workloads.length - 1 ? [] : workloads.filter(name => name !== row.name);
  const first = row.cells.get(others[0]);
  const alike = first !== undefined && others.length > 3 && others.every(name => row.cells.get(name)?.equals(first));
  const told = new Set(alike ? others : []);
  const entries: [string, string][] = [...row.cells]
    .filter(([name]) => !told.has(name))
    .map(([name, connections]) => [name, shortConnections(connections)]);
  return alike ? [[`every ${row.isWorkload ? 'other ' : ''}workload (${others.length})`, shortConnections(first)], ...entries] : entries;
}

function shortConnections(connections: ConnectionSet): string {
  return connections.isAll ? 'all' : connections.toString();
}
