import { EVERYTHING } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AnswerSources } from './layers';
import { Grants } from './network-policy-layer';
import { ATOM_GRANT, GrantList, CompiledPolicies, POD_GRANT, SHARED, windowOf } from './compiled-policies';

/** Grants without their conditions, for each class its own: those of class i are from `starts[i]` up to `starts[i + 1]`. */
interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/**
 * Each class's grants, one behind the other in one block of memory; an answer walks over those of one class. Right
 * where a class has few, and so it is with what people write.
 */
export class SparseGrants implements Grants {
  private readonly pods: Lists;
  private atoms: Lists;

  constructor(layers: CompiledPolicies) {
    this.pods = listed(layers, layers.pods, POD_GRANT);
    this.atoms = listed(layers, layers.atoms, ATOM_GRANT);
  }

  public withPods(subject: number, place: number, { bits, table, sets }: AnswerSources): ConnectionsRef {
    const { starts, items } = this.pods;
    const end = starts[subject + 1];
    let all: ConnectionsRef = ConnectionTable.NONE;
    // As windowOf has it, without an object: this is asked of every pair.
    for (let at = starts[subject]; at < end; at += POD_GRANT - 1) {
      let firstWord = items[at + 1];
      let words = items[at + 2];
      let row = items[at + 3];
      if (words === SHARED) {
        firstWord = sets.firstWords[row];
        words = sets.words[row];
        row = sets.rows[row];
      }
      const word = (place >>> 5) - firstWord;
      if (word < 0 || word >= words) { continue; }
      if (row === EVERYTHING || (bits.words[row + word] >>> (place & 31) & 1) === 1) {
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

  public addSlots(subject: number, places: Uint32Array, { bits, sets }: AnswerSources): void {
    const { starts, items } = this.pods;
    for (let at = starts[subject]; at < starts[subject + 1]; at += POD_GRANT - 1) {
      const { firstWord, words, row } = windowOf(items, at, sets);
      const end = Math.min(firstWord + words, places.length);
      for (let word = firstWord; word < end; word++) {
        places[word] |= row === EVERYTHING ? -1 : bits.words[row + word - firstWord];
      }
    }
  }

  public changes(subject: number): Iterable<number> {
    const { starts, items } = this.atoms;
    return items.subarray(starts[subject], starts[subject + 1]).filter((_, i) => i % (ATOM_GRANT - 1) !== 0);
  }

  public renumbered(atoms: Int32Array): SparseGrants {
    const items = this.atoms.items.map((item, i) => i % (ATOM_GRANT - 1) === 0 ? item : atoms[item]);
    return Object.assign(Object.create(SparseGrants.prototype), this, { atoms: { ...this.atoms, items } });
  }
}

function listed(layers: CompiledPolicies, grants: GrantList, stride: number): Lists {
  const { items } = grants;
  const starts = new Int32Array(layers.index.classes.length + 1);
  layers.forEachGrant(grants, stride, subject => { starts[subject + 1] += stride - 1; });
  for (let i = 1; i < starts.length; i++) { starts[i] += starts[i - 1]; }
  const next = starts.slice();
  const own = new Int32Array(starts[starts.length - 1]);
  layers.forEachGrant(grants, stride, (subject, at) => {
    for (let i = 0; i < stride - 1; i++) { own[next[subject]++] = items[at + i]; }
  });
  return { starts, items: own };
}
