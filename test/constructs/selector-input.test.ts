import { LabelExpression } from '../../src';
import { formatSelector, readSelector, selectorOf } from '../../src/constructs/private/selector-input';

const WORDS = { labels: 'labels', expressions: 'matchExpressions', everything: 'write Tier.wholeNamespace(...)' };
const read = (input: Parameters<typeof readSelector>[1]) => readSelector('shop/backend', input, WORDS);

describe('labels and expressions as somebody wrote them', () => {
  test('nothing said is no selector', () => {
    expect(read({})).toBeUndefined();
  });

  test('both count, in an order that does not depend on how they were written', () => {
    const expressions = [LabelExpression.isIn('tier', ['b', 'a']), LabelExpression.exists('app')];
    const selector = read({ labels: { b: '2', a: '1' }, matchExpressions: expressions });
    expect(JSON.stringify(selector)).toBe(JSON.stringify(read({ labels: { a: '1', b: '2' }, matchExpressions: [...expressions].reverse() })));
    expect(selector).toEqual({
      matchLabels: { a: '1', b: '2' },
      matchExpressions: [{ key: 'app', operator: 'Exists' }, { key: 'tier', operator: 'In', values: ['a', 'b'] }],
    });
  });

  test('empty labels with expressions select by the expressions', () => {
    expect(read({ labels: {}, matchExpressions: [LabelExpression.exists('app')] })).toEqual({ matchExpressions: [{ key: 'app', operator: 'Exists' }] });
  });

  test('empty labels alone would select everything: an error that says how to say so', () => {
    expect(() => read({ labels: {} })).toThrow(/^shop\/backend: labels is empty.*write Tier\.wholeNamespace/);
  });

  test('an empty list of expressions is an error, labels or not', () => {
    expect(() => read({ matchExpressions: [] })).toThrow(/^shop\/backend: matchExpressions is empty/);
    expect(() => read({ labels: { app: 'a' }, matchExpressions: [] })).toThrow('matchExpressions is empty');
  });

  test('a key or value that the API server would refuse is an error', () => {
    expect(() => read({ labels: { 'a b': 'c' } })).toThrow("the key 'a b' in labels");
    expect(() => read({ labels: { app: 'not valid' } })).toThrow("the value 'not valid' of 'app' in labels");
  });
});

test('a selector without parts has no fields', () => {
  expect(selectorOf({}, [])).toEqual({});
});

test('a selector for people', () => {
  expect(formatSelector({
    matchLabels: { app: 'backend' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'track', operator: 'NotIn', values: ['canary'] },
      { key: 'x', operator: 'Exists' },
      { key: 'y', operator: 'DoesNotExist' },
    ],
  })).toBe('app=backend,tier in (a,b),track notin (canary),x,!y');
});
