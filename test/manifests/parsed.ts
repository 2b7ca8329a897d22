import { Path, Place } from '../../src/findings/finding';
import { readDocuments } from '../../src/manifests/read-text';

/** The documents of a text: their values, their findings, and the places of their fields. */
export interface Parsed {
  readonly values: readonly any[];
  /** Each with its code, its message and its fix. */
  readonly findings: readonly string[];
  /** The rest of the line at the place of each finding. */
  readonly places: readonly string[];
  /** The rest of the line at which a field is written. */
  at(path: Path, index?: number): string;
}

/** Reads a text through the front door of the module. */
export function parse(text: string, format: 'yaml' | 'json'): Parsed {
  const { documents, findings } = readDocuments('a', Buffer.from(text), format);
  const rest = ({ line, column }: Place) => text.split('\n')[line! - 1].slice(column! - 1);
  return {
    values: documents.map(({ value }) => value),
    findings: findings.map(({ code, message, fix }) => `${code}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`),
    places: findings.map(({ place }) => rest(place)),
    at: (path, index = 0) => rest(documents[index].origin.at(path)),
  };
}

/** The only finding of a text, and the rest of the line at its place. */
export function onlyFinding(text: string, format: 'yaml' | 'json'): readonly [finding: string, at: string] {
  const { values, findings, places } = parse(text, format);
  expect(values).toEqual([]);
  expect(findings).toHaveLength(1);
  return [findings[0], places[0]];
}
