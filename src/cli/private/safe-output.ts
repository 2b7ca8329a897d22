import { Io, Sink } from './io';

/**
 * What would change a terminal, break a line of it, turn the direction of writing, or be a command to a CI server: `::error` at GitHub, `##[error]` and
 * `##vso[…]` at Azure. The end of a line and the codes of our own colours are not among them.
 */
const UNSAFE = /\x1b\[(?:1|2|22|3[1-3]|39)m|[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|:(?=:[a-z-]*[g-z])|#(?=#(?:\[|vso\[))/gi;

/**
 * The same streams, on which nothing from the input can be raw that is no text. Names and values are made printable where they become part of a line; this is
 * for all that a writer could forget. In JSON, the escapes stand for the same characters.
 */
export function safeOutput(io: Io): Io {
  return { ...io, stdout: safe(io.stdout), stderr: safe(io.stderr) };
}

function safe(sink: Sink): Sink {
  const hasColours = sink.terminal?.hasColours === true;
  // A code of colours begins with the only character in it that is not text.
  const escape = (found: string) => hasColours && found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}${found.slice(1)}`;
  return { ...sink, write: text => sink.write(text.replace(UNSAFE, escape)) };
}
