import { duplicateField, Fault, MAX_DEPTH, tooDeep } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';
import { syntaxFault, Token, TokenType, YamlFault, YamlScanner } from './yaml-scanner';

/*
 * The value of a YAML document, by the rules of kubectl: the grammar of parserc.go and the values of decode.go in go.yaml.in/yaml/v2,
 * which sigs.k8s.io/yaml converts to JSON.
 */

/** For each object the place of each field, and for each list the place of each item. */
export type Places = Map<object, Map<string | number, number>>;

/** A document as it was composed. */
export interface Composed {
  /** Undefined if the text has no document, but perhaps comments. */
  readonly root?: { readonly value: unknown; readonly offset: number };
  /** Fields that are written twice, of which the last one counts. */
  readonly duplicates: readonly Fault[];
  /** Other remarks: the text is read, but perhaps not as its author expects. */
  readonly warnings: readonly Fault[];
  /** The character at which more than comments follows, or the end. It is not read. */
  readonly next: number;
}

/**
 * Reads the first YAML document between two offsets. Throws a YamlFault if kubectl would refuse it, or if it exceeds a limit. `plainColons`: see
 * YamlScanner.
 */
export function composeYaml(text: string, start: number, end: number, plainColons: boolean, places?: Places): Composed {
  return new Composer(new YamlScanner(text, start, end, plainColons), places).document();
}

/** Why a value cannot be in a Kubernetes object. */
function valueFault(offset: number, message: string, fix?: string): YamlFault {
  return new YamlFault({ code: 'NP008', offset, message, fix });
}

/** The value of an anchor, and the number of values in it when its aliases are expanded. */
interface Anchored {
  readonly value: unknown;
  readonly size: number;
}

/** The maximum number of warnings about a document. */
const MAX_WARNINGS = 50;

/** The types of tokens in front of which a value is empty: in a block, in a list in the column of its field, and in brackets. */
const NO_ITEM = typesOf('entry', 'block-end');
const NO_INDENTLESS_ITEM = typesOf('entry', 'key', 'value', 'block-end');
const NO_FIELD = typesOf('key', 'value', 'block-end');
const NO_FLOW_KEY = typesOf('value', ',', '}', ']');
const NO_FLOW_VALUE = typesOf(',', '}', ']');

/** The types of tokens at which a document ends. */
const DOCUMENT_ENDS = typesOf('document-start', 'document-end', 'stream-end');

/** The types of tokens that start in a wrong column if they follow a block. */
const MISALIGNED = typesOf('block-mapping-start', 'block-sequence-start', 'entry', 'key');

/** The key `<<` without quotes. */
const MERGE = Symbol('<<');

/** The fields of an object, while they are read. */
class Fields {
  public readonly value: Record<string, unknown> = {};

  /** Where each field is written, if that is noted. */
  public offsets: Map<string | number, number> | undefined;

  /** The fields that `<<` added and nothing has replaced yet. */
  private merged: Set<string> | undefined;

  /** Sets a field. Returns false if it is already written. */
  public write(key: string, value: unknown, offset: number): boolean {
    const isNew = !this.has(key, offset) || this.merged?.delete(key) === true;
    this.set(key, value, offset);
    return isNew;
  }

  /** Adds the fields of an object, as `<<` does. Returns the fields that are replaced although they are written. */
  public merge(part: object, partOffsets: ReadonlyMap<string | number, number> | undefined, offset: number): string[] {
    const replaced: string[] = [];
    const merged = this.merged ??= new Set();
    for (const [key, value] of Object.entries(part)) {
      if (this.has(key, offset) && !merged.has(key)) { replaced.push(key); } else { merged.add(key); }
      this.set(key, value, partOffsets?.get(key) ?? offset);
    }
    return replaced;
  }

  /**
   * True if the field is there already.
   * @throws YamlFault if its name may be a number or a word such as `true`: kubectl takes `1` and `"1"` for two keys, and keeps either of them
   */
  private has(key: string, offset: number): boolean {
    // Most fields are new, and this is faster than Object.hasOwn. An object inherits fields too, such as `constructor`.
    if (this.value[key] === undefined || !Object.hasOwn(this.value, key)) { return false; }
    if (resolvePlainScalar(key) !== key) { throw new YamlFault(duplicateField(key, offset)); }
    return true;
  }

  private set(key: string, value: unknown, offset: number): void {
    this.offsets?.set(key, offset);
    if (key === '__proto__') {
      Object.defineProperty(this.value, key, { value, enumerable: true, configurable: true, writable: true });
    } else {
      this.value[key] = value;
    }
  }
}

class Composer {
  private readonly duplicates: Fault[] = [];

  private readonly warnings: Fault[] = [];

  /** An anchor without a value is one whose value is being read. */
  private readonly anchors = new Map<string, Anchored | undefined>();

