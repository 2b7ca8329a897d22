import { formatClaim } from '../../src/claims/claim';
import { summaryOf } from '../../src/claims/claim-findings';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { namedParty, Party } from '../../src/claims/party';
import { Reachability } from '../../src/evaluator/reachability';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { deployment, labelled, namespace, pod, podOf, policy, port, reachOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/** The verdict on the only claim of an intent file. */
function verdictOn(reach: Reachability, yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(reach.cluster, intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  expect(judged.verdicts).toHaveLength(1);
  return judged.verdicts[0].verdict;
}

/** `It holds.`, or what the witness shows. */
function summary(reach: Reachability, yaml: string): string {
  const verdict = verdictOn(reach, yaml);
  expect(verdict.answer).toBe(verdict.witness === undefined ? 'holds' : 'fails');
  return summaryOf(verdict);
}

/** Why there is nothing to judge about the only claim of an intent file. */
function faultOf(reach: Reachability, yaml: string): string {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(reach.cluster, intents);
  expect([findings, judged.verdicts]).toEqual([[], []]);
  expect(judged.findings).toMatchObject([{ code: 'NP212', severity: 'error', place: { file: 'intents.yaml', line: 1 } }]);
  return judged.findings[0].message;
}

const HOLDS = 'It holds.';

const SHOP = [
  deployment('x/web', { app: 'web' }, { ports: [{ containerPort: 80 }, { containerPort: 81 }] }), deployment('x/db', { app: 'db' }), deployment('x/client', { app: 'client' }),
  podOf('pair', 'x/pair-0', { app: 'pair' }), podOf('pair', 'x/pair-1', { app: 'pair', odd: 'yes' }),
  policy('x/web', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ podSelector: labelled({ app: 'client' }) }], ports: [{ port: 80 }] }] }),
  policy('x/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ odd: 'yes' }) }] }] }),
];
const shop = reachOf(...SHOP);

/** The pods of namespace x with a label, as an intent file writes them. */
function selected(app: string): string {
  return `{ namespace: x, podSelector: { matchLabels: { app: ${app} } } }`;
}

describe('allowed', () => {
  test.each([
    ['holds on the port that a rule allows', '{ from: x/client, to: x/web, port: tcp/80 }', HOLDS],
    ["means each of the destination's own ports if it names none", '{ from: x/client, to: x/web }', 'x/client[Deployment] does not reach x/web[Deployment] on TCP 81.'],
    ['fails if one of its ports is blocked', '{ from: x/client, to: x/web, ports: [80, 443] }', 'x/client[Deployment] does not reach x/web[Deployment] on TCP 443.'],
    ['fails if one of several pods is blocked', '{ from: x/pair, to: x/db }', 'x/pair-0[Pod] does not reach x/db[Deployment].'],
    ['means every port if the ports of the destination are not known', '{ from: x/pair-1, to: x/db }', HOLDS],
    ['means every address of a block', '{ from: x/web, to: 0.0.0.0/0, port: 443 }', HOLDS],
  ])('%s', (_, claim, expected) => {
    expect(summary(shop, `allowed: [${claim}]`)).toBe(expected);
  });
});

describe('denied', () => {
  test.each([
    ['holds if every port is blocked', '{ from: x/db, to: x/web }', HOLDS],
    ['fails if some port is open, and shows every open port', '{ from: x/client, to: x/web }', 'x/client[Deployment] reaches x/web[Deployment] on TCP 80.'],
    ['holds on ports that are blocked', '{ from: x/client, to: x/web, ports: [81, udp] }', HOLDS],
    ['shows only open ports that it names', '{ from: x/client, to: x/web, ports: [79-80, 81] }', 'x/client[Deployment] reaches x/web[Deployment] on TCP 80.'],
    ['fails if one of several pods gets through', '{ from: x/pair, to: x/db }', 'x/pair-1[Pod] reaches x/db[Deployment] on every port.'],
  ])('%s', (_, claim, expected) => {
    expect(summary(shop, `denied: [${claim}]`)).toBe(expected);
  });

  test('does not count that a pod reaches itself, but counts that one replica reaches another', () => {
    const alone = reachOf(podOf('web', 'x/web-0', {}), policy('x/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    expect(summary(alone, 'denied: [{ from: x/web, to: x/web }]')).toBe(HOLDS);
    const two = reachOf(podOf('web', 'x/web-0', {}), podOf('web', 'x/web-1', {}));
    expect(summary(two, 'denied: [{ from: x/web, to: x/web }]')).toBe('x/web[StatefulSet] reaches x/web[StatefulSet] on every port.');
  });

  test('does not count that a Pod object reaches itself, and counts that another pod with its labels would', () => {
    const open = reachOf(pod('x/alone', { app: 'alone' }));
    expect(summary(open, 'denied: [{ from: { namespace: x }, to: x/alone, scope: DECLARED }]')).toBe(HOLDS);
    expect(summary(open, 'denied: [{ from: { namespace: x }, to: x/alone }]')).toMatch(/ reaches x\/alone\[Pod\] on every port\.$/);
    expect(summary(reachOf(deployment('x/alone', { app: 'alone' })), 'denied: [{ from: { namespace: x }, to: x/alone, scope: DECLARED }]'))
      .toBe('x/alone[Deployment] reaches x/alone[Deployment] on every port.');
  });

  test('counts only those pods of a workload that a party by labels selects', () => {
    const odd = '{ namespace: x, podSelector: { matchExpressions: [{ key: odd, operator: DoesNotExist }, { key: app, operator: In, values: [pair] }] } }';
    expect(summary(shop, `denied: [{ from: ${odd}, to: x/db, scope: DECLARED }]`)).toBe(HOLDS);
    expect(summary(shop, `denied: [{ from: ${selected('pair')}, to: x/db, scope: DECLARED }]`)).toBe('x/pair-1[Pod] reaches x/db[Deployment] on every port.');
  });

  test.each<[string, string, string, string]>([
    ['fails because of one declared pod of a party by labels', selected('pair'), 'x/db', 'x/pair-1[Pod] reaches x/db[Deployment] on every port.'],
    ['fails because of one declared pod of a destination by labels', 'x/web', '{ namespace: x }', 'x/web[Deployment] reaches x/client[Deployment] on every port.'],
    ['assumes that no pod of a party by labels has a further label that a rule looks at', selected('client'), 'x/db', 'It holds, assuming extra-label.'],
    ['assumes nothing about the further labels of a workload', 'x/client', 'x/db', HOLDS],
    ['assumes nothing about labels that the party asks for', selected('client'), '{ namespace: x, podSelector: { matchLabels: { app: web } } }', 'x/client[Deployment] reaches x/web[Deployment] on TCP 80.'],
  ])('%s', (_, from, to, expected) => {
    expect(summary(shop, `denied: [{ from: ${from}, to: ${to} }]`)).toBe(expected);
  });

  test('shows a declared pod with the generated label that the party asks for', () => {
    const ofRevision = '{ namespace: x, podSelector: { matchLabels: { app: web, pod-template-hash: 5d4f8c7b9 } } }';
    const { witness } = verdictOn(shop, `denied: [{ from: ${ofRevision}, to: x/client }]`);
    expect(witness).toMatchObject({ source: { name: 'x/web[Deployment]', pod: { labels: { 'app': 'web', 'pod-template-hash': '5d4f8c7b9' } } } });
  });

  test('looks at the addresses of two pods: they never have the same one, and none of the public internet is assumed', () => {
    const to = (egress: string, ingress: string) => verdictOn(reachOf(
      policy('x/fe', { podSelector: labelled({ app: 'fe' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: egress } }] }] }),
      policy('x/be', { podSelector: labelled({ app: 'be' }), ingress: [{ from: [{ ipBlock: { cidr: ingress } }] }] }),
    ), `denied: [{ from: ${selected('fe')}, to: ${selected('be')} }]`);
    expect(to('10.0.0.5/32', '10.0.0.5/32')).toMatchObject({ answer: 'holds', assumptions: [] });
    expect(to('10.0.0.5/32', '10.0.0.6/32')).toMatchObject({ answer: 'fails', assumptions: [] });
    expect(to('8.8.8.0/24', '10.0.0.6/32')).toMatchObject({ answer: 'holds', assumptions: [{ code: 'pod-address' }] });
  });
});

