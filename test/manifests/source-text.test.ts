import { SourceText } from '../../src/manifests/read-text';

test('lines and columns are counted from one, as editors count', () => {
  const source = new SourceText('a.yaml', 'ab\r\n\ncd');
  expect(source.placeAt(0)).toEqual({ file: 'a.yaml', line: 1, column: 1 });
  expect(source.placeAt(1)).toEqual({ file: 'a.yaml', line: 1, column: 2 });
  expect(source.placeAt(4)).toEqual({ file: 'a.yaml', line: 2, column: 1 });
  expect(source.placeAt(6)).toEqual({ file: 'a.yaml', line: 3, column: 2 });
  expect(source.placeAt(7)).toEqual({ file: 'a.yaml', line: 3, column: 3 });
});

test('a text may begin with an empty line', () => {
  expect(new SourceText('a.yaml', '\nab').placeAt(2)).toEqual({ file: 'a.yaml', line: 2, column: 2 });
});

test('a text of one line, or of none, has a first line', () => {
  expect(new SourceText('-', '').placeAt(0)).toEqual({ file: '-', line: 1, column: 1 });
});
