import { parseJson } from '../../src/cluster/json-text';

test('a sound text is one document', () => {
  const { documents, faults, locate } = parseJson('\n{"a": {"b": 1}}');
  expect(documents).toEqual([{ value: { a: { b: 1 } }, offset: 1 }]);
  expect(faults).toEqual([]);
  expect(locate(0, ['a', 'b'])).toBe(8);
  expect(locate(0, [])).toBe(1);
});

test('another is none, and says why', () => {
  const { documents, faults, locate } = parseJson('{"a": 1,}');
  expect(documents).toEqual([]);
  expect(faults).toHaveLength(1);
  expect(locate(0, [])).toBe(7);
});

test('a field called __proto__ does no harm', () => {
  const [{ value }] = parseJson('{"__proto__": {"polluted": true}}').documents;
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect(({} as any).polluted).toBeUndefined();
});
