import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { formatFinding } from '../../src/findings/finding';
import { FileCache, readPaths } from '../../src/manifests/files';
import { FolderToRender, Renderer, RenderOptions } from '../../src/manifests/rendering';

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`;

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')).split(path.sep).join('/'); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
}

/** The path of a file or folder in messages. */
const short = (file: string) => path.relative(folder, file).split(path.sep).join('/');

/** Renders each folder as one Pod with the name of the folder. */
const asPod: Renderer = one => ({ text: Buffer.from(pod(short(one.folder).replaceAll('/', '-'))) });

/** Reads paths, and tells which folders were rendered. */
function read(paths: readonly string[], renderer: Renderer = asPod, options: Partial<RenderOptions> = {}, cache?: FileCache) {
  const rendered: FolderToRender[] = [];
  const render = {
    isRequired: false,
    values: [],
    renderer: (one: FolderToRender) => {
      rendered.push(one);
      return renderer(one);
    },
    ...options,
  };
  const result = readPaths(paths.map(one => path.join(folder, one)), () => '', { cache, render });
  return {
    names: result.resources.map(({ object }) => (object.metadata as { name: string }).name),
    places: result.resources.map(({ origin }) => origin.at(['spec'])),
    findings: result.findings.map(one => formatFinding(one).replaceAll(`${folder}/`, '')),
    unread: result.unread.map(one => ({ ...one, what: one.what.replace(`${folder}/`, '') })),
    rendered: rendered.map(one => short(one.folder)),
    folders: result.folders.map(short),
    asked: rendered,
  };
}

/** Which objects a folder may hold that is not rendered. */
function mayHold(...paths: string[]) {
  const { unread } = read(paths, () => ({ notRendered: 'the test says so' }));
  expect(unread).toHaveLength(1);
  return unread[0].mayHold;
}

describe('a folder with a kustomization', () => {
  test.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])('is rendered if its file is called %s, and no file in it is read as it is', name => {
    write({ [`k8s/${name}`]: 'resources: [app.yaml]', 'k8s/app.yaml': pod('raw'), 'other/b.yaml': pod('b') });
    expect(read(['k8s', 'other'])).toMatchObject({ rendered: ['k8s'], names: ['b', 'k8s'], findings: [], unread: [] });
  });

  test('is the place of its objects, because lines and columns of what is rendered lead nowhere', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [app.yaml]', 'k8s/app.yaml': pod('raw') });
    expect(read(['k8s']).places).toEqual([{ file: `${folder}/k8s` }]);
  });

  test('is the place of the faults of what is rendered, too', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [app.yaml]' });
    const text = Buffer.from(`${pod('twice')}spec: 1\nspec: 2\n---\nkind: [\n`);
    const { resources, findings, unread } = readPaths([path.join(folder, 'k8s')], () => '', { render: { renderer: () => ({ text }), isRequired: false, values: [] } });
    expect(findings.map(({ code, place }) => [code, place])).toEqual([['NP004', { file: `${folder}/k8s` }], ['NP007', { file: `${folder}/k8s` }]]);
    // An answer takes account of both.
    expect([...unread.flatMap(one => one.findings), ...resources.flatMap(one => one.refusedFor ?? [])]).toEqual(findings);
    expect(unread[0].origin.at()).toEqual({ file: `${folder}/k8s` });
  });

  test('may be named by its file', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [app.yaml]', 'k8s/app.yaml': pod('raw') });
    expect(read(['k8s/kustomization.yaml', 'k8s', 'k8s/kustomization.yaml'])).toMatchObject({ rendered: ['k8s'], names: ['k8s'] });
  });

  test('may have a file that is named too, which is then read as it is', () => {
    write({ 'k8s/kustomization.yaml': 'resources: []', 'k8s/app.yaml': pod('raw') });
    expect(read(['k8s', 'k8s/app.yaml']).names).toEqual(['raw', 'k8s']);
  });

  test('is not one if the file has a Kustomization object of Flux, which is an object of the cluster', () => {
    write({ 'k8s/kustomization.yaml': 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: flux }\n', 'k8s/app.yaml': pod('raw') });
    expect(read(['k8s'])).toMatchObject({ rendered: [], names: ['raw', 'flux'] });
    expect(read(['k8s/kustomization.yaml'])).toMatchObject({ rendered: [], names: ['flux'] });
  });

  test('is one although its file is not valid YAML: the renderer reports that', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [', 'k8s/app.yaml': pod('raw') });
    expect(read(['k8s'])).toMatchObject({ rendered: ['k8s'], names: ['k8s'] });
    write({ 'k8s/kustomization.yaml': '\u0000' });
    expect(read(['k8s'])).toMatchObject({ rendered: ['k8s'] });
  });

  test('is not one because of a folder with the name of its file', () => {
    write({ 'k8s/Kustomization/app.yaml': pod('raw') });
    expect(read(['k8s'])).toMatchObject({ rendered: [], names: ['raw'] });
  });
});

describe('a base', () => {
  const OVERLAYS = {
    'k8s/base/kustomization.yaml': 'resources: [app.yaml]',
    'k8s/base/app.yaml': pod('raw'),
    'k8s/overlays/dev/kustomization.yaml': 'resources: [../../base]',
    'k8s/overlays/prod/kustomization.yaml': 'resources: [../../base/]\npatches: [{ path: patch.yaml }]',
    'k8s/overlays/prod/patch.yaml': pod('patch'),
  };

  test('is rendered only as part of its overlays, and its files are not judged beside them', () => {
    write(OVERLAYS);
    expect(read(['k8s'])).toMatchObject({ rendered: ['k8s/overlays/dev', 'k8s/overlays/prod'], names: ['k8s-overlays-dev', 'k8s-overlays-prod'], findings: [] });
    expect(read(['k8s/base', 'k8s/overlays/dev']).rendered).toEqual(['k8s/overlays/dev']);
  });

  test('outside the given path is read by the renderer', () => {
    write(OVERLAYS);
    expect(read(['k8s/overlays/prod'])).toMatchObject({ rendered: ['k8s/overlays/prod'], findings: [] });
    expect(read(['k8s/overlays/prod']).folders.sort()).toEqual(['k8s/base', 'k8s/overlays/prod']);
  });

  test('is rendered if it is named alone', () => {
    write(OVERLAYS);
    expect(read(['k8s/base'])).toMatchObject({ rendered: ['k8s/base'] });
  });

  test.each(['resources', 'bases', 'components', 'generators', 'transformers'])('may be an entry of %s', field => {
    write({ 'a/kustomization.yaml': `${field}: [../b]`, 'b/kustomization.yaml': 'resources: []' });
    expect(read(['.']).rendered).toEqual(['a']);
  });

  test('may be a folder in its overlay', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [base]', 'k8s/base/kustomization.yaml': 'resources: [app.yaml]', 'k8s/base/app.yaml': pod('raw') });
    expect(read(['k8s'])).toMatchObject({ rendered: ['k8s'], findings: [] });
  });

  test('may be reached by a link', () => {
    write({ 'k8s/a/kustomization.yaml': 'resources: [../link]', 'k8s/base/kustomization.yaml': 'resources: []' });
    symlinkSync(path.join(folder, 'k8s/base'), path.join(folder, 'k8s/link'));
    expect(read(['k8s']).rendered).toEqual(['k8s/a']);
  });

  test('in a circle is rendered once, so that the renderer reports the circle', () => {
    write({ 'a/kustomization.yaml': 'resources: [../b]', 'b/kustomization.yaml': 'resources: [../a]', 'c/kustomization.yaml': 'resources: [../c]' });
    expect(read(['.']).rendered).toEqual(['c', 'a']);
  });
});

describe('a component', () => {
  test('is rendered through the kustomization that uses it, never alone', () => {
    write({ 'app/kustomization.yaml': 'components: [../policies]', 'policies/kustomization.yaml': 'kind: Component\nresources: [p.yaml]', 'policies/p.yaml': pod('p') });
    expect(read(['.'])).toMatchObject({ rendered: ['app'], names: ['app'], findings: [] });
  });

  test('that no kustomization uses is a warning', () => {
    write({ 'app/kustomization.yaml': 'resources: []', 'policies/kustomization.yaml': 'kind: Component\nresources: [../base]', 'base/kustomization.yaml': 'resources: []' });
    expect(read(['.'])).toMatchObject({
      rendered: ['app', 'base'],
      findings: ['policies: warning NP332: no kustomization of the input uses this component, so its objects are not in the answers; name a kustomization that uses it'],
    });
  });
});

describe('what is in the folder of a kustomization and not part of it', () => {
  test('is a warning if it holds objects', () => {
    write({
      'k8s/kustomization.yaml': 'resources: [app.yaml, part]\nconfigMapGenerator: [{ name: c, files: [c=config.yaml] }]',
      'k8s/app.yaml': pod('app'),
      'k8s/config.yaml': pod('config'),
      'k8s/values.yaml': 'replicas: 1',
      'k8s/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }',
      'k8s/broken.yaml': 'a: [',
      'k8s/policy.yaml': pod('old'),
      'k8s/more/deep.json': '{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "deep" } }',
      'k8s/read.me': pod('text'),
      'k8s/part/kustomization.yaml': 'resources: [x.yaml]',
      'k8s/part/x.yaml': pod('x'),
      'k8s/part/y.yaml': pod('y'),
      'k8s/test/kustomization.yaml': 'resources: [z.yaml]',
      'k8s/test/z.yaml': pod('z'),
      'k8s/chart/Chart.yaml': 'name: c',
      'k8s/chart/templates/t.yaml': pod('t'),
    });
    expect(read(['k8s'])).toMatchObject({
      rendered: ['k8s'],
      findings: ['k8s: warning NP332: this kustomization does not use k8s/chart, k8s/test, k8s/more/deep.json, k8s/part/y.yaml, k8s/policy.yaml, so the objects there are not in the answers; name them too if they are applied'],
    });
  });

  test('is a warning if it is a chart, with the command that renders the chart', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [app.yaml]', 'k8s/app.yaml': pod('app'), 'k8s/Chart.yaml': 'name: shop', 'k8s/templates/a.yaml': 'a: {{ .b }}' });
    expect(read(['k8s'])).toMatchObject({
      rendered: ['k8s'],
      findings: ['k8s: warning NP332: netpol takes this folder for a kustomization and leaves out the chart in it, so the objects of the chart are not in the answers; '
        + "if the chart is applied too, run 'helm template shop k8s --namespace default --include-crds | netpol list -'"],
    });
    // A library chart has no objects.
    write({ 'k8s/Chart.yaml': 'name: shop\ntype: library' });
    expect(read(['k8s']).findings).toEqual([]);
    // Nothing of the chart is part of this kustomization.
    write({ 'k8s/kustomization.yaml': 'resources: []', 'k8s/Chart.yaml': 'name: shop' });
    expect(read(['k8s']).rendered).toEqual(['k8s', 'k8s']);
  });

  test('is no warning if another kustomization uses it', () => {
    write({
      'k8s/kustomization.yaml': 'resources: []',
      'k8s/part/kustomization.yaml': 'resources: [x.yaml]',
      'k8s/part/x.yaml': pod('x'),
      'k8s/chart/Chart.yaml': 'name: c',
      'k8s/chart/up.yaml': pod('up'),
      'prod/kustomization.yaml': 'resources: [../k8s/part, ../k8s/chart/up.yaml]',
    });
    expect(read(['.'])).toMatchObject({ rendered: ['k8s', 'prod'], findings: [] });
  });

  test('may be a link to itself, a link to the folder, or what nobody may read', () => {
    write({ 'k8s/kustomization.yaml': 'resources: []', 'k8s/closed.yaml': pod('closed'), 'k8s/folder/a.yaml': pod('a') });
    symlinkSync(path.join(folder, 'k8s/self.yaml'), path.join(folder, 'k8s/self.yaml'));
    symlinkSync(path.join(folder, 'k8s'), path.join(folder, 'k8s/loop'));
    for (const name of ['closed.yaml', 'folder']) { chmodSync(path.join(folder, 'k8s', name), 0); }
    // The superuser may read everything.
    const isRoot = process.getuid?.() === 0;
    expect(read(['k8s']).findings).toEqual(isRoot ? [expect.stringContaining('does not use k8s/closed.yaml, k8s/folder/a.yaml, so')] : []);
    chmodSync(path.join(folder, 'k8s/folder'), 0o700);
  });

  test('is no warning if it is named too', () => {
    write({
      'k8s/kustomization.yaml': 'resources: []',
      'k8s/test/kustomization.yaml': 'resources: [a.yaml]',
      'k8s/test/a.yaml': pod('a'),
      'k8s/web/Chart.yaml': 'name: web',
      'k8s/web/more/Chart.yaml': 'name: more',
    });
    const { rendered, findings } = read(['k8s', 'k8s/test', 'k8s/web', 'k8s/web/more']);
    expect(rendered).toEqual(['k8s', 'k8s/test', 'k8s/web', 'k8s/web/more']);
    expect(findings.filter(one => one.includes('NP332'))).toEqual([]);
  });

  test('is no warning in a folder that the kustomization uses as a whole, such as one of charts', () => {
    write({ 'k8s/kustomization.yaml': 'helmGlobals: { chartHome: charts }', 'k8s/charts/web/Chart.yaml': 'name: web', 'k8s/charts/web/crds/a.yaml': pod('a') });
    expect(read(['k8s']).findings).toEqual([]);
  });

  test('is a warning although a text in the kustomization could be the path of the folder around it', () => {
    write({ 'k8s/kustomization.yaml': 'nameSuffix: ".."', 'k8s/a.yaml': pod('a') });
    expect(read(['k8s']).findings).toEqual([expect.stringContaining('does not use k8s/a.yaml, so')]);
  });

  test('is counted if it is much', () => {
    write({ 'k8s/kustomization.yaml': 'resources: []', ...Object.fromEntries([...'abcdefg'].map(name => [`k8s/${name}.yaml`, pod(name)])) });
    expect(read(['k8s']).findings[0]).toContain('does not use k8s/a.yaml, k8s/b.yaml, k8s/c.yaml, k8s/d.yaml, k8s/e.yaml and 2 more, so');
  });
});

describe('a folder with a chart', () => {
  const CHART = { 'web/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0', 'web/templates/a.yaml': 'kind: {{ .Values.kind }}', 'web/values.yaml': 'kind: Pod' };

  test('is rendered as a release with the name of the chart, and the assumption is a note', () => {
    write(CHART);
    const { asked, names, findings } = read(['web']);
    expect(asked).toEqual([{ kind: 'chart', folder: `${folder}/web`, release: 'shop' }]);
    expect(names).toEqual(['web']);
    expect(findings).toEqual([
      "web: note NP333: netpol renders this chart as the release shop in the namespace default; for another one, run 'helm template RELEASE web --namespace default --include-crds | netpol list -' with its name and its namespace",
    ]);
    expect(read(['web/Chart.yaml']).names).toEqual(['web']);
  });

  test.each(['Shop', 'a'.repeat(54), '', '[a]', '['])('is rendered as release-name if no release can have its name: %s', name => {
    write({ 'web/Chart.yaml': `name: ${name}` });
    expect(read(['web']).asked[0].release).toBe('release-name');
  });

  test('is not one if its Chart.yaml has an object of the cluster', () => {
    write({ 'dist/Chart.yaml': pod('a'), 'dist/kustomization.yaml': pod('b') });
    expect(read(['dist'])).toMatchObject({ rendered: [], names: ['a', 'b'], findings: [] });
    expect(read(['dist/Chart.yaml', 'dist/kustomization.yaml'])).toMatchObject({ rendered: [], names: ['a', 'b'], findings: [] });
    write({ 'odd/Chart.yaml/c.yaml': pod('c') });
    expect(read(['odd'])).toMatchObject({ rendered: [], names: ['c'] });
  });

  test('has its subcharts in it', () => {
    write({ ...CHART, 'web/charts/db/Chart.yaml': 'name: db', 'web/charts/db/templates/b.yaml': 'kind: {{ .Values.kind }}' });
    expect(read(['web']).rendered).toEqual(['web']);
  });

  test('renders nothing if it is a library chart', () => {
    write({ 'lib/Chart.yaml': 'name: lib\ntype: library', 'lib/templates/_x.yaml': pod('x'), 'a.yaml': pod('a') });
    expect(read(['.'])).toMatchObject({ rendered: [], names: ['a'], findings: [] });
  });

  test('is a warning for objects outside the folders of a chart', () => {
    write({ ...CHART, 'web/crds/x.yaml': pod('crd'), 'web/ci/p.yaml': pod('p'), 'web/overlay/kustomization.yaml': 'resources: []' });
    expect(read(['web']).findings[1]).toBe('web: warning NP332: this chart does not use web/overlay, web/ci/p.yaml, so the objects there are not in the answers; name them too if they are applied');
  });

  test('is not rendered by itself if a kustomization uses a file in it', () => {
    write({ 'k/kustomization.yaml': 'resources: [../web/upstream.yaml]', 'web/Chart.yaml': 'name: web', 'web/upstream.yaml': pod('up') });
    expect(read(['.'])).toMatchObject({ rendered: ['k'], findings: [] });
  });
});

describe('a folder that is not rendered', () => {
  test('is a warning with the exact command to run, and what it could affect is undecided', () => {
    write({ 'k8s/prod/kustomization.yaml': 'resources: [app.yaml]', 'k8s/prod/app.yaml': pod('raw') });
    const result = readPaths([path.join(folder, 'k8s/prod')], () => '', { render: { isRequired: false, values: [], renderer: () => ({ notRendered: 'neither kustomize nor kubectl is on the PATH' }) } });
    expect(result.findings.map(formatFinding)).toEqual([
      `${folder}/k8s/prod: warning NP330: this kustomization is not rendered, because neither kustomize nor kubectl is on the PATH, so what it could affect is undecided; run 'kubectl kustomize ${folder}/k8s/prod | netpol list -'`,
    ]);
    expect(result.resources).toEqual([]);
    expect(result.unread).toMatchObject([{ what: `the kustomization ${folder}/k8s/prod`, code: 'not-rendered', findings: result.findings }]);
  });

  test('has the command for a chart', () => {
    write({ 'web/Chart.yaml': 'name: shop' });
    expect(read(['web'], () => ({ notRendered: 'helm is not on the PATH' })).findings).toEqual([
      "web: warning NP330: this chart is not rendered, because helm is not on the PATH, so what it could affect is undecided; run 'helm template shop web --namespace default --include-crds | netpol list -'",
    ]);
  });

  test('has the message of a renderer that fails', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [gone.yaml]' });
    const { findings, unread } = read(['k8s'], () => ({ failed: 'kustomize', message: 'no\u001b[31m file' }));
    expect(findings).toEqual([
      "k8s: error NP331: kustomize cannot render this kustomization, so what it could affect is undecided: no\\u001b[31m file; correct it; to see the whole message, run 'kubectl kustomize k8s | netpol list -'",
    ]);
    expect(unread).toHaveLength(1);
  });

  test('is an error if rendering is required', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [gone.yaml]', 'web/Chart.yaml': 'name: shop' });
    const renderer: Renderer = one => one.kind === 'chart' ? { notRendered: 'helm is not on the PATH' } : { failed: 'kustomize', message: 'no file' };
    const { findings, unread } = read(['.'], renderer, { isRequired: true });
    expect(findings.map(one => one.split(';')[0])).toEqual([
      'k8s: error NP331: kustomize cannot render this kustomization: no file', 'web: error NP330: this chart is not rendered, because helm is not on the PATH',
    ]);
    expect(unread).toEqual([]);
  });

  test('is not rendered for callers that have no renderer', () => {
    write({ 'k8s/kustomization.yaml': 'resources: [app.yaml]', 'k8s/app.yaml': pod('raw') });
    const { resources, findings } = readPaths([path.join(folder, 'k8s')], () => '');
    expect(resources).toEqual([]);
    expect(findings.map(formatFinding)).toEqual([expect.stringContaining('warning NP330: this kustomization is not rendered, because only the command renders folders')]);
  });

  test.each([['a b', "'a b'"], ["it's", "'it'\\''s'"], ['a\u001b[31m', "'a\\u001b[31m'"], ['$(x)', "'$(x)'"]])('is quoted for the shell: %s', (name, quoted) => {
    write({ [`${name}/kustomization.yaml`]: 'resources: []' });
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const { findings } = readPaths([name], () => '');
      expect(findings[0].fix!.text).toBe(`run 'kubectl kustomize ${quoted} | netpol list -'`);
    } finally {
      process.chdir(cwd);
    }
  });

  test('is no option of the command if its name starts with a dash', () => {
    write({ '-x/kustomization.yaml': 'resources: []' });
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      expect(readPaths(['-x'], () => '').findings[0].fix!.text).toBe("run 'kubectl kustomize ./-x | netpol list -'");
    } finally {
      process.chdir(cwd);
    }
  });
});

const object = (kind: string, metadata: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: ${metadata}\n`;
const ANY = { policies: 'any', workloads: 'any', services: 'any', namespaces: 'any' };

describe('a kustomization that is not rendered may hold', () => {
  test('the kinds of its files, in the namespaces that they name', () => {
    write({ 'k/kustomization.yaml': 'resources: [a.yaml, b.yaml]', 'k/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: one\n', 'k/b.yaml': 'kind: NetworkPolicy\nmetadata:\n  name: b\n  namespace: two\n' });
    expect(mayHold('k')).toEqual({ policies: ['two'], workloads: ['one'], services: [], namespaces: [] });
  });

  test('no policy if none of its files has one', () => {
    write({ 'k/kustomization.yaml': 'resources: [a.yaml]', 'k/a.yaml': object('Pod', '{ name: a }') });
    expect(mayHold('k')).toMatchObject({ policies: [], workloads: ['default'] });
  });

  test('everything in the namespace that it sets', () => {
    write({
      'k/kustomization.yaml': 'namespace: shop\nresources: [../base]',
      'base/kustomization.yaml': 'namespace: other\nresources: [a.yaml]',
      'base/a.yaml': `${object('Pod', '{ name: a, namespace: one }')}---\n${object('NetworkPolicy', '{ name: p }')}---\n${object('Namespace', '{ name: one }')}`,
    });
    expect(mayHold('k')).toEqual({ policies: ['shop'], workloads: ['shop'], services: [], namespaces: ['one', 'shop', 'other'] });
  });

  test('objects in the namespaces that its bases set', () => {
    write({ 'k/kustomization.yaml': 'resources: [../base]', 'base/kustomization.yaml': 'namespace: other\nresources: [a.yaml]', 'base/a.yaml': object('NetworkPolicy', '{ name: p }') });
    expect(mayHold('k').policies).toEqual(['default', 'other']);
  });

  const BASE = { 'k/a.yaml': 'kind: NetworkPolicy\nmetadata:\n  name: p\n  namespace: one\n' };

  test.each<[string, string, string[]]>([
    ['replaces the namespace', '{ op: replace, path: /metadata/namespace, value: two }', ['one', 'two']],
    ['adds the namespace', '{ op: add, path: /metadata/namespace, value: two }', ['one', 'two']],
    ['removes the namespace', '{ op: remove, path: /metadata/namespace }', ['one', 'default']],
    ['tests the namespace', '{ op: test, path: /metadata/namespace, value: one }', ['one']],
    ['changes the spec', '{ op: add, path: /spec/podSelector, value: {} }', ['one']],
    ['changes a label', '{ op: add, path: /metadata/labels/a, value: b }', ['one']],
  ])('objects in the namespaces of a JSON patch: one that %s', (_, operation, policies) => {
    write({ ...BASE, 'k/kustomization.yaml': `resources: [a.yaml]\npatches:\n- patch: |-\n    - ${operation}\n` });
    expect(mayHold('k').policies).toEqual(policies);
    write({ 'k/kustomization.yaml': 'resources: [a.yaml]\npatchesJson6902: [{ path: patch.yaml }]', 'k/patch.yaml': `- ${operation}\n` });
    expect(mayHold('k').policies).toEqual(policies);
  });

  test('objects in the namespace that a patch sets after the kustomization', () => {
    write({ ...BASE, 'k/kustomization.yaml': 'namespace: shop\nresources: [a.yaml]\npatchesJson6902:\n- patch: |-\n    - { op: replace, path: /metadata/namespace, value: two }\n' });
    expect(mayHold('k').policies).toEqual(['shop', 'two']);
  });

  test('objects in the namespace of a patch that is merged', () => {
    write({ ...BASE, 'k/kustomization.yaml': 'resources: [a.yaml]\npatchesStrategicMerge:\n- patch.yaml\n- "metadata: { name: p }"\n- "1"\n- |-\n  metadata: { name: p, namespace: three }\n', 'k/patch.yaml': 'metadata: { name: p, namespace: two }' });
    expect(mayHold('k').policies).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['a base is on the network', 'resources: [a.yaml, "https://example.com/b.yaml"]'],
    ['a file is missing', 'resources: [a.yaml, gone.yaml]'],
    ['a path is absolute', 'resources: [/a.yaml]'],
    ['an entry is not text', 'resources: [1]'],
    ['a base is a folder without a kustomization', 'resources: [a.yaml, plain]'],
    ['it is not valid YAML', 'resources: ['],
    ['the namespace is not text', 'resources: [a.yaml]\nnamespace: 1'],
    ['it generates objects', 'resources: [a.yaml]\ngenerators: [g.yaml]'],
    ['it inflates a chart', 'resources: [a.yaml]\nhelmCharts: [{ name: c }]'],
    ['it transforms objects', 'resources: [a.yaml]\ntransformers: [t.yaml]'],
    ['it replaces fields', 'resources: [a.yaml]\nreplacements: []'],
    ['a patch is missing', 'resources: [a.yaml]\npatches: [{ path: gone.yaml }]'],
    ['a patch may change the kind', 'resources: [a.yaml]\npatches: [{ patch: "metadata: { name: p }", options: { allowKindChange: true } }]'],
    ['a patch is not an object', 'resources: [a.yaml]\npatches: [1]'],
    ['a patch has no text', 'resources: [a.yaml]\npatches: [{ target: { kind: Pod } }]'],
    ['a patch is not valid YAML', 'resources: [a.yaml]\npatches: [{ patch: "a: [" }]'],
    ['a patch changes the kind', 'resources: [a.yaml]\npatches: [{ patch: "[{ op: replace, path: /kind, value: X }]" }]'],
    ['a patch changes the whole object', 'resources: [a.yaml]\npatches: [{ patch: "[{ op: replace, path: \'\', value: {} }]" }]'],
    ['a patch changes the metadata', 'resources: [a.yaml]\npatches: [{ patch: "[{ op: replace, path: /metadata, value: {} }]" }]'],
    ['a patch copies the namespace', 'resources: [a.yaml]\npatches: [{ patch: "[{ op: copy, path: /metadata/namespace, from: /metadata/name }]" }]'],
    ['a patch sets another value as the namespace', 'resources: [a.yaml]\npatches: [{ patch: "[{ op: add, path: /metadata/namespace, value: 1 }]" }]'],
    ['a patch has an operation that is not one', 'resources: [a.yaml]\npatches: [{ patch: "[1]" }]'],
  ])('anything if %s', (_, kustomization) => {
    write({ ...BASE, 'k/kustomization.yaml': kustomization, 'k/plain/b.yaml': '', 'k/g.yaml': 'kind: G', 'k/t.yaml': 'kind: T' });
    expect(mayHold('k')).toEqual(ANY);
  });

  test('anything if one of its files is not text', () => {
    write({ 'k/kustomization.yaml': 'resources: [a.yaml]', 'k/a.yaml': '\u0000' });
    expect(mayHold('k')).toEqual(ANY);
  });
});

describe('a chart that is not rendered may hold', () => {
  test('the kinds of its templates, in any namespace that its release has', () => {
    write({
      'c/Chart.yaml': 'name: c',
      'c/templates/a.yaml': '{{- if .Values.on }}\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n',
      'c/templates/NOTES.txt': 'Thank you',
      'c/crds/x.yaml': object('CustomResourceDefinition', '{ name: x }'),
      'c/values.yaml': 'kind: NetworkPolicy',
    });
    expect(mayHold('c')).toMatchObject({ policies: [], workloads: 'any' });
    write({ 'c/templates/p.yaml': 'kind: NetworkPolicy\nmetadata:\n  name: {{ .Release.Name }}\n' });
    expect(mayHold('c')).toMatchObject({ policies: 'any' });
  });

  test.each([
    ['it has dependencies', { 'c/Chart.yaml': 'name: c\ndependencies: [{ name: d }]' }],
    ['it has the requirements of Helm 2', { 'c/requirements.yaml': '' }],
    ['it has a subchart', { 'c/charts/d.tgz': '' }],
    ['a template writes objects from values', { 'c/templates/b.yaml': '{{- range .Values.extra }}\n---\n{{ toYaml . }}\n{{- end }}\n' }],
  ])('anything if %s', (_, files) => {
    write({ 'c/Chart.yaml': 'name: c', 'c/templates/a.yaml': 'kind: Deployment\n', ...files });
    expect(mayHold('c')).toEqual(ANY);
  });
});

describe('with a cache, a folder is rendered again', () => {
  test('if a file was written a moment ago, because it may change again within the resolution of its time', () => {
    write({ 'k/kustomization.yaml': 'resources: []' });
    const cache = new FileCache();
    const again = () => [read(['k'], asPod, {}, cache).rendered, cache.finishReading().map(short)];
    expect([again(), again()]).toEqual([[['k'], ['k/kustomization.yaml']], [['k'], []]]);
  });

  afterEach(() => { jest.restoreAllMocks(); });

  /** Moves the clock, so that the files were written a while ago. */
  function later(): void {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 10_000);
  }

  test('only after a change of a file that it is made from, in its bases too', () => {
    write({
      'k/kustomization.yaml': 'resources: [../base]', 'base/kustomization.yaml': 'resources: [a.yaml]', 'base/a.yaml': pod('a'), 'c/Chart.yaml': 'name: c', 'c/templates/t.yaml': '', 'values.yaml': 'a: 1',
    });
    later();
    const cache = new FileCache();
    const again = () => [read(['k', 'c'], asPod, { values: [path.join(folder, 'values.yaml'), path.join(folder, 'gone.yaml')] }, cache).rendered, cache.finishReading().map(short)];
    expect(again()[0]).toEqual(['k', 'c']);
    expect(again()).toEqual([[], []]);
    write({ 'base/a.yaml': pod('other') });
    expect(again()).toEqual([['k'], ['base/a.yaml']]);
    write({ 'c/templates/new.yaml': pod('new') });
    expect(again()).toEqual([['c'], ['c/templates/new.yaml']]);
    write({ 'values.yaml': 'a: 22' });
    expect(again()).toEqual([['c'], ['values.yaml']]);
    expect(again()).toEqual([[], []]);
  });
});
