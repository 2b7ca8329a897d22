import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { complaintAbout, complaintAboutOutcome, fuzzInput } from './hostile-input';
import { netpol } from '../cli/command';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { randomRuns, randomSeed } from '../support/random-runs';

/* Whatever is put in: it is read, or refused with status 2, a place and a reason. */

const OBJECTS: object[] = [
  namespace('x', { team: 'a' }), pod('x/web', { app: 'web' }, { ports: [{ name: 'http', protocol: 'TCP', containerPort: 80 }], ips: ['10.0.0.1'], hostNetwork: false }),
  deployment('x/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] }),
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c', namespace: 'x' }, spec: { jobTemplate: { spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c' }] } } } } } },
  { apiVersion: 'v1', kind: 'List', items: [namespace('y')] },
  policy('x/p', {
    podSelector: { ...labelled({ app: 'web' }), matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {}, namespaceSelector: labelled({ team: 'a' }) }], ports: [{ protocol: 'TCP', port: 'http' }, { port: 80, endPort: 90 }] }],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
  }),
];

const WRONG = [null, true, 0, -1, 1.5, 2 ** 53, '', 'x', '10.0.0.0/8', 'é'.repeat(300), [], [null], [[]], ['x', 1], {}, { x: 1 }, { x: null }, JSON.parse('{"__proto__": {"x": 1}}'), { constructor: 'x' }];

/** The value with each field and item in it, one at a time, replaced by `wrong`. */
function* replacements(value: any, wrong: unknown): Iterable<unknown> {
  yield wrong;
  if (typeof value !== 'object' || value === null) { return; }
  for (const key of Object.keys(value)) {
    for (const inner of replacements(value[key], wrong)) {
      yield Array.isArray(value) ? value.map((item, i) => String(i) === key ? inner : item) : { ...value, [key]: inner };
    }
  }
}

test('a value of another type in any field', async () => {
  const complaints: string[] = [];
  let count = 0;
  for (const object of OBJECTS) {
    for (const wrong of WRONG) {
      for (const replaced of replacements(JSON.parse(JSON.stringify(object)), wrong)) {
        count++;
        const complaint = await complaintAbout(Buffer.from(JSON.stringify(replaced)));
        if (complaint !== undefined) { complaints.push(`${JSON.stringify(replaced)}: ${complaint}`); }
      }
    }
  }
  expect(complaints).toEqual([]);
  expect(count).toBeGreaterThan(1500);
});

test('manifests with some of their bytes changed', async () => {
  const seed = randomSeed();
  const inputs = randomRuns(1500);
  expect({ seed, ...await fuzzInput(seed, { milliseconds: Infinity, inputs }) }).toEqual({ seed, inputs });
});

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n';
const laughs = (depth: number) => Array.from({ length: depth }, (_, i) => `l${i}: &l${i} [${i === 0 ? 'ha' : Array(10).fill(`*l${i - 1}`).join()}]`).join('\n');

test.each<[string, string | Buffer]>([
  ['lists in lists in JSON', '['.repeat(200_000)],
  ['objects in objects in JSON', '{"kind":'.repeat(200_000)],
  ['lists in lists in YAML', `${POD}spec: ${'['.repeat(200_000)}`],
  ['lists in lists by dashes', `${POD}spec:\n  ${'- '.repeat(20_000)}x`],
  ['objects in objects by indentation', `${POD}${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}`],
  ['keys in keys', `${POD}${'? '.repeat(20_000)}`],
  ['an anchor that is its own value', `${POD}spec: &a [*a]`],
  ['aliases that explode', `${POD}${laughs(12)}`],
  ['merges of what explodes', `${POD}${laughs(9)}\nspec:\n  <<: *l8`],
  ['a very long name', `apiVersion: v1\nkind: Pod\nmetadata: { name: ${'a'.repeat(2_000_000)} }`],
  ['very many labels', `${POD.replace('p }', `p, labels: { ${Array.from({ length: 5000 }, (_, i) => `l${i}: '${i}'`).join()} } }`)}`],
  ['very many documents', 'kind: x\n---\n'.repeat(5000)],
  ['a quote that is not closed', `${POD}spec: "${'x\n'.repeat(100_000)}`],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from(POD), Buffer.from([0xff, 0xfe, 0xc0])])],
  ['UTF-16', Buffer.from(`\ufeff${POD}`, 'utf16le')],
  ['nothing but zeros', Buffer.alloc(100_000)],
])('%s', async (_, input) => {
  expect(await complaintAbout(Buffer.from(input as string))).toBeUndefined();
});

test('fields that are called like those of all objects change no other object', async () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    const input = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","${key}":{"polluted":true},"labels":{"${key}":{"polluted":"x"}}},"${key}":{"polluted":true}}`;
    expect(await complaintAbout(Buffer.from(input))).toBeUndefined();
    expect(await complaintAbout(Buffer.from(`x: &a {${key}: {polluted: true}}\n<<: *a\n${POD}`))).toBeUndefined();
  }
  expect(({} as any).polluted).toBeUndefined();
});

describe('files', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-hostile-')); });
  afterEach(() => {
    jest.restoreAllMocks();
    fs.rmSync(folder, { recursive: true });
  });

  test('a link that leads back to itself', async () => {
    fs.symlinkSync(path.join(folder, 'a.yaml'), path.join(folder, 'b.yaml'));
    fs.symlinkSync(path.join(folder, 'b.yaml'), path.join(folder, 'a.yaml'));
    for (const input of [folder, path.join(folder, 'a.yaml')]) {
      const { status, stderr } = await netpol(['list', input]);
      expect(complaintAboutOutcome(status, stderr)).toBeUndefined();
      expect(stderr).toContain('this link leads back to itself');
    }
  });

  test('a file that vanishes before it is read', async () => {
    const file = path.join(folder, 'a.yaml');
    fs.writeFileSync(file, POD);
    const actual = jest.requireActual<any>('fs');
    const { readdirSync } = actual;
    jest.spyOn(actual, 'readdirSync').mockImplementation((...args) => {
      const entries = readdirSync(...args);
      fs.rmSync(file);
      return entries;
    });
    const { status, stderr } = await netpol(['list', folder]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('a.yaml: error: there is no such file or folder') });
  });

  test('of 200 MB is refused in two gigabytes of memory', () => {
    const line = '- kind: Pod\n';
    const file = path.join(folder, 'large.yaml');
    fs.writeFileSync(file, line.repeat(Math.ceil(200_000_000 / line.length)));
    const { status, stderr } = spawnSync(process.execPath, ['--max-old-space-size=2048', '-r', 'ts-node/register/transpile-only', 'src/cli/main.ts', 'list', file], {
      cwd: path.join(__dirname, '../..'), env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' }, encoding: 'utf8',
    });
    expect(complaintAboutOutcome(status, stderr.slice(0, 20_000))).toBeUndefined();
  });
});
