import { rulesFor } from './letting-in';
import { SelectedPods } from './selected-pods';
import { Direction, Reachability } from '../../evaluator/reachability';
import { otherDirection } from '../../k8s/objects';
import { PodsOfWorkload, RuleOfPolicy } from '../lint-input';
import { isEveryPod } from './peer-clauses';

/** The two ends of connections that a rule is about. */
export interface Ends {
  /** The pods of the policy. */
  readonly own: PodsOfWorkload;
  /** The pods of the peer. */
  readonly other: PodsOfWorkload;
  /** The direction of the rule, as the pods of the policy see it. */
  readonly direction: Direction;
}

/** The rules at the other end that name the pods of the policy as a peer. A rule for everybody, or for every pod of every namespace, names nobody. */
export function counterparts(reach: Reachability, selected: SelectedPods, { own, other, direction }: Ends): RuleOfPolicy[] {
  const opposite = otherDirection(direction);
  return rulesFor(reach, reach.ofPod(other.workload, other.pods[0]), opposite).filter(({ policy, rule: { peers = [] } }) =>
    peers.some(clause => clause.kind === 'pods' && !isEveryPod(clause)
      && selected.ofPeer(policy.namespace, clause).some(({ workload }) => workload === own.workload)));
}
