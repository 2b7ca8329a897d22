import { DisplayNames, PodsEnd } from './private/names';
import { groupOutside, OutsideGroup, OutsideRow } from './private/outside-ranges';
import { passingText, Reasons } from './private/passing';
import { Connection, ConnectionEnd, ConnectivityList, Passing, samePassing } from '../query/connectivity';

/** A table with more columns, or a wider one, is hard to read: the result is then a block of lines for each source. */
const MAX_COLUMNS = 12;
const MAX_WIDTH = 160;

/** A longer label of addresses is written below the table. */
const MAX_LABEL = 24;

/** A row or a column of the table: a workload, or a group of addresses. */
type MatrixEnd = PodsEnd | OutsideGroup;

/** A source, and the connections to each end that it reaches. */
interface Row {
  readonly source: MatrixEnd;
  readonly cells: ReadonlyMap<MatrixEnd, Passing>;
}

/**
 * Who reaches whom, for a person: a table if it is small enough, otherwise a block of lines for each source. If there are several clusters, the name
 * of each one is above its table.
 */
export function* connectivityMatrix(...lists: ConnectivityList[]): Iterable<string> {
  let before = '';
  for (const list of lists) {
    if (list.cluster !== undefined) { yield `${before}cluster ${list.cluster}\n`; }
    before = '\n';
    yield* matrixOf(list);
  }
}

function* matrixOf(list: ConnectivityList): Iterable<string> {
  if (list.workloads.length === 0) {
    yield 'There are no workloads, so nothing can connect.\n';
    return;
  }
  const writer = new MatrixWriter(list);
  // With too many workloads there is no table, and only the rows of one source need to be in memory.
  const table = list.workloads.length > MAX_COLUMNS ? undefined : writer.table();
  yield* table ?? writer.blocks();
}

class MatrixWriter {
  private readonly names: DisplayNames;
  private readonly reasons = new Reasons();

  constructor(private readonly list: ConnectivityList) {
    this.names = new DisplayNames(list.workloads);
  }

  /** The lines of the table; nothing if it is too wide. */
  public table(): string[] | undefined {
    const { workloads } = this.list;
    const { internal, egress, ingress } = this.split(this.list.connections);
    const groups = groupOutside(egress);
    const columns: MatrixEnd[] = [...workloads, ...groups];
    if (columns.length > MAX_COLUMNS) { return undefined; }
    const sources = groupOutside(ingress);
    const rows = [
      ...workloads.map(source => ({ source, cells: withGroups(source, internal.get(source), groups) })),
      ...sources.map(rowOfGroup),
    ];
    const numbered = new Map<string, string>();
    for (const { label } of [...groups, ...sources]) {
      if (label.length > MAX_LABEL && !numbered.has(label)) { numbered.set(label, `outside ${numbered.size + 1}`); }
    }
    const heading = (end: MatrixEnd) => isGroup(end) ? numbered.get(end.label) ?? end.label : this.names.of(end);
    const cell = ({ source, cells }: Row, column: MatrixEnd) => {
      if (source === column || (isGroup(source) && isGroup(column))) { return ''; }
      const passing = cells.get(column);
      return passing === undefined ? '-' : this.text(passing);
    };
    const table = [['from \\ to', ...columns.map(heading)], ...rows.map(row => [heading(row.source), ...columns.map(column => cell(row, column))])];
    const widths = table[0].map((_, i) => Math.max(...table.map(cells => cells[i].length)));
    if (widths.reduce((sum, width) => sum + width + 3, 0) > MAX_WIDTH) { return undefined; }
    const text = table.map(cells => cells.map((c, i) => c.padEnd(widths[i])).join('   ').trimEnd());
    text.splice(1, 0, widths.map(width => '-'.repeat(width)).join('   '));
    return [
      ...text, '',
      ...[...numbered].map(([label, short]) => `${short}: ${label}`),
      'A row connects to a column on the ports shown (all: every port of every protocol; -: none).',
      ...this.reasons.legend(),
      ...(groups.length + sources.length > 0 ? ['Addresses are those outside the cluster.'] : []),
    ].map(line => `${line}\n`);
  }

