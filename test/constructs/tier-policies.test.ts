import { namesOf, newChart, policyOf } from './synthesized';
import { DefaultDeny, Peer, PolicyLayout, Port, Tier } from '../../src';

test('each policy is a child of the tier whose pods it selects', () => {
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

test('one policy per tier has all of its edges, and no direction that has none', () => {
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

test('rules are in the same order whatever the order of calls', () => {
  const peers = [Peer.prometheus(), Peer.ingressController(), Peer.anyIpv4()];
  const spec = (order: Peer[]) => {
    const chart = newChart();
    const api = new Tier(chart, 'api', { ports: [Port.tcp(8080)], layout: PolicyLayout.PER_TIER });
    for (const peer of order) { api.allowFrom(peer); }
    return policyOf(chart, 'allow-api').spec;
  };
  expect(spec([...peers].reverse())).toEqual(spec(peers));
});

test('where a direction is left open for the namespace, one policy per tier leaves it out', () => {
  const chart = newChart();
  const api = new Tier(chart, 'api', { ports: [Port.tcp(8080)], layout: PolicyLayout.PER_TIER });
  api.allowFrom(Peer.prometheus()).allowTo(Peer.anyIpv4(), { ports: [Port.tcp(443)] });
  new DefaultDeny(chart, 'deny', { egress: false });
  const { spec } = policyOf(chart, 'allow-api');
  expect(spec.policyTypes).toEqual(['Ingress']);
  expect(spec).not.toHaveProperty('egress');
});
