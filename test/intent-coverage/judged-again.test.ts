import { Claim, formatClaim } from '../../src/claims/claim';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { Cluster } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { ChangeJudge } from '../../src/intent-coverage/judged-changes';
import { singleChanges } from '../../src/intent-coverage/single-change';
import { readText } from '../../src/manifests/read-text';
import { deployment, labelled, namespace, podOf, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/*
 * Thousands of changes are judged in seconds because little is judged again: only claims that a change can touch, each proposed claim once today, and
 * with one judge for each change.
 */

afterEach(() => { jest.restoreAllMocks(); });

const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const WORLD = [
  namespace('shop', { team: 'a' }), namespace('other', { team: 'b' }),
  deployment('shop/web', { app: 'web' }), deployment('shop/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] }), deployment('other/db', { app: 'db' }),
  // Two pods of one workload that differ in a label.
  podOf('set', 'shop/set-0', { app: 'set', index: '0' }), podOf('set', 'shop/set-1', { app: 'set', index: '1' }),
];

/** The claims that are judged again after the change with this text, if none of them would notice it. */
function judgedAgain(policies: readonly object[], text: string, ...intents: string[]): string[] {
  const cluster = clusterOfObjects([...WORLD, ...policies]);
  const { clusters: [{ judge, verdicts }] } = judgeIntents(cluster, readIntents('i.yaml', Buffer.from(intents.join('\n---\n'))).intents);
  expect(verdicts).toHaveLength(intents.length);
  const claims = verdicts.map(({ claim }) => claim);
  const changes = [...singleChanges(cluster)].filter(one => one.text === text);
  expect(changes).toHaveLength(1);
  const holds = jest.spyOn(ClaimJudge.prototype, 'holds').mockReturnValue(true);
  const counted = new ChangeJudge(judge, claims);
  expect([...counted.all(changes)].map(({ outcome }) => outcome)).not.toContain('noticed');
  const again = holds.mock.calls.map(([claim]) => claim).filter(claim => claims.includes(claim));
  holds.mockRestore();
  return claims.filter(claim => again.includes(claim)).map((claim: Claim) => formatClaim(claim).replace(/^(\w+): /, '$1 '));
}

const TO_DB = policy('shop/np', { ...app('db'), policyTypes: ['Ingress'], ingress: [{ from: [app('web')], ports: [{ port: 5432 }] }] });
const FROM_WEB = policy('shop/np', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')] }] });
const REMOVED = 'NetworkPolicy shop/np can be removed';
const OF_EACH_KIND = [
  'allowed: [{ from: shop/web, to: shop/db }]', 'denied: [{ from: shop/web, to: shop/db }]',
  'admitsOnly: [{ to: shop/db, from: [shop/web] }]', 'reachesOnly: [{ from: shop/web, to: [shop/db] }]',
];
const ALLOWED = 'allowed shop/web[Deployment] → shop/db[Deployment]';
const DENIED = 'denied shop/web[Deployment] → shop/db[Deployment]';
const ADMITS = 'admitsOnly shop/web[Deployment] → shop/db[Deployment]';
const REACHES = 'reachesOnly shop/web[Deployment] → shop/db[Deployment]';

test('what can open and close touches every kind of claim about its direction', () => {
  expect(judgedAgain([TO_DB], REMOVED, ...OF_EACH_KIND)).toEqual([ALLOWED, DENIED, ADMITS]);
  expect(judgedAgain([FROM_WEB], REMOVED, ...OF_EACH_KIND)).toEqual([ALLOWED, DENIED, REACHES]);
});

test('what only closes touches allowed, and what only opens the others', () => {
  expect(judgedAgain([TO_DB], 'ingress rule 1 of NetworkPolicy shop/np can be removed', ...OF_EACH_KIND)).toEqual([ALLOWED]);
  expect(judgedAgain([TO_DB], 'ingress rule 1 of NetworkPolicy shop/np can allow every port', ...OF_EACH_KIND)).toEqual([DENIED, ADMITS]);
});

test('a claim whose pods the policy cannot select is not touched', () => {
  const claims = [
    'admitsOnly: [{ to: shop/web, from: [shop/db] }]', 'admitsOnly: [{ to: other/db, from: [shop/web] }]', 'denied: [{ from: shop/db, to: 10.0.0.0/8 }]',
    'denied: [{ from: shop/db, to: shop/web }]', 'denied: [{ from: shop/web, to: { namespace: shop, labels: { app: web } } }]',
    'denied: [{ from: shop/web, to: { namespaceLabels: { team: b } } }]',
  ];
  expect(judgedAgain([TO_DB], REMOVED, ...claims)).toEqual([]);
});

test('a list is about one direction, and anything has every pod', () => {
  const [ingress, egress] = ['Ingress', 'Egress'].map(type => policy('shop/np', { podSelector: {}, policyTypes: [type] }));
  const lists = ['admitsOnly: [{ to: shop/db, from: [] }]', 'reachesOnly: [{ from: shop/db, to: [] }]'];
  expect(judgedAgain([ingress], REMOVED, ...lists)).toEqual([expect.stringContaining('admitsOnly')]);
  expect(judgedAgain([egress], REMOVED, ...lists)).toEqual([expect.stringContaining('reachesOnly')]);
  expect(judgedAgain([ingress], REMOVED, 'denied: [{ from: other/db, to: anything }]')).toHaveLength(1);
});

test('a claim about possible pods that the policy could select is touched', () => {
  const claims = [
    'denied: [{ from: shop/web, to: { namespace: shop } }]', 'denied: [{ from: shop/web, to: { namespace: shop, labels: { tier: x } } }]',
    'denied: [{ from: shop/web, to: { namespaceLabels: { team: a }, labels: { app: db } } }]', 'denied: [{ from: shop/web, to: { namespaceLabels: {} } }]',
    'denied: [{ from: shop/web, to: { namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [other] }] } } }]',
    'denied: [{ from: shop/web, to: { namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [other, shop] }] } } }]',
  ];
  expect(judgedAgain([TO_DB], REMOVED, ...claims)).toHaveLength(claims.length);
});

test('a pod of several is enough', () => {
  const some = policy('shop/np', { podSelector: labelled({ index: '1' }), ingress: [{}] });
  expect(judgedAgain([some], REMOVED, 'admitsOnly: [{ to: shop/set, from: [] }]')).toHaveLength(1);
});

test('the pods that a policy selects after the change count too, and those that it no longer selects', () => {
  const both = policy('shop/np', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, ingress: [{}] });
  const claims = ['allowed: [{ from: shop/set, to: shop/web }]', 'allowed: [{ from: shop/set, to: shop/db }]', 'allowed: [{ from: shop/web, to: shop/set }]'];
  const texts = (...names: string[]) => names.map(name => expect.stringContaining(`→ shop/${name}[`));
  expect(judgedAgain([both], 'value db of app in (db,web) of the podSelector of NetworkPolicy shop/np can be removed', ...claims)).toEqual(texts('web', 'db'));
  expect(judgedAgain([both], 'expression app in (db,web) of the podSelector of NetworkPolicy shop/np can be removed', ...claims)).toEqual(texts('web', 'db', 'set'));
});

test('labels of a namespace that is not declared may be anything', () => {
  const there = [deployment('used/db', { app: 'db' }), policy('used/np', { ...app('db'), ingress: [{}] })];
  const claim = 'denied: [{ from: shop/web, to: { namespaceLabels: { team: z }, labels: { app: db } } }]';
  expect(judgedAgain(there, 'NetworkPolicy used/np can be removed', claim)).toHaveLength(1);
  expect(judgedAgain([TO_DB], REMOVED, claim)).toEqual([]);
});

test('the party of each side is its own', () => {
  const far = policy('other/np', { ...app('db'), policyTypes: ['Ingress', 'Egress'] });
  const claims = ['denied: [{ from: other/db, to: shop/web }]', 'denied: [{ from: shop/web, to: other/db }]', 'denied: [{ from: shop/web, to: shop/db }]'];
  expect(judgedAgain([far], 'policy type Egress of NetworkPolicy other/np can be removed', ...claims)).toEqual(['denied other/db[Deployment] → shop/web[Deployment]']);
  expect(judgedAgain([far], 'policy type Ingress of NetworkPolicy other/np can be removed', ...claims)).toEqual(['denied shop/web[Deployment] → other/db[Deployment]']);
  expect(judgedAgain([far], 'NetworkPolicy other/np can be removed', ...claims)).toHaveLength(2);
});

describe('judges', () => {
  /** The judges that are made for the changes of some policies, and how often each claim is judged today. */
  function work(objects: readonly object[] | Cluster, ...intents: string[]) {
    const cluster = 'policies' in objects ? objects : clusterOfObjects(objects);
    const { clusters: [{ judge, verdicts }] } = judgeIntents(cluster, readIntents('i.yaml', Buffer.from(intents.join('\n---\n'))).intents);
    const [quick, full] = (['withFewerMentions', 'after'] as const).map(name => jest.spyOn(ClaimJudge.prototype, name));
    const holds = jest.spyOn(ClaimJudge.prototype, 'holds');
    const changes = [...new ChangeJudge(judge, verdicts.map(({ claim }) => claim)).all()];
    const today = holds.mock.calls.filter((_, i) => holds.mock.contexts[i] === judge).map(([claim]) => `${formatClaim(claim)} ${claim.strict}`);
    return { quick: quick.mock.calls.length, full: full.mock.calls.length, today, changes };
  }

  const BLOCK = policy('shop/np', { ...app('db'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });

  test('each change has at most one, which shares what was prepared, except for a wider block', () => {
    const { quick, full, changes } = work([...WORLD, BLOCK], 'denied: [{ from: shop/db, to: 9.9.9.9 }]');
    expect(changes.map(({ change: { kind } }) => kind)).toEqual(['policy', 'label', 'rule', 'every-peer', 'block']);
    expect({ quick, full }).toEqual({ quick: 4, full: 1 });
  });

  test('none is made if no claim can notice a change that changes nothing', () => {
    const { quick, full, changes } = work([...WORLD, policy('shop/np', { podSelector: {}, ingress: [{}] }), policy('shop/more', { podSelector: {}, ingress: [{}] })],
      'denied: [{ from: other/db, to: 9.9.9.9 }]');
    expect(changes.map(({ outcome }) => outcome)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
    expect({ quick, full }).toEqual({ quick: 0, full: 0 });
  });

  test('if something was not read, nothing is shared', () => {
    const faulty = (more: object) => {
      const { resources, unread } = readText({ file: 'a.yaml', content: [...WORLD, TO_DB, more].map(one => JSON.stringify(one)).join('\n---\n'), named: true });
      return readCluster(resources, undefined, unread).cluster;
    };
    const [ofPods, ofList] = [faulty({ ...deployment('other/broken', {}), spec: 7 }), faulty({ apiVersion: 'v1', kind: 'Pod', metadata: 5, spec: {} })];
    const hasUnreadPods = ({ workloads }: Cluster) => workloads.some(({ pods }) => pods.some(pod => pod.unread !== undefined));
    expect([ofPods, ofList].map(cluster => [cluster.unread?.length ?? 0, hasUnreadPods(cluster)]))
      .toEqual([[0, true], [1, false]]);
    for (const cluster of [ofPods, ofList]) {
      const { quick, full } = work(cluster, 'denied: [{ from: shop/db, to: 9.9.9.9 }]');
      expect(quick).toBe(0);
      expect(full).toBeGreaterThan(0);
      jest.restoreAllMocks();
    }
  });

  test('each proposed claim is judged once today', () => {
    const { today } = work([...WORLD, TO_DB, policy('shop/more', { ...app('db'), ingress: [{ from: [app('web'), app('set')] }] })], 'denied: [{ from: shop/db, to: 9.9.9.9 }]');
    expect(today.length).toBeGreaterThan(5);
    expect(today).toEqual([...new Set(today)]);
  });
});
