import { isDeepStrictEqual } from 'util';
import { Cluster } from './cluster';
import { Origin } from '../findings/finding';

/**
 * The later of two readings of the same input, in which everything that did not change is the same object as in the earlier one. The
 * evaluator re-evaluates only what differs by identity.
 * An object that was read once, from a file that did not change, has the same origin in both.
 */
export function keepUnchanged(before: Cluster, after: Cluster): Cluster {
  const namespaces = new Map([...after.namespaces].map(([name, namespace]) => {
    const old = before.namespaces.get(name);
    return [name, old !== undefined && (old.origin === undefined) === (namespace.origin === undefined) && isDeepStrictEqual(old.labels, namespace.labels) ? old : namespace];
  }));
  const unevaluated = kept(before.unevaluated, after.unevaluated);
  return {
    namespaces,
    // The pods of a workload can come from several files.
    workloads: kept(before.workloads, after.workloads, isDeepStrictEqual),
    policies: kept(before.policies, after.policies),
    unevaluated: unevaluated.length === before.unevaluated.length && unevaluated.every((one, i) => one === before.unevaluated[i]) ? before.unevaluated : unevaluated,
  };
}

function kept<T extends { readonly origin: Origin }>(before: readonly T[], after: readonly T[], isSame: (a: T, b: T) => boolean = () => true): T[] {
  const known = new Map(before.map(one => [one.origin, one]));
  return after.map(one => {
    const old = known.get(one.origin);
    return old !== undefined && isSame(old, one) ? old : one;
  });
}
