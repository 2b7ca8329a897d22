import { displayNames } from './display-names';
import { groupOutside, OutsideRow, outsideRangeOf } from './outside-ranges';
import { ConnectivityList } from '../analysis/connectivity-list';
import { ConnectionSet } from '../reach/connections';

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

/** Who reaches whom, for a person: a matrix where one fits, else a block of lines for each source. */
export function* connectivityMatrix(list: ConnectivityList): Iterable<string> {
  if (list.workloads.length === 0) {
    yield 'There is no workload, so there is nothing that could connect.\n';
    return;
  }
  const { rows, columns } = linesOf(list);
  if (columns.length <= MAX_COLUMNS) {
    const table = tableOf(rows, columns);
    if (table !== undefined) {
      yield* table;
      return;
    }
  }
  yield* blocksOf(rows);
}

/**
 * Sources with what they reach, and destinations. Outside addresses are grouped for themselves on
 * either side, since a group of one side is seldom one of the other.
 */
function linesOf({ workloads, connections }: ConnectivityList): { rows: Line[]; columns: string[] } {
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
  const outsideColumns = groupOutside(egress);
  for (const { label, connections: cells } of outsideColumns) {
    for (const [workload, allowed] of cells) { inside.get(workload)!.set(label, allowed); }
  }
  return {
    rows: [
      ...[...inside].map(([name, cells]) => ({ name, isWorkload: true, cells })),
      ...groupOutside(ingress).map(({ label, connections: cells }) => ({ name: label, isWorkload: false, cells })),
    ],
    columns: [...inside.keys(), ...outsideColumns.map(group => group.label)],
  };
}

/** The matrix, or nothing where it is too wide. */
function tableOf(rows: readonly Line[], columns: readonly string[]): string[] | undefined {
  const workloads = new Set(rows.filter(row => row.isWorkload).map(row => row.name));
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

function* blocksOf(rows: readonly Line[]): Iterable<string> {
  const workloads = rows.filter(row => row.isWorkload).map(row => row.name);
  yield 'Each name connects to those below it on the ports shown (all: every port of every protocol).\n';
  for (const row of rows) {
    const entries = entriesOf(row, workloads);
    yield `\n${row.name}\n`;
    if (entries.length === 0) { yield '    nothing\n'; }
    const width = Math.max(...entries.map(([, text]) => text.length));
    for (const [name, text] of entries) { yield `    ${text.padEnd(width)}   ${name}\n`; }
  }
}

/** What a source reaches; all the workloads in one line where it reaches them all alike. */
function entriesOf(row: Line, workloads: readonly string[]): [string, string][] {
  const others = workloads.filter(name => name !== row.name);
  const first = row.cells.get(others[0]);
  const alike = first !== undefined && others.length > 3 && others.every(name => row.cells.get(name)?.equals(first));
  const entries: [string, string][] = [...row.cells]
    .filter(([name]) => !alike || !others.includes(name))
    .map(([name, connections]) => [name, shortConnections(connections)]);
  return alike ? [[`every ${row.isWorkload ? 'other ' : ''}workload (${others.length})`, shortConnections(first)], ...entries] : entries;
}

function shortConnections(connections: ConnectionSet): string {
  return connections.isAll ? 'all' : connections.toString();
}
