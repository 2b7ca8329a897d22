import { namesOf, newChart, peersOf, portsOf } from './synthesized';
import { LabelExpression, Peer, Port, Tier } from '../../src';

const tcp = (port: number) => ({ protocol: 'TCP', port });
const udp = (port: number) => ({ protocol: 'UDP', port });
const NAME = 'kubernetes.io/metadata.name';

describe('the addresses of a peer', () => {
  test('can be an IPv4 or an IPv6 block', () => {
    expect(peersOf(Peer.cidr('10.0.0.0/8'))).toEqual([{ ipBlock: { cidr: '10.0.0.0/8' } }]);
    expect(peersOf(Peer.cidr('2001:db8::/32'))).toEqual([{ ipBlock: { cidr: '2001:db8::/32' } }]);
    expect(Peer.cidr('10.0.0.0/8').peerName).toBe('10-0-0-0-8');
  });

  test('can exclude smaller blocks, which are written sorted and once each', () => {
    const peer = Peer.cidr('10.0.0.0/8', { excluding: ['10.2.0.0/16', '10.1.0.0/16', '10.2.0.0/16'] });
    expect(peersOf(peer)).toEqual([{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } }]);
    expect(peer.endpointName).toBe('10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16');
    expect(peersOf(Peer.cidr('10.0.0.0/8', { excluding: [] }))).toEqual(peersOf(Peer.cidr('10.0.0.0/8')));
  });

  test.each([
    ['host bits', '10.0.0.1/8', 'Write 10.0.0.0/8'],
    ['no prefix length', '10.0.0.1', 'Write 10.0.0.1/32'],
    ['a prefix length that is too long', '10.0.0.0/33', 'must be a valid CIDR'],
    ['leading zeros', '010.0.0.0/8', 'leading 0s'],
    ['an IPv4 address inside IPv6', '::ffff:10.0.0.0/104', 'IPv4-mapped'],
    ['no address', '10.0.0', 'must be a valid CIDR'],
    ['letters that are no domain name', 'fe80::1', 'Write fe80::1/128'],
    ['a space', 'api example', 'must be a valid CIDR'],
  ])('cannot be a block with %s: the call throws', (_, block, says) => {
    expect(() => Peer.cidr(block)).toThrow(`Peer.cidr('${block}')`);
    expect(() => Peer.cidr(block)).toThrow(says);
    expect(() => Peer.cidr('0.0.0.0/0', { excluding: [block] })).toThrow(says);
  });

  test("Peer.cidr('api.example.com') says that NetworkPolicy has no domain names, and what to use", () => {
    expect(() => Peer.cidr('api.example.com')).toThrow(
      "Peer.cidr('api.example.com'): 'api.example.com' is a domain name, and a NetworkPolicy has no domain names: it sees only addresses. "
      + "Write the blocks of its addresses, such as Peer.cidr('203.0.113.0/24'); if they change, write Peer.publicInternet() with the port of the server, "
      + 'or name the pods of a proxy that knows domain names; some network plugins have policies of their own with domain names.',
    );
  });

  test.each(['1.2.3.4:443', '[2001:db8::1]:443'])('%s is an address with a port, and the fix has both', text => {
    const address = text.includes('[') ? '2001:db8::1' : '1.2.3.4';
    const fix = (form: string) => `'${text}' is an address with a port. Write '${form}', and the port in the call: { ports: [Port.tcp(443)] }.`;
    expect(() => Peer.cidr(text)).toThrow(`Peer.cidr('${text}'): ${fix(text.includes('[') ? `${address}/128` : `${address}/32`)}`);
    expect(() => Peer.nodes([text])).toThrow(fix(address));
    expect(() => Peer.apiServer(text)).toThrow(fix(address));
  });

  test.each(['localhost', 'https://api.example.com/v1', 'api.example.com:443', '*.example.com', 'face.beef', 'API.EXAMPLE.COM', 'münchen.de', '例え.jp'])('%s is a domain name too', name => {
    for (const call of [
      () => Peer.cidr(name), () => Peer.cidr('0.0.0.0/0', { excluding: [name] }), () => Peer.apiServer(name), () => Peer.nodes([name]), () => Peer.nodeLocalDns([name]),
    ]) {
      expect(call).toThrow(`'${name}' is a domain name, and a NetworkPolicy has no domain names`);
    }
  });

  test.each([
    ['outside the block', '10.0.0.0/8', '11.0.0.0/16'],
    ['of the other family', '0.0.0.0/0', '2001:db8::/32'],
    ['of the same size', '10.0.0.0/8', '10.0.0.0/8'],
    ['larger', '10.0.0.0/8', '0.0.0.0/0'],
  ])('cannot exclude a block %s: the call throws', (_, block, excluded) => {
    expect(() => Peer.cidr(block, { excluding: [excluded] }))
      .toThrow(`Peer.cidr('${block}'): the excluded block '${excluded}' is not a smaller block inside ${block}. Exclude only blocks`);
  });

  test('can be all of a family, or all of both', () => {
    expect(peersOf(Peer.anyIpv4())).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }]);
    expect(peersOf(Peer.anyIpv6())).toEqual([{ ipBlock: { cidr: '::/0' } }]);
    expect(peersOf(Peer.anyAddress())).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
  });

  test('can be the public internet, in both families', () => {
    expect(peersOf(Peer.publicInternet())).toMatchObject([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '2000::/3' } }]);
    expect(Peer.publicInternet().peerName).toBe('internet');
  });

  test('together with every pod are written as a rule without peers', () => {
    expect(peersOf(Peer.anything())).toEqual(['everything']);
  });
});

