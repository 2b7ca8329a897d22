import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './command';
import { deployment, POLICIES, policy, TIERS } from '../report/shop';

const SHOP_BY_HAND = path.join(__dirname, '../../examples/shop-by-hand');
const MANIFESTS = path.join(SHOP_BY_HAND, 'manifests');
const INTENTS = path.join(SHOP_BY_HAND, 'intents.yaml');

const SHOP = {
  'shop.yaml': TIERS + POLICIES,
  'good.yaml': 'allowed: [{ from: app/frontend, to: app/backend }]\nadmitsOnly: [{ to: app/db, from: [app/backend] }]\n',
  'bad.yaml': 'denied: [{ from: app/frontend, to: app/backend, description: not so }]\n',
};

describe("the tutorial's shop, by hand", () => {
  test('every claim holds, except that the backend reaches neither db nor DNS', async () => {
    const { status, stdout, stderr } = await netpol(['check', MANIFESTS, '--intent', INTENTS]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.match(/^(ok|FAILED).*$/gm)).toEqual([
      'ok      allowed: app/frontend[Deployment] → app/backend[Deployment] (TCP 8080), for the pods of 2 declared workloads',
      'FAILED  allowed: app/backend[Deployment] → app/db[Deployment] (TCP 5432)',
      'ok      allowed: app/backend[Deployment] → 0.0.0.0/0 (TCP 443), for the pods of 1 declared workload',
      'FAILED  allowed: app/backend[Deployment] → kube-system/coredns[Deployment] (UDP 53)',
      'ok      denied: app/frontend[Deployment] → app/db[Deployment], for the pods of 2 declared workloads',
      'ok      admitsOnly: app/backend[Deployment] → app/db[Deployment], for the pods of 1 declared workload',
    ]);
  });

  test('the message names the policy and its line, and its fix makes every claim hold', async () => {
    const { stdout } = await netpol(['check', MANIFESTS, '--intent', INTENTS]);
    const file = path.join(MANIFESTS, 'allow-backend-egress-https.yaml');
    expect(stdout).toContain(`app/allow-backend-egress-https (${file}:1:1)`);
    const rules = [...stdout.matchAll(/Fix: add to spec\.egress of [^\n]*:\n((?: {10}[^\n]*\n)+?)(?= {8}\S)/g)]
      .map(([, yaml]) => yaml.replace(/^ {10}/gm, '    '));
    expect(rules).toHaveLength(2);
    const files = Object.fromEntries(fs.readdirSync(MANIFESTS).map(name => [`k8s/${name}`, fs.readFileSync(path.join(MANIFESTS, name), 'utf8')]));
    files['k8s/allow-backend-egress-https.yaml'] += rules.join('');
    expect(await netpol(['check', 'k8s', '--intent', INTENTS], files)).toMatchObject({ status: 0, stderr: '' });
  });
});

test('the exit status is 0 if every claim holds and 1 if one does not', async () => {
  expect(await netpol(['check', 'shop.yaml', '--intent', 'good.yaml'], SHOP)).toMatchObject({ status: 0, stdout: expect.stringContaining('2 intents: all hold') });
  expect(await netpol(['check', 'shop.yaml', '--intent', 'bad.yaml'], SHOP)).toMatchObject({ status: 1, stdout: expect.stringContaining('bad.yaml:1:10: not so') });
});

