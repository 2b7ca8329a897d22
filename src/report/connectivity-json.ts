import { remembered } from './remembered';
import { ConnectivityList } from '../analysis/connectivity-list';
import { ConnectionSet } from '../reach/connections';

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
