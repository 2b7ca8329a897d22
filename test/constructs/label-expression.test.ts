import { LabelExpression } from '../../src';

test('the four operators of the API', () => {
  expect(LabelExpression.isIn('app', ['b', 'a', 'b'])._toRequirement()).toEqual({ key: 'app', operator: 'In', values: ['a', 'b'] });
  expect(LabelExpression.isNotIn('app', [''])._toRequirement()).toEqual({ key: 'app', operator: 'NotIn', values: [''] });
  expect(LabelExpression.exists('example.com/app')._toRequirement()).toEqual({ key: 'example.com/app', operator: 'Exists' });
  expect(LabelExpression.doesNotExist('app')._toRequirement()).toEqual({ key: 'app', operator: 'DoesNotExist' });
});

describe('what the API server would refuse is an error where it is written', () => {
  test.each(['', 'a b', 'a/b/c', '/app', 'x'.repeat(64)])('the key %p', key => {
    expect(() => LabelExpression.isIn(key, ['a'])).toThrow(`LabelExpression.isIn('${key}'`);
    expect(() => LabelExpression.isNotIn(key, ['a'])).toThrow('Instead, write a key');
    expect(() => LabelExpression.exists(key)).toThrow('Instead, write a key');
    expect(() => LabelExpression.doesNotExist(key)).toThrow('Instead, write a key');
  });

  test.each(['a b', '-a', 'x'.repeat(64)])('the value %p', value => {
    expect(() => LabelExpression.isIn('app', ['ok', value])).toThrow(`LabelExpression.isIn('app', ['ok', '${value}'])`);
  });

  test('no values', () => {
    expect(() => LabelExpression.isIn('app', [])).toThrow("the list of values is empty. Instead, name at least one value, or write LabelExpression.exists('app')");
    expect(() => LabelExpression.isNotIn('app', [])).toThrow('the list of values is empty');
  });
});
