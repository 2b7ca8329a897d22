import { Fault, MAX_LENGTH, ParsedDocument, ParsedText, UnreadPart } from './parsed-text';
import { Composed, composeYaml, Places } from './yaml-composer';
import { YamlFault } from './yaml-scanner';
import { Path } from '../../findings/finding';

/** Of the faults of a text, and of its warnings, this many are reported. The others are counted. */
const MAX_FAULTS = 50;

/** Characters that no YAML text may have. Other control characters are refused before (SourceText). */
const NOT_YAML = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

const BYTE_ORDER_MARK = '\ufeff';

/** What Go takes for white space (`unicode.IsSpace`). */
export const GO_SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** What may follow `---` on its line, to the end of the line. */
const SEPARATOR_REST = new RegExp(`^${GO_SPACE}*(?:$|#)`);

/** The part of a text that kubectl hands to the YAML parser at once. The parser reads the first document in it and no other. */
interface Chunk {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the YAML documents of a text from an offset on, as kubectl separates and reads them (k8s.io/apimachinery, pkg/util/yaml,
 * `YAMLToJSONDecoder`). kubectl stops at the first fault, and this goes on with the next document. `plainColons`: see YamlScanner.
 */
export function parseYaml(original: string, from = 0, plainColons = false): ParsedText {
  if (original.length > MAX_LENGTH) {
    const fix = "write it as JSON, for example with 'kubectl get -o json', or split it";
    const fault: Fault = { code: 'NP006', offset: 0, message: 'this text is too large to be read as YAML', fix };
    return { documents: [], faults: [fault], unread: [{ start: 0, end: original.length }] };
  }
  // kubectl also ends the last line.
  const text = original.endsWith('\n') ? original : `${original}\n`;
  const documents: ParsedDocument[] = [];
  const faults = new Faults();
  const isUnusual = NOT_YAML.test(text) || text.lastIndexOf(BYTE_ORDER_MARK) > from;
  for (const chunk of chunksOf(text, from, faults)) {
    try {
      if (isUnusual) { refuseUnusual(text, chunk); }
      const { root, duplicates, warnings, next } = composeYaml(text, chunk.start, chunk.end, plainColons);
      for (const warning of warnings) { faults.addWarning(warning); }
      if (next < chunk.end) {
        const message = 'kubectl ignores the text from here to the next line that starts with ---';
        faults.addWarning({ code: 'NP012', offset: next, message, fix: 'write --- above it, or remove it' });
      }
      // kubectl skips null, too.
      if (root !== undefined && root.value !== null) {
        const compose = (places: Places) => composeYaml(text, chunk.start, chunk.end, plainColons, places);
        documents.push({ ...root, duplicates, locate: locator(root.offset, compose) });
      }
    } catch (error) {
      if (!(error instanceof YamlFault)) { throw error; }
      faults.addError(error.fault, chunk);
    }
  }
  return { documents, faults: faults.reported(), unread: faults.unread };
}

/** The faults of a text, of which the first are kept. */
class Faults {
  public readonly unread: UnreadPart[] = [];

  private readonly kept: Fault[] = [];

  private errors = 0;

  private warnings = 0;

  private firstLeftOut = 0;

  public addWarning(fault: Fault): void {
    if (++this.warnings <= MAX_FAULTS) { this.kept.push(fault); }
  }

  /** Adds the fault of a document that cannot be read. */
  public addError(fault: Fault, part: UnreadPart): void {
    this.unread.push(part);
    this.errors++;
    if (this.errors <= MAX_FAULTS) { this.kept.push(fault); }
    if (this.errors === MAX_FAULTS + 1) { this.firstLeftOut = fault.offset; }
  }

  public reported(): Fault[] {
    const more = this.errors - MAX_FAULTS;
    return more <= 0 ? this.kept : [...this.kept, { code: 'NP004', offset: this.firstLeftOut, message: `not valid YAML: ${more} more documents, the first of them here` }];
  }
}

/** Separates a text at the lines that start with `---`. The first line of a chunk may be such a line itself. */
function* chunksOf(text: string, from: number, faults: Faults): Generator<Chunk> {
  let start = from;
  for (let at = text.startsWith('---', from) ? from : nextSeparator(text, from); start < text.length; at = nextSeparator(text, at)) {
    const isLast = at === text.length;
    const lineEnd = isLast ? at : text.indexOf('\n', at) + 1;
    if (!isLast && !SEPARATOR_REST.test(text.slice(at + '---'.length, lineEnd - 1))) {
      // kubectl drops what it has read so far of the document before, too.
      const message = 'not valid YAML: only a comment may follow --- on its line';
      faults.addError({ code: 'NP004', offset: at, message, fix: 'start the document on the next line' }, { start, end: lineEnd });
      start = lineEnd;
    } else if (at > start) {
      yield { start: text[start] === BYTE_ORDER_MARK ? start + 1 : start, end: at };
      start = lineEnd;
    }
  }
}

/** The start of the next line behind an offset that starts with `---`, or the end of the text. */
function nextSeparator(text: string, after: number): number {
  const found = text.indexOf('\n---', after);
  return found === -1 ? text.length : found + 1;
}

function refuseUnusual(text: string, { start, end }: Chunk): void {
  const chunk = text.slice(start, end);
  const mark = chunk.indexOf(BYTE_ORDER_MARK);
  if (mark >= 0) {
    // go.yaml.in/yaml/v2 (`is_bom`) may skip the first character of each line that follows.
    throw new YamlFault({ code: 'NP003', offset: start + mark, message: 'there is a byte order mark inside a YAML document, which kubectl does not read reliably', fix: 'remove it' });
  }
  const offset = chunk.search(NOT_YAML);
  if (offset >= 0) {
    const code = chunk.charCodeAt(offset).toString(16).padStart(4, '0');
    throw new YamlFault({ code: 'NP003', offset: start + offset, message: `YAML does not allow the character U+${code.toUpperCase()}`, fix: 'remove it, or write the file as JSON' });
  }
}

/** Finds places in a document that is composed again when the first place is asked for. */
function locator(root: number, compose: (places: Places) => Composed): ParsedDocument['locate'] {
  let places: Places | undefined;
  let value: unknown;
  return (path: Path) => {
    if (path.length === 0) { return root; }
    if (places === undefined) {
      places = new Map();
      value = compose(places).root!.value;
    }
    let offset = root;
    let at = value;
    for (const step of path) {
      const next = places.get(at as object)?.get(step);
      if (next === undefined) { break; }
      offset = next;
      at = (at as Record<string | number, unknown>)[step];
    }
    return offset;
  };
}
