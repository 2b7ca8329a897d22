import { app, causesOf, DB, db, gains, losses, SHOP, undecided, WEB } from './diffed';
import { Diff, diff } from '../../src/changes/diff';
import { Cluster } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatReason } from '../../src/findings/answer';
import { ANYTHING, NOTHING, Unread } from '../../src/manifests/unread';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';

/* What may open or close, because a version has something that netpol does not evaluate or did not read. */

function read(version: string, objects: readonly any[], ...unread: Unread[]): Cluster {
  return readCluster(objects.map((object, i) => ({ object, origin: { at: () => ({ file: `${version} ${i}` }) }, named: true })), undefined, unread).cluster;
}

const between = (old: readonly object[], now: readonly object[]): Diff => diff(read('old', old), read('new', now));

const part = (mayHold: Partial<Unread['mayHold']>, more: Partial<Unread> = {}): Unread =>
  ({ what: 'a document of a.yaml', origin: { at: () => ({ file: 'a.yaml', line: 1 }) }, code: 'not-read', mayHold: { ...NOTHING, ...mayHold }, findings: [], ...more });

const cilium = (spec: object, name = 'lock') => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace: 'shop' }, spec: { endpointSelector: {}, ...spec } });
const clusterwide = (spec: object) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'all' }, spec: { endpointSelector: {}, ...spec } });

describe('a policy of a kind that is not evaluated', () => {
  const INGRESS = 'may open or close: every pod and address to the pods that CiliumNetworkPolicy shop/lock selects on every port (policy-kind)';
  const EGRESS = 'may open or close: the pods that CiliumNetworkPolicy shop/lock selects to every pod and address on every port (policy-kind)';
  const fresh = (spec: object) => between([SHOP], [SHOP, cilium(spec)]).undecided;

  test('may open and close what its directions are about', () => {
    const directions = (spec: object) => undecided(between([SHOP], [SHOP, cilium(spec)]));
    expect(directions({ ingress: [{}] })).toEqual([INGRESS]);
    expect(directions({ egress: [{}] })).toEqual([EGRESS]);
    expect(directions({ ingress: [{}], egress: [{}] })).toEqual([INGRESS, EGRESS]);
  });

  test('is a set of pods of its namespace, or of all', () => {
    expect(fresh({ egress: [{}] })[0]).toMatchObject({ from: { parts: [{ kind: 'namespace', name: 'shop' }] }, to: { parts: [{ kind: 'anything' }] }, ports: { names: [] } });
    expect(fresh({ ingress: [{}] })[0]).toMatchObject({ from: { parts: [{ kind: 'anything' }] }, to: { parts: [{ kind: 'namespace', name: 'shop' }] } });
    const [all] = between([SHOP], [SHOP, clusterwide({ ingress: [{}] })]).undecided;
    expect(all.to).toEqual({ text: 'the pods that CiliumClusterwideNetworkPolicy all selects', parts: [{ kind: 'anything' }] });
  });

  test('that is new, gone or changed is found in the versions that have it', () => {
    const text = (version: string) => `CiliumNetworkPolicy shop/lock may differ between the versions (${version})`;
    expect(causesOf(fresh({ ingress: [{}] }))).toEqual([`rule added: ${text('- → new 1')}`]);
    expect(causesOf(between([SHOP, cilium({ ingress: [{}] })], [SHOP]).undecided)).toEqual([`rule removed: ${text('old 1 → -')}`]);
    expect(causesOf(between([SHOP, cilium({ ingress: [{}] })], [SHOP, cilium({ ingress: [{ toPorts: [{ ports: [{ port: '80' }] }] }] })]).undecided)).toEqual([`rule changed: ${text('old 1 → new 1')}`]);
    expect(between([SHOP, cilium({ ingress: [{}] })], [SHOP, WEB, cilium({ ingress: [{}] })]).undecided).toEqual([]);
    expect(between([SHOP, cilium({ ingress: [{}] })], [SHOP, cilium({ ingress: [{}] }, 'other')]).undecided).toHaveLength(2);
  });

  test('leaves undecided what changes for the pods that it may select', () => {
    const result = between([SHOP, WEB, DB, cilium({ ingress: [{}] }), db([app('backend')])], [SHOP, WEB, DB, cilium({ ingress: [{}] }), db([app('backend'), app('web')])]);
    expect(gains(result)).toEqual([]);
    expect(undecided(result)).toEqual(['may open: pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432 (policy-kind)']);
    const loss = between([SHOP, cilium({ ingress: [{}] }), db([app('backend'), app('web')])], [SHOP, cilium({ ingress: [{}] }), db([app('backend')])]);
    expect(losses(loss)).toEqual([]);
    expect(undecided(loss)).toEqual(['may close: pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432 (policy-kind)']);
    expect(causesOf(loss.undecided)).toEqual(['rule removed: shop/db no longer has spec.ingress[0].from[1] (old 2 → -)']);
  });

  test('leaves decided what changes for other pods', () => {
    const one = cilium({ endpointSelector: labelled({ app: 'web' }), ingress: [{}] });
    expect(gains(between([SHOP, one, db([app('backend')])], [SHOP, one, db([app('backend'), app('jobs')])]))).toEqual(['opened possible: pods app=jobs of namespace shop to pods app=db of namespace shop on TCP 5432']);
  });
});

