import { Cluster, Policy, policyName } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { Selector } from '../../../k8s/selector';
import { namespaceNamed } from '../../../query/parties';
import { LintRule, RuleOfPolicy } from '../../lint-input';
import { namedPeer } from '../containment';
import { rulesOf } from '../peer-clauses';
import { decidingRule, TierRule, tierRuleName, tierRulePlace, tierRules } from '../tier-rules';

/**
 * A rule of the Admin tier decides before every NetworkPolicy. One that denies makes a rule of a NetworkPolicy pointless, which allows only what it denies. One
 * that accepts the connections of every pod makes the isolation of a NetworkPolicy pointless.
 */
export const adminOverrides: LintRule = ({ cluster }) => DIRECTIONS.flatMap(direction => {
  const admin = decidingRules(cluster, direction);
  const denied = new Map(deniedRules(cluster).map(one => [one.rule, one]));
  return admin.length === 0 ? [] : cluster.policies.filter(policy => policy[direction] !== undefined).flatMap(policy => {
    const accepting = acceptsEveryPod(cluster, policy, admin);
    return accepting !== undefined ? [acceptedFinding(policy, direction, accepting)]
      : policy[direction]!.flatMap(rule => denied.has(rule) ? [deniedFinding(denied.get(rule)!)] : []);
  });
});

/** A rule of a NetworkPolicy that allows nothing, and the rule of the Admin tier that denies some of what it allows. */
export interface DeniedRule extends RuleOfPolicy {
  readonly denying: TierRule;
}

/** The rules of NetworkPolicies of which rules of the Admin tier deny everything. */
export const deniedRules = oncePer((cluster: Cluster): readonly DeniedRule[] => DIRECTIONS.flatMap(direction => {
  const admin = decidingRules(cluster, direction);
  return admin.length === 0 ? [] : cluster.policies.flatMap(policy => rulesOf(policy, direction)).flatMap((own): DeniedRule[] => {
    const denying = denies(cluster, own, admin);
    return denying === undefined ? [] : [{ ...own, denying }];
  });
}));

/** The rules of the Admin tier for a direction. None if all of them only pass connections. */
function decidingRules(cluster: Cluster, direction: Direction): readonly TierRule[] {
  const admin = tierRules(cluster, 'Admin', direction);
  return admin.some(({ rule: { action } }) => action !== 'pass') ? admin : [];
}

/** A rule that denies some of what a rule of a NetworkPolicy allows, if rules of the Admin tier deny all of it. */
function denies(cluster: Cluster, { policy, rule: { peers, ports } }: RuleOfPolicy, admin: readonly TierRule[]): TierRule | undefined {
  const namespaces = namespaceNamed(policy.namespace);
  const found = (peers ?? [undefined]).map(peer =>
    decidingRule(cluster, { namespaces, subject: policy.subject, peer: peer && namedPeer(peer, namespaces), ports }, ['deny'], admin));
  return found.includes(undefined) ? undefined : found[0];
}

/** The rule that accepts every connection of pods that a NetworkPolicy selects with other pods. */
function acceptsEveryPod(cluster: Cluster, { namespace, subject }: Policy, admin: readonly TierRule[]): TierRule | undefined {
  const everyPod = { kind: 'pods', path: [], namespaces: Selector.everything, pods: Selector.everything } as const;
  return decidingRule(cluster, { namespaces: namespaceNamed(namespace), subject, peer: everyPod }, ['accept'], admin);
}

function deniedFinding({ policy, rule: { path }, denying }: DeniedRule): Finding {
  return finding('NP151', policy.origin.at(path), `${policyName(policy)} ${formatPath(path)} allows nothing: ${tierRuleName(denying)} of the Admin tier denies it`, {
    about: policy,
    related: [{ message: 'the rule that denies', place: tierRulePlace(denying) }],
    fix: 'remove the rule, or let a rule of the Admin tier with a lower priority number pass these connections',
  });
}

function acceptedFinding(policy: Policy, direction: Direction, accepting: TierRule): Finding {
  const from = direction === 'ingress' ? 'from' : 'to';
  return finding('NP151', policy.origin.at(['spec', direction]), `${policyName(policy)} isolates no pod from others in ${direction}: ${tierRuleName(accepting)} of the Admin tier accepts every connection ${from} pods`, {
    about: policy,
    related: [{ message: 'the rule that accepts', place: tierRulePlace(accepting) }],
    fix: 'name the peers in the rule of the Admin tier, or remove the NetworkPolicy',
  });
}
