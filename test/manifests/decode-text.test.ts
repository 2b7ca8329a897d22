import { decodeText } from '../../src/manifests/read-text';

test('UTF-8 is read, with and without a byte-order mark', () => {
  expect(decodeText(Buffer.from('name: jürgen'))).toEqual({ text: 'name: jürgen' });
  expect(decodeText(Buffer.from('\ufeffa: b'))).toEqual({ text: 'a: b' });
  expect(decodeText('\ufeffa: b')).toEqual({ text: 'a: b' });
});

test('a byte-order mark is one at the beginning only', () => {
  expect(decodeText('a: \ufeffb')).toEqual({ text: 'a: \ufeffb' });
});

test('tabs and Windows line ends are text', () => {
  expect(decodeText(Buffer.from('a:\tb\r\n')).fault).toBeUndefined();
});

test('UTF-16 is named, and what to do about it', () => {
  for (const content of [Buffer.from('\ufeffa: b', 'utf16le'), Buffer.from([0xfe, 0xff, 0, 0x61])]) {
    expect(decodeText(content)).toEqual({ text: '', fault: { offset: 0, message: 'this file is in UTF-16: save it as UTF-8' } });
  }
});

test.each([[[0xff, 0x61]], [[0x61, 0xfe]], [[0xfe, 0x61]], [[0x61, 0xff]]])('the bytes %j alone are not taken for UTF-16', bytes => {
  expect(decodeText(Buffer.from(bytes)).fault!.message).toContain('not a text file in UTF-8');
});

test('bytes that are no UTF-8 are refused where they stand', () => {
  const { fault } = decodeText(Buffer.from('a: b\xe9c', 'latin1'));
  expect(fault).toEqual({ offset: 4, message: expect.stringContaining('not a text file in UTF-8') });
});

test('a character that UTF-8 uses for what it can not read may be written', () => {
  expect(decodeText(Buffer.from('a: \ufffd')).fault).toBeUndefined();
});

test.each([['NUL', '\u0000'], ['escape', '\u001b'], ['bell', '\u0007']])('%s is no text', (_name, character) => {
  expect(decodeText(`a: b${character}`).fault).toEqual({ offset: 4, message: expect.stringContaining('control character') });
});

test('a control character is named by its number, wherever it stands', () => {
  expect(decodeText('\u0007').fault).toEqual({ offset: 0, message: expect.stringMatching(/^a control character \(0x07\), which no YAML and no JSON has; this is not/) });
  expect(decodeText('\u001b').fault!.message).toContain('(0x1b)');
});