  private depth = 0;

  /** The number of values that kubectl decodes. It decodes the value of an anchor again for each alias. */
  private decoded = 0;

  /** Those of them that come from aliases. */
  private fromAliases = 0;

  constructor(private readonly scanner: YamlScanner, private readonly places: Places | undefined) {}

  public document(): Composed {
    const { scanner, duplicates, warnings } = this;
    const first = scanner.peek();
    if (first.type === 'stream-end') { return { duplicates, warnings, next: first.offset }; }
    const isMarked = first.type === 'document-start';
    if (isMarked) { scanner.take(); }
    this.decoded++;
    const { type, offset } = scanner.peek();
    const value = isMarked && DOCUMENT_ENDS.has(type) ? this.empty() : this.node(false);
    const next = scanner.peek();
    if (next.type !== 'document-end') { return { root: { value, offset }, duplicates, warnings, next: next.offset }; }
    scanner.take();
    return { root: { value, offset }, duplicates, warnings, next: scanner.skipEnds() };
  }

  /** Reads a value. `indentless` says whether it may be a list in the column of its field. */
  private node(indentless: boolean): unknown {
    const { scanner } = this;
    const start = scanner.peek();
    if (start.type === 'alias') {
      scanner.take();
      return this.alias(start);
    }
    let token = start;
    let anchor: Token | undefined;
    let tag: Token | undefined;
    // An anchor and a tag may come in any order.
    while ((token.type === 'anchor' && anchor === undefined) || (token.type === 'tag' && tag === undefined)) {
      if (token.type === 'anchor') { anchor = token; } else { tag = token; }
      scanner.take();
      token = scanner.peek();
    }
    if (anchor === undefined) { return this.content(start, token, tag, indentless); }
    this.anchors.set(anchor.text, undefined);
    const before = this.decoded;
    const value = this.content(start, token, tag, indentless);
    // An anchor of the same name inside the value is the later one, so it counts.
    if (this.anchors.get(anchor.text) === undefined) { this.anchors.set(anchor.text, { value, size: this.decoded - before }); }
    return value;
  }

  /** Reads what follows an anchor and a tag. */
  private content(start: Token, token: Token, tag: Token | undefined, indentless: boolean): unknown {
    this.decoded++;
    switch (token.type) {
      case 'scalar':
        this.scanner.take();
        return tag === undefined ? valueOf(token) : taggedValue(tag.text, token);
      case '[': return this.flowList(token);
      case '{': return this.flowObject(token);
      case 'entry':
        if (indentless) { return this.items(token, NO_INDENTLESS_ITEM); }
        break;
      case 'block-sequence-start':
        return this.blockList(token);
      case 'block-mapping-start':
        return this.blockObject(token);
    }
    // An anchor or a tag may stand alone. Then the value is empty.
    if (token !== start) { return tag === undefined ? null : taggedValue(tag.text, { ...tag, text: '' }); }
    throw misplaced(token);
  }

  private empty(): null {
    this.decoded++;
    return null;
  }

  private alias({ text, offset }: Token): unknown {
    const target = this.anchors.get(text);
    if (target === undefined) {
      const [message, fix] = this.anchors.has(text)
        ? [`*${text} is part of its own value`, 'write the value without the alias']
        : [`there is no anchor for *${text} before it`, `write &${text} at the value that it stands for`];
      throw new YamlFault({ code: 'NP004', offset, message, fix });
    }
    this.decoded += 1 + target.size;
    this.fromAliases += target.size;
    if (isExcessive(this.fromAliases, this.decoded)) {
      throw new YamlFault({ code: 'NP006', offset, message: 'the aliases (*) of this document expand to more values than kubectl reads', fix: 'write the values without aliases' });
    }
    return target.value;
  }

  private enter({ offset }: Token): void {
    if (++this.depth > MAX_DEPTH) { throw new YamlFault(tooDeep(offset)); }
  }

  private leave(): void {
    this.depth--;
  }

  /** Where the places of the fields or items of a value are noted, if they are. */
  private offsetsOf(value: object): Map<string | number, number> | undefined {
    if (this.places === undefined) { return undefined; }
    const offsets = new Map<string | number, number>();
    this.places.set(value, offsets);
    return offsets;
  }

  private blockList(start: Token): unknown[] {
    const { scanner } = this;
    scanner.take();
    const items = this.items(start, NO_ITEM);
    const token = scanner.peek();
    if (token.type !== 'block-end') { throw misaligned(token); }
    scanner.take();
    return items;
  }

