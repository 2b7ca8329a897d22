import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Port, Tier } from '../../src';
import { manifestOf, resourcesOf } from '../../src/cdk8s/app-objects';
import { addSynthValidation, invalidate, isInRun, isLastPass, isSettling, memoizeInSynth, peekInSynth, settle, watchSynth, withReadCache } from '../../src/cdk8s/synth-run';

const KEY = {};

/** An app of some charts, and the results of `validate` in each pass of validation of cdk8s. */
function passes(charts: number, validate: (app: App) => unknown): { app: App; results: unknown[] } {
  const app = Testing.app();
  const results: unknown[] = [];
  watchSynth(app);
  watchSynth(app);
  for (let i = 0; i < charts; i++) { new Chart(app, `chart-${i}`); }
  app.node.addValidation({
    validate: () => {
      if (!isSettling(app)) { results.push(validate(app)); }
      return [];
    },
  });
  return { app, results };
}

describe('in a synth', () => {
  test.each(['synth', 'synthYaml'] as const)('a result is cached from the first pass of validation to the end (%s)', method => {
    let calls = 0;
    const { app, results } = passes(3, root => memoizeInSynth(root, KEY, () => ++calls));
    app[method]();
    expect(results).toEqual([1, 1, 1, 1]);
    app[method]();
    expect(results.slice(4)).toEqual([2, 2, 2, 2]);
  });

  test('an error is cached and thrown again', () => {
    let calls = 0;
    const { app, results } = passes(1, root => {
      try {
        return memoizeInSynth(root, KEY, () => { throw new Error(`${++calls}`); });
      } catch (error) {
        return (error as Error).message;
      }
    });
    app.synth();
    expect(results).toEqual(['1', '1']);
  });

  test('a change of the app empties the cache', () => {
    let calls = 0;
    const { app, results } = passes(2, root => {
      invalidate(root);
      return memoizeInSynth(root, KEY, () => ++calls);
    });
    app.synth();
    expect(results).toEqual([1, 2, 3]);
  });

  test('the last pass of validation is known, whatever the number of charts', () => {
    for (const charts of [1, 2, 5]) {
      const { app, results } = passes(charts, isLastPass);
      app.synth();
      expect(results).toEqual([...Array(charts).fill(false), true]);
    }
  });

  test('an error ends the run', () => {
    const { app } = passes(1, () => { throw new Error('no'); });
    expect(() => app.synth()).toThrow('no');
    expect(isInRun(app)).toBe(false);
  });
});

describe('before the first pass of a synth', () => {
  /** What a validation sees: `true` while the validations run for what they change in the app. */
  function seen(read: (app: App) => void): boolean[] {
    const app = Testing.app();
    const results: boolean[] = [];
    for (const id of ['one', 'two']) { new Chart(app, id); }
    watchSynth(app);
    app.charts[1].node.addValidation({
      validate: () => {
        results.push(isSettling(app));
        return [];
      },
    });
    read(app);
    return results;
  }

  test('every validation runs once more, so that what it changes is read', () => {
    expect(seen(app => app.synth())).toEqual([true, false, false, false]);
    expect(seen(app => app.synthYaml())).toEqual([true, false, false, false]);
  });

  test('every validation runs once more if a chart is rendered alone', () => {
    expect(seen(app => app.charts[0].toJson())).toEqual([true, false]);
  });

  test('errors do not count, because cdk8s reports them', () => {
    const app = Testing.app();
    watchSynth(app);
    app.node.addValidation({ validate: () => ['wrong'] });
    expect(() => settle(app)).not.toThrow();
    expect(() => app.synth()).toThrow(/^Validation failed with the following errors:\n {2}\[\] wrong$/);
  });

  test('a validation may ask for it again', () => {
    let calls = 0;
    const app = Testing.app();
    app.node.addValidation({
      validate: () => {
        calls++;
        settle(app);
        return [];
      },
    });
    settle(app);
    expect([calls, isSettling(app)]).toEqual([1, false]);
  });

  test('an error that is thrown ends it', () => {
    const app = Testing.app();
    app.node.addValidation({ validate: () => { throw new Error('no'); } });
    expect(() => settle(app)).toThrow('no');
    expect(isSettling(app)).toBe(false);
  });

  test('a validation of ours does not run, and runs once in the synth', () => {
    const app = Testing.app();
    watchSynth(app);
    let calls = 0;
    addSynthValidation(new Chart(app, 'chart'), () => {
      calls++;
      return [];
    });
    settle(app);
    expect(calls).toBe(0);
    app.synth();
    expect(calls).toBe(1);
  });
});

