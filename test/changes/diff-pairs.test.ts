import { app, between, DB, db, gains, losses, pairs, SHOP, WEB } from './diffed';
import { ChangedPair, diff, hasDifference, isCertain } from '../../src/changes/diff';
import { ClusterFacts } from '../../src/cluster/cluster';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { deployment, labelled, namespace, pod, PodOptions, podOf, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* The differences between the lists of declared pods, and how a change of a workload, a namespace or a fact changes them. */

const WEB_TO_DB = 'shop/web[Deployment] to shop/db[Deployment]';
const out = (...to: readonly object[]) => policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to }] });
const block = (cidr: string) => ({ ipBlock: { cidr } });

describe('a pair is listed', () => {
  test('if its connections differ, in either direction of its ends', () => {
    const result = between([SHOP, WEB, DB, db([app('web')])], [SHOP, WEB, DB, db([app('web')], [{ port: 80 }])]);
    expect(pairs(result)).toEqual([`${WEB_TO_DB} both: TCP 5432 then TCP 80`]);
    expect(result.pairs.map(({ before, after }) => [before.undecided, after.undecided])).toEqual([[[], []]]);
    expect(pairs(between([SHOP, WEB, DB, db([])], [SHOP, WEB, DB, db([]), out(app('db'))]))).toEqual([
      'shop/web[Deployment] to 0.0.0.0-255.255.255.255[External] both: All Connections then No Connections',
      'shop/web[Deployment] to shop/web[Deployment] both: All Connections then No Connections',
    ]);
  });

  test('of pods of one workload, but not of a pod and itself', () => {
    const isolated = policy('shop/web', { podSelector: labelled({ app: 'web' }) });
    const texts = (web: object) => pairs(between([SHOP, web], [SHOP, web, isolated]));
    expect(texts(WEB)).toContain('shop/web[Deployment] to shop/web[Deployment] both: All Connections then No Connections');
    expect(texts(pod('shop/web', { app: 'web' }))).toEqual(['0.0.0.0-255.255.255.255[External] to shop/web[Pod] both: All Connections then No Connections']);
  });

  test('with the addresses of the families that a version mentions', () => {
    const addresses = (cidr: string) => pairs(between([SHOP, WEB], [SHOP, WEB, out(block(cidr))])).filter(text => text.includes('External'));
    expect(addresses('10.0.0.0/8')).toEqual([
      'shop/web[Deployment] to 0.0.0.0-9.255.255.255[External] both: All Connections then No Connections',
      'shop/web[Deployment] to 11.0.0.0-255.255.255.255[External] both: All Connections then No Connections',
    ]);
    expect(addresses('fd00::/8').filter(text => text.includes('::'))).toHaveLength(2);
  });

  test('if other kinds of reasons leave it undecided, but that is no certain difference', () => {
    const open = (...cidrs: string[]) => [SHOP, WEB, DB, out(...cidrs.map(block))];
    const result = between(open('10.0.0.0/8'), [...open('10.0.0.0/8'), policy('shop/db', { podSelector: labelled({ app: 'db' }) })]);
    expect(result.pairs.filter(({ destination }) => destination.name === 'shop/db[Deployment]').map(({ source, before, after }) =>
      `${source.name}: ${before.undecided.map(({ code }) => code)} then ${after.undecided.map(({ code }) => code)}`)).toContain('shop/web[Deployment]: pod-address then ');
  });
});

describe('a difference is certain', () => {
  const TCP = ConnectionSet.range('TCP', 80, 80);
  const reasons = [{ code: 'pod-address', what: 'a' }] as const;
  const NOTHING = { connections: ConnectionSet.NONE, undecided: [] };

  test.each<[string, Pick<ChangedPair, 'before' | 'after'>, boolean]>([
    ['if something passes that certainly did not', { before: NOTHING, after: { connections: TCP, undecided: [] } }, true],
    ['if something certainly does not pass any more', { before: { connections: TCP, undecided: [] }, after: NOTHING }, true],
    ['not if it may have passed before', { before: { connections: ConnectionSet.NONE, undecided: reasons }, after: { connections: TCP, undecided: [] } }, false],
    ['not if it may still pass', { before: { connections: TCP, undecided: [] }, after: { connections: ConnectionSet.NONE, undecided: reasons } }, false],
    ['not if the same passes', { before: { connections: TCP, undecided: [] }, after: { connections: TCP, undecided: [] } }, false],
    ['if something else passes, and more is undecided', { before: NOTHING, after: { connections: TCP, undecided: reasons } }, true],
  ])('%s', (_, pair, certain) => { expect(isCertain(pair)).toBe(certain); });
});

