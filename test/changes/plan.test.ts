import { app, inNamespace, labelled, linesOf, momentsOf, namespace, planOf, pod, policy, smooth } from './planned';
import { Plan } from '../../src/changes/plan';
import { planFaults } from '../spec/plan';

/* Plans for changes that people make. plan-property.test.ts compares plans for random changes with the specification. */

const DENY = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const DNS = policy('allow-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: inNamespace('kube-system') }], ports: [{ protocol: 'UDP', port: 53 }] }] });
const WEB_TO_DB = policy('web-to-db', { podSelector: app('web'), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: app('db') }] }] });
const DB_FROM_WEB = policy('db-from-web', { podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: app('web') }] }] });

describe('the first policies of a namespace', () => {
  test('a bridging policy holds the namespace open while its policies are made, and the last step closes', () => {
    const found = smooth([], [DENY, DNS, WEB_TO_DB, DB_FROM_WEB]);
    expect(linesOf(found)).toEqual([
      'create netpol-bridge-1 (bridge)', 'create allow-dns', 'create web-to-db', 'create db-from-web', 'create default-deny', 'delete netpol-bridge-1 (bridge)',
    ]);
    expect(found.steps.map(({ opens, closes }) => [opens !== undefined, closes !== undefined]))
      .toEqual([...Array(5).fill([false, false]), [false, true]]);
    expect(found.steps[0].object).toMatchObject({
      metadata: { namespace: 'shop', labels: { 'cdk8s-netpol/bridge': 'true' }, annotations: { 'cdk8s-netpol/bridge': expect.stringContaining('the plan deletes it') } },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    });
  });

  test('policies of which no two have rules for one pod need no bridging policy', () => {
    expect(linesOf(smooth([], [DENY, WEB_TO_DB, DB_FROM_WEB]))).toEqual(['create web-to-db', 'create db-from-web', 'create default-deny']);
  });

  test('the removal of all policies is as smooth', () => {
    expect(linesOf(smooth([DENY, DNS, WEB_TO_DB, DB_FROM_WEB], []))).toEqual([
      'create netpol-bridge-1 (bridge)', 'delete default-deny', 'delete allow-dns', 'delete web-to-db', 'delete db-from-web', 'delete netpol-bridge-1 (bridge)',
    ]);
  });

  test('a bridging policy has no name that a policy has', () => {
    const taken = policy('netpol-bridge-1', { podSelector: app('other') });
    const [bridge] = smooth([taken], [taken, DENY, DNS, WEB_TO_DB, DB_FROM_WEB]).steps;
    expect(bridge).toMatchObject({ operation: 'create', isBridge: true, name: expect.stringMatching(/netpol-bridge-[23]$/) });
  });

  test('a bridging policy leaves alone the pods that a policy isolates before', () => {
    const found = smooth([DB_FROM_WEB], [DB_FROM_WEB, policy('all-from-web', { podSelector: {}, ingress: [{ from: [{ podSelector: app('web') }] }] }),
      policy('all-from-ops', { podSelector: {}, ingress: [{ from: [{ podSelector: app('ops') }] }] })]);
    const [bridge] = found.steps.filter(({ isBridge }) => isBridge);
    expect(bridge.object).toMatchObject({ spec: { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] } } });
  });
});

