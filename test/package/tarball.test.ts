import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PROJECT, tarball } from './built';

/* The tarball has everything that users need and nothing else. */

let folder: string;
let files: string[];
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tarball-'));
  execFileSync('tar', ['-xzf', tarball(), '-C', folder]);
  files = fs.readdirSync(path.join(folder, 'package'), { recursive: true, encoding: 'utf8' })
    .filter(file => fs.statSync(path.join(folder, 'package', file)).isFile());
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function read(file: string): string { return fs.readFileSync(path.join(folder, 'package', file), 'utf8'); }

// 0.05 of them are the page of `netpol report`, whose script and style are in the package, and the library that lays out its map.
test('the tarball is smaller than 1.3 megabytes', () => {
  expect(fs.statSync(tarball()).size).toBeLessThan(1_300_000);
});

test('besides code, the tarball has the jsii assembly, documents and the license', () => {
  const others = files.filter(file => !file.startsWith(`lib${path.sep}`) && !file.startsWith(`node_modules${path.sep}`));
  expect(others.sort()).toEqual(['.jsii', 'API.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
});

test('the code is exactly the compiled files of src', () => {
  const sources = fs.readdirSync(path.join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  const compiled = sources.flatMap(file => ['.js', '.d.ts'].map(ending => path.join('lib', file.replace(/\.ts$/, ending))));
  expect(files.filter(file => file.startsWith(`lib${path.sep}`)).sort()).toEqual(compiled.sort());
});

test('the bundled libraries are exactly the dependencies and their dependencies', () => {
  const { dependencies, bundledDependencies } = JSON.parse(read('package.json'));
  expect(bundledDependencies).toEqual(Object.keys(dependencies).sort());
  const needed = new Set<string>(bundledDependencies);
  // The loop also visits the names that it adds.
  for (const name of needed) {
    Object.keys(JSON.parse(read(`node_modules/${name}/package.json`)).dependencies ?? {}).forEach(other => needed.add(other));
  }
  const bundled = new Set(files.filter(file => file.startsWith(`node_modules${path.sep}`)).map(file => file.split(path.sep)[1]));
  expect([...bundled].sort()).toEqual([...needed].sort());
});

test('every entry of exports, types and bin is a file, and the command starts with a shebang', () => {
  const { exports: entries, types, main, bin, typesVersions } = JSON.parse(read('package.json'));
  const named = [types, main, ...Object.values(bin), ...Object.values(typesVersions['*']).flat(),
    ...Object.values(entries).flatMap(entry => typeof entry === 'string' ? [entry] : Object.values(entry as object))] as string[];
  expect(named.length).toBeGreaterThan(8);
  expect(named.map(file => path.normalize(file)).filter(file => !files.includes(file))).toEqual([]);
  expect(read(bin.netpol)).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('the command is executable in the tarball, because the Python wheel runs it from there', () => {
  const { bin } = JSON.parse(read('package.json'));
  expect((fs.statSync(path.join(folder, 'package', bin.netpol)).mode % 0o1000).toString(8)).toBe('755');
});

test('no file names a path of the machine that built it', () => {
  const own = files.filter(file => !file.startsWith(`node_modules${path.sep}`));
  expect(own.filter(file => read(file).includes(PROJECT) || read(file).includes(os.homedir() + path.sep))).toEqual([]);
});
