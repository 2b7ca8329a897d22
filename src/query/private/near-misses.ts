import { AddressesClause, PeerClause, Pod, PodsClause, Policy, PortClause, Rule } from '../../cluster/cluster';
import { isMatchedByAddress } from '../../cluster/pod-addresses';
import { couldSelect } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction, Reachability } from '../../evaluator/reachability';
import { nearestName } from '../../findings/nearest-name';
import { Cidr } from '../../k8s/address';
import { NetworkPlugin } from '../../k8s/network-plugins';
import { Labels } from '../../k8s/objects';
import { Requirement, requirementMatches, Selector } from '../../k8s/selector';
import { AddressEndpoint, Endpoint, PodEndpoint } from '../endpoints';
import { PortQuery } from '../ports';

/** Why a rule does not allow a connection. */
export type Mismatch =
  /** The rule allows the peer, on other connections than those of the question. */
  | { readonly kind: 'other ports'; readonly allowed: ConnectionSet; readonly asked: PortQuery }
  /** The rule names a port that the destination does not have. */
  | { readonly kind: 'port name'; readonly port: PortClause & { readonly name: string }; readonly destination: Endpoint }
  /** The clause selects pods, and the peer is an address. */
  | { readonly kind: 'address'; readonly clause: PodsClause; readonly peer: AddressEndpoint }
  /** The clause selects pods, and the peer is on its node's network. */
  | { readonly kind: 'host network'; readonly peer: PodEndpoint }
  /** The clause has no namespaceSelector, and the peer is in another namespace than the policy. */
  | { readonly kind: 'other namespace'; readonly policy: Policy; readonly peer: PodEndpoint }
  | LabelMismatch
  /** The block does not contain the peer's addresses, or excludes them by `except`. */
  | { readonly kind: 'block'; readonly clause: AddressesClause; readonly peer: Endpoint; readonly except?: Cidr }
  /** The network plugin matches the peer by its labels only. */
  | { readonly kind: 'plugin'; readonly clause: AddressesClause; readonly peer: PodEndpoint; readonly plugin: NetworkPlugin };

/** A selector of the clause does not match the labels of the peer's namespace, or of the peer. */
export interface LabelMismatch {
  readonly kind: 'labels differ';
  readonly of: 'namespace' | 'pod';
  readonly peer: PodEndpoint;
  readonly selector: Selector;
  readonly labels: Labels;
  readonly differences: readonly LabelDifference[];
  /** False for a namespace without a Namespace object: its other labels are not known. */
  readonly isDeclared: boolean;
}

/** A requirement that the labels do not meet. */
export interface LabelDifference {
  readonly wanted: Requirement;
  /** The value of the label; absent if the object does not have it. */
  readonly has?: string;
  /** True if Kubernetes adds the label, with a value that the input does not determine. */
  readonly isGenerated?: boolean;
}

/** A rule that a connection is compared with. */
interface Candidate {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly asked: ConnectionSet;
  readonly port?: PortQuery;
  /** True if the side is undecided. A rule that may allow the connection is then no near miss. */
  readonly isUndecided: boolean;
}

/**
 * Why a rule does not allow a connection that no other rule allows, if the rule is a near miss: only its ports or only its peers
 * do not match. Empty if both do not match.
 */
export function mismatches(reach: Reachability, candidate: Candidate): Mismatch[] {
  const { policy, rule, direction, subject, peer, asked, isUndecided } = candidate;
  // If the destination does not have the port name, the rule is not the cause.
  if (asked.isEmpty) { return []; }
  const connectionsOf = (changed: Rule) => reach.ruleConnections(policy, changed, direction, subject.index, peer.index, isUndecided);
  const allowed = connectionsOf(rule);
  // The rule does allow the connection, and the side is undecided.
  if (candidate.port === undefined ? !allowed.isEmpty : allowed.includes(asked)) { return []; }
  if (!connectionsOf({ ...rule, ports: undefined }).isEmpty) { return portMismatches(candidate, allowed); }
  const portsMatch = candidate.port === undefined || connectionsOf({ ...rule, peers: undefined }).includes(asked);
  // A rule without peers matches every peer.
  return portsMatch && rule.peers !== undefined ? rule.peers.map(clause => peerMismatch(reach, policy, clause, peer)) : [];
}

