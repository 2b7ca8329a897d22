import { FieldErrors } from '../../src/cluster/field-error';
import { validateMetadata } from '../../src/cluster/metadata-validation';
import { formatPath } from '../../src/cluster/origin';

const refused = (metadata: unknown) => {
  const errors = new FieldErrors();
  validateMetadata(errors, metadata);
  return errors.errors.map(({ path, type }) => `${formatPath(path)} ${type}`);
};
const withName = (rest: object) => refused({ name: 'p', ...rest });
const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' };

test('what the API server writes is valid', () => {
  expect(refused({
    name: 'p',
    generateName: 'p-',
    namespace: 'ns',
    uid: 'u',
    resourceVersion: '1',
    generation: 3,
    creationTimestamp: '2024-01-31T12:00:00Z',
    deletionTimestamp: '2024-01-31T12:00:00.5+02:00',
    deletionGracePeriodSeconds: 30,
    labels: { a: 'b' },
    annotations: { 'Example.com/a': 'any text\n', 'b': null },
    finalizers: ['example.com/x'],
    selfLink: '/x',
    ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }, owner],
    managedFields: [{ manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', time: '2024-01-31T12:00:00Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} }, subresource: 'status' }],
  })).toEqual([]);
  expect(withName({ namespace: null, labels: null, creationTimestamp: null, ownerReferences: null, generation: null })).toEqual([]);
});

describe('a name', () => {
  test('is required, or a prefix that one is made from', () => {
    for (const metadata of [null, {}, { name: '' }, { name: null }]) { expect(refused(metadata)).toEqual(['metadata.name FieldValueRequired']); }
    expect(refused({ generateName: 'allow-' })).toEqual([]);
    expect(refused({ generateName: 'Allow-' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ name: 'allow', generateName: 'Allow-' })).toEqual(['metadata.generateName FieldValueInvalid']);
    // The server looks at the prefix without its last two letters, and at what it makes of all of it.
    expect(refused({ generateName: 'P-' })).toEqual(['metadata.name FieldValueInvalid']);
    expect(refused({ generateName: '-' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ generateName: 'a'.repeat(253) })).toEqual([]);
  });

  test('is a DNS subdomain, a namespace a DNS label', () => {
    expect(withName({ namespace: 'a.b' })).toEqual(['metadata.namespace FieldValueInvalid']);
    expect(refused({ name: 'a.b' })).toEqual([]);
    expect(refused({ name: 'A' })).toEqual(['metadata.name FieldValueInvalid']);
    expect(refused({ name: 1 })).toEqual(['metadata.name WrongType']);
  });
});

test.each([
  [{ labels: { 'a b': 'c' } }, 'labels FieldValueInvalid'], [{ annotations: { 'a b': 'c' } }, 'annotations FieldValueInvalid'], [{ annotations: { a: true } }, 'annotations WrongType'],
  [{ annotations: { a: 'x'.repeat(256 * 1024) } }, 'annotations FieldValueTooLong'], [{ generation: -1 }, 'generation FieldValueInvalid'], [{ generation: '1' }, 'generation WrongType'],
  [{ creationTimestamp: 'yesterday' }, 'creationTimestamp WrongType'], [{ creationTimestamp: 5 }, 'creationTimestamp WrongType'], [{ uid: 5 }, 'uid WrongType'],
  [{ deletionGracePeriodSeconds: 'x' }, 'deletionGracePeriodSeconds WrongType'], [{ clusterName: 'x' }, 'clusterName UnknownField'], [{ finalizers: ['x/a b'] }, 'finalizers FieldValueInvalid'], [{ finalizers: ['cleanup'] }, 'finalizers[0] FieldValueInvalid'],
  [{ finalizers: 'a' }, 'finalizers WrongType'], [{ finalizers: [1] }, 'finalizers[0] WrongType'], [{ managedFields: [{ x: 1 }] }, 'managedFields[0].x UnknownField'],
  [{ ownerReferences: [{ ...owner, uid: '' }] }, 'ownerReferences.uid FieldValueInvalid'], [{ ownerReferences: [{ ...owner, apiVersion: 'apps/' }] }, 'ownerReferences.apiVersion FieldValueInvalid'],
  [{ ownerReferences: [{ ...owner, apiVersion: 'a/b/c' }] }, 'ownerReferences.apiVersion FieldValueInvalid'], [{ ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] }, 'ownerReferences FieldValueInvalid'],
  [{ ownerReferences: [{ ...owner, controller: 'yes' }] }, 'ownerReferences[0].controller WrongType'],
  [{ ownerReferences: ['x'] }, 'ownerReferences[0] WrongType'], [{ ownerReferences: [{ ...owner, controller: true }, { ...owner, controller: true }] }, 'ownerReferences FieldValueInvalid'],
])('%j is refused', (metadata, error) => {
  expect(withName(metadata)).toEqual([`metadata.${error}`]);
});

test('metadata that is no object is refused', () => {
  expect(refused('p')).toEqual(['metadata WrongType']);
});
