import { onlyFinding, parse } from './parsed';

const fault = (text: string) => onlyFinding(text, 'yaml');
const findings = (text: string) => parse(text, 'yaml').findings;
/** The values of a text without a fault, as JSON has them. */
const valuesOf = (text: string) => {
  const { values, findings: found } = parse(text, 'yaml');
  expect(found).toEqual([]);
  return JSON.parse(JSON.stringify(values));
};

describe('documents', () => {
  test('are separated by ---, and documents without content are skipped', () => {
    expect(valuesOf('# nothing\n---\na: 1\n---\n---\n# nothing\n--- # here\nb: 2\n...\n---\n')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(['', '\n', '# x', '---', '---\n---\n# y\n...\n'].flatMap(valuesOf)).toEqual([]);
  });

  test('may be an explicit null or an empty text', () => {
    expect(valuesOf('null')).toEqual([null]);
    expect(valuesOf('--- !!str\n')).toEqual(['']);
  });

  test('may have Windows line ends and a %YAML directive', () => {
    expect(valuesOf('a: |\r\n  x\r\nb: 1\r\n')).toEqual([{ a: 'x\n', b: 1 }]);
    expect(valuesOf('%YAML 1.2\n---\na: yes')).toEqual([{ a: true }]);
  });

  test('are read even if other documents of the file have faults', () => {
    const { values, findings: found } = parse('a: 1\n---\nb: [\n---\nc: 3', 'yaml');
    expect(values.map(value => ({ ...value }))).toEqual([{ a: 1 }, { c: 3 }]);
    expect(found).toHaveLength(1);
  });
});

describe('an unquoted scalar has the value of YAML 1.1 in yaml.v2 of Go', () => {
  test.each<[string, string | number | boolean | null]>([
    ['yes', true], ['Yes', true], ['YES', true], ['on', true], ['y', true], ['Y', true], ['true', true], ['TRUE', true], ['On', true], ['ON', true], ['True', true],
    ['no', false], ['off', false], ['OFF', false], ['n', false], ['N', false], ['False', false], ['false', false], ['FALSE', false], ['Off', false], ['No', false], ['NO', false],
    ['yEs', 'yEs'], ['yess', 'yess'],
    ['', null], ['~', null], ['null', null], ['NULL', null], ['Null', null], ['nUll', 'nUll'],
    ['80', 80], ['-1', -1], ['+1', 1], ['0', 0], ['-0', 0], ['1_000', 1000], ['9', 9], ['90', 90], ['12', 12], ['120', 120], ['1234567', 1234567], ['+12', 12], ['--1', '--1'],
    ['010', 8], ['0o10', 8], ['0x1F', 31], ['0b101', 5], ['-010', -8], ['0x1g', '0x1g'], ['0b12', '0b12'], ['07.5', 7.5], ['09', 9], ['0o8', '0o8'], ['0xg', '0xg'],
    ['0X1f', 31], ['-0x10', -16], ['+0b11', 3], ['0B1', 1], ['0O17', 15], ['00', 0], ['-00', 0], ['-0.0', 0], ['0x', '0x'], ['0b2', '0b2'], ['10x1', '10x1'], ['x0x1', 'x0x1'],
    ['1_0.5', 10.5], ['1.5e', '1.5e'], ['1e+', '1e+'], ['1E-2', 0.01], ['12e10', 12e10], ['.25', 0.25], ['1.5', 1.5], ['80.0', 80], ['1e3', 1000], ['.5', 0.5], ['1.', 1], ['-.5e-1', -0.05], ['.5_0', '.5_0'],
    ['1.inf', '1.inf'], ['1.nan', '1.nan'], ['.Nan', '.Nan'], ['-.nan', '-.nan'], ['.infinity', '.infinity'], ['x.inf', 'x.inf'], ['x.nan', 'x.nan'], ['.nano', '.nano'],
    ['10.0.0.1', '10.0.0.1'], ['10.0.0.0/8', '10.0.0.0/8'], ['1.2.3', '1.2.3'],
    ['22:22', '22:22'], ['190:20:30', '190:20:30'], ['2001-12-14', '2001-12-14'], ['2001-12-14T21:59:43Z', '2001-12-14T21:59:43Z'],
    ['.', '.'], ['+', '+'], ['app', 'app'], ['v1', 'v1'], ['1e', '1e'], ['e1', 'e1'],
  ])('%p is %p', (text, value) => {
    const [fast] = parse(`a: ${text}`, 'yaml').values;
    // An anchor makes the parser with places read the text.
    const [placed] = parse(`a: ${text}\nb: &x 1`, 'yaml').values;
    expect([fast.a, placed.a]).toEqual([value, value]);
  });

  test.each(['.inf', '-.Inf', '-.INF', '+.inf', '.nan', '.NaN', '.NAN'])('%s is a number that a Kubernetes object cannot contain', text => {
    expect(fault(`a: ${text}`)).toEqual([`NP008: a Kubernetes object cannot contain the number ${text}`, text]);
  });

  test('a quoted scalar is text', () => {
    expect(valuesOf('a: yes\nb: "yes"\nc: \'010\'\nd: 010\ne: |\n  true\n')).toEqual([{ a: true, b: 'yes', c: '010', d: 8, e: 'true\n' }]);
  });

  test('a scalar with a tag has the type of the tag', () => {
    expect(valuesOf('{a: !!str 80, b: !!int "80", c: !!bool "yes", d: !!float 1, e: !custom 80, f: ! 80, g: !!null ~}'))
      .toEqual([{ a: '80', b: 80, c: true, d: 1, e: '80', f: '80', g: null }]);
    expect(fault('a: !!binary aGVsbG8=')[0]).toBe('NP008: a Kubernetes object cannot contain a !!binary value; write it as text');
  });

  test('an absent value is null', () => {
    expect(valuesOf('a:\nb: ~\nc: [1, ]\n? d')).toEqual([{ a: null, b: null, c: [1], d: null }]);
  });
});

describe('a key', () => {
  const NOT_TEXT = 'NP008: a key must be plain text, not a list or an object; put text that starts with a bracket, such as {{ … }}, in quotes';

  test('is text, even if it is a number or a word like on', () => {
    expect(valuesOf('80: a\non: b\n1.5: c')).toEqual([{ 80: 'a', true: 'b', 1.5: 'c' }]);
  });

  test('may be __proto__ or constructor, and changes no other object', () => {
    const [value] = parse('{__proto__: {polluted: true}, constructor: 1}', 'yaml').values;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as any).polluted).toBeUndefined();
  });

  test.each(['{a: b}: c', '[a]: b', '? {a: b}\n: c'])('cannot be a list or an object: %p', text => {
    expect(fault(text)[0]).toBe(NOT_TEXT);
  });

  test('has one finding if it is not text', () => {
    expect(findings('{[a]: b, [c]: d}')).toEqual([NOT_TEXT, NOT_TEXT]);
  });

  test.each([': a', '~: a'])('cannot be missing: %p', text => {
    expect(fault(text)[0]).toBe('NP004: a key is missing before the colon');
  });
});

