import { indented } from './private/side-text';
import { enumerate } from '../findings/enumeration';

/*
 * Many claims fail for the same reason, such as the default deny of their namespace. A reader needs it once.
 */

/** A text without the places in it: two reasons are equal if they differ only in where their policies are written. */
export function withoutPlaces(text: string): string {
  // `(shop.yaml:12:5)`, `((yaml):12:5)` and `(shop/backend/allow-x)`
  return text.replace(/ \((?:\S*:\d+:\d+|[^\s()]+\/[^\s()]+)\)/g, '');
}

/** A line, and the lines below it that are further to the right. */
interface Block {
  readonly line: string;
  readonly body: readonly string[];
}

/** The reasons that a text has told already. */
export class ToldReasons {
  /** For each reason, the claim that it was told for. */
  private readonly told = new Map<string, string>();

  /**
   * The lines of an explanation. Where the reason for an earlier claim is the same, they refer to that claim. A fix is never left out.
   *
   * @param claim how later claims refer to this one: `allowed(shop/frontend, shop/db)`
   */
  public tell(lines: readonly string[], claim: string): string[] {
    const added: string[] = [];
    const shown = blocksOf(lines).flatMap(block => block.line.startsWith('Fix:') ? [block.line, ...block.body] : this.shorten(block, added));
    // Only now: a claim does not refer to itself.
    for (const key of added) { if (!this.told.has(key)) { this.told.set(key, claim); } }
    return shown;
  }

  private shorten({ line, body }: Block, added: string[]): string[] {
    if (body.length < 2) { return [line, ...body]; }
    const key = keyOf(body);
    const before = this.told.get(key);
    if (before !== undefined) { return [`${line}, as for ${before}`]; }
    added.push(key);
    return [line, ...this.shortenList(blocksOf(body), added)];
  }

  /** Neighbours in a list that were told together are one line. */
  private shortenList(blocks: readonly Block[], added: string[]): string[] {
    const shown: string[] = [];
    for (let i = 0; i < blocks.length; i++) {
      const before = this.toldFor(blocks[i]);
      const end = blocks.findIndex((block, j) => j > i && this.toldFor(block) !== before);
      const same = before === undefined ? [blocks[i]] : blocks.slice(i, end < 0 ? blocks.length : end);
      if (before === undefined) {
        const { line, body } = blocks[i];
        if (body.length === 1) { added.push(keyOf([line, ...body])); }
        shown.push(...this.shorten(blocks[i], added));
        continue;
      }
      const [column] = /^ */.exec(blocks[i].line)!;
      shown.push(...indented([`${enumerate(same.map(({ line }) => withoutPlaces(line.trim())))}, as for ${before}`], column.length));
      i += same.length - 1;
    }
    return shown;
  }

  /** The claim that a policy or a rule with one reason was told for. */
  private toldFor({ line, body }: Block): string | undefined {
    return body.length === 1 ? this.told.get(keyOf([line, ...body])) : undefined;
  }
}

/** Equal for equal reasons. That a selector does not select the other end is one reason, whatever that end is called. */
function keyOf(lines: readonly string[]): string {
  return withoutPlaces(lines.join('\n')).replace(/( does not select ).*$/gm, '$1');
}

function columnOf(line: string): number {
  return line.search(/\S|$/);
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: { line: string; body: string[] }[] = [];
  for (const line of lines) {
    const last = blocks.at(-1);
    if (last !== undefined && columnOf(line) > columnOf(last.line)) { last.body.push(line); } else { blocks.push({ line, body: [] }); }
  }
  return blocks;
}
