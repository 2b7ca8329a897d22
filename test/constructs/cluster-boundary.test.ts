import { ApiObject, App, Chart, ChartProps, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { chartIn, deployment, pod, synthError } from './synthesized';
import { ClusterBoundary, Connectivity, DefaultDeny, LabelExpression, Port, Tier, TierProps } from '../../src';
import { ApiResource } from '../../src/k8s/objects';

/** A chart for one environment: a web shop and its database. */
class Shop extends Chart {
  public readonly web: Tier;
  public readonly db: Tier;

  constructor(scope: Construct, id: string, props?: ChartProps) {
    super(scope, id, { namespace: 'shop', ...props });
    this.web = Tier.fromApiObject(this, 'web', deployment(this, 'web-deployment', { labels: { app: 'web' }, metadata: { name: 'web' } }));
    this.db = new Tier(this, 'db', { ports: [Port.tcp(5432)] });
    this.db.allowFrom(this.web);
  }
}

/** The objects of a chart, after a synth of the app. */
function written(chart: Chart): ApiResource[] {
  App.of(chart).synth();
  return Testing.synth(chart) as ApiResource[];
}

/** The names of the policies of a chart. */
function policies(chart: Chart): string[] {
  return written(chart).filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => (metadata as { name: string }).name).sort();
}

const SHOP_POLICIES = ['allow-dns', 'allow-web-to-db', 'allow-web-to-db-egress', 'default-deny-all'];

describe('an app with a chart per environment, each with its ClusterBoundary', () => {
  const STATED: [string, (app: App) => Shop[]][] = [
    ['after each chart is made', app => ['eu', 'us'].map(region => {
      const chart = new Shop(app, `shop-${region}`);
      ClusterBoundary.of(chart).add(region);
      return chart;
    })],
    ['after all charts are made', app => {
      const charts = [new Shop(app, 'shop-eu'), new Shop(app, 'shop-us')];
      ClusterBoundary.of(charts[0]).add('eu');
      ClusterBoundary.of(charts[1]).add('us');
      return charts;
    }],
    ['for a construct around the chart, before the chart is made', app => ['eu', 'us'].map(region => {
      const scope = new Construct(app, region);
      ClusterBoundary.of(scope).add(region);
      return new Shop(scope, 'shop');
    })],
  ];

  test.each(STATED)('gets the default deny and the policies of its edges in both, with the same names (stated %s)', (_, make) => {
    const [eu, us] = make(Testing.app());
    expect(policies(eu)).toEqual(SHOP_POLICIES);
    expect(policies(us)).toEqual(SHOP_POLICIES);
  });

  test.each(STATED)('has the name of the cluster as an annotation on each object (stated %s)', (_, make) => {
    const [eu, us] = make(Testing.app());
    for (const [chart, cluster] of [[eu, 'eu'], [us, 'us']] as const) {
      new ApiObject(chart, 'late', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { annotations: { own: 'kept' } } });
      const annotations = written(chart).map(({ metadata }) => (metadata as { annotations?: object }).annotations);
      expect(annotations).toHaveLength(6);
      for (const one of annotations) { expect(one).toMatchObject({ 'cdk8s-netpol/cluster': cluster }); }
      expect(annotations).toContainEqual({ 'own': 'kept', 'cdk8s-netpol/cluster': cluster });
    }
  });

  test('can have a default deny of its own in one cluster, and the automatic one in the other', () => {
    const app = Testing.app();
    const eu = new Shop(app, 'shop-eu');
    ClusterBoundary.of(eu).add('eu');
    const us = new Shop(app, 'shop-us');
    ClusterBoundary.of(us).add('us');
    new DefaultDeny(eu, 'deny', { egress: false });
    expect(policies(eu)).toEqual(['allow-web-to-db', 'default-deny-ingress']);
    expect(policies(us)).toEqual(SHOP_POLICIES);
    expect(() => new DefaultDeny(us, 'deny', { dns: false })).not.toThrow();
    expect(policies(us)).toEqual(SHOP_POLICIES.slice(1));
  });

  test('can have several charts in one cluster, which share the default deny of a namespace', () => {
    const app = Testing.app();
    const [eu, jobs, us] = [new Shop(app, 'shop-eu'), chartIn(app, 'jobs-eu', 'shop'), chartIn(app, 'shop-us', 'shop')];
    const report = new Tier(jobs, 'report');
    new Tier(us, 'report');
    ClusterBoundary.of(eu).add('eu');
    ClusterBoundary.of(jobs).add('eu');
    ClusterBoundary.of(us).add('us');
    eu.db.allowFrom(report);
    expect(policies(eu)).toEqual(['allow-dns', 'allow-report-to-db', 'allow-web-to-db', 'allow-web-to-db-egress', 'default-deny-all']);
    expect(policies(jobs)).toEqual(['allow-report-to-db-egress']);
    expect(policies(us)).toEqual(['allow-dns', 'default-deny-all']);
  });
});

