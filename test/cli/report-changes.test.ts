import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { Repository } from './repository';
import { deployment, policy } from '../report/shop';

/* What `netpol report` shows about a change: the same as `netpol diff` prints. */

const PODS = deployment('web') + deployment('db', '{ containerPort: 5432 }');
const CLOSED = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } } }');
/** The policy that opens the database is at line 23. */
const OPEN = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }');
const NEW_NAMESPACE = '\napiVersion: v1\nkind: Namespace\nmetadata: { name: ops }\n---';

let repository: Repository;
beforeEach(() => { repository = new Repository(); });
afterEach(() => { repository.remove(); });

async function report(argv: readonly string[], stdin = '') {
  const out = mkdtempSync(path.join(tmpdir(), 'netpol-report-'));
  try {
    const [page, evidence] = ['report.html', 'evidence.json'].map(name => path.join(out, name));
    const outcome = await repository.netpol(['report', ...argv, '--out', page, '--evidence', evidence], '.', stdin);
    const html = outcome.status === 2 ? '' : readFileSync(page, 'utf8');
    const read = (text: string) => JSON.parse(text);
    const [, data] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    return { ...outcome, html, diff: data === undefined ? undefined : read(data).diff, evidence: html === '' ? undefined : read(readFileSync(evidence, 'utf8')) };
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Groups without their examples. */
const titles = (groups: readonly any[]) => groups.map(({ kind, from, to, ports, causes }) => [kind, from, to, ports, ...causes.map(({ text, place }: any) => `${text} (${place})`)]);

describe('netpol report --old', () => {
  test('shows the verdict, groups with causes and places, pairs, namespaces and new findings', async () => {
    repository.write({ 'old/a.yaml': CLOSED, 'new/a.yaml': OPEN + NEW_NAMESPACE + deployment('cron', '', 'ops') });
    const { diff, status } = await report(['new', '--old', 'old']);
    expect(status).toBe(0);
    expect([diff.old, diff.new, diff.verdict]).toEqual(['old', 'new', 'Opens 1 group of connections, for every possible pod.']);
    const [{ opens, closes, undecided, pairs, namespaces }] = diff.clusters;
    expect(titles(opens)).toEqual([['opened', 'pods app=web of namespace app', 'pods app=db of namespace app', 'every port', 'app/db spec.ingress[0].from[0] is new (new/a.yaml:23:71)']]);
    expect(opens[0].examples[0]).toBe('app/web → app/db: every port');
    expect([closes, undecided, namespaces]).toEqual([[], [], ['ops is new']]);
    expect(pairs[0]).toEqual({ from: 'app/web', to: 'app/db', old: '', new: 'all' });
    expect(pairs.slice(1).every((one: any) => one.byWorkload && `${one.from} ${one.to}`.includes('ops/cron'))).toBe(true);
    expect(diff.findings.new.map(({ code }: any) => code)).toContain('NP141');
    expect(diff.command).toEqual(['netpol', 'diff', 'old', 'new', '-o', 'json']);
  });

  test('shows what closes, and findings that are gone', async () => {
    repository.write({ 'old.yaml': OPEN + deployment('cron', '', 'ops'), 'new.yaml': CLOSED });
    const { diff } = await report(['new.yaml', '--old', 'old.yaml']);
    expect(titles(diff.clusters[0].closes)).toEqual([['closed', 'pods app=web of namespace app', 'pods app=db of namespace app', 'every port', 'app/db no longer has spec.ingress[0].from[0] (old.yaml:23:71)']]);
    expect(diff.findings.gone.map(({ code }: any) => code)).toContain('NP141');
  });

  test('takes standard input as the earlier version', async () => {
    repository.write({ 'new.yaml': OPEN });
    expect((await report(['new.yaml', '--old', '-'], CLOSED)).diff.clusters[0].opens).toHaveLength(1);
    expect(await report(['-', '--old', '-'], CLOSED)).toMatchObject({ status: 2, stderr: 'netpol: --old - and the path - are both standard input: give one of them as a file\n' });
  });

  test('compares several paths with one version', async () => {
    repository.write({ 'old.yaml': CLOSED, 'pods.yaml': PODS, 'policy.yaml': OPEN.slice(PODS.length) });
    const { diff } = await report(['pods.yaml', 'policy.yaml', '--old', 'old.yaml']);
    expect([diff.clusters[0].opens.length, diff.new, diff.command]).toEqual([1, 'pods.yaml policy.yaml', undefined]);
  });

  test('says what is undecided, with the reasons', async () => {
    const cilium = '\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: app }\nspec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }\n---';
    repository.write({ 'old.yaml': CLOSED, 'new.yaml': CLOSED + cilium });
    const { diff, status } = await report(['new.yaml', '--old', 'old.yaml']);
    expect(status).toBe(0);
    expect(diff.verdict).toMatch(/^Undecided: /);
    expect(diff.clusters[0].undecided[0].reasons.join()).toMatch(/CiliumNetworkPolicy app\/x .*policy-kind/);
  });

  test('shows a cluster that only one version has', async () => {
    const inCluster = (name: string) => CLOSED.replace(/namespace: app/g, `namespace: app, annotations: { cdk8s-netpol/cluster: ${name} }`);
    repository.write({ 'old.yaml': inCluster('eu'), 'new.yaml': inCluster('eu') + inCluster('us') });
    const { diff } = await report(['new.yaml', '--old', 'old.yaml']);
    expect(diff.clusters.map(({ name, presence }: any) => [name, presence])).toEqual([['eu', undefined], ['us', 'us is new']]);
    expect((await report(['new.yaml', '--old', 'old.yaml', '--cluster', 'us'])).diff.clusters).toMatchObject([{ namespaces: [] }]);
  });

  test('an earlier version that does not exist, or has a fault for which nothing accounts, is status 2', async () => {
    repository.write({ 'new.yaml': OPEN, 'bad.yaml': 'a: [' });
    expect(await report(['new.yaml', '--old', 'none.yaml'])).toMatchObject({ status: 2, stderr: expect.stringContaining('none.yaml') });
    expect(await report(['new.yaml', '--old', 'bad.yaml'])).toMatchObject({ status: 2, stderr: expect.stringContaining('bad.yaml:1') });
  });

  test('--base too is a mistake', async () => {
    expect(await netpol(['report', 'a.yaml', '--old', 'b.yaml', '--base', 'main', '--out', 'r.html'])).toMatchObject({
      status: 2, stderr: expect.stringContaining('error: --base and --old both say what to compare with: write one of them\n'),
    });
  });
});

describe('netpol report --base', () => {
  test('compares with the commit where the branch began; an intent file is no manifest of it', async () => {
    const intents = 'denied: [{ from: app/web, to: app/db }]';
    const began = repository.commit({ 'k8s/a.yaml': CLOSED, 'k8s/intents.yaml': intents, 'netpol.yaml': 'podCidrs: [10.0.0.0/8]' }).slice(0, 7);
    repository.git('checkout', '--quiet', '-b', 'branch');
    repository.commit({ 'k8s/a.yaml': OPEN });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'k8s/a.yaml': PODS });
    repository.git('checkout', '--quiet', 'branch');
    const { diff, evidence, stderr, status, html } = await report(['k8s', '--base', 'main', '--intent', 'k8s/intents.yaml']);
    expect([status, stderr, diff.old]).toEqual([1, '', `${began}:k8s`]);
    expect(diff.clusters[0].opens[0].causes[0].place).toBe('k8s/a.yaml:23:71');
    expect(diff.command).toEqual(['netpol', 'diff', '--base', 'main', 'k8s', '-o', 'json']);
    expect(evidence.inputs.map(({ file }: any) => file)).toEqual(['k8s/a.yaml', 'k8s/intents.yaml', 'netpol.yaml']);
    expect(evidence.change.inputs.map(({ file }: any) => file)).toEqual([`${began}:k8s/a.yaml`, `${began}:k8s/intents.yaml`, `${began}:netpol.yaml`]);
    // The revision is read from a temporary folder, whose name is different each time.
    expect((await report(['k8s', '--base', 'main', '--intent', 'k8s/intents.yaml'])).html).toBe(html);
  });
});

test('the evidence has the earlier version, its hashes and the verdict, and they belong to the requirements about changes', async () => {
  repository.write({ 'old.yaml': CLOSED, 'new.yaml': OPEN });
  const { evidence } = await report(['new.yaml', '--old', 'old.yaml']);
  const verdict = 'Opens 1 group of connections, for every possible pod.';
  expect(evidence.change).toEqual({ old: 'old.yaml', new: 'new.yaml', verdict, inputs: [{ file: 'old.yaml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: CLOSED.length }] });
  expect(evidence.controls.filter(({ facts }: any) => facts.includes(`Since old.yaml: ${verdict}`)).map(({ id }: any) => id)).toEqual(['11.4.5', '11.4.6']);
  expect((await report(['new.yaml'])).evidence.change).toBeUndefined();
});
