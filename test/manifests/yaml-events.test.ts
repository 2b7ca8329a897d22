import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { disagreementOn, edited, nearlyYaml } from './yaml-agreement';
import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';
import { readYamlEvents } from '../../src/manifests/private/yaml';
import { sharedFolder } from '../engines-verdicts/shared';
import { mutatedManifests } from '../hostile/hostile-input';
import { randomRuns } from '../support/random-runs';

function manifestsUnder(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.ya?ml$/.test(file) && !file.includes('node_modules'))
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8'));
}

function manifests(): string[] {
  const peers = sharedFolder('peer-cases', 'the two readings of YAML on other people\'s manifests');
  return [...manifestsUnder(path.join(__dirname, '../../examples')), ...peers === undefined ? [] : manifestsUnder(peers)];
}

describe('both readings give the same values, in the same order, at the same places', () => {
  test('of what is nearly YAML', () => {
    fc.assert(fc.property(nearlyYaml, text => { expect(disagreementOn(text)).toBeUndefined(); }), { numRuns: randomRuns(5000) });
  });

  test('of manifests', () => {
    const texts = manifests();
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) { expect(disagreementOn(text)).toBeUndefined(); }
  });

  test('of manifests with some lines changed', () => {
    const texts = manifests().flatMap(text => {
      const lines = text.split('\n');
      return lines.length < 120 ? [text] : [lines.slice(0, 60).join('\n'), lines.slice(-60).join('\n')];
    });
    const changed = edited(fc.constantFrom(...texts));
    fc.assert(fc.property(changed, text => { expect(disagreementOn(text)).toBeUndefined(); }), { numRuns: randomRuns(1500) });
  });

  test('of manifests with some bytes changed', () => {
    fc.assert(fc.property(mutatedManifests, bytes => { expect(disagreementOn(bytes.toString('utf8'))).toBeUndefined(); }), { numRuns: randomRuns(1000) });
  });
});

test('manifests as people and programs write them are read the fast way', () => {
  const left = manifests().filter(text => readYamlEvents(text) === undefined && parsePlacedYaml(text).faults.length === 0);
  expect(left).toEqual([]);
  const everyday = "# a comment\n---\nkind: ConfigMap # and another\ndata:\n  a.sh: |\n    #!/bin/sh\n    \techo ---\n  b: >-\n    folded\n    text\n  'c': \"\\u00e9\\n\"\n  d: [1, {e: 0x10}]\n---\n---\nkind: List\n";
  expect(readYamlEvents(everyday)).toEqual([
    { value: { kind: 'ConfigMap', data: { 'a.sh': '#!/bin/sh\n\techo ---\n', 'b': 'folded text', 'c': 'é\n', 'd': [1, { e: 16 }] } }, offset: 16 },
    { value: { kind: 'List' }, offset: everyday.indexOf('kind: List') },
  ]);
  expect(readYamlEvents(everyday.replaceAll('\n', '\r\n'))?.map(({ value }) => value)).toEqual(readYamlEvents(everyday)?.map(({ value }) => value));
});

test.each<[string, unknown]>([
  ['- a\n- b', ['a', 'b']],
  ['a: 100%\nb: "%x"', { a: '100%', b: '%x' }],
  ['a: |\n  ---x\n', { a: '---x\n' }],
  ['b: 1\n"a\\u00e9": 2', { b: 1, aé: 2 }],
  [`${'k'.repeat(1000)}: a`, { ['k'.repeat(1000)]: 'a' }],
  ['a: |\n  b \\\n  c\n', { a: 'b \\\nc\n' }],
  ['a: b \\\n  c', { a: 'b \\ c' }],
  ["a: 'b \\\n  c'", { a: 'b \\ c' }],
  ['a: "x\ty"', { a: 'x\ty' }],
  ['a: |\n  b\tc\n', { a: 'b\tc\n' }],
])('%j is read the fast way', (text, value) => {
  expect(readYamlEvents(text)).toEqual([{ value, offset: 0 }]);
});

describe('a text is left to the other parser', () => {
  test.each([
    ['with an anchor at its start', '&x [1]'],
    ['with an anchor of an object at its start', '&x {a: 1}'],
    ['with an anchor of a key at its start', '&x a: b'],
    ['with a tag at its start', '!x [1]'],
    ['with a tag of an object at its start', '!x {a: 1}'],
    ['with a tag of a key at its start', '!x a: b'],
    ['with a key that is a little too long', `${'k'.repeat(1001)}: a`],
    ['with an indented --- in a block of text', 'a:\n  b: |\n    ---\n'],
    ['with indented dots in a block of text', 'a: |\n   ...\n'],
    ['with a tab that starts a line within quotes', 'a: "b\n\tc"'],
    ['with a tab that starts a line of folded text', 'a: >\n  \tb\n'],
    ['that is no YAML', 'a: b: c'],
    ['that nests without end', '['.repeat(200_000)],
    ['with an anchor', 'a: &x 1'],
    ['with an anchor of a list', 'a: &x [1]'],
    ['with an anchor of an object', 'a: &x\n  b: 1'],
    ['with an alias', 'a: *x'],
    ['with a tag', 'a: !!str 1'],
    ['with a tag on an object', 'a: !x {}'],
    ['with a tag on a list', 'a: !x []'],
    ['with a merge key', 'a: {<<: {b: 1}}'],
    ['with a directive', '%YAML 1.1\n---\na: b'],
    ['with what looks like a directive', 'a: b\n---\n  %x: 1'],
    ['with a field twice', 'a: 1\nb: 2\na: 3'],
    ['with a field twice, the first of which is empty', 'a:\na: 3'],
    ['with the prototype as a field', '__proto__: {x: 1}'],
    ['with a field that all objects have', 'constructor: x'],
    ['with a number that JSON has not', 'a: .inf'],
    ['with such a number for a key', '.nan: a'],
    ['with an empty key', ': a'],
    ['with a list for a key', '[a]: b'],
    ['with an object for a key', '{a: b}: c'],
    ['with a very long key', `${'k'.repeat(1025)}: a`],
    ['with a key on two lines', '{a\n  b: c}'],
    ['that is a word', 'word'],
    ['that is a number', '1'],
    ['that is a block of text', '|1-\n lead'],
    ['with an empty text for a document', '---\n""'],
    ['with null for a document', 'null'],
    ['with line breaks of a Macintosh', 'a: 1\rb: 2'],
    ['with a tab for indentation', 'a:\n  b: 1\n\t'],
    ['with a byte order mark in it', 'a: 1\n---\n\ufeffb: 2'],
    ['with the line breaks of YAML 1.1', 'a: "\u0085"'],
    ['with an indented ---', '  --- a\n'],
    ['with blanks kept at its end', 'a: |+\n  x\n \n   '],
    ['with a line break behind a backslash', 'a: "b\\\n\n  c"'],
    ['with a field behind an item', 'a:\n- "b"c: d'],
  ])('%s', (_name, text) => {
    expect(readYamlEvents(text)).toBeUndefined();
  });
});

describe('an empty text', () => {
  test.each(['', '\n', '# x', '---', '---\n---\n# y\n...\n'])('%j holds no document', text => {
    expect(readYamlEvents(text)).toEqual([]);
  });
});
