import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { answer, deployment, labelled, namespace, party, pod, policy, reachOf } from '../support/cluster-objects';

/* Cluster-wide policies, in small clusters. The API is documented at network-policy-api.sigs.k8s.io. */

const EVERYONE = { namespaces: {} };
const TENANTS = { namespaces: { matchExpressions: [{ key: 'tenant', operator: 'Exists' }] } };
const A = { namespaces: labelled({ tenant: 'a' }) };
const B = { namespaces: labelled({ tenant: 'b' }) };

const cnp = (name: string, spec: object, apiVersion = 'policy.networking.k8s.io/v1beta1') => ({
  apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority: 10, subject: EVERYONE, ...spec },
});
const anp = (name: string, spec: object) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: { name }, spec: { priority: 10, subject: EVERYONE, ...spec },
});
const banp = (spec: object) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec: { subject: EVERYONE, ...spec },
});
const aws = (name: string, spec: object) => cnp(name, spec, 'networking.k8s.aws/v1alpha1');
const from = (action: string, peer: object, rest: object = {}) => ({ ingress: [{ action, from: [peer], ...rest }] });
const to = (action: string, peer: object, rest: object = {}) => ({ egress: [{ action, to: [peer], ...rest }] });
const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });

const CLUSTER = [
  namespace('a', { tenant: 'a' }), namespace('b', { tenant: 'b' }), namespace('system'),
  pod('a/web', { app: 'web' }, { ips: ['10.0.0.1'], ports: [{ name: 'http', containerPort: 8080 }, { name: 'http', protocol: 'UDP', containerPort: 8081 }] }),
  pod('b/web', { app: 'web' }, { ips: ['10.0.0.2'], ports: [{ name: 'http', containerPort: 80 }] }),
  pod('system/agent', { app: 'agent' }, { ips: ['172.18.0.2'], hostNetwork: true }),
];
const DENY_ALL = policy('b/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const ALLOW_ALL = policy('b/allow', { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] });
const node = (name: string, labels: Record<string, string>, address: string | undefined) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
  status: { addresses: [{ type: 'Hostname', address: name }, ...address === undefined ? [] : [{ type: 'InternalIP', address }]] },
});

const reach = (...objects: object[]) => reachOf(...CLUSTER, ...objects);
const ask = (on: Reachability, source: string, destination: string, port?: string) => answer(on, source, destination, port).answer;
const reasons = (on: Reachability, source: string, destination: string, port?: string) =>
  answer(on, source, destination, port).reasons.map(({ code, what, place }) => `${code}: ${what} ${place?.file}`);

describe('the layers', () => {
  test('an Accept of the Admin tier lets in what a NetworkPolicy denies', () => {
    expect(ask(reach(DENY_ALL, cnp('c', from('Accept', A))), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(DENY_ALL, cnp('c', from('Accept', A, tcp(80)))), 'a/web', 'b/web', 'tcp/80')).toBe('yes');
    expect(ask(reach(DENY_ALL, cnp('c', from('Accept', A, tcp(80)))), 'a/web', 'b/web', 'tcp/81')).toBe('no');
  });

  test('a Deny of the Admin tier closes what a NetworkPolicy opens', () => {
    expect(ask(reach(ALLOW_ALL, cnp('c', from('Deny', A))), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(ALLOW_ALL, cnp('c', from('Deny', A))), 'b/web', 'a/web')).toBe('yes');
  });

  test('Pass goes on to NetworkPolicy, and then to the Baseline tier', () => {
    const admin = cnp('admin', { ingress: [{ action: 'Pass', from: [A] }, { action: 'Deny', from: [EVERYONE] }] });
    const baseline = cnp('baseline', { tier: 'Baseline', ...from('Deny', EVERYONE) });
    expect(ask(reach(admin), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(admin, DENY_ALL), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(admin, baseline), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(admin, baseline, ALLOW_ALL), 'a/web', 'b/web')).toBe('yes');
  });

  test('the Baseline tier is skipped in a direction in which a NetworkPolicy isolates the pod, and only in this direction', () => {
    const baseline = cnp('baseline', { tier: 'Baseline', ...from('Deny', EVERYONE), ...to('Deny', EVERYONE) });
    const ingressOnly = policy('b/in', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] });
    const one = reach(baseline, ingressOnly, cnp('out', { subject: A, ...to('Accept', EVERYONE), ...from('Accept', EVERYONE) }));
    expect(ask(one, 'a/web', 'b/web')).toBe('yes');
    expect(ask(one, 'b/web', 'a/web')).toBe('no');
  });

  test('what the Admin tier decides is certain, whatever an undecided NetworkPolicy below it says', () => {
    const pods = [namespace('a', { tenant: 'a' }), namespace('b', { tenant: 'b' }), pod('a/web', { app: 'web' }), pod('b/web', { app: 'web' })];
    // The address of the source is not known.
    const block = (ports: object) => policy('b/in', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ...ports }] });
    const accept = cnp('c', from('Accept', A, tcp(80)));
    const asked = (...objects: object[]) => ['tcp/80', 'tcp/81', undefined].map(port => ask(reachOf(...pods, ...objects), 'a/web', 'b/web', port));
    expect(asked(block({}))).toEqual(['undecided', 'undecided', 'undecided']);
    expect(asked(block({}), accept)).toEqual(['yes', 'undecided', 'yes']);
    expect(asked(block({ ports: [{ port: 80 }] }), accept)).toEqual(['yes', 'no', 'yes']);
    expect(asked(block({}), cnp('c', from('Deny', A, tcp(80))))).toEqual(['no', 'undecided', 'undecided']);
  });

  test('what no tier and no NetworkPolicy decides is allowed', () => {
    expect(ask(reach(cnp('c', from('Deny', B))), 'a/web', 'b/web')).toBe('yes');
  });
});

