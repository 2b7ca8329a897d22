import { closeSync, constants, openSync, readSync, statSync } from 'fs';

/* Pipes and devices: only their end says how much they have, and `/dev/zero` has none. */

/** More bytes than this do not fit into one text. */
const MAX_BYTES = 2 ** 29 - 24;

const CHUNK_BYTES = 2 ** 20;

/** Collects the parts of a content of unknown length. */
export class EndlessContent {
  private readonly parts: Buffer[] = [];
  private size = 0;

  /** @throws an error like those of the file system if there is more than a text can have */
  public add(part: Buffer): void {
    this.size += part.length;
    if (this.size > MAX_BYTES) { throw Object.assign(new Error('too large'), { code: 'ERR_STRING_TOO_LONG' }); }
    this.parts.push(part);
  }

  public get whole(): Buffer { return Buffer.concat(this.parts); }
}

/** How long to wait for a program that writes to a named pipe, in milliseconds. */
const MAX_WAIT_MS = 10_000;

/** How long to wait before a named pipe is asked again, in milliseconds. */
const PAUSE_MS = 5;

/** The pipes that a shell passes, as in `netpol list <(helm template …)`. Their writer is there before netpol starts, and may have ended. */
const PIPE_OF_SHELL = /^\/(?:dev|proc\/\w+)\/(?:fd\/|stdin$)/;

/**
 * Reads a named pipe or a device to its end.
 * @param maxWait how long to wait for a program that writes to a named pipe, in milliseconds
 * @throws an error of the file system, one like those if there is more than a text can have, and one if nobody writes to a named pipe
 */
export function readEndless(file: string, maxWait = MAX_WAIT_MS): Buffer {
  const content = new EndlessContent();
  const mayLackWriter = statSync(file).isFIFO() && !PIPE_OF_SHELL.test(file);
  // Without this flag, the system would wait for a writer for ever.
  const descriptor = openSync(file, mayLackWriter ? constants.O_RDONLY + constants.O_NONBLOCK : 'r');
  const end = Date.now() + maxWait;
  let hasWriter = !mayLackWriter;
  let part = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (;;) {
      const count = tryRead(descriptor, part);
      if (count === 0 && hasWriter) { return content.whole; }
      if (count === 0 && Date.now() > end) { throw Object.assign(new Error('no writer'), { code: 'NO_WRITER' }); }
      hasWriter ||= count !== 0;
      if (count === undefined || count === 0) {
        pause();
      } else {
        content.add(part.subarray(0, count));
        part = Buffer.allocUnsafe(CHUNK_BYTES);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Reads what is there: 0 bytes at the end, and without a writer. Undefined if the writer has not written anything yet. */
function tryRead(descriptor: number, part: Buffer): number | undefined {
  try {
    return readSync(descriptor, part);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') { return undefined; }
    throw error;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
