import { newChart } from './synthesized';
import { LabelExpression, Peer, Port, Tier } from '../../src';

const clausesOf = (peer: Peer) => peer._parties().flatMap((p): unknown[] => [...p.clauses('app') ?? ['everything']]);
const portsOf = (peer: Peer) => peer._parties().map(p => p.ports()?.map(String));
const NAME = 'kubernetes.io/metadata.name';

describe('addresses', () => {
  test('a block, IPv4 or IPv6', () => {
    expect(clausesOf(Peer.cidr('10.0.0.0/8'))).toEqual([{ ipBlock: { cidr: '10.0.0.0/8' } }]);
    expect(clausesOf(Peer.cidr('2001:db8::/32'))).toEqual([{ ipBlock: { cidr: '2001:db8::/32' } }]);
    expect(Peer.cidr('10.0.0.0/8').peerName).toBe('10-0-0-0-8');
  });

  test('a block without smaller ones inside it, in a stable order', () => {
    const peer = Peer.cidr('10.0.0.0/8', { excluding: ['10.2.0.0/16', '10.1.0.0/16', '10.2.0.0/16'] });
    expect(clausesOf(peer)).toEqual([{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } }]);
    expect(peer.endpointName).toBe('10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16');
    expect(clausesOf(Peer.cidr('10.0.0.0/8', { excluding: [] }))).toEqual(clausesOf(Peer.cidr('10.0.0.0/8')));
  });

  test.each([
    ['host bits', '10.0.0.1/8', 'write 10.0.0.0/8'],
    ['no prefix', '10.0.0.1', 'write 10.0.0.1/32'],
    ['too long a prefix', '10.0.0.0/33', 'must be a valid CIDR'],
    ['leading zeros', '010.0.0.0/8', 'leading 0s'],
    ['IPv4 in IPv6', '::ffff:10.0.0.0/104', 'IPv4-mapped'],
    ['no address', 'example.com', 'must be a valid CIDR'],
  ])('%s is an error at the call', (_, block, says) => {
    expect(() => Peer.cidr(block)).toThrow(`Peer.cidr('${block}')`);
    expect(() => Peer.cidr(block)).toThrow(says);
    expect(() => Peer.cidr('0.0.0.0/0', { excluding: [block] })).toThrow(says);
  });

  test.each([
    ['outside the block', '10.0.0.0/8', '11.0.0.0/16'],
    ['of the other family', '0.0.0.0/0', '2001:db8::/32'],
    ['of the same size', '10.0.0.0/8', '10.0.0.0/8'],
    ['larger', '10.0.0.0/8', '0.0.0.0/0'],
  ])('leaving out a block %s is an error', (_, block, excluded) => {
    expect(() => Peer.cidr(block, { excluding: [excluded] }))
      .toThrow(`Peer.cidr('${block}'): excluding '${excluded}' is not a smaller block inside ${block}. Instead, leave out only`);
  });

  test('any of a family, and any at all', () => {
    expect(clausesOf(Peer.anyIpv4())).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }]);
    expect(clausesOf(Peer.anyIpv6())).toEqual([{ ipBlock: { cidr: '::/0' } }]);
    expect(clausesOf(Peer.anyAddress())).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
  });

  test('the public internet, both families', () => {
    expect(clausesOf(Peer.publicInternet())).toMatchObject([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '2000::/3' } }]);
    expect(Peer.publicInternet().peerName).toBe('internet');
  });

  test('anything is no clause at all', () => {
    expect(clausesOf(Peer.anything())).toEqual(['everything']);
  });
});