describe('the order', () => {
  test('the first matching rule of the policy decides', () => {
    expect(ask(reach(cnp('c', { ingress: [{ action: 'Accept', from: [A] }, { action: 'Deny', from: [EVERYONE] }] })), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(cnp('c', { ingress: [{ action: 'Deny', from: [EVERYONE] }, { action: 'Accept', from: [A] }] })), 'a/web', 'b/web')).toBe('no');
  });

  test('the policy with the lower priority decides first, wherever it is declared', () => {
    const deny = (priority: number) => cnp('deny', { priority, ...from('Deny', A) });
    const accept = (priority: number) => cnp('accept', { priority, ...from('Accept', A) });
    expect(ask(reach(deny(2), accept(1)), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(deny(1), accept(2)), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(deny(0), accept(1000)), 'a/web', 'b/web')).toBe('no');
  });

  test('two policies of one tier and priority that would decide a connection differently are undecided, and both are named', () => {
    const one = reach(cnp('deny', from('Deny', A)), cnp('accept', from('Accept', A)));
    expect(ask(one, 'a/web', 'b/web')).toBe('undecided');
    expect(reasons(one, 'a/web', 'b/web')).toEqual(['unspecified: which of ClusterNetworkPolicy deny and ClusterNetworkPolicy accept decides first object 6']);
    expect(ask(one, 'b/web', 'a/web')).toBe('yes');
  });

  test('two policies of one priority that agree, or that decide about different ports, are decided', () => {
    expect(ask(reach(cnp('one', from('Deny', A)), cnp('two', from('Deny', EVERYONE))), 'a/web', 'b/web')).toBe('no');
    const ports = reach(DENY_ALL, cnp('one', from('Accept', A, tcp(80))), cnp('two', from('Deny', A, tcp(81))));
    expect([80, 81, 82].map(number => ask(ports, 'a/web', 'b/web', `tcp/${number}`))).toEqual(['yes', 'no', 'no']);
  });

  test('a disagreement does not matter if the next layers give the same result', () => {
    expect(ask(reach(DENY_ALL, cnp('pass', from('Pass', A)), cnp('deny', from('Deny', A))), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(ALLOW_ALL, cnp('pass', from('Pass', A)), cnp('deny', from('Deny', A))), 'a/web', 'b/web')).toBe('undecided');
  });

  test('no text orders policies of different APIs, so two that disagree are undecided', () => {
    const one = reach(anp('anp', { priority: 1, ...from('Allow', A) }), cnp('cnp', { priority: 2, ...from('Deny', A) }));
    expect(reasons(one, 'a/web', 'b/web')).toEqual(['unspecified: which of AdminNetworkPolicy anp and ClusterNetworkPolicy cnp decides first object 6']);
    expect(ask(reach(anp('anp', from('Deny', A)), cnp('cnp', { priority: 2, ...from('Deny', A) })), 'a/web', 'b/web')).toBe('no');
  });
});

