import { portNumberErrors } from '../../k8s/names';
import { isObject } from '../../k8s/objects';
import { FieldErrors, FieldPath } from '../../validation/field-errors';

/** Reads the few fields of an object that matter, and collects what is wrong with them. Every other field may have any value. */
export class LooseFields extends FieldErrors {
  /** The fields of an object; none if the value is absent or something else. */
  public fields(value: unknown, path: FieldPath): Readonly<Record<string, unknown>> {
    return this.object(value, path, isObject(value) ? Object.keys(value) : []) ?? {};
  }

  /** A port number. 0 counts as absent, as in Go. */
  public port(value: unknown, path: FieldPath): number | undefined {
    const number = this.integer(value, path, 32) || undefined;
    if (number !== undefined) { this.addInvalid(path, portNumberErrors(number), `${number} `); }
    return number;
  }

  /** A text that must not be empty. */
  public name(value: unknown, path: FieldPath): string {
    const text = this.text(value, path);
    if (text === '') { this.add('FieldValueRequired', path, 'is missing'); }
    return text ?? '';
  }
}
