import { lowestBit } from './bit-rows';
import { CompiledPolicies } from './compiled-policies';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { ATOM_GRANT, GrantList, Grants, POD_GRANT, windowOf } from './grants';
import { AnswerSources } from './layers';

/**
 * Grants as two matrices of bits: which classes have a grant, and which peers it includes. An answer is the intersection of a row of each.
 * Fast if classes have many grants, most of them different, so that lists of grants would take too long to read.
 */
export class DenseGrants implements Grants {
  private readonly pods: GrantMatrix;
  private readonly atoms: GrantMatrix;

  /** `slotWords` is the size of the bit space in words. */
  constructor(policies: CompiledPolicies, { bits, sets, table }: AnswerSources, slotWords: number, private readonly atomCount: number) {
    this.pods = new GrantMatrix(policies, policies.pods, POD_GRANT, table, slotWords, at => {
      const { firstWord, words, row } = windowOf(policies.pods.items, at, sets);
      return { first: firstWord, end: Math.min(firstWord + words, slotWords), word: index => bits.word(row, index - firstWord) };
    });
    this.atoms = new GrantMatrix(policies, policies.atoms, ATOM_GRANT, table, (atomCount + 31) >>> 5, at => {
      const [first, end] = [policies.atoms.items[at + 1], policies.atoms.items[at + 2]];
      return { first: first >>> 5, end: (end + 31) >>> 5, word: index => bitsBetween(first - index * 32, end - index * 32) };
    });
  }

  public withPods(subject: number, slot: number, { table }: AnswerSources): ConnectionsRef {
    return this.pods.union(subject, slot, table);
  }

  public withAtom(subject: number, atom: number, { table }: AnswerSources): ConnectionsRef {
    return this.atoms.union(subject, atom, table);
  }

  public addSlots(_: number, row: Uint32Array): void { row.fill(-1); }

  public changes(): Iterable<number> { return Array(this.atomCount).keys(); }

  /** The columns are numbered by slots and by atoms. */
  public renumbered(): undefined { return undefined; }
}

/** A row of peers: its words from `first` to before `end`. The others are 0. */
interface PeerWords {
  readonly first: number;
  readonly end: number;
  word(index: number): number;
}

/** The grants of each subject and of each peer, as rows of bits. */
class GrantMatrix {
  private readonly words: number;
  private readonly ofSubjects: Uint32Array;
  private readonly ofPeers: Uint32Array;

  /** The connections of each grant. The largest sets come first, so that a union soon holds everything, and equal sets are neighbors. */
  private readonly connections: Int32Array;

  constructor(
    policies: CompiledPolicies, { items, ends }: GrantList, stride: number, table: ConnectionTable,
    peerWords: number, peersOf: (at: number) => PeerWords,
  ) {
    const grants = ends.flatMap((end, policy) => {
      const first = ends[policy - 1] ?? 0;
      return Array.from({ length: (end - first) / stride }, (_, i) => ({ policy, at: first + i * stride }));
    });
    const size = new Map([...new Set(grants.map(({ at }) => items[at]))].map(connections => [connections, table.set(connections).size]));
    grants.sort((a, b) => size.get(items[b.at])! - size.get(items[a.at])! || items[a.at] - items[b.at]);
    this.connections = Int32Array.from(grants, ({ at }) => items[at]);
    const words = this.words = (grants.length + 31) >>> 5;
    const subjectWords = policies.index.words;
    this.ofSubjects = new Uint32Array(subjectWords * 32 * words);
    this.ofPeers = new Uint32Array(peerWords * 32 * words);
    for (let column = 0; column < words; column++) {
      const some = grants.slice(column * 32, column * 32 + 32);
      const subjects = some.map(({ policy, at }): PeerWords =>
        ({ first: 0, end: subjectWords, word: index => policies.subjectWord(policy, items[at + stride - 1], index) }));
      transposeInto(this.ofSubjects, words, column, subjects, subjectWords);
      transposeInto(this.ofPeers, words, column, some.map(({ at }) => peersOf(at)), peerWords);
    }
  }

  /** The union of the subject's grants that include the peer. */
  public union(subject: number, peer: number, table: ConnectionTable): ConnectionsRef {
    const { words, ofSubjects, ofPeers, connections } = this;
    const subjectRow = subject * words;
    const peerRow = peer * words;
    let all: ConnectionsRef = ConnectionTable.NONE;
    let last = all;
    for (let i = 0; i < words; i++) {
      for (let word = ofSubjects[subjectRow + i] & ofPeers[peerRow + i]; word !== 0; word &= word - 1) {
        const own = connections[(i << 5) + lowestBit(word)];
        if (own === last) { continue; }
        all = table.union(all, last = own);
        if (all === ConnectionTable.ALL) { return all; }
      }
    }
    return all;
  }
}

/** Writes up to 32 rows as one column of words of a matrix: bit j of row i becomes bit i of row j. Works on blocks of 32 by 32 bits. */
function transposeInto(matrix: Uint32Array, matrixWords: number, column: number, rows: readonly PeerWords[], rowWords: number): void {
  const block = new Uint32Array(32);
  for (let index = 0; index < rowWords; index++) {
    let any = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      any |= block[i] = row.first <= index && index < row.end ? row.word(index) : 0;
    }
    if (any === 0) { continue; }
    block.fill(0, rows.length);
    transpose(block);
    for (let bit = 0, at = index * 32 * matrixWords + column; bit < 32; bit++, at += matrixWords) { matrix[at] = block[bit]; }
  }
}

/** Bit j of word i becomes bit i of word j: swaps halves, and halves of halves (Hacker's Delight, section 7-3). */
function transpose(block: Uint32Array): void {
  let mask = 0x0000ffff;
  for (let half = 16; half !== 0; half >>>= 1, mask ^= mask << half) {
    for (let i = 0; i < 32; i = (i + half + 1) & ~half) {
      const swap = (block[i] >>> half ^ block[i + half]) & mask;
      block[i + half] ^= swap;
      block[i] ^= swap << half;
    }
  }
}

/** The bits of one word from `first` to before `end`. Both may lie outside of the word. */
function bitsBetween(first: number, end: number): number {
  const below = (bit: number) => bit <= 0 ? 0 : bit >= 32 ? -1 : (1 << bit) - 1;
  return below(end) & ~below(first);
}
