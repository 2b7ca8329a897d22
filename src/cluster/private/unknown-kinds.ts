import { Origin } from '../../findings/finding';
import { nearestName, nearestNames } from '../../findings/nearest-name';
import { GroupKinds, hasKind, kindsOfGroup } from '../../k8s/group-kinds';
import { isPolicyKind, isPolicyShaped, isWithoutPods } from '../../k8s/network-kinds';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
import { READ_KINDS, servedVersion, versionFault } from '../../k8s/workloads';
import { unreadObject } from '../../manifests/resources';
import { allOf, ANYTHING, MayHold, NOTHING } from '../../manifests/unread';

/** A kind that its API group does not have. */
export interface UnknownKind {
  readonly message: string;
  /** The fix, as a clause. */
  readonly fix: string;
  readonly severity: 'error' | 'warning';
  /** What the object may hold, if its kind is meant as one that exists. */
  readonly mayHold: MayHold;
}

/**
 * Finds a kind that its API group does not have, such as `Deploymnet` in apps/v1. Lists of a kind are known. In `v1`, tools write files with kinds of their own, so
 * an object without a name and a spec is only a warning there. So is a kind of another project that is not near to one that netpol knows.
 */
export function unknownKind(object: ApiResource, origin: Origin): UnknownKind | undefined {
  const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
  const group = apiGroup(apiVersion);
  const known = kindsOfGroup(group);
  // versionFault tells of most kinds in the wrong group.
  if (known === undefined || versionFault(apiVersion, kind) !== undefined) { return undefined; }
  if (hasKind(known, kind)) { return maySayPolicy(known, object) ? meantAsPolicy(object, origin) : undefined; }
  const near = nearestNames(kind, known.kinds);
  const nearest = near.length > 0 ? near : nearestNames(kind.replace(/ies$/, 'y'), known.kinds);
  const mayHoldOf = (kinds: readonly string[]) => allOf(kinds.map(one => unreadObject({ ...object, kind: one }, origin, []).mayHold));
  const message = `there is no kind '${kind}' in ${apiVersion}`;
  const fix = nearest.length > 0 ? `write ${nearest.map(one => `'kind: ${one}'`).join(' or ')}` : `write one of its kinds, such as '${known.kinds[0]}'`;
  if (known.project !== undefined) {
    return ofProject(known, kind, nearest, { message, fix, mayHold: { ...NOTHING, policies: mayHoldOf(nearest).policies } });
  }
  if (nearest.length > 0) { return { message, fix, severity: 'error', mayHold: mayHoldOf(nearest) }; }
  const shaped: MayHold = isPolicyShaped(object) ? mayHoldOf(['NetworkPolicy']) : NOTHING;
  const served = servedVersion(kind);
  if (served !== undefined) { return { message, fix: `write 'apiVersion: ${served}'`, severity: 'error', mayHold: mayHoldOf([kind]) }; }
  const elsewhere = nearestName(kind, READ_KINDS);
  if (elsewhere !== undefined) {
    const both = `write 'apiVersion: ${servedVersion(elsewhere)}' and 'kind: ${elsewhere}'`;
    return { message, fix: both, severity: 'error', mayHold: allOf([mayHoldOf([elsewhere]), shaped]) };
  }
  if (group === '' && !isMeantAsObject(object)) {
    return { message, fix: 'if it is not an object of Kubernetes, keep the file out of the input', severity: 'warning', mayHold: NOTHING };
  }
  return { message, fix, severity: 'error', mayHold: allOf([mayHoldOf(isWithoutPods(kind) ? [kind] : [kind, known.kinds[0]]), shaped]) };
}

/** True for the fields of a NetworkPolicy in a kind of `v1` that only other programs than the API server of today read, such as `Policy` and `Config`. */
function maySayPolicy({ project, others = [] }: GroupKinds, object: ApiResource): boolean {
  return project === undefined && others.includes(String(object.kind)) && isPolicyShaped(object);
}

function meantAsPolicy(object: ApiResource, origin: Origin): UnknownKind {
  const { apiVersion, kind } = object;
  return {
    message: `this has the fields of a NetworkPolicy, which a ${kind} of ${apiVersion} does not have, so it may be one`,
    fix: "write 'apiVersion: networking.k8s.io/v1' and 'kind: NetworkPolicy'",
    severity: 'error',
    mayHold: unreadObject({ ...object, kind: 'NetworkPolicy' }, origin, []).mayHold,
  };
}

/** A kind in the group of another project, whose next release may have it. Its objects make no pods, but may be policies. */
function ofProject({ project }: GroupKinds, kind: string, nearest: readonly string[], near: Omit<UnknownKind, 'severity'>): UnknownKind | undefined {
  if (nearest.length > 0) { return { ...near, severity: 'error' }; }
  // A policy that netpol does not evaluate has a message of its own.
  if (isPolicyKind(kind)) { return undefined; }
  return { message: `netpol knows no kind '${kind}' of ${project}, so it may be a policy`, fix: near.fix, severity: 'warning', mayHold: { ...NOTHING, policies: ANYTHING.policies } };
}

/** True for an object that has a name or a spec, as objects of Kubernetes have. */
function isMeantAsObject({ metadata, spec }: ApiResource): boolean {
  return isObject(spec) || (isObject(metadata) && (typeof metadata.name === 'string' || typeof metadata.generateName === 'string'));
}
