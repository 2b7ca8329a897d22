import { ApiObject, ApiObjectProps, App, Chart, JsonPatch, Lazy, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { chartIn, connectionsOf, deployment, namesOf, newChart, objectsOf, policyOf, selectorOf, synthError } from './synthesized';
import { ClusterBoundary, Port, Tier, WorkloadTierOptions } from '../../src';

/* Tiers of workloads: which pods, ports and namespace they take from the API object. cdk8s-plus: see cdk8s-plus-workloads.test.ts too. */

const ADDRESS = 'cdk8s.io/metadata.addr';
const containers = [{ image: 'web', portNumber: 80 }];

/** The selector of a tier of this object. */
function selected(object: ApiObject, props?: WorkloadTierOptions) {
  return selectorOf(Tier.fromApiObject(Chart.of(object), 'tier', object, props));
}

/** The ports of a tier of this object. */
function portsOf(object: ApiObject, props?: WorkloadTierOptions) {
  Tier.fromApiObject(Chart.of(object), 'tier', object, { name: 'tier', ...props }).allowInternally();
  return policyOf(Chart.of(object), 'allow-tier-internally').spec.ingress![0].ports;
}

/** The error of an app with a tier of this object. */
function errorOf(object: ApiObject, props?: WorkloadTierOptions): string {
  Tier.fromApiObject(Chart.of(object), 'tier', object, props);
  return synthError(Chart.of(object));
}

describe('the object of a workload', () => {
  test.each([
    ['v1', 'Pod'], ['v1', 'ReplicationController'], ['apps/v1', 'Deployment'], ['apps/v1', 'ReplicaSet'],
    ['apps/v1', 'StatefulSet'], ['apps/v1', 'DaemonSet'], ['batch/v1', 'Job'], ['batch/v1', 'CronJob'],
  ])('can be a %s %s', (apiVersion, kind) => {
    const chart = newChart();
    expect(() => Tier.fromWorkload(chart, 'web', new ApiObject(chart, 'x', { apiVersion, kind }))).not.toThrow();
  });

  test.each([['v1', 'Service'], ['example.com/v1', 'Deployment'], ['apps/v1', 'Pod']])('cannot be a %s %s: the call throws and lists the kinds', (apiVersion, kind) => {
    const chart = newChart();
    const object = new ApiObject(chart, 'x', { apiVersion, kind });
    const message = `shop/web: shop/x is a ${kind} of ${apiVersion}, which is not a kind of workload that netpol knows. Give a workload (Pod, `;
    expect(() => Tier.fromWorkload(chart, 'web', object)).toThrow(message);
    expect(() => Tier.fromApiObject(chart, 'web', object)).toThrow(message);
  });

  test('is the default child of a construct, at any depth', () => {
    const chart = newChart();
    const outer = new Construct(chart, 'outer');
    deployment(new Construct(outer, 'Default'), 'Resource');
    expect(selectorOf(Tier.fromWorkload(chart, 'web', outer))).toEqual({ matchLabels: { app: 'Resource' } });
  });

  test('has to exist: a construct without an API object throws', () => {
    const chart = newChart();
    expect(() => Tier.fromWorkload(chart, 'web', new Construct(chart, 'bare'))).toThrow('shop/web: shop/bare has no API object as its default child');
    expect(() => Tier.fromWorkload(chart, 'web', undefined as any)).toThrow('shop/web: Tier.fromWorkload(...): workload must be a workload, not undefined');
  });

  test('is not changed by a tier', () => {
    const chart = newChart();
    const object = deployment(chart, 'd', { spec: { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 80 }] }] } });
    const before = JSON.stringify(object.toJson());
    Tier.fromWorkload(chart, 'web', object).allowInternally();
    expect(objectsOf(chart).filter(o => o.kind === 'Deployment').map(o => JSON.stringify(o))).toEqual([before]);
  });
});

