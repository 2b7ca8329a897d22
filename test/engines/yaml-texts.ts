import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { sharedFolder } from '../engines-verdicts/shared';

/* Texts that are read by kubectl's parser and by this project: written by hand, random, and real manifests with random changes. */

const PIECES = [
  'a', 'b', 'kind', 'x y', ': ', ':', '- ', '-', '\n', '\n', '\n  ', '\n    ', '\n ', '---\n', '--- ', '...\n', '{', '}', '[', ']', ',', ', ', '"', '"x"', "'", "'y'", '|', '|-', '|+', '>', '>-', '>2', '|1', '? ', '?',
  '#', ' #c', ' ', '  ', '\t', '\r\n', '\r', '%', '@', '`', '*a', '&a ', '!', '!!str ', '<<: ', '~', 'null', 'yes', '0', '01', '0x1', '1_0', '.', '-1', '-0', '1.5', '+', 'é', '\\', '\\n', '…', '::', '=', '"a":', '{a: b}',
  '[a, b]', '- - ', '-\n', 'a:\n', ' - a\n', 'a: b\n', '  a: b\n', '- a: b\n', '? a\n: b\n', '\n\t', '\n  \t', '\n    \tx', ': |\n    \tx\n', '\u00a0', '\u0085', '\u2028', '\ufeff', '😀', '\u007f', '"\\u00e9"', '"\\x41"', '"\\\n', '\n\n', '#\n', ' :', 'a:b', "it's",
  '\u2028', '\u2029', '\r', '\r\r\n', '\u007f', '---\u00a0\n', '---x\n', '----\n', '\n---\n', '{}', '{"a": 1}', '{"a": 1}\n', '{"a":1,}', '[]', '"\\ud83d\\ude00"', '"\\ud800"', '"\\/"', '!x', '!!int ', '!!float ', '&a', '<<', '&a {b: c}\n', '<<: *a\n', '!', '%YAML 1.1\n', '>+1\n', '|2-\n',
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

/** Texts that are YAML or JSON, or nearly. */
export const nearlyYaml: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map(pieces => pieces.join('')),
  edited(printed),
  edited(fc.tuple(printed, printed).map(texts => texts.join('---\n'))),
  edited(fc.array(value.map(object => JSON.stringify(object)), { minLength: 1, maxLength: 4 }).map(texts => texts.join('\n'))),
);

/** Parts of real manifests, with random changes. */
function changedManifests(): fc.Arbitrary<string> {
  return edited(fc.constantFrom(...realManifests()));
}

/** Documents of the examples and of the corpus, each cut to 50 lines. */
function realManifests(): string[] {
  const corpus = sharedFolder('corpus', 'the corpus, as manifests to change');
  const folders = [path.join(__dirname, '../../examples/shop-by-hand'), ...corpus === undefined ? [] : [corpus]];
  const texts = folders.flatMap(folder => fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.ya?ml$/.test(file)).sort().map(file => fs.readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, 50).join('\n')));
  // Every third text is enough, and keeps the record small.
  return texts.filter((text, i) => text.length < 2000 && i % 3 === 0);
}

/** Text in which a word stands at every place that it may have in YAML. */
const WORD_PLACES: readonly ((word: string) => string)[] = [
  word => `a: ${word}\n`, word => `${word}: a\n`, word => `- ${word}\n`, word => `a: [${word}, b]\n`, word => `{${word}: a}\n`, word => `a: {b: ${word}}\n`,
];

