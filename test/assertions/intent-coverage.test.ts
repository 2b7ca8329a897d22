import { Chart, Testing } from 'cdk8s';
import { ClusterBoundary, Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';
import { readIntents } from '../../src/claims/intent-file';
import { POLICIES, TIERS } from '../report/shop';

/* What claims leave open, in apps and tests. */

const [FRONTEND, BACKEND, DB] = ['frontend', 'backend', 'db'].map(name => Endpoint.workload(`app/${name}`));
const manifests = () => Connectivity.fromYaml(TIERS + POLICIES);

function shop(root = Testing.app(), id = 'shop'): { app: ReturnType<typeof Testing.app>; chart: Chart; web: Tier; db: Tier } {
  const chart = new Chart(root, id, { namespace: 'shop' });
  const web = new Tier(chart, 'web');
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  db.allowFrom(web);
  return { app: root, chart, web, db };
}

test('without any claim nothing is covered', () => {
  const { claims, connections, rules, policies } = manifests().coverage();
  expect({ claims, covered: [connections.covered, rules.covered, policies.covered] }).toEqual({ claims: 0, covered: [0, 0, 0] });
  expect(rules.total).toBeGreaterThan(0);
});

test('the claims of calls on the object count, also those that only check', () => {
  const connectivity = manifests();
  connectivity.assertAllowed(FRONTEND, BACKEND);
  expect(connectivity.coverage()).toMatchObject({ claims: 1, connections: { covered: 1 } });
  expect(connectivity.checkAdmitsOnly(DB, [BACKEND]).holds).toBe(true);
  expect(connectivity.checkDenied(FRONTEND, BACKEND).holds).toBe(false);
  // The policies of this shop do not let the backend reach the database, so there is no connection for the list to permit.
  expect(connectivity.coverage()).toMatchObject({ claims: 2, connections: { covered: 1 } });
});

test('the claims are judged again after a change of the objects', () => {
  const connectivity = manifests();
  connectivity.assertAdmitsOnly(DB, [BACKEND]);
  connectivity.apply('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: open, namespace: app }\nspec: { podSelector: {}, ingress: [{}] }');
  expect(connectivity.coverage().claims).toBe(0);
});

test('an intent file counts too', () => {
  const intents = 'allowed: [{ from: app/frontend, to: app/backend }]';
  const { claims, namespaces, uncoveredRules, text } = manifests().coverage({ intents });
  expect(claims).toBe(1);
  expect(namespaces.map(({ namespace, cluster }) => [namespace, cluster])).toEqual([['app', undefined]]);
  expect(uncoveredRules[0]).toMatch(/^\(yaml\):\d+:\d+: .*NetworkPolicy app\/.*: no claim would notice that /);
  expect(text).toMatch(/^coverage by 1 claim that holds\n/);
});

test('an intent file with an error throws, with its place', () => {
  expect(() => manifests().coverage({ intents: 'alowed: []' })).toThrow(/Connectivity\.coverage\(\.\.\.\)[^]*\(intents\):1:1.*alowed/);
  expect(() => manifests().unnoticedChanges({ intents: 'denied: [{ from: app/nobody, to: app/db }]' })).toThrow(/\(intents\):1:\d+.*nobody/);
});

test('each change that is not noticed has a claim that would notice it', () => {
  const connectivity = manifests();
  const changes = connectivity.unnoticedChanges();
  expect(changes.length).toBeGreaterThan(5);
  for (const { place, text, intent, call } of changes) {
    expect(place).toMatch(/^\(yaml\):\d+:\d+$/);
    expect(text).toMatch(/NetworkPolicy app\/.* and every claim still holds$/);
    expect(readIntents('i', Buffer.from(intent!)).findings).toEqual([]);
    expect(call).toMatch(/^connectivity\.assert/);
  }
  const { intent } = changes[0];
  expect(connectivity.unnoticedChanges({ intents: intent }).map(({ text }) => text)).not.toContain(changes[0].text);
});

test('with the intents that are suggested, no change is left', () => {
  const intents = manifests().suggestedIntents();
  expect(manifests().unnoticedChanges({ intents })).toEqual([]);
  expect(manifests().suggestedIntents({ intents })).toMatch(/^# No further claim/);
});

test('the intents of an app count, and for a chart those in it', () => {
  const { app, chart, web, db } = shop();
  new ConnectivityIntent(chart, 'intent').allowed(web, db).admitsOnly(db, [web]);
  const other = new Chart(app, 'other', { namespace: 'other' });
  new ConnectivityIntent(other, 'intent').denied(Peer.namespace('other'), db);
  expect(Connectivity.fromApp(app).coverage().claims).toBe(3);
  expect(Connectivity.fromChart(chart).coverage().claims).toBe(2);
});

test('each cluster has its own claims', () => {
  const root = Testing.app();
  for (const name of ['eu', 'us']) {
    const { chart, web, db } = shop(root, name);
    ClusterBoundary.of(chart).add(name);
    new ConnectivityIntent(chart, 'intent').allowed(web, db);
  }
  const both = Connectivity.fromApp(root);
  expect(both.coverage().namespaces.map(({ namespace, cluster }) => `${cluster}/${namespace}`)).toEqual(['eu/shop', 'us/shop']);
  const one = Connectivity.fromApp(root, { cluster: 'eu' }).coverage();
  expect(one).toMatchObject({ claims: 1, namespaces: [{ namespace: 'shop' }] });
  expect(both.coverage()).toMatchObject({ claims: 2, rules: { total: 2 * one.rules.total } });
  expect(both.suggestedIntents()).toMatch(/^# Cluster eu: [^]*---\n# Cluster us: /);
  expect(both.unnoticedChanges().every(({ intent }) => /cluster: (eu|us) }/.test(intent!))).toBe(true);
  expect(both.coverage({ intents: 'denied: [{ from: { namespace: x }, to: { namespace: shop }, cluster: us }]' }).claims).toBe(3);
});
