import { Layered, LayeredEdge } from './layered-layout';
import { PageCluster, PageMap, PageMapEdge, PageMapNode } from '../page-document';
import { portsOfBounds } from './ports-text';

/* The map of the page: who reaches whom as a graph, laid out when the file is written. */

/** With more nodes or edges than this, the map has a node for each namespace. */
const MAX_NODES = 60;
const MAX_EDGES = 240;

/** A map of namespaces with more edges than this has fewer nodes: a layout of thousands of edges takes minutes, and nobody could read it. */
const MAX_FOLDED_EDGES = 600;

/** With more groups of addresses than this, they are one node. */
const MAX_OUTSIDE = 8;

/** A label with more characters is cut: the list beside the map has the whole text. */
const MAX_LABEL = 26;

type Matrix = Pick<PageCluster, 'namespaces' | 'ends' | 'targets' | 'sources' | 'rowOf' | 'rows' | 'connections'>;

interface Node {
  readonly label: string;
  readonly detail: string;
  readonly group?: string;
  readonly isOutside?: true;
  readonly rows: number[];
  readonly columns: number[];
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly values: Set<number>;
  readonly row: number;
  readonly column: number;
}

/** The map of a cluster, folded if it is large. */
export function mapOf(matrix: Matrix): PageMap {
  const nodes = nodesByClass(matrix);
  if (nodes.length <= MAX_NODES) {
    const edges = edgesBetween(matrix, nodes);
    if (edges.length <= MAX_EDGES) { return laidOut(matrix, nodes, edges, 'workloads'); }
  }
  const all = nodesByNamespace(matrix, MAX_NODES);
  const edges = edgesBetween(matrix, all);
  if (edges.length <= MAX_FOLDED_EDGES) { return laidOut(matrix, all, edges, 'namespaces'); }
  // N namespaces that all reach each other have N * (N - 1) edges.
  const fewer = nodesByNamespace(matrix, Math.floor(Math.sqrt(MAX_FOLDED_EDGES)) - outsideNodes(matrix).length);
  return laidOut(matrix, fewer, edgesBetween(matrix, fewer), 'namespaces');
}

/** A node for the workloads of a namespace that no policy tells apart. */
function nodesByClass(matrix: Matrix): Node[] {
  const { namespaces, ends } = matrix;
  const byKey = new Map<string, number[]>();
  ends.forEach(({ namespace, of }, i) => {
    const key = `${namespace} ${of}`;
    const own = byKey.get(key);
    if (own === undefined) { byKey.set(key, [i]); } else { own.push(i); }
  });
  return [
    ...[...byKey.values()].map((own): Node => {
      const [first, ...others] = own.map(i => ends[i]);
      return {
        label: others.length === 0 ? first.name : `${first.name} and ${others.length} more`,
        detail: own.map(i => ends[i].ref).join(', '),
        group: namespaces[first.namespace].name,
        rows: own,
        columns: own,
      };
    }),
    ...outsideNodes(matrix),
  ];
}

/** A node for each namespace. Beyond so many, those with the fewest workloads are one node. */
function nodesByNamespace(matrix: Matrix, most: number): Node[] {
  const { namespaces } = matrix;
  const own = namespaces.map(({ name, first, count }): Node => {
    const rows = Array.from({ length: count }, (_, i) => first + i);
    return { label: name, detail: `${count} ${count === 1 ? 'workload' : 'workloads'}`, rows, columns: rows };
  });
  if (own.length <= most) { return [...own, ...outsideNodes(matrix)]; }
  const kept = new Set([...own].sort((a, b) => b.rows.length - a.rows.length).slice(0, most - 1));
  const others = own.filter(node => !kept.has(node));
  const rows = others.flatMap(node => node.rows);
  return [
    ...own.filter(node => kept.has(node)),
    { label: `${others.length} more namespaces`, detail: others.map(({ label }) => label).join(', '), rows, columns: rows },
    ...outsideNodes(matrix),
  ];
}

