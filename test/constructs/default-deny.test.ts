import { App } from 'cdk8s';
import { chartIn, connectionsOf, namesOf, newChart, pod, policiesOf, policyOf } from './synthesized';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

const DNS_CLAUSE = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};

describe('by itself', () => {
  test('each namespace that holds a tier gets a deny and an allowance for DNS, once', () => {
    const chart = newChart('app');
    new Tier(chart, 'a');
    new Tier(chart, 'b');
    new Tier(chart, 'c', { namespace: 'other' });
    new Tier(chartIn(chart.node.root as App, 'second', 'app'), 'd');
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/default-deny-all', 'other/allow-dns', 'other/default-deny-all']);
  });

  test('it is what the Kubernetes documentation has for denying everything', () => {
    const chart = newChart();
    new Tier(chart, 'a');
    expect(policyOf(chart, 'default-deny-all').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test("DNS is let through to the cluster's servers on both protocols", () => {
    const chart = newChart();
    new Tier(chart, 'a');
    expect(policyOf(chart, 'allow-dns').spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [DNS_CLAUSE], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] }],
    });
  });

  test('a namespace that is not named gets one, too', () => {
    const chart = chartIn(new App(), 'shop');
    new Tier(chart, 'a');
    expect(namesOf(chart)).toEqual(['/allow-dns', '/default-deny-all']);
  });

  test('a name that is taken by hand is left to its object', () => {
    const chart = newChart();
    new Tier(chart, 'a');
    const [before] = Object.values(policiesOf(chart)).filter(p => p.metadata.name === 'default-deny-all');
    new Tier(chartIn(chart.node.root as App, 'x', 'default'), 'a');
    new Tier(chartIn(chart.node.root as App, 'y'), 'a');
    const denies = Object.keys(policiesOf(chart)).filter(name => name.includes('default-deny'));
    // A namespace that is not named may turn out to be the default one.
    expect(denies).toEqual([
      `app/${before.metadata.name}`,
      expect.stringMatching(/^default\/default-deny-all-[0-9a-f]{8}$/),
      expect.stringMatching(/^\/default-deny-all-[0-9a-f]{8}$/),
    ]);
  });
});

describe.each(['before', 'after'])('configured %s the first tier', when => {
  function configured(configure: (chart: ReturnType<typeof newChart>) => void) {
    const chart = newChart();
    if (when === 'before') { configure(chart); }
    const web = new Tier(chart, 'web');
    new Tier(chart, 'db', { ports: [Port.tcp(5432)] }).allowFrom(web);
    if (when === 'after') { configure(chart); }
    return chart;
  }

  test('it takes the place of the one that is made by itself', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { dns: false }));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress', 'app/default-deny-all']);
  });

  test('where egress stays open, no policy isolates a pod for egress', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { egress: false }));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/default-deny-ingress']);
    expect(policyOf(chart, 'default-deny-ingress').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  });

  test('where ingress stays open, no policy isolates a pod for ingress', () => {
    const chart = configured(c => new DefaultDeny(c, 'deny', { ingress: false }));
    expect(namesOf(chart)).toEqual(['app/allow-dns', 'app/allow-web-to-db-egress', 'app/default-deny-egress']);
    expect(policyOf(chart, 'default-deny-egress').spec).toEqual({ podSelector: {}, policyTypes: ['Egress'] });
  });

  test('turned off by name, neither deny nor DNS is made, and both halves of the edges are', () => {
    const chart = configured(c => DefaultDeny.turnOff(c, 'off'));
    expect(namesOf(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress']);
  });

  test('for another namespace it changes nothing here', () => {
    const chart = configured(c => {
      new DefaultDeny(c, 'deny', { namespace: 'other', egress: false });
      DefaultDeny.turnOff(c, 'off', { namespace: 'third' });
    });
    expect(namesOf(chart)).toEqual([
      'app/allow-dns', 'app/allow-web-to-db', 'app/allow-web-to-db-egress', 'app/default-deny-all', 'other/default-deny-ingress',
    ]);
  });
});