describe('a gate', () => {
  test('counts losses as narrowed', () => {
    const result = between([SHOP, db([app('web'), app('jobs')])], [SHOP, db([app('web')])]);
    expect((['broadened', 'added', 'narrowed', 'any'] as const).map(kind => hasDifference(result, kind))).toEqual([false, false, true, true]);
  });

  test('counts no difference where there is none, or only one that is not certain', () => {
    expect(hasDifference(between([SHOP, WEB], [SHOP, WEB]), 'any')).toBe(false);
    const uncertain = { gains: [], losses: [], undecided: [], namespaces: { fresh: [], gone: [] }, scope: { pods: 'every possible pod' }, assumptions: [] } as const;
    const [pair] = between([SHOP, WEB, DB, db([app('web')])], [SHOP, WEB, DB, db([app('jobs')])]).pairs;
    const open = { ...pair, after: { ...pair.after, undecided: [{ code: 'policy-kind', what: 'a' }] } } as const;
    expect([[open], [pair, open], [pair]].map(all => hasDifference({ ...uncertain, pairs: all }, 'any'))).toEqual([false, true, true]);
  });

  test('counts one broadening among additions, and one addition among broadenings', () => {
    const deny = policy('shop/deny', { podSelector: {} });
    const fresh = policy('shop/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [block('192.0.2.0/24')] }] });
    const result = between([SHOP, DB, deny, db([app('web')])], [SHOP, DB, deny, WEB, fresh, db([app('web'), app('jobs')])]);
    expect((['broadened', 'added'] as const).map(kind => hasDifference(result, kind))).toEqual([true, true]);
    // What is opened for workloads of both versions comes first, and then what is opened for possible pods; additions are last.
    expect(result.gains.map(({ ends, isAddition }) => `${ends} ${isAddition}`)).toEqual(['possible false', 'new true']);
  });
});

describe('workloads that only one version has', () => {
  const all = policy('shop/web', { podSelector: labelled({ app: 'web' }), policyTypes: ['Ingress'] });

  test('gain and lose what the rules say about them', () => {
    const fresh = between([SHOP, DB], [SHOP, DB, WEB]);
    expect(pairs(fresh)).toContain(`${WEB_TO_DB} new: No Connections then All Connections`);
    const gone = between([SHOP, DB, WEB], [SHOP, DB]);
    expect(pairs(gone)).toContain(`${WEB_TO_DB} gone: All Connections then No Connections`);
    expect(gone).toMatchObject({ gains: [], losses: [], undecided: [] });
    expect(hasDifference(gone, 'narrowed')).toBe(false);
    expect(hasDifference(gone, 'any')).toBe(true);
  });

  test('are the ends of what closes for them', () => {
    const result = between([SHOP, DB, WEB], [SHOP, DB, all]);
    expect(losses(result)).toEqual(['closed gone: every pod and address to pods app=web of namespace shop on every port']);
    const [{ pairs: own }] = result.losses;
    expect(own.map(({ source, destination, ends, connections }) => `${source.name} ${destination.name} ${ends} ${connections}`)).toEqual([
      '0.0.0.0-255.255.255.255[External] shop/web[Deployment] gone All Connections',
      'shop/db[Deployment] shop/web[Deployment] gone All Connections',
      'shop/web[Deployment] shop/web[Deployment] gone All Connections',
    ]);
    // A new workload with an old one: one of the ends is new.
    expect(between([SHOP, DB, all], [SHOP, DB, WEB]).gains.map(({ ends }) => ends)).toEqual(['new']);
  });

  test('of a namespace that only that version has', () => {
    const jobs = [namespace('jobs'), deployment('jobs/a', { app: 'a' })];
    const inJobs = policy('jobs/deny', { podSelector: {} });
    expect(losses(between([SHOP, ...jobs], [SHOP, inJobs]))).toEqual(['closed gone: every pod and address to every pod of namespace jobs on every port']);
    expect(pairs(between([SHOP, WEB], [SHOP, WEB, ...jobs]))).toContain('shop/web[Deployment] to jobs/a[Deployment] new: No Connections then All Connections');
  });
});

describe('pods of one workload', () => {
  const set = (labels: Record<string, string>[]) => labels.map((own, i) => podOf('db', `shop/db-${i}`, own));
  const leader = { app: 'db', role: 'leader' };
  const follower = { app: 'db', role: 'follower' };
  const toLeader = policy('shop/db', { podSelector: labelled(leader), ingress: [{ from: [app('web')] }] });

  test('are compared one by one if policies treat them in different ways', () => {
    const result = between([SHOP, WEB, ...set([leader, follower])], [SHOP, WEB, ...set([leader, follower]), toLeader]);
    expect(pairs(result)).toContain('0.0.0.0-255.255.255.255[External] to shop/db-0[Pod] both: All Connections then No Connections');
    expect(pairs(result).some(text => text.includes('to shop/db-1'))).toBe(false);
    expect(result.losses.flatMap(({ pairs: own }) => own.map(({ destination }) => destination.name))).toContain('shop/db-0[Pod]');
  });

  test('are the same by their names, in any order', () => {
    const old = set([leader, follower]);
    expect(between([SHOP, WEB, ...old, toLeader], [SHOP, WEB, ...[...old].reverse(), toLeader])).toMatchObject({ gains: [], losses: [], pairs: [] });
    const swapped = between([SHOP, WEB, ...old, toLeader], [SHOP, WEB, ...set([follower, leader]), toLeader]);
    expect(swapped.pairs.filter(({ source }) => source.kind === 'addresses').map(({ destination, before, after }) =>
      `${destination.kind === 'pod' && destination.pod.name}: ${before.connections} then ${after.connections}`)).toEqual(['db-0: No Connections then All Connections', 'db-1: All Connections then No Connections']);
  });

  test('that only one version has are new or gone, and change nothing for the others', () => {
    const [one, two] = [set([leader]), set([leader, follower])];
    const fresh = between([SHOP, WEB, ...one, toLeader], [SHOP, WEB, ...two, toLeader]);
    expect(pairs(fresh)).toContain('shop/web[Deployment] to shop/db-1[Pod] new: No Connections then All Connections');
    const gone = between([SHOP, WEB, ...two, toLeader], [SHOP, WEB, ...one, toLeader]);
    expect(pairs(gone)).toContain('shop/web[Deployment] to shop/db-1[Pod] gone: All Connections then No Connections');
    for (const result of [fresh, gone]) {
      expect(result).toMatchObject({ gains: [], losses: [] });
      expect(pairs(result).filter(text => !text.includes('db-1'))).toEqual([]);
    }
    // Policies tell none of them apart: then they are the workload, as before.
    expect(between([SHOP, WEB, ...one], [SHOP, WEB, ...two])).toMatchObject({ gains: [], losses: [], pairs: [] });
    expect(between([SHOP, WEB, ...two], [SHOP, WEB, ...one])).toMatchObject({ gains: [], losses: [], pairs: [] });
  });

  test('are in the regions of their own labels only', () => {
    const toFollower = policy('shop/follower', { podSelector: labelled(follower), ingress: [{ from: [app('web')] }] });
    const result = between([SHOP, WEB, ...set([leader, follower])], [SHOP, WEB, ...set([leader, follower]), toLeader, toFollower]);
    expect(result.losses.map(({ to, pairs: own }) => `${to.text}: ${[...new Set(own.map(({ destination }) => destination.name))]}`)).toEqual([
      'pods app=db,role=leader of namespace shop: shop/db-0[Pod]', 'pods app=db,role=follower of namespace shop: shop/db-1[Pod]',
    ]);
  });

  test('are compared with the template of a version that has no known pods', () => {
    const template = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'shop', name: 'db' }, spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: leader }, spec: { containers: [{ name: 'c', image: 'i' }] } } } };
    const result = between([SHOP, WEB, template, toLeader], [SHOP, WEB, template, ...set([leader, follower]), toLeader]);
    expect(pairs(result)).toContain('0.0.0.0-255.255.255.255[External] to shop/db-1[Pod] both: No Connections then All Connections');
    expect(result.gains.map(({ ends }) => ends)).toEqual(['both']);
    expect(pairs(result).some(text => text.includes('to shop/db-0'))).toBe(false);
  });
});