const WORDS = [
  'yes', 'No', 'on', 'y', 'N', 'null', '~', '', 'nUll', 'true', 'TRUE', '0', '-0', '+1', '010', '08', '0o17', '0O17', '0x1F', '0X1f', '0b101', '0B1', '0b-1', '0b+1', '-0b1', '-0x10', '+0xff', '1_000', '0x_1F',
  '_1', '1__0', '.5', '-.5', '+.5', '.5_0', '-.5_0', '.5_', '.5__0', '._5', '.5e1_0', '.5_e1', '.5e_1', '.', '.5e', '..5', '.1e400', '1_', '-', '+', '1e1_0', '0.5_', '5_.0', '1.', '1.e3', '1e3', '1E-2', '1e', '1e400', '-1e400', '1e-400', '.inf', '-.Inf', '+.INF', '.nan', '.NaN', '.Nan', '12:30', '2001-12-14', '2001-12-14T21:59:43Z', '1.5', '1.10',
  '1.23456789', '123456.5', '1000000', '1000000.0', '9007199254740993', '9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616', '-9223372036854775809', '0xFFFFFFFFFFFFFFFF',
  '0x1FFFFFFFFFFFFFFFF', '-0xFFFFFFFFFFFFFFFF', '+0xFFFFFFFFFFFFFFFF', '07777777777777777777777777', '0.00001', '0.0001', '-0.0', '-1', '<<', '!!str 80', '!!int "80"', '!!int 1.5', '!!float 1', '!!float x', '!!bool "yes"',
  '!!bool 1', '!!null ~', '!!null x', '!!str', '! 80', '!x 80', '!!binary aGk=', '!!timestamp 2001-12-14', '!<tag:yaml.org,2002:str> 80', '!e!x 1', '!!a%20 1', '&x 1', '&x.y 1', '*x', '"\\x41\\u00e9\\U0001F600"', '"\\ud800"',
  '"\\/"', '"\\N\\_\\L\\P"', '"\\q"', '"\\x4"', "'it''s'", "'a\\n'", '"a\\\n   b"', '"a\n\n   b"', "'a\n  b'", '"a\n---\nb"', '"a\n--- b"', 'a\n  b', 'a\n\n  b', 'a #b', 'a#b', 'a: b', 'a:b', '-', '?', ':', '- a', '? a', ': a', '@a', '`a`', '%a',
  '|', '>', '\ta', 'a\tb', 'a\t', '[a', '{a', ']', '}', ',', 'a,b', '[a, [b, {c: d}]]', '{a, b: c}', '[a: b, {c}]', '[? a : b]', '{? a}', '{a: , b}', '[,]', '[a,,b]', '{a b}', '{"a":b}', '{"a"b}', "{'a':[b]}", '{a:b}', '[a\n, b\n]', '{\n  a: b,\n}', '{a\n: b}', '[-]', '[- a]', '{{ .x }}',
  '😀', 'é', '\u00a0', 'a\u00a0b', 'a\u0085  b', 'a\u2028  b', 'a\r  b', '"a\u2029b"', '#', '# c', '"a"#c', 'a\u007f', 'a\ufeff', `${'k'.repeat(1023)}`, `${'k'.repeat(1025)}`, '😀'.repeat(600), '__proto__', 'constructor',
];

const BLOCK_HEADERS = ['|', '>', '|-', '>-', '|+', '>+', '|2', '>1-', '|+3', '|0', '|10', '|--', '| # c', '|#c', '|x', '>\t'];
const BLOCK_BODIES = ['  a\n', '  a\n  b\n', '  a\n\n  b\n\n', '   a\n  b\n', '  a\n   b\n  c\n', '\n\n  a\n', '    \n  a\n', '  a\n\tb\n', '\t a\n', '  \ta\n  b\n', '  a\r\n  b\r\n', '  a\r  b\n', '  a\u2028  b\n', '', '\n', 'a\n', '  ---\n', '  # a\n', '  a\n # b\n', '  a', '  a  \n'];

/** What may stand between two documents. */
const SEPARATORS = ['---\n', '--- \n', '--- # c\n', '---#c\n', '---\t\n', '---\u00a0\n', '---\r\n', '---\n---\n', '---\n\n---\n', '--- a\n', '--- {x: y}\n', '--- |\n', '----\n', ' ---\n', '...\n', '...\n---\n', '... # c\n', '...x\n', '\n', '\r---\n', '\u0085---\n', '\u2028--- {x: y}\n', '---\n\ufeff', '---\n# c\n---\n', '%YAML 1.1\n---\n', '---\n%YAML 1.1\n---\n', '---\nnull\n---\n', '---\n\u0000'];
const DOCUMENTS: readonly [before: string, after: string][] = [
  ['a: 1\n', 'b: 2\n'], ['', 'b: 2\n'], ['a: 1\n', ''], ['a: 1', 'b: 2'], ['a: 1\r\n', 'b: 2\r\n'], ['{"a": 1}\n', '{"b": 2}\n'], ['{"a": 1}', '{"b": 2}\n{"c": 3}'], ['a: |\n  x\n', '- b\n'], ['{a: 1}\n', '[b]\n'], ['"a\n', 'b"\n'], ['a: &x 1\n', 'b: *x\n'], ['# c\n', 'b: [\n'], ['a: [\n', 'b: 2\n'],
];