  /** A block of lines for each source. */
  public *blocks(): Iterable<string> {
    yield 'Each name connects to those below it on the ports shown (all: every port of every protocol).\n';
    const { workloads, connections } = this.list;
    const fromOutside: OutsideRow[] = [];
    // Rows and workloads are in the same order. A workload without a connection has a block too.
    let next = 0;
    for (const { source, rows } of bySource(connections)) {
      const { internal, egress, ingress } = this.split(rows);
      if (source.kind === 'addresses') {
        fromOutside.push(...ingress);
        continue;
      }
      while (workloads[next] !== source) { yield* this.block({ source: workloads[next++], cells: new Map() }); }
      // A block is about one source, so addresses need not be cut where other sources differ.
      yield* this.block({ source: workloads[next++], cells: withGroups(source, internal.get(source), groupOutside(egress)) });
    }
    while (next < workloads.length) { yield* this.block({ source: workloads[next++], cells: new Map() }); }
    for (const group of groupOutside(fromOutside)) { yield* this.block(rowOfGroup(group)); }
    const legend = this.reasons.legend();
    if (legend.length > 0) { yield `\n${legend.join('\n')}\n`; }
  }

  private *block(row: Row): Iterable<string> {
    const entries = this.entriesOf(row);
    yield `\n${this.nameOf(row.source)}\n`;
    if (entries.length === 0) { yield '    nothing\n'; }
    const width = Math.max(...entries.map(([, text]) => text.length));
    for (const [name, text] of entries) { yield `    ${text.padEnd(width)}   ${name}\n`; }
  }

  /** The lines of a block. One line stands for all other workloads if the source reaches each of them, on the same connections. */
  private entriesOf({ source, cells }: Row): [string, string][] {
    // Most sources reach too few workloads for that line.
    const others = cells.size < this.list.workloads.length - 1 ? [] : this.list.workloads.filter(end => end !== source);
    const first = cells.get(others[0]);
    const isAlike = first !== undefined && others.length > 3 && others.every(end => {
      const passing = cells.get(end);
      return passing !== undefined && samePassing(passing, first);
    });
    const merged = new Set<MatrixEnd>(isAlike ? others : []);
    const entries = [...cells].filter(([end]) => !merged.has(end))
      .map(([end, passing]): [string, string] => [this.nameOf(end), this.text(passing)]);
    return isAlike ? [[`every ${isGroup(source) ? '' : 'other '}workload (${others.length})`, this.text(first)], ...entries] : entries;
  }

  private nameOf(end: MatrixEnd): string {
    return isGroup(end) ? end.label : this.names.of(end);
  }

  private text(passing: Passing): string {
    this.reasons.add(passing.undecided);
    return passingText(passing);
  }

  /** Rows between workloads, by source and destination, and rows with addresses. */
  private split(connections: Iterable<Connection>): {
    readonly internal: ReadonlyMap<PodsEnd, Map<MatrixEnd, Passing>>; readonly egress: OutsideRow[]; readonly ingress: OutsideRow[];
  } {
    const internal = new Map<PodsEnd, Map<MatrixEnd, Passing>>();
    const egress: OutsideRow[] = [];
    const ingress: OutsideRow[] = [];
    for (const { source, destination, connections: allowed, undecided } of connections) {
      const passing = { connections: allowed, undecided };
      if (source.kind === 'addresses') {
        ingress.push({ range: source.range, workload: destination as PodsEnd, ...passing });
      } else if (destination.kind === 'addresses') {
        egress.push({ range: destination.range, workload: source, ...passing });
      } else {
        const cells = internal.get(source) ?? new Map<MatrixEnd, Passing>();
        internal.set(source, cells.set(destination, passing));
      }
    }
    return { internal, egress, ingress };
  }
}

function isGroup(end: MatrixEnd): end is OutsideGroup {
  return 'label' in end;
}

function rowOfGroup(group: OutsideGroup): Row {
  return { source: group, cells: group.passing };
}

/** The connections of a workload to other workloads, and to groups of addresses. */
function withGroups(
  workload: PodsEnd, internal: ReadonlyMap<MatrixEnd, Passing> = new Map(), groups: readonly OutsideGroup[],
): Map<MatrixEnd, Passing> {
  const cells = new Map(internal);
  for (const group of groups) {
    const passing = group.passing.get(workload);
    if (passing !== undefined) { cells.set(group, passing); }
  }
  return cells;
}

/** The rows of each source, which follow each other. */
function* bySource(connections: Iterable<Connection>): Iterable<{ source: ConnectionEnd; rows: Connection[] }> {
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
