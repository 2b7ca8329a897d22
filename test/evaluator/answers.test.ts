import * as fc from 'fast-check';
import { openCluster } from './open-cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { Direction, Reachability } from '../../src/evaluator/reachability';
import { formatAddress, parseAddress } from '../../src/k8s/address';
import { differenceFromAnswers } from '../spec/compare-answers';
import { labelled, member, namespace, pod, policy, reachOf } from '../support/cluster-objects';
import { randomRuns } from '../support/random-runs';

describe.each([['sparse', {}], ['dense', { maxSparseGrants: 0 }]])('with %s grants', (_, options) => {
  test.each([['with', false], ['without', true]])('the three answers %s assumptions are those of the specification', (_name, strict) => {
    fc.assert(fc.property(openCluster, random => {
      expect(differenceFromAnswers(random, strict, options)).toBeUndefined();
    }), { numRuns: randomRuns(100) });
  });
});

const web = pod('x/web', { app: 'web' });
const db = pod('x/db', { app: 'db' });
const client = pod('y/client', { app: 'client' });
const cilium = (app: string, spec: object, name = 'x/lock') => {
  const [home, own] = name.split('/');
  return {
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: own, namespace: home }, spec: { endpointSelector: labelled({ app }), ...spec },
  };
};
const istio = (app: string) => ({
  apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'mesh', namespace: 'x' }, spec: { selector: { matchLabels: { app } } },
});
const ALL = 'All Connections';
const NONE = 'No Connections';

/** What is certain, and what is possible. */
function range(reach: Reachability, from: string, to: string): [string, string] {
  const [source, destination] = [from, to].map(name => member(reach, name).index);
  return [`${reach.connections(source, destination)}`, `${reach.possibleConnections(source, destination)}`];
}

function side(reach: Reachability, subject: string, direction: Direction, peer: string): [string, string] {
  const [own, other] = [subject, peer].map(name => member(reach, name).index);
  return [`${reach.sideConnections(own, direction, other)}`, `${reach.possibleSideConnections(own, direction, other)}`];
}

function reasonsOf(reach: Reachability, subject: string, direction: Direction, peer: string): string[] {
  return reach.undecidedReasons(member(reach, subject).index, direction, member(reach, peer).index).map(({ code, what }) => `${code}: ${what}`);
}

