import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';

const valuesOf = (text: string) => {
  const { documents, faults } = parsePlacedYaml(text);
  expect(faults).toEqual([]);
  return documents.map(({ value }) => JSON.parse(JSON.stringify(value)));
};
const faultsOf = (text: string) => parsePlacedYaml(text).faults.map(({ message, offset }) => ({ message, at: text.slice(offset, offset + 8) }));
const onlyFault = (text: string) => {
  const faults = faultsOf(text);
  expect(faults).toHaveLength(1);
  return faults[0];
};

describe('values', () => {
  test('unquoted are what YAML 1.1 makes of them; quoted, text', () => {
    expect(valuesOf('a: yes\nb: "yes"\nc: \'010\'\nd: 010\ne: |\n  true\n')).toEqual([{ a: true, b: 'yes', c: '010', d: 8, e: 'true\n' }]);
  });

  test('with a tag are of its type', () => {
    expect(valuesOf('{a: !!str 80, b: !!int "80", c: !!bool "yes", d: !!float 1, e: !custom 80, f: ! 80, g: !!null ~}'))
      .toEqual([{ a: '80', b: 80, c: true, d: 1, e: '80', f: '80', g: null }]);
  });

  test('that are left out are null', () => {
    expect(valuesOf('a:\nb: ~\nc: [1, ]\n? d')).toEqual([{ a: null, b: null, c: [1], d: null }]);
  });

  test('a key that is a number, or a word such as on, is text all the same', () => {
    expect(valuesOf('80: a\non: b\n1.5: c')).toEqual([{ 80: 'a', true: 'b', 1.5: 'c' }]);
  });

  test('a number that JSON can not write is refused', () => {
    expect(onlyFault('a: .inf')).toEqual({ message: '.inf is no number that a Kubernetes object can hold', at: '.inf' });
    expect(onlyFault('a: .nan').message).toContain('.nan is no number');
  });

  test('a !!binary value is refused rather than guessed at', () => {
    expect(onlyFault('a: !!binary aGVsbG8=').message).toBe('a !!binary value has no place in a Kubernetes object: write it as text');
  });

  test('a field may be called __proto__ or constructor, and does no harm', () => {
    const [{ value }] = parsePlacedYaml('{__proto__: {polluted: true}, constructor: 1}').documents;
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as any).polluted).toBeUndefined();
  });
});

describe('a field that is written twice', () => {
  test('is an error, at the second', () => {
    const text = 'spec:\n  podSelector: {}\n  ingress: []\n  podSelector: {a: b}';
    expect(onlyFault(text).message).toContain("'podSelector' is written twice");
    expect(parsePlacedYaml(text).faults[0].offset).toBe(text.lastIndexOf('podSelector'));
  });

  test('is found however it is written', () => {
    expect(onlyFault('{"a": 1, a: 2}').message).toContain("'a' is written twice");
    expect(onlyFault('{1: 1, "1": 2}').message).toContain("'1' is written twice");
  });

  test('many times is told a few times', () => {
    expect(faultsOf('a: 1\n'.repeat(50))).toHaveLength(3);
  });
});

