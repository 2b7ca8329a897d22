import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { Repository } from './repository';
import { deployment, policy } from '../report/shop';

/* The versions that `netpol diff` compares: files, folders, and what git has. */

const PODS = deployment('web') + deployment('db', '{ containerPort: 5432 }');
const CLOSED = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } } }');
/** The policy that opens the database is at line 21. */
const OPEN = PODS + policy('db', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }');

let repository: Repository;
beforeEach(() => { repository = new Repository(); });
afterEach(() => { repository.remove(); });

/** The pairs of workloads of which something changed, and the exit status. */
async function changed(argv: readonly string[], folder?: string) {
  const { status, stdout, stderr } = await repository.netpol(['diff', '--no-lint', '-o', 'json', ...argv], folder);
  const pairs: { src: string; dst: string }[] = stdout === '' ? [] : JSON.parse(stdout).clusters.flatMap((one: { pairs: unknown }) => one.pairs);
  return { status, stderr, pairs: pairs.filter(({ src, dst }) => !`${src}${dst}`.includes('External')).map(({ src, dst }) => `${src} ${dst}`) };
}

const WEB_TO_DB = 'app/web[Deployment] app/db[Deployment]';
const OPENED = { status: 1, stderr: '', pairs: [WEB_TO_DB] };
const SAME = { status: 0, stderr: '', pairs: [] };

describe('a version is', () => {
  test('a file or a folder', async () => {
    repository.write({ 'old/a.yaml': CLOSED, 'new/a.yaml': OPEN });
    expect(await changed(['old', 'new'])).toEqual(OPENED);
    expect(await changed(['new/a.yaml', 'new'])).toEqual(SAME);
  });

  test('standard input, once', async () => {
    const files = { 'old/a.yaml': CLOSED };
    expect(await netpol(['diff', 'old/a.yaml', '-'], files, OPEN)).toMatchObject({ status: 1 });
    expect(await netpol(['diff', '-', '-'], files)).toMatchObject({ status: 2, stderr: 'netpol: OLD and NEW are both standard input: give one of them as a file\n' });
  });

  test('what git has at a revision, from the root of the repository or with a dot from here', async () => {
    repository.commit({ 'apps/k8s/a.yaml': CLOSED });
    repository.git('tag', 'v1');
    repository.commit({ 'apps/k8s/a.yaml': OPEN });
    for (const argv of [['HEAD~1:apps/k8s/', 'HEAD:apps/k8s'], ['v1:apps', 'apps'], ['v1:', 'HEAD:'], ['v1:apps/k8s/a.yaml', 'apps/k8s/a.yaml']]) {
      expect(await changed(argv)).toEqual(OPENED);
    }
    expect(await changed(['v1:./k8s', 'k8s'], 'apps')).toEqual(OPENED);
    expect(await changed(['v1:../apps', '.'], 'apps')).toEqual(OPENED);
    expect(await changed(['HEAD:', '.'])).toEqual(SAME);
  });

  test.each(['HEAD~1:k8s', ':k8s'])('a revision, whose files SARIF names as the repository does: %s', async old => {
    const one = (peer: string) => PODS + policy('db', `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${peer} } } }] }] }`);
    repository.commit({ 'k8s/a.yaml': one('none') });
    if (old.startsWith(':')) { repository.write({ 'k8s/a.yaml': one('web') }); } else { repository.commit({ 'k8s/a.yaml': one('web') }); }
    const { stdout } = await repository.netpol(['diff', '--no-lint', '-o', 'sarif', old, 'k8s']);
    const [{ relatedLocations }] = JSON.parse(stdout).runs[0].results;
    expect(relatedLocations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'k8s/a.yaml' }, region: expect.objectContaining({ startLine: 23 }) }, message: { text: expect.any(String) } },
      { physicalLocation: { artifactLocation: { uri: 'k8s/a.yaml' } }, message: { text: expect.stringContaining(`(${old}/a.yaml:23:`) } },
    ]);
  });

  test('the index', async () => {
    repository.commit({ 'a.yaml': CLOSED });
    repository.write({ 'a.yaml': OPEN });
    expect(await changed(['HEAD:a.yaml', ':a.yaml'])).toEqual(SAME);
    repository.git('add', 'a.yaml');
    repository.write({ 'a.yaml': CLOSED });
    expect(await changed(['HEAD:a.yaml', ':a.yaml'])).toEqual(OPENED);
  });

  test('a file whose name has a colon, if there is one', async () => {
    repository.commit({ 'HEAD:a.yaml': CLOSED, 'a.yaml': OPEN });
    expect(await changed(['HEAD:a.yaml', 'a.yaml'])).toEqual(OPENED);
  });
});

