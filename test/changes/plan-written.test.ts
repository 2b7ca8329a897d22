import { app, inNamespace, linesOf, namespace, planOf, policy, smooth } from './planned';

/* What a plan gives to kubectl: which objects, and what is written in them. */

const guard = (spec: object, { apiVersion = 'policy.networking.k8s.io/v1alpha2', name = 'guard' } = {}) =>
  ({ apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, ...spec } });
const application = (spec: object) => ({
  apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: 'web', namespace: 'shop' }, spec: { policyTypes: ['Egress'], ...spec },
});
const stepsOf = (old: object[], now: object[]) => planOf(old, now).steps.map(({ operation, name }) => `${operation} ${name}`);

describe('a version between two others', () => {
  // Each of them must close its ingress before the other one opens its egress.
  interface More { podSelector?: object; ingress?: object[]; egress?: object[] }
  const version = (name: string, from: string, to: string, more: More = {}) => policy(name, {
    podSelector: { ...app(name), ...more.podSelector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: app(from) }] }, ...more.ingress ?? []],
    egress: [{ to: [{ podSelector: app(to) }] }, ...more.egress ?? []],
  });

  test('is written with everything that the policy has', () => {
    const podSelector = {
      matchExpressions: [
        { key: 'app', operator: 'NotIn', values: ['y', 'z'] }, { key: 'env', operator: 'Exists' }, { key: 'old', operator: 'DoesNotExist' },
        { key: 'tier', operator: 'In', values: ['w', 'x'] }, { key: 'zone', operator: 'NotIn', values: ['q'] },
      ],
    };
    const ports = [
      { protocol: 'TCP', port: 'http' }, { protocol: 'TCP', port: 80 }, { protocol: 'UDP' }, { protocol: 'TCP', port: 1, endPort: 9 }, { protocol: 'SCTP', port: 1024, endPort: 65535 },
    ];
    const others = [
      { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, { ipBlock: { cidr: 'fd00::/8' } }, { namespaceSelector: { matchLabels: { team: 'red', zone: 'a' } } },
      { namespaceSelector: {}, podSelector: app('ops') }, { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['c', 'd'] }] } },
    ];
    const more = { podSelector, ingress: [{ from: [{ podSelector: app('cache') }], ports }, { from: others }], egress: [{ to: others, ports }, { to: [{ namespaceSelector: inNamespace('kube-system') }] }] };
    const { steps } = planOf([version('a', 'b', 'k', more), version('b', 'a', 'k', more)], [version('a', 'l', 'b', more), version('b', 'l', 'a', more)]);
    expect(linesOf({ steps } as any)).toEqual(['update a', 'update b', 'update a']);
    expect(steps[0].object).toEqual(policy('a', {
      // Kubernetes reads a label and an expression of one key like two expressions.
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }, ...podSelector.matchExpressions] },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: app('l') }] }, ...more.ingress],
      egress: [{ to: [{ podSelector: app('k') }] }, ...more.egress],
    }));
    expect(steps[0]).toMatchObject({ isBridge: false, purpose: 'the new ingress, before the other direction changes', namespace: 'shop' });
    expect(steps[2].object).toEqual(version('a', 'l', 'b', more));
    expect(steps.slice(1).some(({ purpose }) => purpose !== undefined)).toBe(false);
  });

  test('has no rules where the policy has none', () => {
    const closes = (name: string, from: object[], to: object[]) => policy(name, {
      podSelector: app(name), policyTypes: ['Ingress', 'Egress'], ingress: from.length === 0 ? [] : [{ from }], egress: to.length === 0 ? [] : [{ to }],
    });
    const pods = (name: string) => [{ podSelector: app(name) }];
    const [first] = smooth([closes('a', pods('b'), []), closes('b', pods('a'), [])], [closes('a', [], pods('b')), closes('b', [], pods('a'))]).steps;
    expect(first.object.spec).toEqual({ podSelector: app('a'), policyTypes: ['Ingress', 'Egress'] });
  });

  test('has the labels of the new version', () => {
    const withLabel = { ...version('a', 'l', 'b'), metadata: { name: 'a', namespace: 'shop', labels: { team: 'red' } } };
    const { steps } = smooth([version('a', 'b', 'k'), version('b', 'a', 'k')], [withLabel, version('b', 'l', 'a')]);
    expect(steps.map(({ object }) => object.metadata)).toEqual([withLabel.metadata, { name: 'b', namespace: 'shop' }, withLabel.metadata]);
  });
});

test('a bridging policy isolates only in the directions that it holds open', () => {
  const from = (name: string) => policy(`from-${name}`, { podSelector: app('db'), ingress: [{ from: [{ podSelector: app(name) }] }] });
  const [bridge] = smooth([], [from('web'), from('ops')]).steps;
  expect(bridge.object).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: 'netpol-bridge-1',
      namespace: 'shop',
      labels: { 'cdk8s-netpol/bridge': 'true' },
      annotations: { 'cdk8s-netpol/bridge': 'netpol plan: keeps ingress open for pods that no policy isolates in one of the versions; the plan deletes it' },
    },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
  });
  const to = (name: string) => policy(`to-${name}`, { podSelector: app('db'), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: app(name) }] }] });
  expect(smooth([], [to('web'), to('ops')]).steps[0].object.spec).toEqual({ podSelector: {}, policyTypes: ['Egress'], egress: [{}] });
});

