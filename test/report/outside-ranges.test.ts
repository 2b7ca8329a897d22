import { ConnectionSet } from '../../src/evaluator/connections';
import { AddressRange, parseAddress, parseCidr, subtractRanges, PUBLIC_INTERNET } from '../../src/k8s/address';
import { outsideRangeOf } from '../../src/query/connectivity';
import { groupOutside, rangesLabel } from '../../src/report/private/outside-ranges';

const HTTPS = ConnectionSet.range('TCP', 443, 443);
const HTTP = ConnectionSet.range('TCP', 80, 80);

function cidr(text: string): AddressRange {
  const block = parseCidr(text);
  if (typeof block === 'string') { throw new Error(block); }
  return { first: block.first, last: block.last };
}

function groups(...rows: [string, string, ConnectionSet][]): Record<string, string> {
  return Object.fromEntries(groupOutside(rows.map(([block, workload, connections]) => ({ range: cidr(block), workload, connections })))
    .map(({ label, connections }) => [label, [...connections].map(([workload, c]) => `${workload} ${c}`).sort().join('; ')]));
}

test('names of outside ranges are read back, those of workloads are not', () => {
  expect(outsideRangeOf('10.0.0.0-10.255.255.255[External]')).toEqual(cidr('10.0.0.0/8'));
  expect(outsideRangeOf('2001:db8::-2001:db8::ff[External]')?.first).toBe(parseAddress('2001:db8::'));
  expect(outsideRangeOf('app/a-b[Deployment]')).toBeUndefined();
});

test('ranges that overlap are cut, so that no group says of an address what is not so', () => {
  expect(groups(['0.0.0.0/0', 'a', HTTPS], ['10.0.0.0/8', 'b', HTTP])).toEqual({
    'any IPv4 address but 10.0.0.0/8': 'a TCP 443',
    '10.0.0.0/8': 'a TCP 443; b TCP 80',
  });
});

test('addresses that lie apart and are treated alike are one group', () => {
  expect(groups(['10.0.0.0/8', 'a', HTTPS], ['192.168.0.0/16', 'a', HTTPS])).toEqual({ '10.0.0.0/8, 192.168.0.0/16': 'a TCP 443' });
});

test('neighbours of different connections stay apart, those of the same are joined', () => {
  expect(groups(['10.0.0.0/9', 'a', HTTPS], ['10.128.0.0/9', 'a', HTTP])).toEqual({ '10.0.0.0/9': 'a TCP 443', '10.128.0.0/9': 'a TCP 80' });
  expect(groups(['10.0.0.0/9', 'a', HTTPS], ['10.128.0.0/9', 'a', HTTPS])).toEqual({ '10.0.0.0/8': 'a TCP 443' });
});

test('IPv4 and IPv6 meet at no border', () => {
  expect(groups(['0.0.0.0/0', 'a', HTTPS], ['::/0', 'a', HTTPS])).toEqual({ 'any address': 'a TCP 443' });
  expect(groups(['255.0.0.0/8', 'a', HTTPS], ['::/8', 'a', HTTPS])).toEqual({ '255.0.0.0/8, ::/8': 'a TCP 443' });
});

test.each([
  [['0.0.0.0/0'], 'any IPv4 address'],
  [['::/0'], 'any IPv6 address'],
  [['10.1.2.3/32'], '10.1.2.3/32'],
])('%j is called %s', (blocks, label) => {
  expect(rangesLabel(blocks.map(cidr))).toBe(label);
});

test('a range that many blocks would make up is written from first to last', () => {
  expect(rangesLabel([{ first: parseAddress('10.0.0.1')!, last: parseAddress('10.0.0.14')! }])).toBe('10.0.0.1-10.0.0.14');
});

test('what Peer.publicInternet stands for is called so, of one family or of both', () => {
  const [four, six] = PUBLIC_INTERNET.map(({ ipBlock }) => subtractRanges(cidr(ipBlock!.cidr), ipBlock!.except!.map(cidr)));
  expect(rangesLabel([...four, ...six])).toBe('the public internet');
  expect(rangesLabel(four)).toBe('the public IPv4 internet');
  expect(rangesLabel(four.slice(1))).not.toContain('public');
});
