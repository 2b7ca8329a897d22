import { netpol } from './command';
import { POLICIES, policy, TIERS } from '../report/shop';

const SHOP = { 'shop.yaml': TIERS + POLICIES };

function explain(from: string, to: string, ...more: string[]) {
  return netpol(['explain', 'shop.yaml', '--from', from, '--to', to, ...more], SHOP);
}

test('a no is explained, and the exit status is 1', async () => {
  const { status, stdout, stderr } = await explain('app/backend', 'app/db', '--port', 'tcp/5432');
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^no: app\/backend\[Deployment\] does not reach app\/db\[Deployment\] on TCP 5432\n/);
  expect(stdout).toMatch(/app\/allow-backend-egress-https \(shop\.yaml:\d+:1\)/);
});

test('a yes is explained, and the exit status is 0', async () => {
  const { status, stdout } = await explain('app/frontend', 'app/backend');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^yes: /);
});

test('the explanation can be JSON or Markdown', async () => {
  expect(JSON.parse((await explain('app/backend', 'app/db', '-o', 'json')).stdout)).toMatchObject({ answer: 'no', egress: { allowed: null }, ingress: { allowed: true } });
  expect((await explain('app/backend', 'app/db', '-o', 'md')).stdout).toMatch(/^\*\*no: /);
});

test('an endpoint that does not exist and a wrong port are errors', async () => {
  expect(await explain('app/backend', 'app/x')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining("--to: there is no workload 'app/x'") });
  expect(await explain('app/backend', 'app/db', '--port', '70000')).toMatchObject({ status: 2, stdout: '' });
});

test('if the answers of several pairs differ, a blocked pair is explained', async () => {
  const half = policy('half', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/9 } }] }] }');
  const { status, stdout, stderr } = await netpol(['explain', 'a.yaml', '--from', 'app/frontend', '--to', '10.0.0.0/8'], { 'a.yaml': TIERS + half });
  expect(status).toBe(1);
  expect(stderr).toContain('does not reach 10.128.0.0/9, but other pairs connect');
  expect(stdout).toMatch(/^no: app\/frontend\[Deployment\] does not reach 10\.128\.0\.0\/9\n/);
});

test('a policy that cdk8s-netpol wrote is never changed: the fix is a call in the app, or a policy of one\'s own', async () => {
  const generated = (name: string, spec: string) => policy(name, spec)
    .replace('metadata: {', 'metadata: { labels: { app.kubernetes.io/managed-by: cdk8s-netpol },');
  const manifests = TIERS + generated('default-deny-all', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')
    + generated('allow-web-to-db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }');
  const { stdout } = await netpol(['explain', 'shop.yaml', '--from', 'app/backend', '--to', 'app/db'], { 'shop.yaml': manifests });
  expect(stdout).not.toMatch(/add to|replace spec/);
  expect(stdout).toContain('Fix for egress: call tier.allowTo(...) in the app for which cdk8s-netpol wrote app/default-deny-all, or add this policy:');
  expect(stdout).toContain('Fix for ingress: call tier.allowFrom(...) in the app for which cdk8s-netpol wrote app/default-deny-all, or add this policy:');
});

test('a fix says which pair it is for, if policies block several pairs and tell them apart', async () => {
  const set = '\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: ss, namespace: app }, spec: { replicas: 3, serviceName: ss, selector: { matchLabels: { app: ss } }, '
    + 'template: { metadata: { labels: { app: ss } }, spec: { containers: [{ name: c, image: i }] } } } }\n';
  const deny = policy('deny', '{ podSelector: {} }');
  const first = policy('first', '{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: ss-0 } }, ingress: [{ ports: [{ port: 81 }] }] }');
  const asked = (...more: string[]) => netpol(['explain', 'a.yaml', '--port', '80', ...more], { 'a.yaml': `${TIERS}${deny}${first}${set}` });
  expect((await asked('--from', 'app/frontend', '--to', 'app/ss')).stderr).toMatch(/note: the fix is for app\/frontend\[Deployment\] to .*, one of \d blocked pairs that policies tell apart: it may not open the others, so apply it and ask again\n$/);
  expect((await asked('--from', 'app/frontend', '--to', 'app/db')).stderr).toBe('');
  expect((await asked('--from', 'app/frontend', '--to', '1.1.1.1')).stderr).toBe('');
  expect((await asked('--from', 'app/frontend', '--to', 'app/ss', '--port', 'tcp/none')).stderr).toBe('');
});

test('the fix for a selector lets all of its pods through, so the question is yes after it', async () => {
  const deny = policy('deny', '{ podSelector: {} }');
  const fixOf = async (from: string) => {
    const files = { 'a.yaml': `${TIERS}${deny}` };
    const { stdout } = await netpol(['explain', 'a.yaml', '--from', from, '--to', 'app/db', '--port', '80', '-o', 'json'], files);
    const { yaml } = (JSON.parse(stdout).example ?? JSON.parse(stdout)).ingress.fix;
    expect(await netpol(['can-reach', 'a.yaml', 'fix.yaml', '--from', from, '--to', 'app/db', '--port', '80'], { ...files, 'fix.yaml': yaml })).toMatchObject({ stdout: 'yes\n' });
    return yaml;
  };
  expect(await fixOf('ns=app')).toContain('    - from:\n        - podSelector: {}\n');
  expect(await fixOf('ns=other,role=cli')).toMatch(/kubernetes\.io\/metadata\.name: other\n {10}podSelector:\n {12}matchLabels:\n {14}role: cli\n/);
});