describe('the order of changes', () => {
  const only = (side: 'ingress' | 'egress', subject: string, peer: string) => policy(`${subject}-${side}`, {
    podSelector: app(subject), policyTypes: [side === 'ingress' ? 'Ingress' : 'Egress'], [side]: [{ [side === 'ingress' ? 'from' : 'to']: [{ podSelector: app(peer) }] }],
  });

  test('one side closes before the other side opens, if neither version means the connection', () => {
    // Only the egress of web allowed it before, and only the ingress of db allows it afterwards.
    expect(linesOf(smooth([only('egress', 'web', 'db'), only('ingress', 'db', 'ops')], [only('egress', 'web', 'cache'), only('ingress', 'db', 'web')])))
      .toEqual(['update web-egress', 'update db-ingress']);
    expect(linesOf(smooth([only('ingress', 'db', 'web'), only('egress', 'web', 'cache')], [only('ingress', 'db', 'ops'), only('egress', 'web', 'db')])))
      .toEqual(['update db-ingress', 'update web-egress']);
  });

  test('a policy under a new name is created before the old one is deleted', () => {
    expect(linesOf(smooth([DENY, DB_FROM_WEB], [DENY, { ...DB_FROM_WEB, metadata: { name: 'db', namespace: 'shop' } }]))).toEqual(['create db', 'delete db-from-web']);
  });

  test('a rule moves to another policy before the first one loses it', () => {
    const empty = policy('ops', { podSelector: app('db'), ingress: [] });
    const both = policy('ops', { podSelector: app('db'), ingress: [{ from: [{ podSelector: app('web') }] }] });
    const without = policy('db-from-web', { podSelector: app('db'), policyTypes: ['Ingress'], ingress: [] });
    expect(linesOf(smooth([empty, DB_FROM_WEB], [both, without]))).toEqual(['update ops', 'update db-from-web']);
    expect(linesOf(smooth([both, without], [empty, DB_FROM_WEB]))).toEqual(['update db-from-web', 'update ops']);
  });

  test('two policies that swap both of their sides change one direction at a time', () => {
    const both = (name: string, to: string, from: string) => policy(name, {
      podSelector: app(name), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: app(from) }] }], egress: [{ to: [{ podSelector: app(to) }] }],
    });
    const found = smooth([both('a', 'b', 'c'), both('b', 'c', 'd')], [both('a', 'd', 'b'), both('b', 'a', 'a')]);
    expect(found.steps.every(({ isBridge }) => !isBridge)).toBe(true);
  });

  test('the workloads and namespaces are those of the new version', () => {
    const byTeam = policy('db-from-web', { podSelector: app('db'), ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
    const found = planOf([namespace('shop'), namespace('red', { team: 'red' }), DB_FROM_WEB, pod('old', {})], [namespace('shop'), namespace('red'), byTeam, pod('web', { app: 'web' })]);
    expect(found.steps).toMatchObject([{ operation: 'update', closes: expect.anything() }]);
    // In the new version, no pod of the namespace red has the team any more.
    expect(found.steps[0].opens?.from).toContain('a new namespace');
    expect(found.elsewhere).toEqual({ added: ['shop/web[Pod]'], removed: ['shop/old[Pod]'], changed: ['Namespace red'], unevaluated: [], unread: [] });
  });

  test('a policy of a namespace that the new version does not declare is deleted as smoothly', () => {
    const found = planOf([namespace('shop'), DNS, WEB_TO_DB], []);
    expect(found).toMatchObject({ outcome: 'smooth', elsewhere: { removed: ['Namespace shop'] } });
    expect(linesOf(found)[0]).toBe('create netpol-bridge-1 (bridge)');
  });
});

describe('no step', () => {
  test('is taken for a policy that is the same, and for defaults that are written or not', () => {
    const written = policy('db-from-web', { podSelector: { ...app('db'), matchExpressions: [] }, ingress: [{ from: [{ podSelector: app('web') }], ports: null }] },
      { uid: '1', resourceVersion: '7', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } });
    expect(planOf([DB_FROM_WEB], [written]).steps).toEqual([]);
    expect(planOf([DB_FROM_WEB, DENY], [DENY, DB_FROM_WEB]).steps).toEqual([]);
  });

  test('is in danger if only labels change: the policy is updated', () => {
    const found = smooth([DB_FROM_WEB], [{ ...DB_FROM_WEB, metadata: { ...DB_FROM_WEB.metadata, labels: { team: 'red' } } }]);
    expect(found.steps).toMatchObject([{ operation: 'update', object: { metadata: { labels: { team: 'red' } } } }]);
    expect(found.steps[0]).not.toHaveProperty('opens');
    expect(found.steps[0]).not.toHaveProperty('closes');
  });

  test('has what only the server writes', () => {
    const { steps: [{ object }] } = planOf([], [{ ...DENY, metadata: { name: 'default-deny', namespace: 'shop', uid: '1', resourceVersion: '7' }, status: {} }]);
    expect(object).toEqual({ ...DENY, metadata: { name: 'default-deny', namespace: 'shop' } });
    expect(planOf([], [{ ...DENY, metadata: { name: 'default-deny' } }]).steps[0].object).toMatchObject({ metadata: { namespace: 'default' } });
  });
});

