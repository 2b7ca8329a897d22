import { Composer, Document, isScalar, Lexer, Parser, YAMLParseError } from 'yaml';
import { Path } from './origin';
import { Fault, MAX_DEPTH, MAX_LENGTH, ParsedDocument, ParsedText } from './parsed-text';
import { locateInYaml } from './yaml-places';
import { YamlReader } from './yaml-values';

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
