import { workloadName } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/** The group of a workload also selects the pods of another workload, which has no group of its own. (If it has one, the two groups overlap.) */
export const selectsAnotherWorkload: LintRule = ({ cluster, groups = [] }) => {
  const selected = SelectedPods.of(cluster);
  const own = new Set(groups.map(({ workload }) => workload));
  return groups.flatMap(({ place, namespace, selector, workload }) => {
    if (workload === undefined) { return []; }
    const others = selected.inNamespace(namespace, selector).map(one => one.workload).filter(other => !own.has(other));
    return others.length === 0 ? [] : [finding('NP103', place, `the tier of ${workloadName(workload)} selects ${selector}, which the pods of ${others.map(workloadName).join(' and ')} have, too`, {
      about: workload,
      fix: "give the pods of each workload a label of their own, such as 'app'",
    })];
  });
};
