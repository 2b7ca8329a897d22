import { Layout } from './layout';
import { connectivityBlocks } from './private/connectivity-blocks';
import { isGroup, MatrixEnd, Row, rowOfGroup, splitRows, withGroups } from './private/matrix-rows';
import { DisplayNames, PodsEnd } from './private/names';
import { groupOutside, OutsideGroup } from './private/outside-ranges';
import { passingText, Reasons } from './private/passing';
import { textLine } from './private/tables';
import { ConnectivityList, isSeveral, Passing } from '../query/connectivity';

/** A table with more columns, or a wider one, is hard to read: the result is then a block of lines for each source. */
const MAX_COLUMNS = 12;
const MAX_WIDTH = 160;

/** A longer label of addresses is written below the table. */
const MAX_LABEL = 24;

/**
 * Who reaches whom, for a person: a table if it is small enough for the terminal, otherwise a block of lines for each source. If there are several clusters,
 * the name of each one is above its table.
 */
export function* connectivityMatrix(layout: Layout, ...lists: ConnectivityList[]): Iterable<string> {
  let before = '';
  for (const list of lists) {
    if (list.cluster !== undefined) { yield `${before}${layout.style.heading(`cluster ${list.cluster}`)}\n`; }
    before = '\n';
    yield* matrixOf(list, layout);
  }
}

function* matrixOf(list: ConnectivityList, layout: Layout): Iterable<string> {
  if (list.workloads.length === 0) {
    yield list.mayHaveOthers ? 'No workload was read, but there may be some: it is undecided what can connect.\n' : 'There are no workloads, so nothing can connect.\n';
    return;
  }
  // With too many workloads there is no table, and only the rows of one source need to be in memory. In a table, `-` would say that what a filter leaves out
  // cannot connect.
  const table = list.workloads.length > MAX_COLUMNS || list.filter !== undefined ? undefined : new TableWriter(list, layout).table();
  yield* table ?? connectivityBlocks(list, layout);
}

/** The groups of addresses that a workload is connected with. */
function passingOf(workload: PodsEnd, groups: readonly OutsideGroup[]): Map<OutsideGroup, Passing> {
  return new Map(groups.flatMap(group => {
    const passing = group.passing.get(workload);
    return passing === undefined ? [] : [[group, passing]];
  }));
}

class TableWriter {
  private readonly names: DisplayNames;
  private readonly reasons = new Reasons();

  constructor(private readonly list: ConnectivityList, private readonly layout: Layout) {
    this.names = new DisplayNames(list.workloads);
  }

  /** The lines of the table; nothing if it is too wide. */
  public table(): string[] | undefined {
    const { workloads } = this.list;
    const { internal, egress, ingress } = splitRows(this.list.connections);
    const groups = groupOutside(egress);
    const columns: MatrixEnd[] = [...workloads, ...groups];
    if (columns.length > MAX_COLUMNS) { return undefined; }
    const sources = groupOutside(ingress);
    const rows = [
      ...workloads.map(source => ({ source, cells: withGroups(internal.get(source), passingOf(source, groups)) })),
      ...sources.map(rowOfGroup),
    ];
    const numbered = new Map<string, string>();
    for (const { label } of [...groups, ...sources]) {
      if (label.length > MAX_LABEL && !numbered.has(label)) { numbered.set(label, `outside ${numbered.size + 1}`); }
    }
    const heading = (end: MatrixEnd) => isGroup(end) ? numbered.get(end.label) ?? end.label : this.names.of(end);
    const cell = ({ source, cells }: Row, column: MatrixEnd) => {
      if (isGroup(source) ? isGroup(column) : source === column && !isSeveral(source)) { return ''; }
      const passing = cells.get(column);
      return passing === undefined ? '-' : this.text(passing);
    };
    const table = [['from \\ to', ...columns.map(heading)], ...rows.map(row => [heading(row.source), ...columns.map(column => cell(row, column))])];
    const widths = table[0].map((_, i) => Math.max(...table.map(cells => cells[i].length)));
    if (widths.reduce((sum, width) => sum + width + 3, -3) > (this.layout.width ?? MAX_WIDTH)) { return undefined; }
    const { style } = this.layout;
    const paint = (text: string) => text === '-' ? style.faint(text) : text.endsWith('?') ? style.answer('undecided', text) : text;
    return [
      textLine(table[0], widths, style.heading),
      textLine(widths.map(width => '-'.repeat(width)), widths, style.faint),
      ...table.slice(1).map(([first, ...others]) => textLine([first, ...others], widths, (text, i) => i === 0 ? style.heading(text) : paint(text))), '',
      ...[...numbered].map(([label, short]) => `${short}: ${label}`),
      'A row connects to a column on the ports shown (all: every port of every protocol; -: none).',
      ...workloads.some(isSeveral) ? ['In its own column, a workload has the connections between its replicas.'] : [],
      ...this.reasons.legend(),
      ...(groups.length + sources.length > 0 ? ['Addresses are those outside the cluster.'] : []),
    ].map(line => `${line}\n`);
  }

  private text(passing: Passing): string {
    this.reasons.add(passing.undecided);
    return passingText(passing);
  }
}
