import * as fc from 'fast-check';
import { openCluster } from './open-cluster';
import { workloadName } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { keepUnchanged } from '../../src/cluster/unchanged';
import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { Resource } from '../../src/manifests/resources';
import { ADDRESSES, anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { namespace, pod, podOf, policy } from '../support/cluster-objects';
import { randomRuns } from '../support/random-runs';

/* An update gives the answers of an evaluation that starts from nothing. */

const DIRECTIONS = ['ingress', 'egress'] as const;

/** Every answer: between all pods and some addresses, what is certain and what is possible, and which policies apply to each pod. */
function answersOf(reach: Reachability): string[] {
  const pods = reach.cluster.workloads.flatMap(w => w.pods.map(each => [`${workloadName(w)}#${w.pods.indexOf(each)}`, reach.ofPod(w, each)] as const));
  const ends = [...pods, ...ADDRESSES.map(ip => [ip, reach.ofAddress(parseAddress(ip)!)] as const)];
  return [
    ...ends.flatMap(([from, source]) => ends.map(([to, destination]) =>
      `${from} → ${to}: ${reach.connections(source, destination)}, ${reach.possibleConnections(source, destination)}`)),
    ...pods.flatMap(([name, own]) => DIRECTIONS.map(direction =>
      `${direction} of ${name}: ${[...reach.policies(own, direction), ...reach.unevaluated(own, direction)].map(p => `${p.namespace}/${p.name}`)} ${reach.clusterPolicies(own, direction).map(p => p.name)}`)),
    ...pods.flatMap(([name, own]) => DIRECTIONS.flatMap(direction => reach.externalRanges(own, direction).map(({ range, connections, possible }) =>
      `${direction} of ${name}: ${range.first}-${range.last} ${connections}, ${possible}`))),
    // The possible peers by name: slots can differ.
    ...pods.flatMap(([name, own]) => DIRECTIONS.map(direction => {
      const peers = reach.possiblePeers(own, direction);
      return `${direction} of ${name}: ${peers === undefined ? 'any' : pods.filter(([, other]) => peers.includes(other)).map(([peer]) => peer)}`;
    })),
    // Lists show pods of one class as one.
    ...pods.flatMap(([a, one]) => pods.filter(([, other]) => one === other).map(([b]) => `${a} is like ${b}`)),
    `${reach.classCount} classes, ${reach.addresses.size} atoms`,
  ];
}

const resourcesOf = (objects: readonly any[]): Resource[] => objects.map((object, i) => ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true }));

/** Goes through the stages by updates. Each stage is some of the same resources. */
function updated(stages: readonly (readonly Resource[])[], options = {}): Reachability {
  const [first, ...others] = stages.map(stage => readCluster(stage).cluster);
  let cluster = first;
  return others.reduce((reach, next) => reach.update(cluster = keepUnchanged(cluster, next)), new Reachability(cluster, options));
}

const fresh = (resources: readonly Resource[], options = {}) => new Reachability(readCluster(resources).cluster, options);

const FORMS: [string, object][] = [['sparse', {}], ['dense', { maxSparseGrants: 0 }]];

describe.each(FORMS)('with %s grants', (_, options) => {
  const subsets = fc.array(fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }), { minLength: 2, maxLength: 4 });

  test('updates give the answers of a new evaluation, and leave those of the earlier ones', () => {
    const clusters = fc.oneof(anyCluster.map(manifestsOf), arbitraryTieredCluster.map(manifestsOf), openCluster.map(({ manifests }) => manifests));
    fc.assert(fc.property(clusters, subsets, (manifests, chosen) => {
      const resources = resourcesOf(manifests);
      const stages = chosen.map(has => resources.filter((_resource, i) => has[i % has.length]));
      let cluster = readCluster(stages[0]).cluster;
      let reach = new Reachability(cluster, options);
      for (const stage of stages.slice(1)) {
        const [before, beforeStrict] = [answersOf(reach), answersOf(reach.strict)];
        cluster = keepUnchanged(cluster, readCluster(stage).cluster);
        const after = reach.update(cluster);
        expect(answersOf(after)).toEqual(answersOf(fresh(stage, options)));
        expect(answersOf(after.strict)).toEqual(answersOf(fresh(stage, options).strict));
        expect([answersOf(reach), answersOf(reach.strict)]).toEqual([before, beforeStrict]);
        reach = after;
      }
    }), { numRuns: randomRuns(150) });
  });
});