describe('a claim that is undecided or rests on an assumption', () => {
  const CILIUM = '\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }\n';
  const UNDECIDED = { 'shop.yaml': TIERS + POLICIES + CILIUM, 'i.yaml': 'denied: [{ from: app/frontend, to: app/db }]\n', 'bad.yaml': SHOP['bad.yaml'] };

  test('exits with 3 and says why, or with 0 if undecided claims are allowed', async () => {
    const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], UNDECIDED);
    expect(status).toBe(3);
    expect(stdout).toContain('UNDECIDED denied: app/frontend[Deployment] → app/db[Deployment]\n        i.yaml:1:10\n        app/frontend[Deployment] may reach app/db[Deployment] on every port.\n');
    expect(stdout).toMatch(/\n {8}Ingress of app\/db\[Deployment\]: undecided\n {10}undecided, because CiliumNetworkPolicy app\/c is of a kind that netpol does not evaluate \(shop\.yaml:\d+:1; policy-kind\)\n {8}Undecided \(policy-kind\)/);
    expect(stdout).toMatch(/\n {8}Undecided \(policy-kind\): CiliumNetworkPolicy app\/c is of a kind that netpol does not evaluate \(shop\.yaml:\d+:1\)\.\n {8}Judged for the pods of [12] declared workloads?\.\n\n1 intent: 1 undecided\n$/);
    expect((await netpol(['check', 'shop.yaml', '--intent', 'i.yaml', '--allow-undecided'], UNDECIDED)).status).toBe(0);
  });

  test('exits with 1 if another claim fails', async () => {
    expect((await netpol(['check', 'shop.yaml', '--intent', 'i.yaml', '--intent', 'bad.yaml', '--allow-undecided'], UNDECIDED)).status).toBe(1);
  });

  test('holds under an assumption, but not if it is strict', async () => {
    const files = {
      'shop.yaml': `${TIERS}${deployment('job', '', 'jobs')}${policy('in', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }] }] }')}`,
      'i.yaml': 'allowed: [{ from: jobs/job, to: app/db }]\n',
      'strict.yaml': 'allowed: [{ from: jobs/job, to: app/db, strict: true }]\n',
    };
    expect(await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], files)).toMatchObject({
      status: 0, stdout: expect.stringMatching(/^ok {6}allowed: [^]*Assumption \(namespace-label\): netpol assumes that nothing sets the label team of namespace jobs[^]*1 intent: all hold\n$/),
    });
    for (const strict of [['--intent', 'strict.yaml'], ['--intent', 'i.yaml', '--strict']]) {
      expect(await netpol(['check', 'shop.yaml', ...strict], files)).toMatchObject({ status: 1, stdout: expect.stringContaining('It holds only under an assumption (namespace-label)') });
    }
  });

  test('fails if it fails in the usual case, where the namespace has no labels, strict or not', async () => {
    const files = {
      'shop.yaml': `${TIERS}${deployment('job', '', 'jobs')}${policy('in', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }] }] }')}`,
      'i.yaml': 'allowed: [{ from: jobs/job, to: app/db }]\n',
    };
    for (const strict of [[], ['--strict']]) {
      const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'i.yaml', ...strict], files);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^FAILED {2}allowed: [^]* does not reach app\/db[^]*1 intent: 1 failed\n$/);
      expect(stdout).toContain("does not select namespace 'jobs', which has kubernetes.io/metadata.name=jobs, no label team (the input has no Namespace object of that name, so its other labels are not known)");
      expect(stdout).not.toContain('It holds only under');
    }
  });

  test('is decided or undecided within seconds, however hard the search is', async () => {
    const before = process.cpuUsage();
    const { status, stdout } = await netpol(['check', 'pigeons.json', '--intent', 'pigeons.yaml'], pigeons(13));
    const { user } = process.cpuUsage(before);
    expect([status, stdout]).toEqual([3, expect.stringMatching(/^UNDECIDED admitsOnly: [^]*\n {8}Undecided \(budget\): the search for a witness has used all the steps that one claim may take; split the claim, or list fewer parties\.\n {8}Judged for the pods of [12] declared workloads?\.\n\n1 intent: 1 undecided\n$/)]);
    expect(user / 1e6).toBeLessThan(30);
    // With fewer pigeons there is an answer: the list has every pod.
    expect(await netpol(['check', 'pigeons.json', '--intent', 'pigeons.yaml'], pigeons(7))).toMatchObject({ status: 0, stdout: expect.stringContaining('1 intent: all hold') });
  }, 120_000);
});

/**
 * A claim whose exact answer needs exponential search. Each pod that the list leaves out would be a way to put one pigeon more than there are
 * holes into the holes, each pigeon alone: label `k<pigeon>-<hole>` says that the pigeon is in the hole.
 */
function pigeons(holes: number): Record<string, string> {
  const label = (pigeon: number, hole: number) => `k${pigeon}-${hole}`;
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const clauses = [
    ...numbers(holes + 1).map(pigeon => numbers(holes).map(hole => ({ key: label(pigeon, hole), operator: 'DoesNotExist' }))),
    ...numbers(holes).flatMap(hole => numbers(holes + 1).flatMap(a => numbers(a).map(b => [a, b].map(pigeon => ({ key: label(pigeon, hole), operator: 'Exists' }))))),
  ];
  const objects = [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b', namespace: 'x', labels: { app: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'n', namespace: 'x' },
      spec: { podSelector: { matchLabels: { app: 'b' } }, ingress: [{ from: [{ podSelector: {} }] }] },
    },
  ];
  const from = clauses.map(matchExpressions => ({ namespace: 'x', podSelector: { matchExpressions } }));
  return { 'pigeons.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), 'pigeons.yaml': JSON.stringify({ admitsOnly: [{ to: 'x/b', from }] }) };
}

