import { Fault } from './parsed-text';

/*
 * The tokens of a YAML document, by the rules of kubectl's parser: go.yaml.in/yaml/v2, a translation of libyaml, which reads YAML 1.1. No
 * JavaScript library reads all texts like that parser, and a text that is read differently can hide a rule of a policy. So the
 * methods follow scannerc.go, and the recorded answers of the parser itself (test/engines) hold the two together.
 */

export type TokenType =
  | 'stream-end' | 'document-start' | 'document-end' | 'block-sequence-start' | 'block-mapping-start' | 'block-end'
  | '[' | ']' | '{' | '}' | ',' | 'entry' | 'key' | 'value' | 'alias' | 'anchor' | 'tag' | 'scalar';

export interface Token {
  readonly type: TokenType;
  /** The character at which the token starts. */
  readonly offset: number;
  /** The text of a scalar, the name of an anchor or an alias, or a tag such as `!!str`. */
  readonly text: string;
  /** True for a scalar without quotes that is not a block. */
  readonly plain: boolean;
  /** Set while the token may turn out to be a key, because a colon follows it. */
  readonly candidate?: KeyCandidate;
}

/** A token that is a key if a colon follows it, on the same line and within 1024 characters. */
interface KeyCandidate {
  possible: boolean;
  /** True at the start of a line of a block mapping, where only a key can be. */
  readonly required: boolean;
  /** The number of the token, counted from the start of the document. */
  readonly number: number;
  readonly offset: number;
  readonly lineStart: number;
}

/** Thrown at the first fault of a document. */
export class YamlFault extends Error {
  constructor(public readonly fault: Fault) { super(fault.message); }
}

/** The fault of a text that is not YAML. */
export function syntaxFault(offset: number, message: string, fix?: string): YamlFault {
  return new YamlFault({ code: 'NP004', offset, message: `not valid YAML: ${message}`, fix });
}

/** The longest key, in characters. */
const MAX_KEY = 1024;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const SINGLE_QUOTE = 0x27;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const QUESTION = 0x3f;
const BACKSLASH = 0x5c;
const NEL = 0x85;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;

/** What the character code of the end of a document is. No text contains it, because control characters are refused before. */
const END = 0;

/** Characters that start no token. The others either have a token of their own or start a plain scalar. */
const CANNOT_START = codesOf('\t|>%@`');

const ANCHOR_NAME = /[0-9A-Za-z_-]+/y;

/** What may follow the name of an anchor, besides blanks. */
const AFTER_ANCHOR = codesOf('?:,]}%@`');

