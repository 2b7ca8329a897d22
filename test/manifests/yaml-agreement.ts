import { isDeepStrictEqual } from 'util';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';
import { readYamlEvents } from '../../src/manifests/private/yaml';

/* Random texts that compare the two YAML parsers. */

/** How the values of the fast parser differ from those of the parser with places. Undefined if they agree or the fast parser does not read the text. */
export function disagreementOn(text: string): string | undefined {
  const fast = readYamlEvents(text);
  if (fast === undefined) { return undefined; }
  const { documents, faults } = parsePlacedYaml(text);
  return faults.length === 0 && isDeepStrictEqual(plain(fast), plain(documents)) && order(fast) === order(documents)
    ? undefined
    : `${JSON.stringify(text)} is read as ${order(fast)} and as ${faults.length > 0 ? `invalid: ${faults[0].message}` : order(documents)}`;
}

/** The value without prototypes, because only one of the parsers gives its objects one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(plain); }
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value).map(([key, field]) => [key, plain(field)])) : value;
}

/** The value as text, in the order of its fields, which is the order of findings. */
function order(value: unknown): string {
  return JSON.stringify(value);
}

const PIECES = [
  'a', 'b', 'kind', 'x y', ': ', ':', '- ', '-', '\n', '\n', '\n  ', '\n    ', '\n ', '---\n', '--- ', '...\n', '{', '}', '[', ']', ',', ', ', '"', '"x"', "'", "'y'", '|', '|-', '|+', '>', '>-', '>2', '|1', '? ', '?',
  '#', ' #c', ' ', '  ', '\t', '\r\n', '\r', '%', '@', '`', '*a', '&a ', '!', '!!str ', '<<: ', '~', 'null', 'yes', '0', '01', '0x1', '1_0', '.', '-1', '-0', '1.5', '+', 'é', '\\', '\\n', '…', '::', '=', '"a":', '{a: b}',
  '[a, b]', '- - ', '-\n', 'a:\n', ' - a\n', 'a: b\n', '  a: b\n', '- a: b\n', '? a\n: b\n', '\n\t', '\n  \t', '\n    \tx', ': |\n    \tx\n', '\u00a0', '\u0085', '\u2028', '\ufeff', '😀', '\u007f', '"\\u00e9"', '"\\x41"', '"\\\n', '\n\n', '#\n', ' :', 'a:b', "it's",
  'a#b', 'a #b', '[a: b]', '{a}', '{a,b: }', '- {', '- [', '"a" :', "''", '""', '__proto__: ', 'constructor: ', '.inf', '{{ .a }}', `${'k'.repeat(1100)}: `,
];

const SCALARS = [
  'a', '', 'yes', 'no', '~', 'null', '0', '-0', '-0.0', '010', '1e3', '0x1f', '.5', '1_000', '.inf', 'a: b', 'a #b', '- a', '[a', '{a', '"q"', "it's", 'x\ny', 'x\n\ny\n', ' lead', 'trail ', 'tab\there', '*a', '&a', '!a',
  '%a', '@a', '`a', '|', '>', '#c', '? a', ': a', '-', '--- a', '...', 'é', '\u0085', '<<', '__proto__', 'constructor', 'a'.repeat(90), 'word '.repeat(30), 'multi\n  indented\nlines\n\n', 'true', '12:30', '2020-01-01', '\n',
  '\n\na', 'a\n\tb\n', '\ta\n b\n\t\n', 80, 1.5, -3, true, null, 1e21, 'key: [', 'a,b', '10.0.0.0/8', '::/0', 'http://x.y:80/?a#b',
];

const value = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(...SCALARS), fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom(...SCALARS).map(String), tie('value'), { maxKeys: 4 }),
})).object;

/** Values as programs print them, in every style. */
const printed = fc.tuple(value, fc.record({
  indent: fc.constantFrom(1, 2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
  minContentWidth: fc.constant(0),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const, 'BLOCK_LITERAL' as const, 'BLOCK_FOLDED' as const),
  defaultKeyType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const),
  collectionStyle: fc.constantFrom('any' as const, 'any' as const, 'flow' as const, 'block' as const),
  nullStr: fc.constantFrom('', '~', 'null'),
})).map(([object, style]) => stringify(object, { ...style, aliasDuplicateObjects: false }));

type Edit = (text: string) => string;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.nat(1e6), fc.nat(4), fc.constantFrom('', ...PIECES)).map(([at, remove, insert]) => (text: string) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + insert + text.slice(from + remove);
  }),
  fc.tuple(fc.nat(1e6), fc.constantFrom<(line: string) => string[]>(line => [` ${line}`], line => [`  ${line}`], line => [line.slice(1)], line => [line.slice(2)], () => [], line => [line, line])).map(([at, change]) => (text: string) => {
    const lines = text.split('\n');
    const i = at % lines.length;
    lines.splice(i, 1, ...change(lines[i]));
    return lines.join('\n');
  }),
);

/** A text with some changes, and sometimes with Windows line ends. */
export function edited(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.array(edit, { maxLength: 4 }), fc.nat(9)).map(([text, edits, windows]) => {
    const changed = edits.reduce((before, change) => change(before), text);
    return windows === 0 ? changed.replace(/\r?\n/g, '\r\n') : changed;
  });
}

/** Texts that are YAML or nearly YAML. */
export const nearlyYaml: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map(pieces => pieces.join('')),
  edited(printed),
  edited(fc.tuple(printed, printed).map(texts => texts.join('---\n'))),
);
