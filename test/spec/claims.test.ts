import { ClaimCluster, judgeClaim, SpecClaim, SpecParty, SpecPort, SpecWorkload } from './claims';

/* Facts about claims, each small enough to check by hand: the specification must state them. */

const NAME = 'kubernetes.io/metadata.name';
const inNamespace = (name: string) => ({ matchLabels: { [NAME]: name } });
const labelled = (labels: Record<string, string>) => ({ matchLabels: labels });

/** The pods with these labels in the namespace `app`. */
const app = (name: string, names?: string[]): SpecParty => {
  const ports = names?.map(each => ({ protocol: 'TCP', name: each }));
  return { parts: [{ namespaces: inNamespace('app'), pods: labelled({ app: name }), names: ports }], ports };
};
const podsOf = (namespaces: object, pods: object): SpecParty => ({ parts: [{ namespaces, pods }] });
const workload = (name: string, labels: Record<string, string> = { app: name }, more: Partial<SpecWorkload> = {}): SpecWorkload =>
  ({ namespace: 'app', name, labels, selector: labelled(labels), ports: [], ips: [], ...more });
const the = (one: SpecWorkload): SpecParty => ({ parts: [{ workload: one }] });
const block = (cidr: string): SpecParty => ({ parts: [{ blocks: [{ cidr }] }] });
const ANYTHING: SpecParty = { parts: [{ namespaces: {}, pods: {} }, { blocks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] }] };
const TCP_80: SpecPort = { protocol: 'TCP', first: 80, last: 80 };
const http: SpecPort = { protocol: 'TCP', name: 'http' };

const policy = (podSelector: object, spec: object, namespace = 'app') => ({ metadata: { name: 'p', namespace }, spec: { podSelector, ...spec } });
const DENY = policy({}, { policyTypes: ['Ingress', 'Egress'] });
/** Lets these peers into the pods with the label `app: db`. */
const toDb = (from: object[], ports?: object[]) => policy(labelled({ app: 'db' }), { ingress: [{ from, ports }] });
const fromBackend = { podSelector: labelled({ app: 'backend' }) };

const cluster = (policies: any[], more: Partial<ClaimCluster> = {}): ClaimCluster => ({ namespaces: { app: {} }, workloads: [], policies, ...more });

function judged(world: ClaimCluster, kind: SpecClaim['kind'], first: SpecParty, second: SpecParty | SpecParty[], more: Partial<SpecClaim> = {}): string {
  const verdict = judgeClaim(world, { kind, first, second: Array.isArray(second) ? second : [second], ...more });
  return 'error' in verdict ? `error: ${verdict.error}` : [verdict.answer, ...verdict.assumptions].join(' ');
}

