/* eslint-disable no-bitwise */
import * as fc from 'fast-check';

/*
 * Blocks of addresses that overlap often: around a few addresses of each family, with any prefix length and with
 * exceptions that may overlap and contain each other. The code uses bits, and nothing of the tested code.
 */

interface Family {
  readonly bits: number;
  readonly around: readonly bigint[];
  /** Prefix lengths that are drawn most often: the limits, whole bytes, and one next to a whole byte. */
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
  // Without any abbreviation, so that no rule for `::` is needed.
  write: address => Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':'),
};

/** Addresses that many of the blocks contain. */
export const POD_ADDRESSES = ['10.0.0.1', '10.1.1.1', '2001:db8:1::1'];

/** The block with this prefix length that contains an address. */
function blockOf({ bits, write }: Family, address: bigint, length: number): string {
  const free = BigInt(bits - length);
  return `${write((address >> free) << free)}/${length}`;
}

function blocksOf(family: Family): fc.Arbitrary<{ cidr: string; except: string[] }> {
  const length = fc.oneof(fc.constantFrom(...family.lengths), fc.nat({ max: family.bits }));
  return fc.tuple(
    fc.constantFrom(...family.around), length,
    // For each exception: how much longer its prefix is, and which bit differs from the address.
    fc.array(fc.tuple(fc.nat({ max: family.bits }), fc.nat({ max: family.bits - 1 })), { maxLength: 3 }),
  ).map(([address, prefix, exceptions]) => ({
    cidr: blockOf(family, address, prefix),
    except: prefix === family.bits ? [] : exceptions.map(([longer, turn]) => {
      const inside = turn < prefix ? address : address ^ (1n << BigInt(family.bits - 1 - turn));
      return blockOf(family, inside, prefix + 1 + longer % (family.bits - prefix));
    }),
  }));
}

/** A block of either family with its exceptions. */
export const arbitraryBlock: fc.Arbitrary<{ cidr: string; except: string[] }> = fc.oneof(
  { weight: 2, arbitrary: blocksOf(IPV4) },
  { weight: 1, arbitrary: blocksOf(IPV6) },
);
