import { Workload } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { Selector } from '../../../k8s/selector';
import { LintRule } from '../../lint-input';
import { labelToSelect } from '../near-miss';
import { SelectedPods } from '../selected-pods';

/** A group selects no pod, although its namespace has workloads: the labels may be wrong. */
export const selectsNothing: LintRule = ({ cluster, groups = [] }) => {
  const selected = SelectedPods.of(cluster);
  return groups.flatMap(({ place, namespace, selector, workload }) => {
    const workloads = selected.workloadsIn(namespace);
    const hasNone = workload === undefined && workloads.length > 0 && !selector.isEverything && !selected.isOpen(namespace)
      && !workloads.some(({ pods }) => pods.some(pod => selector.couldMatch(pod.labels, key => !pod.generated?.some(label => label.key === key))));
    return hasNone ? [finding('NP101', place, `no workload of namespace ${namespace} has ${selector}`, { fix: fixFor(selector, workloads, namespace) })] : [];
  });
};

function fixFor(selector: Selector, workloads: readonly Workload[], namespace: string): string {
  return `${labelToSelect(selector, workloads)}; if the workload is not of this app, write ClusterFacts.of(scope).addOpenNamespace('${namespace}')`;
}
