import { MAX_DEPTH } from '../../src/manifests/private/parsed-text';
import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';

const messages = (text: string) => parsePlacedYaml(text).faults.map(({ message }) => message);

describe('documents', () => {
  test('are parted by ---; those without content are skipped', () => {
    const { documents, faults } = parsePlacedYaml('# nothing\n---\na: 1\n---\n---\n# nothing\n--- # here\nb: 2\n...\n---\n');
    expect(faults).toEqual([]);
    expect(documents.map(({ value }) => Object.keys(value as object))).toEqual([['a'], ['b']]);
  });

  test('that hold null in so many letters are documents', () => {
    expect(parsePlacedYaml('null').documents).toHaveLength(1);
    expect(parsePlacedYaml('--- !!str\n').documents).toHaveLength(1);
    expect(parsePlacedYaml('').documents).toHaveLength(0);
  });

  test('that are too many to be read in good time are refused, however small each is', () => {
    const text = 'kind: x\n---\n'.repeat(10);
    expect(parsePlacedYaml(text, undefined, text.length).documents).toHaveLength(10);
    expect(parsePlacedYaml(text, undefined, text.length - 1)).toMatchObject({
      documents: [], faults: [{ offset: 0, message: expect.stringMatching(/^this text is too large to be read as YAML: give it as JSON/) }],
    });
  });

  test('with Windows line ends are read', () => {
    expect(parsePlacedYaml('a: |\r\n  x\r\nb: 1\r\n').documents[0].value).toEqual(Object.assign(Object.create(null), { a: 'x\n', b: 1 }));
  });

  test('with a %YAML directive are read as all others', () => {
    expect(parsePlacedYaml('%YAML 1.2\n---\na: yes').documents[0].value).toEqual(Object.assign(Object.create(null), { a: true }));
  });

  test('that are sound are read, though others of the file are not', () => {
    const { documents, faults } = parsePlacedYaml('a: 1\n---\nb: [\n---\nc: 3');
    expect(documents.map(({ value }) => Object.keys(value as object))).toEqual([['a'], ['c']]);
    expect(faults).toHaveLength(1);
  });

  test('know where they start', () => {
    expect(parsePlacedYaml('# x\n\na: 1\n---\nb: 2').documents.map(({ offset }) => offset)).toEqual([5, 14]);
  });
});

describe('a place', () => {
  const text = '# c\n---\na: {b: [c, d]}\n---\nx: [\n---\n\n---\ne:\n  f: g\n---\nh: i\n---\nx: [\n---\ny: [';
  const { documents, locate } = parsePlacedYaml(text);
  const at = (index: number, path: (string | number)[]) => text.slice(locate(index, path)).split('\n')[0];

  test('is found in the document that is meant, though others are empty or not sound', () => {
    expect(documents).toHaveLength(3);
    expect([at(0, ['a', 'b', 1]), at(1, ['e', 'f']), at(2, ['h'])]).toEqual(['d]}', 'f: g', 'h: i']);
  });

  test('of no field is where the document starts', () => {
    expect([at(0, []), at(1, []), at(2, [])]).toEqual(['a: {b: [c, d]}', 'e:', 'h: i']);
  });

  test('of a field that is not there is that of the nearest one above', () => {
    expect([at(0, ['a', 'b', 7]), at(1, ['e', 'z']), at(1, ['h'])]).toEqual(['b: [c, d]}', 'e:', 'e:']);
  });

  test('in a text of one document is found too', () => {
    expect(parsePlacedYaml('a: b\nc: d').locate(0, ['c'])).toBe(5);
  });
});

