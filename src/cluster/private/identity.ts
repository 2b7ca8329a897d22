import { isClusterScoped } from '../../k8s/cluster-scoped';
import { ApiResource, DEFAULT_NAMESPACE, isObject, MANAGED_BY } from '../../k8s/objects';
import { currentGroup } from '../../k8s/workloads';

/** The namespace and name of an object. A generated name ends in `*`, because the API server adds the rest. */
export function identityOf({ metadata }: ApiResource): { namespace: string; name: string } {
  const { name, generateName, namespace } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  return {
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : DEFAULT_NAMESPACE,
    name: typeof name === 'string' && name !== '' ? name : typeof generateName === 'string' ? `${generateName}*` : '',
  };
}

/** True for a policy that this library wrote. */
export function isGenerated({ metadata }: ApiResource): boolean {
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  return Object.entries(MANAGED_BY).every(([key, value]) => labels[key] === value);
}

/** The key of an object. It is the same for two versions of one object, of which a cluster can hold only one. */
export function keyOfObject(object: ApiResource): string {
  const { namespace, name } = identityOf(object);
  const kind = String(object.kind);
  return objectKey(currentGroup(String(object.apiVersion)), kind, isClusterScoped(String(object.apiVersion), kind) ? '' : namespace, name);
}

/** A key that is the same for two objects only if all of these parts are the same. */
export function objectKey(group: string, kind: string, namespace: string, name: string): string {
  // The lengths say where each part ends. JSON would do the same, but it takes ten times as long.
  return `${group.length} ${kind.length} ${namespace.length} ${group}${kind}${namespace}${name}`;
}
