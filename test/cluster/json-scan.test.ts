import * as fc from 'fast-check';
import { findJsonFault, JsonPlaces } from '../../src/cluster/json-scan';
import { MAX_DEPTH } from '../../src/cluster/parsed-text';
import { randomRuns } from '../random-runs';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('what is wrong with a JSON text', () => {
  test.each([
    ['{"a": 1,}', '"a": 1'.length + 1, 'the comma before \'}\' is one too many'],
    ['[1, 2, ]', 5, 'the comma before \']\' is one too many'],
    ['{"a" 1}', 5, "a colon is missing after 'a'"],
    ['{"a": 1 "b": 2}', 8, "a comma, or the closing '}', is missing here"],
    ['[1 2]', 3, "a comma, or the closing ']', is missing here"],
    ['{a: 1}', 1, "a field's name, in double quotes"],
    ['{"a": 1', 7, "the text ends before a closing '}'"],
    ['[[1]', 4, "the text ends before a closing ']'"],
    ['{"a": ', 6, 'the text ends where a value is expected'],
    ['', 0, 'the text ends where a value is expected'],
    ['{"a": b}', 6, "the value of 'a' is no value"],
    ['[b]', 1, 'item 0 of this list is no value'],
    ['[1, 01]', 5, 'is missing here'],
    ['nope', 0, 'this is no value'],
    ['[1, // one\n2]', 4, 'it takes no comments'],
    ['# one\n{}', 0, 'it takes no comments'],
    ["{'a': 1}", 1, "a field's name, in double quotes"],
    ["['a']", 1, 'text is written in double quotes'],
    ['["a\nb"]', 1, 'without a closing quote'],
    ['["a\\x"]', 1, 'without a closing quote'],
    ['["a', 1, 'without a closing quote'],
    ['{} {}', 3, 'there is more after the end'],
    ['{"a": 1, "b": 2, "a": 3}', 17, "'a' is written twice"],
    ['{"a": 1, "\\u0061": 3}', 9, "'a' is written twice"],
  ])('%p', (text, offset, message) => {
    expect(findJsonFault(text)).toEqual({ offset, message: expect.stringContaining(message) });
  });

  test('is nothing where it is sound', () => {
    for (const text of ['{}', ' [ ] ', '"a"', '-1.5e+3', 'true', ' null\n', '{"a": {"a": [{}, {"b": []}]}, "b": "\\"\\u00e9"}']) {
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
