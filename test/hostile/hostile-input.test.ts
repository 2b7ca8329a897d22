import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as fc from 'fast-check';
import { complaintAbout, complaintAboutOutcome, fuzzInput } from './hostile-input';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { netpol } from '../cli/command';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { randomRuns, randomSeed } from '../support/random-runs';

/* netpol reads any input, or refuses it with status 2 and a finding with a place and a reason. */

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

/** Copies of the value in which one field or item is replaced by `wrong`. */
function* replacements(value: any, wrong: unknown): Iterable<unknown> {
  yield wrong;
  if (typeof value !== 'object' || value === null) { return; }
  for (const key of Object.keys(value)) {
    for (const inner of replacements(value[key], wrong)) {
      yield Array.isArray(value) ? value.map((item, i) => String(i) === key ? inner : item) : { ...value, [key]: inner };
    }
  }
}

test('any field may have a value of the wrong type', async () => {
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

test('any bytes of a manifest may be changed', async () => {
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
  ['an anchor inside its own value', `${POD}spec: &a [*a]`],
  ['aliases that expand exponentially', `${POD}${laughs(12)}`],
  ['merge keys that expand exponentially', `${POD}${laughs(9)}\nspec:\n  <<: *l8`],
  ['a very long name', `apiVersion: v1\nkind: Pod\nmetadata: { name: ${'a'.repeat(2_000_000)} }`],
  ['thousands of labels', `${POD.replace('p }', `p, labels: { ${Array.from({ length: 5000 }, (_, i) => `l${i}: '${i}'`).join()} } }`)}`],
  ['thousands of documents', 'kind: x\n---\n'.repeat(5000)],
  ['a quote that is not closed', `${POD}spec: "${'x\n'.repeat(100_000)}`],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from(POD), Buffer.from([0xff, 0xfe, 0xc0])])],
  ['UTF-16', Buffer.from(`\ufeff${POD}`, 'utf16le')],
  ['zeros only', Buffer.alloc(100_000)],
])('the input may be %s', async (_, input) => {
  expect(await complaintAbout(Buffer.from(input as string))).toBeUndefined();
});

test('fields with the names of properties that every object has change no other object', async () => {
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

  test('may be links to themselves', async () => {
    fs.symlinkSync(path.join(folder, 'a.yaml'), path.join(folder, 'b.yaml'));
    fs.symlinkSync(path.join(folder, 'b.yaml'), path.join(folder, 'a.yaml'));
    for (const input of [folder, path.join(folder, 'a.yaml')]) {
      const { status, stderr } = await netpol(['list', input]);
      expect(complaintAboutOutcome(status, stderr)).toBeUndefined();
      expect(stderr).toContain('this link leads back to itself');
    }
  });

  test('may be deleted before they are read', async () => {
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
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('a.yaml: error NP002: there is no such file or folder') });
  });

  test('of 200 MB are refused within two gigabytes of memory', () => {
    const line = '- kind: Pod\n';
    const file = path.join(folder, 'large.yaml');
    fs.writeFileSync(file, line.repeat(Math.ceil(200_000_000 / line.length)));
    const { status, stderr } = spawnSync(process.execPath, ['--max-old-space-size=2048', '-r', 'ts-node/register/transpile-only', 'src/cli/main.ts', 'list', file], {
      cwd: path.join(__dirname, '../..'), env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' }, encoding: 'utf8',
    });
    expect(complaintAboutOutcome(status, stderr.slice(0, 20_000))).toBeUndefined();
  });
});

const read = (content: string | Buffer) => {
  const { resources, findings: unreadable } = readText({ file: 'a', content, named: true });
  const { cluster, findings } = readCluster(resources);
  return { cluster, messages: [...unreadable, ...findings].map(formatFinding) };
};

test('the input may be any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => { read(Buffer.from(bytes)); }));
});

test('the input may be any text of the characters of YAML', () => {
  const yaml = fc.array(fc.constantFrom('a', 'kind', ': ', ':', '- ', '-', '\n', '\n  ', '---\n', '{', '}', '[', ']', ',', '"', "'", '|', '>', '&x ', '*x', '<<', '? ', '!', '!!str ', '#', ' ', '\t', '%', '@', '{{', '}}', '...\n', '~', '1'), { maxLength: 40 });
  fc.assert(fc.property(yaml, parts => { read(parts.join('')); }), { numRuns: randomRuns(3000) });
});