describe('the labels, ports, addresses and network of a workload', () => {
  const web = (options: PodOptions) => pod('shop/web', { app: 'web' }, options);
  const http = policy('shop/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [app('db')], ports: [{ port: 'http' }] }] });
  const DB_POD = pod('shop/db', { app: 'db' });

  test('a named port that moves closes the old number and opens the new one', () => {
    const at = (containerPort: number) => [SHOP, DB_POD, web({ ports: [{ name: 'http', containerPort }] }), http];
    const result = between(at(80), at(81));
    expect(pairs(result)).toEqual(['shop/db[Pod] to shop/web[Pod] both: TCP 80 then TCP 81']);
    expect(gains(result)).toEqual(['widened both: pods app=db of namespace shop to shop/web[Pod] among pods app=web of namespace shop on TCP http']);
    expect(losses(result)).toHaveLength(1);
    // A port that no rule names makes no difference.
    expect(between([SHOP, DB_POD, web({ ports: [{ name: 'a', containerPort: 80 }] }), http], [SHOP, DB_POD, web({ ports: [{ name: 'b', containerPort: 80 }] }), http])).toMatchObject({ gains: [], losses: [], pairs: [] });
  });

  test('an address that moves into a block opens what the rule about the block allows', () => {
    const at = (...ips: string[]) => [SHOP, pod('shop/db', { app: 'db' }, { ips }), WEB, out(block('10.0.0.0/8'))];
    const result = between(at('192.0.2.1'), at('10.1.2.3'));
    expect(gains(result)).toEqual(['opened both: pods app=web of namespace shop to shop/db[Pod] with addresses in 10.0.0.0/8 on every port']);
    expect(pairs(result)).toContain('shop/web[Deployment] to shop/db[Pod] both: No Connections then All Connections');
    expect(losses(between(at('10.1.2.3'), at('192.0.2.1')))).toEqual(['closed both: pods app=web of namespace shop to shop/db[Pod] with addresses in 10.0.0.0/8 on every port']);
    expect(between(at('10.1.2.3'), at('10.3.2.1'))).toMatchObject({ gains: [], losses: [] });
  });

  test('labels that move a workload out of an isolating policy open it', () => {
    const closed = policy('shop/closed', { podSelector: labelled({ app: 'web' }) });
    const result = between([SHOP, DB, WEB, closed], [SHOP, DB, deployment('shop/web', { app: 'site' }), closed]);
    expect(gains(result)).toEqual(['opened both: every pod and address to shop/web[Deployment] on every port']);
    expect(losses(result)).toEqual([]);
    const egress = policy('shop/closed', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'] });
    expect(gains(between([SHOP, DB, WEB, egress], [SHOP, DB, deployment('shop/web', { app: 'site' }), egress]))).toEqual(['opened both: shop/web[Deployment] to every pod and address on every port']);
  });

  test('labels that move a workload to another policy open what its rules allow', () => {
    const rules = [policy('shop/a', { podSelector: labelled({ app: 'web' }) }), policy('shop/b', { podSelector: labelled({ app: 'site' }), ingress: [{ from: [app('db')], ports: [{ port: 80 }, { port: 'http' }] }] })];
    const ports = { ports: [{ name: 'http', containerPort: 8080 }] };
    const result = between([SHOP, DB, deployment('shop/web', { app: 'web' }, ports), ...rules], [SHOP, DB, deployment('shop/web', { app: 'site' }, ports), ...rules]);
    expect(gains(result)).toEqual(['opened both: pods app=db of namespace shop to shop/web[Deployment] among pods app=site of namespace shop on TCP 80 and TCP http']);
    expect(pairs(result)).toEqual(['shop/db[Deployment] to shop/web[Deployment] both: No Connections then TCP 80,8080']);
  });

  test('the network of its node is outside of every policy', () => {
    const closed = policy('shop/closed', { podSelector: labelled({ app: 'web' }) });
    const result = between([SHOP, DB, web({}), closed], [SHOP, DB, web({ hostNetwork: true }), closed]);
    expect(gains(result)).toEqual(['opened both: every pod and address to shop/web[Pod] on every port']);
    expect(losses(between([SHOP, DB, web({}), db([app('web')])], [SHOP, DB, web({ hostNetwork: true }), db([app('web')])]))).toEqual(['closed both: shop/web[Pod] among pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432']);
  });

  test('a label that no selector mentions makes no difference', () => {
    expect(between([SHOP, DB, WEB, db([app('web')])], [SHOP, DB, deployment('shop/web', { app: 'web', version: '2' }), db([app('web')])])).toMatchObject({ gains: [], losses: [], pairs: [] });
  });
});

describe('facts', () => {
  const facts = (more: Partial<ClusterFacts>): ClusterFacts => ({ namespaces: [], ...more });
  const cidrs = (...texts: string[]) => facts({ podCidrs: texts.map(text => parseCidr(text) as Cidr) });

  test('the blocks of pods decide about pods whose address is not known', () => {
    const objects = [SHOP, WEB, DB, out(block('10.0.0.0/8'))];
    const result = between(objects, objects, { old: cidrs('192.168.0.0/16'), now: cidrs('10.0.0.0/16') });
    expect(pairs(result)).toContain(`${WEB_TO_DB} both: No Connections then All Connections`);
    expect(pairs(between(objects, objects, { old: cidrs('10.0.0.0/16'), now: cidrs('10.0.0.0/16') }))).toEqual([]);
  });

  test('the network plugin decides whether a block means pods', () => {
    const objects = [SHOP, WEB, pod('shop/db', { app: 'db' }, { ips: ['10.0.0.1'] }), out(block('10.0.0.0/8'))];
    const cilium = facts({ plugin: readNetworkPlugin('cilium') as NetworkPlugin });
    const result = between(objects, objects, { now: cilium });
    expect(pairs(result)).toContain('shop/web[Deployment] to shop/db[Pod] both: All Connections then No Connections');
  });

  test('nodes that no rule names make no difference', () => {
    const node = (address: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: {} }, status: { addresses: [{ type: 'InternalIP', address }] } });
    expect(between([SHOP, WEB, DB, node('192.0.2.1')], [SHOP, WEB, DB, node('192.0.2.2')])).toMatchObject({ gains: [], losses: [], pairs: [], undecided: [] });
  });
});

