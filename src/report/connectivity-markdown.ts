import { tableRow } from './markdown';
import { remembered } from './remembered';
import { ConnectivityList } from '../analysis/connectivity-list';
import { ConnectionSet } from '../reach/connections';

/** A table of sources, destinations and connections. */
export function* connectivityMarkdown({ connections }: ConnectivityList): Iterable<string> {
  yield '| src | dst | conn |\n| --- | --- | --- |\n';
  const conn = remembered((set: ConnectionSet) => set.toString());
  for (const row of connections) { yield tableRow([row.source, row.destination, conn(row.connections)]); }
}
