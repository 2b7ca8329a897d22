import { couldOverlap, isPossible, NamedPeer, namespacesCover, peerCovers, peersOverlap, portsCover, portsOverlap, selectorCovers } from './containment';
import { Cluster, PodsClause, PortClause } from '../../cluster/cluster';
import { clusterPolicyName, ClusterPeerClause, ClusterPolicy, ClusterRule, PolicyTier, RuleAction } from '../../cluster/cluster-policy';
import { Direction } from '../../evaluator/reachability';
import { formatPath, Place } from '../../findings/finding';
import { Selector } from '../../k8s/selector';

/* The rules of cluster-wide policies, and which connections they decide first. */

/** A rule of a cluster-wide policy. */
export interface TierRule {
  readonly policy: ClusterPolicy;
  readonly direction: Direction;
  readonly rule: ClusterRule;
  /** The position of the rule in its policy. */
  readonly index: number;
}

/** Connections: those of some pods with some peers on some ports. Absent peers or ports are all of them. */
export interface Connections {
  readonly namespaces: Selector;
  readonly subject: Selector;
  readonly peer?: NamedPeer;
  readonly ports?: readonly PortClause[];
}

/** The rules of a tier for a direction, in the order of the input. */
export function tierRules({ clusterPolicies }: Cluster, tier: PolicyTier, direction: Direction): TierRule[] {
  return clusterPolicies.filter(policy => policy.tier === tier).flatMap(policy =>
    policy[direction].map((rule, index) => ({ policy, direction, rule, index })));
}

/**
 * True if the first rule decides before the second one of the same tier. Policies with the same priority, and those of different APIs, have no order
 * (https://network-policy-api.sigs.k8s.io/reference/spec/, AdminNetworkPolicySpec).
 */
export function isBefore(first: TierRule, second: TierRule): boolean {
  if (first.policy === second.policy) { return first.index < second.index; }
  return first.policy.api === second.policy.api && first.policy.priority < second.policy.priority;
}

/** A rule of the tier that decides about all of these connections with one of these actions, whatever the order of rules is that have none. */
export function decidingRule(
  cluster: Cluster, connections: Connections, actions: readonly RuleAction[], tier: readonly TierRule[],
): TierRule | undefined {
  // A cluster-wide policy that was not read may come first.
  if (cluster.unevaluated.some(({ namespace }) => namespace === undefined)) { return undefined; }
  return tier.find(one => actions.includes(one.rule.action) && matchesAll(cluster, one, connections)
    && !tier.some(other => !actions.includes(other.rule.action) && !isBefore(one, other) && matchesSome(other, connections)));
}

/** The connections that a rule decides about, one entry for each peer. */
export function connectionsOf({ policy: { namespaces, subject }, rule: { peers, ports } }: TierRule): Connections[] {
  return (peers ?? [undefined]).map(peer => ({ namespaces, subject, peer: peer && named(peer), ports }));
}

/** The connections in parts that begin where the ports of a rule begin. So if several rules together have all of the ports, each part has one that has it. */
export function portByPort(connections: Connections & Required<Pick<Connections, 'ports'>>, rules: readonly TierRule[]): Connections[] {
  const starts = rules.filter(rule => matchesSome(rule, connections)).flatMap(({ rule: { ports = [] } }) => ports.map(({ first }) => first));
  return connections.ports.flatMap((port): Connections[] => {
    if (port.name !== undefined) { return [{ ...connections, ports: [port] }]; }
    const inside = starts.filter(start => port.first < start && start <= port.last);
    const firsts = [...new Set([port.first, ...inside])].sort((one, other) => one - other);
    return firsts.map((first, i) => ({ ...connections, ports: [{ ...port, first, last: (firsts[i + 1] ?? port.last + 1) - 1 }] }));
  });
}

/** True if the rule matches all of these connections. */
export function matchesAll(cluster: Cluster, { policy, rule }: TierRule, { namespaces, subject, peer, ports }: Connections): boolean {
  return portsCover(rule.ports, ports) && selectorCovers(policy.subject, subject) && namespacesCover(cluster, policy.namespaces, namespaces)
    && (rule.peers === undefined || (peer !== undefined && rule.peers.some(own => peerCovers(cluster, named(own), peer))));
}

/** False only if the rule matches none of these connections. */
export function matchesSome({ policy, rule }: TierRule, { namespaces, subject, peer, ports }: Connections): boolean {
  return portsOverlap(rule.ports, ports) && couldOverlap(policy.subject, subject) && couldOverlap(policy.namespaces, namespaces)
    && (rule.peers === undefined || peer === undefined || rule.peers.some(own => peersOverlap(named(own), peer)));
}

/** Some connections that are among both, if it is certain that there are some: all of them, unless a name is beside a number or a block beside pods. */
export function sharedConnections(a: Connections, b: Connections): Connections | undefined {
  const [namespaces, subject] = [both(a.namespaces, b.namespaces), both(a.subject, b.subject)];
  const peers = a.peer === undefined || b.peer === undefined ? [a.peer ?? b.peer] : sharedPeers(a.peer, b.peer);
  const ports = a.ports === undefined || b.ports === undefined ? a.ports ?? b.ports : sharedPorts(a.ports, b.ports);
  const isNone = !isPossible(namespaces) || !isPossible(subject) || peers.length === 0 || ports?.length === 0;
  return isNone ? undefined : { namespaces, subject, peer: peers[0], ports };
}

function both(a: Selector, b: Selector): Selector {
  return Selector.of([...a.requirements, ...b.requirements]);
}

/** What both peers have, as a list of one peer, or of none. */
function sharedPeers(a: NamedPeer, b: NamedPeer): NamedPeer[] {
  if (a.kind === 'pods' && b.kind === 'pods') {
    const shared = { ...a, namespaces: both(a.namespaces, b.namespaces), pods: both(a.pods, b.pods) };
    return isPossible(shared.namespaces) && isPossible(shared.pods) ? [shared] : [];
  }
  if (a.kind === 'addresses' && b.kind === 'addresses') {
    // Of two blocks that have an address in common, one contains the other. Those of cluster-wide rules have no exceptions.
    return peersOverlap(a, b) ? [a.block.prefix > b.block.prefix ? a : b] : [];
  }
  return [];
}

function sharedPorts(a: readonly PortClause[], b: readonly PortClause[]): PortClause[] {
  return a.flatMap(one => b.filter(({ protocol, name, isUncertain }) =>
    protocol === one.protocol && name === one.name && isUncertain !== true && one.isUncertain !== true).flatMap(other => {
    const [first, last] = [Math.max(one.first, other.first), Math.min(one.last, other.last)];
    return first > last ? [] : [{ ...one, first, last }];
  }));
}

/** The peer of a cluster-wide rule. Its pods always name their namespaces. */
function named(peer: ClusterPeerClause): NamedPeer {
  return peer as Exclude<ClusterPeerClause, PodsClause> | Required<PodsClause>;
}

/** The rule in a message: `AdminNetworkPolicy deny-tenants spec.ingress[0]`. */
export function tierRuleName({ policy, rule: { path } }: TierRule): string {
  return `${clusterPolicyName(policy)} ${formatPath(path)}`;
}

/** Where the rule is written. */
export function tierRulePlace({ policy, rule: { path } }: TierRule): Place {
  return policy.origin.at(path);
}
