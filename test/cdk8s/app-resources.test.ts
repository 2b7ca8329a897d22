import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Port, Tier } from '../../src';
import { resourcesOf } from '../../src/cdk8s/synth-run';

describe('the resources of an app', () => {
  test('are the objects of all charts, nested ones too, as they are synthesized, each once', () => {
    const app = new App();
    const outer = new Chart(app, 'outer', { namespace: 'a' });
    new ApiObject(outer, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } });
    const inner = new Chart(outer, 'inner', { namespace: 'b' });
    new ApiObject(inner, 'two', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two' } });
    const resources = resourcesOf(app);
    expect(resources.map(r => r.object)).toEqual([...outer.toJson(), ...inner.toJson()]);
    expect(resources.map(r => r.origin.at())).toEqual([{ constructPath: 'outer/one' }, { constructPath: 'outer/inner/two' }]);
  });

  test('have the names that policies get in the end', () => {
    const app = new App();
    for (const id of ['one', 'two']) {
      const chart = new Chart(app, id, { namespace: 'same' });
      new Tier(chart, 'web', { labels: { app: id }, ports: [Port.tcp(80)] }).allowInternally();
    }
    const names = (objects: any[]) => objects.map(object => object.metadata.name).sort();
    expect(names(resourcesOf(app).map(r => r.object))).toEqual(names(app.charts.flatMap(chart => chart.toJson())));
  });

  test('may be read as often as one likes: reading changes nothing of what is synthesized', () => {
    const chart = new Chart(new App(), 'chart', { namespace: 'a' });
    // Each rendering of a workload that spreads its pods adds to its affinity.
    new kplus.Deployment(chart, 'web', { spread: true, containers: [{ image: 'i' }] });
    const first = resourcesOf(chart).map(r => r.object);
    expect(resourcesOf(chart).map(r => r.object)).toEqual(first);
    // One for the host, one for the zone.
    const [{ spec }] = chart.toJson();
    expect(spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toHaveLength(2);
  });
});
