import * as fc from 'fast-check';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { FAMILY_RANGE, formatAddress } from '../../src/k8s/address';
import { fuzzClusters } from '../fuzz/cluster-fuzz';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, member, namespace, passing, pod, policy, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

describe('the evaluator', () => {
  test('equals the specification on every pair, port edge and address edge of random clusters', () => {
    // For the same clusters again: `npm run fuzz -- --seed`.
    const seed = randomSeed();
    const clusters = randomRuns(10_000);
    expect({ seed, ...fuzzClusters(seed, { milliseconds: Infinity, clusters }) }).toEqual({ seed, clusters });
  });

  test.each([['lists', {}], ['a matrix', { longestLists: 0 }]])('says where something may pass to at all, from %s, as every pair says it', (_, options) => {
    fc.assert(fc.property(anyCluster, random => {
      const reach = new Reachability(clusterOfObjects(manifestsOf(random)), options);
      const classes = [...new Set(reach.cluster.workloads.map(w => reach.ofPod(w, w.pods[0])))].sort((a, b) => a - b);
      for (const one of classes) {
        for (const [protocol, port] of [['TCP', 80], ['UDP', 53], ['SCTP', 65535], ['TCP', 1]] as const) {
          const asked = ConnectionSet.range(protocol, port, port);
          expect(classes.map(other => reach.allows(one, other, protocol, port)))
            .toEqual(classes.map(other => reach.connections(one, other).includes(asked)));
          expect(reach.allows(one, reach.ofAtom(1), protocol, port)).toBe(reach.connections(one, reach.ofAtom(1)).includes(asked));
          expect(reach.allows(reach.ofAtom(1), one, protocol, port)).toBe(reach.connections(reach.ofAtom(1), one).includes(asked));
        }
        for (const direction of ['ingress', 'egress'] as const) {
          const found = reach.possiblePeers(one, direction);
          expect(found === undefined).toBe(!reach.isIsolated(one, direction));
          expect(found ?? classes).toEqual(classes.filter(other => found === undefined || found.includes(other)));
          expect(found ?? classes).toEqual(expect.arrayContaining(classes.filter(other => !reach.sideConnections(one, direction, other).isEmpty)));
          const told = reach.externalRanges(one, direction);
          for (let atom = 0; atom < reach.addresses.size; atom++) {
            const { first } = reach.addresses.range(atom);
            const there = told.find(({ range }) => range.first <= first && first <= range.last)?.connections ?? ConnectionSet.NONE;
            expect(there.key).toBe(reach.sideConnections(one, direction, reach.ofAtom(atom)).key);
          }
          const neighbours = told.filter(({ range, connections }, i) =>
            i > 0 && told[i - 1].range.last + 1n === range.first && told[i - 1].connections.equals(connections));
          expect(neighbours.filter(({ range }) => range.first !== FAMILY_RANGE.IPv6.first)).toEqual([]);
        }
      }
    }), { numRuns: randomRuns(400) });
  });

  test('does not tell addresses of one atom apart', () => {
    const cluster = clusterOfObjects([{
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'p', namespace: 'x' },
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] },
    }]);
    const { addresses } = new Reachability(cluster);
    expect(Array.from({ length: addresses.size }, (_, i) => formatAddress(addresses.range(i).first)))
      .toEqual(['0.0.0.0', '10.0.0.0', '10.1.0.0', '10.2.0.0', '11.0.0.0', '::']);
  });
});

/** Two pods of x and one of y, each with its name as its label `app`. */
const PODS = [
  namespace('x', { team: 'a' }), namespace('y', { team: 'b' }),
  pod('x/web', { app: 'web' }, { ports: [{ containerPort: 80, name: 'http' }] }), pod('x/db', { app: 'db' }), pod('y/web', { app: 'web' }),
];

/** Who of these, and of an address outside, reaches x/web, and on what. */
function arrivals(...policies: object[]): Record<string, string> {
  const reach = reachOf(...PODS, ...policies);
  return Object.fromEntries(['x/db', 'y/web', '1.2.3.4'].map(from => [from, passing(reach, from, 'x/web')]));
}

const ALL = 'All Connections';
const NONE = 'No Connections';
const toWeb = (ingress?: object[], more: object = {}) => policy('x/p', { podSelector: labelled({ app: 'web' }), ingress, ...more });
const from = (...peers: object[]) => toWeb([{ from: peers }]);
const on = (...ports: object[]) => toWeb([{ ports }]);

