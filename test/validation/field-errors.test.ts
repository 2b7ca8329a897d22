import { textsOf } from './formatted';
import { formatFinding } from '../../src/findings/finding';
import { fieldFindings, FieldErrors, FieldPath, isAbsent } from '../../src/validation/field-errors';

let errors: FieldErrors;
beforeEach(() => { errors = new FieldErrors(); });

test('a field path has the steps from the object to the field, and several paths may share their first steps', () => {
  const spec = FieldPath.to('spec');
  expect(FieldPath.start.path).toEqual([]);
  expect([spec.child('ingress').child(0).path, spec.child('b').path, spec.path]).toEqual([['spec', 'ingress', 0], ['spec', 'b'], ['spec']]);
  expect(FieldPath.to('').child('').path).toEqual(['', '']);
});

test('an error has its paths as lists', () => {
  errors.add('WrongType', FieldPath.to('a', 0), 'no', { place: FieldPath.to('a', 0, 'b') });
  errors.add('WrongType', ['a', 0], 'no', { place: ['a', 0, 'b'] });
  const error = { type: 'WrongType', message: 'no', path: ['a', 0], place: ['a', 0, 'b'] };
  expect(errors.errors).toEqual([error, error]);
});

test.each([null, undefined])('%p counts as an absent value', absent => {
  expect(errors.object(absent, [], ['a'])).toEqual({});
  expect(errors.list(absent, [])).toEqual([]);
  expect(errors.text(absent, [])).toBe('');
  expect(errors.integer(absent, [])).toBeUndefined();
  expect({ ...errors.textMap(absent, []) }).toEqual({});
  expect(isAbsent(absent)).toBe(true);
  expect(errors.errors).toEqual([]);
});

test('a value of the right type is returned as it is', () => {
  const list = [1, 'x'];
  expect(errors.object({ b: [1], a: null }, [], ['a', 'b', 'c'])).toEqual({ a: null, b: [1] });
  expect(errors.list(list, [])).toBe(list);
  expect(errors.text('x', [])).toBe('x');
  expect({ ...errors.textMap({ a: null, b: 'c' }, []) }).toEqual({ a: '', b: 'c' });
  expect([errors.integer(80, [], 32), errors.integer(-(2 ** 31), [], 32), errors.integer(2 ** 31, [])]).toEqual([80, -(2 ** 31), 2 ** 31]);
  expect(errors.errors).toEqual([]);
});

test('a value of the wrong type counts as absent, and the error says what it is and what it should be', () => {
  expect(errors.object('x', ['a'], [])).toBeUndefined();
  errors.object([], ['a'], []);
  expect(errors.list({}, ['a'])).toEqual([]);
  errors.list('x'.repeat(41), ['a']);
  errors.textMap([], ['a']);
  expect(errors.text(80, ['a'])).toBeUndefined();
  errors.text(true, ['a']);
  errors.text({}, ['a']);
  expect({ ...errors.textMap({ a: 1, b: 'c' }, ['labels']) }).toEqual({ b: 'c' });
  expect(textsOf(errors.errors)).toEqual([
    'a: must be an object, not the text "x"', 'a: must be an object, not a list',
    "a: must be a list, not an object; start each item with '- '", `a: must be a list, not the text "${'x'.repeat(40)}"; start each item with '- '`,
    'a: must be an object with names and values, not a list',
    'a: must be text, not the number 80; put it in quotes: "80"',
    'a: must be text, not the boolean true; put it in quotes (without them, yes, no, on, off, y and n are booleans too)',
    'a: must be text, not an object',
    'labels.a: the value of \'a\' must be text, not the number 1; put it in quotes: "1"',
  ]);
  expect(errors.errors[8]).toMatchObject({ path: ['labels'], place: ['labels', 'a'] });
});

test('an integer is a whole number that fits its size', () => {
  for (const wrong of [80.5, 2 ** 31, -(2 ** 31) - 1, '80', 'x80', '80x']) { expect(errors.integer(wrong, ['a'], 32)).toBeUndefined(); }
  expect(textsOf(errors.errors)).toEqual([
    'a: must be a whole number, not the number 80.5', 'a: must be a whole number, not the number 2147483648', 'a: must be a whole number, not the number -2147483649',
    'a: must be a whole number, not the text "80"; write it without quotes: 80',
    'a: must be a whole number, not the text "x80"', 'a: must be a whole number, not the text "80x"',
  ]);
});

test('an unknown field has the fix of the caller, the nearest name, or all names', () => {
  errors.object({ from: 1, Port: 2, zzz: null }, ['x'], ['port', 'protocol'], field => field === 'from' ? 'move it' : undefined);
  expect(textsOf(errors.errors)).toEqual([
    'x.from: there is no such field; move it', "x.Port: there is no such field; did you mean 'port'?", 'x.zzz: there is no such field; the fields here are port, protocol',
  ]);
});

test('a field is not confused with a property that every JavaScript object has', () => {
  expect(errors.object({}, [], ['constructor'])).toEqual({});
  errors.object(JSON.parse('{"__proto__": 1}'), [], ['a']);
  expect(errors.errors[0].path).toEqual(['__proto__']);
});

test('a field error becomes a finding with the code of its type, at the place of its field', () => {
  const origin = { at: (path: readonly (string | number)[] = []) => ({ file: `f(${path.join('.')})` }) };
  const list = [
    { path: ['a', 'b'], type: 'WrongType', message: 'must be text', fix: 'quote it' },
    { path: [], type: 'UnknownField', message: 'is nothing' },
    { path: ['a'], place: ['a', 'b'], type: 'FieldValueTooLong', message: 'has a bad b' },
    { path: ['c'], type: 'FieldValueRequired', message: 'is required', harmless: true },
    { path: ['c'], type: 'FieldValueInvalid', message: 'no' }, { path: ['c'], type: 'FieldValueForbidden', message: 'no' }, { path: ['c'], type: 'FieldValueNotSupported', message: 'no' },
  ] as const;
  expect(fieldFindings(list, origin).map(formatFinding)).toEqual([
    'f(a.b): error NP026: a.b: must be text; quote it', 'f(): error NP025: is nothing', 'f(a.b): error NP024: a: has a bad b', 'f(c): warning NP021: c: is required',
    'f(c): error NP020: c: no', 'f(c): error NP022: c: no', 'f(c): error NP023: c: no',
  ]);
  expect(fieldFindings(list.slice(0, 1), origin, { subject: 'Pod p', code: 'NP211' }).map(formatFinding)).toEqual(['f(a.b): error NP211: Pod p: a.b: must be text; quote it']);
});
