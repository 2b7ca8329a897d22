import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from '../../src/cli/run';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { readText } from '../../src/manifests/read-text';
import { partyNamed, Party } from '../../src/query/parties';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';

/* What is undecided if a NetworkPolicy cannot be read, or is declared twice (docs/reading.md, "Partial answers"). */

const POD = (namespace: string, name: string, more = '') =>
  `---\n{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }, spec: { ${more} } }\n`;
const POLICY = (spec: string, namespace = 'shop', name = 'p') =>
  `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }\n`;
const PODS = POD('shop', 'web') + POD('shop', 'db') + POD('other', 'a') + POD('other', 'b') + POD('shop', 'host', 'hostNetwork: true');

function read(text: string) {
  const { resources, unread } = readText({ file: 'a.yaml', content: text, named: true });
  return readCluster(resources, undefined, unread);
}

function ask(text: string, from: string, to: string): string {
  const reach = new Reachability(read(text).cluster);
  const party = (name: string) => partyNamed(reach, name) as Party;
  const { answer, reasons } = answerQuestion(reach, { from: party(from), to: party(to), port: undefined }) as QuestionAnswer;
  return [answer, ...new Set(reasons.map(({ code }) => code))].join(' ');
}

/** What the policy could have meant: the answer is undecided if and only if these differ. */
function couldBe(readings: readonly string[], rest: string, from: string, to: string): string {
  const answers = new Set(readings.map(one => ask(PODS + rest + one, from, to)));
  return answers.size === 1 ? [...answers][0] : 'undecided not-read';
}

const INVALID = POLICY('{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: 1 }] }');