describe('isolation', () => {
  test('does not exist before a policy selects the pod', () => {
    expect(arrivals()).toEqual({ 'x/db': ALL, 'y/web': ALL, '1.2.3.4': ALL });
  });

  test('stays in the namespace of the policy', () => {
    const reach = reachOf(...PODS, policy('x/deny', { podSelector: {} }));
    expect(passing(reach, 'x/db', 'y/web')).toBe(ALL);
    expect(passing(reach, 'y/web', 'x/db')).toBe(NONE);
  });

  test('is per direction: a pod whose ingress is isolated may still connect to anything', () => {
    const reach = reachOf(...PODS, toWeb([]));
    expect(passing(reach, '1.2.3.4', 'x/web')).toBe(NONE);
    expect(passing(reach, 'x/web', '1.2.3.4')).toBe(ALL);
    const web = member(reach, 'x/web').index;
    expect([reach.isIsolated(web, 'ingress'), reach.isIsolated(web, 'egress')]).toEqual([true, false]);
    expect(reach.policies(web, 'ingress').map(p => p.name)).toEqual(['p']);
    expect(reach.isIsolated(reach.ofAddress(0n), 'ingress')).toBe(false);
  });

  test('takes both ends: the egress of the one and the ingress of the other', () => {
    const out = policy('x/out', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }, { port: 443 }] }] });
    const into = on({ port: 80 }, { port: 8080 });
    expect(passing(reachOf(...PODS, out, into), 'x/db', 'x/web')).toBe('TCP 80');
  });

  test.each<[string, object, string, string]>([
    ['no policyTypes and no egress rule: Ingress only', {}, NONE, ALL],
    ['no policyTypes and an empty egress list: Ingress only', { egress: [] }, NONE, ALL],
    ['no policyTypes and an egress rule: both', { egress: [{ ports: [{ port: 443 }] }] }, NONE, 'TCP 443'],
    ['Egress only, and no rule: nothing leaves', { policyTypes: ['Egress'] }, ALL, NONE],
    ['Ingress only: egress rules are not looked at', { policyTypes: ['Ingress'], egress: [{ ports: [{ port: 443 }] }] }, NONE, ALL],
    ['Egress only: ingress rules are not looked at', { policyTypes: ['Egress'], ingress: [{ ports: [{ port: 80 }] }] }, ALL, NONE],
    ['both, and no rule: a default deny', { policyTypes: ['Ingress', 'Egress'] }, NONE, NONE],
  ])('with %s', (_, spec, ingress, egress) => {
    const reach = reachOf(...PODS, policy('x/p', { podSelector: {}, ...spec }));
    expect(passing(reach, 'y/web', 'x/web')).toBe(ingress);
    expect(passing(reach, 'x/web', 'y/web')).toBe(egress);
  });
});

describe('rules', () => {
  test('add up, within a policy and over policies; none takes anything away', () => {
    const allowDb = policy('x/db', { podSelector: {}, ingress: [{ from: [{ podSelector: labelled({ app: 'db' }) }], ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }] });
    const denyAll = policy('x/deny', { podSelector: {} });
    const allowUdp = policy('x/dns', { podSelector: labelled({ app: 'web' }), ingress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] });
    expect(arrivals(allowDb, denyAll, allowUdp)).toEqual({ 'x/db': 'TCP 80-81,UDP 53', 'y/web': 'TCP 81,UDP 53', '1.2.3.4': 'TCP 81,UDP 53' });
  });

  test.each<[string, object[], string[]]>([
    ['an empty rule lets everyone in', [{}], ['x/db', 'y/web', '1.2.3.4']],
    ['an empty list of peers lets everyone in', [{ from: [] }], ['x/db', 'y/web', '1.2.3.4']],
    ['no rule lets nobody in', [], []],
  ])('%s', (_, ingress, who) => {
    expect(Object.entries(arrivals(toWeb(ingress))).filter(([, connections]) => connections === ALL).map(([name]) => name)).toEqual(who);
  });
});

