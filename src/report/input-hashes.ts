import { createHash } from 'crypto';
import { PageEvidence } from './page-document';

/** The hashes of everything that a report was made from. */
export class InputHashes {
  private readonly found = new Map<string, PageEvidence['inputs'][number]>();

  /** Adds an input. A later one of the same name replaces it. */
  public add(file: string, content: string | Buffer): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.found.set(file, { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
  }

  /** Sorted by name. */
  public all(): PageEvidence['inputs'] { return [...this.found.values()].sort((a, b) => a.file < b.file ? -1 : 1); }
}
