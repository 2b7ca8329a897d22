import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { guardrailPolicies, platformChart, workload } from './guardrail-world';
import { connectionsOf, synthError } from './synthesized';
import { ClusterBoundary, Guardrail, GuardrailTier, GuardrailVersion, Peer, Policies, Port, Tier } from '../../src';

/* Which kind and version is written, what AdminNetworkPolicy cannot express, and the limits of the APIs. */

const ADMIN_NETWORK_POLICY = { version: GuardrailVersion.ADMIN_NETWORK_POLICY };
const BASELINE_ADMIN = { ...ADMIN_NETWORK_POLICY, tier: GuardrailTier.BASELINE };

function kinds(chart: Chart): string[] {
  return Object.values(guardrailPolicies(chart)).map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
}

test('v1beta1 is written by default, and another version by choice', () => {
  const kindsOf = (version?: GuardrailVersion) => {
    const chart = platformChart();
    Guardrail.deny(chart, 'metadata', Peer.allNamespaces(), Peer.metadataService(), { version });
    return kinds(chart);
  };
  expect(kindsOf()).toEqual(['policy.networking.k8s.io/v1beta1 ClusterNetworkPolicy metadata']);
  expect(kindsOf(GuardrailVersion.V1ALPHA2)).toEqual(['policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy metadata']);
  expect(kindsOf(GuardrailVersion.ADMIN_NETWORK_POLICY)).toEqual(['policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy metadata']);
});

test('the version of the nearest scope counts', () => {
  const app = Testing.app();
  const chart = platformChart(app);
  Policies.of(app).useGuardrailVersion(GuardrailVersion.ADMIN_NETWORK_POLICY);
  Policies.of(chart).useGuardrailVersion(GuardrailVersion.V1ALPHA2);
  Guardrail.isolateNamespaces(chart, 'near', ['shop']);
  Guardrail.isolateNamespaces(platformChart(app, 'other'), 'far', ['shop'], { tier: GuardrailTier.ADMIN });
  expect(kinds(chart)).toEqual([
    'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy near', 'policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy far',
  ]);
});

describe('guardrails of two kinds in one tier of a cluster fail the synth, because nothing says which kind decides first', () => {
  const guard = (chart: Chart, id: string, version: GuardrailVersion, tier = GuardrailTier.ADMIN) =>
    Guardrail.deny(chart, id, Peer.allNamespaces(), Peer.metadataService(), { version, tier });

  test.each([
    [GuardrailTier.ADMIN, 'AdminNetworkPolicy'],
    [GuardrailTier.BASELINE, 'BaselineAdminNetworkPolicy'],
  ])('in the tier %s', (tier, kind) => {
    const chart = platformChart();
    guard(chart, 'x', GuardrailVersion.V1BETA1, tier);
    guard(chart, 'y', GuardrailVersion.ADMIN_NETWORK_POLICY, tier);
    guard(chart, 'z', GuardrailVersion.V1ALPHA2, tier);
    const message = synthError(chart);
    expect(message).toContain(`[platform/y] this guardrail becomes a${kind[0] === 'A' ? 'n' : ''} ${kind}, and platform/x of the same tier a ClusterNetworkPolicy: nothing says `
      + 'which of these kinds decides first. Choose one version for all guardrails of the cluster: Policies.of(app).useGuardrailVersion(...).');
    expect(message).not.toContain('[platform/x]');
    expect(message).not.toContain('[platform/z]');
  });

  test('in different tiers and in different clusters they are no error', () => {
    const app = Testing.app();
    const [eu, us] = ['eu', 'us'].map(cluster => {
      const chart = platformChart(app, cluster);
      ClusterBoundary.of(chart).add(cluster);
      return chart;
    });
    guard(eu, 'x', GuardrailVersion.V1BETA1);
    guard(eu, 'y', GuardrailVersion.ADMIN_NETWORK_POLICY, GuardrailTier.BASELINE);
    guard(us, 'z', GuardrailVersion.ADMIN_NETWORK_POLICY);
    expect(kinds(eu).map(kind => kind.split(' ')[1])).toEqual(['ClusterNetworkPolicy', 'BaselineAdminNetworkPolicy', 'AdminNetworkPolicy']);
  });
});

