import { findingsOf, summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { verdictDetails } from '../../src/report/verdict-text';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Claims through the tiers of cluster-wide policies, for every possible pod. */

const DB = deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] });
const WEB = deployment('x/web', { app: 'web' });
/** A NetworkPolicy that denies all ingress of the database. */
const CLOSED = policy('x/closed', { podSelector: labelled({ app: 'db' }) });
const NO_EGRESS = policy('x/no-egress', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'] });

/** A ClusterNetworkPolicy of the Admin tier about the database. */
const admin = (name: string, spec: object) => ({
  apiVersion: 'policy.networking.k8s.io/v1beta1',
  kind: 'ClusterNetworkPolicy',
  metadata: { name },
  spec: { tier: 'Admin', priority: 10, subject: { pods: { podSelector: labelled({ app: 'db' }) } }, ...spec },
});
const baseline = (name: string, spec: object) => admin(name, { tier: 'Baseline', ...spec });
const team = (name: string) => ({ namespaces: labelled({ team: name }) });
const app = (name: string) => ({ pods: { podSelector: labelled({ app: name }) } });
const from = (action: string, ...peers: object[]) => ({ ingress: [{ action, from: peers }] });
const to = (action: string, ...peers: object[]) => ({ egress: [{ action, to: peers }] });
const everyNamespace = { namespaces: {} };
const node = (name: string, address: string, labels: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { addresses: [{ type: 'InternalIP', address }] } });

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects([namespace('x'), DB, WEB, ...objects]), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

/** The answer, with the codes of the assumptions and of the reasons. */
function answer(objects: readonly object[], yaml: string): string {
  const { answer: found, assumptions, reasons } = verdictOn(objects, yaml);
  return [found, ...[...assumptions, ...reasons].map(({ code }) => code)].join(' ');
}

const OPS = '{ namespaceSelector: { matchLabels: { team: ops } } }';
const EVERYTHING = '{ namespaceSelector: {} }, 0.0.0.0/0, ::/0';
const X = '{ namespace: x }';

