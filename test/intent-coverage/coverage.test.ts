import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { Cluster } from '../../src/cluster/cluster';
import { byProposal, ChangeCoverage, changeCoverageOf, Coverage, coverageOf } from '../../src/intent-coverage/coverage';
import { callText, intentFile } from '../../src/intent-coverage/proposed-claim';
import { SuggestedClaims, suggestedClaims } from '../../src/intent-coverage/suggested-claims';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What claims leave open, in clusters that are small enough to see why. */

function judged(cluster: Cluster, intents: string) {
  const { clusters: [{ judge, verdicts }], findings } = judgeIntents(cluster, readIntents('i.yaml', Buffer.from(intents)).intents);
  expect(findings).toEqual([]);
  return { judge, verdicts };
}

function coverage(objects: readonly object[], intents: string): Coverage {
  const { judge, verdicts } = judged(clusterOfObjects(objects), intents);
  return coverageOf(judge, verdicts);
}

function changes(objects: readonly object[], intents: string): ChangeCoverage {
  const { judge, verdicts } = judged(clusterOfObjects(objects), intents);
  return changeCoverageOf(judge, verdicts);
}

/** The outcome of each change, by the text of the change. */
function outcomes(objects: readonly object[], intents: string): Record<string, string> {
  return Object.fromEntries(changes(objects, intents).changes.map(({ change, outcome }) => [change.text, outcome]));
}

function suggested(objects: readonly object[], intents = ''): SuggestedClaims {
  const { judge, verdicts } = judged(clusterOfObjects(objects), intents);
  return suggestedClaims(judge, verdicts);
}

const WEB = deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 8080 }] });
const DB = deployment('shop/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
const JOB = deployment('shop/job', { app: 'job' });
const SHOP = [namespace('shop'), WEB, DB, JOB];
const DENY = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const TO_DB = policy('shop/db', { ...app('db'), policyTypes: ['Ingress'], ingress: [{ from: [app('web')], ports: [{ port: 5432 }] }] });
const FROM_WEB = policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 5432 }] }] });
const CLOSED = [...SHOP, DENY, TO_DB, FROM_WEB];