describe('pods by label are', () => {
  const labels = { app: 'web' };
  const podSelector = { matchLabels: labels };

  test('in the namespace of the tier that uses the peer by default', () => {
    expect(peersOf(Peer.pods({ labels }))).toEqual([{ podSelector }]);
    expect(peersOf(Peer.pods({ labels, allNamespaces: false }))).toEqual([{ podSelector }]);
  });

  test('in one namespace: both selectors are in one item, so both must match', () => {
    expect(peersOf(Peer.pods({ labels, namespace: 'edge' }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } }, podSelector }]);
  });

  test('in namespaces by labels and expressions', () => {
    expect(peersOf(Peer.pods({ matchExpressions: [LabelExpression.exists('app')], namespaceLabels: { team: 'a' }, namespaceExpressions: [LabelExpression.doesNotExist('old')] }))).toEqual([{
      namespaceSelector: { matchLabels: { team: 'a' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] },
      podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    }]);
  });

  test('in all namespaces', () => {
    expect(peersOf(Peer.pods({ labels, allNamespaces: true }))).toEqual([{ namespaceSelector: {}, podSelector }]);
  });

  test('named by their labels and namespaces', () => {
    const peers = [{}, { namespace: 'edge' }, { namespaceLabels: { team: 'a' } }, { allNamespaces: true }].map(p => Peer.pods({ labels, ...p }));
    expect(peers.map(p => p.peerName)).toEqual(['pods-app-web', 'pods-app-web-in-edge', 'pods-app-web-in-team-a', 'pods-app-web-in-all-namespaces']);
    expect(new Set(peers.map(p => p.endpointName)).size).toBe(4);
  });

  test('never all pods by accident: a missing or empty selector throws', () => {
    const says = /^Peer\.pods\(\.\.\.\): .*write Peer\.thisNamespace\(\), Peer\.namespace\(\.\.\.\) or Peer\.allNamespaces\(\)/;
    expect(() => Peer.pods({})).toThrow(says);
    expect(() => Peer.pods({ allNamespaces: true })).toThrow(says);
    expect(() => Peer.pods({ labels: {} })).toThrow(says);
    expect(() => Peer.pods({ labels, matchExpressions: [] })).toThrow(says);
  });

  test('never in all namespaces by accident: empty namespace labels throw', () => {
    expect(() => Peer.pods({ labels, namespaceLabels: {} })).toThrow(/namespaceLabels is empty.*write allNamespaces: true/);
    expect(() => Peer.pods({ labels, namespaceExpressions: [] })).toThrow('namespaceExpressions is empty');
  });

  test('in namespaces that are named in one way only, else the call throws', () => {
    for (const both of [
      { namespace: 'a', allNamespaces: true }, { namespace: 'a', namespaceLabels: { team: 'a' } },
      { allNamespaces: true, namespaceExpressions: [LabelExpression.exists('team')] },
    ]) {
      expect(() => Peer.pods({ labels, ...both })).toThrow('namespaces are named in more than one way. Give only one of');
    }
  });

  test('written with valid names and labels, else the call throws', () => {
    expect(() => Peer.pods({ labels, namespace: 'Edge' })).toThrow("'Edge' is not the name of a namespace");
    expect(() => Peer.pods({ labels: { 'a b': 'c' } })).toThrow("the key 'a b'");
  });
});

