import { app, inNamespace, linesOf, namespace, planOf, policy, smooth } from './planned';

/* The order of steps that could come in any order, and which versions of a policy a plan may put between two others. */

test('what only opens comes first, then changes and what closes, and then what is deleted', () => {
  const rule = (name: string) => [{ from: [{ podSelector: app(name) }] }];
  const keep = policy('keep', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const changed = policy('changed', { podSelector: app('c'), ingress: rule('web') });
  const old = [keep, changed, policy('old-rules', { podSelector: app('d'), ingress: rule('x') }), policy('old-deny', { podSelector: app('d') })];
  const now = [
    policy('new-deny-out', { podSelector: app('c'), policyTypes: ['Egress'] }), policy('new-deny', { podSelector: app('c') }), { ...changed, metadata: { ...changed.metadata, labels: { a: 'b' } } },
    policy('new-rules', { podSelector: app('c'), ingress: rule('ops') }), policy('new-rules-out', { podSelector: app('c'), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: app('ops') }] }] }), keep,
  ];
  expect(linesOf(smooth(old, now))).toEqual([
    'create new-rules', 'create new-rules-out', 'update changed', 'create new-deny-out', 'create new-deny', 'delete old-deny', 'delete old-rules',
  ]);
});

describe('a policy that isolates in the other direction', () => {
  // What a begins to let in, b must no longer send; and b lets in what a no longer sends.
  const x = [{ podSelector: app('x') }];
  const b = (ingress: object[], egress: object[]) => policy('b', { podSelector: app('b'), policyTypes: ['Ingress', 'Egress'], ingress, egress });
  const [oldB, newB] = [b([{ from: x }], [{}]), b([{}], [{ to: x }])];

  test('isolates in both for a moment, because the server takes a policy without directions for one that isolates for ingress', () => {
    const a = (type: string) => policy('a', { podSelector: app('a'), policyTypes: [type] });
    const found = smooth([a('Ingress'), oldB], [a('Egress'), newB]);
    expect(linesOf(found)).toEqual(['update a', 'update b', 'update a']);
    expect(found.steps[0].object.spec).toEqual({ podSelector: app('a'), policyTypes: ['Ingress', 'Egress'] });
    expect(linesOf(smooth([a('Egress'), newB], [a('Ingress'), oldB]))).toEqual(['update a', 'update b', 'update a']);
  });

  test('isolates in one of them at least, although it could do without both for a moment', () => {
    // Until the policy q has its rules, a must not isolate for egress; and until a no longer isolates for ingress, q must keep its rules.
    const all = (type: string) => policy('a', { podSelector: {}, policyTypes: [type] });
    const [q, later] = [policy('q', { podSelector: {}, ingress: [{ from: x }] }), policy('q', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: x }] })];
    const found = smooth([all('Ingress'), q], [all('Egress'), later]);
    expect(linesOf(found)).toEqual(['update q', 'update a', 'update q']);
    expect(found.steps[0].object.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: x }], egress: [{ to: x }] });
  });

  test('is applied as it is written if it is of another kind', () => {
    const a = (type: string) =>
      ({ apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: 'a', namespace: 'shop' }, spec: { podSelector: app('a'), policyTypes: [type] } });
    const found = planOf([namespace('shop'), a('Ingress'), oldB], [namespace('shop'), a('Egress'), newB]);
    expect(found.outcome).toBe('smooth');
    const ofA = found.steps.filter(({ name }) => name.startsWith('ApplicationNetworkPolicy'));
    expect(ofA.map(({ object }) => object)).toEqual([a('Egress')]);
  });
});

test('no step leaves a policy as it is, where nothing can be judged in time either', () => {
  const from = (...names: string[]) => policy('p', { podSelector: app('db'), ingress: names.map(name => ({ from: [{ podSelector: app(name) }] })) });
  expect(planOf([from('a', 'b')], [from('a')], undefined, 1)).toMatchObject({ outcome: 'none', steps: [], obstacles: [{ kind: 'budget' }] });
  expect(planOf([from('a')], [from('a', 'b')], undefined, 1)).toMatchObject({ outcome: 'none', steps: [], obstacles: [{ kind: 'budget' }] });
});

describe('a free priority', () => {
  const tier = (name: string, priority: number, spec: object, more: object = {}) =>
    ({ apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name }, ...more, spec: { tier: 'Admin', priority, subject: { namespaces: {} }, ...spec } });
  const rule = (action: string, peer: string) => ({ action, from: [{ namespaces: inNamespace(peer) }] });
  const accepts = (priority: number, ...peers: string[]) => tier('a', priority, { ingress: peers.map(peer => rule('Accept', peer)) });
  const denies = (name: string, priority: number, peer: string) => tier(name, priority, { ingress: [rule('Deny', peer)] });
  const first = (old: object[], now: object[]) => {
    const [{ object, purpose }] = smooth(old, now, { clusterPolicies: true }).steps;
    const { metadata: { name }, spec: { priority } } = object as any;
    expect(purpose).toBe(`with the free priority ${priority}, so that no two policies have the same one`);
    return `${name} ${priority}`;
  };

  test('is free in its tier and its API', () => {
    expect(first([accepts(1, 'mon'), denies('b', 2, 'mon')], [accepts(2, 'mon'), denies('b', 1, 'mon')])).toBe('a 3');
    const baseline = tier('c', 3, { tier: 'Baseline', ingress: [rule('Deny', 'qa')] });
    expect(first([accepts(1, 'mon'), denies('b', 2, 'mon'), baseline], [accepts(2, 'mon'), denies('b', 1, 'mon'), baseline])).toBe('a 3');
    const ofAdmin = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'c' },
      spec: { priority: 3, subject: { namespaces: {} }, egress: [{ action: 'Deny', to: [{ namespaces: inNamespace('qa') }] }] },
    };
    expect(planOf([accepts(1, 'mon'), denies('b', 2, 'mon'), ofAdmin], [accepts(2, 'mon'), denies('b', 1, 'mon'), ofAdmin]).steps[0].object).toMatchObject({ spec: { priority: 3 } });
  });

  test('is one that the API server accepts: 0 to 1,000', () => {
    expect(first([accepts(998, 'mon'), denies('b', 999, 'mon')], [accepts(999, 'mon'), denies('b', 998, 'mon')])).toBe('a 1000');
    expect(first([accepts(999, 'mon'), denies('b', 1000, 'mon')], [accepts(1000, 'mon'), denies('b', 999, 'mon')])).toBe('a 998');
    // Behind the guard, a would not let in what dev sends.
    const guard = denies('guard', 3, 'dev');
    expect(first([accepts(1, 'mon', 'dev'), denies('b', 2, 'mon'), guard], [accepts(2, 'mon', 'dev'), denies('b', 1, 'mon'), guard])).toBe('a 0');
    const found = smooth([accepts(0, 'mon', 'dev'), denies('b', 1, 'mon'), denies('guard', 2, 'dev')], [accepts(1, 'mon', 'dev'), denies('b', 0, 'mon'), denies('guard', 2, 'dev')], { clusterPolicies: true });
    expect(found.steps.every(({ object }) => (object.spec as any).priority >= 0)).toBe(true);
  });
});