describe('connections', () => {
  const rows = (objects: readonly object[], intents: string) => {
    const { total: { connections }, uncoveredConnections } = coverage(objects, intents);
    return { ...connections, open: uncoveredConnections.map(({ source, destination, connections: open }) => `${source.name} ${destination.name} ${open}`) };
  };

  test('allowed states a connection, and a list permits one', () => {
    expect(rows(CLOSED, 'allowed: [{ from: shop/web, to: shop/db, port: tcp/5432 }]')).toEqual({ total: 1, covered: 1, stated: 1, open: [] });
    expect(rows(CLOSED, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toEqual({ total: 1, covered: 1, stated: 0, open: [] });
    expect(rows(CLOSED, 'reachesOnly: [{ from: shop/web, to: [shop/db] }]')).toEqual({ total: 1, covered: 1, stated: 0, open: [] });
  });

  test('without ports, allowed states the ports of the containers', () => {
    expect(rows(CLOSED, 'allowed: [{ from: shop/web, to: shop/db }]')).toMatchObject({ stated: 1 });
    expect(rows(CLOSED, 'allowed: [{ from: shop/web, to: shop/db, port: tcp/sql }]')).toMatchObject({ stated: 1 });
  });

  test('denied covers nothing, and neither does a claim that does not hold', () => {
    const open = { total: 1, covered: 0, stated: 0, open: ['shop/web[Deployment] shop/db[Deployment] TCP 5432'] };
    expect(rows(CLOSED, 'denied: [{ from: shop/job, to: shop/db }]')).toEqual(open);
    expect(rows(CLOSED, 'allowed: [{ from: shop/web, to: shop/db, ports: [tcp/5432, tcp/80] }]')).toEqual(open);
  });

  test('a claim on other ports, or about other pods, does not cover it', () => {
    const two = [...SHOP, DENY, policy('shop/db', { ...app('db'), ingress: [{ from: [app('web')] }] }), policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 1, endPort: 100 }] }] })];
    expect(rows(two, 'allowed: [{ from: shop/web, to: shop/db, port: tcp/80 }]')).toMatchObject({ covered: 0, open: ['shop/web[Deployment] shop/db[Deployment] TCP 1-79,81-100'] });
    expect(rows(two, 'admitsOnly: [{ to: shop/db, from: [shop/web], port: tcp/80 }]')).toMatchObject({ covered: 0, stated: 0 });
    expect(rows(two, 'admitsOnly: [{ to: shop/job, from: [shop/web] }]')).toMatchObject({ covered: 0 });
  });

  test('claims cover it together', () => {
    expect(rows([...SHOP, DENY, TO_DB, policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')] }] })],
      'allowed: [{ from: shop/web, to: shop/db, port: tcp/5432 }]\nreachesOnly: [{ from: shop/web, to: [] , port: tcp/80 }]')).toMatchObject({ total: 1, covered: 1 });
  });

  test('a workload in a list permits the other workloads that its selector matches, but a party that a claim names does not', () => {
    const like = deployment('shop/web-canary', { app: 'web', track: 'canary' });
    const one = (intents: string) => rows([...CLOSED, like], intents).open;
    expect(one('admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toEqual([]);
    expect(one('allowed: [{ from: shop/web, to: shop/db }]')).toEqual(['shop/web-canary[Deployment] shop/db[Deployment] TCP 5432']);
    expect(one('admitsOnly: [{ to: shop/db, from: [{ namespace: shop, labels: { app: web } }] }]')).toEqual([]);
  });

  test('a range of addresses is covered if claims cover all of it', () => {
    const office = [...SHOP, policy('shop/all', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 80 }] }], policyTypes: ['Ingress', 'Egress'] })];
    const half = 'allowed: [{ from: 10.0.0.0/9, to: shop/web, port: tcp/80 }]\n';
    expect(rows(office, half)).toMatchObject({ total: 3, covered: 0 });
    expect(rows(office, `${half}admitsOnly: [{ to: shop/web, from: [10.0.0.0/8] }]`)).toMatchObject({ total: 3, covered: 1, stated: 0 });
    expect(rows(office, 'allowed: [{ from: 10.0.0.0/8, to: { namespace: shop }, port: tcp/80 }]')).toMatchObject({ total: 3, covered: 3, stated: 3 });
  });

  test('a block in a list permits the pods with addresses in it, and one that a claim names does not mean them', () => {
    const known = pod('shop/old', { app: 'old' }, { ips: ['10.0.0.7'] });
    const world = [namespace('shop'), DB, known, DENY, policy('shop/db', { ...app('db'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.7/32' } }] }] }),
      policy('shop/old', { ...app('old'), policyTypes: ['Egress'], egress: [{}] })];
    const open = (intents: string) => rows(world, intents).open.filter(text => text.startsWith('shop/old') && text.includes('shop/db'));
    expect(open('admitsOnly: [{ to: shop/db, from: [10.0.0.0/8] }]')).toEqual([]);
    expect(open('denied: [{ from: shop/db, to: shop/old }]')).toHaveLength(1);
  });

  test('a connection counts for the namespace of its destination, or of its source if the destination is an address', () => {
    const world = [namespace('a'), namespace('b'), deployment('a/web', { app: 'web' }), deployment('b/db', { app: 'db' }),
      policy('b/deny', { podSelector: {}, policyTypes: ['Egress'] }), policy('a/deny', { podSelector: {} })];
    const { namespaces } = coverage(world, 'denied: [{ from: b/db, to: a/web }]');
    // From web: to db and to addresses. To db from addresses, and from other pods of db none.
    expect([...namespaces].map(([name, { connections }]) => [name, connections.total])).toEqual([['a', 1], ['b', 2]]);
  });
});

describe('rules and policies', () => {
  const parts = (objects: readonly object[], intents: string) => {
    const { total: { rules, policies }, uncoveredRules } = coverage(objects, intents);
    return {
      rules: `${rules.covered} of ${rules.total}`,
      policies: `${policies.covered} of ${policies.total}`,
      open: uncoveredRules.map(({ policy: { name }, direction, rule, changes: open }) => `${name}${rule === undefined ? '' : ` ${direction} ${rule}`}: ${open.map(({ change }) => change.kind).join()}`),
    };
  };

  test('a rule is covered if claims notice that it is removed and that it allows every peer', () => {
    const allowed = 'allowed: [{ from: shop/web, to: shop/db }]\n';
    const only = 'admitsOnly: [{ to: shop/db, from: [shop/web] }]\n';
    const deny = 'admitsOnly: [{ to: { namespace: shop }, from: [shop/web] }]\n';
    const world = [...SHOP, policy('shop/deny', { podSelector: {} }), TO_DB];
    expect(parts(world, only)).toEqual({ rules: '0 of 1', policies: '0 of 2', open: ['deny: policy', 'db: policy', 'db ingress 0: rule'] });
    expect(parts(world, allowed)).toMatchObject({ rules: '0 of 1', open: ['deny: policy', 'db ingress 0: every-peer'] });
    expect(parts(world, allowed + only)).toMatchObject({ rules: '1 of 1', policies: '1 of 2' });
    expect(parts(world, allowed + deny)).toEqual({ rules: '1 of 1', policies: '2 of 2', open: [] });
  });

  test('each peer of several must be noticed, and each policy type of two', () => {
    const world = [...SHOP, DENY, policy('shop/db', { ...app('db'), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [app('web'), app('job')] }] }),
      policy('shop/out', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] })];
    expect(parts(world, 'allowed: [{ from: shop/web, to: shop/db }]\nadmitsOnly: [{ to: shop/db, from: [shop/web, shop/job] }]').open)
      .toEqual(expect.arrayContaining(['db ingress 0: peer']));
  });

  test('what changes nothing needs no claim and is not counted', () => {
    const twice = policy('shop/twice', { ...app('db'), policyTypes: ['Ingress'], ingress: [{ from: [app('web')], ports: [{ port: 5432 }] }] });
    expect(parts([...SHOP, TO_DB, twice], 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toEqual({ rules: '0 of 0', policies: '0 of 0', open: [] });
  });
});

