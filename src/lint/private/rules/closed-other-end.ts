import { PodsClause, policyName, Rule, Workload, workloadName } from '../../../cluster/cluster';
import { ClusterPolicy, clusterPolicyName, tierText } from '../../../cluster/cluster-policy';
import { ClassIndex, Reachability } from '../../../evaluator/reachability';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { LintRule, PodsOfWorkload, RuleOfPolicy } from '../../lint-input';
import { ClusterDns, DNS_PORT } from '../cluster-dns';
import { SelectedPods } from '../selected-pods';

/**
 * A rule lets declared pods through, but the policies of those pods do not: the connection needs both ends (kubernetes.io, "Network Policies", "The two
 * sorts of pod isolation"). A peer that means every pod of every namespace has pods that the input does not declare.
 */
export const closedOtherEnd: LintRule = ({ cluster, reach }) => {
  const selected = SelectedPods.of(cluster);
  const findings: Finding[] = [];
  for (const policy of cluster.policies) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const rule of policy[direction] ?? []) {
        for (const clause of rule.peers ?? []) {
          if (clause.kind !== 'pods') { continue; }
          const closed = closedPair(reach, selected, { policy, direction, rule, clause });
          if (closed !== undefined) { findings.push(closed); }
        }
      }
    }
  }
  return findings;
};

interface RulePeer extends RuleOfPolicy {
  readonly clause: PodsClause;
}

/** The finding, if no declared pod of the peer lets the connection through. */
function closedPair(reach: () => Reachability, selected: SelectedPods, rulePeer: RulePeer): Finding | undefined {
  const { policy, direction, rule, clause } = rulePeer;
  const opposite = direction === 'ingress' ? 'egress' : 'ingress';
  if (clause.namespaces?.isEverything === true && clause.pods.isEverything) { return undefined; }
  const subjects = selected.inNamespace(policy.namespace, policy.subject);
  const peers = without(selected.ofPeer(policy.namespace, clause), ({ workload }) =>
    (clause.pods.isEverything && selected.isOpen(workload.namespace)) || isOnePod(workload, subjects));
  // Closed DNS is a finding of its own, once for all pods.
  if (direction === 'egress' && isAboutDns(ClusterDns.of(reach().cluster), rule, peers)) { return undefined; }
  if (peers.length === 0 || subjects.length === 0 || !hasPort(rule, direction === 'ingress' ? subjects : peers)) { return undefined; }
  if (isOpen(reach(), rulePeer, selected.classesOf(reach(), subjects), selected.classesOf(reach(), peers))) { return undefined; }
  const [own, other] = [subjects[0], peers[0]].map(({ workload }) => workloadName(workload));
  const [lets, refuse] = direction === 'ingress' ? [`lets ${other} in`, `let it out to ${own}`] : [`lets ${own} out to ${other}`, 'let it in'];
  const field = `${policyName(policy)} ${formatPath(clause.path)}`;
  const denying = denyingPolicy(reach(), rulePeer, subjects[0], peers[0]);
  if (denying !== undefined) {
    return finding('NP120', policy.origin.at(clause.path), `${field} ${lets}, but ${clusterPolicyName(denying)} (${tierText(denying)}) denies it`, {
      about: policy,
      related: [{ message: 'the policy that denies it', place: denying.origin.at() }],
      fix: 'remove the rule: no NetworkPolicy overrules the Admin tier',
      // Somebody else has decided so, as for NP151.
      severity: 'warning',
    });
  }
  // By other labels than the name, and in a namespace that has other workloads, there may be pods of the peer that let the connection through.
  const isSure = !clause.pods.isEverything && selected.knowsPeer(policy.namespace, clause);
  const isolating = reach().policies(reach().ofPod(peers[0].workload, peers[0].pods[0]), opposite);
  return finding('NP120', policy.origin.at(clause.path), `${field} ${lets}, but the policies of ${other} do not ${refuse}`, {
    about: policy,
    related: isolating.slice(0, 3).map(({ origin }) => ({ message: `isolates ${other} for ${opposite}`, place: origin.at() })),
    fix: policy.isGenerated === true ? 'open the other end as well: name a tier and not a peer, so that one call opens both'
      : `open the other end as well: add a rule for ${opposite} ${direction === 'ingress' ? 'to' : 'from'} ${own} in a policy that selects ${other}, or remove this peer`,
    ...isSure ? {} : { severity: 'warning' },
  });
}

/** The policy of the Admin tier that keeps a pod of the other end from the connections of the rule. */
function denyingPolicy(
  reach: Reachability, { policy, direction, rule }: RulePeer, subject: PodsOfWorkload, peer: PodsOfWorkload,
): ClusterPolicy | undefined {
  const [own, other] = [subject, peer].map(({ workload, pods }) => reach.ofPod(workload, pods[0]));
  const allowed = reach.ruleConnections(policy, rule, direction, own, other, true);
  return reach.tierRules(other, direction === 'ingress' ? 'egress' : 'ingress', own, 'Admin')
    .find(({ rule: { action }, connections }) => action === 'deny' && !connections.intersect(allowed).isEmpty)?.policy;
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
  const opposite = direction === 'ingress' ? 'egress' : 'ingress';
  // Only a port name means something else for each destination.
  const hasNames = rule.ports?.some(({ name }) => name !== undefined) === true;
  const ofEach = hasNames ? undefined : reach.portsOfRule(rule, subjects[0]);
  const isOpenPair = (peer: ClassIndex, subject: ClassIndex) => {
    const allowed = ofEach ?? reach.portsOfRule(rule, direction === 'ingress' ? subject : peer);
    return !allowed.intersect(reach.possibleSideConnections(peer, opposite, subject)).isEmpty;
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
