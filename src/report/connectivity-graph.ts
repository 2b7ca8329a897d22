import { displayNames, namespaceOf } from './display-names';
import { rangesLabel } from './outside-ranges';
import { remembered } from './remembered';
import { Connection, ConnectivityList } from '../analysis/connectivity-list';
import { outsideRangeOf } from '../analysis/outside-connections';
import { ConnectionSet } from '../reach/connections';

/** A node of the graph of who reaches whom. */
export interface GraphNode {
  /** `n0`, `n1`, …: safe in every notation. */
  readonly id: string;
  readonly label: string;
}

/** A connection between two nodes, by their `id`. */
export interface GraphEdge {
  readonly source: string;
  readonly destination: string;
  readonly label: string;
}

/** The list of connections as nodes, by namespace, and edges. */
export interface ConnectivityGraph {
  readonly namespaces: readonly { readonly name: string; readonly nodes: readonly GraphNode[] }[];
  readonly outside: readonly GraphNode[];
  /** Worked out each time that they are gone through. */
  readonly edges: Iterable<GraphEdge>;
}

/** Workloads without any connection are in it too. */
export function connectivityGraph({ workloads, connections }: ConnectivityList): ConnectivityGraph {
  const names = displayNames(workloads);
  const ids = new Map<string, string>();
  const node = (name: string, label: string): GraphNode => {
    const id = `n${ids.size}`;
    ids.set(name, id);
    return { id, label };
  };
  const namespaces = new Map<string, GraphNode[]>();
  for (const name of workloads) {
    const namespace = namespaceOf(name);
    const nodes = namespaces.get(namespace) ?? [];
    namespaces.set(namespace, nodes);
    nodes.push(node(name, names.get(name)!.slice(namespace.length + 1)));
  }
  const outside: GraphNode[] = [];
  for (const { source, destination } of connections) {
    for (const name of [source, destination]) {
      if (!ids.has(name)) { outside.push(node(name, rangesLabel([outsideRangeOf(name)!]))); }
    }
  }
  return {
    namespaces: [...namespaces].map(([name, nodes]) => ({ name, nodes })),
    outside,
    edges: { [Symbol.iterator]: () => edgesOf(connections, ids) },
  };
}

function* edgesOf(connections: Iterable<Connection>, ids: ReadonlyMap<string, string>): Iterator<GraphEdge> {
  const label = remembered((set: ConnectionSet) => set.isAll ? 'all' : set.toString());
  for (const row of connections) {
    yield { source: ids.get(row.source)!, destination: ids.get(row.destination)!, label: label(row.connections) };
  }
}
