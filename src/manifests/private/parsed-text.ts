import { Path } from '../../findings/finding';

/** What is wrong with a text, and at which character. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** One document of a text: a plain value, as JSON could hold it. */
export interface ParsedDocument {
  readonly value: unknown;
  /** The character at which the document's content starts. */
  readonly offset: number;
}

/**
 * A text that was parsed. This is all that the rest knows of a parser, so that a faster one can take
 * its place: places are asked for only where there is something to report.
 */
export interface ParsedText {
  /** The documents that are sound; one with a fault is not among them. */
  readonly documents: readonly ParsedDocument[];
  readonly faults: readonly Fault[];
  /** The character at which a field of `documents[index]` is written, or the nearest field above it. */
  locate(index: number, path: Path): number;
}

/** How deep an object may nest. Kubernetes' own stay below 100; this keeps the stack safe. */
export const MAX_DEPTH = 500;

/** So many characters a YAML text may have: at about a million a second, which is what it takes with places, there has to be an end. */
export const MAX_LENGTH = 32_000_000;