test('the version of a scope cannot change after its first guardrail', () => {
  const chart = platformChart();
  Guardrail.isolateNamespaces(chart, 'shop', ['shop']);
  expect(() => Policies.of(chart).useGuardrailVersion(GuardrailVersion.V1ALPHA2)).toThrow(
    'platform: Policies.useGuardrailVersion(...): there already is a guardrail, platform/shop. Make this call before the guardrails of the scope.');
  expect(() => Policies.of(chart.node.root).useGuardrailVersion(GuardrailVersion.V1ALPHA2)).toThrow('the app: Policies.useGuardrailVersion(...)');
  chart.node.tryRemoveChild('shop');
  expect(() => Policies.of(chart).useGuardrailVersion(GuardrailVersion.V1ALPHA2)).not.toThrow();
});

test.each(Object.values(GuardrailVersion))('%s decides every connection as the others do', version => {
  const chart = platformChart();
  Policies.of(chart).useGuardrailVersion(version);
  for (const name of ['shop', 'data', 'ops']) { workload(chart, name, 'web'); }
  Guardrail.allow(chart, 'ops', Peer.namespace('ops'), Peer.namespace('shop'), { ports: [Port.tcp(80), Port.udpRange(5, 9), Port.allSctp()] });
  Guardrail.delegate(chart, 'shop', Peer.namespace('shop'), Peer.namespace('data'));
  Guardrail.deny(chart, 'rest', Peer.allNamespaces(), Peer.allNamespaces());
  expect(connectionsOf(chart).filter(row => !row.includes('External')).filter(row => !/^(\S+) -> \1:/.test(row))).toEqual([
    'ops/web[Deployment] -> shop/web[Deployment]: SCTP 1-65535,TCP 80,UDP 5-9',
    'shop/web[Deployment] -> data/web[Deployment]: All Connections',
  ]);
});

test('an AdminNetworkPolicy has the words of its API', () => {
  const chart = platformChart();
  Policies.of(chart).useGuardrailVersion(GuardrailVersion.ADMIN_NETWORK_POLICY);
  Guardrail.allow(chart, 'some', Peer.namespace('shop'), Peer.namespace('data'), { ports: [Port.tcp(80), Port.udpRange(5, 9), Port.named('http')] });
  expect(guardrailPolicies(chart)['some-egress'].spec).toEqual({
    priority: 5,
    subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
    egress: [{
      name: 'some',
      action: 'Allow',
      to: [{ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } }],
      ports: [{ portNumber: { protocol: 'TCP', port: 80 } }, { namedPort: 'http' }, { portRange: { protocol: 'UDP', start: 5, end: 9 } }],
    }],
  });
});

