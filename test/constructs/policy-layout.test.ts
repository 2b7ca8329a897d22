import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { connectionsOf, namesOf, newChart, pod, policiesOf, policyOf } from './synthesized';
import { DefaultDeny, Peer, Policies, PolicyLayout, Port, Tier } from '../../src';

const TIERS = 4;

/** A call of a program: an edge between two of the tiers, or between a tier and a peer. */
interface Call {
  readonly subject: number;
  readonly incoming: boolean;
  readonly other: number;
  readonly port: number;
}

const calls = fc.array(fc.record<Call>({
  subject: fc.nat(TIERS - 1),
  incoming: fc.boolean(),
  other: fc.nat(TIERS + 3),
  port: fc.nat(5),
}), { maxLength: 10 });

const PORTS = [undefined, [Port.tcp(80)], [Port.udp(53), Port.tcpRange(80, 90)], [Port.allUdp()], [Port.all()], [Port.named('http')]];

/** Four tiers in two namespaces with a pod each, a pod without a tier, and the edges of the calls. */
function program(layout: PolicyLayout, edges: readonly Call[], open: 'neither' | 'ingress' | 'egress'): Chart {
  const chart = newChart('app');
  const labels = ['a', 'b', 'a', 'b'];
  const namespaces = ['app', 'app', 'other', 'other'];
  const tiers = labels.map((label, i) => new Tier(chart, `t${i}`, { labels: { app: label }, namespace: namespaces[i], ports: [Port.tcp(80 + i)] }));
  labels.forEach((label, i) => pod(chart, `p${i}`, { app: label }, namespaces[i], [{ name: 'http', containerPort: 8080 }]));
  pod(chart, 'other', { app: 'other' });
  Policies.of(chart).useLayout(layout);
  if (open !== 'neither') { new DefaultDeny(chart, 'deny', { [open]: false }); }
  const peers = [...tiers, Peer.thisNamespace(), Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }), Peer.anything(), Peer.anyOf([tiers[0], Peer.namespace('other')])];
  for (const { subject, incoming, other, port } of edges) {
    const ports = PORTS[port] ?? (other < TIERS || incoming ? undefined : [Port.tcp(443)]);
    if (incoming) { tiers[subject].allowFrom(peers[other], { ports }); } else { tiers[subject].allowTo(peers[other], { ports }); }
  }
  return chart;
}

const opens = fc.constantFrom('neither' as const, 'ingress' as const, 'egress' as const);

test('both layouts allow the same connections', () => {
  fc.assert(fc.property(calls, opens, (edges, open) => {
    expect(connectionsOf(program(PolicyLayout.PER_TIER, edges, open))).toEqual(connectionsOf(program(PolicyLayout.PER_EDGE, edges, open)));
  }), { numRuns: 40 });
});

test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('the order of calls changes no policy, and every policy is valid (%s)', layout => {
  fc.assert(fc.property(calls, opens, (edges, open) => {
    expect(policiesOf(program(layout, [...edges].reverse(), open))).toEqual(policiesOf(program(layout, edges, open)));
  }), { numRuns: 15 });
});

test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('the same program gives the same bytes, and to repeat every call changes none of them (%s)', layout => {
  fc.assert(fc.property(calls, edges => {
    const yaml = (all: readonly Call[]) => App.of(program(layout, all, 'neither')).synthYaml();
    expect(yaml(edges)).toBe(yaml(edges));
    expect(yaml([...edges, ...edges])).toBe(yaml(edges));
  }), { numRuns: 15 });
});

