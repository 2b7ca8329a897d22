import { Claim } from '../../src/claims/claim';
import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { namedParty, Party, PossiblePort } from '../../src/claims/party';
import { ClaimWitness, WitnessEnd } from '../../src/claims/witness';
import { formatPlace } from '../../src/findings/finding';
import { Cidr, formatAddress, parseCidr } from '../../src/k8s/address';
import { Selector } from '../../src/k8s/selector';
import { namespaceNamed } from '../../src/query/parties';
import { deployment, labelled, namespace, pod, podOf, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/*
 * Claims with everything that their verdicts show. Each is about pods of namespace x, in a cluster with these workloads.
 */

const NAME = 'kubernetes.io/metadata.name';

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).filter(([key]) => key !== NAME).map(([key, value]) => `${key}=${value}`).join();
}

/** Everything about an end of a witness: `a pod [app=web] in x at 10.0.0.1 of the party 'pods app=web of namespace x'`. */
function showEnd(end: WitnessEnd): string {
  if (end.kind === 'address') { return `${formatAddress(end.address)} of ${formatAddress(end.range.first)}-${formatAddress(end.range.last)}`; }
  const { name, podName, pod: own, namespace: { name: space, labels }, addressMatters, isExampleAddress } = end;
  const { generatedLabels, furtherLabels, party, breaks } = end;
  return [
    name ?? podName ?? 'a pod', `[${labelsOf(own.labels)}] in ${space}`,
    ...labelsOf(labels) === '' ? [] : [`{${labelsOf(labels)}}`],
    ...own.addresses.length === 0 ? [] : [`${isExampleAddress ? 'at' : 'known as'} ${own.addresses.map(formatAddress).join(' and ')}`],
    ...addressMatters ? ['exactly'] : [],
    ...own.ports.length === 0 ? [] : [`with ${own.ports.map(each => `${each.name ?? ''}:${each.protocol}/${each.port}`).join()}`],
    ...party === undefined ? [] : [`of '${party}'`],
    ...furtherLabels.length === 0 ? [] : [`further ${furtherLabels.join()}`],
    ...generatedLabels.length === 0 ? [] : [`generated ${generatedLabels.join()}`],
    ...breaks.length === 0 ? [] : [`breaks ${breaks.join()}`],
  ].join(' ');
}

function showWitness({ kind, direction, way, source, destination, breaks, ...on }: ClaimWitness): string[] {
  const by = way?.kind === 'grant' ? ` by ${way.grant.policy.name} ${(way.grant.clause ?? way.grant.rule).path.join('.')}`
    : way === undefined ? '' : ` ${way.kind}`;
  const broken = breaks.length === 0 ? '' : `, breaks ${breaks.join()}`;
  return [`${kind}${direction === undefined ? '' : ` ${direction}`}${by}: ${on.protocol} ${on.port}${broken}`, `  ${showEnd(source)}`, `  ${showEnd(destination)}`];
}

function show({ answer, witness, assumptions, reasons, unmatched }: ClaimVerdict): string[] {
  return [
    answer, ...witness === undefined ? [] : showWitness(witness),
    ...assumptions.flatMap(one => [`assuming ${one.code} of ${one.what}${one.place === undefined ? '' : ` (${formatPlace(one.place)})`}`, ...showWitness(one.witness)]),
    ...reasons.map(({ code, what }) => `because of ${code}: ${what}`),
    ...unmatched.map(({ name }) => `unmatched: ${name}`),
  ];
}

function verdictOn(objects: readonly object[], yaml: string): ClaimVerdict {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(yaml));
  const judged = judgeIntents(clusterOfObjects(objects), intents);
  expect([...findings, ...judged.findings]).toEqual([]);
  return judged.verdicts[0].verdict;
}

