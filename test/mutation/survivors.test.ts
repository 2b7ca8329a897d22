import { readFileSync } from 'fs';
import * as path from 'path';
import { readEquivalents } from './equivalents';
import { judge, Mutant, MutationReport, percent } from './survivors';

const SOURCE = 'const a = 1;\n  return a > 1\n    && b;\n';

function mutant(status: Mutant['status'], start: [number, number], end: [number, number], replacement: string): Mutant {
  return { mutatorName: 'M', status, replacement, location: { start: { line: start[0], column: start[1] }, end: { line: end[0], column: end[1] } } };
}

const report = (...mutants: Mutant[]): MutationReport => ({ files: { 'src/a.ts': { source: SOURCE, mutants } } });
const SURVIVOR = mutant('Survived', [2, 10], [3, 9], 'a  >\n1');
const NAMED = { file: 'src/a.ts', at: 'return a > 1', mutant: 'a > 1 && b → a > 1' };
const LISTED = { at: NAMED.at, mutants: [NAMED.mutant], why: 'b is never false' };

test('a mutant that is killed, never comes to an end, or can not be loaded, counts; one that does not run does not', () => {
  const one = (status: Mutant['status']) => mutant(status, [1, 11], [1, 12], '2');
  expect(judge(report(one('Killed'), one('Timeout'), one('RuntimeError'), one('CompileError'), one('Ignored')), {}))
    .toEqual({ scores: [{ file: 'src/a.ts', killed: 3, mutants: 3 }], unexplained: [], stale: [] });
  const untried = { ...one('RuntimeError'), statusReason: 'Invalid regular expression: /(a name)|(another)/' };
  expect(judge(report(untried), {})).toMatchObject({ scores: [{ killed: 0, mutants: 1 }], unexplained: [{ line: 1 }] });
});

test('a survivor, and a mutant that no test runs, have to be in the list', () => {
  expect(judge(report(SURVIVOR), {}).unexplained).toEqual([{ ...NAMED, line: 2 }]);
  expect(judge(report({ ...SURVIVOR, status: 'NoCoverage' }), {}).unexplained).toHaveLength(1);
  expect(judge(report(SURVIVOR), { 'src/a.ts': [LISTED] })).toEqual({ scores: [{ file: 'src/a.ts', killed: 0, mutants: 1 }], unexplained: [], stale: [] });
  expect(judge(report(SURVIVOR), { 'src/b.ts': [LISTED] }).unexplained).toHaveLength(1);
});

test('what is in the list has to survive', () => {
  expect(judge(report({ ...SURVIVOR, status: 'Killed' }), { 'src/a.ts': [LISTED] }).stale).toEqual([NAMED]);
  expect(judge(report(SURVIVOR), { 'src/a.ts': [{ ...LISTED, at: 'const a = 1;' }] })).toMatchObject({ unexplained: [{}], stale: [{}] });
});

test('the score is rounded down', () => {
  expect(percent([{ file: 'a', killed: 94, mutants: 99 }, { file: 'b', killed: 1, mutants: 1 }])).toBe(95);
  expect(percent([{ file: 'a', killed: 94_999, mutants: 100_000 }])).toBe(94.99);
  expect(percent([])).toBe(100);
});

test.each(Object.entries(readEquivalents()))('the lines that the list is about are there in %s, each with a reason', (file, entries) => {
  const lines = readFileSync(path.join(__dirname, '../..', file), 'utf8').split('\n').map(line => line.trim());
  expect(entries.filter(({ at, why }) => !lines.includes(at) || !(why?.length > 10))).toEqual([]);
});
