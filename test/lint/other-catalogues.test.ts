import * as fs from 'fs';
import * as path from 'path';
import { FOLDER } from './rule-page';

/* The page that maps the rules of other catalogues to ours. */

const PAGE = fs.readFileSync(path.join(FOLDER, 'other-catalogues.md'), 'utf8');
const rows = PAGE.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| rule')).map(line => line.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '')));

test('each rule of kube-netpol and of popeye about policies has a row', () => {
  const named = (pattern: RegExp) => rows.map(([rule]) => rule).filter(rule => pattern.test(rule));
  expect(named(/^KNP-/)).toEqual(Array.from({ length: 34 }, (_, i) => `KNP-${String(i + 1).padStart(3, '0')}`));
  expect(named(/^12\d\d$/)).toEqual(Array.from({ length: 9 }, (_, i) => `${1200 + i}`));
});

test('each of the other rules that the issue names has a row', () => {
  for (const rule of ['C-0030', 'C-0049', 'C-0054', 'C-0205', 'C-0206', 'C-0260', 'C-0299', 'CKV2_K8S_6', 'KSV-0038', 'polaris', 'kube-score', 'KICS', 'dangling-networkpolicy']) {
    expect(rows.some(([own]) => own.includes(rule))).toBe(true);
  }
});

test('each row names a code of ours, or says why there is none', () => {
  for (const [, , ours] of rows) { expect(ours).toMatch(/NP\d{3}|^none[:,] \w/); }
});

test('a code of the input or of lint that a row names exists', () => {
  expect(PAGE.match(/NP\d{3}/g)!.filter(code => !/^NP(?:0\d\d|1[0-6]\d|200)$/.test(code))).toEqual([]);
});
