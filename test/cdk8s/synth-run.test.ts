import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { PolicyObject } from '../../src/cdk8s/policy-object';
import { invalidate, isInRun, isLastPass, peekInSynth, memoizeInSynth, withReadCache, watchSynth } from '../../src/cdk8s/synth-run';

const KEY = {};

/** An app of some charts, and what `validate` gives in each pass of validation. */
function passes(charts: number, validate: (app: App) => unknown): { app: App; seen: unknown[] } {
  const app = Testing.app();
  const seen: unknown[] = [];
  watchSynth(app);
  watchSynth(app);
  for (let i = 0; i < charts; i++) { new Chart(app, `chart-${i}`); }
  app.node.addValidation({
    validate: () => {
      seen.push(validate(app));
      return [];
    },
  });
  return { app, seen };
}

describe('in a synth', () => {
  test.each(['synth', 'synthYaml'] as const)('what was worked out once is kept until the end (%s)', method => {
    let worked = 0;
    const { app, seen } = passes(3, root => memoizeInSynth(root, KEY, () => ++worked));
    app[method]();
    expect(seen).toEqual([1, 1, 1, 1]);
    app[method]();
    expect(seen.slice(4)).toEqual([2, 2, 2, 2]);
  });

  test('what is thrown once is thrown again', () => {
    let worked = 0;
    const { app, seen } = passes(1, root => {
      try {
        return memoizeInSynth(root, KEY, () => { throw new Error(`${++worked}`); });
      } catch (error) {
        return (error as Error).message;
      }
    });
    app.synth();
    expect(seen).toEqual(['1', '1']);
  });

  test('nothing is kept across a change', () => {
    let worked = 0;
    const { app, seen } = passes(2, root => {
      invalidate(root);
      return memoizeInSynth(root, KEY, () => ++worked);
    });
    app.synth();
    expect(seen).toEqual([1, 2, 3]);
  });

  test('what is kept can be seen, an error can not', () => {
    const app = Testing.app();
    const [good, bad] = [{}, {}];
    withReadCache(app, () => {
      memoizeInSynth(app, good, () => 1);
      expect(() => memoizeInSynth(app, bad, () => { throw new Error('no'); })).toThrow('no');
      expect([peekInSynth(app, good), peekInSynth(app, bad), peekInSynth(app, {})]).toEqual([1, undefined, undefined]);
    });
    expect(peekInSynth(app, good)).toBeUndefined();
  });

  test('the last pass is known, however many charts there are', () => {
    for (const charts of [1, 2, 5]) {
      const { app, seen } = passes(charts, isLastPass);
      app.synth();
      expect(seen).toEqual([...Array(charts).fill(false), true]);
    }
  });

  test('that throws, the run is over', () => {
    const { app } = passes(1, () => { throw new Error('no'); });
    expect(() => app.synth()).toThrow('no');
    expect(isInRun(app)).toBe(false);
  });
});

describe('outside of a synth', () => {
  test('everything is worked out each time', () => {
    let worked = 0;
    const { app, seen } = passes(1, root => [isInRun(root), memoizeInSynth(root, KEY, () => ++worked)]);
    app.charts[0].toJson();
    app.charts[0].toJson();
    expect(seen).toEqual([[false, 1], [false, 2]]);
    expect(isLastPass(app)).toBe(false);
  });

  test('an app can be read at once', () => {
    const app = Testing.app();
    let worked = 0;
    const work = () => memoizeInSynth(app, KEY, () => ++worked);
    expect(withReadCache(app, () => [work(), withReadCache(app, work), work()])).toEqual([1, 1, 1]);
    expect(work()).toBe(2);
  });

  test('a chart that has no app has no runs', () => {
    const root = new Chart(undefined as any, 'root');
    expect(() => watchSynth(root)).not.toThrow();
  });
});

test('a policy that is patched or joined by another in the middle of a synth is written as it is then', () => {
  const app = Testing.app();
  const chart = new Chart(app, 'shop', { namespace: 'app' });
  const make = (id: string) => new PolicyObject(chart, id, { namespace: 'app', name: 'allow-a', key: id, spec: () => ({ podSelector: {} }), descriptions: () => [] });
  const [first] = [make('a')];
  let done = false;
  new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap' }).node.addValidation({
    validate: () => {
      first.toJson();
      if (!done) { make('b'); }
      done = true;
      return [];
    },
  });
  expect(app.synthYaml().match(/name: allow-a-[0-9a-f]{8}/g)).toHaveLength(2);
});
