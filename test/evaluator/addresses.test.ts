import { AddressesClause } from '../../src/cluster/cluster';
import { AddressSpace, atomsOf, edgesOf, holdsAtom } from '../../src/evaluator/address-space';
import { Cidr, FAMILY_RANGE, formatRange, parseAddress, parseCidr } from '../../src/k8s/address';

const cidr = (text: string) => parseCidr(text) as Cidr;
const spaceOf = (...blocks: string[]) => new AddressSpace(blocks.map(cidr).flatMap(edgesOf));
const ranges = (space: AddressSpace) => Array.from({ length: space.size }, (_, atom) => formatRange(space.range(atom)));
const ALL_IPV6 = '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

describe('the address space', () => {
  test('is one atom for each family if there are no blocks', () => {
    expect(ranges(spaceOf())).toEqual(['0.0.0.0-255.255.255.255', ALL_IPV6]);
  });

  test('is split at both edges of a block', () => {
    expect(ranges(spaceOf('10.0.0.0/8')).slice(0, 3)).toEqual(['0.0.0.0-9.255.255.255', '10.0.0.0-10.255.255.255', '11.0.0.0-255.255.255.255']);
  });

  test('is split at the first address of a block that ends with the last address', () => {
    expect(ranges(spaceOf('ff00::/8')).slice(1)).toEqual(['::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
  });

  test('has its atoms in ascending order, whatever the order of the blocks', () => {
    const blocks = ['10.0.0.0/8', '2.0.0.0/8', '2001:db8::/32', '::/32'];
    const atoms = [
      '0.0.0.0-1.255.255.255', '2.0.0.0-2.255.255.255', '3.0.0.0-9.255.255.255', '10.0.0.0-10.255.255.255', '11.0.0.0-255.255.255.255',
      '::-::ffff:ffff:ffff:ffff:ffff:ffff', '0:1::-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      '2001:db9::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ];
    expect(ranges(spaceOf(...blocks))).toEqual(atoms);
    expect(ranges(spaceOf(...blocks.reverse()))).toEqual(atoms);
  });

  test('is split once where blocks share an edge, and not at its own ends', () => {
    expect(ranges(spaceOf('0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '::/0'))).toEqual(['0.0.0.0-127.255.255.255', '128.0.0.0-255.255.255.255', ALL_IPV6]);
  });

  test('finds the atom of an address at each edge', () => {
    const space = spaceOf('10.0.0.0/8', '2001:db8::/32');
    const atomOf = (text: string) => space.atomOf(parseAddress(text)!);
    expect(['0.0.0.0', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0', '255.255.255.255'].map(atomOf)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(['::', '2001:db7:ffff::', '2001:db8::', '2001:db9::'].map(atomOf)).toEqual([3, 3, 4, 5]);
  });

  test('translates its atoms into those of a finer space', () => {
    const finer = spaceOf('1.0.0.0/8', '10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32');
    // The atoms start at 0.0.0.0, 10.0.0.0, 11.0.0.0, ::, 2001:db8:: and 2001:db9::. The last number is the end.
    expect([...spaceOf('10.0.0.0/8', '2001:db8::/32').numbersIn(finer)]).toEqual([0, 3, 6, 7, 8, 9, 10]);
    expect(finer.size).toBe(10);
  });

  test('knows the atoms of a range', () => {
    const space = spaceOf('10.0.0.0/8', '10.1.0.0/16');
    expect(space.atomsOf(cidr('10.0.0.0/8'))).toEqual({ first: 1, end: 4 });
    expect(space.atomsOf(FAMILY_RANGE.IPv4)).toEqual({ first: 0, end: 5 });
    expect(space.atomsOf(FAMILY_RANGE.IPv6)).toEqual({ first: 5, end: 6 });
  });
});

describe('the atoms of a block', () => {
  // Atom 0 ends at 9.255.255.255, atoms 1 to 7 are in 10.0.0.0/8, atom 8 starts at 11.0.0.0, and atom 9 is IPv6.
  const space = spaceOf('10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.64.0.0/10');
  const atoms = (block: string, except: string[] = [], within = space) =>
    atomsOf({ kind: 'addresses', path: [], block: cidr(block), except: except.map(cidr) } satisfies AddressesClause, within);

  test('are one interval without exceptions', () => {
    expect(atoms('10.0.0.0/8')).toEqual([1, 8]);
    expect(atoms('0.0.0.0/0')).toEqual([0, 9]);
  });

  test('are on both sides of each exception, whatever the order of the exceptions', () => {
    expect(atoms('10.0.0.0/8', ['10.1.0.0/16'])).toEqual([1, 2, 5, 8]);
    expect(atoms('10.0.0.0/8', ['10.1.0.0/16', '10.64.0.0/10'])).toEqual([1, 2, 5, 6, 7, 8]);
    expect(atoms('10.0.0.0/8', ['10.64.0.0/10', '10.1.0.0/16'])).toEqual([1, 2, 5, 6, 7, 8]);
  });

  test('leave out the wider one of two exceptions that overlap', () => {
    expect(atoms('10.0.0.0/8', ['10.1.2.0/24', '10.1.0.0/16'])).toEqual([1, 2, 5, 8]);
  });

  test('start after an exception at the start and end before an exception at the end', () => {
    const halves = spaceOf('10.0.0.0/8', '10.0.0.0/9');
    expect(atoms('10.0.0.0/8', ['10.0.0.0/9'], halves)).toEqual([2, 3]);
    expect(atoms('10.0.0.0/8', ['10.128.0.0/9'], halves)).toEqual([1, 2]);
    expect(atoms('10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/9'], halves)).toEqual([]);
  });

  test('hold an atom from the first of an interval to the one before its end', () => {
    const held = (text: string) => holdsAtom(atoms('10.0.0.0/8', ['10.1.0.0/16']), space.atomOf(parseAddress(text)!));
    expect(['9.255.255.255', '10.0.0.0', '10.1.0.0', '10.1.255.255', '10.2.0.0', '10.255.255.255', '11.0.0.0'].map(held))
      .toEqual([false, true, false, false, true, true, false]);
    expect(holdsAtom([], 0)).toBe(false);
  });
});