describe('cluster-wide policies', () => {
  const tier = (name: string, priority: number, spec: object) =>
    ({ apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority, ...spec } });
  const pods = (name: string) => ({ pods: { namespaceSelector: inNamespace('shop'), podSelector: app(name) } });
  const denies = (name: string, priority: number, side: 'ingress' | 'egress', subject: string, peer: string) =>
    tier(name, priority, { subject: pods(subject), [side]: [{ action: 'Deny', [side === 'ingress' ? 'from' : 'to']: [pods(peer)] }] });

  test('are steps like others', () => {
    const found = smooth([denies('guard', 1, 'ingress', 'db', 'web')], [WEB_TO_DB, denies('guard', 1, 'ingress', 'db', 'ops')], { clusterPolicies: true });
    expect(found.steps.map(({ operation, name, namespace: own }) => [operation, name, own])).toEqual([
      ['create', 'NetworkPolicy shop/web-to-db', 'shop'], ['update', 'ClusterNetworkPolicy guard', undefined],
    ]);
  });

  test('of the Baseline tier no longer deny to pods that a NetworkPolicy isolates, so the first policy of a pod can open', () => {
    const baseline = (side: 'ingress' | 'egress', subject: string, peer: string) => {
      const one = denies('base', 1, side, subject, peer);
      return { ...one, spec: { ...one.spec, tier: 'Baseline' } };
    };
    const ingress = (from: string) => policy('db', { podSelector: app('db'), ingress: [{ from: [{ podSelector: app(from) }] }] });
    // Until the ingress of db is closed, the first policy of web would let it reach db, which neither version means.
    const found = smooth([baseline('egress', 'web', 'db'), ingress('web')], [baseline('egress', 'web', 'db'), ingress('ops'), WEB_TO_DB], { clusterPolicies: true });
    expect(linesOf(found)).toEqual(['update db', 'create web-to-db']);
    expect(linesOf(smooth([baseline('egress', 'web', 'db'), ingress('ops'), WEB_TO_DB], [baseline('egress', 'web', 'db'), ingress('web')], { clusterPolicies: true })))
      .toEqual(['delete web-to-db', 'update db']);
  });

  const decides = (name: string, priority: number, action: 'Accept' | 'Deny', peer: string) =>
    tier(name, priority, { subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: inNamespace(peer) }] }] });
  const prioritiesOf = ({ steps }: Plan) => steps.map(({ object }) => `${(object.metadata as any).name} ${(object.spec as any).priority}`);

  test('get no priority that another one has if they disagree, because no text says which of them decides', () => {
    const found = smooth([decides('a', 1, 'Accept', 'mon'), decides('b', 2, 'Deny', 'mon')],
      [decides('a', 2, 'Accept', 'mon'), decides('b', 1, 'Deny', 'mon')], { clusterPolicies: true });
    expect(prioritiesOf(found)).toEqual(['a 3', 'b 1', 'a 2']);
    expect(found.steps.map(({ purpose, closes }) => [purpose !== undefined, closes !== undefined]))
      .toEqual([[true, true], [false, false], [false, false]]);
    expect(prioritiesOf(smooth([decides('a', 1, 'Accept', 'mon'), decides('b', 2, 'Deny', 'mon')],
      [decides('a', 2, 'Accept', 'mon'), decides('b', 3, 'Deny', 'mon')], { clusterPolicies: true }))).toEqual(['b 3', 'a 2']);
  });

  test('are in the same order if policies that are not evaluated may decide about the pods', () => {
    const other = { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'c' }, spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } };
    expect(prioritiesOf(planOf([decides('a', 1, 'Accept', 'mon'), decides('b', 2, 'Deny', 'ops'), other],
      [decides('a', 2, 'Accept', 'mon'), decides('b', 1, 'Deny', 'ops'), other]))).toEqual(['a 2', 'b 1']);
  });

  /** Its second rule accepts or denies what ops asks for. */
  const both = (name: string, action: 'Accept' | 'Deny') => {
    const one = decides(name, 1, 'Accept', 'mon');
    return { ...one, spec: { ...one.spec, ingress: [...(one.spec as any).ingress, { action, from: [{ namespaces: inNamespace('ops') }] }] } };
  };

  test('take a free priority first if a policy under a new name takes the place of another one', () => {
    const guard = decides('guard', 5, 'Deny', 'mon');
    expect(prioritiesOf(smooth([both('a', 'Deny'), guard], [both('b', 'Accept'), guard], { clusterPolicies: true }))).toEqual(['b 2', 'a 1', 'b 1']);
  });

  test('that have an obstacle keep their priorities if no other policy wants them', () => {
    const swap = (web: string, db: string) => [denies('a', 1, 'egress', 'web', web), denies('b', 2, 'ingress', db, 'web')];
    expect(planOf(swap('cache', 'db'), [...swap('db', 'cache'), denies('c', 3, 'ingress', 'x', 'y')].map(one => ({ ...one, spec: { ...one.spec, priority: one.spec.priority + 5 } }))))
      .toMatchObject({ outcome: 'none', steps: [{ operation: 'create' }] });
  });

  test('have an obstacle if two of one priority must disagree for a moment, which a preference permits', () => {
    const others = [decides('first', 0, 'Deny', 'qa'), decides('guard', 2, 'Deny', 'mon')];
    const [old, now] = [[both('a', 'Deny'), ...others], [both('b', 'Accept'), ...others]];
    const found = planOf(old, now);
    expect(found).toMatchObject({ outcome: 'none', obstacles: expect.arrayContaining([expect.objectContaining({ kind: 'tie' })]) });
    expect(found.obstacles.find(({ kind }) => kind === 'tie')?.connection?.from).toContain('namespace ops');
    // The new one takes a free priority, and not one after the other.
    expect(prioritiesOf(found)).toEqual(['b 3']);
    const forced = planOf(old, now, 'open');
    expect(forced.outcome).toBe('uneven');
    expect(forced.steps.flatMap(({ obstacle }) => obstacle?.kind ?? [])).toContain('tie');
  });

  test('may share a priority for a moment if they agree', () => {
    expect(prioritiesOf(smooth([decides('a', 1, 'Accept', 'mon'), decides('b', 2, 'Deny', 'ops')],
      [decides('a', 2, 'Accept', 'mon'), decides('b', 1, 'Deny', 'ops')], { clusterPolicies: true }))).toEqual(['a 2', 'b 1']);
  });

  test('of one tier use the priorities that the API server accepts', () => {
    const found = smooth([decides('a', 999, 'Accept', 'mon'), decides('b', 1000, 'Deny', 'mon')],
      [decides('a', 1000, 'Accept', 'mon'), decides('b', 999, 'Deny', 'mon')], { clusterPolicies: true });
    expect(found.steps.every(({ object }) => (object.spec as any).priority <= 1000)).toBe(true);
  });

  // Each of them opens what the other one closes, and no bridging policy can stand in for one.
  const SWAP = [
    [denies('a', 1, 'egress', 'web', 'cache'), denies('b', 2, 'ingress', 'db', 'web')],
    [denies('a', 1, 'egress', 'web', 'db'), denies('b', 2, 'ingress', 'cache', 'web')],
  ];

  test('that open in between whatever the order have no plan, and the plan names the connection', () => {
    expect(planOf(SWAP[0], SWAP[1])).toMatchObject({
      outcome: 'none',
      steps: [],
      obstacles: [
        { step: 'update ClusterNetworkPolicy a', kind: 'opened', connection: { from: 'a pod with label app=web in namespace shop', to: 'a pod with label app=cache in namespace shop' } },
        { step: 'update ClusterNetworkPolicy b', kind: 'opened', connection: { from: 'a pod with label app=web in namespace shop', to: 'a pod with label app=db in namespace shop' } },
      ],
    });
  });

  test('that open in between are applied with --prefer open only', () => {
    expect(planOf(SWAP[0], SWAP[1], 'open')).toMatchObject({ outcome: 'uneven', steps: [{ obstacle: { kind: 'opened' } }, {}], obstacles: [] });
    expect(planOf(SWAP[0], SWAP[1], 'closed')).toMatchObject({ outcome: 'none', steps: [] });
  });
});

