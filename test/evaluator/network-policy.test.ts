import { readCluster } from '../../src/cluster/read-cluster';
import { Direction, Reachability } from '../../src/evaluator/reachability';
import { formatAddress, parseAddress } from '../../src/k8s/address';
import { ApiResource } from '../../src/k8s/objects';
import { deployment, labelled, member, namespace, passing, pod, podOf, policy, reachOf } from '../support/cluster-objects';

/* What a NetworkPolicy means (kubernetes.io/docs/concepts/services-networking/network-policies), on small clusters. */

const ALL = 'All Connections';
const NONE = 'No Connections';

const PODS = [
  namespace('x', { team: 'a' }), namespace('y', { team: 'b' }),
  pod('x/web', { app: 'web' }, { ports: [{ containerPort: 80, name: 'http' }] }), pod('x/db', { app: 'db' }), pod('y/web', { app: 'web' }),
];

/** The connections that reach x/web from two other pods and an address. */
function arrivals(...policies: object[]): Record<string, string> {
  const reach = reachOf(...PODS, ...policies);
  return Object.fromEntries(['x/db', 'y/web', '1.2.3.4'].map(from => [from, passing(reach, from, 'x/web')]));
}

const admitted = (...policies: object[]) =>
  Object.entries(arrivals(...policies)).filter(([, connections]) => connections === ALL).map(([name]) => name);
const app = (name: string) => labelled({ app: name });
const toWeb = (ingress?: object[]) => policy('x/p', { podSelector: app('web'), ingress });
const from = (...peers: object[]) => toWeb([{ from: peers }]);
const on = (...ports: object[]) => toWeb([{ ports }]);

describe('isolation', () => {
  test('does not exist before a policy selects the pod', () => {
    expect(arrivals()).toEqual({ 'x/db': ALL, 'y/web': ALL, '1.2.3.4': ALL });
  });

  test('is for the pods in the namespace of the policy', () => {
    const reach = reachOf(...PODS, policy('x/deny', { podSelector: {} }));
    expect([passing(reach, 'x/db', 'y/web'), passing(reach, 'y/web', 'x/db')]).toEqual([ALL, NONE]);
  });

  test('is per direction: a pod that is isolated for ingress may still connect to anything', () => {
    const reach = reachOf(...PODS, toWeb([]));
    expect([passing(reach, '1.2.3.4', 'x/web'), passing(reach, 'x/web', '1.2.3.4')]).toEqual([NONE, ALL]);
    const isolated = (name: string, direction: Direction) =>
      [reach.isIsolated(member(reach, name).index, direction), reach.policies(member(reach, name).index, direction).map(one => one.name)];
    expect([isolated('x/web', 'ingress'), isolated('x/web', 'egress'), isolated('x/db', 'ingress')]).toEqual([[true, ['p']], [false, []], [false, []]]);
  });

  test('does not exist for an address', () => {
    const reach = reachOf(...PODS, from({ ipBlock: { cidr: '10.0.0.0/8' } }));
    for (const ip of ['0.0.0.0', '10.0.0.1']) {
      const address = reach.ofAddress(parseAddress(ip)!);
      expect([reach.isIsolated(address, 'ingress'), reach.policies(address, 'egress')]).toEqual([false, []]);
    }
  });

  test('needs the egress of the source and the ingress of the destination', () => {
    const out = policy('x/out', { podSelector: app('db'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }, { port: 443 }] }] });
    expect(passing(reachOf(...PODS, out, on({ port: 80 }, { port: 8080 })), 'x/db', 'x/web')).toBe('TCP 80');
  });

  test('lists the policies of a pod in the order of the cluster', () => {
    const reach = reachOf(...PODS, policy('x/b', { podSelector: {} }), policy('x/other', { podSelector: app('db') }), policy('x/a', { podSelector: app('web') }));
    expect(reach.policies(member(reach, 'x/web').index, 'ingress').map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test.each<[string, object, string, string]>([
    ['a policy without policyTypes and egress rules isolates for ingress only', {}, NONE, ALL],
    ['a policy without policyTypes and with an empty egress list isolates for ingress only', { egress: [] }, NONE, ALL],
    ['a policy without policyTypes and with an egress rule isolates for both directions', { egress: [{ ports: [{ port: 443 }] }] }, NONE, 'TCP 443'],
    ['a policy of type Egress without rules denies all egress', { policyTypes: ['Egress'] }, ALL, NONE],
    ['the egress rules of a policy of type Ingress do not count', { policyTypes: ['Ingress'], egress: [{ ports: [{ port: 443 }] }] }, NONE, ALL],
    ['the ingress rules of a policy of type Egress do not count', { policyTypes: ['Egress'], ingress: [{ ports: [{ port: 80 }] }] }, ALL, NONE],
    ['a policy of both types without rules denies everything', { policyTypes: ['Ingress', 'Egress'] }, NONE, NONE],
  ])('%s', (_, spec, ingress, egress) => {
    const reach = reachOf(...PODS, policy('x/p', { podSelector: {}, ...spec }));
    expect([passing(reach, 'y/web', 'x/web'), passing(reach, 'x/web', 'y/web')]).toEqual([ingress, egress]);
  });
});

describe('rules', () => {
  test('add up within a policy and over policies, and none takes anything away', () => {
    const allowDb = policy('x/db', { podSelector: {}, ingress: [{ from: [{ podSelector: app('db') }], ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }] });
    const allowUdp = policy('x/dns', { podSelector: app('web'), ingress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] });
    expect(arrivals(allowDb, policy('x/deny', { podSelector: {} }), allowUdp))
      .toEqual({ 'x/db': 'TCP 80-81,UDP 53', 'y/web': 'TCP 81,UDP 53', '1.2.3.4': 'TCP 81,UDP 53' });
  });

  test.each<[string, object[], string[]]>([
    ['an empty rule allows every peer', [{}], ['x/db', 'y/web', '1.2.3.4']],
    ['a rule with an empty list of peers allows every peer', [{ from: [] }], ['x/db', 'y/web', '1.2.3.4']],
    ['a policy without rules allows no peer', [], []],
  ])('%s', (_, ingress, peers) => {
    expect(admitted(toWeb(ingress))).toEqual(peers);
  });

  test('have connections of their own', () => {
    const reach = reachOf(...PODS, toWeb([{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }, { ports: [{ port: 443 }] }]));
    const [own] = reach.cluster.policies;
    const allowed = (rule: number, peer: number) => reach.ruleConnections(own, own.ingress![rule], 'ingress', member(reach, 'x/web').index, peer).toString();
    const index = (name: string) => member(reach, name).index;
    expect([allowed(0, index('x/db')), allowed(0, index('y/web')), allowed(1, index('y/web'))]).toEqual(['TCP 80', NONE, 'TCP 443']);
    expect(['9.255.255.255', '10.0.0.0', '11.0.0.0'].map(ip => allowed(0, reach.ofAddress(parseAddress(ip)!)))).toEqual([NONE, 'TCP 80', NONE]);
  });
});

