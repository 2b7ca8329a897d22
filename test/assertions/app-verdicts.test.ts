import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { ConnectivityIntent, Port, Tier } from '../../src';
import * as readCluster from '../../src/cluster/read-cluster';
import * as reachability from '../../src/evaluator/reachability';

/** Two charts, a tier in each, one let into the other, and an intent in each. */
function shop(): { app: App; web: Tier; db: Tier; intents: ConnectivityIntent[] } {
  const app = Testing.app();
  const [front, back] = ['front', 'back'].map(id => new Chart(app, id, { namespace: 'app' }));
  const web = new Tier(front, 'web');
  const db = new Tier(back, 'db', { ports: [Port.tcp(5432)] });
  db.allowFrom(web);
  const intents = [front, back].map(chart => new ConnectivityIntent(chart, 'intent'));
  return { app, web, db, intents };
}

/** A policy for all pods of the namespace that no tier wrote. */
function policy(chart: Chart, ingress: readonly object[]): ApiObject {
  const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress };
  return new ApiObject(chart, 'hole', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'hole' }, spec });
}

afterEach(() => jest.restoreAllMocks());

test('an app is read and evaluated once in a synth, however many charts and intents it has', () => {
  const { app, web, db, intents } = shop();
  for (const intent of intents) { intent.allowed(web, db).denied(db, web).only(db, [web]); }
  const read = jest.spyOn(readCluster, 'loadCluster');
  const Evaluator = reachability.Reachability;
  const evaluated = jest.spyOn(reachability, 'Reachability').mockImplementation(cluster => new Evaluator(cluster));
  app.synth();
  expect(read).toHaveBeenCalledTimes(1);
  expect(evaluated).toHaveBeenCalledTimes(1);
});

test('each intent has the verdicts on its own lines, in their order', () => {
  const { web, db, intents: [one, other] } = shop();
  one.allowed(web, db).allowed(db, web);
  other.denied(web, db);
  expect(one.verdicts().map(v => v.claim)).toEqual(['allowed(front/web, back/db)', 'allowed(back/db, front/web)']);
  expect(one.verdicts().map(v => v.holds)).toEqual([true, false]);
  expect(other.verdicts().map(v => v.holds)).toEqual([false]);
});

test('a line of one intent that can not be judged does not keep the others from it', () => {
  const { app, web, db, intents: [one, other] } = shop();
  const gone = new Chart(app, 'gone', { namespace: 'gone' });
  const deployment = new ApiObject(gone, 'cache', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { metadata: { labels: { app: 'cache' } } } } });
  const cache = Tier.fromApiObject(gone, 'tier', deployment);
  one.denied(cache, db);
  other.allowed(web, db);
  app.node.tryRemoveChild('gone');
  deployment.toJson = () => { throw new Error('out of order'); };
  expect(() => one.verdicts()).toThrow(/^\[front\/intent\] .*out of order/);
  expect(other.verdicts().map(v => v.holds)).toEqual([true]);
});

test('an app that changes between two synths of one moment is judged anew', () => {
  const { app, web, db, intents } = shop();
  intents.forEach(intent => intent.only(db, [web]));
  app.synth();
  policy(app.charts[0], [{}]);
  expect(() => app.synth()).toThrow('app/hole');
});

test.each([
  ['adds an object', false, (chart: Chart) => { policy(chart, [{}]); }],
  ['makes an object read otherwise', true, (_: Chart, rules: object[]) => { rules.push({}); }],
])("an app is judged as it is in the end where somebody's validation %s", (_, isThere, change) => {
  const { app, web, db, intents } = shop();
  intents.forEach(intent => intent.only(db, [web]));
  // The last to be validated: each intent has been judged by then.
  const last = new Chart(app, 'last', { namespace: 'app' });
  const rules: object[] = [];
  if (isThere) { policy(last, rules); }
  let done = false;
  last.node.addValidation({
    validate: () => {
      if (!done) { change(last, rules); }
      done = true;
      return [];
    },
  });
  expect(() => app.synth()).toThrow('app/hole');
});