  /** Reads the items of a list in a block. */
  private items(start: Token, none: ReadonlySet<TokenType>): unknown[] {
    this.enter(start);
    const { scanner } = this;
    const items: unknown[] = [];
    const offsets = this.offsetsOf(items);
    for (let token = scanner.peek(); token.type === 'entry'; token = scanner.peek()) {
      scanner.take();
      const next = scanner.peek();
      const isEmpty = none.has(next.type);
      offsets?.set(items.length, isEmpty ? token.offset : next.offset);
      items.push(isEmpty ? this.empty() : this.node(false));
    }
    this.leave();
    return items;
  }

  private blockObject(start: Token): Record<string, unknown> {
    this.enter(start);
    const { scanner } = this;
    scanner.take();
    const fields = this.fields();
    for (let token = scanner.peek(); token.type !== 'block-end'; token = scanner.peek()) {
      if (token.type === 'value') { throw missingKey(token); }
      if (token.type !== 'key') { throw misaligned(token); }
      scanner.take();
      this.field(fields, NO_FIELD, NO_FIELD, true);
    }
    scanner.take();
    this.leave();
    return fields.value;
  }

  private flowObject(start: Token): Record<string, unknown> {
    this.enter(start);
    const { scanner } = this;
    scanner.take();
    const fields = this.fields();
    for (let isFirst = true, token = scanner.peek(); token.type !== '}'; isFirst = false, token = scanner.peek()) {
      if (!isFirst) {
        token = this.afterComma(start, token, '}');
        if (token.type === '}') { break; }
      }
      if (token.type === 'key') {
        scanner.take();
        this.field(fields, NO_FLOW_KEY, NO_FLOW_VALUE, false);
      } else {
        if (DOCUMENT_ENDS.has(token.type)) { throw unclosed(start); }
        // A key alone. A colon on the next line would not belong to it.
        this.add(fields, this.key(NO_FLOW_KEY, false), token.offset, null);
        this.empty();
      }
    }
    scanner.take();
    this.leave();
    return fields.value;
  }

  private flowList(start: Token): unknown[] {
    this.enter(start);
    const { scanner } = this;
    scanner.take();
    const items: unknown[] = [];
    const offsets = this.offsetsOf(items);
    for (let isFirst = true, token = scanner.peek(); token.type !== ']'; isFirst = false, token = scanner.peek()) {
      if (!isFirst) {
        token = this.afterComma(start, token, ']');
        if (token.type === ']') { break; }
      }
      if (DOCUMENT_ENDS.has(token.type)) { throw unclosed(start); }
      offsets?.set(items.length, token.offset);
      if (token.type === 'key') {
        // `[a: b]` has an object with one field.
        scanner.take();
        this.decoded++;
        const fields = this.fields();
        this.field(fields, NO_FLOW_KEY, NO_FLOW_VALUE, false);
        items.push(fields.value);
      } else {
        items.push(this.node(false));
      }
    }
    scanner.take();
    this.leave();
    return items;
  }

  /** Takes the comma between two items or fields, and returns the token after it. */
  private afterComma(start: Token, token: Token, closing: string): Token {
    if (DOCUMENT_ENDS.has(token.type)) { throw unclosed(start); }
    if (token.type !== ',') { throw syntaxFault(token.offset, `a comma or the closing ${closing} is missing here or above`); }
    this.scanner.take();
    return this.scanner.peek();
  }

  private fields(): Fields {
    const fields = new Fields();
    fields.offsets = this.offsetsOf(fields.value);
    return fields;
  }

  /** Reads a key and its value. */
  private field(fields: Fields, noKey: ReadonlySet<TokenType>, noValue: ReadonlySet<TokenType>, inBlock: boolean): void {
    const { scanner } = this;
    const { offset } = scanner.peek();
    const key = this.key(noKey, inBlock);
    let hasValue = scanner.peek().type === 'value';
    if (hasValue) {
      scanner.take();
      hasValue = !noValue.has(scanner.peek().type);
    }
    // The value of `<<` may be a list that is written there, but not the alias of a list.
    const isAlias = scanner.peek().type === 'alias';
    const value = hasValue ? this.node(inBlock) : this.empty();
    if (key === MERGE && Array.isArray(value) && !isAlias) {
      this.decoded--;
      // The first object of the list counts most.
      for (let i = value.length - 1; i >= 0; i--) { this.add(fields, key, offset, value[i]); }
    } else {
      this.add(fields, key, offset, value);
    }
  }

