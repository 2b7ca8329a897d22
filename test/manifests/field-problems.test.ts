import { formatFinding } from '../../src/findings/finding';
import { readDocuments } from '../../src/manifests/read-text';
import { fieldFindings } from '../../src/validation/field-errors';

test('documents know their places', () => {
  const { documents: [, { value, origin }], problems } = readDocuments('i.yaml', Buffer.from('a: 1\n---\nb:\n  - c: 2\n'), 'yaml');
  expect(problems).toEqual([]);
  expect(value).toEqual({ b: [{ c: 2 }] });
  expect(origin.at(['b', 0, 'c'])).toEqual({ file: 'i.yaml', line: 4, column: 5 });
});

test('a document is placed at its beginning', () => {
  const { documents: [first, second] } = readDocuments('i.json', Buffer.from(' {"a": 1}'), 'json');
  expect([first.origin.at(), second]).toEqual([{ file: 'i.json', line: 1, column: 2 }, undefined]);
});

test.each([
  ['json', '[1,\n', /^f:\d+:\d+: error: not valid JSON/],
  ['yaml', 'a: [\n', /^f:\d+:\d+: error: not valid YAML/],
  ['yaml', Buffer.from([0xff, 0xfe, 0, 0]), /^f:1:1: error: this file is in UTF-16/],
] as const)('what is no %s is an error with its place', (format, text, message) => {
  const { documents, problems } = readDocuments('f', Buffer.from(text as string), format);
  expect(documents).toEqual([]);
  expect(formatFinding(problems[0])).toMatch(message);
});

test('a field error is told with its field, its place and what to write instead', () => {
  const { documents: [{ origin }] } = readDocuments('i.yaml', Buffer.from('a:\n  b: 1\n'), 'yaml');
  const problems = fieldFindings([
    { path: ['a', 'b'], type: 'WrongType', message: 'must be text', fix: 'quote it' },
    { path: [], type: 'WrongType', message: 'is nothing' },
    { path: ['a'], place: ['a', 'b'], type: 'WrongType', message: 'has a bad b' },
  ], origin);
  expect(problems.map(formatFinding)).toEqual(['i.yaml:2:3: error: a.b: must be text; quote it', 'i.yaml:1:1: error: is nothing', 'i.yaml:2:3: error: a: has a bad b']);
});
