import { FieldErrors, FieldPath, isAbsent } from './field-errors';
import { labelKeyErrors, labelValueErrors } from '../k8s/names';

const SELECTOR_FIELDS = ['matchLabels', 'matchExpressions'];
const REQUIREMENT_FIELDS = ['key', 'operator', 'values'];
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Validates labels (apimachinery, ValidateLabels). */
export function validateLabels(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const labels = errors.textMap(value, path);
  for (const key of Object.keys(labels)) {
    const keyErrors = labelKeyErrors(key);
    const valueErrors = labelValueErrors(labels[key]);
    if (keyErrors.length === 0 && valueErrors.length === 0) { continue; }
    const place = path.child(key);
    errors.addInvalid(path, keyErrors, `the key '${key}': `, { place });
    errors.addInvalid(path, valueErrors, `the value '${labels[key]}' of '${key}': `, { place });
  }
}

/** Validates a label selector (apimachinery, ValidateLabelSelector). */
export function validateLabelSelector(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const selector = errors.object(value, path, SELECTOR_FIELDS, misplacedLabelFix);
  if (selector === undefined) { return; }
  validateLabels(errors, selector.matchLabels, path.child('matchLabels'));
  const expressions = path.child('matchExpressions');
  errors.list(selector.matchExpressions, expressions).forEach((requirement, i) => validateRequirement(errors, requirement, expressions.child(i)));
}

/** For `namespaceSelector: { name: x }`, which is the most common mistake. A field like `matchlabels` is a typing error. */
function misplacedLabelFix(field: string): string | undefined {
  return /^match/i.test(field) ? undefined : `labels go under matchLabels: write 'matchLabels: { ${field}: … }'`;
}

function validateRequirement(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const requirement = errors.object(value, path, REQUIREMENT_FIELDS);
  if (requirement === undefined) { return; }
  const valuesPath = path.child('values');
  const key = errors.text(requirement.key, path.child('key'));
  const operator = errors.text(requirement.operator, path.child('operator'));
  const list = errors.list(requirement.values, valuesPath);
  const values = list.map((item, i) => errors.text(item, valuesPath.child(i)));
  switch (operator) {
    case 'In': case 'NotIn':
      // A value of the wrong type already has an error.
      if (list.length === 0 && (Array.isArray(requirement.values) || isAbsent(requirement.values))) {
        errors.add('FieldValueRequired', valuesPath, "must be specified when `operator` is 'In' or 'NotIn'");
      }
      break;
    case 'Exists': case 'DoesNotExist':
      if (list.length > 0) { errors.add('FieldValueForbidden', valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"); }
      break;
    case undefined:
      break;
    default:
      errors.add('FieldValueInvalid', path.child('operator'), `'${operator}' is not a valid selector operator`, { fix: `write one of ${OPERATORS.join(', ')}` });
  }
  if (key !== undefined) { errors.addInvalid(path.child('key'), labelKeyErrors(key)); }
  values.forEach((text, i) => {
    if (text !== undefined) { errors.addInvalid(valuesPath.child(i), labelValueErrors(text)); }
  });
}
