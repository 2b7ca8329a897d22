import { EVERYTHING, RowRef } from './bit-rows';
import { CompiledPolicies } from './compiled-policies';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AnswerSources } from './layers';
import { PeerSets } from './peer-sets';

/*
 * A grant is a set of connections that a rule allows between its subjects and its peers. The peers are pods, or an interval of address
 * atoms. Grants are compiled into lists of numbers (CompiledPolicies), and kept in one of two forms: sparse or dense.
 */

/** Numbers per grant with pods: connections, first word, words, row, condition. */
export const POD_GRANT = 5;

/** Numbers per grant with addresses: connections, first atom, end atom, condition. */
export const ATOM_GRANT = 4;

/** As the words of a grant with pods: its row is a reference into PeerSets, and so are its words. */
export const SHARED = -1;

/** As the words of a grant with pods: all words, of every namespace. */
export const ALL_WORDS = 0x7fffffff;

/** The grants of all policies, one after another, and the end of the grants of each policy. The last number of each grant is its condition. */
export interface GrantList {
  readonly items: Int32Array;
  readonly ends: readonly number[];
}

/** The peers of a grant: some words of the bit space, and the row of bits in them. */
export interface PeerRow {
  readonly firstWord: number;
  readonly words: number;
  readonly row: RowRef;
}

/** The peers of the grant with pods at an index. */
export function peerRowOf(items: Int32Array, at: number, { firstWords, words, rows }: PeerSets): PeerRow {
  const row = items[at + 3];
  if (items[at + 2] !== SHARED) { return { firstWord: items[at + 1], words: items[at + 2], row }; }
  return { firstWord: firstWords[row], words: words[row], row: rows[row] };
}

/** What the policies of a namespace grant to each of its endpoint classes in one direction. */
export interface Grants {
  /** The union of the subject's grants that include the pods in a slot. */
  withPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef;
  /** The union of the subject's grants that include an atom. */
  withAtom(subject: number, atom: number, sources: AnswerSources): ConnectionsRef;
  /** Adds the slots that a grant includes to a row of all slots. It may add other slots. */
  addSlots(subject: number, row: Uint32Array, sources: AnswerSources): void;
  /** The atoms at which the union changes. Other atoms may be among them. */
  changes(subject: number): Iterable<number>;
  /** The same grants after atoms got other numbers; undefined if they must be compiled again. */
  renumbered(atoms: Int32Array): Grants | undefined;
}

/** Grants without their conditions, grouped by class: those of class i are at `starts[i]` to `starts[i + 1]`. */
interface ClassGrants {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** The grants of each class, one after another. An answer reads those of one class. Fast if classes have few grants, as they usually have. */
export class SparseGrants implements Grants {
  public static of(policies: CompiledPolicies): SparseGrants {
    return new SparseGrants(byClass(policies, policies.pods, POD_GRANT), byClass(policies, policies.atoms, ATOM_GRANT));
  }

  private constructor(private readonly pods: ClassGrants, private readonly atoms: ClassGrants) {}

  public withPods(subject: number, slot: number, { bits, table, sets }: AnswerSources): ConnectionsRef {
    const { starts, items } = this.pods;
    const end = starts[subject + 1];
    let all: ConnectionsRef = ConnectionTable.NONE;
    // Does the work of windowOf without its object: this runs for every pair of classes.
    for (let at = starts[subject]; at < end; at += POD_GRANT - 1) {
      let firstWord = items[at + 1];
      let words = items[at + 2];
      let row = items[at + 3];
      if (words === SHARED) {
        firstWord = sets.firstWords[row];
        words = sets.words[row];
        row = sets.rows[row];
      }
      const word = (slot >>> 5) - firstWord;
      if (word < 0 || word >= words) { continue; }
      if (row === EVERYTHING || (bits.words[row + word] >>> (slot & 31) & 1) === 1) {
        all = table.union(all, items[at]);
        if (all === ConnectionTable.ALL) { break; }
      }
    }
    return all;
  }

  public withAtom(subject: number, atom: number, { table }: AnswerSources): ConnectionsRef {
    const { starts, items } = this.atoms;
    let all: ConnectionsRef = ConnectionTable.NONE;
    for (let at = starts[subject]; at < starts[subject + 1]; at += ATOM_GRANT - 1) {
      if (items[at + 1] <= atom && atom < items[at + 2]) { all = table.union(all, items[at]); }
      if (all === ConnectionTable.ALL) { break; }
    }
    return all;
  }

  public addSlots(subject: number, slots: Uint32Array, { bits, sets }: AnswerSources): void {
    const { starts, items } = this.pods;
    for (let at = starts[subject]; at < starts[subject + 1]; at += POD_GRANT - 1) {
      const { firstWord, words, row } = peerRowOf(items, at, sets);
      const end = Math.min(firstWord + words, slots.length);
      for (let word = firstWord; word < end; word++) { slots[word] |= row === EVERYTHING ? -1 : bits.words[row + word - firstWord]; }
    }
  }

  public changes(subject: number): Iterable<number> {
    const { starts, items } = this.atoms;
    const changes: number[] = [];
    for (let at = starts[subject]; at < starts[subject + 1]; at += ATOM_GRANT - 1) { changes.push(items[at + 1], items[at + 2]); }
    return changes;
  }

  public renumbered(atoms: Int32Array): SparseGrants {
    const items = this.atoms.items.map((item, i) => i % (ATOM_GRANT - 1) === 0 ? item : atoms[item]);
    return new SparseGrants(this.pods, { starts: this.atoms.starts, items });
  }
}

function byClass(policies: CompiledPolicies, grants: GrantList, stride: number): ClassGrants {
  const { items } = grants;
  const starts = new Int32Array(policies.index.classes.length + 1);
  policies.forEachGrant(grants, stride, subject => { starts[subject + 1] += stride - 1; });
  for (let i = 1; i < starts.length; i++) { starts[i] += starts[i - 1]; }
  const next = starts.slice();
  const own = new Int32Array(starts[starts.length - 1]);
  policies.forEachGrant(grants, stride, (subject, at) => {
    for (let i = 0; i < stride - 1; i++) { own[next[subject]++] = items[at + i]; }
  });
  return { starts, items: own };
}
