import { Cluster, isLabelKnown } from '../../../cluster/cluster';
import { clusterPolicyName, ClusterPolicy, tierText } from '../../../cluster/cluster-policy';
import { Direction } from '../../../evaluator/reachability';
import { finding, Finding } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { LintRule } from '../../lint-input';
import { connectionsOf, isBefore, matchesAll, sharedConnections, TierRule, tierRuleName, tierRulePlace, tierRules } from '../tier-rules';

/**
 * Two policies of one tier and priority have rules that match the same connections and do something else with them. Then the cluster may apply either of
 * them (https://network-policy-api.sigs.k8s.io/reference/spec/, AdminNetworkPolicySpec, priority).
 */
export const equalPriorities: LintRule = ({ cluster }) => (['Admin', 'Baseline'] as const).flatMap(tier => {
  const policies = new Map<string, ClusterPolicy[]>();
  for (const policy of cluster.clusterPolicies.filter(one => one.tier === tier)) {
    const key = `${policy.priority} ${policy.api}`;
    policies.set(key, [...policies.get(key) ?? [], policy]);
  }
  return [...policies.values()].flatMap(equal => equal.flatMap((policy, i) => equal.slice(i + 1).flatMap(other => {
    const conflict = DIRECTIONS.map(direction => conflictOf(cluster, policy, other, direction)).find(one => one !== undefined);
    return conflict === undefined ? [] : [findingFor(cluster, policy, other, conflict)];
  })));
});

/** Two rules that disagree. */
type Conflict = readonly [TierRule, TierRule];

function conflictOf(cluster: Cluster, a: ClusterPolicy, b: ClusterPolicy, direction: Direction): Conflict | undefined {
  const rules = tierRules(cluster, a.tier, direction);
  const [ofA, ofB] = [a, b].map(policy => rules.filter(one => one.policy === policy));
  for (const first of ofA) {
    for (const second of ofB) {
      if (first.rule.action !== second.rule.action && areOpen(cluster, first, second, rules)) { return [first, second]; }
    }
  }
  return undefined;
}

/** True if the two rules match some of the same connections, and no rule before one of them decides about all of these. */
function areOpen(cluster: Cluster, first: TierRule, second: TierRule, rules: readonly TierRule[]): boolean {
  const before = rules.filter(one => isBefore(one, first) || isBefore(one, second));
  return connectionsOf(first).some(one => connectionsOf(second).some(other => {
    const shared = sharedConnections(one, other);
    return shared !== undefined && !before.some(rule => matchesAll(cluster, rule, shared));
  }));
}

function findingFor({ namespaces }: Cluster, policy: ClusterPolicy, other: ClusterPolicy, [first, second]: Conflict): Finding {
  // Without such a namespace, the policies disagree only about one that could be made.
  const isKnown = [...namespaces.values()].some(namespace => [policy, other].every(one =>
    one.namespaces.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key))));
  return finding('NP152', tierRulePlace(second), `${clusterPolicyName(policy)} and ${clusterPolicyName(other)} disagree, and no order is defined between them (${tierText(policy)}): `
    + `${tierRuleName(first)} says ${first.rule.action}, and ${tierRuleName(second)} says ${second.rule.action}`, {
    about: other,
    severity: isKnown ? 'warning' : 'note',
    related: [{ message: 'the other rule', place: tierRulePlace(first) }],
    fix: 'give the two policies different priorities',
  });
}
