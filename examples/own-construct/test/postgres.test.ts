import { readFileSync } from 'fs';
import * as path from 'path';
import { Chart, Testing } from 'cdk8s';
import { Tier } from 'cdk8s-netpol';
import 'cdk8s-netpol/jest';
import { Postgres } from '../src';

const app = Testing.app();
const chart = new Chart(app, 'shop', { namespace: 'app' });
const backend = new Tier(chart, 'backend');
const frontend = new Tier(chart, 'frontend');
const db = new Postgres(chart, 'db', { clients: [backend] });

test('only the clients reach the database', () => {
  expect(app.synthYaml()).toContain('name: allow-backend-to-db\n');
  expect(chart).toAllow(backend, db);
  expect(chart).toDeny(frontend, db);
});

test('another edge to the database makes synth throw', () => {
  const changed = Testing.app();
  const other = new Chart(changed, 'shop', { namespace: 'app' });
  new Postgres(other, 'db', { clients: [new Tier(other, 'backend')] }).tier.allowFrom(new Tier(other, 'reports'));
  expect(() => changed.synth()).toThrow('[shop/db/intent] admitsOnly(shop/db/db, [shop/backend], TCP sql) does not hold.');
});

test('the tier is a property in every language', () => {
  const { types } = JSON.parse(readFileSync(path.join(__dirname, '../.jsii'), 'utf8'));
  expect(types['acme-platform.Postgres'].properties).toMatchObject([{ name: 'tier', type: { fqn: 'cdk8s-netpol.Tier' } }]);
});
