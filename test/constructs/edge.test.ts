import { newChart } from './synthesized';
import { Peer, Port, Tier } from '../../src';
import { Edge } from '../../src/constructs/private/edge';

const [cidr] = Peer.cidr('10.0.0.0/8')._parties();
const [anything] = Peer.anything()._parties();

function tiers() {
  const chart = newChart();
  return {
    web: new Tier(chart, 'web')._parties()[0],
    db: new Tier(chart, 'db', { ports: [Port.tcp(5432)] })._parties()[0],
  };
}

test('an edge is named for a reader, each half for itself', () => {
  const { web, db } = tiers();
  expect(new Edge(web, db).policyName('ingress')).toBe('allow-web-to-db');
  expect(new Edge(web, db).policyName('egress')).toBe('allow-web-to-db-egress');
  expect(new Edge(db, db).policyName('ingress')).toBe('allow-db-internally');
  expect(new Edge(db, db).policyName('egress')).toBe('allow-db-internally-egress');
});

test('what several calls say is added up', () => {
  const { web, db } = tiers();
  const edge = new Edge(web, db);
  edge.add(undefined, 'orders');
  edge.add([Port.tcp(9090), Port.tcp(5432)], 'metrics');
  edge.add(undefined, 'orders');
  edge.add([Port.tcp(9090)], undefined);
  expect(edge.descriptions).toEqual(['orders', 'metrics']);
  expect(edge.rule('ingress', 'app')).toEqual({
    from: [{ podSelector: { matchLabels: { app: 'web' } } }],
    ports: [{ protocol: 'TCP', port: 5432 }, { protocol: 'TCP', port: 9090 }],
  });
  expect(edge.rule('egress', 'app').to).toEqual([{ podSelector: { matchLabels: { app: 'db' } } }]);
});

test('ports that are named take the place of the default, as long as no call leaves them out', () => {
  const { web, db } = tiers();
  const edge = new Edge(web, db);
  edge.add([Port.tcp(9090)], undefined);
  expect(edge.rule('ingress', 'app').ports).toEqual([{ protocol: 'TCP', port: 9090 }]);
});

test('all ports write no ports, everything writes no peers', () => {
  const { db } = tiers();
  const edge = new Edge(anything, db);
  edge.add([Port.all()], undefined);
  expect(edge.rule('ingress', 'app')).toEqual({});
});

test('an edge to a party without ports of its own lacks them only where they are meant', () => {
  const { db } = tiers();
  const edge = new Edge(db, cidr);
  edge.add([Port.tcp(443)], undefined);
  expect(edge.lacksPorts).toBe(false);
  edge.add(undefined, undefined);
  expect(edge.lacksPorts).toBe(true);
  expect(() => edge.rule('egress', 'app')).toThrow('no ports are named, and those of 10.0.0.0/8 are not known');
});
