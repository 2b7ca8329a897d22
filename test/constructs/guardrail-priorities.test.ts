import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { guardrailPolicies, platformChart } from './guardrail-world';
import { synthError } from './synthesized';
import { ClusterBoundary, Guardrail, GuardrailOptions, GuardrailTier, GuardrailVersion, Peer, Policies } from '../../src';

/* The priorities of guardrails are numbers of the whole cluster, and the lower one decides first. */

/** A guardrail with one policy. */
function guard(chart: Chart, id: string, options?: GuardrailOptions): Guardrail {
  return Guardrail.deny(chart, id, Peer.allNamespaces(), Peer.metadataService(), options);
}

/** The priority of each policy, in the order of the names. */
function priorities(chart: Chart): Record<string, number> {
  return Object.fromEntries(Object.entries(guardrailPolicies(chart)).map(([name, { spec }]) => [name, spec.priority]));
}

/** A cluster-wide policy that is written by hand. */
function handWritten(chart: Chart, priority: number, { tier = 'Admin', kind = 'ClusterNetworkPolicy', version = 'policy.networking.k8s.io/v1beta1', id = 'hand' } = {}): void {
  new ApiObject(chart, id, {
    apiVersion: version,
    kind,
    metadata: { name: id },
    spec: { ...kind === 'AdminNetworkPolicy' ? {} : { tier }, priority, subject: { namespaces: { matchLabels: { team: 'none' } } } },
  });
}

test('priorities follow the order in which guardrails are made, with room between them', () => {
  const app = Testing.app();
  const [first, second] = ['a', 'b'].map(id => platformChart(app, id));
  guard(second, 'x');
  guard(first, 'y');
  guard(second, 'z');
  expect(priorities(first)).toEqual({ x: 10, y: 20, z: 30 });
});

test('a priority can be pinned, and a number that another guardrail has is left out', () => {
  const chart = platformChart();
  guard(chart, 'x');
  guard(chart, 'between', { priority: 15 });
  guard(chart, 'first', { priority: 0 });
  guard(chart, 'y');
  guard(chart, 'last', { priority: 1000 });
  guard(chart, 'z');
  guard(chart, 'thirty', { priority: 30 });
  expect(priorities(chart)).toEqual({ x: 10, between: 15, first: 0, y: 20, last: 1000, z: 40, thirty: 30 });
});

test('each tier has its own priorities', () => {
  const chart = platformChart();
  guard(chart, 'x');
  guard(chart, 'y', { tier: GuardrailTier.BASELINE });
  guard(chart, 'z');
  expect(priorities(chart)).toEqual({ x: 10, y: 10, z: 20 });
});

test('all policies of a guardrail have its priority', () => {
  const chart = platformChart();
  Guardrail.isolateTenants(chart, 'tenants', ['red', 'blue']);
  Guardrail.allow(chart, 'dns', Peer.allNamespaces(), Peer.clusterDns());
  expect(priorities(chart)).toEqual({ 'tenants-blue': 10, 'tenants-others': 10, 'tenants-red': 10, 'dns-egress': 20, 'dns-ingress': 20 });
});

test('a guardrail that was removed has no priority', () => {
  const chart = platformChart();
  guard(chart, 'x');
  guard(chart, 'y');
  chart.node.tryRemoveChild('x');
  expect(priorities(chart)).toEqual({ y: 10 });
});

test('each cluster has its own priorities', () => {
  const app = Testing.app();
  for (const cluster of ['eu', 'us']) {
    const chart = platformChart(app, cluster);
    ClusterBoundary.of(chart).add(cluster);
    guard(chart, `${cluster}-pinned`, { priority: 10 });
    guard(chart, `${cluster}-x`);
  }
  expect(priorities(app.charts[0])).toEqual({ 'eu-pinned': 10, 'eu-x': 20, 'us-pinned': 10, 'us-x': 20 });
});