describe('the parts of a coverage', () => {
  test('a claim that does not hold covers no rule, and is not among the claims', () => {
    const { verdicts, total } = coverage([...SHOP, TO_DB], 'allowed: [{ from: shop/job, to: shop/db }]\nadmitsOnly: [{ to: shop/db, from: [] }]');
    expect({ verdicts, covered: [total.rules.covered, total.policies.covered] }).toEqual({ verdicts: [], covered: [0, 0] });
  });

  test('a rule of which it is undecided whether it does anything is not covered', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } };
    const { total, uncoveredRules } = coverage([...SHOP, TO_DB, cilium], 'denied: [{ from: shop/db, to: 9.9.9.9 }]\nallowed: [{ from: shop/web, to: 9.9.9.9 }]');
    expect(total.rules).toEqual({ total: 1, covered: 0 });
    expect(uncoveredRules.flatMap(({ changes: open }) => open.map(({ outcome }) => outcome))).toContain('undecided');
  });

  test('each rule of each direction is a part, and so is each policy, in the order of the policies', () => {
    const both = (name: string) => policy(name, {
      podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [app('a')] }, { from: [app('b')] }], egress: [{ to: [app('c')] }],
    });
    const world = ['z', 'a', 'm'].flatMap(name => [namespace(name), deployment(`${name}/one`, { app: 'one' }), both(`${name}/p`)]);
    const { namespaces, uncoveredRules } = coverage(world, 'denied: [{ from: z/one, to: 9.9.9.9 }]');
    expect([...namespaces].map(([name, { rules, policies }]) => `${name} ${rules.total} ${policies.total}`)).toEqual(['a 3 1', 'm 3 1', 'z 3 1']);
    expect(uncoveredRules.filter(({ policy: own }) => own.namespace === 'z').map(({ direction, rule, changes: open }) =>
      [direction, rule, ...open.map(({ change }) => change.kind)].join(' '))).toEqual([
      '  type', 'ingress 0 rule every-peer', 'ingress 1 rule every-peer', 'egress 0 rule',
    ]);
  });

  test('it is the same if the changes are known already', () => {
    const { judge, verdicts } = judged(clusterOfObjects(CLOSED), 'admitsOnly: [{ to: shop/db, from: [shop/web] }]');
    const known = changeCoverageOf(judge, verdicts);
    const rulesOf = (one: Coverage) => one.uncoveredRules.map(({ policy: { name }, rule, changes: open }) =>
      [name, rule, open.map(({ change }) => change.text)]);
    const text = (one: Coverage) => JSON.stringify([one.total, rulesOf(one)]);
    expect(text(coverageOf(judge, verdicts, undefined, known))).toBe(text(coverageOf(judge, verdicts)));
    // What is known is not judged again.
    expect(coverageOf(judge, verdicts, undefined, { ...known, changes: [] }).total.rules.total).toBe(0);
  });
});

