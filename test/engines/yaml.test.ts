import { readFileSync } from 'fs';
import { KUBECTL, versionOf } from './go-engine';
import { fileOf, readLines } from './recorded';
import { compareReadings, isOurReason, RecordedReading } from './yaml-readings';

/* Every text is read as kubectl's own packages read it, or refused. */

const readings = readLines<RecordedReading>('yaml.jsonl.gz');
const outcomes = readings.map(reading => ({ text: reading.text, outcome: compareReadings(reading) }));

test('the readings are of the version in go.mod, and of at least 3,000 texts, of which kubectl reads and refuses many', () => {
  const refused = readings.filter(({ error }) => error !== undefined).length;
  expect(JSON.parse(readFileSync(fileOf('engines.json'), 'utf8')).kubectl).toEqual({ engine: versionOf(KUBECTL), texts: readings.length, refused });
  expect(readings.length).toBeGreaterThanOrEqual(3000);
  expect(refused).toBeGreaterThan(readings.length / 4);
  expect(refused).toBeLessThan(readings.length * 3 / 4);
});

test('no text is read differently from kubectl without an error', () => {
  expect(outcomes.filter(({ outcome }) => outcome.kind === 'read differently')).toEqual([]);
});

test('what kubectl reads and this project refuses is rare, and of few kinds', () => {
  const refused = outcomes.flatMap(({ text, outcome }) => outcome.kind === 'refused by us' ? [{ text, ...outcome }] : []);
  const others = refused.filter(({ message }) => !isOurReason(message));
  expect(refused.length).toBeLessThan(readings.length * 0.06);
  // Other faults in text that kubectl ignores, because it follows a value in brackets.
  expect(others.filter(({ text }) => !/[\]}]/.test(text)).map(({ text, message }) => [text, message])).toEqual([]);
  expect(others.length).toBeLessThan(5);
});
