import { spawn, spawnSync } from 'child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { formatFinding } from '../../src/findings/finding';
import { readEndless } from '../../src/manifests/endless';
import { fileFinding, FileCache, readPaths } from '../../src/manifests/files';

const noStdin = () => { throw new Error('standard input was read'); };
const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`;

let folder: string;
const write = (file: string, content: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content);
};
const read = (paths: string[], stdin: () => string | Buffer = noStdin) => {
  const { resources, findings } = readPaths(paths.map(p => p === '-' ? p : path.join(folder, p)), stdin);
  return {
    names: resources.map(({ object }) => (object.metadata as { name: string }).name),
    files: resources.map(({ origin }) => origin.at().file!.replace(`${folder}/`, '')),
    findings: findings.map(one => formatFinding(one).split(`${folder}/`).join('')),
    named: resources.map(({ named }) => named),
  };
};

beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')).split(path.sep).join('/'); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder', () => {
  test('is read with all folders in it, always in the same order', () => {
    write('m/b.yml', pod('b'));
    write('m/a/z.yaml', pod('z'));
    write('m/a.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'j' } }));
    write('m/C.YAML', pod('c'));
    expect(read(['m'])).toEqual({ names: ['c', 'z', 'j', 'b'], files: ['m/C.YAML', 'm/a/z.yaml', 'm/a.json', 'm/b.yml'], findings: [], named: [false, false, false, false] });
  });

  test('is read without other files, hidden folders and installed packages', () => {
    write('m/a.yaml', pod('a'));
    write('m/readme.md', '{{ not YAML');
    write('m/.git/b.yaml', pod('b'));
    write('m/node_modules/x/c.yaml', pod('c'));
    // A file may be hidden.
    write('m/.d.yaml', pod('d'));
    expect(read(['m'])).toMatchObject({ names: ['d', 'a'], findings: [] });
    // But a hidden folder that is named is read.
    expect(read(['m/.git', 'm/node_modules'])).toMatchObject({ names: ['b', 'c'], findings: [] });
  });

  test('may have other YAML files, which are warnings', () => {
    write('m/a.yaml', pod('a'));
    write('m/values.yaml', 'replicas: 2\n');
    expect(read(['m']).findings).toEqual([expect.stringMatching(/^m\/values\.yaml:1:1: warning NP010: 'kind' is missing/)]);
    write('n/values.yaml', 'replicas: 2\n');
    expect(read(['n']).findings).toEqual([expect.stringMatching(/^n\/values\.yaml:1:1: warning NP010/), expect.stringContaining('there is no Kubernetes object in the input')]);
  });

  test('may contain a link to itself', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'm'), path.join(folder, 'm', 'loop'));
    symlinkSync(path.join(folder, 'm', 'self'), path.join(folder, 'm', 'self'));
    expect(read(['m'])).toMatchObject({ names: ['a'], findings: [expect.stringMatching(/^m\/self: error NP002: this link leads back to itself/)] });
    expect(readPaths([path.join(folder, 'm')], noStdin).folders).toHaveLength(1);
  });

  test('may be a link', () => {
    write('real/a.yaml', pod('a'));
    write('m/b.yaml', pod('b'));
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'm', 'link'));
    expect(read(['m'])).toMatchObject({ names: ['b', 'a'], files: ['m/b.yaml', 'm/link/a.yaml'], findings: [] });
  });

  test('with a link to nowhere is an error only if the link has the name of a manifest', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'm', 'b.yaml'));
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'm', 'b.txt'));
    expect(read(['m'])).toMatchObject({ names: ['a'], findings: ['m/b.yaml: error NP002: there is no such file or folder; check the path'] });
  });

  test('may have a pipe, a socket or a device with the name of a manifest: it is not opened, with a warning', async () => {
    write('m/a.yaml', pod('a'));
    spawnSync('mkfifo', [path.join(folder, 'm/pipe.yaml'), path.join(folder, 'm/pipe')]);
    symlinkSync('/dev/null', path.join(folder, 'm/null.yaml'));
    const server = createServer().listen(path.join(folder, 'm/socket.yaml'));
    const found = read(['m']);
    await new Promise(resolve => server.close(resolve));
    expect(found).toMatchObject({
      names: ['a'],
      findings: [
        'm/null.yaml: warning NP002: this is a device, which netpol does not open in a folder; name it if it has manifests',
        'm/pipe.yaml: warning NP002: this is a named pipe, which netpol does not open in a folder; name it if it has manifests',
        'm/socket.yaml: warning NP002: this is a socket, which netpol does not open in a folder',
      ],
    });
  });

  test('without manifests is an error', () => {
    mkdirSync(path.join(folder, 'm'));
    mkdirSync(path.join(folder, 'n'));
    const nothing = 'error NP001: there is no Kubernetes object in the input; name a file of manifests, a folder with .yaml, .yml, .json files, or - for standard input';
    expect(read(['m']).findings).toEqual([`m: ${nothing}`]);
    expect(read(['m', 'n']).findings).toEqual([`m, n: ${nothing}`]);
    expect(read([]).findings).toEqual([`(no path): ${nothing}`]);
  });

  test('has findings only for the files with faults', () => {
    write('m/a.yaml', 'kind: [');
    expect(read(['m']).findings).toEqual([expect.stringMatching(/^m\/a\.yaml:1:7: error NP004: not valid YAML/)]);
  });
});

describe('a file', () => {
  test('that is named is read by its content, whatever its name, as kubectl does', () => {
    write('a.txt', pod('a'));
    write('b.json', pod('b'));
    expect(read(['a.txt'])).toMatchObject({ names: ['a'], named: [true], findings: [] });
    expect(read(['b.json'])).toMatchObject({ names: ['b'], findings: [] });
    write('c.yaml', '{"kind": [');
    expect(read(['c.yaml']).findings).toEqual([expect.stringContaining('not valid JSON')]);
  });

  test('is read once, even if several paths lead to it', () => {
    write('m/a.yaml', pod('a'));
    symlinkSync(path.join(folder, 'm', 'a.yaml'), path.join(folder, 'm', 'b.yaml'));
    expect(read(['m', 'm/a.yaml', 'm', 'm/../m/a.yaml']).names).toEqual(['a']);
  });

  test('that does not exist is an error, and the other files are read', () => {
    write('a.yaml', pod('a'));
    expect(read(['gone.yaml', 'a.yaml'])).toMatchObject({ names: ['a'], findings: ['gone.yaml: error NP002: there is no such file or folder; check the path'] });
    expect(read(['a.yaml/b.yaml']).findings).toEqual(['a.yaml/b.yaml: error NP002: cannot be read (ENOTDIR)']);
  });

  test('cannot be a link to itself', () => {
    symlinkSync(path.join(folder, 'self.yaml'), path.join(folder, 'self.yaml'));
    expect(read(['self.yaml']).findings).toEqual(['self.yaml: error NP002: this link leads back to itself; remove it, or name the file that it should lead to']);
  });

  test('that the user may not read is an error', () => {
    write('a.yaml', pod('a'));
    chmodSync(path.join(folder, 'a.yaml'), 0);
    // The superuser may read every file.
    const isRoot = process.getuid?.() === 0;
    expect(read(['a.yaml']).findings).toEqual(isRoot ? [] : ['a.yaml: error NP002: you have no permission to read this; check its owner and mode']);
  });

  test('that is named must have an object', () => {
    write('values.yaml', 'replicas: 2\n');
    expect(read(['values.yaml']).findings).toEqual([expect.stringMatching(/^values\.yaml:1:1: error NP010: 'kind' is missing/)]);
    write('empty.yaml', '# nothing\n');
    expect(read(['empty.yaml']).findings).toEqual([expect.stringContaining('there is no Kubernetes object in the input')]);
  });
});

describe('a named pipe', () => {
  const pipe = () => {
    const file = path.join(folder, 'pipe');
    spawnSync('mkfifo', [file]);
    return file;
  };

  test('is read to its end, however slow its writer is', () => {
    const file = pipe();
    spawn('sh', ['-c', `sleep 0.1; { printf a; sleep 0.1; printf b; } > ${file}`]);
    expect(readEndless(file).toString()).toBe('ab');
  });

  test('to which nobody writes is an error', () => {
    const file = pipe();
    const fault = (error: unknown) => formatFinding(fileFinding('pipe', error));
    let message = '';
    try { readEndless(file, 50); } catch (error) { message = fault(error); }
    expect(message).toBe('pipe: error NP002: this is a named pipe, and no program writes to it; start the program that writes to it');
  });

  test('of a shell may be empty, because its writer is there before', () => {
    const script = 'node -r ts-node/register/transpile-only -e \'console.log(require("./src/manifests/endless").readEndless(process.argv[1]).length)\' <(true)';
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 20_000, env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' } });
    expect(stdout).toBe('0\n');
  });
});

describe('standard input', () => {
  test('has the path -, is read once, and counts as a named file', () => {
    let reads = 0;
    const stdin = () => {
      reads++;
      return Buffer.from(pod('a'));
    };
    expect(read(['-', '-'], stdin)).toEqual({ names: ['a'], files: ['-'], findings: [], named: [true] });
    expect(reads).toBe(1);
  });

  test('may be JSON', () => {
    expect(read(['-'], () => '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}').names).toEqual(['a']);
    expect(read(['-'], () => '{"kind": [').findings).toEqual([expect.stringContaining('not valid JSON')]);
  });

  test('cannot be empty', () => {
    expect(read(['-'], () => '').findings).toEqual([expect.stringMatching(/^-: error NP001: there is no Kubernetes object in the input/)]);
  });

  test.each([
    ['EACCES', 'you have no permission to read this; check its owner and mode'],
    ['EPERM', 'you have no permission to read this; check its owner and mode'],
    ['ENOENT', 'there is no such file or folder; check the path'],
    ['ERR_STRING_TOO_LONG', 'this is too large to be read as text; split it'],
    ['EAGAIN', 'cannot be read (EAGAIN)'],
  ])('that the system refuses to read with %s is an error, as a file is', (code, message) => {
    expect(read(['-'], () => { throw Object.assign(new Error(), { code }); }).findings).toEqual([`-: error NP002: ${message}`]);
  });

  test('is read only if it is named, and its errors that do not come from the file system are thrown', () => {
    expect(() => read(['-'])).toThrow('standard input was read');
  });
});

test('a file is looked up in the cache by its path, by whether it was named, and by its exact time', () => {
  write('m/a.yaml', pod('a'));
  const cache = new FileCache();
  const recall = jest.spyOn(cache, 'get');
  readPaths([path.join(folder, 'm')], noStdin, { cache });
  readPaths([path.join(folder, 'm/a.yaml')], noStdin, { cache });
  expect(recall.mock.calls.map(([file, named, stats]) => [file, named, typeof stats.mtimeNs])).toEqual([
    [`${folder}/m/a.yaml`, false, 'bigint'], [`${folder}/m/a.yaml`, true, 'bigint'],
  ]);
});

test('an empty list of paths is an error', () => {
  expect(read([]).findings).toEqual([expect.stringContaining('there is no Kubernetes object in the input')]);
});

test('the result has the folders that were read, and the folders of linked files', () => {
  write('m/a.yaml', pod('a'));
  write('m/x/y/b.yaml', pod('b'));
  write('m/.hidden/c.yaml', pod('c'));
  write('far/d.yaml', pod('d'));
  symlinkSync(path.join(folder, 'far/d.yaml'), path.join(folder, 'm/d.yaml'));
  const { folders } = readPaths([path.join(folder, 'm')], noStdin);
  expect(folders.map(name => path.relative(folder, name)).sort()).toEqual(['far', 'm', 'm/x', 'm/x/y']);
});

describe('a file cache', () => {
  afterEach(() => { jest.restoreAllMocks(); });

  const result = () => ({ resources: [], findings: [], unread: [] });

  function reader(cache: FileCache) {
    return (name: string, named = false) => {
      const readFile = jest.fn(result);
      const file = path.join(folder, name);
      cache.get(name, named, statSync(file, { bigint: true }), readFile);
      return readFile.mock.calls.length === 1;
    };
  }

  /** Moves the clock, so that the files were written a while ago. */
  function later(): void {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 10_000);
  }

  test('reads a file again only after a change', () => {
    const cache = new FileCache();
    const isRead = reader(cache);
    writeFileSync(path.join(folder, 'a'), '1');
    later();
    expect([isRead('a'), cache.finishReading()]).toEqual([true, ['a']]);
    expect([isRead('a'), cache.finishReading()]).toEqual([false, []]);
    writeFileSync(path.join(folder, 'a'), '22');
    expect([isRead('a'), cache.finishReading()]).toEqual([true, ['a']]);
    utimesSync(path.join(folder, 'a'), 1, 1);
    expect([isRead('a'), cache.finishReading()]).toEqual([true, ['a']]);
  });

  test('reads a file again that was written a moment ago, because it may change again within the resolution of its time', () => {
    const cache = new FileCache();
    const isRead = reader(cache);
    writeFileSync(path.join(folder, 'a'), '1');
    const clock = jest.spyOn(Date, 'now');
    const written = Number(statSync(path.join(folder, 'a'), { bigint: true }).ctimeMs);
    clock.mockReturnValue(written);
    expect([isRead('a'), cache.finishReading()]).toEqual([true, ['a']]);
    clock.mockReturnValue(written + 100);
    expect([isRead('a'), cache.finishReading()]).toEqual([true, []]);
    clock.mockReturnValue(written + 101);
    expect([isRead('a'), cache.finishReading()]).toEqual([true, []]);
    expect([isRead('a'), cache.finishReading()]).toEqual([false, []]);
  });

  test('reports a deleted file as changed, and forgets it', () => {
    const cache = new FileCache();
    const isRead = reader(cache);
    for (const name of ['b', 'a']) { writeFileSync(path.join(folder, name), '1'); }
    later();
    expect([isRead('b'), isRead('a'), cache.finishReading()]).toEqual([true, true, ['a', 'b']]);
    expect([isRead('b'), cache.finishReading()]).toEqual([false, ['a']]);
    expect([isRead('b'), isRead('a'), cache.finishReading()]).toEqual([false, true, ['a']]);
  });

  test('distinguishes a file that was named from the same file in a folder', () => {
    const cache = new FileCache();
    const isRead = reader(cache);
    writeFileSync(path.join(folder, 'a'), '1');
    later();
    expect([isRead('a'), isRead('a', true)]).toEqual([true, true]);
  });
});
