import { ConnectivityList } from '../analysis/connectivity-list';

/** One row a line, as other analyzers' users know it: `src`, `dst`, `conn`. */
export function* connectivityJson({ connections }: ConnectivityList): Iterable<string> {
  let before = '[ ';
  for (const row of connections) {
    const [src, dst, conn] = [row.source, row.destination, row.connections.toString()].map(text => JSON.stringify(text));
    yield `${before}{ "src": ${src}, "dst": ${dst}, "conn": ${conn} }`;
    before = ',\n  ';
  }
  yield connections.length === 0 ? '[]\n' : ' ]\n';
}