describe('the claims', () => {
  const shop = cluster([DENY, toDb([fromBackend], [{ port: 5432 }]), policy(labelled({ app: 'backend' }), { egress: [{ to: [{ podSelector: labelled({ app: 'db' }) }] }] })]);
  const ports = (...numbers: number[]): SpecPort[] => numbers.map(number => ({ protocol: 'TCP', first: number, last: number }));

  test('a pair is allowed if both sides allow it on each port of the claim, and denied if none is open', () => {
    expect(judged(shop, 'allowed', app('backend'), app('db'), { ports: ports(5432) })).toBe('holds');
    expect(judged(shop, 'allowed', app('backend'), app('db'), { ports: ports(5432, 5433) })).toBe('fails');
    expect(judged(shop, 'denied', app('backend'), app('db'), { ports: ports(5433) })).toBe('holds');
    expect(judged(shop, 'denied', app('backend'), app('db'))).toBe('fails');
  });

  test('parties that hold every pod of the app hold the backend', () => {
    expect(judged(shop, 'denied', ANYTHING, app('db'))).toBe('fails');
    expect(judged(shop, 'denied', podsOf(inNamespace('app'), {}), app('db'))).toBe('fails');
    expect(judged(shop, 'reachesOnly', podsOf(inNamespace('app'), {}), [podsOf(inNamespace('kube-system'), {})])).toBe('fails');
  });

  test('admitsOnly is about the ingress side alone, and reachesOnly about the egress side', () => {
    expect(judged(cluster([toDb([fromBackend])]), 'admitsOnly', app('db'), app('backend'))).toBe('holds');
    expect(judged(cluster([toDb([fromBackend])]), 'reachesOnly', app('db'), [])).toBe('fails');
    expect(judged(cluster([policy({}, { policyTypes: ['Egress'] })]), 'reachesOnly', app('db'), [])).toBe('holds');
  });

  test('allowed means the own ports of the destination, or those of its containers, or every port', () => {
    const world = cluster([toDb([fromBackend], [{ port: 80 }])]);
    const db = workload('db', undefined, { ports: [{ containerPort: 80 }] });
    expect(judged(world, 'allowed', app('backend'), { ...app('db'), ports: [TCP_80] })).toBe('holds');
    expect(judged({ ...world, workloads: [db] }, 'allowed', app('backend'), app('db'))).toBe('holds');
    expect(judged(world, 'allowed', app('backend'), app('db'))).toBe('fails');
  });

  test('two pods of a workload are a pair, and a Pod and itself are not', () => {
    const single = workload('db', undefined, { single: true });
    expect(judged(cluster([], { workloads: [workload('db')] }), 'denied', app('db'), app('db'), { declaredOnly: true })).toBe('fails');
    expect(judged(cluster([], { workloads: [single] }), 'denied', app('db'), app('db'), { declaredOnly: true })).toBe('holds');
    expect(judged(cluster([], { workloads: [single] }), 'denied', app('db'), app('db'))).toBe('fails');
  });

  test('the declared scope narrows the parties that a claim names, and not those outside the list', () => {
    const world = cluster([toDb([fromBackend, { podSelector: labelled({ debug: 'true' }) }])], { workloads: [workload('db'), workload('web')] });
    expect(judged(world, 'denied', podsOf(inNamespace('app'), {}), app('db'), { declaredOnly: true })).toBe('holds');
    expect(judged(world, 'denied', podsOf(inNamespace('app'), {}), app('db'))).toBe('fails');
    expect(judged(world, 'admitsOnly', app('db'), app('backend'), { declaredOnly: true })).toBe('fails');
  });
});

describe('a list', () => {
  test('holds the possible pods that the selector of a workload matches, because a policy cannot tell them apart', () => {
    const world = cluster([toDb([{ podSelector: labelled({ app: 'backend' }) }])]);
    expect(judged(world, 'admitsOnly', app('db'), the(workload('backend')))).toBe('holds');
    expect(judged(world, 'admitsOnly', app('db'), the(workload('backend', { app: 'backend', tier: 'x' })))).toBe('fails');
    expect(judged(world, 'admitsOnly', app('db'), the(workload('backend', { app: 'backend', tier: 'x' }, { selector: undefined })))).toBe('fails');
    expect(judged(world, 'admitsOnly', app('db'), { parts: [{ workload: workload('backend', { id: '1' }), tier: labelled({ app: 'backend' }) }] })).toBe('holds');
  });

  test('with a block holds every address in it, also of pods', () => {
    const world = cluster([toDb([{ ipBlock: { cidr: '10.0.0.0/8' } }])]);
    expect(judged(world, 'admitsOnly', app('db'), block('10.0.0.0/8'))).toBe('holds');
    expect(judged(world, 'admitsOnly', app('db'), block('10.0.0.0/9'))).toBe('fails');
  });

  test('permits an end whose addresses are all in its blocks, which count together', () => {
    const world = cluster([toDb([{ ipBlock: { cidr: '10.0.0.0/8' } }])]);
    expect(judged(world, 'admitsOnly', app('db'), [block('10.0.0.0/9'), block('10.128.0.0/9')])).toBe('holds');
    const fe = workload('fe', undefined, { ips: ['10.0.0.5', 'fd00::5'] });
    expect(judged({ ...world, workloads: [fe] }, 'admitsOnly', app('db'), block('10.0.0.0/8'))).toBe('holds');
    const byLabel = cluster([toDb([{ podSelector: labelled({ app: 'fe' }) }])], { workloads: [fe], podCidrs: ['10.0.0.0/8'] });
    expect(judged(byLabel, 'admitsOnly', app('db'), block('10.0.0.0/8'))).toBe('fails');
    expect(judged(byLabel, 'admitsOnly', app('db'), [block('10.0.0.0/8'), block('fd00::/8')])).toBe('holds');
  });

  test('holds the pods with the other labels of a workload that is selected by a label of its own, as those of cdk8s-plus are', () => {
    const world = cluster([toDb([{ podSelector: labelled({ tier: 'be' }) }])]);
    const be = (selector: Record<string, string>) => the(workload('be', { 'tier': 'be', 'cdk8s.io/metadata.addr': 'c8' }, { selector: labelled(selector) }));
    expect(judged(world, 'admitsOnly', app('db'), be({ 'cdk8s.io/metadata.addr': 'c8' }))).toBe('holds');
    expect(judged(world, 'admitsOnly', app('db'), be({ id: '8' }))).toBe('fails');
  });

  test('does not count the version of such a workload, nor its labels if they do not tell it from another one', () => {
    const address = { 'cdk8s.io/metadata.addr': 'c8' };
    const be = workload('be', { tier: 'be', version: '1', ...address }, { selector: labelled(address) });
    const world = cluster([toDb([{ podSelector: labelled({ tier: 'be' }) }])], { workloads: [be] });
    expect(judged(world, 'admitsOnly', app('db'), the(be))).toBe('holds');
    const twin = workload('twin', { tier: 'be', part: 'x' });
    expect(judged({ ...world, workloads: [be, twin] }, 'admitsOnly', app('db'), the(be))).toBe('fails');
    expect(judged({ ...world, workloads: [be, { ...twin, namespace: 'other' }] }, 'admitsOnly', app('db'), the(be))).toBe('holds');
  });

  test('leaves a pod of any namespace outside, and a new namespace is free', () => {
    const world = cluster([toDb([{ namespaceSelector: labelled({ team: 'red' }) }])], { namespaces: { app: {}, red: { team: 'red' } } });
    expect(judged(world, 'admitsOnly', app('db'), podsOf(inNamespace('red'), {}))).toBe('fails');
  });
});

