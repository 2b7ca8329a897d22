import { apiGroup, isObject } from '../../src/k8s/objects';

test('the group is what stands before the version; the core group has none', () => {
  expect(apiGroup('apps/v1')).toBe('apps');
  expect(apiGroup('networking.k8s.io/v1')).toBe('networking.k8s.io');
  expect(apiGroup('v1')).toBe('');
});

test('an object is neither null nor a list', () => {
  expect(isObject({})).toBe(true);
  expect(isObject(Object.create(null))).toBe(true);
  for (const value of [null, undefined, [], 'a', 1, true]) { expect(isObject(value)).toBe(false); }
});
