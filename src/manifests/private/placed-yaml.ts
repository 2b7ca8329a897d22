import { Composer, Document, isAlias, isMap, isScalar, isSeq, Lexer, Node, Pair, Parser, Scalar, YAMLMap, YAMLParseError, YAMLSeq } from 'yaml';
import { Fault, MAX_DEPTH, MAX_LENGTH, ParsedDocument, ParsedText, tooDeep } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';
import { FindingCode } from '../../findings/codes';
import { Path } from '../../findings/finding';

/** The maximum number of faults that are reported for a document. Of syntax errors, only the first is reported: it usually causes the rest. */
const FAULTS_PER_DOCUMENT = 3;

/** After this many faults, the rest of the text is not read. It is not YAML, or repeats one mistake. */
const MAX_FAULTS = 50;

/** The maximum number of tokens of a document, which is about 15 MB. The parser takes seconds and a gigabyte for that many. */
const MAX_LEXEMES = 3_000_000;

/** The fault of a text or a document that exceeds a limit. */
function tooLarge(what: 'text' | 'document', offset: number): Fault {
  return { code: 'NP006', offset, message: `this ${what} is too large to be read as YAML`, fix: "write it as JSON, for example with 'kubectl get -o json', or split it" };
}

/** Reads the documents of a YAML text, with faults and places. */
export function parsePlacedYaml(text: string, maxLexemes = MAX_LEXEMES, maxLength = MAX_LENGTH): ParsedText {
  if (text.length > maxLength) { return { documents: [], faults: [tooLarge('text', 0)], locate: () => 0 }; }
  const documents: ParsedDocument[] = [];
  const faults: Fault[] = [];
  // For each of `documents`, its number in the text, which has empty and faulty documents as well.
  const numbers: number[] = [];
  let count = 0;
  const fault = compose(text, maxLexemes, document => {
    const number = count++;
    const reader = new YamlReader();
    if (document.errors.length > 0) {
      faults.push(faultOf(document.errors[0]));
    } else if (!isEmpty(document)) {
      const value = reader.read(document);
      faults.push(...reader.faults.slice(0, FAULTS_PER_DOCUMENT));
      if (reader.faults.length === 0) {
        documents.push({ value, offset: document.contents!.range[0] });
        numbers.push(number);
      }
    }
    return faults.length < MAX_FAULTS;
  });
  if (fault !== undefined) { faults.push(fault); }
  let composed: Document.Parsed[] | undefined;
  return {
    documents,
    faults,
    locate: (index: number, path: Path) => {
      if (path.length === 0) { return documents[index].offset; }
      // The first reading does not keep the nodes, because most files are never asked for a place.
      if (composed === undefined) {
        const all: Document.Parsed[] = composed = [];
        compose(text, maxLexemes, document => all.push(document) <= numbers[numbers.length - 1]);
      }
      return locateInYaml(composed[numbers[index]], path);
    },
  };
}

/** Passes each document to `take` until it returns false. Returns a fault if the text cannot be read to its end. */
function compose(text: string, maxLexemes: number, take: (document: Document.Parsed) => boolean): Fault | undefined {
  // YamlReader resolves scalars and compares keys. The parser would compare each key with every other one.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false });
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      lexemes = 0;
      for (const document of composer.next(token)) {
        if (!take(document as Document.Parsed)) { return undefined; }
      }
    }
    if (parser.stack.length > MAX_DEPTH) {
      return tooDeep(parser.offset);
    }
    if (++lexemes > maxLexemes) {
      return tooLarge('document', parser.offset);
    }
  }
  for (const token of parser.end()) {
    for (const document of composer.next(token)) { take(document as Document.Parsed); }
  }
  for (const document of composer.end()) { take(document as Document.Parsed); }
  const [error] = composer.streamInfo().errors;
  return error && faultOf(error);
}

/** True for a document that has only comments, or nothing at all. */
function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return isScalar(contents) && contents.source === '' && contents.tag === undefined;
}

/** A syntax error in words that do not require knowledge of parsers. */
function faultOf({ code, message, pos }: YAMLParseError): Fault {
  const { sentence, fix } = SENTENCES.find(({ codes, starting }) => codes.includes(code) && message.startsWith(starting ?? ''))
    ?? { sentence: `${message[0].toLowerCase()}${message.slice(1)}` };
  return { code: 'NP004', offset: pos[0], message: `not valid YAML: ${sentence}`, fix };
}

