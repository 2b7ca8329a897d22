import { app, between, causesOf, DB, db, gains, losses, pairs, SHOP, undecided, WEB } from './diffed';
import { deployment, Labels, labelled, namespace, pod, policy } from '../support/cluster-objects';

/* What a change of cluster-wide policies opens and closes. The API is documented at network-policy-api.sigs.k8s.io. */

const EVERYONE = { namespaces: {} };
const cnp = (name: string, spec: object, apiVersion = 'policy.networking.k8s.io/v1beta1') => ({
  apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority: 10, subject: EVERYONE, ...spec },
});
const ingress = (action: string, from: object, rest: object = {}) => ({ action, from: [from], ...rest });
const egress = (action: string, to: object, rest: object = {}) => ({ action, to: [to], ...rest });
const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const named = (name: string) => ({ protocols: [{ destinationNamedPort: name }] });
const of = (name: string) => ({ namespaces: labelled({ 'kubernetes.io/metadata.name': name }) });
const node = (name: string, labels: Record<string, string>, address: string) => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { addresses: [{ type: 'InternalIP', address }] },
});

const BASE = [SHOP, namespace('ops')];

describe('a rule of a cluster-wide policy', () => {
  test('that is new closes what it denies, and one that is gone opens it', () => {
    const deny = cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] });
    const added = between(BASE, [...BASE, deny]);
    expect(losses(added)).toEqual(['narrowed possible: every pod of namespace ops to every pod of namespace shop on TCP 80']);
    expect(gains(added)).toEqual([]);
    expect(causesOf(added.losses)).toEqual(['cluster-wide rule added: ClusterNetworkPolicy lock spec.ingress[0] is new (- → object 2)']);
    const removed = between([...BASE, deny], BASE);
    expect(gains(removed)).toEqual(['widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80']);
    expect(losses(removed)).toEqual([]);
    expect(causesOf(removed.gains)).toEqual(['cluster-wide rule removed: ClusterNetworkPolicy lock spec.ingress[0] is gone (object 2 → -)']);
  });

  test('for egress is between its pods and its peers', () => {
    const deny = cnp('lock', { subject: of('shop'), egress: [egress('Deny', of('ops'), tcp(80))] });
    expect(losses(between(BASE, [...BASE, deny]))).toEqual(['narrowed possible: every pod of namespace shop to every pod of namespace ops on TCP 80']);
  });

  test('that has changed says so in both versions', () => {
    const lock = (port: number) => cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(port))] });
    const result = between([...BASE, lock(80)], [...BASE, lock(81)]);
    expect(gains(result)).toEqual(['widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80']);
    expect(losses(result)).toEqual(['narrowed possible: every pod of namespace ops to every pod of namespace shop on TCP 81']);
    expect(causesOf(result.gains)).toEqual(['cluster-wide rule changed: ClusterNetworkPolicy lock spec.ingress[0].protocols[0] has changed (object 2 → object 2)']);
  });

  test.each<[string, object]>([
    ['that only has another name', cnp('other', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] })],
    ['of another priority that decides the same', cnp('lock', { priority: 20, subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] })],
    ['of the other tier that decides the same', cnp('lock', { tier: 'Baseline', subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] })],
    ['in two parts', cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', { pods: { namespaceSelector: of('ops').namespaces, podSelector: {} } }, tcp(80)), ingress('Pass', EVERYONE)] })],
  ])('%s changes nothing', (_, now) => {
    const lock = cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] });
    expect(between([...BASE, lock], [...BASE, now])).toMatchObject({ gains: [], losses: [], undecided: [], pairs: [] });
  });

  test.each<[string, object, string]>([
    ['action', cnp('lock', { subject: of('shop'), ingress: [ingress('Accept', of('ops'), tcp(80))] }), 'widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80'],
    ['peer', cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('shop'), tcp(80))] }), 'widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80'],
    ['subject', cnp('lock', { subject: of('ops'), ingress: [ingress('Deny', of('ops'), tcp(80))] }), 'widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80'],
    ['pods of the subject', cnp('lock', { subject: { pods: { namespaceSelector: of('shop').namespaces, podSelector: labelled({ app: 'db' }) } }, ingress: [ingress('Deny', of('ops'), tcp(80))] }),
      'widened possible: every pod of namespace ops to every pod of namespace shop on TCP 80'],
  ])('of which the %s has changed opens what it no longer denies', (_, now, gain) => {
    const lock = cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), tcp(80))] });
    expect(gains(between([...BASE, lock], [...BASE, now]))).toEqual([gain]);
  });

  test('that decides before another one opens what that one denies', () => {
    const deny = ingress('Deny', EVERYONE);
    const accept = ingress('Accept', of('ops'));
    const lock = (...rules: object[]) => cnp('lock', { subject: of('shop'), ingress: rules });
    const swapped = between([...BASE, lock(deny, accept)], [...BASE, lock(accept, deny)]);
    expect(gains(swapped)).toContain('opened possible: every pod of namespace ops to every pod of namespace shop on every port');
    expect(causesOf(swapped.gains)).toContain('cluster-wide rule changed: ClusterNetworkPolicy lock spec.ingress[0] has changed (object 2 → object 2)');
    const other = (priority: number) => cnp('accept', { priority, subject: of('shop'), ingress: [accept] });
    const raised = between([...BASE, lock(deny), other(20)], [...BASE, lock(deny), other(5)]);
    expect(gains(raised)).toEqual(['opened possible: every pod of namespace ops to every pod of namespace shop on every port']);
    expect(losses(raised)).toEqual([]);
    // Rules that agree may decide in any order.
    expect(between([...BASE, lock(deny, ingress('Deny', of('ops')))], [...BASE, lock(ingress('Deny', of('ops')), deny)])).toMatchObject({ gains: [], losses: [], undecided: [] });
  });

  test('opens only what NetworkPolicies deny, if it is an Accept', () => {
    const closed = [...BASE, policy('shop/deny', { podSelector: {} })];
    const accept = cnp('monitoring', { subject: of('shop'), ingress: [ingress('Accept', of('ops'), tcp(9090))] });
    expect(gains(between(closed, [...closed, accept]))).toEqual(['opened possible: every pod of namespace ops to every pod of namespace shop on TCP 9090']);
    expect(between(BASE, [...BASE, accept])).toMatchObject({ gains: [], losses: [] });
  });

  test('of the Baseline tier closes what no NetworkPolicy isolates', () => {
    const baseline = cnp('default', { tier: 'Baseline', subject: of('shop'), ingress: [ingress('Deny', EVERYONE)] });
    const result = between([...BASE, db([app('web')])], [...BASE, db([app('web')]), baseline]);
    expect(losses(result)).toEqual(['closed possible: every pod to every pod of namespace shop on every port']);
    expect(gains(result)).toEqual([]);
  });

  test('about a named port is about the number that pods give it', () => {
    const web = pod('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }] });
    const lock = cnp('lock', { subject: of('shop'), ingress: [ingress('Deny', of('ops'), named('http'))] });
    const result = between([...BASE, web, pod('ops/a', {})], [...BASE, web, pod('ops/a', {}), lock]);
    expect(pairs(result)).toEqual(['ops/a[Pod] to shop/web[Pod] both: All Connections then SCTP 1-65535,TCP 1-8079,8081-65535,UDP 1-65535']);
    expect(losses(result)).toHaveLength(1);
    expect(losses(result)[0]).toMatch(/^narrowed both: every pod of namespace ops to every pod of namespace shop on /);
  });
});

