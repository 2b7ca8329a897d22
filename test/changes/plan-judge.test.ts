import { app, inNamespace, namespace, planOf, pod, policy } from './planned';

/* What is judged about a step: all that it can change, and no more. */

describe('a search for what a step changes looks only at the ends that the step can concern', () => {
  const others = Array.from({ length: 12 }, (_, i) => [
    namespace(`n${i}`, { team: `t${i}` }),
    policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, { namespace: `n${i}` }),
    policy('p', {
      podSelector: app(`x${i}`),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: `t${i}` } }, podSelector: app(`y${i}`) }] }],
      egress: [{ to: [{ namespaceSelector: inNamespace('shop'), podSelector: app(`z${i}`) }] }],
    }, { namespace: `n${i}` }),
  ]).flat();
  const deny = policy('deny', { podSelector: {} });
  const db = (...names: string[]) => policy('db', { podSelector: app('db'), ingress: names.map(name => ({ from: [{ podSelector: app(name) }] })) });

  // With every end in place of those of the rules, each of them takes at least 1,400 steps, and the first one 2,300.
  test.each([
    ['a rule is added', 2000, [deny, db('a')], [deny, db('a', 'b')], 'opens'],
    ['a rule is dropped', 1000, [deny, db('a', 'b')], [deny, db('a')], 'closes'],
    ['a policy is created for pods that another one isolates', 700, [deny], [deny, db('a')], 'opens'],
    ['a policy is deleted, and another one isolates its pods', 700, [deny, db('a')], [deny], 'closes'],
  ] as const)('%s', (_, maxSteps, old, now, change) => {
    const of = (policies: readonly object[]) => [namespace('shop'), ...others, ...policies];
    const found = planOf(of(old), of(now), undefined, maxSteps);
    expect(found.outcome).toBe('smooth');
    expect(found.steps).toHaveLength(1);
    expect(found.steps[0]).toHaveProperty(change);
  });
});

describe('cluster-wide policies of which no text says which one decides', () => {
  const deny = (apiVersion: string, peer: string, action: string) => ({
    apiVersion,
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'c' },
    spec: { tier: 'Admin', priority: 1, subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: inNamespace(peer) }] }] },
  });
  const both = [deny('policy.networking.k8s.io/v1alpha2', 'ops', 'Deny'), deny('networking.k8s.aws/v1alpha1', 'ops', 'Accept')];
  const web = policy('web', { podSelector: app('web'), ingress: [] });

  test.each([['old', [both, []]], ['new', [[], both]]] as const)('leave the plan undecided if only the %s version has them', (_, [old, now]) => {
    expect(planOf(old, [...now, web]).undecided).toEqual([{ code: 'unspecified', what: 'what each of the cluster-wide policies decides' }]);
    expect(planOf(old.slice(1), [...now.slice(1), web]).undecided).toEqual([]);
  });
});

test('a rule for pods lets nothing through to a declared pod on the network of its node', () => {
  const onNode = { ...pod('agent', { app: 'agent' }), spec: { hostNetwork: true, containers: [{ name: 'c', image: 'i' }] } };
  const toAgent = (egress: object[]) => policy('db', { podSelector: app('db'), policyTypes: ['Egress'], egress });
  const found = planOf([namespace('shop'), onNode, toAgent([])], [namespace('shop'), onNode, toAgent([{ to: [{ podSelector: app('agent') }] }])]);
  expect(found).toMatchObject({ outcome: 'smooth', steps: [{ opens: { to: 'a pod with label app=agent in namespace shop' } }] });
});

test('what a rule with domain names may let through is not called closed', () => {
  const spec = { podSelector: app('web'), policyTypes: ['Egress'], egress: [{ to: [{ domainNames: ['example.com'] }], ports: [{ protocol: 'TCP', port: 1, endPort: 65535 }] }] };
  const application = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'ApplicationNetworkPolicy', metadata: { name: 'a', namespace: 'shop' }, spec };
  const [step] = planOf([namespace('shop')], [namespace('shop'), application]).steps;
  expect(step.closes?.port).toMatch(/^(UDP|SCTP) /);
});
