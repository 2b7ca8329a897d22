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
  test('are separated by lines that start with ---, and documents without content or with null are skipped', () => {
    expect(valuesOf('# nothing\n---\na: 1\n---\n---\n# nothing\n--- # here\nb: 2\n...\n---\n')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(['', '\n', '# x', '---', '---\n---\n# y\n', 'null', '~', '--- # x\nnull'].flatMap(valuesOf)).toEqual([]);
    expect(valuesOf('a: |\n  ---\nb: --- c')).toEqual([{ a: '---\n', b: '--- c' }]);
  });

  test('are separated only after a line feed, and --- has its line to itself', () => {
    const text = 'a: 1\n--- {b: 2}\nc: 3\n---\nd: 4';
    const { values, findings: found, places } = parse(text, 'yaml');
    // kubectl loses the document before such a line.
    expect([values, found, places]).toEqual([
      [{ c: 3 }, { d: 4 }], ['NP004: not valid YAML: only a comment may follow --- on its line; start the document on the next line'], ['--- {b: 2}'],
    ]);
    for (const line of ['---x', '----', '--- |', '--- "a"']) { expect(findings(`a: 1\n${line}\nb: 2`)).toHaveLength(1); }
    for (const line of ['--- ', '---\t', '---\r', '---#x', '--- # x', '---\u00a0']) { expect(valuesOf(`a: 1\n${line}\nb: 2`)).toEqual([{ a: 1 }, { b: 2 }]); }
  });

  test.each([
    ['the mark ...', 'a: 1\n...\nb: 2\n# x\n---\nc: 3', 'b: 2'],
    ['the mark ... with a comment', 'a: 1\n... # x\n# y\n\n  b: 2\n---\nc: 3', 'b: 2'],
    ['the mark ... twice', 'a: 1\n...\n...\n...b: 2\n---\nc: 3', '...b: 2'],
    ['--- after a carriage return', 'a: 1\r---\rb: 2\n---\nc: 3', '---\rb: 2'],
    ['--- after a next line character', 'a: 1\u0085--- {b: 2}\n---\nc: 3', '--- {b: 2}'],
    ['a value in brackets', '{a: 1}\nb: 2\n---\nc: 3', 'b: 2'],
  ])('end at %s, and what follows up to the next line with --- is ignored with a warning', (_name, text, at) => {
    const { values, findings: found, places } = parse(text, 'yaml');
    expect(values).toEqual([{ a: 1 }, { c: 3 }]);
    expect(found).toEqual(['NP012: kubectl ignores the text from here to the next line that starts with ---; write --- above it, or remove it']);
    expect(places).toEqual([at]);
  });

  test('may have Windows line ends', () => {
    expect(valuesOf('a: |\r\n  x\r\nb: 1\r\n')).toEqual([{ a: 'x\n', b: 1 }]);
    expect(valuesOf('a: |\r\r\n  x\r\r\n---\r\nb: 1\r\n')).toEqual([{ a: 'x\n' }, { b: 1 }]);
  });

  test('cannot have directives, because kubectl takes the lines before --- for a document', () => {
    for (const line of ['%YAML 1.1', '%TAG ! x']) { expect(fault(`${line}\n---\n`)).toEqual(['NP004: not valid YAML: kubectl cannot read a directive (%), because it takes the text before --- for a document; remove the line', line]); }
  });

  test('are read even if other documents of the file have faults', () => {
    const { values, findings: found } = parse('a: 1\n---\nb: [\n---\nc: 3', 'yaml');
    expect(values).toEqual([{ a: 1 }, { c: 3 }]);
    expect(found).toHaveLength(1);
  });

  test('may start with a byte order mark, but have no other', () => {
    expect(valuesOf('a: 1\n---\n\ufeffb: 2')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(fault('a: "x\ufeff"')).toEqual(['NP003: there is a byte order mark inside a YAML document, which kubectl does not read reliably; remove it', '\ufeff"']);
  });

  test('cannot have control characters', () => {
    expect(fault('a: "x\u007f"')).toEqual(['NP003: YAML does not allow the character U+007F; remove it, or write the file as JSON', '\u007f"']);
    for (const character of ['\u0080', '\u009f', '\ufffe', '\uffff']) { expect(findings(`a: 1\n---\nb: ${character}\n---\nc: 3`)).toHaveLength(1); }
  });
});

