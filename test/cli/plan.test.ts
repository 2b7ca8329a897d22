import { spawnSync } from 'child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { policy, TIERS } from '../report/shop';

/* `netpol plan`: its formats and its exit status. test/changes has what a plan is. */

const DENY = policy('default-deny', '\n  podSelector: {}\n  policyTypes: [Ingress]');
const DB = policy('allow-db', '\n  podSelector: { matchLabels: { app: db } }\n  ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }] }]');
const OPS = policy('allow-ops', '\n  podSelector: {}\n  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }] }]');
const FIRST = { 'old/tiers.yaml': TIERS, 'new/tiers.yaml': TIERS, 'new/p.yaml': DENY + DB + OPS };

test('the text has a line for each step, what it is for, and an example of what it changes', async () => {
  const { status, stdout, stderr } = await netpol(['plan', 'old', 'new'], FIRST);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^5 steps without a gap: after each one, everything passes that both versions allow, and nothing that neither of them allows, for every possible pod\.\n\n/);
  expect(stdout).toContain('1. create NetworkPolicy app/netpol-bridge-1\n   a bridging policy: keeps ingress open for pods that no policy isolates in one of the versions\n   changes no connection\n');
  expect(stdout).toMatch(/\n2\. create NetworkPolicy app\/allow-db \(new\/p\.yaml:\d+:1\)\n {3}changes no connection\n/);
  expect(stdout).toMatch(/\n5\. delete NetworkPolicy app\/netpol-bridge-1\n {3}closes, for example, .* → .* on TCP 1\n$/);
});

test('versions without a difference have no steps', async () => {
  expect(await netpol(['plan', 'new', 'new'], FIRST)).toMatchObject({ status: 0, stdout: 'Nothing to do: the policies of both versions are the same.\n' });
});

describe('what was not read is not taken for absent', () => {
  const BROKEN = DB.replace('from:', 'form:');
  const steps = async (files: Record<string, string>, ...options: string[]) => netpol(['plan', 'old', 'new', '--keep-going', ...options], { 'old/tiers.yaml': TIERS, 'new/tiers.yaml': TIERS, ...files });

  test('a policy with a fault in one version is neither deleted nor created, and the output names it', async () => {
    const pairs: Record<string, string>[] = [{ 'old/p.yaml': DB, 'new/p.yaml': BROKEN }, { 'old/p.yaml': BROKEN, 'new/p.yaml': DB }, { 'new/p.yaml': BROKEN }];
    for (const files of pairs) {
      const { status, stdout } = await steps(files);
      expect(status).toBe(3);
      expect(stdout).toMatch(/^No steps: the policies that netpol can judge are the same in both versions\.\n/);
      expect(stdout).toContain('\nNo step changes these policies, because netpol could not read what each version says about them: NetworkPolicy app/allow-db\n');
    }
  });

  test('a policy that a folder without rendering may hold is not deleted, and one that it may have held is not created', async () => {
    const chart = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/p.yaml': '{{ if .Values.on }}\n' + OPS + '{{ end }}\n' };
    const at = (folder: string) => Object.fromEntries(Object.entries(chart).map(([name, text]) => [`${folder}/c/${name}`, text]));
    for (const files of [{ 'old/p.yaml': DB, ...at('new') }, { 'new/p.yaml': DB, ...at('old') }]) {
      const { status, stdout } = await steps(files, '--render', 'never');
      expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringMatching(/^No steps: /) });
      expect(stdout).toContain('NetworkPolicy app/allow-db');
    }
  });

  const kustomization = (folder: string, field: string, file: string, text: string) => ({
    [`${folder}/k/kustomization.yaml`]: `resources: [a.yaml]\n${field}`, [`${folder}/k/a.yaml`]: DENY, [`${folder}/k/${file}`]: text, [`${folder}/k/t.yaml`]: 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: { name: a }\npath: patch.yaml\n',
  });

  test.each([
    ['a chart that kustomize renders', 'helmCharts: [{ name: web }]', 'charts/web/templates/a.yaml'],
    ['a file that a transformer names', 'transformers: [t.yaml]', 'patch.yaml'],
  ])('what is not rendered is undecided if it may be made from more files than netpol compared: %s', async (_, field, file) => {
    const { status, stdout } = await steps({ ...kustomization('old', field, file, DB), ...kustomization('new', field, file, OPS) }, '--render', 'never');
    expect({ status, stdout }).toMatchObject({ status: 3, stdout: expect.stringMatching(/^No steps: the policies that netpol can judge are the same in both versions\.\n/) });
    expect(stdout).toMatch(/\nUndecided, because .* is not rendered \(.*not-rendered\)\n/);
  });

  test('a hidden file of a chart that is not rendered can make a difference, and without one there is nothing to do', async () => {
    const versions = (text: string) => Object.fromEntries([['old', 'a'], ['new', text]].flatMap(([folder, own]) => Object.entries({
      'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/p.yaml': '{{ .Files.Get ".files/a" }}', '.files/a': own,
    }).map(([name, content]) => [`${folder}/c/${name}`, content])));
    expect(await steps(versions('b'), '--render', 'never')).toMatchObject({ status: 3, stdout: expect.stringMatching(/^No steps: /) });
    expect(await steps(versions('a'), '--render', 'never')).toMatchObject({ status: 0, stdout: 'Nothing to do: the policies of both versions are the same.\n' });
  });

  test('a policy of a kind that netpol does not evaluate leaves nothing undecided if nothing differs', async () => {
    const other = '\n---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n';
    expect(await steps({ 'old/p.yaml': DB + other, 'new/p.yaml': DB + other })).toMatchObject({ status: 0, stdout: 'Nothing to do: the policies of both versions are the same.\n' });
    expect(await steps({ 'old/p.yaml': DB + other, 'new/p.yaml': DB + other.replace('[{}]', '[]') })).toMatchObject({ status: 3 });
  });
});