describe('a policy that could not be read, or whose meaning is not known', () => {
  const whyOf = (...objects: object[]) => between([SHOP], [SHOP, ...objects]).undecided.flatMap(({ reasons }) => reasons.map(formatReason));
  const broken = policy('shop/db', { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] });

  test('is no difference if both versions have it in the same form', () => {
    expect(undecided(between([SHOP, broken], [SHOP, broken]))).toEqual([]);
    expect(undecided(between([SHOP], [SHOP, broken]))).toEqual(['may open or close: every pod and address to the pods that NetworkPolicy shop/db selects on every port (not-read)']);
  });

  test('says why nobody knows what it says', () => {
    expect(whyOf(broken)).toEqual(['netpol cannot read NetworkPolicy shop/db']);
    expect(whyOf(policy('shop/a', { podSelector: {} }), policy('shop/a', { podSelector: labelled({ a: 'b' }) }))).toContain('NetworkPolicy shop/a is declared twice, with different content');
    expect(whyOf(cilium({ ingress: [{}] }))).toEqual(['CiliumNetworkPolicy shop/lock is of a kind that netpol does not evaluate']);
    const sites = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: 'sites', namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ domainNames: ['example.com'] }] }] } };
    expect(whyOf(sites)).toContain('the addresses of the domain names in ApplicationNetworkPolicy shop/sites are not known');
    const unrendered = diff(read('old', [SHOP]), read('new', [SHOP], part({ policies: 'any' }, { what: 'a chart', code: 'not-rendered' }))).undecided;
    expect(causesOf(unrendered)[0]).toBe('rule added: a chart may differ between the versions (- → a.yaml)');
    expect(unrendered[0].reasons.map(formatReason)).toEqual(['a chart is not rendered']);
  });
});

