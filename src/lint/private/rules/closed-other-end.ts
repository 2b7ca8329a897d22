import { PodsClause, policyName, Rule, Workload, workloadName } from '../../../cluster/cluster';
import { ClusterPolicy, clusterPolicyName, tierText } from '../../../cluster/cluster-policy';
import { ConnectionSet } from '../../../evaluator/connections';
import { ClassIndex, Reachability } from '../../../evaluator/reachability';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { LintInput, LintRule, PodsOfWorkload } from '../../lint-input';
import { ClusterDns, DNS_PORT } from '../cluster-dns';
import { counterparts, Ends } from '../counterparts';
import { rulesWithWrongPort } from '../port-faults';
import { SelectedPods } from '../selected-pods';
import { deniedRules } from './admin-overrides';
import { otherDirection } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { formatConnections } from '../../../query/ports';
import { isEveryPod, PeerOfRule, podsIn } from '../peer-clauses';

/**
 * A rule lets declared pods through, but the policies of those pods do not: the connection needs both ends (kubernetes.io, "Network Policies", "The two
 * sorts of pod isolation"). A peer that means every pod of every namespace has pods that the input does not declare.
 */
export const closedOtherEnd: LintRule = input => closedConnections(input).map(({ found }) => found);

/** True if a finding says that pods of a workload let each other through at one end only. */
export function isClosedBetweenReplicas(input: LintInput, workload: Workload): boolean {
  return closedConnections(input).some(({ own, other }) => own.workload === workload && other.workload === workload);
}

/** The rules with other ports than the other end. A finding names the ports of both ends. */
export function rulesWithOtherPorts(input: LintInput): ReadonlySet<Rule> {
  return new Set(closedConnections(input).flatMap(({ differing }) => differing));
}

/** A finding, and the pods that it is about. */
interface ClosedConnection extends Ends {
  readonly found: Finding;
  /** The rules of both ends, if the other end has rules for the same pods with other ports. Otherwise none. */
  readonly differing: readonly Rule[];
}

/** Several rules look at them. */
const closedConnections = oncePer((input: LintInput) => oncePerPorts(findClosed(input)));

/** Where each end has ports of its own, the finding about the destination says so, and its source has none. */
function oncePerPorts(all: readonly ClosedConnection[]): ClosedConnection[] {
  const atDestination = new Set(all.filter(({ differing, direction }) => differing.length > 0 && direction === 'ingress')
    .map(({ own, other }) => keyOf(other.workload, own.workload)));
  return all.filter(({ differing, direction, own, other }) =>
    differing.length === 0 || direction === 'ingress' || !atDestination.has(keyOf(own.workload, other.workload)));
}

function keyOf(source: Workload, destination: Workload): string {
  return `${workloadName(source)} ${workloadName(destination)}`;
}

function findClosed(input: LintInput): ClosedConnection[] {
  return podsIn(input.cluster).flatMap(peer => closedPairs(input, peer));
}

type RulePeer = PeerOfRule<PodsClause>;

/** A finding, if no declared pod of the peer lets the connection through. If the peer lists values of a label, each of them means pods of its own. */
function closedPairs(input: LintInput, rulePeer: RulePeer): ClosedConnection[] {
  const { cluster, reach } = input;
  const selected = SelectedPods.of(cluster);
  const { policy, direction, rule, clause } = rulePeer;
  if (isEveryPod(clause)) { return []; }
  const subjects = selected.inNamespace(policy.namespace, policy.subject);
  const peers = without(selected.ofPeer(policy.namespace, clause), ({ workload }) =>
    (clause.pods.isEverything && selected.isOpen(workload.namespace)) || isOnePod(workload, subjects));
  // Closed DNS is a finding of its own, once for all pods.
  if (direction === 'egress' && isAboutDns(ClusterDns.of(reach().cluster), rule, peers)) { return []; }
  if (peers.length === 0 || subjects.length === 0) { return []; }
  const isClosed = (some: readonly PodsOfWorkload[]) => hasPort(rule, direction === 'ingress' ? subjects : some)
    && !isOpen(reach(), rulePeer, selected.classesOf(reach(), subjects), selected.classesOf(reach(), some));
  const closed = isClosed(peers) ? [peers] : byListedValue(clause, peers).filter(isClosed);
  return closed.flatMap(([other]) => findingFor(input, rulePeer, subjects[0], other) ?? []);
}

