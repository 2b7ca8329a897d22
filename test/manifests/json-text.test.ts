import * as fc from 'fast-check';
import { findJsonFault, parseJson } from '../../src/manifests/private/json';
import { MAX_DEPTH } from '../../src/manifests/private/parsed-text';
import { randomRuns } from '../support/random-runs';

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

test.each([
  ['', '{"a": 1, "b": {"a": 2}, "a": 3}'],
  [', in an object further inside', '[{"b": [{"a": 1, "a": 1}]}]'],
  [', spelled in two ways', '{"a": 1, "\\u0061": 1}'],
  [', and called __proto__', '{"__proto__": 1, "__proto__": {}}'],
  [', and empty', '{"": 1 , "" : 2}'],
])('a field that is written twice is found%s', (_where, text) => {
  expect(parseJson(text).faults).toEqual([{ offset: expect.any(Number), message: expect.stringContaining('is written twice') }]);
});

test.each(['{"a": "\\"b\\": c", "\\\\": ":", "c" : "d\\\\", "e": ["f", ":"]}', '["a", ":", "b: c"]', '":"', ' 1 ', '{}', '{"10": 1, "2": [[], {}]}', '[{"a": 1}, {"b": [{"a": null}]}]'])('%s has no such field', text => {
  expect(parseJson(text)).toMatchObject({ documents: [{ value: JSON.parse(text) }], faults: [] });
});

test('what nests too deep is refused, and nothing else', () => {
  const nested = (depth: number) => parseJson('['.repeat(depth) + ']'.repeat(depth)).faults.map(({ message }) => message);
  expect(nested(MAX_DEPTH)).toEqual([]);
  expect(nested(MAX_DEPTH + 1)).toEqual([`nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does`]);
  expect(nested(200_000)).toHaveLength(1);
  const objects = (depth: number) => parseJson('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)).faults.length;
  expect([objects(MAX_DEPTH), objects(MAX_DEPTH + 1)]).toEqual([0, 1]);
});

test('a text is sound where a walk by the grammar finds no fault, and only there', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"b"', '"', '\\', '\\"', '\\u0061', ' ', '\n', '1', '-', '0', 'true', 'null', '{"a":1}', '"a":', '"a": 1,', '__proto__'), { maxLength: 12 });
  const nested = fc.json({ maxDepth: 5 }).chain(text => fc.tuple(fc.nat(text.length), fc.constantFrom('', '"a":1,', ',', '"', '\\')).map(([at, insert]) => text.slice(0, at) + insert + text.slice(at)));
  fc.assert(fc.property(fc.oneof(pieces.map(parts => parts.join('')), nested), text => {
    const fault = findJsonFault(text);
    expect(parseJson(text).faults).toEqual(fault === undefined ? [] : [fault]);
  }), { numRuns: randomRuns(10_000) });
});
