import { FieldErrors } from './field-error';
import { Trail } from './trail';
import { labelKeyErrors, labelValueErrors } from '../api/names';

/** The fields of a LabelSelector. */
const SELECTOR_FIELDS = ['matchLabels', 'matchExpressions'];
const REQUIREMENT_FIELDS = ['key', 'operator', 'values'];
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Checks labels as the API server does (apimachinery, ValidateLabels). */
export function validateLabels(errors: FieldErrors, value: unknown, path: Trail): void {
  const labels = errors.textMap(value, path);
  for (const key of Object.keys(labels)) {
    const label = labels[key];
    for (const message of labelKeyErrors(key)) { errors.add('FieldValueInvalid', path, `the key '${key}': ${message}`, { place: path.into(key) }); }
    for (const message of labelValueErrors(label)) {
      errors.add('FieldValueInvalid', path, `the value '${label}' of '${key}': ${message}`, { place: path.into(key) });
    }
  }
}

/** Checks a label selector as the API server does (apimachinery, ValidateLabelSelector). */
export function validateLabelSelector(errors: FieldErrors, value: unknown, path: Trail): void {
  const selector = errors.object(value, path, SELECTOR_FIELDS, selectorAdvice);
  if (selector === undefined) { return; }
  validateLabels(errors, selector.matchLabels, path.into('matchLabels'));
  errors.list(selector.matchExpressions, path.into('matchExpressions')).forEach((requirement, i) =>
    validateRequirement(errors, requirement, path.into('matchExpressions').into(i)));
}

/** `namespaceSelector: {name: x}` is the most common of mistakes; a slip of the pen is the other. */
function selectorAdvice(field: string): string | undefined {
  return /^match/i.test(field) ? undefined : `labels go under matchLabels: write 'matchLabels: { ${field}: … }'`;
}

function validateRequirement(errors: FieldErrors, value: unknown, path: Trail): void {
  const requirement = errors.object(value, path, REQUIREMENT_FIELDS);
  if (requirement === undefined) { return; }
  const key = errors.text(requirement.key, path.into('key'));
  const operator = errors.text(requirement.operator, path.into('operator'));
  const list = errors.list(requirement.values, path.into('values'));
  const values = list.map((item, i) => errors.text(item, path.into('values').into(i)));
  const valuesPath = path.into('values');
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
      errors.add('FieldValueInvalid', path.into('operator'), `'${operator}' is not a valid selector operator`, { suggestion: `write one of ${OPERATORS.join(', ')}` });
  }
  if (key !== undefined) {
    for (const message of labelKeyErrors(key)) { errors.add('FieldValueInvalid', path.into('key'), message); }
  }
  values.forEach((text, i) => {
    for (const message of text === undefined ? [] : labelValueErrors(text)) { errors.add('FieldValueInvalid', valuesPath.into(i), message); }
  });
}

/** Of a value of another type it was said already that it is no list. */
function isEmptyList(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