  private add(fields: Fields, key: string | typeof MERGE, offset: number, value: unknown): void {
    if (key === MERGE) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new YamlFault({ code: 'NP004', offset, message: "the value of '<<' must be an object or a list of objects", fix: 'write the alias of an object' });
      }
      for (const name of fields.merge(value, this.places?.get(value), offset)) {
        if (this.warnings.length >= MAX_WARNINGS) { break; }
        this.warnings.push({ code: 'NP007', offset, severity: 'warning', message: `'<<' replaces the field '${name}', which is written before it`, fix: "put '<<' first" });
      }
    } else if (!fields.write(key, value, offset)) {
      this.duplicates.push(duplicateField(key, offset));
    }
  }

  private key(none: ReadonlySet<TokenType>, inBlock: boolean): string | typeof MERGE {
    const token = this.scanner.peek();
    if (none.has(token.type)) { throw missingKey(token); }
    if (token.type === 'scalar') {
      this.scanner.take();
      if (token.plain && token.text === '<<') { return MERGE; }
      this.decoded++;
      return token.plain ? plainKey(token) : token.text;
    }
    const value = this.node(inBlock);
    if (typeof value === 'string' && value !== '<<') { return value; }
    throw valueFault(token.offset, 'a key must be plain text, not a list or an object', 'put text that starts with a bracket, such as {{ … }}, in quotes');
  }
}

function typesOf(...types: TokenType[]): ReadonlySet<TokenType> {
  return new Set(types);
}

/** The rule of go.yaml.in/yaml/v2 (decode.go, `allowedAliasRatio`): how many of the values of a document may come from aliases. */
function isExcessive(fromAliases: number, decoded: number): boolean {
  const beyond = Math.min(Math.max(decoded - 400_000, 0) / 3_600_000, 1);
  return decoded > 1000 && fromAliases / decoded > 0.99 - 0.89 * beyond;
}

/** The value of a scalar without a tag. */
function valueOf({ plain, text, offset }: Token): unknown {
  if (!plain) { return text; }
  const value = resolvePlainScalar(text);
  if (typeof value === 'number' && !Number.isFinite(value)) { throw valueFault(offset, `a Kubernetes object cannot contain the number ${text}`); }
  return value;
}

/** The type of the value that a scalar with this tag must have. With other tags it is text. */
const TAG_TYPES: ReadonlyMap<string, string> = new Map([['!!int', 'number'], ['!!float', 'number'], ['!!bool', 'boolean'], ['!!null', 'object']]);

function taggedValue(tag: string, { text, offset }: Token): unknown {
  if (tag === '!!binary' || tag === '!!timestamp') { throw valueFault(offset, `netpol does not read the tag ${tag}`, 'write the value as text'); }
  const type = TAG_TYPES.get(tag);
  if (type === undefined) { return text; }
  const value = valueOf({ type: 'scalar', plain: true, text, offset });
  if (typeof value !== type || (tag === '!!int' && !isInteger(text))) { throw valueFault(offset, `'${text}' is not a value of the tag ${tag}`, 'correct the value or remove the tag'); }
  return value;
}

function isInteger(text: string): boolean {
  return /^[-+]?(?:0|[1-9][0-9]*|0x[0-9a-f]+)$/i.test(text);
}

/** The key that kubectl makes of a plain scalar. */
function plainKey({ text, offset }: Token): string {
  const value = resolvePlainScalar(text);
  if (typeof value === 'string') { return value; }
  if (value === null) { throw valueFault(offset, 'a key cannot be null or empty', 'write the key, or put it in quotes'); }
  if (typeof value === 'number' && !hasOneSpelling(value, text)) {
    throw valueFault(offset, `kubectl may read the key ${text} as another number`, 'put it in quotes');
  }
  return String(value);
}

/** Whether Go prints a number as JavaScript does. It prints fractions in 32 bits, and numbers from a million on with an exponent. */
function hasOneSpelling(value: number, text: string): boolean {
  const isShort = /^-?(?:0\.(?!0000)[0-9]{1,6}|[0-9]{1,6}|(?=[0-9.]{3,7}$)[1-9][0-9]*\.[0-9]+)$/.test(String(value));
  return isShort ? !(value === 0 && text.startsWith('-')) : Number.isSafeInteger(value) && isInteger(text);
}

function missingKey({ offset }: Token): YamlFault {
  return syntaxFault(offset, 'a key is missing before the colon');
}

function misaligned(token: Token): YamlFault {
  return MISALIGNED.has(token.type)
    ? syntaxFault(token.offset, 'the indentation of this line differs from its neighbors', 'start all fields of an object in the same column')
    : misplaced(token);
}

function misplaced({ type, offset }: Token): YamlFault {
  if (type === 'entry') { return syntaxFault(offset, "a list with '- ' cannot be here", 'check the indentation, and whether a { or [ above is not closed'); }
  if (type === 'value') { return syntaxFault(offset, 'a value in brackets cannot start with a colon', 'put it in quotes'); }
  return syntaxFault(offset, 'this does not belong here', "check whether a quote, a bracket, a '- ' or a line break is missing here or above");
}

function unclosed({ type, offset }: Token): YamlFault {
  return syntaxFault(offset, `this ${type} is not closed`, `write the closing ${type === '[' ? ']' : '}'}`);
}
