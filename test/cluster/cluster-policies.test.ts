import { Cluster, policyName, unevaluatedReason } from '../../src/cluster/cluster';
import { clusterPolicyName, tierText } from '../../src/cluster/cluster-policy';
import { ClusterReading, readCluster } from '../../src/cluster/read-cluster';
import { keepUnchanged } from '../../src/cluster/unchanged';
import { finding, formatFinding } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';
import { Resource } from '../../src/manifests/resources';
import { deployment, labelled, namespace, pod } from '../support/cluster-objects';

/* How cluster-wide policies and nodes are read. */

const EVERYONE = { namespaces: {} };
const cnp = (name: string, spec: object, apiVersion = 'policy.networking.k8s.io/v1beta1') => ({
  apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority: 10, subject: EVERYONE, ...spec },
});
const aws = (name: string, spec: object) => cnp(name, spec, 'networking.k8s.aws/v1alpha1');
const anp = (spec: object) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: { name: 'c' }, spec: { priority: 10, subject: EVERYONE, ...spec },
});
const to = (action: string, ...peers: object[]) => ({ egress: [{ action, to: peers }] });

const resourcesOf = (objects: readonly any[]): Resource[] => objects.map((object, i) => ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true }));
const read = (...objects: object[]): ClusterReading => readCluster(resourcesOf(objects));
const findingsOf = ({ findings }: ClusterReading) => findings.map(formatFinding);

/** The pods that policies which are not read could select, and in which directions. */
function undecidedPods({ namespaces, workloads, unevaluated }: Cluster): string[] {
  return unevaluated.map(policy => {
    const pods = workloads.filter(one => policy.selects(one.pods[0], namespaces.get(one.namespace)!) === 'could').map(one => `${one.namespace}/${one.name}`);
    return `${policy.unread} ${['ingress', 'egress'].filter(direction => policy[direction as 'ingress' | 'egress']).join(' and ')}: ${pods.join(' ')}`;
  });
}

const PODS = [namespace('a', { tenant: 'a' }), pod('a/web', { app: 'web' }), pod('b/web', { app: 'web' })];
const OF_A = { subject: { namespaces: labelled({ tenant: 'a' }) } };