test('the namespace of a workload that a version only uses has no label there', () => {
  const red = policy('shop/red', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
  const job = deployment('ops/job', { app: 'job' });
  const result = between([SHOP, DB, red, job], [SHOP, DB, red, job, namespace('ops', { team: 'red' })]);
  expect(gains(result)).toEqual(['opened both: every pod of namespace ops, by selector team=red to every pod of namespace shop on every port']);
  expect(pairs(result)).toEqual(['ops/job[Deployment] to shop/db[Deployment] both: No Connections then All Connections']);
  expect(result.namespaces).toEqual({ fresh: ['ops'], gone: [] });
  expect(diff(clusterOfObjects([SHOP, DB, red, job, namespace('ops', { team: 'red' })]), clusterOfObjects([SHOP, DB, red, job])).losses).toHaveLength(1);
});

describe('a loss', () => {
  const red = policy('shop/red', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });

  test('is neither a broadening nor an addition, and its witness is as each version has it', () => {
    const [loss, ...others] = between([SHOP, red, namespace('ops', { team: 'red' })], [SHOP, red, namespace('ops')]).losses;
    expect(others).toEqual([]);
    expect(loss).toMatchObject({ kind: 'closed', isBroadening: false, isAddition: false });
    const { source } = loss.witness;
    expect(source.kind === 'pod' && [source.before.namespace.labels.team, source.after.namespace.labels.team]).toEqual(['red', undefined]);
    const { witness: { source: gained } } = between([SHOP, red, namespace('ops')], [SHOP, red, namespace('ops', { team: 'red' })]).gains[0];
    expect(gained.kind === 'pod' && [gained.before.namespace.labels.team, gained.after.namespace.labels.team]).toEqual([undefined, 'red']);
  });

  test('and a gain of two versions in turn are the same', () => {
    const versions = [[SHOP, WEB, DB, db([app('x')])], [SHOP, WEB, DB, db([app('x'), app('web')])]];
    expect(losses(between(versions[1], versions[0])).map(text => text.replace('closed', 'opened'))).toEqual(gains(between(versions[0], versions[1])));
  });
});

