import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { measureClaims } from '../../bench/claims-case';
import { benchCluster, measureCluster, modelOf, resourcesOf } from '../../bench/cluster-case';
import { measureClusterWide } from '../../bench/cluster-wide-case';
import { checkAnswers } from '../../bench/correctness';
import { measureCoverage } from '../../bench/coverage-case';
import { guardedCluster } from '../../bench/guarded-cluster';
import { manifestFiles } from '../../bench/manifests';
import { realisticCluster, realisticPolicies } from '../../bench/realistic-cluster';
import { checkShape, SHAPES } from '../../bench/scaling-case';
import { measureSynth } from '../../bench/synthesis-case';
import { targetRows } from '../../bench/targets';
import { exponent, timingOf } from '../../bench/timing';
import { Reachability } from '../../src/evaluator/reachability';
import { netpol } from '../cli/command';

/* The bench measures what its tables name. No test asserts a time. */

test.each([[1_000, 410], [10_000, 4_050]])('a realistic cluster of %d pods has %d policies and is the same each time for one seed', (pods, policies) => {
  const { spec, objects } = realisticCluster(pods, 1);
  expect([spec.pods.length, spec.policies.length, realisticPolicies(pods)]).toEqual([pods, policies, policies]);
  expect(JSON.stringify(realisticCluster(pods, 1).objects.slice(-50))).toBe(JSON.stringify(objects.slice(-50)));
});

test('100,000 realistic pods have 40,200 policies, and a million have 402,000', () => {
  expect([100_000, 1_000_000].map(realisticPolicies)).toEqual([40_200, 402_000]);
});

test('policies tell all pods of a random cluster apart', () => {
  const { classCount } = new Reachability(modelOf(resourcesOf(benchCluster({ kind: 'random', pods: 500, seed: 1 }))));
  expect(classCount).toBe(500);
});

test('a folder of 50 namespaces with 20 Deployments each has 1,003 workloads and 1,150 policies in 51 files', () => {
  const files = manifestFiles(50, 20);
  const kinds = files.flatMap(([, objects]) => objects as { kind: string }[]).map(({ kind }) => kind);
  expect([files.length, kinds.filter(k => k === 'Deployment').length, kinds.filter(k => k === 'NetworkPolicy').length]).toEqual([51, 1003, 1150]);
});

test.each(['realistic', 'random'] as const)('a %s cluster is measured after its answers are compared with the specification', kind => {
  const figures = measureCluster({ kind, pods: 200, seed: 3 }, true);
  expect(figures).toMatchObject({ pods: 200, compared: 200 });
  expect(figures.update).toHaveLength(4);
});

test('the evaluator gives the answers of the specification for a shared namespace of 60 policies', () => {
  const made = benchCluster({ kind: 'shared', pods: 160, seed: 3 });
  expect(made.spec.policies).toHaveLength(60);
  expect(() => checkAnswers(new Reachability(modelOf(resourcesOf(made))), made.spec, 100, 3)).not.toThrow();
});

test('a cluster with a wrong answer is not measured', () => {
  const made = benchCluster({ kind: 'realistic', pods: 200, seed: 3 });
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const policies = made.spec.policies.filter(policy => policy.metadata.name !== 'default-deny');
  expect(() => checkAnswers(reach, made.spec, 300, 3)).not.toThrow();
  expect(() => checkAnswers(reach, { ...made.spec, policies: policies.filter((_, i) => i % 2 === 0) }, 300, 3)).toThrow(/the specification allows .*, the evaluator/);
});

test.each([200, 100_000])('100 cluster-wide policies with priorities of their own guard %d pods, and are the same each time for one seed', pods => {
  const policies: any[] = guardedCluster(pods, 1).spec.clusterPolicies!;
  expect(new Set(policies.map(({ spec: { tier, priority } }) => `${tier} ${priority}`)).size).toBe(100);
  expect(policies.filter(({ spec }) => spec.tier === 'Baseline').length).toBeGreaterThan(0);
  expect(guardedCluster(pods, 1).spec.clusterPolicies).toEqual(policies);
});

test('cluster-wide policies are measured after their answers are compared with the specification', () => {
  expect(measureClusterWide(200, 3, true)).toMatchObject({ pods: 200, clusterPolicies: 100, compared: 200 });
});

test('a guarded cluster with a wrong answer is not measured', () => {
  const made = benchCluster({ kind: 'guarded', pods: 200, seed: 3 });
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const clusterPolicies = made.spec.clusterPolicies!.filter(policy => policy.metadata.name !== 'monitoring');
  expect(() => checkAnswers(reach, { ...made.spec, clusterPolicies }, 300, 3)).toThrow(/the specification allows .*, the evaluator/);
});

test('claims are measured after their answers are checked', () => {
  expect(measureClaims(400, 3, true)).toMatchObject({ workloads: 20, pairs: 100 });
});

test('single changes of policies are measured after their outcomes are checked', () => {
  const counted = { noticed: expect.any(Number), unnoticed: expect.any(Number) };
  expect(measureCoverage(2, 6, true)).toMatchObject({ workloads: 15, policies: 18, claims: 8, outcomes: counted });
});

test('an app of tiers and an app of plain objects synthesize the same number of policies', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  const manifests = path.join(folder, 'manifests.json');
  const size = { charts: 2, tiersPerChart: 4, edgesPerTier: 2, intents: 3, workloads: true };
  measureSynth('manifests', size, manifests);
  const charts: [string, { kind: string }[]][] = JSON.parse(fs.readFileSync(manifests, 'utf8'));
  const policies = charts.flatMap(([, objects]) => objects).filter(({ kind }) => kind === 'NetworkPolicy');
  // Two policies for each edge, and two for each namespace.
  expect(policies).toHaveLength(2 * 2 * 4 * 2 + 2 * 2);
  for (const what of ['tiers', 'plain'] as const) { expect(measureSynth(what, size, manifests)).toBeGreaterThan(0); }
  fs.rmSync(folder, { recursive: true });
});

test('tables show the exponent of growth, the best and median time, and by how much a target is missed', () => {
  expect(exponent([1, 10, 100].map(size => ({ size, ms: 3 * size ** 1.5 })))).toBeCloseTo(1.5);
  expect(timingOf([5, 1, 3, 2, 4])).toEqual({ best: 1, median: 3 });
  expect(targetRows([{ kind: 'exponent', slope: 1.1 }, { kind: 'exponent', slope: 2.4 }]).map(row => row[3])).toEqual(['met', 'missed: 2.0 times']);
  const compared = (ratio: number) => ({ without: { best: 10, median: 10 }, with: { best: 10 * ratio, median: 10 * ratio } });
  const times = { evaluate: compared(1.4), query: compared(4), firstQuery: compared(9), update: 19, updateAndAsk: 30 };
  const figures = { pods: 100_000, clusterPolicies: 100, compared: 3000, ...times };
  expect(targetRows([{ kind: 'cluster-wide', figures }]).map(row => row[3])).toEqual(['met', 'missed: 2.0 times', 'met']);
});

test.each(SHAPES.map(shape => [shape.name, shape] as const))('an input of %s has the answer whose cost is measured, and a wrong answer is not measured', async (_, shape) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  const size = Math.max(50, Math.ceil(shape.size / 100));
  const { status, stdout, stderr } = await netpol(shape.write(folder, size));
  const ran = { status, output: stdout + stderr };
  expect(() => checkShape(shape, size, ran)).not.toThrow();
  expect(() => checkShape(shape, size, { ...ran, status: 3 })).toThrow(/exit status 3 /);
  fs.rmSync(folder, { recursive: true });
});
