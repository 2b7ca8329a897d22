import { found, findingsOf, ingress, networkPolicy, severities } from './found';
import { deployment, namespace } from '../support/cluster-objects';

/* NP150 to NP152: cluster-wide policies. */

interface RuleFields { readonly action: string; readonly from?: object[]; readonly to?: object[]; readonly ports?: object[] }

const API = 'policy.networking.k8s.io/v1alpha1';
const EVERY = { namespaces: {} };
const space = (name: string) => ({ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const port = (number: number) => ({ portNumber: { protocol: 'TCP', port: number } });
const admin = (name: string, priority: number, rules: readonly RuleFields[], subject: object = EVERY, direction = 'ingress') =>
  ({ apiVersion: API, kind: 'AdminNetworkPolicy', metadata: { name }, spec: { priority, subject, [direction]: rules } });
const baseline = (rules: readonly RuleFields[]) =>
  ({ apiVersion: API, kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec: { subject: EVERY, ingress: rules } });
const WEB = deployment('shop/web', { app: 'web' });
const SHOP = namespace('shop', { team: 'a' });
const SYSTEM = namespace('kube-system');

const DENY_ALL = { action: 'Deny', from: [EVERY] };
const PASS_ALL = { action: 'Pass', from: [EVERY] };
const ALLOW_SYSTEM = { action: 'Allow', from: [space('kube-system')] };

describe('NP150: a rule of a cluster-wide policy that never decides', () => {
  const places = (...objects: object[]) => findingsOf(['NP150'], objects).map(({ place }) => place.file);

  test('comes after a rule of its policy that matches the same connections', () => {
    expect(found('NP150', [admin('deny', 5, [DENY_ALL, ALLOW_SYSTEM])])).toEqual([
      'object 0 spec.ingress[1]: warning NP150: AdminNetworkPolicy deny spec.ingress[1] never decides: AdminNetworkPolicy deny spec.ingress[0] (Admin tier, priority 5) matches the same connections first '
      + '(this rule decides first: object 0 spec.ingress[0]); remove the rule, or put it first: earlier in its policy, or in a policy with a lower priority number',
    ]);
  });

  test('comes after rules of policies with lower priority numbers, one for each of its peers', () => {
    const both = { action: 'Deny', from: [space('shop'), space('kube-system')], ports: [port(80)] };
    expect(places(admin('late', 20, [both]), admin('a', 1, [{ action: 'Pass', from: [space('shop')] }]), admin('b', 2, [ALLOW_SYSTEM]))).toEqual(['object 0 spec.ingress[0]']);
    expect(found('NP150', [admin('late', 20, [both]), admin('a', 1, [{ action: 'Pass', from: [space('shop')] }]), admin('b', 2, [ALLOW_SYSTEM])])[0]).toContain('match the same connections first');
  });

  test('comes after rules that together match each of its ports', () => {
    const range = (start: number, end: number) => ({ portRange: { protocol: 'TCP', start, end } });
    const before = (...ports: object[][]) => ports.map(some => ({ ...DENY_ALL, ports: some }));
    const late = { ...ALLOW_SYSTEM, ports: [range(8000, 9000), port(80)] };
    expect(places(admin('a', 1, [...before([range(1, 8080)], [range(8081, 65535)]), late]))).toEqual(['object 0 spec.ingress[2]']);
    expect(places(admin('a', 1, [...before([range(8000, 8500), port(80)], [range(8400, 9000)]), late]))).toEqual(['object 0 spec.ingress[2]']);
    const named = { namedPort: 'http' };
    expect(places(admin('a', 1, [...before([named], [port(80)]), { ...late, ports: [named, port(80)] }]))).toEqual(['object 0 spec.ingress[2]']);
    // A port in between, the end of the range, or another protocol is missing.
    expect(places(admin('a', 1, [...before([range(1, 8080)], [range(8082, 65535)]), late]))).toEqual([]);
    expect(places(admin('a', 1, [...before([range(1, 8080)], [range(8081, 8999)]), late]))).toEqual([]);
    const udp = { portRange: { protocol: 'UDP', start: 8081, end: 65535 } };
    expect(places(admin('a', 1, [...before([range(1, 8080)], [udp]), late]))).toEqual([]);
    expect(places(admin('a', 1, [...before([range(1, 8080)], [range(8081, 65535)]), ALLOW_SYSTEM]))).toEqual([]);
  });

  test('is one of egress, or of the Baseline tier after an Admin rule that decides', () => {
    expect(places(admin('e', 1, [{ action: 'Deny', to: [EVERY] }, { action: 'Allow', to: [space('kube-system')] }], EVERY, 'egress'))).toEqual(['object 0 spec.egress[1]']);
    expect(places(admin('a', 1, [DENY_ALL]), baseline([ALLOW_SYSTEM]))).toEqual(['object 1 spec.ingress[0]']);
  });

  test.each<[string, object[]]>([
    ['it has a lower priority number', [admin('a', 2, [DENY_ALL]), admin('b', 1, [ALLOW_SYSTEM])]],
    ['the priorities are equal, so that no order is defined', [admin('a', 1, [DENY_ALL]), admin('b', 1, [DENY_ALL])]],
    ['the rules before it are for other ports', [admin('a', 1, [{ ...DENY_ALL, ports: [port(80)] }, { ...DENY_ALL, ports: [port(81)] }])]],
    ['the rules before it are for some of its peers', [admin('a', 1, [ALLOW_SYSTEM, DENY_ALL])]],
    ['the policy before it is for fewer pods', [admin('a', 1, [DENY_ALL], space('shop')), admin('b', 2, [DENY_ALL])]],
    ['an Admin rule passes the connections to its tier', [admin('a', 1, [PASS_ALL]), baseline([DENY_ALL])]],
    ['a rule before the Admin rule passes some of the connections', [admin('a', 1, [{ action: 'Pass', from: [space('kube-system')] }, DENY_ALL]), baseline([ALLOW_SYSTEM])]],
    ['the policies are of different APIs', [admin('a', 1, [DENY_ALL]), {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'c' },
      spec: { tier: 'Admin', priority: 9, subject: EVERY, ingress: [{ action: 'Deny', from: [EVERY] }] },
    }]],
  ])('is not found if %s', (_, objects) => {
    expect(places(...objects)).toEqual([]);
  });
});

describe('NP151: a rule of the Admin tier makes a NetworkPolicy pointless', () => {
  const WEB_FROM_SYSTEM = ingress('shop/web', 'web', [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }], [{ port: 80 }]);

  test('because it denies what a rule of the NetworkPolicy allows', () => {
    expect(found('NP151', [WEB, WEB_FROM_SYSTEM, admin('deny', 1, [DENY_ALL])])).toEqual([
      'object 1 spec.ingress[0]: warning NP151: shop/web spec.ingress[0] allows nothing: AdminNetworkPolicy deny spec.ingress[0] of the Admin tier denies it (the rule that denies: object 2 spec.ingress[0]); '
      + 'remove the rule, or let a rule of the Admin tier with a lower priority number pass these connections',
    ]);
  });

  test('because it accepts the connections of every pod, which the NetworkPolicy isolates from them', () => {
    expect(found('NP151', [WEB, WEB_FROM_SYSTEM, admin('open', 1, [{ action: 'Allow', from: [EVERY] }])])).toEqual([
      'object 1 spec.ingress: warning NP151: shop/web isolates no pod from others in ingress: AdminNetworkPolicy open spec.ingress[0] of the Admin tier accepts every connection from pods '
      + '(the rule that accepts: object 2 spec.ingress[0]); name the peers in the rule of the Admin tier, or remove the NetworkPolicy',
    ]);
    const egress = networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'] });
    expect(found('NP151', [WEB, egress, admin('open', 1, [{ action: 'Allow', to: [EVERY] }], EVERY, 'egress')])[0]).toContain('in egress: AdminNetworkPolicy open spec.egress[0] of the Admin tier accepts every connection to pods');
  });

  test.each<[string, object[]]>([
    ['it denies only a part', [WEB_FROM_SYSTEM, admin('deny', 1, [{ ...DENY_ALL, ports: [port(81)] }])]],
    ['a rule before it passes some of the connections', [WEB_FROM_SYSTEM, admin('deny', 1, [{ action: 'Pass', from: [space('kube-system')] }, DENY_ALL])]],
    ['a policy of equal priority may pass them', [WEB_FROM_SYSTEM, admin('pass', 1, [PASS_ALL]), admin('deny', 1, [DENY_ALL])]],
    ['it is for other namespaces', [WEB_FROM_SYSTEM, admin('deny', 1, [DENY_ALL], space('other'))]],
    ['it is for the other direction', [WEB_FROM_SYSTEM, admin('deny', 1, [{ action: 'Deny', to: [EVERY] }], EVERY, 'egress')]],
    ['another cluster-wide policy cannot be evaluated', [WEB_FROM_SYSTEM, admin('deny', 1, [DENY_ALL]),
      { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'p' }, spec: { endpointSelector: {}, ingress: [{}] } }]],
    ['it only passes', [WEB_FROM_SYSTEM, admin('pass', 1, [PASS_ALL])]],
    ['the NetworkPolicy allows addresses too', [ingress('shop/web', 'web', undefined), admin('deny', 1, [DENY_ALL])]],
    ['it accepts some pods', [WEB_FROM_SYSTEM, admin('open', 1, [ALLOW_SYSTEM])]],
    ['a rule before it denies some of the connections', [WEB_FROM_SYSTEM, admin('open', 1, [{ action: 'Deny', from: [space('other')] }, { action: 'Allow', from: [EVERY] }])]],
  ])('is not found if %s', (_, objects) => {
    expect(found('NP151', [WEB, ...objects])).toEqual([]);
  });

  test('is not found if a port with a name may be the one that a rule before it passes', () => {
    const named = { ...PASS_ALL, ports: [{ namedPort: 'http' }] };
    expect(severities('NP151', [WEB, WEB_FROM_SYSTEM, admin('deny', 1, [named, DENY_ALL])])).toEqual([]);
  });

  test('is found although a rule before it is about other connections', () => {
    expect(severities('NP151', [WEB, WEB_FROM_SYSTEM, admin('deny', 1, [{ action: 'Allow', from: [space('other')] }, DENY_ALL])])).toEqual(['warning']);
    expect(severities('NP151', [WEB, WEB_FROM_SYSTEM, admin('deny', 1, [{ ...PASS_ALL, ports: [port(81)] }, DENY_ALL])])).toEqual(['warning']);
  });
});

