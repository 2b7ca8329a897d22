import { netpol } from './command';
import { POLICIES, policy, TIERS } from '../report/shop';

const SHOP = { 'shop.yaml': TIERS + POLICIES };

function canReach(from: string, to: string, ...more: string[]) {
  return netpol(['can-reach', 'shop.yaml', '--from', from, '--to', to, ...more], SHOP);
}

test('yes and 0, no and 1', async () => {
  expect(await canReach('app/frontend', 'app/backend')).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
  expect(await canReach('app/frontend', 'app/backend', '--port', 'tcp/8080')).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
  expect(await canReach('app/frontend', 'app/backend', '--port', 'tcp/http')).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
  expect(await canReach('app/frontend', 'app/backend', '--port', '8081')).toEqual({ status: 1, stdout: 'no\n', stderr: '' });
  expect(await canReach('app/frontend', 'app/db')).toEqual({ status: 1, stdout: 'no\n', stderr: '' });
});

test("as JSON: the verdict, and each side's own", async () => {
  const { status, stdout } = await canReach('app/frontend', 'app/db', '-o', 'json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ allowed: false, egress: true, ingress: false, mixed: false });
});

test('an endpoint that is not there is an error that names those that are', async () => {
  expect(await canReach('app/frontend', 'app/bd')).toEqual({
    status: 2, stdout: '', stderr: "netpol: --to: there is no workload 'app/bd'; namespace 'app' has backend, db, frontend\n",
  });
  expect((await canReach('frontend', 'app/db')).stderr).toContain("--from: 'frontend' is no endpoint: name it as 'namespace/name'");
});

test('a port that is none is an error before anything is read', async () => {
  expect(await netpol(['can-reach', 'no-such-folder', '--from', 'a/b', '--to', 'a/c', '--port', 'http/80'])).toMatchObject({
    status: 2, stderr: expect.stringContaining("--port: 'http/80' names no protocol"),
  });
});

test('an answer that is not the same for all is no, and says so', async () => {
  const half = policy('half', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/9 } }] }] }');
  const outcome = await netpol(['can-reach', 'a.yaml', '--from', 'app/frontend', '--to', '10.0.0.0/8', '-o', 'json'], { 'a.yaml': TIERS + half });
  expect(outcome.status).toBe(1);
  expect(JSON.parse(outcome.stdout)).toMatchObject({ allowed: false, mixed: true });
  expect(outcome.stderr).toBe('note: the answer is not the same for all of them: app/frontend[Deployment] does not reach 10.128.0.0/9, others do\n');
});

test("a pod's address is that pod, and that is said", async () => {
  const pod = `
apiVersion: v1
kind: Pod
metadata: { name: solo, namespace: app, labels: { app: db } }
spec: { containers: [{ name: c, image: i }] }
status: { podIP: 10.1.2.3 }
---`;
  const { status, stderr } = await netpol(['can-reach', 'a.yaml', '--from', 'app/frontend', '--to', '10.1.2.3'], { 'a.yaml': TIERS + POLICIES + pod });
  expect(status).toBe(1);
  expect(stderr).toBe('note: 10.1.2.3 is the address of pod app/solo, and is judged as that pod\n');
});

test('a batch: exit status 0 where all are yes, 1 where one is no', async () => {
  const files = {
    ...SHOP,
    'yes.json': '[{"from": "app/frontend", "to": "app/backend", "port": 8080}]',
    'no.json': '[{"from": "app/frontend", "to": "app/backend", "port": 8080}, {"from": "app/frontend", "to": "app/db"}]',
  };
  expect(await netpol(['can-reach', 'shop.yaml', '--batch', 'yes.json'], files)).toEqual({
    status: 0, stdout: 'yes  app/frontend[Deployment] → app/backend[Deployment] (TCP 8080)\n', stderr: '',
  });
  const no = await netpol(['can-reach', 'shop.yaml', '--batch', 'no.json', '-o', 'json'], files);
  expect(no.status).toBe(1);
  expect(JSON.parse(no.stdout)).toEqual([{ allowed: true, egress: true, ingress: true }, { allowed: false, egress: true, ingress: false }]);
});

test('a batch may come from standard input', async () => {
  expect((await netpol(['can-reach', 'shop.yaml', '--batch', '-', '-o', 'json'], SHOP, '[]')).stdout).toBe('[]\n');
});
