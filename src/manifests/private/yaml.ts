import { CHOMPING_MODE, COLLECTION_STYLE, Event, EVENT_ID, getScalarValue, MappingEvent, parseEvents, SCALAR_STYLE, ScalarEvent } from 'js-yaml';
import { MAX_LENGTH, ParsedDocument, ParsedText } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';

/** Reads the documents of a YAML text, as Kubernetes reads them: fast, until somebody asks for a place. */
export function parseYaml(text: string, maxLength = MAX_LENGTH, maxLexemes?: number): ParsedText {
  const documents = text.length > maxLength ? undefined : readYamlEvents(text);
  if (documents === undefined) { return placed(text, maxLength, maxLexemes); }
  let places: ParsedText | undefined;
  return {
    documents,
    faults: [],
    locate: (index, path) => {
      if (path.length === 0) { return documents[index].offset; }
      places ??= placed(text, maxLength, maxLexemes);
      // What can be read is not always small enough to be looked through for a place.
      return index < places.documents.length ? places.locate(index, path) : documents[index].offset;
    },
  };
}

/** As the parser reads it that knows places. To load it takes as long as to read a folder, and most commands never need it. */
function placed(text: string, maxLength: number, maxLexemes: number | undefined): ParsedText {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parsePlacedYaml } = require('./placed-yaml') as typeof import('./placed-yaml');
  return parsePlacedYaml(text, maxLexemes, maxLength);
}

/*
 * The fast way to the values of a YAML text: js-yaml's events, and values made of them by the rules of
 * yaml-values. It knows no places and has no messages: a text with anything in it that is wrong, that is
 * rare, or that two parsers could read in two ways is left to the one that has them.
 */

/** A byte order mark further on, and line breaks of YAML 1.1 alone. */
const RARE = /[\u0085\u2028\u2029\ufeff]/;

/** What parts documents, but not at the start of its line. */
const INDENTED_MARK = /^ +(?:---|\.\.\.)(?!\S)/m;

/** A line that starts with a tab. It must not, but within a block of text it may. */
const TABBED = /^ *\t/gm;

/** A line that ends in a backslash. */
const ESCAPED_BREAK = /\\\r?\n/;

/** The longest key, as it is written. YAML ends at 1024. */
const MAX_KEY = 1000;

/** Thrown where a text has to be read the other way. */
class Doubt extends Error {}

/**
 * The documents of a YAML text as parsePlacedYaml gives them; nothing where the text is to be read by that:
 * it has a fault, an anchor, a tag, a directive or another rare thing in it.
 */
export function readYamlEvents(text: string): ParsedDocument[] | undefined {
  if (isRare(text)) { return undefined; }
  try {
    return new EventReader(text, parseEvents(text, {})).documents();
  } catch {
    // Of whatever kind: a fault, or a doubt. The other parser says what it is.
    return undefined;
  }
}

function isRare(text: string): boolean {
  return RARE.test(text) || (text.includes('%') && /^ *%/m.test(text)) || (text.includes('\r') && /\r(?!\n)/.test(text))
    || ((text.includes(' ---') || text.includes(' ...')) && INDENTED_MARK.test(text));
}

class EventReader {
  private at = 0;

  /** Tabbed lines that are text. */
  private tabbed = 0;

  constructor(private readonly text: string, private readonly events: readonly Event[]) {}

  public documents(): ParsedDocument[] {
    const documents: ParsedDocument[] = [];
    while (this.at < this.events.length) {
      // One event opens a document, one closes it.
      this.at++;
      const event = this.events[this.at];
      if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
        documents.push({ value: this.value(), offset: event.start });
      } else if (this.value() !== null || (event as ScalarEvent).valueStart >= 0) {
        // Text or a number is no object, whatever it is.
        throw new Doubt();
      }
      this.at++;
    }
    if (countTabbed(this.text) !== this.tabbed) { throw new Doubt(); }
    return documents;
  }

  private value(): unknown {
    const event = this.events[this.at++];
    switch (event.type) {
      case EVENT_ID.SCALAR: return this.scalar(event);
      case EVENT_ID.MAPPING: return this.map(event);
      case EVENT_ID.SEQUENCE: return this.list(event);
      default: throw new Doubt();
    }
  }

  private list(event: { readonly anchorStart: number; readonly tagStart: number }): unknown[] {
    if (event.anchorStart >= 0 || event.tagStart >= 0) { throw new Doubt(); }
    const items: unknown[] = [];
    while (this.events[this.at].type !== EVENT_ID.POP) { items.push(this.value()); }
    this.at++;
    return items;
  }

  private map(event: MappingEvent): Record<string, unknown> {
    if (event.anchorStart >= 0 || event.tagStart >= 0) { throw new Doubt(); }
    const fields: Record<string, unknown> = {};
    const first = this.at;
    for (;;) {
      const next = this.events[this.at];
      if (next.type === EVENT_ID.POP) { break; }
      const key = this.key(next, event.style === COLLECTION_STYLE.BLOCK && this.at > first);
      this.at++;
      // Written twice, or a name that every object has a field of, `__proto__` among them.
      if (fields[key] !== undefined) { throw new Doubt(); }
      fields[key] = this.value();
    }
    this.at++;
    return fields;
  }

  private key(event: Event, startsLine: boolean): string {
    if (event.type !== EVENT_ID.SCALAR || event.valueEnd - event.valueStart > MAX_KEY) { throw new Doubt(); }
    // js-yaml takes `- "a"b: c` for an item and a field that follows it.
    if (startsLine && !this.startsLine(event.style === SCALAR_STYLE.PLAIN ? event.valueStart : event.valueStart - 1)) { throw new Doubt(); }
    const value = this.scalar(event);
    const isOneLine = event.fast || !this.source(event).includes('\n');
    if (value === null || value === '<<' || !isOneLine) { throw new Doubt(); }
    return String(value);
  }

  private source({ valueStart, valueEnd }: ScalarEvent): string {
    return this.text.slice(valueStart, valueEnd);
  }

  /** True where nothing but spaces is before an offset in its line. */
  private startsLine(offset: number): boolean {
    let before = offset - 1;
    while (this.text.charCodeAt(before) === 0x20) { before--; }
    return this.text.charCodeAt(before) === 0x0a;
  }

  private scalar(event: ScalarEvent): string | number | boolean | null {
    if (event.anchorStart >= 0 || event.tagStart >= 0 || event.chomping === CHOMPING_MODE.KEEP) { throw new Doubt(); }
    const text = getScalarValue(this.text, event);
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast && ESCAPED_BREAK.test(this.source(event))) { throw new Doubt(); }
    if (event.style === SCALAR_STYLE.LITERAL_BLOCK) { this.tabbed += countTabbed(this.source(event)); }
    if (event.style !== SCALAR_STYLE.PLAIN) { return text; }
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) { throw new Doubt(); }
    return value;
  }
}

function countTabbed(text: string): number {
  return text.includes('\t') ? text.match(TABBED)?.length ?? 0 : 0;
}