/** The pods of a peer by the values that its selector lists for a label. Empty if it lists no two. */
function byListedValue({ pods: { requirements } }: PodsClause, peers: readonly PodsOfWorkload[]): (readonly PodsOfWorkload[])[] {
  const listed = requirements.find(({ operator, values }) => operator === 'In' && values.length > 1);
  if (listed === undefined) { return []; }
  return listed.values.map(value => peers.filter(({ pods }) => pods.some(({ labels }) => labels[listed.key] === value)))
    .filter(some => some.length > 0);
}

function findingFor(input: LintInput, rulePeer: RulePeer, subject: PodsOfWorkload, peer: PodsOfWorkload): ClosedConnection | undefined {
  const { cluster, reach } = input;
  const selected = SelectedPods.of(cluster);
  const { policy, direction, rule, clause } = rulePeer;
  const opposite = otherDirection(direction);
  const ends: Ends = { own: subject, other: peer, direction };
  const [own, other] = [subject, peer].map(({ workload }) => workloadName(workload));
  const [lets, refuse] = direction === 'ingress' ? [`lets ${other} in`, `let it out to ${own}`] : [`lets ${own} out to ${other}`, 'let it in'];
  const field = `${policyName(policy)} ${formatPath(clause.path)}`;
  const denial = denialOf(reach(), rulePeer, subject, peer);
  if (denial !== undefined) {
    const { denying, isPointlessThere } = denial;
    // The rule at the other end has a finding about the same cause, which names the rule that denies (NP151).
    if (isPointlessThere) { return undefined; }
    const found = finding('NP120', policy.origin.at(clause.path), `${field} ${lets}, but ${clusterPolicyName(denying)} (${tierText(denying)}) denies it`, {
      about: policy,
      related: [{ message: 'the policy that denies it', place: denying.origin.at() }],
      fix: 'remove the rule: no NetworkPolicy overrules the Admin tier',
      // Somebody else has decided so, as for NP151.
      severity: 'warning',
    });
    return { ...ends, found, differing: [] };
  }
  const there = counterparts(reach(), selected, ends);
  const wrong = rulesWithWrongPort(cluster);
  if (wrong.has(rule) || there.some(one => wrong.has(one.rule))) { return undefined; }
  // By other labels than the name, and in a namespace that has other workloads, there may be pods of the peer that let the connection through.
  const isSure = !clause.pods.isEverything && selected.knowsPeer(policy.namespace, clause);
  const severity: Partial<Finding> = isSure ? {} : { severity: 'warning' };
  const [ownIndex, otherIndex] = [subject, peer].map(({ workload, pods }) => reach().ofPod(workload, pods[0]));
  const portsThere = ConnectionSet.unionOf(there.map(one => reach().ruleConnections(one.policy, one.rule, opposite, otherIndex, ownIndex, true)));
  if (!portsThere.isEmpty) {
    const portsHere = reach().ruleConnections(policy, rule, direction, ownIndex, otherIndex, true);
    const text = `${field} ${lets} on ${formatConnections(portsHere)}, but the policies of ${other} ${refuse} on ${formatConnections(portsThere)} only`;
    const found = finding('NP120', policy.origin.at(clause.path), text, {
      about: policy,
      related: there.slice(0, 3).map(one => ({ message: 'the rule at the other end', place: one.policy.origin.at(one.rule.path) })),
      fix: sameAtBothEnds(direction === 'ingress' ? subject : peer, portsHere.union(portsThere)),
      ...severity,
    });
    return { ...ends, found, differing: [rule, ...there.map(one => one.rule)] };
  }
  const found = finding('NP120', policy.origin.at(clause.path), `${field} ${lets}, but the policies of ${other} do not ${refuse}`, {
    about: policy,
    related: reach().policies(otherIndex, opposite).slice(0, 3).map(({ origin }) => ({ message: `isolates ${other} for ${opposite}`, place: origin.at() })),
    fix: policy.isGenerated === true ? 'open the other end as well: name a tier and not a peer, so that one call opens both'
      : `open the other end as well: add a rule for ${opposite} ${direction === 'ingress' ? 'to' : 'from'} ${own} in a policy that selects ${other}, or remove this peer`,
    ...severity,
  });
  return { ...ends, found, differing: [] };
}

