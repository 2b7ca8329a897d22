import { AddressesClause, Cluster, PeerClause, PodsClause, Policy } from '../../cluster/cluster';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { RuleOfPolicy } from '../lint-input';

/** A peer of a rule, and the policy that it is part of. */
export interface PeerOfRule<T extends PeerClause = PeerClause> extends RuleOfPolicy {
  readonly clause: T;
}

/** The rules of a policy for a direction. None if it does not isolate its pods in that direction. */
export function rulesOf(policy: Policy, direction: Direction): RuleOfPolicy[] {
  return (policy[direction] ?? []).map((rule): RuleOfPolicy => ({ policy, direction, rule }));
}

/** The rules of policies, in the order of the input. */
export function rulesIn({ policies }: Pick<Cluster, 'policies'>): RuleOfPolicy[] {
  return policies.flatMap(policy => DIRECTIONS.flatMap(direction => rulesOf(policy, direction)));
}

/** The peers of rules that are pods, in the order of the input. */
export function podsIn(cluster: Cluster): PeerOfRule<PodsClause>[] {
  return rulesIn(cluster).flatMap(rule => (rule.rule.peers ?? []).flatMap(clause => clause.kind === 'pods' ? [{ ...rule, clause }] : []));
}

/** The blocks of addresses in rules, in the order of the input. Several rules look at them. */
export const blocksIn = oncePer((cluster: Cluster): readonly PeerOfRule<AddressesClause>[] =>
  rulesIn(cluster).flatMap(rule => (rule.rule.peers ?? []).flatMap(clause => clause.kind === 'addresses' ? [{ ...rule, clause }] : [])));

/** True for every pod of every namespace. */
export function isEveryPod(peer: PeerClause): boolean {
  return peer.kind === 'pods' && peer.pods.isEverything && peer.namespaces?.isEverything === true;
}

/** True for a block that is a whole family of addresses, without exceptions. */
export function isWholeFamily(peer: PeerClause): peer is AddressesClause {
  return peer.kind === 'addresses' && peer.block.prefix === 0 && peer.except.length === 0;
}
