import '../../src/assertions/jest';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { ClusterBoundary, ClusterFacts, Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';
import { deployment } from '../constructs/synthesized';

/* An app with a chart per environment: claims are judged cluster by cluster. */

const [WEB, DB] = [Endpoint.workload('shop/web'), Endpoint.workload('shop/db')];

interface Shop {
  readonly chart: Chart;
  readonly web: Tier;
  readonly db: Tier;
}

/** The same shop for two clusters. In `us`, the web pods do not reach the database. */
function shops(): { readonly app: App; readonly eu: Shop; readonly us: Shop } {
  const app = Testing.app();
  const [eu, us] = ['eu', 'us'].map(region => {
    const chart = new Chart(app, `shop-${region}`, { namespace: 'shop' });
    ClusterBoundary.of(chart).add(region);
    const spec = { containers: [{ name: 'main', image: 'main', ports: [{ containerPort: 80 }] }] };
    const [web, db] = ['web', 'db'].map(id => Tier.fromApiObject(chart, id, deployment(chart, `${id}-deployment`, { spec, labels: { app: id }, metadata: { name: id } })));
    if (region === 'eu') { db.allowFrom(web); }
    return { chart, web, db };
  });
  return { app, eu, us };
}

/** A policy that lets everything into every pod of the namespace. */
function hole(chart: Chart): ApiObject {
  const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
  return new ApiObject(chart, 'hole', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'hole', namespace: 'shop' }, spec } as never);
}

