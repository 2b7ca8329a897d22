import { AddressesClause, PeerClause, Pod, PortClause, Rule } from '../../cluster/cluster';
import { AddressRange } from '../../k8s/address';
import { Direction, Labels } from '../../k8s/objects';
import { namedPortKey } from '../../k8s/workloads';
import { ConnectionSet } from '../connections';

/** One end of a connection, as rules see it: a pod in its namespace, or addresses that no block can tell apart. */
export type RuleEnd =
  | {
    readonly kind: 'pod';
    readonly namespace: string;
    readonly pod: Pod;
    /** One case of a pod whose ports are not known: these port names mean every number, and all others mean nothing. */
    readonly portNames?: ReadonlySet<string>;
  }
  | { readonly kind: 'addresses'; readonly range: AddressRange };

/** What a port name means for a pod whose ports are not known: nothing, or any number. */
export type OpenPorts = 'absent' | 'any number';

/**
 * The connections that one rule allows between a subject and a peer. The rule belongs to a policy in `namespace` that selects the subject.
 * `labelsOf` gives the labels of a namespace.
 */
export function ruleConnections(
  labelsOf: (namespace: string) => Labels, namespace: string, rule: Rule, direction: Direction, subject: RuleEnd, peer: RuleEnd, openPorts: OpenPorts,
): ConnectionSet {
  if (rule.peers !== undefined && !rule.peers.some(clause => isPeer(labelsOf, namespace, clause, peer))) { return ConnectionSet.NONE; }
  if (rule.ports === undefined) { return ConnectionSet.ALL; }
  const destination = direction === 'ingress' ? subject : peer;
  return ConnectionSet.unionOf(rule.ports.map(clause => connectionsOf(clause, destination, openPorts)));
}

/** True if a peer of a rule matches an end. */
export function isPeer(labelsOf: (namespace: string) => Labels, namespace: string, clause: PeerClause, peer: RuleEnd): boolean {
  if (clause.kind === 'addresses') {
    return peer.kind === 'addresses' ? holds(clause, peer.range.first) : peer.pod.addresses.some(address => holds(clause, address));
  }
  if (peer.kind === 'addresses' || peer.pod.hostNetwork || !clause.pods.matches(peer.pod.labels)) { return false; }
  return clause.namespaces === undefined ? peer.namespace === namespace : clause.namespaces.matches(labelsOf(peer.namespace));
}

/** True if a block, without its exceptions, has the address. */
export function holds({ block, except }: AddressesClause, address: bigint): boolean {
  const isIn = (range: AddressRange) => range.first <= address && address <= range.last;
  return isIn(block) && !except.some(isIn);
}

/** The connections that an entry of ports means. A name means the ports of this name of the destination pod. An address has no named ports. */
export function connectionsOf(clause: PortClause, destination: RuleEnd, openPorts: OpenPorts): ConnectionSet {
  if (clause.name === undefined) { return ConnectionSet.range(clause.protocol, clause.first, clause.last); }
  if (destination.kind === 'pod' && destination.pod.hasOpenPorts === true) {
    const isThere = destination.portNames?.has(clause.name) ?? openPorts === 'any number';
    return isThere ? ConnectionSet.range(clause.protocol, 1, 65535) : ConnectionSet.NONE;
  }
  const ports = destination.kind === 'pod' ? destination.pod.ports.filter(port => namedPortKey(port) === namedPortKey(clause)) : [];
  return ConnectionSet.unionOf(ports.map(({ protocol, port }) => ConnectionSet.range(protocol, port, port)));
}