test('an app can be one cluster as a whole', () => {
  const app = Testing.app();
  const chart = new Shop(app, 'shop');
  ClusterBoundary.of(app).add('eu');
  expect(policies(chart)).toEqual(SHOP_POLICIES);
  expect(JSON.stringify(written(chart)[0].metadata)).toContain('"cdk8s-netpol/cluster":"eu"');
});

test('an app without a boundary writes no annotation', () => {
  expect(JSON.stringify(written(new Shop(Testing.app(), 'shop')))).not.toContain('cdk8s-netpol/cluster');
});

test('a policy does not take the name of an object that is part of every cluster', () => {
  const app = Testing.app();
  const [eu, us] = [new Shop(app, 'shop-eu'), new Shop(app, 'shop-us')];
  const shared = chartIn(app, 'shared', 'shop');
  new ApiObject(shared, 'deny', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny-all' }, spec: { podSelector: {} } } as never);
  const inEu = new ApiObject(eu, 'own', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'allow-dns' }, spec: { podSelector: {} } } as never);
  ClusterBoundary.of(eu).add('eu');
  ClusterBoundary.of(us).add('us');
  expect(policies(us)).toEqual(['allow-dns', 'allow-web-to-db', 'allow-web-to-db-egress', expect.stringMatching(/^default-deny-all-[0-9a-f]{8}$/)]);
  expect(policies(eu)).toEqual([
    'allow-dns', expect.stringMatching(/^allow-dns-[0-9a-f]{8}$/), 'allow-web-to-db', 'allow-web-to-db-egress', expect.stringMatching(/^default-deny-all-[0-9a-f]{8}$/),
  ]);
  expect(inEu.name).toBe('allow-dns');
});

