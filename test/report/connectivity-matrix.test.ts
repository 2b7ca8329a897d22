import { deployment, policy, shop, TIERS } from './shop';
import { listConnections } from '../../src/query/connectivity';
import { connectivityMatrix } from '../../src/report/connectivity-matrix';
import { reachOfYaml } from '../support/manifests';

function matrix(yaml: string): string {
  return [...connectivityMatrix(listConnections(reachOfYaml(yaml)))].join('');
}

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => deployment(`w${i}`)).join('');
}

test('rows connect to columns: each cell says on which ports', () => {
  expect([...connectivityMatrix(listConnections(shop()))].join('')).toBe(`\
from \\ to      app/backend   app/db   app/frontend   any IPv4 address
------------   -----------   ------   ------------   ----------------
app/backend                  -        -              TCP 443
app/db         -                      -              all
app/frontend   TCP 8080      -                       all

A row connects to a column on the ports shown (all: every port of every protocol; -: none).
Addresses are those outside the cluster.
`);
});

test('a workload without any connection has its row and its column', () => {
  const text = matrix(TIERS + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
  expect(text).toContain('from \\ to      app/backend   app/db   app/frontend\n');
  expect(text).toMatch(/^app\/db {9}- +-$/m);
  expect(text).not.toContain('outside');
});

test('addresses from outside are rows, and nothing is said of one address to another', () => {
  const row = matrix(deployment('a')).split('\n').find(line => line.startsWith('any IPv4'))!;
  expect(row.trimEnd()).toMatch(/^any IPv4 address {3}all$/);
});

test('where one workload reaches any address and another some of them, both columns are true', () => {
  const text = matrix(deployment('a') + deployment('b')
    + policy('b', '{ podSelector: { matchLabels: { app: b } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
  expect(text).toMatch(/^from \\ to .* outside 1 +10\.0\.0\.0\/8$/m);
  expect(text).toContain('outside 1: any IPv4 address but 10.0.0.0/8\n');
  expect(text).toMatch(/^app\/a .* all +all$/m);
  expect(text).toMatch(/^app\/b .* - +all$/m);
});

test('more workloads than one can see at a glance are listed source by source, each of them', () => {
  const text = matrix(many(13) + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')
    + policy('w0', '{ podSelector: { matchLabels: { app: w0 } }, egress: [{ to: [{ podSelector: { matchLabels: { app: w1 } } }] }] , policyTypes: [Egress] }')
    + policy('w1', '{ podSelector: { matchLabels: { app: w1 } }, ingress: [{ ports: [{ port: 80 }] }] }'));
  expect(text).toContain('\napp/w0\n    TCP 80   app/w1\n');
  expect(text).toContain('\napp/w12\n    nothing\n');
  expect(text).toContain('\nany IPv4 address\n    TCP 80   app/w1\n');
});

test('a source that reaches all the others alike says so in a line', () => {
  const text = matrix(many(13));
  expect(text).toContain('\napp/w0\n    all   every other workload (12)\n    all   any IPv4 address\n');
  expect(text).toContain('\nany IPv4 address\n    all   every workload (13)\n');
});

test('source by source, addresses are cut only where the connections of that source differ', () => {
  const text = matrix(many(13)
    + policy('w0', '{ podSelector: { matchLabels: { app: w0 } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
  expect(text).toContain('\napp/w0\n    all   10.0.0.0/8\n');
  expect(text).toContain('\napp/w1\n    all   every other workload (12)\n    all   any IPv4 address\n');
});

test('a few workloads with names too long for a table are listed source by source', () => {
  const text = matrix(['a', 'b', 'c'].map(c => deployment(c.repeat(60))).join(''));
  expect(text).not.toContain('from \\ to');
  expect(text).toContain(`\napp/${'a'.repeat(60)}\n`);
});

test('without a workload there is nothing that could connect', () => {
  expect(matrix(policy('deny', '{ podSelector: {} }'))).toBe('There is no workload, so there is nothing that could connect.\n');
});