describe('a policy', () => {
  test('has the defaults of its API', () => {
    const { cluster } = read(
      cnp('c', { subject: { pods: { podSelector: labelled({ app: 'web' }) } }, egress: [{ action: 'Accept', name: 'one', to: [{ networks: ['10.0.0.0/8'] }], protocols: [{ udp: { destinationPort: { number: 53 } } }] }] }),
      { apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec: { subject: EVERYONE, ingress: [{ action: 'Deny', from: [EVERYONE], ports: [{ portNumber: { port: 80 } }] }] } },
    );
    const [one, other] = cluster.clusterPolicies;
    expect(one).toMatchObject({ tier: 'Admin', priority: 10, ingress: [], egress: [{ action: 'accept', name: 'one', ports: [{ protocol: 'UDP', first: 53, last: 53 }] }] });
    expect([one.namespaces.isEverything, one.subject.toString()]).toEqual([true, 'app=web']);
    expect(other).toMatchObject({ tier: 'Baseline', priority: 0, ingress: [{ action: 'deny', ports: [{ protocol: 'TCP', first: 80, last: 80 }] }], egress: [] });
    expect([one, other].map(policy => `${clusterPolicyName(policy)}, ${tierText(policy)}`))
      .toEqual(['ClusterNetworkPolicy c, Admin tier, priority 10', 'BaselineAdminNetworkPolicy default, Baseline tier']);
  });

  test('is cluster-wide: a namespace in its metadata means nothing', () => {
    const one = cnp('c', {});
    const reading = read(one, { ...one, metadata: { name: 'c', namespace: 'x' }, spec: { ...one.spec, priority: 11 } });
    expect(findingsOf(reading)).toEqual([expect.stringContaining('ClusterNetworkPolicy c is declared twice, with different content: spec.priority')]);
  });

  test('that is declared twice with equal content is one', () => {
    const reading = read(cnp('c', to('Deny', EVERYONE)), cnp('c', to('Deny', EVERYONE)));
    expect(reading.cluster.clusterPolicies).toHaveLength(1);
    expect(findingsOf(reading)).toEqual([expect.stringContaining('note NP036: ClusterNetworkPolicy c is declared twice, with equal content')]);
  });

  test.each<[string, object, object]>([
    ['labels and annotations', cnp('c', to('Deny', EVERYONE)), { ...cnp('c', to('Deny', EVERYONE)), metadata: { name: 'c', labels: { a: 'b' }, annotations: { a: 'b' } } }],
    ['the version of one schema', cnp('c', to('Deny', EVERYONE)), cnp('c', to('Deny', EVERYONE), 'policy.networking.k8s.io/v1alpha2')],
    ['a null', cnp('c', to('Deny', EVERYONE)), cnp('c', { ...to('Deny', { ...EVERYONE, pods: null }), ingress: null })],
  ])('that is declared twice leaves nothing open if only this differs, which means nothing for connections: %s', (_, first, second) => {
    for (const reading of [read(...PODS, first, second), read(...PODS, second, first)]) {
      expect(reading.cluster.clusterPolicies).toMatchObject([{ name: 'c', egress: [{ action: 'deny' }] }]);
      expect(reading.cluster.unevaluated).toEqual([]);
      expect(findingsOf(reading)).toEqual([expect.stringContaining('error NP032: ClusterNetworkPolicy c is declared twice')]);
    }
  });

  test('that is declared twice with one spec is open if one of the two has a fault', () => {
    const one = cnp('c', { ...OF_A, ...to('Deny', EVERYONE) });
    const faulty = { ...one, metadata: { name: 'c', labels: { 'not valid!': 'b' } } };
    expect(undecidedPods(read(...PODS, faulty, one).cluster)).toEqual(['invalid ingress and egress: a/web b/web']);
    expect(undecidedPods(read(...PODS, one, faulty).cluster)).toEqual(['invalid ingress and egress: a/web b/web', 'twice egress: a/web']);
  });

  test('whose meaning is not specified leaves no direction open in which it has no rules', () => {
    const unclear = { ...OF_A, ingress: [{ action: 'Deny', from: [EVERYONE], protocols: [{ destinationNamedPort: '' }] }] };
    for (const egress of [[], null, undefined]) {
      expect(undecidedPods(read(...PODS, cnp('c', { ...unclear, egress })).cluster)).toEqual(['unspecified ingress: a/web']);
    }
  });

  test('has its defaults in place of null, as the API server stores it', () => {
    const ports = [{ portNumber: { protocol: null, port: 80 } }, { portRange: { protocol: null, start: 90, end: 91 } }];
    const rules = { egress: [{ action: 'Deny', name: null, to: [{ ...EVERYONE, pods: null }], ports }] };
    for (const object of [anp(rules), { ...anp(rules), kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec: { subject: EVERYONE, ...rules } }, aws('c', rules)]) {
      expect(read(object).cluster.clusterPolicies).toMatchObject([{
        egress: [{
          peers: [{ kind: 'pods' }], ports: [{ protocol: 'TCP', first: 80, last: 80 }, { protocol: 'TCP', first: 90, last: 91 }],
        }],
      }]);
    }
    const { clusterPolicies } = read(cnp('c', { subject: { namespaces: { matchLabels: { tenant: null } } } })).cluster;
    expect(clusterPolicies[0].namespaces.isEverything).toBe(true);
  });

  test('that is declared twice with different content leaves open the pods that one of the two selects', () => {
    const { cluster, findings, accounted } = read(...PODS, cnp('c', { ...OF_A, ...to('Deny', EVERYONE) }), cnp('c', { ...OF_A, ...to('Accept', EVERYONE) }));
    expect(cluster.clusterPolicies).toEqual([]);
    expect(undecidedPods(cluster)).toEqual(['twice egress: a/web']);
    expect(findings.every(one => accounted.has(one))).toBe(true);
    expect(undecidedPods(read(...PODS, cnp('c', { ...OF_A, ...to('Deny', EVERYONE) }), { ...cnp('c', {}), spec: 'x' }).cluster))
      .toEqual(['invalid ingress and egress: a/web b/web', 'twice egress: a/web b/web']);
    expect(undecidedPods(read(...PODS, cnp('c', { subject: { namespaces: { matchExpressions: [{ key: 'a', operator: 'Equals' }] } }, ...to('Deny', EVERYONE) }), cnp('c', {})).cluster).at(-1))
      .toBe('twice egress: a/web b/web');
  });

  test('that the API server refuses leaves every pod open, in both directions', () => {
    const reading = read(...PODS, cnp('c', { ...OF_A, priority: 5000, ...to('Deny', EVERYONE) }));
    expect(undecidedPods(reading.cluster)).toEqual(['invalid ingress and egress: a/web b/web']);
    expect(findingsOf(reading)).toEqual(['object 3: error NP020: ClusterNetworkPolicy c: spec.priority: must be 0–1000, not 5000; write a number in that range']);
    expect(reading.findings.every(one => reading.accounted.has(one))).toBe(true);
  });

  test('with a peer of a later version is read, with a warning', () => {
    const reading = read(cnp('c', to('Deny', { services: {} })));
    expect(reading.cluster.clusterPolicies).toHaveLength(1);
    expect(findingsOf(reading)).toEqual([expect.stringMatching(/^object 0: warning NP025: ClusterNetworkPolicy c: spec\.egress\[0\]\.to\[0\]\.services: there is no such peer in this kind;/)]);
  });

  test.each<[string, { readonly kind: string }, string]>([
    ['a selector with an operator that does not exist', cnp('c', { ...OF_A, ...to('Deny', { namespaces: { matchExpressions: [{ key: 'a', operator: 'Equals' }] } }) }), 'a selector whose matchExpressions[0].operator is not valid'],
    ['In without values', cnp('c', { ...OF_A, ...to('Deny', { pods: { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } } }) }), 'a selector whose matchExpressions[0].values is not valid'],
    ['an empty name of a port', cnp('c', { ...OF_A, egress: [{ action: 'Deny', to: [EVERYONE], protocols: [{ destinationNamedPort: '' }] }] }), 'a port with an empty name'],
    ['a network that is none, of the Amazon VPC CNI', aws('c', { ...OF_A, ...to('Deny', { networks: ['all'] }) }), "the network 'all'"],
    ['another protocol', anp({ ...OF_A, egress: [{ action: 'Deny', to: [EVERYONE], ports: [{ portNumber: { protocol: 'ICMP', port: 80 } }] }] }), "a port with the protocol 'ICMP'"],
    ['an empty protocol', anp({ ...OF_A, egress: [{ action: 'Deny', to: [EVERYONE], ports: [{ portRange: { protocol: '', start: 1, end: 2 } }] }] }), "a port with the protocol ''"],
    ['a range that ends before it starts', anp({ ...OF_A, egress: [{ action: 'Deny', to: [EVERYONE], ports: [{ portRange: { start: 90, end: 80 } }] }] }), 'a range of ports that ends before it starts (90–80)'],
    ['a port without fields, of the Amazon VPC CNI', aws('c', { ...OF_A, egress: [{ action: 'Deny', to: [EVERYONE], ports: [{}] }] }), 'a port with several fields, or none'],
  ])('that is valid, although no text says what it means, leaves its pods open: %s', (_, object, what) => {
    const reading = read(...PODS, object);
    expect(reading.cluster.clusterPolicies).toEqual([]);
    expect(undecidedPods(reading.cluster)).toEqual(['unspecified egress: a/web']);
    expect(findingsOf(reading)).toEqual([expect.stringContaining(`warning NP324: ${object.kind} c has ${what}, and no specification says what it means`)]);
  });

  test('with domain names in a rule that does not accept, or in the Baseline tier, is a finding', () => {
    const domains = { domainNames: ['example.com'] };
    expect(findingsOf(read(cnp('c', to('Accept', domains))))).toEqual([]);
    expect(findingsOf(read(cnp('c', to('Deny', domains))))).toEqual([expect.stringContaining(
      'warning NP322: ClusterNetworkPolicy c names example.com in a rule that does not accept; the API documents domain names only for rules that accept')]);
    expect(findingsOf(read(cnp('c', to('Pass', domains))))).toHaveLength(1);
    expect(findingsOf(read(cnp('c', { tier: 'Baseline', ...to('Accept', domains) })))).toEqual([expect.stringContaining('in a rule of the Baseline tier')]);
  });
});

