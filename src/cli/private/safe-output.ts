import { Io, Sink } from './io';
import { printable } from '../../findings/finding';

/** Few texts have a character or a pair that could be unsafe. Finding out is much faster than replacing. */
const MAY_BE_UNSAFE = /[\0-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|::|##/u;

/** The codes of our own colours; see report/layout.ts. */
const COLOURS = /(\x1b\[(?:1|2|22|3[1-3]|39)m)/;

/**
 * The same streams, on which nothing raw from the input can arrive but the end of a line. Names and values are made printable where they become part of a
 * line. This is for all that a writer could forget. In JSON, the escapes stand for the same characters.
 */
export function safeOutput(io: Io): Io {
  return { ...io, stdout: safe(io.stdout), stderr: safe(io.stderr), commands: safeCommands(io.stdout) };
}

/** A command of GitHub Actions that netpol writes itself. Its properties have no colon from the input. */
const COMMAND = /^::(?:error|warning|notice) [^:\n]*::/;

/** Standard output for commands to a CI server: what follows the start of a command is safe, as everything else is. */
function safeCommands(stdout: Sink): Sink {
  const safeLine = (line: string) => {
    const [start] = COMMAND.exec(line) ?? [''];
    return start + printable(line.slice(start.length));
  };
  return { ...stdout, write: text => stdout.write(text.replace(/[^\n]+/g, safeLine)) };
}

function safe(sink: Sink): Sink {
  const safeText = (text: string) => MAY_BE_UNSAFE.test(text) ? text.replace(/[^\n]+/g, printable) : text;
  const escape = sink.terminal?.hasColours !== true ? safeText
    // Each second part is a code of a colour.
    : (text: string) => text.split(COLOURS).map((part, i) => i % 2 === 1 ? part : safeText(part)).join('');
  return { ...sink, write: text => sink.write(escape(text)) };
}
