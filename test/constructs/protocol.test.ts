import { Protocol } from '../../src';
import { PROTOCOLS } from '../../src/k8s/objects';

test('the protocols are those that the API knows, by the same names', () => {
  expect(Object.values(Protocol).sort()).toEqual([...PROTOCOLS].sort());
});
