import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';
import { folderRenderer } from '../../src/cli/private/folder-renderer';
import { deployment, policy, TIERS } from '../report/shop';

/* Small shell scripts stand for kustomize, kubectl and helm. `npm run test:render` asks the real programs. */

const PATH = process.env.PATH;
let bin: string;
beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'netpol-bin-'));
  process.env.PATH = bin;
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(bin, { recursive: true });
});

/** Puts a program on the PATH. */
function program(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

const KUBECTL = (minor: string) => `if [ "$1" = version ]; then echo '{ "clientVersion": { "major": "1", "minor": "${minor}" } }'; else /bin/cat built; fi`;
const BUILT = deployment('web', '', 'shop') + deployment('client', '', 'shop') + policy('web', '{ podSelector: { matchLabels: { app: web } } }').replace('namespace: app', 'namespace: shop');
const FILES = { 'k8s/kustomization.yaml': 'namespace: shop\nresources: [app.yaml]', 'k8s/app.yaml': deployment('web', '', 'raw') + policy('web', '{ podSelector: {} }'), 'k8s/built': BUILT };
const CHART = { 'web/Chart.yaml': 'name: web', 'web/templates/a.yaml': 'kind: {{ .Values.kind }}', 'web/built': BUILT };

const question = ['--from', 'shop/client', '--to', 'shop/web'];

test('a kustomization is what kustomize builds of it', async () => {
  program('kustomize', '[ "$*" = "build ." ] && /bin/cat built');
  expect(await netpol(['can-reach', 'k8s', ...question], FILES)).toMatchObject({ status: 1, stderr: '' });
  expect((await netpol(['list', 'k8s', '-o', 'json'], FILES)).stdout).not.toContain('raw');
});

test('kubectl builds it if there is no kustomize and kubectl is not too old', async () => {
  program('kubectl', KUBECTL('21'));
  expect(await netpol(['can-reach', 'k8s', ...question], FILES)).toMatchObject({ status: 1, stderr: '' });
  program('kubectl', KUBECTL('36+'));
  expect(await netpol(['can-reach', 'k8s', ...question], FILES)).toMatchObject({ status: 1, stderr: '' });
});

test.each([
  ['there is no program', undefined, 'neither kustomize nor kubectl is on the PATH'],
  ['kubectl is old', KUBECTL('20+'), "kustomize is not on the PATH, and kubectl 1.20 builds kustomizations differently from today's (1.21 or newer)"],
  ['kubectl fails', 'exit 1', 'kustomize is not on the PATH, and kubectl does not say which version it is'],
  ['kubectl prints something else', 'echo hello', 'kustomize is not on the PATH, and kubectl does not say which version it is'],
  ['kubectl has no version', 'echo \'{ "clientVersion": {} }\'', 'kustomize is not on the PATH, and kubectl does not say which version it is'],
  ['kubectl goes away', `/bin/rm "$0"; ${KUBECTL('36')}`, 'neither kustomize nor kubectl is on the PATH'],
])('if %s, netpol warns with the command to run, and what the folder could affect is undecided', async (_, kubectl, reason) => {
  if (kubectl !== undefined) { program('kubectl', kubectl); }
  const warning = `k8s: warning NP330: this kustomization is not rendered, because ${reason}, so what it could affect is undecided; run 'kubectl kustomize k8s | netpol list -'\n`;
  const outcome = await netpol(['can-reach', 'k8s', ...question], FILES);
  expect(outcome).toMatchObject({ status: 3, stdout: expect.stringMatching(/^undecided/) });
  expect(outcome.stderr).toContain(warning);
  const list = await netpol(['list', 'k8s', '-o', 'json'], FILES);
  expect(list).toMatchObject({ status: 0, stdout: '[]\n' });
  expect(list.stderr).toContain(warning);
});

test('which kubectl it is is asked once for all kustomizations', async () => {
  const asked = path.join(bin, 'asked');
  program('kubectl', `[ "$1" = version ] && echo x >> ${asked}\n${KUBECTL('36')}`);
  await netpol(['list', 'k8s', 'more'], { ...FILES, 'more/kustomization.yaml': 'resources: []', 'more/built': '' });
  expect(readFileSync(asked, 'utf8')).toBe('x\n');
});

test('a folder that is not rendered leaves the rest decided', async () => {
  const files = { ...FILES, 'tiers/app.yaml': TIERS + policy('deny', '{ podSelector: { matchLabels: { app: db } } }') };
  const outcome = await netpol(['list', 'k8s', 'tiers', '-o', 'json'], files);
  expect(outcome.status).toBe(0);
  expect(JSON.parse(outcome.stdout)).toContainEqual({ src: 'app/frontend[Deployment]', dst: 'app/backend[Deployment]', conn: 'All Connections' });
  expect(await netpol(['can-reach', 'k8s', 'tiers', '--from', 'app/frontend', '--to', 'app/db'], files)).toMatchObject({ status: 1 });
});

test('a chart is what helm renders of it, as the release of its name', async () => {
  program('helm', '[ "$*" = "template web . --namespace default --include-crds" ] && /bin/cat built');
  const outcome = await netpol(['can-reach', 'web', ...question], CHART);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/^web: note NP333: netpol renders this chart as the release web in the namespace default/);
});