describe('subjects', () => {
  test('are the pods of namespaces, or pods by both selectors; without a namespaceSelector in all namespaces', () => {
    const deny = (subject: object) => reach(cnp('c', { subject, ...from('Deny', EVERYONE) }));
    expect(ask(deny(B), 'a/web', 'b/web')).toBe('no');
    expect(ask(deny(A), 'a/web', 'b/web')).toBe('yes');
    expect(ask(deny({ pods: { podSelector: labelled({ app: 'web' }) } }), 'a/web', 'b/web')).toBe('no');
    expect(ask(deny({ pods: { podSelector: labelled({ app: 'db' }) } }), 'a/web', 'b/web')).toBe('yes');
    expect(ask(deny({ pods: { namespaceSelector: labelled({ tenant: 'a' }), podSelector: {} } }), 'a/web', 'b/web')).toBe('yes');
  });

  test('are never host-network pods', () => {
    expect(ask(reach(cnp('c', from('Deny', EVERYONE))), 'a/web', 'system/agent')).toBe('yes');
  });

  test('without rules for a direction, a policy does not affect it', () => {
    expect(ask(reach(cnp('c', to('Deny', EVERYONE))), 'system/agent', 'a/web')).toBe('yes');
  });
});

describe('peers', () => {
  test('by namespaces and pods are never host-network pods and never addresses', () => {
    expect(ask(reach(cnp('c', from('Deny', EVERYONE))), 'system/agent', 'a/web')).toBe('yes');
    expect(ask(reach(cnp('c', from('Deny', EVERYONE))), '8.8.8.8', 'a/web')).toBe('yes');
    expect(ask(reach(cnp('c', to('Deny', EVERYONE))), 'a/web', '8.8.8.8')).toBe('yes');
  });

  test('networks match addresses, and the pods whose addresses are in them', () => {
    const one = reach(cnp('c', to('Deny', { networks: ['10.0.0.2/32', '8.8.8.0/24', '172.18.0.0/16'] })));
    expect(['8.8.8.8', '8.8.9.8', 'b/web', 'system/agent'].map(name => ask(one, 'a/web', name))).toEqual(['no', 'yes', 'no', 'no']);
  });

  test('networks of an AdminNetworkPolicy may have host bits', () => {
    const one = reach(anp('c', to('Deny', { networks: ['8.8.8.8/24'] })));
    expect(['8.8.8.1', '8.8.9.1'].map(name => ask(one, 'a/web', name))).toEqual(['no', 'yes']);
  });

  test('nodes match the addresses in their status, and so their host-network pods', () => {
    const nodes = [node('n1', { pool: 'x' }, '172.18.0.2'), node('n2', { pool: 'y' }, '172.18.0.3')];
    const one = reach(...nodes, cnp('c', to('Deny', { nodes: labelled({ pool: 'x' }) })));
    expect(['172.18.0.2', '172.18.0.3', 'system/agent', 'b/web'].map(name => ask(one, 'a/web', name))).toEqual(['no', 'yes', 'no', 'yes']);
    expect(ask(reach(...nodes, cnp('c', to('Deny', { nodes: {} }))), 'a/web', '172.18.0.3')).toBe('no');
  });

  test('nodes without Nodes in the input are undecided', () => {
    const one = reach(deployment('system/daemon', { app: 'd' }, { hostNetwork: true }), cnp('c', to('Deny', { nodes: {} })));
    expect(['172.18.0.2', 'system/agent', 'system/daemon', 'b/web'].map(name => ask(one, 'a/web', name))).toEqual(['undecided', 'undecided', 'undecided', 'yes']);
    expect(reasons(one, 'a/web', '172.18.0.2')).toEqual(['node-address: the nodes that ClusterNetworkPolicy c names object 7']);
  });

  test('nodes match the known addresses for certain if those of another selected node are not known', () => {
    const nodes = [node('n1', { pool: 'x' }, '172.18.0.2'), node('n2', { pool: 'y' }, '172.18.0.3'), node('n3', { pool: 'x' }, undefined)];
    const one = reach(...nodes, cnp('c', to('Deny', { nodes: labelled({ pool: 'x' }) })));
    expect(['172.18.0.2', '172.18.0.3', '172.18.0.4'].map(address => ask(one, 'a/web', address))).toEqual(['no', 'undecided', 'undecided']);
    expect(reasons(one, 'a/web', '172.18.0.4')).toEqual(['node-address: the nodes that ClusterNetworkPolicy c names object 9']);
  });

  test('nodes are undecided if the address of one that is selected is not known', () => {
    const nodes = [node('n1', { pool: 'x' }, undefined), node('n2', { pool: 'y' }, '172.18.0.3')];
    expect(ask(reach(...nodes, cnp('c', to('Deny', { nodes: labelled({ pool: 'x' }) }))), 'a/web', '172.18.0.2')).toBe('undecided');
    expect(ask(reach(...nodes, cnp('c', to('Deny', { nodes: labelled({ pool: 'y' }) }))), 'a/web', '172.18.0.2')).toBe('yes');
  });

  test('a host-network pod without a known address has that of a node, and no other pod has one', () => {
    const nodes = [node('n1', { pool: 'x' }, '172.18.0.2'), node('n2', { pool: 'y' }, '172.18.0.3')];
    const pods = [deployment('system/daemon', { app: 'd' }, { hostNetwork: true }), deployment('system/app', { app: 'x' })];
    const deny = (peer: object) => reach(...nodes, ...pods, cnp('c', to('Deny', peer)));
    expect(['system/daemon', 'system/app'].map(name => ask(deny({ nodes: {} }), 'a/web', name))).toEqual(['no', 'yes']);
    expect(['system/daemon', 'system/app'].map(name => ask(deny({ networks: ['172.18.0.0/16'] }), 'a/web', name))).toEqual(['no', 'undecided']);
    const one = deny({ nodes: labelled({ pool: 'x' }) });
    expect(reasons(one, 'a/web', 'system/daemon')).toEqual(['pod-address: the destination (nodes) object 10']);
    expect(reasons(deny({ networks: ['172.18.0.0/16'] }), 'a/web', 'system/app')).toEqual(['pod-address: the destination (networks 172.18.0.0/16) object 10']);
  });

  test('domain names are undecided, towards addresses and pods', () => {
    const one = reach(cnp('c', to('Accept', { domainNames: ['example.com', '*.example.com'] }, tcp(443))), DENY_ALL);
    expect(['8.8.8.8', 'a/web', 'system/agent'].map(name => ask(one, 'b/web', name, 'tcp/443'))).toEqual(['undecided', 'undecided', 'undecided']);
    expect(ask(one, 'b/web', '8.8.8.8', 'tcp/80')).toBe('no');
    expect(reasons(one, 'b/web', '8.8.8.8', 'tcp/443')).toEqual(['domain-name: example.com and *.example.com object 6']);
    expect(ask(reach(cnp('c', to('Accept', { domainNames: ['example.com'] }))), 'b/web', '8.8.8.8')).toBe('yes');
  });

  test('with a field that netpol does not know match nothing for Accept, and everything for Deny and Pass, which then deny', () => {
    // The API: "treat the rule as matching no traffic", and "treat the rule as a 'Deny all' rule".
    const unknown = { services: {} };
    expect(ask(reach(DENY_ALL, cnp('c', { ingress: [{ action: 'Accept', from: [unknown, A] }] })), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(cnp('c', { ingress: [{ action: 'Accept', from: [unknown] }, { action: 'Deny', from: [A] }] })), 'a/web', 'b/web')).toBe('no');
    for (const action of ['Deny', 'Pass']) {
      const one = reach(ALLOW_ALL, cnp('c', from(action, unknown, tcp(80))));
      expect(['a/web', '8.8.8.8', 'system/agent'].map(name => ask(one, name, 'b/web', 'tcp/443'))).toEqual(['no', 'no', 'no']);
    }
  });
});