test('JSON has the object of each step', async () => {
  const { stdout } = await netpol(['plan', 'old', 'new', '-o', 'json'], FIRST);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ outcome: 'smooth', obstacles: [], undecided: [], elsewhere: { added: [], removed: [], changed: [] } });
  expect(result.steps.map(({ operation, name, bridge }: any) => [operation, name, bridge])).toEqual([
    ['create', 'NetworkPolicy app/netpol-bridge-1', true], ['create', 'NetworkPolicy app/allow-db', false], ['create', 'NetworkPolicy app/allow-ops', false],
    ['create', 'NetworkPolicy app/default-deny', false], ['delete', 'NetworkPolicy app/netpol-bridge-1', true],
  ]);
  expect(result.steps[1]).toMatchObject({ namespace: 'app', line: expect.any(Number), object: { kind: 'NetworkPolicy', metadata: { name: 'allow-db', namespace: 'app' } } });
  expect(result.steps[4]).toMatchObject({ closes: { from: expect.any(String), to: expect.any(String), port: expect.stringMatching(/^(TCP|UDP|SCTP) \d+$/) } });
});

test('what else differs is for the user to apply', async () => {
  const more = '\napiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n';
  const { stdout } = await netpol(['plan', 'old', 'new'], { ...FIRST, 'new/more.yaml': more, 'old/gone.yaml': more.replace('more', 'gone') });
  expect(stdout).toContain('\nApply these yourself, before the plan: Namespace more\n');
  expect(stdout).toMatch(/\nDelete these yourself, after the plan: Namespace gone\n$/);
});

