import { netpol } from './command';
import { deployment, policy } from '../report/shop';

/* `netpol diff`: its options, its exit status and its formats. test/changes has what a change opens, and test/cli/diff-versions.test.ts what is read. */

const NAMESPACE = '\napiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n---';
const PODS = NAMESPACE + deployment('web') + deployment('db', '{ containerPort: 5432 }');
const DENY = policy('deny', '{ podSelector: {}, policyTypes: [Ingress] }');
const from = (app: string) => `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: 5432 }] }] }`;

const CLOSED = PODS + DENY;
const OPEN = CLOSED + policy('db', from('web'));

function diff(before: string, after: string, ...options: readonly string[]) {
  return netpol(['diff', 'old/a.yaml', 'new/a.yaml', ...options], { 'old/a.yaml': before, 'new/a.yaml': after });
}

test('the help has examples, and says what --fail-on means', async () => {
  const { status, stdout } = await netpol(['diff', '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('  $ netpol diff --base origin/main k8s/ ');
  expect(stdout).toMatch(/^ {2}broadened {2}something gains a connection/m);
});

describe('the exit status', () => {
  /** A new workload with a policy of its own. */
  const ADDED = CLOSED + deployment('cache') + policy('cache', '{ podSelector: { matchLabels: { app: cache } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: cache } } }] }] }');

  test.each<[string, string, string, Readonly<Record<'any' | 'broadened' | 'narrowed' | 'added', number>>]>([
    ['no change', OPEN, OPEN, { any: 0, broadened: 0, narrowed: 0, added: 0 }],
    ['another order and other text', OPEN, PODS + policy('db', from('"web"')) + DENY, { any: 0, broadened: 0, narrowed: 0, added: 0 }],
    ['a rule that opens something', CLOSED, OPEN, { any: 1, broadened: 1, narrowed: 0, added: 0 }],
    ['a rule that is gone', OPEN, CLOSED, { any: 1, broadened: 0, narrowed: 1, added: 0 }],
    ['a rule for pods that no version has', CLOSED, CLOSED + policy('db', from('later')), { any: 1, broadened: 1, narrowed: 0, added: 0 }],
    ['another peer', OPEN, CLOSED + policy('db', from('later')), { any: 1, broadened: 1, narrowed: 1, added: 0 }],
    ['a new workload that rules of both versions let in', deployment('db') + policy('db', from('"web"')), deployment('db') + policy('db', from('"web"')) + deployment('web'),
      { any: 1, broadened: 0, narrowed: 0, added: 0 }],
    ['a new workload with a policy of its own', CLOSED, ADDED, { any: 1, broadened: 0, narrowed: 0, added: 1 }],
  ])('of %s', async (_, before, after, statuses) => {
    for (const [failOn, status] of Object.entries(statuses)) {
      expect({ failOn, status: (await diff(before, after, '--fail-on', failOn)).status }).toEqual({ failOn, status });
    }
    expect(await diff(before, after)).toMatchObject({ status: statuses.any, stderr: '' });
  });

  const CILIUM = '\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: lock, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n---';

  test('of an undecided result is 3, or 0 with --allow-undecided; a certain difference decides', async () => {
    expect(await diff(CLOSED, CLOSED + CILIUM)).toMatchObject({ status: 3, stdout: expect.stringMatching(/^Undecided: /) });
    expect(await diff(CLOSED, CLOSED + CILIUM, '--allow-undecided')).toMatchObject({ status: 0 });
    expect(await diff(CLOSED, CLOSED + CILIUM, '--fail-on', 'added')).toMatchObject({ status: 3 });
  });

  const FAULTY = policy('typo', '{ podSelector: {}, ingres: [] }');

  test('of a fault in either version is 2, after the result; with --keep-going it is that of the rest', async () => {
    expect(await diff(CLOSED + FAULTY, CLOSED + FAULTY)).toMatchObject({ status: 2, stdout: expect.stringMatching(/\.\n/), stderr: expect.stringMatching(/^new\/a\.yaml:\d+:\d+: error NP025: [^\n]*\n$/) });
    const { stderr } = await diff(CLOSED + FAULTY, CLOSED);
    expect(stderr).toMatch(/^old\/a\.yaml:\d+:\d+: error NP025: /);
    expect((await diff(OPEN + FAULTY, OPEN + FAULTY, '--keep-going')).status).not.toBe(2);
  });

  test('of a version that cannot be used is 2, without a result', async () => {
    expect(await netpol(['diff', 'old/a.yaml', 'new/a.yaml', '--keep-going', '--render', 'always'], { 'old/a.yaml': 'a: [', 'new/a.yaml': OPEN }))
      .toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('old/a.yaml:1:4: error NP004') });
  });
});

