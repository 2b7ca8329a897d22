import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { LINES } from './cdk8s-plus-lines';
import { chartIn, deployment, newChart, objectsOf, pod, policiesOf, synthError, Written } from './synthesized';
import { ClusterBoundary, Connectivity, DefaultDeny, Endpoint, LabelExpression, Peer, Port, Tier } from '../../src';
import { NetworkPolicySpec } from '../../src/k8s/objects';

/*
 * Tiers and peers as arguments of cdk8s-plus: `deployment.connections.allowTo(tier)`. cdk8s-plus writes the policies, and takes from us what they
 * select and which ports they name.
 */

/** The policies that cdk8s-plus writes, after checking that the API server accepts them. */
function plusPolicies(chart: Chart): Written[] {
  return Object.values(policiesOf(chart)).filter(policy => policy.metadata.labels?.['app.kubernetes.io/managed-by'] === undefined);
}

/** What a policy of one rule says: its namespace, its pods, its peers and its ports. */
function ruleOf({ metadata, spec }: Written): object {
  const { podSelector, ingress = [], egress = [] } = spec as NetworkPolicySpec;
  expect(ingress.length + egress.length).toBe(1);
  return { namespace: metadata.namespace, pods: podSelector, from: ingress[0]?.from, to: egress[0]?.to, ports: (ingress[0] ?? egress[0]).ports };
}

