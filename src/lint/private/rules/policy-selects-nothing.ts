import { policyName } from '../../../cluster/cluster';
import { finding, Finding } from '../../../findings/finding';
import { LintInput, LintRule } from '../../lint-input';
import { isForLater, isVariant, labelToSelect, nearMissOfPolicy } from '../near-miss';
import { SelectedPods } from '../selected-pods';

/**
 * A policy selects no pod, although its namespace has workloads. That is an error if the labels of a workload are nearly those of the selector. It is
 * a note for pods that may be yet to come: with a label that only switches something on, or of another component of an application. If no policy of the namespace selects any of its workloads by labels, the workloads
 * that they are for are probably elsewhere.
 */
export const policySelectsNothing: LintRule = input => {
  const selected = SelectedPods.of(input.cluster);
  const tiers = tiersOf(input);
  return input.cluster.policies.flatMap((policy): Finding[] => {
    const { namespace, subject, origin } = policy;
    const workloads = selected.workloadsIn(namespace);
    const isJudged = workloads.length > 0 && !subject.isEverything && !selected.isOpen(namespace) && !tiers.has(`${namespace} ${subject.id}`);
    if (!isJudged || selected.inNamespace(namespace, subject).length > 0 || selected.onNodes(namespace, subject).length > 0) { return []; }
    const near = nearMissOfPolicy(subject, workloads);
    const isPlausible = isForLater(subject) || isVariant(subject, workloads) || selected.isForOthers(namespace);
    return [finding('NP132', origin.at(['spec', 'podSelector']), `${policyName(policy)} selects no pod: no workload of namespace ${namespace} has ${subject}`, {
      about: policy,
      severity: near !== undefined ? 'error' : isPlausible ? 'note' : 'warning',
      related: near && [{ message: 'this workload was probably meant', place: near.workload.origin.at() }],
      fix: near?.fix ?? `${labelToSelect(subject, workloads)}, or add the workload to the input`,
    })];
  });
};

/** The namespaces and selectors of the tiers of an app. NP101 is about those that select nothing. */
export function tiersOf({ groups = [] }: LintInput): ReadonlySet<string> {
  return new Set(groups.map(({ namespace, selector }) => `${namespace} ${selector.id}`));
}
