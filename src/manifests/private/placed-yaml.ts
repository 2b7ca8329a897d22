import { Composer, Document, isAlias, isMap, isScalar, isSeq, Lexer, Node, Pair, Parser, Scalar, YAMLMap, YAMLParseError, YAMLSeq } from 'yaml';
import { Fault, MAX_DEPTH, MAX_LENGTH, ParsedDocument, ParsedText } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';
import { Path } from '../../findings/finding';

/** So many mistakes of one document are told. Of syntax only the first: the rest follow from it, as a rule. */
const FAULTS_PER_DOCUMENT = 3;

/** After so many, the rest of the text is not read: it is no YAML, or one mistake over and over. */
const MAX_FAULTS = 50;

/** So many words and marks one document may have: some 15 MB. The parser takes seconds and a gigabyte for them. */
const MAX_LEXEMES = 3_000_000;

const TOO_LARGE = "is too large to be read as YAML: give it as JSON, as 'kubectl get -o json' writes it, or split it";

/** Reads the documents of a YAML text, and finds what is wrong and where everything is. */
export function parsePlacedYaml(text: string, maxLexemes = MAX_LEXEMES, maxLength = MAX_LENGTH): ParsedText {
  if (text.length > maxLength) { return { documents: [], faults: [{ offset: 0, message: `this text ${TOO_LARGE}` }], locate: () => 0 }; }
  const documents: ParsedDocument[] = [];
  const faults: Fault[] = [];
  // Which of the text's documents each of ours is, for when a place is asked for.
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
      // The nodes are not kept from the first reading: most files are never asked for a place.
      if (composed === undefined) {
        const all: Document.Parsed[] = composed = [];
        compose(text, maxLexemes, document => all.push(document) <= numbers[numbers.length - 1]);
      }
      return locateInYaml(composed[numbers[index]], path);
    },
  };
}

/** Hands over each document as long as `take` wants another one; returns a fault where the text is not to be read to its end. */
function compose(text: string, maxLexemes: number, take: (document: Document.Parsed) => boolean): Fault | undefined {
  // Scalars are resolved by us, and keys compared by us: the parser compares each key with each.
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
      return { offset: parser.offset, message: `nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does` };
    }
    if (++lexemes > maxLexemes) {
      return { offset: parser.offset, message: `this document ${TOO_LARGE}` };
    }
  }
  for (const token of parser.end()) {
    for (const document of composer.next(token)) { take(document as Document.Parsed); }
  }
  for (const document of composer.end()) { take(document as Document.Parsed); }
  const [error] = composer.streamInfo().errors;
  return error && faultOf(error);
}

/** Nothing but comments, or nothing between two lines of `---`. */
function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return isScalar(contents) && contents.source === '' && contents.tag === undefined;
}

/** What the parser says, for someone who does not know a parser's words. */
function faultOf({ code, message, pos }: YAMLParseError): Fault {
  const sentence = SENTENCES.find(({ codes, starting }) => codes.includes(code) && message.startsWith(starting ?? ''))?.sentence;
  return { offset: pos[0], message: `not valid YAML: ${sentence ?? `${message[0].toLowerCase()}${message.slice(1)}`}` };
}

/** By the parser's code and, where one code has two causes, by how its message starts. */
const SENTENCES: readonly { readonly codes: readonly string[]; readonly starting?: string; readonly sentence: string }[] = [
  { codes: ['BAD_INDENT'], starting: 'Flow', sentence: 'a { or [ above is not closed before this line' },
  { codes: ['BLOCK_IN_FLOW'], sentence: 'a { or [ above is not closed before this line' },
  { codes: ['BAD_INDENT'], sentence: 'this line is indented other than its neighbours; the fields of one object start in one column' },
  { codes: ['TAB_AS_INDENT'], sentence: 'a tab indents this line; write spaces' },
  { codes: ['BLOCK_AS_IMPLICIT_KEY'], sentence: 'a second colon on this line, or a missing line break; put a value that has a colon and a space in it in quotes' },
  { codes: ['BAD_SCALAR_START'], sentence: 'a value can not start with this character; put it in quotes' },
  {
    codes: ['MULTILINE_IMPLICIT_KEY', 'KEY_OVER_1024_CHARS'],
    sentence: 'a key must be on one line, and be followed by a colon and a space; see whether one is missing, here or above',
  },
  { codes: ['MISSING_CHAR'], starting: 'Implicit map key', sentence: 'a key must be followed by a colon and a space; see whether one is missing here' },
  { codes: ['MISSING_CHAR'], sentence: 'a closing quote or bracket, a comma, or the space after a colon is missing here or above' },
  { codes: ['UNEXPECTED_TOKEN'], sentence: "this does not belong here; see whether a quote, a bracket, a '- ' or a line break is missing, here or above" },
];