describe('a change without a smooth order', () => {
  const egress = (to: object[]) => policy('out', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to }] });
  const ingress = (from: object[]) => policy('in', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from }] }, { namespace: 'data' });
  const block = (cidr: string) => ({ ipBlock: { cidr } });
  // No rule can say "pods with this label and an address of this block", so nothing keeps exactly what both versions allow.
  const OLD = [egress([{ namespaceSelector: {}, podSelector: app('db') }]), ingress([block('10.0.0.0/8')])];
  const NEW = [egress([block('10.1.0.0/16')]), ingress([{ namespaceSelector: {}, podSelector: app('web') }])];
  const faultsOf = (found: Plan) =>
    planFaults({ namespaces: {}, workloads: [], policies: NEW }, { policies: OLD }, momentsOf(OLD, found).map(policies => ({ policies })));

  test('is not planned without a preference', () => {
    const found = planOf(OLD, NEW);
    expect(found.outcome).toBe('none');
    expect(found.obstacles.map(({ step }) => step).sort()).toEqual(['update NetworkPolicy data/in', 'update NetworkPolicy shop/out']);
    expect(found.obstacles.every(({ kind }) => kind === 'opened')).toBe(true);
    const [first] = found.obstacles.filter(({ step }) => step === 'update NetworkPolicy shop/out');
    expect(first.connection?.from).toMatch(/ and with address 10\.\d+\.\d+\.\d+ in namespace shop$/);
    expect(first.connection?.to).toMatch(/ and with address 10\.1\.\d+\.\d+ in namespace data$/);
    expect(faultsOf(found)).toEqual([]);
  });

  test('has none either if a policy that is not evaluated may decide about the pods', () => {
    const other = { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'c' }, spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } };
    expect(planOf([...OLD, other], [...NEW, other])).toMatchObject({ outcome: 'none', undecided: [{ code: 'policy-kind' }] });
  });

  test.each([['open', 'opened'], ['closed', 'cut']] as const)('is planned with --prefer %s, which never does the opposite', (prefer, kind) => {
    const found = planOf(OLD, NEW, prefer);
    expect(found.outcome).toBe('uneven');
    expect(found.steps.flatMap(({ obstacle }) => obstacle?.kind ?? [])).toEqual(expect.arrayContaining([kind]));
    const faults = faultsOf(found);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every(fault => fault.kind === kind)).toBe(true);
    // Every moment with a gap is marked, not only the one at which the gap begins.
    const isGap = momentsOf(OLD, found).map(policies =>
      planFaults({ namespaces: {}, workloads: [], policies: NEW }, { policies: OLD }, [{ policies }]).length > 0);
    expect(found.steps.map(({ obstacle }) => obstacle !== undefined)).toEqual(isGap);
    expect(isGap.filter(Boolean).length).toBeGreaterThan(1);
    expect(planOf(momentsOf(OLD, found).at(-1)!, NEW).steps).toEqual([]);
  });
});