describe('possible pods', () => {
  test('a declared namespace has its labels and no others', () => {
    const world = cluster([toDb([{ namespaceSelector: inNamespace('partners') }])], { namespaces: { app: {}, partners: { team: 'partners' } } });
    expect(judged(world, 'denied', podsOf(labelled({ team: 'partners' }), {}), app('db'))).toBe('fails');
    expect(judged(world, 'denied', podsOf(labelled({ team: 'blue' }), {}), app('db'))).toBe('holds');
  });

  test('a claim about one group of namespaces does not depend on a claim about another', () => {
    const world = cluster([toDb([{ namespaceSelector: labelled({ team: 'blue' }) }])]);
    expect(judged(world, 'denied', podsOf(labelled({ team: 'red' }), {}), app('db'))).toBe('holds');
    // No declared namespace has the label, so the claim can only be about namespaces that are made elsewhere.
    expect(judged(world, 'denied', podsOf(labelled({ team: 'blue' }), {}), app('db'))).toBe('fails');
  });

  test('two pods may meet by their addresses only', () => {
    const world = cluster([
      DENY, toDb([{ ipBlock: { cidr: '0.0.0.0/0' } }]), policy(labelled({ app: 'fe' }), { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }),
    ]);
    expect(judged(world, 'denied', app('fe'), app('db'))).toBe('fails');
  });

  test('two pods never have the same address', () => {
    const one = { ipBlock: { cidr: '10.0.0.5/32' } };
    const world = (other: object) => cluster([DENY, toDb([one]), policy(labelled({ app: 'fe' }), { egress: [{ to: [other] }] })]);
    expect(judged(world(one), 'denied', app('fe'), app('db'))).toBe('holds');
    expect(judged(world({ ipBlock: { cidr: '10.0.0.6/32' } }), 'denied', app('fe'), app('db'))).toBe('fails');
  });

  test('pods have the families of the known addresses, and lie in the stated blocks of pods', () => {
    const world = cluster([DENY, policy(labelled({ app: 'fe' }), { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }), toDb([fromBackend, { podSelector: {} }])]);
    expect(judged(world, 'denied', app('fe'), app('db'))).toBe('fails');
    expect(judged({ ...world, podCidrs: ['10.1.0.0/16'] }, 'denied', app('fe'), app('db'))).toBe('fails');
    expect(judged({ ...world, podCidrs: ['192.168.0.0/16'] }, 'denied', app('fe'), app('db'))).toBe('holds');
    expect(judged({ ...world, workloads: [workload('x', undefined, { ips: ['fd00::1'] })] }, 'denied', app('fe'), app('db'))).toBe('holds');
  });

  test('a label that Kubernetes adds can have any value', () => {
    const world = cluster([DENY, toDb([{ podSelector: labelled({ hash: 'a' }) }]), policy(labelled({ app: 'fe' }), { egress: [{}] })]);
    const fe = (generated: SpecWorkload['generated']) => workload('fe', undefined, { generated });
    expect(judged(world, 'denied', the(fe([])), app('db'))).toBe('holds');
    expect(judged(world, 'denied', the(fe([{ key: 'hash', optional: false }])), app('db'))).toBe('fails');
    expect(judged(world, 'allowed', the(fe([{ key: 'hash', optional: true }])), app('db'))).toBe('fails');
  });

  test('the known address of a pod is no longer one of the addresses of a block', () => {
    const db = workload('db', undefined, { ips: ['10.0.0.5'] });
    const world = cluster([toDb([{ ipBlock: { cidr: '10.0.0.5/32' } }])], { workloads: [workload('fe', undefined, { ips: ['10.0.0.5'] })] });
    expect(judged(world, 'denied', block('10.0.0.4/30'), app('db'))).toBe('holds');
    expect(judged({ ...world, workloads: [] }, 'denied', block('10.0.0.4/30'), app('db'))).toBe('fails');
    expect(judged(world, 'denied', the(world.workloads[0]), the(db))).toBe('fails');
  });
});