describe('whole namespaces', () => {
  test('can be the same, a named one, several by label, or all', () => {
    expect(peersOf(Peer.thisNamespace())).toEqual([{ podSelector: {} }]);
    expect(peersOf(Peer.namespace('edge'))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } } }]);
    expect(peersOf(Peer.namespaces({ labels: { team: 'a' } }))).toEqual([{ namespaceSelector: { matchLabels: { team: 'a' } } }]);
    expect(peersOf(Peer.allNamespaces())).toEqual([{ namespaceSelector: {} }]);
  });

  test('cannot be selected by nothing, nor by an invalid name: the call throws', () => {
    expect(() => Peer.namespaces({})).toThrow(/^Peer\.namespaces\(\.\.\.\): neither.*write Peer\.allNamespaces\(\)/);
    expect(() => Peer.namespaces({ labels: {} })).toThrow('labels is empty');
    expect(() => Peer.namespace('Edge')).toThrow("Peer.namespace('Edge')");
  });
});

describe('a part of the platform', () => {
  test('can be cluster DNS, on UDP 53 and TCP 53', () => {
    expect(peersOf(Peer.clusterDns())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }]);
    expect(portsOf(Peer.clusterDns())).toEqual([[tcp(53), udp(53)]]);
    const other = Peer.clusterDns({ namespace: 'openshift-dns', labels: { dns: 'default' }, ports: [Port.udp(5353)] });
    expect(peersOf(other)).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'openshift-dns' } }, podSelector: { matchLabels: { dns: 'default' } } }]);
    expect(portsOf(other)).toEqual([[udp(5353)]]);
    expect(() => Peer.clusterDns({ ports: [] })).toThrow('Peer.clusterDns(...): ports is empty');
    expect(() => Peer.clusterDns({ labels: {} })).toThrow('Peer.clusterDns(...): labels is empty');
  });

  test('can be the API server by its address, on TCP 443 and TCP 6443', () => {
    expect(peersOf(Peer.apiServer('10.0.0.1'))).toEqual([{ ipBlock: { cidr: '10.0.0.1/32' } }]);
    expect(peersOf(Peer.apiServer('fd00::1'))).toEqual([{ ipBlock: { cidr: 'fd00::1/128' } }]);
    expect(peersOf(Peer.apiServer('10.0.0.0/28'))).toEqual([{ ipBlock: { cidr: '10.0.0.0/28' } }]);
    expect(portsOf(Peer.apiServer('10.0.0.1'))).toEqual([[tcp(443), tcp(6443)]]);
    expect(portsOf(Peer.apiServer('10.0.0.1', { ports: [Port.tcp(8443)] }))).toEqual([[tcp(8443)]]);
    expect(() => Peer.apiServer('kubernetes.default')).toThrow("Peer.apiServer('kubernetes.default')");
    expect(() => Peer.apiServer('10.0.0.1', { ports: [] })).toThrow('ports is empty');
  });

  test('can be nodes by their addresses and blocks, which are written sorted and once each', () => {
    expect(peersOf(Peer.nodes(['172.18.0.0/16', '10.1.0.4', 'fd00::4', '10.1.0.4']))).toEqual([
      { ipBlock: { cidr: '10.1.0.4/32' } }, { ipBlock: { cidr: '172.18.0.0/16' } }, { ipBlock: { cidr: 'fd00::4/128' } },
    ]);
    expect(Peer.nodes(['172.18.0.0/16', '10.1.0.4', 'fd00::4'])).toMatchObject({ peerName: 'nodes', endpointName: 'nodes 10.1.0.4, 172.18.0.0/16, fd00::4' });
    expect(() => Peer.nodes([])).toThrow("Peer.nodes([...]): the list of addresses is empty. Name their addresses: Peer.nodes(['10.240.0.0/16']).");
    expect(() => Peer.nodes(['node-1'])).toThrow("Peer.nodes([...]): 'node-1' is a domain name, and a NetworkPolicy has no domain names: it sees only addresses. Write its address, such as '10.0.0.1', or a block");
  });

  test('can be the callers of webhooks: the API server, the agents of Konnectivity, or both', () => {
    const agents = { namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'konnectivity-agent' } } };
    const server = { ipBlock: { cidr: '172.18.0.2/32' } };
    expect(peersOf(Peer.webhookCallers({ addresses: ['172.18.0.2'] }))).toEqual([server]);
    expect(peersOf(Peer.webhookCallers({ konnectivity: true }))).toEqual([agents]);
    const both = Peer.webhookCallers({ addresses: ['172.18.0.2'], konnectivity: true });
    expect(peersOf(both)).toEqual([server, agents]);
    expect(both).toMatchObject({ peerName: 'webhook-callers', endpointName: 'callers of webhooks (the API server at 172.18.0.2 and the agents of Konnectivity)' });
    expect(Peer.webhookCallers({ konnectivity: true }).endpointName).toBe('callers of webhooks (the agents of Konnectivity)');
    for (const options of [{}, { konnectivity: false }]) {
      expect(() => Peer.webhookCallers(options)).toThrow('Peer.webhookCallers(...): neither addresses nor konnectivity are given. Write { addresses:');
    }
    expect(() => Peer.webhookCallers({ addresses: [], konnectivity: true })).toThrow('the list of addresses is empty');
  });

  test('can be NodeLocal DNSCache, on UDP 53 and TCP 53', () => {
    expect(peersOf(Peer.nodeLocalDns())).toEqual([{ ipBlock: { cidr: '169.254.20.10/32' } }]);
    expect(portsOf(Peer.nodeLocalDns())).toEqual([[tcp(53), udp(53)]]);
    expect(peersOf(Peer.nodeLocalDns(['169.254.25.10', '10.96.0.10']))).toEqual([{ ipBlock: { cidr: '10.96.0.10/32' } }, { ipBlock: { cidr: '169.254.25.10/32' } }]);
    expect(Peer.nodeLocalDns().endpointName).toBe('NodeLocal DNSCache at 169.254.20.10');
    expect(() => Peer.nodeLocalDns([])).toThrow('Peer.nodeLocalDns([...]): the list of addresses is empty. Name its addresses, or leave the list out');
  });

  test('can be the Ingress controller or Prometheus: all pods of a namespace, or those with some labels', () => {
    expect(peersOf(Peer.ingressController())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'ingress-nginx' } } }]);
    expect(peersOf(Peer.prometheus())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'monitoring' } } }]);
    const podSelector = { matchLabels: { app: 'x' } };
    expect(peersOf(Peer.ingressController({ namespace: 'edge', labels: { app: 'x' } }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } }, podSelector }]);
    expect(peersOf(Peer.prometheus({ labels: { app: 'x' } }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'monitoring' } }, podSelector }]);
    expect(() => Peer.prometheus({ namespace: 'A' })).toThrow("'A' is not the name of a namespace");
  });
});