describe('an object with any value in any field', () => {
  const anything = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, true, 0, -1, 80, 1.5, '', 'a', 'TCP', '10.0.0.0/8', 'Ingress'), fc.array(tie('value'), { maxLength: 2 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(
      'metadata', 'spec', 'name', 'namespace', 'labels', 'ownerReferences', 'controller', 'kind', 'podSelector', 'namespaceSelector', 'ipBlock', 'cidr', 'except', 'matchLabels', 'matchExpressions',
      'key', 'operator', 'values', 'ingress', 'egress', 'from', 'to', 'ports', 'port', 'endPort', 'protocol', 'policyTypes', 'template', 'selector', 'containers', 'containerPort', 'status', 'podIPs', 'podIP', 'ip',
      'jobTemplate', 'hostNetwork', 'items', '__proto__', 'constructor'), tie('value'), { maxKeys: 4 }),
  }));
  const kinds = fc.constantFrom(
    ['networking.k8s.io/v1', 'NetworkPolicy'], ['v1', 'Namespace'], ['v1', 'Pod'], ['apps/v1', 'Deployment'], ['batch/v1', 'CronJob'], ['v1', 'ReplicationController'], ['v1', 'List'], ['v1', 'PodList'],
    ['acme.io/v1', 'Thing'], ['acme.io/v1', 'ThingNetworkPolicy'], ['extensions/v1beta1', 'NetworkPolicy']);

  test('is read, or has a finding', () => {
    fc.assert(fc.property(kinds, anything.object, anything.value, anything.value, ([apiVersion, kind], rest, metadata, spec) => {
      const { cluster, messages } = read(JSON.stringify({ ...rest as object, metadata, spec, apiVersion, kind }));
      // For kubectl, an object with items is a list, whatever its kind, and an empty list has nothing to apply.
      if (kind === 'NetworkPolicy' && !Array.isArray((rest as { items?: unknown }).items)) { expect(cluster.policies.length + messages.length).toBeGreaterThan(0); }
    }), { numRuns: randomRuns(5000) });
  });

  test('is read or has a finding also if the values are in the rules of a policy', () => {
    fc.assert(fc.property(anything.value, anything.value, anything.value, (ingress, egress, podSelector) => {
      const spec = { ingress: [{ from: [ingress], ports: [egress] }, ingress], egress: [egress, { to: egress, ports: ingress }], podSelector };
      const { cluster, messages } = read(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec }));
      expect(cluster.policies.length === 1).toBe(messages.length === 0);
    }), { numRuns: randomRuns(5000) });
  });
});

describe('ten megabytes of garbage have a finding', () => {
  const size = 10_000_000;
  /** A deterministic generator gives the same garbage each time. */
  function garbage(character: (random: number) => number): string {
    let state = 12345;
    const codes = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0; // eslint-disable-line no-bitwise
      codes[i] = character(state / 2 ** 32);
    }
    return Buffer.from(codes).toString('latin1');
  }

  test.each([
    ['bytes', () => Buffer.from(garbage(r => r * 256), 'latin1'), 'a control character'],
    ['printable characters', () => garbage(r => r < 0.01 ? 10 : 32 + r * 95), 'a.yaml:'],
    ['printable characters and the word kind', () => `kind\n${garbage(r => r < 0.01 ? 10 : 32 + r * 95)}`, 'a.yaml:'],
    ['words', () => 'lorem ipsum dolor\n'.repeat(size / 18), 'not a Kubernetes object'],
    ['list items', () => '- a\n'.repeat(size / 4), 'not a Kubernetes object'],
    ['document separators', () => '---\n'.repeat(size / 4), 'not a Kubernetes object'],
    ['one line', () => 'x'.repeat(size), 'not a Kubernetes object'],
    ['JSON without end', () => `{"kind": ${'['.repeat(size)}`, 'is nested more than'],
  ])('of %s', (_name, make, message) => {
    const { resources, findings } = readText({ file: 'a.yaml', content: make(), named: true });
    expect(resources).toEqual([]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThanOrEqual(51);
    expect(formatFinding(findings[0])).toContain(message);
  });
});