describe('changes by the claim that would notice them', () => {
  test('each claim has its changes, and those without a claim are last', () => {
    const { changes: all } = changes(CLOSED, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]');
    const unnoticed = all.filter(({ outcome }) => outcome === 'unnoticed');
    const [first] = unnoticed;
    const groups = [...byProposal([{ ...first, proposal: undefined }, ...all])];
    expect(groups.at(-1)).toEqual([undefined, [{ ...first, proposal: undefined }]]);
    expect(groups.slice(0, -1).flatMap(([proposal, own]) => own.map(one => one.proposal === proposal))).toEqual(unnoticed.map(() => true));
    expect(groups.slice(0, -1).flatMap(([, own]) => own).sort()).toEqual([...unnoticed].sort());
    expect(groups[0]).toEqual([first.proposal, unnoticed.filter(({ proposal }) => proposal === first.proposal)]);
  });
});

describe('outcomes of changes', () => {
  test('a claim that holds today and not after the change notices it', () => {
    const found = outcomes(CLOSED, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]');
    expect(found['ingress rule 1 of NetworkPolicy shop/db can allow every peer']).toBe('noticed');
    expect(found['ingress rule 1 of NetworkPolicy shop/db can be removed']).toBe('unnoticed');
    expect(found['NetworkPolicy shop/deny can be removed']).toBe('unnoticed');
  });

  test('a claim that does not hold today notices nothing', () => {
    expect(Object.values(outcomes(CLOSED, 'allowed: [{ from: shop/job, to: shop/db }]'))).not.toContain('noticed');
  });

  test('a strict claim notices that it comes to rest on an assumption', () => {
    const world = [...SHOP, TO_DB, policy('shop/debug', { podSelector: labelled({ app: 'db', debug: 'true' }), ingress: [{ from: [app('web')] }] })];
    const change = 'label app=web of peer 1 of ingress rule 1 of NetworkPolicy shop/debug can be removed';
    const claim = (more: string) => `admitsOnly: [{ to: { namespace: shop, labels: { app: db } }, from: [shop/web]${more} }]`;
    expect(outcomes(world, claim(''))[change]).toBe('unnoticed');
    expect(outcomes(world, claim(', strict: true'))[change]).toBe('noticed');
  });

  test('a change that no connection of any possible pod shows changes nothing', () => {
    const dns = policy('shop/dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [app('dns')] }] });
    const found = outcomes([...SHOP, DENY, dns], 'denied: [{ from: shop/web, to: shop/db }]');
    expect(found['policy type Egress of NetworkPolicy shop/deny can be removed']).toBe('nothing');
    expect(found['policy type Ingress of NetworkPolicy shop/deny can be removed']).not.toBe('nothing');
  });

  test('a change of pods that do not exist yet counts', () => {
    const world = [namespace('shop'), DB, policy('shop/db', { ...app('db'), ingress: [{ from: [app('ghost')] }] })];
    expect(outcomes(world, 'allowed: [{ from: shop/db, to: 10.0.0.0/8 }]')['ingress rule 1 of NetworkPolicy shop/db can be removed']).toBe('unnoticed');
  });

  test('where a policy of another kind could decide, it is undecided', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } };
    expect(new Set(Object.values(outcomes([...CLOSED, cilium], 'denied: [{ from: shop/web, to: shop/job }]')))).toEqual(new Set(['undecided']));
  });

  test('a change of a pod\'s known address and of a pod on its node\'s network is seen', () => {
    const known = pod('shop/old', { app: 'old' }, { ips: ['8.8.8.8'] });
    const world = [namespace('shop'), known, policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '8.8.8.8/32' } }] }] }),
      policy('shop/old', { ...app('old'), ingress: [{ from: [app('web')] }] })];
    expect(outcomes(world, 'denied: [{ from: shop/old, to: 9.9.9.9 }]')['egress rule 1 of NetworkPolicy shop/web can be removed']).toBe('unnoticed');
  });

  test('the cluster-wide tiers count', () => {
    const accept = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'a' },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }], egress: [{ action: 'Allow', to: [{ namespaces: {} }] }] },
    };
    const found = outcomes([...CLOSED, accept], 'denied: [{ from: shop/web, to: 9.9.9.9 }]');
    // Pods reach each other anyway. Only addresses depend on the policies.
    expect(found['ingress rule 1 of NetworkPolicy shop/db can be removed']).toBe('nothing');
    expect(found['ingress rule 1 of NetworkPolicy shop/db can allow every peer']).toBe('unnoticed');
  });
});

