import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { ClusterBoundary, Connectivity, Endpoint, Port } from 'cdk8s-netpol';
import 'cdk8s-netpol/jest';
import { addCluster } from './cluster';

const BACKUP = Endpoint.workload('data/backup');

function boutique(): App {
  const app = Testing.app();
  addCluster(app, 'eu', { apiServer: '10.10.0.1', objectStore: '198.51.100.16/28' });
  addCluster(app, 'us', { apiServer: '10.20.0.1', objectStore: '203.0.113.32/28' });
  return app;
}

const app = boutique();

test('every claim holds in both clusters', () => {
  expect(() => app.synthYaml()).not.toThrow();
});

test('only the cart and Prometheus reach Redis, in each of the clusters', () => {
  expect(app).toAdmitOnly('shop/redis', ['shop/cart', 'platform/prometheus']);
  expect(app).toDeny('shop/frontend', 'shop/redis');
});

test('a backup is stored in the region where it was made', () => {
  const eu = Connectivity.fromApp(app, { cluster: 'eu' });
  eu.assertAllowed(BACKUP, Endpoint.address('198.51.100.20'), { ports: [Port.tcp(443)] });
  eu.assertDenied(BACKUP, Endpoint.address('203.0.113.32/28'));
});

test('a hand-written policy in one of the clusters that breaks a claim makes synth throw, and the error names the cluster', () => {
  const changed = boutique();
  const hotfix = new Chart(changed, 'us-hotfix', { namespace: 'shop' });
  ClusterBoundary.of(hotfix).add('us');
  new ApiObject(hotfix, 'policy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'debug' },
    spec: {
      podSelector: { matchLabels: { app: 'payment' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'debug' } } }] }],
    },
  });
  expect(() => changed.synthYaml()).toThrow(`\
    In cluster us:
    A pod with label app=debug in namespace shop can connect to shop/payment[Deployment] too, whether it exists today or not.
    Fix: narrow shop/debug spec.ingress[0].from[0], or remove it.
    Or list the other end in the claim, if it may connect.
    Let through by shop/debug spec.ingress[0].from[0] (us-hotfix/policy),
      which means pods app=debug of namespace 'shop', on every port`);
});
