import { Origin } from '../../findings/finding';
import { Cidr, parseCidr } from '../../k8s/address';
import { ApiResource, isObject } from '../../k8s/objects';
import { stringMap } from '../../k8s/workloads';
import { ClusterNode } from '../cluster-policy';

/**
 * The node that an object is; undefined for another object. Its addresses are those in its status that are IP addresses (core/v1, NodeStatus, addresses).
 */
export function nodeOf(object: ApiResource, name: string, origin: Origin): ClusterNode | undefined {
  if (object.kind !== 'Node' || object.apiVersion !== 'v1') { return undefined; }
  const { metadata, status } = object;
  const listed = isObject(status) && Array.isArray(status.addresses) ? status.addresses : [];
  const addresses = listed.flatMap((entry): Cidr[] => {
    const text = isObject(entry) && typeof entry.address === 'string' ? entry.address : '';
    const block = parseCidr(`${text}/${text.includes(':') ? 128 : 32}`);
    return typeof block === 'string' ? [] : [block];
  });
  return { name, origin, labels: isObject(metadata) ? stringMap(metadata.labels) : {}, addresses };
}
