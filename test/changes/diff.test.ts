import { app, between, DB, db, gains, losses, SHOP, WEB } from './diffed';
import { Diff, diff, hasDifference } from '../../src/changes/diff';
import { readCluster } from '../../src/cluster/read-cluster';
import { diffVerdict } from '../../src/report/diff-verdict';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfObjects, clusterOfYaml } from '../support/manifests';

/* What a change opens and closes, each case small enough to check by hand. */

describe('a gain', () => {
  test('is printed by the selectors of the rule that causes it, with its place', () => {
    const result = between([SHOP, WEB, DB, db([app('backend')])], [SHOP, WEB, DB, db([app('backend'), app('web')])]);
    expect(gains(result)).toEqual(['opened both: pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432']);
    const [region] = result.gains;
    expect(region.causes).toEqual([{
      kind: 'rule', change: 'added', text: 'shop/db spec.ingress[0].from[1] is new', after: { file: 'object 3' },
    }]);
    expect(region.witness).toMatchObject({ source: { name: 'a pod with label app=web in namespace shop' }, protocol: 'TCP', port: 5432 });
    expect(region.pairs.map(({ source, destination, ends, connections }) => `${source.name} ${destination.name} ${ends} ${connections}`))
      .toEqual(['shop/web[Deployment] shop/db[Deployment] both TCP 5432']);
    expect(result.losses).toEqual([]);
    expect(result.undecided).toEqual([]);
    expect(result.scope).toEqual({ pods: 'every possible pod' });
  });

  test('is found although no declared pod has it', () => {
    const result = between([SHOP, db([app('backend')])], [SHOP, db([app('backend'), app('jobs')])]);
    expect(gains(result)).toEqual(['opened possible: pods app=jobs of namespace shop to pods app=db of namespace shop on TCP 5432']);
    expect(result.pairs).toEqual([]);
    expect([hasDifference(result, 'broadened'), hasDifference(result, 'added'), hasDifference(result, 'narrowed'), hasDifference(result, 'any')]).toEqual([true, false, false, true]);
  });

  test('on further ports widens what passed before', () => {
    const result = between([SHOP, db([app('web')])], [SHOP, db([app('web')], [{ port: 5432 }, { port: 'metrics' }])]);
    expect(gains(result)).toEqual(['widened possible: pods app=web of namespace shop to pods app=db of namespace shop on TCP metrics']);
  });

  test('that a vanished isolation causes is between everyone and the pods of the policy', () => {
    const result = between([SHOP, WEB, DB, policy('shop/db', { podSelector: labelled({ app: 'db' }) })], [SHOP, WEB, DB]);
    expect(gains(result)).toEqual(['opened both: every pod and address to pods app=db of namespace shop on every port']);
    expect(result.gains[0].causes).toEqual([{ kind: 'isolation', change: 'removed', text: 'shop/db is gone, which isolated pods for ingress', before: { file: 'object 3' } }]);
  });

  test('of new workloads only is an addition, and one that a workload of both versions shares is a broadening', () => {
    const deny = policy('shop/deny', { podSelector: {} });
    const old = [SHOP, DB, deny];
    const added = between(old, [...old, WEB, policy('shop/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] })]);
    expect(gains(added)).toEqual(['opened new: 192.0.2.0/24 to pods app=web of namespace shop on every port']);
    expect([hasDifference(added, 'broadened'), hasDifference(added, 'added')]).toEqual([false, true]);
    const shared = between(old, [...old, WEB, policy('shop/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [app('db')] }] })]);
    expect([hasDifference(shared, 'broadened'), hasDifference(shared, 'added')]).toEqual([true, false]);
  });

  test('is limited by the rules of the other end', () => {
    const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const egress = policy('shop/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 5432 }] }] });
    const result = between([SHOP, deny, egress], [SHOP, deny, egress, db([{ podSelector: {} }], [])]);
    expect(gains(result)).toEqual(['opened possible: pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432']);
  });

  test('of pods that several selectors name is about the pods that all of them select', () => {
    const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const egress = (to: object) => policy('shop/out', { podSelector: labelled({ tier: 'front' }), policyTypes: ['Egress'], egress: [{ to: [to] }] });
    const toLabels = between([SHOP, deny, egress(app('db'))], [SHOP, deny, egress(app('db')), db([app('web')])]);
    expect(gains(toLabels)).toEqual(['opened possible: pods app=web,tier=front of namespace shop to pods app=db of namespace shop on TCP 5432']);
    const block = { ipBlock: { cidr: '10.0.0.0/8' } };
    const toBlock = between([SHOP, deny, egress(block)], [SHOP, deny, egress(block), db([app('web')])]);
    expect(gains(toBlock)).toEqual(['opened possible: pods app=web,tier=front of namespace shop to pods app=db of namespace shop with addresses in 10.0.0.0/8 on TCP 5432']);
  });

  test('through the labels of a namespace names the namespace', () => {
    const open = policy('shop/open', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
    const result = between([SHOP, open, namespace('red')], [SHOP, open, namespace('red', { team: 'red' })]);
    expect(gains(result)).toEqual(['opened possible: every pod of namespace red, by selector team=red to every pod of namespace shop on every port']);
    expect(result.gains[0].causes[0]).toMatchObject({ kind: 'namespace', text: 'the labels of namespace red have changed' });
  });

  test('is not needed for a Namespace that is new or gone to be named', () => {
    expect(between([SHOP, namespace('jobs')], [SHOP, namespace('ops', { team: 'a' })])).toMatchObject({ gains: [], losses: [], namespaces: { fresh: ['ops'], gone: ['jobs'] } });
  });

  test('through the labels of a workload names the workload', () => {
    const result = between([SHOP, WEB, DB, db([app('web')])], [SHOP, deployment('shop/web', { app: 'site' }), DB, db([app('web')])]);
    expect(losses(result)).toEqual(['closed both: shop/web[Deployment] among pods app=web of namespace shop to pods app=db of namespace shop on TCP 5432']);
    expect(gains(result)).toEqual([]);
  });
});

describe('a cause is the line that a change has touched', () => {
  const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: shop }\nspec:\n';
  const written = (...lines: readonly string[]) => `${HEAD}${lines.map(line => `  ${line}\n`).join('')}`;
  const peer = (name: string) => `  - podSelector: { matchLabels: { app: ${name} } }`;
  const rule = (...lines: readonly string[]) => ['podSelector: { matchLabels: { app: db } }', 'policyTypes: [Ingress]', 'ingress:', ...lines];
  const WEB_RULE = rule('- from:', peer('web'), '  ports:', '  - port: 80', '  - port: 81');

  const replaced = (lines: readonly string[], index: number, line: string) => lines.map((one, i) => i === index ? line : one);

  /** The causes of the gains or losses, with the lines where they are written in the old and in the new version. */
  const causes = (regions: Diff['gains']) => [...new Set(regions.flatMap(region => region.causes.map(({ text, before, after }) => `${text} (${before?.line ?? '-'}, ${after?.line ?? '-'})`)))];
  const changes = (old: readonly string[], now: readonly string[]) => {
    const { gains: opened, losses: closed } = diff(clusterOfYaml(written(...old)), clusterOfYaml(written(...now)));
    return { opened: causes(opened), closed: causes(closed) };
  };

  test.each<[string, readonly string[], readonly string[], { opened: string[]; closed: string[] }]>([
    ['a port', WEB_RULE, replaced(WEB_RULE, 7, '  - { port: 81, endPort: 90 }'),
      { opened: ['shop/db spec.ingress[0].ports[1] allows more (12, 12)'], closed: [] }],
    ['a port that is gone, behind a new rule', WEB_RULE, rule('- from:', peer('jobs'), ...WEB_RULE.slice(3, 7)),
      { opened: ['shop/db spec.ingress[0].from[0] is new (-, 9)'], closed: ['shop/db no longer allows what spec.ingress[0].ports[1] allowed (12, 12)'] }],
    ['several ports', rule('- from:', peer('web'), '  ports:', '  - port: 79'), WEB_RULE,
      { opened: ['shop/db spec.ingress[0].ports allows more (10, 10)'], closed: ['shop/db no longer allows what spec.ingress[0].ports[0] allowed (11, 11)'] }],
    ['ports that are no longer limited', WEB_RULE, rule('- from:', peer('web')),
      { opened: ['shop/db spec.ingress[0] allows more (8, 8)'], closed: [] }],
    ['the selector of the policy', WEB_RULE, replaced(WEB_RULE, 0, 'podSelector: { matchExpressions: [{ key: app, operator: In, values: [db, web] }] }'),
      { opened: [], closed: ['shop/db now isolates these pods for ingress (5, 5)'] }],
    ['a peer', WEB_RULE, replaced(WEB_RULE, 4, '  - podSelector: {}'),
      { opened: ['shop/db spec.ingress[0].from[0] allows more (9, 9)'], closed: [] }],
    ['a peer that is new', rule('- from:', peer('web')), rule('- from:', peer('jobs'), peer('web')),
      { opened: ['shop/db spec.ingress[0].from[0] is new (-, 9)'], closed: [] }],
    ['a peer that is gone', rule('- from:', peer('jobs'), peer('web')), rule('- from:', peer('web')),
      { opened: [], closed: ['shop/db no longer has spec.ingress[0].from[0] (9, -)'] }],
    ['peers that are no longer limited', WEB_RULE.slice(0, 5), rule('- {}'),
      { opened: ['shop/db spec.ingress[0] allows more (9, 8)'], closed: [] }],
    ['the directions', replaced(rule('- {}'), 1, 'policyTypes: [Ingress, Egress]'), rule('- {}'),
      { opened: ['shop/db no longer isolates these pods for egress (6, 6)'], closed: [] }],
  ])('of %s', (_, old, now, expected) => {
    expect(changes(old, now)).toEqual(expected);
  });

  test('of a selector that makes a rule about other pods', () => {
    const deny = written('podSelector: {}').replace('name: db', 'name: deny');
    const both = (own: readonly string[]) => clusterOfYaml(`${written(...own)}---\n${deny}`);
    const result = diff(both(WEB_RULE), both(replaced(WEB_RULE, 0, 'podSelector: {}')));
    expect(causes(result.gains)).toEqual(['shop/db spec.podSelector selects other pods (5, 5)']);
  });

  test('of a cluster-wide policy', () => {
    const lines = ['tier: Admin', 'priority: 10', 'subject: { namespaces: {} }', 'ingress:', '- action: Deny', '  from:', '  - namespaces: { matchLabels: { team: red } }', '  protocols: [{ tcp: { destinationPort: { number: 80 } } }]'];
    const wide = (own: readonly string[]) => written(...own).replace('networking.k8s.io/v1', 'policy.networking.k8s.io/v1alpha2').replace('NetworkPolicy', 'ClusterNetworkPolicy').replace(', namespace: shop', '');
    const accept = wide(['tier: Admin', 'priority: 15', 'subject: { namespaces: {} }', 'ingress: [{ action: Accept, from: [{ namespaces: {} }] }]']).replace('name: db', 'name: open');
    const lossesTo = (now: readonly string[]) => causes(diff(clusterOfYaml(wide(lines)), clusterOfYaml(wide(now))).losses);
    const gainsTo = (now: readonly string[]) => causes(diff(clusterOfYaml(`${wide(lines)}---\n${accept}`), clusterOfYaml(`${wide(now)}---\n${accept}`)).gains);
    expect(gainsTo(replaced(lines, 4, '- action: Accept'))).toEqual(['ClusterNetworkPolicy db spec.ingress[0] has changed (9, 9)']);
    expect(lossesTo(replaced(lines, 6, '  - namespaces: {}'))).toEqual(['ClusterNetworkPolicy db spec.ingress[0].from[0] has changed (11, 11)']);
    expect(lossesTo(lines.slice(0, 7))).toEqual(['ClusterNetworkPolicy db spec.ingress[0] has changed (9, 9)']);
    expect(lossesTo(replaced(lines, 7, '  protocols: [{ tcp: { destinationPort: { number: 81 } } }]'))).toEqual(['ClusterNetworkPolicy db spec.ingress[0].protocols[0] has changed (12, 12)']);
    expect(gainsTo(replaced(lines, 1, 'priority: 20'))).toEqual(['ClusterNetworkPolicy db spec.priority has changed (6, 6)']);
    expect(gainsTo(replaced(lines, 0, 'tier: Baseline'))).toEqual(['ClusterNetworkPolicy db spec.tier has changed (5, 5)']);
    expect(gainsTo(replaced(lines, 2, 'subject: { namespaces: { matchLabels: { team: red } } }'))).toEqual(['ClusterNetworkPolicy db spec.subject has changed (7, 7)']);
  });
});

describe('addresses that are not known', () => {
  const out = (...to: readonly object[]) => policy('shop/web', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to }] });
  const block = (cidr: string, ...except: readonly string[]) => ({ ipBlock: { cidr, except } });

  test('are no certain gain of declared pods that were undecided, and the example says which address makes it true', () => {
    const [region] = between([SHOP, WEB, DB, out(block('0.0.0.0/0'))], [SHOP, WEB, DB, out(block('0.0.0.0/0'), { podSelector: {} })]).gains;
    expect(region).toMatchObject({ ends: 'possible', pairs: [] });
    expect(region.witness.destination.name).toMatch(/^a pod without labels and with address [0-9a-f]*:[0-9a-f:]* in namespace shop$/);
  });

  test('are no difference between lists in which they leave a pair undecided', () => {
    const result = between([SHOP, WEB, DB, out(block('10.0.0.0/16'))], [SHOP, WEB, DB, out(block('10.0.0.0/15'))]);
    expect(result.pairs.map(({ source, destination }) => [source.name, destination.name])).toEqual([['shop/web[Deployment]', '10.1.0.0-10.1.255.255[External]']]);
  });

  test('a changed block or exception is written as the addresses that changed', () => {
    const [wide, narrow] = [[SHOP, WEB, out(block('10.0.0.0/16'))], [SHOP, WEB, out(block('10.0.0.0/16', '10.0.1.0/24'))]];
    expect(losses(between(wide, narrow))).toEqual(['closed both: pods app=web of namespace shop to 10.0.1.0/24 on every port']);
    expect(gains(between(narrow, wide))).toEqual(['opened both: pods app=web of namespace shop to 10.0.1.0/24 on every port']);
    expect(gains(between(narrow, [SHOP, WEB, out(block('10.0.0.0/17'), block('10.0.128.0/17'))]))).toEqual(['opened both: pods app=web of namespace shop to 10.0.1.0/24 on every port']);
  });
});

test('a policy that could not be read in one version is not called gone', () => {
  const broken = policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ ports: [{ port: 99999 }] }] });
  const texts = (result: Diff) => result.undecided.flatMap(({ causes }) => causes.map(({ text }) => text));
  const now = readCluster([SHOP, WEB, DB, broken].map((object, i) => ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true }))).cluster;
  const result = diff(clusterOfObjects([SHOP, WEB, DB, db([app('web')])]), now);
  expect(texts(result)).toContain('shop/db could not be read in the new version');
  expect(texts(result)).toContain('NetworkPolicy shop/db may differ between the versions');
  expect(texts(result).join()).not.toContain('gone');
});

