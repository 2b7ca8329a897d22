import { FieldErrors, isAbsent, FieldPath } from '../../src/validation/field-errors';

let errors: FieldErrors;
beforeEach(() => { errors = new FieldErrors(); });
const messages = () => errors.errors.map(({ type, message, fix: suggestion }) => `${type}: ${message}${suggestion === undefined ? '' : `; ${suggestion}`}`);

describe('null is as good as absent', () => {
  test.each([null, undefined])('%p', absent => {
    expect(errors.object(absent, [], ['a'])).toEqual({});
    expect(errors.list(absent, [])).toEqual([]);
    expect(errors.text(absent, [])).toBe('');
    expect(errors.integer(absent, [])).toBeUndefined();
    expect({ ...errors.textMap(absent, []) }).toEqual({});
    expect(isAbsent(absent)).toBe(true);
    expect(messages()).toEqual([]);
  });

  test('in a map of texts it is the empty text', () => {
    expect({ ...errors.textMap({ a: null, b: 'c' }, []) }).toEqual({ a: '', b: 'c' });
  });
});

test('a value of the right type is given as it is written', () => {
  expect(errors.object({ b: [1], a: null, c: undefined }, [], ['a', 'b', 'c', 'd'])).toEqual({ a: null, b: [1], c: undefined });
  const list = [1, 'x'];
  expect(errors.list(list, [])).toBe(list);
  expect(errors.text('x', [])).toBe('x');
  expect(messages()).toEqual([]);
});

test('an error has its paths as lists, however they were given', () => {
  errors.add('WrongType', FieldPath.to('a', 0), 'no', { place: FieldPath.to('a', 0, 'b') });
  errors.add('WrongType', ['a', 0], 'no', { place: ['a', 0, 'b'] });
  const error = { type: 'WrongType', message: 'no', path: ['a', 0], place: ['a', 0, 'b'] };
  expect(errors.errors).toEqual([error, error]);
});

describe('a value of the wrong type', () => {
  test('is as good as none in what is read on', () => {
    expect(errors.list('x', [])).toEqual([]);
    expect({ ...errors.textMap({ a: 1, b: 'c' }, []) }).toEqual({ b: 'c' });
  });

  test('is not repeated at length', () => {
    errors.list('x'.repeat(41), []);
    expect(messages()).toEqual([`WrongType: must be a list, not the text "${'x'.repeat(40)}"; start each item with '- '`]);
  });

  test('says what it is and what it should be', () => {
    expect(errors.object('x', [], [])).toBeUndefined();
    errors.object([], [], []);
    errors.list({}, []);
    errors.list('x', []);
    errors.textMap([], []);
    expect(messages()).toEqual([
      'WrongType: must be an object, not the text "x"', 'WrongType: must be an object, not a list',
      "WrongType: must be a list, not an object; start each item with '- '", "WrongType: must be a list, not the text \"x\"; start each item with '- '",
      'WrongType: must be an object of names and values, not a list',
    ]);
  });

  test('that wants quotes is told so', () => {
    expect(errors.text(80, [])).toBeUndefined();
    errors.text(true, []);
    errors.text({}, []);
    errors.textMap({ a: 1 }, ['labels']);
    expect(messages()).toEqual([
      'WrongType: must be text, not the number 80; put it in quotes: "80"',
      'WrongType: must be text, not the boolean true; put it in quotes (yes, no, on, off, y and n are booleans, too, where they are not quoted)',
      'WrongType: must be text, not an object',
      'WrongType: the value of \'a\' must be text, not the number 1; put it in quotes: "1"',
    ]);
    expect(errors.errors[3]).toMatchObject({ path: ['labels'], place: ['labels', 'a'] });
  });

  test('that wants no quotes is told so', () => {
    expect(errors.integer('80', [])).toBeUndefined();
    errors.integer('x', []);
    errors.integer('x80', []);
    errors.integer('80x', []);
    errors.integer(2 ** 31, [], 32);
    expect(messages()).toEqual([
      'WrongType: must be a whole number, not the text "80"; write it without quotes: 80', 'WrongType: must be a whole number, not the text "x"',
      'WrongType: must be a whole number, not the text "x80"', 'WrongType: must be a whole number, not the text "80x"', 'WrongType: must be a whole number, not the number 2147483648',
    ]);
  });
});

test('a number is whole and fits', () => {
  expect(errors.integer(80, [], 32)).toBe(80);
  expect(errors.integer(-(2 ** 31), [], 32)).toBe(-(2 ** 31));
  expect(errors.integer(2 ** 31, [])).toBe(2 ** 31);
  expect(messages()).toEqual([]);
  for (const wrong of [80.5, 2 ** 31, -(2 ** 31) - 1]) { expect(errors.integer(wrong, [], 32)).toBeUndefined(); }
  expect(messages()).toHaveLength(3);
});

describe('a field that does not exist', () => {
  test('is an error with the advice for it, or the nearest name, or all names', () => {
    errors.object({ from: 1, Port: 2, zzz: null }, ['x'], ['port', 'protocol'], field => field === 'from' ? 'not here' : undefined);
    expect(messages()).toEqual([
      'UnknownField: there is no such field; not here', "UnknownField: there is no such field; did you mean 'port'?",
      'UnknownField: there is no such field; the fields here are port, protocol',
    ]);
    expect(errors.errors[1].path).toEqual(['x', 'Port']);
  });

  test('is not taken for one that every JavaScript object has', () => {
    expect(errors.object({}, [], ['constructor'])).toEqual({});
    errors.object(JSON.parse('{"__proto__": 1}'), [], ['a']);
    expect(errors.errors[0].path).toEqual(['__proto__']);
  });
});
