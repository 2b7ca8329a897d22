import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors, labelValueErrors, portNameErrors, portNumberErrors } from '../../src/k8s/names';

const a = (length: number) => 'a'.repeat(length);

describe.each<[string, (text: string) => readonly string[], readonly string[], readonly string[]]>([
  ['the name of a namespace', dnsLabelErrors, ['app', '0-a', a(63)], ['', 'App', 'a.b', '-a', 'a-', 'a_b', a(64)]],
  ['the name of most objects', dnsSubdomainErrors, ['a.b', 'allow-dns', a(253)], ['', 'a..b', 'a.-b', 'A', a(254), 'a b']],
  [
    'the key of a label', labelKeyErrors, ['app', 'App', 'a_b.c-d', 'example.com/app', `${a(253)}/x`, a(63)],
    ['', '/a', 'a/', 'a/b/c', 'a b', '-a', 'Example.com/app', a(64), `x/${a(64)}`],
  ],
  ['the value of a label', labelValueErrors, ['', 'a', 'A_b.c-1', a(63)], ['-x', 'x-', 'a b', 'a/b', a(64), 'ä']],
  ['the name of a port', portNameErrors, ['http', 'a', '0a', 'abcdefghijklmno'], ['', '80', 'HTTP', 'a--b', '-a', 'a-', 'abcdefghijklmnop', 'a_b']],
])('%s', (_what, check, valid, invalid) => {
  test.each(valid)('can be %p', text => expect(check(text)).toEqual([]));

  test.each(invalid)('cannot be %p, however often it is checked', text => {
    expect(check(text)).not.toEqual([]);
    expect(check(text)).toEqual(check(text));
  });
});

test('an empty key of a label has two errors, as in the API server: for its length and for its format', () => {
  expect(labelKeyErrors('')).toHaveLength(2);
});

test('the number of a port is an integer from 1 to 65535', () => {
  for (const port of [1, 80, 65535]) { expect(portNumberErrors(port)).toEqual([]); }
  for (const port of [0, -1, 65536, 80.5, NaN]) { expect(portNumberErrors(port)).toEqual(['must be between 1 and 65535, inclusive']); }
});