test('without helm, netpol warns with the command to run', async () => {
  const { status, stderr } = await netpol(['can-reach', 'web', ...question], CHART);
  expect(status).toBe(3);
  expect(stderr).toContain("web: warning NP330: this chart is not rendered, because helm is not on the PATH, so what it could affect is undecided; run 'helm template web web --namespace default --include-crds | netpol list -'\n");
});

test('charts get the files of --values, in their order', async () => {
  program('helm', 'read one < $8; read two < ${10}; echo "Error: $7 $one $9 $two" >&2; exit 1');
  const { stderr } = await netpol(['list', 'web', '--values', 'one.yaml', '--values', 'two.yaml'], { ...CHART, 'one.yaml': 'one: 1\n', 'two.yaml': 'two: 2\n' });
  expect(stderr).toContain('helm cannot render this chart, so what it could affect is undecided: --values one: 1 --values two: 2; correct it; to see the whole message, '
    + "run 'helm template web web --namespace default --include-crds --values one.yaml --values two.yaml | netpol list -'\n");
});

test('a file of --values may be in the folder of the input, and must exist', async () => {
  program('helm', '/bin/cat built');
  const files = { ...CHART, 'k8s/app.yaml': TIERS, 'k8s/values.yaml': 'replicas: 2' };
  expect((await netpol(['list', 'k8s', 'web'], files)).stderr).toContain('k8s/values.yaml:1:1: warning NP010');
  expect((await netpol(['list', 'k8s', 'web', '--values', 'k8s/values.yaml'], files)).stderr).not.toContain('warning NP010');
  expect(await netpol(['list', 'web', '--values', 'gone.yaml'], files)).toMatchObject({ status: 2, stdout: '', stderr: 'netpol: --values gone.yaml: there is no such file or folder; check the path\n' });
});

test.each([
  ['its error', 'echo "# Warning: bases is deprecated" >&2; echo "Error: no such base" >&2; echo more >&2; exit 1', 'no such base more'],
  ['what it prints, if no line is an error', 'echo >&2; echo "  bad  " >&2; echo worse >&2; exit 1', 'bad worse'],
  ['its status, if it prints nothing', 'exit 7', 'it ended with status 7, without a message'],
  ['the signal that ended it', 'kill -TERM $$', 'it was ended by SIGTERM'],
  ['the start and the end of a long message', `echo ${'x'.repeat(300)}${'y'.repeat(101)} >&2; exit 1`, `${'x'.repeat(200)} … ${'y'.repeat(100)}`],
  ['no word of a long message cut', `echo "Error: ${'word '.repeat(80)}the end" >&2; exit 1`, `${'word '.repeat(40)}… ${'word '.repeat(18)}the end`],
  ['no head of the log of kubectl', 'printf \'E1127 16:33:07.033903   24323 run.go:72] "command failed" err=<\n\taccumulating resources: no\n\tsuch base\n >\n\' >&2; exit 1', 'accumulating resources: no such base'],
  ['no quotes of the log of kubectl', 'printf \'%s\n\' \'E1127 16:33:07.033903   24323 run.go:72] "command failed" err="no \\"base\\""\' >&2; exit 1', 'no "base"'],
  ['no quotes of Go', 'printf \'%s\n\' \'"no \\a base"\' >&2; exit 1', 'no \\a base'],
])('a renderer that fails is an error with %s, and the rest is answered', async (_, script, message) => {
  program('kustomize', script);
  const files = { ...FILES, 'pods/a.yaml': TIERS };
  const { status, stderr, stdout } = await netpol(['list', 'k8s', 'pods', '-o', 'json'], files);
  expect(status).toBe(2);
  expect((await netpol(['list', 'k8s', 'pods', '--keep-going'], files)).status).toBe(0);
  expect(await netpol(['can-reach', 'k8s', 'pods', '--from', 'app/frontend', '--to', 'app/backend'], files)).toMatchObject({ status: 0, stdout: 'yes\n' });
  expect(stderr).toContain(`k8s: error NP331: kustomize cannot render this kustomization, so what it could affect is undecided: ${message}; correct it; to see the whole message, run 'kubectl kustomize k8s | netpol list -'\n`);
  expect(stdout).toContain('app/backend[Deployment]');
});

