import { ApiObject, Chart, Testing } from 'cdk8s';
import 'cdk8s-netpol/jest';
import { Shop } from './main';

const app = Testing.app();
const shop = new Shop(app, 'shop');

test('the intent holds, and the YAML is that of the snapshot', () => {
  expect(app.synthYaml()).toMatchSnapshot();
});

test('only the backend reaches the database', () => {
  expect(shop).toAllow('app/backend', 'app/db');
  expect(shop).toAdmitOnly('app/db', ['app/backend']);
});

test('lint finds nothing that is probably not meant', () => {
  expect(app).toHaveNoFindings();
});

test('a refactoring opens nothing', () => {
  const refactored = Testing.app();
  new Shop(refactored, 'renamed');
  expect(refactored).toOpenNothing({ since: app });
});

test('a claim that does not hold fails with the deciding policies', () => {
  expect(() => expect(shop).toDeny('app/backend', 'app/db')).toThrow(`\
denied(app/backend, app/db) does not hold
app/backend[Deployment] reaches app/db[Deployment] on TCP 5432.
Fix: remove or narrow db.allowFrom(backend)
Egress of app/backend[Deployment]: allowed
  allowed by
    app/allow-backend-to-db-egress spec.egress[0] (shop/backend/allow-backend-to-db-egress-26effd0a): TCP 5432
Ingress of app/db[Deployment]: allowed
  allowed by
    app/allow-backend-to-db spec.ingress[0] (shop/db/allow-backend-to-db-bb9ca793): TCP 5432
Judged for the pods of 2 declared workloads.`);
});

test('a hand-written policy in another chart that breaks the intent makes synth throw', () => {
  const changed = Testing.app();
  new Shop(changed, 'shop');
  const hotfix = new Chart(changed, 'hotfix', { namespace: 'app' });
  new ApiObject(hotfix, 'policy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'reports-to-db' },
    spec: {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'reports' } } }] }],
    },
  });
  expect(() => changed.synth()).toThrow(`\
[shop/intent] admitsOnly(shop/db, [shop/backend]) does not hold.
    A pod with label app=reports in namespace app can connect to app/db[Deployment] too, whether it exists today or not.
    Fix: narrow app/reports-to-db spec.ingress[0].from[0], or remove it.
    Or list the other end in the claim, if it may connect.
    Let through by app/reports-to-db spec.ingress[0].from[0] (hotfix/policy),
      which means pods app=reports of namespace 'app', on every port
    Judged for every possible pod, 1 declared workload among them.`);
});