test.each([
  ['a ClusterNetworkPolicy', {}],
  ['an AdminNetworkPolicy', { kind: 'AdminNetworkPolicy', version: 'policy.networking.k8s.io/v1alpha1' }],
  ['a ClusterNetworkPolicy of AWS', { version: 'networking.k8s.aws/v1alpha1' }],
])('the priority of %s that is written by hand is left out', (_, policy) => {
  const chart = platformChart();
  handWritten(chart, 10, policy);
  guard(chart, 'x');
  guard(chart, 'y', { tier: GuardrailTier.BASELINE });
  expect(priorities(chart)).toEqual({ hand: 10, x: 20, y: 10 });
});

test('a policy of another tier, of a namespace, and one without a priority take no number', () => {
  const chart = platformChart();
  handWritten(chart, 10, { tier: 'Baseline' });
  // Antrea has policies of namespaces with a priority.
  handWritten(chart, 10, { kind: 'NetworkPolicy', version: 'crd.antrea.io/v1beta1', id: 'antrea' });
  new ApiObject(chart, 'none', { apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec: { subject: { namespaces: {} } } });
  const chartOfOthers = new Chart(chart.node.root as App, 'others');
  new ApiObject(chartOfOthers, 'empty', { apiVersion: 'policy.networking.k8s.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: 'empty' } });
  guard(chart, 'x');
  expect((Testing.synth(chart) as any[]).find(({ metadata }) => metadata.name === 'x').spec.priority).toBe(10);
});

test('two guardrails with the same priority fail the synth, and both are named', () => {
  const app = Testing.app();
  const [first, second] = ['a', 'b'].map(id => platformChart(app, id));
  guard(first, 'x', { priority: 5 });
  guard(second, 'y', { priority: 5 });
  guard(second, 'z', { priority: 5, tier: GuardrailTier.BASELINE });
  const message = synthError(first);
  expect(message).toContain('[a/x] priority 5 of the Admin tier is that of b/y too, and nothing says which of the two decides first. Give one of the two another priority.');
  expect(message).toContain('[b/y] priority 5 of the Admin tier is that of a/x too');
  expect(message).not.toContain('b/z');
});

test('a guardrail with the priority of a policy that is written by hand fails the synth', () => {
  const chart = platformChart();
  handWritten(chart, 5);
  guard(chart, 'x', { priority: 5 });
  expect(synthError(chart)).toContain('[platform/x] priority 5 of the Admin tier is that of platform/hand too');
});

test('a policy that is part of every cluster takes its number in each of them', () => {
  const app = Testing.app();
  handWritten(new Chart(app, 'all'), 10);
  const chart = platformChart(app, 'eu');
  ClusterBoundary.of(chart).add('eu');
  guard(chart, 'x');
  expect(priorities(chart)).toEqual({ hand: 10, x: 20 });
});

test('more guardrails than there are numbers fail the synth', () => {
  const chart = platformChart();
  for (let i = 0; i <= 100; i++) { guard(chart, `g${i}`); }
  expect(synthError(chart)).toContain('[platform/g100] no priority up to 1000 is left for this guardrail: there are 101 of them. '
    + 'Give guardrails priorities that are less than 10 apart: { priority: 5 }.');
});

test.each([-1, 1001, 1.5])('priority %s is an error', priority => {
  expect(() => guard(platformChart(), 'x', { priority })).toThrow(`the priority ${priority} is not a whole number from 0 to 1000`);
});

test('guardrails that become AdminNetworkPolicies have numbers 5 apart, because OpenShift accepts only 0–99', () => {
  const chart = platformChart();
  Policies.of(chart).useGuardrailVersion(GuardrailVersion.ADMIN_NETWORK_POLICY);
  for (let i = 1; i <= 19; i++) { guard(chart, `g${i}`); }
  expect(priorities(chart)).toMatchObject({ g1: 5, g2: 10, g19: 95 });
});

test('a BaselineAdminNetworkPolicy has no priority, so it takes none', () => {
  const chart = platformChart(new App({ outdir: 'unused' }));
  Policies.of(chart).useGuardrailVersion(GuardrailVersion.ADMIN_NETWORK_POLICY);
  guard(chart, 'x', { tier: GuardrailTier.BASELINE });
  guard(chart, 'y');
  expect((Testing.synth(chart) as any[]).map(({ kind, spec }) => [kind, spec.priority])).toEqual([['BaselineAdminNetworkPolicy', undefined], ['AdminNetworkPolicy', 5]]);
});

describe('what is written counts, after all patches', () => {
  test('a patch onto the number of another guardrail fails the synth', () => {
    const chart = platformChart();
    const patched = guard(chart, 'x');
    guard(chart, 'y');
    patched.policies[0].addJsonPatch(JsonPatch.replace('/spec/priority', 20));
    const message = synthError(chart);
    expect(message).toContain('[platform/x] priority 20 of the Admin tier is that of platform/y too, and nothing says which of the two decides first. Give one of the two another priority.');
    expect(message).toContain('[platform/y] priority 20 of the Admin tier is that of platform/x too');
  });

  test('a patch onto the number of a policy that is written by hand, and a patch into its tier, fail the synth', () => {
    const chart = platformChart();
    handWritten(chart, 25);
    guard(chart, 'x').policies[0].addJsonPatch(JsonPatch.replace('/spec/priority', 25));
    guard(chart, 'y', { tier: GuardrailTier.BASELINE, priority: 25 }).policies[0].addJsonPatch(JsonPatch.replace('/spec/tier', 'Admin'));
    const message = synthError(chart);
    expect(message).toContain('[platform/x] priority 25 of the Admin tier is that of platform/y too');
    expect(message).toContain('[platform/y] priority 25 of the Admin tier is that of platform/x too');
    chart.node.tryRemoveChild('x');
    expect(synthError(chart)).toContain('[platform/y] priority 25 of the Admin tier is that of platform/hand too');
  });

  test('a patch away from a number that two guardrails have makes them different', () => {
    const chart = platformChart();
    guard(chart, 'x', { priority: 5 }).policies[0].addJsonPatch(JsonPatch.replace('/spec/priority', 6));
    guard(chart, 'y', { priority: 5 });
    expect(priorities(chart)).toEqual({ x: 6, y: 5 });
  });

  test('two clusters are apart', () => {
    const app = Testing.app();
    for (const cluster of ['eu', 'us']) {
      const chart = platformChart(app, cluster);
      ClusterBoundary.of(chart).add(cluster);
      guard(chart, cluster).policies[0].addJsonPatch(JsonPatch.replace('/spec/priority', 7));
    }
    expect(priorities(app.charts[0])).toEqual({ eu: 7, us: 7 });
  });

  test('a guardrail that cannot be rendered does not hide the clash of two others', () => {
    const chart = platformChart();
    guard(chart, 'x', { priority: 5 });
    guard(chart, 'y', { priority: 5 });
    guard(chart, 'z').policies[0].addJsonPatch(JsonPatch.replace('/spec/none/at/all', 1));
    expect(synthError(chart)).toContain('[platform/x] priority 5 of the Admin tier is that of platform/y too');
  });
});

test.each([
  ['a ClusterNetworkPolicy of AWS', { version: 'networking.k8s.aws/v1alpha1' }],
  ['an AdminNetworkPolicy', { kind: 'AdminNetworkPolicy', version: 'policy.networking.k8s.io/v1alpha1' }],
])('a guardrail with the priority of %s that is written by hand fails the synth, and another number alone is no fix', (_, policy) => {
  const chart = platformChart();
  handWritten(chart, 5, policy);
  guard(chart, 'x', { priority: 5 });
  expect(synthError(chart)).toContain('[platform/x] priority 5 of the Admin tier is that of platform/hand too, and nothing says which of the two decides first. '
    + 'Write both as policies of one kind and API, with different priorities.');
});