describe('the ports of a rule mean for a destination', () => {
  const rule = (ports?: object[]) => reachOf(policy('x/p', { podSelector: {}, ingress: [{ ports }] })).cluster.policies[0].ingress![0];
  const web = (ports: object[]) => deployment('x/web', { app: 'web' }, { ports: ports as { containerPort: number }[] });
  const meant = (reach: Reachability, ports?: object[]) => reach.portsOfRule(rule(ports), member(reach, 'x/web').index).toString();

  test('every port without a list of ports, and otherwise the numbers and those of the names that it has', () => {
    const reach = reachOf(web([{ name: 'http', containerPort: 8080 }]));
    expect(meant(reach)).toBe('All Connections');
    expect(meant(reach, [{ port: 'http' }, { port: 53, protocol: 'UDP' }, { port: 'metrics' }])).toBe('TCP 8080,UDP 53');
    expect(reach.portsOfRule(rule([{ port: 'http' }, { port: 80 }]), reach.ofAddress(parseAddress('1.2.3.4')!)).toString()).toBe('TCP 80');
  });

  test('those of both declarations, if a workload is declared twice', () => {
    const twice = [8080, 9090].map((containerPort, i) => ({
      object: web([{ name: 'http', containerPort }]) as ApiResource, origin: { at: () => ({ file: `object ${i}` }) }, named: true as const,
    }));
    expect(meant(new Reachability(readCluster(twice).cluster), [{ port: 'http' }])).toBe('TCP 8080,9090');
  });
});

