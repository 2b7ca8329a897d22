import { errorsOf, fieldsOf, textsOf } from './formatted';
import { validateMetadata, validateNamespace } from '../../src/validation/metadata';

const errorsIn = (metadata: unknown) => errorsOf(validateMetadata, metadata, 'metadata');
const refused = (metadata: unknown) => fieldsOf(errorsIn(metadata));
const withName = (rest: object) => refused({ name: 'p', ...rest });
const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' };

test('metadata that the API server writes is valid', () => {
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
  // The API server sets the generation itself.
  expect(withName({ generation: -1 })).toEqual([]);
});

describe('a name', () => {
  test('is required, or a prefix from which the API server generates one', () => {
    for (const metadata of [null, {}, { name: '' }, { name: null }]) { expect(refused(metadata)).toEqual(['metadata.name FieldValueRequired']); }
    expect(refused({ generateName: 'allow-' })).toEqual([]);
    expect(refused({ generateName: 'Allow-' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ name: 'allow', generateName: 'Allow-' })).toEqual(['metadata.generateName FieldValueInvalid']);
    expect(refused({ generateName: 'a-b' })).toEqual([]);
    expect(refused({ generateName: 'x_-b' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ generateName: 'a-bC' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ generateName: '-a-' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    // The API server validates the prefix without its last two characters, and the name that it generates.
    expect(refused({ generateName: 'P-' })).toEqual(['metadata.name FieldValueInvalid']);
    expect(refused({ generateName: '-' })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
    expect(refused({ generateName: 'a'.repeat(253) })).toEqual([]);
  });

  test('is a DNS subdomain; the namespace is a DNS label', () => {
    expect(withName({ namespace: 'a.b' })).toEqual(['metadata.namespace FieldValueInvalid']);
    expect(refused({ name: 'a.b' })).toEqual([]);
    expect(refused({ name: 'A' })).toEqual(['metadata.name FieldValueInvalid']);
    expect(refused({ name: 1 })).toEqual(['metadata.name WrongType']);
  });
});

test.each([
  [{ labels: { 'a b': 'c' } }, 'labels FieldValueInvalid'], [{ annotations: { 'a b': 'c' } }, 'annotations FieldValueInvalid'], [{ annotations: { a: true } }, 'annotations WrongType'],
  [{ generation: '1' }, 'generation WrongType'],
  [{ creationTimestamp: 'yesterday' }, 'creationTimestamp WrongType'], [{ creationTimestamp: 5 }, 'creationTimestamp WrongType'], [{ uid: 5 }, 'uid WrongType'],
  [{ resourceVersion: 5 }, 'resourceVersion WrongType'], [{ selfLink: 5 }, 'selfLink WrongType'], [{ managedFields: 'x' }, 'managedFields WrongType'],
  [{ generateName: 5 }, 'generateName WrongType'], [{ namespace: 5 }, 'namespace WrongType'],
  [{ deletionGracePeriodSeconds: 'x' }, 'deletionGracePeriodSeconds WrongType'], [{ clusterName: 'x' }, 'clusterName UnknownField'], [{ finalizers: ['x/a b'] }, 'finalizers FieldValueInvalid'], [{ finalizers: ['cleanup'] }, 'finalizers[0] FieldValueInvalid'],
  [{ finalizers: 'a' }, 'finalizers WrongType'], [{ finalizers: [1] }, 'finalizers[0] WrongType'], [{ managedFields: [{ x: 1 }] }, 'managedFields[0].x UnknownField'],
  [{ ownerReferences: [{ ...owner, uid: '' }] }, 'ownerReferences.uid FieldValueInvalid'], [{ ownerReferences: [{ ...owner, apiVersion: 'apps/' }] }, 'ownerReferences.apiVersion FieldValueInvalid'],
  [{ ownerReferences: [{ ...owner, apiVersion: 'a/b/c' }] }, 'ownerReferences.apiVersion FieldValueInvalid'], [{ ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] }, 'ownerReferences FieldValueInvalid'],
  [{ ownerReferences: [{ ...owner, controller: 'yes' }] }, 'ownerReferences[0].controller WrongType'],
  [{ ownerReferences: ['x'] }, 'ownerReferences[0] WrongType'], [{ ownerReferences: [{ ...owner, controller: true }, { ...owner, controller: true }] }, 'ownerReferences FieldValueInvalid'],
])('metadata cannot have %j', (metadata, error) => {
  expect(withName(metadata)).toEqual([`metadata.${error}`]);
});

const texts = (metadata: object) => textsOf(errorsIn({ name: 'p', ...metadata }));

describe('an error has its place, what is wrong, and the fix', () => {
  test.each<[object, string]>([
    [{ name: '' }, 'name: name or generateName is required'],
    [{ creationTimestamp: 'yesterday' }, "creationTimestamp: 'yesterday' is not a date and time; write it like 2026-01-31T12:00:00Z"],
    [{ deletionTimestamp: 'now' }, "deletionTimestamp: 'now' is not a date and time; write it like 2026-01-31T12:00:00Z"],
    [
      { finalizers: ['orphan', 'cleanup'] },
      "finalizers[1]: 'cleanup' is neither a standard finalizer nor fully qualified; write it with a domain, like example.com/cleanup, or write one of kubernetes, orphan, foregroundDeletion",
    ],
    [{ ownerReferences: [owner, { ...owner, uid: '' }] }, 'ownerReferences[1].uid: must not be empty'],
    [{ ownerReferences: [{ ...owner, name: null }] }, 'ownerReferences[0].name: must not be empty'],
    [{ ownerReferences: [{ ...owner, kind: '' }] }, 'ownerReferences[0].kind: must not be empty'],
    [{ ownerReferences: [{ ...owner, apiVersion: '' }] }, 'ownerReferences[0].apiVersion: must not be empty'],
    [{ ownerReferences: [owner, { ...owner, apiVersion: 'apps/' }] }, "ownerReferences[1].apiVersion: 'apps/' has no version; write it like v1 or apps/v1"],
    [{ ownerReferences: [owner, { ...owner, kind: 'Event' }] }, 'ownerReferences[1]: an Event cannot be an owner'],
    [{ ownerReferences: [{ ...owner, controller: 'yes' }] }, 'ownerReferences[0].controller: must be true or false'],
    [{ ownerReferences: [{ ...owner, blockOwnerDeletion: 1 }] }, 'ownerReferences[0].blockOwnerDeletion: must be true or false'],
    [{ ownerReferences: [{ ...owner, controller: true }, owner, { ...owner, controller: true }] }, 'ownerReferences[2]: only one owner may have `controller: true`'],
  ])('for %j', (metadata, message) => expect(texts(metadata)).toEqual([`metadata.${message}`]));

  test.each<[object, RegExp]>([
    [{ name: 'A' }, /^metadata\.name: 'A': ./], [{ name: '', generateName: 'P-' }, /^metadata\.generateName: the name generated from 'P-': ./],
    [{ generateName: 'Allow-' }, /^metadata\.generateName: 'Allow-': ./], [{ namespace: 'a.b' }, /^metadata\.namespace: 'a\.b': ./],
    [{ annotations: { 'a b': 'c' } }, /^metadata\.annotations\.a b: the key 'a b': ./], [{ finalizers: ['orphan', 'x/a b'] }, /^metadata\.finalizers\[1\]: ./],
  ])('for %j', (metadata, message) => expect(texts(metadata)).toEqual([expect.stringMatching(message)]));
});

describe('a date', () => {
  const dated = (text: string) => withName({ deletionTimestamp: text });

  test.each(['2026-01-31T12:00:00Z', '2026-01-31t12:00:00z', '2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.123456+02:00', '2026-01-31T12:00:00-11:30', ''])('can be %p', text => {
    expect(dated(text)).toEqual([]);
  });

  test.each([
    '2026-01-31', '2026-01-31 12:00:00Z', '2026-1-31T12:00:00Z', '226-01-31T12:00:00Z', '2026-01-3T12:00:00Z', '2026-01-31T1:00:00Z', '2026-01-31T12:0:00Z', '2026-01-31T12:00:0Z', '2026-01-31T12:00:00',
    '2026-01-31T12:00:00.Z', '2026-01-31T12:00:00,5Z', '2026-01-31T12:00:00.xZ', '2026-01-31T12:00:00+2:00', '2026-01-31T12:00:00+02:0', '2026-01-31T12:00:00+0200', '2026-01-31T12:00:00*02:00',
    'x2026-01-31T12:00:00Z', '2026-01-31T12:00:00Zx', 'yyyy-01-31T12:00:00Z', '2026-mm-31T12:00:00Z', '2026-01-ddT12:00:00Z', '2026-01-31Thh:00:00Z', '2026-01-31T12:mm:00Z', '2026-01-31T12:00:ssZ',
    '2026-01-31T12:00:00+hh:00', '2026-01-31T12:00:00+02:mm',
  ])('cannot be %p', text => {
    expect(dated(text)).toEqual(['metadata.deletionTimestamp WrongType']);
  });
});

test('the keys and values of all annotations together may have 256 KiB', () => {
  expect(withName({ annotations: { ab: 'x'.repeat(256 * 1024 - 2) } })).toEqual([]);
  expect(texts({ annotations: { ab: 'x'.repeat(256 * 1024 - 1) } })).toEqual(['metadata.annotations: all annotations together may have 262144 bytes, not 262145']);
  expect(withName({ annotations: { a: 'é'.repeat(128 * 1024) } })).toEqual(['metadata.annotations FieldValueTooLong']);
  expect(withName({ annotations: { a: 'x'.repeat(128 * 1024), b: 'x'.repeat(128 * 1024) } })).toEqual(['metadata.annotations FieldValueTooLong']);
});

test('a finalizer is a standard one, or has a domain', () => {
  for (const finalizer of ['kubernetes', 'orphan', 'foregroundDeletion', 'example.com/cleanup']) { expect(withName({ finalizers: [finalizer] })).toEqual([]); }
});

test('an owner may be of any API version', () => {
  for (const apiVersion of ['v1', 'apps/v1', '/v1']) { expect(withName({ ownerReferences: [{ ...owner, apiVersion }] })).toEqual([]); }
  for (const apiVersion of ['/', 'apps/', 'a/b/v1', 'v1/']) { expect(withName({ ownerReferences: [{ ...owner, apiVersion }] })).toEqual(['metadata.ownerReferences.apiVersion FieldValueInvalid']); }
  expect(withName({ ownerReferences: [{ ...owner, apiVersion: 'acme.io/v1', kind: 'Event' }] })).toEqual([]);
  expect(withName({ ownerReferences: [{ ...owner, controller: null, blockOwnerDeletion: false }] })).toEqual([]);
  expect(withName({ ownerReferences: [{ ...owner, kind: 'a/b/', name: 'a/', uid: 'a/b/c' }] })).toEqual([]);
  expect(withName({ ownerReferences: [{ ...owner, apiVersion: 1 }] })).toEqual(['metadata.ownerReferences[0].apiVersion WrongType']);
});

test('the API server generates a name from the first 58 characters of the prefix', () => {
  expect(refused({ generateName: `${'a'.repeat(58)}_` })).toEqual(['metadata.generateName FieldValueInvalid']);
  expect(refused({ generateName: `${'a'.repeat(57)}_` })).toEqual(['metadata.generateName FieldValueInvalid', 'metadata.name FieldValueInvalid']);
});

test('metadata cannot be text', () => {
  expect(refused('p')).toEqual(['metadata WrongType']);
});

describe('a Namespace', () => {
  const namespace = (fields: object) => validateNamespace({ apiVersion: 'v1', kind: 'Namespace', ...fields });

  test('is validated by its name and its labels only', () => {
    expect(namespace({ metadata: { name: 'a-1' } })).toEqual([]);
    expect(namespace({ metadata: { name: 'a', labels: { team: 'x' }, anything: 'goes' }, spec: 3 })).toEqual([]);
  });

  test('has a name, which is a DNS label', () => {
    for (const fields of [{}, { metadata: null }, { metadata: 'a' }, { metadata: {} }, { metadata: { name: '' } }]) {
      expect(fieldsOf(namespace(fields))).toEqual(['metadata.name FieldValueRequired']);
    }
    expect(textsOf(namespace({}))).toEqual(['metadata.name: is required']);
    expect(textsOf(namespace({ metadata: { name: 'a.b' } }))).toEqual([expect.stringMatching(/^metadata\.name: 'a\.b': a lowercase RFC 1123 label must/)]);
    expect(fieldsOf(namespace({ metadata: { name: 1 } }))).toEqual(['metadata.name WrongType']);
  });

  test('has valid labels', () => {
    expect(fieldsOf(namespace({ metadata: { name: 'a', labels: { 'a b': 'c' } } }))).toEqual(['metadata.labels FieldValueInvalid']);
    expect(fieldsOf(namespace({ metadata: { name: 'a', labels: { a: 1 } } }))).toEqual(['metadata.labels WrongType']);
  });
});

describe('a field that nearly has the name of one that answers depend on', () => {
  const namespaceWith = (object: object) => textsOf(validateNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' }, ...object }));

  test.each(['Labels', 'label', 'lables', 'Namespace', 'annotation'])('of the metadata is an error: %s', field => {
    expect(namespaceWith({ metadata: { name: 'x', [field]: {} } })).toEqual([expect.stringContaining(`metadata.${field}: there is no such field`)]);
  });

  test('of the object is an error', () => {
    expect(namespaceWith({ Spec: {} })).toEqual([expect.stringContaining('Spec: there is no such field')]);
    expect(namespaceWith({ metadata: undefined, Metadata: { name: 'x' } })).toContainEqual(expect.stringContaining('Metadata: there is no such field'));
  });

  test('is none if the API has it, or if no such field was meant', () => {
    expect(namespaceWith({ metadata: { name: 'x', annotations: {}, uid: 'u', selfLink: 's', other: 1 }, status: {}, other: 1 })).toEqual([]);
  });
});
