import { App, Chart } from 'cdk8s';
import { ClusterBoundary, Connectivity, Port, Tier } from '../../src';

/* `Connectivity.diff`: what a change opens and closes, in a program. */

const objects = (...all: readonly string[]) => all.join('---\n');
const workload = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app, labels: { app: ${name} } }\nspec: { containers: [] }\n`;
const policy = (spec: string) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: app }\nspec: ${spec}\n`;
const from = (app: string) => policy(`{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: 5432 }] }] }`);
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n';
const PODS = objects(NAMESPACE, workload('web'), workload('db'));
const CLOSED = objects(PODS, policy('{ podSelector: { matchLabels: { app: db } } }'));
const OPEN = objects(PODS, from('web'));

const read = (text: string) => Connectivity.fromYaml(text);

test('what opens has its ends, its ports, its causes and an example', () => {
  const diff = read(OPEN).diff(read(CLOSED));
  expect(diff).toMatchObject({ verdict: 'Opens 1 group of connections, for every possible pod.', added: [], closed: [], undecided: [] });
  expect(diff.opened).toMatchObject([{
    source: expect.stringContaining('app=web'),
    destination: expect.stringContaining('app=db'),
    ports: 'TCP 5432',
    causes: [expect.stringMatching(/app\/db.*\(\(yaml\):\d+:\d+\)$/)],
    example: expect.stringMatching(/^app\/web → app\/db: TCP 5432$/),
  }]);
});

test('the other way round, it closes', () => {
  const diff = read(CLOSED).diff(read(OPEN));
  expect(diff).toMatchObject({ opened: [], closed: [{ ports: 'TCP 5432' }], verdict: 'Opens nothing and closes 1 group of connections, for every possible pod.' });
});

test('an object that apply adds is part of the later version', () => {
  const connectivity = read(CLOSED);
  expect(connectivity.diff(read(CLOSED)).verdict).toBe('Nothing changes, for every possible pod.');
  connectivity.apply(from('later'));
  expect(connectivity.diff(read(CLOSED)).opened).toMatchObject([{ source: expect.stringContaining('app=later'), example: expect.stringContaining('app=later') }]);
});

test('what new workloads gain is apart', () => {
  const DENY = policy('{ podSelector: {} }');
  const replicated = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: new, namespace: app }\n'
    + 'spec: { selector: { matchLabels: { app: new } }, template: { metadata: { labels: { app: new } }, spec: { containers: [] } } }\n';
  const own = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: new, namespace: app }\n'
    + 'spec: { podSelector: { matchLabels: { app: new } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: new } } }] }] }\n';
  expect(read(objects(PODS, DENY, replicated, own)).diff(read(objects(PODS, DENY)))).toMatchObject({ opened: [], added: [{ ports: 'every port' }] });
});

test('what is undecided says why, and its text is that of netpol diff', () => {
  const lock = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: lock, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n';
  const diff = read(objects(CLOSED, lock)).diff(read(CLOSED));
  expect(diff.undecided.length).toBeGreaterThan(0);
  expect(diff.undecided[0]).toMatch(/ → .*: may (?:open|close|open or close), because CiliumNetworkPolicy app\/lock is of a kind that netpol does not evaluate \(.*; policy-kind\)/);
  expect(`${diff}`).toMatch(/^Undecided: [^\n]*\n\nUndecided\n {2}/);
});

test('the JSON form has the public fields only', () => {
  expect(Object.keys(JSON.parse(JSON.stringify(read(OPEN).diff(read(CLOSED)))))).toEqual(['opened', 'added', 'closed', 'undecided', 'verdict']);
});

test('clusters are compared by name, and what changes has the name of its cluster', () => {
  const appOf = (open: boolean) => {
    const app = new App();
    for (const name of ['eu', 'us']) {
      const chart = new Chart(app, name, { namespace: 'app' });
      ClusterBoundary.of(chart).add(name);
      const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
      const web = new Tier(chart, 'web');
      if (open && name === 'eu') { db.allowFrom(web); }
    }
    return Connectivity.fromApp(app);
  };
  const diff = appOf(true).diff(appOf(false));
  expect(new Set(diff.opened.map(({ cluster }) => cluster))).toEqual(new Set(['eu']));
  expect(appOf(false).diff(appOf(true)).closed.length).toBeGreaterThan(0);
});

test('only another Connectivity is an earlier version', () => {
  const any: any = CLOSED;
  expect(() => read(OPEN).diff(any)).toThrow('Connectivity.diff(...): before must be a Connectivity, not ');
});