describe('peers', () => {
  const app = (name: string) => labelled({ app: name });
  test.each<[string, object[], string[]]>([
    ['a podSelector alone selects in the namespace of the policy', [{ podSelector: app('web') }], []],
    ['an empty podSelector selects every pod of the own namespace, and no address', [{ podSelector: {} }], ['x/db']],
    ['a namespaceSelector alone selects every pod of those namespaces', [{ namespaceSelector: labelled({ team: 'b' }) }], ['y/web']],
    ['an empty namespaceSelector selects every pod, and no address', [{ namespaceSelector: {} }], ['x/db', 'y/web']],
    ['both selectors in one item are AND', [{ namespaceSelector: labelled({ team: 'b' }), podSelector: app('db') }], []],
    ['both selectors in two items are OR', [{ namespaceSelector: labelled({ team: 'b' }) }, { podSelector: app('db') }], ['x/db', 'y/web']],
    ['every namespace has its name as a label, written or not', [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'y' }) }], ['y/web']],
    ['NotIn selects where the label is absent',
      [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] } }], ['x/db', 'y/web']],
    ['a label that is asked to be empty is not one that is absent', [{ namespaceSelector: {}, podSelector: labelled({ tier: '' }) }], []],
    ['all of 0.0.0.0/0 is no pod whose address is not known', [{ ipBlock: { cidr: '0.0.0.0/0' } }], ['1.2.3.4']],
    ['::/0 is not IPv4', [{ ipBlock: { cidr: '::/0' } }], []],
    ['an exception is outside the block', [{ ipBlock: { cidr: '1.0.0.0/8', except: ['1.2.3.4/32'] } }], []],
    ['an exception of one item is no exception of another', [{ ipBlock: { cidr: '1.0.0.0/8', except: ['1.2.0.0/16'] } }, { ipBlock: { cidr: '1.2.3.0/24' } }], ['1.2.3.4']],
  ])('%s', (_, peers, who) => {
    expect(Object.entries(arrivals(from(...peers))).filter(([, connections]) => connections === ALL).map(([name]) => name)).toEqual(who);
  });

  test('a namespace that nobody declares has the label of its name alone', () => {
    const reach = reachOf(pod('x/web', { app: 'web' }), pod('new/db'),
      from({ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['new'] }, { key: 'team', operator: 'DoesNotExist' }] } }));
    expect(passing(reach, 'new/db', 'x/web')).toBe(ALL);
  });

  test('a block matches a pod whose address lies in it, and not one whose address is excepted', () => {
    const reach = reachOf(pod('x/web', { app: 'web' }), pod('x/in', {}, { ips: ['10.0.0.1'] }), pod('x/out', {}, { ips: ['10.1.0.1'] }),
      pod('x/two', {}, { ips: ['fd00::1', '10.0.0.2'] }), from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }));
    expect(['x/in', 'x/out', 'x/two'].map(name => passing(reach, name, 'x/web'))).toEqual([ALL, NONE, ALL]);
  });
});

describe('ports', () => {
  test.each<[string, object[], string]>([
    ['an entry without a protocol is TCP', [{ port: 80 }], 'TCP 80'],
    ['an entry without a port is its whole protocol, and no other', [{ protocol: 'UDP' }], 'UDP 1-65535'],
    ['an empty entry is all of TCP', [{}], 'TCP 1-65535'],
    ['endPort counts, as port does', [{ port: 8000, endPort: 8002 }], 'TCP 8000-8002'],
    ['a range may be of one port, and end with the last', [{ port: 65535, endPort: 65535 }], 'TCP 65535'],
    ['entries add up', [{ port: 80 }, { protocol: 'SCTP', port: 80 }, { port: 81, endPort: 90 }], 'SCTP 80,TCP 80-90'],
    ['a name is the number that the container gives it', [{ port: 'http' }], 'TCP 80'],
    ['a name of another protocol is not the name', [{ protocol: 'UDP', port: 'http' }], NONE],
    ['a name that no container has allows nothing', [{ port: 'metrics' }], NONE],
    ['no entry is every port', [], ALL],
  ])('%s', (_, ports, connections) => {
    expect(arrivals(on(...ports))['y/web']).toBe(connections);
  });

  const named = (name: string, ...numbers: number[]) => pod(name, { app: 'web' }, { ports: numbers.map(containerPort => ({ name: 'http', containerPort })) });

  test('a name is looked up in each destination by itself', () => {
    const reach = reachOf(pod('x/client'), named('x/a', 80), named('x/b', 8080), on({ port: 'http' }));
    expect(['x/a', 'x/b'].map(to => passing(reach, 'x/client', to))).toEqual(['TCP 80', 'TCP 8080']);
  });

  test('a name that two containers of a pod give to two numbers is both', () => {
    expect(passing(reachOf(pod('x/client'), named('x/a', 80, 8080), on({ port: 'http' })), 'x/client', 'x/a')).toBe('TCP 80,8080');
  });

  test('a name in an egress rule is looked up in the pod that is connected to, and in no address', () => {
    const reach = reachOf(named('x/client', 1), named('y/a', 80), pod('y/b'),
      policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] }));
    expect(['y/a', 'y/b', '1.2.3.4'].map(to => passing(reach, 'x/client', to))).toEqual(['TCP 80', NONE, NONE]);
  });
});

