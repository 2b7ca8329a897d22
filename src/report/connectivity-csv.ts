import { remembered } from './remembered';
import { ConnectivityList } from '../analysis/connectivity-list';
import { ConnectionSet } from '../reach/connections';

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