describe('peers that only egress has', () => {
  const deny = (peer: object, rest: object = {}) => cnp('lock', { subject: of('shop'), egress: [egress('Deny', peer, rest)] });

  test('networks are written as blocks', () => {
    expect(losses(between(BASE, [...BASE, deny({ networks: ['192.0.2.0/24'] })]))).toEqual(['closed possible: every pod of namespace shop to 192.0.2.0/24 on every port']);
    const result = between([...BASE, WEB], [...BASE, WEB, deny({ networks: ['192.0.2.0/24'] }, tcp(80))]);
    expect(losses(result)).toEqual(['narrowed both: every pod of namespace shop to 192.0.2.0/24 on TCP 80']);
    expect(pairs(result)).toContain('shop/web[Deployment] to 192.0.2.0-192.0.2.255[External] both: All Connections then SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535');
  });

  test('nodes are the addresses that they have', () => {
    const nodes = [node('n1', { pool: 'x' }, '192.0.2.1'), node('n2', { pool: 'y' }, '192.0.2.2')];
    const result = between([...BASE, ...nodes], [...BASE, ...nodes, deny({ nodes: labelled({ pool: 'x' }) })]);
    expect(losses(result)).toEqual(['closed possible: every pod of namespace shop to 192.0.2.1/32 on every port']);
    expect(gains(result)).toEqual([]);
  });

  test('another address of a node opens the old one and closes the new one', () => {
    const at = (address: string) => [...BASE, WEB, node('n1', { pool: 'x' }, address), deny({ nodes: labelled({ pool: 'x' }) })];
    const result = between(at('192.0.2.1'), at('192.0.2.9'));
    expect(gains(result)).toEqual(['opened both: every pod of namespace shop to 192.0.2.1/32 on every port']);
    expect(losses(result)).toEqual(['closed both: every pod of namespace shop to 192.0.2.9/32 on every port']);
    expect(pairs(result)).toEqual([
      'shop/web[Deployment] to 192.0.2.1-192.0.2.1[External] both: No Connections then All Connections',
      'shop/web[Deployment] to 192.0.2.9-192.0.2.9[External] both: All Connections then No Connections',
    ]);
  });

  test('nodes that are not known leave it undecided', () => {
    const result = between([...BASE, WEB], [...BASE, WEB, deny({ nodes: labelled({ pool: 'x' }) }, tcp(22))]);
    expect(gains(result)).toEqual([]);
    expect(losses(result)).toEqual([]);
    expect(undecided(result)).toEqual(['may close: every pod of namespace shop to nodes pool=x on TCP 22 (node-address)']);
    expect(undecided(between(BASE, [...BASE, deny({ nodes: {} }, tcp(22))]))[0]).toMatch(/^may close: every pod of namespace shop to every node on TCP 22/);
    expect(between([...BASE, deny({ nodes: {} })], [...BASE, deny({ nodes: {} })])).toMatchObject({ undecided: [], pairs: [] });
  });

  test('domain names leave it undecided', () => {
    const closed = [...BASE, policy('shop/deny', { podSelector: {}, policyTypes: ['Egress'] })];
    const accept = (...names: string[]) => cnp('sites', { subject: of('shop'), egress: [egress('Accept', { domainNames: names }, tcp(443))] });
    const result = between(closed, [...closed, accept('example.com', '*.example.org')]);
    expect(undecided(result)).toEqual(['may open: every pod of namespace shop to the addresses of example.com and *.example.org on TCP 443 (domain-name)']);
    expect(between([...closed, accept('example.com')], [...closed, accept('example.com')])).toMatchObject({ undecided: [] });
    expect(undecided(between([...closed, accept('example.com')], [...closed, accept('example.org')])).map(text => text.slice(0, 9))).toEqual(['may open:', 'may open:', 'may close', 'may close']);
  });
});