test('several intent files are one list', async () => {
  const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'good.yaml', '--intent', 'bad.yaml'], SHOP);
  expect(status).toBe(1);
  expect(stdout).toContain('3 intents: 1 failed');
});

test.each([
  ['json', /^\[\n {2}\{"holds":false,"answer":"fails","kind":"denied"/],
  ['junit', /^<\?xml /],
  ['sarif', /"ruleId":"NP202"/],
  ['md', /^\| \| intent \| judged for \| where \|\n/],
])('-o %s prints that format', async (format, text) => {
  const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'bad.yaml', '-o', format], SHOP);
  expect(status).toBe(1);
  expect(stdout).toMatch(text);
});

test('intents may come from standard input', async () => {
  expect(await netpol(['check', 'shop.yaml', '--intent', '-'], SHOP, SHOP['bad.yaml'])).toMatchObject({ status: 1, stdout: expect.stringContaining('-:1:10: not so') });
});

test('an intent file among the manifests gives no warning', async () => {
  const files = { 'k8s/shop.yaml': SHOP['shop.yaml'], 'k8s/intents.yaml': SHOP['good.yaml'] };
  expect(await netpol(['check', 'k8s', '--intent', 'k8s/intents.yaml'], files)).toMatchObject({ status: 0, stderr: '' });
  expect((await netpol(['list', 'k8s'], files)).stderr).toMatch(/^k8s\/intents\.yaml:1:1: warning NP010: /);
});

describe('an intent file with errors', () => {
  const check = (intents: string, ...options: string[]) => netpol(['check', 'shop.yaml', '--intent', 'i.yaml', ...options], { ...SHOP, 'i.yaml': intents });

  test('exits with 2 after the verdicts on the other claims', async () => {
    const { status, stdout, stderr } = await check('denied: [{ from: app/x, to: app/db }, { from: app/frontend, to: app/db }, { from: app/db, to: app/y }, { from: 8.8.8.8, to: 1.1.1.1 }]');
    expect(status).toBe(2);
    expect(stdout).toBe('ok      denied: app/frontend[Deployment] → app/db[Deployment], for the pods of 2 declared workloads\n4 intents: 3 could not be judged\n');
    expect(stderr.match(/there is no workload/g)).toHaveLength(2);
    expect(stderr).toContain('i.yaml:1:104: error NP212: 8.8.8.8 and 1.1.1.1 are both addresses');
  });

  test('exits with 2 even if another claim fails', async () => {
    const outcome = await check('denied: [{ from: app/x, to: app/db }, { from: app/frontend, to: app/backend }]');
    expect(outcome).toMatchObject({ status: 2, stdout: expect.stringMatching(/^FAILED {2}denied: [^]*\n2 intents: 1 failed, 1 could not be judged\n$/) });
  });

  test('says that no intent was judged if none could be', async () => {
    const outcome = await check('denied: [{ from: app/x, to: app/db }, { from: app/db, to: app/y }]');
    expect(outcome).toMatchObject({ status: 2, stdout: 'no intent was judged\n' });
    expect(outcome.stderr.match(/there is no workload/g)).toHaveLength(2);
  });

  test('with a field that cannot be read does not silence the others', async () => {
    const { status, stdout, stderr } = await check('denied: [{ from: app/frontend, to: app/backend, scope: declared }, { from: app/frontend, to: app/db }]');
    expect(status).toBe(2);
    expect(stdout).toBe('ok      denied: app/frontend[Deployment] → app/db[Deployment], for the pods of 2 declared workloads\n2 intents: 1 could not be judged\n');
    expect(stderr).toMatch(/^i\.yaml:1:\d+: error NP211: denied\[0\]\.scope: /);
  });

  test('that cannot be read as intents is not judged', async () => {
    expect(await check('deny: []')).toMatchObject({ status: 2, stdout: '' });
  });

  test('with a party that matches nothing has a warning, and with strict the claim does not hold', async () => {
    const claim = 'from: { namespace: app, podSelector: { matchLabels: { app: frontnd } } }, to: app/db';
    const unmatched = 'o declared pod matches pods app=frontnd of namespace app, although the input has workloads in its namespace';
    expect(await check(`denied: [{ ${claim} }]`)).toMatchObject({ status: 0, stdout: expect.stringMatching(new RegExp(`^ok {6}denied: [^]*${unmatched}\\.\n\n1 intent: all hold\n$`)) });
    expect(await check(`denied: [{ ${claim} }]`, '--strict')).toMatchObject({ status: 1, stdout: expect.stringMatching(new RegExp(`^FAILED {2}denied: [^]*${unmatched}`)) });
    const [{ findings }] = JSON.parse((await check(`denied: [{ ${claim} }]`, '-o', 'json')).stdout);
    expect(findings).toMatchObject([{ code: 'NP214', severity: 'warning', fix: { text: 'correct the labels, or add the workload to the input' } }]);
  });
});

