import { duplicateField, Fault, MAX_DEPTH, ParsedDocument, ParsedText, tooDeep } from './parsed-text';
import { Path } from '../../findings/finding';

const SPACE_CODE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** The values of a stream of JSON, up to a fault. */
export interface JsonStream {
  /** The values other than null. */
  readonly documents: readonly ParsedDocument[];
  /** The number of values, with null. */
  readonly count: number;
  /** The character behind the last value. */
  readonly end: number;
  readonly fault?: Fault;
}

/** Reads a JSON text, which is one value. */
export function parseJson(text: string): ParsedText {
  const { documents, count, end, fault } = parseJsonStream(text, 1);
  const failed = (one: Fault): ParsedText => ({ documents: [], faults: [one], unread: [{ start: 0, end: text.length }] });
  if (fault !== undefined) { return failed(fault); }
  const rest = match(SPACE, text, end);
  if (rest < text.length) { return failed(syntaxFault(rest, 'there is text after the end of the value', 'write several objects as items of a List')); }
  return count === 0 ? failed(valueFault(text, rest, undefined)) : { documents, faults: [], unread: [] };
}

/** Reads a text of JSON values, one after another, as kubectl does (encoding/json of Go, `Decoder`). */
export function parseJsonStream(text: string, most = Infinity): JsonStream {
  const whole = wholeValue(text);
  if (whole !== undefined) { return { documents: [whole].filter(({ value }) => value !== null), count: 1, end: text.length }; }
  const documents: ParsedDocument[] = [];
  let count = 0;
  let end = 0;
  for (let at = match(SPACE, text, 0); at < text.length && count < most; at = match(SPACE, text, end)) {
    const duplicates: Fault[] = [];
    const next = walk(text, at, () => {}, duplicate => duplicates.push(duplicate));
    if (typeof next !== 'number') { return { documents, count, end, fault: next }; }
    const value: unknown = JSON.parse(text.slice(at, next));
    if (hasHalfPair(text, value)) { return { documents, count, end, fault: halfPair(at) }; }
    if (value !== null) { documents.push(documentOf(text, value, at, duplicates)); }
    count++;
    end = next;
  }
  return { documents, count, end };
}

/** The value of a text that is one value without duplicate fields, as most texts are. JSON.parse is the fastest way to read it. */
function wholeValue(text: string): ParsedDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // JSON.parse silently keeps the last of two fields with the same name. Then the value has fewer fields than the text.
  return fieldsOf(value, 0) === fieldsWritten(text) && !hasHalfPair(text, value) ? documentOf(text, value, match(SPACE, text, 0), []) : undefined;
}

function documentOf(text: string, value: unknown, offset: number, duplicates: readonly Fault[]): ParsedDocument {
  let places: JsonPlaces | undefined;
  return { value, offset, duplicates, locate: path => (places ??= new JsonPlaces(text, offset)).locate(path) };
}

/** Half of a surrogate pair, as JSON.stringify writes it. Go replaces it. */
const HALF_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

function hasHalfPair(text: string, value: unknown): boolean {
  return /\\ud[89a-f]/i.test(text) && HALF_PAIR.test(JSON.stringify(value));
}

function halfPair(offset: number): Fault {
  return { code: 'NP008', offset, message: 'this contains half of a surrogate pair, which is not a character', fix: 'correct the escape that starts with \\ud' };
}

/** The number of fields of a value and of all values in it. NaN if it nests too deeply. */
function fieldsOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) { return 0; }
  if (depth >= MAX_DEPTH) { return NaN; }
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) { count += fieldsOf(item, depth + 1); }
    return count;
  }
  // Values of JSON.parse inherit no enumerable properties. Object.keys would take three times as long.
  for (const name in value) { count += 1 + fieldsOf((value as Record<string, unknown>)[name], depth + 1); }
  return count;
}

/** The number of strings in a JSON text that a colon follows. */
function fieldsWritten(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    for (at++; text.charCodeAt(at) !== QUOTE; at++) {
      if (text.charCodeAt(at) === BACKSLASH) { at++; }
    }
    at++;
    while (text.charCodeAt(at) <= SPACE_CODE) { at++; }
    if (text.charCodeAt(at) === COLON) { count++; }
  }
  return count;
}

/*
 * A walk over a JSON text by its grammar (RFC 8259). It finds what JSON.parse does not report: the place and the reason of the first
 * fault, duplicate fields, and the place of each field.
 */

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const OTHER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;

/** An object or a list that the walk has entered. */
interface Container {
  readonly isList: boolean;
  readonly fields: Set<string>;
  /** The field or the index that the walk reads, or reads next. */
  step: string | number;
}

/** Called at the start of each field (its key) and item, with the containers around it. */
type Visit = (containers: readonly Container[], offset: number) => void;

/** The place of a value, and of the fields or items in it. */
interface Written {
  readonly offset: number;
  readonly inside: Map<string | number, Written>;
}

/** The places of all fields and items of a valid JSON text. */
class JsonPlaces {
  private readonly root: Written;

