import { App } from 'cdk8s';
import * as k from 'cdk8s-plus-34';
import { chartIn, connectionsOf, deployment, namesOf, newChart, pod, policiesOf, policyOf } from './synthesized';
import { DefaultDeny, DefaultDenyProps, Peer, Port, Tier } from '../../src';

const DNS_CLAUSE = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};

describe('the default deny that the first tier of a namespace makes', () => {
  test('is made once for each namespace with a tier, together with a policy for DNS', () => {
    const chart = newChart('app');
    new Tier(chart, 'a');
    new Tier(chart, 'b');
    new Tier(chart, 'c', { namespace: 'other' });
    new Tier(chartIn(chart.node.root as App, 'second', 'app'), 'd');
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/default-deny-all', 'other/allow-dns', 'other/default-deny-all']);
  });

  test('is the "deny all" policy of the Kubernetes documentation', () => {
    const chart = newChart();
    new Tier(chart, 'a');
    expect(policyOf(chart, 'default-deny-all').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('allows DNS on UDP and TCP 53 to kube-dns', () => {
    const chart = newChart();
    new Tier(chart, 'a');
    expect(policyOf(chart, 'allow-dns').spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [DNS_CLAUSE], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] }],
    });
  });

  test('is also made for a namespace without a name', () => {
    const chart = chartIn(new App(), 'shop');
    new Tier(chart, 'a');
    expect(namesOf(chart)).toEqual(['/allow-dns', '/default-deny-all']);
  });

  test('gets a hash in its name if the namespace without a name could be the default one', () => {
    const chart = newChart();
    new Tier(chart, 'a');
    const [before] = Object.values(policiesOf(chart)).filter(p => p.metadata.name === 'default-deny-all');
    new Tier(chartIn(chart.node.root as App, 'x', 'default'), 'a');
    new Tier(chartIn(chart.node.root as App, 'y'), 'a');
    const denies = Object.keys(policiesOf(chart)).filter(name => name.includes('default-deny'));
    // kubectl applies an object without a namespace to that of its context, which is `default` by default.
    expect(denies).toEqual([
      `app/${before.metadata.name}`,
      expect.stringMatching(/^default\/default-deny-all-[0-9a-f]{8}$/),
      expect.stringMatching(/^\/default-deny-all-[0-9a-f]{8}$/),
    ]);
  });
});

describe.each(['before', 'after'])('a DefaultDeny that is made %s the first tier', when => {
  function configured(configure: (chart: ReturnType<typeof newChart>) => void) {
    const chart = newChart();
    if (when === 'before') { configure(chart); }
    const web = new Tier(chart, 'web');
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(web);
    if (when === 'after') { configure(chart); }
    return chart;
  }

  test('replaces the automatic one', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { dns: false }));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress', 'app/default-deny-all']);
  });

  test('with egress: false leaves no policy that isolates a pod for egress', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { egress: false }));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/default-deny-ingress']);
    expect(policyOf(chart, 'default-deny-ingress').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  });

  test('with ingress: false leaves no policy that isolates a pod for ingress', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { ingress: false }));
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/allow-web-to-db-egress', 'app/default-deny-egress']);
    expect(policyOf(chart, 'default-deny-egress').spec).toEqual({ podSelector: {}, policyTypes: ['Egress'] });
  });

  test('and turned off leaves only the policies of the edges, in both directions', () => {
    const chart = configured(c => DefaultDeny.turnOff(c, 'off'));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress']);
  });

  test('for another namespace changes nothing in this one', () => {
    const chart = configured(c => {
      new DefaultDeny(c, 'deny', { namespace: 'other', egress: false });
      DefaultDeny.turnOff(c, 'off', { namespace: 'third' });
    });
    expect(namesOf(chart)).toEqual([
      'app/allow-dns', 'app/allow-web-to-db', 'app/allow-web-to-db-egress', 'app/default-deny-all', 'other/default-deny-ingress',
    ]);
  });
});