const db = deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 5432, name: 'pg' }] });
const backend = deployment('x/backend', { app: 'backend' });
const toDb = (...ingress: object[]) => policy('x/p', { podSelector: labelled({ app: 'db' }), ingress });
const fromBackend = { from: [{ podSelector: labelled({ app: 'backend' }) }] };

describe('admitsOnly', () => {
  const admitsOnly = (objects: object[], listed: string, ports = '') =>
    summary(reachOf(db, backend, ...objects), `admitsOnly: [{ to: x/db, from: [${listed}]${ports === '' ? '' : `, ports: [${ports}]`} }]`);

  test.each<[string, object[], string]>([
    ['the policies admit nothing', [toDb()], ''],
    ['the policies admit exactly the list', [toDb(fromBackend)], 'x/backend'],
    ['the policies admit less than the list', [toDb()], 'x/backend'],
    ['the policies admit a block without a part, and the list has the whole block', [toDb({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] })], '10.0.0.0/8'],
    ['the list has the block in two halves', [toDb({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] })], '10.0.0.0/9, 10.128.0.0/9'],
    ['the exceptions and the list together hold the block', [toDb({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.128.0.0/9'] } }] })], '10.0.0.0/9'],
    ['a rule is about a port name that the pod does not have', [toDb({ ports: [{ port: 'http' }] })], ''],
    ['two members of the list together hold every pod of the namespace', [toDb({ from: [{ podSelector: {} }] })],
      '{ namespace: x, podSelector: { matchExpressions: [{ key: canary, operator: Exists }] } }, { namespace: x, podSelector: { matchExpressions: [{ key: canary, operator: DoesNotExist }] } }'],
    ['a rule selects by a label that the declared namespace does not have', [namespace('x'), toDb({ from: [{ namespaceSelector: labelled({ 'team': 'a', 'kubernetes.io/metadata.name': 'x' }) }] })], ''],
  ])('holds if %s', (_, objects, listed) => {
    expect(admitsOnly(objects, listed)).toBe(HOLDS);
  });

  const A_POD = (labels: string, where: string) => `A pod ${labels} in ${where} can connect to x/db[Deployment] too, whether it exists today or not.`;
  const tests: [string, object[], string, string][] = [
    ['no policy isolates the pod', [], 'x/backend', 'Anything can connect to x/db[Deployment] too: no policy isolates it for ingress.'],
    ['a rule has no peers', [toDb(fromBackend, {})], 'x/backend',
      "Anything can connect to x/db[Deployment] too: x/p spec.ingress[1] (object 2) has no 'from', which means everything."],
    ['a pod selector is empty', [toDb({ from: [{ podSelector: {} }] })], 'x/backend', A_POD('without labels', 'namespace x')],
    ['a selector matches any value, and the list holds one', [toDb({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }] })],
      '{ namespace: x, podSelector: { matchLabels: { app: other } } }', A_POD('with label app=other-1', 'namespace x')],
    ['two peers were written where one peer with both selectors was meant',
      [namespace('y'), toDb({ from: [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'x' }) }, ...fromBackend.from] })], 'x/backend', A_POD('without labels', 'namespace x')],
    ['a rule admits the same labels from every namespace', [toDb({ from: [{ namespaceSelector: {}, podSelector: labelled({ app: 'backend' }) }] })], 'x/backend',
      A_POD('with label app=backend', 'a new namespace')],
    ['a block is larger than the list', [toDb({ from: [...fromBackend.from, { ipBlock: { cidr: '10.0.0.0/8' } }] })], 'x/backend, 10.0.0.0/9',
      '10.128.0.0/9 can connect to x/db[Deployment] too.'],
    ['the list leaves a gap that is not a block', [toDb({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/16'] } }] })], '10.4.0.0/16',
      '10.1.0.0-10.3.255.255 can connect to x/db[Deployment] too.'],
    ['a second policy admits more', [toDb(fromBackend), policy('x/q', { podSelector: {}, ingress: [{ from: [{ podSelector: labelled({ role: 'x', a: 'b' }) }] }] })], 'x/backend',
      A_POD('with labels a=b, role=x', 'namespace x')],
  ];
  test.each(tests)('fails if %s', (_, objects, listed, expected) => {
    expect(admitsOnly(objects, listed)).toBe(expected);
  });

  test('assumes that a namespace that is not declared does not have the label that a rule selects', () => {
    const rule = toDb({ from: [{ namespaceSelector: labelled({ 'team': 'a', 'kubernetes.io/metadata.name': 'x' }) }] });
    expect(admitsOnly([rule], '')).toBe('It holds, assuming namespace-label.');
    const strict = verdictOn(reachOf(db, rule), 'admitsOnly: [{ to: x/db, from: [], strict: true }]');
    expect(strict).toMatchObject({ answer: 'fails', witness: { source: { namespace: { name: 'x', labels: { team: 'a' } } } } });
    expect(summaryOf(strict)).toBe('A pod without labels in namespace x (with label team=a) could connect to x/db[Deployment] too, whether it exists today or not. '
      + 'It holds only under an assumption (namespace-label), and admitsOnly is strict here.');
  });

  test('names the rule and the peer that decide', () => {
    const reach = reachOf(db, backend, toDb({ from: [...fromBackend.from, { podSelector: {} }] }));
    const { witness } = verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [x/backend] }]');
    expect(witness).toMatchObject({
      kind: 'unlisted',
      direction: 'ingress',
      way: { kind: 'grant', grant: { policy: { name: 'p' }, clause: { path: ['spec', 'ingress', 0, 'from', 1] } } },
      source: { kind: 'pod', pod: { labels: {} }, workload: undefined },
      destination: { kind: 'pod', workload: { name: 'db' } },
    });
  });

  test('fails if one of several pods is open', () => {
    const reach = reachOf(podOf('db', 'x/db-0', { app: 'db' }), podOf('db', 'x/db-2', { app: 'db' }), podOf('db', 'x/db-1', {}), toDb());
    expect(summary(reach, 'admitsOnly: [{ to: x/db, from: [] }]')).toBe('Anything can connect to x/db-1[Pod] too: no policy isolates it for ingress.');
  });

  test('looks at each pod of a class whose named port has another number', () => {
    const foo = (number: number) => ({ ports: [{ name: 'foo', containerPort: number }] });
    const reach = reachOf(podOf('d', 'x/d-1', { app: 'd' }, foo(80)), podOf('d', 'x/d-2', { app: 'd' }, foo(81)), policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] }));
    expect(summary(reach, 'admitsOnly: [{ to: x/d, from: [], port: tcp/foo }]')).toMatch(/^Anything can connect to x\/d-2\[Pod\] too/);
  });

  test('is about every possible pod of a target by labels', () => {
    const objects = [db, pod('x/open', { app: 'open' }), toDb(), policy('x/debug', { podSelector: labelled({ debug: 'true' }), ingress: [{}] })];
    expect(summary(reachOf(...objects), 'admitsOnly: [{ to: { namespace: x }, from: [] }]')).toBe('Anything can connect to x/open[Pod] too: no policy isolates it for ingress.');
    expect(summary(reachOf(...objects), `admitsOnly: [{ to: ${selected('db')}, from: [] }]`)).toBe('It holds, assuming extra-label.');
    // A declared pod with both labels shows that they go together.
    const both = pod('x/both', { app: 'db', debug: 'true' });
    expect(summary(reachOf(...objects, both), `admitsOnly: [{ to: ${selected('db')}, from: [] }]`))
      .toBe("Anything can connect to x/both[Pod] too: x/debug spec.ingress[0] (object 3) has no 'from', which means everything.");
  });

  test('holds if the list has every possible pod and every address', () => {
    const everything = '{ namespaceSelector: {} }, 0.0.0.0/0, ::/0';
    for (const objects of [[], [toDb({})]]) {
      expect(admitsOnly(objects, everything)).toBe(HOLDS);
      // Every pod has an address, so blocks for every address leave no pod out.
      expect(admitsOnly(objects, '0.0.0.0/0, ::/0')).toBe(HOLDS);
      expect(admitsOnly(objects, '{ namespaceSelector: {} }, 0.0.0.0/0')).not.toBe(HOLDS);
      expect(admitsOnly(objects, '{ namespaceSelector: {} }, ::/0')).not.toBe(HOLDS);
      expect(admitsOnly(objects, '{ namespace: x }, { namespace: z }, 0.0.0.0/0')).not.toBe(HOLDS);
    }
  });

  test('finds a pod outside a long list in a moment', () => {
    const many = Array.from({ length: 60 }, (_, i) => `{ namespace: x, podSelector: { matchLabels: { k${i}: v, l${i}: v, m${i}: v } } }`).join(', ');
    expect(admitsOnly([toDb(fromBackend)], many)).toBe(A_POD('with label app=backend', 'namespace x'));
    expect(admitsOnly([toDb(fromBackend)], `${many}, x/backend`)).toBe(HOLDS);
  });

  test.each<[string, object[], string, boolean]>([
    ['looks at rules for the port', [{ port: 5432 }], 'tcp/5432', false],
    ['looks at rules for a range that contains the port', [{ port: 5000, endPort: 6000 }], 'tcp/5432', false],
    ['looks at rules for every port', [], 'tcp/5432', false],
    ['looks at rules for the name of the port', [{ port: 'pg' }], 'tcp/5432', false],
    ['looks at rules for the number of the port name', [{ port: 5432 }], 'tcp/pg', false],
    ['looks at every port of the claim', [{ port: 5432 }], '80, 5432', false],
    ['skips rules for another port', [{ port: 80 }, { port: 'http' }], 'tcp/5432', true],
    ['skips rules for another protocol', [{ protocol: 'UDP', port: 5432 }, { protocol: 'SCTP' }], 'tcp/5432', true],
  ])('with ports %s', (_, ports, on, holds) => {
    expect(admitsOnly([toDb({ ports })], '', on) === HOLDS).toBe(holds);
  });

  test('assumes that a pod has no further label, unless a declared pod of the party has it', () => {
    const open = (key: string) => policy(`x/${key}`, { podSelector: labelled({ [key]: 'yes' }), ingress: [{}] });
    const answer = (labels: Record<string, string>) => verdictOn(
      reachOf(deployment('x/db', { app: 'db', ...labels }), toDb(), open('debug'), open('canary')), `admitsOnly: [{ to: ${selected('db')}, from: [] }]`);
    expect(answer({})).toMatchObject({ answer: 'holds', assumptions: [{ code: 'extra-label' }] });
    expect(answer({ canary: 'yes' })).toMatchObject({ answer: 'fails', witness: { breaks: [] } });
    expect(answer({ debug: 'yes' })).toMatchObject({ answer: 'fails', witness: { breaks: [] } });
  });

  test('tries the declared pod that has the only address of a block', () => {
    const reach = reachOf(db, pod('x/fe', { app: 'fe' }, { ips: ['10.1.0.5'] }), toDb({ from: [{ ipBlock: { cidr: '10.1.0.5/32' } }] }));
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [] }]')).toMatchObject({ answer: 'fails', witness: { source: { name: 'x/fe[Pod]' } } });
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [x/fe] }]').answer).toBe('holds');
  });

  test("tries a declared pod on its node's network, which may share the known address of another one", () => {
    const onHost = (name: string, ips: string[]) => pod(`x/${name}`, { app: name }, { hostNetwork: true, ips });
    const reach = reachOf(db, onHost('a', []), onHost('b', ['10.0.0.1']), toDb({ from: [{ ipBlock: { cidr: '10.0.0.1/32' } }] }));
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [x/b] }]')).toMatchObject({ answer: 'fails', witness: { source: { name: 'x/a[Pod]' }, breaks: [] } });
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [x/b, x/a] }]').answer).toBe('holds');
  });

  test('tries the declared pods if the blocks in the list permit every pod that could exist', () => {
    const objects = [db, pod('x/fe', { app: 'fe' }, { ips: ['8.8.8.8'] }), toDb({ from: [{ podSelector: {} }] })];
    const reach = new Reachability(clusterOfObjects(objects, { namespaces: [], podCidrs: [parseCidr('10.1.0.0/16') as Cidr] }));
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [10.0.0.0/8] }]')).toMatchObject({ answer: 'fails', witness: { source: { name: 'x/fe[Pod]' } } });
    expect(verdictOn(reach, 'admitsOnly: [{ to: x/db, from: [10.0.0.0/8, x/fe] }]').answer).toBe('holds');
  });
});