  /** Walks the valid value that starts at an offset. */
  constructor(text: string, start: number) {
    this.root = { offset: start, inside: new Map() };
    const parents = [this.root];
    walk(text, start, (containers, offset) => {
      const written: Written = { offset, inside: new Map() };
      parents[containers.length - 1].inside.set(containers[containers.length - 1].step, written);
      parents[containers.length] = written;
    }, () => {});
  }

  /** The character at which the field at `path` is written. If it is absent, that of its nearest parent. */
  public locate(path: Path): number {
    let written = this.root;
    for (const step of path) {
      const next = written.inside.get(step);
      if (next === undefined) { break; }
      written = next;
    }
    return written.offset;
  }
}

/** Walks the value that starts at an offset. Returns the character behind it, or its first fault. */
function walk(text: string, start: number, visit: Visit, report: (duplicate: Fault) => void): number | Fault {
  const open: Container[] = [];
  let at = start;
  for (;;) {
    // A value, or the end of an empty container, starts at `at`.
    const inside = open[open.length - 1];
    const first = text[at];
    if (first === '{' || first === '[') {
      if (open.length >= MAX_DEPTH) { return tooDeep(at); }
      open.push({ isList: first === '[', fields: new Set(), step: first === '[' ? 0 : '' });
      at = match(SPACE, text, at + 1);
      if (text[at] !== (first === '[' ? ']' : '}')) {
        const begun = begin(text, at, open, report);
        if (typeof begun !== 'number') { return begun; }
        visit(open, at);
        at = begun;
        continue;
      }
    } else {
      const end = first === '"' ? stringEnd(text, at) : match(OTHER, text, at);
      if (end === at) { return valueFault(text, at, inside); }
      at = end;
    }
    // A value has ended, or a container ends next.
    for (;;) {
      const container = open[open.length - 1];
      if (container === undefined) { return at; }
      at = match(SPACE, text, at);
      if (text[at] === (container.isList ? ']' : '}')) {
        open.pop();
        at++;
      } else if (text[at] === ',') {
        const comma = at;
        at = match(SPACE, text, at + 1);
        if (text[at] === ']' || text[at] === '}') { return syntaxFault(comma, `there is a comma before '${text[at]}'`, 'remove it'); }
        if (container.isList) { container.step = Number(container.step) + 1; }
        const begun = begin(text, at, open, report);
        if (typeof begun !== 'number') { return begun; }
        visit(open, at);
        at = begun;
        break;
      } else {
        const closing = container.isList ? ']' : '}';
        return at === text.length ? syntaxFault(at, `the text ends before the closing '${closing}'`) : syntaxFault(at, `a comma or the closing '${closing}' is missing here`);
      }
    }
  }
}

/** Reads the key of a field, and returns the start of its value. An item of a list has no key. */
function begin(text: string, at: number, open: readonly Container[], report: (duplicate: Fault) => void): number | Fault {
  const container = open[open.length - 1];
  if (container.isList) { return at; }
  const end = stringEnd(text, at);
  if (end === at) { return syntaxFault(at, 'this must be the name of a field', 'write it in double quotes'); }
  const key = JSON.parse(text.slice(at, end)) as string;
  if (container.fields.has(key)) { report(duplicateField(key, at)); }
  container.fields.add(key);
  container.step = key;
  const colon = match(SPACE, text, end);
  return text[colon] === ':'
    ? match(SPACE, text, colon + 1)
    : syntaxFault(colon, `a colon is missing after '${key}'`);
}

function syntaxFault(offset: number, message: string, fix?: string): Fault {
  return { code: 'NP005', offset, message: `not valid JSON: ${message}`, fix };
}

function valueFault(text: string, at: number, inside: Container | undefined): Fault {
  const what = inside === undefined ? 'this' : inside.isList ? `item ${inside.step} of this list` : `the value of '${inside.step}'`;
  if (at === text.length) { return syntaxFault(at, 'the text ends where a value is expected'); }
  if (text[at] === '/' || text[at] === '#') { return syntaxFault(at, 'JSON has no comments', 'remove the comment, or write the file as YAML'); }
  return text[at] === '"'
    ? syntaxFault(at, `${what} has no closing quote, or contains a line break or an invalid \\`)
    : syntaxFault(at, `${what} is not a JSON value`, 'write text in double quotes');
}

/** The end of the match of `pattern` at an offset, or the offset itself if there is no match. */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The end of the string that starts at an offset, or the offset itself if none does. */
function stringEnd(text: string, at: number): number {
  if (text[at] !== '"') { return at; }
  // Without a regular expression, which would need memory for each character of a string of megabytes.
  for (let i = at + 1; i < text.length;) {
    const code = text.charCodeAt(i);
    if (code === 0x22) { return i + 1; }
    if (code < 0x20) { return at; }
    const next = code === 0x5c ? match(ESCAPE, text, i) : i + 1;
    if (next === i) { return at; }
    i = next;
  }
  return at;
}
