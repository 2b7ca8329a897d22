import { FindingCode } from '../findings/codes';
import { finding, Finding, formatPath, Origin, Path } from '../findings/finding';
import { nearestName } from '../findings/nearest-name';
import { isObject } from '../k8s/objects';

/**
 * The path to a field of an object, as a linked list. A step costs little; the steps are only listed for a field that is reported, and
 * most objects are valid.
 */
export class FieldPath {
  /** The object itself. */
  public static readonly start = new FieldPath('', undefined);

  /** The field at a path. */
  public static to(...path: Path): FieldPath {
    return path.reduce<FieldPath>((parent, step) => parent.child(step), FieldPath.start);
  }

  private constructor(private readonly step: string | number, private readonly parent: FieldPath | undefined) {}

  /** A field of this object, or an item of this list. */
  public child(step: string | number): FieldPath {
    return new FieldPath(step, this);
  }

  /** The steps from the object to this field. */
  public get path(): Path {
    const path: (string | number)[] = [];
    for (let { step, parent } = this as FieldPath; parent !== undefined; { step, parent } = parent) { path.unshift(step); }
    return path;
  }
}

/** Why the API server refuses a field: its own types of field errors, and two types for what its decoder refuses. */
export type FieldErrorType =
  | 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueNotSupported' | 'FieldValueTooLong' | 'FieldValueTooMany'
  | 'FieldValueDuplicate'
  | 'UnknownField' | 'WrongType';

const CODES: Readonly<Record<FieldErrorType, FindingCode>> = {
  FieldValueInvalid: 'NP020',
  FieldValueRequired: 'NP021',
  FieldValueForbidden: 'NP022',
  FieldValueNotSupported: 'NP023',
  FieldValueTooLong: 'NP024',
  FieldValueTooMany: 'NP024',
  FieldValueDuplicate: 'NP020',
  UnknownField: 'NP025',
  WrongType: 'NP026',
};

/** A field that the API server refuses. */
export interface FieldError {
  /** The field in the API server's error. */
  readonly path: Path;
  readonly type: FieldErrorType;
  readonly message: string;
  /** The fix, as a clause: `write TCP`. */
  readonly fix?: string;
  /** A field inside `path` that has the fault, such as one of the labels. */
  readonly place?: Path;
  /** The API server refuses the field, but netpol can read the object without it. */
  readonly harmless?: boolean;
  /** A number that must be in quotes. */
  readonly number?: number;
}

/** The path of a field. Validation uses `FieldPath`, which is cheaper to extend. */
export type PathLike = Path | FieldPath;

/** The optional parts of a field error. */
export type FieldErrorOptions = Pick<FieldError, 'fix' | 'harmless'> & { readonly place?: PathLike };

/**
 * Reads the fields of an object like the strict decoder of the API server, and collects the errors. Go decodes `null` to the zero value,
 * so `null` counts as absent.
 */
export class FieldErrors {
  public readonly errors: FieldError[] = [];

  public add(type: FieldErrorType, path: PathLike, message: string, { place, ...options }: FieldErrorOptions = {}): void {
    this.errors.push({ path: stepsOf(path), type, message, ...options, place: place && stepsOf(place) });
  }

  /** Adds an error for each sentence about an invalid value. `subject` comes before each sentence. */
  public addInvalid(path: PathLike, sentences: readonly string[], subject = '', options?: FieldErrorOptions): void {
    for (const sentence of sentences) { this.add('FieldValueInvalid', path, `${subject}${sentence}`, options); }
  }

  /** Adds an error if `text` is not one of the supported values. The fix names the value that differs only in case, or else is `fix`. */
  public supported(text: string, path: PathLike, values: readonly string[], fix?: string): void {
    if (values.includes(text)) { return; }
    const meant = values.find(value => value.toLowerCase() === text.toLowerCase());
    const list = `${values.slice(0, -1).join(', ')} or ${values[values.length - 1]}`;
    this.add('FieldValueNotSupported', path, `must be ${list}, not '${text}'`, { fix: meant === undefined ? fix : `write ${meant}` });
  }