const WEB = deployment('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] });
const DB = deployment('x/db', { app: 'db' });
const allowIn = (app: string, ...ingress: object[]) => policy(`x/${app}-in`, { podSelector: labelled({ app }), ingress });
const allowOut = (app: string, ...egress: object[]) => policy(`x/${app}-out`, { podSelector: labelled({ app }), policyTypes: ['Egress'], egress });
const pods = (labels: Record<string, string>) => ({ podSelector: labelled(labels) });
const spaces = (labels: Record<string, string>) => ({ namespaceSelector: labelled(labels) });
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const X = (labels: string) => `{ namespace: x, labels: { ${labels} } }`;
const TEAM = (team: string) => `{ namespaceLabels: { team: ${team} } }`;

const ROWS: [string, object[], string, string[]][] = [
  ['the first port, if every port is open', [WEB, DB], 'denied: [{ from: x/web, to: x/db }]', [
    'fails',
    'passes: TCP 1',
    "  x/web[Deployment] [app=web] in x at 10.0.0.1 with http:TCP/80 of 'x/web[Deployment]'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['the number of a port that a rule names', [WEB, DB, allowIn('web', { ports: [{ port: 'http' }] })], 'denied: [{ from: x/db, to: x/web }]', [
    'fails',
    'passes: TCP 80',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    "  x/web[Deployment] [app=web] in x at 10.0.0.2 with http:TCP/80 of 'x/web[Deployment]'",
  ]],
  ['a number for a named port of a pod that could exist', [allowIn('web', { from: [pods({ app: 'fe' })], ports: [{ port: 'http' }] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.2 with http:TCP/1 of 'pods app=web of namespace x'",
  ]],
  ['a port of TCP, if there is one', [allowIn('web', { ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'SCTP', port: 7 }, { port: 70, endPort: 75 }] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: TCP 70',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['a port of another protocol, if there is none of TCP', [allowIn('web', { ports: [{ protocol: 'UDP', port: 53 }] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: UDP 53',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['a source with a label that a rule asks for', [allowIn('web', { from: [pods({ client: 'yes' })] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'holds',
    'assuming extra-label of pod with labels app=fe, client=yes in namespace x (object 0)',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe,client=yes] in x at 10.0.0.1 of 'pods app=fe of namespace x' further client breaks extra-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['a destination with a label that another policy selects', [allowIn('web'), policy('x/debug', { podSelector: labelled({ debug: 'on' }), ingress: [{}] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'holds',
    'assuming extra-label of pod with labels app=web, debug=on in namespace x (object 1)',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  a pod [app=web,debug=on] in x at 10.0.0.2 of 'pods app=web of namespace x' further debug breaks extra-label",
  ]],
  ['a label with another value than those that a policy excludes', [policy('x/none', { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other', 'web'] }] }, ingress: [{ from: [pods({ client: 'yes' })] }] })],
    'denied: [{ from: { namespace: x }, to: { namespace: x, matchExpressions: [{ key: app, operator: NotIn, values: [web] }, { key: app, operator: Exists }] } }]', [
      'fails',
      'passes: TCP 1',
      "  a pod [] in x at 10.0.0.1 of 'every pod of namespace x'",
      "  a pod [app=other] in x at 10.0.0.2 of 'pods app,app!=web of namespace x'",
    ]],
  ['a declared pod of a party by labels, rather than one that could exist', [WEB, DB], `denied: [{ from: ${X('app: web')}, to: ${X('app: db')} }]`, [
    'fails',
    'passes: TCP 1',
    "  x/web[Deployment] [app=web] in x at 10.0.0.1 with http:TCP/80 of 'pods app=web of namespace x'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
  ]],
  ['a declared pod on one side, if only that side has one', [DB], `denied: [{ from: ${X('app: fe')}, to: ${X('app: db')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    'unmatched: pods app=fe of namespace x',
  ]],
  ['a pod with the further label of a declared pod', [podOf('db', 'x/db-0', { app: 'db', role: 'main' }), podOf('db', 'x/db-1', { app: 'db' }), allowIn('db'), policy('x/role', { podSelector: labelled({ role: 'main' }), ingress: [{ from: [{ namespaceSelector: labelled({ [NAME]: 'z' }) }] }] })],
    `denied: [{ from: { namespace: z }, to: ${X('app: db')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [] in z at 10.0.0.1 of 'every pod of namespace z'",
      "  x/db-0[Pod] [app=db,role=main] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    ]],
  ['no pod with the further labels of two declared pods', [podOf('db', 'x/db-0', { app: 'db', role: 'main' }), podOf('db', 'x/db-1', { app: 'db', zone: 'a' }), allowIn('db'), policy('x/both', { podSelector: labelled({ role: 'main', zone: 'a' }), ingress: [{}] })],
    `denied: [{ from: { namespace: z }, to: ${X('app: db')} }]`, [
      'holds',
      'assuming extra-label of pod with labels app=db, role=main, zone=a in namespace x (object 3)',
      'passes: TCP 1, breaks extra-label',
      "  a pod [] in z at 10.0.0.1 of 'every pod of namespace z'",
      "  a pod [app=db,role=main,zone=a] in x at 10.0.0.2 of 'pods app=db of namespace x' further role,zone breaks extra-label",
    ]],
  ['no further label of a declared pod on the network of its node', [pod('x/host', { app: 'db', role: 'main' }, { hostNetwork: true }), allowIn('db'), policy('x/role', { podSelector: labelled({ role: 'main' }), ingress: [{}] })],
    `denied: [{ from: { namespace: z, labels: { app: fe } }, to: ${X('app: db')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [app=fe] in z at 10.0.0.1 of 'pods app=fe of namespace z'",
      "  x/host[Pod] [app=db,role=main] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    ]],
  ['a declared pod with a generated label that a policy selects', [DB, allowIn('db'), policy('x/hash', { podSelector: labelled({ 'pod-template-hash': '5d4f8c7b9' }), ingress: [{}] })],
    `denied: [{ from: { namespace: z }, to: ${X('app: db')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [] in z at 10.0.0.1 of 'every pod of namespace z'",
      "  x/db[Deployment] [app=db,pod-template-hash=5d4f8c7b9] in x at 10.0.0.2 of 'pods app=db of namespace x' generated pod-template-hash",
    ]],
  ['that one pod needs a value of a generated label, and the other one does not', [WEB, DB, allowIn('db'), policy('x/hash', { podSelector: labelled({ 'pod-template-hash': '5d4f8c7b9' }), ingress: [{}] })],
    'denied: [{ from: x/web, to: x/db }]', [
      'fails',
      'passes: TCP 1',
      "  x/web[Deployment] [app=web,pod-template-hash=other] in x at 10.0.0.1 with http:TCP/80 of 'x/web[Deployment]'",
      "  x/db[Deployment] [app=db,pod-template-hash=5d4f8c7b9] in x at 10.0.0.2 of 'x/db[Deployment]' generated pod-template-hash",
    ]],
  ['a declared pod with a generated label, although another policy selects a label that no pod of the party carries', [DB, allowIn('db'), policy('x/debug', { podSelector: labelled({ debug: 'on' }), ingress: [{}] }), policy('x/hash', { podSelector: labelled({ 'pod-template-hash': '5d4f8c7b9' }), ingress: [{}] })],
    `denied: [{ from: { namespace: z }, to: ${X('app: db')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [] in z at 10.0.0.1 of 'every pod of namespace z'",
      "  x/db[Deployment] [app=db,pod-template-hash=5d4f8c7b9] in x at 10.0.0.2 of 'pods app=db of namespace x' generated pod-template-hash",
    ]],
  ['a pod with one of the further labels of a declared pod, and without those that it does not need', [
    deployment('x/db', { app: 'db', role: 'main', canary: 'yes' }), allowIn('db'), policy('x/debug', { podSelector: labelled({ debug: 'on' }), ingress: [{}] }),
    policy('x/hash', { podSelector: labelled({ 'pod-template-hash': '5d4f8c7b9' }) }),
    policy('x/role', { podSelector: { matchLabels: { role: 'main' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] }, ingress: [{}] }),
  ], `denied: [{ from: { namespace: z }, to: ${X('app: db')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [] in z at 10.0.0.1 of 'every pod of namespace z'",
    "  a pod [app=db,role=main] in x at 10.0.0.2 of 'pods app=db of namespace x' further role",
  ]],
  ['an assumption about a party that only asks for a label to be there', [allowIn('db', { from: [pods({ client: 'yes' })] })],
    `denied: [{ from: { namespace: x, matchExpressions: [{ key: app, operator: Exists }] }, to: ${X('app: db')} }]`, [
      'holds',
      'assuming extra-label of pod with labels app=other, client=yes in namespace x (object 0)',
      'passes: TCP 1, breaks extra-label',
      "  a pod [app=other,client=yes] in x at 10.0.0.1 of 'pods app of namespace x' further client breaks extra-label",
      "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    ]],
  ['a new namespace of a party that only asks for the name which every namespace has', [namespace('x'), policy('x/none', { podSelector: {}, policyTypes: ['Egress'] })],
    `denied: [{ from: { namespaceSelector: { matchExpressions: [{ key: ${NAME}, operator: Exists }] } }, to: ${X('app: db')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [] in other at 10.0.0.1 of 'every pod of namespaces kubernetes.io/metadata.name'",
      "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    ]],
  ['the label of a namespace that is only used', [allowIn('web', { from: [spaces({ team: 'a' })] })], `denied: [{ from: { namespace: z, labels: { app: fe } }, to: ${X('app: web')} }]`, [
    'holds',
    'assuming namespace-label of label team of namespace z (object 0)',
    'passes: TCP 1, breaks namespace-label',
    "  a pod [app=fe] in z {team=a} at 10.0.0.1 of 'pods app=fe of namespace z' breaks namespace-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['the labels of a namespace that is only used', [allowIn('web', { from: [spaces({ team: 'a', env: 'b' })] }), namespace('x')], `denied: [{ from: { namespace: z, labels: { app: fe } }, to: ${X('app: web')} }]`, [
    'holds',
    'assuming namespace-label of labels env and team of namespace z (object 0)',
    'passes: TCP 1, breaks namespace-label',
    "  a pod [app=fe] in z {env=b,team=a} at 10.0.0.1 of 'pods app=fe of namespace z' breaks namespace-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['a new namespace of a team', [namespace('x'), namespace('z', { team: 'a' }), allowIn('web', { from: [spaces({ team: 'a' })] }), policy('z/none', { podSelector: {}, policyTypes: ['Egress'] })],
    `denied: [{ from: ${TEAM('a')}, to: ${X('app: web')} }]`, [
      'holds',
      'assuming new-namespace of with label team=a',
      'passes: TCP 1, breaks new-namespace',
      "  a pod [] in other {team=a} at 10.0.0.1 of 'every pod of namespaces team=a' breaks new-namespace",
      "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
    ]],
  ['two new namespaces', [namespace('other', {})], `denied: [{ from: ${TEAM('a')}, to: ${TEAM('b')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [] in other-1 {team=a} at 10.0.0.1 of 'every pod of namespaces team=a'",
    "  a pod [] in other-2 {team=b} at 10.0.0.2 of 'every pod of namespaces team=b'",
  ]],
  ['a new namespace of a team whose only namespace is excluded', [namespace('z', { team: 'a' })],
    `denied: [{ from: { namespaceSelector: { matchLabels: { team: a }, matchExpressions: [{ key: ${NAME}, operator: NotIn, values: [z] }] } }, to: ${X('app: web')} }]`, [
      'fails',
      'passes: TCP 1',
      "  a pod [] in other {team=a} at 10.0.0.1 of 'every pod of namespaces kubernetes.io/metadata.name!=z,team=a'",
      "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
    ]],
  ['the address of the first pod, if a policy looks at it', [allowIn('web', { from: [block('10.1.0.0/16')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [app=fe] in x at 10.1.0.1 exactly of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.1 of 'pods app=web of namespace x'",
  ]],
  ['addresses of both pods', [allowIn('web', { from: [block('10.0.0.7/32')] }), allowOut('fe', { to: [block('10.0.0.6/31')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [app=fe] in x at 10.0.0.7 exactly of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.6 exactly of 'pods app=web of namespace x'",
  ]],
  ['the range of an address', [WEB, allowOut('web', { to: [block('10.0.0.0/8', '10.0.0.0/9')] })], 'denied: [{ from: x/web, to: 10.0.0.0/8 }]', [
    'fails',
    'passes: TCP 1',
    "  x/web[Deployment] [app=web] in x at 10.0.0.1 with http:TCP/80 of 'x/web[Deployment]'",
    '  10.128.0.1 of 10.128.0.0-10.255.255.255',
  ]],
  ['an address that no pod has', [WEB, pod('x/known', {}, { ips: ['10.0.0.1'] })], 'denied: [{ from: x/web, to: 10.0.0.0/30 }]', [
    'fails',
    'passes: TCP 1',
    "  x/web[Deployment] [app=web] in x at 10.0.0.2 with http:TCP/80 of 'x/web[Deployment]'",
    '  10.0.0.3 of 10.0.0.0-10.0.0.3',
  ]],
  ['an address of the public internet', [allowIn('web', { from: [block('8.8.8.0/24')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'holds',
    'assuming pod-address of a pod with label app=fe in namespace x',
    'passes: TCP 1, breaks pod-address',
    "  a pod [app=fe] in x at 8.8.8.1 exactly of 'pods app=fe of namespace x' breaks pod-address",
    "  a pod [app=web] in x at 10.0.0.1 of 'pods app=web of namespace x'",
  ]],
  ['a declared pod with an address of the public internet', [pod('x/fe', { app: 'fe' }, { ips: ['8.8.8.8'] }), allowIn('web', { from: [block('8.8.8.0/24')] })], `denied: [{ from: ${X('app: fe')}, to: { namespace: z, labels: { app: web } } }]`, [
    'fails',
    'passes: TCP 1',
    "  x/fe[Pod] [app=fe] in x known as 8.8.8.8 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in z at 10.0.0.1 of 'pods app=web of namespace z'",
  ]],
  ['an unusual address', [pod('x/fe', { app: 'fe' }, { ips: ['8.8.8.8'] }), allowIn('web', { from: [block('8.8.8.0/24')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`, [
    'fails',
    'passes: TCP 1',
    "  x/fe[Pod] [app=fe] in x known as 8.8.8.8 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.1 of 'pods app=web of namespace x'",
    'unmatched: pods app=web of namespace x',
  ]],
  ['one number for two port names', [deployment('z/d', {}, { ports: [{ name: 'metrics', containerPort: 1 }] }), policy('x/web-in', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')}, port: tcp/metrics }]`, [
    'holds',
    'assuming port-name of a pod with label app=web in namespace x',
    'passes: TCP 1, breaks port-name',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  a pod [app=web] in x at 10.0.0.2 with metrics:TCP/1,http:TCP/1 of 'pods app=web of namespace x' breaks port-name",
  ]],
  ['a declared pod that gives one port two names', [pod('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 80 }] }), allowIn('web', { ports: [{ port: 'http' }] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')}, port: tcp/metrics }]`, [
    'fails',
    'passes: TCP 80',
    "  a pod [app=fe] in x at 10.0.0.1 of 'pods app=fe of namespace x'",
    "  x/web[Pod] [app=web] in x at 10.0.0.2 with http:TCP/80,metrics:TCP/80 of 'pods app=web of namespace x'",
    'unmatched: pods app=fe of namespace x',
  ]],
  ['a pod on the network of its node', [pod('x/agent', { app: 'agent' }, { hostNetwork: true }), allowIn('web', { from: [pods({ app: 'agent' })] })], `denied: [{ from: ${X('app: agent')}, to: ${X('app: web')}, scope: POSSIBLE }]`, [
    'fails',
    'passes: TCP 1',
    "  a pod [app=agent] in x at 10.0.0.1 of 'pods app=agent of namespace x'",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
    'unmatched: pods app=web of namespace x',
  ]],
  ['a pod on the network of its node, which selectors skip', [pod('x/agent', { app: 'agent' }, { hostNetwork: true }), WEB, allowIn('web', { from: [pods({ app: 'agent' })] })], `denied: [{ from: ${X('app: agent')}, to: ${X('app: web')}, scope: DECLARED }]`, [
    'holds',
    'assuming host-network of x/agent[Pod]',
    'passes: TCP 1, breaks host-network',
    "  x/agent[Pod] [app=agent] in x at 10.0.0.1 of 'pods app=agent of namespace x' breaks host-network",
    "  x/web[Deployment] [app=web] in x at 10.0.0.2 with http:TCP/80 of 'pods app=web of namespace x'",
  ]],
  ['a pod on the network of its node, which policies do not isolate', [pod('x/agent', { app: 'agent' }, { hostNetwork: true }), WEB, policy('x/none', { podSelector: labelled({ app: 'agent' }), policyTypes: ['Egress'] })], 'allowed: [{ from: x/agent, to: x/web, port: 80 }]', [
    'holds',
    'assuming host-network of x/agent[Pod]',
    'blocked egress: TCP 80, breaks host-network',
    "  x/agent[Pod] [app=agent] in x at 10.0.0.1 of 'x/agent[Pod]' breaks host-network",
    "  x/web[Deployment] [app=web] in x at 10.0.0.2 with http:TCP/80 of 'x/web[Deployment]'",
  ]],
  ['two pods that may share a node', [pod('x/agent', { app: 'agent' }, { hostNetwork: true }), allowIn('web'), DB], 'denied: [{ from: x/agent, to: x/db }]', [
    'fails',
    'own-node: TCP 1',
    "  x/agent[Pod] [app=agent] in x at 10.0.0.1 of 'x/agent[Pod]'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['a pod and the pod on the network of its node', [pod('x/agent', { app: 'agent' }, { hostNetwork: true }), allowIn('web'), DB], 'denied: [{ from: x/db, to: x/agent }]', [
    'fails',
    'own-node: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    "  x/agent[Pod] [app=agent] in x at 10.0.0.2 of 'x/agent[Pod]'",
  ]],
  ['an address and the pod on the network of its node', [pod('x/agent', { app: 'agent' }, { hostNetwork: true })], 'denied: [{ from: 1.1.1.1, to: x/agent }]', [
    'fails',
    'passes: TCP 1',
    '  1.1.1.1 of 1.1.1.1-1.1.1.1',
    "  x/agent[Pod] [app=agent] in x at 10.0.0.1 of 'x/agent[Pod]'",
  ]],
  ['the side that blocks: egress', [WEB, DB, allowOut('web')], 'allowed: [{ from: x/web, to: x/db }]', [
    'fails',
    'blocked egress: TCP 1',
    "  x/web[Deployment] [app=web] in x at 10.0.0.1 with http:TCP/80 of 'x/web[Deployment]'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['the side that blocks: ingress', [WEB, DB, allowIn('db', { from: [pods({ app: 'fe' })] })], 'allowed: [{ from: x/web, to: x/db, port: udp/53 }]', [
    'fails',
    'blocked ingress: UDP 53',
    "  x/web[Deployment] [app=web] in x at 10.0.0.1 with http:TCP/80 of 'x/web[Deployment]'",
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['a pod outside the list, in a further namespace', [DB, namespace('x'), allowIn('db', { from: [{ ...pods({ app: 'fe' }), ...spaces({ team: 'a' }) }] })], 'admitsOnly: [{ to: x/db, from: [] }]', [
    'fails',
    'unlisted ingress by db-in spec.ingress.0.from.0: TCP 1',
    '  a pod [app=fe] in other {team=a} at 10.0.0.1 further app',
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['a pod outside the list, with the labels that the rule and the list need', [DB, allowIn('db', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }] })], `admitsOnly: [{ to: x/db, from: [${X('app: fe')}, { namespace: x, labels: { app: other } }] }]`, [
    'fails',
    'unlisted ingress by db-in spec.ingress.0.from.0: TCP 1',
    '  a pod [app=other-1] in x at 10.0.0.1 further app',
    "  x/db[Deployment] [app=db] in x at 10.0.0.2 of 'x/db[Deployment]'",
  ]],
  ['a pod outside the list that has the port', [DB, allowOut('db', { to: [{ ...spaces({ team: 'a' }), ...pods({}) }], ports: [{ port: 'pg' }] })], 'reachesOnly: [{ from: x/db, to: [] }]', [
    'fails',
    'unlisted egress by db-out spec.egress.0.to.0: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  a pod [] in other {team=a} at 10.0.0.2 with pg:TCP/1',
  ]],
  ['a pod in a block that has the port', [DB, allowOut('db', { to: [block('10.0.0.0/8')], ports: [{ port: 'pg' }] })], 'reachesOnly: [{ from: x/db, to: [] }]', [
    'fails',
    'unlisted egress by db-out spec.egress.0.to.0: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  a pod [] in other at 10.0.0.2 exactly with pg:TCP/1',
  ]],
  ['an address outside the list', [DB, allowOut('db', { to: [block('10.0.0.0/8')] })], 'reachesOnly: [{ from: x/db, to: [10.0.0.0/9, 10.192.0.0/10] }]', [
    'fails',
    'unlisted egress by db-out spec.egress.0.to.0: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  10.128.0.1 of 10.128.0.0-10.191.255.255',
  ]],
  ['the address of a declared pod outside the list', [DB, pod('z/p', { app: 'p' }, { ips: ['10.0.0.3', 'fd00::3'] }), allowOut('db', { to: [block('10.0.0.2/31')] })], 'reachesOnly: [{ from: x/db, to: [10.0.0.2] }]', [
    'fails',
    'unlisted egress by db-out spec.egress.0.to.0: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  z/p[Pod] [app=p] in z known as 10.0.0.3 and fd00::3',
  ]],
  ['an open target', [DB], 'reachesOnly: [{ from: x/db, to: [] }]', [
    'fails',
    'unlisted egress open: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  a pod [] in x at 10.0.0.2',
  ]],
  ['an open target and a list of addresses', [DB], 'reachesOnly: [{ from: x/db, to: [0.0.0.0/0, { namespaceLabels: {} }] }]', [
    'fails',
    'unlisted egress open: TCP 1',
    "  x/db[Deployment] [app=db] in x at 10.0.0.1 of 'x/db[Deployment]'",
    '  fd00::1 of ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ]],
  ['an open target of a party by labels', [namespace('x')], `admitsOnly: [{ to: ${X('app: db')}, from: [{ namespace: x }] }]`, [
    'fails',
    'unlisted ingress open: TCP 1',
    '  a pod [] in other at 10.0.0.1',
    "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
  ]],
  ['a target with a further label', [allowIn('db'), policy('x/debug', { podSelector: labelled({ debug: 'on' }), ingress: [{}] })], `admitsOnly: [{ to: ${X('app: db')}, from: [] }]`, [
    'holds',
    'assuming extra-label of pod with labels app=db, debug=on in namespace x (object 1)',
    'unlisted ingress by debug spec.ingress.0: TCP 1, breaks extra-label',
    '  a pod [] in x at 10.0.0.1',
    "  a pod [app=db,debug=on] in x at 10.0.0.2 of 'pods app=db of namespace x' further debug breaks extra-label",
  ]],
  ['nothing, if the party has no declared pod left', [WEB, DB, allowIn('db')], `denied: [{ from: ${X('app: web')}, to: ${X('app: db')}, scope: DECLARED }]`, [
    'holds',
  ]],
  ['a strict claim about a party without pods', [DB, allowIn('db')], `denied: [{ from: ${X('app: typo')}, to: x/db, strict: true }]`, [
    'fails',
    'unmatched: pods app=typo of namespace x',
  ]],
  ['a strict claim under an assumption', [allowIn('db', { from: [pods({ client: 'yes' })] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: db')}, strict: true }]`, [
    'fails',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe,client=yes] in x at 10.0.0.1 of 'pods app=fe of namespace x' further client breaks extra-label",
    "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
    'assuming extra-label of pod with labels app=fe, client=yes in namespace x (object 0)',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe,client=yes] in x at 10.0.0.1 of 'pods app=fe of namespace x' further client breaks extra-label",
    "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
  ]],
  ['two assumptions', [namespace('x'), allowIn('web', { from: [spaces({ team: 'a' }), pods({ client: 'yes' })] })], `denied: [{ from: { namespaceSelector: { matchExpressions: [{ key: ${NAME}, operator: In, values: [x, z] }] }, labels: { app: fe } }, to: ${X('app: web')} }]`, [
    'holds',
    'assuming extra-label of pod with labels app=fe, client=yes in namespace x (object 1)',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe,client=yes] in x at 10.0.0.1 of 'pods app=fe of namespaces kubernetes.io/metadata.name in (x,z)' further client breaks extra-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
    'assuming namespace-label of label team of namespace z (object 1)',
    'passes: TCP 1, breaks namespace-label',
    "  a pod [app=fe] in z {team=a} at 10.0.0.1 of 'pods app=fe of namespaces kubernetes.io/metadata.name in (x,z)' breaks namespace-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['the smallest set of assumptions', [namespace('x'), allowIn('web', { from: [{ ...spaces({ team: 'a' }), ...pods({ client: 'yes' }) }, pods({ client: 'no' })] })], `denied: [{ from: { namespaceSelector: { matchExpressions: [{ key: ${NAME}, operator: In, values: [x, z] }] }, labels: { app: fe } }, to: ${X('app: web')} }]`, [
    'holds',
    'assuming extra-label of pod with labels app=fe, client=no in namespace x (object 1)',
    'passes: TCP 1, breaks extra-label',
    "  a pod [app=fe,client=no] in x at 10.0.0.1 of 'pods app=fe of namespaces kubernetes.io/metadata.name in (x,z)' further client breaks extra-label",
    "  a pod [app=web] in x at 10.0.0.2 of 'pods app=web of namespace x'",
  ]],
  ['a declared pod that breaks an assumption', [deployment('z/job', { app: 'job' }), namespace('x'), allowIn('db', { from: [spaces({ team: 'a' })] })], `denied: [{ from: { namespace: z, labels: { app: job } }, to: ${X('app: db')} }]`, [
    'holds',
    'assuming namespace-label of label team of namespace z (object 2)',
    'passes: TCP 1, breaks namespace-label',
    "  z/job[Deployment] [app=job] in z {team=a} at 10.0.0.1 of 'pods app=job of namespace z' breaks namespace-label",
    "  a pod [app=db] in x at 10.0.0.2 of 'pods app=db of namespace x'",
  ]],
];

test.each(ROWS)('a verdict shows %s', (_, objects, yaml, expected) => {
  expect(show(verdictOn(objects, yaml))).toEqual(expected);
});

/** The pods of namespace x with a label, which have these ports: a tier. */
function tier(app: string, ...ports: PossiblePort[]): Party {
  return { name: app, parts: [{ kind: 'selected', namespaces: namespaceNamed('x'), pods: Selector.labels({ app }), podName: `x/${app}`, ports }] };
}

function shownFor(objects: readonly object[], claim: Claim): string[] {
  const outcome = ClaimJudge.of(clusterOfObjects(objects)).judge(claim);
  return 'error' in outcome ? [outcome.error] : show(outcome.verdict);
}

describe('a pod of a tier that could exist', () => {
  const named = (name: string, number?: number): PossiblePort => ({ protocol: 'TCP', name, port: number });
  const toHttp = allowIn('web', { ports: [{ port: 'http' }] });
  const denied = (to: Party, ports?: string[], from = tier('fe')): Claim => ({ kind: 'denied', from, to, ports: ports?.map(port) });

  test('has the ports of the tier, each with a number of its own', () => {
    expect(shownFor([toHttp], denied(tier('web', named('a'), named('http'), named('b'), { protocol: 'UDP', name: 'c' })))).toEqual([
      'fails',
      'passes: TCP 1',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with http:TCP/1,a:TCP/2,b:TCP/3,c:UDP/2 of 'web'",
    ]);
    expect(shownFor([toHttp], denied(tier('web', named('a', 2), named('http'), named('b'), named('c'))))).toEqual([
      'fails',
      'passes: TCP 1',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with a:TCP/2,http:TCP/1,b:TCP/3,c:TCP/4 of 'web'",
    ]);
    expect(shownFor([toHttp], denied(tier('web', named('http', 80), named('metrics', 81))))).toEqual([
      'fails',
      'passes: TCP 80',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with http:TCP/80,metrics:TCP/81 of 'web'",
    ]);
    expect(shownFor([toHttp], denied(tier('web', named('http', 80), named('metrics')), ['tcp/metrics']))).toEqual([
      'holds',
      'assuming port-name of x/web',
      'passes: TCP 80, breaks port-name',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with http:TCP/80,metrics:TCP/80 of 'web' breaks port-name",
    ]);
    expect(shownFor([toHttp], denied(tier('web', named('http'), named('metrics')), ['tcp/metrics']))).toEqual([
      'holds',
      'assuming port-name of x/web',
      'passes: TCP 1, breaks port-name',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with metrics:TCP/1,http:TCP/1 of 'web' breaks port-name",
    ]);
    expect(shownFor([toHttp], denied(tier('web'), undefined, tier('fe', named('http'), named('metrics', 80))))).toEqual([
      'fails',
      'passes: TCP 1',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with http:TCP/1 of 'web'",
    ]);
  });

  test('is named after the tier, with the labels that the tier does not ask for', () => {
    expect(shownFor([allowIn('web', { from: [pods({ client: 'yes' })] })], denied(tier('web')))).toEqual([
      'holds',
      'assuming extra-label of pod of x/fe with labels app=fe, client=yes in namespace x (object 0)',
      'passes: TCP 1, breaks extra-label',
      "  x/fe [app=fe,client=yes] in x at 10.0.0.1 of 'fe' further client breaks extra-label",
      "  x/web [app=web] in x at 10.0.0.2 of 'web'",
    ]);
  });

  test('breaks no assumption if the tier itself gives two ports one number', () => {
    expect(shownFor([toHttp], denied(tier('web', named('http', 80), named('metrics', 80)), ['tcp/metrics']))).toEqual([
      'fails',
      'passes: TCP 80',
      "  x/fe [app=fe] in x at 10.0.0.1 of 'fe'",
      "  x/web [app=web] in x at 10.0.0.2 with http:TCP/80,metrics:TCP/80 of 'web'",
    ]);
  });
});

describe('stated pod CIDRs', () => {
  const facts = { namespaces: [], podCidrs: ['10.244.0.0/16', '8.8.0.0/16'].map(cidr => parseCidr(cidr) as Cidr) };
  const judged = (objects: object[], yaml: string) => {
    const { intents } = readIntents('intents.yaml', Buffer.from(yaml));
    return show(judgeIntents(clusterOfObjects(objects, facts), intents).verdicts[0].verdict);
  };

  test('are the addresses that a pod may have, those of the public internet among them', () => {
    expect(judged([allowIn('web', { from: [block('8.0.0.0/8')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`)).toEqual([
      'fails',
      'passes: TCP 1',
      "  a pod [app=fe] in x at 8.8.0.1 exactly of 'pods app=fe of namespace x'",
      "  a pod [app=web] in x at 10.244.0.1 of 'pods app=web of namespace x'",
    ]);
    expect(judged([allowIn('web', { from: [block('10.0.0.0/9')] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`)).toEqual(['holds']);
    expect(judged([allowIn('web', { from: [block('10.244.0.0/14')] }), pod('x/p', {}, { ips: ['10.244.0.1'] })], `denied: [{ from: ${X('app: fe')}, to: ${X('app: web')} }]`)).toEqual([
      'fails',
      'passes: TCP 1',
      "  a pod [app=fe] in x at 10.244.0.2 exactly of 'pods app=fe of namespace x'",
      "  a pod [app=web] in x at 10.244.0.3 of 'pods app=web of namespace x'",
      'unmatched: pods app=fe of namespace x',
      'unmatched: pods app=web of namespace x',
    ]);
  });

  test('say nothing about the addresses of nodes', () => {
    expect(judged([pod('x/agent', { app: 'agent' }, { hostNetwork: true }), allowIn('web', { from: [block('10.0.0.0/9')] })], `allowed: [{ from: x/agent, to: ${X('app: web')} }]`)).toEqual([
      'fails',
      'blocked ingress: TCP 1',
      "  x/agent[Pod] [app=agent] in x at 10.128.0.1 exactly of 'x/agent[Pod]'",
      "  a pod [app=web] in x at 10.244.0.1 of 'pods app=web of namespace x'",
      'unmatched: pods app=web of namespace x',
    ]);
  });
});

describe('why a claim holds', () => {
  const supportOf = (objects: object[], claim: Claim) => ClaimJudge.of(clusterOfObjects(objects)).supportOf(claim);

  test('is the answer for a pair of pods: declared ones if there are any', () => {
    const pair = (objects: object[], claim: Claim) => {
      const support = supportOf(objects, claim);
      return support?.kind === 'pair' ? [support.explanation.flow.source.name, support.explanation.flow.destination.name, support.explanation.port] : support;
    };
    expect(pair([WEB, DB], { kind: 'allowed', from: tier('web'), to: tier('db') })).toEqual(['x/web[Deployment]', 'x/db[Deployment]', { protocol: 'TCP', first: 1, last: 1 }]);
    expect(pair([DB], { kind: 'denied', from: tier('web'), to: tier('db'), ports: [port('tcp/80')] })).toEqual(['x/web', 'x/db[Deployment]', { protocol: 'TCP', first: 80, last: 80 }]);
    expect(pair([DB], { kind: 'denied', from: tier('web'), to: tier('db'), ports: [] })).toEqual(undefined);
  });

  test('is every rule of the policies that could isolate the pods of the target', () => {
    const rules = (objects: object[], claim: Claim) => {
      const support = supportOf(objects, claim);
      return support?.kind === 'rules' ? [support.direction, support.isIsolated, support.rules.map(({ policy: { name }, rule }) => `${name} ${rule.path.join('.')}`)] : support;
    };
    const objects = [allowIn('db', {}, { ports: [{ port: 80 }] }), allowIn('web', {}), allowOut('db', {}), policy('x/all', { podSelector: {}, ingress: [{}] })];
    expect(rules(objects, { kind: 'admitsOnly', target: tier('db'), listed: [] })).toEqual(['ingress', true, ['all spec.ingress.0', 'db-in spec.ingress.0', 'db-in spec.ingress.1']]);
    expect(rules(objects, { kind: 'reachesOnly', target: tier('db'), listed: [] })).toEqual(['egress', true, ['db-out spec.egress.0']]);
    expect(rules([], { kind: 'admitsOnly', target: tier('db'), listed: [] })).toEqual(['ingress', false, []]);
  });

  test('is no rule for a pod on the network of its node, which no policy isolates', () => {
    const judge = ClaimJudge.of(clusterOfObjects([pod('x/agent', {}, { hostNetwork: true }), policy('x/all', { podSelector: {}, ingress: [{}] })]));
    const target = namedParty(judge.reach, 'x/agent') as Party;
    expect(judge.supportOf({ kind: 'admitsOnly', target, listed: [] })).toEqual({ kind: 'rules', direction: 'ingress', isIsolated: false, rules: [], tierRules: [] });
  });
});