describe('the layout of a tier', () => {
  function database(chart: Chart, layout?: PolicyLayout): Tier {
    return new Tier(chart, 'db', { ports: [Port.tcp(5432)], layout }).allowInternally();
  }
  const databaseNames = (chart: Chart) => namesOf(chart).filter(name => name.includes('db'));

  test('is one policy per edge by default', () => {
    const chart = newChart();
    database(chart);
    expect(databaseNames(chart)).toEqual(['app/allow-db-internally', 'app/allow-db-internally-egress']);
  });

  test('is that of the nearest scope with a layout, whether it is set before or after the tier is made', () => {
    const app = Testing.app();
    const [early, late] = ['early', 'late'].map(id => new Chart(app, id, { namespace: id }));
    Policies.of(early).useLayout(PolicyLayout.PER_TIER);
    database(early);
    database(late);
    Policies.of(late).useLayout(PolicyLayout.PER_TIER);
    expect(databaseNames(early)).toEqual(['early/allow-db', 'late/allow-db']);
    Policies.of(app).useLayout(PolicyLayout.PER_EDGE);
    expect(databaseNames(early)).toEqual(['early/allow-db', 'late/allow-db']);
    Policies.of(late).useLayout(PolicyLayout.PER_EDGE);
    expect(databaseNames(early)).toEqual(['early/allow-db', 'late/allow-db-internally', 'late/allow-db-internally-egress']);
  });

  test("is the tier's own if it has one", () => {
    const chart = newChart();
    Policies.of(chart).useLayout(PolicyLayout.PER_TIER);
    database(chart, PolicyLayout.PER_EDGE);
    expect(databaseNames(chart)).toContain('app/allow-db-internally');
  });
});

test('each policy is a child of the tier whose pods it selects, as soon as the edge is allowed', () => {
  const chart = newChart();
  const web = new Tier(chart, 'web');
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(web);
  const names = (tier: Tier) => tier.node.children.map(c => (c as { name?: string }).name);
  expect(names(web)).toEqual(['allow-web-to-db-egress']);
  expect(names(db)).toEqual(['allow-web-to-db']);
});

test('a tier without edges has no policy of its own', () => {
  const chart = newChart();
  new Tier(chart, 'web');
  new Tier(chart, 'db', { layout: PolicyLayout.PER_TIER });
  expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/default-deny-all']);
});

describe('one policy per tier', () => {
  test('has all edges of the tier, and no direction without an edge', () => {
    const chart = newChart();
    const web = new Tier(chart, 'web', { layout: PolicyLayout.PER_TIER });
    const api = new Tier(chart, 'api', { ports: [Port.tcp(8080)], layout: PolicyLayout.PER_TIER });
    api.allowFrom(web, { description: 'shop' }).allowFrom(Peer.prometheus(), { ports: [Port.tcp(9090)], description: 'metrics' }).allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] });
    expect(namesOf(chart)).toEqual(['app/allow-api', 'app/allow-dns', 'app/allow-web', 'app/default-deny-all']);
    expect(policyOf(chart, 'allow-web').spec.policyTypes).toEqual(['Egress']);
    expect(policyOf(chart, 'allow-api').metadata.annotations).toEqual({ 'kubernetes.io/description': 'metrics; shop' });
    expect(policyOf(chart, 'allow-api').spec).toEqual({
      podSelector: { matchLabels: { app: 'api' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ protocol: 'TCP', port: 9090 }] },
        { from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ protocol: 'TCP', port: 8080 }] },
      ],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ protocol: 'TCP', port: 443 }] }],
    });
  });

  test('has its rules in an order that does not depend on the calls', () => {
    const peers = [Peer.prometheus(), Peer.ingressController(), Peer.anyIpv4()];
    const spec = (order: Peer[]) => {
      const chart = newChart();
      const api = new Tier(chart, 'api', { ports: [Port.tcp(8080)], layout: PolicyLayout.PER_TIER });
      for (const peer of order) { api.allowFrom(peer); }
      return policyOf(chart, 'allow-api').spec;
    };
    expect(spec([...peers].reverse())).toEqual(spec(peers));
  });

  test('leaves out a direction that is open for the namespace', () => {
    const chart = newChart();
    const api = new Tier(chart, 'api', { ports: [Port.tcp(8080)], layout: PolicyLayout.PER_TIER });
    api.allowFrom(Peer.prometheus()).allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] });
    new DefaultDeny(chart, 'deny', { egress: false });
    const { spec } = policyOf(chart, 'allow-api');
    expect(spec.policyTypes).toEqual(['Ingress']);
    expect(spec).not.toHaveProperty('egress');
  });
});