const web = (i: number, labels = {}, options = {}) => podOf('web', `x/web-${i}`, { app: 'web', ...labels }, options);
const toWeb = (spec: object, name = 'p') => policy(`x/${name}`, { podSelector: { matchLabels: { app: 'web' } }, ...spec });
const fromBlock = (cidr: string) => toWeb({ ingress: [{ from: [{ ipBlock: { cidr } }] }] });
const everywhere = toWeb({ ingress: [{ from: [{ namespaceSelector: {} }] }] });
const toHttp = toWeb({ policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'http' }] }] });
const fromTeam = toWeb({ ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }] });
const fromY = toWeb({ ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }] });
const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
const httpPods = [web(0, {}, http(80)), web(1, {}, http(81))];
const onPort = (port: number | string, name = 'p') => policy(`x/${name}`, { podSelector: {}, ingress: [{ ports: [{ port }] }] });
const at = (ip: string) => ({ ips: [ip] });

/** Pods in more than 32 classes, so that they need more than one word of bits, and a policy that tells them apart. */
const crowd = (name: string) => Array.from({ length: 40 }, (_, i) => pod(`${name}/p${i}`, { i: `${i}` }));
const mention = policy('z/mention', { podSelector: { matchExpressions: [{ key: 'i', operator: 'In', values: Array.from({ length: 40 }, (_, i) => `${i}`) }] } });
const cilium = (app: string) => ({
  apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'lock', namespace: 'x' }, spec: { endpointSelector: { matchLabels: { app } }, ingress: [{}] },
});
const admin = {
  // A version that netpol does not know.
  apiVersion: 'policy.networking.k8s.io/v9',
  kind: 'AdminNetworkPolicy',
  metadata: { name: 'team' },
  spec: { subject: { namespaces: { matchLabels: { team: 'a' } } }, ingress: [{}] },
};

const tenants = [namespace('x', { team: 'b' }), namespace('y', { team: 'a' }), web(0), pod('y/a', { app: 'a' })];
const clusterWide = (name: string, priority: number, rules: object) => ({
  apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority, subject: { namespaces: {} }, ...rules },
});
/** A policy for what comes from team a, with one rule for each action. */
const cnp = (name: string, priority: number, actions: readonly string[]) => clusterWide(name, priority, {
  ingress: actions.map(action => ({ action, from: [{ namespaces: { matchLabels: { team: 'a' } } }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] })),
});
const egress = (action: string) => clusterWide('out', 5, { egress: [{ action, to: [{ namespaces: {} }] }] });