describe('an intent', () => {
  test('of a chart is judged in the cluster of the chart, where the policies of the other cluster do not count', () => {
    const { app, eu, us } = shops();
    new ConnectivityIntent(eu.chart, 'intent').allowed(eu.web, eu.db).admitsOnly(eu.db, [eu.web]);
    new ConnectivityIntent(us.chart, 'intent').denied(us.web, us.db).admitsOnly(us.db, []).denied(WEB, DB);
    expect(() => app.synth()).not.toThrow();
    hole(us.chart);
    expect(() => app.synth()).toThrow(/\[shop-us\/intent\] admitsOnly\(shop-us\/db, \[\]\) does not hold/);
    expect(() => app.synth()).not.toThrow('shop-eu/intent');
  });

  test('outside of all boundaries is judged in the cluster of its tiers, and if it has none, in each cluster', () => {
    const { app, eu, us } = shops();
    const shared = new Chart(app, 'intents');
    const intent = new ConnectivityIntent(shared, 'intent').allowed(eu.web, eu.db).denied(us.web, us.db).admitsOnly(DB, [WEB]);
    expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true, true, true]);
    expect(intent.verdicts()[2].explanation).toMatch(/^In cluster eu:\nadmitsOnly: [^]*\nIn cluster us:\nadmitsOnly: /);
    const [verdict] = new ConnectivityIntent(shared, 'each').allowed(WEB, DB).verdicts();
    expect(verdict.holds).toBe(false);
    expect(verdict.explanation).toMatch(/^In cluster us:\n/);
  });

  test('about tiers of two clusters is an error with both construct paths', () => {
    const { app, eu, us } = shops();
    new ConnectivityIntent(app.node.findChild('shop-eu') as Chart, 'own').denied(us.web, us.db);
    expect(() => app.synth()).toThrow('[shop-eu/own] denied(shop-us/web, shop-us/db): shop-eu/own is in cluster eu and shop-us/web is in cluster us, and no claim is about two clusters. Claim something about each cluster by itself, or name the addresses of the other cluster by Peer.cidr(...).');
    eu.chart.node.tryRemoveChild('own');
    new ConnectivityIntent(new Chart(app, 'intents'), 'both').denied(eu.web, us.db);
    expect(() => app.synth()).toThrow('[intents/both] denied(shop-eu/web, shop-us/db): shop-eu/web is in cluster eu and shop-us/db is in cluster us');
  });

  test('about workloads without tiers is judged in their cluster, and about those of two clusters it is an error', () => {
    const { app, eu, us } = shops();
    const [inEu, inUs] = [eu, us].map(({ chart }) => deployment(chart, 'job', { labels: { app: 'job' }, metadata: { name: 'job' } }));
    us.db.allowFrom(inUs);
    const claims = new Chart(app, 'claims');
    const intent = new ConnectivityIntent(claims, 'intent').allowed(inUs, us.db).denied(inEu, eu.db).admitsOnly(us.db, [inUs]);
    expect(intent.verdicts().map(({ holds }) => holds)).toEqual([true, true, true]);
    new ConnectivityIntent(claims, 'both').denied(inEu, inUs).denied(eu.web, inUs);
    expect(() => app.synth()).toThrow(/\[claims\/both\] denied\(shop-eu\/job, shop-us\/job\): shop-eu\/job is in cluster eu and shop-us\/job is in cluster us, and no claim is about two clusters[^]*\[claims\/both\] denied\(shop-eu\/web, shop-us\/job\): shop-eu\/web is in cluster eu and shop-us\/job is in cluster us/);
  });

  test('about a workload outside of all boundaries is judged in the cluster of the other side, because the workload is part of each cluster', () => {
    const { app, eu } = shops();
    const agent = deployment(new Chart(app, 'agents', { namespace: 'agents' }), 'agent', { labels: { app: 'agent' }, metadata: { name: 'agent' } });
    expect(new ConnectivityIntent(eu.chart, 'intent').denied(agent, eu.db).verdicts().map(({ holds }) => holds)).toEqual([true]);
    const verdict = Connectivity.fromApp(app).checkDenied(agent, Endpoint.workload('shop/web'));
    expect(verdict.holds).toBe(true);
    expect(verdict.explanation).toMatch(/^In clusters eu and us, with the places of eu:\n/);
  });

  test('names the cluster if a claim cannot be judged in it', () => {
    const { app, eu } = shops();
    deployment(eu.chart, 'only', { labels: { app: 'only' }, metadata: { name: 'only' } });
    new ConnectivityIntent(new Chart(app, 'intents'), 'intent').denied(Endpoint.workload('shop/only'), DB);
    expect(() => app.synth()).toThrow("[intents/intent] in cluster us: denied(shop/only, shop/db): there is no workload 'shop/only'");
  });

  test('is judged on objects outside of all boundaries too, because they are part of every cluster', () => {
    const { app, eu, us } = shops();
    new ConnectivityIntent(eu.chart, 'intent').admitsOnly(eu.db, [eu.web]);
    new ConnectivityIntent(us.chart, 'intent').admitsOnly(us.db, []);
    hole(new Chart(app, 'shared'));
    expect(() => app.synth()).toThrow(/\[shop-eu\/intent\] admitsOnly[^]*\[shop-us\/intent\] admitsOnly/);
  });

  test('that is undecided in one cluster is undecided, unless another one shows that it does not hold', () => {
    const { app, us } = shops();
    us.db.allowFrom(us.web);
    const spec = { endpointSelector: {}, ingressDeny: [{ fromEntities: ['all'] }] };
    new ApiObject(us.chart, 'cilium', { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec } as never);
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const intents = new ConnectivityIntent(new Chart(app, 'intents'), 'intent').allowed(WEB, DB).denied(WEB, DB);
    expect(intents.verdicts().map(({ holds, undecided }) => [holds, undecided])).toEqual([[false, true], [false, false]]);
    warnings.mockRestore();
  });
});

