import { spawn, spawnSync } from 'child_process';
import * as path from 'path';
import { deployment } from '../report/shop';
import { InstalledPackage } from '../support/installed-package';

const PROJECT = path.join(__dirname, '../..');

let installed: InstalledPackage;
beforeAll(() => { installed = new InstalledPackage(); });
afterAll(() => installed.remove());

function netpol(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [installed.netpol, ...args], { cwd: PROJECT, input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('the command reads standard input, as in `helm template … | netpol list -`', () => {
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

test('a reader that closes the pipe early is not an error', async () => {
  const child = spawn(process.execPath, [installed.netpol, 'list', '-', '-o', 'json']);
  let stderr = '';
  child.stderr.on('data', data => { stderr += data; });
  child.stdin.end(Array.from({ length: 150 }, (_, i) => deployment(`w${i}`)).join(''));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise(resolve => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^note: there is no NetworkPolicy in the input, so nothing is denied\nsummary: .*\n$/) });
});

test('can-reach starts fast: it loads neither cdk8s, nor a library that writes YAML, nor the writers', () => {
  const tell = "process.on('exit', () => { console.error(Object.keys(require.cache).join('\\n')); })";
  const { stderr } = spawnSync(process.execPath, ['-e', `${tell}; process.argv.splice(1, 0, ${JSON.stringify(installed.netpol)}); require(${JSON.stringify(installed.netpol)})`,
    'can-reach', 'examples/shop-by-hand/manifests', '--from', 'app/frontend', '--to', 'app/db'], { cwd: PROJECT, encoding: 'utf8' });
  const loaded = stderr.split('\n').filter(file => file.endsWith('.js'));
  expect(loaded.some(file => file.endsWith('/manifests/private/yaml.js'))).toBe(true);
  expect(loaded.filter(file => /node_modules\/(yaml|cdk8s|constructs)\/|report\//.test(file))).toEqual([]);
});

test('watch exits with 0 when it is interrupted', async () => {
  const child = spawn(process.execPath, [installed.netpol, 'watch', 'examples/shop-by-hand/manifests'], { cwd: PROJECT });
  let stdout = '';
  child.stdout.on('data', data => {
    stdout += data;
    child.kill('SIGINT');
  });
  const status = await new Promise(resolve => child.on('close', resolve));
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'watching examples/shop-by-hand/manifests: workloads: 4, policies: 4, connections: 9\n' });
});