describe('Peer.anyOf', () => {
  test('has a name that does not depend on the order of its members', () => {
    const tier = new Tier(newChart(), 'web');
    const [one, other] = [[tier, Peer.anyIpv4()], [Peer.anyIpv4(), tier]].map(peers => Peer.anyOf(peers));
    expect(one.peerName).toBe('any-ipv4-or-web');
    expect(other.peerName).toBe(one.peerName);
    expect(other.endpointName).toBe(one.endpointName);
  });

  test('can contain another Peer.anyOf', () => {
    expect(peersOf(Peer.anyOf([Peer.thisNamespace(), Peer.anyOf([Peer.anyIpv4(), Peer.anyIpv6()])]))).toHaveLength(3);
  });

  test('throws if the list is empty', () => {
    expect(() => Peer.anyOf([])).toThrow(/^Peer\.anyOf\(\[\]\): the list is empty.*Peer\.anything\(\)/);
  });

  test('throws if a member is neither a tier nor a peer', () => {
    for (const other of [undefined, 'db', { peerName: 'a', endpointName: 'a' }]) {
      expect(() => Peer.anyOf([other as any])).toThrow('Peer.anyOf(...): peers[0] must be a Tier, a Peer or a workload, not ');
    }
  });
});

describe('Peer.named', () => {
  test('changes the name in policies and messages, and nothing else', () => {
    const dns = Peer.clusterDns();
    const named = dns.named('Our DNS');
    expect([named.peerName, named.endpointName]).toEqual(['our-dns', 'Our DNS']);
    expect(peersOf(named)).toEqual(peersOf(dns));
    expect(portsOf(named)).toEqual(portsOf(dns));
    expect(dns.peerName).toBe('cluster-dns');
  });

  test('does not change the names of the members of Peer.anyOf', () => {
    const group = Peer.anyOf([Peer.anyIpv4(), Peer.anyIpv6()]).named('world');
    expect(group.peerName).toBe('world');
    const chart = newChart();
    new Tier(chart, 'web', { ports: [Port.tcp(80)] }).allowFrom(group);
    expect(namesOf(chart)).toEqual(expect.arrayContaining(['app/allow-any-ipv4-to-web', 'app/allow-any-ipv6-to-web']));
  });

  test('throws if the name has no letter or digit', () => {
    expect(() => Peer.anyIpv4().named('--')).toThrow("Peer.named('--')");
  });
});