describe('the assumptions', () => {
  test('extra-label: a pod of a party by labels has no further labels that a selector mentions', () => {
    const grant = cluster([toDb([fromBackend]), policy(labelled({ debug: 'true' }), { ingress: [{}] })]);
    expect(judged(grant, 'admitsOnly', app('db'), app('backend'))).toBe('holds extra-label');
    expect(judged(grant, 'admitsOnly', app('db'), app('backend'), { strict: true })).toBe('fails extra-label');
    expect(judged({ ...grant, workloads: [workload('db', { app: 'db', debug: 'false' })] }, 'admitsOnly', app('db'), app('backend'))).toBe('holds extra-label');
    expect(judged({ ...grant, workloads: [workload('db', { app: 'db', debug: 'true' })] }, 'admitsOnly', app('db'), app('backend'))).toBe('fails');
  });

  test('extra-label: it does not count for a party without a positive requirement', () => {
    const grant = cluster([toDb([{ podSelector: labelled({ client: 'true' }) }])]);
    expect(judged(grant, 'denied', app('fe'), app('db'))).toBe('holds extra-label');
    expect(judged(grant, 'denied', podsOf(inNamespace('app'), { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['backend'] }] }), app('db'))).toBe('fails');
  });

  test('namespace-label: a namespace that is used and not declared has no label besides its name', () => {
    const used = cluster([toDb([{ namespaceSelector: labelled({ team: 'red' }) }])], { namespaces: {} });
    expect(judged(used, 'denied', app('fe'), app('db'))).toBe('holds namespace-label');
    expect(judged({ ...used, namespaces: { app: {} } }, 'denied', app('fe'), app('db'))).toBe('holds');
  });

  test('new-namespace: a party by labels of namespaces has no pod in a namespace that is neither declared nor used', () => {
    const world = cluster([policy({}, { policyTypes: ['Ingress'] }, 'red')], { namespaces: { red: { team: 'red' } } });
    expect(judged(world, 'admitsOnly', podsOf(labelled({ team: 'red' }), {}), [])).toBe('holds new-namespace');
    expect(judged(world, 'admitsOnly', podsOf({}, {}), [])).toBe('fails');
  });

  test('pod-address: a pod has no address of the public internet', () => {
    const world = cluster([DENY, toDb([{ podSelector: {} }]), policy(labelled({ app: 'fe' }), { egress: [{ to: [{ ipBlock: { cidr: '8.0.0.0/8' } }] }] })]);
    expect(judged(world, 'denied', app('fe'), app('db'))).toBe('holds pod-address');
  });

  test('port-name: two port names of a pod have different numbers', () => {
    const world = cluster([toDb([fromBackend], [{ port: 'http' }])]);
    const db = app('db', ['http', 'metrics']);
    expect(judged(world, 'allowed', app('backend'), db, { ports: [{ protocol: 'TCP', name: 'metrics' }] })).toBe('fails');
    expect(judged(world, 'denied', app('backend'), db, { ports: [{ protocol: 'TCP', name: 'metrics' }] })).toBe('holds port-name');
    expect(judged(world, 'allowed', app('backend'), db, { ports: [http] })).toBe('holds');
  });

  test('host-network: selectors skip pods on the network of their node, and policies do not isolate them', () => {
    const host = workload('fe', undefined, { hostNetwork: true });
    const world = cluster([toDb([{ podSelector: labelled({ app: 'fe' }) }]), policy(labelled({ app: 'fe' }), { policyTypes: ['Ingress'] })], { workloads: [host] });
    expect(judged(world, 'denied', app('fe'), app('db'), { declaredOnly: true, ports: [TCP_80] })).toBe('error: no declared pod');
    expect(judged(cluster([toDb([{ podSelector: labelled({ app: 'fe' }) }])], { workloads: [host, workload('db')] }), 'denied', app('fe'), app('db'), { declaredOnly: true }))
      .toBe('holds host-network');
    expect(judged(world, 'allowed', app('db'), the(host))).toBe('holds host-network');
  });

  test('host-network: it is assumed of declared pods outside a list too', () => {
    const agent = workload('agent', undefined, { hostNetwork: true, ports: [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 80 }] });
    const world = cluster([policy({}, { policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }], ports: [{ port: 'http' }] }] })], { workloads: [agent] });
    expect(judged(world, 'reachesOnly', app('web'), [], { ports: [{ protocol: 'TCP', name: 'metrics' }] })).toBe('holds port-name host-network');
    expect(judged({ ...world, workloads: [{ ...agent, hostNetwork: false }] }, 'reachesOnly', app('web'), [], { ports: [{ protocol: 'TCP', name: 'metrics' }] }))
      .toBe('fails');
  });

  test('the smallest set is named, and of equally small ones the first', () => {
    const grants = (...from: object[]) => cluster([toDb(from)], { namespaces: {} });
    expect(judged(grants({ podSelector: labelled({ debug: 'true' }) }, { namespaceSelector: labelled({ team: 'red' }) }), 'denied', app('fe'), app('db')))
      .toBe('holds extra-label namespace-label');
    expect(judged(grants({ namespaceSelector: labelled({ team: 'red' }), podSelector: labelled({ debug: 'true' }) }), 'denied', app('fe'), app('db')))
      .toBe('holds extra-label');
    expect(judged(grants({ namespaceSelector: labelled({ team: 'red' }), podSelector: labelled({ debug: 'true' }) }, { namespaceSelector: labelled({ team: 'blue' }) }), 'denied', app('fe'), app('db')))
      .toBe('holds namespace-label');
  });
});