interface Sentence {
  /** The parser's codes. */
  readonly codes: readonly string[];
  /** The start of the parser's message, if a code has several causes. */
  readonly starting?: string;
  readonly sentence: string;
  readonly fix?: string;
}

const SENTENCES: readonly Sentence[] = [
  { codes: ['BAD_INDENT'], starting: 'Flow', sentence: 'a { or [ above is not closed before this line' },
  { codes: ['BLOCK_IN_FLOW'], sentence: 'a { or [ above is not closed before this line' },
  { codes: ['BAD_INDENT'], sentence: 'the indentation of this line differs from its neighbors', fix: 'start all fields of an object in the same column' },
  { codes: ['TAB_AS_INDENT'], sentence: 'a tab indents this line', fix: 'write spaces' },
  { codes: ['BLOCK_AS_IMPLICIT_KEY'], sentence: 'this line has a second colon, or a line break is missing', fix: 'put a value that contains a colon and a space in quotes' },
  { codes: ['BAD_SCALAR_START'], sentence: 'a value cannot start with this character', fix: 'put it in quotes' },
  {
    codes: ['MULTILINE_IMPLICIT_KEY', 'KEY_OVER_1024_CHARS'],
    sentence: 'a key must be on one line and end with a colon and a space',
    fix: 'check whether a colon is missing here or above',
  },
  { codes: ['MISSING_CHAR'], starting: 'Implicit map key', sentence: 'a key must end with a colon and a space', fix: 'check whether a colon is missing here' },
  { codes: ['MISSING_CHAR'], sentence: 'a closing quote or bracket, a comma, or the space after a colon is missing here or above' },
  {
    codes: ['UNEXPECTED_TOKEN'],
    sentence: 'this does not belong here',
    fix: "check whether a quote, a bracket, a '- ' or a line break is missing here or above",
  },
];

/** The character at which a field is written: its key, or the item of a list. If the field is absent, that of its nearest parent. */
function locateInYaml(document: Document.Parsed, path: Path): number {
  let node = document.contents as Node | null;
  let offset = document.contents!.range[0];
  for (const step of path) {
    const found = child(document, node, step);
    if (found === undefined) { break; }
    node = found.value;
    offset = found.place.range![0];
  }
  return offset;
}

interface Child {
  readonly place: Node;
  readonly value: Node | null;
}

function child(document: Document.Parsed, parent: Node | null, step: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (typeof step === 'number') {
    const item = isSeq(node) ? node.items[step] as Node | undefined : undefined;
    return item && { place: item, value: item };
  }
  return isMap(node) ? field(document, node, step) : undefined;
}

function field(document: Document.Parsed, map: YAMLMap, name: string): Child | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  const written = pairs.find(({ key }) => isScalar(key) && keyText(key) === name && !isMergeKey(key));
  if (written !== undefined) { return { place: written.key, value: written.value }; }
  // The field may come from `<<`. The first source that has it counts.
  for (const { key, value } of pairs) {
    if (!isMergeKey(key)) { continue; }
    for (const source of isSeq(value) ? value.items as Node[] : [value]) {
      const found = child(document, source, name);
      if (found !== undefined) { return found; }
    }
  }
  return undefined;
}

function keyText(key: Scalar): string {
  return String(key.type === 'PLAIN' ? resolvePlainScalar(key.source!) : key.source);
}

/** With its aliases expanded, a document may have this many values, or ten times as many as are written. */
const MAX_EXPANDED = 100_000;
const MAX_EXPANSION = 10;

const TAG = 'tag:yaml.org,2002:';

/** A value, and the number of values in it when all of its aliases are expanded. */
interface Sized {
  readonly value: unknown;
  readonly size: number;
}

/** Converts the nodes of a document to plain values, as Kubernetes converts YAML to JSON. */
class YamlReader {
  public readonly faults: Fault[] = [];

  private readonly anchors = new Map<string, Sized>();

  private written = 0;

