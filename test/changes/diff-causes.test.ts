import { app, causesOf, DB, db, SHOP, WEB } from './diffed';
import { Diff, diff } from '../../src/changes/diff';
import { Cluster } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatPath } from '../../src/findings/finding';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';

/* What makes a difference, and where each version says it. */

/** A cluster whose places name the object and the field. Objects that cannot be read are left out of it. */
function read(version: string, objects: readonly any[]): Cluster {
  return readCluster(objects.map(object => ({
    object, origin: { at: (path = []) => ({ file: `${version} ${object.kind} ${object.metadata.name}${path.length === 0 ? '' : ` ${formatPath(path)}`}` }) }, named: true,
  }))).cluster;
}

const between = (old: readonly object[], now: readonly object[]): Diff => diff(read('old', old), read('new', now));

const POD = labelled({ app: 'db' });
const cnp = (name: string, rules: object, kind = 'ClusterNetworkPolicy') => ({
  apiVersion: kind === 'ClusterNetworkPolicy' ? 'policy.networking.k8s.io/v1beta1' : 'policy.networking.k8s.io/v1alpha1',
  kind,
  metadata: { name },
  spec: { ...kind === 'ClusterNetworkPolicy' ? { tier: 'Admin' } : {}, priority: 10, subject: { namespaces: {} }, ...rules },
});

describe('a rule of a NetworkPolicy', () => {
  const closed = policy('shop/closed', { podSelector: {} });

  test('is new with its policy', () => {
    expect(causesOf(between([SHOP, closed], [SHOP, closed, db([app('web')])]).gains))
      .toEqual(['rule added: shop/db spec.ingress[0].from[0] is new (- → new NetworkPolicy db spec.ingress[0].from[0])']);
  });

  test('has a new peer', () => {
    expect(causesOf(between([SHOP, db([app('web')])], [SHOP, db([app('web'), app('jobs')])]).gains))
      .toEqual(['rule added: shop/db spec.ingress[0].from[1] is new (- → new NetworkPolicy db spec.ingress[0].from[1])']);
  });

  test('is gone with its policy', () => {
    expect(causesOf(between([SHOP, closed, db([app('web')])], [SHOP, closed]).losses))
      .toEqual(['rule removed: shop/db is gone, and spec.ingress[0].from[0] with it (old NetworkPolicy db spec.ingress[0].from[0] → -)']);
  });

  test('no longer has a peer', () => {
    expect(causesOf(between([SHOP, db([app('web'), app('jobs')])], [SHOP, db([app('web')])]).losses))
      .toEqual(['rule removed: shop/db no longer has spec.ingress[0].from[1] (old NetworkPolicy db spec.ingress[0].from[1] → -)']);
  });

  test('without peers is named as a whole', () => {
    const open = policy('shop/db', { podSelector: POD, ingress: [{ ports: [{ port: 80 }] }] });
    const result = between([SHOP, db([])], [SHOP, open]);
    expect(result.gains.map(({ from }) => from)).toEqual([{ text: 'every pod and address', parts: [{ kind: 'anything' }] }]);
    expect(causesOf(result.gains)[0]).toMatch(/^rule changed: shop\/db spec\.ingress\[0\]\.ports\[0\] allows more /);
  });
});

