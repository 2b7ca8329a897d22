import { EVERYTHING, lowestBit } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { FoldSources, Grants } from './fold';
import { ATOM_GRANT, GrantList, PolicyLayers, POD_GRANT, SHARED } from './policy-layers';

/**
 * A bit for each grant and class that has it, and a bit for each grant and peer that it is about: an answer is two rows
 * of bits joined. Right where classes have many grants each and hardly two the same, so that lists of them would
 * be longer than anybody can read.
 */
export class MatrixGrants implements Grants {
  private readonly pods: GrantMatrix;
  private readonly atoms: GrantMatrix;

  /** `places`: the length of the line of endpoints; `atoms`: how many atoms there are. */
  constructor(layers: PolicyLayers, { bits, sets }: FoldSources, places: number, private readonly atomCount: number) {
    const { items } = layers.pods;
    this.pods = new GrantMatrix(layers, layers.pods, POD_GRANT, places, (at, visit) => {
      let firstWord = items[at + 1];
      let words = items[at + 2];
      let row = items[at + 3];
      if (words === SHARED) {
        firstWord = sets.firstWords[row];
        words = sets.words[row];
        row = sets.rows[row];
      }
      const end = Math.min(firstWord + words, places >>> 5);
      for (let word = firstWord; word < end; word++) {
        for (let rest = row === EVERYTHING ? -1 : bits.words[row + word - firstWord]; rest !== 0; rest &= rest - 1) {
          visit((word << 5) + lowestBit(rest));
        }
      }
    });
    this.atoms = new GrantMatrix(layers, layers.atoms, ATOM_GRANT, atomCount, (at, visit) => {
      for (let atom = layers.atoms.items[at + 1]; atom < layers.atoms.items[at + 2]; atom++) { visit(atom); }
    });
  }

  public withPods(subject: number, place: number, { table }: FoldSources): ConnectionsRef {
    return this.pods.sum(subject, place, table);
  }

  public withAtom(subject: number, atom: number, { table }: FoldSources): ConnectionsRef {
    return this.atoms.sum(subject, atom, table);
  }

  public addPlaces(_: number, row: Uint32Array): void { row.fill(-1); }

  public changes(): Iterable<number> { return Array(this.atomCount).keys(); }

  /** Bits are numbered by places and by atoms. */
  public renumbered(): undefined { return undefined; }
}

/** Grants against subjects, and grants against peers. */
class GrantMatrix {
  private readonly words: number;
  private readonly ofSubjects: Uint32Array;
  private readonly ofPeers: Uint32Array;

  /** The connections of each grant. Those with the same ones lie together, so that they are added up at once. */
  private readonly connections: Int32Array;

  constructor(
    layers: PolicyLayers, grants: GrantList, stride: number, peers: number,
    forEachPeer: (at: number, visit: (peer: number) => void) => void,
  ) {
    const { items } = grants;
    const inOrder = Array.from({ length: grants.items.length / stride }, (_, i) => i * stride).sort((a, b) => items[a] - items[b]);
    const numberOf = new Int32Array(inOrder.length);
    inOrder.forEach((at, number) => { numberOf[at / stride] = number; });
    const words = this.words = (inOrder.length + 31) >>> 5;
    const ofSubjects = this.ofSubjects = new Uint32Array(layers.segment.classes.length * words);
    const ofPeers = this.ofPeers = new Uint32Array(peers * words);
    this.connections = Int32Array.from(inOrder, at => items[at]);
    layers.forEachGrant(grants, stride, (subject, at) => {
      const number = numberOf[at / stride];
      ofSubjects[subject * words + (number >>> 5)] |= 1 << (number & 31);
    });
    inOrder.forEach((at, number) => {
      const word = number >>> 5;
      const bit = 1 << (number & 31);
      forEachPeer(at, peer => { ofPeers[peer * words + word] |= bit; });
    });
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
        if (own !== last) { all = table.union(all, last = own); }
      }
    }
    return all;
  }
}
