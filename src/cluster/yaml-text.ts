import { Composer, Document, isScalar, Lexer, Parser } from 'yaml';
import { Path } from './origin';
import { Fault, MAX_DEPTH, ParsedDocument, ParsedText } from './parsed-text';
import { locateInYaml } from './yaml-places';
import { YamlReader } from './yaml-values';

/** Of the faults in one document, how many are told: the first is the cause, as a rule, of the rest. */
const FAULTS_PER_DOCUMENT = 3;

/** Reads the documents of a YAML text, as Kubernetes reads them. */
export function parseYaml(text: string): ParsedText {
  const documents: ParsedDocument[] = [];
  const faults: Fault[] = [];
  // Which of the text's documents each of ours is, for when a place is asked for.
  const numbers: number[] = [];
  let count = 0;
  const read = (document: Document.Parsed) => {
    const number = count++;
    if (document.errors.length > 0) {
      faults.push(...document.errors.slice(0, FAULTS_PER_DOCUMENT).map(e => ({ offset: e.pos[0], message: plainSentence(e.code, e.message) })));
      return;
    }
    if (isEmpty(document)) { return; }
    const reader = new YamlReader();
    const value = reader.read(document);
    if (reader.faults.length > 0) {
      faults.push(...reader.faults.slice(0, FAULTS_PER_DOCUMENT));
      return;
    }
    documents.push({ value, offset: document.contents!.range[0] });
    numbers.push(number);
  };
  const fault = compose(text, read);
  if (fault !== undefined) { faults.push(fault); }
  let composed: Document.Parsed[] | undefined;
  return {
    documents,
    faults,
    locate: (index: number, path: Path) => {
      // The nodes are not kept from the first reading: most files are never asked for a place.
      if (composed === undefined) {
        const all: Document.Parsed[] = composed = [];
        compose(text, document => all.push(document));
      }
      return locateInYaml(composed[numbers[index]], path);
    },
  };
}

/** Hands over each document; returns a fault where the text is not to be read to its end. */
function compose(text: string, take: (document: Document.Parsed) => void): Fault | undefined {
  // Scalars are resolved by us, and keys compared by us: the parser compares each key with each.
  const composer = new Composer({ schema: 'failsafe', merge: false, uniqueKeys: false, logLevel: 'silent' });
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      for (const document of composer.next(token)) { take(document as Document.Parsed); }
    }
    if (parser.stack.length > MAX_DEPTH) {
      return { offset: parser.offset, message: `nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does` };
    }
  }
  for (const token of parser.end()) {
    for (const document of composer.next(token)) { take(document as Document.Parsed); }
  }
  for (const document of composer.end()) { take(document as Document.Parsed); }
  const [error] = composer.streamInfo().errors;
  return error && { offset: error.pos[0], message: plainSentence(error.code, error.message) };
}

/** Nothing but comments, or nothing between two lines of `---`. */
function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return isScalar(contents) && contents.source === '' && contents.tag === undefined;
}

/** What the parser says, for someone who does not know a parser's words. */
function plainSentence(code: string, message: string): string {
  const sentence = SENTENCES[code] ?? `${message[0].toLowerCase()}${message.slice(1)}`;
  return `not valid YAML: ${sentence}`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  BAD_INDENT: 'this line is indented other than its neighbours; fields of one object start in one column',
  TAB_AS_INDENT: 'a tab indents this line; write spaces',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line, and be followed by a colon and a space; see whether one is missing, here or above',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon on this line, or a missing line break; put a value that has a colon in quotes',
  MISSING_CHAR: 'something is missing here: a closing quote or bracket, or the colon and space after a key',
};
