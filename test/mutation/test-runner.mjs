import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import * as path from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';

/*
 * Runs the tests of a module for Stryker, in one process. Each mutant gets fresh copies of everything in src/ and test/, because code that a mutant
 * changes may have filled a cache. What is compiled, and what comes from node_modules, stays. That is ten times as fast as to start jest for
 * each mutant.
 */

const TEST_TIMEOUT_MS = 60_000;

/** Further folders and files of test/, by module. */
const MORE = {
  // Random programs against the specification of claims.
  claims: ['promises/claims.test.ts'],
  // The evaluator as a whole: the specification on random clusters, and the laws of NetworkPolicy.
  evaluator: ['spec', 'laws'],
  // Everything that searches: claims, and what a change opens and closes.
  search: ['claims', 'promises/claims.test.ts', 'changes/diff.test.ts', 'changes/diff-property.test.ts'],
};

/** Modules with several subjects: the beginning of a file's name says which of the module's tests are about it. Other files are tried by the tests of no subject. */
const SUBJECTS = {
  changes: { plan: ['plan', 'bridging'] },
  cli: { plan: ['plan'] },
};

const require = createRequire(import.meta.url);
const circus = require('jest-circus');
const { jestExpect } = require('@jest/expect');
const { ModuleMocker } = require('jest-mock');
const ts = require('typescript');

// Stryker changes to the folder with the mutated code after it has loaded this file.
let SRC = '';
let TEST = '';
function enter(root) { [SRC, TEST] = ['src', 'test'].map(name => path.join(root, name)); }

const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
const compiled = new Map();
Module._extensions['.ts'] = (module, file) => {
  if (!compiled.has(file)) { compiled.set(file, ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file }).outputText); }
  module._compile(compiled.get(file), file);
};

// Tests import the package by its name, as jest's moduleNameMapper allows them.
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => request === 'cdk8s-netpol' ? path.join(SRC, 'index.ts') : resolve(request, ...rest);

const mocker = new ModuleMocker(globalThis);
Object.assign(globalThis, {
  describe: circus.describe, test: circus.test, it: circus.it, expect: jestExpect,
  beforeAll: circus.beforeAll, beforeEach: circus.beforeEach, afterAll: circus.afterAll, afterEach: circus.afterEach,
  jest: { fn: (...args) => mocker.fn(...args), spyOn: (...args) => mocker.spyOn(...args), restoreAllMocks: () => mocker.restoreAllMocks() },
});

function testFilesIn(folder) {
  if (folder.endsWith('.ts')) { return [path.join(TEST, folder)]; }
  const all = readdirSync(path.join(TEST, folder), { recursive: true }).map(name => path.join(TEST, folder, `${name}`)).filter(file => file.endsWith('.test.ts')).sort();
  // Examples are faster than properties, and the first failure is enough.
  const isProperty = file => file.endsWith('-property.test.ts');
  return [...all.filter(file => !isProperty(file)), ...all.filter(isProperty)];
}

/** Loads these test files, and all of ours that they import, once more. */
function load(files) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(SRC + path.sep) || file.startsWith(TEST + path.sep)) { delete require.cache[file]; }
  }
  circus.resetState();
  circus.setState({ ...circus.getState(), testTimeout: TEST_TIMEOUT_MS });
  const loader = createRequire(import.meta.url);
  loader(path.join(TEST, 'support/seed.ts'));
  for (const file of files) {
    circus.describe(path.relative(TEST, file).split(path.sep).join('/'), () => { loader(file); });
  }
}

function idOf(test) {
  const names = [];
  for (let node = test; node.parent; node = node.parent) { names.unshift(node.name); }
  return names.join(' › ');
}

/** The test files of the modules that these files of src/ are in, or of the subjects that they are about. */
function testFilesOf(files) {
  return [...new Set(files.flatMap(file => {
    const name = /\bsrc\/([^/]+)\//.exec(file.replaceAll('\\', '/'))[1];
    const subjects = Object.entries(SUBJECTS[name] ?? {});
    const subjectOf = one => subjects.find(([, beginnings]) => beginnings.some(text => path.basename(one).startsWith(text)))?.[0];
    return [name, ...MORE[name] ?? []].flatMap(testFilesIn).filter(test => subjectOf(test) === subjectOf(file));
  }))];
}

class ModuleTestRunner {
  /** How long the tests of each file took without a mutant, in milliseconds. */
  duration = new Map();

  capabilities() { return { reloadEnvironment: true }; }

  init() { enter(process.cwd()); }

  async dryRun({ files, coverageAnalysis }) {
    const namespace = this.namespace();
    const onTest = id => { namespace.currentTestId = coverageAnalysis === 'perTest' ? id : undefined; };
    const result = await this.run(testFilesOf(files), { onTest });
    for (const { id, timeSpentMs } of result.tests) {
      const [file] = id.split(' › ');
      this.duration.set(file, (this.duration.get(file) ?? 0) + timeSpentMs);
    }
    return { ...result, mutantCoverage: namespace.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    const namespace = this.namespace();
    Object.assign(namespace, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit === undefined ? undefined : 0, currentTestId: undefined });
    const wanted = testFilter && new Set(testFilter);
    const durationOf = file => this.duration.get(this.nameOf(file)) ?? 0;
    // A test that fails ends the run, so the fast ones come first.
    const files = testFilesOf([activeMutant.fileName]).filter(file => !wanted || testFilter.some(id => this.isIn(id, file)))
      .sort((a, b) => durationOf(a) - durationOf(b));
    const result = await this.run(files, { wanted, bails: !disableBail });
    return toMutantRunResult(determineHitLimitReached(namespace.hitCount, hitLimit) ?? result);
  }

  /** What the mutated code and Stryker tell each other. */
  namespace() { return globalThis.__stryker__ ??= {}; }

  nameOf(file) { return path.relative(TEST, file).split(path.sep).join('/'); }

  isIn(id, file) { return id.startsWith(`${this.nameOf(file)} › `); }

  async run(files, { wanted, bails = false, onTest = () => {} }) {
    const tests = [];
    let hasFailed = false;
    const listen = event => {
      if (event.name === 'test_start') {
        const id = idOf(event.test);
        if (wanted && !wanted.has(id) || bails && hasFailed) { event.test.mode = 'skip'; }
        onTest(id);
      } else if (event.name === 'test_done') {
        const { test } = event;
        const id = idOf(test);
        const common = { id, name: id, timeSpentMs: test.duration ?? 0 };
        hasFailed ||= test.errors.length > 0;
        tests.push(test.errors.length > 0
          ? { ...common, status: TestStatus.Failed, failureMessage: String(test.errors[0][0]?.message ?? test.errors[0]) }
          : { ...common, status: TestStatus.Success });
        mocker.clearAllMocks();
        onTest(undefined);
      }
    };
    try {
      load(files);
    } catch (error) {
      // A mutant that breaks a module while it is loaded fails every test.
      return { status: DryRunStatus.Complete, tests: [{ id: 'loading', name: 'loading', timeSpentMs: 0, status: TestStatus.Failed, failureMessage: `${error}` }] };
    }
    circus.addEventHandler(listen);
    try {
      await circus.run();
    } finally {
      circus.removeEventHandler(listen);
      mocker.restoreAllMocks();
    }
    return { status: DryRunStatus.Complete, tests };
  }
}
ModuleTestRunner.inject = [];

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'module-tests', ModuleTestRunner)];
