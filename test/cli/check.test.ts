import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './command';
import { POLICIES, TIERS } from '../report/shop';

const SHOP_BY_HAND = path.join(__dirname, '../../examples/shop-by-hand');
const MANIFESTS = path.join(SHOP_BY_HAND, 'manifests');
const INTENTS = path.join(SHOP_BY_HAND, 'intents.yaml');

const SHOP = {
  'shop.yaml': TIERS + POLICIES,
  'good.yaml': 'allowed: [{ from: app/frontend, to: app/backend }]\nonly: [{ to: app/db, from: [app/backend] }]\n',
  'bad.yaml': 'denied: [{ from: app/frontend, to: app/backend, description: not so }]\n',
};

describe("the tutorial's shop, by hand", () => {
  test('all is as it is said to be, but that the backend no longer reaches db nor DNS', async () => {
    const { status, stdout, stderr } = await netpol(['check', MANIFESTS, '--intent', INTENTS]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.match(/^(ok|FAILED).*$/gm)).toEqual([
      'ok      allowed: app/frontend[Deployment] → app/backend[Deployment] (TCP 8080)',
      'FAILED  allowed: app/backend[Deployment] → app/db[Deployment] (TCP 5432)',
      'ok      allowed: app/backend[Deployment] → 0.0.0.0/0 (TCP 443)',
      'FAILED  allowed: app/backend[Deployment] → kube-system/coredns[Deployment] (UDP 53)',
      'ok      denied: app/frontend[Deployment] → app/db[Deployment]',
      'ok      only: app/backend[Deployment] → app/db[Deployment]',
    ]);
  });

  test('the message names the policy and its line, and adding what it says mends the file', async () => {
    const { stdout } = await netpol(['check', MANIFESTS, '--intent', INTENTS]);
    const policy = path.join(MANIFESTS, 'allow-backend-egress-https.yaml');
    expect(stdout).toContain(`app/allow-backend-egress-https (${policy}:1:1)`);
    const rules = [...stdout.matchAll(/to allow it, add to spec\.egress of [^\n]*:\n((?: {14}[^\n]*\n)+)/g)]
      .map(([, yaml]) => yaml.replace(/^ {14}/gm, '    '));
    expect(rules).toHaveLength(2);
    const files = Object.fromEntries(fs.readdirSync(MANIFESTS).map(name => [`k8s/${name}`, fs.readFileSync(path.join(MANIFESTS, name), 'utf8')]));
    files['k8s/allow-backend-egress-https.yaml'] += rules.join('');
    expect(await netpol(['check', 'k8s', '--intent', INTENTS], files)).toMatchObject({ status: 0, stderr: '' });
  });
});

test('0 where all hold, 1 where one does not', async () => {
  expect(await netpol(['check', 'shop.yaml', '--intent', 'good.yaml'], SHOP)).toMatchObject({ status: 0, stdout: expect.stringContaining('2 intents: all hold') });
  expect(await netpol(['check', 'shop.yaml', '--intent', 'bad.yaml'], SHOP)).toMatchObject({ status: 1, stdout: expect.stringContaining('bad.yaml:1:10: not so') });
});

test('several files of intents are one list', async () => {
  const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'good.yaml', '--intent', 'bad.yaml'], SHOP);
  expect(status).toBe(1);
  expect(stdout).toContain('3 intents: 1 failed');
});

test.each([
  ['json', /^\[\n {2}\{"holds":false,"kind":"denied"/],
  ['junit', /^<\?xml /],
  ['sarif', /"ruleId": "intent-denied"/],
  ['md', /^\| \| intent \| where \|\n/],
])('-o %s', async (format, text) => {
  const { status, stdout } = await netpol(['check', 'shop.yaml', '--intent', 'bad.yaml', '-o', format], SHOP);
  expect(status).toBe(1);
  expect(stdout).toMatch(text);
});

test('intents may come from standard input', async () => {
  expect(await netpol(['check', 'shop.yaml', '--intent', '-'], SHOP, SHOP['bad.yaml'])).toMatchObject({ status: 1, stdout: expect.stringContaining('-:1:10: not so') });
});

test('an intent file among the manifests is not warned of', async () => {
  const files = { 'k8s/shop.yaml': SHOP['shop.yaml'], 'k8s/intents.yaml': SHOP['good.yaml'] };
  expect(await netpol(['check', 'k8s', '--intent', 'k8s/intents.yaml'], files)).toMatchObject({ status: 0, stderr: '' });
  expect((await netpol(['list', 'k8s'], files)).stderr).toMatch(/^k8s\/intents\.yaml:1:1: warning NP010: /);
});

test('bad intents are told all at once, and nothing is judged', async () => {
  const outcome = await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], { ...SHOP, 'i.yaml': 'denied: [{ from: app/x, to: app/db }, { from: app/db, to: app/y }]' });
  expect(outcome).toMatchObject({ status: 2, stdout: '' });
  expect(outcome.stderr.match(/there is no workload/g)).toHaveLength(2);
  expect(await netpol(['check', 'shop.yaml', '--intent', 'i.yaml'], { ...SHOP, 'i.yaml': 'deny: []' })).toMatchObject({ status: 2, stdout: '' });
});
