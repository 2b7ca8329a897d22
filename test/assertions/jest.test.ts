import { App, Chart } from 'cdk8s';
import { Connectivity, Peer, Port, Tier } from '../../src';
import { netpolMatchers } from '../../src/assertions/jest';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
backend.allowFrom(frontend);
db.allowFrom(backend);

describe('the matchers', () => {
  test('hold for an app, a chart, a Connectivity and manifests', () => {
    expect(app).toAllow(frontend, backend);
    expect(chart).toDeny(frontend, db);
    expect(Connectivity.fromApp(app)).toAdmitOnly(db, [backend]);
    expect(app).toReachOnly(frontend, [backend, Peer.clusterDns()]);
    expect('apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n').toAllow('default/a', '192.0.2.1');
  });

  test('hold the other way round with not', () => {
    expect(app).not.toAllow(frontend, db);
    expect(app).not.toDeny(frontend, backend);
    expect(app).not.toAdmitOnly(db, []);
    expect(app).not.toReachOnly(frontend, [backend]);
  });

  test('take ports', () => {
    expect(app).toAllow(frontend, backend, { ports: [Port.tcp(8080)] });
    expect(app).not.toAllow(frontend, backend, { ports: [Port.tcp(8080), Port.udp(8080)] });
  });

  test('fail with what decides and what would mend it', () => {
    expect(() => expect(app).toAllow(frontend, db)).toThrow(/untrue: allowed\(shop\/frontend, shop\/db\)[^]*db\.allowFrom\(frontend\)/);
  });

  test('say what can be judged where something else is given', () => {
    expect(() => expect(42).toAllow(frontend, db)).toThrow(/write an App, a Chart, a Connectivity, or manifests as YAML/);
    expect(() => expect(null).toAllow(frontend, db)).toThrow(/write an App, a Chart/);
  });

  test('can be added to an expect that is not global', () => {
    expect(Object.keys(netpolMatchers)).toEqual(['toAllow', 'toDeny', 'toAdmitOnly', 'toReachOnly']);
  });
});
