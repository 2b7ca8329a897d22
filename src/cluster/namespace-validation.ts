import { FieldError, FieldErrors } from './field-error';
import { validateLabels } from './label-validation';
import { Trail } from './trail';
import { dnsLabelErrors } from '../api/names';
import { ApiResource, isObject } from '../api/objects';

const METADATA = Trail.to('metadata');

/** What the API server would refuse about a Namespace, of what answers depend on: its name and its labels. */
export function validateNamespace(object: ApiResource): readonly FieldError[] {
  const errors = new FieldErrors();
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const name = errors.text(metadata.name, METADATA.into('name'));
  if (name === '') { errors.add('FieldValueRequired', METADATA.into('name'), 'is required'); }
  for (const message of name ? dnsLabelErrors(name) : []) { errors.add('FieldValueInvalid', METADATA.into('name'), `'${name}': ${message}`); }
  validateLabels(errors, metadata.labels, METADATA.into('labels'));
  return errors.errors;
}