/** The character at which a field is written (its key, or the item of a list), or the nearest above it. */
export function locateInYaml(document: Document.Parsed, path: Path): number {
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
  // Brought in by `<<`: the first source that has it.
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

/** An object with its aliases written out may have so many parts, or ten times those that are written. */
const MAX_EXPANDED = 100_000;
const MAX_EXPANSION = 10;

const TAG = 'tag:yaml.org,2002:';

/** A value and the number of parts it has when all of its aliases are written out. */
interface Sized {
  readonly value: unknown;
  readonly size: number;
}

/** Turns the nodes of one document into plain values, as Kubernetes turns YAML into JSON. */
export class YamlReader {
  public readonly faults: Fault[] = [];

  private readonly anchors = new Map<string, Sized>();

  private written = 0;

  /** The document's value; it counts only where `faults` stays empty. */
  public read(document: Document.Parsed): unknown {
    const { value, size } = this.node(document.contents);
    const most = Math.max(MAX_EXPANDED, MAX_EXPANSION * this.written);
    if (size > most) { this.fault(document.contents!, `its aliases (*) stand for more than ${most} values: write out what is meant`); }
    return value;
  }

  private node(node: Node | null): Sized {
    this.written++;
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) {
        this.fault(node, `*${node.source} refers to an anchor that is not written before it: write &${node.source} at the value that is meant`);
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
    // No prototype: a field may be called `constructor` or `__proto__`.
    const value: Record<string, unknown> = Object.create(null);
    const merged = new Set<string>();
    let size = 1;
    for (const pair of map.items) {
      const keyNode = pair.key as Node;
      const key = this.key(keyNode);
      const sized = this.node(pair.value as Node | null);
      size += sized.size;
      // That it is no name has been said.
      if (key === undefined) { continue; }
      if (isMergeKey(keyNode)) {
        this.merge(keyNode, value, merged, sized.value);
      } else if (key in value && !merged.has(key)) {
        this.fault(keyNode, `'${key}' is written twice in one object: remove one, or check the indentation`);
      } else {
        merged.delete(key);
        value[key] = sized.value;
      }
    }
    return { value, size };
  }

  /** `<<: *base` brings in the fields of another object; what is written after it counts. */
  private merge(keyNode: Node, value: Record<string, unknown>, merged: Set<string>, source: unknown): void {
    for (const part of Array.isArray(source) ? source : [source]) {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) {
        this.fault(keyNode, "'<<' takes an object, or a list of objects, by alias");
        return;
      }
      for (const [key, item] of Object.entries(part)) {
        if (!(key in value)) {
          value[key] = item;
          merged.add(key);
        } else if (!merged.has(key)) {
          // The YAML specification and Kubernetes' reader differ in which of the two counts.
          this.fault(keyNode, `'${key}' is written before '<<', which brings it in too: put '<<' first`);
        }
      }
    }
  }

  private key(node: Node): string | undefined {
    const value = isScalar(node) ? this.scalar(node) : undefined;
    if (value === undefined || value === null) {
      this.fault(node, value === null
        ? 'a key is missing before the colon'
        : 'a key must be plain text, not a list or an object; put {{ … }} and other text that starts with a bracket in quotes');
      return undefined;
    }
    return String(value);
  }

  private scalar(node: Scalar): unknown {
    const text = node.source!;
    if (node.tag === `${TAG}binary`) {
      this.fault(node, 'a !!binary value has no place in a Kubernetes object: write it as text');
    }
    const typed = ['bool', 'int', 'float', 'null'].some(type => node.tag === TAG + type);
    if (!typed && (node.type !== Scalar.PLAIN || node.tag !== undefined)) { return text; }
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) { this.fault(node, `${text} is no number that a Kubernetes object can hold`); }
    return value;
  }

  private fault(node: Node, message: string): void {
    this.faults.push({ offset: node.range![0], message });
  }
}

/** An unquoted `<<`. */
export function isMergeKey(node: Node): boolean {
  return isScalar(node) && node.source === '<<' && node.type === Scalar.PLAIN;
}
