import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Size } from './bench-cluster';
import { ClaimFigures, measureClaims } from './claims-case';
import { ClusterFigures, EvaluationFigures, measureCluster, measureEvaluation, runOnce } from './cluster-case';
import { ClusterWideFigures, measureClusterWide } from './cluster-wide-case';
import { ListFigures, measureList, measureStart } from './command-case';
import { CoverageFigures, measureCoverage } from './coverage-case';
import { measurePlan } from './plan-case';
import { measureReport, PageTiming, ReportFigures } from './report-case';
import { measureScaling, SHAPES } from './scaling-case';
import { measureSynth } from './synthesis-case';
import { both, figure, table, thousands } from './table';
import { MAX_GROWTH, Target, targetRows } from './targets';
import { TierAppSize } from './tier-app';
import { exponent, Timing, timingOf } from './timing';

/*
 * npm run bench prints what everything costs, and whether it is within its target. Each size runs in a process of its
 * own, so that no other size warms it up or adds to its memory.
 *
 *   npm run bench                 all parts except `million`: some minutes
 *   npm run bench -- --quick      small sizes, in seconds: shows that the bench works, not how fast anything is
 *   npm run bench -- --only clusters,clusterwide,claims,coverage,synthesis,commands,report,scaling
 *   npm run bench -- --only million     1,000,000 pods: some minutes and 6 GB of memory
 */

const CASES = {
  cluster: ({ size, quick }: { size: Size; quick: boolean }) => measureCluster(size, quick),
  evaluation: ({ size, quick }: { size: Size; quick: boolean }) => measureEvaluation(size, quick),
  memory: ({ size }: { size: Size }) => runOnce(size),
  clusterWide: ({ pods, quick }: { pods: number; quick: boolean }) => measureClusterWide(pods, SEED, quick),
  claims: ({ pods, quick }: { pods: number; quick: boolean }) => measureClaims(pods, SEED, quick),
  coverage: ({ namespaces, each, quick }: { namespaces: number; each: number; quick: boolean }) => measureCoverage(namespaces, each, quick),
  report: ({ namespaces, each, times }: { namespaces: number; each: number; times: number }) => measureReport(namespaces, each, times),
  synth: ({ what, size, manifests }: SynthInput) => measureSynth(what, size, manifests),
} as const;

interface SynthInput {
  readonly what: 'tiers' | 'plain' | 'manifests';
  readonly size: TierAppSize;
  readonly manifests: string;
}

type Case = keyof typeof CASES;

const SEED = 20;
const HEAP_MB = 6000;

interface Options {
  readonly quick: boolean;
  readonly parts: readonly string[];
}

/** Runs a case in a new process. */
function run<C extends Case>(name: C, input: Parameters<typeof CASES[C]>[0]): Awaited<ReturnType<typeof CASES[C]>> {
  const args = [`--max-old-space-size=${HEAP_MB}`, '--expose-gc', __filename, '--case', name, JSON.stringify(input)];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(output);
}

