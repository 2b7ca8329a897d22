import { formatFinding } from '../../src/findings/finding';
import { readDocuments, readText, TextInput } from '../../src/manifests/read-text';

const read = (content: string | Buffer, input: Partial<TextInput> = {}) => {
  const { resources, findings } = readText({ file: 'a.yaml', content, format: 'yaml', named: true, ...input });
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
        'a.yaml:2:1: error NP004: not valid YAML: a { or [ above is not closed before this line',
        "a.yaml:8:1: error NP010: 'kind' is missing, so this is not a Kubernetes object; write 'kind: NetworkPolicy'",
      ],
    });
  });
});

describe('a file', () => {
  test('may be UTF-8 with a byte-order mark and Windows line ends, which change no place', () => {
    for (const mark of ['', '\ufeff']) {
      const text = `${mark}${POD.replace('name: a', 'name: jürgen').replace(/\n/g, '\r\n')}`;
      for (const content of [text, Buffer.from(text)]) {
        const [{ object, origin }] = read(content).resources;
        expect([object.metadata, origin.at(['metadata', 'name'])]).toEqual([{ name: 'jürgen' }, { file: 'a.yaml', line: 4, column: 3 }]);
      }
      expect(read(`${mark}kind: ]`).findings).toEqual([expect.stringMatching(/^a\.yaml:1:7: error NP004/)]);
      expect(read(`${mark}{"apiVersion": "v1", "kind": "Pod"}`, { format: 'json' }).kinds).toEqual(['Pod']);
    }
  });

  test('may contain tabs, a byte-order mark inside a value, and the replacement character', () => {
    expect(read(`${POD}spec: "\t\ufeff\ufffd"`).resources[0].object.spec).toBe('\t\ufeff\ufffd');
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
    expect(read(`\n${POD}\r\n---\n{`).findings).toEqual([expect.stringMatching(/^a\.yaml:8:2: error NP004/)]);
    expect(read('', { format: 'yaml' }).findings).toEqual([]);
  });
});

describe('JSON', () => {
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }, undefined, 2);

  test('is read strictly from a JSON file', () => {
    expect(read(json, { format: 'json' }).kinds).toEqual(['Pod']);
    expect(read('{\n  "kind": "Pod",\n}', { file: 'a.json', format: 'json' }).findings).toEqual(["a.json:2:16: error NP005: not valid JSON: there is a comma before '}'; remove it"]);
    expect(read(POD, { format: 'json' }).findings).toHaveLength(1);
    expect(read(' \n', { format: 'json' })).toEqual({ resources: [], kinds: [], findings: [] });
  });

  test('is recognized by its first character if the format is to be guessed', () => {
    const guess = (text: string) => read(text, { format: 'guess' });
    expect(guess(`\n ${json}`).kinds).toEqual(['Pod']);
    for (const text of ['{"kind": "Pod"', '\n {"kind": "Pod"', ' [']) { expect(guess(text).findings[0]).toContain('not valid JSON'); }
    for (const text of ['kind: [', 'k{: [', 'kind:\n  {']) { expect(guess(text).findings[0]).toContain('not valid YAML'); }
    expect(guess('[{"kind": "Pod"}]').findings[0]).toContain("'kind: List'");
    expect(guess(POD).kinds).toEqual(['Pod']);
    // YAML may start with a brace too.
    expect(guess(`${json}\n---\n${POD}`).kinds).toEqual(['Pod', 'Pod']);
    expect(guess('{ apiVersion: v1, kind: Pod, metadata: { name: a } }').kinds).toEqual(['Pod']);
    expect(guess('{{ .Values.x }}: [').findings[0]).toContain('Helm');
  });

  test('in a YAML file is read as YAML', () => {
    expect(read(json).kinds).toEqual(['Pod']);
    expect(read('{"kind": [').findings).toEqual([expect.stringContaining('not valid YAML')]);
  });
});

describe('a large text', () => {
  const large = 'lorem ipsum dolor\n'.repeat(60_000);

  test('without the word kind is not parsed, because it has no object', () => {
    const text = `${large}a: [\n`;
    expect(read(text).findings).toEqual([expect.stringMatching(/^a\.yaml:1:1: error NP010: this is not a Kubernetes object/)]);
    expect(read(text, { format: 'guess' }).findings).toHaveLength(1);
    expect(read('a: [\n').findings).toEqual([expect.stringContaining('not valid YAML')]);
  });

  test('with the word kind is parsed', () => {
    expect(read(`a: |\n  ${large.replace(/\n/g, '\n  ')}\nkind: [\n`).findings).toEqual([expect.stringContaining('not valid YAML')]);
  });
});

describe('a document that is not a Kubernetes object', () => {
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