describe('peers', () => {
  test.each<[string, object[], string[]]>([
    ['a podSelector selects in the namespace of the policy', [{ podSelector: app('web') }], []],
    ['an empty podSelector selects every pod of the namespace, and no address', [{ podSelector: {} }], ['x/db']],
    ['a namespaceSelector selects every pod of its namespaces', [{ namespaceSelector: labelled({ team: 'b' }) }], ['y/web']],
    ['an empty namespaceSelector selects every pod, and no address', [{ namespaceSelector: {} }], ['x/db', 'y/web']],
    ['both selectors in one item are ANDed', [{ namespaceSelector: labelled({ team: 'b' }), podSelector: app('db') }], []],
    ['selectors in two items are ORed', [{ namespaceSelector: labelled({ team: 'b' }) }, { podSelector: app('db') }], ['x/db', 'y/web']],
    ['every namespace has its name as a label', [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'y' }) }], ['y/web']],
    ['NotIn selects a pod without the label',
      [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] } }], ['x/db', 'y/web']],
    ['a selector for an empty label does not select a pod without the label', [{ namespaceSelector: {}, podSelector: labelled({ tier: '' }) }], []],
    ['0.0.0.0/0 matches no pod with an unknown address', [{ ipBlock: { cidr: '0.0.0.0/0' } }], ['1.2.3.4']],
    ['::/0 does not match an IPv4 address', [{ ipBlock: { cidr: '::/0' } }], []],
    ['a block does not match its exceptions', [{ ipBlock: { cidr: '1.0.0.0/8', except: ['1.2.3.4/32'] } }], []],
    ['an exception of one item does not apply to another',
      [{ ipBlock: { cidr: '1.0.0.0/8', except: ['1.2.0.0/16'] } }, { ipBlock: { cidr: '1.2.3.0/24' } }], ['1.2.3.4']],
  ])('%s', (_, peers, names) => {
    expect(admitted(from(...peers))).toEqual(names);
  });

  test.each<[string, object, string[]]>([
    ['In with several values selects any of them', { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db', 'other'] }] }, ['web', 'db']],
    ['NotIn selects other values and absent labels', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web', 'db'] }] }, ['blank', 'cache', 'bare']],
    ['Exists selects every value, the empty one too', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, ['web', 'db', 'blank', 'cache']],
    ['DoesNotExist selects absent labels', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, ['bare']],
    ['all requirements of a selector must match', { matchLabels: { app: 'cache' }, matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, ['cache']],
    ['requirements that contradict each other select nothing', { matchLabels: { app: 'cache' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, []],
    ['a label can have the name of a JavaScript property', labelled({ constructor: 'yes' }), ['cache']],
    ['a JavaScript property is not a label', { matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, []],
  ])('%s', (_, podSelector, names) => {
    const pods = ['web', 'db', 'blank', 'cache', 'bare'];
    const labels: Record<string, Record<string, string>> = { blank: { app: '' }, cache: { app: 'cache', constructor: 'yes' }, bare: {} };
    const reach = reachOf(...pods.map(name => pod(`x/${name}`, labels[name] ?? { app: name })), pod('y/target'),
      policy('y/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector }] }] }),
      // Selecting a pod as the subject means the same.
      policy('x/out', { podSelector, policyTypes: ['Egress'] }));
    const source = (name: string) => member(reach, `x/${name}`).index;
    expect(pods.filter(name => reach.sideConnections(member(reach, 'y/target').index, 'ingress', source(name)).isAll)).toEqual(names);
    expect(pods.filter(name => reach.isIsolated(source(name), 'egress'))).toEqual(names);
  });

  test('a namespace that is not declared has only the label of its name', () => {
    const named = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['new'] };
    const reach = reachOf(pod('x/web', { app: 'web' }), pod('new/db'),
      from({ namespaceSelector: { matchExpressions: [named, { key: 'team', operator: 'DoesNotExist' }] } }));
    expect(passing(reach, 'new/db', 'x/web')).toBe(ALL);
  });

  test('a block matches a pod with an address in it, but not in its exceptions', () => {
    const reach = reachOf(pod('x/web', { app: 'web' }), pod('x/in', {}, { ips: ['10.0.0.1'] }), pod('x/out', {}, { ips: ['10.1.0.1'] }),
      pod('x/two', {}, { ips: ['fd00::1', '10.0.0.2'] }), from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }));
    expect(['x/in', 'x/out', 'x/two'].map(name => passing(reach, name, 'x/web'))).toEqual([ALL, NONE, ALL]);
  });
});

describe('ports', () => {
  test.each<[string, object[], string]>([
    ['an entry without a protocol is TCP', [{ port: 80 }], 'TCP 80'],
    ['an entry without a port is every port of its protocol', [{ protocol: 'UDP' }], 'UDP 1-65535'],
    ['an empty entry is every port of TCP', [{}], 'TCP 1-65535'],
    ['a range includes port and endPort', [{ port: 8000, endPort: 8002 }], 'TCP 8000-8002'],
    ['a range can be one port, and the last', [{ port: 65535, endPort: 65535 }], 'TCP 65535'],
    ['entries add up', [{ port: 80 }, { protocol: 'SCTP', port: 80 }, { port: 81, endPort: 90 }], 'SCTP 80,TCP 80-90'],
    ['a name means the number that the container gives it', [{ port: 'http' }], 'TCP 80'],
    ['a name and a number add up', [{ port: 'http' }, { port: 443 }], 'TCP 80,443'],
    ['a name means nothing for another protocol', [{ protocol: 'UDP', port: 'http' }], NONE],
    ['a name that no container has allows nothing', [{ port: 'metrics' }], NONE],
    ['an empty list is every port', [], ALL],
  ])('%s', (_, ports, connections) => {
    expect(arrivals(on(...ports))['y/web']).toBe(connections);
  });

  const named = (name: string, ...numbers: number[]) => pod(name, { app: 'web' }, { ports: numbers.map(containerPort => ({ name: 'http', containerPort })) });

  test('a name in an ingress rule can have another number in each subject', () => {
    const reach = reachOf(pod('x/client'), named('x/a', 80), named('x/b', 8080), on({ port: 'http' }));
    expect(['x/a', 'x/b'].map(to => passing(reach, 'x/client', to))).toEqual(['TCP 80', 'TCP 8080']);
  });

  test('a name that two containers of a pod give to two numbers means both', () => {
    expect(passing(reachOf(pod('x/client'), named('x/a', 80, 8080), on({ port: 'http' })), 'x/client', 'x/a')).toBe('TCP 80,8080');
  });

  test.each<[string, object, string[]]>([
    ['any destination', {}, ['TCP 81', 'TCP 80', NONE, NONE]],
    ['destinations in the namespace of the policy', { to: [{ podSelector: {} }] }, ['TCP 81', NONE, NONE, NONE]],
    ['destinations in other namespaces', { to: [{ namespaceSelector: labelled({ team: 'b' }) }] }, [NONE, 'TCP 80', NONE, NONE]],
    ['destinations in a block', { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }, [NONE, 'TCP 80', NONE, NONE]],
  ])('a name in an egress rule for %s is looked up in the destination, and an address has no names', (_, rule, connections) => {
    const reach = reachOf(namespace('y', { team: 'b' }), named('x/client', 1), named('x/a', 81), pod('y/b'),
      pod('y/a', {}, { ips: ['10.0.0.1'], ports: [{ name: 'http', containerPort: 80 }] }),
      policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ...rule, ports: [{ port: 'http' }] }] }));
    expect(['x/a', 'y/a', 'y/b', '10.0.0.2'].map(to => passing(reach, 'x/client', to))).toEqual(connections);
  });
});

