import * as fc from 'fast-check';
import { onlyFinding, parse } from './parsed';
import { randomRuns } from '../support/random-runs';

const fault = (text: string) => onlyFinding(text, 'json');
const findings = (text: string) => parse(text, 'json').findings;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('a JSON text is one document', () => {
  expect(parse('\n{"a": {"b": 1}}', 'json')).toMatchObject({ values: [{ a: { b: 1 } }], findings: [] });
});

test('a field may be called __proto__, and changes no other object', () => {
  const [value] = parse('{"__proto__": {"polluted": true}}', 'json').values;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(({} as any).polluted).toBeUndefined();
});

describe('a syntax error', () => {
  const NO_NAME = 'this must be the name of a field; write it in double quotes';
  const ENDS = 'the text ends where a value is expected';
  const BAD_TEXT = 'has no closing quote, or contains a line break or an invalid \\';
  const NO_VALUE = 'is not a JSON value; write text in double quotes';
  const NO_COMMENTS = 'JSON has no comments; remove the comment, or write the file as YAML';

  test.each([
    ['{"a": 1,}', ',}', "there is a comma before '}'; remove it"],
    ['[1, 2, ]', ', ]', "there is a comma before ']'; remove it"],
    ['{"a" 1}', '1}', "a colon is missing after 'a'"],
    ['{"a": 1 "b": 2}', '"b": 2}', "a comma or the closing '}' is missing here"],
    ['[1 2]', '2]', "a comma or the closing ']' is missing here"],
    ['{a: 1}', 'a: 1}', NO_NAME],
    ['{"a": 1, b: 2}', 'b: 2}', NO_NAME],
    ["{'a': 1}", "'a': 1}", NO_NAME],
    ['{"a', '"a', NO_NAME],
    ['{a": 1}', 'a": 1}', NO_NAME],
    ['{"a": 1', '', "the text ends before the closing '}'"],
    ['[[1]', '', "the text ends before the closing ']'"],
    ['[1}', '}', "a comma or the closing ']' is missing here"],
    ['{"a": ', '', ENDS],
    ['', '', ENDS],
    ['[1, ', '', ENDS],
    ['{"a": b}', 'b}', `the value of 'a' ${NO_VALUE}`],
    ['{"a": 1, "b": c}', 'c}', `the value of 'b' ${NO_VALUE}`],
    ['[b]', 'b]', `item 0 of this list ${NO_VALUE}`],
    ['[1, 2, b]', 'b]', `item 2 of this list ${NO_VALUE}`],
    ['nope', 'nope', `this ${NO_VALUE}`],
    ['[1, // one\n2]', '// one', NO_COMMENTS],
    ['# one\n{}', '# one', NO_COMMENTS],
    ["['a']", "'a']", `item 0 of this list ${NO_VALUE}`],
    ['["a\nb"]', '"a', `item 0 of this list ${BAD_TEXT}`],
    ['["a\\x"]', '"a\\x"]', `item 0 of this list ${BAD_TEXT}`],
    ['["a\\u00g0"]', '"a\\u00g0"]', `item 0 of this list ${BAD_TEXT}`],
    ['{"a": "b', '"b', `the value of 'a' ${BAD_TEXT}`],
    ['"', '"', `this ${BAD_TEXT}`],
    ['{} {}', '{}', 'there is text after the end of the value; write several objects as items of a List'],
    ['[1, 01]', '1]', "a comma or the closing ']' is missing here"],
    ['[1.]', '.]', "a comma or the closing ']' is missing here"],
    ['[.5]', '.5]', `item 0 of this list ${NO_VALUE}`],
    ['[1e]', 'e]', "a comma or the closing ']' is missing here"],
    ['[-]', '-]', `item 0 of this list ${NO_VALUE}`],
    ['[+1]', '+1]', `item 0 of this list ${NO_VALUE}`],
  ])('in %j has its place and its reason', (text, at, message) => {
    expect(fault(text)).toEqual([`NP005: not valid JSON: ${message}`, at]);
  });

  test('is reported for exactly the texts that JSON.parse rejects', () => {
    const sound = [
      '{}', ' [ ] ', '\t{\r\n}', '"a"', '""', '" "', 'true', 'false', ' null\n', '0', '-0', '10', '12.05', '1.5e+3', '-1E-10', '2e15',
      '{"a": {"a": [{}, {"b": []}]}, "b": "\\"\\u00e9"}', '"\\\\ \\/ \\b \\f \\n \\r \\t \\u0aF9"', '{"" : 1 , "b" :[1 , 2 ] }',
    ];
    for (const text of sound) { expect(findings(text)).toEqual([]); }
    const splice = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 2 }),
      put: fc.constantFrom('', ',', ':', '{', '}', '[', ']', '"', '1', '0', '-', '.', 'e', '\\', ' ', '\n', 'true', 'u', '"a":1,'),
    });
    const piece = fc.constantFrom(
      '{', '}', '[', ']', ':', ',', '"a"', '"b"', '"', '\\', '\\"', '\\u0061', ' ', '\n', '1', '-', '0', 'true', 'null',
      '{"a":1}', '"a":', '"a": 1,', '__proto__',
    );
    const pieces = fc.array(piece, { maxLength: 12 });
    const spliced = fc.tuple(fc.json({ maxDepth: 4 }), fc.array(splice, { maxLength: 2 })).map(([json, splices]) =>
      splices.reduce((text, { at, cut, put }) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + put + text.slice(start + cut);
      }, json));
    fc.assert(fc.property(fc.oneof(pieces.map(parts => parts.join('')), spliced), text => {
      const found = findings(text);
      // JSON.parse accepts duplicate fields.
      if (!found.some(one => one.startsWith('NP007'))) { expect(found.length === 0).toBe(isJson(text)); }
    }), { numRuns: randomRuns(10_000) });
  });
});

