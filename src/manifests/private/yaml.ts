import { CHOMPING_MODE, COLLECTION_STYLE, Event, EVENT_ID, getScalarValue, MappingEvent, parseEvents, SCALAR_STYLE, ScalarEvent } from 'js-yaml';
import { MAX_LENGTH, ParsedDocument, ParsedText } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';

/** Reads the documents of a YAML text as Kubernetes reads them. This is fast until a place is asked for. */
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
      // A document may be small enough for the fast parser and too large for the parser with places.
      return index < places.documents.length ? places.locate(index, path) : documents[index].offset;
    },
  };
}

/** Reads a text with places. That parser is loaded only when it is needed, because loading it takes as long as reading a folder. */
function placed(text: string, maxLength: number, maxLexemes: number | undefined): ParsedText {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parsePlacedYaml } = require('./placed-yaml') as typeof import('./placed-yaml');
  return parsePlacedYaml(text, maxLexemes, maxLength);
}

/*
 * The fast parser. It builds values from the events of js-yaml. It has no places and no messages, so it leaves a text to placed-yaml if
 * the text has a fault, uses a rare feature, or could be read differently by the two parsers.
 */

/** A byte order mark inside the text, and line breaks that only YAML 1.1 has. */
const RARE = /[\u0085\u2028\u2029\ufeff]/;

/** A document marker that is not at the start of its line. */
const INDENTED_MARK = /^ +(?:---|\.\.\.)(?!\S)/m;

/** A line that starts with a tab. Only a block of text may have one. */
const TABBED = /^ *\t/gm;

/** A line that ends in a backslash. */
const ESCAPED_BREAK = /\\\r?\n/;

/** The maximum length of a key in the text. YAML allows 1024 characters. */
const MAX_KEY = 1000;

/** Thrown if the other parser has to read the text. */
class NeedsOtherParser extends Error {}

/**
 * The documents of a YAML text, equal to those of parsePlacedYaml. Undefined if that parser has to read the text, because it has a fault,
 * an anchor, a tag, a directive or another rare feature.
 */
export function readYamlEvents(text: string): ParsedDocument[] | undefined {
  if (isRare(text)) { return undefined; }
  try {
    return new EventReader(text, parseEvents(text, {})).documents();
  } catch {
    // A syntax error or a doubt. The other parser reports it.
    return undefined;
  }
}

function isRare(text: string): boolean {
  return RARE.test(text) || (text.includes('%') && /^ *%/m.test(text)) || (text.includes('\r') && /\r(?!\n)/.test(text))
    || ((text.includes(' ---') || text.includes(' ...')) && INDENTED_MARK.test(text));
}

class EventReader {
  private at = 0;

  /** The number of tabbed lines inside blocks of text. */
  private tabbed = 0;

  constructor(private readonly text: string, private readonly events: readonly Event[]) {}

  public documents(): ParsedDocument[] {
    const documents: ParsedDocument[] = [];
    while (this.at < this.events.length) {
      // One event opens a document and one closes it.
      this.at++;
      const event = this.events[this.at];
      if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
        documents.push({ value: this.value(), offset: event.start });
      } else if (this.value() !== null || (event as ScalarEvent).valueStart >= 0) {
        // Text or a number, which is not an object.
        throw new NeedsOtherParser();
      }
      this.at++;
    }
    if (countTabbed(this.text) !== this.tabbed) { throw new NeedsOtherParser(); }
    return documents;
  }

  private value(): unknown {
    const event = this.events[this.at++];
    switch (event.type) {
      case EVENT_ID.SCALAR: return this.scalar(event);
      case EVENT_ID.MAPPING: return this.map(event);
      case EVENT_ID.SEQUENCE: return this.list(event);
      default: throw new NeedsOtherParser();
    }
  }

  private list(event: { readonly anchorStart: number; readonly tagStart: number }): unknown[] {
    if (event.anchorStart >= 0 || event.tagStart >= 0) { throw new NeedsOtherParser(); }
    const items: unknown[] = [];
    while (this.events[this.at].type !== EVENT_ID.POP) { items.push(this.value()); }
    this.at++;
    return items;
  }

  private map(event: MappingEvent): Record<string, unknown> {
    if (event.anchorStart >= 0 || event.tagStart >= 0) { throw new NeedsOtherParser(); }
    const fields: Record<string, unknown> = {};
    const first = this.at;
    for (;;) {
      const next = this.events[this.at];
      if (next.type === EVENT_ID.POP) { break; }
      const key = this.key(next, event.style === COLLECTION_STYLE.BLOCK && this.at > first);
      this.at++;
      // The field is duplicate, or its name is one that every object has, such as `__proto__`.
      if (fields[key] !== undefined) { throw new NeedsOtherParser(); }
      fields[key] = this.value();
    }
    this.at++;
    return fields;
  }

  private key(event: Event, startsLine: boolean): string {
    if (event.type !== EVENT_ID.SCALAR || event.valueEnd - event.valueStart > MAX_KEY) { throw new NeedsOtherParser(); }
    // js-yaml reads `- "a"b: c` as an item and a field after it.
    const start = event.style === SCALAR_STYLE.PLAIN ? event.valueStart : event.valueStart - 1;
    if (startsLine && !this.startsLine(start)) { throw new NeedsOtherParser(); }
    const value = this.scalar(event);
    const isOneLine = event.fast || !this.source(event).includes('\n');
    if (value === null || value === '<<' || !isOneLine) { throw new NeedsOtherParser(); }
    return String(value);
  }

  private source({ valueStart, valueEnd }: ScalarEvent): string {
    return this.text.slice(valueStart, valueEnd);
  }

  /** True if only spaces come before an offset in its line. */
  private startsLine(offset: number): boolean {
    let before = offset - 1;
    while (this.text.charCodeAt(before) === 0x20) { before--; }
    return this.text.charCodeAt(before) === 0x0a;
  }

  private scalar(event: ScalarEvent): string | number | boolean | null {
    if (event.anchorStart >= 0 || event.tagStart >= 0 || event.chomping === CHOMPING_MODE.KEEP) { throw new NeedsOtherParser(); }
    const text = getScalarValue(this.text, event);
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast && ESCAPED_BREAK.test(this.source(event))) { throw new NeedsOtherParser(); }
    if (event.style === SCALAR_STYLE.LITERAL_BLOCK) { this.tabbed += countTabbed(this.source(event)); }
    if (event.style !== SCALAR_STYLE.PLAIN) { return text; }
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) { throw new NeedsOtherParser(); }
    return value;
  }
}

function countTabbed(text: string): number {
  return text.includes('\t') ? text.match(TABBED)?.length ?? 0 : 0;
}