describe('the DNS servers of a DefaultDeny', () => {
  test('are reached on their own ports, or if they have none, on port 53', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.cidr('169.254.20.10/32'), Peer.clusterDns({ ports: [Port.udp(5353)] })] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] },
      { to: [DNS_CLAUSE], ports: [{ protocol: 'UDP', port: 5353 }] },
    ]);
  });

  test('are written once each, in an order that does not depend on the list', () => {
    const egress = (servers: Peer[]) => {
      const chart = newChart();
      new DefaultDeny(chart, 'deny', { dnsServers: servers });
      return policyOf(chart, 'allow-dns').spec.egress;
    };
    const [a, b] = [Peer.clusterDns(), Peer.cidr('10.0.0.10/32')];
    expect(egress([b, a, b])).toEqual(egress([a, b]));
    expect(egress([b, a, b])).toHaveLength(2);
  });

  test('can be anything', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.anything()] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([{ ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] }]);
  });

  test('can be reached on every port by Port.all()', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.clusterDns({ ports: [Port.all()] })] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([{ to: [DNS_CLAUSE] }]);
  });

  test('cannot be an empty list, nor be given with dns: false or egress: false: the constructor throws', () => {
    const chart = newChart();
    expect(() => new DefaultDeny(chart, 'a', { dnsServers: [] })).toThrow('shop/a: dnsServers: the list is empty. Name at least one Peer, or write dns: false.');
    expect(() => new DefaultDeny(chart, 'b', { dnsServers: [Peer.clusterDns()], dns: false })).toThrow('dns is false');
    expect(() => new DefaultDeny(chart, 'c', { dnsServers: [Peer.clusterDns()], egress: false })).toThrow('egress is false');
  });

  test('cannot be a tier or a workload, whose ingress would not be allowed: the constructor throws', () => {
    const chart = newChart();
    expect(() => new DefaultDeny(chart, 'a', { dnsServers: [Peer.anyOf([new Tier(chart, 'dns')])] }))
      .toThrow(/^shop\/a: dnsServers: any of: shop\/dns is a tier or a workload, and its ingress would not be allowed.*Peer\.pods/);
    expect(() => new DefaultDeny(chart, 'b', { dnsServers: [deployment(chart, 'server')] })).toThrow('shop/b: dnsServers: shop/server is a tier or a workload');
  });

  test('can be a peer of another library, as for an edge', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [k.Pods.select(chart, 'servers', { labels: { app: 'dns' } })] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toMatchObject([{ to: [{ podSelector: { matchLabels: { app: 'dns' } } }] }]);
  });

  test('can include NodeLocal DNSCache at 169.254.20.10', () => {
    const cache = { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] };
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { nodeLocalDns: true });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([cache, { to: [DNS_CLAUSE], ports: cache.ports }]);
    const both = newChart();
    new DefaultDeny(both, 'deny', { nodeLocalDns: true, dnsServers: [Peer.cidr('10.0.0.53/32')] });
    expect(policyOf(both, 'allow-dns').spec.egress).toEqual([{ ...cache, to: [{ ipBlock: { cidr: '10.0.0.53/32' } }] }, cache]);
  });

  test('cannot include NodeLocal DNSCache with dns: false or egress: false: the constructor throws', () => {
    const chart = newChart();
    expect(() => new DefaultDeny(chart, 'a', { nodeLocalDns: true, dns: false })).toThrow('shop/a: nodeLocalDns: it is true, but dns is false. Leave one of the two out.');
    expect(() => new DefaultDeny(chart, 'b', { nodeLocalDns: true, egress: false })).toThrow('shop/b: nodeLocalDns: it is true, but egress is false');
    new DefaultDeny(chart, 'c', { nodeLocalDns: false, dns: false });
  });
});

