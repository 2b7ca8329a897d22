import { spawnSync } from 'child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { readEquivalents } from './equivalents';
import { judge, MutationReport, percent } from './survivors';

/* `npm run mutation`: docs/trust.md tells what it is for. */

/** Of the mutants, so many per cent have to be killed. */
const LEAST = 95;

const ROOT = path.join(__dirname, '../..');
const REPORT = path.join(ROOT, 'reports/mutation/mutation.json');
const MEMORY = path.join(ROOT, 'reports/mutation/incremental.json');

const program = new Command('npm run mutation --')
  .description('Changes the code in one small place after the other, and sees whether a test notices.')
  .argument('[path...]', 'files or folders of src', ['src/cluster', 'src/evaluator'])
  .option('--anew', 'try again also what was killed in an earlier run')
  .option('--concurrency <n>', 'so many mutants at a time', '1')
  .showHelpAfterError();

/** Where paths are folders, all that is in them. */
function isIn(paths: readonly string[]): (file: string) => boolean {
  return file => paths.some(one => file === one || file.startsWith(`${one}/`));
}

function globOf(one: string): string {
  return statSync(path.join(ROOT, one)).isDirectory() ? `${one}/**/*.ts` : one;
}

/**
 * What survived is tried again in every run: a test that is there may have become stricter, which Stryker does not see.
 * What was killed is not, as long as neither the code nor the test that did it has changed.
 */
function forgetSurvivors(isMeant: (file: string) => boolean): void {
  if (!existsSync(MEMORY)) { return; }
  const memory: MutationReport = JSON.parse(readFileSync(MEMORY, 'utf8'));
  const files = Object.fromEntries(Object.entries(memory.files).map(([file, known]) => [file, {
    ...known, mutants: known.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout' || !isMeant(file)),
  }]));
  writeFileSync(MEMORY, JSON.stringify({ ...memory, files }));
}

/** What Stryker says of these files: its report tells of all that it remembers. */
function reportOn(isMeant: (file: string) => boolean): MutationReport {
  const { files } = JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport;
  return { files: Object.fromEntries(Object.entries(files).filter(([file]) => isMeant(file))) };
}

function tell(report: MutationReport): number {
  const { scores, unexplained, stale } = judge(report, readEquivalents());
  for (const score of scores) { console.log(`${String(percent([score])).padStart(6)} %  ${score.killed} of ${score.mutants}  ${score.file}`); }
  console.log(`${String(percent(scores)).padStart(6)} %  in all`);
  for (const { file, line, at, mutant } of unexplained) {
    console.error(`\nNot killed: ${file}:${line}. Write a test that fails, or list it under ${file} in test/mutation/equivalent.yaml with the reason why none can:`);
    console.error(stringify([{ at, mutants: [mutant], why: '' }], { lineWidth: 0 }));
  }
  for (const { file, at, mutant } of stale) {
    console.error(`\nKilled, or not there any more: take it out of test/mutation/equivalent.yaml, under ${file}:`);
    console.error(stringify([{ at, mutants: [mutant] }], { lineWidth: 0 }));
  }
  const isEnough = percent(scores) >= LEAST;
  if (!isEnough) { console.error(`\nLess than ${LEAST} % of the mutants are killed.`); }
  return isEnough && unexplained.length === 0 && stale.length === 0 ? 0 : 1;
}

function main(args: readonly string[]): number {
  program.parse(args);
  const { anew = false, concurrency } = program.opts<{ anew?: boolean; concurrency: string }>();
  // A path as it is written in reports, however it was given.
  const paths = (program.processedArgs[0] as string[]).map(one => path.relative(ROOT, path.resolve(one)).split(path.sep).join('/'));
  const missing = paths.find(one => !existsSync(path.join(ROOT, one)));
  if (missing !== undefined) { return program.error(`error: there is no ${missing}`); }
  rmSync(REPORT, { force: true });
  forgetSurvivors(isIn(paths));
  const { status } = spawnSync('stryker', [
    'run', 'test/mutation/stryker.config.json', '--mutate', paths.map(globOf).join(','), '--concurrency', concurrency, ...anew ? ['--force'] : [],
  ], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, RANDOM_RUNS: '0.01', RANDOM_SEED: '1' } });
  return status === 0 ? tell(reportOn(isIn(paths))) : status ?? 1;
}

process.exitCode = main(process.argv);
