import { Size } from './bench-cluster';
import { ClaimFigures } from './claims-case';
import { ClusterFigures, EvaluationFigures } from './cluster-case';
import { ClusterWideFigures } from './cluster-wide-case';
import { ListFigures } from './command-case';
import { CoverageFigures } from './coverage-case';
import { PlanFigures } from './plan-case';
import { ReportFigures } from './report-case';
import { ScalingFigures } from './scaling-case';
import { figure, thousands } from './table';
import { TierAppSize } from './tier-app';
import { Timing } from './timing';

/* The most that each row may cost on two cores with Node 20. The best run counts. */

/** A measurement that has a target. */
export type Target =
  | { readonly kind: 'cluster'; readonly size: Size; readonly figures: ClusterFigures; readonly mb: number }
  | { readonly kind: 'exponent'; readonly slope: number }
  | { readonly kind: 'update'; readonly pods: number; readonly worst: number }
  | { readonly kind: 'cluster-wide'; readonly figures: ClusterWideFigures }
  | { readonly kind: 'million'; readonly figures: EvaluationFigures; readonly small: EvaluationFigures; readonly mb: number }
  | { readonly kind: 'claims'; readonly figures: ClaimFigures }
  | { readonly kind: 'coverage'; readonly figures: CoverageFigures }
  | { readonly kind: 'synthesis'; readonly size: TierAppSize; readonly share: Timing }
  | { readonly kind: 'list'; readonly figures: ListFigures }
  | { readonly kind: 'start'; readonly start: Timing }
  | { readonly kind: 'plan'; readonly figures: PlanFigures }
  | { readonly kind: 'report'; readonly figures: ReportFigures }
  | { readonly kind: 'scaling'; readonly figures: ScalingFigures };

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

/** Twice the input may cost this many times as much. */
export const MAX_GROWTH = 3;

/** A row for each limit: its name, the limit, the figure, and whether the figure is within the limit. */
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
        row(`${name}: connections of a pair`, limits.query, figures.query.best, 'ns'),
        ...limits.mb === undefined ? [] : [row(`${name}: peak memory`, limits.mb, mb, 'MB')],
      ];
    }
    case 'exponent': return [row('evaluate: exponent in objects', 1.2, target.slope, '')];
    case 'million': {
      const { figures, small, mb } = target;
      const name = `${thousands(figures.pods)} realistic pods`;
      return [
        row(`${name}: evaluate, times that of ${thousands(small.pods)}`, 12, figures.evaluate.best / small.evaluate.best, ''),
        row(`${name}: peak memory with the API objects`, 6144, mb, 'MB'),
      ];
    }
    case 'update': return [row(`${thousands(target.pods)} pods: one object changes`, 5, target.worst, 'ms')];
    case 'cluster-wide': {
      const { clusterPolicies, pods, evaluate, query, update } = target.figures;
      const name = `${clusterPolicies} cluster-wide policies, ${thousands(pods)} pods`;
      return [
        row(`${name}: evaluate, times that without them`, 1.5, evaluate.with.best / evaluate.without.best, ''),
        row(`${name}: a pair, times that without them`, 2, query.with.best / query.without.best, ''),
        row(`${name}: one of them changes`, 20, update, 'ms'),
      ];
    }
    case 'claims': return [
      row(`admitsOnly on ${thousands(target.figures.workloads)} workloads`, 1000, target.figures.admitsOnly.best, 'ms'),
      row(`denied on ${thousands(target.figures.pairs)} random pairs of tiers`, 2000, target.figures.denied.best, 'ms'),
    ];
    case 'coverage': {
      const { workloads, policies, claims, mutate } = target.figures;
      return [row(`netpol check --mutate, ${thousands(workloads)} workloads, ${thousands(policies)} policies, ${thousands(claims)} claims`, 60_000, mutate.best, 'ms')];
    }
    case 'synthesis': return [row(`synth, ${target.size.charts} chart(s)${target.size.workloads ? ' with Deployments' : ''}: the share of this package`, 300, target.share.best, 'ms')];
    case 'list': {
      const { workloads, policies, list, lint, diff, parseOnly } = target.figures;
      const name = `netpol list, ${thousands(workloads)} workloads`;
      return workloads < 2000
        ? [row(`${name}: times js-yaml alone`, 2.5, list.best / parseOnly.best, '')]
        : [row(name, 2500, list.best, 'ms'), row(`netpol lint, ${thousands(workloads)} workloads with ${thousands(policies)} policies`, 3000, lint.best, 'ms'),
          row(`netpol diff, ${thousands(workloads)} workloads with ${thousands(policies)} policies: times list`, 2.5, diff.best / list.best, '')];
    }
    case 'plan': return [row(`netpol plan, ${thousands(target.figures.changes)} changes of ${thousands(target.figures.policies)} policies`, 2000, target.figures.plan.best, 'ms')];
    case 'start': return [row('netpol can-reach on a small folder', 120, target.start.best, 'ms')];
    case 'report': {
      const { workloads, show, filters } = target.figures;
      const name = `the page of netpol report, ${thousands(workloads)} workloads`;
      const [toShow, toFilter] = workloads < 4000 ? [1000, 50] : [2000, 100];
      return [
        row(`${name}: shown`, toShow, show.clock.best, 'ms'),
        ...filters.map(({ what, timing }) => row(`${name}: filtered ${what}`, toFilter, timing.clock.best, 'ms')),
      ];
    }
    case 'scaling': return [row(`twice the ${target.figures.name}: times the cost`, MAX_GROWTH, target.figures.ratio, '')];
  }
}

function row(name: string, limit: number, reached: number, unit: string): string[] {
  return [name, `${thousands(limit)} ${unit}`.trim(), `${figure(reached)} ${unit}`.trim(), reached <= limit ? 'met' : `missed: ${figure(reached / limit, 1)} times`];
}
