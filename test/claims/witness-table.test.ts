import { readIntents } from '../../src/claims/intent-file';
import { ClaimJudge, ClaimVerdict } from '../../src/claims/judge';
import { judgeIntents } from '../../src/claims/judge-intents';
import { ClaimWitness, WitnessEnd } from '../../src/claims/witness';
import { formatAddress } from '../../src/k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../src/k8s/objects';
import { formatPortQuery } from '../../src/query/ports';
import { deployment, labelled, namespace, pod, policy, reachOf } from '../support/cluster-objects';

/* Small clusters with one claim each, and the whole verdict: the answer, and the connection that shows it. */

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).filter(([key]) => key !== NAMESPACE_NAME_LABEL).map(([key, value]) => `${key}=${value}`).join();
}

/** `x/web[Deployment]`, or for a pod that could exist `pod(app=web) in x`; then what else the end says about itself. */
function endText(end: WitnessEnd): string {
  if (end.kind === 'address') { return [end.range.first, end.range.last].map(formatAddress).join('-') + ('party' in end ? ' of a party' : ''); }
  const { pod: own, namespace: { name, labels }, name: declared, party, addressMatters, breaks } = end;
  const ports = own.ports.map(port => `${port.name}=${port.protocol}/${port.port}`).join();
  return [
    declared ?? `pod(${labelsText(own.labels)}) in ${name}(${labelsText(labels)})`,
    ...declared === undefined && ports !== '' ? [`ports ${ports}`] : [],
    ...addressMatters ? [`at ${formatAddress(own.addresses[0])}`] : [],
    ...party === undefined ? [] : [`of ${party}`],
    ...breaks.map(code => `breaks ${code}`),
  ].join(' ');
}

function witnessText({ kind, direction, way, source, destination, protocol, port }: ClaimWitness): string {
  const by = way?.kind === 'grant' ? ` by ${way.grant.policy.name}` : way === undefined ? '' : ` ${way.kind}`;
  return `${kind}${direction === undefined ? '' : ` ${direction}`}${by}: ${endText(source)} → ${endText(destination)} ${protocol} ${port}`;
}

function verdictText({ answer, assumptions, witness, reasons }: ClaimVerdict): string[] {
  return [
    [answer, ...reasons.map(({ what }) => what)].join(' '),
    ...witness === undefined ? [] : [witnessText(witness)],
    ...assumptions.map(({ code, witness: broken }) => `assuming ${code}: ${witnessText(broken)}`),
  ];
}

function judged(objects: readonly object[], claim: string): string[] {
  const { intents, findings } = readIntents('intents.yaml', Buffer.from(claim));
  const { verdicts, findings: errors } = judgeIntents(reachOf(...objects).cluster, intents);
  return [...findings, ...errors].map(({ message }) => message).concat(verdicts.flatMap(({ verdict }) => verdictText(verdict)));
}

const of = (app: string, ns = 'namespace: x') => `{ ${ns}, labels: { app: ${app} } }`;
const inTeam = (name: string) => `namespaceSelector: { matchLabels: { team: ${name} } }`;
const X = namespace('x');
const web = deployment('x/web', { app: 'web' }, { ports: [{ containerPort: 80, name: 'http' }, { containerPort: 9090, name: 'metrics' }] });
const db = deployment('x/db', { app: 'db' });
const agent = deployment('x/agent', { app: 'agent' }, { hostNetwork: true, ports: [{ containerPort: 9100, name: 'metrics' }] });
const closed = (app: string, ...directions: string[]) =>
  policy(`x/closed-${app}`, { podSelector: labelled({ app }), policyTypes: directions.length > 0 ? directions : ['Ingress', 'Egress'] });
const ingress = (app: string, ...rules: object[]) => policy(`x/to-${app}`, { podSelector: labelled({ app }), ingress: rules });
const egress = (app: string, ...rules: object[]) => policy(`x/from-${app}`, { podSelector: labelled({ app }), policyTypes: ['Egress'], egress: rules });
const pods = (labels: Record<string, string>) => ({ podSelector: labelled(labels) });
const block = (cidr: string) => ({ ipBlock: { cidr } });
const calico = (selector: string, ...types: string[]) => ({
  apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'c', namespace: 'x' }, spec: { selector, types },
});
const istio = (app: string) => ({
  apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'i', namespace: 'x' }, spec: { selector: labelled({ app }) },
});