describe('a NetworkPolicy that cannot be read', () => {
  const readings = ['', POLICY('{ podSelector: {} }'), POLICY('{ podSelector: {}, ingress: [{}] }')];
  const denyEgress = POLICY('{ podSelector: {}, policyTypes: [Egress] }', 'other', 'deny');
  const denyIngress = POLICY('{ podSelector: {}, policyTypes: [Ingress] }', 'shop', 'deny');

  test.each([
    ['', 'other/a', 'shop/web'], ['', 'shop/web', 'other/a'], ['', 'other/a', 'other/b'], ['', 'other/a', 'shop/host'],
    [denyEgress, 'other/a', 'shop/web'], [denyEgress, 'other/a', 'other/b'], [denyIngress, 'other/a', 'shop/web'],
  ])('gives the answer that all its possible meanings have, or undecided: with %j, %s to %s', (rest, from, to) => {
    expect(ask(PODS + rest + INVALID, from, to)).toBe(couldBe(readings, rest, from, to));
  });

  test.each([
    ['1', true, true],
    ['{ podSelector: 1 }', true, false],
    ['{ podSelector: 1, egress: [] }', true, false],
    ['{ podSelector: 1, egress: null, policyTypes: [] }', true, false],
    ['{ podSelector: 1, egress: [{}], policyTypes: null }', true, true],
    ['{ podSelector: 1, policyTypes: [Egress] }', false, true],
    ['{ podSelector: 1, policyTypes: [egress] }', true, true],
    ['{ podSelector: 1, policyTypes: Egress }', true, true],
  ])('has the directions that can be read: %s', (spec, ingress, egress) => {
    expect(read(POLICY(spec)).cluster.unevaluated).toMatchObject([{ namespace: 'shop', ingress, egress, unread: 'invalid' }]);
  });

  test('without a namespace that can be read could select any pod', () => {
    expect(ask(PODS + INVALID.replace('namespace: shop', 'namespace: 5'), 'shop/web', 'other/a')).toBe('undecided not-read');
    expect(ask(PODS + INVALID.replace('namespace: shop', 'namespace: null'), 'other/a', 'shop/web')).toBe('yes');
  });

  test.each(['${NS}', '$(NS)', '<namespace>', 'NAMESPACE', '__NS__', '" x"', '"x,"', 'my_ns'])('with the namespace %s could select any pod', namespace => {
    expect(ask(PODS + POLICY('{ podSelector: {} }', `"${namespace.replaceAll('"', '')}"`), 'other/a', 'shop/web')).toBe('undecided not-read');
  });

  test.each([
    ['metadata in a list', 'metadata: [{ name: p, namespace: shop }], spec: { podSelector: {} }'],
    ['Namespace in the metadata', 'metadata: { name: p, Namespace: shop }, spec: { podSelector: {} }'],
    ['namespace beside the metadata', 'metadata: { name: p }, namespace: shop, spec: { podSelector: {} }'],
    ['meta', 'meta: { name: p, namespace: shop }, spec: { podSelector: {} }'],
    ['Metadata', 'Metadata: { name: p, namespace: shop }, spec: { podSelector: {} }'],
    ['metadata in the spec', 'spec: { metadata: { name: p, namespace: shop }, podSelector: {} }'],
  ])('could select any pod if nobody knows its namespace: %s', (_, fields) => {
    expect(ask(`${PODS}---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, ${fields} }\n`, 'other/a', 'shop/web')).toBe('undecided not-read');
  });

  test.each([
    ['Egress in the spec', POLICY('{ podSelector: {}, Egress: [{}] }')],
    ['policytypes in the spec', POLICY('{ podSelector: {}, policytypes: [Egress] }')],
    ['policyTypes beside the spec', POLICY('{ podSelector: {} }').replace('spec:', 'policyTypes: [Egress], spec:')],
    ['policyTypes in the selector', POLICY('{ podSelector: { policyTypes: [Egress] } }')],
    ['to in an ingress rule', POLICY('{ podSelector: {}, ingress: [{ to: [{ podSelector: {} }] }] }')],
  ])('with an unknown field has both directions, because the field could say one: %s', (_, policy) => {
    expect(ask(PODS + policy, 'shop/web', 'other/a')).toBe('undecided not-read');
    expect(ask(PODS + policy, 'other/a', 'shop/web')).toBe('undecided not-read');
  });

  test('of another program, with a placeholder for its namespace, could select any pod', () => {
    const policy = (namespace: string) => `---\n{ apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: { name: p, namespace: "${namespace}" }, spec: { endpointSelector: {}, ingress: [{}] } }\n`;
    expect(ask(PODS + policy('third'), 'other/a', 'shop/web')).toBe('yes');
    expect(ask(PODS + policy('${NS}'), 'other/a', 'shop/web')).toMatch(/^undecided/);
  });

  test.each(['Policy', 'Config'])('may be of a kind of v1 that has its fields: %s', kind => {
    expect(ask(PODS + POLICY('{ podSelector: {} }').replace('networking.k8s.io/v1', 'v1').replace('kind: NetworkPolicy', `kind: ${kind}`), 'other/a', 'shop/web')).toBe('undecided not-read');
    expect(ask(PODS + POLICY('{ other: {} }').replace('networking.k8s.io/v1', 'v1').replace('kind: NetworkPolicy', `kind: ${kind}`), 'other/a', 'shop/web')).toBe('yes');
  });

  test('makes a claim undecided too', async () => {
    const { status, stdout } = await netpol(PODS + INVALID, file => ['check', file, '--intent', '-'], 'denied: [{ from: other/a, to: shop/web }, { from: shop/web, to: other/a }]');
    expect(stdout).toMatch(/Undecided \(not-read\): netpol cannot read NetworkPolicy shop\/p \([^)]*\)/);
    expect(stdout).toMatch(/1 undecided/);
    expect(status).toBe(2);
  });
});

