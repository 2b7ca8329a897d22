import { ApiObject, Chart, Testing } from 'cdk8s';
import { ClusterBoundary, ClusterFacts, Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';

/** A database that admits the pods of namespaces with label team=ops, and a job in namespace ops. */
function shop() {
  const app = Testing.app();
  const [chart, ops] = [new Chart(app, 'shop', { namespace: 'app' }), new Chart(app, 'ops', { namespace: 'ops' })];
  const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
  const job = new Tier(ops, 'job');
  db.allowFrom(Peer.namespaces({ labels: { team: 'ops' } }));
  job.allowTo(Peer.anything(), { ports: [Port.all()] });
  return { app, chart, ops, db, job, intent: new ConnectivityIntent(chart, 'intent').allowed(job, db) };
}

test('the labels of a namespace made elsewhere count for intents and Connectivity, from any construct of the app', () => {
  const { app, chart, ops, db, job, intent } = shop();
  expect(intent.verdicts().map(({ holds }) => holds)).toEqual([false]);
  ClusterFacts.of(ops).addNamespace('ops', { labels: { team: 'ops' } });
  expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true]);
  expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(true);
  expect(Connectivity.fromChart(chart).checkAllowed(job, db).holds).toBe(true);
  expect(() => app.synth()).not.toThrow();
  expect(JSON.stringify(Testing.synth(ops))).not.toContain('"Namespace"');
});

