import { findJsonFault, JsonPlaces } from './json-scan';
import { MAX_DEPTH, ParsedText } from './parsed-text';

const SPACE = 0x20;
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
    while (text.charCodeAt(at) <= SPACE) { at++; }
    if (text.charCodeAt(at) === COLON) { count++; }
  }
  return count;
}
