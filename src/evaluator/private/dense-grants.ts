import { lowestBit } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AnswerSources } from './layers';
import { Grants } from './network-policy-layer';
import { ATOM_GRANT, GrantList, CompiledPolicies, POD_GRANT, windowOf } from './compiled-policies';

/**
 * A bit for each grant and class that has it, and a bit for each grant and peer that it is about: an answer is two rows
 * of bits joined. Right where classes have many grants each and hardly two the same, so that lists of them would
 * be longer than anybody can read.
 */
export class DenseGrants implements Grants {
  private readonly pods: GrantMatrix;
  private readonly atoms: GrantMatrix;

  /** `places`: the length of the line of endpoints, in words; `atomCount`: how many atoms there are. */
  constructor(layers: CompiledPolicies, { bits, sets, table }: AnswerSources, places: number, private readonly atomCount: number) {
    this.pods = new GrantMatrix(layers, layers.pods, POD_GRANT, table, places, at => {
      const { firstWord, words, row } = windowOf(layers.pods.items, at, sets);
      return { first: firstWord, end: Math.min(firstWord + words, places), word: index => bits.word(row, index - firstWord) };
    });
    this.atoms = new GrantMatrix(layers, layers.atoms, ATOM_GRANT, table, (atomCount + 31) >>> 5, at => {
      const [first, end] = [layers.atoms.items[at + 1], layers.atoms.items[at + 2]];
      return { first: first >>> 5, end: (end + 31) >>> 5, word: index => bitsBetween(first - index * 32, end - index * 32) };
    });
  }

  public withPods(subject: number, place: number, { table }: AnswerSources): ConnectionsRef {
    return this.pods.sum(subject, place, table);
  }

  public withAtom(subject: number, atom: number, { table }: AnswerSources): ConnectionsRef {
    return this.atoms.sum(subject, atom, table);
  }

  public addSlots(_: number, row: Uint32Array): void { row.fill(-1); }

  public changes(): Iterable<number> { return Array(this.atomCount).keys(); }

  /** Bits are numbered by places and by atoms. */
  public renumbered(): undefined { return undefined; }
}

/** Words of a row of peers, from `first` up to `end`; the others are 0. */
interface PeerWords {
  readonly first: number;
  readonly end: number;
  word(index: number): number;
}

/** Grants against subjects, and grants against peers. */
class GrantMatrix {
  private readonly words: number;
  private readonly ofSubjects: Uint32Array;
  private readonly ofPeers: Uint32Array;

  /** The connections of each grant: the widest first, so that a sum is soon all there is; equal ones side by side. */
  private readonly connections: Int32Array;

  constructor(
    layers: CompiledPolicies, { items, ends }: GrantList, stride: number, table: ConnectionTable,
    peerWords: number, peersOf: (at: number) => PeerWords,
  ) {
    const grants = ends.flatMap((end, layer) => {
      const first = ends[layer - 1] ?? 0;
      return Array.from({ length: (end - first) / stride }, (_, i) => ({ layer, at: first + i * stride }));
    });
    const width = new Map([...new Set(grants.map(({ at }) => items[at]))].map(connections => [connections, table.set(connections).size]));
    grants.sort((a, b) => width.get(items[b.at])! - width.get(items[a.at])! || items[a.at] - items[b.at]);
    this.connections = Int32Array.from(grants, ({ at }) => items[at]);
    const words = this.words = (grants.length + 31) >>> 5;
    const subjectWords = layers.index.words;
    this.ofSubjects = new Uint32Array(subjectWords * 32 * words);
    this.ofPeers = new Uint32Array(peerWords * 32 * words);
    for (let column = 0; column < words; column++) {
      const some = grants.slice(column * 32, column * 32 + 32);
      const subjects = some.map(({ layer, at }): PeerWords =>
        ({ first: 0, end: subjectWords, word: index => layers.subjectWord(layer, items[at + stride - 1], index) }));
      transposeInto(this.ofSubjects, words, column, subjects, subjectWords);
      transposeInto(this.ofPeers, words, column, some.map(({ at }) => peersOf(at)), peerWords);
    }
  }

  /** The connections of all grants that a subject has and that a peer is in, added up. */
  public sum(subject: number, peer: number, table: ConnectionTable): ConnectionsRef {
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

/** Writes up to 32 rows as one column of words of a matrix whose rows are what the rows' bits were, 32 by 32 bits at a time. */
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

/** Bit j of word i becomes bit i of word j: halves of halves change places (Hacker's Delight, chapter 7-3). */
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

/** The bits of one word from `first` up to `end`, either of which may lie outside of it. */
function bitsBetween(first: number, end: number): number {
  const below = (bit: number) => bit <= 0 ? 0 : bit >= 32 ? -1 : (1 << bit) - 1;
  return below(end) & ~below(first);
}