describe('an edge from one cluster into another is an error with both construct paths', () => {
  function twoShops(app = Testing.app()) {
    return { app, eu: new Shop(app, 'shop-eu'), us: new Shop(app, 'shop-us') };
  }

  test('in the call, if both boundaries are stated', () => {
    const { eu, us } = twoShops();
    ClusterBoundary.of(eu).add('eu');
    ClusterBoundary.of(us).add('us');
    expect(() => us.db.allowFrom(eu.web)).toThrow('shop-us/db: allowFrom(shop-eu/web): shop-eu/web is in cluster eu, shop-us/db is in cluster us, and no policy selects pods of another cluster. Make both tiers in one cluster, or name the addresses of the other cluster by Peer.cidr(...).');
    expect(policies(us)).toEqual(SHOP_POLICIES);
  });

  test('in the call, if a workload without a tier is in another cluster', () => {
    const { eu, us } = twoShops();
    ClusterBoundary.of(eu).add('eu');
    ClusterBoundary.of(us).add('us');
    const job = deployment(eu, 'job', { labels: { app: 'job' }, metadata: { name: 'job' } });
    expect(() => us.db.allowFrom(job)).toThrow('shop-us/db: allowFrom(shop-eu/job): shop-eu/job is in cluster eu, shop-us/db is in cluster us, and no policy selects pods of another cluster. Make both tiers');
    expect(() => us.web.allowTo(job)).toThrow('shop-us/web: allowTo(shop-eu/job): shop-us/web is in cluster us, shop-eu/job is in cluster eu');
    expect(() => new DefaultDeny(us, 'deny', { scrapedBy: [job] })).toThrow('shop-eu/job is in cluster eu, shop-us/deny/pods is in cluster us');
    expect(policies(us)).toEqual(SHOP_POLICIES);
  });

  test('in the synth, if a boundary is stated later', () => {
    const { eu, us } = twoShops();
    us.db.allowFrom(eu.web);
    ClusterBoundary.of(eu).add('eu');
    ClusterBoundary.of(us).add('us');
    expect(synthError(eu)).toContain('[shop-us/db] shop-eu/web may reach this tier, but it is in cluster eu and this tier is in cluster us; no policy selects pods of another cluster. Make both tiers');
  });
});

describe('a tier of a workload of another cluster is an error with both construct paths', () => {
  function twoCharts() {
    const app = Testing.app();
    const [eu, us] = ['eu', 'us'].map(id => chartIn(app, id, 'shop'));
    return { eu, us, workload: deployment(eu, 'web', { metadata: { name: 'web' } }) };
  }

  test('in the call, if both boundaries are stated, and then nothing is made', () => {
    const { eu, us, workload } = twoCharts();
    for (const chart of [eu, us]) { ClusterBoundary.of(chart).add(chart.node.id); }
    const error = 'eu/web is in cluster eu, the scope of the tier, us, is in cluster us, and no policy selects pods of another cluster. '
      + 'Make both in one cluster: Tier.of(workload) makes the tier where its workload is.';
    expect(() => Tier.fromWorkload(us, 'web', workload)).toThrow(`us/web: ${error}`);
    expect(() => Tier.fromApiObject(us, 'web', workload)).toThrow(`us/web: ${error}`);
    expect(us.node.children).toEqual([]);
    expect(Tier.of(workload).node.path).toBe('eu/web/tier');
  });

  test('in the synth, if a boundary is stated later', () => {
    const { eu, us, workload } = twoCharts();
    Tier.fromWorkload(us, 'web', workload);
    for (const chart of [eu, us]) { ClusterBoundary.of(chart).add(chart.node.id); }
    expect(synthError(us)).toContain('[us/web] eu/web is in cluster eu, this tier is in cluster us, and no policy selects pods of another cluster. Make both in one cluster');
  });

  test('but not if the workload is in no cluster, because it is part of each one', () => {
    const { eu, us, workload } = twoCharts();
    ClusterBoundary.of(us).add('us');
    expect(policies(Chart.of(Tier.fromWorkload(us, 'web', workload)))).toEqual(['allow-dns', 'default-deny-all']);
    expect(policies(eu)).toEqual([]);
  });
});

test('a tier or a DefaultDeny in no cluster is an error if the app has clusters', () => {
  const app = Testing.app();
  ClusterBoundary.of(new Shop(app, 'shop-eu')).add('eu');
  const tools = chartIn(app, 'tools', 'tools');
  new Tier(tools, 'scanner');
  new DefaultDeny(tools, 'deny');
  const error = synthError(tools);
  expect(error).toContain("[tools/scanner] this is in no cluster, but the app states clusters: eu (shop-eu). Say which cluster its chart is for: ClusterBoundary.of(chart).add('...').");
  expect(error).toContain('[tools/deny] this is in no cluster');
  ClusterBoundary.of(tools).add('eu');
  expect(() => app.synth()).not.toThrow();
});

