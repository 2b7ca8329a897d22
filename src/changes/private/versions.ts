import { isDeepStrictEqual } from 'util';
import { Cluster, Namespace, Policy, Workload } from '../../cluster/cluster';
import { agreementOf } from '../../cluster/policy-meaning';
import { haveSameLabels } from '../../k8s/objects';
import { podNamed } from '../../search/joint-ends';

/** Two versions of a cluster. */
export interface Versions {
  readonly old: Cluster;
  readonly now: Cluster;
}

/**
 * The same versions, with each object of the old one that means the same replaced by that of the new one, so that a result has the places of the new version.
 * The search and the evaluator look only at objects that differ by identity.
 */
export function withSharedObjects({ old, now }: Versions): Versions {
  const policies = new Map(now.policies.map(policy => [keyOf(policy), policy]));
  const workloads = new Map(now.workloads.map(workload => [keyOf(workload), workload]));
  const tiers = new Map(now.clusterPolicies.map(policy => [`${policy.api} ${policy.kind} ${policy.name}`, policy]));
  const kept = <T>(one: T, other: T | undefined, isSame: (a: T, b: T) => boolean) => other !== undefined && isSame(other, one) ? other : one;
  return {
    now,
    old: {
      ...old,
      namespaces: new Map([...old.namespaces].map(([name, one]) => [name, kept(one, now.namespaces.get(name), isSameNamespace)])),
      workloads: old.workloads.map(one => kept(one, workloads.get(keyOf(one)), isSameWorkload)),
      policies: old.policies.map(one => kept(one, policies.get(keyOf(one)), isSamePolicy)),
      clusterPolicies: old.clusterPolicies.map(one => kept(one, tiers.get(`${one.api} ${one.kind} ${one.name}`), isSameButPlace)),
      unevaluated: old.unevaluated.length === 0 && now.unevaluated.length === 0 ? now.unevaluated : old.unevaluated,
    },
  };
}

/** The name of an object, with its kind. */
export function keyOf({ kind, namespace, name }: Pick<Workload | Policy, 'kind' | 'namespace' | 'name'>): string {
  return `${kind ?? ''} ${namespace}/${name}`;
}

function isSameNamespace(a: Namespace, b: Namespace): boolean {
  return (a.origin === undefined) === (b.origin === undefined) && haveSameLabels(a.labels, b.labels) && a.open === undefined && b.open === undefined;
}

/** The pods decide. Nothing that a diff asks is about the selector of a workload. */
function isSameWorkload(a: Workload, b: Workload): boolean {
  return isDeepStrictEqual(a.pods, b.pods);
}

function isSamePolicy(a: Policy, b: Policy): boolean {
  const { ingress, egress } = agreementOf(a, b);
  return ingress && egress;
}

function isSameButPlace<T extends { readonly origin: unknown }>(a: T, b: T): boolean {
  return isDeepStrictEqual({ ...a, origin: undefined }, { ...b, origin: undefined });
}

/** Both versions with the workloads, pods and namespaces of each: a version takes what it lacks as the other one has it. */
export function withAllWorkloads({ old, now }: Versions): Versions {
  const union = (cluster: Cluster, other: Cluster): Cluster => {
    const own = new Set(cluster.workloads.map(keyOf));
    const others = new Map(other.workloads.map(workload => [keyOf(workload), workload]));
    const missing = other.workloads.filter(workload => !own.has(keyOf(workload)));
    const namespaces = [...other.namespaces].filter(([name]) => !cluster.namespaces.has(name));
    return {
      ...cluster,
      workloads: [...cluster.workloads.map(workload => withAllPods(workload, others.get(keyOf(workload)) ?? workload)), ...missing],
      namespaces: new Map([...cluster.namespaces, ...namespaces]),
    };
  };
  return { old: union(old, now), now: union(now, old) };
}

/** A workload with the known pods that only the other version has. That of a template stands for each of them. */
function withAllPods(workload: Workload, { pods }: Workload): Workload {
  const missing = pods.filter(({ name }) => name !== undefined && podNamed(workload.pods, name) === undefined);
  return missing.length === 0 ? workload : { ...workload, pods: [...workload.pods, ...missing] };
}
