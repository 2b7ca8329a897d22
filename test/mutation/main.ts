import { spawnSync } from 'child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { readEquivalents, writeEquivalents } from './equivalents';
import { compareWithList, MutationReport, NamedMutant, percent, presentFiles, prune } from './survivors';

/* `npm run mutation`: docs/trust.md describes what it is for. */

/** The tests have to kill at least this many per cent of the mutants. */
const LEAST = 95;

/** What every answer rests on, and what prints it. */
const MODULES = ['cluster', 'evaluator', 'query', 'claims', 'intent-coverage', 'search', 'changes', 'report', 'assertions'].map(name => `src/${name}`);

const ROOT = path.join(__dirname, '../..');
const REPORT = path.join(ROOT, 'reports/mutation/mutation.json');
const MEMORY = path.join(ROOT, 'reports/mutation/incremental.json');

const program = new Command('npm run mutation --')
  .description('Changes the code in one small place after another, and checks that a test of the same module fails. Texts of messages do not count.')
  .argument('[path...]', 'files or folders of src', MODULES)
  .option('--all', 'try again what an earlier run killed')
  .option('--concurrency <n>', 'the number of mutants that are tried at the same time', '1')
  .option('--prune', 'try nothing: remove stale entries from equivalent.yaml, by the last run, and print its survivors')
  .showHelpAfterError();

/** Whether a file is one of the paths or in a folder among them. */
function isIn(paths: readonly string[]): (file: string) => boolean {
  return file => paths.some(one => file === one || file.startsWith(`${one}/`));
}

function globOf(one: string): string {
  return statSync(path.join(ROOT, one)).isDirectory() ? `${one}/**/*.ts` : one;
}

/** The results that Stryker keeps from run to run. */
function readMemory(): MutationReport {
  return existsSync(MEMORY) ? JSON.parse(readFileSync(MEMORY, 'utf8')) : { files: {} };
}

/**
 * Every run tries the survivors again, because a test may have become stricter, and Stryker does not notice that. It does not try again
 * what was killed, as long as neither the code nor the test that killed it changes.
 */
function forgetSurvivors(isMeant: (file: string) => boolean): void {
  if (!existsSync(MEMORY)) { return; }
  const memory = readMemory();
  const files = Object.fromEntries(Object.entries(memory.files).map(([file, known]) => [file, {
    ...known, mutants: known.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout' || !isMeant(file)),
  }]));
  writeFileSync(MEMORY, JSON.stringify({ ...memory, files }));
}

/** The share of random inputs that are tried for each mutant. Claims have few random tests, and need more inputs. */
function shareOf(paths: readonly string[]): string {
  return paths.every(isIn(['src/claims'])) ? '0.05' : '0.01';
}

/** Tries the mutants of paths that are in one module, with the tests of that module. */
function runStryker(paths: readonly string[], all: boolean, concurrency: string): MutationReport | undefined {
  rmSync(REPORT, { force: true });
  forgetSurvivors(isIn(paths));
  const { status } = spawnSync('stryker', [
    'run', 'test/mutation/stryker.config.json', '--mutate', paths.map(globOf).join(','), '--concurrency', concurrency, ...all ? ['--force'] : [],
  ], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, RANDOM_RUNS: shareOf(paths), RANDOM_SEED: '1' } });
  if (status !== 0) { return undefined; }
  // The report is about everything that Stryker remembers.
  const { files } = JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport;
  return { files: Object.fromEntries(Object.entries(files).filter(([file]) => isIn(paths)(file))) };
}

function asEntry({ in: holder, mutant }: NamedMutant, more: object = {}): string {
  return stringify([{ in: holder, mutants: [mutant], ...more }], { lineWidth: 0 });
}

function printResult(report: MutationReport): number {
  const { scores, unexplained, stale } = compareWithList(report, readEquivalents());
  for (const score of scores) { console.log(`${String(percent([score])).padStart(6)} %  ${score.killed} of ${score.mutants}  ${score.file}`); }
  console.log(`${String(percent(scores)).padStart(6)} %  in all`);
  for (const survivor of unexplained) {
    console.error(`\n${survivor.file}:${survivor.line}: no test fails. Write one that does, or add this under ${survivor.file} in test/mutation/equivalent.yaml, with the reason:`);
    console.error(asEntry(survivor, { why: '' }));
  }
  for (const entry of stale) {
    console.error(`\n${entry.file}: this mutant is killed or no longer exists. Remove it from test/mutation/equivalent.yaml, or run npm run mutation -- --prune:`);
    console.error(asEntry(entry));
  }
  const isEnough = percent(scores) >= LEAST;
  if (!isEnough) { console.error(`\nThe tests kill less than ${LEAST} % of the mutants.`); }
  return isEnough && unexplained.length === 0 && stale.length === 0 ? 0 : 1;
}

function pruneList(isMeant: (file: string) => boolean): number {
  const readSource = (file: string) => existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : undefined;
  const memory = readMemory();
  writeEquivalents(prune(readEquivalents(), memory, readSource));
  return printResult({ files: Object.fromEntries(Object.entries(presentFiles(memory, readSource)).filter(([file]) => isMeant(file))) });
}

function main(args: readonly string[]): number {
  program.parse(args);
  const { all = false, prune: isPruning = false, concurrency } = program.opts<{ all?: boolean; prune?: boolean; concurrency: string }>();
  // Reports name files by their path below the project's folder.
  const paths = (program.processedArgs[0] as string[]).map(one => path.relative(ROOT, path.resolve(one)).split(path.sep).join('/'));
  const missing = paths.find(one => !existsSync(path.join(ROOT, one)));
  if (missing !== undefined) { return program.error(`error: ${missing} does not exist`); }
  if (isPruning) { return pruneList(isIn(paths)); }
  let files: MutationReport['files'] = {};
  for (const name of new Set(paths.map(one => one.split('/').slice(0, 2).join('/')))) {
    const report = runStryker(paths.filter(one => isIn([name])(one)), all, concurrency);
    if (report === undefined) { return 1; }
    files = { ...files, ...report.files };
  }
  return printResult({ files });
}

process.exitCode = main(process.argv);