test.each<[string, object[], object[]]>([
  ['two namespaces are added', [web(0), fromY], [web(0), fromY, pod('y/a'), pod('z/a')]],
  ['two namespaces get too large for their words', [web(0), fromY, mention, pod('y/a'), pod('z/a')], [web(0), fromY, mention, ...crowd('y'), ...crowd('z')]],
  ['one namespace gets too large and another is added', [web(0), fromY, mention, pod('y/a')], [web(0), fromY, mention, ...crowd('y'), pod('z/a')]],
  ['a namespace gets fewer classes', [web(0), fromY, mention, ...crowd('y')], [web(0), fromY, mention, pod('y/a')]],
  ['a namespace with labels is added', [web(0), fromTeam], [web(0), fromTeam, namespace('y', { team: 'a' }), pod('y/a')]],
  ['a namespace gets a label', [namespace('y'), pod('y/a'), web(0), fromTeam], [namespace('y', { team: 'a' }), pod('y/a'), web(0), fromTeam]],
  ['a namespace is no longer declared', [namespace('y', { team: 'a' }), pod('y/a'), web(0), fromTeam], [pod('y/a'), web(0), fromTeam]],
  ['a pod is added in a block without pods, next to a pod above it', [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, at('10.1.0.1'))],
    [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, at('10.1.0.1')), pod('y/b', {}, at('10.0.0.9'))]],
  ['a pod is added in a block without pods, next to a pod below it', [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, at('9.1.0.1'))],
    [web(0), fromBlock('10.0.0.0/16'), pod('y/a', {}, at('9.1.0.1')), pod('y/b', {}, at('10.0.0.9'))]],
  ['a pod is added in a block without pods', [web(0), fromBlock('10.0.0.0/16')], [web(0), fromBlock('10.0.0.0/16'), pod('y/b', {}, at('10.0.0.9'))]],
  ['a namespace gets other pods', [web(0), pod('y/a'), pod('z/a'), mention, fromY], [web(0), ...crowd('y').slice(0, 30), pod('z/a'), mention, fromY]],
  ['the namespace of the policy gets too large', [web(0), pod('y/a'), everywhere], [...crowd('x'), web(0), pod('y/a'), everywhere, mention]],
  ['a namespace gets its first pod', [pod('y/a'), everywhere], [pod('y/a'), web(0), everywhere]],
  ['a namespace loses its last pod', [pod('y/a'), web(0)], [pod('y/a')]],
  ['a block splits the addresses of the pods', [web(0, {}, at('10.0.0.1')), web(1, {}, at('10.1.0.1')), toWeb({})],
    [web(0, {}, at('10.0.0.1')), web(1, {}, at('10.1.0.1')), fromBlock('10.0.0.0/16')]],
  ['the last block is removed', [web(0, {}, at('10.0.0.1')), fromBlock('10.0.0.0/16')], [web(0, {}, at('10.0.0.1'))]],
  ['a named port gets another number in another namespace', [web(0), pod('y/s', {}, http(80)), toHttp], [web(0), pod('y/s', {}, http(81)), toHttp]],
  ['the last rule that names a port is removed', [...httpPods, onPort('http')], [...httpPods, onPort(80)]],
  ['one of two rules that name a port is removed', [...httpPods, onPort('http'), onPort('http', 'q')], [...httpPods, onPort('http')]],
  ['atoms get other numbers', [web(0), pod('y/a', {}, at('10.0.0.1')), fromBlock('10.0.0.0/8')],
    [web(0), pod('y/a', {}, at('10.0.0.1')), fromBlock('10.0.0.0/8'), policy('z/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/16' } }] }] })]],
  ['atoms get other numbers, and another policy has a block with pods',
    [web(0), pod('y/a', {}, at('10.0.0.1')), pod('z/b', {}, at('9.9.0.1')), toWeb({ policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })],
    [web(0), pod('y/a', {}, at('10.0.0.1')), pod('z/b', {}, at('9.9.0.1')), toWeb({ policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
      policy('x/q', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/8' } }] }] })]],
  ['a policy in another namespace mentions a label', [web(0), web(1, { hash: '1' }), pod('y/a')],
    [web(0), web(1, { hash: '1' }), pod('y/a'), policy('y/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { hash: '1' } } }] }] })]],
  ['a value of a label is no longer mentioned',
    [pod('x/a', { app: 'db' }), pod('x/b', { app: 'cache' }), toWeb({}), policy('y/q', { podSelector: { matchLabels: { app: 'db' } } })],
    [pod('x/a', { app: 'db' }), pod('x/b', { app: 'cache' }), toWeb({})]],
  ['a policy is replaced', [web(0), pod('y/a'), toWeb({ ingress: [] }), toWeb({}, 'q')], [web(0), pod('y/a'), toWeb({ ingress: [{}] }), toWeb({}, 'q')]],
  ['policies change their order', [web(0), toWeb({}), toWeb({}, 'q'), toWeb({}, 'r')], [web(0), toWeb({}, 'r'), toWeb({}), toWeb({}, 'q')]],
  ['a policy of another kind is added', [web(0), pod('x/db', { app: 'db' })], [web(0), pod('x/db', { app: 'db' }), cilium('web')]],
  ['pods are added while a policy of another kind stays', [web(0), cilium('db')], [web(0), pod('x/db', { app: 'db' }), cilium('db')]],
  ['a label decides whether a policy of another kind could select the pods', [namespace('x', { team: 'b' }), web(0), admin], [namespace('x', { team: 'a' }), web(0), admin]],
  ['a cluster-wide policy changes', [...tenants, cnp('a', 1, ['Deny']), cnp('b', 2, ['Accept'])], [...tenants, cnp('a', 1, ['Deny']), cnp('b', 2, ['Deny', 'Pass'])]],
  ['a cluster-wide policy of one direction changes', [...tenants, cnp('a', 1, ['Deny']), egress('Deny')], [...tenants, cnp('a', 1, ['Deny']), egress('Accept')]],
  ['a cluster-wide policy is removed', [...tenants, cnp('a', 1, ['Deny']), cnp('b', 2, ['Accept'])], [...tenants, cnp('b', 2, ['Accept'])]],
  ['cluster-wide policies change their order', [...tenants, cnp('a', 1, ['Deny']), cnp('b', 2, ['Accept'])], [...tenants, cnp('a', 2, ['Deny']), cnp('b', 1, ['Accept'])]],
  ['a NetworkPolicy changes below cluster-wide policies', [...tenants, cnp('a', 1, ['Pass']), toWeb({ ingress: [] })], [...tenants, cnp('a', 1, ['Pass']), toWeb({ ingress: [{}] })]],
  ['a pod is added below cluster-wide policies', [...tenants, cnp('a', 1, ['Deny'])], [...tenants, cnp('a', 1, ['Deny']), pod('y/b', { app: 'web' })]],
  ['a namespace gets a label that cluster-wide policies mention', [namespace('y'), pod('y/a'), web(0), cnp('a', 1, ['Deny'])], [namespace('y', { team: 'a' }), pod('y/a'), web(0), cnp('a', 1, ['Deny'])]],
  ['nothing is left', [web(0), toWeb({})], [namespace('z')]],
])('an update is right if %s', (_, before, after) => {
  const known = new Map<string, Resource>();
  const [from, to] = [before, after].map(objects => objects.map(object => {
    const text = JSON.stringify(object);
    const resource = known.get(text) ?? resourcesOf([object])[0];
    known.set(text, resource);
    return resource;
  }));
  for (const [, options] of FORMS) {
    const [old, now] = [from, to].map(resources => answersOf(fresh(resources, options)));
    expect(answersOf(updated([from, to], options))).toEqual(now);
    expect(answersOf(updated([from, to, from], options))).toEqual(old);
    expect(answersOf(updated([from, to, from, to], options))).toEqual(now);
  }
});

test('a namespace without pods can get pods again', () => {
  const [a, w, deny] = resourcesOf([pod('y/a'), web(0), policy('y/p', { podSelector: {} })]);
  expect(answersOf(updated([[w, a], [a], [a, deny]]))).toEqual(answersOf(fresh([a, deny])));
  expect(answersOf(updated([[w, a], [a], [a, deny], [w, a]]))).toEqual(answersOf(fresh([w, a])));
});

test('one reachability can be updated twice', () => {
  const [a, mentionHash, b] = resourcesOf([web(0), policy('x/hash', { podSelector: { matchLabels: { hash: '1' } } }), web(1, { hash: '1' })]);
  const cluster = readCluster([a]).cluster;
  const reach = new Reachability(cluster);
  reach.update(keepUnchanged(cluster, readCluster([a, mentionHash]).cluster));
  // Here no policy mentions the label, so both pods are in one class.
  expect(answersOf(reach.update(keepUnchanged(cluster, readCluster([a, b]).cluster)))).toEqual(answersOf(fresh([a, b])));
});

test('a reachability without assumptions can be updated, and stays as it is when another one is', () => {
  const [w, team, y, extra] = resourcesOf([web(0), fromTeam, pod('y/a'), pod('z/a')]);
  const first = readCluster([w, team]).cluster;
  const second = keepUnchanged(first, readCluster([w, team, y]).cluster);
  const third = keepUnchanged(second, readCluster([w, team, y, extra]).cluster);
  const reach = new Reachability(first);
  const later = reach.update(second);
  // This evaluates the first cluster once more, with tables that it shares with the second.
  const strict = answersOf(reach.strict);
  expect(answersOf(later.update(third))).toEqual(answersOf(fresh([w, team, y, extra])));
  expect(answersOf(reach.strict)).toEqual(strict);
  expect(answersOf(reach.strict.update(second))).toEqual(answersOf(fresh([w, team, y]).strict));
});

test('many updates of a large namespace give the same answers', () => {
  // Rows of bits that are no longer used fill the memory, until everything is evaluated again.
  const values = Array.from({ length: 600 }, (_, i) => `${i}`);
  const all = policy('x/all', { podSelector: { matchExpressions: [{ key: 'i', operator: 'In', values }] } });
  const { cluster } = readCluster(resourcesOf([...values.map(i => pod(`x/p${i}`, { i })), all, pod('y/a')]));
  let reach = new Reachability(cluster);
  for (let i = 0; i < 120; i++) {
    const [changed, ...others] = cluster.workloads;
    reach = reach.update({ ...cluster, workloads: [{ ...changed }, ...others] });
  }
  expect(reach.classCount).toBe(new Reachability(cluster).classCount);
  const [first] = reach.cluster.workloads;
  const other = reach.cluster.workloads[600];
  const ends = [reach.ofPod(first, first.pods[0]), reach.ofPod(other, other.pods[0])];
  expect([reach.connections(ends[1], ends[0]), reach.connections(ends[0], ends[1])].map(String)).toEqual(['No Connections', 'All Connections']);
});

test('a block elsewhere does not change what a label decides whose value only the cluster knows', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'x' }, spec: { selector: { matchLabels: { app: 'web' } }, template } };
  const hash = policy('x/hash', { podSelector: { matchLabels: { 'pod-template-hash': '1' } }, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  const block = policy('y/block', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.0/16' } }] }] });
  const [d, own, y, other] = resourcesOf([deployment, hash, pod('y/a'), block]);
  expect(answersOf(updated([[d, own, y], [d, own, y, other]]))).toEqual(answersOf(fresh([d, own, y, other])));
  expect(answersOf(updated([[d, own, y, other], [d, own, y]]))).toEqual(answersOf(fresh([d, own, y])));
});

test.each([['c', 'd'], ['d', 'c']])('a peer in the place of another pod is one for the rules that select it (%s, %s)', (...roles) => {
  const only = policy('y/only', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'role', operator: 'In', values: ['a', 'd'] }] } }] }] });
  const [w, p, ...pods] = resourcesOf([pod('y/web'), only, ...['a', 'b', ...roles].map(role => pod(`x/${role}`, { role }))]);
  const [before, after] = [[w, p, ...pods.slice(0, 2)], [w, p, ...pods.slice(2)]];
  expect(answersOf(updated([before, after]))).toEqual(answersOf(fresh(after)));
});