describe('beside a policy of another kind', () => {
  const cilium = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { namespace: 'x', name: 'lock' },
    spec: { endpointSelector: { matchLabels: { tier: 'cron' } }, egress: [{}] },
  };
  const reach = reachOf(db, cilium);
  const from = (labels: string, more = '') => verdictOn(reach, `allowed: [{ from: { namespace: x, labels: ${labels}${more} }, to: x/db }]`).answer;
  const expression = (rest: string) => `, matchExpressions: [{ key: tier, ${rest} }]`;

  test('a claim about pods that it cannot select is decided', () => {
    expect(from('{ tier: web }')).toBe('holds');
    expect(from('{ app: web }', expression('operator: DoesNotExist'))).toBe('holds');
    expect(from('{ app: web }', expression('operator: In, values: [a, b]'))).toBe('holds');
  });

  test('a claim about pods that it could select is undecided', () => {
    expect(from('{ tier: cron }')).toBe('undecided');
    expect(from('{}')).toBe('undecided');
    expect(from('{ app: web }', expression('operator: In, values: [a, cron]'))).toBe('undecided');
    expect(from('{ app: web }', expression('operator: Exists'))).toBe('undecided');
    // Too many choices are left open.
    const many = Array.from({ length: 7 }, (_, i) => `{ key: k${i}, operator: In, values: [a, b] }`).join(', ');
    expect(from('{ app: web }', `, matchExpressions: [${many}, { key: tier, operator: In, values: [a, b] }]`)).toBe('undecided');
  });
});

