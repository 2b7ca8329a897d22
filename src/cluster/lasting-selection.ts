import { Workload } from './cluster';
import { couldSelect } from './pod-selection';
import { lastingLabels } from '../k8s/lasting-labels';
import { CDK8S_ADDRESS_LABEL, commonLabels } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * How policies select the pods of a workload of cdk8s-plus. cdk8s-plus gives each workload a label of its own, the address, whose value changes
 * when a construct is renamed. Policies select by what lasts, and by the address only if the rest does not tell two workloads apart.
 */

/** True if the selector of the workload, or that of its pods, has the address label of cdk8s-plus. */
export function hasAddressLabel({ selector }: Workload): boolean {
  return selector.requirements.some(({ key }) => key === CDK8S_ADDRESS_LABEL);
}

/** The selector of the spec without the address, or else the labels of the pods that last. Undefined if there is neither. */
export function lastingSelector({ selector, hasOwnSelector, pods }: Workload): Selector | undefined {
  const ofSpec = hasOwnSelector ? Selector.of(selector.requirements.filter(({ key }) => key !== CDK8S_ADDRESS_LABEL)) : Selector.everything;
  const lasting = ofSpec.isEverything ? Selector.labels(lastingLabels(commonLabels(pods.map(({ labels }) => labels)))) : ofSpec;
  return lasting.isEverything ? undefined : lasting;
}

/**
 * The other workloads of the namespace whose pods the lasting selector of this one selects, or whose lasting selector selects these pods. Those on
 * the network of their nodes are not among them: no policy selects their pods by labels.
 *
 * @param namespace the workloads of the namespace
 */
export function workloadsAlike(workload: Workload, namespace: readonly Workload[]): Workload[] {
  const selects = (a: Workload, b: Workload) => {
    const lasting = lastingSelector(a);
    return lasting !== undefined && b.pods.some(pod => couldSelect(lasting, pod));
  };
  const others = namespace.filter(other => other !== workload && other.pods.some(({ hostNetwork }) => !hostNetwork));
  return others.filter(other => selects(workload, other) || selects(other, workload));
}
