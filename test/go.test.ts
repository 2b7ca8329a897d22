import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCanNotBuild } from './support/go';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-go-'));
const PATH = process.env.PATH;

afterEach(() => { process.env.PATH = PATH; });
afterAll(() => { fs.rmSync(folder, { recursive: true }); });

/** A Go that answers `go version`, and anything else as it is told to. */
function goThat(does: string): void {
  fs.writeFileSync(path.join(folder, 'go'), `#!/bin/sh\n[ "$1" = version ] && exit 0\n${does}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}${path.delimiter}${PATH}`;
}

test('without Go, it says so', () => {
  process.env.PATH = folder;
  expect(whyGoCanNotBuild(folder)).toBe('Go is not on the PATH');
});

test('where modules can not be had, it says what Go says, but not of every module', () => {
  goThat('for i in 1 2 3 4 5 6 7; do echo "no module $i" >&2; done; exit 1');
  expect(whyGoCanNotBuild(folder)).toBe(
    `Go can not get the modules that ${folder} wants:\nno module 1\nno module 2\nno module 3\nno module 4\nno module 5\nand 2 lines more`);
  goThat('echo "module lookup disabled by GOPROXY=off" >&2; exit 1');
  expect(whyGoCanNotBuild(folder)).toMatch(/wants:\nmodule lookup disabled by GOPROXY=off$/);
});

test('where all are there, there is no reason not to build', () => {
  goThat('exit 0');
  expect(whyGoCanNotBuild(folder)).toBeUndefined();
});

test.each(['verifying k8s.io/api@v0.30.2: checksum mismatch', 'main.go:13:2: missing go.sum entry for module', 'go: updates to go.mod needed'])(
  'what go.mod and go.sum are to blame for is no reason to skip: %s', message => {
    goThat(`echo "${message}" >&2; exit 1`);
    expect(() => whyGoCanNotBuild(folder)).toThrow(message);
  });