describe('an ApplicationNetworkPolicy of the Amazon VPC CNI', () => {
  const app = (spec: unknown, name = 'p') => ({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    metadata: { name, namespace: 'a' },
    spec: spec !== null && typeof spec === 'object' ? { podSelector: {}, ...spec } : spec,
  });
  const policiesOf = ({ cluster }: ClusterReading) => cluster.policies.map(policy => `${policyName(policy)}${policy.ingress ? ' ingress' : ''}${policy.egress ? ` egress ${policy.egress.length}` : ''}`);
  const PODS_PEER = { podSelector: {} };
  const DOMAIN = { domainNames: ['example.com'] };

  test('without domain names does what a NetworkPolicy does, beside those of the same name', () => {
    const np = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'a' }, spec: { podSelector: {} } };
    const reading = read(...PODS, np, app({ policyTypes: ['Ingress', 'Egress'], egress: [{ to: [PODS_PEER] }] }));
    expect(policiesOf(reading)).toEqual(['a/p ingress', 'ApplicationNetworkPolicy a/p ingress egress 1']);
    expect([reading.cluster.unevaluated, findingsOf(reading)]).toEqual([[], []]);
  });

  test('with domain names does what its other rules do, and leaves open what a domain name may allow', () => {
    const reading = read(...PODS, app({ podSelector: labelled({ app: 'web' }), policyTypes: ['Ingress', 'Egress'], egress: [{ to: [PODS_PEER, DOMAIN] }, { to: [DOMAIN] }] }));
    expect(policiesOf(reading)).toEqual(['ApplicationNetworkPolicy a/p ingress egress 1']);
    expect(reading.cluster.policies[0].egress).toMatchObject([{ path: ['spec', 'egress', 0], peers: [{ kind: 'pods', path: ['spec', 'egress', 0, 'to', 0] }] }]);
    expect(undecidedPods(reading.cluster)).toEqual(['domains egress: a/web']);
    expect(unevaluatedReason(reading.cluster.unevaluated[0])).toMatchObject({ code: 'domain-name', what: 'the domain names in ApplicationNetworkPolicy a/p' });
    expect(policiesOf(read(app({ policyTypes: ['Egress'], egress: [{ to: [DOMAIN] }] })))).toEqual(['ApplicationNetworkPolicy a/p egress 0']);
    const second = read(app({ policyTypes: ['Egress'], egress: [{ to: [DOMAIN], ports: [{ port: 443 }] }, { to: [PODS_PEER], ports: [{ port: 'http' }] }] })).cluster;
    expect(second.policies[0].egress).toMatchObject([{ path: ['spec', 'egress', 1], ports: [{ name: 'http' }] }]);
    expect(second.unevaluated[0].opens).toMatchObject([{ protocol: 'TCP', first: 443, last: 443 }]);
    // A rule without ports is for all of them, and a domain name says nothing about the number of a port name.
    const opens = (ports?: object[]) => read(app({ policyTypes: ['Egress'], egress: [{ to: [DOMAIN], ports }] })).cluster.unevaluated[0].opens;
    expect(opens()).toMatchObject(['SCTP', 'TCP', 'UDP'].map(protocol => ({ protocol, first: 1, last: 65535 })));
    expect(opens([{ port: 'https' }])).toMatchObject([{ protocol: 'TCP', first: 1, last: 65535 }]);
    // Rules for a direction that policyTypes does not name mean nothing.
    expect(undecidedPods(read(...PODS, app({ policyTypes: ['Ingress'], egress: [{ to: [DOMAIN] }] })).cluster)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['without policyTypes', { ingress: [] }], ['with an empty list of policyTypes', { policyTypes: [] }], ['without a spec', null],
    ['with a type that does not exist', { policyTypes: ['Both'] }], ['with a block that is none', { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: 'all' } }] }] }],
    ['with a port beside domain names that is none', { policyTypes: ['Egress'], egress: [{ to: [DOMAIN], ports: [{ port: 99999 }] }] }],
  ])('of which no text says what it means leaves its pods open, in both directions: %s', (_, spec) => {
    const reading = read(...PODS, app(spec));
    expect(policiesOf(reading)).toEqual([]);
    expect(undecidedPods(reading.cluster)).toEqual(['unspecified ingress and egress: a/web']);
    expect(findingsOf(reading)).toEqual([expect.stringContaining('warning NP324: ApplicationNetworkPolicy a/p has something of which no specification says what it means')]);
  });

  test('that is invalid, or declared twice with different content, leaves the pods of its namespace open', () => {
    const nulls = read(...PODS, app({ podSelector: { matchLabels: { app: null } }, policyTypes: ['Egress'], egress: [{ to: [PODS_PEER], ports: [{ protocol: null, port: 80 }] }] })).cluster.policies;
    expect([nulls[0].subject.isEverything, nulls[0].egress]).toMatchObject([true, [{ ports: [{ protocol: 'TCP', first: 80 }] }]]);
    expect(undecidedPods(read(...PODS, app({ egress: {} })).cluster)).toEqual(['invalid ingress and egress: a/web']);
    const twice = read(...PODS, app({ policyTypes: ['Ingress'] }), app({ policyTypes: ['Egress'] }));
    expect([policiesOf(twice), undecidedPods(twice.cluster)]).toEqual([[], ['twice ingress and egress: a/web']]);
    expect(policiesOf(read(...PODS, app({ policyTypes: ['Ingress'] }), app({ policyTypes: ['Ingress'] })))).toEqual(['ApplicationNetworkPolicy a/p ingress']);
    const withLabel = { ...app({ policyTypes: ['Ingress'] }), metadata: { name: 'p', namespace: 'a', labels: { x: 'y' } } };
    const same = read(...PODS, app({ policyTypes: ['Ingress'] }), withLabel);
    expect([policiesOf(same), same.cluster.unevaluated]).toEqual([['ApplicationNetworkPolicy a/p ingress'], []]);
  });
});

