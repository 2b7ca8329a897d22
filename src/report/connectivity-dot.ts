import { connectivityGraph } from './connectivity-graph';
import { ConnectivityList } from '../analysis/connectivity-list';

/** A graph for Graphviz: `netpol list -o dot … | dot -Tsvg`. */
export function* connectivityDot(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = connectivityGraph(list);
  yield 'digraph {\n  rankdir=LR\n  node [shape=box]\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph cluster_${i} {\n    label=${quoted(name)}\n`;
    for (const { id, label } of nodes) { yield `    ${id} [label=${quoted(label)}]\n`; }
    yield '  }\n';
  }
  for (const { id, label } of outside) { yield `  ${id} [label=${quoted(label)} shape=ellipse]\n`; }
  for (const { source, destination, label } of edges) { yield `  ${source} -> ${destination} [label=${quoted(label)}]\n`; }
  yield '}\n';
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}