describe("a pod on its node's network", () => {
  const host = pod('x/host', { app: 'web' }, { hostNetwork: true, ips: ['10.0.0.1'] });

  test('is isolated by no policy', () => {
    const reach = reachOf(host, pod('x/other'), policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect(passing(reach, '1.2.3.4', 'x/host')).toBe(ALL);
    expect(passing(reach, 'x/host', '1.2.3.4')).toBe(ALL);
  });

  test('is let in by its address, and not by its labels', () => {
    const web = deployment('x/web', { app: 'web' });
    expect(passing(reachOf(host, web, from({ podSelector: labelled({ app: 'web' }) }, { namespaceSelector: {} })), 'x/host', 'x/web')).toBe(NONE);
    expect(passing(reachOf(host, web, from({ ipBlock: { cidr: '10.0.0.0/24' } })), 'x/host', 'x/web')).toBe(ALL);
  });
});

test('a rule by itself gives what it says to those whom its policy selects', () => {
  const reach = reachOf(...PODS, toWeb([{ from: [{ podSelector: {} }], ports: [{ port: 'http' }] }, { ports: [{ port: 443 }] }]));
  const [rules, endpoint] = [reach.cluster.policies[0].ingress!, (name: string) => member(reach, name).index];
  const gives = (rule: number, peer: string) =>
    reach.ruleConnections(reach.cluster.policies[0], rules[rule], 'ingress', endpoint('x/web'), endpoint(peer)).toString();
  expect([gives(0, 'x/db'), gives(0, 'y/web'), gives(1, 'y/web')]).toEqual(['TCP 80', NONE, 'TCP 443']);
});

describe('a port by itself', () => {
  test('may pass where both sides let it, and only there', () => {
    const out = policy('x/out', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 80 }, { port: 443 }] }] });
    const reach = reachOf(...PODS, out, on({ port: 80 }, { port: 8080 }));
    const [web, db] = ['x/web', 'x/db'].map(name => member(reach, name).index);
    expect([80, 443, 8080, 1].map(port => reach.allows(db, web, 'TCP', port))).toEqual([true, false, false, false]);
    expect(reach.allows(db, web, 'UDP', 80)).toBe(false);
    expect([80, 443].map(port => reach.allows(web, db, 'TCP', port))).toEqual([true, true]);
  });
});

