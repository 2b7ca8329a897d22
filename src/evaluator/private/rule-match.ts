import { Direction } from './compiled-policies';
import { AddressesClause, Cluster, PeerClause, Pod, PortClause, Rule } from '../../cluster/cluster';
import { AddressRange } from '../../k8s/address';
import { portName } from '../../k8s/workloads';
import { ConnectionSet } from '../connections';

/** One end of a connection, for a rule to be held against: a pod in its namespace, or addresses that no block tells apart. */
export type RuleEnd =
  | { readonly kind: 'pod'; readonly namespace: string; readonly pod: Pod }
  | { readonly kind: 'addresses'; readonly range: AddressRange };

/** What one rule, of a policy in `namespace` that selects the subject, gives it towards a peer. */
export function ruleConnections(
  cluster: Cluster, namespace: string, rule: Rule, direction: Direction, subject: RuleEnd, peer: RuleEnd,
): ConnectionSet {
  if (rule.peers !== undefined && !rule.peers.some(clause => isPeer(cluster, namespace, clause, peer))) { return ConnectionSet.NONE; }
  if (rule.ports === undefined) { return ConnectionSet.ALL; }
  const destination = direction === 'ingress' ? subject : peer;
  return rule.ports.map(clause => connectionsOf(clause, destination)).reduce((all, some) => all.union(some), ConnectionSet.NONE);
}

function isPeer(cluster: Cluster, namespace: string, clause: PeerClause, peer: RuleEnd): boolean {
  if (clause.kind === 'addresses') {
    return peer.kind === 'addresses' ? holds(clause, peer.range.first) : peer.pod.addresses.some(address => holds(clause, address));
  }
  if (peer.kind === 'addresses' || peer.pod.hostNetwork || !clause.pods.matches(peer.pod.labels)) { return false; }
  return clause.namespaces === undefined
    ? peer.namespace === namespace
    : clause.namespaces.matches(cluster.namespaces.get(peer.namespace)!.labels);
}

function holds({ block, except }: AddressesClause, address: bigint): boolean {
  const isIn = (range: AddressRange) => range.first <= address && address <= range.last;
  return isIn(block) && !except.some(isIn);
}

/** A name is looked up in the pod that is connected to; an address has none. */
function connectionsOf(clause: PortClause, destination: RuleEnd): ConnectionSet {
  if (clause.name === undefined) { return ConnectionSet.range(clause.protocol, clause.first, clause.last); }
  const ports = destination.kind === 'pod' ? destination.pod.ports.filter(port => portName(port) === portName(clause)) : [];
  return ports.map(({ protocol, port }) => ConnectionSet.range(protocol, port, port)).reduce((all, one) => all.union(one), ConnectionSet.NONE);
}