describe('lint', () => {
  const TYPO = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: postgres }] }] }');
  const SAME_ANSWER = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [] }');

  test('new findings are reported, do not change the exit status, and gone ones are counted', async () => {
    const added = await diff(SAME_ANSWER, TYPO, '--fail-on', 'added');
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/\nNew findings of lint\n(?: {2}[^\n]*\n)* {2}new\/a\.yaml:\d+:\d+: error NP112: /) });
    expect((await diff(TYPO, SAME_ANSWER, '--fail-on', 'added')).stdout).toMatch(/\nFindings of lint that are gone: \d+\n/);
    expect((await diff(TYPO, `\n\n${TYPO}`)).stdout).not.toContain('lint');
  });

  test('is left out by --no-lint', async () => {
    expect((await diff(SAME_ANSWER, TYPO, '--no-lint')).stdout).not.toContain('NP112');
    expect(JSON.parse((await diff(SAME_ANSWER, TYPO, '--no-lint', '-o', 'json')).stdout)).not.toHaveProperty('lint');
  });

  test('suppressions count', async () => {
    const suppressed = TYPO.replace('{ name: db, namespace: app }\nspec: { podSelector', '{ name: db, namespace: app, annotations: { cdk8s-netpol/suppress-NP112: later } }\nspec: { podSelector');
    expect((await diff(SAME_ANSWER, suppressed)).stdout).not.toContain('NP112');
  });
});

describe('the formats', () => {
  test('text has the verdict in the first line', async () => {
    expect((await diff(CLOSED, OPEN)).stdout).toMatch(/^Opens 1 group of connections, for every possible pod\.\n\nOpens\n {2}[^\n]* → [^\n]*: TCP 5432\n/);
    expect((await diff(OPEN, OPEN)).stdout).toBe('Nothing changes, for every possible pod.\n');
  });

  test('JSON has the declared pairs', async () => {
    const { clusters: [{ gains, pairs }] } = JSON.parse((await diff(CLOSED, OPEN, '-o', 'json')).stdout);
    const own = { src: 'app/web[Deployment]', dst: 'app/db[Deployment]', ends: 'both' };
    expect(pairs).toEqual([{ ...own, old: { conn: 'No Connections' }, new: { conn: 'TCP 5432' } }]);
    expect(gains).toMatchObject([{ broadened: true, ends: 'both', pairs: [{ ...own, conn: 'TCP 5432' }], ports: { conn: 'TCP 5432' } }]);
  });

  test('SARIF has a result at the line that opens something', async () => {
    const { runs: [{ results }] } = JSON.parse((await diff(CLOSED, OPEN, '-o', 'sarif')).stdout);
    const line = OPEN.split('\n').findIndex(text => text.includes('port: 5432')) + 1;
    expect(results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'NP401')).toMatchObject([
      { level: 'warning', locations: [{ physicalLocation: { artifactLocation: { uri: expect.stringMatching(/new\/a\.yaml$/) }, region: { startLine: line } } }] },
    ]);
  });

  test('Markdown has the verdict in the first line', async () => {
    expect((await diff(CLOSED, OPEN, '-o', 'md')).stdout).toMatch(/^\*\*Opens 1 group of connections, for every possible pod\.\*\*\n/);
  });

  test('Markdown ends with the command that gives the same result as data, ready for a shell', async () => {
    const { stdout } = await netpol(['diff', 'old', "new (bob's)", '--no-lint', '--pod-cidr', '10.0.0.0/8', '--pod-cidr', 'fd00::/8', '--assume-namespaces', 'ops:team=a', '-o', 'md'],
      { 'old/a.yaml': CLOSED, "new (bob's)/a.yaml": OPEN });
    expect(stdout).toContain("`netpol diff --assume-namespaces ops:team=a --pod-cidr 10.0.0.0/8 --pod-cidr fd00::/8 old 'new (bob'\\''s)' -o json`\n");
  });
});