function progress(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

interface Measured {
  readonly size: Size;
  readonly figures: ClusterFigures;
  readonly mb: number;
}

function measure(size: Size, quick: boolean): Measured {
  progress(`${thousands(size.pods)} ${size.kind} pods`);
  return { size, figures: run('cluster', { size, quick }), mb: run('memory', { size }).mb };
}

function printClusters(measured: readonly Measured[]): void {
  printComparison(measured);
  console.log(table(
    ['cluster', 'pods', 'policies', 'objects', 'classes', 'atoms', 'read ms', 'evaluate ms', 'list ms', 'pair ns', 'first time ns', 'pod to pod ns', 'peak MB'],
    measured.map(({ size, figures: f, mb }) => [
      size.kind, thousands(f.pods), thousands(f.policies), thousands(f.objects), thousands(f.classes), thousands(f.atoms),
      both(f.read), both(f.evaluate), f.list === undefined ? '-' : both(f.list), both(f.query), both(f.firstQuery), both(f.podQuery), figure(mb, 0),
    ])));
}

function printComparison(measured: readonly { readonly figures: Pick<EvaluationFigures, 'compared'> }[]): void {
  const compared = Math.min(...measured.map(({ figures }) => figures.compared));
  console.log(`Milliseconds and nanoseconds: the best run (the median). Before each measurement, the answers for ${thousands(compared)} random pairs `
    + 'of the cluster were equal to those of the specification.\n');
}

function clusters({ quick }: Options, targets: Target[]): void {
  const sizes: Size[] = quick
    ? [{ kind: 'realistic', pods: 200, seed: SEED }, { kind: 'realistic', pods: 400, seed: SEED }, { kind: 'random', pods: 300, seed: SEED }]
    : [
      ...[300, 1_000, 3_000, 10_000, 30_000, 100_000].map((pods): Size => ({ kind: 'realistic', pods, seed: SEED })),
      ...[10_000, 100_000].map((pods): Size => ({ kind: 'random', pods, seed: SEED })),
      { kind: 'shared', pods: 2_000, seed: SEED },
    ];
  const measured = sizes.map(size => measure(size, quick));
  printClusters(measured);
  const realistic = measured.filter(({ size }) => size.kind === 'realistic');
  const slope = exponent(realistic.map(({ figures }) => ({ size: figures.objects, ms: figures.evaluate.best })));
  console.log(`\nThe time of evaluate grows with the number of objects to the power of ${figure(slope, 2)}, over ${realistic.length} realistic sizes.\n`);
  for (const { size, figures, mb } of measured) {
    targets.push({ kind: 'cluster', size, figures, mb });
  }
  targets.push({ kind: 'exponent', slope });
  const largest = realistic.at(-1)!.figures;
  console.log(table([`change among ${thousands(largest.pods)} pods`, 'update ms'], largest.update.map(({ what, timing }) => [what, both(timing)])) + '\n');
  targets.push({ kind: 'update', pods: largest.pods, worst: Math.max(...largest.update.map(({ timing }) => timing.best)) });
}

/** What 100 cluster-wide policies cost. */
function clusterwide({ quick }: Options, targets: Target[]): void {
  progress('cluster-wide policies');
  const f: ClusterWideFigures = run('clusterWide', { pods: quick ? 400 : 100_000, quick });
  printComparison([{ figures: f }]);
  const ratio = ({ without, with: own }: ClusterWideFigures['evaluate']) => [both(without), both(own), figure(own.best / without.best)];
  console.log(table([`${thousands(f.pods)} pods`, 'no cluster-wide policies', `${f.clusterPolicies} of them`, 'ratio'], [
    ['evaluate, ms', ...ratio(f.evaluate)],
    ['connections of a pair, ns', ...ratio(f.query)],
    ['connections of a pair for the first time, ns', ...ratio(f.firstQuery)],
    ['one of them changes, ms', '', figure(f.update), ''],
    ['one of them changes, and 1,000 pairs are asked, ms', '', figure(f.updateAndAsk), ''],
  ]) + '\n');
  targets.push({ kind: 'cluster-wide', figures: f });
}

function million({ quick }: Options, targets: Target[]): void {
  const measured = (quick ? [200, 2_000] : [100_000, 1_000_000]).map(pods => {
    const size: Size = { kind: 'realistic', pods, seed: SEED };
    progress(`${thousands(pods)} ${size.kind} pods`);
    return { figures: run('evaluation', { size, quick }), mb: run('memory', { size }).mb };
  });
  printComparison(measured);
  console.log(table(
    ['cluster', 'pods', 'policies', 'objects', 'classes', 'atoms', 'read ms', 'evaluate ms', 'pair ns', 'peak MB'],
    measured.map(({ figures: f, mb }) => [
      'realistic', thousands(f.pods), thousands(f.policies), thousands(f.objects), thousands(f.classes), thousands(f.atoms),
      both(f.read), both(f.evaluate), both(f.query), figure(mb, 0),
    ])) + '\n');
  const [small, large] = measured;
  targets.push({ kind: 'million', figures: large.figures, small: small.figures, mb: large.mb });
}

function claims({ quick }: Options, targets: Target[]): void {
  const figures: ClaimFigures = run('claims', { pods: quick ? 400 : 100_000, quick });
  const { workloads, naming, admitsOnly, pairs, denied } = figures;
  console.log(table(['claims about a cluster of 100,000 pods', 'claims', 'ms'], [
    ['finding every workload by its name', thousands(workloads), both(naming)],
    ['admitsOnly on every workload', thousands(workloads), both(admitsOnly)],
    ['denied on random pairs of tiers', thousands(pairs), both(denied)],
  ]) + '\n');
  targets.push({ kind: 'claims', figures });
}

/** What it costs to judge every single change of the policies of a folder. */
function coverage({ quick }: Options, targets: Target[]): void {
  progress('single changes of policies');
  const figures: CoverageFigures = run('coverage', { ...quick ? { namespaces: 2, each: 6 } : { namespaces: 50, each: 20 }, quick });
  const { workloads, policies, claims: count, changes, outcomes, checked, mutate } = figures;
  console.log(`Before the measurement, the outcomes of ${thousands(checked)} changes were those of claims judged from scratch.\n`);
  console.log(table(['netpol check --mutate', 'workloads', 'policies', 'claims', 'changes', 'noticed', 'not noticed', 'change nothing', 'ms'], [
    ['', thousands(workloads), thousands(policies), thousands(count), thousands(changes),
      ...(['noticed', 'unnoticed', 'nothing'] as const).map(outcome => thousands(outcomes[outcome] ?? 0)), both(mutate)],
  ]) + '\n');
  targets.push({ kind: 'coverage', figures });
}

function synthesis({ quick }: Options, targets: Target[]): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  const [tiers, intents] = quick ? [20, 8] : [500, 200];
  const sizes = [
    { charts: 1, workloads: false }, { charts: 20, workloads: false }, { charts: 20, workloads: true },
  ].map((shape): TierAppSize => ({ ...shape, tiersPerChart: tiers / shape.charts, edgesPerTier: 4, intents }));
  const rows = (quick ? sizes.slice(0, 1) : sizes).map(size => {
    progress(`synthesis of ${size.charts} charts`);
    const manifests = path.join(folder, 'manifests.json');
    run('synth', { what: 'manifests', size, manifests });
    const times = (what: 'tiers' | 'plain') => run('synth', { what, size, manifests });
    const [ours, plain]: [number[], number[]] = [[], []];
    for (let i = 0; i < (quick ? 2 : 7); i++) {
      ours.push(times('tiers'));
      plain.push(times('plain'));
    }
    const [total, base]: Timing[] = [timingOf(ours), timingOf(plain)];
    const share = { best: total.best - base.best, median: total.median - base.median };
    targets.push({ kind: 'synthesis', size, share });
    const name = `${tiers} tiers${size.workloads ? ' of Deployments' : ''}, ${tiers * 4} edges, ${intents} intents`;
    return [name, String(size.charts), both(total), both(base), both(share)];
  });
  fs.rmSync(folder, { recursive: true });
  console.log(table(['the first app.synth() of a process', 'charts', 'ms', 'same objects, cdk8s alone, ms', 'difference ms'], rows) + '\n');
}