describe('a NetworkPolicy that is declared twice, with different content', () => {
  const twice = POLICY('{ podSelector: { matchLabels: { app: web } } }') + POLICY('{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }');

  test('makes the pods undecided that one of the two selects, in the directions of both', () => {
    expect(ask(PODS + twice, 'other/a', 'shop/web')).toBe('undecided defined-twice');
    expect(ask(PODS + twice, 'shop/web', 'other/a')).toBe('undecided defined-twice');
    const reversed = twice.split('---\n').reverse().map(one => `---\n${one}`).join('');
    expect(ask(PODS + reversed, 'other/a', 'shop/web')).toBe('undecided defined-twice');
    expect(ask(PODS + reversed, 'shop/web', 'other/a')).toBe('undecided defined-twice');
    expect(ask(PODS + twice, 'other/a', 'shop/db')).toBe('yes');
    expect(ask(PODS + twice, 'other/a', 'other/b')).toBe('yes');
  });

  test('is a finding with both places and the fields that differ', () => {
    expect(read(PODS + twice).findings.filter(({ code }) => code === 'NP032')).toMatchObject([{
      message: "NetworkPolicy shop/p is declared twice, with different content: spec.policyTypes. The later 'kubectl apply' wins",
      place: { line: 14 },
      related: [{ place: { line: 12 } }],
    }]);
  });

  test('names five fields, and counts the others', () => {
    const metadata = (value: string) => POLICY('{ podSelector: {} }').replace('name: p,', `name: p, labels: { ${['a', 'b', 'c', 'd', 'e', 'f'].map(key => `${key}: ${value}`).join(', ')} },`);
    expect(read(metadata('one') + metadata('two')).findings).toMatchObject([{ message: expect.stringContaining('content: metadata.labels.a, metadata.labels.b, metadata.labels.c, metadata.labels.d, metadata.labels.e and 1 more. ') }]);
  });

  test('may also be invalid', () => {
    expect(read(POLICY('{ podSelector: {} }') + POLICY('1')).cluster.unevaluated.map(({ unread }) => unread)).toEqual(['invalid', 'twice']);
  });

  test('is one policy if the content is equal', () => {
    expect(read(POLICY('{ podSelector: {} }') + POLICY('{ podSelector: {} }'))).toMatchObject({ cluster: { unevaluated: [], policies: [{ name: 'p' }] }, findings: [{ code: 'NP036', severity: 'note' }] });
  });
});

async function netpol(text: string, args: (file: string) => string[], stdin = ''): Promise<{ status: number; stdout: string; stderr: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-'));
  const file = path.join(folder, 'a.yaml');
  fs.writeFileSync(file, text);
  let [stdout, stderr] = ['', ''];
  const status = await run(args(file), {
    stdout: { write: one => { stdout += one; } },
    stderr: { write: one => { stderr += one; } },
    readStdin: async () => Buffer.from(stdin),
    untilInterrupted: async () => {},
  });
  fs.rmSync(folder, { recursive: true });
  return { status, stdout, stderr };
}

describe('the command, with a NetworkPolicy that cannot be read', () => {
  test('lists what it can, marks what the fault could affect, and ends with status 2', async () => {
    const { status, stdout, stderr } = await netpol(PODS + INVALID, file => ['list', file, '-o', 'json']);
    const rows = JSON.parse(stdout) as { src: string; dst: string }[];
    expect(rows).toContainEqual({ src: 'other/a[Pod]', dst: 'other/b[Pod]', conn: 'All Connections' });
    expect(rows).toContainEqual({ src: 'other/a[Pod]', dst: 'shop/web[Pod]', conn: 'No Connections', undecided: ['not-read'] });
    expect(stderr).toMatch(/error NP026: NetworkPolicy shop\/p: spec\.ingress\[0\]\.from/);
    expect(status).toBe(2);
  });

  test.each(['--exposed', '--exposure'])('ends with status 2 after list %s', async option => {
    expect(await netpol(PODS + INVALID, file => ['list', file, option, '-o', 'json'])).toMatchObject({ status: 2, stdout: expect.stringMatching(/^\[/) });
  });

  test('gives the status of the answer for one question', async () => {
    const question = (from: string, to: string) => netpol(PODS + INVALID, file => ['can-reach', file, '--from', from, '--to', to]);
    expect(await question('other/a', 'other/b')).toMatchObject({ status: 0, stdout: 'yes\n' });
    const undecided = await question('other/a', 'shop/web');
    expect(undecided).toMatchObject({ status: 3, stdout: 'undecided\n' });
    expect(undecided.stderr).toMatch(/note NP315: undecided, because netpol cannot read NetworkPolicy shop\/p \(not-read\)/);
  });
});
