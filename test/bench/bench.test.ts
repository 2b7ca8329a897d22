import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { benchCluster, measureCluster, modelOf, resourcesOf } from '../../bench/cluster-case';
import { manifestFiles } from '../../bench/manifests';
import { measureOnly } from '../../bench/only-case';
import { realisticCluster, realisticPolicies } from '../../bench/realistic';
import { checkSame } from '../../bench/sameness';
import { measureSynth } from '../../bench/synthesis-case';
import { targetRows } from '../../bench/targets';
import { exponent, timingOf } from '../../bench/timing';
import { Reachability } from '../../src/evaluator/reachability';

/* The bench measures what it says, and does not rot. No time is asserted. */

test.each([[1_000, 410], [10_000, 4_050]])('a realistic cluster of %d pods has %d policies, and is the same for a seed each time', (pods, policies) => {
  const { spec, objects } = realisticCluster(pods, 1);
  expect([spec.pods.length, spec.policies.length, realisticPolicies(pods)]).toEqual([pods, policies, policies]);
  expect(JSON.stringify(realisticCluster(pods, 1).objects.slice(-50))).toBe(JSON.stringify(objects.slice(-50)));
});

test('100,000 realistic pods have 40,200 policies', () => {
  expect(realisticPolicies(100_000)).toBe(40_200);
});

test('random pods all differ where policies look', () => {
  const { classCount } = new Reachability(modelOf(resourcesOf(benchCluster({ kind: 'random', pods: 500, seed: 1 }))));
  expect(classCount).toBe(500);
});

test('50 namespaces of 20 Deployments are 1,003 workloads under 1,150 policies in 51 files', () => {
  const files = manifestFiles(50, 20);
  const kinds = files.flatMap(([, objects]) => objects as { kind: string }[]).map(({ kind }) => kind);
  expect([files.length, kinds.filter(k => k === 'Deployment').length, kinds.filter(k => k === 'NetworkPolicy').length]).toEqual([51, 1003, 1150]);
});

test.each(['realistic', 'random'] as const)('a %s cluster is measured, once its answers are those of the specification', kind => {
  const figures = measureCluster({ kind, pods: 200, seed: 3 }, true);
  expect(figures).toMatchObject({ pods: 200, compared: 200 });
  expect(figures.update).toHaveLength(4);
});

test('nothing is measured whose answers are wrong', () => {
  const made = benchCluster({ kind: 'realistic', pods: 200, seed: 3 });
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const policies = made.spec.policies.filter(policy => policy.metadata.name !== 'default-deny');
  expect(() => checkSame(reach, made.spec, 300, 3)).not.toThrow();
  expect(() => checkSame(reach, { ...made.spec, policies: policies.filter((_, i) => i % 2 === 0) }, 300, 3)).toThrow(/by the specification, .* by the evaluator/);
});

test('only is measured on every workload, and holds', () => {
  expect(measureOnly(400, 3, true).workloads).toBe(20);
});

test('an app of tiers and an app of the same objects are synthesized', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  const manifests = path.join(folder, 'manifests.json');
  const size = { charts: 2, tiersPerChart: 4, edgesPerTier: 2, intents: 3, workloads: true };
  measureSynth('manifests', size, manifests);
  const charts: [string, { kind: string }[]][] = JSON.parse(fs.readFileSync(manifests, 'utf8'));
  const policies = charts.flatMap(([, objects]) => objects).filter(({ kind }) => kind === 'NetworkPolicy');
  // Two halves of each edge, and two policies of each namespace.
  expect(policies).toHaveLength(2 * 2 * 4 * 2 + 2 * 2);
  for (const what of ['tiers', 'plain'] as const) { expect(measureSynth(what, size, manifests)).toBeGreaterThan(0); }
  fs.rmSync(folder, { recursive: true });
});

test('the exponent is that of the growth, a timing is the best and the median, and a target says how far it is missed', () => {
  expect(exponent([1, 10, 100].map(size => ({ size, ms: 3 * size ** 1.5 })))).toBeCloseTo(1.5);
  expect(timingOf([5, 1, 3, 2, 4])).toEqual({ best: 1, median: 3 });
  expect(targetRows([{ kind: 'exponent', slope: 1.1 }, { kind: 'exponent', slope: 2.4 }]).map(row => row[3])).toEqual(['met', 'missed: 2.0 times']);
});
