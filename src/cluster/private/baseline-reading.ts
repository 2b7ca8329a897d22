import { enumerate } from '../../findings/enumeration';
import { finding, Finding } from '../../findings/finding';
import { DIRECTIONS, otherDirection } from '../../k8s/objects';
import { Cluster, Policy, policyName, workloadName } from '../cluster';
import { ClusterPolicy, clusterPolicyName } from '../cluster-policy';
import { couldSelect } from '../pod-selection';

/*
 * The Baseline tier has two readings. netpol skips it for the direction in which a NetworkPolicy isolates a pod. The text of the API ("Further evaluation
 * only happens for Pods not selected by a v1.NetworkPolicy", ClusterNetworkPolicySpec, tier) can also mean that it skips the pod in both directions.
 */

const MAX_NAMES = 3;

/** A finding for each policy of the Baseline tier whose effect differs between the two readings. */
export function baselineFindings(clusterPolicies: readonly ClusterPolicy[], { namespaces, workloads, policies }: Pick<Cluster, 'namespaces' | 'workloads' | 'policies'>): Finding[] {
  const baseline = clusterPolicies.filter(({ tier }) => tier === 'Baseline');
  if (baseline.length === 0) { return []; }
  const ofNamespace = new Map<string, Policy[]>();
  for (const policy of policies) { ofNamespace.set(policy.namespace, [...ofNamespace.get(policy.namespace) ?? [], policy]); }
  return baseline.flatMap(policy => DIRECTIONS.flatMap(direction => {
    if (policy[direction].length === 0) { return []; }
    const other = otherDirection(direction);
    const isolating = new Set<Policy>();
    const affected = workloads.filter(({ namespace, pods }) => policy.namespaces.matches(namespaces.get(namespace)!.labels) && pods.some(pod => {
      if (pod.hostNetwork || !couldSelect(policy.subject, pod)) { return false; }
      const own = (ofNamespace.get(namespace) ?? []).filter(({ subject }) => couldSelect(subject, pod));
      if (own.length === 0 || own.some(one => one[direction] !== undefined)) { return false; }
      for (const one of own) { isolating.add(one); }
      return true;
    }));
    if (affected.length === 0) { return []; }
    const names = enumerate(affected.map(workloadName), MAX_NAMES);
    return [finding('NP323', policy.origin.at(['spec', direction]), `netpol applies the ${direction} rules of ${clusterPolicyName(policy)} to ${names}, which NetworkPolicies isolate `
      + `for ${other} only; the text of the API can also be read so that the Baseline tier skips these pods`, {
      related: [...isolating].slice(0, MAX_NAMES).map(one => ({ message: `${policyName(one)} isolates for ${other}`, place: one.origin.at() })),
      fix: `let the NetworkPolicies isolate for ${direction} too, or move the rules to the Admin tier`,
    })];
  }));
}