function commands({ quick }: Options, targets: Target[]): void {
  const lists: ListFigures[] = (quick ? [[2, 6]] : [[50, 20], [250, 20]]).map(([n, m]) => measureList(n, m, quick ? 1 : 5));
  console.log(table(
    ['netpol list -o json', 'workloads', 'policies', 'MB of YAML', 'rows', 'ms', 'js-yaml alone ms', 'ratio'],
    lists.map(f => ['', thousands(f.workloads), thousands(f.policies), figure(f.megabytes), thousands(f.connections), both(f.list), both(f.parseOnly),
      figure(f.list.best / f.parseOnly.best)])) + '\n');
  console.log(table(
    ['netpol lint -o json', 'workloads', 'policies', 'findings', 'ms'],
    lists.map(f => ['', thousands(f.workloads), thousands(f.policies), thousands(f.findings), both(f.lint)])) + '\n');
  console.log(table(
    ['netpol diff --no-lint -o json', 'workloads', 'policies', 'ms', 'times list'],
    lists.map(f => ['', thousands(f.workloads), thousands(f.policies), both(f.diff), figure(f.diff.best / f.list.best)])) + '\n');
  const start = measureStart(quick ? 1 : 10);
  console.log(table(['netpol can-reach on a small folder', 'ms', 'Node alone ms'], [['', both(start.canReach), both(start.node)]]) + '\n');
  const plan = measurePlan(quick ? 3 : 50, quick ? 9 : 20, quick ? 1 : 5);
  console.log(table(['netpol plan -o json', 'policies', 'changes', 'steps', 'ms'],
    [['', thousands(plan.policies), thousands(plan.changes), thousands(plan.steps), both(plan.plan)]]) + '\n');
  targets.push({ kind: 'plan', figures: plan });
  targets.push(...lists.map((figures): Target => ({ kind: 'list', figures })), { kind: 'start', start: start.canReach });
}

