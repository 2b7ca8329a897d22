import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { LINES } from './cdk8s-plus-lines';
import { chartIn, deployment, namesOf, newChart, peersOf, pod, policiesOf, policyOf, synthError } from './synthesized';
import { Connectivity, ConnectivityIntent, DefaultDeny, Endpoint, Peer, Port, Tier } from '../../src';

/* What can be the other end of an edge, besides a tier and a peer of ours. */

const PORTS = { ports: [Port.tcp(8080)] };

/** A Service without cdk8s-plus. */
function service(chart: Chart, spec: object): ApiObject {
  return new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', spec });
}

/** The policies of an app without those of the default deny. */
function edgePolicies(chart: Chart): string[] {
  return namesOf(chart).filter(name => !/\/(default-deny-all|allow-dns)$/.test(name));
}

describe.each(LINES)('a construct of %s', (_, k) => {
  const containers = (...ports: object[]) => [{ name: 'main', image: 'main', ports, securityContext: { user: 1000 } }] as any[];
  const web = (chart: Chart, ...ports: object[]) => new k.Deployment(chart, 'web', { metadata: { name: 'web' }, containers: containers(...ports) });

  /** The `from` that cdk8s-plus writes for a peer of its own, in a policy of its own. */
  function writtenByPlus(make: (chart: Chart) => any): object[] {
    const chart = newChart();
    new k.NetworkPolicy(chart, 'policy', { metadata: { name: 'plus' }, ingress: { rules: [{ peer: make(chart) }] } });
    return Testing.synth(chart).find(o => o.metadata.name === 'plus').spec.ingress[0].from;
  }

  /** The `from` that we write for it. */
  function writtenByUs(make: (chart: Chart) => Construct): object[] {
    const chart = newChart();
    new Tier(chart, 'target', { ports: [Port.tcp(80)] }).allowFrom(make(chart));
    const [policy] = Object.values(policiesOf(chart)).filter(p => p.metadata.name.endsWith('-to-target'));
    return policy.spec.ingress![0].from as object[];
  }

  test('tier.allowFrom(deployment) lets the pods of the deployment reach the tier, and nobody else', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    const deployed = web(chart);
    db.allowFrom(deployed);
    const other = new k.Deployment(chart, 'other', { metadata: { name: 'other' }, containers: containers() });
    expect(edgePolicies(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress']);
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAllowed(deployed, db);
    connectivity.assertDenied(other, db);
    connectivity.assertAdmitsOnly(db, [deployed]);
  });

  test('a claim can name a deployment and a peer of cdk8s-plus as an edge can, and names them in its verdict', () => {
    const chart = newChart();
    const [deployed, db] = [web(chart, { number: 8080 }), new Tier(chart, 'db', PORTS)];
    db.allowFrom(k.Namespaces.select(chart, 'edge', { names: ['edge'] }));
    const intent = new ConnectivityIntent(chart, 'intent')
      .denied(deployed, db)
      .admitsOnly(db, [k.Namespaces.select(chart, 'listed', { names: ['edge'] })])
      .reachesOnly(deployed, [Peer.clusterDns()]);
    expect(intent.verdicts().map(String).map(text => text.split('\n')[0])).toEqual(intent.verdicts().map(({ claim }) => expect.stringContaining(claim)));
    expect(intent.verdicts().map(({ claim, holds }) => [claim, holds])).toEqual([
      ['denied(shop/web, shop/db)', true], ['admitsOnly(shop/db, [shop/listed])', true], ['reachesOnly(shop/web, [cluster DNS in namespace kube-system])', true],
    ]);
    // A claim writes no policy.
    expect(edgePolicies(chart)).toEqual(['app/allow-edge-to-db']);
  });

  test('tier.allowTo(deployment) is on the ports of its containers, whatever their protocol, as they are at synth', () => {
    const chart = newChart();
    const deployed = web(chart, { number: 53, protocol: k.Protocol.UDP });
    new Tier(chart, 'client').allowTo(deployed);
    deployed.addContainer({ name: 'more', image: 'more', portNumber: 8080, securityContext: { user: 1001 } });
    const ports = [{ protocol: 'TCP', port: 8080 }, { protocol: 'UDP', port: 53 }];
    expect(policyOf(chart, 'allow-client-to-web').spec.ingress![0].ports).toEqual(ports);
    expect(policyOf(chart, 'allow-client-to-web-egress').spec.egress![0].ports).toEqual(ports);
  });

  test('a workload whose containers declare no port is an error at synth if the call names none', () => {
    const chart = newChart();
    new Tier(chart, 'client').allowTo(web(chart));
    expect(synthError(chart)).toMatch(/\] shop\/client may reach this tier, but the call names no ports, and shop\/web has none of its own/);
  });

  test('a workload that has a tier means that tier, with its name and its ports', () => {
    const chart = newChart();
    const deployed = web(chart, { number: 8080 });
    const tier = Tier.of(deployed, { name: 'front', ports: [Port.tcp(9000)] });
    new Tier(chart, 'client').allowTo(deployed);
    tier.allowFrom(Peer.anyIpv4());
    expect(edgePolicies(chart)).toEqual(['app/allow-any-ipv4-to-front', 'app/allow-client-to-front', 'app/allow-client-to-front-egress']);
    expect(policyOf(chart, 'allow-client-to-front').spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 9000 }]);
  });

  test('a workload in a namespace that the app leaves open gets no policy, which would isolate it', () => {
    const chart = newChart('app');
    const deployed = new k.Deployment(chart, 'web', { metadata: { name: 'web', namespace: 'open' }, containers: containers({ number: 8080 }) });
    const backend = new Tier(chart, 'backend', PORTS);
    backend.allowFrom(deployed).allowTo(deployed);
    expect(namesOf(chart).filter(name => name.startsWith('open/'))).toEqual([]);
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAllowed(Endpoint.workload('open/web'), backend);
    connectivity.assertAllowed(backend, Endpoint.workload('open/web'), PORTS);
    connectivity.assertAllowed(Endpoint.workload('open/web'), Peer.publicInternet(), PORTS);
    // A default deny that comes later closes the namespace, so its policies are needed.
    new DefaultDeny(chart, 'deny', { namespace: 'open' });
    expect(namesOf(chart).filter(name => name.startsWith('open/'))).toEqual([
      'open/allow-backend-to-web', 'open/allow-dns', 'open/allow-web-to-backend-egress', 'open/default-deny-all',
    ]);
    Connectivity.fromChart(chart).assertAllowed(Endpoint.workload('open/web'), backend);
  });

  test.each<[string, (chart: Chart) => any]>([
    ['kplus.Pods.all()', chart => k.Pods.all(chart, 'peer')],
    ['kplus.Pods.select(...) by labels', chart => k.Pods.select(chart, 'peer', { labels: { app: 'x', tier: 'y' } })],
    ['kplus.Pods.select(...) by expressions', chart => k.Pods.select(chart, 'peer', {
      expressions: [k.LabelExpression.exists('role'), k.LabelExpression.in('app', ['a', 'b']), k.LabelExpression.notIn('zone', ['c'])],
    })],
    ['kplus.Pods.select(...) in named namespaces', chart => k.Pods.select(chart, 'peer', {
      labels: { app: 'x' }, namespaces: k.Namespaces.select(chart, 'ns', { names: ['a', 'b'] }),
    })],
    ['kplus.Pods.all() in namespaces by label', chart => k.Pods.all(chart, 'peer', { namespaces: k.Namespaces.select(chart, 'ns', { labels: { team: 'a' } }) })],
    ['kplus.Namespaces.select(...) by name', chart => k.Namespaces.select(chart, 'peer', { names: ['a'] })],
    ['kplus.Namespaces.select(...) by label and name', chart => k.Namespaces.select(chart, 'peer', { names: ['a'], labels: { team: 'x' } })],
    ['kplus.Namespaces.select(...) by expressions', chart => k.Namespaces.select(chart, 'peer', { expressions: [k.LabelExpression.doesNotExist('team')] })],
    ['kplus.Namespaces.all()', chart => k.Namespaces.all(chart, 'peer')],
    ['kplus.Namespace', chart => new k.Namespace(chart, 'peer', { metadata: { name: 'edge' } })],
    ['kplus.NetworkPolicyIpBlock', chart => k.NetworkPolicyIpBlock.ipv4(chart, 'peer', '10.0.0.0/8', ['10.1.0.0/16'])],
    ['kplus.NetworkPolicyIpBlock of any IPv6 address', chart => k.NetworkPolicyIpBlock.anyIpv6(chart, 'peer')],
  ])('tier.allowFrom(%s) is what cdk8s-plus would write for it', (_peer, make) => {
    const normal = (peers: object[]) => peers.map(peer => JSON.parse(JSON.stringify(peer), (key, value) =>
      key === 'matchExpressions' ? [...value].sort((a, b) => a.key < b.key ? -1 : 1) : value));
    expect(normal(writtenByUs(make))).toEqual(normal(writtenByPlus(make)));
  });

  test('kplus.Pods.all() means the pods of the namespace of the tier', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(k.Pods.all(chart, 'everyone'));
    Connectivity.fromChart(chart).assertAdmitsOnly(db, [Peer.thisNamespace()]);
    expect(namesOf(chart)).toContain('app/allow-everyone-to-db');
  });

  test('kplus.Namespaces.select(...) admits the pods of these namespaces, and nobody else', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(k.Namespaces.select(chart, 'edge', { names: ['edge', 'ops'] }));
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAdmitsOnly(db, [Peer.namespace('edge'), Peer.namespace('ops')]);
    connectivity.assertAllowed(Peer.namespace('ops'), db);
  });

  test('kplus.NetworkPolicyIpBlock lets the tier reach the addresses of the block, and nothing else', () => {
    const chart = newChart();
    const client = new Tier(chart, 'client');
    client.allowTo(k.NetworkPolicyIpBlock.ipv4(chart, 'office', '203.0.113.0/24', ['203.0.113.128/25']), PORTS);
    const connectivity = Connectivity.fromChart(chart);
    connectivity.assertAllowed(client, Endpoint.address('203.0.113.7'), PORTS);
    connectivity.assertDenied(client, Endpoint.address('203.0.113.200'), PORTS);
  });

  test('a peer of cdk8s-plus has no ports of its own, so a call of allowTo names some', () => {
    const chart = newChart();
    const client = new Tier(chart, 'client');
    expect(() => client.allowTo(k.Pods.all(chart, 'all'))).toThrow('shop/client: allowTo(shop/all): the call names no ports, and shop/all has none of its own');
  });

  test('kplus.Namespaces.select(...) with an empty list of names throws: cdk8s-plus would write a rule for everything', () => {
    const chart = newChart();
    expect(() => new Tier(chart, 'db', PORTS).allowFrom(k.Namespaces.select(chart, 'none', { names: [] })))
      .toThrow('shop/db: allowFrom(shop/none): shop/none has an empty list of namespaces, which cdk8s-plus writes as a rule for everything. Name at least one');
    expect(writtenByPlus(plus => k.Namespaces.select(plus, 'none', { names: [] }))).toEqual([]);
  });

  test('a block or a label that the API server would refuse throws at the call', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', PORTS);
    expect(() => db.allowFrom(k.NetworkPolicyIpBlock.ipv4(chart, 'host-bits', '10.0.0.1/8'))).toThrow('shop/db: allowFrom(shop/host-bits): \'10.0.0.1/8\'');
    expect(() => db.allowFrom(k.Pods.select(chart, 'bad', { labels: { 'a b': 'c' } }))).toThrow("shop/db: allowFrom(shop/bad): the key 'a b' in the labels");
    expect(() => db.allowFrom(k.Namespaces.select(chart, 'namespaces', { labels: { team: 'a b' } }))).toThrow("the value 'a b' of 'team' in the labels");
    expect(() => db.allowFrom(k.Pods.select(chart, 'empty', { expressions: [k.LabelExpression.in('app', [])] })))
      .toThrow("shop/db: allowFrom(shop/empty): LabelExpression('app', []): the list of values is empty");
  });

  test('a Service is no peer: the error names the pods behind it', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', PORTS);
    const deployed = web(chart, { number: 8080 });
    deployed.podMetadata.addLabel('app', 'web');
    const exposed = new k.Service(chart, 'svc', { ports: [{ port: 80 }] });
    exposed.selectLabel('app', 'web');
    expect(() => db.allowTo(exposed)).toThrow('shop/db: allowTo(shop/svc): shop/svc is a Service, and policies select pods and addresses. '
      + "Write the workload behind it, shop/web, or Peer.pods({ labels: { app: 'web' }, namespace: 'app' }).");
    // It has no ports yet, so it cannot be rendered.
    expect(() => db.allowTo(new k.Service(chart, 'later'))).toThrow('Write the workload behind it, or Peer.cidr(...) for the addresses of its endpoints.');
  });

  test('the fix for a Service names the workload that it exposes, and never the address label', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', PORTS);
    const deployed = web(chart, { number: 8080 });
    const exposed = deployed.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
    expect(() => db.allowTo(exposed)).toThrow(/is a Service, and policies select pods and addresses\. Write the workload behind it, shop\/web\.$/);
    chart.node.tryRemoveChild('web');
    expect(() => db.allowTo(exposed)).toThrow(/Write the workload behind it\.$/);
  });

  test('the fix for a Service of several workloads names each of them', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', PORTS);
    const exposed = new k.Service(chart, 'svc', { ports: [{ port: 80 }] });
    exposed.selectLabel('app', 'web');
    const deployed = (id: string) => new k.Deployment(chart, id, { podMetadata: { labels: { app: 'web' } }, containers: [{ image: 'i', portNumber: 80 }] });
    deployed('stable');
    deployed('canary');
    expect(() => db.allowTo(exposed)).toThrow("Write one of the workloads behind it, shop/stable or shop/canary, or Peer.pods({ labels: { app: 'web' }, namespace: 'app' }).");
    for (const id of ['a', 'b', 'c', 'd']) { deployed(id); }
    expect(() => db.allowTo(exposed)).toThrow('Write one of the workloads behind it, or Peer.pods');
  });
});