describe('reachesOnly', () => {
  const reachesOnly = (egress: object[], listed = '', on?: string) => summary(
    reachOf(db, backend, policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress })),
    `reachesOnly: [{ from: x/db, to: [${listed}]${on === undefined ? '' : `, port: ${on}`} }]`);

  test('looks at the egress side of the pod only', () => {
    expect(reachesOnly([])).toBe(HOLDS);
    expect(reachesOnly([{ to: [{ podSelector: labelled({ app: 'backend' }) }] }], 'x/backend')).toBe(HOLDS);
    expect(reachesOnly([{ to: [{ podSelector: labelled({ app: 'backend' }) }] }])).toBe('A pod with label app=backend in namespace x can be reached by x/db[Deployment] too, whether it exists today or not.');
    expect(reachesOnly([{}])).toBe("Anything can be reached by x/db[Deployment] too: x/p spec.egress[0] (object 2) has no 'to', which means everything.");
    expect(summary(reachOf(db, toDb()), 'reachesOnly: [{ from: x/db, to: [] }]')).toBe('Anything can be reached by x/db[Deployment] too: no policy isolates it for egress.');
  });

  test.each<[string, object[], string, boolean]>([
    ['takes a port name of a rule for any number, because a possible pod may have it', [{ port: 'http' }], 'tcp/81', false],
    ['keeps to the protocol of a port name of a rule', [{ port: 'http' }], 'udp/81', true],
    ['takes its own port name for any number', [{ port: 81 }], 'tcp/pg', false],
    ['keeps to the protocol of its own port name', [{ protocol: 'UDP', port: 81 }], 'tcp/pg', true],
    ['skips rules for another number', [{ port: 80 }], 'tcp/81', true],
  ])('%s', (_, ports, on, holds) => {
    expect(reachesOnly([{ ports }], '', on) === HOLDS).toBe(holds);
  });

  describe('with a port name that a declared pod has for the same number as another name', () => {
    const web = pod('x/web', { app: 'web' }, { ips: ['10.0.0.5', 'fd00::5'], ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 80 }] });
    const verdict = (to: object[], listed: string) => verdictOn(
      reachOf(db, web, policy('x/p', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ to, ports: [{ port: 'http' }] }] })),
      `reachesOnly: [{ from: x/db, to: [${listed}], port: tcp/metrics }]`);

    test('fails without an assumption, because the ports of that pod are known', () => {
      const { answer, witness } = verdict([{ podSelector: {} }], '');
      expect([answer, witness!.breaks, witness!.destination]).toMatchObject(['fails', [], { name: 'x/web[Pod]' }]);
    });

    test('holds if each address of the pod that a rule lets it reach is in the list', () => {
      expect(verdict([{ ipBlock: { cidr: '10.0.0.0/8' } }], '10.0.0.0/8').answer).toBe('holds');
      expect(verdict([{ podSelector: {} }], '10.0.0.0/8').answer).toBe('fails');
    });
  });
});

