import { formatFinding } from '../../src/findings/finding';
import { readDocuments, readText, TextInput } from '../../src/manifests/read-text';

const read = (content: string | Buffer, input: Partial<TextInput> = {}) => {
  const { resources, findings } = readText({ file: 'a.yaml', content, named: true, ...input });
  return { resources, kinds: resources.map(({ object }) => object.kind), findings: findings.map(formatFinding) };
};

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n';

describe('an object', () => {
  test('is a document, and has the places of its fields', () => {
    const { resources, findings } = read(`${POD}---\n${POD}`);
    expect(findings).toEqual([]);
    expect(resources.map(({ origin }) => origin.at(['metadata', 'name']))).toEqual([{ file: 'a.yaml', line: 4, column: 3 }, { file: 'a.yaml', line: 9, column: 3 }]);
    expect(resources[1].origin.at()).toEqual({ file: 'a.yaml', line: 6, column: 1 });
  });

  test('may be an item of a List', () => {
    const { resources } = read('apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: a }\n');
    expect(resources[0].origin.at(['metadata', 'name'])).toEqual({ file: 'a.yaml', line: 6, column: 15 });
  });

  test('is read even if other documents of the text have faults', () => {
    expect(read(`kind: [\n---\n${POD}---\nfoo: bar\n`)).toMatchObject({
      kinds: ['Pod'],
      findings: [
        'a.yaml:1:7: error NP004: not valid YAML: this [ is not closed; write the closing ]',
        "a.yaml:8:1: error NP010: 'kind' is missing, so this is not a Kubernetes object; if it is meant as one, write its apiVersion, kind and metadata",
      ],
    });
  });
});

describe('a file', () => {
  test('of Git LFS that is only a pointer may hold anything', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    expect(readText({ file: 'a.yaml', content: Buffer.from(pointer), named: false })).toMatchObject({
      resources: [],
      findings: [{ code: 'NP013', severity: 'error', place: { file: 'a.yaml', line: 1 }, fix: { text: "fetch the file: 'git lfs pull'" } }],
      unread: [{ what: 'the file a.yaml', code: 'not-read', mayHold: { policies: 'any', workloads: 'any' } }],
    });
  });

  test('may be UTF-8 with a byte-order mark and Windows line ends, which change no place', () => {
    for (const mark of ['', '\ufeff']) {
      const text = `${mark}${POD.replace('name: a', 'name: jürgen').replace(/\n/g, '\r\n')}`;
      for (const content of [text, Buffer.from(text)]) {
        const [{ object, origin }] = read(content).resources;
        expect([object.metadata, origin.at(['metadata', 'name'])]).toEqual([{ name: 'jürgen' }, { file: 'a.yaml', line: 4, column: 3 }]);
      }
      expect(read(`${mark}kind: ]`).findings).toEqual([expect.stringMatching(/^a\.yaml:1:7: error NP004/)]);
      expect(read(`${mark}{"apiVersion": "v1", "kind": "Pod"}`).kinds).toEqual(['Pod']);
    }
  });

  test('may contain tabs and the replacement character', () => {
    expect(read(`${POD}spec: "\t\ufffd"`).resources[0].object.spec).toBe('\t\ufffd');
  });

  test('cannot be UTF-16', () => {
    for (const content of [Buffer.from(`\ufeff${POD}`, 'utf16le'), Buffer.from([0xfe, 0xff, 0, 0x61])]) {
      expect(read(content)).toEqual({ resources: [], kinds: [], findings: ['a.yaml:1:1: error NP003: this file is in UTF-16; save it as UTF-8'] });
    }
  });

  test.each([[[0xff, 0x61], 1], [[0x61, 0xfe], 2], [[0xfe, 0x61], 1], [[0x61, 0xff], 2], [[0x61, 0x62, 0xe9, 0x63], 3]])('cannot have the bytes %j, which are not UTF-8', (bytes, column) => {
    expect(read(Buffer.from(bytes as number[])).findings).toEqual([`a.yaml:1:${column}: error NP003: this is not a text file in UTF-8; name a file of Kubernetes objects in YAML or JSON`]);
  });

  test.each([['\u0000', '00'], ['\u0007', '07'], ['\u001b', '1b']])('cannot have the control character %j', (character, code) => {
    expect(read(`a:\nb: ${character}`).findings).toEqual([
      `a.yaml:2:4: error NP003: this file contains a control character (0x${code}), which neither YAML nor JSON allows; name a file of Kubernetes objects in YAML or JSON`,
    ]);
    expect(read(character).findings).toHaveLength(1);
  });

  test('has lines and columns from 1, even if it starts with an empty line', () => {
    expect(read(`\n${POD}\r\n---\n{`).findings).toEqual([expect.stringMatching(/^a\.yaml:8:1: error NP004/)]);
    expect(read('').findings).toEqual([]);
  });
});

