import * as fc from 'fast-check';
import {
  AddressRange, Cidr, cidrFix, cidrsOf, FAMILY_RANGE, familyOf, formatAddress, formatRange, parseAddress, parseCidr, subtractRanges,
} from '../../src/k8s/address';
import { PUBLIC_INTERNET } from '../../src/k8s/public-internet';

const block = (text: string) => parseCidr(text) as Cidr;

describe('an address', () => {
  test.each(['0.0.0.0', '10.0.0.255', '255.255.255.255', '::', '::1', '2001:db8::8:800:200c:417a'])('%s is read and formatted without a change', text => {
    expect(formatAddress(parseAddress(text)!)).toBe(text);
  });

  test.each(['10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1 ', '', 'a', '::ffff:10.0.0.1', 'fe80::1%eth0', '1::2::3', '0x7f.1'])('%p is not an address for the API server', text => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('an IPv6 address is formatted in its shortest form', () => {
    expect(formatAddress(parseAddress('2001:DB8:0:0:0:0:0:1')!)).toBe('2001:db8::1');
  });

  test.each([['::1.2.3.4', '::102:304'], ['64:ff9b::1.2.3.4', '64:ff9b::102:304'], ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a']])(
    'an IPv6 address may end in dotted form: %s', (text, groups) => {
      expect(formatAddress(parseAddress(text)!)).toBe(groups);
    });

  test.each(['::1.2.3.256', '::01.2.3.4', '::1.2.3', '1.2.3.4::', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3.4:5'])('an IPv6 address cannot have another dotted form: %s', text => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('the numbers of IPv6 addresses start after those of IPv4', () => {
    expect(parseAddress('::')).toBe(parseAddress('255.255.255.255')! + 1n);
    expect(familyOf(parseAddress('255.255.255.255')!)).toBe('IPv4');
    expect(familyOf(parseAddress('::')!)).toBe('IPv6');
  });
});

describe('a CIDR block', () => {
  test('is a range from its first to its last address', () => {
    const { first, last, prefix } = block('10.1.0.0/16');
    expect(formatRange({ first, last })).toBe('10.1.0.0-10.1.255.255');
    expect(prefix).toBe(16);
  });

  test('of ::/0 is all of IPv6 and nothing of IPv4', () => {
    const { first, last, family } = block('::/0');
    expect({ first, last }).toEqual(FAMILY_RANGE.IPv6);
    expect(family).toBe('IPv6');
  });

  test('can be a single address with the full prefix length', () => {
    expect(block('10.0.0.1/32').first).toBe(parseAddress('10.0.0.1'));
  });

  test.each([
    ['10.0.0.1', 'write 10.0.0.1/32 for this one address'], ['2001:db8::1', 'write 2001:db8::1/128 for this one address'],
    ['10.0.0.1/8', 'write 10.0.0.0/8'], ['2001:db8::1/64', 'write 2001:db8::/64'], ['010.0.0.0/08', 'write 10.0.0.0/8'],
    ['::ffff:10.0.0.0/104', undefined], ['10.0.0.0/33', undefined], ['everywhere', undefined],
  ])('that is written as %p has the fix %p', (text, fix) => {
    expect(typeof parseCidr(text)).toBe('string');
    expect(cidrFix(text)).toBe(fix);
  });

  test.each([
    ['10.0.0.1', 'valid CIDR'], ['10.0.0.1/8', 'bits set beyond the prefix'], ['010.0.0.0/8', 'leading 0s'], ['10.0.0.0/08', 'leading 0s'], ['::ffff:10.0.0.0/104', 'IPv4-mapped'],
    ['10.0.0.0/33', 'valid CIDR'], ['::/129', 'valid CIDR'], ['10.0.0.0/', 'valid CIDR'], ['10.0.0.0/-1', 'valid CIDR'],
    [' 10.0.0.0/8', 'valid CIDR'], ['10.0.0.0/8/8', 'valid CIDR'], ['everywhere', 'valid CIDR'], ['10.0.0/8', 'valid CIDR'],
  ])('cannot be %p', (text, reason) => {
    expect(parseCidr(text)).toContain(reason);
  });
});

describe('a range is covered by the fewest blocks', () => {
  test('a block is covered by itself', () => {
    expect(cidrsOf(block('10.0.0.0/8'))).toEqual(['10.0.0.0/8']);
    expect(cidrsOf(FAMILY_RANGE.IPv6)).toEqual(['::/0']);
  });

  test('every block is as large as possible', () => {
    const from = (first: string, last: string) => cidrsOf({ first: parseAddress(first)!, last: parseAddress(last)! });
    expect(from('0.0.0.1', '0.0.0.16')).toEqual(['0.0.0.1/32', '0.0.0.2/31', '0.0.0.4/30', '0.0.0.8/29', '0.0.0.16/32']);
    expect(from('11.0.0.0', '255.255.255.255')).toEqual(['11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2', '128.0.0.0/1']);
    expect(from('2001:db8::1', '2001:db8::2')).toEqual(['2001:db8::1/128', '2001:db8::2/128']);
  });

  test('the blocks have no gap and no overlap', () => {
    const address = fc.bigInt({ min: 0n, max: FAMILY_RANGE.IPv4.last });
    fc.assert(fc.property(address, address, (a, b) => {
      const range: AddressRange = a < b ? { first: a, last: b } : { first: b, last: a };
      let next = range.first;
      for (const text of cidrsOf(range)) {
        const { first, last } = block(text);
        expect(first).toBe(next);
        next = last + 1n;
      }
      expect(next).toBe(range.last + 1n);
    }));
  });
});

describe('a range without other ranges', () => {
  const left = (...others: string[]) => subtractRanges(block('10.0.0.0/8'), others.map(block)).map(formatRange);
  const ALL = '10.0.0.0-10.255.255.255';

  test.each<[string, string[], string[]]>([
    ['is the whole range if there are none', [], [ALL]],
    ['is the whole range if they are outside it', ['9.0.0.0/8', '11.0.0.0/8', '::/0'], [ALL]],
    ['is empty if one of them contains it', ['0.0.0.0/0'], []],
    ['is empty if they cover it together', ['10.128.0.0/9', '10.0.0.0/9'], []],
    ['is what is before, between and after them', ['10.2.0.0/16', '10.1.0.0/16', '10.4.0.0/16'], ['10.0.0.0-10.0.255.255', '10.3.0.0-10.3.255.255', '10.5.0.0-10.255.255.255']],
    ['ignores a range inside another one', ['10.0.0.0/9', '10.1.0.0/16'], ['10.128.0.0-10.255.255.255']],
    ['ignores a range that starts with a longer one', ['10.0.0.0/16', '10.0.0.0/9'], ['10.128.0.0-10.255.255.255']],
    ['loses its first and its last address', ['10.0.0.0/32', '10.255.255.255/32'], ['10.0.0.1-10.255.255.254']],
  ])('%s', (_, others, ranges) => {
    expect(left(...others)).toEqual(ranges);
  });
});

describe('the public internet', () => {
  function contains(text: string): boolean {
    const address = parseAddress(text)!;
    const isIn = (cidr: string) => block(cidr).first <= address && address <= block(cidr).last;
    return PUBLIC_INTERNET.some(({ ipBlock }) => isIn(ipBlock!.cidr) && !ipBlock!.except!.some(isIn));
  }

  test.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '168.63.129.15', '223.255.255.255', '2606:4700::1111', '2001:4860::8888', '2a00::1'])(
    'contains %s', address => {
      expect(contains(address)).toBe(true);
    });

  test.each([
    ['0.0.0.1', 'this network'],
    ['10.1.2.3', 'private'], ['172.16.0.1', 'private'], ['172.31.255.255', 'private'], ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'], ['100.100.100.200', 'a metadata service in carrier-grade NAT'],
    ['127.0.0.1', 'loopback'],
    ['169.254.0.1', 'link-local'], ['169.254.169.254', 'the metadata service'],
    ['168.63.129.16', 'the host of a cloud'],
    ['192.0.0.192', 'protocol assignments'],
    ['192.0.2.1', 'documentation'], ['198.51.100.1', 'documentation'], ['203.0.113.1', 'documentation'],
    ['192.88.99.1', '6to4 relays'],
    ['198.19.255.255', 'benchmarks'],
    ['224.0.0.1', 'multicast'], ['240.0.0.1', 'reserved'], ['255.255.255.255', 'broadcast'],
    ['::1', 'loopback'], ['fd00:ec2::254', 'private'], ['fe80::1', 'link-local'], ['ff02::1', 'multicast'],
    ['64:ff9b::a00:1', 'NAT64'],
    ['2001:0:a00:1::1', 'Teredo'], ['2001:db8::1', 'documentation'], ['3fff::1', 'documentation'],
    ['2002:a00:1::1', '6to4 of 10.0.0.1'],
  ])('does not contain %s (%s)', address => {
    expect(contains(address)).toBe(false);
  });
});