describe('a line ends, and with it a comment, at', () => {
  test.each([['a carriage return', '\r'], ['NEL', '\u0085'], ['LS', '\u2028'], ['PS', '\u2029']])('%s', (_name, end) => {
    expect(valuesOf(`a: 1 # x${end}b: 2`)).toEqual([{ a: 1, b: 2 }]);
    expect(valuesOf(`a:${end}  - b${end}  # x${end}  - c`)).toEqual([{ a: ['b', 'c'] }]);
  });
});

describe('an unquoted scalar has the value of YAML 1.1 in go.yaml.in/yaml/v2', () => {
  test.each<[string, string | number | boolean | null]>([
    ['yes', true], ['Yes', true], ['YES', true], ['on', true], ['y', true], ['Y', true], ['true', true], ['TRUE', true], ['On', true], ['ON', true], ['True', true],
    ['no', false], ['off', false], ['OFF', false], ['n', false], ['N', false], ['False', false], ['false', false], ['FALSE', false], ['Off', false], ['No', false], ['NO', false],
    ['yEs', 'yEs'], ['yess', 'yess'],
    ['', null], ['~', null], ['null', null], ['NULL', null], ['Null', null], ['nUll', 'nUll'],
    ['80', 80], ['-1', -1], ['+1', 1], ['0', 0], ['-0', 0], ['1_000', 1000], ['9', 9], ['90', 90], ['12', 12], ['120', 120], ['1234567', 1234567], ['+12', 12], ['--1', '--1'],
    ['010', 8], ['0o10', 8], ['0x1F', 31], ['0b101', 5], ['-010', -8], ['0x1g', '0x1g'], ['0b12', '0b12'], ['07.5', 7.5], ['09', 9], ['0o8', '0o8'], ['0xg', '0xg'],
    ['0X1f', 31], ['-0x10', -16], ['+0b11', 3], ['0B1', 1], ['0O17', 15], ['00', 0], ['-00', 0], ['-0.0', 0], ['0x', '0x'], ['0b2', '0b2'], ['10x1', '10x1'], ['x0x1', 'x0x1'],
    ['1_0.5', 10.5], ['1.5e', '1.5e'], ['1e+', '1e+'], ['1E-2', 0.01], ['12e10', 12e10], ['.25', 0.25], ['1.5', 1.5], ['80.0', 80], ['1e3', 1000], ['.5', 0.5], ['1.', 1], ['-.5e-1', -0.05], ['.5_0', 0.5], ['.5_', '.5_'], ['._5', '._5'], ['.5__0', '.5__0'], ['1e400', '1e400'], ['0b-1', -1], ['0b+1', 1], ['0xFFFFFFFFFFFFFFFF', 2 ** 64], ['0x1FFFFFFFFFFFFFFFF', '0x1FFFFFFFFFFFFFFFF'], ['-0xFFFFFFFFFFFFFFFF', '-0xFFFFFFFFFFFFFFFF'], ['+0xFFFFFFFFFFFFFFFF', '+0xFFFFFFFFFFFFFFFF'],
    ['1.inf', '1.inf'], ['1.nan', '1.nan'], ['.Nan', '.Nan'], ['-.nan', '-.nan'], ['.infinity', '.infinity'], ['x.inf', 'x.inf'], ['x.nan', 'x.nan'], ['.nano', '.nano'],
    ['10.0.0.1', '10.0.0.1'], ['10.0.0.0/8', '10.0.0.0/8'], ['1.2.3', '1.2.3'],
    ['22:22', '22:22'], ['190:20:30', '190:20:30'], ['2001-12-14', '2001-12-14'], ['2001-12-14T21:59:43Z', '2001-12-14T21:59:43Z'],
    ['.', '.'], ['+', '+'], ['app', 'app'], ['v1', 'v1'], ['1e', '1e'], ['e1', 'e1'],
  ])('%p is %p', (text, value) => {
    expect(parse(`a: ${text}`, 'yaml').values).toEqual([{ a: value }]);
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
    expect(valuesOf('{a: !!str , b: !x , c: !!null }')).toEqual([{ a: '', b: '', c: null }]);
    for (const tag of ['!!binary', '!!timestamp']) { expect(fault(`a: ${tag} x`)).toEqual([`NP008: netpol does not read the tag ${tag}; write the value as text`, 'x']); }
    for (const value of ['!!int 1.5', '!!int x', '!!bool 1', '!!float x', '!!null x', '!!int ']) { expect(fault(`a: ${value}`)[0]).toContain('is not a value of the tag'); }
    for (const tag of ['!<tag:yaml.org,2002:str>', '!e!x', '!a%20', '!!']) { expect(fault(`a: ${tag} x`)[0]).toContain('this is not a tag that netpol reads, such as !!str'); }
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
    expect(findings('{[a]: b, [c]: d}')).toEqual([NOT_TEXT]);
  });

  test.each([': a', '- : a', '{: a}', '[: a]', '? : a'])('cannot be missing: %p', text => {
    expect(fault(text)[0]).toMatch(/^NP004: not valid YAML: (?:a key is missing before the colon|a value in brackets cannot start with a colon)/);
  });

  test.each(['~: a', 'null: a'])('cannot be null: %p', text => {
    expect(fault(text)[0]).toBe('NP008: a key cannot be null or empty; write the key, or put it in quotes');
  });

  test('that is a number must be one that Go and JavaScript print alike', () => {
    expect(valuesOf('0x10: a\n1.10: b\n9007199254740991: c\n0.0001: d')).toEqual([{ 16: 'a', 1.1: 'b', 9007199254740991: 'c', 0.0001: 'd' }]);
    for (const key of ['1000000.0', '0.00001', '1.2345678', '9007199254740993', '-0.0', '.inf']) {
      expect(fault(`${key}: a`)).toEqual([`NP008: kubectl may read the key ${key} as another number; put it in quotes`, `${key}: a`]);
    }
  });

  test('may have a tag or be an alias if it is text', () => {
    expect(valuesOf('!!str 1: a\nb: &x c\n*x : d\n&y e: f')).toEqual([{ 1: 'a', b: 'c', c: 'd', e: 'f' }]);
    for (const key of ['!!int 1', '! "<<"', '&x <<', '!!merge <<']) { expect(fault(`${key}: a`)[0]).toBe(NOT_TEXT); }
  });

  test('may have 1024 characters, of which a surrogate pair is one', () => {
    const key = (length: number) => `${'\u{1f600}'.repeat(10)}${'k'.repeat(length - 10)}`;
    expect(valuesOf(`{${key(1024)}: a}`)).toEqual([{ [key(1024)]: 'a' }]);
    expect(findings(`{${key(1025)}: a}`)).toHaveLength(1);
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

  test('has at most 50 findings in a document', () => {
    expect(findings('a: 1\n'.repeat(100))).toHaveLength(50);
  });

  test('is a fault by itself if it is a number, because kubectl may take it for two fields', () => {
    const { values, findings: found } = parse('1: a\n"1": b', 'yaml');
    expect([values, found]).toEqual([[], [twice('1')]]);
    for (const text of ['{yes: 1, <<: {"true": 2}}', '{<<: {"true": 2}, yes: 1}', '{<<: [{1: 2}, {"1": 2}]}']) { expect(findings(text)).toHaveLength(1); }
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
    expect(fault('*x')[0]).toBe(noAnchor);
    for (const text of ['a: &x [*x]', 'a: &x 1\nb: &x [*x]']) { expect(fault(text)).toEqual(['NP004: *x is part of its own value; write the value without the alias', '*x]']); }
    expect(findings('a: &x 1\n---\na: *x')).toEqual([noAnchor]);
  });

  const excessive = 'NP006: the aliases (*) of this document expand to more values than kubectl reads; write the values without aliases';

  test('cannot expand to millions of values', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) { bomb.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`); }
    expect(fault(bomb.join('\n'))).toEqual([excessive, expect.stringMatching(/^\*a2, /)]);
    expect(findings(bomb.slice(0, 3).join('\n'))).toEqual([]);
  });

  test('may give 99 of 100 values of a document, and fewer of a large one', () => {
    const text = (aliases: number) => `b: &b [${'x, '.repeat(18)}]\nl: [${'*b, '.repeat(aliases)}]`;
    expect(findings(text(50))).toEqual([]);
    const large = (aliases: number) => `b: &b [${'1, '.repeat(2000)}]\nw: [${'1, '.repeat(100_000)}]\nl: [${'*b, '.repeat(aliases)}]`;
    expect(findings(large(500))).toEqual([excessive]);
    expect(findings(large(150))).toEqual([]);
  });

  test('may follow an anchor inside of the same name, which is the later one', () => {
    expect(valuesOf('a: &x {b: &x 1}\nc: *x')).toEqual([{ a: { b: 1 }, c: 1 }]);
  });

  test('needs a name of letters, digits, - and _', () => {
    for (const text of ['a: &x.y 1', 'a: & 1', 'a: *', 'a: &é 1', 'a: &x\u00a01']) { expect(fault(text)[0]).toContain('a name of letters, digits, - and _ must follow this character'); }
    expect(valuesOf('{a: &x-1_Y 1, b: [*x-1_Y], c: *x-1_Y}')).toEqual([{ a: 1, b: [1], c: 1 }]);
  });
});

describe('the merge key', () => {
  const merged = (text: string) => valuesOf(text)[0];

  test('adds the fields of another object, and fields after it replace them', () => {
    expect(merged('a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3').d).toEqual({ b: 3, c: 2 });
  });

  test('adds the fields of several objects, of which the first counts', () => {
    expect(merged('a: &x {b: 1}\nc: &y {b: 2, d: 4}\ne:\n  <<: [*x, *y]').e).toEqual({ b: 1, d: 4 });
    // Of two merge keys, the later one counts.
    expect(merged('a: &x {b: 1}\nc: &y {b: 2}\ne:\n  <<: *x\n  <<: *y').e).toEqual({ b: 2 });
  });

  test('replaces a field that is written before it, with a warning', () => {
    const { values: [value], findings: found, places } = parse('a: &x {b: 1}\nd:\n  b: 3\n  <<: *x', 'yaml');
    expect([value.d, found, places]).toEqual([{ b: 1 }, ["NP007: '<<' replaces the field 'b', which is written before it; put '<<' first"], ['<<: *x']]);
  });

  test('cannot have the alias of a list as its value', () => {
    expect(fault('a: &x [{b: 1}]\nc: {<<: *x}')[0]).toContain("the value of '<<' must be an object or a list of objects");
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
  const COLON = 'this line has a second colon, or a line break is missing; put a value that contains a colon and a space in quotes';
  const INDENTATION = 'the indentation of this line differs from its neighbors; start all fields of an object in the same column';
  const LONG_KEY = 'a key must be on one line and end with a colon and a space; check whether a colon is missing here or above';
  const UNEXPECTED = "this does not belong here; check whether a quote, a bracket, a '- ' or a line break is missing here or above";
  const LIST = "a list with '- ' cannot be here; check the indentation, and whether a { or [ above is not closed";
  const NO_START = 'a value cannot start with this character; put it in quotes';
  const NO_ESCAPE = 'write \\\\ for a backslash, or use single quotes';
  const TEXT_TAB = 'a tab indents this line of a block of text; write spaces';
  const NEXT_LINE = 'a block of text must start on the next line; put text that starts with | or > in quotes';

  test.each<[string, string, string, string]>([
    ['one space too many', 'a: 1\n b: 2\n', ': 2', COLON],
    ['one space too few', 'metadata:\n  name: x\n spec: y', 'spec: y', INDENTATION],
    ['an item in the wrong column', 'a:\n  - b\n - c', '- c', INDENTATION],
    ['an item after a field', 'a: b\n- c', '- c', INDENTATION],
    ['a field after an item', '- b\na: c', 'a: c', INDENTATION],
    ['a tab', 'metadata:\n\tname: x', '\tname: x', 'a tab indents this line; write spaces'],
    ['a tab in the second line of a value', 'a:\n  b\n\tc', '\tc', 'a tab indents this line; write spaces'],
    ['a brace that is not closed', 'a: {b: c\nd: e', ': e', 'a comma or the closing } is missing here or above'],
    ['a brace that is not closed at the end', 'a: {b: c\n', '{b: c', 'this { is not closed; write the closing }'],
    ['a brace that is not closed after a comma', 'a: {b: c,\n', '{b: c,', 'this { is not closed; write the closing }'],
    ['a bracket that is not closed', '[a, b', '[a, b', 'this [ is not closed; write the closing ]'],
    ['a bracket that is not closed after a comma', 'a: [b,\n', '[b,', 'this [ is not closed; write the closing ]'],
    ['a list of lines in braces', 'a: {\n- b\n}', '- b', LIST],
    ['a dash in brackets', '[- b]', '- b]', LIST],
    ['an item in the line of its field', 'a: - b', '- b', "an item cannot start here; write '- ' at the start of a line, or put the text in quotes"],
    ['a question mark in the line of its field', 'a: ? b', '? b', 'a key cannot start here; put text that starts with a question mark and a space in quotes'],
    ['a quote that is not closed', 'a: "b\nc: d', '"b', 'this quote is not closed; write the closing quote'],
    ['a quote that is not closed before a document ends', "a: 'b\n...\n", "'b", 'this quote is not closed; write the closing quote'],
    ['a second colon', 'a: b: c', ': c', COLON],
    ['a missing colon', 'a: b\nc d\ne: f', 'c d', LONG_KEY],
    ['a missing colon at the end', 'a: b\nc d', 'c d', LONG_KEY],
    ['a key over several lines', 'a: b\nc\n d: e', 'c', LONG_KEY],
    ['a very long key', `a: b\n${'x'.repeat(1100)}: c`, `${'x'.repeat(1100)}: c`, LONG_KEY],
    ['a value that starts with @', 'a: @b', '@b', NO_START],
    ['a block of text in brackets', 'a: [|\n b]', '|', NO_START],
    ['a percent sign in the middle', 'a: %b', '%b', NO_START],
    ['two values', 'a: "b" c', 'c', UNEXPECTED],
    ['two colons in brackets', '{a: : b}', ': b}', 'a value in brackets cannot start with a colon; put it in quotes'],
    ['two commas', '[a,, b]', ', b]', UNEXPECTED],
    ['a closing bracket', 'a: ]', ']', UNEXPECTED],
    ['a missing comma', '{a: "b" "c": d}', '"c": d}', 'a comma or the closing } is missing here or above'],
    ['two anchors', 'a: &x &y b', '&y b', UNEXPECTED],
    ['an unknown escape', 'a: "\\q"', '\\q"', `there is no escape \\q in YAML; ${NO_ESCAPE}`],
    ['an escape with too few digits', 'a: "\\u00g0"', '\\u00g0"', `there is no escape \\u00g0 in YAML; ${NO_ESCAPE}`],
    ['half of a surrogate pair', 'a: "\\ud800"', '\\ud800"', `there is no escape \\ud800 in YAML; ${NO_ESCAPE}`],
    ['a character beyond Unicode', 'a: "\\U00110000"', '\\U00110000"', `there is no escape \\U00110000 in YAML; ${NO_ESCAPE}`],
    ['a block of text in its first line', 'a: | b', '| b', NEXT_LINE],
    ['a block of text with two signs', 'a: |-+\n  b', '|-+', NEXT_LINE],
    ['a block of text with the indentation 0', 'a: |0\n  b', '0', 'the indentation of a block of text cannot be 0; write a number from 1 to 9, or none'],
    ['a tab before a block of text', 'a: |\n\tb', '\tb', TEXT_TAB],
  ])('that is %s has its place and its reason', (_name, text, at, sentence) => {
    expect(fault(text)).toEqual([`NP004: not valid YAML: ${sentence}`, at]);
  });

  test('is reported at most 50 times for a text, with the number of the others, and the other documents are read', () => {
    for (const one of ['a: b: c\n---\n', 'a: b\n--- c\n']) {
      const { values, findings: found, places } = parse(`${one.repeat(2000)}d: e`, 'yaml');
      expect([values, found.length]).toEqual([[{ d: 'e' }], 51]);
      expect(found[50]).toBe('NP004: not valid YAML: 1950 more documents, the first of them here');
      expect(places[50]).toBe(places[0]);
    }
  });

  test('is reported also if there are many warnings, of which 50 are reported', () => {
    const { values, findings: found } = parse(`${'a: 1\n...\nb: 2\n---\n'.repeat(100)}a: b: c\n---\nd: e`, 'yaml');
    expect([values.length, found.length]).toEqual([101, 51]);
    expect(parse(`a: &x {${Array.from({ length: 100 }, (_, i) => `k${i}: 1`).join()}}\nb: {${Array.from({ length: 100 }, (_, i) => `k${i}: 1`).join()}, <<: *x}`, 'yaml').findings).toHaveLength(50);
  });
});

describe('a text', () => {
  test.each([['lists', '['], ['objects', '{a: '], ['dashes', '- '], ['question marks', '? ']])('has a limit on how deeply it nests %s', (_name, opening) => {
    expect(parse(opening.repeat(200_000), 'yaml')).toMatchObject({ values: [], findings: ['NP006: this is nested more than 500 levels deep, which no Kubernetes object does'] });
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