/** The containers tell which end is right. */
function sameAtBothEnds(destination: PodsOfWorkload, named: ConnectionSet): string {
  const containerPorts = destination.pods.flatMap(({ ports }) => ports);
  const declared = ConnectionSet.ofRanges(containerPorts.map(({ protocol, port }) => ({ protocol, first: port, last: port })));
  const right = declared.intersect(named);
  if (declared.isEmpty) { return 'write the same port at both ends'; }
  return right.isEmpty ? `write a port of the containers at both ends (${formatConnections(declared)})`
    : `write ${formatConnections(right)} at both ends, as the containers declare`;
}

/** What keeps a pod of the other end from the connections of a rule, if it is the Admin tier. */
interface Denial {
  readonly denying: ClusterPolicy;
  /** True if a rule at that end would open the connection, and the policy denies everything that this rule allows. */
  readonly isPointlessThere: boolean;
}

function denialOf(
  reach: Reachability, { policy, direction, rule }: RulePeer, subject: PodsOfWorkload, peer: PodsOfWorkload,
): Denial | undefined {
  const opposite = otherDirection(direction);
  const [own, other] = [subject, peer].map(({ workload, pods }) => reach.ofPod(workload, pods[0]));
  const allowed = reach.ruleConnections(policy, rule, direction, own, other, true);
  const denying = reach.tierRules(other, opposite, own, 'Admin')
    .find(({ rule: { action }, connections }) => action === 'deny' && connections.overlaps(allowed))?.policy;
  if (denying === undefined) { return undefined; }
  const isolating = new Set(reach.policies(other, opposite));
  const isPointlessThere = deniedRules(reach.cluster).some(one =>
    one.denying.policy === denying && one.direction === opposite && isolating.has(one.policy)
    && reach.ruleConnections(one.policy, one.rule, opposite, other, own, true).overlaps(allowed));
  return { denying, isPointlessThere };
}

/** True if a rule lets pods ask the DNS of the cluster. */
function isAboutDns(dns: ClusterDns, { ports }: Rule, peers: readonly PodsOfWorkload[]): boolean {
  return dns.pods.length > 0 && peers.some(({ workload }) => dns.has(workload))
    && (ports === undefined || ports.some(({ first, last }) => first <= DNS_PORT && DNS_PORT <= last));
}

/** True if the subjects are one pod, and the peer is the same one. A pod always reaches itself. */
function isOnePod(peer: Workload, subjects: readonly PodsOfWorkload[]): boolean {
  return peer.kind === 'Pod' && subjects.length === 1 && subjects[0].workload === peer;
}

/** False if the rule has only port names that no destination has. That is another finding. */
function hasPort({ ports }: Rule, destinations: readonly PodsOfWorkload[]): boolean {
  return ports === undefined || ports.some(({ name, protocol }) => name === undefined
    || destinations.some(({ pods }) => pods.some(pod => pod.ports.some(port => port.name === name && port.protocol === protocol))));
}

/** True if some peer may let through some of what the rule allows between it and some subject. */
function isOpen(
  reach: Reachability, { direction, rule }: RulePeer, subjects: readonly ClassIndex[], peers: readonly ClassIndex[],
): boolean {
  const opposite = otherDirection(direction);
  // Only a port name means something else for each destination.
  const hasNames = rule.ports?.some(({ name }) => name !== undefined) === true;
  const ofEach = hasNames ? undefined : reach.portsOfRule(rule, subjects[0]);
  const isOpenPair = (peer: ClassIndex, subject: ClassIndex) => {
    const allowed = ofEach ?? reach.portsOfRule(rule, direction === 'ingress' ? subject : peer);
    return allowed.overlaps(reach.possibleSideConnections(peer, opposite, subject));
  };
  const own = new Set(subjects);
  // Most rules are open, so that the first pair says so.
  return isOpenPair(peers[0], subjects[0]) || peers.some(peer => {
    // Far fewer than all, if the peer is isolated.
    const candidates = reach.possiblePeers(peer, opposite)?.filter(other => own.has(other)) ?? subjects;
    return candidates.some(subject => isOpenPair(peer, subject));
  });
}

/** The items that are not excluded. It is the same list if none is. */
function without<T>(items: readonly T[], isExcluded: (item: T) => boolean): readonly T[] {
  return items.some(isExcluded) ? items.filter(item => !isExcluded(item)) : items;
}
