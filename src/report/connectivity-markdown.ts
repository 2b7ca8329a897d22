import { tableRow } from './markdown';
import { ConnectivityList } from '../analysis/connectivity-list';

/** A table of sources, destinations and connections. */
export function* connectivityMarkdown({ connections }: ConnectivityList): Iterable<string> {
  yield '| src | dst | conn |\n| --- | --- | --- |\n';
  for (const row of connections) { yield tableRow([row.source, row.destination, row.connections.toString()]); }
}
