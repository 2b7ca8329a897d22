import { tableRow } from './private/markdown';
import { memoized } from './private/memoized';
import { ConnectionSet } from '../evaluator/connections';
import { ConnectionEnd, ConnectivityList, Passing } from '../query/connectivity';

/*
 * A row for each connection: `src`, `dst` and `conn`, as the users of np-guard's analyzer know them. `conn` is what certainly
 * passes. Rows that are undecided have the codes of the reasons too.
 */

/** The codes of the reasons why a row is undecided, each once. */
export function undecidedCodes({ undecided }: Passing): string[] {
  return [...new Set(undecided.map(({ code }) => code))].sort();
}

/**
 * Comma-separated values (RFC 4180) with a header line. There is a column for the codes only if a row may be undecided, and one for the cluster
 * only if there are several.
 */
export function* connectivityCsv(...lists: ConnectivityList[]): Iterable<string> {
  const name = memoized((end: ConnectionEnd) => quoted(end.name));
  const conn = memoized((set: ConnectionSet) => quoted(set.toString()));
  const mayBeUndecided = lists.some(list => list.mayBeUndecided);
  yield `${lists.length > 1 ? 'cluster,' : ''}src,dst,conn${mayBeUndecided ? ',undecided' : ''}\n`;
  for (const { cluster, connections } of lists) {
    const prefix = cluster === undefined ? '' : `${cluster},`;
    for (const row of connections) {
      const codes = mayBeUndecided ? `,${undecidedCodes(row).join(' ')}` : '';
      yield `${prefix}${name(row.source)},${name(row.destination)},${conn(row.connections)}${codes}\n`;
    }
  }
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** A JSON array with one row on each line. If there are several clusters, a row has the name of its cluster. */
export function* connectivityJson(...lists: ConnectivityList[]): Iterable<string> {
  const name = memoized((end: ConnectionEnd) => JSON.stringify(end.name));
  const conn = memoized((set: ConnectionSet) => JSON.stringify(set.toString()));
  let before = '[ ';
  for (const { cluster, connections } of lists) {
    const of = cluster === undefined ? '' : `"cluster": ${JSON.stringify(cluster)}, `;
    for (const row of connections) {
      const undecided = row.undecided.length === 0 ? '' : `, "undecided": ${JSON.stringify(undecidedCodes(row))}`;
      yield `${before}{ ${of}"src": ${name(row.source)}, "dst": ${name(row.destination)}, "conn": ${conn(row.connections)}${undecided} }`;
      before = ',\n  ';
    }
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

/** A Markdown table. If there are several clusters, it has a column for them. */
export function* connectivityMarkdown(...lists: ConnectivityList[]): Iterable<string> {
  yield lists.length > 1 ? '| cluster | src | dst | conn |\n| --- | --- | --- | --- |\n' : '| src | dst | conn |\n| --- | --- | --- |\n';
  const conn = memoized((set: ConnectionSet) => set.toString());
  for (const { cluster, connections } of lists) {
    for (const row of connections) {
      const codes = undecidedCodes(row);
      const cells = [row.source.name, row.destination.name, `${conn(row.connections)}${codes.length === 0 ? '' : ` (undecided: ${codes.join(', ')})`}`];
      yield tableRow(cluster === undefined ? cells : [cluster, ...cells]);
    }
  }
}