test('nothing changes if policies only say the same in other words', () => {
  const result = between([SHOP, WEB, db([app('web'), app('db')])], [SHOP, WEB, policy('shop/renamed', {
    podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db'] }] }, ingress: [{ from: [app('db')], ports: [{ port: 5432 }] }, { from: [app('web')], ports: [{ port: 5432 }] }],
  })]);
  expect(result).toMatchObject({ gains: [], losses: [], undecided: [], pairs: [] });
});

test('a workload that only one version has is no gain where pods like it had the same before', () => {
  const result = between([SHOP, DB], [SHOP, DB, WEB]);
  expect(result).toMatchObject({ gains: [], losses: [], undecided: [] });
  expect(result.pairs.map(({ source, destination, ends }) => `${source.name} ${destination.name} ${ends}`)).toContain('shop/web[Deployment] shop/db[Deployment] new');
  expect(hasDifference(result, 'any')).toBe(true);
});

test('a namespace that only one version declares is assumed to have had no labels', () => {
  const result = between([WEB], [SHOP, WEB]);
  expect(result.assumptions).toEqual(['namespace shop has no label besides its name in the version that does not declare it']);
});

test('policies that are not evaluated leave open what changes, if they differ', () => {
  const lock = (port: string) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'lock', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{ toPorts: [{ ports: [{ port }] }] }] } });
  expect(between([SHOP, lock('80')], [SHOP, lock('80')]).undecided).toEqual([]);
  const [region] = between([SHOP, lock('80')], [SHOP, lock('81')]).undecided;
  expect(region).toMatchObject({ may: 'open or close', reasons: [{ code: 'policy-kind' }] });
});