test('two DefaultDenys that a boundary brings into one cluster are an error', () => {
  const app = Testing.app();
  const [one, two] = [chartIn(app, 'one', 'shop'), chartIn(app, 'two', 'shop')];
  ClusterBoundary.of(one).add('eu');
  new DefaultDeny(one, 'deny');
  new DefaultDeny(two, 'deny');
  ClusterBoundary.of(two).add('eu');
  expect(synthError(one)).toBe(`Validation failed with the following errors:
  [two/deny] namespace shop already has a DefaultDeny, at one/deny. Remove one of the two; or if their charts are for two clusters, call ClusterBoundary.of(chart).add('...') for each chart.`);
});

describe('ClusterBoundary.add', () => {
  test('may repeat a boundary', () => {
    const app = Testing.app();
    const eu = new Shop(app, 'shop-eu');
    ClusterBoundary.of(eu).add('eu');
    expect(() => ClusterBoundary.of(eu).add('eu')).not.toThrow();
    expect(policies(eu)).toEqual(SHOP_POLICIES);
  });

  test('throws for a second name of a scope, and for a cluster inside another one', () => {
    const app = new App();
    const eu = new Shop(app, 'shop-eu');
    const inner = new Chart(eu, 'inner');
    ClusterBoundary.of(eu).add('eu');
    expect(() => ClusterBoundary.of(eu).add('us')).toThrow("shop-eu: ClusterBoundary.add('us'): this is cluster 'eu' already. State each cluster once, for charts that are not inside each other.");
    expect(() => ClusterBoundary.of(inner).add('us')).toThrow("shop-eu/inner: ClusterBoundary.add('us'): shop-eu is cluster 'eu', and a cluster is not part of another one.");
    expect(() => ClusterBoundary.of(app).add('us')).toThrow("the app: ClusterBoundary.add('us'): shop-eu is cluster 'eu'");
    const other = new App();
    ClusterBoundary.of(other).add('eu');
    expect(() => ClusterBoundary.of(chartIn(other, 'one')).add('us')).toThrow("one: ClusterBoundary.add('us'): the app is cluster 'eu'");
  });

  test('does not count the boundary of a chart that was removed', () => {
    const app = Testing.app();
    const inner = new Chart(new Construct(app, 'group'), 'old');
    ClusterBoundary.of(inner).add('old');
    inner.node.scope!.node.tryRemoveChild('old');
    expect(() => ClusterBoundary.of(app).add('eu')).not.toThrow();
    const other = Testing.app();
    ClusterBoundary.of(chartIn(other, 'gone')).add('gone');
    other.node.tryRemoveChild('gone');
    expect(policies(new Shop(other, 'shop'))).toEqual(SHOP_POLICIES);
  });

  test('throws for a construct inside a chart, because a chart is for one cluster', () => {
    const chart = chartIn(new App(), 'shop');
    expect(() => ClusterBoundary.of(new Construct(chart, 'part')).add('eu'))
      .toThrow("shop/part: ClusterBoundary.add('eu'): shop/part is inside chart shop, and a chart is for one cluster. State the boundary for the chart.");
  });

  test.each([['', 'it is empty'], ['a b', 'a valid label must']])('throws for the name %p', (name, reason) => {
    expect(() => ClusterBoundary.of(chartIn(new App(), 'shop')).add(name)).toThrow(`cannot be the name of a cluster: ${reason}`);
    expect(() => ClusterBoundary.of(chartIn(new App(), 'shop')).add(name)).toThrow("Write a name such as 'eu'.");
  });

  test('throws for an environment variable that is not set', () => {
    expect(() => ClusterBoundary.of(chartIn(new App(), 'shop')).add(process.env.A_VARIABLE_THAT_IS_NOT_SET!))
      .toThrow("shop: ClusterBoundary.add(...): cluster must be text, not undefined. Write text such as 'eu'; an environment variable that is not set is undefined.");
  });
});