test.each([
  ['{"a": 1, "b": 2, "a": 3}', '"a": 3}'],
  ['{"a": 1, "b": {"a": 2}, "a": 3}', '"a": 3}'],
  ['[{"b": [{"a": 1, "a": 1}]}]', '"a": 1}]}]'],
  ['{"a": 1, "\\u0061": 1}', '"\\u0061": 1}'],
])('%s has a duplicate field', (text, at) => {
  expect(fault(text)).toEqual(["NP007: this object has the field 'a' twice; remove one, or check the indentation", at]);
});

test('a duplicate field is found even if its name is empty or __proto__', () => {
  expect(findings('{"__proto__": 1, "__proto__": {}}')).toEqual([expect.stringContaining("'__proto__' twice")]);
  expect(findings('{"": 1 , "" : 2}')).toEqual([expect.stringContaining("'' twice")]);
});

test.each([
  '{"a": "\\"b\\": c", "\\\\": ":", "c" : "d\\\\", "e": ["f", ":"]}', '["a", ":", "b: c"]', '":"', ' 1 ', '{}',
  '{"10": 1, "2": [[], {}]}', '[{"a": 1}, {"b": [{"a": null}]}]',
])('%s has no duplicate field', text => {
  expect(parse(text, 'json')).toMatchObject({ values: [JSON.parse(text)], findings: [] });
});

test('a text may nest 500 levels deep', () => {
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const tooDeep = ['NP006: this is nested more than 500 levels deep, which no Kubernetes object does'];
  expect([lists(500), lists(501), objects(500), objects(501), '['.repeat(1_000_000)].map(findings)).toEqual([[], tooDeep, [], tooDeep, tooDeep]);
});

test('a string may have megabytes', () => {
  expect(findings(JSON.stringify({ a: 'x"\n'.repeat(2_000_000) }))).toEqual([]);
});

test('the place of a field is its name, that of an item is the item, and that of an absent field is its nearest parent', () => {
  const { at } = parse(' {"kind": "List", "items": [{"kind": "Pod"}, {"kind": "Pod", "spec": {"a.b": [[], [1, 2]]}}]}', 'json');
  expect([
    at([]), at(['items']), at(['items', 1, 'kind']), at(['items', 1, 'spec', 'a.b', 1]), at(['items', 1, 'spec', 'a.b', 1, 1]),
    at(['items', 0, 'spec', 'x']), at(['items', 'kind']), at(['items', 1, 'spec', 'a']),
  ].map(rest => rest.slice(0, 8))).toEqual(['{"kind":', '"items":', '"kind": ', '[1, 2]]}', '2]]}}]}', '{"kind":', '"items":', '"spec": ']);
});
