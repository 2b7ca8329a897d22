import { Workload, workloadName } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { nearestName } from '../../../findings/nearest-name';
import { isLasting } from '../../../k8s/lasting-labels';
import { Requirement } from '../../../k8s/selector';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/** A group selects no pod, although its namespace has workloads: the labels may be wrong. */
export const selectsNothing: LintRule = ({ cluster, groups = [] }) => {
  const selected = SelectedPods.of(cluster);
  return groups.flatMap(({ place, namespace, selector, workload }) => {
    const workloads = selected.workloadsIn(namespace);
    const hasNone = workload === undefined && workloads.length > 0 && !selector.isEverything && !selected.isOpen(namespace)
      && !workloads.some(({ pods }) => pods.some(pod => selector.couldMatch(pod.labels, key => !pod.generated?.some(label => label.key === key))));
    return hasNone ? [finding('NP101', place, `no workload of namespace ${namespace} has ${selector}`, { fix: fixFor(selector.requirements, workloads, namespace) })] : [];
  });
};

function fixFor(requirements: readonly Requirement[], workloads: readonly Workload[], namespace: string): string {
  const near = requirements.map(requirement => nearMiss(requirement, workloads)).find(text => text !== undefined);
  return `${near ?? `select the labels of a workload, such as ${exampleOf(workloads)}`}; `
    + `if the workload is not of this app, write ClusterFacts.of(scope).addOpenNamespace('${namespace}')`;
}

/** A label that a workload has instead of the required one: another spelling of the value or of the key, or another key with the same value. */
function nearMiss({ key, values }: Requirement, workloads: readonly Workload[]): string | undefined {
  const labels = workloads.flatMap(workload =>
    workload.pods.flatMap(pod => Object.entries(pod.labels).map(([own, value]) => ({ workload, own, value }))));
  for (const value of values) {
    const sameKey = labels.filter(({ own }) => own === key);
    const sameValue = labels.filter(one => one.value === value && isLasting(one.own));
    const nearValue = nearestName(value, sameKey.map(one => one.value));
    const nearKey = nearestName(key, sameValue.map(({ own }) => own));
    const near = sameKey.find(one => one.value === nearValue) ?? sameValue.find(({ own }) => own === nearKey) ?? sameValue[0];
    if (near !== undefined) { return `select ${near.own}=${near.value}, the label of ${workloadName(near.workload)}`; }
  }
  return undefined;
}

/** A label of a workload that lasts: `app=web of app/web[Deployment]`. */
function exampleOf([workload]: readonly Workload[]): string {
  const [label] = Object.entries(workload.pods[0].labels).filter(([key]) => isLasting(key));
  return label === undefined ? `those of ${workloadName(workload)}` : `${label.join('=')} of ${workloadName(workload)}`;
}