describe('without a boundary, two charts', () => {
  test('with the same environment make the synth fail, which offers both ways out', () => {
    const app = Testing.app();
    new Shop(app, 'shop-eu');
    const us = new Shop(app, 'shop-us');
    expect(synthError(us)).toBe(`Validation failed with the following errors:
  [shop-us] this chart and chart shop-eu make the same things for one cluster:
    Deployment shop/web: shop-eu/web-deployment and shop-us/web-deployment
    the pods app=web of namespace shop: shop-eu/web and shop-us/web
    the pods app=db of namespace shop: shop-eu/db and shop-us/db
    If the charts are for two clusters, say so: ClusterBoundary.of(chart).add('...') for each chart. If they are for one cluster, make each of these in
    one chart and pass it to the other, or give it another name or other labels.`);
  });

  test('with the same environment cannot be judged together by Connectivity either', () => {
    const app = Testing.app();
    for (const id of ['shop-eu', 'shop-us']) { new Shop(app, id); }
    expect(() => Connectivity.fromApp(app)).toThrow('[shop-us] this chart and chart shop-eu make the same things for one cluster:\n    Deployment shop/web: shop-eu/web-deployment and shop-us/web-deployment\n');
    expect(() => Connectivity.fromChart(app.charts[0])).not.toThrow();
  });

  test('with more than five such things name five of them', () => {
    const app = Testing.app();
    for (const chart of [chartIn(app, 'one', 'shop'), chartIn(app, 'two', 'shop')]) {
      new Tier(chart, 'a');
      for (let i = 0; i < 6; i++) { pod(chart, `pod-${i}`, {}); }
    }
    const error = synthError(app.charts[0]);
    expect(error.match(/Pod shop\/pod-[0-4]: /g)).toHaveLength(5);
    expect(error).toContain('\n    and 2 more\n');
  });

  test.each<[string, TierProps, TierProps, string]>([
    ['by a label in one chart and by an expression in the other', { labels: { app: 'x' } }, { matchExpressions: [LabelExpression.isIn('app', ['x'])] }, 'app=x'],
    ['by expressions in another order', { matchExpressions: [LabelExpression.exists('a'), LabelExpression.isNotIn('b', ['2', '1'])] },
      { matchExpressions: [LabelExpression.isNotIn('b', ['1', '2']), LabelExpression.exists('a')] }, 'a,b notin (1,2)'],
    ['by a label that is written twice', { labels: { app: 'x' }, matchExpressions: [LabelExpression.isIn('app', ['x'])] }, { labels: { app: 'x' } }, 'app=x'],
  ])('with tiers that select the same pods make the synth fail, %s', (_, first, second, pods) => {
    const app = Testing.app();
    new Tier(chartIn(app, 'one', 'shop'), 'a', first);
    new Tier(chartIn(app, 'two', 'shop'), 'b', second);
    expect(synthError(app.charts[0])).toContain(`\n    the pods ${pods} of namespace shop: one/a and two/b\n`);
  });

  test('with tiers of one namespace and other pods share its default deny', () => {
    const app = Testing.app();
    const [front, back] = [chartIn(app, 'front', 'shop'), chartIn(app, 'back', 'shop')];
    const db = new Tier(back, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(new Tier(front, 'web'));
    expect(policies(front)).toEqual(['allow-web-to-db-egress']);
    expect(policies(back)).toEqual(['allow-dns', 'allow-web-to-db', 'default-deny-all']);
  });

  test.each([
    ['a ConfigMap with different content', (chart: Chart) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { in: chart.node.id } }), 'ConfigMap shop/c: one/x and two/x'],
    ['a policy with different content', (chart: Chart) =>
      ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { in: chart.node.id } } } }), 'NetworkPolicy shop/p: one/x and two/x'],
    ['an equal workload', () => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [] } }), 'Pod shop/p: one/x and two/x'],
    ['a Namespace with different labels', (chart: Chart) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { in: chart.node.id } } }), 'Namespace shop: one/x and two/x'],
    ['a List with a different object', (chart: Chart) =>
      ({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'shop' }, spec: { in: chart.node.id } }] }), 'Service shop/s: one/x and two/x'],
  ])('with %s make the synth fail', (_, object, line) => {
    const app = Testing.app();
    for (const chart of [chartIn(app, 'one', 'shop'), chartIn(app, 'two', 'shop')]) { new ApiObject(chart, 'x', object(chart) as never); }
    new Tier(app.charts[0], 'web');
    expect(synthError(app.charts[0])).toContain(`\n    ${line}\n`);
  });

  test.each([
    ['an equal Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } }],
    ['an equal ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'b' } }],
    ['objects with generated names', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: undefined, generateName: 'c-' } }],
  ])('with %s are fine', (_, object) => {
    const app = Testing.app();
    for (const chart of [chartIn(app, 'one', 'shop'), chartIn(app, 'two', 'shop')]) {
      const made = new ApiObject(chart, 'x', object as never);
      if (object.metadata.name === undefined) { made.toJson = () => object; }
    }
    new Tier(app.charts[0], 'web');
    expect(() => app.synth()).not.toThrow();
  });

  test('with an object of two namespaces make the synth fail, if its kind has no namespace', () => {
    const app = Testing.app();
    for (const name of ['one', 'two']) {
      new ApiObject(chartIn(app, name, name), 'x', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ verbs: [name] }] });
    }
    new Tier(app.charts[0], 'web');
    expect(synthError(app.charts[0])).toContain('\n    ClusterRole reader: one/x and two/x\n');
  });

  test('with objects of one name in two API groups are fine', () => {
    const app = Testing.app();
    for (const [id, group] of [['one', 'a.example'], ['two', 'b.example']]) {
      new ApiObject(chartIn(app, id, 'shop'), 'x', { apiVersion: `${group}/v1`, kind: 'Gate', metadata: { name: 'g' }, spec: { group } } as never);
    }
    new Tier(app.charts[0], 'web');
    expect(() => app.synth()).not.toThrow();
  });
});

