import { isUtf8 } from 'buffer';
import { Fault } from './parsed-text';
import { finding, Finding, Origin, Place } from '../../findings/finding';

/** A control character other than tab, line feed and carriage return. Neither YAML nor JSON allows one. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** The code of a text that stands for another one, which may hold anything. */
export const POINTER = 'NP013';

/** A number, possibly with the key before it. */
const NUMBER = /(?:(?:"[^"\n]*"|'[^'\n]*'|[^\s"',:[\]{}]+)[ \t]*:[ \t]*)?([-+]?[0-9.][0-9a-z_.+-]*)/yi;

const NAME_A_TEXT_FILE = 'name a file of Kubernetes objects in YAML or JSON';

/** The text of a file. It finds its lines only when a place is asked for. */
export class SourceText {
  /** Reads the content of a file, which must be text in UTF-8. The `fault` says why it is not. */
  public static decode(file: string, content: string | Buffer): { source: SourceText; fault?: Fault } {
    if (startsWith(content, 0xff, 0xfe) || startsWith(content, 0xfe, 0xff)) {
      // Half of the bytes are zero. Without them, the text can be searched for what the file may hold.
      return { source: new SourceText(file, content.toString('latin1').replaceAll('\0', '')), fault: { code: 'NP003', offset: 0, message: 'this file is in UTF-16', fix: 'save it as UTF-8' } };
    }
    const text = content.toString().replace(/^\ufeff/, '');
    return { source: new SourceText(file, text), fault: controlFault(text) ?? encodingFault(text, content) ?? pointerFault(text) };
  }

  private lineStarts: number[] | undefined;

  private constructor(private readonly file: string, public readonly text: string) {}

  /** The finding of a fault in this text. */
  public finding({ code, offset, message, fix, severity }: Fault): Finding {
    return finding(code, this.placeAt(offset), message, { fix, severity });
  }

  /** The origin of an object whose fields `locate` finds in this text. */
  public origin(locate: (path: readonly (string | number)[]) => number): Origin {
    return { at: (path = []) => this.placeAt(locate(path)), written: path => this.numberAt(locate(path)) };
  }

  /** The number behind the key, or in the item of a list, at an offset. */
  private numberAt(offset: number): string | undefined {
    NUMBER.lastIndex = offset;
    return NUMBER.exec(this.text)?.[1];
  }

  /** The offset of the character at a place of this text. */
  public offsetOf({ line = 1, column = 1 }: Place): number {
    return this.lines()[line - 1] + column - 1;
  }

  /** The file, line and column of the character at an offset. */
  private placeAt(offset: number): Place {
    const starts = this.lines();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= offset) { low = middle; } else { high = middle - 1; }
    }
    return { file: this.file, line: low + 1, column: offset - starts[low] + 1 };
  }

  /** The characters at which lines start. */
  private lines(): readonly number[] {
    return this.lineStarts ??= lineStartsOf(this.text);
  }
}

/** Never true for a string, which has characters where a buffer has bytes. */
function startsWith(content: string | Buffer, first: number, second: number): boolean {
  return content[0] === first && content[1] === second;
}

function controlFault(text: string): Fault | undefined {
  const offset = text.search(CONTROL);
  if (offset < 0) { return undefined; }
  const code = text.charCodeAt(offset).toString(16).padStart(2, '0');
  return { code: 'NP003', offset, message: `this file contains a control character (0x${code}), which neither YAML nor JSON allows`, fix: NAME_A_TEXT_FILE };
}

function encodingFault(text: string, content: string | Buffer): Fault | undefined {
  return Buffer.isBuffer(content) && !isUtf8(content)
    ? { code: 'NP003', offset: text.indexOf('\ufffd'), message: 'this is not a text file in UTF-8', fix: NAME_A_TEXT_FILE }
    : undefined;
}

/** How a file of Git LFS begins in a clone that does not have its content: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

function pointerFault(text: string): Fault | undefined {
  return text.startsWith(LFS_POINTER)
    ? { code: POINTER, offset: 0, message: 'this is a pointer of Git LFS, and not the file itself', fix: "fetch the file: 'git lfs pull'" }
    : undefined;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) { starts.push(at + 1); }
  return starts;
}