describe('pods by label', () => {
  const labels = { app: 'web' };
  const podSelector = { matchLabels: labels };

  test('of the namespace of the tier that uses the peer, where nothing is said', () => {
    expect(clausesOf(Peer.pods({ labels }))).toEqual([{ podSelector }]);
    expect(clausesOf(Peer.pods({ labels, allNamespaces: false }))).toEqual([{ podSelector }]);
  });

  test('of one namespace: both selectors in one item, which is AND', () => {
    expect(clausesOf(Peer.pods({ labels, namespace: 'edge' }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } }, podSelector }]);
  });

  test('of namespaces by label and by expression', () => {
    expect(clausesOf(Peer.pods({ matchExpressions: [LabelExpression.exists('app')], namespaceLabels: { team: 'a' }, namespaceExpressions: [LabelExpression.doesNotExist('old')] }))).toEqual([{
      namespaceSelector: { matchLabels: { team: 'a' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] },
      podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    }]);
  });

  test('of all namespaces', () => {
    expect(clausesOf(Peer.pods({ labels, allNamespaces: true }))).toEqual([{ namespaceSelector: {}, podSelector }]);
  });

  test('the four have four names and four titles', () => {
    const peers = [{}, { namespace: 'edge' }, { namespaceLabels: { team: 'a' } }, { allNamespaces: true }].map(p => Peer.pods({ labels, ...p }));
    expect(peers.map(p => p.peerName)).toEqual(['pods-app-web', 'pods-app-web-in-edge', 'pods-app-web-in-team-a', 'pods-app-web-in-all-namespaces']);
    expect(new Set(peers.map(p => p.endpointName)).size).toBe(4);
  });

  test('no selector would be all pods: an error that says how to say so', () => {
    const says = /^Peer\.pods\(\.\.\.\): .*write Peer\.thisNamespace\(\), Peer\.namespace\(\.\.\.\) or Peer\.allNamespaces\(\)/;
    expect(() => Peer.pods({})).toThrow(says);
    expect(() => Peer.pods({ allNamespaces: true })).toThrow(says);
    expect(() => Peer.pods({ labels: {} })).toThrow(says);
    expect(() => Peer.pods({ labels, matchExpressions: [] })).toThrow(says);
  });

  test('empty namespace labels are an error', () => {
    expect(() => Peer.pods({ labels, namespaceLabels: {} })).toThrow(/namespaceLabels is empty.*write allNamespaces: true/);
    expect(() => Peer.pods({ labels, namespaceExpressions: [] })).toThrow('namespaceExpressions is empty');
  });

  test('two kinds of namespaces are an error', () => {
    for (const both of [
      { namespace: 'a', allNamespaces: true }, { namespace: 'a', namespaceLabels: { team: 'a' } },
      { allNamespaces: true, namespaceExpressions: [LabelExpression.exists('team')] },
    ]) {
      expect(() => Peer.pods({ labels, ...both })).toThrow('say different things. Instead, give one of them');
    }
  });

  test('a bad namespace or label is an error', () => {
    expect(() => Peer.pods({ labels, namespace: 'Edge' })).toThrow("'Edge' is no name of a namespace");
    expect(() => Peer.pods({ labels: { 'a b': 'c' } })).toThrow("the key 'a b'");
  });
});

describe('whole namespaces', () => {
  test('this one, one, several, all', () => {
    expect(clausesOf(Peer.thisNamespace())).toEqual([{ podSelector: {} }]);
    expect(clausesOf(Peer.namespace('edge'))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } } }]);
    expect(clausesOf(Peer.namespaces({ labels: { team: 'a' } }))).toEqual([{ namespaceSelector: { matchLabels: { team: 'a' } } }]);
    expect(clausesOf(Peer.allNamespaces())).toEqual([{ namespaceSelector: {} }]);
  });

  test('several without a word of which is an error', () => {
    expect(() => Peer.namespaces({})).toThrow(/^Peer\.namespaces\(\.\.\.\): neither.*write Peer\.allNamespaces\(\)/);
    expect(() => Peer.namespaces({ labels: {} })).toThrow('labels is empty');
    expect(() => Peer.namespace('Edge')).toThrow("Peer.namespace('Edge')");
  });
});

