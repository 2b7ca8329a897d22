import * as fs from 'fs';
import * as path from 'path';
import { findingsPage } from './findings-page';
import { FINDING_CODES } from '../../src/findings/codes';

const ROOT = path.join(__dirname, '../..');
const CODES_FILE = path.join('findings', 'codes.ts');
const sources = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
const codesIn = (file: string) => fs.readFileSync(path.join(ROOT, 'src', file), 'utf8').match(/'NP\d{3}'/g)?.map(code => code.slice(1, -1)) ?? [];

// Reserved for the verdicts of claims and for the assumption namespace-label, which the modules that report them do not use yet.
const NOT_USED_YET = ['NP201', 'NP202', 'NP203', 'NP204', 'NP302'];

test('every code has one entry, in ascending order', () => {
  const entries = [...fs.readFileSync(path.join(ROOT, 'src', CODES_FILE), 'utf8').matchAll(/^ {2}(NP\d{3}): /gm)].map(([, code]) => code);
  expect(entries).toEqual(Object.keys(FINDING_CODES));
  expect(entries).toEqual([...new Set(entries)].sort());
});

test('every code in src/ has an entry, and every entry is used', () => {
  const used = new Set(sources.filter(file => file !== CODES_FILE).flatMap(codesIn));
  expect([...used].sort()).toEqual(Object.keys(FINDING_CODES).filter(code => used.has(code) || !NOT_USED_YET.includes(code)));
});

test('docs/findings.md has the table of the codes', () => {
  expect(fs.readFileSync(path.join(ROOT, 'docs/findings.md'), 'utf8')).toBe(findingsPage());
});