describe('Connectivity', () => {
  test('of an app judges a claim in the cluster of its tiers', () => {
    const { app, eu, us } = shops();
    const connectivity = Connectivity.fromApp(app);
    expect(connectivity.checkAllowed(eu.web, eu.db).holds).toBe(true);
    expect(connectivity.checkDenied(us.web, us.db).holds).toBe(true);
    expect(() => connectivity.checkDenied(eu.web, us.db)).toThrow('denied(shop-eu/web, shop-us/db): shop-eu/web is in cluster eu and shop-us/db is in cluster us');
    expect(() => connectivity.assertAllowed(us.web, us.db)).toThrow('allowed(shop-us/web, shop-us/db) does not hold');
  });

  test('of an app judges a claim about names in each cluster', () => {
    const connectivity = Connectivity.fromApp(shops().app);
    expect(connectivity.checkAllowed(WEB, DB).holds).toBe(false);
    expect(connectivity.checkDenied(WEB, DB).holds).toBe(false);
    expect(connectivity.checkDenied(DB, WEB).holds).toBe(true);
    expect(connectivity.checkReachesOnly(DB, [Peer.clusterDns()], { ports: [Port.tcp(443)] }).holds).toBe(true);
  });

  test('of the text that was written judges the same', () => {
    const { app, eu, us } = shops();
    const text = app.synthYaml();
    expect(text).toContain('cdk8s-netpol/cluster: eu\n');
    const connectivity = Connectivity.fromYaml(text);
    const verdicts = [connectivity.checkAllowed(WEB, DB), connectivity.checkDenied(WEB, DB), connectivity.checkDenied(DB, WEB)];
    expect(verdicts.map(({ holds }) => holds)).toEqual([false, false, true]);
    expect(connectivity.checkAllowed(eu.web, eu.db).holds).toBe(true);
    expect(connectivity.checkAllowed(us.web, us.db).holds).toBe(false);
    expect(connectivity.toString()).toBe(Connectivity.fromApp(app).toString());
  });

  test('of one cluster judges every claim there', () => {
    const { app } = shops();
    expect(Connectivity.fromApp(app, { cluster: 'eu' }).checkAllowed(WEB, DB).holds).toBe(true);
    expect(Connectivity.fromYaml(app.synthYaml(), { cluster: 'us' }).checkDenied(WEB, DB).holds).toBe(true);
    expect(Connectivity.fromApp(app, { cluster: 'eu' }).toString()).not.toContain('cluster');
  });

  test('of one cluster throws for a tier of another one', () => {
    const { app, us } = shops();
    expect(() => Connectivity.fromApp(app, { cluster: 'eu' }).checkDenied(us.web, us.db))
      .toThrow('denied(shop-us/web, shop-us/db): the claim is about cluster us, but the objects are those of eu. Judge the objects of us, or claim something about another cluster.');
  });

  test('throws for a cluster that the input does not have, and names those that it has', () => {
    expect(() => Connectivity.fromApp(shops().app, { cluster: 'asia' })).toThrow("Connectivity.fromApp: the input has no cluster 'asia', but eu, us: write cluster: 'eu'");
    expect(() => Connectivity.fromYaml('{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [] } }', { cluster: 'asia' }))
      .toThrow("Connectivity.fromYaml: the input has no cluster 'asia': no object has the annotation cdk8s-netpol/cluster");
  });

  test('of a chart judges its own cluster', () => {
    const { us } = shops();
    expect(Connectivity.fromChart(us.chart).checkDenied(WEB, DB).holds).toBe(true);
  });

  test('of manifests without the annotation judges tiers of a cluster as they are', () => {
    const { app, eu } = shops();
    const text = app.charts[0].toJson().map((object: any) => JSON.stringify({ ...object, metadata: { ...object.metadata, annotations: {} } })).join('\n---\n');
    expect(Connectivity.fromYaml(text).checkAllowed(eu.web, eu.db).holds).toBe(true);
  });

  test('applies and removes an object in the cluster of its annotation, and without one in each cluster', () => {
    const { app, eu, us } = shops();
    const connectivity = Connectivity.fromApp(app);
    const text = (annotations: object) => JSON.stringify({
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'hole', namespace: 'shop', annotations }, spec: { podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] },
    });
    const open = () => [eu, us].map(({ db }) => !connectivity.checkAdmitsOnly(db, [eu.web].filter(() => db === eu.db)).holds);
    connectivity.apply(text({ 'cdk8s-netpol/cluster': 'us' }));
    expect(open()).toEqual([false, true]);
    expect(connectivity.remove(text({ 'cdk8s-netpol/cluster': 'us' }))).toBe(true);
    expect(open()).toEqual([false, false]);
    connectivity.apply(text({}));
    expect(open()).toEqual([true, true]);
    expect(connectivity.remove(text({}))).toBe(true);
    expect(connectivity.remove(text({}))).toBe(false);
  });

  test('shows a warning about an object of every cluster once', () => {
    const { app } = shops();
    new ApiObject(new Chart(app, 'shared'), 'cilium', { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {} } } as never);
    expect(Connectivity.fromApp(app).warnings).toHaveLength(1);
  });

  test('throws if the API server would refuse an object of one cluster', () => {
    const { app, us } = shops();
    new ApiObject(us.chart, 'bad', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'bad' }, spec: { podSelector: 1 } } as never);
    expect(() => Connectivity.fromApp(app)).toThrow('shop-us/bad: error NP026');
    expect(() => Connectivity.fromApp(app, { cluster: 'eu' })).not.toThrow();
  });
});

