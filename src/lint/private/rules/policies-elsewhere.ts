import { policyName } from '../../../cluster/cluster';
import { withCommas } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { isTypo } from '../near-miss';
import { SelectedPods } from '../selected-pods';
import { emptyNamespace } from './empty-namespace';
import { policiesWithoutNamespace } from './no-namespace';

/**
 * Policies are in a namespace without workloads, although other namespaces have some. That is often as it should be: the workloads are in another
 * repository. A default deny in a namespace that has nothing else is NP122.
 */
export const policiesElsewhere: LintRule = input => {
  const { cluster, groups = [] } = input;
  if (cluster.workloads.length === 0) { return []; }
  const selected = SelectedPods.of(cluster);
  const denied = emptyNamespace(input).map(({ about }) => about!);
  const others = new Set([...policiesWithoutNamespace(input), ...groups, ...denied].map(({ namespace }) => namespace));
  return [...selected.policies].flatMap(([name, policies]) => {
    const isDeclared = cluster.namespaces.get(name)!.origin !== undefined;
    if (selected.workloadsIn(name).length > 0 || selected.isOpen(name) || others.has(name)) { return []; }
    const [policy, ...more] = policies;
    const meant = isDeclared ? undefined : selected.populated.find(other => isTypo(name, other));
    const there = policy.subject.isEverything ? [] : selected.populated.filter(other => selected.inNamespace(other, policy.subject).length > 0);
    const correction = there.length === 1 ? `write '${there[0]}', where pods have ${policy.subject}` : 'correct the name of the namespace';
    const also = more.length === 0 ? '' : ` (and ${withCommas(more.length)} more)`;
    return [finding('NP133', policy.origin.at(['metadata', 'namespace']), `${policyName(policy)}${also} is in namespace ${name}, and the input has no workload there`, {
      about: policy,
      severity: meant === undefined ? 'note' : 'warning',
      fix: meant === undefined ? `add the workloads of namespace ${name} to the input, or ${correction}` : `write '${meant}'`,
    })];
  });
};
