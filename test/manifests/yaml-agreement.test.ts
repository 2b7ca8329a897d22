import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { disagreementOn, edited, nearlyYaml } from './yaml-agreement';
import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';
import { parseYaml, readYamlEvents } from '../../src/manifests/private/yaml';
import { sharedFolder } from '../engines-verdicts/shared';
import { mutatedManifests } from '../hostile/hostile-input';
import { randomRuns } from '../support/random-runs';

/* The two YAML parsers are private, because netpol chooses between them. This test compares them directly. */

function manifestsUnder(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.ya?ml$/.test(file) && !file.includes('node_modules'))
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8'));
}

function manifests(): string[] {
  const peers = sharedFolder('peer-cases', 'the YAML parsers on manifests of other projects');
  return [...manifestsUnder(path.join(__dirname, '../../examples')), ...peers === undefined ? [] : manifestsUnder(peers)];
}

describe('both parsers give the same values in the same order', () => {
  test('for texts that are YAML, or nearly', () => {
    fc.assert(fc.property(nearlyYaml, text => { expect(disagreementOn(text)).toBeUndefined(); }), { numRuns: randomRuns(5000) });
  });

  test('for manifests', () => {
    const texts = manifests();
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) { expect(disagreementOn(text)).toBeUndefined(); }
  });

  test('for manifests with changed lines', () => {
    const texts = manifests().flatMap(text => {
      const lines = text.split('\n');
      return lines.length < 120 ? [text] : [lines.slice(0, 60).join('\n'), lines.slice(-60).join('\n')];
    });
    const changed = edited(fc.constantFrom(...texts));
    fc.assert(fc.property(changed, text => { expect(disagreementOn(text)).toBeUndefined(); }), { numRuns: randomRuns(1500) });
  });

  test('for manifests with changed bytes', () => {
    fc.assert(fc.property(mutatedManifests, bytes => { expect(disagreementOn(bytes.toString('utf8'))).toBeUndefined(); }), { numRuns: randomRuns(1000) });
  });

  test.each([
    '&x [1]', '&x {a: 1}', '&x a: b', '!x [1]', '!x {a: 1}', '!x a: b', 'a: &x 1', 'a: &x [1]', 'a: &x\n  b: 1', 'a: *x', 'a: !!str 1', 'a: !x {}', 'a: !x []', 'a: {<<: {b: 1}}',
    '%YAML 1.1\n---\na: b', 'a: b\n---\n  %x: 1', 'a: 1\nb: 2\na: 3', 'a:\na: 3', '__proto__: {x: 1}', 'constructor: x', 'a: .inf', '.nan: a', ': a', '[a]: b', '{a: b}: c', '{a\n  b: c}',
    `${'k'.repeat(1001)}: a`, `${'k'.repeat(1025)}: a`, 'a:\n  b: |\n    ---\n', 'a: |\n   ...\n', 'a: "b\n\tc"', 'a: >\n  \tb\n', 'a: b: c', '['.repeat(200_000),
    'word', '1', '|1-\n lead', '---\n""', 'null', 'a: 1\rb: 2', 'a:\n  b: 1\n\t', 'a: 1\n---\n\ufeffb: 2', 'a: "\u0085"', '  --- a\n', 'a: |+\n  x\n \n   ', 'a: "b\\\n\n  c"', 'a:\n- "b"c: d',
  ])('or the fast one leaves the text to the other one: %j', text => {
    expect(readYamlEvents(text)).toBeUndefined();
  });
});

test('the fast parser reads manifests as people and programs write them', () => {
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
])('the fast parser reads %j', (text, value) => {
  expect(readYamlEvents(text)).toEqual([{ value, offset: 0 }]);
});

describe('the parser with places', () => {
  const limit = 20;

  test('refuses a document with too many tokens, but not a text with many documents', () => {
    const list = '[1, 2, 3]\n';
    expect(parsePlacedYaml(list, limit).faults).toEqual([]);
    expect(parsePlacedYaml(`[${list},${list}]`, limit)).toMatchObject({
      documents: [],
      faults: [{ code: 'NP006', offset: 16, message: 'this document is too large to be read as YAML', fix: "write it as JSON, for example with 'kubectl get -o json', or split it" }],
    });
    expect(parsePlacedYaml(`---\n${list}`.repeat(10), limit).documents).toHaveLength(10);
    expect(parseYaml('a: &x [1, 2, 3, 4]', undefined, 5).faults).toMatchObject([{ code: 'NP006' }]);
  });

  test('gives the start of a document as the place of all its fields if the document is too large for it', () => {
    const { documents, faults, locate } = parseYaml('# x\n---\na: [1, 2, 3, 4]\nb: c\n', undefined, 10);
    expect({ documents: documents.length, faults }).toEqual({ documents: 1, faults: [] });
    expect(locate(0, ['b'])).toBe(8);
  });
});
