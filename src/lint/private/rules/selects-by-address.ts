import { workloadName } from '../../../cluster/cluster';
import { workloadsAlike } from '../../../cluster/lasting-selection';
import { finding } from '../../../findings/finding';
import { CDK8S_ADDRESS_LABEL } from '../../../k8s/objects';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/** The group of a workload is selected by the address of cdk8s-plus, because the labels of its pods do not tell it from another workload. */
export const selectsByAddress: LintRule = ({ cluster, groups = [] }) => groups.flatMap(({ place, namespace, selector, workload }) => {
  if (workload === undefined || !selector.requirements.every(({ key }) => key === CDK8S_ADDRESS_LABEL)) { return []; }
  const alike = workloadsAlike(workload, SelectedPods.of(cluster).workloadsIn(namespace));
  return alike.length === 0 ? [] : [finding(
    'NP104', place, `the tier selects by ${CDK8S_ADDRESS_LABEL}, because the other labels of ${workloadName(workload)} do not tell it from ${alike.map(workloadName).join(' and ')}`,
    { about: workload, fix: "give the pods of each workload a label of their own, such as podMetadata: { labels: { app: '...' } }" },
  )];
});
