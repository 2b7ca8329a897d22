import { formatPath } from '../../src/findings/finding';
import { FieldError, FieldErrors, FieldPath } from '../../src/validation/field-errors';

/** What the API server's error has of each error: the field and the type. */
export function fieldsOf(errors: readonly FieldError[]): string[] {
  return errors.map(({ path, type }) => `${formatPath(path)} ${type}`);
}

/** What the user reads of each error: its place, the message and the fix. */
export function textsOf(errors: readonly FieldError[]): string[] {
  return errors.map(({ path, place, message, fix }) => `${formatPath(place ?? path)}: ${message}${fix === undefined ? '' : `; ${fix}`}`);
}

/** The errors that a validation of a field at `path` adds. */
export function errorsOf(
  validate: (errors: FieldErrors, value: unknown, path: FieldPath) => void, value: unknown, ...path: string[]
): readonly FieldError[] {
  const errors = new FieldErrors();
  validate(errors, value, FieldPath.to(...path));
  return errors.errors;
}