test('policies of one priority that disagree leave it undecided which one decides', () => {
  const one = (name: string, action: string) => cnp(name, { subject: of('shop'), ingress: [ingress(action, of('ops'))] });
  const result = between([...BASE, one('a', 'Deny')], [...BASE, one('a', 'Deny'), one('b', 'Accept')]);
  expect(gains(result)).toEqual([]);
  expect(undecided(result)).toEqual(['may open: every pod of namespace ops to every pod of namespace shop on every port (unspecified)']);
});

describe('what a cluster-wide rule tells apart', () => {
  const deny = cnp('team', { subject: { namespaces: labelled({ team: 'red' }) }, ingress: [ingress('Deny', { namespaces: labelled({ team: 'blue' }) })] });

  test('is the labels of a namespace, as its subject and as its peer', () => {
    const versions = (shop: Labels, ops: Labels) => [namespace('shop', shop), namespace('ops', ops), deny];
    const bySubject = between(versions({}, { team: 'blue' }), versions({ team: 'red' }, { team: 'blue' }));
    expect(losses(bySubject)).toEqual(['closed possible: every pod of namespaces team=blue to every pod of namespace shop, by selector team=red on every port']);
    expect(causesOf(bySubject.losses)).toEqual(['namespace changed: the labels of namespace shop have changed (object 0 → object 0)']);
    expect(gains(bySubject)).toEqual([]);
    const byPeer = between(versions({ team: 'red' }, { team: 'blue' }), versions({ team: 'red' }, {}));
    expect(gains(byPeer)).toEqual(['opened possible: every pod of namespace ops, by selector team=blue to every pod of namespaces team=red on every port']);
    expect(losses(byPeer)).toEqual([]);
  });

  test('is the labels of a workload', () => {
    const lock = cnp('lock', { subject: { pods: { namespaceSelector: {}, podSelector: labelled({ app: 'db' }) } }, ingress: [ingress('Deny', { pods: { namespaceSelector: {}, podSelector: labelled({ app: 'web' }) } })] });
    const labels = (name: string) => [SHOP, deployment('shop/web', { app: name }), DB, lock];
    const result = between(labels('web'), labels('site'));
    expect(gains(result)).toEqual(['opened both: shop/web[Deployment] among pods app=web of every namespace to pods app=db of every namespace on every port']);
    expect(losses(result)).toEqual([]);
    expect(pairs(result)).toEqual(['shop/web[Deployment] to shop/db[Deployment] both: No Connections then All Connections']);
  });
});
