import { connectivityGraph, GraphNode } from './connectivity-graph';
import { ConnectivityList } from '../analysis/connectivity-list';

/** A flowchart that GitHub and GitLab draw in Markdown, inside a fence of the language `mermaid`. */
export function* connectivityMermaid(list: ConnectivityList): Iterable<string> {
  const { namespaces, outside, edges } = connectivityGraph(list);
  yield 'flowchart LR\n';
  for (const [i, { name, nodes }] of namespaces.entries()) {
    yield `  subgraph ns${i}[${quoted(name)}]\n`;
    for (const node of nodes) { yield `    ${box(node)}\n`; }
    yield '  end\n';
  }
  for (const { id, label } of outside) { yield `  ${id}([${quoted(label)}])\n`; }
  for (const { source, destination, label } of edges) { yield `  ${source} -->|${quoted(label)}| ${destination}\n`; }
}

function box({ id, label }: GraphNode): string {
  return `${id}[${quoted(label)}]`;
}

/** Mermaid knows characters by entity codes; `#` begins one. */
function quoted(text: string): string {
  return `"${text.replace(/[#"<>&]/g, c => `#${c.charCodeAt(0)};`).replace(/[\r\n]+/g, ' ')}"`;
}