describe('ports', () => {
  test('are numbers and ranges of one protocol, or names', () => {
    const protocols = [
      { tcp: { destinationPort: { number: 80 } } }, { udp: { destinationPort: { range: { start: 10, end: 12 } } } },
      { sctp: { destinationPort: { number: 7 } } },
    ];
    const one = reach(cnp('c', from('Deny', EVERYONE, { protocols })));
    expect(['tcp/80', 'tcp/81', 'udp/9', 'udp/10', 'udp/12', 'udp/13', 'sctp/7', 'udp/80'].map(port => ask(one, 'a/web', 'b/web', port)))
      .toEqual(['no', 'yes', 'yes', 'no', 'no', 'yes', 'no', 'yes']);
  });

  test('by name are those of the destination, whatever their protocol is', () => {
    const inward = reach(cnp('c', from('Deny', EVERYONE, { protocols: [{ destinationNamedPort: 'http' }] })));
    expect(['tcp/8080', 'udp/8081', 'tcp/80'].map(port => ask(inward, 'b/web', 'a/web', port))).toEqual(['no', 'no', 'yes']);
    expect(['tcp/8080', 'tcp/80'].map(port => ask(inward, 'a/web', 'b/web', port))).toEqual(['yes', 'no']);
    const outward = reach(cnp('c', to('Deny', EVERYONE, { protocols: [{ destinationNamedPort: 'http' }] })));
    expect(['tcp/8080', 'udp/8081', 'tcp/80'].map(port => ask(outward, 'b/web', 'a/web', port))).toEqual(['no', 'no', 'yes']);
  });

  test('of an AdminNetworkPolicy are TCP by default', () => {
    const ports = [{ portNumber: { port: 80 } }, { portRange: { protocol: null, start: 90, end: 91 } }, { namedPort: 'http' }];
    const one = reach(anp('c', from('Deny', EVERYONE, { ports })));
    expect(['tcp/80', 'udp/80', 'tcp/90', 'tcp/91', 'udp/90', 'tcp/5', 'tcp/8080'].map(port => ask(one, 'b/web', 'a/web', port)))
      .toEqual(['no', 'yes', 'no', 'no', 'yes', 'yes', 'no']);
    // The definition accepts both of these, and no text says what they mean.
    for (const port of [{ portRange: { protocol: 'UDP', start: 91, end: 90 } }, { portNumber: { protocol: 'ICMP', port: 5 } }]) {
      expect(ask(reach(anp('c', from('Deny', EVERYONE, { ports: [port] }))), 'b/web', 'a/web', 'udp/90')).toBe('undecided');
    }
  });

  test('by name of the Amazon VPC CNI are undecided unless they are TCP', () => {
    const one = reach(aws('c', from('Deny', EVERYONE, { ports: [{ namedPort: 'http' }] })));
    expect(['tcp/8080', 'udp/8081', 'tcp/80'].map(port => ask(one, 'b/web', 'a/web', port))).toEqual(['no', 'undecided', 'yes']);
    expect(reasons(one, 'b/web', 'a/web', 'udp/8081')).toEqual(["unspecified: which protocols the port 'http' of ClusterNetworkPolicy c has object 6"]);
  });
});

