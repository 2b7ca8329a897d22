import { FieldError, FieldErrors, isAbsent, FieldPath } from './field-errors';
import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors, labelValueErrors } from '../k8s/names';
import { ApiResource, isObject } from '../k8s/objects';

const FIELDS = [
  'name', 'generateName', 'namespace', 'labels', 'annotations', 'uid', 'resourceVersion', 'generation', 'creationTimestamp',
  'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields', 'selfLink',
];
const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];
const MANAGED_FIELDS = ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'subresource'];

const METADATA = FieldPath.to('metadata');

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Of a generated name, what is left for the prefix: the server adds five letters and digits. */
const PREFIX_MAX = 58;

const ANNOTATIONS_MAX = 256 * 1024;
const DATE = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/;

/** Checks the metadata of a namespaced object as the API server does (apimachinery, ValidateObjectMeta). */
export function validateMetadata(errors: FieldErrors, value: unknown, path: FieldPath = METADATA): void {
  const metadata = errors.object(value, path, FIELDS);
  if (metadata === undefined) { return; }
  validateIdentity(errors, metadata, path);
  for (const field of ['uid', 'resourceVersion', 'selfLink']) { errors.text(metadata[field], path.child(field)); }
  for (const field of ['creationTimestamp', 'deletionTimestamp']) { validateDate(errors, metadata[field], path.child(field)); }
  errors.integer(metadata.deletionGracePeriodSeconds, path.child('deletionGracePeriodSeconds'));
  // Any number will do: the server counts anew, before it validates.
  errors.integer(metadata.generation, path.child('generation'));
  validateLabels(errors, metadata.labels, path.child('labels'));
  validateAnnotations(errors, metadata.annotations, path.child('annotations'));
  validateOwners(errors, metadata.ownerReferences, path.child('ownerReferences'));
  errors.list(metadata.finalizers, path.child('finalizers')).forEach((finalizer, i) => {
    const text = errors.text(finalizer, path.child('finalizers').child(i));
    if (text === undefined) { return; }
    for (const message of labelKeyErrors(text)) { errors.add('FieldValueInvalid', path.child('finalizers'), message, { place: path.child('finalizers').child(i) }); }
    if (!text.includes('/') && !STANDARD_FINALIZERS.includes(text)) {
      errors.add('FieldValueInvalid', path.child('finalizers').child(i), `'${text}' is neither a standard finalizer nor fully qualified`, {
        fix: `write it with a domain, as in example.com/cleanup, or one of ${STANDARD_FINALIZERS.join(', ')}`,
      });
    }
  });
  // Written by servers alone: whether its fields are there is enough.
  errors.list(metadata.managedFields, path.child('managedFields')).forEach((entry, i) => errors.object(entry, path.child('managedFields').child(i), MANAGED_FIELDS));
}

/** Checks name (or generateName) and namespace alone. */
export function validateIdentity(errors: FieldErrors, metadata: Readonly<Record<string, unknown>>, path: FieldPath): void {
  const name = errors.text(metadata.name, path.child('name'));
  const prefix = errors.text(metadata.generateName, path.child('generateName'));
  const namespace = errors.text(metadata.namespace, path.child('namespace'));
  if (name === '' && prefix === '') { errors.add('FieldValueRequired', path.child('name'), 'name or generateName is required'); }
  for (const message of name ? dnsSubdomainErrors(name) : []) { errors.add('FieldValueInvalid', path.child('name'), `'${name}': ${message}`); }
  // What is generated ends in letters: a dash before them is well. The server looks past the letter before it, too.
  for (const message of prefix ? dnsSubdomainErrors(prefix.replace(/.-$/s, 'a')) : []) {
    errors.add('FieldValueInvalid', path.child('generateName'), `'${prefix}': ${message}`);
  }
  for (const message of prefix && name === '' ? dnsSubdomainErrors(`${prefix.slice(0, PREFIX_MAX)}xxxxx`) : []) {
    errors.add('FieldValueInvalid', path.child('name'), `what is generated from '${prefix}': ${message}`, { place: path.child('generateName') });
  }
  for (const message of namespace ? dnsLabelErrors(namespace) : []) { errors.add('FieldValueInvalid', path.child('namespace'), `'${namespace}': ${message}`); }
}

function validateDate(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const text = errors.text(value, path);
  if (text && !DATE.test(text)) { errors.add('WrongType', path, `'${text}' is no date`, { fix: 'write it as in 2026-01-31T12:00:00Z' }); }
}

function validateAnnotations(errors: FieldErrors, value: unknown, path: FieldPath): void {
  if (isAbsent(value)) { return; }
  const annotations = Object.entries(errors.textMap(value, path));
  for (const [key] of annotations) {
    // Upper case is allowed in the prefix, for old times' sake.
    for (const message of labelKeyErrors(key.toLowerCase())) { errors.add('FieldValueInvalid', path, `the key '${key}': ${message}`, { place: path.child(key) }); }
  }
  const size = annotations.reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
  if (size > ANNOTATIONS_MAX) { errors.add('FieldValueTooLong', path, `all annotations together may have ${ANNOTATIONS_MAX} bytes, not ${size}`); }
}

