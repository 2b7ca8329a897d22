import { netpol } from './command';
import { POLICIES, TIERS } from '../report/shop';

/* netpol check --coverage, --mutate and --suggest. docs/coverage.md has their texts, and test/coverage-page.test.ts compares them. */

const FILES = {
  'shop.yaml': TIERS + POLICIES,
  'good.yaml': 'allowed: [{ from: app/frontend, to: app/backend }]\nadmitsOnly: [{ to: app/db, from: [app/backend] }]\n',
  'bad.yaml': 'denied: [{ from: app/frontend, to: app/backend }]\nadmitsOnly: [{ to: app/db, from: [app/backend] }]\n',
};
const check = (...options: string[]) => netpol(['check', 'shop.yaml', ...options], FILES);

test('what claims leave open does not change the exit status', async () => {
  expect(await check('--intent', 'good.yaml', '--coverage', '--mutate')).toMatchObject({ status: 0, stderr: '' });
  expect((await check('--intent', 'bad.yaml', '--coverage', '--mutate')).status).toBe(1);
  expect((await check('--intent', 'bad.yaml', '--suggest')).status).toBe(0);
});

test('the text has the verdicts first, then the coverage, then the changes', async () => {
  const { stdout } = await check('--intent', 'good.yaml', '--coverage', '--mutate');
  const [verdicts] = [(await check('--intent', 'good.yaml')).stdout];
  const [coverage] = [(await check('--intent', 'good.yaml', '--coverage')).stdout.slice(verdicts.length)];
  const [changes] = [(await check('--intent', 'good.yaml', '--mutate')).stdout.slice(verdicts.length)];
  expect(stdout).toBe(verdicts + coverage + changes);
  expect(coverage).toMatch(/^\ncoverage by 2 claims that hold\n/);
  expect(changes).toMatch(/\n\d+ single changes of policies: \d+ noticed, \d+ not noticed(; \d+ more change nothing)?\n$/);
});

test('JSON is one object: the intents as without the options, and an entry for each cluster', async () => {
  const { intents, coverage, changes } = JSON.parse((await check('--intent', 'good.yaml', '--coverage', '--mutate', '-o', 'json')).stdout);
  expect(intents).toEqual(JSON.parse((await check('--intent', 'good.yaml', '-o', 'json')).stdout));
  expect(coverage).toHaveLength(1);
  expect(coverage[0]).toMatchObject({ claims: 2, total: { connections: { stated: 1 } }, namespaces: { app: {} } });
  expect(coverage[0].uncoveredConnections[0]).toEqual({ src: expect.any(String), dst: expect.any(String), conn: expect.any(String) });
  expect(coverage[0].uncoveredRules[0]).toMatchObject({ policy: expect.stringMatching(/^app\//), file: 'shop.yaml', changes: [{ outcome: 'unnoticed' }] });
  const outcomes = changes[0].changes.map(({ outcome }: { outcome: string }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['noticed', 'unnoticed', 'nothing']));
  expect(changes[0].changes.find(({ outcome }: { outcome: string }) => outcome === 'noticed').noticedBy).toMatch(/^(allowed|admitsOnly): /);
  expect(changes[0].changes.find(({ outcome }: { outcome: string }) => outcome === 'unnoticed')).toMatchObject({
    kind: expect.any(String),
    policy: expect.stringMatching(/^app\//),
    text: expect.stringContaining('NetworkPolicy app/'),
    file: 'shop.yaml',
    line: expect.any(Number),
    wouldNotice: { kind: expect.any(String), entry: expect.stringMatching(/^\{ .* \}$/), call: expect.stringMatching(/^connectivity\.assert/) },
  });
  expect(JSON.parse((await check('--intent', 'good.yaml', '--mutate', '-o', 'json')).stdout)).not.toHaveProperty('coverage');
});

test('the file that is suggested can be given as intents, and then nothing is missing', async () => {
  const { stdout: file } = await check('--suggest');
  const again = await netpol(['check', 'shop.yaml', '--intent', 'suggested.yaml', '--mutate'], { ...FILES, 'suggested.yaml': file });
  expect(again).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/intents: all hold\n\n\d+ single changes of policies: \d+ noticed, 0 not noticed/) });
  const more = await netpol(['check', 'shop.yaml', '--intent', 'suggested.yaml', '--suggest'], { ...FILES, 'suggested.yaml': file });
  expect(more.stdout).toMatch(/^# No further claim\. The \d+ claims that you have notice each of \d+ single changes of the policies\.\n$/);
});

test('suggestions as JSON', async () => {
  const [{ claims, given, changes, left }] = JSON.parse((await check('--suggest', '--intent', 'good.yaml', '-o', 'json')).stdout);
  expect({ given, left }).toEqual({ given: 2, left: [] });
  expect(changes).toBeGreaterThan(10);
  expect(claims[0]).toEqual({ kind: 'allowed', entry: expect.any(String), call: expect.any(String) });
});

test('each cluster of the input is judged by itself, and claims name their cluster', async () => {
  const inCluster = (name: string) => (TIERS + POLICIES).replaceAll('metadata: {', `metadata: { annotations: { cdk8s-netpol/cluster: ${name} },`);
  const files = { 'a.yaml': inCluster('a'), 'b.yaml': inCluster('b'), 'i.yaml': 'admitsOnly: [{ to: app/db, from: [app/backend] }]\n' };
  const { stdout } = await netpol(['check', 'a.yaml', 'b.yaml', '--intent', 'i.yaml', '--coverage', '--mutate'], files);
  expect(stdout.match(/^cluster .*$/gm)).toEqual(['cluster a: coverage by 1 claim that holds', 'cluster a', 'cluster b: coverage by 1 claim that holds', 'cluster b']);
  const { stdout: file } = await netpol(['check', 'a.yaml', 'b.yaml', '--suggest'], files);
  expect(file).toMatch(/^# Cluster a: [^]*cluster: a }\n[^]*---\n# Cluster b: /);
  const again = await netpol(['check', 'a.yaml', 'b.yaml', '--intent', 's.yaml', '--mutate'], { ...files, 's.yaml': file });
  expect(again.stdout.match(/, 0 not noticed/g)).toHaveLength(2);
});

test.each([
  [['--intent', 'good.yaml', '--coverage', '-o', 'sarif'], 'error: --coverage, --mutate and --suggest print text or JSON, not sarif: write -o text or -o json'],
  [['--suggest', '--mutate'], 'error: --suggest prints an intent file and nothing else: leave out --coverage and --mutate'],
  [['--coverage'], 'error: --intent is missing: write --intent intents.yaml (netpol check --help shows such a file)'],
])('wrong usage: %j', async (options, message) => {
  const { status, stderr, stdout } = await check(...options);
  expect({ status, stdout, line: stderr.split('\n')[0] }).toEqual({ status: 2, stdout: '', line: message });
});

test('a long list of connections is cut, and says so', async () => {
  const many = Array.from({ length: 12 }, (_, i) => `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${i}, namespace: app, labels: { app: p${i} } }\nspec: { containers: [{ name: m, image: m }] }\n`);
  const { stdout } = await netpol(['check', 'many.yaml', '--intent', 'i.yaml', '--coverage'], { 'many.yaml': many.join(''), 'i.yaml': 'denied: [{ from: app/p0, to: app/p1 }]\n' });
  expect(stdout).toMatch(/connections that no claim states or permits:\n(  [^\n]*\n){100}  … and 56 more: -o json has them\n/);
});