describe('host-network workloads', () => {
  test('a claim that names one cannot be denied, because a pod can run on the same node', () => {
    const host = workload('agent', undefined, { hostNetwork: true });
    const world = cluster([DENY], { workloads: [host] });
    expect(judged(world, 'denied', the(host), app('db'))).toBe('fails');
    expect(judged(world, 'denied', app('db'), the(host))).toBe('fails');
    expect(judged(world, 'denied', the(host), block('8.0.0.0/8'))).toBe('fails');
    expect(judged(world, 'denied', podsOf(inNamespace('app'), {}), app('db'))).toBe('holds');
  });
});

describe('nothing to judge', () => {
  const pod = workload('one', undefined, { single: true });
  const world = cluster([toDb([fromBackend], [{ port: 'http' }])], { workloads: [pod] });

  test.each<[string, Parameters<typeof judged>]>([
    ['addresses on both sides', [world, 'denied', block('10.0.0.0/8'), block('11.0.0.0/8')]],
    ['a subject with addresses', [world, 'admitsOnly', ANYTHING, []]],
    ['a pod and itself', [world, 'denied', the(pod), the(pod)]],
    ['no possible pod', [world, 'denied', podsOf({ matchLabels: { [NAME]: 'app', team: 'red' } }, {}), app('db')]],
    ['no declared pod', [world, 'denied', app('fe'), the(pod), { declaredOnly: true }]],
    ['nothing has the named port', [world, 'denied', app('fe'), app('db'), { ports: [{ protocol: 'TCP', name: 'htpp' }] }]],
    ['nothing has the named port', [world, 'denied', app('fe'), the(pod), { ports: [http] }]],
    ['nothing has the named port', [world, 'reachesOnly', the(pod), [], { ports: [{ protocol: 'TCP', name: 'htpp' }] }]],
  ])('%s', (error, args) => {
    expect(judged(...args)).toBe(`error: ${error}`);
  });

  test('a named port that a policy mentions may be a port of pods that are not declared', () => {
    expect(judged(world, 'denied', app('fe'), app('db'), { ports: [http] })).toBe('holds');
    expect(judged(world, 'denied', app('backend'), app('db'), { ports: [http] })).toBe('fails');
  });

  test('a strict claim does not hold if a party has no declared pod, although its namespace has workloads', () => {
    expect(judged(world, 'denied', app('frontnd'), app('db'), { strict: true })).toBe('fails');
    expect(judged({ ...world, workloads: [] }, 'denied', app('frontnd'), app('db'), { strict: true })).toBe('holds');
  });
});

