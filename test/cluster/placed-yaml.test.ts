import { MAX_DEPTH } from '../../src/cluster/parsed-text';
import { parsePlacedYaml } from '../../src/cluster/placed-yaml';

const messages = (text: string) => parsePlacedYaml(text).faults.map(({ message }) => message);

describe('documents', () => {
  test('are parted by ---; those without content are skipped', () => {
    const { documents, faults } = parsePlacedYaml('# nothing\n---\na: 1\n---\n---\n# nothing\n--- # here\nb: 2\n...\n---\n');
    expect(faults).toEqual([]);
    expect(documents.map(({ value }) => Object.keys(value as object))).toEqual([['a'], ['b']]);
  });

  test('that hold null in so many letters are documents', () => {
    expect(parsePlacedYaml('null').documents).toHaveLength(1);
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

describe('what is wrong is said in one sentence', () => {
  test.each([
    ['a line that is indented by one too many', 'a: 1\n b: 2\n', 'not valid YAML'],
    ['a line that is indented by one too few', 'metadata:\n  name: x\n spec: y', 'indented other than its neighbours'],
    ['a tab', 'metadata:\n\tname: x', 'a tab indents this line'],
    ['a bracket that is not closed', 'a: {b: c\nd: e', '{ or [ above is not closed'],
    ['a quote that is not closed', 'a: "b\nc: d', 'a closing quote'],
    ['a second colon', 'a: b: c', 'a second colon on this line'],
    ['a missing colon', 'a: b\nc d\ne: f', 'be followed by a colon and a space'],
    ['a value that starts with @', 'a: @b', 'put it in quotes'],
    ['two values', 'a: "b" c', 'does not belong here'],
    ['a directive that is none, and no document', '%TAG\n', 'directive'],
    ['a missing comma', '{a: "b" "c": d}', 'does not belong here'],
    ['another code', 'a: "\\q"', 'invalid escape sequence'],
  ])('%s', (_name, text, sentence) => {
    expect(messages(text)).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('text that would keep the parser busy', () => {
  test.each([['lists', '['], ['objects', '{a: '], ['dashes', '- '], ['questions', '? ']])('that nests without end in %s is refused', (_name, opening) => {
    expect(messages(opening.repeat(200_000))).toEqual([`nests deeper than ${MAX_DEPTH} levels: no Kubernetes object does`]);
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
    expect(parsePlacedYaml(`[${list},${list}]`, limit)).toMatchObject({ documents: [], faults: [{ message: expect.stringContaining('give it as JSON') }] });
    expect(parsePlacedYaml(`---\n${list}`.repeat(10), limit).documents).toHaveLength(10);
  });

  test('with tens of thousands of fields in one object is read: fields are not compared each with each', () => {
    const { documents, faults } = parsePlacedYaml(Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(faults).toEqual([]);
    expect(Object.keys(documents[0].value as object)).toHaveLength(30_000);
  });
});
