import { SelectedPods } from './selected-pods';
import { PodsClause, Policy, policyName, Rule, Workload, workloadName } from '../../cluster/cluster';
import { clusterPolicyName, tierText } from '../../cluster/cluster-policy';
import { Direction, Reachability } from '../../evaluator/reachability';
import { finding, Finding, formatPath } from '../../findings/finding';
import { namespaceNamed } from '../../query/parties';
import { LintRule, PodsOfWorkload } from '../lint-input';

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

interface RulePeer {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: Rule;
  readonly clause: PodsClause;
}

/** The finding, if no declared pod of the peer lets the connection through. */
function closedPair(reach: () => Reachability, selected: SelectedPods, rulePeer: RulePeer): Finding | undefined {
  const { policy, direction, rule, clause } = rulePeer;
  const namespaces = clause.namespaces ?? namespaceNamed(policy.namespace);
  if (namespaces.isEverything && clause.pods.isEverything) { return undefined; }
  const subjects = selected.inNamespace(policy.namespace, policy.subject);
  const peers = selected.inNamespaces(namespaces, clause.pods)
    .filter(({ workload }) => !(clause.pods.isEverything && selected.isOpen(workload.namespace)) && !isOnePod(workload, subjects));
  if (peers.length === 0 || subjects.length === 0 || !hasPort(rule, direction === 'ingress' ? subjects : peers)) { return undefined; }
  if (isOpen(reach(), rulePeer, subjects, peers)) { return undefined; }
  const [own, other] = [subjects[0], peers[0]].map(({ workload }) => workloadName(workload));
  const denying = adminPolicy(reach(), rulePeer, subjects[0], peers[0]);
  if (denying !== undefined) {
    const lets = direction === 'ingress' ? `lets ${other} in` : `lets ${own} out to ${other}`;
    return finding('NP120', policy.origin.at(clause.path), `${policyName(policy)} ${formatPath(clause.path)} ${lets}, but ${denying} denies it`, {
      fix: 'remove the rule: no NetworkPolicy overrules the Admin tier',
    });
  }
  const [lets, refuse] = direction === 'ingress' ? [`lets ${other} in`, `let it out to ${own}`] : [`lets ${own} out to ${other}`, 'let it in'];
  const field = `${policyName(policy)} ${formatPath(clause.path)}`;
  return finding('NP120', policy.origin.at(clause.path), `${field} ${lets}, but the policies of ${other} do not ${refuse}`, {
    fix: 'open the other end as well: name a tier and not a peer, so that one call opens both',
  });
}

/** The policy of the Admin tier that keeps a pod of the other end from the connections of the rule: `ClusterNetworkPolicy x (Admin tier, priority 10)`. */
function adminPolicy(
  reach: Reachability, { policy, direction, rule }: RulePeer, subject: PodsOfWorkload, peer: PodsOfWorkload,
): string | undefined {
  const [own, other] = [subject, peer].map(({ workload, pods }) => reach.ofPod(workload, pods[0]));
  const allowed = reach.ruleConnections(policy, rule, direction, own, other, true);
  const denying = reach.tierRules(other, direction === 'ingress' ? 'egress' : 'ingress', own, 'Admin')
    .find(({ rule: { action }, connections }) => action === 'deny' && !connections.intersect(allowed).isEmpty);
  return denying && `${clusterPolicyName(denying.policy)} (${tierText(denying.policy)})`;
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
  reach: Reachability, { policy, direction, rule }: RulePeer, subjects: readonly PodsOfWorkload[], peers: readonly PodsOfWorkload[],
): boolean {
  const opposite = direction === 'ingress' ? 'egress' : 'ingress';
  const classesOf = (some: readonly PodsOfWorkload[]) => new Set(some.flatMap(({ workload, pods }) => pods.map(pod => reach.ofPod(workload, pod))));
  const own = classesOf(subjects);
  return [...classesOf(peers)].some(peer => {
    // Far fewer than all, if the peer is isolated.
    const candidates = reach.possiblePeers(peer, opposite)?.filter(other => own.has(other)) ?? [...own];
    return candidates.some(subject => {
      const allowed = reach.ruleConnections(policy, rule, direction, subject, peer, true);
      return !allowed.intersect(reach.possibleSideConnections(peer, opposite, subject)).isEmpty;
    });
  });
}
