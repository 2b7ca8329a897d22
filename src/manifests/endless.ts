import { closeSync, openSync, readSync } from 'fs';

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

/**
 * Reads a named pipe or a device to its end.
 * @throws an error of the file system, and one like those if there is more than a text can have
 */
export function readEndless(file: string): Buffer {
  const content = new EndlessContent();
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const part = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSync(descriptor, part);
      if (count === 0) { return content.whole; }
      content.add(part.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}