describe('the other kinds', () => {
  test('AdminNetworkPolicy decides before NetworkPolicy, and BaselineAdminNetworkPolicy after it', () => {
    expect(ask(reach(DENY_ALL, anp('c', from('Allow', A))), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(ALLOW_ALL, anp('c', from('Deny', A))), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(banp(from('Deny', A))), 'a/web', 'b/web')).toBe('no');
    expect(ask(reach(banp(from('Deny', A)), ALLOW_ALL), 'a/web', 'b/web')).toBe('yes');
    expect(ask(reach(banp(from('Deny', A)), anp('c', from('Pass', A))), 'a/web', 'b/web')).toBe('no');
  });

  test('ClusterNetworkPolicy v1alpha2 and that of the Amazon VPC CNI have the same layers', () => {
    for (const apiVersion of ['policy.networking.k8s.io/v1alpha2', 'networking.k8s.aws/v1alpha1']) {
      expect(ask(reach(DENY_ALL, cnp('c', from('Accept', A), apiVersion)), 'a/web', 'b/web')).toBe('yes');
      expect(ask(reach(cnp('c', { tier: 'Baseline', ...from('Deny', A) }, apiVersion)), 'a/web', 'b/web')).toBe('no');
    }
  });
});

test('an ApplicationNetworkPolicy of the Amazon VPC CNI is in the layer of NetworkPolicies: their rules together allow', () => {
  const app = (spec: object) => ({ apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: 'p', namespace: 'b' }, spec: { podSelector: {}, ...spec } });
  const fromA = { policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: labelled({ tenant: 'a' }) }] }] };
  expect(ask(reach(app(fromA)), 'a/web', 'b/web')).toBe('yes');
  expect(ask(reach(app({ policyTypes: ['Ingress'] })), 'a/web', 'b/web')).toBe('no');
  expect(ask(reach(DENY_ALL, app(fromA)), 'a/web', 'b/web')).toBe('yes');
  expect(ask(reach(cnp('c', { tier: 'Baseline', ...from('Accept', A) }), app({ policyTypes: ['Ingress'] })), 'a/web', 'b/web')).toBe('no');
  expect(ask(reach(cnp('c', from('Accept', A)), app({ policyTypes: ['Ingress'] })), 'a/web', 'b/web')).toBe('yes');
  const domains = reach(app({ policyTypes: ['Egress'], egress: [{ to: [{ domainNames: ['example.com'] }] }] }));
  expect(reasons(domains, 'b/web', '8.8.8.8')).toEqual(['domain-name: the domain names in ApplicationNetworkPolicy b/p object 6']);
});