const ROWS: [string, object[], string, string[]][] = [
  // allowed and denied
  ['a witness against allowed says which side denies it: the source', [X, web, db, closed('db', 'Egress')], 'allowed: [{ from: x/db, to: x/web }]', [
    'fails',
    'blocked egress: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a witness against allowed says which side denies it: the destination', [X, web, db, closed('web', 'Ingress')], 'allowed: [{ from: x/db, to: x/web, port: http }]', [
    'fails',
    'blocked ingress: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a witness against denied has the parties of both ends', [X, web, db, ingress('web', { from: [pods({ app: 'db' })], ports: [{ port: 'metrics' }] })], `denied: [{ from: ${of('db')}, to: x/web }]`, [
    'fails',
    'passes: x/db[Deployment] of pods app=db of namespace x → x/web[Deployment] of x/web[Deployment] TCP 9090',
  ]],
  ['a witness prefers TCP', [X, web, db], 'denied: [{ from: x/db, to: x/web }]', [
    'fails',
    'passes: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a witness has a port of the claim', [X, web, db], 'denied: [{ from: x/db, to: x/web, ports: [udp/53-54, sctp/7] }]', [
    'fails',
    'passes: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] SCTP 7',
  ]],
  ['a declared pod is a better witness than a pod that could exist', [X, web, db, ingress('web', { from: [{ podSelector: {} }] })], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, [
    'fails',
    'passes: x/db[Deployment] of pods app=db of namespace x → x/web[Deployment] of pods app=web of namespace x TCP 1',
  ]],
  ['a party without declared pods has a pod that could exist', [X, web, ingress('web', { from: [{ podSelector: {} }] })], `denied: [{ from: ${of('job')}, to: ${of('web')} }]`, [
    'fails',
    'passes: pod(app=job) in x() of pods app=job of namespace x → x/web[Deployment] of pods app=web of namespace x TCP 1',
  ]],
  ['an address reaches an open pod', [X, web], 'denied: [{ from: 8.8.8.0/24, to: x/web, port: 80 }]', [
    'fails',
    'passes: 8.8.8.0-8.8.8.255 → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a block of a rule is the range of the address', [X, web, ingress('web', { from: [block('8.8.8.128/25')] })], 'denied: [{ from: 8.8.8.0/24, to: x/web, port: 80 }]', [
    'fails',
    'passes: 8.8.8.128-8.8.8.255 → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a block with one of the known addresses of a pod lets the pod in', [X, web, pod('x/fe', {}, { ips: ['10.1.0.1', 'fd00::1'] }), ingress('web', { from: [block('fd00::/8')] })], 'denied: [{ from: x/fe, to: x/web }]', [
    'fails',
    'passes: x/fe[Pod] of x/fe[Pod] → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['an open pod reaches an address', [X, web, db, closed('db')], 'denied: [{ from: x/web, to: 8.8.8.8 }]', [
    'fails',
    'passes: x/web[Deployment] of x/web[Deployment] → 8.8.8.8-8.8.8.8 TCP 1',
  ]],
  ['a rule for pods does not let an address in', [X, web, ingress('web', { from: [{ namespaceSelector: {} }] })], 'denied: [{ from: 8.8.8.8, to: x/web }]', ['holds']],
  ['a port name means nothing for an address', [X, web, egress('web', { ports: [{ port: 'http' }] })], 'denied: [{ from: x/web, to: 8.8.8.8 }]', ['holds']],
  ['a port number means the same for an address', [X, web, egress('web', { ports: [{ port: 'http' }, { port: 443 }] })], 'denied: [{ from: x/web, to: 8.8.8.8 }]', [
    'fails',
    'passes: x/web[Deployment] of x/web[Deployment] → 8.8.8.8-8.8.8.8 TCP 443',
  ]],
  ['no policy decides between two addresses of parties that have pods too', [X, web, closed('web')], 'denied: [{ from: anything, to: 8.8.8.8, scope: DECLARED }]', ['holds']],
  // one namespace
  ['two new namespaces are never the same one', [], `denied: [{ from: { ${inTeam('a')}, labels: { app: f } }, to: { ${inTeam('b')}, labels: { app: t } } }]`, [
    'fails',
    'passes: pod(app=f) in other(team=a) of pods app=f of namespaces team=a → pod(app=t) in other-1(team=b) of pods app=t of namespaces team=b TCP 1',
  ]],
  ['one used namespace cannot have two values of a label', [
    policy('used/p', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
  ], 'denied: [{ from: { namespaceSelector: { matchLabels: { team: a, kubernetes.io/metadata.name: used } } }, to: { namespaceSelector: { matchLabels: { team: b, kubernetes.io/metadata.name: used } } } }]', ['holds']],
  ['one used namespace can have two labels, which is an assumption', [
    policy('used/p', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
  ], 'denied: [{ from: { namespaceSelector: { matchLabels: { team: a, kubernetes.io/metadata.name: used } } }, to: { namespaceSelector: { matchLabels: { env: b, kubernetes.io/metadata.name: used } } } }]', [
    'holds',
    'assuming namespace-label: passes: pod() in used(env=b,team=a) of every pod of namespaces kubernetes.io/metadata.name=used,team=a breaks namespace-label → pod() in used(env=b,team=a) of every pod of namespaces env=b,kubernetes.io/metadata.name=used breaks namespace-label TCP 1',
  ]],
  // pods and themselves
  ['a Pod object does not reach itself from a party', [X, pod('x/one', { app: 'one' })], 'denied: [{ from: { namespace: x }, to: x/one, scope: DECLARED }]', ['holds']],
  ['a Pod object reaches another one', [X, pod('x/one', { app: 'one' }), pod('x/two', { app: 'two' })], 'denied: [{ from: { namespace: x }, to: x/one, scope: DECLARED }]', [
    'fails',
    'passes: x/two[Pod] of every pod of namespace x → x/one[Pod] of x/one[Pod] TCP 1',
  ]],
  ['a Pod object does not admit itself', [X, pod('x/one', { app: 'one' }, { ips: ['10.0.0.1'] }), ingress('one', { from: [block('10.0.0.1/32')] })], 'admitsOnly: [{ to: x/one, from: [] }]', ['holds']],
  ['a replica of a Deployment reaches another one', [X, web], 'denied: [{ from: x/web, to: x/web, port: 80 }]', [
    'fails',
    'passes: x/web[Deployment] of x/web[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  // pods on their node's network
  ['a node reaches its pods', [X, web, agent, closed('web')], 'denied: [{ from: x/agent, to: x/web }]', [
    'fails',
    'own-node: x/agent[Deployment] of x/agent[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a node is reached by its pods', [X, web, agent, closed('web')], 'denied: [{ from: x/web, to: x/agent }]', [
    'fails',
    'own-node: x/web[Deployment] of x/web[Deployment] → x/agent[Deployment] of x/agent[Deployment] TCP 1',
  ]],
  ['two pods of one node reach each other', [X, agent], 'denied: [{ from: x/agent, to: x/agent, port: 9100 }]', [
    'fails',
    'own-node: x/agent[Deployment] of x/agent[Deployment] → x/agent[Deployment] of x/agent[Deployment] TCP 9100',
  ]],
  ['a node reaches an address only by the network', [X, agent, closed('agent')], 'denied: [{ from: x/agent, to: 8.8.8.8 }]', [
    'fails',
    'passes: x/agent[Deployment] of x/agent[Deployment] → 8.8.8.8-8.8.8.8 TCP 1',
  ]],
  ['a node is reached by an address only by the network', [X, agent, closed('agent')], 'denied: [{ from: 8.8.8.8, to: x/agent, port: 9100 }]', [
    'fails',
    'passes: 8.8.8.8-8.8.8.8 → x/agent[Deployment] of x/agent[Deployment] TCP 9100',
  ]],
  ['a party by labels does not name a node', [X, web, agent, closed('web')], `denied: [{ from: ${of('agent')}, to: x/web }]`, ['holds']],
  ['no policy of another kind decides about a node and its pods', [X, web, agent, closed('web'), calico("app == 'web'", 'Ingress')], 'denied: [{ from: x/agent, to: x/web }]', [
    'fails',
    'own-node: x/agent[Deployment] of x/agent[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['policies skip a node, which is an assumption', [X, web, agent, closed('agent')], 'allowed: [{ from: x/web, to: x/agent }]', [
    'holds',
    'assuming host-network: blocked ingress: x/web[Deployment] of x/web[Deployment] → x/agent[Deployment] of x/agent[Deployment] breaks host-network TCP 9100',
  ]],
  ['policies skip a node as source, which is an assumption', [X, web, agent, closed('agent')], 'allowed: [{ from: x/agent, to: x/web, port: http }]', [
    'holds',
    'assuming host-network: blocked egress: x/agent[Deployment] of x/agent[Deployment] breaks host-network → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a rule that matches no node lets in other pods with those labels', [X, web, agent, ingress('web', { from: [pods({ app: 'agent' })] })], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod(app=agent) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['rules match no node, so an allowed connection fails', [X, web, agent, ingress('web', { from: [pods({ app: 'agent' })] })], 'allowed: [{ from: x/agent, to: x/web, port: http }]', [
    'fails',
    'blocked ingress: x/agent[Deployment] of x/agent[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a rule matches no node, which is an assumption', [X, web, agent, ingress('web', { from: [pods({ app: 'agent' })] })],
    `denied: [{ from: ${of('agent')}, to: x/web, scope: DECLARED }]`, [
      'holds',
      'assuming host-network: passes: x/agent[Deployment] of pods app=agent of namespace x breaks host-network → x/web[Deployment] of x/web[Deployment] TCP 1',
    ]],
  ['a rule could match a node outside a list that gives one port two names', [X, db, pod('x/two', { app: 'two' }, { hostNetwork: true, ports: [{ containerPort: 9100, name: 'a' }, { containerPort: 9100, name: 'b' }] }),
    egress('db', { to: [pods({ app: 'two' })], ports: [{ port: 'a' }] })], 'reachesOnly: [{ from: x/db, to: [], port: b }]', [
    'holds',
    'assuming port-name: unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → pod(app=two) in x() ports b=TCP/1,a=TCP/1 breaks port-name TCP 1',
    'assuming host-network: unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → x/two[Pod] breaks host-network TCP 9100',
  ]],
  ['a node is in a list by its name', [X, db, agent, egress('db', { to: [pods({ app: 'agent' })] })], 'reachesOnly: [{ from: x/db, to: [x/agent] }]', ['holds']],
  // lists
  ['a pod outside a list belongs to no party', [X, web, db, ingress('web', { from: [pods({ app: 'db' })] })], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod(app=db) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a pod outside a list that the target reaches belongs to no party', [X, web, db, egress('web', { to: [pods({ app: 'db' })] })], 'reachesOnly: [{ from: x/web, to: [] }]', [
    'fails',
    'unlisted egress by from-web: x/web[Deployment] of x/web[Deployment] → pod(app=db) in x() TCP 1',
  ]],
  ['an open side is open to addresses that are not listed', [X, web], 'admitsOnly: [{ to: x/web, from: [{ namespaceSelector: {} }, 0.0.0.0/1, ::/0] }]', [
    'fails',
    'unlisted ingress open: 128.0.0.0-255.255.255.255 → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a list of addresses holds the pods that have them', [X, web, ingress('web', { from: [block('10.0.0.0/8')] })], 'admitsOnly: [{ to: x/web, from: [10.0.0.0/8] }]', ['holds']],
  ['a list of parties by labels does not hold addresses', [X, web, ingress('web', { from: [block('10.0.0.0/8')] })], 'admitsOnly: [{ to: x/web, from: [{ namespaceSelector: {} }] }]', [
    'fails',
    'unlisted ingress by to-web: 10.0.0.0-10.255.255.255 → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a list of a workload holds the pods of its namespace with its labels', [X, web, db, ingress('web', { from: [pods({ app: 'db', more: 'yes' })] })], 'admitsOnly: [{ to: x/web, from: [x/db] }]', ['holds']],
  ['a list of a workload does not hold pods of other namespaces', [X, namespace('y'), web, db, ingress('web', { from: [{ namespaceSelector: {}, ...pods({ app: 'db' }) }] })], 'admitsOnly: [{ to: x/web, from: [x/db] }]', [
    'fails',
    'unlisted ingress by to-web: pod(app=db) in y() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['two members of a list together hold what a rule admits', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] } }] })],
    `admitsOnly: [{ to: x/web, from: [${of('a')}, ${of('b')}] }]`, ['holds']],
  ['one member of a list leaves a value out', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] } }] })],
    `admitsOnly: [{ to: x/web, from: [${of('a')}] }]`, [
      'fails',
      'unlisted ingress by to-web: pod(app=b) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
    ]],
  ['a declared pod outside the list has the only address of a block', [X, web, pod('x/one', { app: 'one' }, { ips: ['10.0.0.1', 'fd00::1'] }), ingress('web', { from: [block('10.0.0.1/32')] })],
    'admitsOnly: [{ to: x/web, from: [] }]', [
      'fails',
      'unlisted ingress by to-web: x/one[Pod] → x/web[Deployment] of x/web[Deployment] TCP 1',
    ]],
  ['a declared pod in the list by its address', [X, web, pod('x/one', { app: 'one' }, { ips: ['10.0.0.1', 'fd00::1'] }), ingress('web', { from: [block('10.0.0.1/32')] })],
    'admitsOnly: [{ to: x/web, from: [10.0.0.1] }]', ['holds']],
  ['a rule for another port lets nothing of the claim in', [X, web, ingress('web', { ports: [{ port: 80 }] })], 'admitsOnly: [{ to: x/web, from: [], port: metrics }]', ['holds']],
  // port names
  ['a pod outside a list may give a port the name of a rule', [X, db, egress('db', { ports: [{ port: 'http' }] })], 'reachesOnly: [{ from: x/db, to: [], port: 8080 }]', [
    'fails',
    'unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → pod() in x() ports http=TCP/8080 TCP 8080',
  ]],
  ['a rule for a block may need a pod with the name of a port', [X, db, egress('db', { to: [block('10.0.0.0/8')], ports: [{ port: 'http' }] })], 'reachesOnly: [{ from: x/db, to: [] }]', [
    'fails',
    'unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → pod() in other() ports http=TCP/1 at 10.0.0.2 TCP 1',
  ]],
  ['two names of a port have two numbers, which is an assumption', [X, db, egress('db', { to: [pods({ app: 'web' })], ports: [{ port: 'http' }] }), policy('x/names', { podSelector: labelled({ app: 'none' }), ingress: [{ ports: [{ port: 'metrics' }] }] })],
    'reachesOnly: [{ from: x/db, to: [], port: metrics }]', [
      'holds',
      'assuming port-name: unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → pod(app=web) in x() ports metrics=TCP/1,http=TCP/1 breaks port-name TCP 1',
    ]],
  ['two names of one port of a declared pod are known', [X, db, pod('x/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 80 }] }), egress('db', { to: [pods({ app: 'web' })], ports: [{ port: 'http' }] })],
    'reachesOnly: [{ from: x/db, to: [], port: metrics }]', [
      'fails',
      'unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → x/web[Pod] TCP 80',
    ]],
  ['a name means a port of its protocol', [X, db, egress('db', { ports: [{ port: 'dns', protocol: 'UDP' }] })], 'reachesOnly: [{ from: x/db, to: [], ports: [tcp/53, udp/53] }]', [
    'fails',
    'unlisted egress by from-db: x/db[Deployment] of x/db[Deployment] → pod() in x() ports dns=UDP/53 UDP 53',
  ]],
  ['a named port of an admitted pod has the number of the target', [X, web, ingress('web', { ports: [{ port: 'metrics' }] })], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod() in x() → x/web[Deployment] of x/web[Deployment] TCP 9090',
  ]],
  // addresses
  ['the addresses of both ends differ', [X, egress('db', { to: [block('10.0.0.5/32')] }), ingress('web', { from: [block('10.0.0.4/31')] })], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, [
    'fails',
    'passes: pod(app=db) in x() at 10.0.0.4 of pods app=db of namespace x → pod(app=web) in x() at 10.0.0.5 of pods app=web of namespace x TCP 1',
  ]],
  ['the addresses of both ends differ, whichever end has the choice', [X, egress('db', { to: [block('10.0.0.4/31')] }), ingress('web', { from: [block('10.0.0.5/32')] })], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, [
    'fails',
    'passes: pod(app=db) in x() at 10.0.0.5 of pods app=db of namespace x → pod(app=web) in x() at 10.0.0.4 of pods app=web of namespace x TCP 1',
  ]],
  ['both ends cannot have one address', [X, egress('db', { to: [block('10.0.0.5/32')] }), ingress('web', { from: [block('10.0.0.5/32')] })], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, ['holds']],
  ['an address of the public internet is an assumption', [X, web, ingress('web', { from: [block('8.8.8.0/24')] })], `denied: [{ from: ${of('db')}, to: x/web }]`, [
    'holds',
    'assuming pod-address: passes: pod(app=db) in x() at 8.8.8.1 of pods app=db of namespace x breaks pod-address → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['an address that a declared pod has is not free', [X, web, pod('x/one', { app: 'one' }, { ips: ['10.0.0.1'] }), ingress('web', { from: [block('10.0.0.1/32')] })], `denied: [{ from: ${of('db')}, to: x/web }]`, ['holds']],
  // policies of kinds that are not evaluated
  ['a policy of another kind may deny a connection of the source', [X, web, db, calico("app == 'db'", 'Egress')], 'allowed: [{ from: x/db, to: x/web, port: 80 }]', [
    'undecided NetworkPolicy x/c of Calico',
    'blocked egress unevaluated: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a policy of another kind may deny a connection to the destination', [X, web, db, istio('web')], 'allowed: [{ from: x/db, to: x/web, port: 80 }]', [
    'undecided AuthorizationPolicy x/i',
    'blocked ingress unevaluated: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a policy of another kind may deny what an address asks for', [X, web, istio('web')], 'allowed: [{ from: 8.8.8.8, to: x/web, port: 80 }]', [
    'undecided AuthorizationPolicy x/i',
    'blocked ingress unevaluated: 8.8.8.8-8.8.8.8 → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a policy of another kind may let a connection out', [X, web, db, closed('db', 'Egress'), calico("app == 'db'", 'Egress')], 'denied: [{ from: x/db, to: x/web, port: 80 }]', [
    'undecided NetworkPolicy x/c of Calico',
    'passes unevaluated: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a policy that can only deny lets nothing in', [X, web, db, closed('web', 'Ingress'), istio('web')], 'denied: [{ from: x/db, to: x/web, port: 80 }]', ['holds']],
  ['a policy of another kind may let in a pod outside the list', [X, web, db, closed('web', 'Ingress'), calico("app == 'web'", 'Ingress')], 'admitsOnly: [{ to: x/web, from: [x/db] }]', [
    'undecided NetworkPolicy x/c of Calico',
    'unlisted ingress unevaluated: pod() in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a policy of another kind does not decide about the other direction', [X, web, db, ingress('web', { from: [pods({ app: 'db' })] }), calico("app == 'db'", 'Egress')], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod(app=db) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a policy of another kind that may deny leaves a denied connection denied', [X, web, db, closed('db', 'Egress'), istio('web')], 'allowed: [{ from: x/db, to: x/web, port: 80 }]', [
    'fails',
    'blocked egress: x/db[Deployment] of x/db[Deployment] → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['one pod that no policy of another kind selects decides', [X, web, deployment('x/a', { app: 'a' }), deployment('x/b', { app: 'b' }), istio('a')], 'denied: [{ from: x/web, to: { namespace: x, matchExpressions: [{ key: app, operator: In, values: [a, b] }] }, port: 80, scope: DECLARED }]', [
    'fails',
    'passes: x/web[Deployment] of x/web[Deployment] → x/b[Deployment] of pods app in (a,b) of namespace x TCP 80',
  ]],
  ['a policy of another kind selects no address', [X, web, calico("app == 'db'", 'Egress')], 'denied: [{ from: 8.8.8.8, to: x/web, port: 80 }]', [
    'fails',
    'passes: 8.8.8.8-8.8.8.8 → x/web[Deployment] of x/web[Deployment] TCP 80',
  ]],
  ['a policy of another kind decides nothing if the rules deny without it', [X, web, db, closed('db', 'Egress'), calico("app == 'web'", 'Ingress')], 'denied: [{ from: x/db, to: x/web }]', ['holds']],
  ['a policy of another kind that could select a pod which could exist', [X, web, calico("tier == 'batch'", 'Ingress')], `allowed: [{ from: x/web, to: ${of('job')}, port: 80 }]`, [
    'holds',
    'assuming extra-label: blocked ingress unevaluated: x/web[Deployment] of x/web[Deployment] → pod(app=job) in x() of pods app=job of namespace x breaks extra-label TCP 80',
  ]],
  // selectors
  ['a value that a selector excludes is not in the witness', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }, { key: 'app', operator: 'Exists' }] } }] })], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod(app=other-1) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a label that may be absent is absent', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] } }] })], 'admitsOnly: [{ to: x/web, from: [] }]', [
    'fails',
    'unlisted ingress by to-web: pod() in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a list that excludes what a rule excludes holds', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a', 'b'] }] } }] })],
    'admitsOnly: [{ to: x/web, from: [{ namespace: x, matchExpressions: [{ key: app, operator: NotIn, values: [a] }] }] }]', ['holds']],
  ['a list that excludes more than a rule leaves a value out', [X, web, ingress('web', { from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] } }] })],
    'admitsOnly: [{ to: x/web, from: [{ namespace: x, matchExpressions: [{ key: app, operator: NotIn, values: [a, b] }] }] }]', [
      'fails',
      'unlisted ingress by to-web: pod(app=b) in x() → x/web[Deployment] of x/web[Deployment] TCP 1',
    ]],
  ['the subject of one policy is not that of another', [X, web, policy('x/in', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] } }), policy('x/not', { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, ingress: [{}] })],
    'admitsOnly: [{ to: x/web, from: [] }]', ['holds']],
  ['each pod of a workload has its own policies', [X, pod('x/a', { app: 'a' }), pod('x/b', { app: 'b' }), closed('a'), closed('b', 'Egress')], 'admitsOnly: [{ to: { namespace: x, matchExpressions: [{ key: app, operator: In, values: [a, b] }] }, from: [], scope: DECLARED }]', [
    'fails',
    'unlisted ingress open: pod() in x() → x/b[Pod] of pods app in (a,b) of namespace x TCP 1',
  ]],
  // assumptions
  ['a further label is an assumption, and its witness has that label', [X, web, ingress('web', { from: [pods({ app: 'db', debug: 'on' })] })], `denied: [{ from: ${of('db')}, to: x/web }]`, [
    'holds',
    'assuming extra-label: passes: pod(app=db,debug=on) in x() of pods app=db of namespace x breaks extra-label → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a further label of a declared pod is a fact', [X, web, deployment('x/db', { app: 'db', debug: 'on' }), ingress('web', { from: [pods({ app: 'db', debug: 'on' })] })], `denied: [{ from: ${of('db')}, to: x/web }]`, [
    'fails',
    'passes: x/db[Deployment] of pods app=db of namespace x → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
  ['a new namespace is an assumption', [X, namespace('r', { team: 'red' }), policy('r/deny', { podSelector: {} })], `admitsOnly: [{ to: { ${inTeam('red')} }, from: [] }]`, [
    'holds',
    'assuming new-namespace: unlisted ingress open: pod() in x() → pod() in other(team=red) of every pod of namespaces team=red breaks new-namespace TCP 1',
  ]],
  ['a label of a used namespace is an assumption', [web, db, policy('x/p', { podSelector: labelled({ app: 'web' }), ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] })], 'denied: [{ from: x/db, to: x/web }]', [
    'holds',
    'assuming namespace-label: passes: x/db[Deployment] of x/db[Deployment] breaks namespace-label → x/web[Deployment] of x/web[Deployment] breaks namespace-label TCP 1',
  ]],
  ['a claim may rest on two assumptions', [X, web, ingress('web', { from: [pods({ app: 'db', debug: 'on' }), block('8.8.8.0/24')] })], `denied: [{ from: ${of('db')}, to: x/web }]`, [
    'holds',
    'assuming extra-label: passes: pod(app=db,debug=on) in x() of pods app=db of namespace x breaks extra-label → x/web[Deployment] of x/web[Deployment] TCP 1',
    'assuming pod-address: passes: pod(app=db) in x() at 8.8.8.1 of pods app=db of namespace x breaks pod-address → x/web[Deployment] of x/web[Deployment] TCP 1',
  ]],
];

test.each(ROWS)('%s', (_, objects, claim, expected) => {
  expect(judged(objects, claim)).toEqual(expected);
});

describe('why a claim holds', () => {
  const support = (objects: readonly object[], claim: string) => {
    const { cluster } = reachOf(...objects);
    const { intents } = readIntents('intents.yaml', Buffer.from(claim));
    const [{ verdict }] = judgeIntents(cluster, intents).verdicts;
    expect(verdict.answer).toBe('holds');
    const found = ClaimJudge.of(cluster).supportOf(verdict.claim);
    if (found?.kind !== 'pair') { return found; }
    const { flow: { source, destination }, port } = found.explanation;
    return `${source.name} → ${destination.name}${port === undefined ? '' : ` ${formatPortQuery(port)}`}`;
  };

  test.each<[string, object[], string, string]>([
    ['on the port of the destination, for allowed', [X, web, db], 'allowed: [{ from: x/db, to: x/web }]', 'x/db[Deployment] → x/web[Deployment] TCP 80'],
    ['on the port of the claim', [X, web, db, closed('web')], 'denied: [{ from: x/db, to: x/web, port: metrics }]', 'x/db[Deployment] → x/web[Deployment] TCP metrics'],
    ['without a port, if no port is open', [X, web, db, closed('web')], 'denied: [{ from: x/db, to: x/web }]', 'x/db[Deployment] → x/web[Deployment]'],
    ['between declared pods of parties by labels', [X, web, db, closed('web')], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, 'x/db[Deployment] → x/web[Deployment]'],
    ['with the declared pod of one party', [X, web, closed('web')], `denied: [{ from: ${of('db')}, to: ${of('web')} }]`, 'a pod with label app=db in namespace x → x/web[Deployment]'],
    ['from an address', [X, web, closed('web')], 'denied: [{ from: 8.8.8.8, to: x/web }]', '8.8.8.8 → x/web[Deployment]'],
    ['although a policy of another kind could decide one side', [X, web, db, closed('db', 'Egress'), calico("app == 'web'", 'Ingress')], 'denied: [{ from: x/db, to: x/web }]', 'x/db[Deployment] → x/web[Deployment]'],
    ['between two different Pod objects', [X, pod('x/one', { app: 'one' }), pod('x/two', { app: 'two' })], 'allowed: [{ from: { namespace: x }, to: x/one, scope: DECLARED }]', 'x/two[Pod] → x/one[Pod] TCP 1'],
  ])('is shown by a connection %s', (_, objects, claim, expected) => {
    expect(support(objects, claim)).toBe(expected);
  });

  test('cannot be shown by a connection if there is none', () => {
    expect(support([X, pod('x/one', { app: 'one' })], 'denied: [{ from: { namespace: x }, to: x/one, scope: DECLARED }]')).toBeUndefined();
  });
});