test('an input with nothing but a folder that cannot be rendered has an answer: what it could affect is undecided', async () => {
  program('kustomize', 'echo "Error: no" >&2; exit 1');
  expect(await netpol(['list', 'k8s', '-o', 'json'], FILES)).toMatchObject({ status: 2, stdout: '[]\n' });
  expect(await netpol(['can-reach', 'k8s', ...question], FILES)).toMatchObject({ status: 3, stdout: 'undecided\n' });
});

test('a program that cannot be started is one that fails', async () => {
  writeFileSync(path.join(bin, 'kustomize'), 'no program');
  chmodSync(path.join(bin, 'kustomize'), 0o644);
  expect((await netpol(['list', 'k8s'], FILES)).stderr).toContain('kustomize cannot render this kustomization, so what it could affect is undecided: it cannot be started (EACCES);');
});

describe('a program', () => {
  const folder = () => ({ kind: 'kustomization', folder: bin, release: '' } as const);

  test('may not run for ever', () => {
    program('kustomize', 'while :; do :; done');
    expect(folderRenderer([], { ms: 200, bytes: 1000 })(folder())).toEqual({ failed: 'kustomize', message: 'it did not end within 0.2 seconds' });
  });

  test('may not print without end', () => {
    program('kustomize', 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done');
    expect(folderRenderer([], { ms: 20_000, bytes: 1000 })(folder())).toEqual({ failed: 'kustomize', message: 'it printed more than 1000 bytes' });
  });

  test('gets no standard input, and git asks no question', () => {
    program('kustomize', 'read line && exit 1; echo "git: $GIT_TERMINAL_PROMPT"');
    expect(folderRenderer([])(folder())).toEqual({ text: Buffer.from('git: 0\n') });
  });
});

describe('--render', () => {
  test('never gives the warning and the undecided answer, although there is a program', async () => {
    program('kustomize', '/bin/cat built');
    const { status, stderr } = await netpol(['can-reach', 'k8s', ...question, '--render', 'never'], FILES);
    expect(status).toBe(3);
    expect(stderr).toContain('warning NP330: this kustomization is not rendered, because rendering is switched off (never), so what it could affect is undecided');
  });

  test.each(['list', 'can-reach'])('always makes a missing renderer an error of %s', async command => {
    const { status, stderr, stdout } = await netpol([command, 'k8s', '--render', 'always', ...command === 'list' ? [] : question], FILES);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain("k8s: error NP330: this kustomization is not rendered, because neither kustomize nor kubectl is on the PATH; run 'kubectl kustomize k8s | netpol list -'\n");
  });

  test('always makes a failure an error, and is content with what is rendered', async () => {
    program('kustomize', 'echo "Error: no" >&2; exit 1');
    expect(await netpol(['list', 'k8s', '--render', 'always'], FILES)).toMatchObject({ status: 2, stderr: expect.stringContaining('error NP331: kustomize cannot render this kustomization: no;') });
    program('kustomize', '/bin/cat built');
    expect((await netpol(['list', 'k8s', '--render', 'always'], FILES)).status).toBe(0);
  });

  test('and --values may be written in the configuration file, and the options win', async () => {
    program('kustomize', '/bin/cat built');
    program('helm', 'read one < $8; echo "Error: $one" >&2; exit 1');
    const files = { ...FILES, ...CHART, 'one.yaml': 'one: 1\n', 'two.yaml': 'two: 2\n', 'my.yaml': 'render: never' };
    expect((await netpol(['list', 'k8s', '--config', 'my.yaml'], files)).stderr).toContain('rendering is switched off (never)');
    expect((await netpol(['list', 'k8s', '--config', 'my.yaml', '--render', 'auto'], files)).stderr).toBe('summary: 1 folder rendered: 2 workloads, 1 policy\n');
    const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
    writeFileSync(path.join(folder, 'one.yaml'), 'one: 1\n');
    const config = { ...files, 'my.yaml': `values: [${path.join(folder, 'one.yaml')}]` };
    expect((await netpol(['list', 'web', '--config', 'my.yaml'], config)).stderr).toContain('undecided: one: 1;');
    expect((await netpol(['list', 'web', '--config', 'my.yaml', '--values', 'two.yaml'], config)).stderr).toContain('undecided: two: 2;');
    rmSync(folder, { recursive: true });
    expect(await netpol(['list', 'k8s', '--config', 'my.yaml'], { ...FILES, 'my.yaml': 'render: maybe\nvalues: [1]' })).toMatchObject({
      status: 2, stderr: expect.stringMatching(/my\.yaml:1:1: error NP041: render: 'maybe' is not a way to render; write one of auto, never, always[\s\S]*my\.yaml:2:10: error NP041/),
    });
  });

  test('takes auto, never and always', async () => {
    expect(await netpol(['list', 'k8s', '--render', 'sometimes'], FILES)).toMatchObject({ status: 2, stderr: expect.stringContaining('auto, never, always') });
  });
});

test('overlays that define the same objects differently are declared twice, and the fix is to name one overlay', async () => {
  program('kustomize', '/bin/cat built');
  const files = {
    'k8s/base/kustomization.yaml': 'resources: []',
    'k8s/dev/kustomization.yaml': 'resources: [../base]',
    'k8s/dev/built': deployment('web') + policy('p', '{ podSelector: {} }'),
    'k8s/prod/kustomization.yaml': 'resources: [../base]',
    'k8s/prod/built': deployment('web') + policy('p', '{ podSelector: {}, policyTypes: [Egress] }'),
  };
  const { status, stderr } = await netpol(['list', 'k8s/base', 'k8s/dev', 'k8s/prod'], files);
  expect(status).toBe(2);
  expect(stderr).toContain("k8s/prod: error NP032: NetworkPolicy app/p is declared twice, with different content: spec.policyTypes. The later 'kubectl apply' wins (the first declaration: k8s/dev); if the two folders are alternatives, name one of them: k8s/dev or k8s/prod\n");
  expect(await netpol(['list', 'k8s/prod'], files)).toMatchObject({ status: 0, stderr: 'summary: 1 folder rendered: 1 workload, 1 policy\n' });
});

test('standard input is not rendered', async () => {
  program('kustomize', 'exit 1');
  expect(await netpol(['can-reach', '-', ...question], {}, BUILT)).toMatchObject({ status: 1, stderr: '' });
});

test('the summary counts folders and files, and names the folders that are not rendered', async () => {
  program('kustomize', '/bin/cat built');
  const files = { ...FILES, ...CHART, 'tiers/a.yaml': TIERS };
  const { stderr } = await netpol(['list', 'k8s', 'web', 'tiers'], files);
  expect(stderr).toMatch(/summary: 1 file read, 1 folder rendered: 5 workloads, 1 policy\n {2}not rendered: the chart web\n/);
  expect((await netpol(['list', 'web'], files)).stderr).toMatch(/summary: 0 files read: 0 workloads, 0 policies\n {2}not rendered: the chart web\n$/);
});

test('a kustomization without objects has nothing to answer about', async () => {
  program('kustomize', 'exit 0');
  const files = { 'k8s/kustomization.yaml': 'resources: []' };
  expect(await netpol(['list', 'k8s'], files)).toMatchObject({ status: 2, stderr: expect.stringContaining('NP001') });
});

describe('lint of a kustomization without policies', () => {
  const COMPONENT = { 'k8s/c/kustomization.yaml': 'kind: Component\nresources: [policy.yaml]', 'k8s/c/policy.yaml': policy('web', '{ podSelector: {} }') };
  const WITHOUT = { 'k8s/kustomization.yaml': 'namespace: shop\nresources: [app.yaml]', 'k8s/app.yaml': deployment('web', '', 'raw'), 'k8s/built': deployment('web', '', 'shop') };
  const lint = async (files: Record<string, string>) => (await netpol(['lint', 'k8s'], files)).stdout.split('\n').filter(line => line.includes('NP141'));
  beforeEach(() => { program('kustomize', '/bin/cat built'); });

  test('warns that the input has no policy', async () => {
    expect(await lint(WITHOUT)).toEqual([expect.stringMatching(/^k8s: warning NP141: the input has no policy, so the pods of shop\/web\[Deployment\] let everybody in;/)]);
    // What is left out has no policy either.
    const other = { 'k8s/kustomization.yaml': WITHOUT['k8s/kustomization.yaml'], 'k8s/other.yaml': deployment('other', '', 'shop') };
    expect(await lint({ ...WITHOUT, ...other })).toEqual([expect.stringContaining('the input has no policy')]);
  });

  test.each<[string, string, Record<string, string>]>([
    ['a component that no kustomization uses', 'k8s/c', COMPONENT],
    ['a file that the kustomization does not name', 'k8s/policy.yaml', { 'k8s/policy.yaml': policy('web', '{ podSelector: {} }') }],
  ])('is a note that names %s and has policies', async (_, place, more) => {
    expect(await lint({ ...WITHOUT, ...more })).toEqual([
      `k8s: note NP141: no policy of the input is applied, so the pods of shop/web[Deployment] let everybody in (policies that nothing uses: ${place}); if the policies of ${place} are applied, name a kustomization that uses them`,
    ]);
  });
});