describe('the Baseline tier', () => {
  const np = (policyTypes: string[], name = 'np') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'a' }, spec: { podSelector: {}, policyTypes } });
  const baseline = (spec: object) => cnp('b', { tier: 'Baseline', ...spec });
  const both = { ingress: [{ action: 'Deny', from: [EVERYONE] }], ...to('Deny', EVERYONE) };
  const codes = (...objects: object[]) => read(...PODS, ...objects).findings.map(({ code, place }) => `${code} ${place.file}`);

  test('can be read per pod, and a finding says where this would differ: a NetworkPolicy isolates a pod in one direction, and a rule is for the other', () => {
    expect(findingsOf(read(...PODS, np(['Ingress']), baseline(both)))).toEqual([
      'object 4: warning NP323: netpol applies the egress rules of ClusterNetworkPolicy b to a/web[Pod], which NetworkPolicies isolate for ingress only; '
      + 'the text of the API can also be read so that the Baseline tier skips these pods (a/np isolates for ingress: object 3); '
      + 'let the NetworkPolicies isolate for egress too, or move the rules to the Admin tier',
    ]);
    expect(codes(np(['Egress']), baseline(both))).toEqual(['NP323 object 4']);
  });

  test('has one reading for a pod that is isolated in both directions, in none, or that has no rule for the other', () => {
    expect(codes(np(['Ingress', 'Egress']), baseline(both))).toEqual([]);
    expect(codes(np(['Ingress']), np(['Egress'], 'other'), baseline(both))).toEqual([]);
    expect(codes(baseline(both))).toEqual([]);
    expect(codes(np(['Egress']), baseline(to('Deny', EVERYONE)))).toEqual([]);
    expect(codes(np(['Ingress']), cnp('admin', both))).toEqual([]);
    expect(codes(np(['Ingress']), baseline({ ...both, subject: { pods: { podSelector: labelled({ app: 'db' }) } } }))).toEqual([]);
    expect(codes(np(['Ingress']), baseline({ ...both, subject: { namespaces: labelled({ tenant: 'b' }) } }))).toEqual([]);
  });
});