describe('parts of the platform', () => {
  test('cluster DNS has ports of its own: UDP 53 and TCP 53', () => {
    expect(clausesOf(Peer.clusterDns())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }]);
    expect(portsOf(Peer.clusterDns())).toEqual([['UDP 53', 'TCP 53']]);
    const other = Peer.clusterDns({ namespace: 'openshift-dns', labels: { dns: 'default' }, ports: [Port.udp(5353)] });
    expect(clausesOf(other)).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'openshift-dns' } }, podSelector: { matchLabels: { dns: 'default' } } }]);
    expect(portsOf(other)).toEqual([['UDP 5353']]);
    expect(() => Peer.clusterDns({ ports: [] })).toThrow('Peer.clusterDns(...): ports is empty');
    expect(() => Peer.clusterDns({ labels: {} })).toThrow('Peer.clusterDns(...): labels is empty');
  });

  test('the API server is an address with ports of its own', () => {
    expect(clausesOf(Peer.apiServer('10.0.0.1'))).toEqual([{ ipBlock: { cidr: '10.0.0.1/32' } }]);
    expect(clausesOf(Peer.apiServer('fd00::1'))).toEqual([{ ipBlock: { cidr: 'fd00::1/128' } }]);
    expect(clausesOf(Peer.apiServer('10.0.0.0/28'))).toEqual([{ ipBlock: { cidr: '10.0.0.0/28' } }]);
    expect(portsOf(Peer.apiServer('10.0.0.1'))).toEqual([['TCP 443', 'TCP 6443']]);
    expect(portsOf(Peer.apiServer('10.0.0.1', { ports: [Port.tcp(8443)] }))).toEqual([['TCP 8443']]);
    expect(() => Peer.apiServer('kubernetes.default')).toThrow("Peer.apiServer('kubernetes.default')");
    expect(() => Peer.apiServer('10.0.0.1', { ports: [] })).toThrow('ports is empty');
  });

  test('an Ingress controller and Prometheus are all pods of their namespaces, or some', () => {
    expect(clausesOf(Peer.ingressController())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'ingress-nginx' } } }]);
    expect(clausesOf(Peer.prometheus())).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'monitoring' } } }]);
    const podSelector = { matchLabels: { app: 'x' } };
    expect(clausesOf(Peer.ingressController({ namespace: 'edge', labels: { app: 'x' } }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'edge' } }, podSelector }]);
    expect(clausesOf(Peer.prometheus({ labels: { app: 'x' } }))).toEqual([{ namespaceSelector: { matchLabels: { [NAME]: 'monitoring' } }, podSelector }]);
    expect(() => Peer.prometheus({ namespace: 'A' })).toThrow("'A' is no name of a namespace");
  });
});

describe('several at once', () => {
  test('are named by all of them, in a stable order', () => {
    const tier = new Tier(newChart(), 'web');
    const [one, other] = [[tier, Peer.anyIpv4()], [Peer.anyIpv4(), tier]].map(peers => Peer.anyOf(peers));
    expect(one.peerName).toBe('any-ipv4-or-web');
    expect(other.peerName).toBe(one.peerName);
    expect(other.endpointName).toBe(one.endpointName);
  });

  test('none at all is an error', () => {
    expect(() => Peer.anyOf([])).toThrow(/^Peer\.anyOf\(\[\]\): the list is empty.*Peer\.anything\(\)/);
  });

  test('what is no peer is an error', () => {
    expect(() => Peer.anyOf([undefined as any])).toThrow('Peer.anyOf([...]): this is neither a Tier nor a Peer');
  });
});

describe('another name', () => {
  test('is used for policies and in messages, and changes nothing else', () => {
    const dns = Peer.clusterDns();
    const named = dns.named('Our DNS');
    expect([named.peerName, named.endpointName]).toEqual(['our-dns', 'Our DNS']);
    expect(clausesOf(named)).toEqual(clausesOf(dns));
    expect(portsOf(named)).toEqual(portsOf(dns));
    expect(dns.peerName).toBe('cluster-dns');
  });

  test('leaves the members of several as they are', () => {
    const group = Peer.anyOf([Peer.anyIpv4(), Peer.anyIpv6()]).named('world');
    expect(group.peerName).toBe('world');
    expect(group._parties().map(p => p.name)).toEqual(['any-ipv4', 'any-ipv6']);
  });

  test('without a letter or digit is an error', () => {
    expect(() => Peer.anyIpv4().named('--')).toThrow("Peer.named('--')");
  });
});