describe("a pod on its node's network", () => {
  const host = pod('x/host', { app: 'web' }, { hostNetwork: true, ips: ['10.0.0.1'] });

  test('is not isolated by any policy', () => {
    const reach = reachOf(host, pod('x/other'), policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect([passing(reach, '1.2.3.4', 'x/host'), passing(reach, 'x/host', '1.2.3.4')]).toEqual([ALL, ALL]);
  });

  test('matches a rule by its address, and not by its labels', () => {
    const web = deployment('x/web', { app: 'web' });
    expect(passing(reachOf(host, web, from({ podSelector: app('web') }, { namespaceSelector: {} })), 'x/host', 'x/web')).toBe(NONE);
    expect(passing(reachOf(host, web, from({ ipBlock: { cidr: '10.0.0.0/24' } })), 'x/host', 'x/web')).toBe(ALL);
  });
});

describe('an endpoint class', () => {
  /** True if x/a and x/b are in one class. */
  const alike = (...objects: object[]) => {
    const reach = reachOf(...objects);
    return member(reach, 'x/a').index === member(reach, 'x/b').index;
  };
  const isWeb = policy('x/p', { podSelector: app('web') });
  const fromBlock = policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const onHttp = policy('x/http', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] });
  const http = (containerPort: number, protocol = 'TCP') => ({ ports: [{ name: 'http', containerPort, protocol }] });
  const both = { ports: [{ name: 'http', containerPort: 80 }, { name: 'http', containerPort: 81 }] };

  test.each<[string, object[]]>([
    ['no policy mentions the label that differs', [isWeb, pod('x/a', { app: 'web', hash: '1' }), pod('x/b', { app: 'web', hash: '2' })]],
    ['no policy mentions the values that differ', [isWeb, pod('x/a', { app: 'cache' }), pod('x/b', { app: 'queue' })]],
    ['a named port has the same numbers', [onHttp, pod('x/a', {}, both), pod('x/b', {}, { ports: [...both.ports].reverse() })]],
    ['a port that differs is mentioned by number only', [policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }), pod('x/a', {}, http(80)), pod('x/b', {}, http(81))]],
    ['the addresses are in the same blocks', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1', '11.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.2', '10.200.0.1'] })]],
    ["both are on their node's network", [isWeb, pod('x/a', { app: 'web' }, { hostNetwork: true }), pod('x/b', { app: 'db' }, { hostNetwork: true })]],
  ])('has two pods if %s', (_, objects) => {
    expect(alike(...objects)).toBe(true);
  });

  test.each<[string, object[]]>([
    ['a value is mentioned', [isWeb, pod('x/a', { app: 'web' }), pod('x/b', { app: 'db' })]],
    ['a label is absent', [isWeb, pod('x/a', { app: '' }), pod('x/b')]],
    ['only a peer of a rule mentions the label', [
      policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: app('web') }] }] }), pod('x/a', { app: 'web' }), pod('x/b'),
    ]],
    ['a named port has another number', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(81))]],
    ['a named port has another protocol', [onHttp, pod('x/a', {}, http(80)), pod('x/b', {}, http(80, 'UDP'))]],
    ['an address is in another block', [fromBlock, pod('x/a', {}, { ips: ['10.0.0.1'] }), pod('x/b', {}, { ips: ['11.0.0.1'] })]],
    ["one is on its node's network", [pod('x/a', {}, { hostNetwork: true }), pod('x/b')]],
  ])('has one of two pods if %s', (_, objects) => {
    expect(alike(...objects)).toBe(false);
  });

  test('has any number of replicas, and replicas that differ have their own classes', () => {
    const replica = (i: number, labels = {}, options = {}) => podOf('web', `x/web-${i}`, { app: 'web', ...labels }, options);
    const classes = (...pods: object[]) => {
      const tiers = policy('x/tier', { podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } });
      const blocks = policy('x/blocks', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
      const reach = reachOf(isWeb, onHttp, tiers, blocks, ...pods);
      const [workload] = reach.cluster.workloads;
      return workload.pods.map(one => reach.ofPod(workload, one));
    };
    expect(classes(...Array.from({ length: 50 }, (_, i) => replica(i, { index: `${i}` })))).toEqual(Array(50).fill(0));
    expect(classes(replica(0), replica(1, {}, http(80)), replica(2), replica(3, { app: 'db' }))).toEqual([0, 1, 0, 2]);
    expect(classes(replica(0, {}, both), replica(1, {}, http(80)), replica(2, {}, { ...http(80), hostNetwork: true }))).toEqual([0, 1, 2]);
    expect(classes(replica(0), replica(1, { tier: 'a' }), replica(2))).toEqual([0, 1, 0]);
    expect(classes(replica(0, {}, http(80)), replica(1, {}, http(81)), replica(2, {}, http(81, 'UDP')))).toEqual([0, 1, 2]);
    const addresses = [['10.0.0.1'], ['10.0.0.2'], ['11.0.0.1'], ['11.0.0.2', '10.0.0.3'], ['11.0.0.3', '11.0.0.4'], [], ['10.0.0.4', '10.0.0.5'], ['10.0.0.6', '11.0.0.5'], ['10.0.0.7', '9.0.0.1']];
    expect(classes(...addresses.map((ips, i) => replica(i, {}, { ips })))).toEqual([0, 0, 1, 2, 1, 3, 0, 2, 4]);
  });
});

