import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as fc from 'fast-check';
import { folderOf } from './programs';
import { run } from '../../src/cli/run';
import { policyIsNamespaced, isPolicyKind } from '../../src/k8s/network-kinds';
import { podTemplateOf } from '../../src/k8s/workloads';
import { readPaths } from '../../src/manifests/files';
import { readText } from '../../src/manifests/read-text';
import { includesNamespace, MayHold } from '../../src/manifests/unread';
import { sharedFolder } from '../engines-verdicts/shared';
import { warnSkipped } from '../support/go';

const KUSTOMIZE = folderOf('kustomize');
const HELM = folderOf('helm');
const CORPUS = sharedFolder('corpus', 'the rendering of real projects');
const CASES = sharedFolder('field-cases', 'the rendering of a kustomization from the field');

let folder: string;
const PATH = process.env.PATH;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-'));
  // Nothing else is on the PATH, and nothing is fetched from the network.
  process.env.PATH = [KUSTOMIZE, HELM].filter(one => one !== undefined).join(path.delimiter);
  process.env.HTTPS_PROXY = 'http://127.0.0.1:9';
});
afterEach(() => {
  process.env.PATH = PATH;
  delete process.env.HTTPS_PROXY;
  fs.rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
}

async function netpol(args: readonly string[], stdin: Buffer = Buffer.alloc(0)): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const status = await run(args, {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => stdin,
    untilInterrupted: async () => {},
  });
  return { status, stdout, stderr };
}

async function rows(args: readonly string[], stdin?: Buffer): Promise<{ src: string; dst: string; conn: string; undecided?: unknown }[]> {
  const { status, stdout, stderr } = await netpol(['list', ...args, '-o', 'json'], stdin);
  if (stdout === '') { throw new Error(`status ${status}: ${stderr}`); }
  return JSON.parse(stdout);
}

function build(kustomization: string): { status: number | null; stdout: Buffer; stderr: Buffer } {
  return spawnSync('kustomize', ['build', kustomization], { maxBuffer: 2 ** 28, env: process.env });
}

/** Checks that what a folder may hold, judged by its files, includes every object that was rendered. */
function expectHeld(mayHold: MayHold, rendered: Buffer): void {
  for (const { object } of readText({ file: 'rendered', content: rendered, named: true }).resources) {
    const { namespace = 'default', name } = object.metadata as { namespace?: string; name: string };
    const kind = String(object.kind);
    const isHeld = isPolicyKind(kind) ? mayHold.policies === 'any' || (policyIsNamespaced(kind) && mayHold.policies.includes(namespace))
      : podTemplateOf(object) !== undefined ? includesNamespace(mayHold.workloads, namespace)
        : kind === 'Service' ? includesNamespace(mayHold.services, namespace)
          : kind === 'Namespace' ? includesNamespace(mayHold.namespaces, name) : true;
    if (!isHeld) { throw new Error(`${kind} ${namespace}/${name} is not in ${JSON.stringify(mayHold)}`); }
  }
}

function mayHoldOf(...paths: string[]): MayHold {
  const { unread } = readPaths(paths, () => '');
  expect(unread).toHaveLength(1);
  return unread[0].mayHold;
}

const DEPLOYMENT = (name: string, namespace = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${namespace === '' ? '' : `\n  namespace: ${namespace}`}
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 80 }] }] }
`;
const POLICY = (name: string, app: string, from: string, namespace = '') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}${namespace === '' ? '' : `\n  namespace: ${namespace}`}
spec:
  podSelector: { matchLabels: { app: ${app} } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: ${from} } } }] }]
`;

/** A kustomization, or a component, that is the base of another one. */
interface Level {
  readonly isComponent: boolean;
  readonly namespace: string;
  readonly hasPrefix: boolean;
  readonly hasLabels: boolean;
  /** The kinds of its own objects, and the namespaces that these name. */
  readonly objects: readonly (readonly [kind: 'deployment' | 'policy' | 'namespace', namespace: string])[];
  readonly patch?: { readonly field: string; readonly operation: string };
  readonly merges: boolean;
}

const arbitraryNamespace = fc.constantFrom('', 'one', 'two', 'three');
const arbitraryLevel: fc.Arbitrary<Level> = fc.record({
  isComponent: fc.boolean(),
  namespace: arbitraryNamespace,
  hasPrefix: fc.boolean(),
  hasLabels: fc.boolean(),
  objects: fc.uniqueArray(fc.tuple(fc.constantFrom('deployment' as const, 'policy' as const, 'namespace' as const), arbitraryNamespace), { maxLength: 3, selector: ([kind]) => kind }),
  patch: fc.option(fc.record({
    field: fc.constantFrom('patches', 'patchesJson6902'),
    operation: fc.constantFrom(
      '{ op: add, path: /metadata/namespace, value: four }', '{ op: add, path: /metadata/labels, value: { a: b } }', '{ op: add, path: /spec/policyTypes, value: [Ingress] }',
    ),
  }), { nil: undefined }),
  merges: fc.boolean(),
});

