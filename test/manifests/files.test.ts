import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { formatFinding } from '../../src/findings/finding';
import { FileMemory, readPaths } from '../../src/manifests/files';

const noStdin = () => { throw new Error('nobody asked for standard input'); };
const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`;

let folder: string;
const write = (file: string, content: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content);
};
const read = (paths: string[], stdin: () => string | Buffer = noStdin) => {
  const { resources, problems } = readPaths(paths.map(p => p === '-' ? p : path.join(folder, p)), stdin);
  return {
    names: resources.map(({ object }) => (object.metadata as { name: string }).name),
    files: resources.map(({ origin }) => origin.at().file!.replace(`${folder}/`, '')),
    problems: problems.map(problem => formatFinding(problem).split(`${folder}/`).join('')),
    named: resources.map(({ named }) => named),
  };
};

beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')).split(path.sep).join('/'); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder', () => {
  test('is read with all folders inside, always in the same order', () => {
    write('m/b.yml', pod('b'));
    write('m/a/z.yaml', pod('z'));
    write('m/a.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'j' } }));
    write('m/C.YAML', pod('c'));
    expect(read(['m'])).toEqual({ names: ['c', 'z', 'j', 'b'], files: ['m/C.YAML', 'm/a/z.yaml', 'm/a.json', 'm/b.yml'], problems: [], named: [false, false, false, false] });
  });

  test('gives up only its manifests: no other files, no hidden folders, no installed packages', () => {
    write('m/a.yaml', pod('a'));
    write('m/readme.md', '{{ not YAML');
    write('m/.git/b.yaml', pod('b'));
    write('m/node_modules/x/c.yaml', pod('c'));
    // A file may be called so.
    write('m/.d.yaml', pod('d'));
    expect(read(['m'])).toMatchObject({ names: ['d', 'a'], problems: [] });
    // What is named is meant.
    expect(read(['m/.git', 'm/node_modules'])).toMatchObject({ names: ['b', 'c'], problems: [] });
  });

  test('may hold other YAML: that is a warning', () => {
    write('m/a.yaml', pod('a'));
    write('m/values.yaml', 'replicas: 2\n');
    expect(read(['m']).problems).toEqual([expect.stringMatching(/^m\/values\.yaml:1:1: warning: 'kind' is missing/)]);
    write('n/values.yaml', 'replicas: 2\n');
    expect(read(['n']).problems).toEqual([expect.stringMatching(/^n\/values\.yaml:1:1: warning/), expect.stringContaining('there is nothing to judge')]);
  });

  test('that is linked into itself ends', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'm'), path.join(folder, 'm', 'loop'));
    symlinkSync(path.join(folder, 'm', 'self'), path.join(folder, 'm', 'self'));
    expect(read(['m'])).toMatchObject({ names: ['a'], problems: [expect.stringMatching(/^m\/self: error: this link leads back to itself/)] });
    expect(readPaths([path.join(folder, 'm')], noStdin).folders).toHaveLength(1);
  });

  test('that is linked from elsewhere is read', () => {
    write('real/a.yaml', pod('a'));
    write('m/b.yaml', pod('b'));
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'm', 'link'));
    expect(read(['m'])).toMatchObject({ names: ['b', 'a'], files: ['m/b.yaml', 'm/link/a.yaml'], problems: [] });
  });

  test('with a link to nowhere: an error where the link is named like a manifest', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'm', 'b.yaml'));
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'm', 'b.txt'));
    expect(read(['m'])).toMatchObject({ names: ['a'], problems: ['m/b.yaml: error: there is no such file or folder: check the path'] });
  });

  test('without manifests is an error', () => {
    mkdirSync(path.join(folder, 'm'));
    mkdirSync(path.join(folder, 'n'));
    const nothing = 'error: there is no Kubernetes object here, so there is nothing to judge: name a file of manifests, a folder with .yaml, .yml, .json files, or - for standard input';
    expect(read(['m']).problems).toEqual([`m: ${nothing}`]);
    expect(read(['m', 'n']).problems).toEqual([`m, n: ${nothing}`]);
    expect(read([]).problems).toEqual([`(no path): ${nothing}`]);
  });

  test('of which one is not sound is told of that alone', () => {
    write('m/a.yaml', 'kind: [');
    expect(read(['m']).problems).toEqual([expect.stringMatching(/^m\/a\.yaml:1:8: error: not valid YAML/)]);
  });
});

describe('a file', () => {
  test('that is named is read as YAML whatever it is called, and as JSON where it is called so', () => {
    write('a.txt', pod('a'));
    write('b.json', pod('b'));
    expect(read(['a.txt'])).toMatchObject({ names: ['a'], named: [true], problems: [] });
    expect(read(['b.json']).problems).toEqual([expect.stringContaining('not valid JSON')]);
    write('c.yaml', '{"kind": [');
    expect(read(['c.yaml']).problems).toEqual([expect.stringContaining('not valid YAML')]);
  });

  test('that is reached twice counts once', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'm', 'a.yaml'), path.join(folder, 'm', 'b.yaml'));
    expect(read(['m', 'm/a.yaml', 'm', 'm/../m/a.yaml']).names).toEqual(['a']);
  });

  test('that is missing is an error, and others are read', () => {
    write('a.yaml', pod('a'));
    expect(read(['gone.yaml', 'a.yaml'])).toMatchObject({ names: ['a'], problems: ['gone.yaml: error: there is no such file or folder: check the path'] });
    expect(read(['a.yaml/b.yaml']).problems).toEqual(['a.yaml/b.yaml: error: can not be read (ENOTDIR)']);
  });

  test('that is a link to itself is an error', () => {
    symlinkSync(path.join(folder, 'self.yaml'), path.join(folder, 'self.yaml'));
    expect(read(['self.yaml']).problems).toEqual(['self.yaml: error: this link leads back to itself: remove it or name the file that it should lead to']);
  });

  test('that may not be read is an error', () => {
    write('a.yaml', pod('a'));
    chmodSync(path.join(folder, 'a.yaml'), 0);
    // The superuser may read everything.
    const isRoot = process.getuid?.() === 0;
    expect(read(['a.yaml']).problems).toEqual(isRoot ? [] : ['a.yaml: error: you have no permission to read this: check its owner and mode']);
  });

  test('that is named and holds no object is an error', () => {
    write('values.yaml', 'replicas: 2\n');
    expect(read(['values.yaml']).problems).toEqual([expect.stringMatching(/^values\.yaml:1:1: error: 'kind' is missing/)]);
    write('empty.yaml', '# nothing\n');
    expect(read(['empty.yaml']).problems).toEqual([expect.stringContaining('there is nothing to judge')]);
  });
});

describe('standard input', () => {
  test('is named by a dash, is read once, and is a named file', () => {
    let reads = 0;
    const stdin = () => {
      reads++;
      return Buffer.from(pod('a'));
    };
    expect(read(['-', '-'], stdin)).toEqual({ names: ['a'], files: ['-'], problems: [], named: [true] });
    expect(reads).toBe(1);
  });

  test('may be JSON', () => {
    expect(read(['-'], () => '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}').names).toEqual(['a']);
    expect(read(['-'], () => '{"kind": [').problems).toEqual([expect.stringContaining('not valid JSON')]);
  });

  test('that is empty is an error', () => {
    expect(read(['-'], () => '').problems).toEqual([expect.stringMatching(/^-: error: there is no Kubernetes object here/)]);
  });

  test.each([
    ['EACCES', 'you have no permission to read this: check its owner and mode'],
    ['EPERM', 'you have no permission to read this: check its owner and mode'],
    ['ENOENT', 'there is no such file or folder: check the path'],
    ['ERR_STRING_TOO_LONG', 'this file is too large to be read as text: split it'],
    ['EAGAIN', 'can not be read (EAGAIN)'],
  ])('that the system refuses to read with %s is an error, as a file is', (code, message) => {
    expect(read(['-'], () => { throw Object.assign(new Error(), { code }); }).problems).toEqual([`-: error: ${message}`]);
  });

  test('is not asked for where it is not named; what it throws is no message about a file', () => {
    expect(() => read(['-'])).toThrow('nobody asked for standard input');
  });
});

test('what is remembered of files is asked for with all that tells whether they have changed', () => {
  write('m/a.yaml', pod('a'));
  const memory = new FileMemory();
  const recall = jest.spyOn(memory, 'recall');
  readPaths([path.join(folder, 'm')], noStdin, memory);
  readPaths([path.join(folder, 'm/a.yaml')], noStdin, memory);
  expect(recall.mock.calls.map(([file, named, stats]) => [file, named, typeof stats.mtimeNs])).toEqual([
    [`${folder}/m/a.yaml`, false, 'bigint'], [`${folder}/m/a.yaml`, true, 'bigint'],
  ]);
});

test('nothing named is nothing to judge', () => {
  expect(read([]).problems).toEqual([expect.stringContaining('there is nothing to judge')]);
});

test('tells which folders it went through, and where links to files lead', () => {
  write('m/a.yaml', pod('a'));
  write('m/x/y/b.yaml', pod('b'));
  write('m/.hidden/c.yaml', pod('c'));
  write('far/d.yaml', pod('d'));
  symlinkSync(path.join(folder, 'far/d.yaml'), path.join(folder, 'm/d.yaml'));
  const { folders } = readPaths([path.join(folder, 'm')], noStdin);
  expect(folders.map(name => path.relative(folder, name)).sort()).toEqual(['far', 'm', 'm/x', 'm/x/y']);
});
