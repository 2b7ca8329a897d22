import { FindingCode } from '../../findings/codes';
import { Path } from '../../findings/finding';

/** A fault in a text, at the character at which it is found. */
export interface Fault {
  readonly code: FindingCode;
  readonly offset: number;
  readonly message: string;
  /** The fix, as a clause. */
  readonly fix?: string;
}

/** A document of a text: a plain value, as JSON could contain it. */
export interface ParsedDocument {
  readonly value: unknown;
  /** The character at which the content of the document starts. */
  readonly offset: number;
}

/** The result of a parser. It computes a place only when one is asked for, because most files have no faults. */
export interface ParsedText {
  /** The documents without a fault. */
  readonly documents: readonly ParsedDocument[];
  readonly faults: readonly Fault[];
  /** The character at which the field at `path` of `documents[index]` is written. If the field is absent, that of its nearest parent. */
  locate(index: number, path: Path): number;
}

/** The maximum depth of an object. Objects of Kubernetes stay below 100. The limit protects the stack. */
export const MAX_DEPTH = 500;

/** The fault of a text that nests more deeply. */
export function tooDeep(offset: number): Fault {
  return { code: 'NP006', offset, message: `this is nested more than ${MAX_DEPTH} levels deep, which no Kubernetes object does` };
}

/** The maximum number of characters of a YAML text. The parser with places reads about a million characters in a second. */
export const MAX_LENGTH = 32_000_000;