describe('domain names in an ApplicationNetworkPolicy of the Amazon VPC CNI', () => {
  const app = (spec: object) => ({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    metadata: { name: 'p', namespace: 'b' },
    spec: { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], ...spec },
  });
  const HTTPS = { to: [{ domainNames: ['example.com'] }], ports: [{ port: 443 }] };
  const DNS = { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] };

  test('leave open only the ports of their rule, towards addresses and pods', () => {
    const on = reach(app({ egress: [HTTPS, DNS] }));
    for (const end of ['8.8.8.8', 'a/web']) {
      expect(['tcp/443', 'tcp/444', 'udp/443'].map(port => ask(on, 'b/web', end, port))).toEqual(['undecided', 'no', 'no']);
    }
    expect(ask(on, 'b/web', 'a/web', 'udp/53')).toBe('yes');
    expect(reasons(on, 'b/web', '8.8.8.8', 'tcp/443')).toEqual(['domain-name: the domain names in ApplicationNetworkPolicy b/p object 6']);
  });

  test('may make any pod a peer, of the pods that the policy selects', () => {
    const on = reach(pod('b/other', { app: 'other' }), DENY_ALL, app({ egress: [HTTPS] }));
    const [web, other] = ['b/web', 'b/other'].map(name => party(on, name).endpoints[0].index);
    expect([on.possiblePeers(web, 'egress'), on.possiblePeers(other, 'egress')]).toEqual([undefined, []]);
    expect([on.mayBeUndecided, on.unevaluated(web, 'egress').length, on.unevaluated(other, 'egress').length]).toEqual([true, 1, 0]);
  });

  test('do not matter where another policy of the layer allows, or a tier decides', () => {
    const policyOf = app({ egress: [HTTPS] });
    expect(ask(reach(policyOf, policy('b/more', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] })), 'b/web', '8.8.8.8', 'tcp/443')).toBe('yes');
    const networks = { networks: ['8.8.8.0/24'] };
    expect(ask(reach(policyOf, cnp('c', to('Deny', networks))), 'b/web', '8.8.8.8', 'tcp/443')).toBe('no');
    expect(ask(reach(policyOf, cnp('c', to('Accept', networks))), 'b/web', '8.8.8.8', 'tcp/443')).toBe('yes');
    expect(ask(reach(policyOf, cnp('c', to('Pass', networks))), 'b/web', '8.8.8.8', 'tcp/443')).toBe('undecided');
    expect(ask(reach(policyOf, cnp('c', { tier: 'Baseline', ...to('Deny', networks) })), 'b/web', '8.8.8.8', 'tcp/443')).toBe('undecided');
  });

  test('are about the pods that the policy selects only, of which a label may decide that only the running cluster knows', () => {
    expect(ask(reach(app({ podSelector: labelled({ app: 'other' }), egress: [HTTPS] })), 'b/web', '8.8.8.8')).toBe('yes');
    const hash = app({ podSelector: labelled({ 'pod-template-hash': 'abc' }), egress: [HTTPS] });
    const on = reachOf(namespace('b'), deployment('b/d', { app: 'd' }), hash, policy('b/deny', { podSelector: {}, policyTypes: ['Egress'] }));
    expect(['tcp/443', 'tcp/444'].map(port => ask(on, 'b/d', '8.8.8.8', port))).toEqual(['undecided', 'no']);
  });

  test('keep the same answers when something else changes', () => {
    const objects = [...CLUSTER, app({ egress: [HTTPS] })];
    const on = reachOf(...objects);
    const more = cnp('c', to('Deny', { networks: ['8.8.8.0/24'] }));
    const { cluster } = reachOf(...objects, more);
    const updated = on.update({ ...on.cluster, clusterPolicies: cluster.clusterPolicies });
    expect(ask(updated, 'b/web', '8.8.8.8', 'tcp/443')).toBe('no');
    expect(ask(updated, 'b/web', '9.9.9.9', 'tcp/443')).toBe('undecided');
  });
});