describe('the metadata of an object', () => {
  const spec = { podSelector: {} };

  test('has nothing that only the server writes, with which it could refuse the object', () => {
    const ofServer = {
      uid: '1',
      resourceVersion: '7',
      generation: 2,
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ manager: 'kubectl' }],
      selfLink: '/apis/x',
      deletionTimestamp: '2026-01-02T00:00:00Z',
      deletionGracePeriodSeconds: 30,
      labels: null,
    };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    expect(planOf([], [policy('p', spec, { ...ofServer, annotations })]).steps[0].object).toEqual(policy('p', spec));
    expect(planOf([], [{ ...guard({}), metadata: { name: 'guard', annotations: null } }]).steps[0].object).toEqual(guard({}));
  });

  test('has the labels, the annotations and the finalizers that its author wrote', () => {
    const written = { labels: { team: 'red' }, annotations: { owner: 'ops' }, finalizers: ['example.com/keep'] };
    const [{ object }] = planOf([], [policy('p', spec, { ...written, annotations: { ...written.annotations, 'kubectl.kubernetes.io/last-applied-configuration': '{}' } })]).steps;
    expect(object).toEqual(policy('p', spec, written));
  });
});

describe('a policy is updated', () => {
  const spec = { podSelector: app('db'), ingress: [{ from: [{ podSelector: app('web') }] }] };

  test('if a label or an annotation differs, has another key or is gone', () => {
    for (const field of ['labels', 'annotations']) {
      const versions = [{ team: 'red' }, { team: 'blue' }, { owner: 'red' }, {}].map(map => policy('p', spec, { [field]: map }));
      for (const old of versions) {
        for (const now of versions) { expect(stepsOf([old], [now])).toEqual(old === now ? [] : ['update NetworkPolicy shop/p']); }
      }
    }
  });

  test('if the domain names of its rules differ, which netpol cannot judge', () => {
    const to = (domain: string) => application({ podSelector: {}, egress: [{ to: [{ domainNames: [domain] }] }] });
    expect(planOf([to('a.example')], [to('b.example')])).toMatchObject({
      steps: [{ operation: 'update', name: 'ApplicationNetworkPolicy shop/web', object: to('b.example') }], undecided: [{ code: 'domain-name' }],
    });
    expect(stepsOf([to('a.example')], [to('a.example')])).toEqual([]);
    expect(stepsOf([to('a.example')], [])).toEqual(['delete ApplicationNetworkPolicy shop/web']);
  });
});

describe('a policy is not updated', () => {
  const spec = { podSelector: app('db'), ingress: [{ from: [{ podSelector: app('web') }] }] };

  test('if its labels are in another order, or a value is null, which the server reads as an empty text', () => {
    expect(stepsOf([policy('p', spec, { labels: { a: '1', b: '2' } })], [policy('p', spec, { labels: { b: '2', a: '1' } })])).toEqual([]);
    expect(stepsOf([policy('p', spec, { labels: { a: null } })], [policy('p', spec, { labels: { a: '' } })])).toEqual([]);
  });

  test('if its networks are in one peer or in several', () => {
    const to = (...peers: string[][]) => guard({ egress: [{ action: 'Deny', to: peers.map(networks => ({ networks })) }] });
    expect(stepsOf([to(['10.0.0.0/8', '11.0.0.0/8'])], [to(['10.0.0.0/8'], ['11.0.0.0/8'])])).toEqual([]);
    expect(stepsOf([to(['10.0.0.0/8'])], [to(['10.0.0.0/8'], ['11.0.0.0/8'])])).toEqual(['update ClusterNetworkPolicy guard']);
  });

  test('if nodes have other addresses: every step is judged with those of the new version', () => {
    const node = (address: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: {} }, status: { addresses: [{ type: 'InternalIP', address }] } });
    const toNodes = guard({ egress: [{ action: 'Deny', to: [{ nodes: {} }] }] });
    expect(stepsOf([node('10.0.0.1'), toNodes], [node('10.0.0.2'), toNodes])).toEqual([]);
  });
});

describe('policies of other kinds', () => {
  const spec = { podSelector: app('web'), egress: [{ to: [{ podSelector: app('db') }] }] };

  test('are objects of their own, whatever their names', () => {
    const now = [policy('web', { ...spec, policyTypes: ['Egress'] }), application(spec)];
    expect(stepsOf([], now).sort()).toEqual(['create ApplicationNetworkPolicy shop/web', 'create NetworkPolicy shop/web', 'create NetworkPolicy shop/netpol-bridge-1'].slice(0, 2));
    expect(stepsOf([now[1]], [now[0]])).toEqual(['create NetworkPolicy shop/web', 'delete ApplicationNetworkPolicy shop/web']);
  });

  test('are named with their group if several have the kind', () => {
    const deny = { ingress: [{ action: 'Deny', from: [{ namespaces: inNamespace('qa') }] }] };
    const ofAws = guard(deny, { apiVersion: 'networking.k8s.aws/v1alpha1' });
    expect(stepsOf([], [guard(deny), ofAws])).toEqual(['create ClusterNetworkPolicy guard', 'create ClusterNetworkPolicy guard of networking.k8s.aws']);
    expect(stepsOf([guard(deny), ofAws], [guard(deny)])).toEqual(['delete ClusterNetworkPolicy guard of networking.k8s.aws']);
  });
});

test('an object that names no namespace is in the namespace default', () => {
  const [step] = planOf([], [{ ...policy('p', { podSelector: {} }), metadata: { name: 'p' } }]).steps;
  expect(step).toMatchObject({ namespace: 'default', object: { metadata: { name: 'p', namespace: 'default' } } });
  expect(planOf([namespace('shop')], [namespace('shop'), guard({ ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] })]).steps[0]).not.toHaveProperty('namespace');
});
