import { escapeMarkdown } from './private/markdown';
import { csvField } from './private/tables';
import { ConnectionSet } from '../evaluator/connections';
import { oncePer } from '../k8s/once-per';
import { Connection, ConnectionEnd, ConnectivityList, Passing } from '../query/connectivity';

/*
 * A row for each connection: `src`, `dst` and `conn`, as the users of np-guard's analyzer know them. `conn` is what certainly
 * passes. Rows that are undecided have the codes of the reasons too. If the text of a set of ports is very long, only the first row has it, and
 * the others refer to this row: `as app/a[Deployment] → app/b[Deployment]`.
 */

/** The codes of the reasons why a row is undecided, each once. */
export function undecidedCodes({ undecided }: Passing): string[] {
  return [...new Set(undecided.map(({ code }) => code))].sort();
}

/** A set of more ranges than this is written once, because a row for each pair of workloads may have it. */
const MAX_RANGES = 256;

/** What `conn` says: the connections, or the row that has the same ones if they are very long. `write` writes a text in the format of the table. */
function connections(write: (text: string) => string): (row: Connection) => string {
  const firstRows = new Map<string, Connection>();
  const text = oncePer((set: ConnectionSet) => write(set.toString()));
  return row => {
    const { connections: set } = row;
    if (set.rangeCount <= MAX_RANGES) { return text(set); }
    const first = firstRows.get(set.key);
    if (first !== undefined) { return write(`as ${first.source.name} → ${first.destination.name}`); }
    firstRows.set(set.key, row);
    return text(set);
  };
}

/**
 * Comma-separated values (RFC 4180) with a header line. There is a column for the codes only if a row may be undecided, and one for the cluster
 * only if there are several.
 */
export function* connectivityCsv(...lists: ConnectivityList[]): Iterable<string> {
  const name = oncePer((end: ConnectionEnd) => csvField(end.name));
  const mayBeUndecided = lists.some(list => list.mayBeUndecided);
  yield `${lists.length > 1 ? 'cluster,' : ''}src,dst,conn${mayBeUndecided ? ',undecided' : ''}\n`;
  for (const { cluster, connections: rows } of lists) {
    const prefix = cluster === undefined ? '' : `${csvField(cluster)},`;
    const conn = connections(csvField);
    for (const row of rows) {
      const codes = mayBeUndecided ? `,${undecidedCodes(row).join(' ')}` : '';
      yield `${prefix}${name(row.source)},${name(row.destination)},${conn(row)}${codes}\n`;
    }
  }
}

/** A JSON array with one row on each line. If there are several clusters, a row has the name of its cluster. */
export function* connectivityJson(...lists: ConnectivityList[]): Iterable<string> {
  const name = oncePer((end: ConnectionEnd) => JSON.stringify(end.name));
  let before = '[ ';
  for (const { cluster, connections: rows } of lists) {
    const of = cluster === undefined ? '' : `"cluster": ${JSON.stringify(cluster)}, `;
    const conn = connections(text => JSON.stringify(text));
    for (const row of rows) {
      const undecided = row.undecided.length === 0 ? '' : `, "undecided": ${JSON.stringify(undecidedCodes(row))}`;
      yield `${before}{ ${of}"src": ${name(row.source)}, "dst": ${name(row.destination)}, "conn": ${conn(row)}${undecided} }`;
      before = ',\n  ';
    }
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

/** A Markdown table. If there are several clusters, it has a column for them. */
export function* connectivityMarkdown(...lists: ConnectivityList[]): Iterable<string> {
  yield lists.length > 1 ? '| cluster | src | dst | conn |\n| --- | --- | --- | --- |\n' : '| src | dst | conn |\n| --- | --- | --- |\n';
  const name = oncePer((end: ConnectionEnd) => escapeMarkdown(end.name));
  for (const { cluster, connections: rows } of lists) {
    const conn = connections(escapeMarkdown);
    const prefix = cluster === undefined ? '|' : `| ${escapeMarkdown(cluster)} |`;
    for (const row of rows) {
      const codes = undecidedCodes(row);
      yield `${prefix} ${name(row.source)} | ${name(row.destination)} | ${conn(row)}${codes.length === 0 ? '' : ` (undecided: ${codes.join(', ')})`} |\n`;
    }
  }
}
