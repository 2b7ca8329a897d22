import * as fc from 'fast-check';
import { findJsonFault, JsonPlaces } from '../../src/manifests/private/json';
import { MAX_DEPTH } from '../../src/manifests/private/parsed-text';
import { randomRuns } from '../support/random-runs';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('what is wrong with a JSON text', () => {
  const NO_COMMENTS = 'it takes no comments; in YAML they start with #';
  const NO_NAME = "a field's name, in double quotes, belongs here";
  const ENDS = 'the text ends where a value is expected';
  const BAD_TEXT = 'is text without a closing quote, or with a line break or a wrong \\ in it';

  test.each([
    ['{"a": 1,}', 7, "the comma before '}' is one too many: remove it"],
    ['[1, 2, ]', 5, "the comma before ']' is one too many: remove it"],
    ['{"a" 1}', 5, "a colon is missing after 'a'"],
    ['{"a": 1 "b": 2}', 8, "a comma, or the closing '}', is missing here"],
    ['[1 2]', 3, "a comma, or the closing ']', is missing here"],
    ['{a: 1}', 1, NO_NAME],
    ['{"a": 1, b: 2}', 9, NO_NAME],
    ["{'a': 1}", 1, NO_NAME],
    ['{"a', 1, NO_NAME],
    ['{a": 1}', 1, NO_NAME],
    ['{"a": 1', 7, "the text ends before a closing '}'"],
    ['[[1]', 4, "the text ends before a closing ']'"],
    ['[1}', 2, "a comma, or the closing ']', is missing here"],
    ['{"a": ', 6, ENDS],
    ['', 0, ENDS],
    ['[1, ', 4, ENDS],
    ['{"a": b}', 6, "the value of 'a' is no value; text is written in double quotes"],
    ['{"a": 1, "b": c}', 14, "the value of 'b' is no value; text is written in double quotes"],
    ['[b]', 1, 'item 0 of this list is no value; text is written in double quotes'],
    ['[1, 2, b]', 7, 'item 2 of this list is no value; text is written in double quotes'],
    ['nope', 0, 'this is no value; text is written in double quotes'],
    ['[1, // one\n2]', 4, NO_COMMENTS],
    ['# one\n{}', 0, NO_COMMENTS],
    ["['a']", 1, 'text is written in double quotes'],
    ['["a\nb"]', 1, `item 0 of this list ${BAD_TEXT}`],
    ['["a\\x"]', 1, `item 0 of this list ${BAD_TEXT}`],
    ['["a\\u00g0"]', 1, `item 0 of this list ${BAD_TEXT}`],
    ['{"a": "b', 6, `the value of 'a' ${BAD_TEXT}`],
    ['"a\u001f"', 0, `this ${BAD_TEXT}`],
    ['"', 0, `this ${BAD_TEXT}`],
    ['{} {}', 3, 'there is more after the end; a JSON file holds one object (several go into a List)'],
    ['[1, 01]', 5, "a comma, or the closing ']', is missing here"],
    ['[1.]', 2, "a comma, or the closing ']', is missing here"],
    ['[.5]', 1, 'item 0 of this list is no value; text is written in double quotes'],
    ['[1e]', 2, "a comma, or the closing ']', is missing here"],
    ['[-]', 1, 'item 0 of this list is no value; text is written in double quotes'],
    ['[+1]', 1, 'item 0 of this list is no value; text is written in double quotes'],
  ])('%p: not valid', (text, offset, message) => {
    expect(findJsonFault(text)).toEqual({ offset, message: `not valid JSON: ${message}` });
  });

  test.each([['{"a": 1, "b": 2, "a": 3}', 17], ['{"a": 1, "\\u0061": 3}', 9]])('%p: a field is written twice', (text, offset) => {
    expect(findJsonFault(text)).toEqual({ offset, message: "'a' is written twice in one object: remove one" });
  });

  test('is nothing where it is sound', () => {
    const sound = [
      '{}', ' [ ] ', '\t{\r\n}', '"a"', '""', '" "', 'true', 'false', ' null\n', '0', '-0', '10', '12.05', '1.5e+3', '-1E-10', '2e15',
      '{"a": {"a": [{}, {"b": []}]}, "b": "\\"\\u00e9"}', '"\\\\ \\/ \\b \\f \\n \\r \\t \\u0aF9"', '{"" : 1 , "b" :[1 , 2 ] }',
    ];
    for (const text of sound) {
      expect(JSON.stringify(JSON.parse(text))).toBeDefined();
      expect(findJsonFault(text)).toBeUndefined();
    }
  });

  test('is found whenever JSON.parse finds something, and only then', () => {
    const splice = fc.record({ at: fc.nat(), cut: fc.nat({ max: 2 }), put: fc.constantFrom('', ',', ':', '{', '}', '[', ']', '"', '1', '0', '-', '.', 'e', '\\', ' ', '\n', 'true', 'u') });
    fc.assert(fc.property(fc.json({ maxDepth: 3 }), fc.array(splice, { maxLength: 2 }), (json, splices) => {
      let text = json;
      for (const { at, cut, put } of splices) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + put + text.slice(start + cut);
      }
      const fault = findJsonFault(text);
      // A name written twice is our own rule.
      if (!fault?.message.includes('written twice')) { expect(fault === undefined).toBe(isJson(text)); }
    }), { numRuns: randomRuns(2000) });
  });

  test('is said of a text that nests without end, however long', () => {
    const tooDeep = { offset: MAX_DEPTH, message: `nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does` };
    expect(findJsonFault('['.repeat(1_000_000))).toEqual(tooDeep);
    expect(findJsonFault(`${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`)).toBeUndefined();
  });

  test('a string of megabytes is read', () => {
    expect(findJsonFault(JSON.stringify({ a: 'x"\n'.repeat(2_000_000) }))).toBeUndefined();
  });
});

describe('the place of a field', () => {
  const text = ' {"kind": "List", "items": [{"kind": "Pod"}, {"kind": "Pod", "spec": {"a.b": [[], [1, 2]]}}]}';
  const places = new JsonPlaces(text);
  const at = (...path: (string | number)[]) => text.slice(places.locate(path)).slice(0, 8);

  test('is its name, that of an item the item', () => {
    expect(at()).toBe('{"kind":');
    expect(at('items')).toBe('"items":');
    expect(at('items', 1, 'kind')).toBe('"kind": ');
    expect(at('items', 1, 'spec', 'a.b', 1)).toBe('[1, 2]]}');
    expect(at('items', 1, 'spec', 'a.b', 1, 1)).toBe('2]]}}]}');
  });

  test('that is not there is that of the nearest above', () => {
    expect(at('items', 0, 'spec', 'x')).toBe('{"kind":');
    expect(at('items', 'kind')).toBe('"items":');
    expect(at('items', 1, 'spec', 'a')).toBe('"spec": ');
  });
});
