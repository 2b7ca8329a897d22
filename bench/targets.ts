import { Size } from './bench-cluster';
import { ClusterFigures } from './cluster-case';
import { ListFigures } from './command-case';
import { OnlyFigures } from './only-case';
import { figure, thousands } from './table';
import { TierAppSize } from './tier-app';
import { Timing } from './timing';

/* What everything is meant to cost at most, on two cores and Node 20; judged by the best of the runs. */

/** Something that was measured, to be held against what was meant. */
export type Target =
  | { readonly kind: 'cluster'; readonly size: Size; readonly figures: ClusterFigures; readonly mb: number }
  | { readonly kind: 'exponent'; readonly slope: number }
  | { readonly kind: 'update'; readonly pods: number; readonly worst: number }
  | { readonly kind: 'only'; readonly figures: OnlyFigures }
  | { readonly kind: 'synthesis'; readonly size: TierAppSize; readonly share: Timing }
  | { readonly kind: 'list'; readonly figures: ListFigures }
  | { readonly kind: 'start'; readonly start: Timing };

interface ClusterLimits {
  readonly evaluate: number;
  readonly query: number;
  readonly mb?: number;
}

const CLUSTERS: Readonly<Record<string, ClusterLimits>> = {
  'realistic 1000': { evaluate: 1, query: 200 },
  'realistic 10000': { evaluate: 9, query: 200 },
  'realistic 100000': { evaluate: 100, query: 200, mb: 600 },
  'random 10000': { evaluate: 250, query: 500 },
  'random 100000': { evaluate: 4000, query: 500, mb: 2000 },
};

/** A row for each limit: what is meant, what was reached, and whether that is within it. */
export function targetRows(measured: readonly Target[]): string[][] {
  return measured.flatMap(rowsOf);
}

function rowsOf(target: Target): string[][] {
  switch (target.kind) {
    case 'cluster': {
      const { size, figures, mb } = target;
      const limits = CLUSTERS[`${size.kind} ${size.pods}`] as ClusterLimits | undefined;
      if (limits === undefined) { return []; }
      const name = `${thousands(size.pods)} ${size.kind} pods`;
      return [
        row(`${name}: evaluate`, limits.evaluate, figures.evaluate.best, 'ms'),
        row(`${name}: whether a port may pass`, limits.query, figures.portQuery.best, 'ns'),
        row(`${name}: all that may pass`, limits.query, figures.query.best, 'ns'),
        ...limits.mb === undefined ? [] : [row(`${name}: peak of memory`, limits.mb, mb, 'MB')],
      ];
    }
    case 'exponent': return [row('evaluate: exponent in objects', 1.2, target.slope, '')];
    case 'update': return [row(`${thousands(target.pods)} pods: one thing changes`, 5, target.worst, 'ms')];
    case 'only': return [row(`only on ${thousands(target.figures.workloads)} workloads`, 1000, target.figures.searching.best, 'ms')];
    case 'synthesis': return [row(`synth, ${target.size.charts} chart(s)${target.size.workloads ? ' with Deployments' : ''}: in this package`, 300, target.share.best, 'ms')];
    case 'list': {
      const { workloads, list, parseOnly } = target.figures;
      const name = `netpol list, ${thousands(workloads)} workloads`;
      return workloads < 2000
        ? [row(`${name}: times js-yaml alone`, 2.5, list.best / parseOnly.best, '')]
        : [row(name, 2500, list.best, 'ms')];
    }
    case 'start': return [row('netpol can-reach on a small folder', 150, target.start.best, 'ms')];
  }
}

function row(name: string, limit: number, reached: number, unit: string): string[] {
  return [name, `${thousands(limit)} ${unit}`.trim(), `${figure(reached)} ${unit}`.trim(), reached <= limit ? 'met' : `missed: ${figure(reached / limit, 1)} times`];
}
