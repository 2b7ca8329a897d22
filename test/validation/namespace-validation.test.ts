import { formatPath } from '../../src/findings/finding';
import { validateNamespace } from '../../src/validation/metadata';

const refused = (fields: object) => validateNamespace({ apiVersion: 'v1', kind: 'Namespace', ...fields }).map(({ path, type }) => `${formatPath(path)} ${type}`);

test('a namespace is valid by its name and its labels; nothing else is looked at', () => {
  expect(refused({ metadata: { name: 'a-1' } })).toEqual([]);
  expect(refused({ metadata: { name: 'a', labels: { team: 'x' }, anything: 'goes' }, spec: 3 })).toEqual([]);
});

test('a namespace has a name, which is a DNS label', () => {
  for (const fields of [{}, { metadata: null }, { metadata: 'a' }, { metadata: {} }, { metadata: { name: '' } }]) {
    expect(refused(fields)).toEqual(['metadata.name FieldValueRequired']);
  }
  expect(refused({ metadata: { name: 'a.b' } })).toEqual(['metadata.name FieldValueInvalid']);
  expect(refused({ metadata: { name: 1 } })).toEqual(['metadata.name WrongType']);
});

test('its labels are texts of the right form', () => {
  expect(refused({ metadata: { name: 'a', labels: { 'a b': 'c' } } })).toEqual(['metadata.labels FieldValueInvalid']);
  expect(refused({ metadata: { name: 'a', labels: { a: 1 } } })).toEqual(['metadata.labels WrongType']);
});

test('it is told what is wrong', () => {
  const said = (metadata: object) => validateNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata }).map(({ message }) => message);
  expect(said({})).toEqual(['is required']);
  expect(said({ name: 'a.b' })).toEqual([expect.stringMatching(/^'a\.b': a lowercase RFC 1123 label must/)]);
});
