import { Finding, formatFinding } from '../../findings/finding';

/* How the command talks to the program that runs it: streams, findings and the exit status. */

/** The maximum number of findings that the command prints, errors first. The later ones often follow from the first. */
const MAX_FINDINGS = 50;

/** The codes of objects that the answers leave out or cannot decide about. */
const LEFT_OUT: ReadonlySet<string> = new Set(['NP301', 'NP303', 'NP313', 'NP314', 'NP330', 'NP331', 'NP332']);

/**
 * Prints findings to standard error.
 * @throws BadInputError if one of them is an error
 */
export function printFindings(findings: readonly Finding[], io: Io): void {
  if (showFindings(findings, io)) { throw new BadInputError(); }
}

/** Prints findings to standard error. Returns true if one of them is an error. */
export function showFindings(findings: readonly Finding[], io: Io): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  // Objects that the answers leave out or cannot decide about are always printed.
  const printed = new Set([...[...errors, ...others].slice(0, MAX_FINDINGS), ...others.filter(({ code }) => LEFT_OUT.has(code))]);
  for (const finding of findings) {
    if (printed.has(finding)) { io.stderr.write(`${formatFinding(finding)}\n`); }
  }
  if (findings.length > printed.size) { io.stderr.write(`… and ${findings.length - printed.size} more\n`); }
  return errors.length > 0;
}

/** Receives text. */
export interface Sink {
  /** What is known of the terminal that shows the text. `width` is in characters, and absent if there is no terminal. */
  readonly terminal?: { readonly width?: number; readonly hasColours: boolean };
  /** After a `write` that returned false: resolves when the sink takes more text. Resolves to false if nobody reads it any more. */
  readonly untilDrained?: () => Promise<boolean>;
  /** Resolves when everything that was written has arrived, or cannot arrive. */
  readonly untilWritten?: () => Promise<void>;
  /** Returns false if the reader is slower than the command. */
  write(text: string): unknown;
}

/** The streams of the command. */
export interface Io {
  /** Receives results. */
  readonly stdout: Sink;
  /** Receives messages. */
  readonly stderr: Sink;
  /** Receives commands to the CI server, as results. @default - there are none */
  readonly commands?: Sink;
  /** Reads all of standard input. */
  readonly readStdin: () => Promise<Buffer>;
  /** The parts of standard input as they arrive. They end early when the reader of standard output has closed it. @default - all of it in one part */
  readonly stdinChunks?: () => AsyncIterable<Buffer>;
  /** Resolves when the user interrupts the command (Ctrl-C), or when the reader of standard output has closed it. */
  readonly untilInterrupted: () => Promise<void>;
}

/** The exit statuses: yes, or done; no, or a claim that does not hold; wrong usage or input; undecided. */
export enum ExitStatus { YES = 0, NO = 1, BAD_INPUT = 2, UNDECIDED = 3 }

/** Ends the command with status 2. The message says what is wrong; it is empty if the command has printed that already. */
export class BadInputError extends Error {}

/** Short texts are written together, because a system call for each row takes longer than computing the row. */
const CHUNK = 65_536;

/** Writes texts in chunks, as they are produced, and never more than the reader takes: a list may have millions of rows. */
export async function writeAll(sink: Sink, texts: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length >= CHUNK) {
      const isFull = sink.write(chunk) === false;
      chunk = '';
      if (isFull && await sink.untilDrained?.() === false) { return; }
    }
  }
  if (chunk !== '') { sink.write(chunk); }
  // A message after the result must not hide that there is none.
  await sink.untilWritten?.();
}