describe('proposed claims', () => {
  const proposals = (objects: readonly object[], intents = 'denied: [{ from: shop/job, to: 9.9.9.9 }]') =>
    Object.fromEntries(changes(objects, intents).changes.map(({ change, proposal }) => [change.text, proposal && intentFile([proposal]).replace(/\n {2}- /, ' ').trim()]));

  test('allowed for what closes, a list for what opens', () => {
    const found = proposals(CLOSED);
    expect(found['ingress rule 1 of NetworkPolicy shop/db can be removed']).toBe('allowed: { from: shop/web, to: shop/db, port: tcp/5432 }');
    expect(found['ingress rule 1 of NetworkPolicy shop/db can allow every peer']).toBe('admitsOnly: { to: shop/db, from: [shop/web] }');
    expect(found['egress rule 1 of NetworkPolicy shop/web can allow every peer']).toBe('reachesOnly: { from: shop/web, to: [shop/db] }');
    expect(proposals([...SHOP, TO_DB])['ingress rule 1 of NetworkPolicy shop/db can allow every port']).toBe('admitsOnly: { to: shop/db, from: [], ports: [sctp, tcp/1-5431, tcp/5433-65535, udp] }');
  });

  test('pods that do not exist are written by their labels', () => {
    const world = [namespace('shop'), DB, policy('shop/db', { ...app('db'), ingress: [{ from: [app('ghost')], ports: [{ port: 'sql' }] }] })];
    expect(proposals(world, 'denied: []')['ingress rule 1 of NetworkPolicy shop/db can be removed'])
      .toBe('allowed: { from: { namespace: shop, labels: { app: ghost } }, to: shop/db, port: tcp/sql }');
  });

  test('a workload that shares its name with another one is named with its kind', () => {
    const other = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'db', namespace: 'shop' }, spec: { template: { metadata: { labels: { x: 'y' } }, spec: { containers: [{ name: 'm', image: 'm' }] } } } };
    expect(proposals([...CLOSED, other])['ingress rule 1 of NetworkPolicy shop/db can be removed']).toBe('allowed: { from: shop/web, to: shop/Deployment/db, port: tcp/5432 }');
  });

  test('the words dns and internet stand for what they mean', () => {
    const dns = { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'kube-system' }), podSelector: labelled({ 'k8s-app': 'kube-dns' }) };
    const world = [...SHOP, policy('shop/web', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [dns], ports: [{ protocol: 'UDP', port: 53 }] }] })];
    expect(proposals(world, 'denied: []')).toMatchObject({
      'egress rule 1 of NetworkPolicy shop/web can be removed': 'allowed: { from: shop/web, to: dns, port: udp/53 }',
      'egress rule 1 of NetworkPolicy shop/web can allow every peer': 'reachesOnly: { from: shop/web, to: [dns] }',
    });
  });

  test('each of them can be pasted, and holds today', () => {
    const { changes: all } = changes([...CLOSED, policy('shop/odd', {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'true'] }, { key: 'tier', operator: 'Exists' }] },
      ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a', 'b'] }] } }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ protocol: 'SCTP', port: 80, endPort: 90 }] }],
    })], 'denied: []');
    const written = all.flatMap(({ proposal }) => proposal ?? []);
    expect(written.length).toBeGreaterThan(5);
    expect(all.filter(({ outcome, proposal }) => outcome === 'unnoticed' && proposal === undefined).map(({ change }) => change.text)).toEqual([]);
    for (const one of written) { expect(callText(one)).toMatch(/^connectivity\.assert(Allowed|Denied|AdmitsOnly|ReachesOnly)\(.*\);$/); }
  });
});

describe('suggested claims', () => {
  test('they notice each change, and none can be dropped', () => {
    const { claims, left, changes: count, given } = suggested(CLOSED, 'denied: []');
    expect({ left, given }).toEqual({ left: [], given: 0 });
    const file = (own: typeof claims) => intentFile(own);
    const unnoticed = (own: typeof claims) => changes(CLOSED, file(own)).changes.filter(({ outcome }) => outcome === 'unnoticed');
    expect(unnoticed(claims)).toEqual([]);
    expect(count).toBe(changes(CLOSED, 'denied: []').changes.filter(({ outcome }) => outcome !== 'nothing').length);
    for (const dropped of claims) { expect(unnoticed(claims.filter(one => one !== dropped)).length).toBeGreaterThan(0); }
  });

  test('claims that there are already are not suggested again', () => {
    const one = intentFile(suggested(CLOSED, 'denied: []').claims);
    expect(suggested(CLOSED, one)).toMatchObject({ claims: [], left: [] });
    expect(suggested(CLOSED, 'admitsOnly: [{ to: shop/db, from: [shop/web] }]')).toMatchObject({ given: 1 });
  });

  test('without policies there is nothing to pin down', () => {
    expect(suggested(SHOP, 'denied: []')).toMatchObject({ claims: [], changes: 0, left: [] });
  });
});
