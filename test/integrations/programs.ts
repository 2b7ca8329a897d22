import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { warnSkipped } from '../support/go';

/*
 * The programs that the steps of integrations start: the netpol of this project, and stand-ins for programs that talk to servers. Each stand-in records its
 * calls.
 */

/** `npm run test:integrations` has compiled it. */
const MAIN = path.join(__dirname, '..', '..', 'lib', 'cli', 'main.js');

/** `describe`, or a skipped one with a loud warning if a program is not on the PATH. */
export function whereInstalled(...programs: readonly string[]): jest.Describe {
  const missing = programs.filter(one => spawnSync('sh', ['-c', `command -v ${one}`]).status !== 0);
  if (missing.length === 0) { return describe; }
  warnSkipped(`the tests with ${programs.join(' and ')}`, `${missing.join(' and ')} is not installed`);
  return describe.skip as jest.Describe;
}

/** A folder of programs for the PATH, and what was called. */
export class Programs {
  public readonly folder: string;
  private readonly log: string;

  constructor(temp: string) {
    this.folder = path.join(temp, 'bin');
    this.log = path.join(temp, 'calls');
    fs.mkdirSync(this.folder);
    fs.writeFileSync(this.log, '');
    this.add('netpol', NETPOL);
  }

  /** The environment of a step. */
  public get env(): NodeJS.ProcessEnv {
    return {
      HOME: path.dirname(this.folder),
      TMPDIR: process.env.TMPDIR,
      PATH: `${this.folder}:${process.env.PATH}`,
      LANG: 'C.UTF-8',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.file.allow',
      GIT_CONFIG_VALUE_0: 'always',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    };
  }

  /** The arguments of each call of a stand-in, in their order. */
  public calls(program: string): string[][] {
    return fs.readFileSync(this.log, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line))
      .filter(call => call.program === program).map(call => call.args);
  }

  /** Adds a program of Node. `record()` adds a call to the list; `args` are its arguments. */
  public add(name: string, text: string): void {
    const start = `#!/usr/bin/env node
const fs = require('fs'), path = require('path'), { spawnSync } = require('child_process');
const args = process.argv.slice(2), main = ${JSON.stringify(MAIN)};
const record = () => fs.appendFileSync(${JSON.stringify(this.log)}, JSON.stringify({ program: ${JSON.stringify(name)}, args }) + '\\n');
`;
    fs.writeFileSync(path.join(this.folder, name), start + text, { mode: 0o755 });
  }
}

/**
 * The netpol of this project. It has no `diff` yet, so there is a stand-in: whatever file of YAML is changed opens a connection, and is
 * undecided if the text has the word. It is used as long as `netpol --help` has no diff.
 */
const NETPOL = `
const run = (...argv) => spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const real = (argv) => { const { status, stdout, stderr } = run(...argv); process.stdout.write(stdout); process.stderr.write(stderr); process.exitCode = status; };
record();
if (args[0] !== 'diff' || /^ +diff /m.test(run('--help').stdout)) {
  real(args);
} else {
  const value = (name) => args[args.indexOf(name) + 1];
  const paths = args.filter((one, i) => i > 0 && !one.startsWith('-') && !/^(--base|--fail-on|-o)$/.test(args[i - 1]));
  if (!args.includes('--base')) {
    const isEqual = spawnSync('diff', ['-r', ...paths]).status === 0;
    console.log(isEqual ? 'This change opens nothing.' : 'This change opens 1 connection.');
    process.exit(isEqual ? 0 : 1);
  }
  const git = (...argv) => spawnSync('git', argv, { encoding: 'utf8' }).stdout;
  const base = git('merge-base', value('--base'), 'HEAD').trim();
  const changes = git('diff', base, '--', ...paths);
  const files = git('diff', '--name-only', base, '--', ...paths).split('\\n').filter(file => /yaml$/.test(file));
  const isUndecided = changes.includes('undecided');
  if (value('-o') === 'sarif') {
    const log = JSON.parse(run('lint', '-o', 'sarif', '--', ...paths).stdout);
    log.runs[0].results.push(...files.map(uri => ({ ruleId: 'NP202', message: { text: 'opened' }, locations: [{ physicalLocation: { artifactLocation: { uri } } }] })));
    console.log(JSON.stringify(log));
  } else {
    console.log(files.length === 0 ? '**This change opens nothing.**' : '**This change opens 1 connection.**\\n\\n' + files.map(file => '- ' + file).join('\\n'));
  }
  process.exitCode = files.length > 0 && ['any', 'broadened'].includes(value('--fail-on')) ? isUndecided ? args.includes('--allow-undecided') ? 0 : 3 : 1 : 0;
}
`;
