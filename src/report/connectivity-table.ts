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

/** Comma-separated values (RFC 4180) with a header line. There is a column for the codes only if a row may be undecided. */
export function* connectivityCsv({ connections, mayBeUndecided }: ConnectivityList): Iterable<string> {
  const name = memoized((end: ConnectionEnd) => quoted(end.name));
  const conn = memoized((set: ConnectionSet) => quoted(set.toString()));
  yield `src,dst,conn${mayBeUndecided ? ',undecided' : ''}\n`;
  for (const row of connections) {
    const codes = mayBeUndecided ? `,${undecidedCodes(row).join(' ')}` : '';
    yield `${name(row.source)},${name(row.destination)},${conn(row.connections)}${codes}\n`;
  }
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** A JSON array with one row on each line. */
export function* connectivityJson({ connections }: ConnectivityList): Iterable<string> {
  const name = memoized((end: ConnectionEnd) => JSON.stringify(end.name));
  const conn = memoized((set: ConnectionSet) => JSON.stringify(set.toString()));
  let before = '[ ';
  for (const row of connections) {
    const undecided = row.undecided.length === 0 ? '' : `, "undecided": ${JSON.stringify(undecidedCodes(row))}`;
    yield `${before}{ "src": ${name(row.source)}, "dst": ${name(row.destination)}, "conn": ${conn(row.connections)}${undecided} }`;
    before = ',\n  ';
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

/** A Markdown table. */
export function* connectivityMarkdown({ connections }: ConnectivityList): Iterable<string> {
  yield '| src | dst | conn |\n| --- | --- | --- |\n';
  const conn = memoized((set: ConnectionSet) => set.toString());
  for (const row of connections) {
    const codes = undecidedCodes(row);
    yield tableRow([row.source.name, row.destination.name, `${conn(row.connections)}${codes.length === 0 ? '' : ` (undecided: ${codes.join(', ')})`}`]);
  }
}
