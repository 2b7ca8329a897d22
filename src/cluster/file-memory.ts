import { BigIntStats } from 'fs';
import { ReadResult } from './list-kinds';

/** A file that was written so shortly before it was read may be written again without its time showing it. */
const SETTLED_MS = 100;

interface Known {
  readonly file: string;
  readonly signature: string;
  readonly isSettled: boolean;
  readonly result: ReadResult;
}

/** What files held when they were last read, so that whoever reads a folder again and again reads only what has changed. */
export class FileMemory {
  private known = new Map<string, Known>();

  private met = new Map<string, Known>();

  private changed = new Set<string>();

  /** What a file holds: as remembered where nothing has touched it since, otherwise as `read` gives it. */
  public recall(file: string, named: boolean, stats: BigIntStats, read: () => ReadResult): ReadResult {
    const id = `${file}\n${named}`;
    const signature = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
    const known = this.known.get(id);
    if (known?.signature !== signature) { this.changed.add(file); }
    const isSettled = Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
    const entry = known?.signature === signature && known.isSettled ? known : { file, signature, isSettled, result: read() };
    this.met.set(id, entry);
    return entry.result;
  }

  /** To be called when all files have been gone through: returns those that are new, changed or gone since the last time. */
  public turn(): string[] {
    for (const [id, { file }] of this.known) {
      if (!this.met.has(id)) { this.changed.add(file); }
    }
    const changed = [...this.changed].sort();
    this.known = this.met;
    this.met = new Map();
    this.changed = new Set();
    return changed;
  }
}