test('no policy isolates a pod on its node\'s network', () => {
  const reach = reachOf(pod('x/agent', {}, { hostNetwork: true }), policy('x/p', { podSelector: {} }));
  expect(summary(reach, 'admitsOnly: [{ to: x/agent, from: [] }]')).toBe("Anything can connect to x/agent[Pod] too: it is on its node's network, where no NetworkPolicy isolates it.");
});

test.each([
  ['the rule names a port', { ports: [{ port: 'http' }] }, ''],
  ['the claim names a port', {}, ', port: tcp/http'],
])('a rule for a block may let a pod of any namespace through, because only a pod has named ports: %s', (_, ports, named) => {
  const out = policy('x/out', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ...ports }] });
  const job = deployment('y/job', { app: 'job' }, { ports: [{ name: 'http', containerPort: 80 }] });
  const reach = reachOf(deployment('x/db', { app: 'db' }), job, out);
  const others = '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: ["y"] }] } }';
  const answer = (more: string) => verdictOn(reach, `reachesOnly: [{ from: x/db, to: [${others}${more}]${named} }]`).answer;
  expect(answer('')).toBe('fails');
  expect(answer(', { namespace: "y" }')).toBe('holds');
});

test('a list may have all new namespaces in several ways, and still lack a pod of another namespace that a rule for a block lets through', () => {
  const out = policy('x/out', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }] });
  const reach = reachOf(namespace('y', { team: 'a' }), namespace('x', { team: 'b' }), deployment('x/db', { app: 'db' }), out);
  const answer = (...expressions: string[]) => verdictOn(reach, `reachesOnly: [{ from: x/db, to: [${
    expressions.map(each => `{ namespaceSelector: { matchExpressions: [${each}] } }`).join(', ')}] }]`).answer;
  const team = (rest: string) => `{ key: team, operator: ${rest} }`;
  const ofName = (rest: string) => `{ key: kubernetes.io/metadata.name, operator: ${rest} }`;
  expect(answer(team('NotIn, values: [a]'))).toBe('fails');
  expect(answer(team('NotIn, values: [a]'), team('In, values: [a]'))).toBe('holds');
  expect(answer(`${ofName('Exists')}, ${team('NotIn, values: [a]')}`)).toBe('fails');
  expect(answer(ofName('Exists'))).toBe('holds');
  expect(answer(team('Exists'))).toBe('fails');
});