describe('isolation', () => {
  const web = (types: string[]) => policy('shop/db', { podSelector: POD, policyTypes: types });

  test('is new or gone with its policy', () => {
    expect(causesOf(between([SHOP], [SHOP, web(['Egress'])]).losses))
      .toEqual(['isolation added: shop/db is new, and isolates pods for egress (- → new NetworkPolicy db spec.podSelector)']);
    expect(causesOf(between([SHOP, web(['Egress'])], [SHOP]).gains))
      .toEqual(['isolation removed: shop/db is gone, which isolated pods for egress (old NetworkPolicy db spec.podSelector → -)']);
  });

  test('begins and ends in a direction', () => {
    const [one, both] = [web(['Ingress']), web(['Ingress', 'Egress'])];
    expect(causesOf(between([SHOP, one], [SHOP, both]).losses))
      .toEqual(['isolation changed: shop/db now isolates these pods for egress (old NetworkPolicy db spec.policyTypes → new NetworkPolicy db spec.policyTypes)']);
    expect(causesOf(between([SHOP, both], [SHOP, one]).gains))
      .toEqual(['isolation changed: shop/db no longer isolates these pods for egress (old NetworkPolicy db spec.policyTypes → new NetworkPolicy db spec.policyTypes)']);
  });

  test('of pods that another policy isolates is no cause', () => {
    const other = policy('shop/other', { podSelector: POD, policyTypes: ['Ingress'] });
    expect(between([SHOP, other], [SHOP, other, web(['Ingress'])])).toMatchObject({ gains: [], losses: [] });
    // One that isolates them in the other direction does not isolate them in this one.
    expect(between([SHOP, web(['Egress'])], [SHOP, web(['Egress']), other]).losses).toHaveLength(1);
    expect(causesOf(between([SHOP], [SHOP, other, web(['Ingress'])]).losses)).toEqual(['isolation added: shop/other is new, and isolates pods for ingress (- → new NetworkPolicy other spec.podSelector)']);
  });
});

test('the rules of cluster-wide policies are named with the kind, and found in both versions', () => {
  const lock = (port: number) => cnp('lock', { ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ portNumber: { protocol: 'TCP', port } }] }] }, 'AdminNetworkPolicy');
  const result = between([SHOP, lock(80)], [SHOP, lock(81)]);
  const both = 'cluster-wide rule changed: AdminNetworkPolicy lock spec.ingress[0].ports[0] has changed (old AdminNetworkPolicy lock spec.ingress[0].ports[0] → new AdminNetworkPolicy lock spec.ingress[0].ports[0])';
  expect([causesOf(result.gains), causesOf(result.losses)]).toEqual([[both], [both]]);
  expect(causesOf(between([SHOP], [SHOP, lock(80)]).losses)).toEqual(['cluster-wide rule added: AdminNetworkPolicy lock spec.ingress[0] is new (- → new AdminNetworkPolicy lock spec.ingress[0])']);
  expect(causesOf(between([SHOP, lock(80)], [SHOP]).gains)).toEqual(['cluster-wide rule removed: AdminNetworkPolicy lock spec.ingress[0] is gone (old AdminNetworkPolicy lock spec.ingress[0] → -)']);
  // A policy of another kind with this name is another policy.
  expect(causesOf(between([SHOP, lock(80)], [SHOP, cnp('lock', { ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] })]).losses)[0]).toMatch(/^cluster-wide rule added: /);
});

