import { identityOf } from './identity';
import { Origin } from '../../findings/finding';
import { ApiResource, isObject, Protocol, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { stringMap } from '../../k8s/workloads';
import { Service, ServicePort } from '../cluster';

/**
 * Reads a Service that selects pods. Reading is lenient, because no answer depends on a Service: a field of the wrong type counts as absent.
 * Undefined for other objects, and for a Service without a selector, whose endpoints are made elsewhere.
 */
export function serviceOf(object: ApiResource, origin: Origin): Service | undefined {
  const { apiVersion, kind, spec } = object;
  if (apiVersion !== 'v1' || kind !== 'Service' || !isObject(spec)) { return undefined; }
  const selector = Selector.labels(stringMap(spec.selector));
  if (selector.isEverything || spec.type === 'ExternalName') { return undefined; }
  return { ...identityOf(object), origin, selector, ports: Array.isArray(spec.ports) ? spec.ports.flatMap(portOf) : [] };
}

/** An empty protocol means TCP, and an absent target the port itself (v1, ServicePort). */
function portOf(entry: unknown): ServicePort[] {
  if (!isObject(entry) || typeof entry.port !== 'number') { return []; }
  const protocol = (entry.protocol || 'TCP') as Protocol;
  if (!PROTOCOLS.includes(protocol)) { return []; }
  const { port, targetPort } = entry;
  return [{ protocol, port, target: typeof targetPort === 'number' || typeof targetPort === 'string' && targetPort !== '' ? targetPort : port }];
}
