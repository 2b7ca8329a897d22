import { AddressesClause } from '../cluster/cluster';
import { AddressRange, FAMILY_RANGE } from '../k8s/address';

/** The first address of an atom. IPv4 addresses are numbers, because numbers sort and compare many times faster than bigints. */
export type BlockEdge = number | bigint;

const IPV6_FIRST = FAMILY_RANGE.IPv6.first;

/** The edges of a range: its first address, and the address after its last, if there is one. */
export function edgesOf({ first, last }: AddressRange): BlockEdge[] {
  return last === FAMILY_RANGE.IPv6.last ? [edge(first)] : [edge(first), edge(last + 1n)];
}

function edge(address: bigint): BlockEdge {
  return address < IPV6_FIRST ? Number(address) : address;
}

/**
 * The address space, split into atoms at the edges of every block that a policy mentions. No policy can tell two addresses of an atom apart
 * (the atomic predicates of network verification). Atoms are numbered from 0 in ascending order, IPv4 first.
 */
export class AddressSpace {
  /** The first address of each atom of IPv4, ascending. */
  private readonly four: Float64Array;

  /** The first address of each atom of IPv6, ascending. */
  private readonly six: readonly bigint[];

  /** Splits the space before each of these addresses. */
  constructor(edges: Iterable<BlockEdge>) {
    const four = new Set([0]);
    const six = new Set([IPV6_FIRST]);
    for (const at of edges) {
      if (typeof at === 'number') { four.add(at); } else { six.add(at); }
    }
    this.four = Float64Array.from(four).sort();
    this.six = [...six].sort((a, b) => a < b ? -1 : 1);
  }

  /** The number of atoms. */
  public get size(): number { return this.four.length + this.six.length; }

  /** The addresses of an atom. */
  public range(atom: number): AddressRange {
    return { first: this.start(atom), last: atom + 1 < this.size ? this.start(atom + 1) - 1n : FAMILY_RANGE.IPv6.last };
  }

  /** The atom of an address. */
  public atomOf(address: bigint): number {
    return address < IPV6_FIRST ? lastUpTo(this.four, Number(address)) : this.four.length + lastUpTo(this.six, address);
  }

  /** The first atom that overlaps a range, and the atom after the last. */
  public atomsOf(range: AddressRange): { first: number; end: number } {
    return { first: this.atomOf(range.first), end: this.atomOf(range.last) + 1 };
  }

  /**
   * For each atom of this space, the atom of another space that contains its first address, and the size of the other space at the end. This
   * translates an interval of atoms whose edges are edges in both spaces.
   */
  public numbersIn(other: AddressSpace): Int32Array {
    const numbers = new Int32Array(this.size + 1);
    numbers[this.size] = other.size;
    for (let atom = 0; atom < this.size; atom++) { numbers[atom] = other.atomOf(this.start(atom)); }
    return numbers;
  }

  private start(atom: number): bigint {
    return atom < this.four.length ? BigInt(this.four[atom]) : this.six[atom - this.four.length];
  }
}

/** The index of the last of some ascending values that is not greater than `value`. The first value never is. */
function lastUpTo<T extends BlockEdge>(values: ArrayLike<T>, value: T): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (values[middle] <= value) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

/** Intervals of atoms, ascending: first, end, first, end, … The end is the atom after the last. */
export type AtomRanges = readonly number[];

/** The atoms of a block without its exceptions. */
export function atomsOf({ block, except }: AddressesClause, addresses: AddressSpace): AtomRanges {
  const { first, end } = addresses.atomsOf(block);
  const holes = except.map(hole => addresses.atomsOf(hole)).sort((a, b) => a.first - b.first);
  const atoms: number[] = [];
  let next = first;
  for (const hole of holes) {
    if (hole.first > next) { atoms.push(next, hole.first); }
    next = Math.max(next, hole.end);
  }
  if (next < end) { atoms.push(next, end); }
  return atoms;
}

/** True if an atom is in one of the intervals. */
export function holdsAtom(ranges: AtomRanges, atom: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] <= atom && atom < ranges[i + 1]) { return true; }
  }
  return false;
}
