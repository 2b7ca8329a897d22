import { escapeMarkdown, tableRow } from './markdown';
import { oncePer } from '../../k8s/once-per';
import { Layout } from '../layout';

/* Tables with one header for the rows of several clusters, as text, Markdown and comma-separated values. */

/** The rows of one cluster. */
export interface ClusterRows {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly rows: Iterable<readonly string[]>;
}

/** Columns are this far apart. */
const GAP = '   ';

/** A column of a terminal does not become narrower than this. */
const MIN_WIDTH = 12;

/**
 * A table for each cluster: columns of equal width, and a line below the header. If a terminal is too narrow, the widest columns are, and what does not fit
 * into a cell goes on in the next line. `empty` is the line for a cluster without rows.
 */
export function* textTables(header: readonly string[], lists: readonly ClusterRows[], empty: string, { width, style }: Layout): Iterable<string> {
  const paint = (text: string) => text === 'yes' || text === 'no' || text === 'undecided' ? style.answer(text, text) : text;
  let before = '';
  for (const { cluster, rows } of lists) {
    if (cluster !== undefined) { yield `${before}${style.heading(`cluster ${cluster}`)}\n`; }
    before = '\n';
    const all = [...rows];
    if (all.length === 0) {
      yield `${empty}\n`;
      continue;
    }
    const widths = fitted(header.map((title, i) => all.reduce((most, row) => Math.max(most, row[i].length), title.length)), width);
    yield `${textLine(header, widths, style.heading)}\n${textLine(widths.map(one => '-'.repeat(one)), widths, style.faint)}\n`;
    for (const row of all) {
      const cells = row.map((cell, i) => wrapped(cell, widths[i]));
      const lines = cells.reduce((most, one) => Math.max(most, one.length), 0);
      for (let i = 0; i < lines; i++) { yield `${textLine(cells.map(one => one[i] ?? ''), widths, paint)}\n`; }
    }
  }
}

/** A line of a table, without spaces at its end. */
export function textLine(cells: readonly string[], widths: readonly number[], paint: (text: string, column: number) => string): string {
  const last = cells.reduce((before, cell, i) => cell === '' ? before : i, 0);
  return cells.slice(0, last + 1).map((cell, i) => `${paint(cell, i)}${i === last ? '' : ' '.repeat(widths[i] - cell.length)}`).join(GAP);
}

/** Widths of columns that fit into a terminal, as far as that is possible: the widest columns give first. */
function fitted(widths: readonly number[], terminal = Infinity): number[] {
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  if (total <= terminal) { return [...widths]; }
  // The largest bound under which the table fits.
  let bound = Math.min(Math.max(...widths), terminal);
  while (bound > MIN_WIDTH && widths.reduce((sum, width) => sum + Math.min(width, bound), GAP.length * (widths.length - 1)) > terminal) { bound--; }
  return widths.map(width => Math.min(width, bound));
}

/** The lines of a cell: broken at spaces, or within a word that is too long for a line. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** The rows of one cluster, for the formats without columns of equal width. */
export interface RecordRows {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  /** The first cell, and the others. Thousands of rows may have the same array of other cells, which is written once. */
  readonly rows: Iterable<{ readonly first: string; readonly others: readonly string[] }>;
}

/** One Markdown table. If there are several clusters, it has a column for them. */
export function* markdownTable(header: readonly string[], lists: readonly RecordRows[]): Iterable<string> {
  const titles = withCluster(lists.length > 1 ? 'cluster' : undefined, header);
  yield tableRow(titles) + `| ${titles.map(() => '---').join(' | ')} |\n`;
  yield* records(lists, cells => cells.map(escapeMarkdown).join(' | '), (first, others) => `| ${first} | ${others} |\n`);
}

/** Comma-separated values (RFC 4180) with a header line. If there are several clusters, there is a column for them. */
export function* csvTable(header: readonly string[], lists: readonly RecordRows[]): Iterable<string> {
  yield `${withCluster(lists.length > 1 ? 'cluster' : undefined, header).join()}\n`;
  yield* records(lists, cells => cells.map(csvField).join(), (first, others) => `${first},${others}\n`);
}

/** The lines of rows: `write` writes some cells of a row, and `join` makes a line of the two parts of a row. */
function* records(
  lists: readonly RecordRows[], write: (cells: readonly string[]) => string, join: (first: string, others: string) => string,
): Iterable<string> {
  const othersOf = oncePer(write);
  for (const { cluster, rows } of lists) {
    let last: { readonly first: string; readonly text: string } | undefined;
    for (const { first, others } of rows) {
      // The rows of a workload follow each other.
      if (last?.first !== first) { last = { first, text: write(withCluster(cluster, [first])) }; }
      yield join(last.text, othersOf(others));
    }
  }
}

/** A field of comma-separated values, in quotes if it needs them. */
export function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function withCluster(cluster: string | undefined, cells: readonly string[]): readonly string[] {
  return cluster === undefined ? cells : [cluster, ...cells];
}
