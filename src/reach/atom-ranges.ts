import { AddressSpace } from './address-space';
import { AddressesClause } from '../cluster/cluster';

/** Intervals of atoms, ascending: first, end, first, end, … */
export type AtomRanges = readonly number[];

/** The atoms of a block without those of its exceptions, which lie in it. */
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

/** True where an atom is in one of the intervals. */
export function holdsAtom(ranges: AtomRanges, atom: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i] <= atom && atom < ranges[i + 1]) { return true; }
  }
  return false;
}
