import { isDeepStrictEqual } from 'util';
import { Cluster } from './cluster';
import { Origin } from '../findings/finding';

/**
 * Returns the later of two readings of the same input, with every unchanged object replaced by the one of the earlier reading. The
 * evaluator re-evaluates only objects that differ by identity.
 *
 * Objects are the same if they have the same origin: a file that did not change is not read again.
 */
export function keepUnchanged(before: Cluster, after: Cluster): Cluster {
  const namespaces = new Map([...after.namespaces].map(([name, namespace]) => {
    const old = before.namespaces.get(name);
    const isSame = (old?.origin === undefined) === (namespace.origin === undefined) && isDeepStrictEqual(old?.labels, namespace.labels);
    return [name, isSame ? old! : namespace];
  }));
  const unevaluated = kept(before.unevaluated, after.unevaluated);
  const haveChanged = unevaluated.length !== before.unevaluated.length || unevaluated.some((one, i) => one !== before.unevaluated[i]);
  return {
    ...after,
    namespaces,
    // A workload has the origin of one object, but its pods can come from several files.
    workloads: kept(before.workloads, after.workloads, isDeepStrictEqual),
    policies: kept(before.policies, after.policies),
    // A policy with node peers has the addresses of nodes, which come from other objects.
    clusterPolicies: kept(before.clusterPolicies, after.clusterPolicies, isDeepStrictEqual),
    unevaluated: haveChanged ? unevaluated : before.unevaluated,
  };
}

function kept<T extends { readonly origin: Origin }>(before: readonly T[], after: readonly T[], isSame: (a: T, b: T) => boolean = () => true): T[] {
  const known = new Map(before.map(one => [one.origin, one]));
  return after.map(one => {
    const old = known.get(one.origin);
    return old !== undefined && isSame(old, one) ? old : one;
  });
}