describe('without cdk8s-plus', () => {
  test('the API object of a workload can be the other end', () => {
    const chart = newChart();
    const web = deployment(chart, 'web', { spec: { containers: [{ name: 'm', ports: [{ containerPort: 80 }] }] } });
    new Tier(chart, 'client').allowTo(web);
    expect(edgePolicies(chart)).toEqual(['app/allow-client-to-web', 'app/allow-client-to-web-egress']);
    expect(policyOf(chart, 'allow-client-to-web').spec.podSelector).toEqual({ matchLabels: { app: 'web' } });
  });

  test('a construct of another library can be the other end: its default child counts', () => {
    class Postgres extends Construct {
      constructor(scope: Construct) {
        super(scope, 'postgres');
        new Tier(this, 'Default', { labels: { app: 'postgres' }, ports: [Port.tcp(5432)] });
      }
    }
    const chart = newChart();
    const backend = new Tier(chart, 'backend');
    backend.allowTo(new Postgres(chart));
    Connectivity.fromChart(chart).assertAllowed(backend, Peer.pods({ labels: { app: 'postgres' } }), { ports: [Port.tcp(5432)] });
  });

  test('a construct of another library can be the other end by toNetworkPolicyPeerConfig(), as cdk8s-plus defines it', () => {
    class Zone extends Construct {
      public toNetworkPolicyPeerConfig(): object { return { ipBlock: { _toKube: () => ({ cidr: '10.9.0.0/16' }) } }; }
    }
    expect(peersOf(new Zone(newChart(), 'zone'))).toEqual([{ ipBlock: { cidr: '10.9.0.0/16' } }]);
  });

  test.each([undefined, 'pods', {}, { ipBlock: {}, podSelector: {} }])('toNetworkPolicyPeerConfig() that returns %j throws at the call', returned => {
    class Broken extends Construct {
      public toNetworkPolicyPeerConfig(): any { return returned; }
    }
    const chart = newChart();
    expect(() => new Tier(chart, 'db', PORTS).allowFrom(new Broken(chart, 'zone')))
      .toThrow('shop/db: allowFrom(shop/zone): toNetworkPolicyPeerConfig() of shop/zone returns neither a block nor pods, or both');
  });

  test('members of Peer.anyOf can be workloads', () => {
    const chart = newChart();
    const db = new Tier(chart, 'db', PORTS);
    db.allowFrom(Peer.anyOf([pod(chart, 'a', { app: 'a' }), new Tier(chart, 'b'), Peer.namespace('edge')]));
    expect(edgePolicies(chart)).toEqual(['app/allow-a-to-db', 'app/allow-a-to-db-egress', 'app/allow-b-to-db', 'app/allow-b-to-db-egress', 'app/allow-namespace-edge-to-db']);
  });

  test('a workload that uses the network of its node makes synth throw, because no policy selects it', () => {
    const chart = newChart();
    new Tier(chart, 'db', PORTS).allowFrom(deployment(chart, 'agent', { spec: { hostNetwork: true } }));
    expect(synthError(chart)).toContain("the pods of shop/agent use the host's network");
  });

  test('a workload of another app throws, in an edge and in a claim', () => {
    const chart = newChart();
    const other = deployment(newChart(), 'web');
    const db = new Tier(chart, 'db', PORTS);
    expect(() => db.allowFrom(other)).toThrow('are in two apps');
    expect(() => new ConnectivityIntent(chart, 'intent').denied(other, db)).toThrow('shop/intent: denied(...): shop/web is a workload of another app');
  });

  test('a workload whose tier was removed counts as one without a tier', () => {
    const chart = newChart();
    const web = deployment(chart, 'web');
    Tier.fromApiObject(chart, 'front', web);
    chart.node.tryRemoveChild('front');
    new Tier(chart, 'db', PORTS).allowFrom(web);
    expect(edgePolicies(chart)).toEqual(['app/allow-web-to-db', 'app/allow-web-to-db-egress']);
  });
});