describe('JSON', () => {
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }, undefined, 2);

  test('is recognized by its first character, whatever the name of the file', () => {
    for (const file of ['a.json', 'a.yaml', '-']) {
      expect(read(`\n ${json}`, { file }).kinds).toEqual(['Pod']);
      for (const text of ['{"kind": "Pod"', '\n {"kind": "Pod"', '{"kind": [', '{\n  "kind": {,}\n}', '{}x']) { expect(read(text, { file }).findings[0]).toContain('not valid JSON'); }
      for (const text of ['kind: [', 'k{: [', 'kind:\n  {', '{kind: [', ' ["a"']) { expect(read(text, { file }).findings[0]).toContain('not valid YAML'); }
      expect(read('{{ .Values.x }}: [', { file }).findings[0]).toContain('Helm');
      expect(read(POD, { file }).kinds).toEqual(['Pod']);
      expect(read(' \n', { file })).toEqual({ resources: [], kinds: [], findings: [] });
    }
    expect(read('[{"kind": "Pod"}]').findings[0]).toContain("'kind: List'");
    expect(read('{"apiVersion"\n:"v1","kind":"Pod"}').kinds).toEqual(['Pod']);
  });

  test('with faults is YAML if it is YAML, as for kubectl', () => {
    expect(read('{\n  "apiVersion": "v1", "kind": "Pod",\n}').kinds).toEqual(['Pod']);
    expect(read('{ apiVersion: v1, kind: Pod, metadata: { name: a } }').kinds).toEqual(['Pod']);
  });

  test('may be a stream of objects, with YAML after the first of them', () => {
    const one = JSON.stringify({ apiVersion: 'v1', kind: 'Pod' });
    expect(read(`${one}${one}\n${one} null {"apiVersion": "v1", "kind": "Namespace"}\n`).kinds).toEqual(['Pod', 'Pod', 'Pod', 'Namespace']);
    const { resources, kinds } = read(`${one}\n---\n${POD}`);
    expect([kinds, resources.map(({ origin }) => origin.at(['kind']).line)]).toEqual([['Pod', 'Pod'], [1, 4]]);
    // After two objects, kubectl expects JSON only.
    expect(read(`${one}${one}\n---\n${POD}`)).toMatchObject({ kinds: ['Pod', 'Pod'], findings: [expect.stringMatching(/^a\.yaml:2:1: error NP005: not valid JSON/)] });
    // kubectl gives up if fewer than four bytes follow the white space behind the first object.
    expect(read(`${one} # x`).findings).toEqual([expect.stringMatching(/^a\.yaml:1:34: error NP005/)]);
  });

  test('cannot contain half of a surrogate pair, which Go replaces', () => {
    const object = (name: string) => `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "${name}"}}`;
    expect(read(object('\\ud83d\\ude00 \\\\ud800')).resources[0].object.metadata).toEqual({ name: '\u{1f600} \\ud800' });
    for (const name of ['\\ud800', '\\\\\\ud800', '\\uDE00\\uD83D']) {
      for (const text of [object(name), `${object(name)}{}`]) { expect(read(text).findings[0]).toMatch(/^a\.yaml:1:1: error NP008: this contains half of a surrogate pair/); }
    }
  });
});