/** Runs a script with a `kubectl` that writes down how it is called. */
function run(script: string): { status: number | null; calls: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-sh-'));
  try {
    writeFileSync(path.join(folder, 'kubectl'), '#!/bin/sh\nprintf "<%s>" "$@" >> "$CALLS"; printf "\\n" >> "$CALLS"\ncase "$1" in delete) ;; *) cat >> "$CALLS" ;; esac\n');
    chmodSync(path.join(folder, 'kubectl'), 0o755);
    writeFileSync(path.join(folder, 'calls'), '');
    const { status } = spawnSync('sh', [], { input: script, env: { PATH: `${folder}:${process.env.PATH}`, CALLS: path.join(folder, 'calls'), NETPOL_PAUSE: '0' } });
    return { status, calls: readFileSync(path.join(folder, 'calls'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the shell script', () => {
  test('creates, replaces and deletes each object by kubectl, in its namespace', async () => {
    const files = { 'old/p.yaml': DENY + OPS, 'new/p.yaml': DENY + DB + OPS.replace('ops }', 'sre }') };
    const { stdout } = await netpol(['plan', 'old', 'new', '-o', 'sh'], files);
    const { status, calls } = run(stdout);
    expect(status).toBe(0);
    expect(calls.match(/^<.*>$/gm)).toEqual([
      '<create><--save-config><--namespace=app><-f><->', '<replace><--save-config><--namespace=app><-f><->',
    ]);
    expect(calls).toContain('name: allow-db\n');
    const back = run((await netpol(['plan', 'new', 'old', '-o', 'sh'], files)).stdout);
    expect(back.calls).toContain('<delete><NetworkPolicy.v1.networking.k8s.io><allow-db><--namespace=app><--ignore-not-found>\n');
  });

  test('takes nothing of a manifest for a command', async () => {
    const note = "END\n$(touch x)\n`id`\n'\"; rm -rf /";
    const manifest = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'app', annotations: { note } }, spec: { podSelector: {} },
    });
    const { stdout } = await netpol(['plan', 'old', 'new', '-o', 'sh'], { 'old/tiers.yaml': TIERS, 'new/tiers.yaml': TIERS, 'new/p.yaml': manifest });
    const { status, calls } = run(stdout);
    expect(status).toBe(0);
    expect(calls.match(/^<.*>$/gm)).toHaveLength(1);
    expect(calls).toContain('$(touch x)');
  });

  test('says in its first line what it is', async () => {
    const { stdout } = await netpol(['plan', 'old', 'new', '-o', 'sh'], FIRST);
    expect(stdout).toMatch(/^#!\/bin\/sh\n# Steps from old to new, printed by netpol plan\.\n/);
    expect(stdout).toMatch(/\nkind: NetworkPolicy\nmetadata:\n {2}name: allow-db\n[^]*\nspec:\n/);
  });

  test('changes nothing if the input has a fault or something is undecided, unless an option accepts that', async () => {
    const faulty = { ...FIRST, 'new/bad.yaml': DB.replace('name: allow-db', 'name: x').replace('from:', 'form:') };
    const script = async (...options: string[]) => run((await netpol(['plan', 'old', 'new', '-o', 'sh', ...options], faulty)).stdout);
    expect(await script()).toEqual({ status: 1, calls: '' });
    expect(await script('--keep-going')).toEqual({ status: 1, calls: '' });
    expect(await script('--allow-undecided')).toEqual({ status: 1, calls: '' });
    expect(await script('--keep-going', '--allow-undecided')).toMatchObject({ status: 0, calls: expect.stringContaining('<create>') });
    const { stdout } = await netpol(['plan', 'old', 'new', '-o', 'sh', '--keep-going'], faulty);
    expect(stdout).toMatch(/\n# As far as netpol can judge: 5 steps without a gap: .* It is undecided whether the cluster has other gaps\.\n/);
    expect(stdout).not.toContain('kubectl');
  });
});

describe('the exit status', () => {
  const clusterWide = (name: string, priority: number, spec: string) => `
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: Admin, priority: ${priority}, ${spec} }
`;
  const pods = (name: string) => `{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: ${name} } } } }`;
  const swap = (one: string, other: string) => clusterWide('a', 1, `subject: ${pods('web')}, egress: [{ action: Deny, to: [${pods(one)}] }]`)
    + clusterWide('b', 2, `subject: ${pods(other)}, ingress: [{ action: Deny, from: [${pods('web')}] }]`);
  const NONE = { 'old.yaml': swap('cache', 'db'), 'new.yaml': swap('db', 'cache') };

  test('is 1 without a plan, and the message names the connection and the step', async () => {
    const { status, stdout } = await netpol(['plan', 'old.yaml', 'new.yaml'], NONE);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^netpol found no order without a gap: 2 changes are left after 0 steps\. Another order may exist: this is a search\.\n/);
    expect(stdout).toMatch(/\n {2}update ClusterNetworkPolicy a: lets through a pod with label app=web .* → a pod with label app=cache .*, which neither version allows\n/);
    const script = run((await netpol(['plan', 'old.yaml', 'new.yaml', '-o', 'sh'], NONE)).stdout);
    expect(script).toEqual({ status: 1, calls: '' });
  });

  test('is 0 with --prefer, with a warning', async () => {
    const { status, stdout, stderr } = await netpol(['plan', 'old.yaml', 'new.yaml', '--prefer', 'open'], NONE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'warning: 1 step has a gap, as --prefer open allows\n' });
    expect(stdout).toMatch(/^2 steps, 1 of them with a gap\.\n/);
    expect(stdout).toContain('   gap: lets through ');
  });

  test('is 3 if policies of other kinds leave it undecided, and 0 with --allow-undecided', async () => {
    const other = '\n---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n';
    const files = { ...FIRST, 'new/c.yaml': other };
    const { status, stdout } = await netpol(['plan', 'old', 'new'], files);
    expect(status).toBe(3);
    expect(stdout).toMatch(/\nUndecided, because CiliumNetworkPolicy app\/c is of a kind that netpol does not evaluate \(new\/c\.yaml:\d+:1; policy-kind\)\n$/);
    expect((await netpol(['plan', 'old', 'new', '--allow-undecided'], files)).status).toBe(0);
  });

  test('is 2 for a fault in the input after the result, and that of the rest with --keep-going', async () => {
    const files = { ...FIRST, 'new/bad.yaml': 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: app }\nspec: { podSelector: {}, ingres: [] }\n' };
    const { status, stdout } = await netpol(['plan', 'old', 'new'], files);
    expect(status).toBe(2);
    expect(stdout).toContain('1. create NetworkPolicy app/netpol-bridge-1');
    expect((await netpol(['plan', 'old', 'new', '--keep-going'], files)).status).toBe(3);
    expect(await netpol(['plan', 'old'], files)).toMatchObject({ status: 2 });
  });
});

test('a policy whose name the API server chooses is a fault, with its place', async () => {
  const files = { 'old.yaml': TIERS, 'new.yaml': DB.replace('name: allow-db', 'generateName: allow-') };
  const { status, stderr } = await netpol(['plan', 'old.yaml', 'new.yaml'], files);
  expect(status).toBe(2);
  expect(stderr).toMatch(/netpol: new\.yaml:\d+:\d+: a plan needs the name of each policy: write metadata\.name in place of generateName\n$/);
});

test('a plan is about one cluster', async () => {
  const of = (cluster: string) => DB.replace('name: allow-db', `name: allow-db, annotations: { cdk8s-netpol/cluster: ${cluster} }`);
  const files = { 'old.yaml': TIERS, 'new.yaml': TIERS + of('east') + of('west') };
  expect(await netpol(['plan', 'old.yaml', 'new.yaml'], files)).toMatchObject({ status: 2, stderr: expect.stringContaining('a plan is about one cluster, and the input has several (east, west): write --cluster east') });
  expect(await netpol(['plan', 'old.yaml', 'new.yaml', '--cluster', 'east'], files)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^1 step without/) });
});
