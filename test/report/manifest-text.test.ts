import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { planScript } from '../../src/report/plan';
import { planOf } from '../changes/planned';
import { randomRuns, randomSeed } from '../support/random-runs';

/* A script has each object as it is written, whichever version of YAML a reader has. */

const AMBIGUOUS = [
  '0o7', '0o1_7', '0O7', '0X1F', '0x1f', '0B1', '0b1', '+0o7', '-0o7', '1_000', '1:30', '017', '1e3', '.5', '.inf', '.NaN', '~', '', 'y', 'N', 'yes', 'Off', 'TRUE', 'null',
  '2001-01-01', '<<', '=', '!x', '&x', '*x', '- x', 'a: b', 'a #b', ' a', 'a ', '---', '...', '%x', '@x', '`x', 'a\tb\nc\n', '\u0007', '\u0085', '\u2028', '\ufeff', '\u202e', '\u{e0001}', '😀', 'END', 'a\n'.repeat(60),
];
const text = fc.oneof(fc.constantFrom(...AMBIGUOUS), fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789abefoxOXB_:.+-~') }));

/** The API server accepts such keys, and some of them look like numbers. */
const key = fc.oneof(text, fc.string({ unit: fc.constantFrom(...'0123456789abefoxOXBNY_.-'), minLength: 1, maxLength: 6 }))
  .filter(name => /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,60}[A-Za-z0-9])?$/.test(name));

test('every text of an object is the same text after it is read', () => {
  fc.assert(fc.property(fc.dictionary(key, text), annotations => {
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'app', annotations: { note: 'x', ...annotations } }, spec: { podSelector: {} } };
    const script = [...planScript({ before: 'old', after: 'new', plan: planOf([], [object]) })].join('');
    const [, end, manifest] = /<<'(\w+)'\n([^]*)\n\1\n$/.exec(script)!.map((part, i) => i === 2 ? `${part}\n` : part);
    expect(manifest.split('\n')).not.toContain(end);
    expect(load(manifest)).toEqual(object);
    for (const version of ['1.1', '1.2'] as const) { expect(parse(manifest, { version, merge: false })).toEqual(object); }
    // Nothing is left that a terminal or a writer would have to escape.
    expect(manifest).not.toMatch(/(?![ \n])[\p{C}\p{Z}]/u);
  }), { numRuns: randomRuns(300), seed: randomSeed() });
});