describe('the layers', () => {
  test('admitsOnly finds the pod that an Admin Accept lets in although the NetworkPolicy denies it', () => {
    const objects = [CLOSED, admin('monitoring', from('Accept', team('ops')))];
    expect(answer(objects, 'admitsOnly: [{ to: x/db, from: [] }]')).toBe('fails');
    expect(answer(objects, `admitsOnly: [{ to: x/db, from: [${OPS}] }]`)).toBe('holds');
  });

  test.each<[string, object[], string, string]>([
    ['an Admin Deny makes denied hold, and allowed fail, whatever a NetworkPolicy allows', [admin('a', from('Deny', app('web'))), policy('x/open', { podSelector: {}, ingress: [{}] })], 'holds', 'fails'],
    ['an Admin Accept makes allowed hold although the NetworkPolicy denies', [admin('a', from('Accept', app('web'))), CLOSED], 'fails', 'holds'],
    ['the policy with the lower priority decides first', [admin('b', from('Deny', app('web'))), admin('a', { priority: 5, ...from('Accept', app('web')) })], 'fails', 'holds'],
    ['the first rule that matches decides', [admin('a', { ingress: [{ action: 'Accept', from: [app('web')] }, { action: 'Deny', from: [everyNamespace] }] })], 'fails', 'holds'],
    ['Pass skips the rest of the Admin tier', [admin('a', { ingress: [{ action: 'Pass', from: [app('web')] }, { action: 'Deny', from: [everyNamespace] }] })], 'fails', 'holds'],
    ['a connection that passes goes on to the NetworkPolicy', [admin('a', from('Pass', app('web'))), CLOSED], 'holds', 'fails'],
    ['a Baseline Deny counts for a pod that no NetworkPolicy isolates', [baseline('b', from('Deny', app('web')))], 'holds', 'fails'],
    ['a Baseline Deny does not count for a pod that a NetworkPolicy isolates', [baseline('b', from('Deny', app('web'))), policy('x/open', { podSelector: {}, ingress: [{}] })], 'fails', 'holds'],
    ['a Baseline Accept does not count for a pod that a NetworkPolicy isolates', [baseline('b', from('Accept', app('web'))), CLOSED], 'holds', 'fails'],
    ['a Baseline Accept counts before a later Deny', [baseline('b', { ingress: [{ action: 'Accept', from: [app('web')] }, { action: 'Deny', from: [everyNamespace] }] })], 'fails', 'holds'],
    ['a Baseline Pass allows what nothing else denies', [baseline('b', { ingress: [{ action: 'Pass', from: [app('web')] }, { action: 'Deny', from: [everyNamespace] }] })], 'fails', 'holds'],
    ['a Baseline Accept does not count for what the Admin tier denies', [admin('a', from('Deny', app('web'))), baseline('b', from('Accept', app('web')))], 'holds', 'fails'],
    ['the egress of the source counts as well', [admin('a', { subject: app('web'), ...to('Deny', app('db')) })], 'holds', 'fails'],
    ['a rule without a peer that netpol knows denies everything', [admin('a', { ingress: [{ action: 'Deny', from: [{ other: {} }] }] })], 'holds', 'fails'],
  ])('%s', (_, objects, denied, allowed) => {
    expect([answer(objects, 'denied: [{ from: x/web, to: x/db }]'), answer(objects, 'allowed: [{ from: x/web, to: x/db }]')]).toEqual([denied, allowed]);
  });

  test('a rule counts on its ports only', () => {
    const objects = [CLOSED, admin('a', { ingress: [{ action: 'Accept', from: [app('web')], protocols: [{ tcp: { destinationPort: { number: 5432 } } }] }] })];
    expect(answer(objects, 'denied: [{ from: x/web, to: x/db, port: 5433 }]')).toBe('holds');
    expect(answer(objects, 'allowed: [{ from: x/web, to: x/db, ports: [5432, 5433] }]')).toBe('fails');
  });

  test('a port name means the ports of this name that the destination has, and a claim may name one that only a tier mentions', () => {
    const named = (action: string) => admin('a', { ingress: [{ action, from: [everyNamespace], protocols: [{ destinationNamedPort: 'sql' }] }] });
    const port = deployment('x/sql', { app: 'db', is: 'sql' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
    expect(answer([port, named('Deny')], 'denied: [{ from: x/web, to: x/sql, port: 5432 }]')).toBe('holds');
    expect(answer([port, named('Deny')], 'denied: [{ from: x/web, to: x/sql, port: 5433 }]')).toBe('fails');
    expect(answer([CLOSED, NO_EGRESS, named('Accept')], 'reachesOnly: [{ from: x/db, to: [], port: sql }]')).toBe('holds');
  });
});

describe('every possible pod', () => {
  test('a namespace that does not exist yet is denied if its labels say so, and no NetworkPolicy can be there', () => {
    const isolated = admin('tenants', { subject: everyNamespace, ...from('Deny', { namespaces: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['ops'] }] } }) });
    const fromOthers = 'denied: [{ from: { namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }, to: { namespaceSelector: {} } }]';
    expect([answer([isolated], fromOthers), answer([], fromOthers)]).toEqual(['holds', 'fails']);
    expect(answer([isolated], `denied: [{ from: ${OPS}, to: { namespaceSelector: {} } }]`)).toBe('fails');
  });

  test('a label that a tier looks at is a further label of a party, and a label of a used namespace is assumed to be missing', () => {
    const objects = [CLOSED, admin('a', from('Accept', { pods: { podSelector: labelled({ probe: 'yes' }) } }, team('ops')))];
    const { assumptions: [{ place }] } = verdictOn(objects, 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: job } } }, to: x/db }]');
    expect(place).toEqual({ file: 'object 4' });
    expect(answer(objects, 'denied: [{ from: { namespace: other, podSelector: { matchLabels: { app: web } } }, to: x/db }]')).toBe('holds extra-label namespace-label');
    expect(answer(objects, 'denied: [{ from: { namespace: other, podSelector: { matchLabels: { app: web } } }, to: x/db, strict: true }]')).toBe('fails extra-label namespace-label');
  });

  test('a namespace that only a tier names is one that is used, with no labels besides its name', () => {
    const objects = [admin('a', { subject: { namespaces: labelled({ 'kubernetes.io/metadata.name': 'z' }) }, ...to('Deny', everyNamespace) })];
    expect(summaryOf(verdictOn(objects, 'allowed: [{ from: { namespaceSelector: {} }, to: x/db }]'))).toBe('A pod without labels in namespace z does not reach x/db[Deployment] on TCP 5432.');
    const ofTeam = [admin('a', { subject: team('red'), ...to('Deny', everyNamespace) })];
    const { assumptions } = verdictOn(ofTeam, 'allowed: [{ from: { namespace: other }, to: x/db }]');
    expect(assumptions.map(({ code, place }) => [code, place])).toEqual([['namespace-label', { file: 'object 3' }]]);
  });

  test('a tier may leave only pods of one namespace of those that a NetworkPolicy means by a block', () => {
    const open = policy('x/open', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
    const others = admin('a', to('Deny', { namespaces: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['x'] }] } }));
    // Only a pod has a port with a name.
    const claim = (name: string) => `reachesOnly: [{ from: x/db, to: [{ namespace: ${name} }], port: http }]`;
    const named = deployment('x/named', { app: 'named' }, { ports: [{ name: 'http', containerPort: 80 }] });
    expect([answer([named, open, others], claim('other')), answer([named, open, others], claim('x'))]).toEqual(['fails', 'holds']);
  });

  test('a declared pod is outside a list with each of its addresses', () => {
    const two = pod('x/two', { app: 'two' }, { ips: ['10.0.0.5', '192.168.0.5'] });
    const objects = [two, NO_EGRESS, admin('a', { egress: [{ action: 'Deny', to: [{ networks: ['10.0.0.0/8'] }] }, { action: 'Accept', to: [app('two')] }] })];
    // Every other pod has an address that the tier denies.
    const cluster = { ...clusterOfObjects([namespace('x'), DB, ...objects]), podCidrs: [parseCidr('10.0.0.0/8') as Cidr] };
    const { intents } = readIntents('intents.yaml', Buffer.from('reachesOnly: [{ from: x/db, to: [] }]'));
    const [{ verdict }] = judgeIntents(cluster, intents).verdicts;
    expect(verdict).toMatchObject({ answer: 'fails', witness: { destination: { name: 'x/two[Pod]' } } });
  });

  test('selectors of a tier skip pods on their node\'s network, and networks and nodes match them', () => {
    const agent = pod('x/agent', { app: 'web' }, { hostNetwork: true, ips: ['172.18.0.2'] });
    const closed = [agent, NO_EGRESS, node('n', '172.18.0.2', { pool: 'a' })];
    const claim = 'denied: [{ from: x/web, to: x/agent }]';
    expect(answer([agent, admin('a', { subject: app('web'), ...to('Deny', everyNamespace) })], 'allowed: [{ from: x/web, to: x/agent }]')).toBe('holds');
    expect(answer([agent, admin('a', { subject: app('web'), ...from('Deny', everyNamespace) })], 'allowed: [{ from: x/db, to: x/agent }]')).toBe('holds');
    expect(answer([...closed, admin('a', to('Accept', { nodes: labelled({ pool: 'a' }) }))], 'allowed: [{ from: x/db, to: x/agent }]')).toBe('holds');
    expect(answer([...closed, admin('a', to('Accept', { nodes: labelled({ pool: 'b' }) }))], 'allowed: [{ from: x/db, to: x/agent }]')).toBe('fails');
    // Even if selectors of NetworkPolicies match such pods, those of a tier do not.
    const host = deployment('x/host', { app: 'host' }, { hostNetwork: true });
    const byLabels = 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: host } } }, to: x/db, scope: DECLARED }]';
    expect(answer([host, CLOSED, admin('a', from('Accept', everyNamespace))], byLabels)).toBe('holds');
    expect(answer([host, CLOSED, policy('x/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: {} }] }] })], byLabels)).toBe('holds host-network');
    // The claim names a pod on its node's network, which its own node always reaches.
    expect(answer(closed, claim)).toBe('fails');
  });

  test('pods on the network of the only node share its address', () => {
    const agent = (name: string) => deployment(`x/${name}`, { app: name }, { hostNetwork: true });
    const strict = 'allowed: [{ from: x/a, to: x/b, strict: true }]';
    const isolated = policy('x/all', { podSelector: {}, policyTypes: ['Egress'] });
    expect(answer([agent('a'), agent('b'), node('n', '172.18.0.2'), isolated], strict)).toBe('fails host-network');
  });
});