describe('outside a synth', () => {
  test('nothing is cached', () => {
    let calls = 0;
    const { app, results } = passes(1, root => [isInRun(root), memoizeInSynth(root, KEY, () => ++calls)]);
    app.charts[0].toJson();
    app.charts[0].toJson();
    expect(results).toEqual([[false, 1], [false, 2]]);
    expect(isLastPass(app)).toBe(false);
  });

  test('withReadCache caches until it returns', () => {
    const app = Testing.app();
    let calls = 0;
    const work = () => memoizeInSynth(app, KEY, () => ++calls);
    expect(withReadCache(app, () => [work(), withReadCache(app, work), work()])).toEqual([1, 1, 1]);
    expect(work()).toBe(2);
  });

  test('peekInSynth finds cached results, but neither errors nor results of a run that is over', () => {
    const app = Testing.app();
    const [good, bad] = [{}, {}];
    withReadCache(app, () => {
      memoizeInSynth(app, good, () => 1);
      expect(() => memoizeInSynth(app, bad, () => { throw new Error('no'); })).toThrow('no');
      expect([peekInSynth(app, good), peekInSynth(app, bad), peekInSynth(app, {})]).toEqual([1, undefined, undefined]);
    });
    expect(peekInSynth(app, good)).toBeUndefined();
  });

  test('a chart without an app can be watched, and has no runs', () => {
    const root = new Chart(undefined as any, 'root');
    expect(() => watchSynth(root)).not.toThrow();
  });
});

describe('the resources of an app', () => {
  test('are the objects of all charts as they are written, each once, with their construct paths', () => {
    const app = new App();
    const outer = new Chart(app, 'outer', { namespace: 'a' });
    const object = new ApiObject(outer, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: '1' } });
    object.addJsonPatch(JsonPatch.replace('/data/a', '2'));
    const inner = new Chart(outer, 'inner', { namespace: 'b' });
    new ApiObject(inner, 'two', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two' } });
    const { resources } = resourcesOf(app);
    expect(resources.map(r => r.object)).toEqual([...outer.toJson(), ...inner.toJson()]);
    expect(resources[0].object).toMatchObject({ data: { a: '2' } });
    expect(resources.map(r => r.origin.at())).toEqual([{ constructPath: 'outer/one' }, { constructPath: 'outer/inner/two' }]);
  });

  test('have the names under which policies are written', () => {
    const app = new App();
    for (const id of ['one', 'two']) {
      const chart = new Chart(app, id, { namespace: 'same' });
      new Tier(chart, 'web', { labels: { app: id }, ports: [Port.tcp(80)] }).allowInternally();
    }
    const names = (objects: any[]) => objects.map(object => object.metadata.name).sort();
    expect(names(resourcesOf(app).resources.map(r => r.object))).toEqual(names(app.charts.flatMap(chart => chart.toJson())));
  });
});

describe('a cdk8s-plus workload with spread', () => {
  const spreading = (props: kplus.DeploymentProps = { containers: [{ image: 'i' }] }) => new kplus.Deployment(new Chart(new App(), 'chart'), 'web', { spread: true, ...props });
  const affinityOf = (workload: kplus.Deployment) => ApiObject.of(workload).toJson().spec.template.spec.affinity;

  test('can be read any number of times without a change to what is written', () => {
    const read = spreading();
    manifestOf(ApiObject.of(read));
    const first = resourcesOf(read).resources.map(r => r.object);
    expect(resourcesOf(read).resources.map(r => r.object)).toEqual(first);
    // One rule for hosts and one for zones.
    expect(affinityOf(read).podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toHaveLength(2);
  });

  test('still spreads its pods after it could not be rendered', () => {
    const empty = spreading({});
    expect(() => manifestOf(ApiObject.of(empty))).toThrow();
    empty.addContainer({ image: 'i' });
    expect(affinityOf(empty)).toEqual(affinityOf(spreading()));
  });
});
