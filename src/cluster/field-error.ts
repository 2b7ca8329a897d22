import { nearestName } from './nearest-name';
import { Path } from './origin';
import { isObject } from '../api/objects';

/** Why the API server refuses a field: its own names, and two for what fails before validation. */
export type FieldErrorType =
  | 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueNotSupported' | 'FieldValueTooLong'
  | 'UnknownField' | 'WrongType';

/** A field that the API server would refuse. */
export interface FieldError {
  /** The field, as the API server names it. */
  readonly path: Path;
  readonly type: FieldErrorType;
  readonly message: string;
  /** What to write instead. */
  readonly suggestion?: string;
  /** A field further inside, where the fault is written: the one label, of all labels. */
  readonly place?: Path;
  /** The API server refuses it, but no answer depends on it. */
  readonly harmless?: boolean;
}

/** Something to add to an error. */
export type FieldErrorExtras = Pick<FieldError, 'suggestion' | 'place' | 'harmless'>;

/**
 * Reads the fields of an object as Go decodes them, strictly, and collects what is wrong. `null` is the
 * zero value: as good as a field that is not there.
 */
export class FieldErrors {
  public readonly errors: FieldError[] = [];

  public add(type: FieldErrorType, path: Path, message: string, extras: FieldErrorExtras = {}): void {
    this.errors.push({ path, type, message, ...extras });
  }

  /**
   * An object's fields; nothing where the value is no object. Fields that are not `known` are errors, with
   * the advice for them or else the nearest name.
   */
  public object(value: unknown, path: Path, known: readonly string[], advice: (field: string) => string | undefined = () => undefined):
  Readonly<Record<string, unknown>> | undefined {
    if (isAbsent(value)) { return {}; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object, not ${typeName(value)}`);
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (known.includes(field)) { continue; }
      const nearest = nearestName(field, known);
      this.add('UnknownField', [...path, field], 'there is no such field', {
        suggestion: advice(field) ?? (nearest === undefined ? `the fields here are ${known.join(', ')}` : `did you mean '${nearest}'?`),
      });
    }
    // Only own fields count: an object may have a field called `constructor`.
    return Object.fromEntries(known.filter(field => Object.hasOwn(value, field)).map(field => [field, value[field]]));
  }

  /** The items of a list; none where the value is no list. */
  public list(value: unknown, path: Path): readonly unknown[] {
    if (isAbsent(value)) { return []; }
    if (Array.isArray(value)) { return value; }
    this.add('WrongType', path, `must be a list, not ${typeName(value)}`, { suggestion: "start each item with '- '" });
    return [];
  }

  /** A text, empty where it is absent; nothing where the value is no text. */
  public text(value: unknown, path: Path): string | undefined {
    if (isAbsent(value)) { return ''; }
    if (typeof value === 'string') { return value; }
    this.add('WrongType', path, `must be text, not ${typeName(value)}`, { suggestion: quoteAdvice(value) });
    return undefined;
  }

  /** A whole number that Go can hold in so many bits; nothing where it is absent or something else. */
  public integer(value: unknown, path: Path, bits: 32 | 64 = 64): number | undefined {
    if (isAbsent(value)) { return undefined; }
    const limit = 2 ** (bits - 1);
    if (Number.isInteger(value) && Number(value) >= -limit && Number(value) < limit) { return Number(value); }
    this.add('WrongType', path, `must be a whole number, not ${typeName(value)}`, {
      suggestion: typeof value === 'string' && /^\d+$/.test(value) ? `write it without quotes: ${value}` : undefined,
    });
    return undefined;
  }

  /** A map from text to text. `null` is the empty text. */
  public textMap(value: unknown, path: Path): Readonly<Record<string, string>> {
    const map: Record<string, string> = Object.create(null);
    if (isAbsent(value)) { return map; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object of names and values, not ${typeName(value)}`);
      return map;
    }
    for (const [key, item] of Object.entries(value)) {
      if (isAbsent(item) || typeof item === 'string') {
        map[key] = item ?? '';
      } else {
        this.add('WrongType', path, `the value of '${key}' must be text, not ${typeName(item)}`, { place: [...path, key], suggestion: quoteAdvice(item) });
      }
    }
    return map;
  }
}

/** Absent, or null, which Go decodes to the same. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) { return 'a list'; }
  switch (typeof value) {
    case 'string': return `the text "${value.slice(0, 40)}"`;
    case 'number': return `the number ${value}`;
    case 'boolean': return `the boolean ${value}`;
    default: return 'an object';
  }
}

function quoteAdvice(value: unknown): string | undefined {
  if (typeof value === 'number') { return `put it in quotes: "${value}"`; }
  return typeof value === 'boolean' ? 'put it in quotes (yes, no, on, off, y and n are booleans, too, where they are not quoted)' : undefined;
}