describe('what is not known', () => {
  const both = [admin('a', from('Accept', app('web'))), admin('b', from('Deny', app('web')))];
  const ofApis = (more: object = {}) => [
    admin('a', from('Accept', app('web'))),
    { apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: { name: 'old' }, spec: { priority: 1, subject: everyNamespace, ingress: [{ action: 'Deny', from: [{ pods: { namespaceSelector: {}, podSelector: labelled({ app: 'web' }) } }] }], ...more } },
  ];
  const domains = [admin('a', to('Accept', { domainNames: ['example.com'] }))];
  const nodes = [admin('a', to('Deny', { nodes: {} }))];
  const DENIED = 'denied: [{ from: x/web, to: x/db }]';
  const ALLOWED = 'allowed: [{ from: x/web, to: x/db }]';

  test.each<[string, object[], string, string]>([
    ['two policies of one priority that disagree', both, DENIED, 'undecided unspecified'],
    ['two policies of one priority that disagree', both, ALLOWED, 'undecided unspecified'],
    ['policies of different APIs that disagree', ofApis(), DENIED, 'undecided unspecified'],
    ['policies of the Baseline tier that disagree', [baseline('a', from('Accept', app('web'))), baseline('b', from('Deny', app('web')))], DENIED, 'undecided unspecified'],
    ['domain names, towards pods', [NO_EGRESS, ...domains], 'denied: [{ from: x/db, to: x/web }]', 'undecided domain-name'],
    ['domain names, towards addresses', [NO_EGRESS, ...domains], 'denied: [{ from: x/db, to: 192.0.2.0/24 }]', 'undecided domain-name'],
    ['domain names, in a list', [NO_EGRESS, ...domains], 'reachesOnly: [{ from: x/db, to: [] }]', 'undecided domain-name'],
    ['nodes without Nodes', nodes, 'denied: [{ from: x/db, to: 10.0.0.0/8 }]', 'undecided node-address'],
    ['nodes without Nodes, which could be each of the addresses', nodes, 'allowed: [{ from: x/db, to: 10.0.0.0/8 }]', 'undecided node-address'],
  ])('%s: undecided, with the reason', (_, objects, claim, expected) => {
    expect(answer(objects, claim)).toBe(expected);
  });

  test.each<[string, object[], string, string]>([
    ['both policies of one priority do the same', [both[1], admin('c', from('Deny', everyNamespace))], DENIED, 'holds'],
    ['both policies of one priority accept, each before it denies', ['a', 'b'].map(name => admin(name, { ingress: [{ action: 'Accept', from: [app('web')] }, { action: 'Deny', from: [everyNamespace] }] })), DENIED, 'fails'],
    ['a policy with a lower priority number decides before both', [...both, admin('c', { priority: 1, ...from('Accept', app('web')) })], DENIED, 'fails'],
    ['another connection of the claim does not depend on it', both, `admitsOnly: [{ to: x/db, from: [${X}] }]`, 'fails'],
    ['policies of different APIs are about different ports', ofApis({ ingress: [{ action: 'Deny', from: [everyNamespace], ports: [{ portNumber: { protocol: 'UDP', port: 53 } }] }] }), DENIED, 'fails'],
    ['the NetworkPolicy denies what may pass and may be denied', [CLOSED, both[1], admin('p', from('Pass', app('web')))], ALLOWED, 'fails'],
    ['the NetworkPolicy allows what domain names may accept', domains, 'allowed: [{ from: x/db, to: x/web }]', 'holds'],
    ['the Baseline tier denies what may pass and may be denied', [both[1], admin('p', from('Pass', app('web'))), baseline('d', from('Deny', app('web')))], ALLOWED, 'fails'],
    ['a node is no other pod', nodes, 'allowed: [{ from: x/db, to: x/web }]', 'holds'],
    ['the list has everything', [NO_EGRESS, ...domains], `reachesOnly: [{ from: x/db, to: [${EVERYTHING}] }]`, 'holds'],
  ])('it is decided if %s', (_, objects, claim, expected) => {
    expect(answer(objects, claim)).toBe(expected);
  });

  /** A policy of the Amazon VPC CNI that lets the database out to domain names on TCP 443, and to pods of its namespace on TCP 80. */
  const byName = {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    metadata: { name: 'names', namespace: 'x' },
    spec: {
      podSelector: labelled({ app: 'db' }),
      policyTypes: ['Egress'],
      egress: [{ to: [{ domainNames: ['example.com'] }], ports: [{ port: 443 }] }, { to: [{ podSelector: {} }], ports: [{ port: 80 }] }],
    },
  };
  const toAddress = (kind: string, port: string) => `${kind}: [{ from: x/db, to: 192.0.2.0/24, ports: [${port}] }]`;
  const networks = (action: string) => admin('c', to(action, { networks: ['192.0.2.0/24'] }));

  test.each<[string, object[], string, string]>([
    ['the port of the rule, denied', [byName], toAddress('denied', 'tcp/443'), 'undecided domain-name'],
    ['the port of the rule, allowed', [byName], toAddress('allowed', 'tcp/443'), 'undecided domain-name'],
    ['another port, denied', [byName], toAddress('denied', 'tcp/444'), 'holds'],
    ['another port, allowed', [byName], toAddress('allowed', 'tcp/444'), 'fails'],
    ['every port, denied', [byName], 'denied: [{ from: x/db, to: 192.0.2.0/24 }]', 'undecided domain-name'],
    ['every port, allowed', [byName], 'allowed: [{ from: x/db, to: 192.0.2.0/24, ports: [tcp/443, tcp/444] }]', 'fails'],
    ['what the other rules allow', [byName], 'allowed: [{ from: x/db, to: x/web, ports: [tcp/80] }]', 'holds'],
    ['a list without the addresses', [byName], `reachesOnly: [{ from: x/db, to: [${X}] }]`, 'undecided domain-name'],
    ['a list, on another port', [byName], `reachesOnly: [{ from: x/db, to: [${X}], ports: [tcp/444] }]`, 'holds'],
    ['the Admin tier denies', [byName, networks('Deny')], toAddress('denied', 'tcp/443'), 'holds'],
    ['the Admin tier denies', [byName, networks('Deny')], toAddress('allowed', 'tcp/443'), 'fails'],
    ['the Admin tier accepts', [byName, networks('Accept')], toAddress('allowed', 'tcp/443'), 'holds'],
    ['another pod', [byName], 'allowed: [{ from: x/web, to: 192.0.2.0/24, ports: [tcp/444] }]', 'holds'],
    ['possible pods, of which some are selected', [byName, NO_EGRESS], 'denied: [{ from: { namespace: x, podSelector: { matchExpressions: [{ key: app, operator: In, values: [db] }] } }, to: 192.0.2.0/24, ports: [tcp/443] }]', 'undecided domain-name'],
    ['possible pods, of which none is selected', [byName, policy('x/job', { podSelector: labelled({ app: 'job' }), policyTypes: ['Egress'] })], 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: job } } }, to: 192.0.2.0/24 }]', 'holds'],
  ])('domain names of an ApplicationNetworkPolicy count on the ports of their rule, below the Admin tier: %s', (_, objects, claim, expected) => {
    expect(answer(objects, claim)).toBe(expected);
  });

  test('a strict claim is undecided if only an assumption and what is not known are against it', () => {
    const labels = (action: string) => from(action, { pods: { podSelector: labelled({ probe: 'yes' }) } });
    const claim = 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: job } } }, to: x/db, strict: true }]';
    expect(answer([CLOSED, admin('a', labels('Accept')), admin('b', labels('Deny'))], claim)).toBe('undecided extra-label unspecified');
    expect(answer([CLOSED, admin('a', labels('Accept')), admin('b', labels('Accept'))], claim)).toBe('fails extra-label');
  });
});