describe('there is nothing to judge', () => {
  test.each([
    ['between two addresses', 'denied: [{ from: 8.8.8.8, to: 10.0.0.0/8 }]', '8.8.8.8 and 10.0.0.0/8 are both addresses, and no policy decides about traffic between them: name a pod on one side'],
    ['if the subject of admitsOnly is an address', 'admitsOnly: [{ to: 8.8.8.8, from: [x/web] }]', /^admitsOnly is about pods, and 8\.8\.8\.8 is not a pod: write 'allowed' or 'denied' for an address$/],
    ['if the subject of reachesOnly is a block', 'reachesOnly: [{ from: 8.0.0.0/8, to: [] }]', /^reachesOnly is about pods, and 8\.0\.0\.0\/8 is not a pod: write 'allowed' or 'denied' for an address$/],
    ['on a port name that the destination does not have', 'allowed: [{ from: x/client, to: x/web, port: tcp/http }]', /^no pod of x\/web\[Deployment\] has a TCP port with the name 'http': correct the name/],
    ['on a port name that the subject of admitsOnly does not have', 'admitsOnly: [{ to: x/web, from: [], port: tcp/http }]', /^no pod of x\/web\[Deployment\] has a TCP port with the name 'http'/],
    ['on a port name that nobody has', 'reachesOnly: [{ from: x/web, to: [], port: tcp/http }]', /^no pod and no policy has a TCP port with the name 'http'/],
    ['between a Pod and itself', 'allowed: [{ from: x/alone, to: x/alone }]', /^x\/alone\[Pod\] and x\/alone\[Pod\] are the same pod, and a pod always reaches itself/],
    ['on a port name that the pods of selectors do not have', `allowed: [{ from: x/client, to: ${selected('web')}, port: tcp/http }]`, /^none of the pods app=web of namespace x has a TCP port/],
    ['about declared pods if there are none', `denied: [{ from: ${selected('nobody')}, to: x/db, scope: DECLARED }]`, /^the input declares no pod of 'pods app=nobody of namespace x', and the claim is about declared pods only/],
    ['about a selector that contradicts itself', 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { a: b }, matchExpressions: [{ key: a, operator: NotIn, values: [b] }] } }, to: x/db }]', /^no pod and no address can be 'pods a=b,a!=b of namespace x'/],
    ['about a namespace whose known labels the selector does not match', 'denied: [{ from: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: z, team: a } } }, to: x/db }]', /^no pod and no address can be 'every pod of namespaces /],
  ])('%s', (_, yaml, message) => {
    const reach = reachOf(...SHOP, pod('x/alone'), namespace('z', { team: 'b' }));
    expect(faultOf(reach, yaml)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

test('a claim in one line has the list on its side of the arrow', () => {
  const [client, web] = ['x/client', 'x/web'].map(name => namedParty(shop, name) as Party);
  expect(formatClaim({ kind: 'allowed', from: client, to: web })).toBe('allowed: x/client[Deployment] → x/web[Deployment]');
  expect(formatClaim({ kind: 'denied', from: client, to: web, ports: [port('80'), port('udp/dns')] })).toBe('denied: x/client[Deployment] → x/web[Deployment] (TCP 80, UDP dns)');
  expect(formatClaim({ kind: 'admitsOnly', target: web, listed: [client, web] })).toBe('admitsOnly: x/client[Deployment], x/web[Deployment] → x/web[Deployment]');
  expect(formatClaim({ kind: 'reachesOnly', target: web, listed: [], ports: [port('80')] })).toBe('reachesOnly: x/web[Deployment] → nothing (TCP 80)');
});

describe('a claim about pods that a policy of a kind which is not evaluated could select', () => {
  /** A policy of Istio can only restrict what other policies allow. A policy of Calico can also allow more. */
  const istio = (app: string) => ({
    apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'i', namespace: 'x' }, spec: { selector: labelled({ app }) },
  });
  const calico = (app: string, ...types: ('Ingress' | 'Egress')[]) => ({
    apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'c', namespace: 'x' }, spec: { selector: `app == '${app}'`, types },
  });

  /** Selects pods by a label that no declared pod has. */
  const calicoByLabel = { ...calico(''), spec: { selector: "tier == 'batch'", types: ['Egress'] } };
  const noEgress = policy('x/no-egress', { podSelector: labelled({ app: 'db' }), policyTypes: ['Egress'] });

  const answer = (policies: object[], yaml: string) => {
    const { answer: found, reasons } = verdictOn(reachOf(...SHOP, ...policies), yaml);
    expect(reasons.map(({ code }) => code)).toEqual(found === 'undecided' ? ['policy-kind'] : []);
    return found;
  };

  test.each<[string, object[], string]>([
    ['allowed, if the destination may be restricted', [istio('web')], 'allowed: [{ from: x/client, to: x/web, port: 80 }]'],
    ['allowed, if the source may be restricted', [calico('client', 'Egress')], 'allowed: [{ from: x/client, to: x/web, port: 80 }]'],
    ['denied, if a connection that the rules allow may be restricted', [istio('web')], 'denied: [{ from: x/client, to: x/web }]'],
    ['denied, if a connection that the rules deny may be allowed', [calico('web', 'Ingress')], 'denied: [{ from: x/db, to: x/web }]'],
    ['admitsOnly, if the policy may keep the pod out', [istio('web')], 'admitsOnly: [{ to: x/web, from: [] }]'],
    ['admitsOnly, if the policy may let another pod in', [calico('web', 'Ingress')], 'admitsOnly: [{ to: x/web, from: [x/client] }]'],
    ['reachesOnly, if the policy may let a connection through', [calico('web', 'Egress')], 'reachesOnly: [{ from: x/web, to: [] }]'],
    ['allowed, if a pod of the namespace may be restricted', [calicoByLabel], 'allowed: [{ from: { namespace: x }, to: x/client }]'],
    ['denied, if a declared pod of the party has the label', [calicoByLabel, noEgress, podOf('batch', 'x/batch', { app: 'db', tier: 'batch' })], `denied: [{ from: ${selected('db')}, to: x/client }]`],
    ['denied, if the party has the label as one of several', [calicoByLabel, noEgress], 'denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: db }, matchExpressions: [{ key: tier, operator: In, values: [batch, cron] }] } }, to: x/client }]'],
  ])('is undecided: %s', (_, policies, yaml) => {
    expect(answer(policies, yaml)).toBe('undecided');
  });

  test.each<[string, 'holds' | 'fails', object[], string]>([
    ['the policy is about the other direction', 'holds', [calico('web', 'Egress')], 'allowed: [{ from: x/client, to: x/web, port: 80 }]'],
    ['the policy cannot allow the port that the rules deny', 'fails', [istio('web')], 'allowed: [{ from: x/client, to: x/web, port: 81 }]'],
    ['the policy cannot open what the rules deny', 'holds', [istio('web')], 'denied: [{ from: x/client, to: x/web, port: 81 }]'],
    ['the other side denies for certain', 'holds', [calico('db', 'Egress')], 'denied: [{ from: x/db, to: x/web }]'],
    ['the policy can only restrict, and nothing outside the list gets in without it', 'holds', [istio('web')], 'admitsOnly: [{ to: x/web, from: [x/client] }]'],
    ['the list holds everything', 'holds', [calico('web', 'Ingress')], 'admitsOnly: [{ to: x/web, from: [{ namespaceSelector: {} }, 0.0.0.0/0, ::/0] }]'],
    ['the policy does not select the pod', 'fails', [calico('web', 'Ingress')], 'admitsOnly: [{ to: x/client, from: [] }]'],
    ['the policy does not select the only pods of the party', 'holds', [calicoByLabel, noEgress], 'denied: [{ from: x/db, to: x/client }]'],
  ])('is decided if %s', (_, expected, policies, yaml) => {
    expect(answer(policies, yaml)).toBe(expected);
  });

  describe('by a label that the party does not ask for', () => {
    const claims: [string, object[], string][] = [
      ['allowed', [calicoByLabel], `{ from: ${selected('client')}, to: x/web, port: 80`],
      ['denied', [calicoByLabel, noEgress], `{ from: ${selected('db')}, to: x/client`],
      ['reachesOnly', [calicoByLabel, noEgress], `{ from: ${selected('db')}, to: []`],
    ];

    test.each(claims)('holds, assuming that no such pod has it: %s', (kind, policies, claim) => {
      const { answer: found, assumptions } = verdictOn(reachOf(...SHOP, ...policies), `${kind}: [${claim} }]`);
      const app = /app: (\w+)/.exec(claim)![1];
      expect([found, assumptions]).toMatchObject(['holds', [{ code: 'extra-label', what: `pod with label app=${app} in namespace x that NetworkPolicy x/c of Calico selects` }]]);
    });

    test.each(claims)('is undecided if it is strict: %s', (kind, policies, claim) => {
      const verdict = verdictOn(reachOf(...SHOP, ...policies), `${kind}: [${claim}, strict: true }]`);
      expect(verdict).toMatchObject({ answer: 'undecided', reasons: [{ code: 'policy-kind' }], assumptions: [{ code: 'extra-label' }] });
      expect(summaryOf(verdict)).toMatch(kind === 'reachesOnly' ? /^Anything may be reached/ : /^A pod with label app=\w+ in namespace x that NetworkPolicy x\/c of Calico selects m/);
    });

    test('holds without an assumption if the party says that its pods have another value, or lack the label', () => {
      const holds = (requirement: string) => verdictOn(reachOf(...SHOP, calicoByLabel, noEgress),
        `denied: [{ from: { namespace: x, podSelector: { matchLabels: { app: db }, matchExpressions: [{ key: tier, ${requirement} }] } }, to: x/client }]`);
      for (const requirement of ['operator: DoesNotExist', 'operator: In, values: [web, cron]']) {
        expect(holds(requirement)).toMatchObject({ answer: 'holds', assumptions: [] });
      }
    });

    test('a strict claim fails if another pod breaks the assumption for certain', () => {
      const grant = policy('x/grant', { podSelector: labelled({ grant: 'yes' }), egress: [{}], policyTypes: ['Egress'] });
      const yaml = `denied: [{ from: ${selected('db')}, to: x/client, strict: true }]`;
      expect(verdictOn(reachOf(...SHOP, noEgress, grant, calicoByLabel), yaml)).toMatchObject({ answer: 'fails', assumptions: [{ code: 'extra-label' }] });
    });
  });

  test('holds, assuming that a namespace which is not declared has no label by which the policy selects namespaces', () => {
    const ofTeam = {
      apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name: 'g' }, spec: { namespaceSelector: "team == 'red'", types: ['Egress'] },
    };
    const closed = policy('y/no-egress', { podSelector: {}, policyTypes: ['Egress'] });
    const judged = (more: string) => verdictOn(reachOf(...SHOP, deployment('y/job', { app: 'job' }), closed, ofTeam), `denied: [{ from: y/job, to: x/client${more} }]`);
    expect(judged('')).toMatchObject({
      answer: 'holds', assumptions: [{ code: 'namespace-label', what: 'labels of namespace y that GlobalNetworkPolicy g selects' }],
    });
    expect(judged(', strict: true')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'policy-kind' }] });
  });

  test('fails if one pod certainly fails, although another is undecided', () => {
    const reach = reachOf(
      podOf('pair', 'x/pair-0', { app: 'pair', odd: 'yes' }), podOf('pair', 'x/pair-1', { app: 'pair' }), deployment('x/db', { app: 'db' }),
      { ...calico('pair', 'Egress'), spec: { selector: "odd == 'yes'", types: ['Egress'] } },
    );
    expect(summary(reach, 'denied: [{ from: x/pair, to: x/db }]')).toBe('x/pair-1[Pod] reaches x/db[Deployment] on every port.');
  });

  test('says what may happen, and why that is undecided', () => {
    const restricted = verdictOn(reachOf(...SHOP, istio('web')), 'denied: [{ from: x/client, to: x/web }]');
    expect(summaryOf(restricted)).toBe('x/client[Deployment] may reach x/web[Deployment] on TCP 80.');
    expect(restricted.reasons).toEqual([{ code: 'policy-kind', what: 'AuthorizationPolicy x/i', place: { file: 'object 7' } }]);
    // The first pair is the witness, and has each reason once.
    const several = verdictOn(reachOf(...SHOP, calico('db', 'Ingress')), 'denied: [{ from: x/pair, to: x/db }]');
    expect([summaryOf(several), several.reasons.length]).toEqual(['x/pair-0[Pod] may reach x/db[Deployment] on every port.', 1]);
    const unlisted = verdictOn(reachOf(...SHOP, istio('web')), 'admitsOnly: [{ to: x/web, from: [] }]');
    expect(summaryOf(unlisted)).toMatch(/^A pod with label app=client in namespace x may connect to x\/web\[Deployment\] too/);
  });

  test('names the policy of the other kind if only that policy could let something in', () => {
    const verdict = verdictOn(reachOf(...SHOP, calico('web', 'Ingress')), 'admitsOnly: [{ to: x/web, from: [x/client] }]');
    expect(verdict.reasons).toEqual([{ code: 'policy-kind', what: 'NetworkPolicy x/c of Calico', place: { file: 'object 7' } }]);
    // NetworkPolicy x/web isolates the pod.
    expect(summaryOf(verdict)).not.toMatch(/no policy isolates it/);
    expect(summaryOf(verdict)).toMatch(/NetworkPolicy x\/c of Calico/);
  });
});

