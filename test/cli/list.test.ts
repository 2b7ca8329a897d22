import { netpol } from './command';
import { run } from '../../src/cli/run';
import { deployment, POLICIES, policy, TIERS } from '../report/shop';

const SHOP = { 'shop.yaml': TIERS + POLICIES };

function pod(name: string, labels: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: app, labels: ${labels}, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: u, controller: true }] }
spec: { containers: [{ name: c, image: i }] }
---`;
}

test.each([
  ['text', /^from \\ to +app\/backend +app\/db +app\/frontend +any IPv4 address\n/],
  ['json', /^\[ \{ "src": "app\/backend\[Deployment\]", "dst": "0\.0\.0\.0-255\.255\.255\.255\[External\]", "conn": "TCP 443" \},\n/],
  ['csv', /^src,dst,conn,undecided\napp\/backend/],
  ['md', /^\| src \| dst \| conn \|\n/],
  ['mermaid', /^flowchart LR\n/],
  ['dot', /^digraph \{\n/],
])('list -o %s prints the connections', async (format, start) => {
  const { status, stdout, stderr } = await netpol(['list', 'shop.yaml', '-o', format], SHOP);
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'summary: 1 file read: 3 workloads, 4 policies\n' });
  expect(stdout).toMatch(start);
});

test('list prints text by default', async () => {
  expect((await netpol(['list', 'shop.yaml'], SHOP)).stdout).toBe((await netpol(['list', 'shop.yaml', '-o', 'text'], SHOP)).stdout);
});

test('list reads several paths, one of which may be standard input', async () => {
  const { stdout } = await netpol(['list', 'tiers.yaml', '-', '-o', 'csv'], { 'tiers.yaml': TIERS }, POLICIES);
  expect(stdout).toContain('app/frontend[Deployment],app/backend[Deployment],TCP 8080,\n');
  expect(stdout).not.toContain('app/frontend[Deployment],app/db[Deployment]');
});

test('list shows the pods of a workload one by one, with a warning, if a policy tells them apart', async () => {
  const { status, stdout, stderr } = await netpol(['list', 'a.yaml', '-o', 'csv'], {
    'a.yaml': pod('web-1', '{ app: web }') + pod('web-2', '{ app: web, canary: "true" }')
      + policy('p', '{ podSelector: { matchLabels: { canary: "true" } }, policyTypes: [Ingress] }'),
  });
  expect(status).toBe(0);
  expect(stdout).toContain('app/web-2[Pod],app/web-1[Pod],All Connections\n');
  expect(stdout).not.toContain('app/web-1[Pod],app/web-2[Pod]');
  expect(stderr).toContain('warning: a policy tells the pods of app/web[ReplicaSet] apart, so they are listed one by one: app/web-1[Pod], app/web-2[Pod]\n');
});

test('the warning about pods that are listed one by one names the first few', async () => {
  const pods = Array.from({ length: 9 }, (_, i) => pod(`web-${i}`, `{ app: web, canary: "${i}" }`)).join('');
  const { stderr } = await netpol(['list', 'a.yaml'], { 'a.yaml': pods + policy('p', '{ podSelector: { matchLabels: { canary: "1" } } }') });
  expect(stderr).toMatch(/listed one by one: (app\/web-\d\[Pod\](, )?){5} and 4 more\nsummary: .*\n$/);
});

test('list writes many rows together', async () => {
  const writes: string[] = [];
  const rows = Array.from({ length: 100 }, (_, i) => deployment(`w${i}`)).join('');
  await run(['list', '-', '-o', 'json'], {
    stdout: { write: text => writes.push(text) },
    stderr: { write: () => {} },
    readStdin: async () => Buffer.from(rows),
    untilInterrupted: async () => {},
  });
  expect(JSON.parse(writes.join(''))).toHaveLength(100 * 99 + 2 * 100);
  expect(writes.length).toBeGreaterThan(1);
  expect(writes.length).toBeLessThan(100);
});

describe('a reader that is slower than the command', () => {
  const many = Array.from({ length: 60 }, (_, i) => deployment(`w${i}`)).join('');
  const listTo = async (untilDrained: () => Promise<boolean>) => {
    const chunks: string[] = [];
    const status = await run(['list', '-', '-o', 'json'], {
      stdout: { write: text => { chunks.push(text); return false; }, untilDrained },
      stderr: { write: () => {} },
      readStdin: async () => Buffer.from(many),
      untilInterrupted: async () => {},
    });
    return { status, chunks };
  };

  test('gets a chunk when it has read the one before', async () => {
    let drained = 0;
    const { status, chunks } = await listTo(async () => { drained++; return true; });
    expect(status).toBe(0);
    expect(chunks.length).toBeGreaterThan(3);
    expect(drained).toBe(chunks.length - 1);
    expect(JSON.parse(chunks.join(''))).toHaveLength(60 * 59 + 120);
  });

  test('gets no further chunk if it has closed the pipe', async () => {
    expect((await listTo(async () => false)).chunks).toHaveLength(1);
  });
});
