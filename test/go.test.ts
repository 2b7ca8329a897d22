import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCannotBuild } from './support/go';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-go-'));
const PATH = process.env.PATH;

afterEach(() => { process.env.PATH = PATH; });
afterAll(() => { fs.rmSync(folder, { recursive: true }); });

/** Puts a command `go` on the PATH that answers `go version`, and runs a script for everything else. */
function fakeGo(script: string): void {
  fs.writeFileSync(path.join(folder, 'go'), `#!/bin/sh\n[ "$1" = version ] && exit 0\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}${path.delimiter}${PATH}`;
}

test('a machine without Go is a reason to skip', () => {
  process.env.PATH = folder;
  expect(whyGoCannotBuild(folder)).toBe('Go is not on the PATH');
});

test('modules that Go cannot download are a reason to skip, with the first lines of its error', () => {
  fakeGo('for i in 1 2 3 4 5 6 7; do echo "no module $i" >&2; done; exit 1');
  expect(whyGoCannotBuild(folder)).toBe(
    `Go cannot download the modules of ${folder}:\nno module 1\nno module 2\nno module 3\nno module 4\nno module 5\nand 2 more lines`);
  fakeGo('echo "module lookup disabled by GOPROXY=off" >&2; exit 1');
  expect(whyGoCannotBuild(folder)).toMatch(/:\nmodule lookup disabled by GOPROXY=off$/);
});

test('a machine with Go and all modules has no reason to skip', () => {
  fakeGo('exit 0');
  expect(whyGoCannotBuild(folder)).toBeUndefined();
});

test.each(['verifying k8s.io/api@v0.30.2: checksum mismatch', 'main.go:13:2: missing go.sum entry for module', 'go: updates to go.mod needed'])(
  'a fault in go.mod or go.sum is an error, not a reason to skip: %s', message => {
    fakeGo(`echo "${message}" >&2; exit 1`);
    expect(() => whyGoCannotBuild(folder)).toThrow(message);
  });
