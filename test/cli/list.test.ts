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
  expect(JSON.parse(writes.join(''))).toHaveLength(100 * 100 + 2 * 100);
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
    expect(JSON.parse(chunks.join(''))).toHaveLength(60 * 60 + 120);
  });

  test('gets no further chunk if it has closed the pipe', async () => {
    expect((await listTo(async () => false)).chunks).toHaveLength(1);
  });
});

describe('a filter of list', () => {
  const list = (...args: string[]) => netpol(['list', 'shop.yaml', ...args], SHOP);

  test('has the rows of one source, one destination, one namespace or one port', async () => {
    expect((await list('--from', 'app/frontend', '--to', 'app/backend', '-o', 'json')).stdout)
      .toBe('[ { "src": "app/frontend[Deployment]", "dst": "app/backend[Deployment]", "conn": "TCP 8080" } ]\n');
    expect((await list('--to', 'app/backend', '--port', '8080', '-o', 'csv')).stdout)
      .toBe('src,dst,conn,undecided\napp/frontend[Deployment],app/backend[Deployment],TCP 8080,\n');
    const { stdout } = await list('--namespace', 'app', '-o', 'json');
    expect(stdout).toBe((await list('-o', 'json')).stdout);
  });

  test('as text has a block for each source that is asked about, also for one that reaches nothing', async () => {
    expect((await list('--from', 'app/frontend', '--port', 'tcp/8080')).stdout).toBe(`\
Each name connects to those below it on the ports shown (all: every port of every protocol).

app/frontend
    TCP 8080   app/backend
    TCP 8080   any IPv4 address
`);
    expect((await list('--from', 'app/backend', '--port', 'udp/53')).stdout).toMatch(/\napp\/backend\n {4}nothing\n$/);
    expect((await list('--to', 'app/db', '--port', 'udp/53')).stdout).toBe('There is no such connection.\n');
  });

  test('leaves the nodes out of a graph that have no connection', async () => {
    const { stdout } = await list('--to', 'app/backend', '-o', 'dot');
    expect([...stdout.matchAll(/label="([^"]*)"\]/g)].map(([, label]) => label)).toEqual(['backend', 'frontend', 'TCP 8080']);
  });

  test.each([
    [['--from', 'app/nobody'], "netpol: --from: there is no workload 'app/nobody'; namespace 'app' has backend, db, frontend\n"],
    [['--namespace', 'shop'], "netpol: --namespace: there is no workload in namespace 'shop'; there are workloads in app\n"],
    [['--namespace', 'apps'], "netpol: --namespace: there is no workload in namespace 'apps'; did you mean 'app'?\n"],
    [['--port', 'http/80'], "netpol: --port: 'http/80' does not name a protocol (TCP, UDP or SCTP): write it as tcp/8080, udp/5000-5010 or tcp/http\n"],
    [['--from', 'app/db', '--exposed'], 'netpol: --from: with --exposed every connection comes from outside the cluster: leave it out, or leave out --exposed\n'],
    [['--namespace', 'apps', '--exposed'], "netpol: --namespace: there is no workload in namespace 'apps'; did you mean 'app'?\n"],
    [['--port', '80', '--exposure'], 'netpol: --port is for the list of connections: leave it out, or leave out --exposure\n'],
  ])('that is wrong is an error: %j', async (args, message) => {
    expect(await list(...args)).toEqual({ status: 2, stdout: '', stderr: message });
  });

  test('by a port name that nobody has has a note', async () => {
    const { status, stdout, stderr } = await list('--port', 'foo');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'There is no such connection.\n' });
    expect(stderr).toContain("note: --port: no container of the listed workloads has a TCP port named 'foo' (there is TCP http): name it in the container's ports, or give its number\n");
  });

  test('by a selector that no workload matches has a note', async () => {
    const { status, stderr } = await list('--from', 'ns=app,app=x');
    expect(status).toBe(0);
    expect(stderr).toContain('note: --from: no workload of the input matches ns=app,app=x: netpol can-reach answers for pods that could exist\n');
  });

  test('is about one cluster', async () => {
    const cluster = (name: string) => deployment('a').replace('namespace: app }', `namespace: app, annotations: { cdk8s-netpol/cluster: ${name} } }`);
    expect(await netpol(['list', 'a.yaml', '--from', 'app/a'], { 'a.yaml': cluster('east') + cluster('west') }))
      .toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('--from is about one cluster, and the input has several (east, west)') });
  });

  test('of a namespace in an input without workloads says so', async () => {
    expect((await netpol(['list', 'a.yaml', '--namespace', 'x'], { 'a.yaml': policy('p', '{ podSelector: {} }') })).stderr)
      .toContain("there is no workload in namespace 'x'; the input has no workload\n");
  });
});

test('list has a row for the replicas of a workload, and none for a single pod', async () => {
  const single = 'apiVersion: v1\nkind: Pod\nmetadata: { name: one, namespace: app }\nspec: { containers: [{ name: c, image: i }] }\n';
  const { stdout } = await netpol(['list', 'a.yaml', '-o', 'csv'], { 'a.yaml': `${deployment('web')}\n${single}` });
  expect(stdout).toContain('\napp/web[Deployment],app/web[Deployment],All Connections\n');
  expect(stdout).not.toContain('app/one[Pod],app/one[Pod]');
});

describe('on a terminal', () => {
  const onTerminal = async (args: string[], terminal: { width?: number; hasColours: boolean }, input = TIERS + POLICIES) => {
    let stdout = '';
    await run(['list', '-', ...args], {
      stdout: { write: text => { stdout += text; }, terminal },
      stderr: { write: () => {} },
      readStdin: async () => Buffer.from(input),
      untilInterrupted: async () => {},
    });
    return stdout;
  };

  test('list prints a table only if it fits', async () => {
    expect(await onTerminal([], { width: 80, hasColours: false })).toMatch(/^from /);
    expect(await onTerminal([], { width: 60, hasColours: false })).toMatch(/^Each name /);
  });

  test('the tables of list --exposure and list --exposed go on in the next line', async () => {
    for (const args of [['--exposure'], ['--exposed']]) {
      const lines = (await onTerminal(args, { width: 60, hasColours: false }, `${TIERS}${POLICIES}${INGRESS}`)).split('\n');
      expect(lines.length).toBeGreaterThan(3);
      expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(60);
      expect((await onTerminal(args, { hasColours: false }, `${TIERS}${POLICIES}${INGRESS}`)).replace(/\s/g, '').length).toBeGreaterThan(100);
    }
  });

  test('list has colours, which change no letter', async () => {
    for (const args of [[], ['--exposed'], ['--exposure'], ['--from', 'app/frontend']]) {
      const [coloured, plain] = [await onTerminal(args, { hasColours: true }, `${TIERS}${POLICIES}${INGRESS}`), await onTerminal(args, { hasColours: false }, `${TIERS}${POLICIES}${INGRESS}`)];
      expect(coloured).toContain('\x1b[1m');
      expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
    }
  });

  test('the other formats have no colours', async () => {
    for (const format of ['json', 'csv', 'md', 'mermaid', 'dot']) { expect(await onTerminal(['-o', format], { width: 40, hasColours: true })).not.toContain('\x1b'); }
  });
});

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a-name-that-is-rather-long, namespace: app }
spec: { rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: backend, port: { number: 80 } } } }] } }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend, namespace: app }
spec: { selector: { app: backend }, ports: [{ port: 80, targetPort: 8080 }] }
---
`;
