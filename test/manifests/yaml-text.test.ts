import { parseYaml } from '../../src/manifests/private/yaml';

test('a sound text has values and places', () => {
  const { documents, faults, locate } = parseYaml('# x\n\na: 1\n---\nb: {c: [yes]}');
  expect(documents).toEqual([{ value: { a: 1 }, offset: 5 }, { value: { b: { c: [true] } }, offset: 14 }]);
  expect(faults).toEqual([]);
  expect([locate(0, []), locate(0, ['a']), locate(1, []), locate(1, ['b', 'c', 0]), locate(1, ['b', 'd'])]).toEqual([5, 5, 14, 22, 14]);
});

test('so has one with anchors, and one with other rare things', () => {
  const { documents, locate } = parseYaml('a: &x {b: 1}\nc: *x\n---\n__proto__: !!str 1');
  expect(documents.map(({ value }) => JSON.stringify(value))).toEqual(['{"a":{"b":1},"c":{"b":1}}', '{"__proto__":"1"}']);
  expect(locate(0, ['c', 'b'])).toBe(7);
});

test('another says what is wrong, and where', () => {
  const { documents, faults } = parseYaml('a: 1\n---\nb: c: d\n');
  expect(documents).toHaveLength(1);
  expect(faults).toEqual([{ offset: 12, message: expect.stringContaining('a second colon on this line') }]);
});

test('a text that is too large is refused before it is read', () => {
  expect(parseYaml('a: 1234', 7).documents).toHaveLength(1);
  expect(parseYaml('a: 12345', 7)).toMatchObject({ documents: [], faults: [{ offset: 0, message: expect.stringContaining('this text is too large') }] });
});

test('in a document that is too large for places, everything is where it starts', () => {
  const { documents, faults, locate } = parseYaml('# x\n---\na: [1, 2, 3, 4]\nb: c\n', undefined, 10);
  expect({ documents: documents.length, faults }).toEqual({ documents: 1, faults: [] });
  expect(locate(0, ['b'])).toBe(8);
});

test('a document that is read with places has a limit of its own', () => {
  expect(parseYaml('a: &x [1, 2, 3, 4]', undefined, 5).faults).toEqual([{ offset: expect.any(Number), message: expect.stringContaining('this document is too large') }]);
});
