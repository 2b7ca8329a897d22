import { policyName } from '../../../cluster/cluster';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { redundancyOf } from '../redundancy';

/**
 * Without the policy, every pod that could exist has the same connections: other policies isolate the same pods and allow the same. A policy without
 * rules, such as a default deny, is found only if another one without rules does the same.
 */
export const changesNothing: LintRule = ({ cluster }) => redundancyOf(cluster).policies.map(({ policy, covering }) => {
  const others = enumerate(covering.map(policyName), 3);
  const [select, allow] = covering.length === 1 ? ['selects', 'allows'] : ['select', 'allow'];
  return finding('NP130', policy.origin.at(), `${policyName(policy)} changes nothing: ${others} ${select} at least the same pods and ${allow} at least the same`, {
    about: policy,
    related: covering.slice(0, 3).map(other => ({ message: 'this policy does the same', place: other.origin.at() })),
    fix: 'remove it, or correct what it was meant to allow',
  });
});
