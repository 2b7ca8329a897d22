import { remembered, tableRow } from './private/markdown';
import { ConnectionSet } from '../evaluator/connections';
import { ConnectivityList } from '../query/connectivity';

/** Comma-separated (RFC 4180), with a line of headings. */
export function* connectivityCsv({ connections }: ConnectivityList): Iterable<string> {
  const name = remembered(quoted);
  const conn = remembered((set: ConnectionSet) => quoted(set.toString()));
  yield 'src,dst,conn\n';
  for (const row of connections) { yield `${name(row.source)},${name(row.destination)},${conn(row.connections)}\n`; }
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** One row a line, as other analyzers' users know it: `src`, `dst`, `conn`. */
export function* connectivityJson({ connections }: ConnectivityList): Iterable<string> {
  const name = remembered((text: string) => JSON.stringify(text));
  const conn = remembered((set: ConnectionSet) => JSON.stringify(set.toString()));
  let before = '[ ';
  for (const row of connections) {
    yield `${before}{ "src": ${name(row.source)}, "dst": ${name(row.destination)}, "conn": ${conn(row.connections)} }`;
    before = ',\n  ';
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

/** A table of sources, destinations and connections. */
export function* connectivityMarkdown({ connections }: ConnectivityList): Iterable<string> {
  yield '| src | dst | conn |\n| --- | --- | --- |\n';
  const conn = remembered((set: ConnectionSet) => set.toString());
  for (const row of connections) { yield tableRow([row.source, row.destination, conn(row.connections)]); }
}