const TAG = /!(?:![0-9A-Za-z_;/?:@&=+$,.!~*'()[\]-]+|(?![0-9A-Za-z_-]*!)[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]-]*)/y;
const HEX = /^[0-9A-Fa-f]+$/;

/** What an escape in double quotes stands for. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'], ['a', '\x07'], ['b', '\b'], ['t', '\t'], ['\t', '\t'], ['n', '\n'], ['v', '\v'], ['f', '\f'], ['r', '\r'], ['e', '\x1b'], [' ', ' '],
  ['"', '"'], ["'", "'"], ['\\', '\\'], ['N', '\u0085'], ['_', '\u00a0'], ['L', '\u2028'], ['P', '\u2029'],
]);

/** The number of hexadecimal digits of an escape. */
const CODE_LENGTHS: ReadonlyMap<string, number> = new Map([['x', 2], ['u', 4], ['U', 8]]);

export class YamlScanner {
  private lineStart: number;

  private keyAllowed = true;

  /** The column of the innermost block, and those of the blocks around it. */
  private indent = -1;

  private readonly indents: number[] = [];

  /** The last candidate at each level of brackets, of which the first is the level without brackets. */
  private readonly candidates: (KeyCandidate | undefined)[] = [undefined];

  private queue: Token[] = [];

  private head = 0;

  private taken = 0;

  /**
   * Scans the characters from `at` to before `end`. The last one must end a line. With `plainColons`, a value in brackets may start with a colon,
   * as in `[::/0]`, which kubectl refuses.
   */
  constructor(private readonly text: string, private at: number, private readonly end: number, private readonly plainColons: boolean) {
    this.lineStart = at;
  }

  /** The next token, which stays the next one until it is taken. */
  public peek(): Token {
    for (;;) {
      const next = this.queue[this.head] as Token | undefined;
      // A token that may turn out to be a key needs a token in front of it.
      if (next !== undefined && (next.candidate === undefined || !this.isOpen(next.candidate))) { return next; }
      this.fetch();
    }
  }

  /** Takes the next token, which was peeked at. */
  public take(): void {
    this.head++;
    this.taken++;
    if (this.head === this.queue.length) {
      this.queue.length = 0;
      this.head = 0;
    }
  }

  /** Skips the marks `...` that follow, white space and comments. Returns the offset of what comes then. Nothing may be fetched already. */
  public skipEnds(): number {
    for (this.skipToToken(); this.code(this.at) === DOT && this.isDocumentMark(); this.skipToToken()) { this.at += 3; }
    return this.at;
  }

  private code(at: number): number {
    return at < this.end ? this.text.charCodeAt(at) : END;
  }

  private get column(): number {
    return this.at - this.lineStart;
  }

  private get inBrackets(): boolean {
    return this.candidates.length > 1;
  }

  private add(type: TokenType, offset: number, text = '', plain = false, candidate?: KeyCandidate): void {
    this.queue.push({ type, offset, text, plain, candidate });
  }

  private fetch(): void {
    this.skipToToken();
    this.closeBlocks(this.column);
    const start = this.at;
    const code = this.code(start);
    switch (code) {
      case END:
        this.endBlocks();
        this.add('stream-end', start);
        return;
      case 0x25: // %
        if (this.column === 0) { throw syntaxFault(start, 'kubectl cannot read a directive (%), because it takes the text before --- for a document', 'remove the line'); }
        break;
      case 0x5b: // [
      case 0x7b: { // {
        const candidate = this.saveCandidate();
        this.candidates.push(undefined);
        this.keyAllowed = true;
        this.at++;
        this.add(code === 0x5b ? '[' : '{', start, '', false, candidate);
        return;
      }
      case 0x5d: // ]
      case 0x7d: // }
        this.dropCandidate();
        if (this.inBrackets) { this.candidates.pop(); }
        this.keyAllowed = false;
        this.at++;
        this.add(code === 0x5d ? ']' : '}', start);
        return;
      case COMMA:
        this.dropCandidate();
        this.keyAllowed = true;
        this.at++;
        this.add(',', start);
        return;
      case MINUS:
        if (this.isDocumentMark()) {
          this.documentMark('document-start');
          return;
        }
        if (isBlankOrEnd(this.code(start + 1))) {
          this.entry();
          return;
        }
        break;
      case DOT:
        if (this.isDocumentMark()) {
          this.documentMark('document-end');
          return;
        }
        break;
      case QUESTION:
        if (this.inBrackets || isBlankOrEnd(this.code(start + 1))) {
          this.explicitKey();
          return;
        }
        break;
      case COLON:
        if (isBlankOrEnd(this.code(start + 1)) || (this.inBrackets && !this.startsWithColon())) {
          this.value();
          return;
        }
        break;
      case 0x2a: // *
        this.anchor('alias');
        return;
      case 0x26: // &
        this.anchor('anchor');
        return;
      case 0x21: // !
        this.tag();
        return;
      case 0x7c: // |
      case 0x3e: // >
        if (!this.inBrackets) {
          this.dropCandidate();
          this.keyAllowed = true;
          this.add('scalar', start, this.blockScalar(code === 0x7c));
          return;
        }
        break;
      case SINGLE_QUOTE:
      case DOUBLE_QUOTE: {
        const candidate = this.saveCandidate();
        this.keyAllowed = false;
        this.add('scalar', start, this.quotedScalar(code), false, candidate);
        return;
      }
    }
    if (CANNOT_START.has(code)) {
      throw code === TAB
        ? syntaxFault(start, 'a tab indents this line', 'write spaces')
        : syntaxFault(start, 'a value cannot start with this character', 'put it in quotes');
    }
    this.plain(start);
  }

  /** Adds a plain scalar. Most of them are keys in a block, with a colon right after them: then nothing has to be remembered until the colon comes. */
  private plain(start: number): void {
    const { lineStart } = this;
    const candidate = this.saveCandidate();
    this.keyAllowed = false;
    const text = this.plainScalar();
    const isKey = candidate !== undefined && !this.inBrackets && this.lineStart === lineStart && this.at - start <= MAX_KEY
      && this.code(this.at) === COLON && isBlankOrEnd(this.code(this.at + 1));
    if (!isKey) {
      this.add('scalar', start, text, true, candidate);
      return;
    }
    candidate.possible = false;
    this.openBlock(start - lineStart, 'block-mapping-start', start, this.queue.length);
    this.add('key', start);
    this.add('scalar', start, text, true);
    this.add('value', this.at++);
  }

  private skipToToken(): void {
    for (;;) {
      let code = this.code(this.at);
      while (code === SPACE || (code === TAB && (this.inBrackets || !this.keyAllowed))) { code = this.code(++this.at); }
      if (code === HASH) {
        while (!isBreak(code) && code !== END) { code = this.code(++this.at); }
      }
      if (!isBreak(code)) { return; }
      this.skipBreak();
      if (!this.inBrackets) { this.keyAllowed = true; }
    }
  }

  /** Skips a line break, and returns what it is in a value. */
  private skipBreak(): string {
    const code = this.code(this.at);
    if (code === CR) {
      // kubectl removes the CR of each CR LF before it parses the text, so CR CR LF is one break too.
      const next = this.code(this.at + 1);
      this.at += next === LF ? 2 : next === CR && this.code(this.at + 2) === LF ? 3 : 1;
    } else {
      this.at++;
    }
    this.lineStart = this.at;
    return code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR ? String.fromCharCode(code) : '\n';
  }

  /** True for `---` or `...` at the start of a line. */
  private isDocumentMark(): boolean {
    const code = this.code(this.at);
    return this.column === 0 && (code === MINUS || code === DOT) && this.code(this.at + 1) === code && this.code(this.at + 2) === code
      && isBlankOrEnd(this.code(this.at + 3));
  }

  private documentMark(type: 'document-start' | 'document-end'): void {
    this.endBlocks();
    this.add(type, this.at);
    this.at += 3;
  }

  private endBlocks(): void {
    this.closeBlocks(-1);
    this.dropCandidate();
    this.keyAllowed = false;
  }

  /** Ends the blocks that start in a later column. */
  private closeBlocks(column: number): void {
    if (this.inBrackets) { return; }
    while (this.indent > column) {
      this.add('block-end', this.at);
      this.indent = this.indents.pop()!;
    }
  }

  /** Starts a block at a column, unless the block is open already. Its start is put in front of the tokens from `index` on. */
  private openBlock(column: number, type: 'block-sequence-start' | 'block-mapping-start', offset: number, index: number): void {
    if (this.inBrackets || this.indent >= column) { return; }
    this.indents.push(this.indent);
    this.indent = column;
    this.insert(index, type, offset);
  }

  private insert(index: number, type: TokenType, offset: number): void {
    const token: Token = { type, offset, text: '', plain: false, candidate: undefined };
    if (index === this.queue.length) { this.queue.push(token); } else { this.queue.splice(index, 0, token); }
  }

  /** True while a candidate may still become a key. */
  private isOpen(candidate: KeyCandidate): boolean {
    if (candidate.possible && (candidate.lineStart !== this.lineStart || this.distance(candidate.offset) > MAX_KEY)) {
      if (candidate.required) { throw noColon(candidate); }
      candidate.possible = false;
    }
    return candidate.possible;
  }

  /** The number of characters from an offset to here. A surrogate pair is one. */
  private distance(offset: number): number {
    const units = this.at - offset;
    return units <= MAX_KEY ? units : units - (this.text.slice(offset, this.at).match(/[\ud800-\udbff]/g)?.length ?? 0);
  }

  private saveCandidate(): KeyCandidate | undefined {
    if (!this.keyAllowed) { return undefined; }
    const candidate: KeyCandidate = {
      possible: true,
      required: !this.inBrackets && this.indent === this.column,
      number: this.taken + this.queue.length - this.head,
      offset: this.at,
      lineStart: this.lineStart,
    };
    this.dropCandidate();
    this.candidates[this.candidates.length - 1] = candidate;
    return candidate;
  }

  private dropCandidate(): void {
    const candidate = this.candidates[this.candidates.length - 1];
    if (candidate?.possible !== true) { return; }
    if (candidate.required) { throw noColon(candidate); }
    candidate.possible = false;
  }

  private entry(): void {
    if (!this.inBrackets) {
      if (!this.keyAllowed) { throw syntaxFault(this.at, 'an item cannot start here', "write '- ' at the start of a line, or put the text in quotes"); }
      this.openBlock(this.column, 'block-sequence-start', this.at, this.queue.length);
    }
    this.dropCandidate();
    this.keyAllowed = true;
    this.add('entry', this.at++);
  }

  private explicitKey(): void {
    if (!this.inBrackets) {
      if (!this.keyAllowed) { throw syntaxFault(this.at, 'a key cannot start here', 'put text that starts with a question mark and a space in quotes'); }
      this.openBlock(this.column, 'block-mapping-start', this.at, this.queue.length);
    }
    this.dropCandidate();
    this.keyAllowed = !this.inBrackets;
    this.add('key', this.at++);
  }

  private value(): void {
    const candidate = this.candidates[this.candidates.length - 1];
    if (candidate !== undefined && this.isOpen(candidate)) {
      const index = this.head + candidate.number - this.taken;
      this.insert(index, 'key', candidate.offset);
      this.openBlock(candidate.offset - candidate.lineStart, 'block-mapping-start', candidate.offset, index);
      candidate.possible = false;
      this.keyAllowed = false;
    } else {
      if (!this.inBrackets) {
        if (!this.keyAllowed) {
          throw syntaxFault(this.at, 'this line has a second colon, or a line break is missing', 'put a value that contains a colon and a space in quotes');
        }
        this.openBlock(this.column, 'block-mapping-start', this.at, this.queue.length);
      }
      this.keyAllowed = !this.inBrackets;
    }
    this.add('value', this.at++);
  }

  private anchor(type: 'anchor' | 'alias'): void {
    const candidate = this.saveCandidate();
    this.keyAllowed = false;
    const start = this.at;
    const end = matchEnd(ANCHOR_NAME, this.text, start + 1);
    if (end === start + 1 || !(isBlankOrEnd(this.code(end)) || AFTER_ANCHOR.has(this.code(end)))) {
      throw syntaxFault(start, 'a name of letters, digits, - and _ must follow this character', 'put text that starts with & or * in quotes');
    }
    this.at = end;
    this.add(type, start, this.text.slice(start + 1, end), false, candidate);
  }

  private tag(): void {
    const candidate = this.saveCandidate();
    this.keyAllowed = false;
    const start = this.at;
    const end = matchEnd(TAG, this.text, start);
    if (end === start || !isBlankOrEnd(this.code(end))) {
      throw syntaxFault(start, 'this is not a tag that netpol reads, such as !!str', 'put text that starts with ! in quotes');
    }
    this.at = end;
    this.add('tag', start, this.text.slice(start, end), false, candidate);
  }

  /** True if the colon here starts a value in brackets. It does not if it may belong to a key, or nothing follows it. */
  private startsWithColon(): boolean {
    const candidate = this.candidates[this.candidates.length - 1];
    return this.plainColons && !endsFlowScalar(this.code(this.at + 1)) && !(candidate !== undefined && this.isOpen(candidate));
  }

  /** Reads `|` or `>` and the lines of its block. */
  private blockScalar(literal: boolean): string {
    const start = this.at++;
    const [chomping, increment] = this.blockHeader(start);
    let indent = increment === 0 ? 0 : Math.max(this.indent, 0) + increment;
    let value = '';
    let lineBreak = '';
    let emptyLines: string;
    [emptyLines, indent] = this.emptyLines(indent);
    let wasBlank = false;
    while (this.column === indent && this.code(this.at) !== END) {
      const isIndented = isBlank(this.code(this.at));
      // In a folded block, a break between two lines is a space, unless one of them is indented further.
      const isFolded = !literal && !wasBlank && !isIndented && lineBreak === '\n';
      value += isFolded ? (emptyLines === '' ? ' ' : '') : lineBreak;
      value += emptyLines;
      wasBlank = isIndented;
      const line = this.at;
      for (let code = this.code(this.at); !isBreak(code) && code !== END; code = this.code(this.at)) { this.at++; }
      value += this.text.slice(line, this.at);
      lineBreak = this.skipBreak();
      [emptyLines] = this.emptyLines(indent);
    }
    return chomping === MINUS ? value : chomping === PLUS ? value + lineBreak + emptyLines : value + lineBreak;
  }

  /** Reads the rest of the line of a `|` or `>`. Returns the code of its `+` or `-`, and its number. Each is 0 if it is absent. */
  private blockHeader(start: number): [chomping: number, increment: number] {
    let chomping = 0;
    let increment = 0;
    const readChomping = () => {
      const code = this.code(this.at);
      if (code === PLUS || code === MINUS) {
        chomping = code;
        this.at++;
      }
    };
    readChomping();
    const digit = this.code(this.at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digit === 0) { throw syntaxFault(this.at, 'the indentation of a block of text cannot be 0', 'write a number from 1 to 9, or none'); }
      increment = digit;
      this.at++;
      if (chomping === 0) { readChomping(); }
    }
    while (isBlank(this.code(this.at))) { this.at++; }
    let code = this.code(this.at);
    if (code === HASH) {
      while (!isBreak(code) && code !== END) { code = this.code(++this.at); }
    }
    if (!isBreak(code)) { throw syntaxFault(start, 'a block of text must start on the next line', 'put text that starts with | or > in quotes'); }
    this.skipBreak();
    return [chomping, increment];
  }

  /** Skips the indentation of a block of text, with its empty lines. An indentation of 0 is not known yet. */
  private emptyLines(indent: number): [breaks: string, indent: number] {
    let breaks = '';
    let widest = 0;
    for (;;) {
      let code = this.code(this.at);
      while ((indent === 0 || this.column < indent) && code === SPACE) { code = this.code(++this.at); }
      widest = Math.max(widest, this.column);
      if ((indent === 0 || this.column < indent) && code === TAB) {
        throw syntaxFault(this.at, 'a tab indents this line of a block of text', 'write spaces');
      }
      if (!isBreak(code)) { break; }
      breaks += this.skipBreak();
    }
    return [breaks, indent === 0 ? Math.max(widest, this.indent + 1, 1) : indent];
  }

  private quotedScalar(quote: number): string {
    const start = this.at++;
    // Most quoted texts are on one line and have no escapes.
    for (let code = this.code(this.at); !isBreak(code) && code !== BACKSLASH && code !== END; code = this.code(this.at)) {
      if (code === quote) {
        if (quote === SINGLE_QUOTE && this.code(this.at + 1) === SINGLE_QUOTE) { break; }
        return this.text.slice(start + 1, this.at++);
      }
      this.at++;
    }
    this.at = start + 1;
    return this.longQuotedScalar(start, quote);
  }

  private longQuotedScalar(start: number, quote: number): string {
    let value = '';
    for (;;) {
      const code = this.code(this.at);
      if (code === END || this.isDocumentMark()) { throw syntaxFault(start, 'this quote is not closed', 'write the closing quote'); }
      let continues = false;
      const from = this.at;
      let run = from;
      let next = code;
      for (; !isBlankOrEnd(next); next = this.code(this.at)) {
        if (next === quote) {
          if (quote === DOUBLE_QUOTE || this.code(this.at + 1) !== SINGLE_QUOTE) { break; }
          value += this.text.slice(run, ++this.at);
          run = ++this.at;
        } else if (next === BACKSLASH && quote === DOUBLE_QUOTE) {
          value += this.text.slice(run, this.at);
          if (isBreak(this.code(this.at + 1))) {
            this.at++;
            this.skipBreak();
            run = this.at;
            continues = true;
            break;
          }
          value += this.escape();
          run = this.at;
        } else {
          this.at++;
        }
      }
      value += this.text.slice(run, this.at);
      if (this.code(this.at) === quote) {
        this.at++;
        return value;
      }
      value += this.gap(continues);
    }
  }

  /** Skips the blanks and line breaks inside a quoted or plain scalar, and returns what they are in its value. */
  private gap(afterEscapedBreak: boolean, indent = 0): string {
    const start = this.at;
    let lineBreak = '';
    let others = '';
    let hasBreak = afterEscapedBreak;
    for (let code = this.code(start); ; code = this.code(this.at)) {
      if (isBlank(code)) {
        if (code === TAB && hasBreak && this.column < indent) { throw syntaxFault(this.at, 'a tab indents this line', 'write spaces'); }
        this.at++;
      } else if (!isBreak(code)) {
        break;
      } else if (hasBreak) {
        others += this.skipBreak();
      } else {
        lineBreak = this.skipBreak();
        hasBreak = true;
      }
    }
    if (!hasBreak) { return this.text.slice(start, this.at); }
    return lineBreak !== '\n' ? lineBreak + others : others === '' ? ' ' : others;
  }

  /** Reads an escape other than that of a line break. */
  private escape(): string {
    const start = this.at;
    const letter = this.text[start + 1];
    const value = ESCAPES.get(letter);
    this.at += 2;
    if (value !== undefined) { return value; }
    const length = CODE_LENGTHS.get(letter);
    const digits = this.text.slice(this.at, this.at + (length ?? 0));
    const code = parseInt(digits, 16);
    const isCharacter = digits.length === length && HEX.test(digits) && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    if (!isCharacter) {
      throw syntaxFault(start, `there is no escape ${this.text.slice(start, start + 2)}${digits} in YAML`, 'write \\\\ for a backslash, or use single quotes');
    }
    this.at += digits.length;
    return String.fromCodePoint(code);
  }

  private plainScalar(): string {
    const indent = this.indent + 1;
    const { inBrackets } = this;
    let value = '';
    // What is read but not yet part of `value`.
    let from = this.at;
    let to = this.at;
    let endsInBreak = false;
    for (;;) {
      let code = this.code(this.at);
      if (code === HASH || this.isDocumentMark()) { break; }
      const run = this.at;
      while (!isBlankOrEnd(code) && !(code === COLON && isBlankOrEnd(this.code(this.at + 1))) && !(inBrackets && endsFlowScalar(code))) {
        code = this.code(++this.at);
      }
      if (this.at > run) {
        endsInBreak = false;
        to = this.at;
      }
      if (!isBlank(code) && !isBreak(code)) { break; }
      const line = this.lineStart;
      const gap = this.gap(false, indent);
      if (this.lineStart !== line) {
        endsInBreak = true;
        if (!inBrackets && this.column < indent) { break; }
        // The gap is part of the value only if more text follows.
        const next = this.code(this.at);
        const goesOn = !(next === HASH || next === END || this.isDocumentMark() || (next === COLON && isBlankOrEnd(this.code(this.at + 1)))
          || (inBrackets && endsFlowScalar(next)));
        if (!goesOn) { break; }
        value += this.text.slice(from, to) + gap;
        from = this.at;
      }
    }
    if (endsInBreak) { this.keyAllowed = true; }
    return value === '' ? this.text.slice(from, to) : value + this.text.slice(from, to);
  }
}

function noColon({ offset }: KeyCandidate): YamlFault {
  return syntaxFault(offset, 'a key must be on one line and end with a colon and a space', 'check whether a colon is missing here or above');
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** YAML 1.1 has five line breaks. */
function isBreak(code: number): boolean {
  return code === LF || code === CR || (code >= NEL && (code === NEL || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR));
}

/** The characters up to the space are blanks, line breaks and the end, because other control characters are refused before. */
function isBlankOrEnd(code: number): boolean {
  return code <= SPACE || (code >= NEL && (code === NEL || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR));
}

/** True for the characters that end a plain scalar inside brackets: `,`, `?`, `[`, `]`, `{` and `}`. */
function endsFlowScalar(code: number): boolean {
  return code === COMMA || code === QUESTION || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function codesOf(characters: string): ReadonlySet<number> {
  return new Set([...characters].map(character => character.charCodeAt(0)));
}

/** The end of the match of `pattern` at an offset, or the offset itself if there is no match. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
