import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { callText, claimOf, intentEntry, intentFile, ProposedClaim, ProposedEnd, workloadEnd } from '../../src/intent-coverage/proposed-claim';
import { Requirement, Selector } from '../../src/k8s/selector';
import { deployment, namespace } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Claims that netpol proposes, as a user pastes them. */

const CLUSTER = clusterOfObjects([
  namespace('shop'), deployment('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }, { name: 'dns', protocol: 'UDP', containerPort: 53 }] }),
  deployment('shop/db', { app: 'db' }),
]);
const JUDGE = ClaimJudge.of(CLUSTER);
const end = (name: string): ProposedEnd => workloadEnd(JUDGE, CLUSTER.workloads.find(one => one.name === name)!);
const [WEB, DB] = [end('web'), end('db')];
const requirement = (key: string, operator: Requirement['operator'], ...values: string[]): Requirement => ({ key, operator, values });
const SHOP = Selector.labels({ 'kubernetes.io/metadata.name': 'shop' });
const RED = Selector.labels({ team: 'red' });
const NOT_RED = Selector.of([requirement('team', 'NotIn', 'blue', 'red')]);
const APP = Selector.labels({ app: 'web' });
const pods = (namespaces: Selector, own = Selector.everything): ProposedEnd => ({ kind: 'pods', namespaces, pods: own });

/** The entry and the arguments of the call, for a claim with this source. */
function written(from: ProposedEnd, more: Partial<ProposedClaim> = {}): [string, string] {
  const claim: ProposedClaim = { kind: 'denied', from: [from], to: [DB], ...more };
  expect(intentFile([claim])).toBe(`${claim.kind}:\n  - ${intentEntry(claim)}\n`);
  return [intentEntry(claim), callText(claim)];
}

describe('ends', () => {
  const DB_CALL = "Endpoint.workload('shop/db')";
  test.each<[string, ProposedEnd, string, string]>([
    ['a workload', WEB, 'shop/web', "Endpoint.workload('shop/web')"],
    ['a block', { kind: 'block', cidr: '10.0.0.0/8' }, '10.0.0.0/8', "Endpoint.address('10.0.0.0/8')"],
    ['dns', { kind: 'word', word: 'dns' }, 'dns', 'Peer.clusterDns()'],
    ['the internet', { kind: 'word', word: 'internet' }, 'internet', 'Peer.publicInternet()'],
    ['a namespace', pods(SHOP), '{ namespace: shop }', "Peer.namespace('shop')"],
    ['every namespace', pods(Selector.everything), '{ namespaceLabels: {} }', 'Peer.allNamespaces()'],
    ['namespaces by label', pods(RED), '{ namespaceLabels: { team: red } }', "Peer.namespaces({ labels: { team: 'red' } })"],
    ['namespaces by expression', pods(NOT_RED), '{ namespaceSelector: { matchExpressions: [{ key: team, operator: NotIn, values: [blue, red] }] } }',
      "Peer.namespaces({ matchExpressions: [LabelExpression.isNotIn('team', ['blue', 'red'])] })"],
    ['namespaces by name and label', pods(Selector.of([...SHOP.requirements, ...RED.requirements])),
      '{ namespaceLabels: { kubernetes.io/metadata.name: shop, team: red } }', "Peer.namespaces({ labels: { 'kubernetes.io/metadata.name': 'shop', team: 'red' } })"],
    ['namespaces of two names', pods(Selector.of([requirement('kubernetes.io/metadata.name', 'In', 'a', 'b')])),
      '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [a, b] }] } }',
      "Peer.namespaces({ matchExpressions: [LabelExpression.isIn('kubernetes.io/metadata.name', ['a', 'b'])] })"],
    ['every namespace but one', pods(Selector.of([requirement('kubernetes.io/metadata.name', 'NotIn', 'shop')])),
      '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [shop] }] } }',
      "Peer.namespaces({ matchExpressions: [LabelExpression.isNotIn('kubernetes.io/metadata.name', ['shop'])] })"],
    ['pods of a namespace', pods(SHOP, APP), '{ namespace: shop, labels: { app: web } }', "Peer.pods({ namespace: 'shop', labels: { app: 'web' } })"],
    ['pods of every namespace', pods(Selector.everything, APP), '{ namespaceLabels: {}, labels: { app: web } }', "Peer.pods({ allNamespaces: true, labels: { app: 'web' } })"],
    ['pods of namespaces by label', pods(RED, APP), '{ namespaceLabels: { team: red }, labels: { app: web } }', "Peer.pods({ namespaceLabels: { team: 'red' }, labels: { app: 'web' } })"],
    ['pods of namespaces by expression', pods(NOT_RED, APP), '{ namespaceSelector: { matchExpressions: [{ key: team, operator: NotIn, values: [blue, red] }] }, labels: { app: web } }',
      "Peer.pods({ namespaceExpressions: [LabelExpression.isNotIn('team', ['blue', 'red'])], labels: { app: 'web' } })"],
    ['pods by expressions', pods(SHOP, Selector.of([requirement('a', 'Exists'), requirement('b', 'DoesNotExist'), requirement('c', 'In', 'x', 'y'), requirement('d', 'NotIn', 'z')])),
      '{ namespace: shop, matchExpressions: [{ key: a, operator: Exists }, { key: b, operator: DoesNotExist }, { key: c, operator: In, values: [x, y] }, { key: d, operator: NotIn, values: [z] }] }',
      "Peer.pods({ namespace: 'shop', matchExpressions: [LabelExpression.exists('a'), LabelExpression.doesNotExist('b'), LabelExpression.isIn('c', ['x', 'y']), LabelExpression.isNotIn('d', ['z'])] })"],
    ['pods that need one key twice', pods(SHOP, Selector.of([requirement('a', 'In', 'x'), requirement('a', 'In', 'y')])),
      '{ namespace: shop, labels: { a: x }, matchExpressions: [{ key: a, operator: In, values: [y] }] }',
      "Peer.pods({ namespace: 'shop', labels: { a: 'x' }, matchExpressions: [LabelExpression.isIn('a', ['y'])] })"],
    ['keys and values that need quotes', pods(SHOP, Selector.labels({ 'example.com/x': 'true', '1st': '', '_a1': '2' })),
      '{ namespace: shop, labels: { 1st: "", _a1: "2", example.com/x: "true" } }', "Peer.pods({ namespace: 'shop', labels: { '1st': '', _a1: '2', 'example.com/x': 'true' } })"],
  ])('%s', (_, from, entry, call) => {
    expect(written(from)).toEqual([`{ from: ${entry}, to: shop/db }`, `connectivity.assertDenied(${call}, ${DB_CALL});`]);
  });

  test('a name with a quote or a backslash', () => {
    expect(written({ kind: 'block', cidr: "a'b\\c" })[1]).toContain("Endpoint.address('a\\'b\\\\c')");
  });
});

test.each<[ProposedClaim['ports'], string, string]>([
  [undefined, '', ''],
  [[{ protocol: 'TCP', first: 80, last: 80 }], ', port: tcp/80', ', { ports: [Port.tcp(80)] }'],
  [[{ protocol: 'UDP', first: 1, last: 65534 }, { protocol: 'SCTP', first: 2, last: 65535 }], ', ports: [udp/1-65534, sctp/2-65535]', ', { ports: [Port.udpRange(1, 65534), Port.sctpRange(2, 65535)] }'],
  [[{ protocol: 'SCTP', first: 1, last: 65535 }], ', port: sctp', ', { ports: [Port.allSctp()] }'],
  [[{ protocol: 'TCP', name: 'http' }, { protocol: 'UDP', name: 'dns' }], ', ports: [tcp/http, udp/dns]', ", { ports: [Port.named('http'), Port.named('dns', Protocol.UDP)] }"],
])('ports %j', (ports, entry, call) => {
  expect(written(WEB, { ports })).toEqual([`{ from: shop/web, to: shop/db${entry} }`, `connectivity.assertDenied(Endpoint.workload('shop/web'), Endpoint.workload('shop/db')${call});`]);
});

test.each<[ProposedClaim, string, string]>([
  [{ kind: 'allowed', from: [WEB], to: [DB], strict: true }, '{ from: shop/web, to: shop/db, strict: true }', "connectivity.assertAllowed(Endpoint.workload('shop/web'), Endpoint.workload('shop/db'), { strict: true });"],
  [{ kind: 'admitsOnly', from: [], to: [DB] }, '{ to: shop/db, from: [] }', "connectivity.assertAdmitsOnly(Endpoint.workload('shop/db'), []);"],
  [{ kind: 'admitsOnly', from: [WEB, pods(SHOP)], to: [DB] }, '{ to: shop/db, from: [shop/web, { namespace: shop }] }',
    "connectivity.assertAdmitsOnly(Endpoint.workload('shop/db'), [Endpoint.workload('shop/web'), Peer.namespace('shop')]);"],
  [{ kind: 'reachesOnly', from: [WEB], to: [DB], ports: [{ protocol: 'TCP', first: 1, last: 2 }], strict: true }, '{ from: shop/web, to: [shop/db], port: tcp/1-2, strict: true }',
    "connectivity.assertReachesOnly(Endpoint.workload('shop/web'), [Endpoint.workload('shop/db')], { ports: [Port.tcpRange(1, 2)], strict: true });"],
])('%#: a claim of each kind', (claim, entry, call) => {
  expect([intentEntry(claim), callText(claim)]).toEqual([entry, call]);
});

test('a cluster is named in the entry, and a file has the claims by kind', () => {
  const all: ProposedClaim[] = [{ kind: 'reachesOnly', from: [WEB], to: [] }, { kind: 'allowed', from: [WEB], to: [DB] }, { kind: 'reachesOnly', from: [DB], to: [] }];
  expect(intentFile(all, 'eu')).toBe([
    'allowed:', '  - { from: shop/web, to: shop/db, cluster: eu }', 'reachesOnly:', '  - { from: shop/web, to: [], cluster: eu }', '  - { from: shop/db, to: [], cluster: eu }', '',
  ].join('\n'));
  expect(intentFile([])).toBe('');
});

test('the claim that is judged is the one that is written', () => {
  const ends = [WEB, pods(SHOP, APP), pods(SHOP), pods(RED, APP), pods(NOT_RED), pods(Selector.everything), { kind: 'word', word: 'dns' }, { kind: 'block', cidr: '10.0.0.0/8' }] as const;
  const all = ends.flatMap((one): ProposedClaim[] => [
    ...one.kind === 'block' ? [] : [{ kind: 'denied', from: [one], to: [DB], ports: [{ protocol: 'TCP', first: 1, last: 9 }] } as const, { kind: 'reachesOnly', from: [one], to: [DB, WEB] } as const],
    { kind: 'admitsOnly', from: [one, DB], to: [DB], strict: true }, { kind: 'allowed', from: [DB], to: [one], ports: [{ protocol: 'TCP', first: 80, last: 80 }] },
  ]);
  for (const one of all) {
    const { verdicts: [{ verdict }] } = judgeIntents(CLUSTER, readIntents('i.yaml', Buffer.from(intentFile([one]))).intents);
    const partsOf = (claim: object) => JSON.parse(JSON.stringify(claim, (key, value) => key === 'name' ? undefined : typeof value === 'bigint' ? `${value}` : value));
    const { site: _site, place: _place, ...judged } = partsOf(verdict.claim);
    expect(partsOf(claimOf(JUDGE, one)!)).toMatchObject({ kind: judged.kind, ...judged });
  }
});

test('pods are named in messages', () => {
  const nameOf = (one: ProposedEnd) => (claimOf(JUDGE, { kind: 'denied', from: [one], to: [DB] }) as any).from.name;
  expect([pods(SHOP), pods(SHOP, APP), pods(Selector.everything), pods(RED, APP)].map(nameOf)).toEqual([
    'every pod of namespace shop', 'pods app=web of namespace shop', 'every pod of every namespace', 'pods app=web of namespaces team=red',
  ]);
});

test('what no claim can name is not proposed', () => {
  expect(claimOf(JUDGE, { kind: 'admitsOnly', from: [WEB, { kind: 'workload', workload: CLUSTER.workloads[0], name: 'shop/gone' }], to: [DB] })).toBeUndefined();
});

test('a workload is named with its kind if another one of its namespace has the name', () => {
  const cluster = clusterOfObjects([
    deployment('shop/web', {}), { ...deployment('shop/web', {}), kind: 'DaemonSet' }, deployment('shop/db', {}), { ...deployment('other/db', {}), kind: 'DaemonSet' },
  ]);
  const judge = ClaimJudge.of(cluster);
  expect(cluster.workloads.map(one => workloadEnd(judge, one)).map(one => one.kind === 'workload' && one.name).sort())
    .toEqual(['other/db', 'shop/DaemonSet/web', 'shop/Deployment/web', 'shop/db']);
});