describe('a duplicate field', () => {
  const twice = (field: string) => `NP007: this object has the field '${field}' twice; remove one, or check the indentation`;

  test('has a finding at its second place', () => {
    expect(fault('spec:\n  podSelector: {}\n  ingress: []\n  podSelector: {a: b}')).toEqual([twice('podSelector'), 'podSelector: {a: b}']);
  });

  test('is found even if it is written in two ways', () => {
    expect(fault('{"a": 1, a: 2}')[0]).toBe(twice('a'));
    expect(fault('{1: 1, "1": 2}')[0]).toBe(twice('1'));
  });

  test('has at most three findings in a document', () => {
    expect(parse('a: 1\na: 2\na: 3\na: 4\na: 5', 'yaml')).toMatchObject({ values: [], findings: [twice('a'), twice('a'), twice('a')], places: ['a: 2', 'a: 3', 'a: 4'] });
  });
});

describe('an alias', () => {
  test('has the value of the last anchor with its name before it', () => {
    expect(valuesOf('a: &x {b: 1}\nc: *x')).toEqual([{ a: { b: 1 }, c: { b: 1 } }]);
    expect(valuesOf('[&x 1, *x, &x 2, *x]')).toEqual([[1, 1, 2, 2]]);
    expect(valuesOf('a: &x\nb: *x\nc: &y [1]\nd: [*y, *y]\ne: &z text\nf: *z')).toEqual([{ a: null, b: null, c: [1], d: [[1], [1]], e: 'text', f: 'text' }]);
  });

  test('needs an anchor before it, in the same document, and not around it', () => {
    const noAnchor = 'NP004: there is no anchor for *x before it; write &x at the value that it stands for';
    expect(fault('a: *x\nb: &x 1')).toEqual([noAnchor, '*x']);
    for (const text of ['a: &x [*x]', '*x']) { expect(fault(text)[0]).toBe(noAnchor); }
    expect(findings('a: &x 1\n---\na: *x')).toEqual([noAnchor]);
  });

  test('cannot expand to millions of values', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) { bomb.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`); }
    const message = 'NP006: the aliases (*) of this document expand to more than 100000 values; write the values without aliases';
    expect(fault(bomb.join('\n'))).toEqual([message, bomb[0]]);
    expect(fault(bomb.slice(0, 6).join('\n'))).toEqual([message, bomb[0]]);
    expect(findings(bomb.slice(0, 4).join('\n'))).toEqual([]);
  });

  test('may expand to 100,000 values', () => {
    const most = `b: &b [${'x, '.repeat(18)}]\nl: [${'*b, '.repeat(5262)}]\nc: 1`;
    expect(findings(most)).toEqual([]);
    expect(fault(`${most}\nd: 1`)[0]).toContain('more than 100000 values');
  });

  test('may expand to ten times the number of written values', () => {
    const written = (aliases: number) => `b: &b [${'x, '.repeat(10)}]\nl: [${'*b, '.repeat(aliases)}]\np: [${'1, '.repeat(1042)}]`;
    expect(findings(written(9504))).toEqual([]);
    expect(fault(written(9505))[0]).toContain('more than 105610 values');
  });
});

describe('the merge key', () => {
  const merged = (text: string) => valuesOf(text)[0];

  test('adds the fields of another object, and fields after it replace them', () => {
    expect(merged('a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3').d).toEqual({ b: 3, c: 2 });
  });

  test('adds the fields of several objects, of which the first counts', () => {
    expect(merged('a: &x {b: 1}\nc: &y {b: 2, d: 4}\ne:\n  <<: [*x, *y]').e).toEqual({ b: 1, d: 4 });
    expect(merged('a: &x {b: 1}\nc: &y {b: 2}\ne:\n  <<: *x\n  <<: *y').e).toEqual({ b: 1 });
  });

  test('cannot add a field that is written before it, because parsers differ in which of the two counts', () => {
    expect(fault('a: &x {b: 1}\nd:\n  b: 3\n  <<: *x')).toEqual(["NP007: '<<' adds the field 'b', which is also written before it; put '<<' first", '<<: *x']);
  });

  test.each(['1', '[[1]]', '', '[1, {a: b}, 2]', 'text'])('cannot have the value %p', source => {
    expect(fault(`a: {<<: ${source}}`)).toEqual(["NP004: the value of '<<' must be an object or a list of objects; write the alias of an object", expect.stringMatching(/^<</)]);
  });

  test('is a normal field if it is in quotes', () => {
    expect(valuesOf('"<<": 1')).toEqual([{ '<<': 1 }]);
  });

  test('does not hide a duplicate field', () => {
    expect(fault('a: &x {b: 1}\nd:\n  <<: *x\n  b: 3\n  b: 4')[0]).toContain("the field 'b' twice");
  });
});

describe('a syntax error', () => {
  const UNCLOSED = 'a { or [ above is not closed before this line';
  const COLON = 'this line has a second colon, or a line break is missing; put a value that contains a colon and a space in quotes';
  const LONG_KEY = 'a key must be on one line and end with a colon and a space; check whether a colon is missing here or above';
  const UNEXPECTED = "this does not belong here; check whether a quote, a bracket, a '- ' or a line break is missing here or above";
  const MISSING = 'a closing quote or bracket, a comma, or the space after a colon is missing here or above';

  test.each<[string, string, string, string]>([
    ['one space too many', 'a: 1\n b: 2\n', '1', COLON],
    ['one space too few', 'metadata:\n  name: x\n spec: y', ' spec: y', 'the indentation of this line differs from its neighbors; start all fields of an object in the same column'],
    ['a tab', 'metadata:\n\tname: x', '\tname: x', 'a tab indents this line; write spaces'],
    ['a brace that is not closed', 'a: {b: c\nd: e', 'd: e', UNCLOSED],
    ['a list of lines in braces', 'a: {\n- b\n}', '- b', UNCLOSED],
    ['a dash in braces', '{- b}', '- b}', UNCLOSED],
    ['a quote that is not closed', 'a: "b\nc: d', '', MISSING],
    ['a bracket that is not closed', '[a, b', '', MISSING],
    ['a second colon', 'a: b: c', 'b: c', COLON],
    ['a missing colon', 'a: b\nc d\ne: f', 'c d', 'a key must end with a colon and a space; check whether a colon is missing here'],
    ['a key over several lines', 'a: b\nc\n d: e', 'c', LONG_KEY],
    ['a very long key', `a: b\n${'x'.repeat(1100)}: c`, `${'x'.repeat(1100)}: c`, LONG_KEY],
    ['a value that starts with @', 'a: @b', '@b', 'a value cannot start with this character; put it in quotes'],
    ['two values', 'a: "b" c', 'c', UNEXPECTED],
    ['a missing comma', '{a: "b" "c": d}', '"c": d}', UNEXPECTED],
    ['another mistake, in the words of the parser', 'a: "\\q"', '\\q"', 'invalid escape sequence \\q'],
    ['an invalid directive', '%TAG\n', '%TAG', '%TAG directive should contain exactly two parts'],
  ])('that is %s has its place and its reason', (_name, text, at, sentence) => {
    expect(fault(text)).toEqual([`NP004: not valid YAML: ${sentence}`, at]);
  });

  test('is reported at most 50 times for a text', () => {
    expect(findings('a: b: c\n---\n'.repeat(2000))).toHaveLength(50);
  });
});

describe('a text', () => {
  test.each([['lists', '['], ['objects', '{a: '], ['dashes', '- '], ['question marks', '? ']])('has a limit on how deeply it nests %s', (_name, opening) => {
    expect(parse(opening.repeat(200_000), 'yaml')).toMatchObject({ values: [], findings: ['NP006: this nests more than 500 levels deep, which no Kubernetes object does'] });
  });

  test('may nest almost 500 levels deep', () => {
    expect(findings(`${'['.repeat(495)}1${']'.repeat(495)}`)).toEqual([]);
  });

  test('may have 32 million characters', () => {
    const tooLarge = "NP006: this text is too large to be read as YAML; write it as JSON, for example with 'kubectl get -o json', or split it";
    expect(fault(`kind: ${'x'.repeat(32_000_000)}`)[0]).toBe(tooLarge);
    expect(findings(`kind: ${'x'.repeat(31_999_994)}`)).toEqual([]);
  });

  test('may have tens of thousands of fields in an object', () => {
    const [value] = parse(`${Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n')}\nx: &x 1`, 'yaml').values;
    expect(Object.keys(value)).toHaveLength(30_001);
  });
});

