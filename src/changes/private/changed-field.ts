import { textOfClusterPeer } from './differences';
import { Policy, PortClause } from '../../cluster/cluster';
import { ClusterPolicy } from '../../cluster/cluster-policy';
import { textOfPeer, textOfPort } from '../../cluster/policy-meaning';
import { Path } from '../../findings/finding';
import { Direction } from '../../k8s/objects';
import { Grant } from '../../search/policy-index';
import { TierMatch } from '../../search/tier-rules';

/*
 * Which field of a policy made a difference. A reviewer looks for the line that the change has touched: if the peer of a rule is the same in both versions, that
 * is the line of a port, or of the selector of the policy.
 */

/** A field of a policy that both versions have. */
export interface ChangedField {
  readonly path: Path;
  /** The same field in the other version of the policy. Absent if that has no such field. */
  readonly counterpart?: Path;
}

interface Rule {
  readonly path: Path;
  readonly ports?: readonly PortClause[];
}

interface Peer {
  readonly path: Path;
  /** Equal for peers that match the same ends; absent for every peer. */
  readonly text?: string;
}

/** The field that lets more pass than the same policy of the other version: one port or all of them, the pods of the policy, or else the peer. */
export function changedField({ policy, rule, clause }: Grant, direction: Direction, other: Policy): ChangedField {
  const path = clause?.path ?? rule.path;
  const own = peersOf(policy, direction);
  // The clause may be a part of a block.
  const { text } = own.find(one => one.path === path)!;
  const others = peersOf(other, direction);
  const samePeer = other[direction]?.filter(one => others.some(peer => peer.text === text && isWithin(peer.path, one.path))) ?? [];
  if (samePeer.length > 0) {
    const ports = changedPorts(rule, samePeer);
    if (ports !== undefined) { return { path: ports, counterpart: [...samePeer[0].path, ...ports.slice(rule.path.length)] }; }
    const field = policy.subject.id === other.subject.id ? path : ['spec', 'podSelector'];
    return { path: field, counterpart: field };
  }
  const counterpart = others.find(one => isWithin(one.path, path) || isWithin(path, one.path));
  // If a peer was taken out of a list, another one has its number.
  return counterpart === undefined || own.some(one => one.text === counterpart.text) ? { path } : { path, counterpart: counterpart.path };
}

function peersOf(policy: Policy, direction: Direction): Peer[] {
  const rules = policy[direction] ?? [];
  return rules.flatMap(({ path, peers }) => peers?.map(peer => ({ path: peer.path, text: textOfPeer(peer, policy.namespace) })) ?? [{ path }]);
}

/** The field that makes a cluster-wide rule decide something else than the same policy of the other version. */
export function changedTierField({ policy, rule, clause }: TierMatch, direction: Direction, other: ClusterPolicy): Path {
  const text = clause && textOfClusterPeer(clause);
  const sameAction = other[direction].filter(({ action }) => action === rule.action);
  const samePeer = sameAction.filter(({ peers }) => peers === undefined ? text === undefined : peers.some(one => textOfClusterPeer(one) === text));
  if (samePeer.length === 0) { return sameAction.some(({ path }) => isWithin(path, rule.path)) ? clause?.path ?? rule.path : rule.path; }
  const ports = changedPorts(rule, samePeer);
  if (ports !== undefined) { return ports; }
  if (policy.tier !== other.tier) { return ['spec', 'tier']; }
  if (policy.priority !== other.priority) { return ['spec', 'priority']; }
  return policy.namespaces.id === other.namespaces.id && policy.subject.id === other.subject.id ? rule.path : ['spec', 'subject'];
}

/** The ports of a rule that no other rule has: one of them, or all if there are several. Undefined if there are none. */
function changedPorts({ path, ports }: Rule, others: readonly Rule[]): Path | undefined {
  if (others.some(other => other.ports === undefined)) { return undefined; }
  if (ports === undefined) { return path; }
  const known = new Set(others.flatMap(other => other.ports!.map(textOfPort)));
  const [first, ...more] = ports.filter(port => !known.has(textOfPort(port)));
  return first === undefined || more.length === 0 ? first?.path : [...path, 'ports'];
}

/** True if a path is that of a field, or of one inside it. */
function isWithin(path: Path, field: Path): boolean { return field.every((step, i) => path[i] === step); }