describe('the addresses outside', () => {
  const egress = (...rules: object[]) => policy('x/p', { podSelector: app('web'), policyTypes: ['Egress'], egress: rules });
  const blocks = (...cidrs: string[]) => cidrs.map(cidr => ({ ipBlock: { cidr } }));
  const ranges = (reach: Reachability, name = 'x/web') => reach.externalRanges(member(reach, name).index, 'egress')
    .map(({ range, connections }) => `${formatAddress(range.first)} ${formatAddress(range.last)} ${connections}`);
  const EVERYWHERE = [`0.0.0.0 255.255.255.255 ${ALL}`, `:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`];

  test('are all addresses of both families for a pod that is not isolated, and none if no rule allows any', () => {
    expect(ranges(reachOf(...PODS))).toEqual(EVERYWHERE);
    expect(ranges(reachOf(...PODS, egress()))).toEqual([]);
    expect(ranges(reachOf(...PODS, egress({})))).toEqual(EVERYWHERE);
  });

  test('are as few ranges as possible, ascending, whatever the order of the rules', () => {
    const reach = reachOf(...PODS, egress(
      { to: blocks('192.168.0.0/16', '10.1.0.0/16', '10.0.0.0/16') },
      { to: blocks('9.0.0.0/8'), ports: [{ port: 443 }] },
      { to: blocks('fd00::/8') },
      { to: blocks('255.0.0.0/8'), ports: [{ port: 1 }] },
    ));
    expect(ranges(reach)).toEqual([
      '9.0.0.0 9.255.255.255 TCP 443', `10.0.0.0 10.1.255.255 ${ALL}`, `192.168.0.0 192.168.255.255 ${ALL}`,
      '255.0.0.0 255.255.255.255 TCP 1', `fd00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`,
    ]);
  });

  test('are ranges of one family each, even if the connections are the same', () => {
    expect(ranges(reachOf(...PODS, egress({ to: blocks('255.0.0.0/8', '::/8', 'ff00::/8') }))))
      .toEqual([`255.0.0.0 255.255.255.255 ${ALL}`, `:: ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`, `ff00:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`]);
  });

  test('are the same list for pods with the same ranges', () => {
    const reach = reachOf(...PODS, pod('x/cache', { app: 'cache' }), egress({ to: blocks('10.0.0.0/8') }), policy('x/q', {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'cache'] }] }, policyTypes: ['Egress'], egress: [{ to: blocks('10.0.0.0/8') }],
    }), policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: blocks('11.0.0.0/8') }] }));
    const [web, db, cache, other] = ['x/web', 'x/db', 'x/cache', 'y/web'].map(name => reach.externalRanges(member(reach, name).index, 'egress'));
    expect([db === web, cache === web, other === web]).toEqual([true, true, false]);
    expect(ranges(reach, 'y/web')).toEqual([`11.0.0.0 11.255.255.255 ${ALL}`]);
  });
});