test('the matchers judge cluster by cluster', () => {
  const { app, eu, us } = shops();
  expect(app).toAllow(eu.web, eu.db);
  expect(app).toDeny(us.web, us.db);
  expect(app).toDeny('shop/db', 'shop/web');
  expect(app).not.toAllow('shop/web', 'shop/db');
  expect(eu.chart).toAllow('shop/web', 'shop/db');
  expect(us.chart).toAdmitOnly('shop/db', []);
});

describe('ClusterFacts', () => {
  /** A database in each cluster that admits the namespaces with label team=ops, and a job in namespace ops. */
  function withOps() {
    const app = Testing.app();
    return [app, ...['eu', 'us'].map(region => {
      const chart = new Chart(app, region, { namespace: 'shop' });
      ClusterBoundary.of(chart).add(region);
      const db = new Tier(chart, 'db', { ports: [Port.tcp(80)] });
      const job = new Tier(chart, 'job', { namespace: 'ops' });
      db.allowFrom(Peer.namespaces({ labels: { team: 'ops' } }));
      job.allowTo(Peer.anything(), { ports: [Port.all()] });
      return { chart, db, job };
    })] as const;
  }

  test('of a chart are facts of its cluster, and those of the app are facts of each cluster', () => {
    const [app, eu, us] = withOps() as any;
    const allowed = () => [eu, us].map(({ job, db }) => Connectivity.fromApp(app).checkAllowed(job, db).holds);
    expect(allowed()).toEqual([false, false]);
    ClusterFacts.of(eu.chart).addNamespace('ops', { labels: { team: 'ops' } });
    expect(allowed()).toEqual([true, false]);
    ClusterFacts.of(us.chart).addNamespace('ops', { labels: { team: 'other' } });
    expect(allowed()).toEqual([true, false]);
    expect(() => ClusterFacts.of(app).addNamespace('ops', { labels: { team: 'ops' } })).toThrow('us states other labels for this namespace');
    const [other, one, two] = withOps() as any;
    ClusterFacts.of(other).addNamespace('ops', { labels: { team: 'ops' } });
    expect([one, two].map(({ job, db }) => Connectivity.fromApp(other).checkAllowed(job, db).holds)).toEqual([true, true]);
    expect(() => ClusterFacts.of(one.chart).addNamespace('ops', {})).toThrow('the app states other labels for this namespace');
  });

  test('about the addresses of pods are those of a cluster', () => {
    const [app, eu, us] = withOps() as any;
    for (const { db } of [eu, us]) { db.allowFrom(Peer.cidr('10.0.0.0/8')); }
    ClusterFacts.of(eu.chart).addPodCidrs(['10.1.0.0/16']);
    expect([eu, us].map(({ job, db }) => Connectivity.fromApp(app).checkAllowed(job, db).holds)).toEqual([true, false]);
  });

  test('are read again by an intent when those of a cluster change', () => {
    const [, eu] = withOps() as any;
    const intent = new ConnectivityIntent(eu.chart, 'intent').allowed(eu.job, eu.db);
    expect(intent.verdicts()[0].holds).toBe(false);
    ClusterFacts.of(eu.chart).addNamespace('ops', { labels: { team: 'ops' } });
    expect(intent.verdicts()[0].holds).toBe(true);
  });
});