describe('a search for possible pods that takes too many steps', () => {
  const old = clusterOfObjects([SHOP, WEB, DB, db([app('backend')])]);
  const now = clusterOfObjects([SHOP, WEB, DB, db([app('backend'), app('web')])]);

  test('leaves undecided what opens and closes, and says so', () => {
    const result = diff(old, now, { maxSteps: 50 });
    expect(result).toMatchObject({
      gains: [],
      losses: [],
      undecided: [{
        may: 'open or close',
        from: { text: 'every pod and address' },
        to: { text: 'every pod and address' },
        ports: { text: 'every port' },
        reasons: [{ code: 'budget', what: 'the search for possible pods' }],
      }],
      scope: { pods: 'declared pods', reason: 'the search for possible pods took too many steps' },
    });
    // Declared pods are compared nevertheless.
    expect(result.pairs.map(({ source, destination }) => `${source.name} ${destination.name}`)).toEqual(['shop/web[Deployment] shop/db[Deployment]']);
    expect(hasDifference(result, 'any')).toBe(true);
  });

  test('is never told as a change of nothing', () => {
    const verdictOf = (result: Diff) => diffVerdict([{ diff: result }]);
    expect(verdictOf(diff(old, old))).toBe('Nothing changes, for every possible pod.');
    const renamed = clusterOfObjects([SHOP, policy('shop/other', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [app('backend')], ports: [{ port: 5432 }] }, { from: [app('jobs')], ports: [{ port: 5432 }] }] })]);
    const possible = clusterOfObjects([SHOP, db([app('backend')])]);
    expect(diff(possible, renamed, { maxSteps: 50 })).toMatchObject({ pairs: [], undecided: [{ may: 'open or close' }] });
    expect(verdictOf(diff(possible, renamed, { maxSteps: 50 }))).toBe('Undecided: netpol cannot say whether this change opens or closes 1 group of connections.');
  });

  test('does not hide what policies that are not evaluated leave open, nor what the result assumes', () => {
    const lock = (port: string) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'lock', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{ toPorts: [{ ports: [{ port }] }] }] } });
    const result = diff(clusterOfObjects([WEB, lock('80')]), clusterOfObjects([SHOP, namespace('ops'), WEB, db([]), lock('81')]), { maxSteps: 50 });
    expect(result.undecided.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([['budget'], ['policy-kind']]);
    expect(result.assumptions).toEqual(['namespace shop has no label besides its name in the version that does not declare it']);
    expect(result.namespaces).toEqual({ fresh: ['ops', 'shop'], gone: [] });
  });
});
