import { ApiObject, App, Chart } from 'cdk8s';
import { Port, Tier } from '../../src';
import { clusterOfApp } from '../../src/assertions/private/app-cluster';

function shop() {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  const web = new Tier(chart, 'web');
  return { app, chart, web, db: new Tier(chart, 'db', { ports: [Port.tcp(5432)] }) };
}

test('an app is read once for as long as it stays the same', () => {
  const { app } = shop();
  expect(clusterOfApp(app)).toBe(clusterOfApp(app));
});

test('an app is read anew when an edge or an object is added, or an object is changed', () => {
  const { app, chart, web, db } = shop();
  const first = clusterOfApp(app).cluster;
  db.allowFrom(web);
  const second = clusterOfApp(app).cluster;
  expect(second.policies.length).toBe(first.policies.length + 2);
  const pod = new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [] } });
  const third = clusterOfApp(app).cluster;
  expect(third.workloads.map(w => w.pods[0].labels)).toEqual([{}]);
  pod.metadata.addLabel('app', 'web');
  expect(clusterOfApp(app).cluster.workloads.map(w => w.pods[0].labels)).toEqual([{ app: 'web' }]);
});

test('an app with an object that the API server would refuse is not read, and again not', () => {
  const { app, chart } = shop();
  new ApiObject(chart, 'bad', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'bad' }, spec: { policyTypes: ['All'] } });
  expect(() => clusterOfApp(app)).toThrow(/shop\/bad: error NP023: .*policyTypes/);
  expect(() => clusterOfApp(app)).toThrow(/shop\/bad: error NP023: .*policyTypes/);
});
