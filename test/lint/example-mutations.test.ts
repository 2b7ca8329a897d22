import * as ts from 'typescript';
import { mutationsOf } from './example-mutations';
import { lintObjects, objectsOf, rulePage } from './rule-page';
import { printedBy, programOf } from './tier-programs';
import { FindingCode, LINT_CODES } from '../../src/findings/codes';

/* Each rule notices a small mistake in the good example on its page. Whatever the mistake is, lint has an answer. */

const inYaml = LINT_CODES.filter(code => rulePage(code).good?.language === 'yaml');

test.each(inYaml)('a small change of the good example of %s has the finding, and no change makes lint fail', code => {
  const { good, cni } = rulePage(code);
  const objects = objectsOf(good!);
  expect(lintObjects(objects, cni)).toMatchObject({ isValid: true, codes: expect.not.arrayContaining([code]) });
  const noticed = mutationsOf(objects).filter(one => {
    const { isValid, codes } = lintObjects(one.objects, cni);
    return isValid && codes.includes(code);
  });
  expect(noticed.map(({ change }) => change)).not.toEqual([]);
});

/** The good examples in TypeScript: what is changed in each, and to what. */
const IN_PROGRAMS: Partial<Record<FindingCode, readonly [what: string, from: string, to: string]>> = {
  NP101: ['a letter too few in the name of a tier', "new Tier(chart, 'backend'", "new Tier(chart, 'backen'"],
  NP102: ['the label of another tier', "{ labels: { app: 'reports' } }", "{ labels: { app: 'frontend' } }"],
  NP103: ['no label that tells the workloads apart', ', part: name', ''],
  NP104: ['one label for both workloads', '{ labels: { app: name } }', "{ labels: { app: 'shop' } }"],
};

test('every other good example is a program that is changed here', () => {
  expect([...inYaml, ...Object.keys(IN_PROGRAMS)].sort()).toEqual([...LINT_CODES].sort());
});

test.each(Object.entries(IN_PROGRAMS))('the good example of %s has the finding with %j', (code, [, from, to]) => {
  const good = programOf(code as FindingCode, 'good');
  expect(printedBy(() => { runProgram(good); })).toBe('');
  const changed = good.replaceAll(from, to);
  expect(changed).not.toBe(good);
  expect(printedBy(() => { runProgram(changed); })).toContain(code);
});

/** Runs a program as it is on a page. */
function runProgram(program: string): void {
  const { outputText } = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('require', 'exports', outputText)(require, {});
}
