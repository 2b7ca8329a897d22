import * as fc from 'fast-check';
import { AddressRange, Cidr, cidrsOf, FAMILY_RANGE, familyOf, formatAddress, formatRange, parseAddress, parseCidr, subtractRanges } from '../../src/k8s/address';

const block = (text: string) => parseCidr(text) as Cidr;

describe('an address', () => {
  test.each(['0.0.0.0', '10.0.0.255', '255.255.255.255', '::', '::1', '2001:db8::8:800:200c:417a'])('%s is read and written the same', text => {
    expect(formatAddress(parseAddress(text)!)).toBe(text);
  });

  test.each(['10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1 ', '', 'a', '::ffff:10.0.0.1', 'fe80::1%eth0', '1::2::3', '0x7f.1'])('%p is none, as for the API server', text => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('IPv6 is written in its shortest form', () => {
    expect(formatAddress(parseAddress('2001:DB8:0:0:0:0:0:1')!)).toBe('2001:db8::1');
  });

  test.each([['::1.2.3.4', '::102:304'], ['64:ff9b::1.2.3.4', '64:ff9b::102:304'], ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a']])(
    'IPv6 may end like IPv4 without being it: %s', (text, groups) => {
      expect(formatAddress(parseAddress(text)!)).toBe(groups);
    });

  test.each(['::1.2.3.256', '::01.2.3.4', '::1.2.3', '1.2.3.4::', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3.4:5'])('IPv6 that ends in no IPv4 is none: %s', text => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('IPv6 lies behind all of IPv4', () => {
    expect(parseAddress('::')).toBe(parseAddress('255.255.255.255')! + 1n);
    expect(familyOf(parseAddress('255.255.255.255')!)).toBe('IPv4');
    expect(familyOf(parseAddress('::')!)).toBe('IPv6');
  });
});

describe('a CIDR block', () => {
  test('holds its first to its last address', () => {
    const { first, last, prefix } = block('10.1.0.0/16');
    expect(formatRange({ first, last })).toBe('10.1.0.0-10.1.255.255');
    expect(prefix).toBe(16);
  });

  test('::/0 is all of IPv6 and nothing of IPv4', () => {
    const { first, last, family } = block('::/0');
    expect({ first, last }).toEqual(FAMILY_RANGE.IPv6);
    expect(family).toBe('IPv6');
  });

  test('a single address is a block only with its prefix length', () => {
    expect(parseCidr('10.0.0.1')).toContain('write 10.0.0.1/32');
    expect(parseCidr('2001:db8::1')).toContain('write 2001:db8::1/128');
    expect(block('10.0.0.1/32').first).toBe(parseAddress('10.0.0.1'));
  });

  test('host bits are refused, and the block that was meant is named', () => {
    expect(parseCidr('10.0.0.1/8')).toContain('write 10.0.0.0/8');
    expect(parseCidr('2001:db8::1/64')).toContain('write 2001:db8::/64');
  });

  test.each([
    ['010.0.0.0/8', 'leading 0s'], ['10.0.0.0/08', 'leading 0s'], ['::ffff:10.0.0.0/104', 'IPv4-mapped'],
    ['10.0.0.0/33', 'valid CIDR'], ['::/129', 'valid CIDR'], ['10.0.0.0/', 'valid CIDR'], ['10.0.0.0/-1', 'valid CIDR'],
    [' 10.0.0.0/8', 'valid CIDR'], ['10.0.0.0/8/8', 'valid CIDR'], ['everywhere', 'valid CIDR'], ['10.0.0/8', 'valid CIDR'],
  ])('%p is refused', (text, reason) => {
    expect(parseCidr(text)).toContain(reason);
  });
});

describe('the fewest blocks of a range', () => {
  test('of one block is that block', () => {
    expect(cidrsOf(block('10.0.0.0/8'))).toEqual(['10.0.0.0/8']);
    expect(cidrsOf(FAMILY_RANGE.IPv6)).toEqual(['::/0']);
  });

  test('are as large as they can be', () => {
    const from = (first: string, last: string) => cidrsOf({ first: parseAddress(first)!, last: parseAddress(last)! });
    expect(from('0.0.0.1', '0.0.0.16')).toEqual(['0.0.0.1/32', '0.0.0.2/31', '0.0.0.4/30', '0.0.0.8/29', '0.0.0.16/32']);
    expect(from('11.0.0.0', '255.255.255.255')).toEqual(['11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2', '128.0.0.0/1']);
    expect(from('2001:db8::1', '2001:db8::2')).toEqual(['2001:db8::1/128', '2001:db8::2/128']);
  });

  test('cover it, without gap or overlap', () => {
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

describe('what is left of a range without others', () => {
  const left = (...others: string[]) => subtractRanges(block('10.0.0.0/8'), others.map(block)).map(formatRange);
  const ALL = '10.0.0.0-10.255.255.255';

  test.each<[string, string[], string[]]>([
    ['is all of it without any', [], [ALL]],
    ['is all of it where they lie beside it', ['9.0.0.0/8', '11.0.0.0/8', '::/0'], [ALL]],
    ['is nothing where one holds it', ['0.0.0.0/0'], []],
    ['is nothing where they hold it between them', ['10.128.0.0/9', '10.0.0.0/9'], []],
    ['is what lies before, between and behind them', ['10.2.0.0/16', '10.1.0.0/16', '10.4.0.0/16'], ['10.0.0.0-10.0.255.255', '10.3.0.0-10.3.255.255', '10.5.0.0-10.255.255.255']],
    ['is the same where one lies inside another', ['10.0.0.0/9', '10.1.0.0/16'], ['10.128.0.0-10.255.255.255']],
    ['is the same where two begin together', ['10.0.0.0/16', '10.0.0.0/9'], ['10.128.0.0-10.255.255.255']],
    ['begins behind one at its start and ends before one at its end', ['10.0.0.0/32', '10.255.255.255/32'], ['10.0.0.1-10.255.255.254']],
  ])('%s', (_, others, ranges) => {
    expect(left(...others)).toEqual(ranges);
  });
});
