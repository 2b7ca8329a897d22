import * as kplus from 'cdk8s-plus-27';
import { newChart, objectsOf, policiesOf, policyOf, Written } from './synthesized';
import { DefaultDeny, Peer, Port, Tier } from '../../src';
import { NetworkPolicySpec } from '../../src/k8s/objects';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

/*
 * Failures of `connections.allowFrom` in cdk8s-plus, each beside the behaviour of this library. If a new version of cdk8s-plus fixes one, the
 * test of cdk8s-plus fails, and the comparison in our docs has to change.
 */

const containers = (...ports: kplus.ContainerPort[]) => [{ name: 'main', image: 'main', ports, securityContext: { user: 1000 } }];

function plus() {
  const chart = newChart();
  const web = new kplus.Deployment(chart, 'web', { containers: containers({ number: 80 }) });
  const dns = new kplus.Deployment(chart, 'dns', { containers: containers({ number: 53, protocol: kplus.Protocol.UDP }) });
  return { chart, web, dns };
}

/** The policies of an app, which are not checked: some of those that cdk8s-plus writes are invalid. */
function rawPolicies(chart: ReturnType<typeof newChart>): Written[] {
  return objectsOf(chart).filter(o => o.kind === 'NetworkPolicy') as Written[];
}

const portsIn = ({ ingress = [], egress = [] }: NetworkPolicySpec) => [...ingress, ...egress].flatMap(rule => rule.ports ?? []);

describe('an edge to kube-dns', () => {
  test('in cdk8s-plus isolates the pods of kube-dns: a policy in kube-system selects them', () => {
    const { chart, web } = plus();
    const kubeDns = kplus.Pods.select(chart, 'kube-dns', {
      labels: { 'k8s-app': 'kube-dns' },
      namespaces: kplus.Namespaces.select(chart, 'kube-system', { names: ['kube-system'] }),
    });
    web.connections.allowTo(kubeDns, { ports: [kplus.NetworkPolicyPort.udp(53)] });
    expect(rawPolicies(chart).map(p => p.metadata.namespace)).toContain('kube-system');
  });

  test('here is a policy in the namespace of the tier only', () => {
    const chart = newChart('app');
    new DefaultDeny(chart, 'deny');
    new Tier(chart, 'web').allowTo(Peer.clusterDns());
    const policies = Object.values(policiesOf(chart));
    expect(policies.length).toBeGreaterThan(2);
    for (const { metadata } of policies) { expect(metadata.namespace).toBe('app'); }
  });
});

describe('a repeated call', () => {
  test('in cdk8s-plus throws', () => {
    const { web, dns } = plus();
    web.connections.allowFrom(dns);
    expect(() => web.connections.allowFrom(dns)).toThrow('There is already a Construct with name');
  });

  test('here changes nothing', () => {
    const { chart, web, dns } = plus();
    const [a, b] = [Tier.fromWorkload(chart, 'a', web), Tier.fromWorkload(chart, 'b', dns)];
    a.allowFrom(b);
    const once = policiesOf(chart);
    a.allowFrom(b);
    b.allowTo(a);
    expect(policiesOf(chart)).toEqual(once);
  });
});

describe('a UDP port', () => {
  test('in cdk8s-plus is written as TCP', () => {
    const { chart, web, dns } = plus();
    dns.connections.allowFrom(web);
    expect(rawPolicies(chart).flatMap(p => portsIn(p.spec))).toEqual([{ protocol: 'TCP', port: 53 }, { protocol: 'TCP', port: 53 }]);
  });

  test('here is written as UDP', () => {
    const { chart, web, dns } = plus();
    Tier.fromWorkload(chart, 'b', dns).allowFrom(Tier.fromWorkload(chart, 'a', web));
    expect(portsIn(policyOf(chart, 'allow-web-to-dns').spec)).toEqual([{ protocol: 'UDP', port: 53 }]);
    expect(portsIn(policyOf(chart, 'allow-web-to-dns-egress').spec)).toEqual([{ protocol: 'UDP', port: 53 }]);
  });
});

describe('every port of a protocol', () => {
  test('in cdk8s-plus begins with port 0, which the API server refuses', () => {
    const { chart, web, dns } = plus();
    web.connections.allowFrom(dns, { ports: [kplus.NetworkPolicyPort.allTcp()] });
    const [policy] = rawPolicies(chart);
    expect(portsIn(policy.spec)).toEqual([{ protocol: 'TCP', port: 0, endPort: 65535 }]);
    expect(validateNetworkPolicy(policy)).not.toEqual([]);
  });

  test('here is written as the protocol without a port, which the API server accepts', () => {
    const chart = newChart();
    new Tier(chart, 'web').allowInternally({ ports: [Port.allTcp()] });
    const policy = policyOf(chart, 'allow-web-internally');
    expect(portsIn(policy.spec)).toEqual([{ protocol: 'TCP' }]);
    expect(validateNetworkPolicy(policy)).toEqual([]);
  });
});

describe('the name of a policy', () => {
  test('in cdk8s-plus contains a hash of 16 digits', () => {
    const { chart, web, dns } = plus();
    web.connections.allowFrom(dns);
    for (const { metadata } of rawPolicies(chart)) { expect(metadata.name).toMatch(/[0-9a-f]{16}/); }
  });

  test('here is readable', () => {
    const { chart, web, dns } = plus();
    Tier.of(web).allowFrom(Tier.of(dns));
    expect(Object.keys(policiesOf(chart))).toEqual(expect.arrayContaining(['app/allow-dns-to-web', 'app/allow-dns-to-web-egress']));
  });
});

describe('the new id of a construct', () => {
  /** The selectors of all policies if the construct of the workload has this id. */
  function selectors(id: string, allow: (chart: ReturnType<typeof newChart>, web: kplus.Deployment) => void): string[] {
    const chart = newChart();
    allow(chart, new kplus.Deployment(chart, id, { containers: containers({ number: 80 }), podMetadata: { labels: { app: 'web' } } }));
    return rawPolicies(chart).map(p => JSON.stringify(p.spec.podSelector)).sort();
  }

  test('in cdk8s-plus changes the label by which policies select', () => {
    const allow = (_: unknown, web: kplus.Deployment) => web.connections.allowFrom(web);
    expect(selectors('new', allow)).not.toEqual(selectors('old', allow));
  });

  test('here changes nothing if the pods have a label', () => {
    const allow = (_: unknown, web: kplus.Deployment) => Tier.of(web).allowInternally();
    expect(selectors('new', allow)).toEqual(selectors('old', allow));
    expect(selectors('new', allow)).toContain('{"matchLabels":{"app":"web"}}');
  });
});

describe('an empty list of ports', () => {
  test('in cdk8s-plus allows every port', () => {
    const { chart, web, dns } = plus();
    web.connections.allowFrom(dns, { ports: [] });
    expect(rawPolicies(chart).flatMap(p => p.spec.ingress ?? [])).toMatchObject([{ ports: [] }]);
  });

  test('here throws an error that names the tier and the call', () => {
    const { chart, web, dns } = plus();
    const [a, b] = [Tier.fromWorkload(chart, 'a', web), Tier.fromWorkload(chart, 'b', dns)];
    expect(() => a.allowFrom(b, { ports: [] })).toThrow(/^shop\/a: allowFrom\(shop\/b\): ports is empty/);
  });
});