describe('--base', () => {
  test('compares the working tree with the commit at which the branch began', async () => {
    const begin = repository.commit({ 'k8s/a.yaml': CLOSED }).slice(0, 7);
    repository.git('checkout', '--quiet', '-b', 'work');
    repository.commit({ 'k8s/b.yaml': '' });
    repository.git('checkout', '--quiet', 'main');
    // What others do on the main branch is not part of the change.
    repository.commit({ 'k8s/a.yaml': OPEN });
    repository.git('checkout', '--quiet', 'work');
    expect(await changed(['--base', 'main', 'k8s'])).toEqual(SAME);
    repository.write({ 'k8s/a.yaml': OPEN });
    expect(await changed(['--base', 'main', 'k8s'])).toEqual(OPENED);
    expect(await changed(['--base', 'main', '.'], 'k8s')).toEqual(OPENED);
    expect(await changed(['--base', 'main', path.join(repository.folder, 'k8s')])).toEqual(OPENED);
    const { stdout } = await repository.netpol(['diff', '--base', 'main', 'k8s', '-o', 'md']);
    expect(stdout).toContain(`from \`${begin}:k8s\` to \`k8s\`: \`netpol diff --base main k8s -o json\``);
  });

  test.each([
    [['diff', '--base', 'main'], /^error: missing required argument 'versions'/],
    [['diff', '--base', 'main', '-'], /^netpol: --base: no revision has standard input; name files and folders$/m],
    [['diff', '--base', 'nope', 'k8s'], /^netpol: --base: this repository has no revision 'nope'; correct the name, or fetch it: 'git fetch'$/m],
    [['diff', '--base', '--all', 'k8s'], /^netpol: --base: this repository has no revision '--all'/m],
    [['diff', '--base', 'main', '/'], /^netpol: --base: \/ is not in the repository of the working directory; name a path in it$/m],
    [['diff', '--base', 'main', 'nope'], /^netpol: nope: neither [0-9a-f]+:nope nor nope exists; correct the path$/m],
    [['diff', '--base', 'other', 'k8s'], /^netpol: --base: HEAD and 'other' have no commit in common; name a revision that the current branch began at$/m],
    [['diff', 'k8s'], /^netpol: this needs two versions, OLD and NEW, and has 1: write 'OLD NEW', or --base REVISION with the paths of the working tree$/m],
    [['diff', 'HEAD:nope', 'HEAD:no'], /^netpol: HEAD:no: neither HEAD:nope nor HEAD:no exists; correct the path$/m],
    [['diff', 'HEAD:../a', 'k8s'], /^netpol: HEAD:\.\.\/a: this path is not in the repository; write it from the root of the repository, or with \.\/ from here$/m],
    [['diff', 'k8s', 'nope'], /^nope: error NP002: there is no such file or folder; check the path$/m],
  ])('%j is an error that says the fix', async (argv, message) => {
    repository.commit({ 'k8s/a.yaml': CLOSED });
    repository.git('checkout', '--quiet', '--orphan', 'other');
    repository.commit({ 'other.yaml': 'a: b' });
    repository.git('checkout', '--quiet', 'main');
    const { status, stdout, stderr } = await repository.netpol(argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('in a shallow clone, the error says how to fetch the history', async () => {
    repository.commit({ 'k8s/a.yaml': CLOSED });
    repository.git('checkout', '--quiet', '-b', 'work');
    repository.commit({ 'k8s/a.yaml': OPEN });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'k8s/b.yaml': '' });
    const clone = new Repository();
    try {
      clone.git('fetch', '--quiet', '--depth', '1', `file://${repository.folder}`, 'main', 'work:work');
      clone.git('fetch', '--quiet', '--depth', '1', `file://${repository.folder}`, 'main:base');
      clone.git('checkout', '--quiet', 'work');
      const { status, stderr } = await clone.netpol(['diff', '--base', 'base', 'k8s']);
      expect(status).toBe(2);
      expect(stderr).toBe("netpol: --base: HEAD and 'base' have no commit in common in this shallow clone; "
        + "fetch the whole history: 'git fetch --unshallow', or 'fetch-depth: 0' for actions/checkout\n");
      expect((await clone.netpol(['diff', '--base', 'nope', 'k8s'])).stderr).toContain("has no revision 'nope'; fetch the whole history");
    } finally {
      clone.remove();
    }
  });

  test('without a repository, the error says so', async () => {
    rmSync(path.join(repository.folder, '.git'), { recursive: true });
    expect(await repository.netpol(['diff', '--base', 'main', '.'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^netpol: --base: git says 'not a git repository/) });
    expect(await repository.netpol(['diff', 'main:a', '.'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^netpol: main:a: git says 'not a git repository/) });
  });

  test('without git, the error says so', async () => {
    const { PATH } = process.env;
    process.env.PATH = repository.folder;
    try {
      expect(await repository.netpol(['diff', '--base', 'main', '.'])).toMatchObject({ status: 2, stderr: 'netpol: --base: git is not on the PATH; install it, or name two folders\n' });
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('a path that one version lacks', () => {
  test('makes it an empty version, and a note says so', async () => {
    repository.commit({ 'a.yaml': CLOSED });
    repository.write({ 'k8s/b.yaml': OPEN, 'a.yaml': undefined });
    const added = await repository.netpol(['diff', 'HEAD:k8s', 'k8s']);
    expect(added).toMatchObject({ status: 1, stderr: 'note: HEAD has no k8s, so that version has nothing of it\n' });
    const removed = await repository.netpol(['diff', '--base', 'main', 'a.yaml']);
    expect(removed.stderr).toBe('note: the working tree has no a.yaml, so that version has nothing of it\n');
    expect(removed.status).toBe(1);
  });

  test('may be one of several', async () => {
    repository.commit({ 'k8s/a.yaml': PODS });
    repository.write({ 'policies/p.yaml': policy('db', '{ podSelector: { matchLabels: { app: db } } }') });
    expect(await changed(['--base', 'main', 'k8s', 'policies']))
      .toEqual({ status: 1, stderr: expect.stringMatching(/^note: [0-9a-f]+ has no policies, so that version has nothing of it\n/), pairs: expect.arrayContaining([WEB_TO_DB]) });
  });

  test('an empty folder is an empty version too; two of them are an error', async () => {
    repository.write({ 'old/a.txt': '', 'new/a.yaml': OPEN });
    expect(await repository.netpol(['diff', 'old', 'new'])).toMatchObject({ status: 1, stderr: 'note: there is no Kubernetes object in old, so that version is empty\n' });
    expect(await repository.netpol(['diff', 'old', 'old'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^netpol: there is no Kubernetes object in old, and none in old; name files or folders of manifests$/m) });
  });

  test('what cannot be read is a fault, and no empty version', async () => {
    repository.write({ 'old/a.yaml': 'kind: [', 'new/a.yaml': 'kind: [x', 'open.yaml': OPEN });
    const both = await repository.netpol(['diff', 'old', 'new']);
    expect(both.status).toBe(2);
    expect(both.stderr).toMatch(/^new\/a\.yaml:1:\d+: error NP\d+: /m);
    expect(both.stderr).not.toContain('no Kubernetes object');
    expect((await repository.netpol(['diff', 'old', 'open.yaml'])).stderr).not.toContain('that version is empty');
  });
});

test('what stands in the way of a result is printed for both versions', async () => {
  repository.write({ 'old/Chart.yaml': 'name: a', 'new/Chart.yaml': 'name: a\nversion: 1.0.0' });
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    const charts = await repository.netpol(['diff', 'old', 'new', '--render', 'always']);
    expect(charts).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^old: error NP330: .*\nnew: error NP330: .*\n$/) });
    const paths = await repository.netpol(['diff', 'nope', 'neither']);
    expect(paths).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^nope: error NP002: .*\nneither: error NP002: .*\n$/) });
    expect((await repository.netpol(['diff', 'nope', 'nope'])).stderr).toMatch(/^nope: error NP002: .*\n$/);
  } finally {
    process.env.PATH = PATH;
  }
});

describe('a revision', () => {
  test('has places that git shows: REVISION:PATH:LINE:COLUMN', async () => {
    repository.commit({ 'k8s/a.yaml': CLOSED.replace('podSelector', 'podSelecto') });
    const { status, stdout, stderr } = await repository.netpol(['diff', 'HEAD:k8s', 'HEAD:k8s']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^HEAD:k8s\/a\.yaml:\d+:\d+: error NP025: /m);
    expect(stdout + stderr).not.toContain(tmpdir());
  });

  test('leaves no temporary folder, whatever happens', async () => {
    repository.commit({ 'k8s/a.yaml': CLOSED });
    // Tests that run at the same time have temporary folders too.
    const own = mkdtempSync(path.join(tmpdir(), 'netpol-test-'));
    const spy = jest.spyOn(jest.requireActual<typeof import('os')>('os'), 'tmpdir').mockReturnValue(own);
    try {
      await changed(['HEAD:k8s', 'HEAD:k8s']);
      await changed(['HEAD:k8s', 'nope']);
      await changed(['HEAD:k8s', 'HEAD:k8s', '--config', 'nope.yaml']);
      expect(spy).toHaveBeenCalled();
      expect(readdirSync(own)).toEqual([]);
    } finally {
      spy.mockRestore();
      rmSync(own, { recursive: true });
    }
  });

  test('is read as it was committed: no attribute of git leaves a file out or changes it', async () => {
    repository.commit({ '.gitattributes': '*.yaml export-ignore export-subst ident text eol=crlf\n', 'k8s/a.yaml': CLOSED.replace('name: db', 'name: $Format:%H$') });
    expect((await repository.netpol(['diff', 'HEAD:k8s', 'k8s'])).stderr).toMatch(/^k8s\/a\.yaml:.*\$Format:%H\$/m);
  });

  test('has names of files that git would quote', async () => {
    repository.commit({ 'k8s/ü "a"\tb.yaml': CLOSED });
    repository.write({ 'k8s/ü "a"\tb.yaml': OPEN });
    expect(await changed(['HEAD:k8s', 'k8s'])).toEqual(OPENED);
  });
});

describe('the facts of a revision', () => {
  const RULE = `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]`;
  const OBJECTS = PODS + policy('db', RULE);

  test('are those of its own netpol.yaml', async () => {
    repository.commit({ 'k8s/a.yaml': OBJECTS, 'netpol.yaml': 'namespaces: [{ name: app, labels: { team: b } }]\n' });
    repository.write({ 'netpol.yaml': 'namespaces: [{ name: app, labels: { team: a } }]\n' });
    expect(await changed(['HEAD:k8s', 'k8s'])).toMatchObject({ status: 1, pairs: expect.arrayContaining([WEB_TO_DB]) });
    repository.commit({});
    expect(await changed(['HEAD~1:k8s', 'HEAD:k8s'])).toMatchObject({ status: 1, pairs: expect.arrayContaining([WEB_TO_DB]) });
    expect(await changed(['HEAD:k8s', 'HEAD:k8s'])).toEqual(SAME);
  });

  test('are those of files that options name, as it has them', async () => {
    repository.commit({ 'k8s/a.yaml': OBJECTS, 'facts/n.yaml': 'namespaces: [{ name: app, labels: { team: b } }]\n' });
    repository.commit({ 'facts/n.yaml': 'namespaces: [{ name: app, labels: { team: a } }]\n' });
    expect(await changed(['HEAD~1:k8s', 'k8s', '--config', 'facts/n.yaml'])).toMatchObject({ status: 1, stderr: '', pairs: expect.arrayContaining([WEB_TO_DB]) });
  });

  test('are missing if the file is not in it, and a note says so', async () => {
    repository.commit({ 'k8s/a.yaml': OBJECTS, 'netpol.yaml': 'namespaces: [{ name: app, labels: { team: a } }]\n' });
    repository.write({ 'n.yaml': 'namespaces: [{ name: app, labels: { team: a } }]\n' });
    expect(await changed(['HEAD:k8s', 'k8s', '--config', 'n.yaml'])).toMatchObject({
      status: 1, stderr: 'note: HEAD has no n.yaml, so that version is read without it\n', pairs: expect.arrayContaining([WEB_TO_DB]),
    });
  });

  test('of options count for both versions, and standard input is read once', async () => {
    repository.commit({ 'k8s/a.yaml': OBJECTS });
    expect(await changed(['HEAD:k8s', 'k8s', '--assume-namespaces', 'app:team=a'])).toEqual(SAME);
    const stdin = 'namespaces: [{ name: app, labels: { team: a } }]\n';
    expect(await repository.netpol(['diff', 'HEAD:k8s', 'k8s', '--config', '-'], '.', stdin)).toMatchObject({ status: 0, stderr: '' });
  });

  test('that have a fault are named with the revision', async () => {
    repository.commit({ 'k8s/a.yaml': OBJECTS, 'netpol.yaml': 'namespace: []\n' });
    expect((await repository.netpol(['diff', 'HEAD:k8s', 'HEAD:k8s'])).stderr).toMatch(/^HEAD:netpol\.yaml:1:1: error NP041: /m);
    expect((await repository.netpol(['diff', 'HEAD:k8s', 'k8s', '--config', 'nope.yaml'])).stderr).toBe('netpol: --config nope.yaml: there is no such file or folder; check the path\n');
  });
});

describe('a link of a revision', () => {
  test('leads to a file of the revision', async () => {
    repository.commit({ 'k8s/a.yaml': '-> ../shared/a.yaml', 'shared/a.yaml': CLOSED });
    repository.commit({ 'shared/a.yaml': OPEN });
    expect(await changed(['HEAD~1:k8s', 'HEAD:k8s'])).toEqual(OPENED);
  });

  test.each([
    ['an absolute one', { 'k8s/b.yaml': '-> /etc/hostname' }],
    ['one with dots', { 'k8s/b.yaml': '-> ../../outside.yaml' }],
    ['one through another link', { 'deep/er/x.txt': '', 'k8s/d': '-> ../deep/er', 'k8s/b.yaml': '-> d/../../../../../../../etc/hostname' }],
  ])('that leads out of it is not followed, is reported, and leaves the result undecided: %s', async (_, links: Readonly<Record<string, string>>) => {
    repository.commit({ 'k8s/a.yaml': CLOSED, ...links });
    const { status, stderr } = await repository.netpol(['diff', 'HEAD:k8s', 'HEAD:k8s']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^HEAD:k8s\/b\.yaml: error NP002: this link leads out of the revision, so netpol does not follow it; /m);
  });
});

describe('a file of Git LFS that is not there', () => {
  test('is reported, and what it may hold is undecided', async () => {
    repository.commit({ 'k8s/a.yaml': CLOSED, 'k8s/b.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' });
    const { status, stderr } = await repository.netpol(['diff', 'HEAD:k8s', 'HEAD:k8s']);
    expect(status).toBe(2);
    expect(stderr).toContain("HEAD:k8s/b.yaml:1:1: error NP013: this is a pointer of Git LFS, and not the file itself; fetch the file: 'git lfs pull'\n");
  });
});

describe('a submodule', () => {
  let inner: Repository;
  beforeEach(() => {
    inner = new Repository();
    inner.commit({ 'a.yaml': CLOSED });
    repository.commit({ 'k8s/own.yaml': deployment('own') });
    repository.git('submodule', '--quiet', 'add', `file://${inner.folder}`, 'k8s/sub');
    repository.commit({});
  });
  afterEach(() => { inner.remove(); });

  /** Moves the submodule to another commit, in which the database is open. */
  function move(): void {
    inner.commit({ 'a.yaml': OPEN });
    repository.git('-C', 'k8s/sub', 'pull', '--quiet');
    repository.commit({});
  }

  test('is read at the commit that the revision has', async () => {
    expect(await changed(['HEAD:k8s', 'k8s'])).toEqual(SAME);
    move();
    expect(await changed(['HEAD~1:k8s', 'HEAD:k8s'])).toEqual(OPENED);
    expect(await changed(['HEAD~1:k8s', 'k8s'])).toEqual(OPENED);
    expect(await changed(['HEAD~1:k8s/sub/a.yaml', 'k8s/sub'])).toEqual(OPENED);
  });

  test('whose files are not here makes no difference at the same commit', async () => {
    repository.git('submodule', '--quiet', 'deinit', '--force', 'k8s/sub');
    const note = expect.stringMatching(/^note: the files of the submodule k8s\/sub are not here; both versions have its commit [0-9a-f]{10}, so netpol leaves them out\n$/);
    expect(await changed(['HEAD:k8s', 'k8s'])).toEqual({ ...SAME, stderr: note });
    expect(await changed(['HEAD:k8s', 'HEAD:'])).toEqual({ ...SAME, stderr: note });
  });

  test('whose files are not here leaves the result undecided at another commit', async () => {
    move();
    repository.git('submodule', '--quiet', 'deinit', '--force', 'k8s/sub');
    const { stderr } = await repository.netpol(['diff', 'HEAD~1:k8s', 'k8s']);
    expect(stderr).toMatch(/^HEAD~1:k8s\/sub: warning NP334: the files of this submodule at commit [0-9a-f]{10} are not here, so what they could affect is undecided; fetch them: 'git submodule update --init'$/m);
    expect(stderr).toMatch(/^k8s\/sub: warning NP334: /m);
  });
});

describe('a chart or a kustomization of a revision', () => {
  const { PATH } = process.env;
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(path.join(tmpdir(), 'netpol-bin-'));
    process.env.PATH = `${bin}:${PATH}`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    rmSync(bin, { recursive: true });
  });

  function program(name: string, script: string): void {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }

  test('is rendered with the files around it, as the revision has them', async () => {
    program('kustomize', 'cat ../base/a.yaml');
    repository.commit({ 'prod/kustomization.yaml': 'resources: [../base/a.yaml]', 'base/a.yaml': CLOSED });
    repository.commit({ 'base/a.yaml': OPEN });
    expect(await changed(['HEAD~1:prod', 'prod'])).toMatchObject({ status: 1, pairs: [WEB_TO_DB] });
  });

  test('is rendered with the values that its netpol.yaml and the options name', async () => {
    program('helm', 'for last; do :; done; cat "$last"');
    const chart = { 'chart/Chart.yaml': 'name: a', 'chart/templates/a.yaml': 'kind: {{ .Values.kind }}' };
    repository.commit({ ...chart, 'netpol.yaml': 'values: [v/a.yaml]', 'v/a.yaml': CLOSED });
    repository.commit({ 'v/a.yaml': OPEN });
    expect(await changed(['HEAD~1:chart', 'HEAD:chart'])).toMatchObject({ status: 1, pairs: [WEB_TO_DB] });
    expect(await changed(['HEAD~1:chart', 'HEAD:chart', '--values', 'v/a.yaml'])).toMatchObject({ status: 1, pairs: [WEB_TO_DB] });
  });

  test('that is not rendered makes no difference if all of its files are equal', async () => {
    const chart = { 'old/chart/Chart.yaml': 'name: a', 'old/chart/templates/a.yaml': 'kind: {{ .Values.kind }}' };
    const base = { 'old/prod/kustomization.yaml': 'resources: [../base]', 'old/base/kustomization.yaml': 'resources: [a.yaml]', 'old/base/a.yaml': OPEN };
    const files = { ...chart, ...base };
    const copy = (changes: Record<string, string>) => {
      repository.write({ ...files, ...Object.fromEntries(Object.entries({ ...files, ...changes }).map(([file, text]) => [file.replace('old', 'new'), text])) });
      return changed(['old', 'new', '--render', 'never']);
    };
    expect(await copy({})).toMatchObject({ status: 0 });
    expect(await copy({ 'old/chart/templates/a.yaml': 'kind: {{ .Values.other }}' })).toMatchObject({ status: 3 });
    expect(await copy({ 'old/chart/Chart.yaml': 'name: b' })).toMatchObject({ status: 3 });
    expect(await copy({ 'old/base/a.yaml': CLOSED })).toMatchObject({ status: 3 });
    expect(await copy({ 'old/chart/values.yaml': 'kind: a' })).toMatchObject({ status: 3 });
    // Templates read it with '.Files.Get'.
    expect(await copy({ 'old/chart/.files/a': 'b' })).toMatchObject({ status: 3 });
  });

  test.each([
    ['a chart that kustomize renders', 'helmCharts: [{ name: web }]', 'charts/web/templates/a.yaml'],
    ['a transformer that names another file', 'transformers: [t.yaml]', 'patch.yaml'],
  ])('that is not rendered leaves the result undecided if it may be made from more files: %s', async (_, field, file) => {
    const versionOf = (folder: string, text: string) => ({
      [`${folder}/kustomization.yaml`]: `resources: [a.yaml]\n${field}`,
      [`${folder}/a.yaml`]: OPEN,
      [`${folder}/t.yaml`]: 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: { name: a }\npath: patch.yaml\n',
      [`${folder}/${file}`]: text,
    });
    repository.write({ ...versionOf('old', CLOSED), ...versionOf('new', OPEN) });
    expect(await changed(['old', 'new', '--render', 'never'])).toMatchObject({ status: 3 });
  });

  test('that is not rendered is reported with a command that works in a checkout', async () => {
    program('helm', 'echo "Error: $PWD/templates/a.yaml: bad" >&2; exit 1');
    repository.commit({ 'k8s/chart/Chart.yaml': 'name: a', 'k8s/chart/templates/a.yaml': 'kind: {{ .Values.kind }}', 'k8s/a.yaml': CLOSED });
    const { status, stderr } = await repository.netpol(['diff', 'HEAD:k8s', 'HEAD:k8s']);
    expect(status).toBe(2);
    expect(stderr).toContain('HEAD:k8s/chart: error NP331: helm cannot render this chart, so what it could affect is undecided: HEAD:k8s/chart/templates/a.yaml: bad; '
      + "correct it; to see the whole message, run 'helm template a k8s/chart --namespace default --include-crds | netpol list -' in a checkout of HEAD\n");
  });
});
