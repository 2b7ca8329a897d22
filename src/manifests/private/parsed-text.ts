import { FindingCode, Severity } from '../../findings/codes';
import { Path } from '../../findings/finding';

/** A fault in a text, at the character at which it is found. */
export interface Fault {
  readonly code: FindingCode;
  readonly offset: number;
  readonly message: string;
  /** The fix, as a clause. */
  readonly fix?: string;
  /** @default - the severity of the code */
  readonly severity?: Severity;
}

/** A document of a text. */
export interface ParsedDocument {
  /** A plain value, as JSON could contain it. */
  readonly value: unknown;
  /** The character at which the content of the document starts. */
  readonly offset: number;
  /** The fields that an object of the document has twice. The last one counts. */
  readonly duplicates: readonly Fault[];
  /**
   * The character at which the field at `path` is written. If the field is absent, that of its nearest parent. All places of a document are
   * found when the first one is asked for, because most documents have no faults.
   */
  locate(path: Path): number;
}

/** A part of a text that no document has, because of a fault in it. */
export interface UnreadPart {
  readonly start: number;
  readonly end: number;
}

/** The result of a parser. */
export interface ParsedText {
  /** The documents without a fault. */
  readonly documents: readonly ParsedDocument[];
  readonly faults: readonly Fault[];
  readonly unread: readonly UnreadPart[];
}

/** The maximum depth of an object. Objects of Kubernetes stay below 100. The limit protects the stack. */
export const MAX_DEPTH = 500;

/** The fault of a text that nests more deeply. */
export function tooDeep(offset: number): Fault {
  return { code: 'NP006', offset, message: `this is nested more than ${MAX_DEPTH} levels deep, which no Kubernetes object does` };
}

/** The fault of a field that its object has twice. */
export function duplicateField(name: string, offset: number): Fault {
  return { code: 'NP007', offset, message: `this object has the field '${name}' twice`, fix: 'remove one, or check the indentation' };
}

/** The maximum number of characters of a YAML text. The parser with places reads about a million characters in a second. */
export const MAX_LENGTH = 32_000_000;
