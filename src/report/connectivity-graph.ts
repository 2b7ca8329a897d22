import { remembered } from './private/markdown';
import { displayNames, namespaceOf } from './private/names';
import { rangesLabel } from './private/outside-ranges';
import { ConnectionSet } from '../evaluator/connections';
import { Connection, ConnectivityList, outsideRangeOf } from '../query/connectivity';

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

/** A graph for Graphviz: `netpol list -o dot … | dot -Tsvg`. */
export function* connectivityDot(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = connectivityGraph(list);
  yield 'digraph {\n  rankdir=LR\n  node [shape=box]\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph cluster_${i} {\n    label=${dotString(name)}\n`;
    for (const { id, label } of nodes) { yield `    ${id} [label=${dotString(label)}]\n`; }
    yield '  }\n';
  }
  for (const { id, label } of outside) { yield `  ${id} [label=${dotString(label)} shape=ellipse]\n`; }
  for (const { source, destination, label } of edges) { yield `  ${source} -> ${destination} [label=${dotString(label)}]\n`; }
  yield '}\n';
}

function dotString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}

/** A flowchart that GitHub and GitLab draw in Markdown, inside a fence of the language `mermaid`. */
export function* connectivityMermaid(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = connectivityGraph(list);
  yield 'flowchart LR\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph ns${i}[${mermaidString(name)}]\n`;
    for (const node of nodes) { yield `    ${box(node)}\n`; }
    yield '  end\n';
  }
  for (const { id, label } of outside) { yield `  ${id}([${mermaidString(label)}])\n`; }
  for (const { source, destination, label } of edges) { yield `  ${source} -->|${mermaidString(label)}| ${destination}\n`; }
}

function box({ id, label }: GraphNode): string {
  return `${id}[${mermaidString(label)}]`;
}

/** Mermaid knows characters by entity codes; `#` begins one. */
function mermaidString(text: string): string {
  return `"${text.replace(/[#"<>&]/g, c => `#${c.charCodeAt(0)};`).replace(/[\r\n]+/g, ' ')}"`;
}
