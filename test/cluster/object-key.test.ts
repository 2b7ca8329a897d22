import * as fc from 'fast-check';
import { objectKey } from '../../src/cluster/read-cluster';
import { randomRuns } from '../support/random-runs';

test('objects that differ in any part have different keys, whatever is in the parts', () => {
  const part = fc.string({ unit: fc.constantFrom('a', ' ', '1', '/'), maxLength: 3 });
  const parts = fc.tuple(part, part, part, part);
  fc.assert(fc.property(parts, parts, (one, other) => {
    expect(objectKey(...one) === objectKey(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
  }), { numRuns: randomRuns(5000) });
});

test('the same parts have the same key', () => {
  expect(objectKey('apps', 'Deployment', 'shop', 'web')).toBe(objectKey('apps', 'Deployment', 'shop', 'web'));
});