describe('the possible peers of a pod', () => {
  const peers = (...rules: object[]) => {
    const reach = reachOf(...PODS, policy('x/p', { podSelector: app('web'), policyTypes: ['Egress'], egress: rules }), policy('x/q', { podSelector: app('db'), policyTypes: ['Egress'], egress: [{}] }));
    const found = reach.possiblePeers(member(reach, 'x/web').index, 'egress');
    return found && ['x/web', 'x/db', 'y/web'].filter(name => found.includes(member(reach, name).index));
  };

  test.each<[string, object[], string[]]>([
    ['every class for a rule without peers', [{}], ['x/web', 'x/db', 'y/web']],
    ['the selected classes of the namespace', [{ to: [{ podSelector: app('db') }] }], ['x/db']],
    ['the selected classes of other namespaces', [{ to: [{ namespaceSelector: labelled({ team: 'b' }) }] }], ['y/web']],
    ['no class if nothing is selected, whatever the rules of other pods allow', [{ to: [{ podSelector: app('cache') }] }], []],
  ])('are %s', (_, rules, names) => {
    expect(peers(...rules)).toEqual(names);
  });

  test('are unknown for a pod that is not isolated', () => {
    const reach = reachOf(...PODS);
    expect(reach.possiblePeers(member(reach, 'x/web').index, 'egress')).toBeUndefined();
  });
});

describe('an evaluated cluster', () => {
  test('has the workloads of each namespace', () => {
    const reach = reachOf(...PODS);
    expect(['x', 'y', 'z'].map(name => reach.workloadsIn(name).map(w => w.name))).toStrictEqual([['web', 'db'], ['web'], []]);
  });

  test('has no class for a pod of another cluster', () => {
    const reach = reachOf(...PODS);
    const [{ pods: [other] }] = reachOf(pod('x/web')).cluster.workloads;
    const [own, , inY] = reach.cluster.workloads;
    const message = 'this pod is not in the cluster that is evaluated';
    expect(() => reach.ofPod(own, other)).toThrow(message);
    expect(() => reach.ofPod({ ...own, namespace: 'z' }, own.pods[0])).toThrow(message);
    expect(() => reach.ofPod({ ...inY, namespace: 'z' }, inY.pods[0])).toThrow(message);
  });
});
