import { spawn, spawnSync } from 'child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
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

test('a reader that closes the pipe early stops the command: it does not compute the rest', async () => {
  const started = spawn('sh', ['-c', `"${process.execPath}" "${installed.netpol}" list - -o json | head -n 1; true`]);
  let stdout = '';
  started.stdout.on('data', data => { stdout += data; });
  // Two million rows are hundreds of megabytes, for which the writer would need most of a minute.
  started.stdin.end(Array.from({ length: 1500 }, (_, i) => deployment(`w${i}`)).join(''));
  const status = await new Promise(resolve => started.on('close', resolve));
  expect({ status, lines: stdout.split('\n').length }).toEqual({ status: 0, lines: 2 });
});

const hasFull = existsSync('/dev/full');
if (!hasFull) { console.warn('SKIPPED: the output to a full disk: there is no /dev/full'); }

(hasFull ? describe : describe.skip)('a disk that is full', () => {
  const shell = (command: string) => spawnSync('sh', ['-c', command.replaceAll('netpol', `"${process.execPath}" "${installed.netpol}"`)], { cwd: PROJECT, encoding: 'utf8' });
  const input = 'examples/shop-by-hand/manifests';

  test.each([
    `netpol list ${input} > /dev/full`, `netpol list ${input} -o json > /dev/full`, `netpol can-reach ${input} --from app/frontend --to app/backend > /dev/full`,
    `netpol explain ${input} --from app/frontend --to app/backend > /dev/full`, 'netpol --help > /dev/full',
  ])('is exit status 2 with one line: %s', command => {
    const { status, stderr } = shell(command);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/^netpol: cannot write the output: ENOSPC: [^\n]*\n$/) });
  });

  test('is exit status 2 too if the messages go there as well', () => {
    expect(shell(`netpol list ${input} > /dev/full 2>&1`).status).toBe(2);
    expect(shell('netpol list /nowhere 2> /dev/full').status).toBe(2);
  });
});

describe('a path that is not a file', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-path-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });
  const fifo = (name: string) => {
    expect(spawnSync('mkfifo', [path.join(folder, name)]).status).toBe(0);
    return path.join(folder, name);
  };

  test('may be a named pipe, as in `netpol list <(helm template …)`', async () => {
    const pipe = fifo('pipe');
    const child = spawn(process.execPath, [installed.netpol, 'list', pipe, '-o', 'csv']);
    let stdout = '';
    child.stdout.on('data', data => { stdout += data; });
    writeFileSync(pipe, deployment('a') + deployment('b'));
    await new Promise(resolve => child.on('close', resolve));
    expect(stdout).toContain('app/a[Deployment],app/b[Deployment],All Connections\n');
  });

  test('is not opened in a folder: a named pipe or a socket there is not the user\'s manifest', async () => {
    fifo('pipe.yaml');
    const server = createServer().listen(path.join(folder, 'socket.yaml'));
    writeFileSync(path.join(folder, 'a.yaml'), deployment('a'));
    expect(netpol(['list', folder, '-o', 'csv'])).toMatchObject({ status: 0, stdout: expect.stringContaining('app/a[Deployment]') });
    await new Promise(resolve => server.close(resolve));
  });

  test('is an error if it is a socket', async () => {
    const server = createServer().listen(path.join(folder, 'socket'));
    expect(netpol(['list', path.join(folder, 'socket')])).toEqual({ status: 2, stdout: '', stderr: `${folder}/socket: error NP002: this is a socket; name a file\n` });
    await new Promise(resolve => server.close(resolve));
  });

  test('is an error if it has no end, as a manifest, as a file of intents, and as standard input', () => {
    const limited = (...args: string[]) => spawnSync('sh', ['-c', `ulimit -v 8000000; exec "${process.execPath}" "${installed.netpol}" ${args.join(' ')}`], { cwd: PROJECT, encoding: 'utf8' });
    expect(limited('list', '/dev/zero')).toMatchObject({ status: 2, stderr: '/dev/zero: error NP002: this is too large to be read as text; split it\n' });
    expect(limited('check', 'examples/shop-by-hand/manifests', '--intent', '/dev/zero')).toMatchObject({ status: 2, stderr: 'netpol: --intent /dev/zero: this is too large to be read as text; split it\n' });
    expect(limited('list', '-', '<', '/dev/zero')).toMatchObject({ status: 2, stderr: '-: error NP002: this is too large to be read as text; split it\n' });
  });
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
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'watching examples/shop-by-hand/manifests: workloads: 4, policies: 4, connections: 10\n' });
});