describe('DNS servers', () => {
  test('are reached on their own ports, else on 53', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.cidr('169.254.20.10/32'), Peer.clusterDns({ ports: [Port.udp(5353)] })] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] },
      { to: [DNS_CLAUSE], ports: [{ protocol: 'UDP', port: 5353 }] },
    ]);
  });

  test('are in a stable order, each once', () => {
    const egress = (servers: Peer[]) => {
      const chart = newChart();
      new DefaultDeny(chart, 'deny', { dnsServers: servers });
      return policyOf(chart, 'allow-dns').spec.egress;
    };
    const [a, b] = [Peer.clusterDns(), Peer.cidr('10.0.0.10/32')];
    expect(egress([b, a, b])).toEqual(egress([a, b]));
    expect(egress([b, a, b])).toHaveLength(2);
  });

  test('may be anywhere', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.anything()] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([{ ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] }]);
  });

  test('may be reached on all ports, where somebody says so', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'deny', { dnsServers: [Peer.clusterDns({ ports: [Port.all()] })] });
    expect(policyOf(chart, 'allow-dns').spec.egress).toEqual([{ to: [DNS_CLAUSE] }]);
  });

  test('that are none, or contradict the rest, are an error', () => {
    const chart = newChart();
    expect(() => new DefaultDeny(chart, 'a', { dnsServers: [] })).toThrow('shop/a: dnsServers: the list is empty. Instead, name at least one Peer, or write dns: false.');
    expect(() => new DefaultDeny(chart, 'b', { dnsServers: [Peer.clusterDns()], dns: false })).toThrow('dns is false');
    expect(() => new DefaultDeny(chart, 'c', { dnsServers: [Peer.clusterDns()], egress: false })).toThrow('egress is false');
  });

  test('that are a tier are an error, since the tier would not let them in', () => {
    const chart = newChart();
    expect(() => new DefaultDeny(chart, 'a', { dnsServers: [Peer.anyOf([new Tier(chart, 'dns')])] }))
      .toThrow(/^shop\/a: dnsServers: shop\/dns is a tier.*Peer\.pods/);
  });
});

describe('errors', () => {
  test('two for one namespace name both', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'one');
    expect(() => new DefaultDeny(chart, 'two')).toThrow('shop/two: namespace app has a DefaultDeny already, at shop/one. Instead, write one of the two');
    expect(() => DefaultDeny.turnOff(chart, 'off')).toThrow('has a DefaultDeny already, at shop/one');
    const nameless = chartIn(new App(), 'shop');
    DefaultDeny.turnOff(nameless, 'one');
    expect(() => new DefaultDeny(nameless, 'two')).toThrow('the namespace that is not named has a DefaultDeny already, at shop/one');
  });

  test('one that was taken out of the tree does not count', () => {
    const chart = newChart();
    new DefaultDeny(chart, 'one');
    chart.node.tryRemoveChild('one');
    new DefaultDeny(chart, 'two', { egress: false });
    expect(namesOf(chart)).toEqual(['app/default-deny-ingress']);
  });

  test('denying nothing has a name of its own', () => {
    expect(() => new DefaultDeny(newChart(), 'deny', { ingress: false, egress: false }))
      .toThrow("shop/deny: ingress: false and egress: false deny nothing. Instead, write DefaultDeny.turnOff(scope, 'deny') to turn it off by name.");
  });

  test('a namespace that can not be', () => {
    expect(() => new DefaultDeny(newChart(), 'deny', { namespace: 'No' })).toThrow("shop/deny: 'No' is no name of a namespace");
  });
});

test('pods of the namespace that no tier describes reach nothing but DNS', () => {
  const chart = newChart();
  new Tier(chart, 'web');
  pod(chart, 'stranger', {});
  pod(chart, 'dns', { 'k8s-app': 'kube-dns' }, 'kube-system');
  expect(connectionsOf(chart)).toEqual([
    '0.0.0.0-255.255.255.255[External] -> kube-system/dns[Pod]: All Connections',
    'app/stranger[Pod] -> kube-system/dns[Pod]: TCP 53,UDP 53',
    'kube-system/dns[Pod] -> 0.0.0.0-255.255.255.255[External]: All Connections',
  ]);
});
