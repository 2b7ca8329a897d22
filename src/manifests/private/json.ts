import { Fault, MAX_DEPTH, ParsedText } from './parsed-text';
import { Path } from '../../findings/finding';

const SPACE_CODE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Reads a JSON text: one value. Where something is, is looked up when somebody asks for it. */
export function parseJson(text: string): ParsedText {
  const value = soundValue(text);
  const fault = value === undefined ? findJsonFault(text) : undefined;
  if (fault !== undefined) { return { documents: [], faults: [fault], locate: () => fault.offset }; }
  let places: JsonPlaces | undefined;
  return {
    documents: [{ value, offset: text.search(/\S/) }],
    faults: [],
    locate: (_index, path) => (places ??= new JsonPlaces(text)).locate(path),
  };
}

/** The value of a text that is JSON, in which no field is written twice and which does not nest too deep; otherwise nothing. */
function soundValue(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // JSON.parse keeps the last of two fields of one name in silence: then it has fewer than are written.
  return fieldsOf(value, 0) === fieldsWritten(text) ? value : undefined;
}

/** The number of fields of a value, in all its depth; not a number where that is too great. */
function fieldsOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) { return 0; }
  if (depth >= MAX_DEPTH) { return NaN; }
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) { count += fieldsOf(item, depth + 1); }
    return count;
  }
  // What JSON.parse makes inherits nothing that is counted here. To list the names first takes three times as long.
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
 * A walk over a JSON text by its grammar (RFC 8259). JSON.parse makes the values; this says where
 * things are: the first fault as line and column, a field written twice (of which JSON.parse would
 * keep the last in silence), the place of a field.
 */

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const OTHER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;

/** An object or a list that the walk is inside of. */
interface Container {
  readonly isList: boolean;
  readonly fields: Set<string>;
  /** The field or the index that comes next or is being read. */
  step: string | number;
}

/** Told of the start of each field (its key) and item, with the containers that it is inside of. */
type Visit = (containers: readonly Container[], offset: number) => void;

/** The first fault of a text, or nothing where it is one JSON value. */
export function findJsonFault(text: string): Fault | undefined {
  return walk(text, () => {});
}

/** Where something is written, and the fields or items inside it. */
interface Written {
  readonly offset: number;
  readonly inside: Map<string | number, Written>;
}

/** The places of all fields and items of a sound JSON text. */
export class JsonPlaces {
  private readonly root: Written;

  constructor(text: string) {
    this.root = { offset: match(SPACE, text, 0), inside: new Map() };
    const parents = [this.root];
    walk(text, (containers, offset) => {
      const written: Written = { offset, inside: new Map() };
      parents[containers.length - 1].inside.set(containers[containers.length - 1].step, written);
      parents[containers.length] = written;
    });
  }

  /** The character at which the field at `path` is written, or the nearest field above it. */
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

function walk(text: string, visit: Visit): Fault | undefined {
  const open: Container[] = [];
  let at = match(SPACE, text, 0);
  for (;;) {
    // A value, or the end of an empty container, stands at `at`.
    const inside = open[open.length - 1];
    const start = text[at];
    if (start === '{' || start === '[') {
      if (open.length >= MAX_DEPTH) { return { offset: at, message: `nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does` }; }
      open.push({ isList: start === '[', fields: new Set(), step: start === '[' ? 0 : '' });
      at = match(SPACE, text, at + 1);
      if (text[at] !== (start === '[' ? ']' : '}')) {
        const begun = begin(text, at, open);
        if (typeof begun !== 'number') { return begun; }
        visit(open, at);
        at = begun;
        continue;
      }
    } else {
      const end = start === '"' ? stringEnd(text, at) : match(OTHER, text, at);
      if (end === at) { return { offset: at, message: valueSentence(text, at, inside) }; }
      at = match(SPACE, text, end);
    }
    // A value has ended, or a container is about to.
    for (;;) {
      const container = open[open.length - 1];
      if (container === undefined) {
        return at === text.length ? undefined : { offset: at, message: 'not valid JSON: there is more after the end; a JSON file holds one object (several go into a List)' };
      }
      if (text[at] === (container.isList ? ']' : '}')) {
        open.pop();
        at = match(SPACE, text, at + 1);
      } else if (text[at] === ',') {
        const comma = at;
        at = match(SPACE, text, at + 1);
        if (text[at] === ']' || text[at] === '}') { return { offset: comma, message: `not valid JSON: the comma before '${text[at]}' is one too many: remove it` }; }
        if (container.isList) { container.step = Number(container.step) + 1; }
        const begun = begin(text, at, open);
        if (typeof begun !== 'number') { return begun; }
        visit(open, at);
        at = begun;
        break;
      } else {
        return {
          offset: at,
          message: at === text.length
            ? `not valid JSON: the text ends before a closing '${container.isList ? ']' : '}'}'`
            : `not valid JSON: a comma, or the closing '${container.isList ? ']' : '}'}', is missing here`,
        };
      }
    }
  }
}

/** Reads the key of a field; returns where its value starts. An item of a list has no key. */
function begin(text: string, at: number, open: readonly Container[]): number | Fault {
  const container = open[open.length - 1];
  if (container.isList) { return at; }
  const end = stringEnd(text, at);
  if (end === at) { return { offset: at, message: 'not valid JSON: a field\'s name, in double quotes, belongs here' }; }
  const key = JSON.parse(text.slice(at, end)) as string;
  if (container.fields.has(key)) { return { offset: at, message: `'${key}' is written twice in one object: remove one` }; }
  container.fields.add(key);
  container.step = key;
  const colon = match(SPACE, text, end);
  return text[colon] === ':'
    ? match(SPACE, text, colon + 1)
    : { offset: colon, message: `not valid JSON: a colon is missing after '${key}'` };
}

function valueSentence(text: string, at: number, inside: Container | undefined): string {
  const what = inside === undefined ? 'this' : inside.isList ? `item ${inside.step} of this list` : `the value of '${inside.step}'`;
  if (at === text.length) { return 'not valid JSON: the text ends where a value is expected'; }
  if (text[at] === '/' || text[at] === '#') { return 'not valid JSON: it takes no comments; in YAML they start with #'; }
  if (text[at] === "'") { return 'not valid JSON: text is written in double quotes'; }
  return text[at] === '"'
    ? `not valid JSON: ${what} is text without a closing quote, or with a line break or a wrong \\ in it`
    : `not valid JSON: ${what} is no value; text is written in double quotes`;
}

/** The end of what `pattern` matches at an offset: the offset itself where it does not. */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The end of the string that starts at an offset: the offset itself where none does. */
function stringEnd(text: string, at: number): number {
  if (text[at] !== '"') { return at; }
  // By hand: a pattern would keep a way back for each character, and files hold strings of megabytes.
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