describe('the addresses outside', () => {
  const egress = (...rules: object[]) => policy('x/p', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: rules });
  const blocks = (...cidrs: string[]) => cidrs.map(cidr => ({ ipBlock: { cidr } }));
  /** Which ranges, and what may pass with them. */
  const told = (reach: Reachability, name = 'x/web') => reach.externalRanges(member(reach, name).index, 'egress')
    .map(({ range, connections }) => `${formatAddress(range.first)} ${formatAddress(range.last)} ${connections}`);
  const EVERYWHERE = [`0.0.0.0 255.255.255.255 ${ALL}`, `:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`];

  test('are all of both families where nothing isolates the pod, and none where no rule says so', () => {
    expect(told(reachOf(...PODS))).toEqual(EVERYWHERE);
    expect(told(reachOf(...PODS, egress()))).toEqual([]);
    expect(told(reachOf(...PODS, egress({})))).toEqual(EVERYWHERE);
  });

  test('are told in as few ranges as may be, ascending, whatever the order of the rules', () => {
    const reach = reachOf(...PODS, egress(
      { to: blocks('192.168.0.0/16', '10.1.0.0/16', '10.0.0.0/16') },
      { to: blocks('9.0.0.0/8'), ports: [{ port: 443 }] },
      { to: blocks('fd00::/8') },
      { to: blocks('255.0.0.0/8'), ports: [{ port: 1 }] },
    ));
    expect(told(reach)).toEqual([
      '9.0.0.0 9.255.255.255 TCP 443', `10.0.0.0 10.1.255.255 ${ALL}`, `192.168.0.0 192.168.255.255 ${ALL}`,
      '255.0.0.0 255.255.255.255 TCP 1', `fd00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`,
    ]);
  });

  test('are of one family each, though the same may pass with the neighbours', () => {
    expect(told(reachOf(...PODS, egress({ to: blocks('255.0.0.0/8', '::/8', 'ff00::/8') }))))
      .toEqual([`255.0.0.0 255.255.255.255 ${ALL}`, `:: ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`, `ff00:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ${ALL}`]);
  });

  test('are the same list for pods with the same ranges, and another one for others', () => {
    const reach = reachOf(...PODS, pod('x/cache', { app: 'cache' }), egress({ to: blocks('10.0.0.0/8') }), policy('x/q', {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'cache'] }] }, policyTypes: ['Egress'], egress: [{ to: blocks('10.0.0.0/8') }],
    }), policy('y/p', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: blocks('11.0.0.0/8') }] }));
    const [web, db, cache, other] = ['x/web', 'x/db', 'x/cache', 'y/web'].map(name => reach.externalRanges(member(reach, name).index, 'egress'));
    expect([db === web, cache === web, other === web]).toEqual([true, true, false]);
    expect(told(reach, 'y/web')).toEqual([`11.0.0.0 11.255.255.255 ${ALL}`]);
  });
});

describe('an address', () => {
  const reach = () => reachOf(...PODS, toWeb([{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }]));

  test('is isolated by no policy', () => {
    const asked = reach();
    for (const ip of [0n, 0x0a000001n]) {
      const endpoint = asked.ofAddress(ip);
      expect(asked.policies(endpoint, 'ingress')).toEqual([]);
      expect(asked.isIsolated(endpoint, 'egress')).toBe(false);
    }
  });

  test('is a peer of a rule by itself', () => {
    const asked = reach();
    const [{ ingress }] = asked.cluster.policies;
    const gives = (ip: bigint) => asked.ruleConnections(asked.cluster.policies[0], ingress![0], 'ingress', member(asked, 'x/web').index, asked.ofAddress(ip)).toString();
    expect([gives(0n), gives(0x0a000001n), gives(0x0b000000n)]).toEqual([NONE, ALL, NONE]);
  });
});

describe('a cluster that is evaluated', () => {
  test('has as many classes as its pods are told apart, in all of its namespaces', () => {
    expect(reachOf(...PODS).classCount).toBe(2);
    expect(reachOf(...PODS, toWeb([])).classCount).toBe(3);
  });

  test('knows the workloads of a namespace, which may have none', () => {
    const reach = reachOf(...PODS);
    expect(['x', 'y', 'z'].map(name => reach.workloadsIn(name).map(w => w.name))).toStrictEqual([['web', 'db'], ['web'], []]);
  });

  test('knows no pods but its own', () => {
    const reach = reachOf(...PODS);
    const [{ pods: [stranger] }] = reachOf(pod('x/web')).cluster.workloads;
    const [own] = reach.cluster.workloads;
    const foreign = 'this pod is not of the cluster that is evaluated';
    expect(() => reach.ofPod(own, stranger)).toThrow(foreign);
    expect(() => reach.ofPod({ ...own, namespace: 'z' }, own.pods[0])).toThrow(foreign);
    // y is the second of the namespaces: what is looked for in none is not found there.
    const [, , other] = reach.cluster.workloads;
    expect(() => reach.ofPod({ ...other, namespace: 'z' }, other.pods[0])).toThrow(foreign);
  });

  test('can be gone on from twice: the second time all is built anew', () => {
    const reach = reachOf(...PODS);
    const [first, second] = [reach.update(reach.cluster), reach.update(reach.cluster)].map(updated => (updated as any).evaluation);
    const { vocabulary } = (reach as any).evaluation;
    expect([first.vocabulary === vocabulary, second.vocabulary === vocabulary]).toEqual([true, false]);
  });
});