describe('a field that is written twice', () => {
  const twice = (kind: string, apiVersion = 'v1') => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\n  name: b\n`;
  const finding = (line: number, severity: string) => `a.yaml:${line}:3: ${severity} NP007: this object has the field 'name' twice; remove one, or check the indentation`;

  test.each([
    ['NetworkPolicy', 'networking.k8s.io/v1'], ['Namespace', 'v1'], ['Pod', 'v1'], ['Deployment', 'apps/v1'], ['Service', 'v1'], ['Endpoints', 'v1'], ['Node', 'v1'], ['EndpointSlice', 'discovery.k8s.io/v1'],
    ['Ingress', 'networking.k8s.io/v1'], ['HTTPRoute', 'gateway.networking.k8s.io/v1'], ['CiliumNetworkPolicy', 'cilium.io/v2'], ['GlobalNetworkSet', 'projectcalico.org/v3'], ['AcmePolicy', 'acme.io/v1'], ['Rollout', 'argoproj.io/v1alpha1'],
    ['Service', 'serving.knative.dev/v1'],
  ])('is an error in a %s, which counts for the network', (kind, apiVersion) => {
    expect(read(twice(kind, apiVersion))).toMatchObject({ resources: [{ refusedFor: [{ code: 'NP007' }] }], findings: [finding(5, 'error')] });
  });

  test.each([['ConfigMap', 'v1'], ['Secret', 'v1'], ['CustomResourceDefinition', 'apiextensions.k8s.io/v1'], ['Certificate', 'cert-manager.io/v1'], ['Service', 'acme.io/v1']])('is a warning in a %s of %s, and the last of the two counts', (kind, apiVersion) => {
    const { resources, findings } = read(twice(kind, apiVersion));
    expect([resources.map(({ object }) => object.metadata), findings]).toEqual([[{ name: 'b' }], [finding(5, 'warning')]]);
  });

  test('costs only the item of a List that has it', () => {
    const items = [POD, twice('Pod'), twice('ConfigMap'), POD].map(text => `- ${text.trimEnd().replace(/\n/g, '\n  ')}\n`).join('');
    const { kinds, findings, resources } = read(`apiVersion: v1\nkind: List\nitems:\n${items}`);
    expect(kinds).toEqual(['Pod', 'Pod', 'ConfigMap', 'Pod']);
    expect(resources.map(({ refusedFor }) => refusedFor !== undefined)).toEqual([false, true, false, false]);
    expect(findings.map(line => line.slice(0, 20))).toEqual(['a.yaml:12:5: error N', 'a.yaml:17:5: warning']);
  });

  test('is found in JSON too', () => {
    expect(read('{"apiVersion": "v1", "kind": "Pod", "kind": "Pod"}')).toMatchObject({ resources: [{ refusedFor: [{ code: 'NP007' }] }], findings: [expect.stringMatching(/^a\.yaml:1:37: error NP007/)] });
    expect(read('{"apiVersion": "v1", "kind": "ConfigMap", "kind": "Secret"}').kinds).toEqual(['Secret']);
  });

  test('has at most 50 findings for a document', () => {
    expect(read(`apiVersion: v1\nkind: Pod\n${'x: 1\n'.repeat(1000)}`).findings).toHaveLength(50);
  });
});

describe('a large text', () => {
  const large = 'lorem ipsum dolor\n'.repeat(60_000);

  test('without the word kind is not parsed, because it has no object', () => {
    const text = `${large}a: [\n`;
    expect(read(text).findings).toEqual([expect.stringMatching(/^a\.yaml:1:1: error NP010: this is not a Kubernetes object/)]);
    expect(read('a: [\n').findings).toEqual([expect.stringContaining('not valid YAML')]);
  });

  test('with the word kind is parsed', () => {
    expect(read(`a: |\n  ${large.replace(/\n/g, '\n  ')}\nkind: [\n`).findings).toEqual([expect.stringContaining('not valid YAML')]);
  });
});

describe('a document that is not a Kubernetes object', () => {
  test('may have values in brackets that start with a colon, which kubectl refuses in manifests', () => {
    const text = 'a: [0.0.0.0/0, ::/0]\nb: {c: ::1, "d":e, "f":1}\n';
    expect(readDocuments('i.yaml', Buffer.from(text), 'yaml').documents.map(({ value }) => value)).toEqual([{ a: ['0.0.0.0/0', '::/0'], b: { c: '::1', d: 'e', f: 1 } }]);
    expect(readDocuments('i.yaml', Buffer.from('a: [b, :]\n'), 'yaml').findings).toHaveLength(1);
    expect(read('apiVersion: v1\nkind: Pod\na: [::/0]\n').findings).toEqual(['a.yaml:3:5: error NP004: not valid YAML: a value in brackets cannot start with a colon; put it in quotes']);
  });

  test('has a value, and the places of its fields', () => {
    const { documents: [first, second], findings } = readDocuments('i.yaml', Buffer.from('a: 1\n---\nb:\n  - c: 2\n'), 'yaml');
    expect(findings).toEqual([]);
    expect([first.value, second.value]).toEqual([{ a: 1 }, { b: [{ c: 2 }] }]);
    expect(second.origin.at(['b', 0, 'c'])).toEqual({ file: 'i.yaml', line: 4, column: 5 });
    expect(readDocuments('i.json', Buffer.from(' {"a": 1}'), 'json').documents.map(({ origin }) => origin.at())).toEqual([{ file: 'i.json', line: 1, column: 2 }]);
  });

  test.each([
    ['json', '[1,\n', /^f:\d+:\d+: error NP005: not valid JSON/],
    ['yaml', 'a: [\n', /^f:\d+:\d+: error NP004: not valid YAML/],
    ['yaml', Buffer.from([0xff, 0xfe, 0, 0]), /^f:1:1: error NP003: this file is in UTF-16/],
  ] as const)('has a finding if it is not valid %s', (format, text, message) => {
    const { documents, findings } = readDocuments('f', Buffer.from(text as string), format);
    expect(documents).toEqual([]);
    expect(formatFinding(findings[0])).toMatch(message);
  });
});
