import { enumerate, withCommas } from '../../src/findings/enumeration';

test('names in a sentence are joined by commas and one "and"', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(names => enumerate(names))).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect(enumerate(['a', 'b'], 2, 'or')).toBe('a or b');
});

test('more names than the limit are counted', () => {
  expect(enumerate(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  expect(enumerate(Array.from({ length: 3000 }, (_, i) => `n${i}`), 2)).toBe('n0, n1 and 2,998 more');
});

test('a number has commas between thousands', () => {
  expect([0, 999, 1000, 65535, 1234567].map(withCommas)).toEqual(['0', '999', '1,000', '65,535', '1,234,567']);
});
