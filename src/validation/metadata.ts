import { FieldError, FieldErrors, FieldPath, isAbsent } from './field-errors';
import { validateLabels } from './labels';
import { nearestName } from '../findings/nearest-name';
import { BoundedCache } from '../k8s/bounded-cache';
import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors } from '../k8s/names';
import { ApiResource, isObject } from '../k8s/objects';

const FIELDS = [
  'name', 'generateName', 'namespace', 'labels', 'annotations', 'uid', 'resourceVersion', 'generation', 'creationTimestamp',
  'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields', 'selfLink',
];
const OWNER_TEXTS = ['apiVersion', 'kind', 'name', 'uid'];
const OWNER_FLAGS = ['controller', 'blockOwnerDeletion'];
const OWNER_FIELDS = [...OWNER_TEXTS, ...OWNER_FLAGS];
const MANAGED_FIELDS = ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'subresource'];

const METADATA = FieldPath.to('metadata');

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** The API server keeps this many characters of `generateName` and adds five. */
const PREFIX_MAX = 58;

const ANNOTATIONS_MAX = 256 * 1024;
const DATE = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/;

/** Validates the metadata of a namespaced object (apimachinery, ValidateObjectMeta). */
export function validateMetadata(errors: FieldErrors, value: unknown, path: FieldPath = METADATA): void {
  const metadata = errors.object(value, path, FIELDS);
  if (metadata === undefined) { return; }
  validateIdentity(errors, metadata, path);
  for (const field of ['uid', 'resourceVersion', 'selfLink']) { errors.text(metadata[field], path.child(field)); }
  for (const field of ['creationTimestamp', 'deletionTimestamp']) { validateDate(errors, metadata[field], path.child(field)); }
  errors.integer(metadata.deletionGracePeriodSeconds, path.child('deletionGracePeriodSeconds'));
  // Any number is valid, because the API server sets the generation before it validates.
  errors.integer(metadata.generation, path.child('generation'));
  validateLabels(errors, metadata.labels, path.child('labels'));
  validateAnnotations(errors, metadata.annotations, path.child('annotations'));
  validateOwners(errors, metadata.ownerReferences, path.child('ownerReferences'));
  validateFinalizers(errors, metadata.finalizers, path.child('finalizers'));
  // Only servers write managed fields, so their values are not validated.
  const managed = path.child('managedFields');
  errors.list(metadata.managedFields, managed).forEach((entry, i) => errors.object(entry, managed.child(i), MANAGED_FIELDS));
}

/** The fields that answers depend on. A field with nearly such a name is one that somebody meant. */
const MEANT_IN_METADATA = ['name', 'namespace', 'labels', 'annotations'];
const MEANT_IN_OBJECT = ['metadata', 'spec'];

/** The nearest of some names for each field. All objects have the same few fields. */
const nearestMeant = new Map<readonly string[], BoundedCache<[name?: string]>>([
  [MEANT_IN_METADATA, new BoundedCache(1000)], [MEANT_IN_OBJECT, new BoundedCache(1000)],
]);

/** Reports fields of metadata that do not exist, but nearly have the name of one that answers depend on. The API server refuses every unknown field. */
export function validateMeantMetadata(errors: FieldErrors, metadata: unknown, path: FieldPath = METADATA): void {
  validateMeantFields(errors, metadata, path, MEANT_IN_METADATA, FIELDS);
}

/** The same for the fields of the object itself. */
export function validateMeantObject(errors: FieldErrors, object: ApiResource): void {
  validateMeantFields(errors, object, FieldPath.start, MEANT_IN_OBJECT, []);
}

function validateMeantFields(errors: FieldErrors, value: unknown, path: FieldPath, meant: readonly string[], others: readonly string[]): void {
  if (!isObject(value)) { return; }
  for (const field of Object.keys(value)) {
    if (meant.includes(field) || others.includes(field)) { continue; }
    const [nearest] = nearestMeant.get(meant)!.get(field, () => [nearestName(field, meant)]);
    if (nearest !== undefined) { errors.add('UnknownField', path.child(field), 'there is no such field', { fix: `did you mean '${nearest}'?` }); }
  }
}

