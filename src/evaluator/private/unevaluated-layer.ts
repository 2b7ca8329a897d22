import { ConnectionTable } from './connection-table';
import { Decision, Layer, MAY_DENY, PASS, Reach, UNDECIDED } from './layers';
import { EndpointClass } from './namespace-index';
import { UnevaluatedPolicy } from '../../cluster/cluster';

/**
 * The policies of kinds that netpol does not evaluate, in one direction of one namespace. Such a policy may do anything with the pods that
 * it could select; some kinds can only deny.
 */
export class UnevaluatedLayer implements Layer {
  private readonly decisions: readonly Decision[];

  private constructor(private readonly policies: readonly (readonly UnevaluatedPolicy[])[]) {
    this.decisions = policies.map(own => own.length === 0 ? PASS : own.some(({ canAllow }) => canAllow) ? UNDECIDED : MAY_DENY);
  }

  /** The layer of these classes; nothing if it would pass everything. With `strict`, policies count that assumptions leave out. */
  public static of(classes: readonly EndpointClass[], direction: 'ingress' | 'egress', strict: boolean): UnevaluatedLayer | undefined {
    const policies = classes.map(({ unevaluated }) => unevaluated
      .filter(({ policy, selection }) => policy[direction] && (strict || selection === 'could'))
      .map(({ policy }) => policy));
    return policies.some(own => own.length > 0) ? new UnevaluatedLayer(policies) : undefined;
  }

  /** The policies that could select a class. */
  public policiesOf(subject: number): readonly UnevaluatedPolicy[] { return this.policies[subject]; }

  public withPods(subject: number): Decision { return this.decisions[subject]; }

  public withAtom(subject: number): Decision { return this.decisions[subject]; }

  public addSlots(subject: number): Reach {
    return this.decisions[subject].allow === ConnectionTable.ALL ? Reach.ANYONE : Reach.LISTED_OR_PASSED;
  }

  public changes(): Iterable<number> { return []; }

  public renumbered(): this { return this; }
}
