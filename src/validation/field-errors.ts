import { formatPath, Origin, Path, Finding } from '../findings/finding';
import { nearestName } from '../findings/nearest-name';
import { isObject } from '../k8s/objects';

/**
 * The way from an object to a field inside it, each step hooked to the one before: cheap to go. A path is made
 * of it where there is something to report, and most objects have nothing wrong with them.
 */
export class FieldPath {
  /** The object itself. */
  public static readonly start = new FieldPath('', undefined);

  /** The field at a path. */
  public static to(...path: Path): FieldPath {
    return path.reduce<FieldPath>((trail, step) => trail.child(step), FieldPath.start);
  }

  private constructor(private readonly step: string | number, private readonly before: FieldPath | undefined) {}

  /** One step further: a field, or an item of a list. */
  public child(step: string | number): FieldPath {
    return new FieldPath(step, this);
  }

  public get path(): Path {
    const path: (string | number)[] = [];
    for (let { step, before } = this as FieldPath; before !== undefined; { step, before } = before) { path.unshift(step); }
    return path;
  }
}

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
  readonly fix?: string;
  /** A field further inside, where the fault is written: the one label, of all labels. */
  readonly place?: Path;
  /** The API server refuses it, but no answer depends on it. */
  readonly harmless?: boolean;
}

/** Where a field is: a trail where there are many to be checked. */
export type PathLike = Path | FieldPath;

/** Something to add to an error. */
export type FieldErrorExtras = Pick<FieldError, 'fix' | 'harmless'> & { readonly place?: PathLike };

/**
 * Reads the fields of an object as Go decodes them, strictly, and collects what is wrong. `null` is the
 * zero value: as good as a field that is not there.
 */
export class FieldErrors {
  public readonly errors: FieldError[] = [];

  public add(type: FieldErrorType, path: PathLike, message: string, { place, ...extras }: FieldErrorExtras = {}): void {
    this.errors.push({ path: pathOf(path), type, message, ...extras, place: place && pathOf(place) });
  }

  /**
   * An object; nothing where the value is none. Fields that are not `known` are errors, with
   * the advice for them or else the nearest name.
   */
  public object(value: unknown, path: PathLike, known: readonly string[], advice: (field: string) => string | undefined = () => undefined):
  Readonly<Record<string, unknown>> | undefined {
    if (isAbsent(value)) { return {}; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object, not ${typeName(value)}`);
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (known.includes(field)) { continue; }
      const nearest = nearestName(field, known);
      this.add('UnknownField', [...pathOf(path), field], 'there is no such field', {
        fix: advice(field) ?? (nearest === undefined ? `the fields here are ${known.join(', ')}` : `did you mean '${nearest}'?`),
      });
    }
    return value;
  }

  /** The items of a list; none where the value is no list. */
  public list(value: unknown, path: PathLike): readonly unknown[] {
    if (isAbsent(value)) { return []; }
    if (Array.isArray(value)) { return value; }
    this.add('WrongType', path, `must be a list, not ${typeName(value)}`, { fix: "start each item with '- '" });
    return [];
  }

  /** A text, empty where it is absent; nothing where the value is no text. */
  public text(value: unknown, path: PathLike): string | undefined {
    if (isAbsent(value)) { return ''; }
    if (typeof value === 'string') { return value; }
    this.add('WrongType', path, `must be text, not ${typeName(value)}`, { fix: quoteAdvice(value) });
    return undefined;
  }

  /** A whole number that Go can hold in so many bits; nothing where it is absent or something else. */
  public integer(value: unknown, path: PathLike, bits: 32 | 64 = 64): number | undefined {
    if (isAbsent(value)) { return undefined; }
    const limit = 2 ** (bits - 1);
    if (Number.isInteger(value) && Number(value) >= -limit && Number(value) < limit) { return Number(value); }
    this.add('WrongType', path, `must be a whole number, not ${typeName(value)}`, {
      fix: typeof value === 'string' && /^\d+$/.test(value) ? `write it without quotes: ${value}` : undefined,
    });
    return undefined;
  }

  /** A map from text to text. `null` is the empty text. */
  public textMap(value: unknown, path: PathLike): Readonly<Record<string, string>> {
    if (isAbsent(value)) { return NOTHING; }
    if (!isObject(value)) {
      this.add('WrongType', path, `must be an object of names and values, not ${typeName(value)}`);
      return NOTHING;
    }
    if (holdsOnlyText(value)) { return value; }
    const map: Record<string, string> = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      if (isAbsent(item) || typeof item === 'string') {
        map[key] = item ?? '';
      } else {
        this.add('WrongType', path, `the value of '${key}' must be text, not ${typeName(item)}`, { place: [...pathOf(path), key], fix: quoteAdvice(item) });
      }
    }
    return map;
  }
}

const NOTHING: Readonly<Record<string, never>> = {};

function pathOf(path: PathLike): Path {
  return path instanceof FieldPath ? path.path : path;
}

function holdsOnlyText(value: Readonly<Record<string, unknown>>): value is Record<string, string> {
  // Of what is read from text nothing is inherited, and this is quicker than a list of names.
  for (const key in value) {
    if (typeof value[key] !== 'string') { return false; }
  }
  return true;
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

/** Field errors as problems, each at the place of its field. */
export function fieldFindings(errors: readonly FieldError[], origin: Origin): Finding[] {
  return errors.map(({ path, place, message, fix: suggestion }) => ({
    severity: 'error',
    message: `${path.length === 0 ? '' : `${formatPath(path)}: `}${message}${suggestion === undefined ? '' : `; ${suggestion}`}`,
    place: origin.at(place ?? path),
  }));
}
