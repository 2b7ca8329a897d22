import { ApiObject, App, Chart } from 'cdk8s';
import { ClusterFacts, Connectivity, Guardrail, Peer, Port, Tier } from '../../src';

/* Claims in an app with guardrails. */

function shop() {
  const app = new App();
  const platform = new Chart(app, 'platform');
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  for (const name of ['shop', 'games', 'ops']) { ClusterFacts.of(chart).addNamespace(name); }
  const web = new Tier(chart, 'web');
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  db.allowFrom(web);
  return { app, platform, web, db };
}

test('a guardrail makes a claim true that the policies of the team do not', () => {
  const { app, platform, db } = shop();
  db.allowFrom(Peer.namespace('games'));
  expect(Connectivity.fromApp(app).checkDenied(Peer.namespace('games'), db)).toMatchObject({ holds: false, undecided: false });
  Guardrail.deny(platform, 'games', Peer.namespace('games'), Peer.allNamespaces());
  expect(Connectivity.fromApp(app).checkDenied(Peer.namespace('games'), db)).toMatchObject({ holds: true, assumptions: [] });
});

test('an intent that a guardrail overrules fails and names the guardrail, and nothing suggests a change of the tier', () => {
  const { app, platform, web, db } = shop();
  Guardrail.deny(platform, 'closed', Peer.allNamespaces(), Peer.namespace('shop'));
  const { holds, undecided, explanation } = Connectivity.fromApp(app).checkAllowed(web, db);
  expect({ holds, undecided }).toEqual({ holds: false, undecided: false });
  expect(explanation).toMatch(/ClusterNetworkPolicy closed\S* spec\.ingress\[0\] .*: denies TCP 5432/);
  expect(explanation).not.toContain('Fix');
});

test('the call that opens what the Baseline tier denies says that it isolates the pods', () => {
  const app = new App();
  const chart = new Chart(app, 'apps');
  const [shopPods, gamesPods] = ['shop', 'games'].map(name => {
    ClusterFacts.of(chart).addNamespace(name);
    const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    return new ApiObject(chart, name, {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: name }, spec: { selector: { matchLabels: { app: name } }, template },
    });
  });
  Guardrail.isolateNamespaces(chart, 'baseline', ['shop', 'games']);
  const { holds, explanation } = Connectivity.fromApp(app).checkAllowed(gamesPods, shopPods, { ports: [Port.tcp(80)] });
  expect(holds).toBe(false);
  expect(explanation).toContain('\nFix: write Tier.of(shop).allowFrom(games, { ports: [Port.tcp(80)] })\n');
  expect(explanation).toMatch(/\n {2}No NetworkPolicy isolates shop\/shop\[Deployment\] for ingress yet\. This fix isolates the pods that it selects: .*\n/);
});

test('a list has to name whom a guardrail lets in', () => {
  const { app, platform, web, db } = shop();
  Guardrail.allow(platform, 'ops', Peer.namespace('ops'), Peer.allNamespaces(), { ports: [Port.all()] });
  const connectivity = Connectivity.fromApp(app);
  const { holds, explanation } = connectivity.checkAdmitsOnly(db, [web]);
  expect(holds).toBe(false);
  expect(explanation).toMatch(/Let through by ClusterNetworkPolicy ops\S* spec\.ingress\[0\]/);
  expect(explanation).not.toContain('Fix');
  expect(connectivity.checkAdmitsOnly(db, [web, Peer.namespace('ops')]).holds).toBe(true);
});

test('a claim that holds shows the rules of guardrails that were searched', () => {
  const app = new App();
  const chart = new Chart(app, 'platform');
  ClusterFacts.of(chart).addNamespace('shop');
  Guardrail.deny(chart, 'closed', Peer.allNamespaces(), Peer.namespace('shop'));
  const { holds, explanation } = Connectivity.fromApp(app).checkAdmitsOnly(Peer.namespace('shop'), [Peer.anyAddress()]);
  expect(holds).toBe(true);
  expect(explanation).toMatch(/no rule lets anything else through\. Rules searched:\n {2}ClusterNetworkPolicy closed\S* spec\.ingress\[0\]/);
});