test('one chart with two objects of one name and different content makes the synth fail', () => {
  const chart = chartIn(Testing.app(), 'one', 'shop');
  for (const id of ['a', 'b']) { new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { id } } as never); }
  new Tier(chart, 'web');
  expect(synthError(chart)).toBe(`Validation failed with the following errors:
  [one] the chart makes objects of one name with different content, and a cluster keeps only the last one:
    ConfigMap shop/c: one/a and one/b
    Remove one of the two, or give it another name.`);
});

test('an object of a shared chart counts in every cluster, so it must not differ from one of a cluster', () => {
  const app = Testing.app();
  const [shared, eu, us] = ['shared', 'eu', 'us'].map(id => chartIn(app, id, 'shop'));
  const config = (chart: Chart, data: object) => new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data } as never);
  ClusterBoundary.of(eu).add('eu');
  ClusterBoundary.of(us).add('us');
  new Tier(eu, 'web');
  config(eu, { a: 'eu' });
  config(us, { a: 'us' });
  expect(() => app.synth()).not.toThrow();
  config(shared, { a: 'eu' });
  expect(synthError(eu)).toContain('[us] this chart and chart shared make the same things for one cluster:\n    ConfigMap shop/c: shared/x and us/x\n');
  expect(synthError(eu)).not.toContain('eu/x');
});

test('an object that cannot be rendered is reported by cdk8s, and not by this check', () => {
  const chart = chartIn(Testing.app(), 'one', 'shop');
  new Tier(chart, 'web');
  new ApiObject(chart, 'broken', { apiVersion: 'v1', kind: 'ConfigMap' }).toJson = () => { throw new Error('no'); };
  expect(synthError(chart)).toBe('no');
});