describe('a workload that one version may have, in a part that was not read', () => {
  const CACHE = deployment('cache');
  const BROKEN = CACHE.replace('spec: {', 'spec: { {');

  test('is not called new or gone: the result is undecided', async () => {
    const gone = await diff(OPEN + CACHE, OPEN + BROKEN, '--keep-going');
    expect(gone.status).toBe(3);
    expect(gone.stdout).toMatch(/^Undecided: /);
    expect(gone.stdout).toContain('because app/cache[Deployment] may be in a document of new/a.yaml (new/a.yaml:');
    expect(gone.stdout).not.toContain('lost');
    const fresh = await diff(OPEN + BROKEN, OPEN + CACHE, '--keep-going', '-o', 'json');
    const { differences, clusters: [{ undecided, pairs, namespaces }] } = JSON.parse(fresh.stdout);
    expect(differences).toMatchObject({ any: false, undecided: true });
    expect(undecided).toMatchObject([{ may: 'open', from: { text: 'app/cache[Deployment]' } }, { may: 'open', to: { text: 'app/cache[Deployment]' } }]);
    expect(pairs).toContainEqual(expect.objectContaining({ src: 'app/cache[Deployment]', old: { conn: 'No Connections', undecided: ['not-read'] } }));
    expect(namespaces).toEqual({ new: [], gone: [] });
  });

  test('is gone if what was not read holds no workload of its namespace', async () => {
    const other = '\nkind: Pod\nmetadata:\n  namespace: other\n  name: cache\nspec: { {\n';
    expect((await diff(OPEN + CACHE, OPEN + other, '--keep-going')).stdout).toContain('lost');
    expect((await diff(OPEN + CACHE, OPEN + other.replace('other', 'app'), '--keep-going')).stdout).not.toContain('lost');
  });
});

describe('several clusters', () => {
  const inCluster = (text: string, cluster: string) => text.replaceAll(/, namespace: app }/g, `, namespace: app, annotations: { cdk8s-netpol/cluster: ${cluster} } }`);

  test('are compared one by one, and --cluster chooses one', async () => {
    const before = inCluster(CLOSED, 'eu') + inCluster(CLOSED, 'us');
    const after = inCluster(OPEN, 'eu') + inCluster(CLOSED, 'us');
    expect(await diff(before, after)).toMatchObject({ status: 1, stdout: expect.stringContaining('\nOpens in cluster eu\n') });
    expect(await diff(before, after, '--cluster', 'us')).toMatchObject({ status: 0 });
    const { status, stdout } = await diff(before, after, '--cluster', 'eu');
    expect(status).toBe(1);
    expect(stdout).toContain('\nOpens\n');
  });

  test('one that only one version has is named', async () => {
    const [eu, us, both] = [inCluster(OPEN, 'eu'), inCluster(OPEN, 'us'), inCluster(OPEN, 'eu') + inCluster(OPEN, 'us')];
    expect((await diff(eu, both)).stdout).toContain('\nClusters\n  us is new\n');
    expect((await diff(eu, us)).stdout).toContain('\nClusters\n  eu is gone\n  us is new\n');
    expect((await diff(eu, us, '-o', 'md')).stdout).toMatch(/^\| eu is gone \|\n\| us is new \|$/m);
    expect(JSON.parse((await diff(eu, both, '-o', 'json')).stdout).clusters).toMatchObject([{ cluster: 'eu' }, { cluster: 'us', onlyIn: 'new' }]);
    expect((await diff(both, both)).stdout).not.toContain('Clusters');
    // The objects that name no cluster are those of the only one that there is.
    expect((await diff(OPEN, eu)).stdout).not.toContain('Clusters');
  });

  test('a cluster that no version has is an error', async () => {
    expect(await diff(inCluster(CLOSED, 'eu'), inCluster(OPEN, 'us'), '--cluster', 'asia'))
      .toMatchObject({ status: 2, stderr: "netpol: no version has the cluster 'asia', but there is eu, us: write --cluster eu\n" });
    expect(await diff(CLOSED, OPEN, '--cluster', 'asia'))
      .toMatchObject({ status: 2, stderr: "netpol: no version has the cluster 'asia': no object has the annotation cdk8s-netpol/cluster; leave out --cluster\n" });
  });
});
