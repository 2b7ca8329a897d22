import { spawn, spawnSync } from 'child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { deployment } from '../report/shop';

const PROJECT = path.join(__dirname, '../..');

/** Where the command finds its libraries. */
const INSTALLED = path.join(PROJECT, 'node_modules', '.cache', `netpol-${process.pid}`);
const MAIN = path.join(INSTALLED, 'lib', 'cli', 'main.js');

// What is in lib/ may be older than the sources.
beforeAll(() => {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  for (const file of ['api', 'cluster', 'reach', 'analysis', 'report', 'cli'].flatMap(room => sourcesOf(room))) {
    const target = path.join(INSTALLED, 'lib', file.replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, transpileModule(readFileSync(path.join(PROJECT, 'src', file), 'utf8'), { compilerOptions }).outputText);
  }
  copyFileSync(path.join(PROJECT, 'package.json'), path.join(INSTALLED, 'package.json'));
});

afterAll(() => rmSync(INSTALLED, { recursive: true }));

function sourcesOf(room: string): string[] {
  return readdirSync(path.join(PROJECT, 'src', room)).map(file => path.join(room, file));
}

function netpol(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: PROJECT, input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('reads standard input, as from `helm template … | netpol list -`', () => {
  const { status, stdout } = netpol(['list', '-', '-o', 'csv'], deployment('a') + deployment('b'));
  expect(status).toBe(0);
  expect(stdout).toContain('app/a[Deployment],app/b[Deployment],All Connections\n');
});

test('the exit status is the answer', () => {
  const question = ['can-reach', 'examples/shop-by-hand/manifests', '--from', 'app/frontend', '--to'];
  expect(netpol([...question, 'app/backend'])).toEqual({ status: 0, stdout: 'yes\n', stderr: '' });
  expect(netpol([...question, 'app/db'])).toEqual({ status: 1, stdout: 'no\n', stderr: '' });
  expect(netpol([...question, 'app/nobody'])).toMatchObject({ status: 2, stdout: '' });
});

test('a reader that has seen enough is no failure', async () => {
  const child = spawn(process.execPath, [MAIN, 'list', '-', '-o', 'json']);
  let stderr = '';
  child.stderr.on('data', data => { stderr += data; });
  child.stdin.end(Array.from({ length: 150 }, (_, i) => deployment(`w${i}`)).join(''));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise(resolve => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'note: there is no NetworkPolicy in the input, so nothing is denied\n' });
});
