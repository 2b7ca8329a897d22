import { withCommas } from '../../findings/enumeration';

/** A table of a comment. */
export interface CommentTable {
  readonly title: string;
  readonly header: readonly string[];
  /** Cells that are Markdown. */
  readonly rows: readonly (readonly string[])[];
  /** The reader sees the title only, until a click. */
  readonly isFolded?: boolean;
}

/** More rows than this are folded. */
const MAX_OPEN = 20;

/** What is left for the line that counts the rows without room, in bytes. */
const COUNT_LINE = 200;

/**
 * A comment for a pull request, which never becomes longer than its limit. Code hosts count characters or bytes; a text never has more characters than bytes.
 * What does not fit is counted.
 */
export class Comment {
  private readonly parts: string[] = [];
  private size = 0;
  /** True if something is left out. */
  public isShortened = false;

  /** `limit`: in bytes of UTF-8. */
  constructor(private readonly limit: number) {}

  public get text(): string { return this.parts.join(''); }

  /** Adds a text if there is room for it. */
  public add(text: string): boolean {
    const size = Buffer.byteLength(text);
    if (this.size + size > this.limit) {
      this.isShortened = true;
      return false;
    }
    this.size += size;
    this.parts.push(text);
    return true;
  }

  /** Adds a table, as far as there is room for it. A table without rows is left out. */
  public table({ title, header, rows, isFolded = false }: CommentTable): void {
    if (rows.length === 0) { return; }
    const open = isFolded ? [] : rows.slice(0, MAX_OPEN);
    const shown = open.length === 0 ? 0 : this.rows(`\n### ${title}\n\n${head(header)}`, open, '');
    const left = rows.slice(open.length);
    const summary = isFolded ? `${title} (${withCommas(rows.length)})` : `${withCommas(left.length)} more`;
    const folded = left.length === 0 || shown < open.length ? 0 : this.rows(`\n<details><summary>${summary}</summary>\n\n${head(header)}`, left, '\n</details>\n');
    const hidden = rows.length - shown - folded;
    if (hidden > 0) {
      this.add(shown + folded > 0 ? `\n… and ${withCommas(hidden)} more that this comment has no room for\n`
        : `\n### ${title}\n\n${withCommas(hidden)}, and this comment has no room for them\n`);
    }
  }

  /** Adds rows between a start and an end. Returns how many there was room for; without any, nothing is added. */
  private rows(start: string, rows: readonly (readonly string[])[], end: string): number {
    const lines = rows.map(cells => `| ${cells.join(' | ')} |\n`);
    const room = this.limit - COUNT_LINE - this.size - Buffer.byteLength(start + end);
    let size = 0;
    const fitting = lines.filter(line => (size += Buffer.byteLength(line)) <= room);
    if (fitting.length < lines.length) { this.isShortened = true; }
    if (fitting.length > 0) { this.add(`${start}${fitting.join('')}${end}`); }
    return fitting.length;
  }
}

function head(header: readonly string[]): string {
  return `| ${header.join(' | ')} |\n|${' --- |'.repeat(header.length)}\n`;
}