  /**
   * Reads an object; undefined if the value is something else. Fields that are not `known` are errors. Their fix is `fixOf` the field, or
   * else the nearest known name.
   */
  public object(value: unknown, path: PathLike, known: readonly string[], fixOf: (field: string) => string | undefined = () => undefined):
  Readonly<Record<string, unknown>> | undefined {
    if (isAbsent(value)) { return {}; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object, not ${typeName(value)}`);
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (known.includes(field)) { continue; }
      const nearest = nearestName(field, known);
      this.add('UnknownField', [...stepsOf(path), field], 'there is no such field', {
        fix: fixOf(field) ?? (nearest === undefined ? `the fields here are ${known.join(', ')}` : `did you mean '${nearest}'?`),
      });
    }
    return value;
  }

  /** Reads the items of a list; none if the value is something else. */
  public list(value: unknown, path: PathLike): readonly unknown[] {
    if (isAbsent(value)) { return []; }
    if (Array.isArray(value)) { return value; }
    this.add('WrongType', path, `must be a list, not ${typeName(value)}`, { fix: "start each item with '- '" });
    return [];
  }

  /** Reads text; the empty string if the value is absent, undefined if it is something else. */
  public text(value: unknown, path: PathLike): string | undefined {
    if (isAbsent(value)) { return ''; }
    if (typeof value === 'string') { return value; }
    this.add('WrongType', path, `must be text, not ${typeName(value)}`, quotes(value));
    return undefined;
  }

  /** Reads a signed integer of 32 or 64 bits; undefined if the value is absent or something else. */
  public integer(value: unknown, path: PathLike, bits: 32 | 64 = 64): number | undefined {
    if (isAbsent(value)) { return undefined; }
    const limit = 2 ** (bits - 1);
    if (Number.isInteger(value) && Number(value) >= -limit && Number(value) < limit) { return Number(value); }
    this.add('WrongType', path, `must be a whole number, not ${typeName(value)}`, {
      fix: typeof value === 'string' && /^\d+$/.test(value) ? `write it without quotes: ${value}` : undefined,
    });
    return undefined;
  }

  /** Reads a map from text to text, without the entries that are something else. A `null` is the empty string. */
  public textMap(value: unknown, path: PathLike): Readonly<Record<string, string>> {
    if (isAbsent(value)) { return EMPTY; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object with names and values, not ${typeName(value)}`);
      return EMPTY;
    }
    if (hasOnlyText(value)) { return value; }
    const map: Record<string, string> = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      if (isAbsent(item) || typeof item === 'string') {
        map[key] = item ?? '';
      } else {
        this.add('WrongType', path, `the value of '${key}' must be text, not ${typeName(item)}`, { place: [...stepsOf(path), key], ...quotes(item) });
      }
    }
    return map;
  }
}

const EMPTY: Readonly<Record<string, never>> = {};

function stepsOf(path: PathLike): Path {
  return path instanceof FieldPath ? path.path : path;
}

function hasOnlyText(value: Readonly<Record<string, unknown>>): value is Record<string, string> {
  // Values that were read from text inherit no enumerable properties, and this is faster than Object.values.
  for (const key in value) {
    if (typeof value[key] !== 'string') { return false; }
  }
  return true;
}

/** True for an absent value and for `null`, which Go decodes to the same. */
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

function inQuotes(number: number | string): string {
  return `put it in quotes: "${number}"`;
}

/** The fix for a value that must be text. */
function quotes(value: unknown): Pick<FieldError, 'fix' | 'number'> {
  if (typeof value === 'number') { return { fix: inQuotes(value), number: value }; }
  return typeof value === 'boolean' ? { fix: 'put it in quotes (without them, yes, no, on, off, y and n are booleans too)' } : {};
}

/** Options of `fieldFindings`. */
export interface FieldFindingOptions {
  /** The object that has the fields, for the start of each message: `NetworkPolicy shop/db`. */
  readonly subject?: string;
  /** @default - the code of the error's type */
  readonly code?: FindingCode;
}

/** Field errors as findings, each at the place of its field. */
export function fieldFindings(errors: readonly FieldError[], origin: Origin, { subject, code }: FieldFindingOptions = {}): Finding[] {
  return errors.map(error => {
    const { path, type, place, harmless } = error;
    const { message, fix } = asWritten(error, origin);
    return finding(
      code ?? CODES[type],
      origin.at(place ?? path),
      [subject, formatPath(path), message].filter(part => part).join(': '),
      { fix, ...(harmless ? { severity: 'warning' } : {}) },
    );
  });
}

/** The error with the number as it is written: `1.10` is the number 1.1, and its text is `"1.10"`. */
function asWritten({ message, fix, number, path, place }: FieldError, origin: Origin): Pick<FieldError, 'message' | 'fix'> {
  const text = number === undefined ? undefined : origin.written?.(place ?? path);
  return text === undefined || Number(text) !== number ? { message, fix }
    : { message: message.replace(`the number ${number}`, `the number ${text}`), fix: inQuotes(text) };
}