describe('cluster-wide policies', () => {
  const tier = (name: string, priority: number, ingress: object[], more: object = {}) => ({
    apiVersion: 'policy.networking.k8s.io/v1beta1',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: { tier: 'Admin', priority, subject: { namespaces: {} }, ingress, ...more },
  });
  const ops = { namespaces: labelled({ team: 'ops' }) };
  const fromOps = podsOf(labelled({ team: 'ops' }), {});
  const rule = (action: string, ...from: object[]) => ({ action, from });
  const withTiers = (policies: any[], ...clusterPolicies: any[]) => cluster(policies, { clusterPolicies });

  test('an Accept of the Admin tier lets in what the NetworkPolicy denies, from namespaces that do not exist yet too', () => {
    const world = withTiers([DENY], tier('a', 1, [rule('Accept', ops)]));
    expect(judged(world, 'admitsOnly', app('db'), [])).toBe('fails');
    expect(judged(world, 'admitsOnly', app('db'), fromOps)).toBe('holds');
    expect(judged(world, 'denied', fromOps, app('db'), { ports: [TCP_80] })).toBe('fails');
  });

  test('a Deny of the Admin tier counts before a NetworkPolicy, and one of the Baseline tier where no NetworkPolicy isolates', () => {
    const all = policy({}, { ingress: [{}] });
    expect(judged(withTiers([all], tier('a', 1, [rule('Deny', ops)])), 'denied', fromOps, app('db'))).toBe('holds');
    expect(judged(withTiers([all], tier('a', 1, [rule('Deny', ops)], { tier: 'Baseline' })), 'denied', fromOps, app('db'))).toBe('fails');
    expect(judged(withTiers([], tier('a', 1, [rule('Deny', ops)], { tier: 'Baseline' })), 'denied', fromOps, app('db'))).toBe('holds');
  });

  test('a claim is undecided if only policies of one priority that disagree are against it', () => {
    const accept = tier('a', 1, [rule('Accept', ops)]);
    expect(judged(withTiers([], accept, tier('b', 1, [rule('Deny', ops)])), 'denied', fromOps, app('db'))).toBe('undecided');
    expect(judged(withTiers([], accept, tier('b', 2, [rule('Deny', ops)])), 'denied', fromOps, app('db'))).toBe('fails');
    expect(judged(withTiers([], accept, tier('b', 0, [rule('Deny', ops)])), 'denied', fromOps, app('db'))).toBe('holds');
  });

  test('a strict claim is undecided if a witness breaks an assumption and is not certain, and fails if another one is', () => {
    const probe = { pods: { namespaceSelector: {}, podSelector: labelled({ probe: 'yes' }) } };
    const world = withTiers([DENY], tier('a', 1, [rule('Accept', probe)]), tier('b', 1, [rule('Deny', probe)]));
    expect(judged(world, 'denied', app('job'), app('db'))).toBe('holds');
    const open = withTiers([policy(labelled({ app: 'db' }), {})], ...world.clusterPolicies!);
    expect(judged(open, 'denied', app('job'), app('db'))).toBe('holds extra-label');
    expect(judged(open, 'denied', app('job'), app('db'), { strict: true })).toBe('undecided extra-label');
    expect(judged({ ...open, clusterPolicies: open.clusterPolicies!.slice(0, 1) }, 'denied', app('job'), app('db'), { strict: true })).toBe('fails extra-label');
  });

  test('the tiers never select a pod on its node\'s network, whatever policies of other kinds do', () => {
    const agent = workload('agent', undefined, { hostNetwork: true });
    const world = { ...withTiers([], tier('a', 1, [rule('Deny', { namespaces: {} })])), workloads: [agent] };
    expect(judged(world, 'allowed', app('web'), the(agent))).toBe('holds');
    expect(judged({ ...world, policies: [DENY], clusterPolicies: [] }, 'allowed', podsOf(inNamespace('other'), {}), the(agent))).toBe('holds host-network');
  });
});
