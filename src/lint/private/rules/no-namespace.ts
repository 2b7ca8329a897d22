import { Policy, policyName } from '../../../cluster/cluster';
import { finding } from '../../../findings/finding';
import { DEFAULT_NAMESPACE, isObject } from '../../../k8s/objects';
import { LintInput, LintRule } from '../../lint-input';

/** A policy names no namespace, and every workload names one, which is not `default`. `kubectl apply` then puts the policy where none of the workloads is. */
export const noNamespace: LintRule = input => policiesWithoutNamespace(input).map(policy => {
  const names = [...new Set(input.cluster.workloads.map(({ namespace }) => namespace))];
  return finding('NP134', policy.origin.at(['metadata']), `${policyName(policy)} has no metadata.namespace, so it is in namespace ${DEFAULT_NAMESPACE}, where no workload is`, {
    about: policy, fix: names.length === 1 ? `write 'namespace: ${names[0]}'` : `write the namespace of its pods, such as 'namespace: ${names[0]}'`,
  });
});

/** These policies. */
export function policiesWithoutNamespace({ cluster, resources }: LintInput): readonly Policy[] {
  const { workloads, policies } = cluster;
  const isElsewhere = workloads.length > 0 && !workloads.some(({ namespace }) => namespace === DEFAULT_NAMESPACE);
  const inDefault = isElsewhere ? policies.filter(({ namespace }) => namespace === DEFAULT_NAMESPACE) : [];
  if (inDefault.length === 0) { return []; }
  const written = new Set(resources.filter(({ object: { metadata } }) => !isObject(metadata) || !metadata.namespace).map(({ origin }) => origin));
  return inDefault.filter(({ origin }) => written.has(origin));
}
