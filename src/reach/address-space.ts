import { AddressRange, FAMILY_RANGE } from '../api/address';

/**
 * The address space, cut into atoms at the edges of every block that a policy mentions: no policy
 * tells two addresses of one atom apart. Atoms are numbered from 0 in ascending order, IPv4 first.
 */
export class AddressSpace {
  /** The first address of each atom, ascending. */
  private readonly starts: readonly bigint[];

  /** Cuts the space at the edges of these ranges. */
  constructor(ranges: Iterable<AddressRange>) {
    const starts = new Set([FAMILY_RANGE.IPv4.first, FAMILY_RANGE.IPv6.first]);
    for (const { first, last } of ranges) {
      starts.add(first);
      if (last < FAMILY_RANGE.IPv6.last) { starts.add(last + 1n); }
    }
    this.starts = [...starts].sort((a, b) => a < b ? -1 : 1);
  }

  /** The number of atoms. */
  public get size(): number { return this.starts.length; }

  /** The addresses of an atom. */
  public range(atom: number): AddressRange {
    return {
      first: this.starts[atom],
      last: atom + 1 < this.starts.length ? this.starts[atom + 1] - 1n : FAMILY_RANGE.IPv6.last,
    };
  }

  /** The atom that an address is in. */
  public atomOf(address: bigint): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= address) { low = middle; } else { high = middle - 1; }
    }
    return low;
  }

  /** The first atom that a range touches, and the one after the last. */
  public atomsOf(range: AddressRange): { first: number; end: number } {
    return { first: this.atomOf(range.first), end: this.atomOf(range.last) + 1 };
  }
}