  /** The value of the document. It is valid only if there are no `faults`. */
  public read(document: Document.Parsed): unknown {
    const { value, size } = this.node(document.contents);
    const most = Math.max(MAX_EXPANDED, MAX_EXPANSION * this.written);
    if (size > most) { this.fault('NP006', document.contents!, `the aliases (*) of this document expand to more than ${most} values`, 'write the values without aliases'); }
    return value;
  }

  private node(node: Node | null): Sized {
    this.written++;
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) {
        this.fault('NP004', node, `there is no anchor for *${node.source} before it`, `write &${node.source} at the value that it stands for`);
        return { value: null, size: 1 };
      }
      return target;
    }
    if (node === null) { return { value: null, size: 1 }; }
    const sized = isMap(node) ? this.map(node) : isSeq(node) ? this.list(node.items as Node[]) : { value: this.scalar(node as Scalar), size: 1 };
    const { anchor } = node as Scalar | YAMLMap | YAMLSeq;
    if (anchor !== undefined) { this.anchors.set(anchor, sized); }
    return sized;
  }

  private list(items: readonly Node[]): Sized {
    let size = 1;
    const value = items.map(item => {
      const sized = this.node(item);
      size += sized.size;
      return sized.value;
    });
    return { value, size };
  }

  private map(map: YAMLMap): Sized {
    // Without a prototype, because a field may be called `constructor` or `__proto__`.
    const value: Record<string, unknown> = Object.create(null);
    const merged = new Set<string>();
    let size = 1;
    for (const pair of map.items) {
      const keyNode = pair.key as Node;
      const key = this.key(keyNode);
      const sized = this.node(pair.value as Node | null);
      size += sized.size;
      // The key already has a fault.
      if (key === undefined) { continue; }
      if (isMergeKey(keyNode)) {
        this.merge(keyNode, value, merged, sized.value);
      } else if (key in value && !merged.has(key)) {
        this.fault('NP007', keyNode, `this object has the field '${key}' twice`, 'remove one, or check the indentation');
      } else {
        merged.delete(key);
        value[key] = sized.value;
      }
    }
    return { value, size };
  }

  /** `<<: *base` adds the fields of another object. Fields that are written after it replace them. */
  private merge(keyNode: Node, value: Record<string, unknown>, merged: Set<string>, source: unknown): void {
    for (const part of Array.isArray(source) ? source : [source]) {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) {
        this.fault('NP004', keyNode, "the value of '<<' must be an object or a list of objects", 'write the alias of an object');
        return;
      }
      for (const [key, item] of Object.entries(part)) {
        if (!(key in value)) {
          value[key] = item;
          merged.add(key);
        } else if (!merged.has(key)) {
          // The YAML specification and Kubernetes' parser differ in which of the two counts.
          this.fault('NP007', keyNode, `'<<' adds the field '${key}', which is also written before it`, "put '<<' first");
        }
      }
    }
  }

  private key(node: Node): string | undefined {
    const value = isScalar(node) ? this.scalar(node) : undefined;
    if (value === undefined || value === null) {
      if (value === null) {
        this.fault('NP004', node, 'a key is missing before the colon');
      } else {
        this.fault('NP008', node, 'a key must be plain text, not a list or an object', 'put text that starts with a bracket, such as {{ … }}, in quotes');
      }
      return undefined;
    }
    return String(value);
  }

  private scalar(node: Scalar): unknown {
    const text = node.source!;
    if (node.tag === `${TAG}binary`) {
      this.fault('NP008', node, 'a Kubernetes object cannot contain a !!binary value', 'write it as text');
    }
    const typed = ['bool', 'int', 'float', 'null'].some(type => node.tag === TAG + type);
    if (!typed && (node.type !== Scalar.PLAIN || node.tag !== undefined)) { return text; }
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) { this.fault('NP008', node, `a Kubernetes object cannot contain the number ${text}`); }
    return value;
  }

  private fault(code: FindingCode, node: Node, message: string, fix?: string): void {
    this.faults.push({ code, offset: node.range![0], message, fix });
  }
}

/** An unquoted `<<`. */
function isMergeKey(node: Node): boolean {
  return isScalar(node) && node.source === '<<' && node.type === Scalar.PLAIN;
}