function validateOwners(errors: FieldErrors, value: unknown, path: FieldPath): void {
  let controllers = 0;
  errors.list(value, path).forEach((item, i) => {
    const owner = errors.object(item, path.child(i), OWNER_FIELDS);
    for (const field of owner === undefined ? [] : OWNER_FIELDS.slice(0, 4)) {
      const text = errors.text(owner![field], path.child(i).child(field));
      // The server does not say which of the owners it is.
      const refuse = (message: string) => errors.add('FieldValueInvalid', path.child(field), message, { place: path.child(i).child(field) });
      if (text === '') {
        refuse('must not be empty');
      } else if (field === 'apiVersion' && !/^([^/]*\/)?[^/]+$/.test(text ?? 'v1')) {
        refuse(`'${text}' has no version: write it as in v1 or apps/v1`);
      }
    }
    if (owner?.apiVersion === 'v1' && owner.kind === 'Event') { errors.add('FieldValueInvalid', path, 'an Event owns nothing', { place: path.child(i) }); }
    for (const field of owner === undefined ? [] : OWNER_FIELDS.slice(4)) {
      const flag = owner![field];
      if (!isAbsent(flag) && typeof flag !== 'boolean') { errors.add('WrongType', path.child(i).child(field), 'must be true or false'); }
    }
    if (owner?.controller === true && ++controllers === 2) { errors.add('FieldValueInvalid', path, 'only one owner may have `controller: true`', { place: path.child(i) }); }
  });
}

/** What the API server would refuse about a Namespace, of what answers depend on: its name and its labels. */
export function validateNamespace(object: ApiResource): readonly FieldError[] {
  const errors = new FieldErrors();
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const name = errors.text(metadata.name, METADATA.child('name'));
  if (name === '') { errors.add('FieldValueRequired', METADATA.child('name'), 'is required'); }
  for (const message of name ? dnsLabelErrors(name) : []) { errors.add('FieldValueInvalid', METADATA.child('name'), `'${name}': ${message}`); }
  validateLabels(errors, metadata.labels, METADATA.child('labels'));
  return errors.errors;
}

/** The fields of a LabelSelector. */
const SELECTOR_FIELDS = ['matchLabels', 'matchExpressions'];
const REQUIREMENT_FIELDS = ['key', 'operator', 'values'];
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Checks labels as the API server does (apimachinery, ValidateLabels). */
export function validateLabels(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const labels = errors.textMap(value, path);
  for (const key of Object.keys(labels)) {
    const label = labels[key];
    for (const message of labelKeyErrors(key)) { errors.add('FieldValueInvalid', path, `the key '${key}': ${message}`, { place: path.child(key) }); }
    for (const message of labelValueErrors(label)) {
      errors.add('FieldValueInvalid', path, `the value '${label}' of '${key}': ${message}`, { place: path.child(key) });
    }
  }
}

/** Checks a label selector as the API server does (apimachinery, ValidateLabelSelector). */
export function validateLabelSelector(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const selector = errors.object(value, path, SELECTOR_FIELDS, selectorAdvice);
  if (selector === undefined) { return; }
  validateLabels(errors, selector.matchLabels, path.child('matchLabels'));
  errors.list(selector.matchExpressions, path.child('matchExpressions')).forEach((requirement, i) =>
    validateRequirement(errors, requirement, path.child('matchExpressions').child(i)));
}

/** `namespaceSelector: {name: x}` is the most common of mistakes; a slip of the pen is the other. */
function selectorAdvice(field: string): string | undefined {
  return /^match/i.test(field) ? undefined : `labels go under matchLabels: write 'matchLabels: { ${field}: … }'`;
}

function validateRequirement(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const requirement = errors.object(value, path, REQUIREMENT_FIELDS);
  if (requirement === undefined) { return; }
  const key = errors.text(requirement.key, path.child('key'));
  const operator = errors.text(requirement.operator, path.child('operator'));
  const list = errors.list(requirement.values, path.child('values'));
  const values = list.map((item, i) => errors.text(item, path.child('values').child(i)));
  const valuesPath = path.child('values');
  switch (operator) {
    case 'In': case 'NotIn':
      if (isEmptyList(requirement.values)) { errors.add('FieldValueRequired', valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"); }
      break;
    case 'Exists': case 'DoesNotExist':
      if (list.length > 0) { errors.add('FieldValueForbidden', valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"); }
      break;
    case undefined:
      break;
    default:
      errors.add('FieldValueInvalid', path.child('operator'), `'${operator}' is not a valid selector operator`, { fix: `write one of ${OPERATORS.join(', ')}` });
  }
  if (key !== undefined) {
    for (const message of labelKeyErrors(key)) { errors.add('FieldValueInvalid', path.child('key'), message); }
  }
  values.forEach((text, i) => {
    for (const message of text === undefined ? [] : labelValueErrors(text)) { errors.add('FieldValueInvalid', valuesPath.child(i), message); }
  });
}

/** Of a value of another type it was said already that it is no list. */
function isEmptyList(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