test('a gain that an old and a new workload share is a broadening', () => {
  const rule = policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [app('x'), { podSelector: labelled({ tier: 'front' }) }] }] });
  const [old, fresh] = [deployment('shop/one', { tier: 'front' }), deployment('shop/two', { tier: 'front' })];
  const closed = policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [app('x')] }] });
  const newDb = deployment('shop/new', { app: 'db' });
  const kinds = (versions: readonly object[][]) => between(versions[0], versions[1]).gains
    .map(({ isBroadening, isAddition, pairs: own }) => [isBroadening, isAddition, own.length]);
  expect(kinds([[SHOP, old, closed], [SHOP, old, fresh, newDb, rule]])).toEqual([[true, false, 2]]);
  expect(kinds([[SHOP, closed], [SHOP, fresh, newDb, rule]])).toEqual([[false, true, 1]]);
});

test('each changed policy of a namespace counts', () => {
  const deny = (name: string) => policy(`shop/${name}`, { podSelector: labelled({ app: name }) });
  expect(pairs(between([SHOP, WEB, DB], [SHOP, WEB, DB, deny('web'), deny('db')])).filter(text => !text.includes('External'))).toEqual([
    'shop/db[Deployment] to shop/db[Deployment] both: All Connections then No Connections',
    'shop/db[Deployment] to shop/web[Deployment] both: All Connections then No Connections',
    'shop/web[Deployment] to shop/db[Deployment] both: All Connections then No Connections',
    'shop/web[Deployment] to shop/web[Deployment] both: All Connections then No Connections',
  ]);
});

