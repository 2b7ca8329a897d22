import { RowRef } from './bit-rows';
import { CompiledPolicies } from './compiled-policies';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AnswerSources, Decision, Layer, PASS, Reach } from './layers';
import { Policy } from '../../cluster/cluster';

/** What the policies of a namespace grant to each class of its pods in one direction, in a form that is quick to read. */
export interface Grants {
  /** The union of the subject's grants that include the pods in a slot. */
  withPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef;
  /** The union of the subject's grants that include an atom. */
  withAtom(subject: number, atom: number, sources: AnswerSources): ConnectionsRef;
  /** Adds to a row of all slots those that a grant includes, and perhaps others. */
  addSlots(subject: number, row: Uint32Array, sources: AnswerSources): void;
  /** The atoms at which the union changes, and perhaps others. */
  changes(subject: number): Iterable<number>;
  /** The same grants if atoms get other numbers; nothing if they have to be compiled again. */
  renumbered(atoms: Int32Array): Grants | undefined;
}

/**
 * The NetworkPolicies of a namespace in one direction. They pass a pod that none of them isolates. For the others they allow the union
 * of what their rules grant, and deny the rest (kubernetes.io/docs/concepts/services-networking/network-policies, "The two sorts of pod isolation").
 */
export class NetworkPolicyLayer implements Layer {
  public readonly policies: readonly Policy[];

  /** For each policy the classes that it isolates. */
  public readonly subjects: readonly RowRef[];

  /** The classes that some policy isolates. */
  public readonly isolated: RowRef;

  /**
   * `possible` are the grants if every rule counts that may match, and `certain` those if only rules count that surely match. They are
   * the same object if no rule is in doubt.
   */
  constructor(
    compiled: Pick<CompiledPolicies | NetworkPolicyLayer, 'policies' | 'subjects' | 'isolated'>,
    private readonly certain: Grants, private readonly possible: Grants = certain,
  ) {
    this.policies = compiled.policies;
    this.subjects = compiled.subjects;
    this.isolated = compiled.isolated;
  }

  /** The policies that isolate a class, in the order of the cluster's. */
  public policiesOf(subject: number, { bits }: AnswerSources): Policy[] {
    return this.policies.filter((_, i) => bits.holds(this.subjects[i], subject));
  }

  public isIsolated(subject: number, { bits }: AnswerSources): boolean {
    return bits.holds(this.isolated, subject);
  }

  /** True if some rule may or may not match. */
  public get isInDoubt(): boolean { return this.possible !== this.certain; }

  /** What the policies allow with the pods in a slot, and what they pass, if no rule is in doubt. */
  public allowedWithPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef {
    return sources.bits.holds(this.isolated, subject) ? this.certain.withPods(subject, slot, sources) : ConnectionTable.ALL;
  }

  public withPods(subject: number, slot: number, sources: AnswerSources): Decision {
    if (!sources.bits.holds(this.isolated, subject)) { return PASS; }
    const certain = this.certain.withPods(subject, slot, sources);
    return this.possible === this.certain
      ? sources.decisions.allowing(certain)
      : sources.decisions.range(certain, this.possible.withPods(subject, slot, sources));
  }

  public withAtom(subject: number, atom: number, sources: AnswerSources): Decision {
    // Selectors of namespaces say nothing about addresses, so here no rule is in doubt.
    return sources.bits.holds(this.isolated, subject) ? sources.decisions.allowing(this.certain.withAtom(subject, atom, sources)) : PASS;
  }

  public addSlots(subject: number, row: Uint32Array, sources: AnswerSources): Reach {
    if (!this.isIsolated(subject, sources)) { return Reach.LISTED_OR_PASSED; }
    this.possible.addSlots(subject, row, sources);
    return Reach.LISTED;
  }

  public changes(subject: number, sources: AnswerSources): Iterable<number> {
    return this.isIsolated(subject, sources) ? this.certain.changes(subject) : [];
  }

  public renumbered(atoms: Int32Array): NetworkPolicyLayer | undefined {
    const certain = this.certain.renumbered(atoms);
    const possible = this.possible === this.certain ? certain : this.possible.renumbered(atoms);
    return certain && possible && new NetworkPolicyLayer(this, certain, possible);
  }
}