const OTHERS = [
  // Quoted text and brackets that continue in the column of their parent, or before it.
  'a:\n  b: "x\n  y"\n', 'a:\n  b: "x\ny"\nc: d\n', "a:\n  b: '{\n  x\n  }'\nc: d\n", 'a:\n  - b: [\n    x,\n  y\n  ]\nc: d\n', 'a: [\nb\n]\n', 'a: {\nb: c\n}\nd: e\n', 'a: x\ny\n', 'a: "x\n\ty"\n', 'a: x\n \ty\n', '[\n\ta]\n',
  // Line breaks of YAML 1.1 inside comments and values.
  ...['\r', '\u0085', '\u2028', '\u2029', '\r\r\n', '\u000b'].flatMap(mark => [`a: 1 # c${mark}b: 2\n`, `# c${mark}b: 2\n`, `a:${mark}  b: 2\n`, `a: b${mark}c\n`, `a: b${mark}c: d\n`, `- a${mark}- b\n`, `a: 'b${mark} ${mark}c'\n`, `a: >\n  b${mark}  c${mark}${mark}  d\n`, `a: "b\\${mark}c"\n`, `"a${mark}b": c\n`]),
  // Duplicate fields, anchors and merges.
  'a: 1\na: 2\n', 'a: {b: 1, b: 2}\n', '1: a\n"1": b\n', '1: a\n1: b\n', '0x1: a\n1: b\n', 'yes: a\ntrue: b\n', 'a: &x {b: 1}\nc: {<<: *x, b: 2}\n', 'a: &x {b: 1}\nc: {b: 2, <<: *x}\n', 'a: &x {b: 1}\nc: &y {b: 2}\nd: {<<: [*x, *y]}\n', 'a: &x {b: 1}\nc: &y {b: 2}\nd: {<<: *x, <<: *y}\n',
  'a: &x [{b: 1}]\nc: {<<: *x}\n', 'a: {<<: [{b: 1}, {b: 2, c: 3}]}\n', 'a: {<<: 1}\n', 'a: {<<: }\n', 'a: {<<: [1]}\n', 'a: {"<<": {b: 1}}\n', 'a: {! "<<": {b: 1}}\n', 'a: {!!merge <<: {b: 1}}\n', 'a: {&x <<: {b: 1}}\n', 'a: {<<: {<<: {b: 1}, b: 2}}\n', 'a: &x {b: &x 1}\nc: *x\n', 'a: &x [*x]\n', 'a: *x\nb: &x 1\n', 'a: &x 1\nb: &x 2\nc: *x\n', '&x a: 1\nb: *x\n', '*x : 1\n',
  'a: &x b\n*x : c\n', 'a: &x 1\n*x : c\n', 'a: &x\nb: *x\n', 'a: &x !!str\nb: *x\n', 'a: !!str &x\n  b\nc: *x\n', 'a: &x &y 1\n', 'a: !x !y 1\n', '&x\na: 1\n', '!x\na: 1\n', 'a: !x [1]\nb: !x {c: d}\nc: !x\n  - 1\n', 'a: &x\n- 1\nb: *x\n', '&x - a\n', 'a: &x- 1\n', 'a: *x,\n',
  `a: &x [${'1, '.repeat(20)}]\nb: [${'*x, '.repeat(40)}]\n`, `a: &x [${'1, '.repeat(300)}]\nb: [${'*x, '.repeat(300)}]\n`, `a: &x [${'1, '.repeat(9)}]\nb: &y [${'*x, '.repeat(9)}]\nc: &z [${'*y, '.repeat(9)}]\nd: [${'*z, '.repeat(9)}]\n`,
  // Structure.
  'a:\n- b\n-\n- - c\n  - d\n', 'a:\n  - b\n c: d\n', 'a: b\n c: d\n', 'a:\n  b: c\n d: e\n', '? a\n: b\n', '? a\n', '? - a\n: b\n', '? [a]\n: b\n', ': a\n', '- : a\n', 'a: - b\n', '- a: b\n  c: d\n', '-   a: b\n    c: d\n', '- a\nb: c\n', 'a: b\n- c\n', 'a\nb: c\n', 'a b\n', '"a": b\n"c" : d\n', '"a"\n: b\n', 'a: "b" c\n', 'a: b: c\n', 'a: "b": c\n', '- "a"b: c\n',
  '{a: 1}\nb: 2\n', '{a: 1} b\n', '[a] [b]\n', '"a"\nb: c\n', 'a: 1\n...\nb: 2\n', 'a: |\n  x\n...\n', 'a: b # c\n # d\n  # e\nf: g\n', 'a:\n# c\n  b\n', '\n\n  a: b\n  c: d\n', '  a: b\nc: d\n', '\ta: b\n', 'a:\n\tb: c\n', 'a: b\n\t\nc: d\n', 'a: b\t# c\n', '{a: b,\tc: d}\n', '- \ta\n', '-\ta\n', '-\ta: b\n', 'a:\tb\n',
  '\ufeffa: 1\n', '\ufeff{"a": 1}\n', '\ufeff\ufeffa: 1\nbc: 2\n', '\ufeff---\na: 1\n', 'a: "\ufeff"\n', `${'x'.repeat(510)}: 1\n\ufeffa: 2\nb: 3\n`, 'a: "b\n...\n"\n', "a: 'b\n---\n'\n", '', ' ', '\n', '#', '---', '---\n', '...', 'a', '1', '""', 'null\n', '~\n', '[]', '{}', '---\n---\n', '!!str\n', '&x\n',
  `${'['.repeat(400)}${']'.repeat(400)}`, `a:\n${Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}- \n`).join('')}`,
  // JSON, and what starts like it.
  '{"a": 1}{"b": 2}', '{"a": 1}\n{"b": 2}\n{"c": 3}\n', '{"a": 1} [2] "x" 3 null {"b": 4}', '{"a": 1}\n---\nb: 2\n', '{"a": 1}{"b": 2}\n---\nc: 3\n', '{"a": 1}\n---\n{"b": 2}\n---\n{"c": 3}\n', '{"a": 1,}', '{"a": 1}}', '{a: 1}', '{a}', '{a: b}\n---\nc: d\n', '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 2}}', '{"a": "\\ud83d\\ude00"}',
  '{"a": "\\ud800"}', '{"a": "\\\\ud800"}', '{"a": "b\tc"}', '{"a": "\\x41"}', '{"a": 01}', '{"a": 0x1}', '{"a": .5}', '{"a": 1e400}', '{"a": -0}', '{"a": 9007199254740993}', '{"a": NaN}', '{"a": \'b\'}', '{"a": 1 /* c */}', '{"a": 1} # c', '{"a": 1} // c', '\u00a0{"a": 1}', '\u0085{"a": 1}', '\n\t {"a": 1}\n', `${' '.repeat(4095)}{"a": 1}`, `${' '.repeat(4096)}{"a": 1,\t"b": 2}`,
  '{"a"\n:1}', '{"a":\n1}', '{"a": "b\nc"}', '{"a": [1, 2}', '{"a": 1', '{', '{"', '{}{}', '{} {}\n{', '{}\n{', '{}x', '{} ---\n', '{}\n---', '{}\n--- \na: 1', 'null {"a": 1}', '[{"a": 1}]', '[{"a": 1}]\n[2]', '"a" "b"', '{"a": "\u007f\u0080\u2028"}', '{"__proto__": {"a": 1}}', '{"a": "\\/"}', '{"a": "\\/",}', '{"a":1}\n\n\n---\nb: 2\n', '{"a":1}  \n  b: 2\n', '{"a":1}  b: 2\n',
];

/** Texts about which readers of YAML differ. */
export const HAND_WRITTEN: readonly string[] = [
  ...WORDS.flatMap(word => WORD_PLACES.map(place => place(word))),
  ...BLOCK_HEADERS.flatMap(header => BLOCK_BODIES.flatMap(body => [`a: ${header}\n${body}`, `- b:\n    - ${header}\n${body.replace(/^(?=.)/gm, '   ')}c: d\n`])),
  ...SEPARATORS.flatMap(separator => DOCUMENTS.map(([before, after]) => before + separator + after)),
  ...OTHERS,
];

/** All texts of the record: those written by hand, and a sample of the others. */
export function sampleTexts(seed: number, random: number, changed: number): string[] {
  const samples = [...fc.sample(nearlyYaml, { seed, numRuns: random }), ...fc.sample(changedManifests(), { seed, numRuns: changed })];
  return [...new Set([...HAND_WRITTEN, ...samples])];
}
