import { formatPath, formatPlace } from '../../src/findings/finding';

test('a place is file, line and column, as editors know it', () => {
  expect(formatPlace({ file: 'a.yaml', line: 12, column: 5 })).toBe('a.yaml:12:5');
  expect(formatPlace({ file: 'a.yaml', line: 12 })).toBe('a.yaml:12:1');
  expect(formatPlace({ file: 'a.yaml' })).toBe('a.yaml');
});

test('the place of an object that a construct made is the path of the construct', () => {
  expect(formatPlace({ constructPath: 'shop/db', file: 'x' })).toBe('shop/db');
});

test('a place of which nothing is known says that much', () => {
  expect(formatPlace({})).toBe('(input)');
});

test('a path is written as the API server writes it', () => {
  expect(formatPath(['spec', 'ingress', 0, 'from', 1, 'ipBlock'])).toBe('spec.ingress[0].from[1].ipBlock');
  expect(formatPath([])).toBe('');
});
