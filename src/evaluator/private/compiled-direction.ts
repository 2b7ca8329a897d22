import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AnswerSources, compose, Layer, OPEN, Outcome, PASS, Reach } from './layers';
import { NetworkPolicyLayer } from './network-policy-layer';
import { UnevaluatedLayer } from './unevaluated-layer';
import { Policy, UnevaluatedPolicy } from '../../cluster/cluster';

/** One direction of one namespace: its layers in order, each for the endpoint classes of the namespace. */
export class CompiledDirection {
  private readonly layers: readonly Layer[];

  /** True if NetworkPolicy is the only layer, and none of its rules is in doubt. */
  private readonly isPlain: boolean;

  /** A layer that is absent passes everything. */
  constructor(private readonly unevaluated: UnevaluatedLayer | undefined, private readonly networkPolicies: NetworkPolicyLayer | undefined) {
    this.layers = [unevaluated, networkPolicies].filter(layer => layer !== undefined);
    this.isPlain = unevaluated === undefined && networkPolicies?.isInDoubt !== true;
  }

  /**
   * What a class may do with the pods in a slot, if it is decided; a negative number otherwise. Most clusters have nothing but
   * NetworkPolicies, and every pair of pods is asked about: here no decision is looked up.
   */
  public decidedWithPods(subject: number, slot: number, sources: AnswerSources): ConnectionsRef {
    if (this.isPlain) { return this.networkPolicies === undefined ? ConnectionTable.ALL : this.networkPolicies.allowedWithPods(subject, slot, sources); }
    const { certain, possible } = this.withPods(subject, slot, sources);
    return certain === possible ? certain : -1;
  }

  /** What a class may do with the pods in a slot. */
  public withPods(subject: number, slot: number, sources: AnswerSources): Outcome {
    const { layers } = this;
    for (let i = 0; i < layers.length; i++) {
      const decision = layers[i].withPods(subject, slot, sources);
      if (decision === PASS) { continue; }
      return decision.outcome ?? compose(layers.slice(i).map(layer => layer.withPods(subject, slot, sources)), sources.table);
    }
    return OPEN;
  }

  /** What a class may do with the addresses of an atom. */
  public withAtom(subject: number, atom: number, sources: AnswerSources): Outcome {
    const { layers } = this;
    for (let i = 0; i < layers.length; i++) {
      const decision = layers[i].withAtom(subject, atom, sources);
      if (decision === PASS) { continue; }
      return decision.outcome ?? compose(layers.slice(i).map(layer => layer.withAtom(subject, atom, sources)), sources.table);
    }
    return OPEN;
  }

  /** True if some NetworkPolicy isolates the class. */
  public isIsolated(subject: number, sources: AnswerSources): boolean {
    return this.networkPolicies?.isIsolated(subject, sources) === true;
  }

  /** The NetworkPolicies that isolate a class. */
  public policiesOf(subject: number, sources: AnswerSources): Policy[] {
    return this.networkPolicies?.policiesOf(subject, sources) ?? [];
  }

  /** The policies of kinds that are not evaluated that could select a class. */
  public unevaluatedOf(subject: number): readonly UnevaluatedPolicy[] {
    return this.unevaluated?.policiesOf(subject) ?? [];
  }

  /** True if the layers list the slots with which something may pass: `row` gets those, and perhaps others. False if it can be any slot. */
  public addSlots(subject: number, row: Uint32Array, sources: AnswerSources): boolean {
    for (const layer of this.layers) {
      const reach = layer.addSlots(subject, row, sources);
      if (reach !== Reach.LISTED_OR_PASSED) { return reach === Reach.LISTED; }
    }
    return false;
  }

  /** The atoms at which the outcome changes, and perhaps others. */
  public changes(subject: number, sources: AnswerSources): number[] {
    return this.layers.flatMap(layer => [...layer.changes(subject, sources)]);
  }

  /** The same direction if atoms get other numbers; nothing if it has to be compiled again. */
  public renumbered(atoms: Int32Array): CompiledDirection | undefined {
    const networkPolicies = this.networkPolicies?.renumbered(atoms);
    return this.networkPolicies !== undefined && networkPolicies === undefined ? undefined : new CompiledDirection(this.unevaluated, networkPolicies);
  }
}
