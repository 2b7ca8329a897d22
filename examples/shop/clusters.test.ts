import { App, Chart, Testing } from 'cdk8s';
import { ClusterBoundary, Connectivity } from 'cdk8s-netpol';
import 'cdk8s-netpol/jest';
import { Shop } from './main';

/** The shop in two clusters. */
function regions(): App {
  const app = Testing.app();
  for (const region of ['eu', 'us']) {
    const shop = new Shop(app, `shop-${region}`);
    ClusterBoundary.of(shop).add(region);         // everything in this chart is for one cluster
  }
  return app;
}

test('each cluster has its own default deny, and its intents are judged by themselves', () => {
  const app = regions();
  expect(() => app.synth()).not.toThrow();
  for (const chart of app.charts) {
    expect(Testing.synth(chart)).toContainEqual(expect.objectContaining({
      kind: 'NetworkPolicy',
      metadata: expect.objectContaining({ name: 'default-deny-all', namespace: 'app' }),
    }));
  }
});

test('only the backend reaches the database, in both clusters', () => {
  expect(regions()).toAdmitOnly('app/db', ['app/backend']);
});

test('what was written is judged cluster by cluster too', () => {
  const eu = Connectivity.fromYaml(regions().synthYaml(), { cluster: 'eu' });
  expect(eu).toDeny('app/frontend', 'app/db');
});

test('without a boundary, synth fails and says what to do', () => {
  const app = Testing.app();
  for (const region of ['eu', 'us']) { new Shop(new Chart(app, region), 'shop'); }
  expect(() => app.synth()).toThrow(`\
[us/shop] this chart and chart eu/shop make the same things for one cluster:
    Deployment app/frontend: eu/shop/frontend-deployment and us/shop/frontend-deployment`);
  expect(() => app.synth()).toThrow(`\
    If the charts are for two clusters, say so: ClusterBoundary.of(chart).add('...') for each chart. If they are for one cluster, make each of these in
    one chart and pass it to the other, or give it another name or other labels.`);
});
