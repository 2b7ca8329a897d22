import { Pod, policyName, Workload, workloadName } from '../../../cluster/cluster';
import { ownSelector } from '../../../cluster/own-selector';
import { finding, formatPath } from '../../../findings/finding';
import { formatCidr } from '../../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../../k8s/objects';
import { LintRule } from '../../lint-input';
import { blocksIn } from '../peer-clauses';

/**
 * A block is the address of one pod. It changes when the pod restarts (kubernetes.io, "Network Policies": pod IPs are ephemeral and unpredictable). A pod
 * on the network of its node has the address of the node, which stays.
 */
export const singlePodAddress: LintRule = ({ cluster }) => {
  const blocks = blocksIn(cluster).filter(({ clause: { block } }) => block.first === block.last);
  if (blocks.length === 0) { return []; }
  const pods = new Map<bigint, { readonly workload: Workload; readonly pod: Pod }>();
  for (const workload of cluster.workloads) {
    for (const pod of workload.pods) {
      for (const address of pod.hostNetwork || pod.hasOpenNetwork === true ? [] : pod.addresses) { pods.set(address, { workload, pod }); }
    }
  }
  return blocks.flatMap(({ policy, clause: { block, path } }) => {
    const found = pods.get(block.first);
    if (found === undefined) { return []; }
    const { workload, pod } = found;
    const selector = ownSelector(workload, pod);
    const inNamespace = workload.namespace === policy.namespace ? '' : `a namespaceSelector with ${NAMESPACE_NAME_LABEL}=${workload.namespace} and `;
    return [finding('NP115', policy.origin.at([...path, 'ipBlock']),
      `${policyName(policy)} ${formatPath(path)}: ${formatCidr(block)} is the address of a pod of ${workloadName(workload)}; the pod gets another one when it restarts`, {
        about: policy,
        related: [{ message: 'the pod', place: workload.origin.at() }],
        fix: selector === undefined ? 'give the pod a label, and select it by the label' : `write ${inNamespace}a podSelector with ${selector}`,
      })];
  });
};