describe('what cannot be the other end throws at the call, with the fix', () => {
  const chart = newChart();
  const db = new Tier(chart, 'db', PORTS);
  const write = 'Write a Tier, one of the factories of Peer, or a workload or a peer of cdk8s-plus.';

  test.each<[string, unknown, string]>([
    ['undefined, such as an unset variable', undefined, `shop/db: allowFrom(...): source must be a Tier, a Peer or a workload, not undefined. ${write}`],
    ['a string', 'frontend', `shop/db: allowFrom(...): source must be a Tier, a Peer or a workload, not the text 'frontend'. ${write}`],
    ['a list', [db], 'source must be a Tier, a Peer or a workload, not a list'],
    ['an app', new App(), 'is neither a Tier nor a Peer, and its default child is no workload'],
    ['an Endpoint', Endpoint.workload('app/web'), "Endpoint is for claims, and 'app/web' names nothing that is in the app. Write the workload itself, or Peer.cidr(...) for addresses."],
    ['a ConfigMap', new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap' }), `shop/db: allowFrom(shop/config): shop/config is a ConfigMap, which has no pods of its own. ${write}`],
    ['the API object of a namespace', new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'edge' } }),
      "shop/db: allowFrom(shop/ns): shop/ns is the API object of a namespace. Write Peer.namespace('edge') for its pods."],
  ])('%s', (_, given, message) => {
    expect(() => db.allowFrom(given as Construct)).toThrow(message);
  });

  test.each<[string, object, string]>([
    ['a headless Service: its pods by selector', { clusterIP: 'None', selector: { 'app': 'pg', 'example.com/role': 'main' } },
      "Write the workload behind it, or Peer.pods({ labels: { app: 'pg', 'example.com/role': 'main' }, namespace: 'app' })."],
    ['an ExternalName: its addresses', { type: 'ExternalName', externalName: 'db.example.com' },
      'shop/service is a Service for the DNS name db.example.com, and a NetworkPolicy has no domain names. Write Peer.cidr(...) for the addresses behind the name, or Peer.publicInternet().'],
    ['a Service without a selector: the addresses of its endpoints', { ports: [{ port: 80 }] }, 'Write the workload behind it, or Peer.cidr(...) for the addresses of its endpoints.'],
  ])('%s', (_, spec, message) => {
    const own = newChart();
    expect(() => new Tier(own, 'client').allowTo(service(own, spec))).toThrow(message);
  });

  test('a Service without a spec and without a namespace', () => {
    const own = chartIn(Testing.app(), 'shop');
    const client = new Tier(own, 'client', { namespace: 'app' });
    expect(() => client.allowTo(new ApiObject(own, 'service', { apiVersion: 'v1', kind: 'Service' }))).toThrow('Peer.cidr(...) for the addresses');
    expect(() => client.allowTo(new ApiObject(own, 'other', { apiVersion: 'v1', kind: 'Service', spec: { selector: { app: 'a' } } }))).toThrow("Peer.pods({ labels: { app: 'a' } }).");
  });
});