describe('what a BaselineAdminNetworkPolicy cannot express is an error with the reason', () => {
  test.each<[string, (chart: Chart) => void, string]>([
    ['the action Pass', chart => Guardrail.delegate(chart, 'a', Peer.namespace('shop'), Peer.metadataService(), BASELINE_ADMIN),
      'a BaselineAdminNetworkPolicy has no action Pass. Leave the guardrail out: what no rule is about is allowed, or write ClusterNetworkPolicies'],
    ['several subjects', chart => Guardrail.isolateNamespaces(chart, 'a', ['shop', 'data'], BASELINE_ADMIN),
      'platform/a: Guardrail.isolateNamespaces(...): this needs 2 policies, and a cluster has only one BaselineAdminNetworkPolicy. Name one group of pods, and addresses as the '
      + 'other end, or write ClusterNetworkPolicies: version: GuardrailVersion.V1BETA1.'],
    ['both ends', chart => Guardrail.allow(chart, 'a', Peer.allNamespaces(), Peer.clusterDns(), BASELINE_ADMIN), 'this needs 2 policies'],
    ['a priority', chart => Guardrail.isolateNamespaces(chart, 'a', ['shop'], { ...BASELINE_ADMIN, priority: 5 }), 'a BaselineAdminNetworkPolicy has no priority'],
    ['a name', chart => Guardrail.isolateNamespaces(chart, 'a', ['shop'], { ...BASELINE_ADMIN, name: 'b' }), 'the name of a BaselineAdminNetworkPolicy is always \'default\''],
  ])('%s', (_, make, message) => {
    expect(() => make(platformChart())).toThrow(message);
  });

  test('two guardrails', () => {
    const chart = platformChart();
    Guardrail.isolateNamespaces(chart, 'a', ['shop'], ADMIN_NETWORK_POLICY);
    Guardrail.isolateNamespaces(chart, 'b', ['data'], ADMIN_NETWORK_POLICY);
    const message = synthError(chart);
    expect(message).toContain('[platform/b] a cluster has only one BaselineAdminNetworkPolicy, and that is of platform/a. Keep one of the two guardrails, or write '
      + 'ClusterNetworkPolicies in the whole cluster: Policies.of(app).useGuardrailVersion(GuardrailVersion.V1BETA1).');
    expect(message).not.toContain('[platform/a]');
  });

  describe('another one that is written by hand', () => {
    const handWritten = (chart: Chart, name = 'default') => new ApiObject(chart, 'hand', {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'BaselineAdminNetworkPolicy',
      metadata: { name },
      spec: { subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] },
    } as any);

    test('fails the synth: the API server would refuse one of the two', () => {
      const chart = platformChart();
      Guardrail.isolateNamespaces(chart, 'a', ['shop'], ADMIN_NETWORK_POLICY);
      handWritten(new Chart(App.of(chart), 'team'));
      expect(synthError(chart)).toContain("[platform/a] a cluster has only one BaselineAdminNetworkPolicy, its name is 'default', and team/hand is one that is written by hand. "
        + 'Keep one of the two: leave the guardrail out and write its rules into the other policy, or remove that policy.');
    });

    test('is no error in another cluster', () => {
      const app = Testing.app();
      const [eu, us] = ['eu', 'us'].map(cluster => {
        const chart = platformChart(app, cluster);
        ClusterBoundary.of(chart).add(cluster);
        return chart;
      });
      Guardrail.isolateNamespaces(eu, 'a', ['shop'], ADMIN_NETWORK_POLICY);
      handWritten(us);
      expect(() => app.synth()).not.toThrow();
      expect(eu.toJson()[0].metadata.name).toBe('default');
    });
  });
});

