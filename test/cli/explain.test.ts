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

describe('if policies block several pairs and tell them apart, the fix', () => {
  const set = (name: string, replicas: number) => `
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: ${name}, namespace: app }, spec: { replicas: ${replicas}, serviceName: ${name}, selector: { matchLabels: { app: ${name} } },
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: c, image: i }] } } } }
---
`;
  const deny = policy('deny', '{ podSelector: {} }');
  const only = (i: number) => policy(`only-${i}`, `{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: ss-${i} } }, ingress: [{ ports: [{ port: 81 }] }] }`);
  const asked = (files: string, ...more: string[]) => netpol(['explain', 'a.yaml', '--port', '80', ...more], { 'a.yaml': files });

  test('says which pair it is for, and that other pairs need other fixes, which it has', async () => {
    const input = `${TIERS}${deny}${only(0)}${set('ss', 3)}`;
    const { stdout, stderr } = await asked(input, '--from', 'app/frontend', '--to', 'app/ss');
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp('^no: .*\\n\\nFix: add to spec\\.ingress of app/only-0 \\(.*\\):\\n(  .*\\n)+'
      + 'This is for app/frontend\\[Deployment\\] to app/ss-0\\[Pod\\]\\. Policies block other pairs too, so apply these fixes as well\\.\\n'
      + 'Fix for ingress of app/ss-1\\[Pod\\] from app/frontend\\[Deployment\\]: add this policy:\\n(  .*\\n)+With all of these fixes, the answer is yes\\.\\n\\nEgress of '));
    const { afterFixes } = JSON.parse((await asked(input, '--from', 'app/frontend', '--to', 'app/ss', '-o', 'json')).stdout);
    expect(afterFixes).toEqual({
      answer: 'yes', furtherFixes: [{ direction: 'ingress', of: 'app/ss-1[Pod]', peer: 'app/frontend[Deployment]', instruction: 'add this policy', yaml: expect.any(String) }],
    });
    expect((await asked(input, '--from', 'app/frontend', '--to', 'app/ss', '-o', 'md')).stdout).toContain('\nWith all of these fixes, the answer is yes.\n');
  });

  test('of a selector is for all of its pods, on either side', async () => {
    const input = `${TIERS}${deny}${only(0)}${set('ss', 2)}`;
    const to = JSON.parse((await asked(input, '--from', 'app/frontend', '--to', 'ns=app', '-o', 'json')).stdout);
    expect(to.example.ingress.fix.yaml).toMatch(/\n {2}podSelector: \{\}\n/);
    expect(to.afterFixes).toEqual({ answer: 'yes' });
    const { example, afterFixes } = JSON.parse((await asked(input, '--from', 'ns=app,app=ss', '--to', 'app/db', '-o', 'json')).stdout);
    expect(example.ingress.fix.yaml).toContain('- podSelector:\n            matchLabels:\n              app: ss\n');
    expect(afterFixes).toEqual({ answer: 'yes' });
  });

  test('says nothing of other pairs if it is enough', async () => {
    const input = `${TIERS}${deny}${set('ss', 3)}`;
    for (const to of ['app/db', 'app/ss']) { expect((await asked(input, '--from', 'app/frontend', '--to', to)).stdout).not.toMatch(/other pairs|With /); }
    expect(JSON.parse((await asked(input, '--from', 'app/frontend', '--to', 'app/ss', '-o', 'json')).stdout).afterFixes).toEqual({ answer: 'yes' });
    // No fix of a policy gives a container a port.
    expect((await asked(input, '--from', 'app/frontend', '--to', 'app/ss', '--port', 'tcp/none')).stdout).not.toMatch(/Fix|With /);
  });

  test('names as many others as one can read, and says how many pairs remain', async () => {
    const input = `${TIERS}${deny}${Array.from({ length: 14 }, (_, i) => only(i)).join('')}${set('ss', 14)}`;
    const { stdout } = await asked(input, '--from', 'app/frontend', '--to', 'app/ss');
    expect(stdout.match(/^Fix for ingress of app\/ss-\d+/gm)).toHaveLength(10);
    expect(stdout).toContain('\nWith all of these fixes, 3 pairs that policies tell apart are still blocked, such as app/frontend[Deployment] to app/ss-11[Pod]. Apply the fixes and ask again.\n');
    const { afterFixes } = JSON.parse((await asked(input, '--from', 'app/frontend', '--to', 'app/ss', '-o', 'json')).stdout);
    expect(afterFixes).toMatchObject({ answer: 'no', blockedPairs: 3, hasMoreFixes: true });
  });
});

describe('a fix that does not make the answer yes', () => {
  const asked = (to: string, ...objects: string[]) => netpol(['explain', 'a.yaml', '--from', 'app/frontend', '--to', to, '--port', '80'], { 'a.yaml': [TIERS, ...objects].join('\n---\n') });

  test('says why the answer is undecided after it', async () => {
    const cilium = '{ apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: { name: c, namespace: app }, spec: { endpointSelector: {}, egressDeny: [{}] } }';
    const { stdout } = await asked('app/db', cilium, policy('deny', '{ podSelector: { matchLabels: { app: db } } }'));
    expect(stdout).toContain('\nWith this change, the answer is undecided, because CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate (');
  });

  test('says which pair stays blocked, and that netpol knows no policy that opens it', async () => {
    const pod = (name: string, spec: string) => `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: app, labels: { app: svc } }, spec: { ${spec}containers: [{ name: c, image: i }] } }`;
    const service = '{ apiVersion: v1, kind: Service, metadata: { name: both, namespace: app }, spec: { selector: { app: svc }, ports: [{ port: 80 }] } }';
    const { stdout } = await asked('svc/app/both', pod('a', ''), pod('host', 'hostNetwork: true, '), service, policy('deny', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress] }'));
    expect(stdout).toContain('\nWith this change, app/frontend[Deployment] to app/host[Pod] is still blocked. netpol knows no change of a NetworkPolicy that opens it.\n');
  });
});

test('the fix for rules of both sides that have no port in common opens the ports of the destination', async () => {
  const { stdout } = await netpol(['explain', 'a.yaml', '--from', 'app/frontend', '--to', 'app/db'], {
    'a.yaml': `${TIERS}${policy('out', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 1 }] }] }')}`
      + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 2 }] }] }'),
  });
  expect(stdout).toMatch(/^no: .*\n\nBoth fixes are needed\.\nFix for egress: add to spec\.egress of app\/out /);
  expect(stdout).toMatch(/\nEach side allows some connections, but they have no port in common: .*\. The fix is for the ports of the destination\.\n$/);
  expect(stdout).not.toContain('With ');
});

test('a new policy for pods without a label is for those that a policy isolates, and says so', async () => {
  const bare = '\n{ apiVersion: v1, kind: Pod, metadata: { name: bare, namespace: app }, spec: { containers: [{ name: c, image: i }] } }\n---\n';
  const deny = policy('deny', '{ podSelector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }, policyTypes: [Egress] }');
  const input = { 'a.yaml': `${TIERS}${bare}${deny}${bare.replace('name: bare', 'name: second')}` };
  const { stdout } = await netpol(['explain', 'a.yaml', '--from', 'app/bare', '--to', 'app/db', '--port', '80'], input);
  expect(stdout).toMatch(/\n {4}podSelector:\n {6}matchExpressions:\n {8}- key: app\n {10}operator: DoesNotExist\n/);
  expect(stdout).toContain('\nThis opens it for every pod that app/deny selects, because app/bare[Pod] has no label that a policy could select it by. '
    + 'To open it for that workload alone, give its pods a label first.\n');
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
