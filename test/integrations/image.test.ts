import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { warnSkipped, whyGoCannotBuild } from '../support/go';

/* The image. Nothing here needs docker: the instructions of the Dockerfile are read, and its commands for kustomize and helm are run. */

const PROJECT = path.join(__dirname, '..', '..');
const INSTRUCTIONS = fs.readFileSync(path.join(PROJECT, 'Dockerfile'), 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('#'))
  .map(line => ({ instruction: line.split(' ')[0], text: line.slice(line.indexOf(' ') + 1) }));

function texts(instruction: string): string[] {
  return INSTRUCTIONS.filter(one => one.instruction === instruction).map(one => one.text);
}

test('each base image has the tag of a version', () => {
  expect(texts('FROM')).toHaveLength(2);
  for (const base of texts('FROM')) { expect(base).toMatch(/^[a-z]+:\d+(?:\.\d+)*[a-z-]*( AS [a-z]+)?$/); }
});

test('netpol is what the image runs, as a user without rights', () => {
  expect(texts('ENTRYPOINT')).toEqual(['["netpol"]']);
  const user = INSTRUCTIONS.findIndex(one => one.instruction === 'USER');
  expect(INSTRUCTIONS[user].text).toBe('node');
  expect(INSTRUCTIONS.slice(user).map(one => one.instruction)).not.toContain('RUN');
});

test('the files that are copied are in the project, and .dockerignore does not exclude them', () => {
  const copied = texts('COPY').filter(text => !text.startsWith('--from')).flatMap(text => text.split(' ').slice(0, -1));
  expect(copied).toHaveLength(4);
  const patterns = fs.readFileSync(path.join(PROJECT, '.dockerignore'), 'utf8').split('\n').filter(line => line.startsWith('!'))
    .map(line => new RegExp(`^${line.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  for (const file of copied) {
    expect(fs.existsSync(path.join(PROJECT, file))).toBe(true);
    expect(patterns.some(pattern => pattern.test(file))).toBe(true);
  }
});

/** The folders that the first stage builds in, and the commands. */
const BUILDS = texts('RUN').filter(text => text.includes('go build')).map(command => ({ command, name: /-o \/renderers\/(\S+)/.exec(command)![1], packageName: command.split(' ').at(-1)! }));

test.each(BUILDS)('the command for $name builds the program that test:render uses', ({ command, name, packageName }) => {
  const module = path.join(PROJECT, 'test', 'render', name);
  const why = whyGoCannotBuild(module, packageName);
  if (why !== undefined) {
    warnSkipped(`the command for ${name} of the image`, why);
    return;
  }
  const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-image-'));
  try {
    for (const file of ['go.mod', 'go.sum']) { fs.copyFileSync(path.join(module, file), path.join(temp, file)); }
    const { status, stderr } = spawnSync('sh', ['-c', command.replace('/renderers/', `${temp}/`)], { cwd: temp, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(spawnSync(path.join(temp, name), ['version']).status).toBe(0);
  } finally {
    fs.rmSync(temp, { recursive: true });
  }
}, 30 * 60_000);

test('the image of Go is as new as the modules demand', () => {
  const version = (text: string) => /(\d+)\.(\d+)/.exec(text)!.slice(1).map(Number);
  const [major, minor] = version(texts('FROM')[0]);
  for (const { name } of BUILDS) {
    const [wantedMajor, wantedMinor] = version(/^go (\S+)$/m.exec(fs.readFileSync(path.join(PROJECT, 'test', 'render', name, 'go.mod'), 'utf8'))![1]);
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(wantedMajor * 1000 + wantedMinor);
  }
});