test('workloads of one name and of different kinds are different ones', () => {
  const other = pod('shop/web', { app: 'db' });
  const closed = policy('shop/closed', { podSelector: labelled({ app: 'web' }) });
  const names = pairs(between([SHOP, WEB, other], [SHOP, WEB, other, closed])).map(text => / to (\S+)/.exec(text)![1]);
  expect([...new Set(names)]).toEqual(['shop/web[Deployment]']);
  expect(between([SHOP, WEB, other], [SHOP, other, WEB])).toMatchObject({ gains: [], losses: [], pairs: [] });
});

test('a changed rule of a cluster-wide policy changes pairs', () => {
  const lock = (number: number) => ({
    apiVersion: 'policy.networking.k8s.io/v1beta1',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'lock' },
    spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number } } }] }] },
  });
  expect(pairs(between([SHOP, WEB, DB, lock(80)], [SHOP, WEB, DB, lock(81)]))).toContain(
    `${WEB_TO_DB} both: SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535 then SCTP 1-65535,TCP 1-80,82-65535,UDP 1-65535`);
});

test('an unchanged workload is the same in both versions, whatever the labels are that Kubernetes adds', () => {
  const hash = policy('shop/hash', { podSelector: labelled({ 'pod-template-hash': 'a' }), ingress: [{ from: [app('web')] }] });
  expect(between([SHOP, WEB, DB, hash], [SHOP, WEB, DB, hash])).toMatchObject({ gains: [], losses: [], undecided: [], pairs: [] });
});
