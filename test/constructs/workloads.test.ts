import { ApiObject, App, Chart, JsonPatch, Lazy, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { chartIn, deployment, namesOf, newChart, objectsOf, policyOf, selectorOf, synthError } from './synthesized';
import { Port, Tier, WorkloadTierOptions } from '../../src';

/* Tiers of workloads: which pods, ports and namespace they take from the API object. cdk8s-plus: see cdk8s-plus-workloads.test.ts too. */

const ADDRESS = 'cdk8s.io/metadata.addr';
const TIER = 'cdk8s-netpol/tier';
const containers = [{ image: 'web', portNumber: 80 }];

/** The selector of a tier of this object. */
function selected(object: ApiObject, props?: WorkloadTierOptions) {
  return selectorOf(Tier.fromApiObject(Chart.of(object), 'tier', object, props));
}

/** The ports of a tier of this object. */
function portsOf(object: ApiObject, props?: WorkloadTierOptions) {
  Tier.fromApiObject(Chart.of(object), 'tier', object, props).allowInternally();
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
    expect(namesOf(made([Port.tcp(80)]))).toContain('app/allow-frontend-to-web');
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

describe('the label that a tier adds to pods of cdk8s-plus without a label of their own', () => {
  const plus = (chart: Chart, tier: string, props: kplus.DeploymentProps = {}) => {
    const workload = new kplus.Deployment(chart, `${tier}-workload`, { containers, ...props });
    Tier.fromWorkload(chart, tier, workload);
    return workload.podMetadata.getLabel(TIER);
  };

  test('is the id of the tier', () => {
    expect(plus(newChart(), 't')).toBe('t');
  });

  test('is not added if there is another label', () => {
    const chart = newChart();
    const workload = new kplus.Deployment(chart, 'web', { containers, podMetadata: { labels: { app: 'web', track: 'stable' } } });
    expect(selectorOf(Tier.fromWorkload(chart, 't', workload))).toEqual({ matchLabels: { app: 'web', track: 'stable' } });
    expect(workload.podMetadata.getLabel(TIER)).toBeUndefined();
  });

  test('can be shared by two tiers of the same workload', () => {
    const chart = newChart();
    const workload = new kplus.Deployment(chart, 'web', { containers });
    expect(selectorOf(Tier.fromWorkload(chart, 'one', workload))).toEqual({ matchLabels: { [TIER]: 'one' } });
    expect(selectorOf(Tier.fromWorkload(chart, 'two', workload))).toEqual({ matchLabels: { [TIER]: 'one' } });
  });

  test('is added to a Pod that has only the labels of its chart', () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
    const workload = new kplus.Pod(chart, 'web', { containers });
    expect(selectorOf(Tier.fromWorkload(chart, 't', workload))).toEqual({ matchLabels: { [TIER]: 't' } });
  });

  test('is a valid label if the id is not', () => {
    expect(plus(newChart(), 'My Tier')).toBe('my-tier');
    expect(plus(newChart(), `${'a'.repeat(62)}-b`)).toBe('a'.repeat(62));
  });

  test('belongs to one workload of a namespace: two with the same label would get the policies of each other', () => {
    const app = new App();
    const [one, two, elsewhere] = [['one', 'app'], ['two', 'app'], ['three', 'other']].map(([id, namespace]) => new Chart(app, id, { namespace }));
    const workload = new kplus.Deployment(one, 'web', { containers });
    Tier.fromWorkload(one, 't', workload);
    expect(() => plus(two, 't')).toThrow(
      /^two\/t: the pods of two\/t-workload\/Resource have no label of their own, and tier one\/t .* already uses cdk8s-netpol\/tier: t\. Give the workload a label/);
    expect(plus(elsewhere, 't')).toBe('t');
  });

  test('is not added to constructs that only look like cdk8s-plus', () => {
    const chart = newChart();
    const lookalike = Object.assign(new Construct(chart, 'a'), { podMetadata: { getLabel: () => undefined, addLabel: fail, toJson: () => ({}) } });
    deployment(lookalike, 'Resource');
    expect(selectorOf(Tier.fromWorkload(chart, 't', lookalike))).toEqual({ matchLabels: { app: 'Resource' } });
  });
});

function fail(): never { throw new Error('no label should be added'); }