describe('the pods of a workload are selected', () => {
  test("by the workload's own selector, including its expressions", () => {
    const matchExpressions = [{ key: 'tier', operator: 'In', values: ['a'] }];
    expect(selected(deployment(newChart(), 'web', { labels: { app: 'web', tier: 'a', version: '1' }, selector: { matchLabels: { app: 'web' }, matchExpressions } })))
      .toEqual({ matchLabels: { app: 'web' }, matchExpressions });
  });

  test("by the template's labels if the workload has no selector", () => {
    expect(selected(deployment(newChart(), 'web', { labels: { app: 'web' } }))).toEqual({ matchLabels: { app: 'web' } });
  });

  test('without the address label of cdk8s-plus, which changes when a construct is renamed, unless it is the only label', () => {
    expect(selected(deployment(newChart(), 'web', { labels: { app: 'web', [ADDRESS]: 'x' }, selector: { matchLabels: { [ADDRESS]: 'x' } } })))
      .toEqual({ matchLabels: { app: 'web' } });
    expect(selected(deployment(newChart(), 'web', { labels: { [ADDRESS]: 'x' }, selector: { matchLabels: { [ADDRESS]: 'x' } } })))
      .toEqual({ matchLabels: { [ADDRESS]: 'x' } });
  });

  test('by given labels, which the pods must have', () => {
    const chart = newChart();
    expect(selected(deployment(chart, 'web', { labels: { app: 'web', version: '1' } }), { labels: { version: '1' } })).toEqual({ matchLabels: { version: '1' } });
    expect(errorOf(deployment(newChart(), 'web', { labels: { app: 'web', a: '1' } }), { labels: { app: 'db', a: '1', b: '2' } }))
      .toMatch(/\[shop\/tier\] the tier selects app=db,b=2, but the pods of shop\/web do not have these labels\. Add the labels/);
    expect(() => Tier.fromApiObject(chart, 'other', deployment(chart, 'e'), { labels: {} })).toThrow(/^shop\/other: labels is empty/);
    expect(() => Tier.fromWorkload(chart, 'third', deployment(chart, 'f'), { labels: { 'a b': 'c' } })).toThrow("shop/third: the key 'a b'");
  });

  test('by labels that distinguish a Pod from other objects: the labels of the chart do not count', () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
    const made = (id: string, labels: Record<string, string>) => new ApiObject(chart, id, { apiVersion: 'v1', kind: 'Pod', metadata: { labels }, spec: { containers: [] } });
    expect(selected(made('web', { app: 'web' }))).toEqual({ matchLabels: { app: 'web' } });
    Tier.fromApiObject(chart, 'bare-tier', made('bare', {}));
    expect(synthError(chart)).toMatch(/the pods of shop\/bare have no label of their own.*Tier\.wholeNamespace/);
    // A pod template does not get the labels of its chart. Here the label is the template's own.
    const other = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
    expect(selected(deployment(other, 'web', { labels: { team: 'a' } }))).toEqual({ matchLabels: { team: 'a' } });
  });
});

describe('the pods of a workload cannot be selected, and synth throws,', () => {
  test("if they use the host's network", () => {
    expect(errorOf(deployment(newChart(), 'd', { spec: { hostNetwork: true } })))
      .toMatch(/\[shop\/tier\] the pods of shop\/d use the host's network, and no NetworkPolicy selects such pods\. Set hostNetwork to false/);
  });

  test('if they have no label', () => {
    expect(errorOf(deployment(newChart(), 'd', { labels: {} }))).toMatch(/have no label of their own.*Tier\.wholeNamespace/);
  });

  test('if the object cannot be rendered', () => {
    const broken = Lazy.any({ produce: () => { throw new Error('needs a container'); } });
    expect(errorOf(deployment(newChart(), 'd', { spec: { containers: broken } }))).toMatch(/\[shop\/tier\] .*needs a container/);
  });
});

describe('the ports of a workload', () => {
  test('are those of its containers at synth, including sidecars but not other init containers', () => {
    const late: object[] = [];
    const object = deployment(newChart(), 'web', {
      spec: {
        containers: Lazy.any({ produce: () => late }),
        initContainers: [
          { name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 9090, name: 'metrics' }] },
          { name: 'init', ports: [{ containerPort: 1 }] },
        ],
      },
    });
    late.push({ name: 'main', ports: [{ containerPort: 53, protocol: 'UDP' }] });
    expect(portsOf(object)).toEqual([{ protocol: 'TCP', port: 9090 }, { protocol: 'UDP', port: 53 }]);
  });

  test('include those of a JSON patch', () => {
    const object = deployment(newChart(), 'web');
    object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers', [{ name: 'main', ports: [{ containerPort: 80 }] }]));
    expect(portsOf(object)).toEqual([{ protocol: 'TCP', port: 80 }]);
  });

  test("are replaced by the tier's own", () => {
    const object = deployment(newChart(), 'd', { spec: { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 80 }] }] } });
    expect(portsOf(object, { ports: [Port.named('http')] })).toEqual([{ protocol: 'TCP', port: 'http' }]);
  });

  test('are missing if no container declares one: synth throws if an edge means them', () => {
    const made = (ports?: Port[]) => {
      const chart = newChart();
      Tier.fromApiObject(chart, 'web', deployment(chart, 'd')).allowFrom(new Tier(chart, 'frontend'), { ports });
      return chart;
    };
    const chart = made();
    expect(synthError(chart)).toContain('[shop/web] shop/frontend may reach this tier, but the call names no ports, and shop/web has none of its own, '
      + 'because no container of shop/d declares a port. Declare the ports of the containers, or write ports: [Port.tcp(8080)]');
    expect(() => chart.node.findAll().filter(c => ApiObject.isApiObject(c)).forEach(c => (c as ApiObject).toJson()))
      .toThrow('the call names no ports, and shop/web has none of its own');
    expect(namesOf(made([Port.tcp(80)]))).toContain('app/allow-frontend-to-d');
  });
});

