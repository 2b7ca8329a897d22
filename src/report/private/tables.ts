import { tableRow } from './markdown';

/* Tables with one header for the rows of several clusters, as text, Markdown and comma-separated values. */

/** The rows of one cluster. */
export interface ClusterRows {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly rows: Iterable<readonly string[]>;
}

/** A table for a terminal for each cluster: columns of equal width, and a line below the header. `empty` is the line for a cluster without rows. */
export function* textTables(header: readonly string[], lists: readonly ClusterRows[], empty: string): Iterable<string> {
  let before = '';
  for (const { cluster, rows } of lists) {
    if (cluster !== undefined) { yield `${before}cluster ${cluster}\n`; }
    before = '\n';
    const all = [...rows];
    if (all.length === 0) {
      yield `${empty}\n`;
      continue;
    }
    const widths = header.map((title, i) => all.reduce((width, row) => Math.max(width, row[i].length), title.length));
    for (const cells of [header, widths.map(width => '-'.repeat(width)), ...all]) {
      yield `${cells.map((cell, i) => cell.padEnd(widths[i])).join('   ').trimEnd()}\n`;
    }
  }
}

/** One Markdown table. If there are several clusters, it has a column for them. */
export function* markdownTable(header: readonly string[], lists: readonly ClusterRows[]): Iterable<string> {
  const titles = withCluster(lists.length > 1 ? 'cluster' : undefined, header);
  yield tableRow(titles) + `| ${titles.map(() => '---').join(' | ')} |\n`;
  for (const { cluster, rows } of lists) {
    for (const row of rows) { yield tableRow(withCluster(cluster, row)); }
  }
}

/** Comma-separated values (RFC 4180) with a header line. If there are several clusters, there is a column for them. */
export function* csvTable(header: readonly string[], lists: readonly ClusterRows[]): Iterable<string> {
  yield `${withCluster(lists.length > 1 ? 'cluster' : undefined, header).join()}\n`;
  for (const { cluster, rows } of lists) {
    for (const row of rows) { yield `${withCluster(cluster, row).map(csvField).join()}\n`; }
  }
}

/** A field of comma-separated values, in quotes if it needs them. */
export function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function withCluster(cluster: string | undefined, cells: readonly string[]): readonly string[] {
  return cluster === undefined ? cells : [cluster, ...cells];
}