test('a Namespace object of the app takes precedence', () => {
  const { ops, intent } = shop();
  ClusterFacts.of(ops).addNamespace('ops', { labels: { team: 'ops' } });
  new ApiObject(ops, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', labels: { team: 'other' } } });
  expect(intent.verdicts().map(({ holds }) => holds)).toEqual([false]);
});

test('facts of one app do not count in another', () => {
  ClusterFacts.of(shop().app).addNamespace('ops', { labels: { team: 'ops' } });
  expect(shop().intent.verdicts().map(({ holds }) => holds)).toEqual([false]);
});

test('a fact may be stated twice, but not in two ways', () => {
  const { chart, ops } = shop();
  ClusterFacts.of(chart).addNamespace('ops', { labels: { team: 'ops' } });
  ClusterFacts.of(ops).addNamespace('ops', { labels: { team: 'ops' } });
  expect(() => ClusterFacts.of(ops).addNamespace('ops', { labels: { team: 'x' } })).toThrow(/^ops: ClusterFacts\.addNamespace\('ops'\): shop states other labels for this namespace\. /);
  expect(() => ClusterFacts.of(ops).addNamespace('ops', { labels: { team: 'ops', a: 'b' } })).toThrow('shop states other labels');
  expect(() => ClusterFacts.of(ops).addNamespace('ops')).toThrow('shop states other labels');
});

test('a fact of a chart that was removed does not count, and may be stated in another way', () => {
  const { app, chart, db, job } = shop();
  const facts = new Chart(app, 'facts');
  ClusterFacts.of(facts).addNamespace('ops', { labels: { team: 'ops' } });
  expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(true);
  app.node.tryRemoveChild('facts');
  expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(false);
  expect(() => ClusterFacts.of(chart).addNamespace('ops', { labels: { team: 'x' } })).not.toThrow();
});

test('an error about a fact that the app itself states names the app', () => {
  const { app } = shop();
  ClusterFacts.of(app).addNamespace('ops');
  expect(() => ClusterFacts.of(app).addNamespace('ops', { labels: { a: 'b' } }))
    .toThrow("the app: ClusterFacts.addNamespace('ops'): the app states other labels for this namespace. ");
});

test.each<[string, string, Record<string, string>, string]>([
  ['a name', 'Ops', {}, "the name 'Ops' is not valid: a lowercase RFC 1123 label must"],
  ['the key of a label', 'ops', { 'a b': 'c' }, "the label 'a b: c' is not valid: "],
  ['the value of a label', 'ops', { a: '-' }, "the label 'a: -' is not valid: "],
  ['the label that Kubernetes sets', 'ops', { 'kubernetes.io/metadata.name': 'x' }, "the label kubernetes.io/metadata.name is 'x', but Kubernetes sets it to the name of the namespace"],
])('%s that is not valid throws with the construct path', (_, name, labels, message) => {
  expect(() => ClusterFacts.of(shop().chart).addNamespace(name, { labels })).toThrow(`shop: ClusterFacts.addNamespace('${name}'): ${message}`);
});

test('the label that Kubernetes sets may be written with its value', () => {
  expect(() => ClusterFacts.of(shop().chart).addNamespace('ops', { labels: { 'kubernetes.io/metadata.name': 'ops' } })).not.toThrow();
});

describe('the blocks of pod addresses', () => {
  /** A database that admits the addresses of a block. */
  function withBlock() {
    const app = Testing.app();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
    const job = new Tier(chart, 'job');
    db.allowFrom(Peer.cidr('10.0.0.0/8'));
    job.allowTo(Peer.anything(), { ports: [Port.all()] });
    return { app, chart, db, job };
  }

  const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: app }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: app, labels: { app: db } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Pod
metadata: { name: job, namespace: app }
spec: { containers: [{ name: c, image: i }] }
`;
  const [jobPod, dbPod] = [Endpoint.workload('app/job'), Endpoint.workload('app/db')];

  test('count in Connectivity, and add up', () => {
    const read = (podCidrs?: string[]) => Connectivity.fromYaml(POLICY, { podCidrs }).checkAllowed(jobPod, dbPod).holds;
    // A claim is about every address that the pod may have.
    expect(read()).toBe(false);
    expect(read(['10.1.0.0/16'])).toBe(true);
    expect(read(['10.1.0.0/16', '11.0.0.0/8'])).toBe(false);
  });

  test('count for Connectivity of an app in which they are stated', () => {
    const { app, chart, db, job } = withBlock();
    ClusterFacts.of(chart).addPodCidrs(['10.1.0.0/16']);
    expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(true);
    ClusterFacts.of(app).addPodCidrs(['11.0.0.0/8']);
    expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(false);
  });

  test('do not count if the chart that states them was removed', () => {
    const { app, db, job } = withBlock();
    ClusterFacts.of(new Chart(app, 'facts')).addPodCidrs(['10.1.0.0/16']);
    expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(true);
    app.node.tryRemoveChild('facts');
    expect(Connectivity.fromApp(app).checkAllowed(job, db).holds).toBe(false);
  });

  test('count for the intents of an app in which they are stated', () => {
    const { chart, db, job } = withBlock();
    const intent = new ConnectivityIntent(chart, 'of-block').allowed(job, db);
    ClusterFacts.of(chart).addPodCidrs(['10.1.0.0/16']);
    expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true]);
    ClusterFacts.of(chart).addPodCidrs(['11.0.0.0/8']);
    expect(intent.verdicts().map(({ holds }) => holds)).toEqual([false]);
  });

  test('that are not valid throw with the construct path, or with the call', () => {
    const { app, chart } = withBlock();
    expect(() => ClusterFacts.of(chart).addPodCidrs(['10.0.0.1/8'])).toThrow("shop: ClusterFacts.addPodCidrs: '10.0.0.1/8' must not have bits set beyond the prefix length. Write 10.0.0.0/8");
    expect(() => ClusterFacts.of(app).addPodCidrs(['x'])).toThrow("the app: ClusterFacts.addPodCidrs: 'x' must be a valid CIDR value");
    expect(() => Connectivity.fromYaml(POLICY, { podCidrs: ['x'] })).toThrow("Connectivity.fromYaml: podCidrs: 'x' must be a valid CIDR value");
  });
});

describe('the network plugin', () => {
  /** A database that admits a block of addresses, with a range of ports, and a pod that could have one of them. */
  function blocked() {
    const app = Testing.app();
    const chart = new Chart(app, 'shop', { namespace: 'app' });
    const [db, job] = [new Tier(chart, 'db', { ports: [Port.tcp(5432)] }), new Tier(chart, 'job')];
    db.allowFrom(Peer.cidr('10.0.0.0/8'), { ports: [Port.tcpRange(5432, 5440)] });
    job.allowTo(Peer.anything(), { ports: [Port.all()] });
    return { app, chart, denied: (connectivity: Connectivity) => connectivity.checkDenied(job, db).holds };
  }

  test('decides about blocks and pods for intents and Connectivity, and adds findings', () => {
    const { app, chart, denied } = blocked();
    expect(denied(Connectivity.fromApp(app))).toBe(false);
    expect(denied(Connectivity.fromApp(app, { networkPlugin: 'cilium' }))).toBe(true);
    ClusterFacts.of(chart).useNetworkPlugin('cilium@1.16');
    expect(denied(Connectivity.fromApp(app))).toBe(true);
    expect(denied(Connectivity.fromApp(app, { networkPlugin: 'calico' }))).toBe(false);
    expect(Connectivity.fromApp(app).findings().map(({ code }) => code)).toContain('NP160');
    expect(Connectivity.fromApp(app, { networkPlugin: 'cilium@1.17' }).findings().map(({ code }) => code)).not.toContain('NP160');
  });

  test('is one for each cluster', () => {
    const app = Testing.app();
    const [east, west] = ['east', 'west'].map(name => {
      const own = new Chart(app, name);
      ClusterBoundary.of(own).add(name);
      return own;
    });
    ClusterFacts.of(east).useNetworkPlugin('cilium');
    ClusterFacts.of(east).useNetworkPlugin('cilium');
    ClusterFacts.of(west).useNetworkPlugin('calico');
    const message = /^east: ClusterFacts\.useNetworkPlugin\('calico'\): the app states cilium for this cluster already\. /;
    expect(() => ClusterFacts.of(east).useNetworkPlugin('calico')).toThrow(message);
    expect(() => ClusterFacts.of(app).useNetworkPlugin('antrea')).toThrow('states cilium for this cluster already');
  });

  test('that netpol does not know is an error', () => {
    const { app } = blocked();
    expect(() => ClusterFacts.of(app).useNetworkPlugin('celium')).toThrow("the app: ClusterFacts.useNetworkPlugin('celium'): 'celium' is not a network plugin that netpol knows");
    expect(() => Connectivity.fromApp(app, { networkPlugin: 'cilium@x' })).toThrow("networkPlugin: 'x' is not a version");
    expect(() => ClusterFacts.of(app).useNetworkPlugin(1 as any)).toThrow('ClusterFacts.useNetworkPlugin(...)');
  });
});
