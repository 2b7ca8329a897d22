import { errorsOf, fieldsOf, textsOf } from './formatted';
import { validateLabels, validateLabelSelector } from '../../src/validation/labels';

const labels = (value: unknown) => errorsOf(validateLabels, value, 'labels');
const selector = (value: unknown) => errorsOf(validateLabelSelector, value, 's');

describe('labels', () => {
  test('are text with qualified names, and null is the empty string', () => {
    expect(labels({ 'app': 'web', 'example.com/x': '', 'n': null })).toEqual([]);
    expect(labels(null)).toEqual([]);
  });

  test('have errors for the whole field, each at the place of its label', () => {
    const errors = labels({ 'a b': 'c', 'd': '-x', 'e': 1, 'f': 'ok' });
    expect(fieldsOf(errors)).toEqual(['labels WrongType', 'labels FieldValueInvalid', 'labels FieldValueInvalid']);
    expect(textsOf(errors)).toEqual([
      'labels.e: the value of \'e\' must be text, not the number 1; put it in quotes: "1"',
      expect.stringMatching(/^labels\.a b: the key 'a b': ./), expect.stringMatching(/^labels\.d: the value '-x' of 'd': ./),
    ]);
    expect(fieldsOf(labels([]))).toEqual(['labels WrongType']);
  });
});

describe('a selector', () => {
  test.each([
    null, {}, { matchLabels: null, matchExpressions: null }, { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
    { matchExpressions: [{ key: 'a', operator: 'In', values: ['', null] }] }, { matchExpressions: [{ key: 'a', operator: 'Exists', values: null }] },
  ])('can be %j', value => expect(selector(value)).toEqual([]));

  test('cannot be a list or text', () => {
    expect(fieldsOf(selector([]))).toEqual(['s WrongType']);
    expect(fieldsOf(selector('all'))).toEqual(['s WrongType']);
    expect(fieldsOf(selector({ matchExpressions: {} }))).toEqual(['s.matchExpressions WrongType']);
    expect(fieldsOf(selector({ matchLabels: 1 }))).toEqual(['s.matchLabels WrongType']);
  });

  test('has a fix for labels beside matchLabels, and for typing errors', () => {
    expect(textsOf(selector({ name: 'x', rematch: 'y', matchlabels: {} }))).toEqual([
      "s.name: there is no such field; labels go under matchLabels: write 'matchLabels: { name: … }'",
      "s.rematch: there is no such field; labels go under matchLabels: write 'matchLabels: { rematch: … }'",
      "s.matchlabels: there is no such field; did you mean 'matchLabels'?",
    ]);
  });

  test('has errors of its labels at their places', () => {
    expect(textsOf(selector({ matchLabels: { 'a b': 'c', 'd': '-x' } }))).toEqual([
      expect.stringMatching(/^s\.matchLabels\.a b: the key 'a b': ./), expect.stringMatching(/^s\.matchLabels\.d: the value '-x' of 'd': ./),
    ]);
  });
});

describe('an expression', () => {
  test.each([
    [{ key: 'a', operator: 'In' }, 'values FieldValueRequired'], [{ key: 'a', operator: 'NotIn', values: [] }, 'values FieldValueRequired'],
    [{ key: 'a', operator: 'Exists', values: ['b'] }, 'values FieldValueForbidden'], [{ key: 'a', operator: 'DoesNotExist', values: [''] }, 'values FieldValueForbidden'],
    [{ key: 'a', operator: 'in', values: ['b'] }, 'operator FieldValueInvalid'], [{ key: 'a', operator: 'Gt', values: ['1'] }, 'operator FieldValueInvalid'],
    [{ key: 'a' }, 'operator FieldValueInvalid'], [{ key: 'a', operator: 1 }, 'operator WrongType'],
    [{ key: 'a b', operator: 'Exists' }, 'key FieldValueInvalid'], [{ key: 1, operator: 'Exists' }, 'key WrongType'],
    [{ key: 'a', operator: 'In', values: ['b c'] }, 'values[0] FieldValueInvalid'], [{ key: 'a', operator: 'In', values: [1] }, 'values[0] WrongType'],
    [{ key: 'a', operator: 'In', values: 'b' }, 'values WrongType'], [{ key: 'a', operator: 'Exists', value: 'b' }, 'value UnknownField'],
  ])('cannot be %j', (value, error) => expect(fieldsOf(selector({ matchExpressions: [value] }))).toEqual([`s.matchExpressions[0].${error}`]));

  test('needs an operator and a key', () => {
    for (const value of [null, {}]) {
      expect(new Set(fieldsOf(selector({ matchExpressions: [value] })))).toEqual(new Set(['s.matchExpressions[0].operator FieldValueInvalid', 's.matchExpressions[0].key FieldValueInvalid']));
    }
    expect(fieldsOf(selector({ matchExpressions: ['a=b'] }))).toEqual(['s.matchExpressions[0] WrongType']);
  });

  test.each([
    [{ operator: 'In', values: null }, "values: must be specified when `operator` is 'In' or 'NotIn'"],
    [{ operator: 'Exists', values: ['b'] }, "values: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
    [{ operator: 'Gt' }, "operator: 'Gt' is not a valid selector operator; write one of In, NotIn, Exists, DoesNotExist"],
  ])('with %j has an error that says what is wrong', (value, text) => {
    expect(textsOf(selector({ matchExpressions: [{ key: 'a', ...value }] }))).toEqual([`s.matchExpressions[0].${text}`]);
  });
});
