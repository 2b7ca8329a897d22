import { DisplayNames } from './private/names';
import { rangesLabel } from './private/outside-ranges';
import { passingText } from './private/passing';
import { Connection, ConnectionEnd, ConnectivityList } from '../query/connectivity';

/** A node of the graph. */
interface GraphNode {
  /** `n0`, `n1`, …: a name that every notation accepts. */
  readonly id: string;
  readonly label: string;
}

/** A connection between two nodes, by their `id`. */
interface GraphEdge {
  readonly source: string;
  readonly destination: string;
  readonly label: string;
}

/** The list of connections as nodes, by namespace, and edges. */
interface ConnectivityGraph {
  readonly namespaces: readonly { readonly name: string; readonly nodes: readonly GraphNode[] }[];
  readonly outside: readonly GraphNode[];
  readonly edges: Iterable<GraphEdge>;
}

function graphOf({ workloads, connections, filter }: ConnectivityList): ConnectivityGraph {
  const names = new DisplayNames(workloads);
  const ids = new Map<ConnectionEnd, string>();
  const node = (end: ConnectionEnd, label: string): GraphNode => {
    const id = `n${ids.size}`;
    ids.set(end, id);
    return { id, label };
  };
  // Nodes come before edges, so this goes through the rows once to find the nodes.
  const connected = new Set<ConnectionEnd>();
  for (const { source, destination } of connections) { connected.add(source).add(destination); }
  const namespaces = new Map<string, GraphNode[]>();
  for (const end of workloads) {
    if (!connected.has(end) && filter?.names(end) === false) { continue; }
    const { namespace } = end.workload;
    const nodes = namespaces.get(namespace) ?? [];
    namespaces.set(namespace, nodes);
    nodes.push(node(end, names.of(end).slice(namespace.length + 1)));
  }
  const outside: GraphNode[] = [];
  for (const end of connected) {
    if (end.kind === 'addresses') { outside.push(node(end, rangesLabel([end.range]))); }
  }
  return {
    namespaces: [...namespaces].map(([name, nodes]) => ({ name, nodes })),
    outside,
    edges: { [Symbol.iterator]: () => edgesOf(connections, ids) },
  };
}

function* edgesOf(connections: Iterable<Connection>, ids: ReadonlyMap<ConnectionEnd, string>): Iterator<GraphEdge> {
  for (const row of connections) { yield { source: ids.get(row.source)!, destination: ids.get(row.destination)!, label: passingText(row) }; }
}

/** A graph for Graphviz: `netpol list -o dot … | dot -Tsvg`. */
export function* connectivityDot(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = graphOf(list);
  yield 'digraph {\n  rankdir=LR\n  node [shape=box]\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph cluster_${i} {\n    label=${dotString(name)}\n`;
    for (const { id, label } of nodes) { yield `    ${id} [label=${dotString(label)}]\n`; }
    yield '  }\n';
  }
  for (const { id, label } of outside) { yield `  ${id} [label=${dotString(label)} shape=ellipse]\n`; }
  const written = onceForEach(dotString);
  for (const { source, destination, label } of edges) { yield `  ${source} -> ${destination} [label=${written(label)}]\n`; }
  yield '}\n';
}

/** Writes each text once: millions of edges have a few labels. */
function onceForEach(write: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return text => {
    const written = known.get(text) ?? write(text);
    known.set(text, written);
    return written;
  };
}

function dotString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}

/** A flowchart that GitHub and GitLab draw in Markdown, in a fenced block of the language `mermaid`. */
export function* connectivityMermaid(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = graphOf(list);
  yield 'flowchart LR\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph ns${i}[${mermaidString(name)}]\n`;
    for (const { id, label } of nodes) { yield `    ${id}[${mermaidString(label)}]\n`; }
    yield '  end\n';
  }
  for (const { id, label } of outside) { yield `  ${id}([${mermaidString(label)}])\n`; }
  const written = onceForEach(mermaidString);
  for (const { source, destination, label } of edges) { yield `  ${source} -->|${written(label)}| ${destination}\n`; }
}

/** Characters that Mermaid reads as notation are written as entity codes; `#` starts such a code. */
function mermaidString(text: string): string {
  return `"${text.replace(/[#"<>&]/g, c => `#${c.charCodeAt(0)};`).replace(/[\r\n]+/g, ' ')}"`;
}
