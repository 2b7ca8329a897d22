import { policyName, workloadName } from '../../../cluster/cluster';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/**
 * A policy selects, by their labels, pods on the network of their node. No policy applies to such pods (kubernetes.io, "Network Policies", "NetworkPolicy and
 * hostNetwork pods"). A policy for a whole namespace is meant for the other pods of it.
 */
export const onNodeNetwork: LintRule = ({ cluster }) => {
  const selected = SelectedPods.of(cluster);
  return cluster.policies.flatMap(policy => {
    const { namespace, subject, origin } = policy;
    const onNodes = subject.isEverything ? [] : selected.onNodes(namespace, subject);
    if (onNodes.length === 0) { return []; }
    const isAlone = selected.inNamespace(namespace, subject).length === 0;
    const names = enumerate(onNodes.map(workloadName), 3);
    return [finding('NP136', origin.at(['spec', 'podSelector']),
      `${policyName(policy)} ${isAlone ? 'has no effect: it selects only' : 'has no effect on some of its pods, which are'} pods of ${names}, which use the network of their node`, {
        about: policy,
        severity: isAlone ? 'warning' : 'note',
        related: onNodes.slice(0, 3).map(workload => ({ message: 'hostNetwork', place: workload.origin.at(hostNetworkPath(workload.kind)) })),
        fix: 'remove hostNetwork from the pods, or protect the ports of the nodes by other means',
      })];
  });
};

/** The field of a workload that puts its pods on the network of their node. */
function hostNetworkPath(kind: string): string[] {
  const template = kind === 'Pod' ? [] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  return [...template, 'spec', 'hostNetwork'];
}
