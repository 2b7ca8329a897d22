import { decodeText } from '../../src/cluster/decode-text';

test('UTF-8 is read, with and without a byte-order mark', () => {
  expect(decodeText(Buffer.from('name: jürgen'))).toEqual({ text: 'name: jürgen' });
  expect(decodeText(Buffer.from('\ufeffa: b'))).toEqual({ text: 'a: b' });
  expect(decodeText('\ufeffa: b')).toEqual({ text: 'a: b' });
});

test('tabs and Windows line ends are text', () => {
  expect(decodeText(Buffer.from('a:\tb\r\n')).fault).toBeUndefined();
});

test('UTF-16 is named, and what to do about it', () => {
  for (const content of [Buffer.from('\ufeffa: b', 'utf16le'), Buffer.from([0xfe, 0xff, 0, 0x61])]) {
    expect(decodeText(content).fault!.message).toBe('this file is in UTF-16: save it as UTF-8');
  }
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
