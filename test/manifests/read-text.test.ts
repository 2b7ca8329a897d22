import { formatFinding } from '../../src/findings/finding';
import { readText, TextInput } from '../../src/manifests/read-text';

const read = (content: string | Buffer, input: Partial<TextInput> = {}) => {
  const { resources, problems } = readText({ file: 'a.yaml', content, format: 'yaml', named: true, ...input });
  return { resources, kinds: resources.map(({ object }) => object.kind), problems: problems.map(formatFinding) };
};

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n';

test('each document is an object that knows its place', () => {
  const { resources, problems } = read(`${POD}---\n${POD}`);
  expect(problems).toEqual([]);
  expect(resources.map(({ origin }) => origin.at(['metadata', 'name']))).toEqual([{ file: 'a.yaml', line: 4, column: 3 }, { file: 'a.yaml', line: 9, column: 3 }]);
  expect(resources[1].origin.at()).toEqual({ file: 'a.yaml', line: 6, column: 1 });
});

test('the items of a List know theirs', () => {
  const { resources } = read('apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: a }\n');
  expect(resources[0].origin.at(['metadata', 'name'])).toEqual({ file: 'a.yaml', line: 6, column: 15 });
});

test('what is wrong is told with its place, and what is sound is read', () => {
  expect(read(`kind: [\n---\n${POD}---\nfoo: bar\n`)).toMatchObject({
    kinds: ['Pod'],
    problems: ['a.yaml:2:1: error: not valid YAML: a { or [ above is not closed before this line', "a.yaml:8:1: error: 'kind' is missing, so this is no Kubernetes object: write it, as in 'kind: NetworkPolicy'"],
  });
});

test('a Helm template is told so, once', () => {
  expect(read('{{- if .Values.a }}\nkind: Pod\n{{- end }}\n---\n{{- if .Values.b }}\nkind: Pod\n{{- end }}\n').problems).toEqual([
    "a.yaml:1:1: error: this looks like a Helm template, which is no YAML before it is rendered: run 'helm template CHART | netpol list -' instead",
  ]);
});

test('a byte-order mark and Windows line ends change nothing, not even the column', () => {
  expect(read(Buffer.from(`\ufeff${POD.replace(/\n/g, '\r\n')}`)).resources[0].origin.at(['metadata', 'name'])).toEqual({ file: 'a.yaml', line: 4, column: 3 });
});

test('a binary file is refused with a place', () => {
  expect(read(Buffer.from([0x61, 0x0a, 0x00, 0x01])).problems).toEqual([expect.stringMatching(/^a\.yaml:2:1: error: a control character \(0x00\)/)]);
});

describe('JSON', () => {
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }, undefined, 2);

  test('is read strictly from a file that is called so', () => {
    expect(read(json, { format: 'json' }).kinds).toEqual(['Pod']);
    expect(read('{\n  "kind": "Pod",\n}', { file: 'a.json', format: 'json' }).problems).toEqual(["a.json:2:16: error: not valid JSON: the comma before '}' is one too many: remove it"]);
    expect(read(POD, { format: 'json' }).problems).toHaveLength(1);
  });

  test('is guessed on standard input by its first character', () => {
    expect(read(`\n ${json}`, { format: 'guess' }).kinds).toEqual(['Pod']);
    for (const text of ['{"kind": "Pod"', '\n {"kind": "Pod"', ' [']) { expect(read(text, { format: 'guess' }).problems[0]).toContain('not valid JSON'); }
    for (const text of ['kind: [', 'k{: [', 'kind:\n  {']) { expect(read(text, { format: 'guess' }).problems[0]).toContain('not valid YAML'); }
    expect(read('[{"kind": "Pod"}]', { format: 'guess' }).problems[0]).toContain("'kind: List'");
    expect(read(POD, { format: 'guess' }).kinds).toEqual(['Pod']);
    // YAML may start with a brace as well.
    expect(read(`${json}\n---\n${POD}`, { format: 'guess' }).kinds).toEqual(['Pod', 'Pod']);
    expect(read('{ apiVersion: v1, kind: Pod, metadata: { name: a } }', { format: 'guess' }).kinds).toEqual(['Pod']);
    expect(read('{{ .Values.x }}: [', { format: 'guess' }).problems[0]).toContain('Helm');
  });

  test('in a YAML file is YAML', () => {
    expect(read(json).kinds).toEqual(['Pod']);
    expect(read('{"kind": [').problems).toEqual([expect.stringContaining('not valid YAML')]);
  });

  test('of no length is no document', () => {
    expect(read(' \n', { format: 'json' })).toEqual({ resources: [], kinds: [], problems: [] });
  });
});

describe('a large text', () => {
  const large = 'lorem ipsum dolor\n'.repeat(60_000);

  test('that says nowhere kind is not parsed, whatever is wrong with it: it holds no object', () => {
    const text = `${large}a: [\n`;
    expect(read(text).problems).toEqual([expect.stringMatching(/^a\.yaml:1:1: error: .*no Kubernetes object/)]);
    expect(read(text, { format: 'guess' }).problems).toHaveLength(1);
    expect(read('a: [\n').problems).toEqual([expect.stringContaining('not valid YAML')]);
  });

  test('that says it somewhere is', () => {
    expect(read(`a: |\n  ${large.replace(/\n/g, '\n  ')}\nkind: [\n`).problems).toEqual([expect.stringContaining('not valid YAML')]);
  });
});