test('a search that takes too many steps is an obstacle', () => {
  const found = planOf([DNS], [DNS, WEB_TO_DB, DB_FROM_WEB], undefined, 2);
  expect(found.outcome).toBe('none');
  expect(found.obstacles.length).toBeGreaterThan(0);
  expect(found.obstacles.every(({ kind, connection }) => kind === 'budget' && connection === undefined)).toBe(true);
});

test('policies of kinds that are not evaluated leave it undecided whether there is a gap', () => {
  const other = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } };
  expect(planOf([other], [other, WEB_TO_DB])).toMatchObject({ outcome: 'smooth', undecided: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy shop/c' }], elsewhere: { unevaluated: [] } });
});

describe('policies of kinds that are not evaluated', () => {
  const cilium = (ingress: object) => ({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [ingress] },
  });

  test('are named if they are added, removed or changed', () => {
    for (const [old, now] of [[[cilium({})], []], [[], [cilium({})]], [[cilium({})], [cilium({ fromEntities: ['world'] })]]]) {
      expect(planOf(old, now)).toMatchObject({ steps: [], elsewhere: { unevaluated: ['CiliumNetworkPolicy shop/c'] } });
    }
  });

  test('do not hide what netpol can judge', () => {
    const others = [cilium({}), namespace('shop')];
    expect(linesOf(planOf(others, [...others, DENY, DNS, WEB_TO_DB, DB_FROM_WEB]))[0]).toBe('create netpol-bridge-1 (bridge)');
  });
});