describe('the limits of the API are kept by splitting, which changes nothing', () => {
  const blocks = (count: number) => Array.from({ length: count }, (_, i) => `10.${Math.floor(i / 256)}.${i % 256}.0/24`);
  const ports = (count: number) => Array.from({ length: count }, (_, i) => Port.tcp(2 * i + 1));
  const counts = (chart: Chart) => Object.values(guardrailPolicies(chart)).map(({ spec }) => (spec.egress ?? spec.ingress)
    .map((rule: any) => `${(rule.to ?? rule.from).map((peer: any) => peer.networks?.length ?? 'pods').join('+')} x ${(rule.protocols ?? rule.ports)?.length ?? 'all'}`));

  test('26 networks are two peers', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'x', Peer.allNamespaces(), Peer.nodes(blocks(26)));
    expect(counts(chart)).toEqual([['25+1 x all']]);
  });

  test('26 ports are two rules, and 100 are one rule of an AdminNetworkPolicy', () => {
    const [chart, other] = [platformChart(), platformChart()];
    Guardrail.deny(chart, 'x', Peer.allNamespaces(), Peer.nodes(blocks(1)), { ports: ports(26) });
    Guardrail.deny(other, 'x', Peer.allNamespaces(), Peer.nodes(blocks(1)), { ports: ports(100), ...ADMIN_NETWORK_POLICY });
    expect([counts(chart), counts(other)]).toEqual([[['1 x 25', '1 x 1']], [['1 x 100']]]);
  });

  test('26 rules are two policies of one priority', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'x', Peer.allNamespaces(), Peer.nodes(blocks(25 * 25 + 1)), { ports: ports(25 * 12 + 1) });
    expect(Object.keys(guardrailPolicies(chart))).toEqual(['x-egress', 'x-egress-2']);
    expect(counts(chart).map(rules => rules.length)).toEqual([25, 1]);
    const [first, second] = Object.values(guardrailPolicies(chart)).map(({ spec }) => spec);
    expect(second).toMatchObject({ tier: first.tier, priority: first.priority, subject: first.subject });
  });

  test('the members of anyOf share peers and rules, if they have the same ports', () => {
    const chart = platformChart();
    const cidrs = (count: number) => blocks(count).map(block => Peer.cidr(block));
    Guardrail.deny(chart, 'x', Peer.allNamespaces(), Peer.anyOf([...cidrs(700), Peer.cidr(blocks(1)[0])]));
    Guardrail.allow(chart, 'y', Peer.namespace('shop'), Peer.anyOf([...cidrs(2), Peer.namespace('data')]), { ports: ports(1) });
    expect(counts(chart)).toEqual([['pods+2 x 1'], ['pods x 1'], [`${Array(25).fill('25').join('+')} x all`, '25+25+25 x all']]);
  });

  test('200 blocks fit into the one BaselineAdminNetworkPolicy of the cluster', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'x', Peer.namespace('shop'), Peer.anyOf(blocks(200).map(block => Peer.cidr(block))), BASELINE_ADMIN);
    expect(counts(chart)).toEqual([[`${Array(8).fill('25').join('+')} x all`]]);
  });

  test('26 groups of pods are two rules', () => {
    const chart = platformChart();
    Guardrail.deny(chart, 'x', Peer.anyOf(Array.from({ length: 26 }, (_, i) => Peer.namespace(`team-${i}`))), Peer.namespace('shop'));
    expect(counts(chart)).toEqual([[`${Array(25).fill('pods').join('+')} x all`, 'pods x all']]);
  });

  test('what was split decides as one rule would', () => {
    const chart = platformChart();
    workload(chart, 'shop', 'web');
    workload(chart, 'data', 'db');
    Guardrail.allow(chart, 'x', Peer.namespace('shop'), Peer.namespace('data'), { ports: ports(700) });
    Guardrail.deny(chart, 'rest', Peer.allNamespaces(), Peer.namespace('data'));
    expect(Object.keys(guardrailPolicies(chart))).toEqual(['x-egress', 'x-egress-2', 'x-ingress', 'x-ingress-2', 'rest']);
    const [row] = connectionsOf(chart).filter(one => one.includes('web[Deployment] -> data/db'));
    expect(row.split(': TCP ')[1].split(',')).toEqual(ports(700).map((_, i) => String(2 * i + 1)));
  });

  test('a workload with more ports than fit into a policy fails the synth, and the guardrail is named', () => {
    const app = Testing.app();
    const chart = platformChart(app);
    const containerPorts = Array.from({ length: 626 }, (_, i) => ({ containerPort: 2 * i + 1 }));
    const db = workload(chart, 'data', 'db');
    db.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/ports', containerPorts));
    Guardrail.allow(chart, 'x', Peer.namespace('shop'), Tier.of(db));
    expect(synthError(chart)).toContain('[platform/x] the ports of the destination need 26 rules, and a policy may have 25');
  });
});

test('the name of a rule is the id of its guardrail, and has at most 100 characters', () => {
  const chart = platformChart();
  Guardrail.isolateNamespaces(chart, 'x'.repeat(120), ['shop']);
  const [policy] = Object.values(guardrailPolicies(chart));
  expect(policy.spec.ingress[0].name).toBe('x'.repeat(100));
});
