import { ConnectivityList } from '../analysis/connectivity-list';

/** Comma-separated (RFC 4180), with a line of headings. */
export function* connectivityCsv({ connections }: ConnectivityList): Iterable<string> {
  yield 'src,dst,conn\n';
  for (const row of connections) {
    yield `${[row.source, row.destination, row.connections.toString()].map(quoted).join()}\n`;
  }
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