describe('scrapedBy of a DefaultDeny', () => {
  test('lets a peer reach the port named metrics of every pod of the namespace', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { scrapedBy: [Peer.prometheus()] });
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/allow-prometheus-to-all-pods', 'app/default-deny-all']);
    expect(policyOf(chart, 'allow-prometheus-to-all-pods').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ protocol: 'TCP', port: 'metrics' }] }],
    });
  });

  test('also opens the egress of a tier or a workload of the app', () => {
    const chart = newChart();
    const server = new Tier(chart, 'server', { namespace: 'monitoring' });
    const agent = deployment(chart, 'agent');
    new DefaultDeny(chart, 'deny', { scrapedBy: [server, agent], scrapePorts: [Port.tcp(9090), Port.tcp(9091)] });
    const [ours, theirs] = ['allow-server-to-all-pods', 'allow-server-to-all-pods-egress'].map(name => policyOf(chart, name));
    const ports = [{ protocol: 'TCP', port: 9090 }, { protocol: 'TCP', port: 9091 }];
    expect([ours.metadata.namespace, ours.spec.ingress![0].ports]).toEqual(['app', ports]);
    expect([theirs.metadata.namespace, theirs.spec.egress]).toEqual(['monitoring', [
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'app' } }, podSelector: {} }], ports },
    ]]);
    expect(policyOf(chart, 'allow-agent-to-all-pods-egress').spec.egress).toEqual([{ to: [{ podSelector: {} }], ports }]);
  });

  test.each<[string, DefaultDenyProps, string]>([
    ['an empty list', { scrapedBy: [] }, 'shop/deny: scrapedBy: the list is empty. Name at least one peer, such as Peer.prometheus()'],
    ['an empty list of ports', { scrapedBy: [Peer.prometheus()], scrapePorts: [] }, 'shop/deny: scrapePorts: ports is empty'],
    ['ports alone', { scrapePorts: [Port.tcp(9090)] }, 'shop/deny: scrapePorts: ports are given, but nothing that may reach them. Write scrapedBy'],
    ['ingress: false', { scrapedBy: [Peer.prometheus()], ingress: false }, 'shop/deny: scrapedBy: peers are given, but ingress is false'],
    ['what is no peer', { scrapedBy: [undefined as any] }, 'shop/deny: new DefaultDeny(...): scrapedBy[0] must be a Tier, a Peer or a workload, not undefined'],
  ])('with %s throws', (_, props, message) => {
    expect(() => new DefaultDeny(newChart(), 'deny', props)).toThrow(message);
  });
});

describe('the constructor of DefaultDeny', () => {
  test('throws if the namespace already has a DefaultDeny, and names both', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'one');
    expect(() => new DefaultDeny(chart, 'two')).toThrow('shop/two: namespace app already has a DefaultDeny, at shop/one. Remove one of the two.');
    expect(() => DefaultDeny.turnOff(chart, 'off')).toThrow('already has a DefaultDeny, at shop/one');
    const nameless = chartIn(new App(), 'shop');
    DefaultDeny.turnOff(nameless, 'one');
    expect(() => new DefaultDeny(nameless, 'two')).toThrow('the namespace without a name already has a DefaultDeny, at shop/one');
  });

  test('does not count a DefaultDeny that was removed from the tree', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'one');
    chart.node.tryRemoveChild('one');
    new DefaultDeny(chart, 'two', { egress: false });
    expect(namesOf(chart)).toEqual(['app/default-deny-ingress']);
  });

  test('throws if it would deny nothing', () => {
    expect(() => new DefaultDeny(newChart(), 'deny', { ingress: false, egress: false }))
      .toThrow("shop/deny: ingress: false and egress: false deny nothing. Write DefaultDeny.turnOff(scope, 'deny') to turn the default deny off.");
  });

  test('throws if no namespace can have the name', () => {
    expect(() => new DefaultDeny(newChart(), 'deny', { namespace: 'No' })).toThrow("shop/deny: 'No' is not the name of a namespace");
  });
});

test('pods without a tier, in a namespace with tiers, reach only DNS', () => {
  const chart = newChart();
  new Tier(chart, 'web');
  pod(chart, 'other', {});
  pod(chart, 'dns', { 'k8s-app': 'kube-dns' }, 'kube-system');
  expect(connectionsOf(chart)).toEqual([
    '0.0.0.0-255.255.255.255[External] -> kube-system/dns[Pod]: All Connections',
    'app/other[Pod] -> kube-system/dns[Pod]: TCP 53,UDP 53',
    'kube-system/dns[Pod] -> 0.0.0.0-255.255.255.255[External]: All Connections',
  ]);
});