describe('a policy of a kind that is not evaluated', () => {
  test('leaves the pods that it could select undecided in its directions, and no other pods', () => {
    const reach = reachOf(web, db, client, cilium('web', { ingress: [{}] }));
    expect(range(reach, 'y/client', 'x/web')).toEqual([NONE, ALL]);
    expect(range(reach, 'x/web', 'y/client')).toEqual([ALL, ALL]);
    expect(range(reach, 'y/client', 'x/db')).toEqual([ALL, ALL]);
    expect(reach.mayBeUndecided).toBe(true);
    expect(reachOf(web, db).mayBeUndecided).toBe(false);
  });

  test('tells pods apart that no NetworkPolicy does', () => {
    const reach = reachOf(pod('x/a', { app: 'web' }), pod('x/b'), cilium('web', { ingress: [{}] }));
    expect(reach.classCount).toBe(2);
    // A policy without a direction has no effect.
    expect(reachOf(pod('x/a', { app: 'web' }), pod('x/b'), cilium('web', {})).classCount).toBe(1);
  });

  test('can allow what the NetworkPolicies deny', () => {
    const reach = reachOf(web, client, policy('x/deny', { podSelector: {} }), cilium('web', { ingress: [{}] }));
    expect(range(reach, 'y/client', 'x/web')).toEqual([NONE, ALL]);
  });

  test('does not matter if the other side denies the connection', () => {
    const out = policy('y/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] });
    const reach = reachOf(web, client, out, cilium('web', { ingress: [{}] }));
    expect(range(reach, 'y/client', 'x/web')).toEqual([NONE, 'TCP 53']);
    expect(side(reach, 'y/client', 'egress', 'x/web')).toEqual(['TCP 53', 'TCP 53']);
    expect(side(reach, 'x/web', 'ingress', 'y/client')).toEqual([NONE, ALL]);
  });

  test('of a mesh leaves a denied connection denied and an allowed one undecided', () => {
    const toWeb = policy('x/in', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] });
    expect(range(reachOf(web, client, toWeb, istio('web')), 'y/client', 'x/web')).toEqual([NONE, 'TCP 80']);
    expect(range(reachOf(web, client, istio('web')), 'y/client', 'x/web')).toEqual([NONE, ALL]);
    // Together with a policy that can allow, everything is possible.
    expect(range(reachOf(web, client, toWeb, istio('web'), cilium('web', { ingress: [{}] })), 'y/client', 'x/web')).toEqual([NONE, ALL]);
  });

  test('is named as the reason, with its place, for the undecided side only', () => {
    const reach = reachOf(web, client, cilium('web', { ingress: [{}] }), istio('web'));
    expect(reasonsOf(reach, 'x/web', 'ingress', 'y/client')).toEqual(['policy-kind: CiliumNetworkPolicy x/lock', 'policy-kind: AuthorizationPolicy x/mesh']);
    expect(reasonsOf(reach, 'y/client', 'egress', 'x/web')).toEqual([]);
    const [{ place }] = reach.undecidedReasons(member(reach, 'x/web').index, 'ingress', member(reach, 'y/client').index);
    expect(place).toEqual({ file: 'object 2' });
  });

  test('is listed beside the NetworkPolicies of a pod', () => {
    const reach = reachOf(web, db, policy('x/deny', { podSelector: {} }), cilium('web', { ingress: [{}] }));
    const names = (name: string, direction: Direction) => {
      const own = name === '1.2.3.4' ? reach.ofAddress(parseAddress(name)!) : member(reach, name).index;
      return [...reach.policies(own, direction), ...reach.unevaluated(own, direction)].map(one => one.name);
    };
    expect([names('x/web', 'ingress'), names('x/web', 'egress'), names('x/db', 'ingress'), names('1.2.3.4', 'ingress')]).toEqual([['deny', 'lock'], [], ['deny'], []]);
  });

  test('leaves open with which classes and addresses a pod may have connections', () => {
    const deny = policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [{ to: [{ ipBlock: { cidr: '8.0.0.0/8' } }], ports: [{ port: 1 }] }] });
    const external = (reach: Reachability) => reach.externalRanges(member(reach, 'x/web').index, 'egress')
      .map(({ range: { first, last }, connections, possible }) => `${formatAddress(first)}-${formatAddress(last)}: ${connections}, ${possible}`);
    const peers = (reach: Reachability) => reach.possiblePeers(member(reach, 'x/web').index, 'egress');
    const decided = reachOf(web, db, deny);
    expect([external(decided), peers(decided)]).toEqual([['8.0.0.0-8.255.255.255: TCP 1, TCP 1'], []]);
    const open = reachOf(web, db, deny, cilium('web', { egress: [{}] }));
    expect(external(open)).toEqual([`0.0.0.0-255.255.255.255: ${NONE}, ${ALL}`, `::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: ${NONE}, ${ALL}`]);
    expect(peers(open)).toBeUndefined();
    // A policy that can only deny opens nothing: what is certain differs, what is possible does not.
    const firewall = { apiVersion: 'k8s.ovn.org/v1', kind: 'EgressFirewall', metadata: { name: 'default', namespace: 'x' }, spec: {} };
    const narrowed = reachOf(web, db, deny, firewall);
    expect([external(narrowed), peers(narrowed)]).toEqual([[`8.0.0.0-8.255.255.255: ${NONE}, TCP 1`], []]);
    // Without NetworkPolicies it leaves every peer possible.
    expect(peers(reachOf(web, db, firewall))).toBeUndefined();
  });
});