test("a workload's tier is in the namespace of its object, whatever the chart of the tier says", () => {
  const chart = newChart('app');
  const [other, bare] = [chartIn(App.of(chart), 'other', 'data'), chartIn(App.of(chart), 'bare')];
  Tier.fromApiObject(chart, 'a', deployment(other, 'x'));
  Tier.fromApiObject(chart, 'b', deployment(chart, 'y', { metadata: { namespace: 'own' } }));
  Tier.fromApiObject(bare, 'c', deployment(bare, 'z'));
  expect(namesOf(chart).filter(name => name.endsWith('default-deny-all'))).toEqual(['/default-deny-all', 'data/default-deny-all', 'own/default-deny-all']);
});

describe('a release does not cut off the old pods: a tier does not select by labels that a release changes', () => {
  test.each(['app.kubernetes.io/version', 'helm.sh/chart', 'version', 'app-version', 'git-sha', 'pod-template-hash', 'controller-revision-hash', 'job-name'])('%s', key => {
    const job = new ApiObject(newChart(), 'migrate', {
      apiVersion: 'batch/v1', kind: 'Job', spec: { template: { metadata: { labels: { [key]: '1.2.3', app: 'migrate' } }, spec: { containers: [] } } },
    });
    expect(selected(job)).toEqual({ matchLabels: { app: 'migrate' } });
  });

  test('but if the selector of the workload has such a label, the tier selects by it: Kubernetes does not let that selector change', () => {
    expect(selected(deployment(newChart(), 'web', { labels: { app: 'web', version: '1' }, selector: { matchLabels: { app: 'web', version: '1' } } })))
      .toEqual({ matchLabels: { app: 'web', version: '1' } });
  });

  test('if the pods have no other label, synth throws, and names the labels', () => {
    expect(errorOf(deployment(newChart(), 'd', { labels: { version: '1' } })))
      .toMatch(/the pods of shop\/d have no label of their own besides version, which changes from release to release, so a policy .*such as 'app'/);
  });
});