describe('what both versions did not render', () => {
  const chart = (file: string, more: Partial<Unread> = {}) => part({ policies: 'any' }, { what: `the chart ${file}`, code: 'not-rendered', origin: { at: () => ({ file }) }, ...more });
  const causes = (old: Unread[], now: Unread[]) => causesOf(diff(read('old', [SHOP], ...old), read('new', [SHOP], ...now)).undecided);

  test('is one group for each direction, with the reason once', () => {
    const result = diff(read('old', [SHOP], chart('HEAD~1:k8s/shop')), read('new', [SHOP], chart('k8s/shop')));
    const selected = 'the pods that the chart HEAD~1:k8s/shop or the chart k8s/shop selects';
    expect(undecided(result)).toEqual([
      `may open or close: every pod and address to ${selected} on every port (not-rendered)`,
      `may open or close: ${selected} to every pod and address on every port (not-rendered)`,
    ]);
    expect(causesOf(result.undecided.slice(1))).toEqual(['rule changed: the chart k8s/shop may differ from the chart HEAD~1:k8s/shop (HEAD~1:k8s/shop → k8s/shop)']);
  });

  test('is paired by the end of its path', () => {
    const [a, b] = ['a', 'b'].map(name => `the chart new/${name}/chart may differ from the chart old/${name}/chart (old/${name}/chart → new/${name}/chart)`);
    const found = causes([chart('old/a/chart'), chart('old/b/chart')], [chart('new/b/chart'), chart('new/a/chart')]);
    expect(new Set(found)).toEqual(new Set([`rule changed: ${a}`, `rule changed: ${b}`]));
    expect(found).toHaveLength(4);
  });

  test('is not paired if its names or reasons differ', () => {
    const apart = (one: string, other: string) => [`rule removed: the chart ${one} may differ between the versions (${one} → -)`, `rule added: the chart ${other} may differ between the versions (- → ${other})`];
    expect(new Set(causes([chart('old/a')], [chart('new/b')]))).toEqual(new Set(apart('old/a', 'new/b')));
    expect(new Set(causes([chart('old/a')], [chart('new/a', { code: 'not-read' })]))).toEqual(new Set(apart('old/a', 'new/a')));
    expect(causes([chart('old/a')], [chart('new/a'), chart('more/a')])).toHaveLength(4);
  });

  test('is about the directions that a version has', () => {
    const result = between([SHOP, cilium({ ingress: [{}] })], [SHOP, cilium({ egress: [{}] })]);
    const text = 'CiliumNetworkPolicy shop/lock may differ between the versions';
    expect(causesOf(result.undecided)).toEqual([`rule removed: ${text} (old 1 → -)`, `rule added: ${text} (- → new 1)`]);
  });
});

describe('workloads that may be in what the other version did not read', () => {
  const [ONE, TWO, THREE, FOUR] = ['one', 'two', 'three', 'four'].map(name => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name, labels: {} }, spec: { containers: [{ name: 'c', image: 'i' }] } }));
  const after = (objects: readonly object[], ...unread: Unread[]) => diff(read('old', [SHOP], ...unread), read('new', [SHOP, ...objects]));

  test('may open and close something', () => {
    const old = after([ONE], part({ workloads: ['shop'] }));
    expect(undecided(old)).toEqual(['may open: shop/one[Pod] to every pod and address on every port (not-read)', 'may open: every pod and address to shop/one[Pod] on every port (not-read)']);
    expect(old.undecided[0]).toMatchObject({ from: { parts: [{ kind: 'workload', workload: { name: 'one' } }] }, to: { parts: [{ kind: 'anything' }] }, ports: { names: [] } });
    expect(causesOf(old.undecided)[0]).toBe('workload added: shop/one[Pod] may be in a document of a.yaml (a.yaml → -)');
    const now = diff(read('old', [SHOP, ONE]), read('new', [SHOP], part({ workloads: ['shop'] }, { what: 'a chart', code: 'not-rendered' })));
    expect(undecided(now)[0]).toBe('may close: shop/one[Pod] to every pod and address on every port (not-rendered)');
    expect(causesOf(now.undecided)[0]).toBe('workload removed: shop/one[Pod] may be in a chart (- → a.yaml)');
    // What they have in their own version counts as undecided in the other one.
    expect(now.pairs.map(({ source, after: { connections, undecided: why } }) => `${source.name} ${connections} ${why.map(({ code }) => code)}`)).toContain('shop/one[Pod] No Connections not-rendered');
  });

  test('are one region for each part and namespace, and a few are named', () => {
    expect(undecided(after([ONE, TWO, THREE, FOUR], part({ workloads: ['shop'] })))[0]).toBe('may open: shop/one[Pod], shop/two[Pod], shop/three[Pod] and 1 more to every pod and address on every port (not-read)');
    expect(after([ONE, TWO], part({ workloads: ['shop'] })).undecided[0].from.parts).toEqual([{ kind: 'namespace', name: 'shop' }]);
    const elsewhere = { ...ONE, metadata: { ...ONE.metadata, namespace: 'ops' } };
    const apart = after([ONE, elsewhere, TWO], part({ workloads: ['shop'] }), part({ workloads: ['ops'] }, { what: 'b.yaml' }));
    expect(apart.undecided.filter((_, i) => i % 2 === 0).map(({ from }) => from.text)).toEqual(['shop/one[Pod] and shop/two[Pod]', 'ops/one[Pod]']);
  });

  test('are not those that both versions have, nor those that it cannot hold', () => {
    expect(diff(read('old', [SHOP, ONE], part({ workloads: ['shop'] })), read('new', [SHOP, ONE, TWO])).undecided.map(({ from }) => from.text)).toEqual(['shop/two[Pod]', 'every pod and address']);
    expect(after([ONE], part({ workloads: ['ops'] })).undecided).toEqual([]);
    expect(after([ONE], part({ workloads: ['shop'] }, { name: 'two' })).undecided).toEqual([]);
  });
});