describe('a node', () => {
  const node = (status: unknown, labels: object = { pool: 'x' }) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels }, status });

  test('has its labels, and the addresses in its status that are IP addresses', () => {
    const { cluster } = read(node({ addresses: [{ type: 'Hostname', address: 'n' }, { type: 'InternalIP', address: '172.18.0.2' }, { type: 'ExternalIP', address: '2001:db8::1' }, { type: 'x' }, 'x'] }));
    expect(cluster.nodes.map(({ name, labels, addresses }) => [name, { ...labels }, addresses.map(({ first }) => formatAddress(first))]))
      .toEqual([['n', { pool: 'x' }, ['172.18.0.2', '2001:db8::1']]]);
  });

  test('without a status has no known address', () => {
    for (const status of [undefined, {}, { addresses: 'x' }]) { expect(read(node(status)).cluster.nodes[0].addresses).toEqual([]); }
    expect(read({ apiVersion: 'v1', kind: 'Node', metadata: 'x' }).cluster.nodes).toMatchObject([{ name: '', labels: {} }]);
  });

  test('that is declared twice with different content is an error, and with equal content one node', () => {
    expect(read(node({}), node({})).cluster.nodes).toHaveLength(1);
    expect(findingsOf(read(node({}), node({}, { pool: 'y' })))).toEqual([expect.stringContaining('error NP032: Node n is declared twice')]);
  });

  test('that the text does not determine, because a field is written twice, leaves the addresses of all nodes open', () => {
    const [other, refused] = resourcesOf([node({ addresses: [{ address: '172.18.0.2' }] }), { ...node({}), metadata: { name: 'm' } }]);
    expect(readCluster([other, refused]).cluster.nodes).toHaveLength(2);
    const fault = finding('NP007', { file: 'object 1' }, 'this object has a field twice');
    expect(readCluster([other, { ...refused, refusedFor: [fault] }]).cluster.nodes).toEqual([]);
  });

  test('whose address changes gives the policies that name it new addresses, and no other policy', () => {
    const objects = [deployment('a/web', { app: 'web' }), cnp('nodes', to('Deny', { nodes: {} })), cnp('pods', to('Deny', EVERYONE))];
    const resources = resourcesOf([...objects, node({ addresses: [{ address: '172.18.0.2' }] }), node({ addresses: [{ address: '172.18.0.3' }] })]);
    const before = readCluster(resources.slice(0, 4)).cluster;
    const after = keepUnchanged(before, readCluster([...resources.slice(0, 3), resources[4]]).cluster);
    expect(after.clusterPolicies.map((policy, i) => policy === before.clusterPolicies[i])).toEqual([false, true]);
    expect(keepUnchanged(before, readCluster(resources.slice(0, 4)).cluster).clusterPolicies).toEqual(before.clusterPolicies);
  });
});
