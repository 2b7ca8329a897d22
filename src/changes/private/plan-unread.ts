import { PolicyObject } from './plan-policies';
import { Cluster, UnevaluatedPolicy, unevaluatedName, unreadWith } from '../../cluster/cluster';

/*
 * Policies of which a version may have something that was not read. Nobody knows what the step for such a policy would be: one that seems to be gone may only be in
 * a file with a fault. So the plan has no step for it.
 */

/** The two versions, without the differences that may be none. */
export interface ReadDifferences {
  readonly before: Map<string, PolicyObject>;
  readonly after: Map<string, PolicyObject>;
  /** The names of the policies that the plan leaves out. */
  readonly leftOut: readonly string[];
}

/** Leaves out each policy that a version may have otherwise than it was read. It stays as it is in every state. */
export function readDifferences(
  [old, before]: readonly [Cluster, ReadonlyMap<string, PolicyObject>], [now, after]: readonly [Cluster, ReadonlyMap<string, PolicyObject>],
): ReadDifferences {
  const target = new Map(after);
  const leftOut = new Set([old, now].flatMap(({ unevaluated }) => unevaluated.filter(hasOwnName).map(unevaluatedName)));
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [first, last] = [before.get(name), after.get(name)];
    const object = (last ?? first)!;
    const isOpen = hasOther(old, object) || hasOther(now, object)
      || first === undefined && mayHold(old, object) || last === undefined && mayHold(now, object);
    if (!isOpen) { continue; }
    if (first === undefined) { target.delete(name); } else { target.set(name, first); }
    leftOut.add(object.name);
  }
  return { before: new Map(before), after: target, leftOut: [...leftOut] };
}

/** True for one object that has a fault, or that is declared twice. */
function hasOwnName({ unread, name }: UnevaluatedPolicy): boolean {
  return typeof unread === 'string' && unread !== 'domains' && name !== '';
}

/** True if a version has this object, or one more declaration of it, and netpol does not know what it says. */
function hasOther({ unevaluated }: Cluster, object: PolicyObject): boolean {
  const { kind, namespace, name } = identityOf(object);
  return unevaluated.some(one => hasOwnName(one) && one.kind === kind && one.name === name
    && (one.namespace === undefined || one.namespace === namespace));
}

/** True if a part of a version that was not read may have this object. */
function mayHold(version: Cluster, object: PolicyObject): boolean {
  const { namespace = '', name } = identityOf(object);
  return unreadWith(version, 'policies', namespace, name) !== undefined;
}

function identityOf({ policy, clusterWide, manifest }: PolicyObject): { kind: string; namespace?: string; name: string } {
  return { kind: String(manifest.kind), name: (policy ?? clusterWide).name, ...policy === undefined ? {} : { namespace: policy.namespace } };
}
