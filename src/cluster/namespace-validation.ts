import { FieldError, FieldErrors } from './field-error';
import { validateLabels } from './label-validation';
import { dnsLabelErrors } from '../api/names';
import { ApiResource, isObject } from '../api/objects';

/** What the API server would refuse about a Namespace, of what answers depend on: its name and its labels. */
export function validateNamespace(object: ApiResource): readonly FieldError[] {
  const errors = new FieldErrors();
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const name = errors.text(metadata.name, ['metadata', 'name']);
  if (name === '') { errors.add('FieldValueRequired', ['metadata', 'name'], 'is required'); }
  for (const message of name ? dnsLabelErrors(name) : []) { errors.add('FieldValueInvalid', ['metadata', 'name'], `'${name}': ${message}`); }
  validateLabels(errors, metadata.labels, ['metadata', 'labels']);
  return errors.errors;
}