describe.each(LINES)('%s', (_, k) => {
  const containers = (...ports: object[]) => [{ name: 'main', image: 'main', ports, securityContext: { user: 1000 } }] as any[];

  function shop(namespace = 'app') {
    const chart = newChart(namespace);
    const web = new k.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: containers({ number: 8080 }) });
    pod(chart, 'db-0', { app: 'db' }, 'app');
    return { chart, web, db: new Tier(chart, 'db', { namespace: 'app', ports: [Port.tcp(5432)] }) };
  }

  const webOf = (chart: Chart) => ({ matchLabels: { 'cdk8s.io/metadata.addr': labelOf(chart) } });
  const labelOf = (chart: Chart) => (objectsOf(chart).find(o => o.kind === 'Deployment')!.spec as any).selector.matchLabels['cdk8s.io/metadata.addr'];
  const here = { matchLabels: { 'kubernetes.io/metadata.name': 'app' } };

  test('deployment.connections.allowTo(tier) opens both sides, on the ports of the tier', () => {
    const { chart, web, db } = shop();
    web.connections.allowTo(db);
    expect(plusPolicies(chart).map(ruleOf)).toEqual(expect.arrayContaining([
      { namespace: 'app', pods: webOf(chart), to: [{ namespaceSelector: here, podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 5432 }] },
      { namespace: 'app', pods: { matchLabels: { app: 'db' } }, from: [{ namespaceSelector: here, podSelector: webOf(chart) }], ports: [{ protocol: 'TCP', port: 5432 }] },
    ]));
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAllowed(Endpoint.workload('app/web'), db);
    connectivity.assertAdmitsOnly(db, [Endpoint.workload('app/web')]);
    connectivity.assertReachesOnly(Endpoint.workload('app/web'), [db, Peer.clusterDns()]);
    connectivity.assertDenied(Endpoint.workload('app/web'), db, { ports: [Port.tcp(5433)] });
  });

  test('deployment.connections.allowFrom(tier) opens both sides, on the ports of the deployment', () => {
    const { chart, web } = shop();
    const client = new Tier(chart, 'client');
    web.connections.allowFrom(client);
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAllowed(client, Endpoint.workload('app/web'));
    connectivity.assertAdmitsOnly(Endpoint.workload('app/web'), [client]);
    connectivity.assertReachesOnly(client, [Endpoint.workload('app/web'), Peer.clusterDns()]);
  });

  test('a tier means the same to cdk8s-plus as a deployment with its labels, except that its ports keep their protocol', () => {
    /** The policies for an edge from `web` to the peer, without their names. */
    const edgeTo = (make: (chart: Chart) => any) => {
      const { chart, web } = shop();
      web.connections.allowTo(make(chart));
      return JSON.stringify(plusPolicies(chart).map(ruleOf).map(rule => JSON.stringify(rule)).sort());
    };
    const plus = edgeTo(chart => new k.Deployment(chart, 'dns', { containers: containers({ number: 53, protocol: k.Protocol.UDP }) }));
    const address = /cdk8s\.io\/metadata\.addr\\+":\\+"(shop-dns-[^"\\]+)/.exec(plus)![1];
    const ours = edgeTo(chart => new Tier(chart, 'dns', { labels: { 'cdk8s.io/metadata.addr': address }, ports: [Port.udp(53)] }));
    expect(ours).toBe(plus.replaceAll('\\"protocol\\":\\"TCP\\"', '\\"protocol\\":\\"UDP\\"'));
  });

  test.each<[string, Port, object[] | undefined]>([
    ['a UDP port', Port.udp(53), [{ protocol: 'UDP', port: 53 }]],
    ['a port by name', Port.named('sql'), [{ protocol: 'TCP', port: 'sql' }]],
    ['a range', Port.tcpRange(8000, 8010), [{ protocol: 'TCP', port: 8000, endPort: 8010 }]],
    ['every port of a protocol', Port.allTcp(), [{ protocol: 'TCP' }]],
    ['every port', Port.all(), []],
  ])('%s of a tier stays what it is', (_title, port, written) => {
    const { chart, web } = shop();
    web.connections.allowTo(new Tier(chart, 'other', { ports: [port] }));
    expect(plusPolicies(chart).map(policy => (ruleOf(policy) as any).ports)).toEqual([written, written]);
  });

  test('the ports of the call count if it names any, also for a tier that has none', () => {
    const { chart, web, db } = shop();
    web.connections.allowTo(db, { ports: [k.NetworkPolicyPort.tcp(9999)] });
    web.connections.allowTo(new Tier(chart, 'portless'), { ports: [k.NetworkPolicyPort.tcp(9999)] });
    expect(plusPolicies(chart).map(policy => (ruleOf(policy) as any).ports)).toEqual(Array(4).fill([{ protocol: 'TCP', port: 9999 }]));
  });

  test('a tier without ports throws if the call names none: cdk8s-plus would allow every port', () => {
    const { chart, web } = shop();
    expect(() => web.connections.allowTo(new Tier(chart, 'client'))).toThrow('shop/client: a call of cdk8s-plus names no ports, and this peer has none of its own. '
      + 'Write the ports in that call: { ports: [NetworkPolicyPort.tcp(8080)] }.');
  });

  test('the labels of the tier of a workload are those at synth', () => {
    const { chart, web } = shop();
    const api = deployment(chart, 'api', { metadata: { name: 'api' } });
    web.connections.allowTo(Tier.fromApiObject(chart, 'api-tier', api, { ports: [Port.tcp(9000)] }));
    api.addJsonPatch(JsonPatch.replace('/spec/template/metadata/labels/app', 'late'));
    Connectivity.fromChart(chart).assertAllowed(web, api, { ports: [Port.tcp(9000)] });
    expect(plusPolicies(chart).map(({ spec }) => spec.podSelector)).toContainEqual({ matchLabels: { app: 'late' } });
  });

  test('the ports of the tier of a workload are those at synth', () => {
    const { chart, web } = shop();
    const api = new k.Deployment(chart, 'api', { metadata: { name: 'api' }, podMetadata: { labels: { app: 'api' } }, containers: containers() });
    web.connections.allowTo(Tier.fromWorkload(chart, 'api-tier', api));
    api.addContainer({ name: 'more', image: 'more', portNumber: 9000, securityContext: { user: 1000 } });
    Connectivity.fromChart(chart).assertAllowed(Endpoint.workload('app/web'), Endpoint.workload('app/api'), { ports: [Port.tcp(9000)] });
    expect(plusPolicies(chart).map(policy => (ruleOf(policy) as any).ports)).toEqual(Array(2).fill([{ protocol: 'TCP', port: 9000 }]));
  });

  test('the tier of a workload without ports makes synth throw if the call names none', () => {
    const { chart, web } = shop();
    const api = new k.Deployment(chart, 'api', { podMetadata: { labels: { app: 'api' } }, containers: containers() });
    web.connections.allowTo(Tier.fromWorkload(chart, 'api-tier', api));
    expect(synthError(chart)).toContain('shop/api-tier: a call of cdk8s-plus names no ports, and this peer has none of its own');
  });

  test('a tier in another namespace is selected there, and its policy is written there', () => {
    const { chart, web, db } = shop('front');
    web.connections.allowTo(db);
    expect(plusPolicies(chart).map(policy => policy.metadata.namespace).sort()).toEqual(['app', 'front']);
    Connectivity.fromChart(chart).assertAllowed(Endpoint.workload('front/web'), db);
    Connectivity.fromChart(chart).assertDenied(Peer.namespace('elsewhere'), db);
  });

  test('a tier without a namespace is in the namespace of the policy', () => {
    const chart = chartIn(Testing.app(), 'shop');
    const web = new k.Deployment(chart, 'web', { containers: containers({ number: 8080 }) });
    web.connections.allowTo(new Tier(chart, 'db', { ports: [Port.tcp(5432)] }));
    expect(plusPolicies(chart).map(ruleOf)).toContainEqual(
      { namespace: undefined, pods: webOf(chart), to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ protocol: 'TCP', port: 5432 }] });
  });

  test('a tier of expressions and a tier of a whole namespace are selected as they are', () => {
    const { chart, web } = shop();
    web.connections.allowTo(new Tier(chart, 'roles', { matchExpressions: [LabelExpression.exists('role')], ports: [Port.tcp(1)] }));
    web.connections.allowTo(Tier.wholeNamespace(chart, 'all', { namespace: 'other', ports: [Port.tcp(2)] }));
    const pods = plusPolicies(chart).map(policy => policy.spec.podSelector);
    expect(pods).toContainEqual({ matchExpressions: [{ key: 'role', operator: 'Exists' }] });
    expect(pods).toContainEqual({});
  });

  test('a policy, a Service and an affinity of cdk8s-plus can select the pods of a tier', () => {
    const { chart, web, db } = shop();
    new k.NetworkPolicy(chart, 'isolated', { metadata: { name: 'isolated' }, selector: db, ingress: { default: k.NetworkPolicyTrafficDefault.DENY } });
    new k.Service(chart, 'svc', { metadata: { name: 'svc' }, selector: db, ports: [{ port: 80 }] });
    web.scheduling.colocate(db);
    const objects = objectsOf(chart) as any[];
    const named = (name: string) => objects.find(o => o.metadata.name === name);
    expect(named('isolated')).toMatchObject({ metadata: { namespace: 'app' }, spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] } });
    expect(named('svc').spec.selector).toEqual({ app: 'db' });
    expect(named('web').spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual([
      { labelSelector: { matchLabels: { app: 'db' } }, namespaces: ['app'], topologyKey: 'kubernetes.io/hostname' },
    ]);
  });

  describe('a tier of another cluster is an error with both paths, as in a call of the tier,', () => {
    function clusters() {
      const app = Testing.app();
      const [eu, us] = ['eu', 'us'].map(id => chartIn(app, id, 'app'));
      for (const chart of [eu, us]) { ClusterBoundary.of(chart).add(chart.node.id); }
      return { eu, us, db: new Tier(us, 'db', { ports: [Port.tcp(5432)] }), ports: [k.NetworkPolicyPort.tcp(5432)] };
    }
    const ERROR = (...policies: string[]) => `[eu] us/db is in cluster us, but policies in cluster eu name its pods: ${policies.join(', ')}; no policy selects pods of another cluster. `
      + 'Make both tiers in one cluster, or name the addresses of the other cluster by Peer.cidr(...).';

    test('in deployment.connections.allowTo(tier)', () => {
      const { eu, db } = clusters();
      const web = new k.Deployment(eu, 'web', { containers: containers({ number: 8080 }) });
      web.connections.allowTo(db);
      expect(synthError(eu)).toContain(ERROR(`eu/web/AllowEgress${db.node.addr}`, `eu/web/AllowIngressapp${db.node.addr}`));
    });

    test('in a rule of a NetworkPolicy of cdk8s-plus, and as what it selects', () => {
      const { eu, db, ports } = clusters();
      new k.NetworkPolicy(eu, 'rule', { egress: { rules: [{ peer: db, ports }] } });
      new k.NetworkPolicy(eu, 'pods', { selector: db, ingress: { default: k.NetworkPolicyTrafficDefault.DENY } });
      expect(synthError(eu)).toContain(ERROR('eu/rule', 'eu/pods'));
    });

    test('also if a boundary is stated after the call, and not in the cluster of the tier', () => {
      const app = Testing.app();
      const [eu, us] = ['eu', 'us'].map(id => chartIn(app, id, 'app'));
      const db = new Tier(us, 'db', { ports: [Port.tcp(5432)] });
      for (const chart of [eu, us]) { new k.NetworkPolicy(chart, 'rule', { egress: { rules: [{ peer: db }] } }); }
      ClusterBoundary.of(us).add('us');
      expect(synthError(eu)).toBe(`Validation failed with the following errors:
  [eu] us/db is in cluster us, but policies in no cluster name its pods: eu/rule; no policy selects pods of another cluster. Make both tiers in one cluster, or name the addresses of the other cluster by Peer.cidr(...).`);
      ClusterBoundary.of(eu).add('us');
      expect(() => app.synth()).not.toThrow();
    });

    test('but not in a Service, which is no edge', () => {
      const { eu, db } = clusters();
      new k.Service(eu, 'svc', { selector: db, ports: [{ port: 80 }] });
      expect(() => App.of(eu).synth()).not.toThrow();
    });
  });

  describe('a tier that is removed after deployment.connections.allowTo(tier)', () => {
    test('is an error that names the policies of cdk8s-plus that remain, and the way out, which works', () => {
      const { chart, web, db } = shop();
      web.connections.allowTo(db);
      chart.node.tryRemoveChild('db');
      const ids = [`AllowEgress${db.node.addr}`, `AllowIngressapp${db.node.addr}`];
      expect(synthError(chart)).toBe(`Validation failed with the following errors:
  [shop] shop/db was removed from the app, but policies of cdk8s-plus for its pods remain: shop/web/${ids[0]}, shop/web/${ids[1]}. Leave out the call that makes them, such as connections.allowTo(...), or remove each of them too: tryRemoveChild('${ids[0]}') of the node of shop/web.`);
      for (const id of ids) { web.node.tryRemoveChild(id); }
      expect(policiesOf(chart)).toEqual({});
    });

    test('is an error in the call, if the tier was removed before', () => {
      const { chart, web, db } = shop();
      chart.node.tryRemoveChild('db');
      expect(() => web.connections.allowTo(db)).toThrow('shop/db: a call of cdk8s-plus names this tier, but it was removed from the app. Use a tier that is in the app.');
      expect(policiesOf(chart)).toEqual({});
    });

    test('is no error of its own if a policy cannot be rendered, which cdk8s reports', () => {
      const { chart, web, db } = shop();
      web.connections.allowTo(db);
      const broken = new k.NetworkPolicy(chart, 'broken', { selector: db });
      ApiObject.of(broken).toJson = () => { throw new Error('it is broken'); };
      expect(synthError(chart)).toBe('it is broken');
    });
  });

  describe('a Peer', () => {
    const allow = (peer: Peer, options?: object) => {
      const { chart, web } = shop();
      web.connections.allowTo(peer, options);
      return plusPolicies(chart).map(ruleOf);
    };
    const ports = [k.NetworkPolicyPort.tcp(443)];
    const written = [{ protocol: 'TCP', port: 443 }];

    test('can be one block of addresses', () => {
      expect(allow(Peer.cidr('10.0.0.0/8', { excluding: ['10.1.0.0/16'] }), { ports })).toMatchObject([
        { to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: written },
      ]);
      expect(allow(Peer.apiServer('10.0.0.1'))).toMatchObject([{ to: [{ ipBlock: { cidr: '10.0.0.1/32' } }], ports: [{ protocol: 'TCP', port: 443 }, { protocol: 'TCP', port: 6443 }] }]);
    });

    test('of one block is no pod selector, and so gets no policy', () => {
      expect(Peer.anyIpv4().toPodSelector()).toBeUndefined();
      expect(allow(Peer.anyIpv4(), { ports })).toHaveLength(1);
    });

    test('can be pods, with PodConnectionsIsolation.POD', () => {
      const isolation = k.PodConnectionsIsolation.POD;
      expect(allow(Peer.clusterDns(), { isolation })).toMatchObject([{
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
        ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }],
      }]);
      expect(allow(Peer.thisNamespace(), { isolation, ports })).toMatchObject([{ to: [{ podSelector: {} }], ports: written }]);
      expect(allow(Peer.allNamespaces(), { isolation, ports })).toMatchObject([{ to: [{ podSelector: {}, namespaceSelector: {} }], ports: written }]);
    });

    test('of pods throws without PodConnectionsIsolation.POD: a policy for its pods would isolate them', () => {
      expect(() => allow(Peer.clusterDns())).toThrow('cluster DNS in namespace kube-system: cdk8s-plus would write a policy that selects the pods of this peer, '
        + 'which isolates them. Write { isolation: PodConnectionsIsolation.POD } in the call.');
    });

    test.each([Peer.publicInternet(), Peer.anything(), Peer.anyOf([Peer.anyIpv4(), Peer.anyIpv6()])])('of several blocks throws: $endpointName', peer => {
      expect(() => allow(peer, { ports })).toThrow(`${peer.endpointName}: cdk8s-plus can write only one block, or pods of one selector, in a rule. `
        + 'Make the workload a tier, Tier.fromWorkload(...), and call allowFrom or allowTo on it');
    });

    test('without ports throws if the call names none', () => {
      expect(() => allow(Peer.anyIpv4())).toThrow('any IPv4 address: a call of cdk8s-plus names no ports, and this peer has none of its own');
    });

    test('is one construct for cdk8s-plus, whoever makes it: two different ones do not collide, and equal ones do, as in cdk8s-plus', () => {
      const { web } = shop();
      web.connections.allowTo(Peer.cidr('10.0.0.0/8').named('office'), { ports });
      web.connections.allowTo(Peer.cidr('10.0.0.0/9').named('office'), { ports });
      expect(() => web.connections.allowTo(Peer.cidr('10.0.0.0/9').named('office'), { ports })).toThrow('There is already a Construct with name');
    });

    test('can be in a NetworkPolicy of cdk8s-plus', () => {
      const chart = newChart();
      const server = deployment(chart, 'server', { metadata: { name: 'server' } });
      new DefaultDeny(chart, 'deny');
      new k.NetworkPolicy(chart, 'dns', { metadata: { name: 'dns' }, egress: { rules: [{ peer: Peer.apiServer('10.0.0.1'), ports }] } });
      const connectivity = Connectivity.fromChart(chart);
      connectivity.assertAllowed(Endpoint.workload(`app/${server.name}`), Endpoint.address('10.0.0.1'), { ports: [Port.tcp(443)] });
      connectivity.assertDenied(Endpoint.workload(`app/${server.name}`), Endpoint.address('10.0.0.2'), { ports: [Port.tcp(443)] });
    });
  });
});