test('a Namespace that may be in what was not read is neither new nor gone', () => {
  const result = (...unread: Unread[]) => diff(read('old', [SHOP], ...unread), read('new', [SHOP, namespace('b'), namespace('a')])).namespaces;
  expect(result()).toEqual({ fresh: ['a', 'b'], gone: [] });
  expect(result(part({ namespaces: ['a'] }))).toEqual({ fresh: ['b'], gone: [] });
  expect(result(part(ANYTHING))).toEqual({ fresh: [], gone: [] });
});

describe('a Namespace that was not read', () => {
  const red = policy('shop/red', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
  const closed = policy('shop/red', { podSelector: {} });

  test('may have the labels that a rule names', () => {
    const unread = part({ namespaces: ['ops'] });
    const versions = (rule: object) => [SHOP, rule, { ...WEB, metadata: { namespace: 'ops', name: 'web' } }];
    const result = diff(read('old', versions(closed), unread), read('new', versions(red), unread));
    expect(gains(result)).toContain('opened possible: every pod of namespaces team=red to every pod of namespace shop on every port');
    expect(result.gains.every(({ pairs }) => pairs.every(({ source }) => source.name !== 'ops/web[Deployment]'))).toBe(true);
  });
});

describe('an object that is declared twice, with different content', () => {
  const red = policy('shop/red', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
  const closed = policy('shop/red', { podSelector: {} });

  test('leaves undecided what the labels of a Namespace decide', () => {
    const twice = [namespace('ops', { team: 'red' }), namespace('ops', { team: 'blue' })];
    const result = between([SHOP, ...twice, closed], [SHOP, ...twice, red]);
    expect(undecided(result)).toEqual(['may open: every pod of namespace ops, by selector team=red to every pod of namespace shop on every port (defined-twice)']);
    expect(gains(result).some(text => text.includes('ops'))).toBe(false);
  });

  test('leaves undecided what the labels of a workload decide', () => {
    const twice = [WEB, deployment('shop/web', { app: 'site' })];
    const result = between([SHOP, DB, WEB, db([app('web')])], [SHOP, DB, ...twice, db([app('web')])]);
    expect(losses(result)).toEqual([]);
    expect(undecided(result)).toEqual(['may close: shop/web[Deployment] among pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432 (defined-twice)']);
  });
});

test('pairs that a policy which is not evaluated may decide about are listed as undecided', () => {
  const result = between([SHOP, WEB, DB], [SHOP, WEB, DB, cilium({ endpointSelector: labelled({ app: 'db' }), ingress: [{}] })]);
  const texts = result.pairs.filter(({ source }) => source.kind !== 'addresses').map(({ source, destination, before, after }) =>
    `${source.name} to ${destination.name}: ${before.undecided.map(({ code }) => code)} then ${after.undecided.map(({ code }) => code)}`);
  expect(texts).toEqual(['shop/db[Deployment] to shop/db[Deployment]:  then policy-kind', 'shop/web[Deployment] to shop/db[Deployment]:  then policy-kind']);
  expect(between([SHOP, WEB, DB, cilium({ ingress: [{}] })], [SHOP, WEB, DB]).pairs.map(({ before }) => before.undecided.length > 0)).toContain(true);
});