describe('what is not known', () => {
  const unknown = (...objects: object[]) => reachOf(pod('x/web', { app: 'web' }), deployment('y/db', { app: 'db' }), namespace('x'), ...objects);
  const zone = (value: string) => ({ pods: { podSelector: labelled({ 'topology.kubernetes.io/zone': value }) } });

  test('a label that only the running cluster knows leaves open whether a policy selects a pod, and whether a rule matches it', () => {
    const subject = unknown(cnp('c', { subject: zone('a'), ...from('Deny', EVERYONE) }));
    expect(reasons(subject, 'x/web', 'y/db')).toEqual(['generated-label: the destination (label topology.kubernetes.io/zone) object 3']);
    const peer = unknown(cnp('c', from('Deny', zone('a'))));
    expect(reasons(peer, 'x/web', 'y/db')).toEqual(['generated-label: the source (label topology.kubernetes.io/zone) object 3']);
    expect(ask(unknown(cnp('c', { subject: zone('a'), ...from('Accept', EVERYONE) })), 'x/web', 'y/db')).toBe('yes');
  });

  test('the reasons are about what the rule looks at, and about nothing else', () => {
    const others = [EVERYONE, { nodes: {} }, { networks: ['192.0.2.0/24'] }];
    const toDomain = unknown(cnp('c', { egress: [{ action: 'Deny', to: [...others.slice(1), { domainNames: ['example.com'] }] }] }));
    expect(reasons(toDomain, 'x/web', 'y/db')).toEqual([
      'domain-name: example.com object 3', 'pod-address: the destination (networks 192.0.2.0/24) object 3',
    ].sort((a, b) => b.localeCompare(a)));
    expect(reasons(unknown(cnp('c', { egress: [{ action: 'Deny', to: [...others, { domainNames: ['example.com'] }] }] })), 'x/web', '8.8.8.8'))
      .toEqual(['node-address: the nodes that ClusterNetworkPolicy c names object 3', 'domain-name: example.com object 3']);
    const labels = { pods: { podSelector: labelled({ 'topology.kubernetes.io/zone': 'a', 'pod-template-hash': 'h' }) } };
    expect(reasons(unknown(cnp('c', { subject: labels, ...from('Deny', { services: {} }) })), 'x/web', 'y/db'))
      .toEqual(['generated-label: the destination (labels pod-template-hash, topology.kubernetes.io/zone) object 3']);
  });

  test('has one value for all rules', () => {
    const notIn = { pods: { podSelector: { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['a'] }] } } };
    expect(ask(unknown(cnp('c', { ingress: [{ action: 'Deny', from: [zone('a')] }, { action: 'Deny', from: [notIn] }] })), 'x/web', 'y/db')).toBe('no');
  });

  test('without assumptions, a namespace that is not declared may have any label', () => {
    const inB = unknown(cnp('c', { subject: B, ...from('Deny', EVERYONE) }));
    const result = answer(inB, 'x/web', 'y/db');
    expect([result.answer, ...result.assumptions.map(({ code, what }) => `${code}: ${what}`)]).toEqual(['yes', 'namespace-label: label tenant of namespace y']);
    expect(ask(inB.strict, 'x/web', 'y/db')).toBe('undecided');
    expect(ask(unknown(cnp('c', { egress: [{ action: 'Deny', to: [B] }] })).strict, 'x/web', 'y/db')).toBe('undecided');
    expect(ask(unknown(cnp('c', { subject: A, ...from('Deny', EVERYONE) })).strict, 'y/db', 'x/web')).toBe('yes');
  });

  test('a policy of a mesh can only restrict what the tiers allow', () => {
    const mesh = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'm', namespace: 'y' }, spec: {} };
    const notIn = { pods: { podSelector: { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['a'] }] } } };
    const both = (action: string) => ({ ingress: [{ action, from: [zone('a')] }, { action, from: [notIn] }] });
    expect(ask(unknown(mesh, cnp('c', both('Deny'))), 'x/web', 'y/db')).toBe('no');
    expect(ask(unknown(mesh, cnp('c', both('Accept'))), 'x/web', 'y/db')).toBe('undecided');
  });

  test('without assumptions, too many labels of namespaces leave a policy undecided', () => {
    const matchExpressions = Array.from({ length: 13 }, (_, i) => ({ key: `k${i}`, operator: 'Exists' }));
    const many = { namespaces: { matchExpressions } };
    expect(ask(reachOf(pod('x/web'), pod('y/db'), cnp('c', { egress: [{ action: 'Deny', to: [many] }], subject: many })).strict, 'x/web', 'y/db')).toBe('undecided');
  });

  test('without assumptions, the address of a pod may be public', () => {
    const one = unknown(cnp('c', to('Deny', { networks: ['8.0.0.0/8'] })));
    const result = answer(one, 'x/web', 'y/db');
    expect([result.answer, ...result.assumptions.map(({ code }) => code)]).toEqual(['yes', 'pod-address']);
  });
});

