/** Something that text can be written to. */
export interface Sink {
  write(text: string): unknown;
}

/** The outside of the command: where results and messages go, and what comes in. */
export interface Io {
  /** Results. */
  readonly stdout: Sink;
  /** Messages. */
  readonly stderr: Sink;
  /** The whole of standard input. */
  readonly readStdin: () => Promise<Buffer>;
  /** Ends when nobody wants more: Ctrl-C, or a reader that has seen enough. */
  readonly untilInterrupted: () => Promise<void>;
}

/** Exit statuses: done and yes; a finding or a no; bad input or usage. */
export enum ExitStatus { YES = 0, NO = 1, BAD_INPUT = 2 }

/** How standard input is named among paths. */
export const STDIN = '-';

/** Ends the command with status 2. What is wrong is the message; empty where it has been told already. */
export class Refusal extends Error {}

/** Small pieces are written together: a system call for each row of a long list takes longer than the list. */
const CHUNK = 65_536;

/** Writes pieces as they come. */
export function writeAll(sink: Sink, pieces: Iterable<string>): void {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      sink.write(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') { sink.write(chunk); }
}
