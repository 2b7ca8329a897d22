import { nearestName } from '../findings/nearest-name';
import { dnsLabelErrors } from '../k8s/names';
import { ApiResource, DEFAULT_NAMESPACE, isObject } from '../k8s/objects';

/** Fields that a namespace may be in if it is not in `metadata.namespace`. */
const PLACES: readonly string[] = ['namespace', 'ns', 'metadata', 'meta'];

/**
 * The namespace that somebody meant for an object with faults. Undefined if nobody knows it: because the API server accepts no namespace of this name, such as
 * `${NAMESPACE}`, because the metadata are no object, or because the object has none in its metadata and a field like `Namespace`, in them or elsewhere.
 */
export function meantNamespace(object: ApiResource): string | undefined {
  const { metadata, spec } = object;
  if (!isObject(metadata)) { return undefined; }
  const { namespace } = metadata;
  if (namespace !== undefined && namespace !== null && namespace !== '') {
    return typeof namespace === 'string' && dnsLabelErrors(namespace).length === 0 ? namespace : undefined;
  }
  const { metadata: _, ...others } = object;
  const { namespace: __, ...besides } = metadata;
  const fields = [others, besides, isObject(spec) ? spec : {}].flatMap(one => Object.keys(one));
  const isHidden = fields.some(field => nearestName(field, PLACES) !== undefined);
  return isHidden ? undefined : DEFAULT_NAMESPACE;
}