describe('what was not read', () => {
  const partly = (...objects: any[]) => new Reachability(readCluster(objects.map((object, i) =>
    ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true }))).cluster);
  const source = pod('a/web', { app: 'web' });
  const inB = { pods: { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'b' }), podSelector: {} } };
  const target = (labels: Record<string, string>, options = {}) => deployment('b/db', { app: 'db', ...labels }, options);

  test('a workload that is declared twice is undecided where the two declarations differ for a rule', () => {
    const twice = (spec: object) => partly(source, target({ v: '1' }), target({ v: '2' }), cnp('c', spec));
    const of = (v: string) => ({ pods: { podSelector: labelled({ v }) } });
    expect(reasons(twice({ subject: of('1'), ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toEqual(['defined-twice: Deployment b/db object 2']);
    expect(ask(twice({ subject: of('1'), ...from('Accept', EVERYONE) }), 'a/web', 'b/db')).toBe('yes');
    expect(ask(twice({ subject: inB, ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toBe('no');
    expect(ask(twice({ egress: [{ action: 'Deny', to: [of('1')] }, { action: 'Deny', to: [of('2')] }] }), 'a/web', 'b/db')).toBe('no');
  });

  test('a pod that may be on its node\'s network is surely selected by nothing', () => {
    const twice = (spec: object) => partly(source, target({}), target({}, { hostNetwork: true }), cnp('c', spec));
    expect(ask(twice({ subject: inB, ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toBe('undecided');
    expect(ask(twice(to('Deny', inB)), 'a/web', 'b/db')).toBe('undecided');
    expect(twice(to('Deny', inB)).mayBeUndecided).toBe(true);
  });

  test('a port name of a pod whose ports are not known may mean any number', () => {
    const ports = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
    const twice = (action: string) => partly(source, target({}, ports(80)), target({}, ports(81)), cnp('c', from(action, EVERYONE, { protocols: [{ destinationNamedPort: 'http' }] })));
    expect(ask(twice('Deny'), 'a/web', 'b/db', 'tcp/80')).toBe('undecided');
    expect(ask(twice('Accept'), 'a/web', 'b/db', 'tcp/80')).toBe('yes');
    expect(twice('Deny').mayBeUndecided).toBe(true);
  });

  test('a namespace that is declared twice may have the labels of either declaration', () => {
    const twice = (spec: object) => partly(source, namespace('b', { tenant: 'b' }), namespace('b', { tenant: 'c' }), target({}), cnp('c', spec));
    expect(ask(twice({ subject: B, ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toBe('undecided');
    expect(reasons(twice({ subject: B, ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toEqual([expect.stringMatching(/^defined-twice: Namespace b /)]);
    expect(ask(twice({ subject: TENANTS, ...from('Deny', EVERYONE) }), 'a/web', 'b/db')).toBe('no');
    expect(twice(to('Deny', B)).mayBeUndecided).toBe(true);
  });

  test('nodes are not known if one of them is declared twice', () => {
    const nodes = [node('n', { pool: 'x' }, '172.18.0.2'), node('n', { pool: 'y' }, '172.18.0.3')];
    expect(ask(partly(source, ...nodes, cnp('c', to('Deny', { nodes: labelled({ pool: 'x' }) }))), 'a/web', '172.18.0.3')).toBe('undecided');
  });
});

test('an evaluation knows whether some answer may be undecided', () => {
  expect(reach(cnp('c', from('Deny', A))).mayBeUndecided).toBe(false);
  for (const spec of [to('Deny', { nodes: {} }), to('Accept', { domainNames: ['example.com'] })]) { expect(reach(cnp('c', spec)).mayBeUndecided).toBe(true); }
  expect(reach(cnp('one', from('Deny', A)), cnp('two', from('Deny', A))).mayBeUndecided).toBe(true);
  expect(reach(cnp('one', from('Deny', A)), anp('two', from('Deny', A))).mayBeUndecided).toBe(true);
  expect(reach(aws('c', from('Deny', A, { ports: [{ namedPort: 'http' }] }))).mayBeUndecided).toBe(true);
  expect(reach(cnp('c', { tier: 'Baseline', ...to('Deny', { nodes: {} }) })).mayBeUndecided).toBe(true);
});

test('the policies that select a pod are listed in the order in which they decide', () => {
  const one = reach(
    cnp('last', { tier: 'Baseline', ...from('Deny', A) }), cnp('second', { priority: 2, ...from('Deny', A) }), cnp('first', { priority: 1, ...from('Deny', A) }),
    cnp('of-others', { subject: A, ...from('Deny', A) }), cnp('outward', to('Deny', A)),
  );
  const { index } = party(one, 'b/web').endpoints[0];
  expect(one.clusterPolicies(index, 'ingress').map(({ name }) => name)).toEqual(['first', 'second', 'last']);
  expect(one.clusterPolicies(one.ofAddress(0n), 'ingress')).toEqual([]);
  expect(one.tierRules(one.ofAddress(0n), 'ingress', index, 'Admin')).toEqual([]);
});