describe('a workload of cdk8s-plus', () => {
  const plus = (chart: Chart, id: string, labels?: Record<string, string>, props: kplus.DeploymentProps = {}) =>
    new kplus.Deployment(chart, id, { containers, metadata: { name: id }, podMetadata: { labels }, ...props });
  /** The keys by which tiers of these workloads select. */
  const keysOf = (...workloads: kplus.AbstractPod[]) => workloads.map(workload => Object.keys(selectorOf(Tier.of(workload)).matchLabels!).join());

  test('gets no label from a tier', () => {
    const labelsOf = (withTier: boolean) => {
      const chart = newChart();
      const web = plus(chart, 'web');
      if (withTier) { Tier.of(web).allowInternally(); }
      return objectsOf(chart).find(o => o.kind === 'Deployment');
    };
    expect(labelsOf(true)).toEqual(labelsOf(false));
  });

  test('is selected by all labels of its pods that last, those that they get later among them', () => {
    const web = plus(newChart(), 'web', { app: 'web', version: '1' });
    const tier = Tier.of(web);
    web.podMetadata.addLabel('track', 'stable');
    expect(selectorOf(tier)).toEqual({ matchLabels: { app: 'web', track: 'stable' } });
  });

  test('is selected by the label of cdk8s-plus if its pods have no other label, or only a version', () => {
    const chart = newChart();
    expect(keysOf(plus(chart, 'one'), plus(chart, 'two', { version: '1' }))).toEqual([ADDRESS, ADDRESS]);
  });

  test('is selected by the label of cdk8s-plus if it is a Pod that has only the labels of its chart', () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
    expect(keysOf(new kplus.Pod(chart, 'web', { containers }))).toEqual([ADDRESS]);
  });

  test('that shares its labels with others of the namespace keeps its own connections: both are selected by the label of cdk8s-plus', () => {
    const chart = newChart();
    const [web, api, db] = ['web', 'api', 'db'].map(id => plus(chart, id, { app: 'shop' }));
    Tier.of(api).allowFrom(Tier.of(web));
    expect(connectionsOf(chart)).toEqual(['app/web[Deployment] -> app/api[Deployment]: TCP 80']);
    expect(keysOf(web, api, db)).toEqual([ADDRESS, ADDRESS, ADDRESS]);
  });

  test('that has more labels than another one is told apart from it, too', () => {
    const chart = newChart();
    const workloads = [plus(chart, 'web', { app: 'shop' }), plus(chart, 'job', { app: 'shop', part: 'job' }), plus(chart, 'db', { app: 'db' })];
    expect(keysOf(...workloads)).toEqual([ADDRESS, ADDRESS, 'app']);
  });

  test('is not confused with a workload of another namespace, with one on the network of its node, or with one that cannot be rendered', () => {
    const chart = newChart();
    const web = plus(chart, 'web', { app: 'shop' });
    plus(chart, 'elsewhere', { app: 'shop' }, { metadata: { name: 'elsewhere', namespace: 'other' } });
    plus(chart, 'node', { app: 'shop' }, { hostNetwork: true });
    deployment(chart, 'broken', { labels: { app: 'shop' }, spec: { containers: Lazy.any({ produce: () => { throw new Error('needs a container'); } }) } });
    expect(Tier.of(web)._selector()).toEqual({ matchLabels: { app: 'shop' } });
  });

  test('is told apart from a workload that is written by hand, and from one in a list', () => {
    for (const inList of [false, true]) {
      const chart = newChart();
      const web = plus(chart, 'web', { app: 'shop' });
      const template = { metadata: { labels: { app: 'shop', part: 'api' } }, spec: { containers: [] } };
      const api = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'app' }, spec: { selector: { matchLabels: { app: 'shop' } }, template } };
      new ApiObject(chart, 'api', inList ? { apiVersion: 'v1', kind: 'List', items: [api] } as ApiObjectProps : api);
      expect(keysOf(web)).toEqual([ADDRESS]);
    }
  });

  test('is not confused with a workload of another cluster', () => {
    const app = new App();
    const [eu, us] = ['eu', 'us'].map(id => chartIn(app, id, 'app'));
    const deployments = [eu, us].map(chart => plus(chart, 'web', { app: 'web' }, { metadata: {} }));
    expect(keysOf(deployments[0])).toEqual([ADDRESS]);
    for (const chart of [eu, us]) { ClusterBoundary.of(chart).add(chart.node.id); }
    Tier.of(deployments[0]);
    expect(Tier.of(deployments[0])._selector()).toEqual({ matchLabels: { app: 'web' } });
  });

  test('is read once for all tiers of a chart that is rendered outside a synth', () => {
    const chart = newChart();
    let rendered = 0;
    for (let i = 0; i < 20; i++) {
      const counted = Lazy.any({ produce: () => { rendered++; return []; } });
      Tier.of(deployment(chart, `w${i}`, { labels: { app: `w${i}`, [ADDRESS]: `a${i}` }, spec: { containers: counted } })).allowInternally({ ports: [Port.all()] });
    }
    Testing.synth(chart);
    // For its own tier, for the comparison with the others, and for what is written.
    expect(rendered).toBeLessThan(20 * 15);
  });

  test('that only looks like one, because something else has pod metadata, is selected by its labels', () => {
    const chart = newChart();
    const lookalike = Object.assign(new Construct(chart, 'a'), { podMetadata: { getLabel: () => undefined, addLabel: fail, toJson: () => ({}) } });
    deployment(lookalike, 'Resource');
    expect(selectorOf(Tier.of(lookalike))).toEqual({ matchLabels: { app: 'Resource' } });
  });
});

function fail(): never { throw new Error('no label should be added'); }