const byTeam = (...values: string[]) => ({ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values }] } });
const from = (...peers: object[]) => policy('x/in', { podSelector: {}, ingress: [{ from: peers, ports: [{ port: 80 }] }] });

describe('without assumptions', () => {
  test('a rule that looks at a label of an undeclared namespace is undecided', () => {
    const reach = reachOf(web, client, from(byTeam('a')));
    expect(range(reach, 'y/client', 'x/web')).toEqual([NONE, NONE]);
    expect(range(reach.strict, 'y/client', 'x/web')).toEqual([NONE, 'TCP 80']);
    expect(reasonsOf(reach.strict, 'x/web', 'ingress', 'y/client')).toEqual(['namespace-label: label team of namespace y']);
    expect(reach.strict.undecidedReasons(member(reach, 'x/web').index, 'ingress', member(reach, 'y/client').index)[0].place).toEqual({ file: 'object 2' });
    expect(reach.strict.mayBeUndecided).toBe(true);
  });

  test('a namespace that is declared or stated is decided', () => {
    const declared = reachOf(web, client, namespace('y', { team: 'a' }), from(byTeam('a')));
    expect(range(declared.strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    const resources = [web, client, from(byTeam('a'))].map(object => ({ object, origin: { at: () => ({}) }, named: true }));
    const stated = (labels: Record<string, string>) =>
      new Reachability(readCluster(resources, { namespaces: [{ name: 'y', labels, place: {} }] }).cluster);
    expect(range(stated({ team: 'a' }), 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    expect(range(stated({ team: 'a' }).strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    expect(range(stated({}).strict, 'y/client', 'x/web')).toEqual([NONE, NONE]);
  });

  test('the name of an undeclared namespace is known', () => {
    const byName = { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'y' }) };
    expect(range(reachOf(web, client, from(byName)).strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    // A rule that combines the name with another label can still rule the namespace out.
    const otherName = { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'z', 'team': 'a' }) };
    expect(range(reachOf(web, client, from(otherName)).strict, 'y/client', 'x/web')).toEqual([NONE, NONE]);
  });

  test('rules that cover every set of labels together are decided', () => {
    const notA = { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] } };
    expect(range(reachOf(web, client, from(byTeam('a'), notA)).strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    expect(range(reachOf(web, client, from(byTeam('a', 'b'), notA)).strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
    expect(range(reachOf(web, client, from(byTeam('b'), notA)).strict, 'y/client', 'x/web')).toEqual([NONE, 'TCP 80']);
  });

  test('the labels of one namespace can decide on both sides', () => {
    const inY = pod('y/server', { app: 'server' });
    const to = (...values: string[]) => policy('y/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [byTeam(...values)] }] });
    const into = (...values: string[]) => policy('y/in', { podSelector: {}, ingress: [{ from: [byTeam(...values)] }] });
    // Both ends are in y, which has one set of labels: it cannot be of team a and of team b.
    expect(range(reachOf(client, inY, to('a'), into('b')).strict, 'y/client', 'y/server')).toEqual([NONE, NONE]);
    expect(range(reachOf(client, inY, to('a'), into('a')).strict, 'y/client', 'y/server')).toEqual([NONE, ALL]);
  });

  test('too many labels leave a rule undecided', () => {
    const keys = Array.from({ length: 13 }, (_, i) => `k${i}`);
    const exists = keys.map(key => ({ namespaceSelector: { matchExpressions: [{ key, operator: 'Exists' }] } }));
    const absent = { namespaceSelector: { matchExpressions: keys.map(key => ({ key, operator: 'DoesNotExist' })) } };
    expect(range(reachOf(web, client, from(...exists.slice(0, 5), { namespaceSelector: { matchExpressions: keys.slice(0, 5).map(key => ({ key, operator: 'DoesNotExist' })) } })).strict, 'y/client', 'x/web'))
      .toEqual(['TCP 80', 'TCP 80']);
    expect(range(reachOf(web, client, from(...exists, absent)).strict, 'y/client', 'x/web')).toEqual([NONE, 'TCP 80']);
  });

  test('a cluster-wide policy that selects by labels of an undeclared namespace could select its pods', () => {
    const admin = {
      // A version that netpol does not know.
      apiVersion: 'policy.networking.k8s.io/v9',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'team' },
      spec: { priority: 1, subject: { namespaces: labelled({ team: 'a' }) }, ingress: [{}] },
    };
    const reach = reachOf(web, client, admin);
    expect(range(reach, 'y/client', 'x/web')).toEqual([ALL, ALL]);
    expect(range(reach.strict, 'y/client', 'x/web')).toEqual([NONE, ALL]);
    expect(reasonsOf(reach.strict, 'x/web', 'ingress', 'y/client')).toEqual(['namespace-label: labels of namespace x that AdminNetworkPolicy team mentions']);
    // A pod that the policy surely could select has the policy itself as its reason.
    expect(reasonsOf(reachOf(web, client, namespace('x', { team: 'a' }), admin).strict, 'x/web', 'ingress', 'y/client')).toEqual(['policy-kind: AdminNetworkPolicy team']);
  });

  test('a selector can name the namespace and a label, and a value can be called other', () => {
    const inY = (team: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'y', team }) });
    const notOther = { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['other'] }] } };
    expect(range(reachOf(web, client, from(inY('a'))).strict, 'y/client', 'x/web')).toEqual([NONE, 'TCP 80']);
    expect(range(reachOf(web, client, from(inY('other'), notOther)).strict, 'y/client', 'x/web')).toEqual(['TCP 80', 'TCP 80']);
  });

  test('two pods of one namespace stay undecided if there are too many sets of labels to try', () => {
    const keys = { namespaceSelector: { matchExpressions: Array.from({ length: 13 }, (_, i) => ({ key: `k${i}`, operator: 'Exists' })) } };
    const both = policy('x/both', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [keys] }], egress: [{ to: [keys] }] });
    expect(range(reachOf(web, pod('x/other'), both).strict, 'x/other', 'x/web')).toEqual([NONE, ALL]);
  });

  test('the answers have the same class indexes, and are the same object if no assumption could matter', () => {
    const reach = reachOf(web, client, from(byTeam('a')));
    expect(member(reach.strict, 'x/web').index).toBe(member(reach, 'x/web').index);
    expect([reach.strict === reach, reach.strict.strict === reach.strict, reach.strict === reach.strict]).toEqual([false, true, true]);
    const byPods = reachOf(web, client, from({ podSelector: {} }));
    expect(byPods.strict).toBe(byPods);
    const declared = reachOf(web, client, namespace('x'), namespace('y'), from(byTeam('a')));
    expect(declared.strict).toBe(declared);
  });

  test('an address is decided', () => {
    const reach = reachOf(web, client, from(byTeam('a'), { ipBlock: { cidr: '10.0.0.0/8' } })).strict;
    expect([range(reach, '10.0.0.1', 'x/web'), range(reach, '11.0.0.1', 'x/web')]).toEqual([['TCP 80', 'TCP 80'], [NONE, NONE]]);
    expect(reach.externalRanges(member(reach, 'x/web').index, 'ingress').map(({ connections, possible }) => [`${connections}`, `${possible}`])).toEqual([['TCP 80', 'TCP 80']]);
  });

  test('the possible peers of a pod are those of every rule that may match', () => {
    const reach = reachOf(web, client, pod('z/other'), namespace('z'), from(byTeam('a')));
    const peers = (one: Reachability) => one.possiblePeers(member(one, 'x/web').index, 'ingress');
    expect(peers(reach)).toEqual([]);
    expect(peers(reach.strict)).toEqual(['x/web', 'y/client'].map(name => member(reach, name).index));
  });
});