describe('the place', () => {
  const text = `# a policy
spec:
  ingress:
    - from:
        - podSelector: &all {}
      ports:
        - port: 80
          80: x
          0x51: y
          "0x52": z
    - from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]
  egress: &rules
    - to: []
  again: *rules
  merged:
    <<: { a: { b: 1 } }
    c: 2
  mergedList:
    <<: [{ x: 1 }, { z: 2 }]
---
second: { kind: Pod }
`;
  const { at } = parse(text, 'yaml');

  test('of a document is the start of its content', () => {
    expect([at([]), at([], 1)]).toEqual(['spec:', 'second: { kind: Pod }']);
  });

  test('of a field is its name, and of an item the item', () => {
    expect(at(['spec', 'ingress', 0, 'ports', 0, 'port'])).toBe('port: 80');
    expect(at(['spec', 'ingress', 1])).toBe('from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]');
    expect(at(['spec', 'ingress', 1, 'from', 0, 'ipBlock', 'cidr'])).toBe('cidr: 10.0.0.0/8 } }]');
    expect(at(['second', 'kind'], 1)).toBe('kind: Pod }');
    // Without an anchor, the fast parser reads the text.
    expect(parse('# x\n\na: 1\n---\nb: {c: [yes]}', 'yaml').at(['b', 'c', 0], 1)).toBe('yes]}');
  });

  test('of an absent field is its nearest parent', () => {
    expect(at(['spec', 'ingress', 0, 'ports', 0, 'protocol'])).toBe('port: 80');
    for (const path of [['spec', 'ingress', 7, 'ports'], ['spec', 'ingress', 'from']]) { expect(at(path)).toBe('ingress:'); }
    for (const path of [['metadata', 'name'], ['spec', 'c']]) { expect(at(path)).toBe('spec:'); }
    expect(at(['spec', 'merged', 0, 'c'])).toBe('merged:');
  });

  test('of a field that comes from an alias or << is where it is written', () => {
    expect(at(['spec', 'again', 0, 'to'])).toBe('to: []');
    expect(at(['spec', 'merged', 'a', 'b'])).toBe('b: 1 } }');
    expect(at(['spec', 'merged', 'c'])).toBe('c: 2');
    expect(at(['spec', 'mergedList', 'z'])).toBe('z: 2 }]');
    expect(at(['spec', 'mergedList', 'q'])).toBe('mergedList:');
  });

  test('of a field whose name is a number is found by the value of the number, unless it is in quotes', () => {
    expect(['80', '81', '0x52', '82'].map(name => at(['spec', 'ingress', 0, 'ports', 0, name]))).toEqual(['80: x', '0x51: y', '"0x52": z', 'port: 80']);
  });

  test('is correct even if other documents are empty or have faults', () => {
    const broken = parse('# c\n---\na: {b: [c, d]}\n---\nx: [\n---\n\n---\ne:\n  f: g\n---\nh: {i: 1, i: 2}\n---\nj: k\n---\nx: [\n---\ny: [', 'yaml');
    expect([broken.at(['a', 'b', 1]), broken.at(['e', 'f'], 1), broken.at(['j'], 2)]).toEqual(['d]}', 'f: g', 'j: k']);
    expect([broken.at([]), broken.at([], 1), broken.at(['a', 'b', 7]), broken.at(['h'], 1)]).toEqual(['a: {b: [c, d]}', 'e:', 'b: [c, d]}', 'e:']);
  });
});
