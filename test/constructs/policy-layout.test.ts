import { App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { connectionsOf, namesOf, newChart, pod, policiesOf } from './synthesized';
import { DefaultDeny, Peer, PolicyLayout, Port, Tier } from '../../src';

const TIERS = 4;

/** One call of a program: an edge between two of the tiers, or with a peer. */
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

/** Four tiers in two namespaces with a pod each, a pod that no tier describes, and the edges of the calls. */
function program(layout: PolicyLayout, edges: readonly Call[], open: 'neither' | 'ingress' | 'egress'): Chart {
  const chart = newChart('app');
  const labels = ['a', 'b', 'a', 'b'];
  const namespaces = ['app', 'app', 'other', 'other'];
  const tiers = labels.map((label, i) => new Tier(chart, `t${i}`, { labels: { app: label }, namespace: namespaces[i], ports: [Port.tcp(80 + i)] }));
  labels.forEach((label, i) => pod(chart, `p${i}`, { app: label }, namespaces[i], [{ name: 'http', containerPort: 8080 }]));
  pod(chart, 'stranger', { app: 'stranger' });
  Tier.useLayout(chart, layout);
  if (open !== 'neither') { new DefaultDeny(chart, 'deny', { [open]: false }); }
  const peers = [...tiers, Peer.thisNamespace(), Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }), Peer.anything(), Peer.anyOf([tiers[0], Peer.namespace('other')])];
  for (const { subject, incoming, other, port } of edges) {
    const ports = PORTS[port] ?? (other < TIERS || incoming ? undefined : [Port.tcp(443)]);
    if (incoming) { tiers[subject].allowFrom(peers[other], { ports }); } else { tiers[subject].allowTo(peers[other], { ports }); }
  }
  return chart;
}

const opens = fc.constantFrom('neither' as const, 'ingress' as const, 'egress' as const);

test('both layouts give the same connectivity', () => {
  fc.assert(fc.property(calls, opens, (edges, open) => {
    expect(connectionsOf(program(PolicyLayout.PER_TIER, edges, open))).toEqual(connectionsOf(program(PolicyLayout.PER_EDGE, edges, open)));
  }), { numRuns: 40 });
});

test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('the order of calls changes nothing in any object, and every object is valid (%s)', layout => {
  fc.assert(fc.property(calls, opens, (edges, open) => {
    expect(policiesOf(program(layout, [...edges].reverse(), open))).toEqual(policiesOf(program(layout, edges, open)));
  }), { numRuns: 15 });
});

test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('the same program gives the same bytes, and saying it all twice changes none (%s)', layout => {
  fc.assert(fc.property(calls, edges => {
    const yaml = (all: readonly Call[]) => App.of(program(layout, all, 'neither')).synthYaml();
    expect(yaml(edges)).toBe(yaml(edges));
    expect(yaml([...edges, ...edges])).toBe(yaml(edges));
  }), { numRuns: 15 });
});

describe('the layout of a tier', () => {
  function edges(chart: Chart, layout?: PolicyLayout): Tier {
    return new Tier(chart, 'db', { ports: [Port.tcp(5432)], layout }).allowInternally();
  }

  test('is one policy per edge where nobody says otherwise', () => {
    const chart = newChart();
    edges(chart);
    expect(namesOf(chart)).toContain('app/allow-db-internally');
  });

  test('is that of the nearest scope which has one, said before or after', () => {
    const app = Testing.app();
    const [early, late] = ['early', 'late'].map(id => new Chart(app, id, { namespace: id }));
    Tier.useLayout(early, PolicyLayout.PER_TIER);
    edges(early);
    edges(late);
    Tier.useLayout(late, PolicyLayout.PER_TIER);
    expect(namesOf(early).filter(name => name.includes('db'))).toEqual(['early/allow-db', 'late/allow-db']);
    Tier.useLayout(app, PolicyLayout.PER_EDGE);
    expect(namesOf(early).filter(name => name.includes('db'))).toEqual(['early/allow-db', 'late/allow-db']);
    Tier.useLayout(late, PolicyLayout.PER_EDGE);
    expect(namesOf(early).filter(name => name.includes('db'))).toEqual(['early/allow-db', 'late/allow-db-internally', 'late/allow-db-internally-egress']);
  });

  test("is the tier's own where it has one", () => {
    const chart = newChart();
    Tier.useLayout(chart, PolicyLayout.PER_TIER);
    edges(chart, PolicyLayout.PER_EDGE);
    expect(namesOf(chart)).toContain('app/allow-db-internally');
  });
});
