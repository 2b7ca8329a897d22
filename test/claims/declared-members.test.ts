import { formatClaim, namedParties } from '../../src/claims/claim';
import { summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { deployment, labelled, namespace, pod, podOf, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Which declared pods a party has, and what a search knows because of them. */

function verdictsOn(objects: readonly object[], yaml: string): ClaimVerdict[] {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects(objects), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts.map(({ verdict }) => verdict);
}

const summaries = (objects: readonly object[], yaml: string) => verdictsOn(objects, yaml).map(summaryOf);
const X = (app: string) => `{ namespace: x, labels: { app: ${app} } }`;
const deny = policy('x/deny', { podSelector: labelled({ app: 'db' }) });
const allowIf = (labels: Record<string, string>) => policy('x/allow', { podSelector: labelled(labels), ingress: [{}] });
const fromBlock = (cidr: string) => policy('x/in', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ ipBlock: { cidr } }] }] });
const WEB = deployment('x/web', { app: 'web' });
const DB = deployment('x/db', { app: 'db' });

test.each<[string, string, string[]]>([
  ['every declared pod', '{ namespaceSelector: {} }', ['a', 'b', 'c', 'd']],
  ['those of a namespace by its name', '{ namespace: b }', ['b']],
  ['those of several namespaces by their names', '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [c, a, nowhere] }] } }', ['a', 'c']],
  ['those of all other namespaces', '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [a, nowhere] }] } }', ['b', 'c', 'd']],
  ['those of namespaces by a label', '{ namespaceLabels: { team: red } }', ['a', 'c']],
  ['those of namespaces with several values of a label', '{ namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [red, blue] }] } }', ['a', 'b', 'c']],
])('a party has %s', (_, party, expected) => {
  const team = { a: 'red', b: 'blue', c: 'red' };
  const objects = [...Object.entries(team).map(([name, own]) => namespace(name, { team: own })), ...['a', 'b', 'c', 'd'].map(name => deployment(`${name}/job`, { app: 'job' }))];
  const [{ declaredWorkloads }] = verdictsOn(objects, `denied: [{ from: ${party}, to: a/job }]`);
  expect(declaredWorkloads.map(own => own.namespace).sort()).toEqual([...new Set([...expected, 'a'])].sort());
});

test('a party has every pod of a workload, although two pods have the same labels', () => {
  const pods = [podOf('web', 'x/web-0', { app: 'web' }, { ips: ['10.0.0.1'] }), podOf('web', 'x/web-1', { app: 'web' }, { ips: ['10.0.0.9'] })];
  expect(summaries([...pods, DB, deny, policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.9/32' } }] }] })],
    `denied: [{ from: ${X('web')}, to: x/db, scope: DECLARED }]`)).toEqual(['x/web-1[Pod] reaches x/db[Deployment] on every port.']);
});

describe('a pod that could exist may have the further labels of a declared pod', () => {
  const pair = [podOf('db', 'x/db-0', { app: 'db', role: 'main' }), podOf('db', 'x/db-1', { app: 'db', role: 'other' })];
  const denied = `denied: [{ from: x/web, to: ${X('db')} }]`;

  test('those of each of several pods', () => {
    const debug = policy('x/debug', { podSelector: labelled({ debug: 'on' }), ingress: [{}] });
    const summary = (role: string) => summaries([...pair, WEB, deny, debug, allowIf({ role })], denied);
    expect(summary('main')).toEqual(['x/web[Deployment] reaches x/db-0[Pod] on every port.']);
    expect(summary('other')).toEqual(['x/web[Deployment] reaches x/db-1[Pod] on every port.']);
    expect(summary('none')).toEqual(['It holds, assuming extra-label.']);
  });

  test('but not the label of a pod that the party does not select', () => {
    expect(summaries([...pair, WEB, deny, allowIf({ role: 'main' })], 'denied: [{ from: x/web, to: { namespace: x, labels: { app: db, role: other } } }]')).toEqual(['It holds.']);
  });
});

test('a declared pod counts with its own addresses, if no other pod may have one of them', () => {
  const claim = `denied: [{ from: ${X('fe')}, to: ${X('web')} }]`;
  const withIps = (...ips: string[]) => [pod('x/fe', { app: 'fe' }, { ips }), WEB, fromBlock('8.8.8.0/24')];
  expect(summaries(withIps('10.0.0.1', '8.8.8.8'), claim)).toEqual(['x/fe[Pod] reaches x/web[Deployment] on every port.']);
  expect(summaries(withIps('8.8.8.8', '10.0.0.1'), claim)).toEqual(['x/fe[Pod] reaches x/web[Deployment] on every port.']);
  expect(summaries(withIps('8.8.8.8'), claim)).toEqual(['x/fe[Pod] reaches x/web[Deployment] on every port.']);
  expect(summaries(withIps('10.0.0.1'), claim)).toEqual(['It holds, assuming pod-address.']);
});

test('a workload has the name that its party has', () => {
  const cluster = clusterOfObjects([WEB, DB]);
  const { intents } = readIntents('intents.yaml', Buffer.from('denied: [{ from: x/web, to: x/db }]'));
  const [from, to] = namedParties(judgeIntents(cluster, intents).verdicts[0].verdict.claim);
  const parts = from.parts.map(part => ({ ...part, name: 'shop/web' }));
  expect(ClaimJudge.of(cluster).judge({ kind: 'denied', from: { ...from, parts }, to })).toMatchObject({ verdict: { witness: { source: { name: 'shop/web' }, destination: { name: 'x/db[Deployment]' } } } });
});

test('a namespace that only a claim names has no labels but its name, whichever claims are judged before', () => {
  const others = '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [q] }] } }';
  const objects = [namespace('x'), DB, policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ namespaceSelector: labelled({ team: 'a' }) }] }] })];
  const [first, second] = verdictsOn(objects, `admitsOnly: [{ to: x/db, from: [] }, { to: x/db, from: [${others}] }]`);
  expect([formatClaim(first.claim), summaryOf(first)]).toEqual(['admitsOnly: nothing → x/db[Deployment]', expect.stringMatching(/^A pod without labels in a new namespace \(with label team=a\)/)]);
  expect([second.answer, second.assumptions.map(({ what }) => what)]).toEqual(['holds', ['label team of namespace q']]);
});

test('a pod on its node\'s network has no address that another pod is known to have', () => {
  const agent = pod('x/agent', { app: 'agent' }, { hostNetwork: true });
  const claim = `denied: [{ from: ${X('agent')}, to: ${X('web')}, scope: DECLARED }]`;
  expect(summaries([agent, WEB, fromBlock('10.0.0.9/32')], claim)).toEqual(['x/agent[Pod] reaches x/web[Deployment] on every port.']);
  expect(summaries([agent, WEB, fromBlock('10.0.0.9/32'), pod('x/p', {}, { ips: ['10.0.0.9'] })], claim)).toEqual(['It holds.']);
});