describe('anchors and aliases', () => {
  test('stand for what is written at the anchor', () => {
    expect(valuesOf('a: &x {b: 1}\nc: *x')).toEqual([{ a: { b: 1 }, c: { b: 1 } }]);
  });

  test('the last anchor of a name before the alias counts', () => {
    expect(valuesOf('[&x 1, *x, &x 2, *x]')).toEqual([[1, 1, 2, 2]]);
  });

  test('may be of any value, of one that is left out too', () => {
    expect(valuesOf('a: &x\nb: *x\nc: &y [1]\nd: [*y, *y]\ne: &z text\nf: *z')).toEqual([{ a: null, b: null, c: [1], d: [[1], [1]], e: 'text', f: 'text' }]);
  });

  test('that come before the anchor, or in another document, or inside it, are errors', () => {
    expect(onlyFault('a: *x\nb: &x 1')).toEqual({ message: '*x refers to an anchor that is not written before it: write &x at the value that is meant', at: '*x\nb: &x' });
    expect(onlyFault('a: &x 1\n---\na: *x').message).toContain('not written before it');
    expect(onlyFault('a: &x [*x]').message).toContain('not written before it');
    expect(onlyFault('*x').message).toContain('not written before it');
  });

  test('that stand for millions of values are refused', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) { bomb.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`); }
    const refusal = { message: 'its aliases (*) stand for more than 100000 values: write out what is meant', at: 'a0: &a0 ' };
    expect(onlyFault(bomb.join('\n'))).toEqual(refusal);
    expect(onlyFault(bomb.slice(0, 6).join('\n'))).toEqual(refusal);
    expect(faultsOf(bomb.slice(0, 4).join('\n'))).toEqual([]);
  });

  test('may stand for a hundred thousand values, whatever is written', () => {
    const most = `b: &b [${'x, '.repeat(18)}]\nl: [${'*b, '.repeat(5262)}]\nc: 1`;
    expect(faultsOf(most)).toEqual([]);
    expect(onlyFault(`${most}\nd: 1`).message).toContain('more than 100000 values');
  });

  test('may stand for ten times what is written, however much that is', () => {
    const written = (aliases: number) => `b: &b [${'x, '.repeat(10)}]\nl: [${'*b, '.repeat(aliases)}]\np: [${'1, '.repeat(1042)}]`;
    expect(faultsOf(written(9504))).toEqual([]);
    expect(onlyFault(written(9505)).message).toContain('more than 105610 values');
  });

  test('are welcome where they save writing', () => {
    const labels = Array.from({ length: 50 }, (_, i) => `l${i}: v`).join(', ');
    expect(parsePlacedYaml(`base: &b {${labels}}\nlist: [${'*b, '.repeat(200)}]`).faults).toEqual([]);
  });
});

describe('the merge key', () => {
  test('brings in the fields of another object; what is written after it counts', () => {
    expect(valuesOf('a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3')[0].d).toEqual({ b: 3, c: 2 });
  });

  test('brings in several, of which the first counts', () => {
    expect(valuesOf('a: &x {b: 1}\nc: &y {b: 2, d: 4}\ne:\n  <<: [*x, *y]')[0].e).toEqual({ b: 1, d: 4 });
    expect(valuesOf('a: &x {b: 1}\nc: &y {b: 2}\ne:\n  <<: *x\n  <<: *y')[0].e).toEqual({ b: 1 });
  });

  test('behind a field that it brings in too is an error, since readers differ in which counts', () => {
    expect(onlyFault('a: &x {b: 1}\nd:\n  b: 3\n  <<: *x')).toEqual({ message: "'b' is written before '<<', which brings it in too: put '<<' first", at: '<<: *x' });
  });

  test('that does not name an object is an error', () => {
    const refusal = { message: "'<<' takes an object, or a list of objects, by alias", at: expect.stringMatching(/^<</) };
    for (const source of ['1', '[[1]]', '', '[1, {a: b}, 2]', 'text']) { expect(onlyFault(`a: {<<: ${source}}`)).toEqual(refusal); }
  });

  test('in quotes is a field like others', () => {
    expect(valuesOf('"<<": 1')).toEqual([{ '<<': 1 }]);
  });

  test('does not hide that a field is written twice', () => {
    expect(onlyFault('a: &x {b: 1}\nd:\n  <<: *x\n  b: 3\n  b: 4').message).toContain("'b' is written twice");
  });
});

describe('a key that is no text', () => {
  const NOT_TEXT = 'a key must be plain text, not a list or an object; put {{ … }} and other text that starts with a bracket in quotes';

  test.each(['{a: b}: c', '[a]: b', '? {a: b}\n: c'])('%p is an error', text => {
    expect(onlyFault(text).message).toBe(NOT_TEXT);
  });

  test.each([': a', '~: a'])('%p has no key', text => {
    expect(onlyFault(text).message).toBe('a key is missing before the colon');
  });

  test('is told once each, and no more is said of it', () => {
    expect(faultsOf('{[a]: b, [c]: d}').map(({ message }) => message)).toEqual([NOT_TEXT, NOT_TEXT]);
  });
});
