import * as fc from 'fast-check';
import { LabelSelectorRequirement } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';

const selector = (...matchExpressions: LabelSelectorRequirement[]) => Selector.from({ matchExpressions });

describe('a selector', () => {
  test('without requirements selects everything', () => {
    for (const empty of [{}, { matchLabels: {} }, { matchExpressions: [] }]) {
      expect(Selector.from(empty)).toBe(Selector.everything);
      expect(Selector.from(empty).matches({})).toBe(true);
    }
    expect(Selector.everything.isEverything).toBe(true);
    expect(Selector.labels({ a: 'b' }).isEverything).toBe(false);
  });

  test('with the same requirements as another one is the same object, so that results can be shared', () => {
    const [one, other] = [Selector.labels({ a: '1', b: '2' }), Selector.labels({ a: '3' })];
    expect(selector({ key: 'b', operator: 'In', values: ['2'] }, { key: 'a', operator: 'In', values: ['1'] })).toBe(one);
    expect(Selector.labels({ a: '3' })).toBe(other);
  });

  test('is forgotten after fifty thousand others, so that a long-running program does not fill the memory', () => {
    jest.isolateModules(() => {
      const { Selector: Fresh } = jest.requireActual<typeof import('../../src/k8s/selector')>('../../src/k8s/selector');
      const first = Fresh.labels({ n: 'first' });
      for (let i = 1; i < 50_000; i++) { Fresh.labels({ n: String(i) }); }
      expect(Fresh.labels({ n: 'first' })).toBe(first);
      Fresh.labels({ n: 'one more' });
      expect(Fresh.labels({ n: 'first' })).not.toBe(first);
    });
  });

  test('requires all of its labels and expressions', () => {
    const both = Selector.from({ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] });
    expect(both.matches({ a: '1', b: '' })).toBe(true);
    expect(both.matches({ a: '1' })).toBe(false);
    expect(both.matches({ b: '' })).toBe(false);
  });

  test('with In requires the key with one of the values', () => {
    const s = selector({ key: 'a', operator: 'In', values: ['1', '2'] });
    expect([{ a: '1' }, { a: '2' }, { a: '3' }, {}].map(labels => s.matches(labels as never))).toEqual([true, true, false, false]);
  });

  test('with NotIn also selects objects without the key', () => {
    const s = selector({ key: 'a', operator: 'NotIn', values: ['1'] });
    expect([{ a: '1' }, { a: '2' }, {}].map(labels => s.matches(labels as never))).toEqual([false, true, true]);
  });

  test('with Exists or DoesNotExist looks at the key only, even if the value is empty', () => {
    expect(selector({ key: 'a', operator: 'Exists' }).requirements).toEqual([{ key: 'a', operator: 'Exists', values: [] }]);
    expect(selector({ key: 'a', operator: 'Exists' }).matches({ a: '' })).toBe(true);
    expect(selector({ key: 'a', operator: 'Exists' }).matches({})).toBe(false);
    expect(selector({ key: 'a', operator: 'DoesNotExist' }).matches({ a: '' })).toBe(false);
    expect(selector({ key: 'a', operator: 'DoesNotExist' }).matches({})).toBe(true);
  });

  test('for an empty value does not select objects without the label', () => {
    expect(Selector.labels({ a: '' }).matches({})).toBe(false);
    expect(Selector.labels({ a: '' }).matches({ a: '' })).toBe(true);
  });

  test('reads null as the empty string, like the API server', () => {
    expect(Selector.from({ matchLabels: { a: null as never } }).matches({ a: '' })).toBe(true);
    expect(selector({ key: 'a', operator: 'In', values: [null as never] }).matches({ a: '' })).toBe(true);
  });

  test('does not confuse labels with the properties that every JavaScript object has', () => {
    expect(selector({ key: 'constructor', operator: 'Exists' }).matches({})).toBe(false);
  });
});

describe('the id of a selector', () => {
  test('does not depend on the order of the requirements, nor on how they are written', () => {
    const a = Selector.from({ matchLabels: { x: '1', y: '2' } });
    const b = Selector.from({ matchLabels: { y: '2' }, matchExpressions: [{ key: 'x', operator: 'In', values: ['1', '1'] }] });
    expect(a.id).toBe(b.id);
    expect(selector({ key: 'a', operator: 'In', values: ['1', '2'] }).id).toBe(selector({ key: 'a', operator: 'In', values: ['2', '1'] }).id);
  });

  test('differs if the selectors select different objects', () => {
    const text = fc.constantFrom('a', 'b', 'a,b', '');
    const requirement = fc.record({ key: text, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.array(text, { minLength: 1, maxLength: 2 }) });
    fc.assert(fc.property(requirement, requirement, fc.dictionary(text, text), (one, other, labels) => {
      const [a, b] = [selector(one), selector(other)];
      expect(a.id === b.id && a.matches(labels) !== b.matches(labels)).toBe(false);
    }));
  });
});

test('a selector is formatted like an argument of kubectl --selector', () => {
  const s = selector(
    { key: 'app', operator: 'In', values: ['web'] }, { key: 'tier', operator: 'In', values: ['b', 'a'] },
    { key: 'old', operator: 'NotIn', values: ['x'] }, { key: 'env', operator: 'NotIn', values: ['p', 'q'] },
    { key: 'ok', operator: 'Exists' }, { key: 'no', operator: 'DoesNotExist' });
  expect(s.toString().split(/,(?![^(]*\))/).sort()).toEqual(['!no', 'app=web', 'env notin (p,q)', 'ok', 'old!=x', 'tier in (a,b)']);
  expect(String(Selector.everything)).toBe('(everything)');
});
