import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parse, stringify } from 'yaml';
import { Programs, whereInstalled } from './programs';
import { NARROW, newRepository, Repository, WIDE } from './repository';

/* The hooks of .pre-commit-hooks.yaml in a repository. `npx` is a stand-in that runs the netpol of this project. */

const HOOKS_FILE = path.join(__dirname, '../../.pre-commit-hooks.yaml');

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly files: string;
  readonly pass_filenames: boolean;
}
const HOOKS: readonly Hook[] = parse(fs.readFileSync(HOOKS_FILE, 'utf8'));

let temp: string;
let programs: Programs;
let repository: Repository;
beforeEach(() => {
  temp = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-hooks-'));
  programs = new Programs(temp);
  programs.add('npx', `record();
    const { status } = spawnSync(args[args.indexOf('--') + 1], args.slice(args.indexOf('--') + 2), { stdio: 'inherit' });
    process.exitCode = status;`);
  repository = newRepository(path.join(temp, 'repository'), programs.env);
  repository.commit(NARROW);
});
afterEach(() => fs.rmSync(temp, { recursive: true }));

/** Adds a change to the index, and runs a hook as pre-commit does. */
function run(id: string, files: Readonly<Record<string, string>>, args?: readonly string[]): { status: number | null; stdout: string } {
  repository.write(files);
  repository.git('add', '.');
  const hook = HOOKS.find(one => one.id === id)!;
  const [program, ...own] = hook.entry.split(' ');
  return spawnSync(program, [...own, ...args ?? hook.args], { cwd: repository.folder, env: programs.env, encoding: 'utf8' });
}

test('the hooks are lint and diff, about all files together', () => {
  expect(HOOKS.map(({ id }) => id)).toEqual(['netpol-lint', 'netpol-diff']);
  for (const hook of HOOKS) {
    expect(hook.pass_filenames).toBe(false);
    for (const file of ['k8s/a.yaml', 'a.yml', 'chart/templates/_names.tpl', 'a.json']) { expect(file).toMatch(new RegExp(hook.files)); }
    expect('README.md').not.toMatch(new RegExp(hook.files));
  }
});

test('lint passes, and fails if a finding is an error', () => {
  expect(run('netpol-lint', {}).status).toBe(0);
  const { status, stdout } = run('netpol-lint', { 'k8s/policies.yaml': NARROW['k8s/policies.yaml'].replace('port: 5432', 'port: postgres') });
  expect(status).toBe(1);
  expect(stdout).toContain('error NP112');
});

test('diff compares what is committed now with the last commit', () => {
  expect(run('netpol-diff', { 'README.md': 'a' }).status).toBe(0);
  const { status, stdout } = run('netpol-diff', WIDE);
  expect(status).toBe(1);
  expect(stdout).toMatch(/opens \d/i);
  repository.commit({});
  expect(run('netpol-diff', { 'README.md': 'b' }).status).toBe(0);
});

test('the arguments are those of the user, if there are any', () => {
  run('netpol-diff', WIDE, ['--fail-on', 'any', '--', 'k8s']);
  expect(programs.calls('netpol').at(-1)).toEqual(['diff', '--base', 'HEAD', '--fail-on', 'any', '--', 'k8s']);
});

whereInstalled('pre-commit')('pre-commit', () => {
  test('runs the hooks for a commit, and stops one that opens something', () => {
    const source = newRepository(path.join(temp, 'hooks'), programs.env);
    const rev = source.commit({ '.pre-commit-hooks.yaml': fs.readFileSync(HOOKS_FILE, 'utf8') });
    const hooks = HOOKS.map(({ id, args }) => ({ id, args: args.map(one => one === '.' ? 'k8s' : one) }));
    repository.commit({ '.pre-commit-config.yaml': stringify({ repos: [{ repo: `file://${source.folder}`, rev, hooks }] }) });
    const preCommit = (env: NodeJS.ProcessEnv = {}) => spawnSync('pre-commit', ['run'], { cwd: repository.folder, env: { ...programs.env, ...env }, encoding: 'utf8' });
    repository.write(WIDE);
    repository.git('add', '.');
    const stopped = preCommit();
    expect(stopped.stdout).toMatch(/netpol lint\.+Passed/);
    expect(stopped.stdout).toMatch(/netpol diff\.+Failed/);
    expect(stopped.stdout).toMatch(/opens \d/i);
    expect(stopped.status).toBe(1);
    expect(preCommit({ SKIP: 'netpol-diff' }).status).toBe(0);
  });
});
