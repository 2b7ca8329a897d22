import { policyName } from '../../../cluster/cluster';
import { enumerate } from '../../../findings/enumeration';
import { finding, formatPath } from '../../../findings/finding';
import { LintRule, RuleOfPolicy } from '../../lint-input';
import { portsCover } from '../containment';
import { redundancyOf } from '../redundancy';

/** Other rules for at least the same pods allow everything that a rule allows. A rule that is the only one of its kind is never found. */
export const coveredRule: LintRule = ({ cluster }) => redundancyOf(cluster).rules.flatMap(({ rule, covering }) => {
  if (covering.some(other => isOpenBeside(other, rule))) { return []; }
  const { policy } = rule;
  const shown = covering.slice(0, 3);
  return [finding('NP131', policy.origin.at(rule.rule.path), `${nameOf(rule)} allows only what ${enumerate(covering.map(nameOf), 3)} ${covering.length === 1 ? 'allows' : 'allow'} too`, {
    about: policy,
    related: shown.map(other => ({ message: 'this rule allows the same', place: other.policy.origin.at(other.rule.path) })),
    fix: 'remove the rule, or correct what it was meant to allow',
  })];
});

/** True for a rule of the same policy for everybody that alone makes a narrower one pointless. NP125 has a finding about that rule. */
function isOpenBeside({ policy, rule }: RuleOfPolicy, covered: RuleOfPolicy): boolean {
  const isNarrower = covered.rule.peers !== undefined || !portsCover(covered.rule.ports, rule.ports);
  return policy === covered.policy && rule.peers === undefined && isNarrower && portsCover(rule.ports, covered.rule.ports);
}

function nameOf({ policy, rule }: RuleOfPolicy): string {
  return `${policyName(policy)} ${formatPath(rule.path)}`;
}
