import { Place } from './origin';

/** The text of a file, which knows its lines: found only when somebody asks for a place. */
export class SourceText {
  private lineStarts: number[] | undefined;

  constructor(public readonly file: string, public readonly text: string) {}

  /** File, line and column of the character at an offset. */
  public placeAt(offset: number): Place {
    const starts = this.lineStarts ??= lineStartsOf(this.text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= offset) { low = middle; } else { high = middle - 1; }
    }
    return { file: this.file, line: low + 1, column: offset - starts[low] + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) { starts.push(at + 1); }
  return starts;
}