/** The page of a report in a browser. */
function report({ quick }: Options, targets: Target[]): void {
  const sizes = quick ? [[2, 6]] : [[100, 20], [100, 50]];
  const measured = sizes.flatMap(([namespaces, each]) => {
    progress(`the report of ${thousands(namespaces * each + 3)} workloads`);
    const figures = run('report', { namespaces, each, times: quick ? 1 : 7 }) as ReportFigures | null;
    return figures === null ? [] : [figures];
  });
  if (measured.length === 0) {
    const message = 'SKIPPED: the page of netpol report was not measured, because chromium is not installed. Set CHROMIUM to its path, or run npm run test:report as root.';
    console.log(`${message.replaceAll(/./g, '*')}\n${message}\n${message.replaceAll(/./g, '*')}\n`);
    return;
  }
  const times = ({ clock, processor }: PageTiming) => `${both(clock)}; ${both(processor)}`;
  console.log(`Before the measurement, ${thousands(Math.min(...measured.map(({ checked }) => checked)))} cells of the page, with and without filters, were those of netpol list. `
    + 'First the time on the clock until a frame shows the result, then that of the processor in the main thread.\n');
  console.log(table(['the page of netpol report', 'workloads', 'policies', 'MB', 'shown after ms', ...measured[0].filters.map(({ what }) => `filtered ${what} in ms`)],
    measured.map(({ workloads, policies, megabytes, show, filters }) =>
      ['', thousands(workloads), thousands(policies), figure(megabytes), times(show), ...filters.map(({ timing }) => times(timing))])) + '\n');
  targets.push(...measured.map((figures): Target => ({ kind: 'report', figures })));
}

/** Fails if the cost of one shape of input grows too fast: the ratio of two times depends little on the machine. */
function scaling({ quick }: Options, targets: Target[]): void {
  const measured = SHAPES.map(shape => {
    progress(`twice the ${shape.name}`);
    return measureScaling(shape, quick ? 1 : 3, quick ? 0.02 : 1);
  });
  console.log(table(['shape of the input', 'size', 'ms', 'twice the size, ms', 'ratio'], measured.map(({ name, size, once, twice, ratio }) =>
    [name, thousands(size), both(once), both(twice), figure(ratio)])) + '\n');
  for (const figures of measured) { targets.push({ kind: 'scaling', figures }); }
  if (!quick && measured.some(({ ratio }) => ratio > MAX_GROWTH)) { process.exitCode = 1; }
}

type Part = (options: Options, targets: Target[]) => void;

const PARTS: Readonly<Record<string, Part>> = { clusters, clusterwide, claims, coverage, synthesis, commands, report, scaling, million };
const DEFAULT_PARTS = ['clusters', 'clusterwide', 'claims', 'coverage', 'synthesis', 'commands', 'report', 'scaling'];

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === '--case') {
    const figures = await (CASES[args[1] as Case] as (input: unknown) => unknown)(JSON.parse(args[2]));
    process.stdout.write(JSON.stringify(figures ?? null));
    return;
  }
  const at = args.indexOf('--only');
  const options = { quick: args.includes('--quick'), parts: at === -1 ? DEFAULT_PARTS : args[at + 1].split(',') };
  const unknown = options.parts.find(part => PARTS[part] === undefined);
  if (unknown !== undefined) { throw new Error(`--only ${unknown}: use one or more of ${Object.keys(PARTS).join(', ')}`); }
  const targets: Target[] = [];
  console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}\n`);
  for (const part of options.parts) { PARTS[part](options, targets); }
  if (options.quick) {
    console.log('This was a quick run: it shows that the bench works, not how fast anything is.');
  } else {
    console.log(table(['target', 'at most', 'measured', ''], targetRows(targets)));
  }
}

void main(process.argv.slice(2));
