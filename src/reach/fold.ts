import { BitRows } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { PeerSets } from './peer-sets';
import { PolicyLayers } from './policy-layers';
import { Policy } from '../cluster/cluster';

/** What an answer is read from, beside a fold itself. */
export interface FoldSources {
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
}

/** What the policies of a namespace grant each class of its pods in one direction, in a form that is quick to read. */
export interface Grants {
  /** Grants of the subject that have the pods at a place on the line of endpoints, added up. */
  withPods(subject: number, place: number, sources: FoldSources): ConnectionsRef;
  /** Grants of the subject that have an atom, added up. */
  withAtom(subject: number, atom: number, sources: FoldSources): ConnectionsRef;
  /** Adds to a row, as long as the line of endpoints, the places with which something may pass: those and perhaps others. */
  addPlaces(subject: number, row: Uint32Array, sources: FoldSources): void;
  /** Atoms at which what may pass changes: those and perhaps others. */
  changes(subject: number): Iterable<number>;
  /** The same where atoms have other numbers; nothing where all has to be made anew for it, or for pods that moved. */
  renumbered(atoms: Int32Array): Grants | undefined;
}

/** One direction of a namespace: which policies isolate each class of its pods, and what they grant. */
export class Fold {
  private readonly starts: Int32Array;
  private readonly layers: Int32Array;

  private readonly policies: readonly Policy[];

  constructor(layers: PolicyLayers, private grants: Grants) {
    const policies = this.policies = layers.policies;
    const classes = layers.segment.classes.length;
    const starts = this.starts = new Int32Array(classes + 1);
    for (let layer = 0; layer < policies.length; layer++) { layers.forEachSubject(layer, subject => { starts[subject + 1]++; }); }
    for (let subject = 0; subject < classes; subject++) { starts[subject + 1] += starts[subject]; }
    const next = starts.slice();
    const isolating = this.layers = new Int32Array(starts[classes]);
    for (let layer = 0; layer < policies.length; layer++) { layers.forEachSubject(layer, subject => { isolating[next[subject]++] = layer; }); }
  }

  /** The policies that isolate a class, in the order of the cluster's. */
  public policiesOf(subject: number): Policy[] {
    return Array.from(this.layers.subarray(this.starts[subject], this.starts[subject + 1]), layer => this.policies[layer]);
  }

  /** What a class may do with the pods at a place on the line of endpoints. */
  public withPods(subject: number, place: number, sources: FoldSources): ConnectionsRef {
    return this.isIsolated(subject) ? this.grants.withPods(subject, place, sources) : ConnectionTable.ALL;
  }

  /** What a class may do with the addresses of an atom. */
  public withAtom(subject: number, atom: number, sources: FoldSources): ConnectionsRef {
    return this.isIsolated(subject) ? this.grants.withAtom(subject, atom, sources) : ConnectionTable.ALL;
  }

  /** Adds to a row, as long as the line of endpoints, the places with which something may pass: those and perhaps others. */
  public addPlaces(subject: number, row: Uint32Array, sources: FoldSources): void {
    if (this.isIsolated(subject)) { this.grants.addPlaces(subject, row, sources); } else { row.fill(-1); }
  }

  /** Atoms at which what may pass changes: those and perhaps others. */
  public changes(subject: number): Iterable<number> {
    return this.isIsolated(subject) ? this.grants.changes(subject) : [];
  }

  /** The same where atoms have other numbers; nothing where it has to be made anew. */
  public renumbered(atoms: Int32Array): Fold | undefined {
    const grants = this.grants.renumbered(atoms);
    return grants && Object.assign(Object.create(Fold.prototype), this, { grants });
  }

  public isIsolated(subject: number): boolean {
    return this.starts[subject] < this.starts[subject + 1];
  }
}
