import { App, Chart } from 'cdk8s';
import { Endpoint, Peer, Port, Tier } from '../../src';
import { checkCall, draftsOf } from '../../src/assertions/private/app-verdicts';

const chart = new Chart(new App(), 'shop', { namespace: 'app' });
const web = new Tier(chart, 'web');
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
const cache = new Tier(chart, 'cache', { ports: [Port.tcp(6379)] });

test('several at once are a claim each, on the ports of each', () => {
  const drafts = draftsOf('intent', { kind: 'allowed', first: Peer.anyOf([web, Peer.prometheus()]), second: [Peer.anyOf([db, cache])] });
  expect(drafts).toHaveLength(4);
  expect(drafts[0]).toMatchObject({ kind: 'allowed', from: { name: 'shop/web' }, to: { name: 'shop/db', questions: [{ first: 5432 }] }, ports: undefined });
  expect(drafts[3]).toMatchObject({ to: { name: 'shop/cache', questions: [{ first: 6379 }] } });
});

test('those who may are one list, however they are grouped', () => {
  const drafts = draftsOf('intent', { kind: 'only', first: db, second: [Peer.anyOf([web, cache]), Endpoint.workload('app/job')], ports: [Port.tcp(5432)] });
  expect(drafts).toMatchObject([{
    kind: 'only', subject: { name: 'shop/db' }, others: [{ name: 'shop/web' }, { name: 'shop/cache' }, { text: 'app/job' }], ports: [{ first: 5432 }],
  }]);
});

test('a call is checked when it is made, but a tier\'s ports are those at synth', () => {
  expect(() => checkCall('intent', { kind: 'only', first: db, second: [{ endpointName: 'home-made' }] })).toThrow(/^intent: only\(\.\.\.\): this is neither/);
  expect(() => checkCall('intent', { kind: 'denied', first: db, second: [web], ports: [] })).toThrow(/leave ports out for any/);
  expect(() => checkCall('intent', { kind: 'denied', first: db, second: [web], ports: [Port.all()] })).not.toThrow();
});