/** The files of a level, in a folder that has its number as its name. The next level is its base or its component. */
function filesOf(level: Level, i: number, next: Level | undefined): Record<string, string> {
  const textOf = {
    deployment: (namespace: string) => DEPLOYMENT(`d${i}`, namespace),
    policy: (namespace: string) => POLICY(`p${i}`, 'a', 'b', namespace),
    namespace: () => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n${i}\n`,
  };
  const resources = [...level.objects.map(([kind]) => `${kind}.yaml`), ...next?.isComponent === false ? [`../${i + 1}`] : []];
  const kustomization = [
    ...level.isComponent && i > 0 ? ['apiVersion: kustomize.config.k8s.io/v1alpha1', 'kind: Component'] : [],
    ...level.namespace === '' ? [] : [`namespace: ${level.namespace}`],
    ...level.hasPrefix ? ['namePrefix: x-'] : [],
    ...level.hasLabels ? ['commonLabels: { l: m }'] : [],
    ...resources.length === 0 ? [] : [`resources: [${resources.join(', ')}]`],
    ...next?.isComponent === true ? [`components: [../${i + 1}]`] : [],
    ...level.patch === undefined ? [] : [
      `${level.patch.field}:`, `- target: { version: v1, kind: NetworkPolicy, group: networking.k8s.io, name: p${i} }`, '  patch: |-', `    - ${level.patch.operation}`,
    ],
    ...level.merges ? ['patchesStrategicMerge:', '- |-', `  { apiVersion: apps/v1, kind: Deployment, metadata: { name: d${i} }, spec: { replicas: 2 } }`] : [],
  ];
  return {
    ...Object.fromEntries(level.objects.map(([kind, namespace]) => [`${i}/${kind}.yaml`, textOf[kind](namespace)])),
    [`${i}/kustomization.yaml`]: `${kustomization.join('\n')}\n`,
  };
}

(KUSTOMIZE === undefined ? describe.skip : describe)('with kustomize', () => {
  (CASES === undefined ? test.skip : test)('the kustomization from the field is judged in the namespace that it sets', async () => {
    const question = ['can-reach', path.join(CASES!, 'manifests/kustomize-a01'), '--from', 'shop/client', '--to', 'shop/web', '--port', '8080'];
    expect(await netpol(question)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^yes/), stderr: '' });
    const raw = await netpol([...question, '--render', 'never']);
    expect(raw).toMatchObject({ status: 3, stdout: expect.stringMatching(/^undecided/) });
    expect(raw.stderr).toContain(`run 'kubectl kustomize ${path.join(CASES!, 'manifests/kustomize-a01')} | netpol list -'`);
  });

  test('an overlay sets the namespace and the labels of its base, a component adds policies, and neither is read as it is', async () => {
    write({
      'base/kustomization.yaml': 'resources: [web.yaml, client.yaml]',
      'base/web.yaml': DEPLOYMENT('web'),
      'base/client.yaml': DEPLOYMENT('client'),
      'policies/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [web.yaml]',
      'policies/web.yaml': POLICY('web', 'web', 'nobody'),
      'prod/kustomization.yaml': 'namespace: shop\nnamePrefix: prod-\ncommonLabels: { stage: prod }\nresources: [../base]\ncomponents: [../policies]',
    });
    expect((await rows([folder])).filter(({ src, dst }) => src !== dst && src.startsWith('shop/') && dst.startsWith('shop/'))).toEqual([
      { src: 'shop/prod-web[Deployment]', dst: 'shop/prod-client[Deployment]', conn: 'All Connections' },
    ]);
  });

  const kubectl = spawnSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).stdout.trim();
  const canBuild = kubectl !== '' && Number(/"minor": "(\d+)/.exec(spawnSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8' }).stdout)?.[1]) >= 21;
  if (!canBuild) { warnSkipped('the rendering by kubectl', 'there is no kubectl on the PATH, or one older than 1.21'); }

  (CORPUS === undefined || !canBuild ? test.skip : test)('kubectl gives the same answers as kustomize', async () => {
    const project = path.join(CORPUS!, 'microservices-demo/kustomize/tests/memorystore-with-all-components');
    const expected = await rows([project]);
    process.env.PATH = path.dirname(kubectl);
    expect(await rows([project])).toEqual(expected);
    expect(expected.length).toBeGreaterThan(10);
  });

  test('a base on the network and a missing file are errors with the message of kustomize', async () => {
    write({ 'a/kustomization.yaml': 'resources: ["https://example.com/x.yaml"]', 'b/kustomization.yaml': 'resources: [gone.yaml]', 'web.yaml': DEPLOYMENT('web', 'app') });
    const { status, stderr } = await netpol(['list', folder]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/a: error NP331: kustomize cannot render this kustomization, so what it could affect is undecided: accumulating resources: .*example\.com/);
    expect(stderr).toMatch(/b: error NP331: kustomize cannot render this kustomization, so what it could affect is undecided: accumulating resources: .*gone\.yaml/);
  });

  test('a kustomization that inflates charts fails, because netpol starts no program for it', async () => {
    write({ 'a/kustomization.yaml': 'helmCharts: [{ name: c, repo: "https://example.com" }]' });
    expect((await netpol(['list', folder])).stderr).toMatch(/error NP331: .*--enable-helm/);
  });

  test('what a kustomization may hold, judged by its files, includes every object that kustomize makes of it', () => {
    let built = 0;
    fc.assert(fc.property(fc.array(arbitraryLevel, { minLength: 1, maxLength: 3 }), levels => {
      fs.rmSync(folder, { recursive: true });
      levels.forEach((one, i) => write(filesOf(one, i, levels[i + 1])));
      const { status, stdout } = build(path.join(folder, '0'));
      // Some of them are refused, for example because a patch has no target.
      if (status !== 0) { return; }
      built++;
      expectHeld(mayHoldOf(path.join(folder, '0')), stdout);
    }), { numRuns: 150 });
    expect(built).toBeGreaterThan(30);
  });

  (CORPUS === undefined ? describe.skip : describe)('a real project', () => {
    const kustomizations = CORPUS === undefined ? [] : fs.readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter(file => path.basename(file) === 'kustomization.yaml').map(file => path.dirname(file)).sort();
    const isComponent = (one: string) => fs.readFileSync(path.join(CORPUS!, one, 'kustomization.yaml'), 'utf8').includes('kind: Component');

    test('has kustomizations that are read as kustomize builds them, and may hold what it builds', async () => {
      let built = 0;
      for (const one of kustomizations) {
        const { status, stdout } = build(path.join(CORPUS!, one));
        if (status !== 0 || isComponent(one)) { continue; }
        expectHeld(mayHoldOf(path.join(CORPUS!, one)), stdout);
        if (!readText({ file: 'built', content: stdout, named: true }).resources.some(({ object }) => podTemplateOf(object) !== undefined)) { continue; }
        built++;
        expect(await rows([path.join(CORPUS!, one)])).toEqual(await rows(['-'], stdout));
      }
      expect(built).toBeGreaterThanOrEqual(15);
    }, 300_000);
  });
});

(HELM === undefined ? describe.skip : describe)('with helm', () => {
  const CHART = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/values.yaml': 'from: client\n',
    'web/templates/web.yaml': DEPLOYMENT('{{ .Release.Name }}'),
    'web/templates/policy.yaml': POLICY('web', '{{ .Release.Name }}', '{{ .Values.from }}'),
    'client.yaml': DEPLOYMENT('client', 'default'),
    'other.yaml': DEPLOYMENT('other', 'default'),
  };
  const reaches = async (from: string, ...args: string[]) => (await netpol(['can-reach', folder, '--from', `default/${from}`, '--to', 'default/web', ...args])).status;

  test('a chart is judged with its values, and with those of --values', async () => {
    write({ ...CHART, 'prod.yml': 'from: other\n' });
    expect([await reaches('client'), await reaches('other')]).toEqual([0, 1]);
    const values = ['--values', path.join(folder, 'prod.yml')];
    expect([await reaches('client', ...values), await reaches('other', ...values)]).toEqual([1, 0]);
    expect([await reaches('client', '--render', 'never'), await reaches('other', '--render', 'never')]).toEqual([3, 3]);
  });

  test('a subchart is part of the chart, and crds are too', async () => {
    write({
      ...CHART, 'web/charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n', 'web/charts/db/templates/db.yaml': DEPLOYMENT('db'), 'web/crds/extra.yaml': DEPLOYMENT('extra', 'default'),
    });
    const sources = new Set((await rows([folder])).map(({ src }) => src));
    for (const name of ['web', 'db', 'extra', 'client']) { expect(sources).toContain(`default/${name}[Deployment]`); }
  });

  test('a chart with a missing dependency is a warning with the message of helm', async () => {
    write({ ...CHART, 'web/Chart.yaml': `${CHART['web/Chart.yaml']}dependencies: [{ name: db, version: 1.0.0, repository: "https://example.com" }]\n` });
    expect((await netpol(['list', folder])).stderr).toMatch(/web: error NP331: helm cannot render this chart, so what it could affect is undecided: .*missing in charts\/ directory: db/);
  });

  test('a library chart renders nothing, and helm refuses to render it', async () => {
    write({ 'web/Chart.yaml': `${CHART['web/Chart.yaml']}type: library\n`, 'web/templates/_a.tpl': '', 'client.yaml': CHART['client.yaml'] });
    expect(spawnSync('helm', ['template', path.join(folder, 'web')], { env: process.env }).stderr.toString()).toContain('library charts are not installable');
    expect((await netpol(['list', folder])).stderr).toBe('note: there is no NetworkPolicy in the input, so nothing is denied\nsummary: 1 file read: 1 workload, 0 policies\n');
  });

  test('what a chart may hold, judged by its files, includes every object that helm makes of it', () => {
    write(CHART);
    const rendered = spawnSync('helm', ['template', 'web', path.join(folder, 'web'), '--namespace', 'default'], { env: process.env }).stdout;
    expect(rendered.toString()).toContain('kind: NetworkPolicy');
    expectHeld(mayHoldOf(path.join(folder, 'web')), rendered);
  });
});