describe('the labels of a namespace', () => {
  const red = policy('shop/red', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
  const LABELS = 'Namespace ops metadata.labels';

  test('are found in the versions that declare it', () => {
    const causes = (old: readonly object[], now: readonly object[]) => causesOf(between([SHOP, red, ...old], [SHOP, red, ...now]).gains);
    expect(causes([namespace('ops')], [namespace('ops', { team: 'red' })])).toEqual([`namespace changed: the labels of namespace ops have changed (old ${LABELS} → new ${LABELS})`]);
    expect(causes([pod('ops/a')], [namespace('ops', { team: 'red' }), pod('ops/a')])).toEqual([`namespace added: the labels of namespace ops have changed (- → new ${LABELS})`]);
    expect(causesOf(between([SHOP, red, namespace('ops', { team: 'red' }), pod('ops/a')], [SHOP, red, pod('ops/a')]).losses))
      .toEqual([`namespace removed: the labels of namespace ops have changed (old ${LABELS} → -)`]);
  });
});

describe('a workload', () => {
  test('is found in both versions', () => {
    const site = deployment('shop/web', { app: 'site' });
    const result = between([SHOP, DB, WEB, db([app('web')])], [SHOP, DB, site, db([app('web')])]);
    expect(causesOf(result.losses)).toEqual(['workload changed: the pods of shop/web[Deployment] have changed: their labels, ports, addresses or network (old Deployment web → new Deployment web)']);
  });

  test('is that of the new version in a result, whether it has changed or not', () => {
    const site = deployment('shop/web', { app: 'site' });
    const versions = [[SHOP, DB, site, db([app('web')])], [SHOP, DB, WEB, db([app('web')])]];
    const filesOf = (regions: Diff['gains']) => regions.flatMap(({ from, witness: { source } }) => [
      ...from.parts.flatMap(part => part.kind === 'workload' ? part.workload.origin.at().file : []), source.kind === 'pod' ? source.workload?.origin.at().file : '',
    ]);
    expect(filesOf(between(versions[0], versions[1]).gains)).toEqual(['new Deployment web', 'new Deployment web']);
    expect(filesOf(between(versions[1], versions[0]).losses)).toEqual(['new Deployment web', 'new Deployment web']);
    const known = pod('shop/web', { app: 'web' }, { ips: ['192.0.2.1'] });
    const lock = cnp('lock', { egress: [{ action: 'Deny', to: [{ networks: ['192.0.2.1/32'] }] }] });
    const [{ witness: { destination } }] = between([SHOP, known, lock], [SHOP, known]).gains;
    expect(destination.kind === 'pod' && destination.workload?.origin.at().file).toBe('new Pod web');
  });
});

describe('a policy that one version has in a form that netpol could not read', () => {
  const broken = policy('shop/db', { podSelector: POD, ingress: [{ ports: [{ port: 99999 }] }] });
  const deny = policy('shop/deny', { podSelector: {} });

  test('is neither new nor gone: its rules', () => {
    const fresh = between([SHOP, deny, broken], [SHOP, deny, db([app('web')])]);
    expect(causesOf(fresh.undecided)).toContain('rule changed: shop/db could not be read in the old version (old NetworkPolicy db → new NetworkPolicy db)');
    const gone = between([SHOP, deny, db([app('web')])], [SHOP, deny, broken]);
    expect(causesOf(gone.undecided)).toContain('rule changed: shop/db could not be read in the new version (old NetworkPolicy db → new NetworkPolicy db)');
    expect([fresh.gains, gone.losses]).toEqual([[], []]);
  });

  test('is neither new nor gone: its isolation', () => {
    const isolating = policy('shop/db', { podSelector: POD, policyTypes: ['Ingress'] });
    expect(causesOf(between([SHOP, isolating], [SHOP, broken]).undecided)).toContain('isolation changed: shop/db could not be read in the new version (old NetworkPolicy db → new NetworkPolicy db)');
    expect(causesOf(between([SHOP, broken], [SHOP, isolating]).undecided)).toContain('isolation changed: shop/db could not be read in the old version (old NetworkPolicy db → new NetworkPolicy db)');
  });

  test('is neither new nor gone: a cluster-wide one', () => {
    const lock = (action: string) => cnp('lock', { ingress: [{ action, from: [{ namespaces: {} }] }] });
    expect(causesOf(between([SHOP, lock('Deny')], [SHOP, lock('Refuse')]).undecided))
      .toContain('cluster-wide rule changed: ClusterNetworkPolicy lock could not be read in the new version (old ClusterNetworkPolicy lock → new ClusterNetworkPolicy lock)');
    expect(causesOf(between([SHOP, lock('Refuse')], [SHOP, lock('Deny')]).undecided))
      .toContain('cluster-wide rule changed: ClusterNetworkPolicy lock could not be read in the old version (old ClusterNetworkPolicy lock → new ClusterNetworkPolicy lock)');
  });

  test('or that is declared twice', () => {
    const other = policy('shop/db', { podSelector: POD, ingress: [{ from: [app('jobs')] }] });
    expect(causesOf(between([SHOP, deny, db([app('web')])], [SHOP, deny, db([app('web')]), other]).undecided))
      .toContain('rule changed: shop/db could not be read in the new version (old NetworkPolicy db → new NetworkPolicy db)');
  });

  test('is another one than a policy of the same name that both versions have', () => {
    const result = between([SHOP, deny, db([app('web')])], [SHOP, deny, db([app('web'), app('jobs')]), policy('ops/db', broken.spec)]);
    expect(causesOf(result.gains)).toEqual(['rule added: shop/db spec.ingress[0].from[1] is new (- → new NetworkPolicy db spec.ingress[0].from[1])']);
  });
});
