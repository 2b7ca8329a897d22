import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors, labelValueErrors, portNameErrors, portNumberErrors } from '../../src/k8s/names';

const a = (length: number) => 'a'.repeat(length);

function valid(check: (text: string) => readonly string[], ...texts: string[]) {
  test.each(texts)('%p is valid', text => expect(check(text)).toEqual([]));
}

function invalid(check: (text: string) => readonly string[], ...texts: string[]) {
  test.each(texts)('%p is not', text => expect(check(text)).not.toEqual([]));
}

describe('a namespace', () => {
  valid(dnsLabelErrors, 'app', '0-a', a(63));
  invalid(dnsLabelErrors, '', 'App', 'a.b', '-a', 'a-', 'a_b', a(64));
});

describe('the name of most objects', () => {
  valid(dnsSubdomainErrors, 'a.b', 'allow-dns', a(253));
  invalid(dnsSubdomainErrors, '', 'a..b', 'a.-b', 'A', a(254), 'a b');
});

describe("a label's key", () => {
  valid(labelKeyErrors, 'app', 'App', 'a_b.c-d', 'example.com/app', `${a(253)}/x`, a(63));
  invalid(labelKeyErrors, '', '/a', 'a/', 'a/b/c', 'a b', '-a', 'Example.com/app', a(64), `x/${a(64)}`);

  test('with an empty name is told so, and told of the form, as by the API server', () => {
    expect(labelKeyErrors('')).toHaveLength(2);
  });
});

describe("a label's value", () => {
  valid(labelValueErrors, '', 'a', 'A_b.c-1', a(63));
  invalid(labelValueErrors, '-x', 'x-', 'a b', 'a/b', a(64), 'ä');
});

describe("a port's name", () => {
  valid(portNameErrors, 'http', 'a', '0a', 'abcdefghijklmno');
  invalid(portNameErrors, '', '80', 'HTTP', 'a--b', '-a', 'a-', 'abcdefghijklmnop', 'a_b');
});

describe("a port's number", () => {
  test('is a whole one from 1 to 65535', () => {
    for (const port of [1, 80, 65535]) { expect(portNumberErrors(port)).toEqual([]); }
    for (const port of [0, -1, 65536, 80.5, NaN]) { expect(portNumberErrors(port)).toEqual(['must be between 1 and 65535, inclusive']); }
  });
});