describe('messages', () => {
  const PLACE = { constructPath: 'intent' };
  const fixesOf = (verdict: ClaimVerdict) => findingsOf(verdict, PLACE).flatMap(({ fix }) => fix?.text ?? []);
  const relatedOf = (verdict: ClaimVerdict) => findingsOf(verdict, PLACE).flatMap(({ related = [] }) => related.map(({ message }) => message));
  const tenants = (action: string) => admin('guard', { ingress: [{ name: 'tenants', action, from: [app('web')] }] });

  test('the witness of a list names the rule of the tier, with its tier and priority, and there is no fix', () => {
    const verdict = verdictOn([CLOSED, tenants('Accept')], 'admitsOnly: [{ to: x/db, from: [] }]');
    expect(verdictDetails(verdict)).toEqual([
      'A pod with label app=web in namespace x can connect to x/db[Deployment] too, whether it exists today or not.',
      "Let through by ClusterNetworkPolicy guard spec.ingress[0] 'tenants' (object 4), Admin tier, priority 10,",
      '  which accepts pods app=web of every namespace on every port',
      'Judged for the pods of 1 declared workload.',
    ]);
    expect([fixesOf(verdict), relatedOf(verdict)]).toEqual([[], ['ClusterNetworkPolicy guard spec.ingress[0].from[0]']]);
  });

  test.each<[string, object, string]>([
    ['nodes', { nodes: {} }, '  which accepts every node on every port'],
    ['some nodes', { nodes: labelled({ pool: 'a' }) }, '  which accepts nodes pool=a on every port'],
    ['domain names', { domainNames: ['example.com', 'example.org'] }, '  which accepts the domain names example.com and example.org on every port'],
  ])('an undecided list says which rule may let it through: %s', (_, peer, expected) => {
    const details = verdictDetails(verdictOn([NO_EGRESS, admin('a', to('Accept', peer))], 'reachesOnly: [{ from: x/db, to: [] }]'));
    expect(details).toEqual(expect.arrayContaining(['It may be let through by ClusterNetworkPolicy a spec.egress[0] (object 4), Admin tier, priority 10,', expected]));
  });

  test.each<[string, object, string]>([
    ['every node', { nodes: {} }, '  which accepts every node on every port'],
    ['some nodes', { nodes: labelled({ pool: 'a' }) }, '  which accepts nodes pool=a on every port'],
    ['networks', { networks: ['8.0.0.0/8'] }, '  which accepts networks 8.0.0.0/8 on every port'],
  ])('the peer of a tier has the name of its field, although it means addresses: %s', (_, peer, expected) => {
    const objects = [NO_EGRESS, node('n1', '192.168.0.1', { pool: 'a' }), admin('a', to('Accept', app('other'), peer))];
    expect(verdictDetails(verdictOn(objects, 'reachesOnly: [{ from: x/db, to: [{ namespaceSelector: {} }] }]'))).toContain(expected);
  });

  test('an intent that a guardrail overrules fails and names the guardrail, and no fix suggests a change of the tier', () => {
    const verdict = verdictOn([tenants('Deny'), CLOSED], 'allowed: [{ from: x/web, to: x/db }]');
    expect(verdictDetails(verdict).join('\n')).toContain("ClusterNetworkPolicy guard spec.ingress[0] 'tenants' (object 3), priority 10: denies TCP 5432");
    expect([fixesOf(verdict), relatedOf(verdict)]).toEqual([[], ['ClusterNetworkPolicy guard spec.ingress[0]']]);
  });

  test('a claim that the Baseline tier makes fail has a fix, which isolates the pod; one that the Admin tier makes fail too has none', () => {
    const claim = 'allowed: [{ from: x/web, to: x/db, port: tcp/5432 }]';
    const closed = baseline('b', from('Deny', everyNamespace));
    const [fix, ...others] = fixesOf(verdictOn([closed], claim));
    expect(others).toEqual([]);
    expect(fix).toMatch(/^add this policy:\napiVersion: [^]*\n {6}app: db\n/);
    expect(fix).toMatch(/\nNo NetworkPolicy isolates x\/db\[Deployment\] for ingress yet\. This fix isolates the pods that it selects: .* every other connection to them is denied/);
    expect(fixesOf(verdictOn([closed, admin('out', { subject: app('web'), ...to('Deny', everyNamespace) })], claim))).toEqual([]);
    // No label tells the pod from others, so no policy can be for it alone.
    const bare = pod('x/bare', {});
    const all = baseline('all', { subject: everyNamespace, ...from('Deny', everyNamespace) });
    expect(fixesOf(verdictOn([bare, all], 'allowed: [{ from: x/web, to: x/bare, port: tcp/5432 }]'))).toEqual([]);
  });

  test('a connection that the Admin tier accepts has no fix on that side, and one on the other side', () => {
    const claim = 'denied: [{ from: x/web, to: x/db }]';
    const accepted = verdictOn([CLOSED, tenants('Accept')], claim);
    expect(fixesOf(accepted)).toEqual(['add a policy that selects x/web[Deployment] and has Egress in its policyTypes']);
    expect(relatedOf(accepted)).toEqual(['ClusterNetworkPolicy guard spec.ingress[0]']);
    expect(fixesOf(verdictOn([CLOSED, tenants('Accept'), admin('out', { subject: app('web'), ...to('Accept', everyNamespace) })], claim))).toEqual([]);
  });

  test('a pod that no NetworkPolicy isolates admits what no tier denies', () => {
    expect(summaryOf(verdictOn([tenants('Deny')], `admitsOnly: [{ to: x/db, from: [${X}] }]`)))
      .toBe('A pod without labels in a new namespace can connect to x/db[Deployment] too: no NetworkPolicy isolates it for ingress, and no tier denies that.');
    const open = policy('x/open', { podSelector: {}, ingress: [{}] });
    expect(summaryOf(verdictOn([tenants('Deny'), open], `admitsOnly: [{ to: x/db, from: [${X}] }]`)))
      .toBe("A pod without labels in a new namespace can connect to x/db[Deployment] too: x/open spec.ingress[0] (object 4) has no 'from', which means everything.");
  });

  test('a list that holds is supported by the rules of the tiers', () => {
    const judge = ClaimJudge.of(clusterOfObjects([namespace('x'), DB, tenants('Deny'), baseline('b', from('Deny', everyNamespace))]));
    const { intents } = readIntents('intents.yaml', Buffer.from('admitsOnly: [{ to: x/db, from: [0.0.0.0/0, ::/0] }]'));
    const [{ verdict }] = judgeIntents(judge.cluster, intents).verdicts;
    expect(verdict.answer).toBe('holds');
    expect(judge.supportOf(verdict.claim)).toMatchObject({ isIsolated: false, rules: [], tierRules: [{ policy: { name: 'guard' } }, { policy: { name: 'b' } }] });
  });
});