/**
 * The policies of one direction that select a pod but for one requirement: they have others, which the pod meets, or the label that they ask for has nearly
 * the value that the pod has.
 */
export function nearlySelects(
  policies: readonly Policy[], direction: Direction, subject: PodEndpoint,
): { readonly policy: Policy; readonly mismatch: LabelMismatch }[] {
  const { workload, pod } = subject;
  if (pod.hostNetwork) { return []; }
  return policies.flatMap(policy => {
    if (policy.namespace !== workload.namespace || policy[direction] === undefined || couldSelect(policy.subject, pod)) { return []; }
    const compared = comparison(policy.subject, pod.labels, pod.generated);
    const [{ wanted, has = '' }, ...others] = compared.differences;
    const isNear = policy.subject.requirements.length > 1 || nearestName(has, wanted.values) !== undefined;
    return others.length === 0 && isNear ? [{ policy, mismatch: { kind: 'labels differ', of: 'pod', peer: subject, isDeclared: true, ...compared } }] : [];
  });
}

function portMismatches({ rule, destination, port }: Candidate, allowed: ConnectionSet): Mismatch[] {
  const unresolved = rule.ports!.filter((clause): clause is PortClause & { name: string } => clause.name !== undefined
    && !(destination.kind === 'pod' && destination.pod.ports.some(({ protocol, name }) => protocol === clause.protocol && name === clause.name)));
  return [
    // A question without a port is answered by any connection, so there is a port here.
    ...allowed.isEmpty ? [] : [{ kind: 'other ports', allowed, asked: port! } as const],
    ...unresolved.map(clause => ({ kind: 'port name', port: clause, destination } as const)),
  ];
}

function peerMismatch(reach: Reachability, policy: Policy, clause: PeerClause, peer: Endpoint): Mismatch {
  if (clause.kind === 'addresses') {
    const { plugin } = reach.cluster;
    if (plugin !== undefined && peer.kind === 'pod' && !isMatchedByAddress(reach.cluster, peer.pod)) { return { kind: 'plugin', clause, peer, plugin }; }
    const except = peer.kind === 'pod' ? undefined : clause.except.find(e => e.first <= peer.range.first && peer.range.last <= e.last);
    return { kind: 'block', clause, peer, except };
  }
  if (peer.kind === 'address') { return { kind: 'address', clause, peer }; }
  return peer.pod.hostNetwork ? { kind: 'host network', peer } : podMismatch(reach, policy, clause, peer);
}

function podMismatch(reach: Reachability, policy: Policy, clause: PodsClause, peer: PodEndpoint): Mismatch {
  const { namespace } = peer.workload;
  if (clause.namespaces === undefined && namespace !== policy.namespace) { return { kind: 'other namespace', policy, peer }; }
  const { labels, origin } = reach.cluster.namespaces.get(namespace)!;
  if (clause.namespaces !== undefined && !clause.namespaces.matches(labels)) {
    return { kind: 'labels differ', of: 'namespace', peer, isDeclared: origin !== undefined, ...comparison(clause.namespaces, labels) };
  }
  return { kind: 'labels differ', of: 'pod', peer, isDeclared: true, ...comparison(clause.pods, peer.pod.labels, peer.pod.generated) };
}

function comparison(selector: Selector, labels: Labels, generated: Pod['generated'] = []): { selector: Selector; labels: Labels; differences: LabelDifference[] } {
  const isGenerated = ({ key }: Requirement) => generated.some(label => label.key === key);
  const differences = selector.requirements.filter(wanted => isGenerated(wanted) || !requirementMatches(wanted, labels))
    .map(wanted => ({
      wanted,
      has: Object.hasOwn(labels, wanted.key) ? labels[wanted.key] : undefined,
      isGenerated: isGenerated(wanted),
    }));
  return { selector, labels, differences };
}
