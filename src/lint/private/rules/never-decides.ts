import { Cluster } from '../../../cluster/cluster';
import { tierText } from '../../../cluster/cluster-policy';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { LintRule } from '../../lint-input';
import { Connections, connectionsOf, decidingRule, isBefore, matchesAll, portByPort, TierRule, tierRuleName, tierRulePlace, tierRules } from '../tier-rules';

/** Rules before a rule of a cluster-wide policy match everything that it matches. The first rule that matches decides. */
export const neverDecides: LintRule = ({ cluster }) => DIRECTIONS.flatMap(direction => {
  const [admin, baseline] = [tierRules(cluster, 'Admin', direction), tierRules(cluster, 'Baseline', direction)];
  return [...admin, ...baseline].flatMap(rule => {
    const isBaseline = rule.policy.tier === 'Baseline';
    const others = rulesThatDecide(cluster, rule, (isBaseline ? baseline : admin).filter(other => isBefore(other, rule)), isBaseline ? admin : []);
    if (others.length === 0) { return []; }
    const { policy } = rule;
    const names = enumerate(others.map(other => `${tierRuleName(other)} (${tierText(other.policy)})`), 2);
    return [finding('NP150', tierRulePlace(rule), `${tierRuleName(rule)} never decides: ${names} ${others.length === 1 ? 'matches' : 'match'} the same connections first`, {
      about: policy,
      related: others.slice(0, 3).map(other => ({ message: 'this rule decides first', place: tierRulePlace(other) })),
      fix: 'remove the rule, or put it first: earlier in its policy, or in a policy with a lower priority number',
    })];
  });
});

/**
 * The rules that together match everything that a rule matches; none if there are no such rules. Rules of the Admin tier come before those of the Baseline tier
 * unless they pass the connections.
 */
function rulesThatDecide(cluster: Cluster, rule: TierRule, before: readonly TierRule[], admin: readonly TierRule[]): readonly TierRule[] {
  const first = (connections: Connections) =>
    before.find(other => matchesAll(cluster, other, connections)) ?? decidingRule(cluster, connections, ['accept', 'deny'], admin);
  const found = connectionsOf(rule).flatMap(connections => {
    const [whole, { ports }] = [first(connections), connections];
    return whole !== undefined || ports === undefined ? [whole] : portByPort({ ...connections, ports }, [...before, ...admin]).map(first);
  });
  return found.includes(undefined) ? [] : [...new Set(found as TierRule[])];
}