function outsideNodes({ ends, targets, sources }: Matrix): Node[] {
  const nodes = (all: Matrix['targets'], start: string, place: (numbers: number[]) => Pick<Node, 'rows' | 'columns'>): Node[] => {
    const numbers = all.map((_, i) => ends.length + i);
    const one = (label: string, own: number[]): Node => ({ label: `${start} ${label}`, detail: label, isOutside: true, ...place(own) });
    return all.length > MAX_OUTSIDE ? [one(`${all.length} groups of addresses`, numbers)] : all.map(({ label }, i) => one(label, [numbers[i]]));
  };
  return [...nodes(sources, 'from', rows => ({ rows, columns: [] })), ...nodes(targets, 'to', columns => ({ rows: [], columns }))];
}

function edgesBetween({ rowOf, rows }: Matrix, nodes: readonly Node[]): Edge[] {
  const ofColumn = new Map(nodes.flatMap((node, i) => node.columns.map(column => [column, i] as const)));
  const parsed = rows.map(row => row === '' ? [] : row.split(';').map(run => run.split(',').map(Number)));
  const edges = new Map<string, Edge>();
  nodes.forEach((node, from) => {
    const seen = new Set<number>();
    for (const row of node.rows) {
      // Workloads that no policy tells apart have the same row, except for what they have with themselves.
      if (seen.has(rowOf[row])) { continue; }
      seen.add(rowOf[row]);
      for (const [start, length, value] of parsed[rowOf[row]]) {
        for (let column = start; column < start + length; column++) {
          const to = ofColumn.get(column)!;
          if (to === from) { continue; }
          const key = `${from} ${to}`;
          const known = edges.get(key);
          if (known === undefined) { edges.set(key, { from, to, values: new Set([value]), row, column }); } else { known.values.add(value); }
        }
      }
    }
  });
  return [...edges.values()];
}

const CHARACTER = 7;

function laidOut({ connections }: Matrix, nodes: readonly Node[], edges: readonly Edge[], folded: PageMap['folded']): PageMap {
  const labels = edges.map(({ values }) => {
    const own = [...values].map(value => connections[value]);
    const text = portsOfBounds(merged(own.map(({ ports }) => ports)), 2);
    const isUndecided = own.some(({ undecided }) => undecided !== undefined);
    return { label: cut(text === '' ? '?' : isUndecided ? `${text} ?` : text), isUndecided, isAll: text === 'all' };
  });
  const layout = new Layered(
    nodes.map(({ label, group }) => ({ width: Math.max(70, cut(label).length * CHARACTER + 20), height: 34, group })),
    edges.map(({ from, to }, i): LayeredEdge => ({ from, to, width: labels[i].label.length * 6 + 8 })),
  );
  return {
    width: layout.width,
    height: layout.height,
    folded,
    groups: layout.groups,
    nodes: nodes.map(({ label, detail, isOutside, rows, columns }, i): PageMapNode => ({
      label: cut(label), detail, ...layout.nodes[i], ...isOutside === undefined ? {} : { isOutside }, rows, columns,
    })),
    edges: edges.map(({ from, to, row, column }, i): PageMapEdge => ({
      from,
      to,
      label: labels[i].label,
      points: layout.edges[i],
      row,
      column,
      ...labels[i].isUndecided ? { isUndecided: true } : {},
      ...labels[i].isAll ? { isAll: true } : {},
    })),
  };
}

/** The ports of several sets, as bounds of ranges. */
function merged(sets: readonly (readonly number[])[]): number[] {
  const ranges = sets.flatMap(set => set.flatMap((first, i) => i % 2 === 0 ? [[first, set[i + 1]]] : [])).sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [first, last] of ranges) {
    const end = result.length - 1;
    if (end > 0 && first <= result[end] + 1) { result[end] = Math.max(result[end], last); } else { result.push(first, last); }
  }
  return result;
}

function cut(text: string): string { return text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`; }
