import { formatPath } from '../../src/findings/finding';
import { FieldErrors, FieldPath } from '../../src/validation/field-errors';
import { validateLabels, validateLabelSelector } from '../../src/validation/metadata';

const told = (check: (errors: FieldErrors) => void) => {
  const errors = new FieldErrors();
  check(errors);
  return errors.errors.map(({ path, type, place }) => `${formatPath(path)} ${type}${place === undefined ? '' : ` at ${place[place.length - 1]}`}`);
};
const labels = (value: unknown) => told(errors => validateLabels(errors, value, FieldPath.to('labels')));
const selector = (value: unknown) => told(errors => validateLabelSelector(errors, value, FieldPath.to('s')));
const requirement = (value: unknown) => selector({ matchExpressions: [value] });

const said = (value: unknown) => {
  const errors = new FieldErrors();
  validateLabelSelector(errors, value, FieldPath.to('s'));
  return errors.errors.map(({ path, place, message, fix: suggestion }) => [formatPath(place ?? path), message, suggestion]);
};

describe('labels', () => {
  test('are texts by qualified names', () => {
    expect(labels({ 'app': 'web', 'example.com/x': '', 'n': null })).toEqual([]);
    expect(labels(null)).toEqual([]);
  });

  test('are refused one by one, each at its place', () => {
    expect(labels({ 'a b': 'c', 'd': '-x', 'e': 1, 'f': 'ok' })).toEqual(['labels WrongType at e', 'labels FieldValueInvalid at a b', 'labels FieldValueInvalid at d']);
    expect(labels([])).toEqual(['labels WrongType']);
  });
});

describe('a selector', () => {
  test.each([
    null, {}, { matchLabels: null, matchExpressions: null }, { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
    { matchExpressions: [{ key: 'a', operator: 'In', values: ['', null] }] }, { matchExpressions: [{ key: 'a', operator: 'Exists', values: null }] },
  ])('%j is valid', value => expect(selector(value)).toEqual([]));

  test('that is a list or a text is none', () => {
    expect(selector([])).toEqual(['s WrongType']);
    expect(selector('all')).toEqual(['s WrongType']);
    expect(selector({ matchExpressions: {} })).toEqual(['s.matchExpressions WrongType']);
  });

  test('with a label beside matchLabels is told where labels go', () => {
    const errors = new FieldErrors();
    validateLabelSelector(errors, { name: 'x', matchlabels: {} }, FieldPath.start);
    expect(errors.errors.map(({ fix: suggestion }) => suggestion)).toEqual(["labels go under matchLabels: write 'matchLabels: { name: … }'", "did you mean 'matchLabels'?"]);
    expect(said({ rematch: 'x' })).toEqual([['s.rematch', 'there is no such field', "labels go under matchLabels: write 'matchLabels: { rematch: … }'"]]);
  });

  test('says of labels that are refused which they are, and where', () => {
    expect(said({ matchLabels: { 'a b': 'c', 'd': '-x' } })).toEqual([
      ['s.matchLabels.a b', expect.stringMatching(/^the key 'a b': ./), undefined], ['s.matchLabels.d', expect.stringMatching(/^the value '-x' of 'd': ./), undefined],
    ]);
    expect(selector({ matchLabels: 1 })).toEqual(['s.matchLabels WrongType']);
  });
});

describe('an expression', () => {
  test.each([
    [{ operator: 'In', values: null }, "must be specified when `operator` is 'In' or 'NotIn'", undefined],
    [{ operator: 'Exists', values: ['b'] }, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'", undefined],
    [{ operator: 'Gt' }, "'Gt' is not a valid selector operator", 'write one of In, NotIn, Exists, DoesNotExist'],
  ])('%j is told what is wrong with it', (value, message, suggestion) => {
    expect(said({ matchExpressions: [{ key: 'a', ...value }] }).map(([, ...text]) => text)).toEqual([[message, suggestion]]);
  });

  test.each([
    [{ key: 'a', operator: 'In' }, 'values FieldValueRequired'], [{ key: 'a', operator: 'NotIn', values: [] }, 'values FieldValueRequired'],
    [{ key: 'a', operator: 'Exists', values: ['b'] }, 'values FieldValueForbidden'], [{ key: 'a', operator: 'DoesNotExist', values: [''] }, 'values FieldValueForbidden'],
    [{ key: 'a', operator: 'in', values: ['b'] }, 'operator FieldValueInvalid'], [{ key: 'a', operator: 'Gt', values: ['1'] }, 'operator FieldValueInvalid'],
    [{ key: 'a' }, 'operator FieldValueInvalid'], [{ key: 'a', operator: 1 }, 'operator WrongType'],
    [{ key: 'a b', operator: 'Exists' }, 'key FieldValueInvalid'], [{ key: 1, operator: 'Exists' }, 'key WrongType'],
    [{ key: 'a', operator: 'In', values: ['b c'] }, 'values[0] FieldValueInvalid'], [{ key: 'a', operator: 'In', values: [1] }, 'values[0] WrongType'],
    [{ key: 'a', operator: 'In', values: 'b' }, 'values WrongType'], [{ key: 'a', operator: 'Exists', value: 'b' }, 'value UnknownField'],
  ])('%j is refused', (value, error) => expect(requirement(value)).toEqual([`s.matchExpressions[0].${error}`]));

  test('of nothing at all lacks operator and key', () => {
    for (const value of [null, {}]) {
      expect(new Set(requirement(value))).toEqual(new Set(['s.matchExpressions[0].operator FieldValueInvalid', 's.matchExpressions[0].key FieldValueInvalid']));
    }
    expect(requirement('a=b')).toEqual(['s.matchExpressions[0] WrongType']);
  });
});
