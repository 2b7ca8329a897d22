import { readEquivalents } from './equivalents';
import { compareWithList, Mutant, MutationReport, percent, prune } from './survivors';

const SOURCE = `const LIMIT = 1;
class Box {
  fits(a: number, b: boolean) {
    return a > 1
      && b;
  }
}
function complain() { throw new Error('this box is full'); }
`;

/** A mutant of the first occurrence of some code. */
function mutant(status: Mutant['status'], code: string, replacement: string, mutatorName = 'M'): Mutant {
  const position = (offset: number) => {
    const lines = SOURCE.slice(0, offset).split('\n');
    return { line: lines.length, column: lines[lines.length - 1].length + 1 };
  };
  const start = SOURCE.indexOf(code);
  return { mutatorName, status, replacement, location: { start: position(start), end: position(start + code.length) } };
}

const report = (...mutants: Mutant[]): MutationReport => ({ files: { 'src/a.ts': { source: SOURCE, mutants } } });
const SURVIVOR = mutant('Survived', 'a > 1\n      && b', 'a  >\n1');
const NAMED = { file: 'src/a.ts', in: 'Box.fits', mutant: 'a > 1 && b → a > 1' };
const LISTED = { in: NAMED.in, mutants: [NAMED.mutant], why: 'b is never false' };

test('a mutant counts as killed if a test fails, never ends or cannot load, and does not count if it does not compile', () => {
  const one = (status: Mutant['status']) => mutant(status, '1', '2');
  expect(compareWithList(report(one('Killed'), one('Timeout'), one('RuntimeError'), one('CompileError'), one('Ignored')), {}))
    .toEqual({ scores: [{ file: 'src/a.ts', killed: 3, mutants: 3 }], unexplained: [], stale: [] });
  const untried = { ...one('RuntimeError'), statusReason: 'Invalid regular expression: /(a name)|(another)/' };
  expect(compareWithList(report(untried), {})).toMatchObject({ scores: [{ killed: 0, mutants: 1 }], unexplained: [{ line: 1, in: 'LIMIT' }] });
});

test('a survivor, and a mutant that no test reaches, must be in the list under its file and function', () => {
  expect(compareWithList(report(SURVIVOR), {}).unexplained).toEqual([{ ...NAMED, line: 4 }]);
  expect(compareWithList(report({ ...SURVIVOR, status: 'NoCoverage' }), {}).unexplained).toHaveLength(1);
  expect(compareWithList(report(SURVIVOR), { 'src/a.ts': [LISTED] })).toEqual({ scores: [{ file: 'src/a.ts', killed: 0, mutants: 1 }], unexplained: [], stale: [] });
  expect(compareWithList(report(SURVIVOR), { 'src/b.ts': [LISTED] }).unexplained).toHaveLength(1);
});

test('the text of a message does not count, and other texts do', () => {
  const emptied = (code: string) => compareWithList(report(mutant('Survived', code, "''", 'StringLiteral')), {}).scores[0].mutants;
  expect(emptied("'this box is full'")).toBe(0);
  expect(emptied('full')).toBe(1);
});

test('an entry of the list is stale if its mutant is killed or is in another function', () => {
  expect(compareWithList(report({ ...SURVIVOR, status: 'Killed' }), { 'src/a.ts': [LISTED] }).stale).toEqual([NAMED]);
  expect(compareWithList(report(SURVIVOR), { 'src/a.ts': [{ ...LISTED, in: 'LIMIT' }] })).toMatchObject({ unexplained: [{}], stale: [{}] });
});

test('pruning removes an entry whose mutant is killed, or whose file, function or expression no longer exists', () => {
  const left = (source: string | undefined, ran: MutationReport = { files: {} }) => prune({ 'src/a.ts': [LISTED] }, ran, () => source);
  expect(left(SOURCE)).toEqual({ 'src/a.ts': [LISTED] });
  expect(left(SOURCE.replace('LIMIT = 1', 'LIMIT = 2').replace('complain', 'shout'))).toEqual({ 'src/a.ts': [LISTED] });
  expect(left(SOURCE, report({ ...SURVIVOR, status: 'Killed' }))).toEqual({});
  for (const gone of [undefined, SOURCE.replace('fits', 'holds'), SOURCE.replace('&& b', '|| b')]) { expect(left(gone)).toEqual({}); }
});

test('a report of an earlier source does not decide what is stale', () => {
  const earlier = report({ ...SURVIVOR, status: 'Killed' });
  expect(prune({ 'src/a.ts': [LISTED] }, earlier, () => `${SOURCE}\n`)).toEqual({ 'src/a.ts': [LISTED] });
});

test('the score is rounded down', () => {
  expect(percent([{ file: 'a', killed: 94, mutants: 99 }, { file: 'b', killed: 1, mutants: 1 }])).toBe(95);
  expect(percent([{ file: 'a', killed: 94_999, mutants: 100_000 }])).toBe(94.99);
  expect(percent([])).toBe(100);
});

test('every entry of the list has a reason', () => {
  expect(Object.values(readEquivalents()).flat().filter(({ why }) => !(why?.length > 10))).toEqual([]);
});
