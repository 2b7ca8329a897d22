/* eslint-disable no-bitwise */
import * as fc from 'fast-check';

/*
 * Blocks of addresses that meet: around a few addresses of each family, of any length, each with holes
 * inside, which may overlap and lie inside each other. Written by bits, without the code that is tested.
 */

interface Family {
  readonly bits: number;
  readonly around: readonly bigint[];
  /** Lengths that are met most: both ends, whole bytes, and one beside. */
  readonly lengths: readonly number[];
  readonly write: (address: bigint) => string;
}

const IPV4: Family = {
  bits: 32,
  around: [0x0a000001n, 0x0a010101n, 0xc0a8ffffn],
  lengths: [0, 1, 8, 9, 16, 24, 31, 32],
  write: address => [24n, 16n, 8n, 0n].map(shift => (address >> shift) & 0xffn).join('.'),
};

const IPV6: Family = {
  bits: 128,
  around: [0x20010db8000100000000000000000001n, 0xfd00000000000000000000000000ffffn],
  lengths: [0, 1, 8, 32, 48, 64, 127, 128],
  // In full: one of many ways to write it, and the one that needs no rule.
  write: address => Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':'),
};

/** Addresses in the midst of those blocks. */
export const POD_ADDRESSES = ['10.0.0.1', '10.1.1.1', '2001:db8:1::1'];

/** The block of so many leading bits around an address. */
function blockOf({ bits, write }: Family, address: bigint, length: number): string {
  const free = BigInt(bits - length);
  return `${write((address >> free) << free)}/${length}`;
}

function blocksOf(family: Family): fc.Arbitrary<{ cidr: string; except: string[] }> {
  const length = fc.oneof(fc.constantFrom(...family.lengths), fc.nat({ max: family.bits }));
  return fc.tuple(
    fc.constantFrom(...family.around), length,
    // A hole: how much longer it is, and at which bit it turns away from the address.
    fc.array(fc.tuple(fc.nat({ max: family.bits }), fc.nat({ max: family.bits - 1 })), { maxLength: 3 }),
  ).map(([address, prefix, holes]) => ({
    cidr: blockOf(family, address, prefix),
    except: prefix === family.bits ? [] : holes.map(([longer, turn]) => {
      const inside = turn < prefix ? address : address ^ (1n << BigInt(family.bits - 1 - turn));
      return blockOf(family, inside, prefix + 1 + longer % (family.bits - prefix));
    }),
  }));
}

/** A block with its holes, in either family. */
export const arbitraryBlock: fc.Arbitrary<{ cidr: string; except: string[] }> = fc.oneof(
  { weight: 2, arbitrary: blocksOf(IPV4) },
  { weight: 1, arbitrary: blocksOf(IPV6) },
);
