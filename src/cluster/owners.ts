import { apiGroup, ApiResource, isObject } from '../api/objects';

/** What owns a pod, or owns what owns it. */
export interface Owner {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Kinds that are made by what owns them, generation by generation: the owner is the workload. */
const MADE_BY_OWNER: readonly unknown[] = ['Pod', 'ReplicaSet', 'ReplicationController', 'Job'];

/**
 * The controller of an object that is made by one: the owner with `controller: true`, or the only owner. A
 * node does not count: it owns its static pods, which have nothing else in common.
 */
export function controllerOf(object: ApiResource): Owner | undefined {
  const { kind, metadata } = object;
  if (!MADE_BY_OWNER.includes(kind) || !isObject(metadata) || !Array.isArray(metadata.ownerReferences)) { return undefined; }
  const owners = metadata.ownerReferences.filter(isObject);
  const owner = owners.find(o => o.controller === true) ?? (owners.length === 1 ? owners[0] : undefined);
  if (owner === undefined || typeof owner.kind !== 'string' || typeof owner.name !== 'string') { return undefined; }
  const group = typeof owner.apiVersion === 'string' ? normalGroup(owner.apiVersion) : '';
  return group === '' && owner.kind === 'Node' ? undefined : { group, kind: owner.kind, name: owner.name };
}

/** The API group, `apps` for what was in `extensions` before Kubernetes 1.16. */
export function normalGroup(apiVersion: string): string {
  const group = apiGroup(apiVersion);
  return group === 'extensions' ? 'apps' : group;
}