describe('NP152: two policies of one tier and priority disagree', () => {
  test('about connections that both match', () => {
    expect(found('NP152', [SHOP, admin('a', 5, [DENY_ALL]), admin('b', 5, [ALLOW_SYSTEM])])).toEqual([
      'object 2 spec.ingress[0]: warning NP152: AdminNetworkPolicy a and AdminNetworkPolicy b disagree, and no order is defined between them (Admin tier, priority 5): '
      + 'AdminNetworkPolicy a spec.ingress[0] says deny, and AdminNetworkPolicy b spec.ingress[0] says accept (the other rule: object 1 spec.ingress[0]); give the two policies different priorities',
    ]);
  });

  test('is a note if no namespace of the input is known to be subject to both', () => {
    const bySubject = (own: object) => ({ namespaces: { matchLabels: own } });
    expect(severities('NP152', [SHOP, SYSTEM, admin('a', 5, [DENY_ALL], bySubject({ team: 'a' })), admin('b', 5, [ALLOW_SYSTEM], bySubject({ env: 'prod' }))])).toEqual(['note']);
    expect(severities('NP152', [SHOP, SYSTEM, admin('a', 5, [DENY_ALL], bySubject({ team: 'a' })), admin('b', 5, [ALLOW_SYSTEM], bySubject({ team: 'b' }))])).toEqual([]);
  });

  test('about ports, addresses or nodes that both match', () => {
    const to = (peer: object, action: string, more: object = {}) => [{ action, to: [peer], ...more }];
    const egress = (name: string, rules: RuleFields[]) => admin(name, 5, rules, EVERY, 'egress');
    const net = (...networks: string[]) => ({ networks });
    expect(severities('NP152', [SHOP, egress('a', to(net('10.0.0.0/8'), 'Deny')), egress('b', to(net('10.1.0.0/16'), 'Allow'))])).toEqual(['warning']);
    expect(severities('NP152', [SHOP, egress('a', to(net('10.1.0.0/16'), 'Deny')), egress('b', to(net('10.0.0.0/8'), 'Allow'))])).toEqual(['warning']);
    expect(severities('NP152', [SHOP, egress('a', to(net('10.0.0.0/8'), 'Deny')), egress('b', to(net('192.168.0.0/16'), 'Allow'))])).toEqual([]);
    expect(severities('NP152', [SHOP, egress('a', to(net('10.0.0.0/8'), 'Deny')), egress('b', to(EVERY, 'Allow'))])).toEqual([]);
    const unknown = { future: {} };
    expect(severities('NP152', [SHOP, egress('a', to(unknown, 'Deny')), egress('b', to(EVERY, 'Allow'))])).toEqual(['warning']);
    expect(severities('NP150', [SHOP, egress('a', [...to(unknown, 'Deny'), ...to(EVERY, 'Allow'), ...to(unknown, 'Deny'), ...to(unknown, 'Allow')])])).toEqual(['warning', 'warning']);
    expect(severities('NP152', [SHOP, admin('a', 5, [{ ...DENY_ALL, ports: [port(80)] }]), admin('b', 5, [{ ...ALLOW_SYSTEM, ports: [{ portRange: { protocol: 'TCP', start: 79, end: 81 } }] }])])).toEqual(['warning']);
    expect(severities('NP152', [SHOP, admin('a', 5, [{ ...DENY_ALL, ports: [port(80)] }]), admin('b', 5, [{ ...ALLOW_SYSTEM, ports: [port(81)] }])])).toEqual([]);
    expect(severities('NP152', [SHOP, admin('a', 5, [{ ...DENY_ALL, ports: [port(80)] }]), admin('b', 5, [ALLOW_SYSTEM])])).toEqual(['warning']);
  });

  test.each<[string, object[]]>([
    ['they do the same', [admin('a', 5, [DENY_ALL]), admin('b', 5, [DENY_ALL])]],
    ['their priorities differ', [admin('a', 5, [DENY_ALL]), admin('b', 6, [ALLOW_SYSTEM])]],
    ['a rule before decides about the connections in the same way', [admin('a', 5, [ALLOW_SYSTEM, DENY_ALL]), admin('b', 5, [ALLOW_SYSTEM, DENY_ALL])]],
    ['a policy before them decides', [admin('first', 1, [ALLOW_SYSTEM]), admin('a', 5, [DENY_ALL]), admin('b', 5, [ALLOW_SYSTEM])]],
    ['one is of the Baseline tier', [admin('a', 0, [DENY_ALL]), baseline([ALLOW_SYSTEM])]],
    ['they are for different directions', [admin('a', 5, [DENY_ALL]), admin('b', 5, [{ action: 'Allow', to: [EVERY] }], EVERY, 'egress')]],
  ])('is not found if %s', (_, objects) => {
    expect(found('NP152', [SHOP, ...objects])).toEqual([]);
  });

  test('a rule for pods with a label disagrees only about pods that can have the labels of both', () => {
    const pods = (app: string) => ({ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app } } } });
    expect(severities('NP152', [SHOP, admin('a', 5, [{ action: 'Deny', from: [pods('web')] }]), admin('b', 5, [{ action: 'Allow', from: [pods('db')] }])])).toEqual([]);
    expect(severities('NP152', [SHOP, admin('a', 5, [{ action: 'Deny', from: [pods('web')] }]), admin('b', 5, [{ action: 'Allow', from: [EVERY] }])])).toEqual(['warning']);
    expect(severities('NP152', [SHOP, admin('a', 5, [DENY_ALL], pods('web')), admin('b', 5, [PASS_ALL], pods('db'))])).toEqual([]);
  });
});