/** Validates only name, generateName and namespace. */
export function validateIdentity(errors: FieldErrors, metadata: Readonly<Record<string, unknown>>, path: FieldPath = METADATA): void {
  const name = errors.text(metadata.name, path.child('name'));
  const prefix = errors.text(metadata.generateName, path.child('generateName'));
  const namespace = errors.text(metadata.namespace, path.child('namespace'));
  if (name === '' && prefix === '') { errors.add('FieldValueRequired', path.child('name'), 'name or generateName is required'); }
  if (name) { errors.addInvalid(path.child('name'), dnsSubdomainErrors(name), `'${name}': `); }
  if (prefix) {
    // A prefix may end in a dash. To allow that, the API server replaces the last two characters before it validates.
    errors.addInvalid(path.child('generateName'), dnsSubdomainErrors(prefix.replace(/.-$/s, 'a')), `'${prefix}': `);
    if (name === '') {
      errors.addInvalid(path.child('name'), dnsSubdomainErrors(`${prefix.slice(0, PREFIX_MAX)}xxxxx`), `the name generated from '${prefix}': `, { place: path.child('generateName') });
    }
  }
  if (namespace) { errors.addInvalid(path.child('namespace'), dnsLabelErrors(namespace), `'${namespace}': `); }
}

function validateDate(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const text = errors.text(value, path);
  if (text && !DATE.test(text)) { errors.add('WrongType', path, `'${text}' is not a date and time`, { fix: 'write it like 2026-01-31T12:00:00Z' }); }
}

function validateAnnotations(errors: FieldErrors, value: unknown, path: FieldPath): void {
  if (isAbsent(value)) { return; }
  const annotations = Object.entries(errors.textMap(value, path));
  for (const [key] of annotations) {
    // For compatibility, the prefix of an annotation may have upper case letters.
    errors.addInvalid(path, labelKeyErrors(key.toLowerCase()), `the key '${key}': `, { place: path.child(key) });
  }
  const size = annotations.reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
  if (size > ANNOTATIONS_MAX) { errors.add('FieldValueTooLong', path, `all annotations together may have ${ANNOTATIONS_MAX} bytes, not ${size}`); }
}

function validateOwners(errors: FieldErrors, value: unknown, path: FieldPath): void {
  let controllers = 0;
  errors.list(value, path).forEach((item, i) => {
    const place = path.child(i);
    const owner = errors.object(item, place, OWNER_FIELDS);
    if (owner === undefined) { return; }
    for (const field of OWNER_TEXTS) {
      const text = errors.text(owner[field], place.child(field));
      // The API server's error does not say which of the owners it is about.
      if (text === '') {
        errors.add('FieldValueInvalid', path.child(field), 'must not be empty', { place: place.child(field) });
      } else if (field === 'apiVersion' && !/^([^/]*\/)?[^/]+$/.test(text ?? 'v1')) {
        errors.add('FieldValueInvalid', path.child(field), `'${text}' has no version`, { place: place.child(field), fix: 'write it like v1 or apps/v1' });
      }
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') { errors.add('FieldValueInvalid', path, 'an Event cannot be an owner', { place }); }
    for (const field of OWNER_FLAGS) {
      const flag = owner[field];
      if (!isAbsent(flag) && typeof flag !== 'boolean') { errors.add('WrongType', place.child(field), 'must be true or false'); }
    }
    if (owner.controller === true && ++controllers === 2) { errors.add('FieldValueInvalid', path, 'only one owner may have `controller: true`', { place }); }
  });
}

function validateFinalizers(errors: FieldErrors, value: unknown, path: FieldPath): void {
  errors.list(value, path).forEach((item, i) => {
    const finalizer = errors.text(item, path.child(i));
    if (finalizer === undefined) { return; }
    errors.addInvalid(path, labelKeyErrors(finalizer), '', { place: path.child(i) });
    if (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer)) {
      errors.add('FieldValueInvalid', path.child(i), `'${finalizer}' is neither a standard finalizer nor fully qualified`, {
        fix: `write it with a domain, like example.com/cleanup, or write one of ${STANDARD_FINALIZERS.join(', ')}`,
      });
    }
  });
  // k8s.io/apimachinery, ValidateFinalizers
  if (Array.isArray(value) && value.includes('orphan') && value.includes('foregroundDeletion')) {
    errors.add('FieldValueInvalid', path, 'finalizer orphan and foregroundDeletion cannot be both set', { fix: 'remove one of them' });
  }
}

/** Returns what the API server refuses about the parts of a Namespace that answers depend on: its name and its labels. */
export function validateNamespace(object: ApiResource): readonly FieldError[] {
  const errors = new FieldErrors();
  const metadata = isObject(object.metadata) ? object.metadata : {};
  validateMeantObject(errors, object);
  validateMeantMetadata(errors, metadata);
  const name = errors.text(metadata.name, METADATA.child('name'));
  if (name === '') { errors.add('FieldValueRequired', METADATA.child('name'), 'is required'); }
  if (name) { errors.addInvalid(METADATA.child('name'), dnsLabelErrors(name), `'${name}': `); }
  validateLabels(errors, metadata.labels, METADATA.child('labels'));
  return errors.errors;
}