describe('a claim that depends on the labels of a namespace that is not declared', () => {
  const reach = reachOf(
    deployment('x/web', { app: 'web' }), deployment('y/job', { app: 'job' }),
    policy('x/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }] }] }),
  );
  const claim = '{ from: y/job, to: x/web';

  const assumptions = [{ code: 'namespace-label', what: 'label team of namespace y' }];

  test('holds and lists the assumption; a strict claim fails and lists it', () => {
    const verdict = verdictOn(reach, `allowed: [${claim} }]`);
    expect(verdict).toMatchObject({ answer: 'holds', assumptions, reasons: [] });
    expect(verdict.witness).toBeUndefined();
    const strict = verdictOn(reach, `allowed: [${claim}, strict: true }]`);
    expect(strict).toMatchObject({ answer: 'fails', assumptions, reasons: [], witness: { kind: 'blocked', breaks: ['namespace-label'] } });
    expect(summaryOf(strict)).toBe('y/job[Deployment] would not reach x/web[Deployment]. It holds only under an assumption (namespace-label), and allowed is strict here.');
  });

  test('lists the object that puts the namespace into use as the place of the assumption', () => {
    expect(verdictOn(reach, `allowed: [${claim} }]`).assumptions[0].place).toEqual({ file: 'object 2' });
  });

  test('fails without an assumption if it fails in the usual case, where the namespace has no labels', () => {
    const fromTeam = reachOf(
      deployment('x/web', { app: 'web' }), deployment('y/job', { app: 'job' }),
      policy('x/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }] }] }),
    );
    for (const strict of ['', ', strict: true']) {
      const verdict = verdictOn(fromTeam, `allowed: [${claim}${strict} }]`);
      expect(verdict).toMatchObject({ answer: 'fails', assumptions: [], reasons: [], witness: { kind: 'blocked', breaks: [] } });
      expect(summaryOf(verdict)).toBe('y/job[Deployment] does not reach x/web[Deployment].');
    }
    expect(verdictOn(fromTeam, `denied: [${claim} }]`)).toMatchObject({ answer: 'holds', assumptions });
  });

  test('fails without an assumption if a policy of another kind could select the pods of that namespace only by a label', () => {
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumClusterwideNetworkPolicy',
      metadata: { name: 'teams' },
      spec: { endpointSelector: { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'ops' } }, ingress: [{}] },
    };
    const verdict = verdictOn(reachOf(deployment('y/job', { app: 'job' }), deployment('x/web', { app: 'web' }), cilium), 'admitsOnly: [{ to: y/job, from: [] }]');
    expect(verdict).toMatchObject({ answer: 'fails', assumptions: [], reasons: [] });
  });

  test('fails without an assumption if it fails anyway', () => {
    expect(verdictOn(reach, 'allowed: [{ from: 1.1.1.1, to: x/web, strict: true }]')).toMatchObject({ answer: 'fails', assumptions: [] });
    expect(summaryOf(verdictOn(reach, 'allowed: [{ from: 1.1.1.1, to: x/web, strict: true }]'))).toBe('1.1.1.1 does not reach x/web[Deployment].');
  });

  test('fails without an assumption if the usual case is a witness, and holds if the namespace is declared with a label', () => {
    expect(verdictOn(reach, `denied: [${claim} }]`)).toMatchObject({ answer: 'fails', assumptions: [], witness: { breaks: [] } });
    const declared = reachOf(
      namespace('y', { team: 'a' }), deployment('x/web', { app: 'web' }), deployment('y/job', { app: 'job' }),
      policy('x/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }] }] }),
    );
    expect(verdictOn(declared, `denied: [${claim} }]`)).toMatchObject({ answer: 'holds', assumptions: [] });
  });

  test('knows the labels of the declared pods in it: a witness among them breaks nothing else', () => {
    const ops = '{ namespaceSelector: { matchLabels: { team: ops } }, podSelector: { matchLabels: { app: job } } }';
    const declared = reachOf(
      namespace('x', {}), deployment('x/web', { app: 'web' }), deployment('y/job', { app: 'job', client: 'yes' }), namespace('z', { team: 'ops' }),
      policy('x/p', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { client: 'yes' } } }] }] }),
    );
    const { assumptions: found } = verdictOn(declared, `denied: [{ from: ${ops}, to: x/web }]`);
    expect(found.map(({ code, witness }) => [code, witness.breaks])).toEqual([['extra-label', ['extra-label']], ['namespace-label', ['namespace-label']]]);
  });

  test('rests on no assumption if the labels do not matter', () => {
    expect(verdictOn(reach, 'denied: [{ from: 1.1.1.1, to: x/web, strict: true }]')).toMatchObject({ answer: 'holds', assumptions: [] });
  });
});
