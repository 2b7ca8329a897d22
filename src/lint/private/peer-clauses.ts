import { AddressesClause, Cluster, PeerClause } from '../../cluster/cluster';
import { DIRECTIONS } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { RuleOfPolicy } from '../lint-input';

/** A peer of a rule, and the policy that it is part of. */
export interface PeerOfRule<T extends PeerClause = PeerClause> extends RuleOfPolicy {
  readonly clause: T;
}

/** The rules of policies, in the order of the input. */
export function rulesIn({ policies }: Cluster): RuleOfPolicy[] {
  return policies.flatMap(policy => DIRECTIONS.flatMap(direction =>
    (policy[direction] ?? []).map((rule): RuleOfPolicy => ({ policy, direction, rule }))));
}

/** The blocks of addresses in rules, in the order of the input. Several rules look at them. */
export const blocksIn = oncePer((cluster: Cluster): readonly PeerOfRule<AddressesClause>[] =>
  rulesIn(cluster).flatMap(rule => (rule.rule.peers ?? []).flatMap(clause => clause.kind === 'addresses' ? [{ ...rule, clause }] : [])));