describe('the inputs that made earlier versions fail', () => {
  const owned = (kind: string, apiVersion: string, owner: string, name: string, port: number) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: x, labels: {app: ${owner}}, ownerReferences: [{apiVersion: ${apiVersion}, kind: ${kind}, name: ${owner}, uid: u, controller: true}]}
spec: {containers: [{name: c, image: i, ports: [{name: foo, containerPort: ${port}}]}]}
---
`;

  test('a named port is looked up in every pod of a workload', async () => {
    const files = {
      'k8s.yaml': `${owned('StatefulSet', 'apps/v1', 'd', 'd-1', 80)}${owned('StatefulSet', 'apps/v1', 'd', 'd-2', 81)}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec: {podSelector: {}, ingress: [{ports: [{port: 81}]}]}
`,
      'i.yaml': 'admitsOnly:\n- {to: x/d, from: [], port: tcp/foo}\n',
    };
    expect(await netpol(['check', 'k8s.yaml', '--intent', 'i.yaml'], files)).toMatchObject({ status: 1, stdout: expect.stringContaining('Anything can connect to x/d-2[Pod] too') });
  });

  test('an empty namespace in an intent is an error with file, line and column', async () => {
    const files = { ...SHOP, 'i.yaml': 'allowed:\n- {from: {namespace: "", podSelector: {}}, to: app/db}\n' };
    expect(await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], files)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^i\.yaml:2:\d+: error NP211: allowed\[0\]\.from\.namespace: /) });
  });

  test('a workload of kind External is a workload', async () => {
    const files = { 'k8s.yaml': owned('External', 'acme.io/v1', 'foo-bar', 'a-1', 80) + owned('StatefulSet', 'apps/v1', 'd', 'd-1', 80), 'i.yaml': 'allowed: [{ from: x/foo-bar, to: x/d }, { from: 1.1.1.1, to: x/External/foo-bar }]' };
    expect(await netpol(['check', 'k8s.yaml', '--intent', 'i.yaml'], files)).toMatchObject({ status: 0, stdout: expect.stringContaining('ok      allowed: x/foo-bar[External] → x/d[StatefulSet], for the pods of 2 declared workloads\n') });
  });

  test('the old name of a claim is an error that gives the new one', async () => {
    const files = { ...SHOP, 'i.yaml': 'only: [{ to: app/db, from: [] }]\nonlyTo: []\n' };
    const { status, stderr } = await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], files);
    expect(status).toBe(2);
    expect(stderr).toContain("i.yaml:1:1: error NP211: only: there is no such field; write 'admitsOnly'\n");
    expect(stderr).toContain("i.yaml:2:1: error NP211: onlyTo: there is no such field; write 'reachesOnly'\n");
  });
});

test('on files that cdk8s-netpol wrote, no fix changes them: it names the call in the app', async () => {
  const generated = (name: string, spec: string) => policy(name, spec)
    .replace('metadata: {', 'metadata: { labels: { app.kubernetes.io/managed-by: cdk8s-netpol },');
  const files = {
    'dist/shop.yaml': TIERS + generated('allow-web-to-db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }] }] }'),
    'i.yaml': 'allowed: [{ from: app/frontend, to: app/db }]\ndenied: [{ from: app/backend, to: app/db }]\nadmitsOnly: [{ to: app/db, from: [] }]\n',
  };
  const { stdout } = await netpol(['check', 'dist', '--intent', 'i.yaml'], files);
  expect(stdout.match(/Fix: .*/g)).toEqual([
    'Fix: call tier.allowFrom(...) in the app for which cdk8s-netpol wrote app/allow-web-to-db, or add this policy:',
    'Fix: remove or narrow the call in the app for which cdk8s-netpol wrote app/allow-web-to-db.',
    'Fix: remove or narrow the call in the app for which cdk8s-netpol wrote app/allow-web-to-db.',
  ]);
});
