import { spawnSync } from 'child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { stringify } from 'yaml';
import { readEquivalents } from './equivalents';
import { judge, MutationReport, percent } from './survivors';

/* `npm run mutation`: docs/trust.md tells what it is for. What follows `--` is Stryker's. */

/** Of the mutants, so many per cent have to be killed. */
const LEAST = 95;

const ROOT = path.join(__dirname, '../..');
const REPORT = path.join(ROOT, 'reports/mutation/mutation.json');

const MEMORY = path.join(ROOT, 'reports/mutation/incremental.json');

/**
 * What survived is tried again in every run: a test that is there may have become stricter, which Stryker does not see.
 * What was killed is not, as long as neither the code nor the test that did it has changed.
 */
function forgetSurvivors(): void {
  if (!existsSync(MEMORY)) { return; }
  const memory: MutationReport = JSON.parse(readFileSync(MEMORY, 'utf8'));
  const files = Object.fromEntries(Object.entries(memory.files).map(([file, known]) =>
    [file, { ...known, mutants: known.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout') }]));
  writeFileSync(MEMORY, JSON.stringify({ ...memory, files }));
}

function main(args: readonly string[]): number {
  rmSync(REPORT, { force: true });
  forgetSurvivors();
  const { status } = spawnSync('stryker', ['run', 'test/mutation/stryker.config.json', ...args], {
    cwd: ROOT, stdio: 'inherit', env: { ...process.env, RANDOM_RUNS: '0.01', RANDOM_SEED: '1' },
  });
  if (status !== 0) { return status ?? 1; }
  const { scores, unexplained, stale } = judge(JSON.parse(readFileSync(REPORT, 'utf8')), readEquivalents());
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

process.exitCode = main(process.argv.slice(2));
