import { AddressSpace, edgesOf } from '../../src/evaluator/address-space';
import { FAMILY_RANGE, formatRange, parseAddress, parseCidr, Cidr } from '../../src/k8s/address';

const cidr = (text: string) => parseCidr(text) as Cidr;

const spaceOf = (...blocks: string[]) => new AddressSpace(blocks.map(cidr).flatMap(edgesOf));

function atoms(...blocks: string[]): string[] {
  const space = spaceOf(...blocks);
  return Array.from({ length: space.size }, (_, atom) => formatRange(space.range(atom)));
}

describe('the address space', () => {
  test('is one atom a family where no block is mentioned', () => {
    expect(atoms()).toEqual(['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
  });

  test('is cut at both edges of a block', () => {
    expect(atoms('10.0.0.0/8').slice(0, 3)).toEqual(['0.0.0.0-9.255.255.255', '10.0.0.0-10.255.255.255', '11.0.0.0-255.255.255.255']);
  });

  test('is cut where a block begins that goes on to the end of all addresses', () => {
    expect(atoms('ff00::/8').slice(1)).toEqual(['::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
  });

  test('has its atoms in ascending order, in whichever order blocks are mentioned', () => {
    const blocks = ['10.0.0.0/8', '2.0.0.0/8', '2001:db8::/32', '::/32', 'fd00::/8'];
    expect(atoms(...blocks)).toEqual([
      '0.0.0.0-1.255.255.255', '2.0.0.0-2.255.255.255', '3.0.0.0-9.255.255.255', '10.0.0.0-10.255.255.255', '11.0.0.0-255.255.255.255',
      '::-::ffff:ffff:ffff:ffff:ffff:ffff', '0:1::-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      '2001:db9::-fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fe00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
    expect(atoms(...blocks.reverse())).toEqual(atoms(...blocks.reverse()));
  });

  test('is cut once where blocks share an edge, and not at its own ends', () => {
    expect(atoms('0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '::/0')).toEqual([
      '0.0.0.0-127.255.255.255', '128.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  test('finds the atom of an address at each edge', () => {
    const space = spaceOf('10.0.0.0/8', '2001:db8::/32');
    const atomOf = (text: string) => space.atomOf(parseAddress(text)!);
    expect(['0.0.0.0', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0', '255.255.255.255'].map(atomOf)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(['::', '2001:db7:ffff::', '2001:db8::', '2001:db9::'].map(atomOf)).toEqual([3, 3, 4, 5]);
  });

  test('says what its atoms are called in another space that has their edges too', () => {
    const space = spaceOf('10.0.0.0/8', '2001:db8::/32');
    const finer = spaceOf('1.0.0.0/8', '10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32');
    // 0.0.0.0, 10.0.0.0, 11.0.0.0, ::, 2001:db8::, 2001:db9::, and the end
    expect([...space.numbersIn(finer)]).toEqual([0, 3, 6, 7, 8, 9, 10]);
    expect(finer.size).toBe(10);
  });

  test('gives the run of atoms that a range covers', () => {
    const space = spaceOf('10.0.0.0/8', '10.1.0.0/16');
    expect(space.atomsOf(cidr('10.0.0.0/8'))).toEqual({ first: 1, end: 4 });
    expect(space.atomsOf(FAMILY_RANGE.IPv4)).toEqual({ first: 0, end: 5 });
    expect(space.atomsOf(FAMILY_RANGE.IPv6)).toEqual({ first: 5, end: 6 });
  });
});
