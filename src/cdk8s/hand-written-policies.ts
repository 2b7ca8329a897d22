import { ApiObject } from 'cdk8s';
import { manifestOf } from './app-objects';
import { isClusterScoped } from '../k8s/cluster-scoped';
import { ApiResource } from '../k8s/objects';
import { objectsOf } from '../manifests/resources';

/* The policies that a program writes by hand, or that an `Include` or a Helm chart has. An `Include` may have them in a list. */

/** True for the kinds that policies of ours have: NetworkPolicy, and the cluster-wide ones. */
export function isPolicyKind(apiVersion: string, kind: string): boolean {
  return kind === 'NetworkPolicy' || (kind.endsWith('NetworkPolicy') && isClusterScoped(apiVersion, kind));
}

/** True for an object that may hold others. */
export function isList({ kind }: ApiObject): boolean { return kind.endsWith('List'); }

/** The policies that an object is or has: itself, or those among the items of a list. */
export function policiesIn(object: ApiObject): ApiResource[] {
  if (!isPolicyKind(object.apiVersion, object.kind) && !isList(object)) { return []; }
  return objectsOf(manifestOf(object), { at: () => ({}) }, true).resources.map(resource => resource.object)
    .filter(({ apiVersion, kind }) => isPolicyKind(String(apiVersion), String(kind)));
}
