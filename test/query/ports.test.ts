import { ConnectionSet } from '../../src/evaluator/connections';
import { formatConnections } from '../../src/query/ports';

const on = (...ports: ['TCP' | 'UDP' | 'SCTP', number, number?][]) =>
  ConnectionSet.unionOf(ports.map(([protocol, first, last = first]) => ConnectionSet.range(protocol, first, last)));

test('the ports of a sentence are joined by "and", each with its protocol', () => {
  expect(formatConnections(on(['TCP', 2], ['UDP', 7]))).toBe('TCP 2 and UDP 7');
  expect(formatConnections(on(['TCP', 80], ['TCP', 443, 445], ['UDP', 53]))).toBe('TCP 80, TCP 443-445 and UDP 53');
});

test('every port, every port of a protocol and no port are words', () => {
  expect(formatConnections(ConnectionSet.ALL)).toBe('every port');
  expect(formatConnections(on(['TCP', 1, 65535], ['UDP', 53]))).toBe('every TCP port and UDP 53');
  expect(formatConnections(ConnectionSet.NONE)).toBe('no port');
});

test('of many ranges of ports, a sentence has the first few and how many more there are', () => {
  const odd = (count: number) => on(...Array.from({ length: count }, (_, i): ['TCP', number] => ['TCP', 2 * i + 1]));
  expect(formatConnections(odd(8))).toBe('TCP 1, TCP 3, TCP 5, TCP 7, TCP 9, TCP 11, TCP 13 and TCP 15');
  expect(formatConnections(odd(32_768))).toBe('TCP 1, TCP 3, TCP 5, TCP 7, TCP 9, TCP 11, TCP 13, TCP 15 and 32,760 more ranges');
});

test('names follow the numbers, and every port is also each that has a name', () => {
  expect(formatConnections(on(['TCP', 80], ['UDP', 53]), ['TCP http', 'TCP web'])).toBe('TCP 80, UDP 53, TCP http and TCP web');
  expect(formatConnections(ConnectionSet.NONE, ['TCP http'])).toBe('TCP http');
  expect(formatConnections(ConnectionSet.ALL, ['TCP http'])).toBe('every port');
});
