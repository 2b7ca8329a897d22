import type * as Dagre from '@dagrejs/dagre';
import { LAYOUT_LIBRARY } from './layout-library';

const { graphlib, layout }: Pick<typeof Dagre, 'graphlib' | 'layout'> = LAYOUT_LIBRARY;

/** A node to lay out. Nodes of one group are in one frame. */
export interface LayeredNode {
  readonly width: number;
  readonly height: number;
  readonly group?: string;
}

/** An edge, from one node to another, and the width of its label. */
export interface LayeredEdge {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 20;

/** Lays out a graph in layers, from left to right. The same graph has the same layout. Lengths are whole numbers; `x` and `y` are the upper left corner. */
export class Layered {
  public readonly width: number;
  public readonly height: number;
  public readonly nodes: readonly Box[];
  public readonly groups: readonly (Box & { readonly name: string })[];
  public readonly edges: readonly (readonly (readonly [number, number])[])[];

  constructor(nodes: readonly LayeredNode[], edges: readonly LayeredEdge[]) {
    const graph = new graphlib.Graph({ compound: true, multigraph: true });
    graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 60, edgesep: 8, marginx: MARGIN, marginy: MARGIN });
    const names = [...new Set(nodes.flatMap(({ group }) => group ?? []))];
    names.forEach((_, i) => graph.setNode(`g${i}`, {}));
    nodes.forEach(({ width, height, group }, i) => {
      graph.setNode(`n${i}`, { width, height });
      if (group !== undefined) { graph.setParent(`n${i}`, `g${names.indexOf(group)}`); }
    });
    edges.forEach(({ from, to, width }, i) => graph.setEdge(`n${from}`, `n${to}`, { width, height: 14, labelpos: 'c' }, `e${i}`));
    if (nodes.length > 0) { layout(graph as never); }
    const box = (name: string): Box => {
      const { x, y, width, height } = graph.node(name) as Box;
      return { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width: Math.round(width), height: Math.round(height) };
    };
    const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
    this.width = Math.ceil(nodes.length === 0 ? 0 : width);
    this.height = Math.ceil(nodes.length === 0 ? 0 : height);
    this.nodes = nodes.map((_, i) => box(`n${i}`));
    this.groups = names.map((name, i) => ({ name, ...box(`g${i}`) }));
    this.edges = edges.map(({ from, to }, i) => {
      const { points } = graph.edge(`n${from}`, `n${to}`, `e${i}`) as { points: { x: number; y: number }[] };
      return points.map(({ x, y }) => [Math.round(x), Math.round(y)] as const);
    });
  }
}