describe('what is wrong is said in one sentence, and where it is', () => {
  const UNCLOSED = 'a { or [ above is not closed before this line';
  const COLON = 'a second colon on this line, or a missing line break; put a value that has a colon and a space in it in quotes';
  const NO_COLON = 'a key must be followed by a colon and a space; see whether one is missing here';
  const LONG_KEY = 'a key must be on one line, and be followed by a colon and a space; see whether one is missing, here or above';
  const UNEXPECTED = "this does not belong here; see whether a quote, a bracket, a '- ' or a line break is missing, here or above";
  const MISSING = 'a closing quote or bracket, a comma, or the space after a colon is missing here or above';

  test.each<[string, string, number, string]>([
    ['a line that is indented by one too many', 'a: 1\n b: 2\n', 3, COLON],
    ['a line that is indented by one too few', 'metadata:\n  name: x\n spec: y', 20, 'this line is indented other than its neighbours; the fields of one object start in one column'],
    ['a tab', 'metadata:\n\tname: x', 10, 'a tab indents this line; write spaces'],
    ['a brace that is not closed', 'a: {b: c\nd: e', 9, UNCLOSED],
    ['a list of lines in braces', 'a: {\n- b\n}', 5, UNCLOSED],
    ['a dash in braces', '{- b}', 1, UNCLOSED],
    ['a quote that is not closed', 'a: "b\nc: d', 10, MISSING],
    ['a bracket that is not closed', '[a, b', 5, MISSING],
    ['a second colon', 'a: b: c', 3, COLON],
    ['a missing colon', 'a: b\nc d\ne: f', 5, NO_COLON],
    ['a key over several lines', 'a: b\nc\n d: e', 5, LONG_KEY],
    ['a very long key', `a: b\n${'x'.repeat(1100)}: c`, 5, LONG_KEY],
    ['a value that starts with @', 'a: @b', 3, 'a value can not start with this character; put it in quotes'],
    ['two values', 'a: "b" c', 7, UNEXPECTED],
    ['a missing comma', '{a: "b" "c": d}', 8, UNEXPECTED],
    ['another mistake, in the words of the parser', 'a: "\\q"', 4, 'invalid escape sequence \\q'],
    ['a directive that is none, and no document', '%TAG\n', 0, '%TAG directive should contain exactly two parts'],
  ])('%s', (_name, text, offset, sentence) => {
    expect(parsePlacedYaml(text).faults).toEqual([{ offset, message: `not valid YAML: ${sentence}` }]);
  });

  test('of values three times in a document', () => {
    const twice = (offset: number) => ({ offset, message: "'a' is written twice in one object: remove one, or check the indentation" });
    expect(parsePlacedYaml('a: 1\na: 2\na: 3\na: 4\na: 5')).toMatchObject({ documents: [], faults: [twice(5), twice(10), twice(15)] });
  });
});

describe('text that would keep the parser busy', () => {
  test.each([['lists', '[', 500], ['objects', '{a: ', 1997], ['dashes', '- ', 999], ['questions', '? ', 999]])('that nests without end in %s is refused', (_name, opening, offset) => {
    const { documents, faults } = parsePlacedYaml(opening.repeat(200_000));
    expect(documents).toEqual([]);
    expect(faults).toEqual([{ offset, message: `nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does` }]);
  });

  test('that nests as deep as is allowed is read', () => {
    expect(parsePlacedYaml(`${'['.repeat(MAX_DEPTH - 5)}1${']'.repeat(MAX_DEPTH - 5)}`).documents).toHaveLength(1);
  });

  test('with one mistake over and over is given up on', () => {
    expect(messages('a: b: c\n---\n'.repeat(2000))).toHaveLength(50);
  });

  test('of one document with too many parts is refused, and told of JSON; many documents are not one', () => {
    const list = '[1, 2, 3]\n';
    const limit = 20;
    expect(parsePlacedYaml(list.repeat(1), limit).faults).toEqual([]);
    expect(parsePlacedYaml(`[${list},${list}]`, limit)).toMatchObject({
      documents: [],
      faults: [{ offset: 16, message: "this document is too large to be read as YAML: give it as JSON, as 'kubectl get -o json' writes it, or split it" }],
    });
    expect(parsePlacedYaml(`---\n${list}`.repeat(10), limit).documents).toHaveLength(10);
  });

  test('with tens of thousands of fields in one object is read: fields are not compared each with each', () => {
    const { documents, faults } = parsePlacedYaml(Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(faults).toEqual([]);
    expect(Object.keys(documents[0].value as object)).toHaveLength(30_000);
  });
});
