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

test('the database admits its clients, and the app synthesizes', () => {
  expect(app.synthYaml()).toContain('name: allow-backend-to-db\n');
  expect(chart).toAllow(backend, db.tier);
  expect(chart).toDeny(frontend, db.tier);
});

test('who lets somebody in behind its back is told at synth', () => {
  const changed = Testing.app();
  const other = new Chart(changed, 'shop', { namespace: 'app' });
  new Postgres(other, 'db', { clients: [new Tier(other, 'backend')] }).tier.allowFrom(new Tier(other, 'reports'));
  expect(() => changed.synth()).toThrow('[shop/db/intent] admitsOnly(shop/db/db, [shop/backend], TCP sql) does not hold.');
});

test('the library has the tier among its types in every language', () => {
  const { types } = JSON.parse(readFileSync(path.join(__dirname, '../.jsii'), 'utf8'));
  expect(types['acme-platform.Postgres'].properties).toMatchObject([{ name: 'tier', type: { fqn: 'cdk8s-netpol.Tier' } }]);
});
