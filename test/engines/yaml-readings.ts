import * as fc from 'fast-check';
import { askEngine, KUBECTL } from './go-engine';
import { nearlyYaml, sampleTexts } from './yaml-texts';
import { parseManifests } from '../../src/manifests/private/manifest-stream';

/* Compares how this project and kubectl's own packages read a text. The reader is private, because netpol reads objects and not every value. */

/** How kubectl reads a text: its documents up to the first error. */
export interface Reading {
  readonly documents: readonly unknown[];
  readonly error?: string;
  /** kubectl reads the text in one way today and in another tomorrow. */
  readonly varies?: boolean;
}

/** A text and its recorded reading. */
export interface RecordedReading extends Reading {
  readonly text: string;
}

export type Outcome =
  | { readonly kind: 'same' | 'refused by both' }
  /** This project refuses the text for a reason that kubectl does not have. */
  | { readonly kind: 'refused by us'; readonly code: string; readonly message: string }
  | { readonly kind: 'read differently'; readonly ours: string; readonly theirs: string };

/** The readings of kubectl's own packages. */
export function readingsOf(texts: readonly string[]): RecordedReading[] {
  return askEngine(KUBECTL, texts).map((answer, i) => ({ text: texts[i], ...JSON.parse(answer) }));
}

/** Texts for the record. */
export function textsToRecord(seed: number): string[] {
  return sampleTexts(seed, 1500, 1500).filter(isText);
}

/** Characters that make a file no text at all are refused before, and Go cannot be handed half of a surrogate pair. */
function isText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text) && !/\p{Surrogate}/u.test(text);
}

export function compareReadings({ text, documents, error, varies = false }: RecordedReading): Outcome {
  const parsed = parseManifests(text);
  const fault = parsed.faults.find(({ code, severity }) => severity === undefined && code !== 'NP012');
  const values = parsed.documents.map(({ value }) => canonical(value));
  if (varies) {
    return fault === undefined ? { kind: 'read differently', ours: values.join(), theirs: 'several readings' } : { kind: 'refused by both' };
  }
  if (fault !== undefined && (error === undefined || isOurReason(fault.message))) { return { kind: 'refused by us', code: fault.code, message: fault.message }; }
  if (fault !== undefined) {
    // kubectl stops at the error. The documents before it must be the first ones that are read here, too.
    const before = documents.map(canonical);
    // A text that is meant as JSON has the fault of JSON only.
    const isAllRefused = fault.code === 'NP005' && values.length === 0;
    return isAllRefused || before.every((value, i) => value === values[i]) ? { kind: 'refused by both' } : { kind: 'read differently', ours: values.join(), theirs: before.join() };
  }
  const ours = `[${values.join()}]`;
  const theirs = error ?? canonical(documents);
  return ours === theirs ? { kind: 'same' } : { kind: 'read differently', ours, theirs };
}

/** Why this project refuses what kubectl reads. docs/reading.md has these reasons. */
const OUR_REASONS: readonly RegExp[] = [
  /^kubectl may read the key .* as another number$/, /^a key must be plain text/, /byte order mark/, /^netpol does not read the tag/, /this is not a tag that netpol reads/,
  /^not valid YAML: kubectl cannot read a directive/, /^this object has the field '.*' twice$/, /^this contains half of a surrogate pair/,
  /^not valid YAML: there is no escape \\ud/,
];

export function isOurReason(message: string): boolean {
  return OUR_REASONS.some(reason => reason.test(message));
}

/** A value as text, independent of the order of its fields. Go has no -0. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) { return `[${value.map(canonical).join()}]`; }
  if (typeof value !== 'object' || value === null) { return Object.is(value, -0) ? '0' : JSON.stringify(value); }
  return `{${Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`;
}

const BATCH = 5000;

/** Compares random texts until a limit is reached or one is read differently. */
export function fuzzReading(seed: number, limits: { milliseconds: number; texts: number }, progress: (texts: number) => void):
{ texts: number; different?: { text: string; ours: string; theirs: string } } {
  const end = Date.now() + limits.milliseconds;
  let count = 0;
  for (let batch = 0; count < limits.texts && Date.now() < end; batch++) {
    const texts = fc.sample(nearlyYaml, { seed: seed + batch, numRuns: Math.min(BATCH, limits.texts - count) }).filter(isText);
    for (const reading of readingsOf(texts)) {
      const outcome = compareReadings(reading);
      if (outcome.kind === 'read differently') { return { texts: count, different: { text: reading.text, ours: outcome.ours, theirs: outcome.theirs } }; }
    }
    count += BATCH;
    progress(count);
  }
  return { texts: count };
}
