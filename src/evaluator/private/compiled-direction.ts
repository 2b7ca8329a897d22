import { BitRows, RowRef } from './bit-rows';
import { CompiledPolicies } from './compiled-policies';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { Policy } from '../../cluster/cluster';
import { PortPoint } from '../connections';
import { PeerSets } from './peer-sets';

/** What an answer is read from, beside a fold itself. */
export interface AnswerSources {
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
}

/** What the policies of a namespace grant each class of its pods in one direction, in a form that is quick to read. */
export interface Grants {
  /**
   * Grants of the subject that have the pods at a place on the line of endpoints, added up. Where one port is asked
   * about: all connections or none, as it is among them or not.
   */
  withPods(subject: number, place: number, sources: AnswerSources, asked?: PortPoint): ConnectionsRef;
  /** Grants of the subject that have an atom, added up. */
  withAtom(subject: number, atom: number, sources: AnswerSources, asked?: PortPoint): ConnectionsRef;
  /** Adds to a row, as long as the line of endpoints, the places with which something may pass: those and perhaps others. */
  addSlots(subject: number, row: Uint32Array, sources: AnswerSources): void;
  /** Atoms at which what may pass changes: those and perhaps others. */
  changes(subject: number): Iterable<number>;
  /** The same where atoms have other numbers; nothing where all has to be made anew for it, or for pods that moved. */
  renumbered(atoms: Int32Array): Grants | undefined;
}

/** One direction of a namespace: which policies isolate each class of its pods, and what they grant. */
export class CompiledDirection {
  private readonly policies: readonly Policy[];
  private readonly subjects: readonly RowRef[];

  /** Classes that some policy isolates. */
  private readonly isolated: RowRef;

  constructor(layers: CompiledPolicies, private grants: Grants) {
    this.policies = layers.policies;
    this.subjects = layers.subjects;
    this.isolated = layers.isolated;
  }

  /** The policies that isolate a class, in the order of the cluster's. */
  public policiesOf(subject: number, { bits }: AnswerSources): Policy[] {
    return this.policies.filter((_, layer) => bits.holds(this.subjects[layer], subject));
  }

  /** What a class may do with the pods at a place on the line of endpoints. */
  public withPods(subject: number, place: number, sources: AnswerSources, asked?: PortPoint): ConnectionsRef {
    return this.isIsolated(subject, sources) ? this.grants.withPods(subject, place, sources, asked) : ConnectionTable.ALL;
  }

  /** What a class may do with the addresses of an atom. */
  public withAtom(subject: number, atom: number, sources: AnswerSources, asked?: PortPoint): ConnectionsRef {
    return this.isIsolated(subject, sources) ? this.grants.withAtom(subject, atom, sources, asked) : ConnectionTable.ALL;
  }

  public isIsolated(subject: number, { bits }: AnswerSources): boolean {
    return bits.holds(this.isolated, subject);
  }

  /**
   * Adds to a row, as long as the line of endpoints, the places with which something may pass for an isolated class: those
   * and perhaps others.
   */
  public addSlots(subject: number, row: Uint32Array, sources: AnswerSources): void {
    this.grants.addSlots(subject, row, sources);
  }

  /** Atoms at which what may pass changes: those and perhaps others. */
  public changes(subject: number, sources: AnswerSources): Iterable<number> {
    return this.isIsolated(subject, sources) ? this.grants.changes(subject) : [];
  }

  /** The same where atoms have other numbers; nothing where it has to be made anew. */
  public renumbered(atoms: Int32Array): CompiledDirection | undefined {
    const grants = this.grants.renumbered(atoms);
    return grants && Object.assign(Object.create(CompiledDirection.prototype), this, { grants });
  }
}
