import { identityOf, objectKey } from './identity';
import { LooseFields } from './loose-fields';
import { Origin } from '../../findings/finding';
import { Cidr, parseAddress, parseCidr } from '../../k8s/address';
import { portNameErrors } from '../../k8s/names';
import { apiGroup, ApiResource, isObject, Protocol, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { FieldError, FieldPath } from '../../validation/field-errors';
import { EndpointSlice, Service, ServicePort, ServiceType, SliceEndpoint, SlicePort } from '../service';

/** Endpoints for a Service, from an object of their own. */
export interface ServiceSlices {
  /** `serviceKey` of the Service. */
  readonly service: string;
  readonly slices: readonly EndpointSlice[];
}

/** What an object says about Services, or what is wrong with it. */
export type ServiceReading =
  | { readonly service: Service }
  | ServiceSlices
  | { readonly errors: readonly FieldError[] };

/** The label of an EndpointSlice that names its Service, and the one that says who made it (discovery.k8s.io/v1). */
const SERVICE_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** Has the ranges of clients with commas between them. Kubernetes uses it where a Service lacks `spec.loadBalancerSourceRanges` (v1, Service). */
const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';

/** The key of a Service, by which its slices find it. */
export function serviceKey({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string {
  return objectKey('', 'Service', namespace, name);
}

/** Reads a Service, an EndpointSlice or an Endpoints object. Undefined for other objects, and for a slice without a Service. */
export function serviceReadingOf(object: ApiResource, origin: Origin): ServiceReading | undefined {
  const { kind } = object;
  // This runs for every object, and few are of these kinds.
  const group = kind === 'Service' || kind === 'Endpoints' ? '' : kind === 'EndpointSlice' ? 'discovery.k8s.io' : undefined;
  if (group === undefined || apiGroup(String(object.apiVersion)) !== group) { return undefined; }
  const reader = new ServiceReader(object, origin);
  const found = kind === 'Service' ? reader.service() : kind === 'Endpoints' ? reader.endpoints() : reader.endpointSlice();
  return reader.errors.errors.length > 0 ? { errors: reader.errors.errors } : found;
}

/** Reads the fields that say where a Service leads. Other fields may have any value. */
class ServiceReader {
  public readonly errors = new LooseFields();

  constructor(private readonly object: ApiResource, private readonly origin: Origin) {}

  public service(): ServiceReading {
    const path = FieldPath.to('spec');
    const spec = this.errors.fields(this.object.spec, path);
    const type = this.errors.text(spec.type, path.child('type')) || 'ClusterIP';
    this.errors.supported(type, path.child('type'), ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);
    const selector = Selector.labels(this.errors.textMap(spec.selector, path.child('selector')));
    const clusterIp = this.errors.text(spec.clusterIP, path.child('clusterIP'));
    const externalIps = this.addresses(spec.externalIPs, path.child('externalIPs'));
    const isAlias = type === 'ExternalName';
    const ranges = this.blocks(spec.loadBalancerSourceRanges, path.child('loadBalancerSourceRanges'));
    const annotated = ranges.length > 0 ? [] : this.annotatedRanges();
    const clusterAddresses = this.addresses([spec.clusterIP, ...this.errors.list(spec.clusterIPs, path.child('clusterIPs'))], path.child('clusterIPs'));
    return {
      service: {
        ...identityOf(this.object),
        origin: this.origin,
        type: type as ServiceType,
        // The selector of an ExternalName has no effect.
        selector: selector.isEverything || isAlias ? undefined : selector,
        ports: this.errors.list(spec.ports, path.child('ports')).flatMap((port, i) => this.port(port, path.child('ports').child(i))),
        isHeadless: clusterIp === 'None' && !isAlias,
        addresses: [...new Set([
          ...clusterAddresses,
          ...externalIps,
          ...this.addresses([spec.loadBalancerIP], path.child('loadBalancerIP')),
          ...this.balancerAddresses(),
        ])],
        clusterAddresses,
        hasExternalIps: externalIps.length > 0,
        externalName: isAlias ? this.errors.text(spec.externalName, path.child('externalName')) : undefined,
        keepsClientAddress: spec.externalTrafficPolicy === 'Local',
        sourceRanges: [...ranges, ...annotated],
        hasAnnotatedRanges: annotated.length > 0,
        allocatesNodePorts: spec.allocateLoadBalancerNodePorts !== false,
        slices: [],
      },
    };
  }

  public endpointSlice(): ServiceReading | undefined {
    const { labels, namespace } = this.metadata();
    const name = labels[SERVICE_LABEL];
    const { addressType } = this.object;
    // Nothing routes to a slice without a Service, or to domain names.
    if (typeof name !== 'string' || addressType === 'FQDN') { return undefined; }
    const path = FieldPath.to('endpoints');
    const endpoints = this.errors.list(this.object.endpoints, path).flatMap((endpoint, i): SliceEndpoint[] => {
      const at = path.child(i);
      const { addresses, targetRef } = this.errors.fields(endpoint, at);
      return this.addresses(addresses, at.child('addresses')).map(address => ({ address, pod: podOf(targetRef, namespace) }));
    });
    const repeatsSelector = labels[MANAGED_BY_LABEL] === SLICE_CONTROLLER;
    const slice = { origin: this.origin, repeatsSelector, endpoints, ports: this.slicePorts(this.object.ports, FieldPath.to('ports')) };
    return { service: serviceKey({ namespace, name }), slices: [slice] };
  }

  /** The old form of the same. Kubernetes copies such an object to EndpointSlices if its Service has no selector. */
  public endpoints(): ServiceReading {
    const { namespace, name } = identityOf(this.object);
    const path = FieldPath.to('subsets');
    const slices = this.errors.list(this.object.subsets, path).map((subset, i) => {
      const at = path.child(i);
      const { addresses, notReadyAddresses, ports } = this.errors.fields(subset, at);
      const endpoints = Object.entries({ addresses, notReadyAddresses }).flatMap(([field, list]) =>
        this.errors.list(list, at.child(field)).flatMap((entry, j): SliceEndpoint[] => {
          const own = at.child(field).child(j);
          const { ip, targetRef } = this.errors.fields(entry, own);
          return this.addresses([ip], own.child('ip')).map(address => ({ address, pod: podOf(targetRef, namespace) }));
        }));
      return { origin: this.origin, repeatsSelector: true, endpoints, ports: this.slicePorts(ports, at.child('ports')) };
    });
    return { service: serviceKey({ namespace, name }), slices };
  }

  private metadata(): { readonly namespace: string; readonly labels: Record<string, unknown> } {
    const labels = isObject(this.object.metadata) ? this.object.metadata.labels : undefined;
    return { namespace: identityOf(this.object).namespace, labels: isObject(labels) ? labels : {} };
  }

  private port(value: unknown, path: FieldPath): ServicePort[] {
    const { name, protocol, port, targetPort, nodePort } = this.errors.fields(value, path);
    const number = this.errors.port(port, path.child('port'));
    if (number === undefined) { this.errors.add('FieldValueRequired', path.child('port'), 'is not a port', { fix: 'write a number from 1 to 65535' }); }
    const own = this.protocol(protocol, path.child('protocol'));
    const target = this.target(targetPort, path.child('targetPort'));
    const onNodes = this.errors.port(nodePort, path.child('nodePort'));
    const ownName = this.errors.text(name, path.child('name')) || undefined;
    if (number === undefined || own === undefined) { return []; }
    return [{ name: ownName, protocol: own, port: number, target: target ?? number, nodePort: onNodes }];
  }

  /** Absent, the empty text and 0 mean the port itself (v1, ServicePort). */
  private target(value: unknown, path: FieldPath): number | string | undefined {
    if (typeof value !== 'string') { return this.errors.port(value, path); }
    if (value === '') { return undefined; }
    this.errors.addInvalid(path, portNameErrors(value), `'${value}' `);
    return value;
  }

  private slicePorts(value: unknown, path: FieldPath): SlicePort[] {
    return this.errors.list(value, path).flatMap((entry, i): SlicePort[] => {
      const at = path.child(i);
      const { name, protocol, port } = this.errors.fields(entry, at);
      const [number, own] = [this.errors.port(port, at.child('port')), this.protocol(protocol, at.child('protocol'))];
      const ownName = this.errors.text(name, at.child('name')) || undefined;
      // A port without a number leads nowhere.
      return number === undefined || own === undefined ? [] : [{ name: ownName, protocol: own, port: number }];
    });
  }

  /** The empty text means TCP. */
  private protocol(value: unknown, path: FieldPath): Protocol | undefined {
    const text = this.errors.text(value, path);
    if (text) { this.errors.supported(text, path, PROTOCOLS); }
    return text === undefined ? undefined : (text || 'TCP') as Protocol;
  }

  private addresses(value: unknown, path: FieldPath): bigint[] {
    return this.errors.list(value, path).flatMap(item => {
      const text = this.errors.text(item, path);
      if (!text || text === 'None') { return []; }
      const address = parseAddress(text);
      if (address === undefined) { this.errors.add('FieldValueInvalid', path, `'${text}' is not an IP address`); }
      return address ?? [];
    });
  }

  /** A load balancer may have a host name and no address. */
  private balancerAddresses(): bigint[] {
    const path = FieldPath.to('status', 'loadBalancer', 'ingress');
    const status = this.errors.fields(this.object.status, FieldPath.to('status'));
    const balancer = this.errors.fields(status.loadBalancer, FieldPath.to('status', 'loadBalancer'));
    return this.errors.list(balancer.ingress, path).flatMap((entry, i) =>
      this.addresses([this.errors.fields(entry, path.child(i)).ip], path.child(i)));
  }

  private annotatedRanges(): Cidr[] {
    const annotations = isObject(this.object.metadata) ? this.object.metadata.annotations : undefined;
    const value = isObject(annotations) ? annotations[RANGES_ANNOTATION] : undefined;
    const path = FieldPath.to('metadata', 'annotations', RANGES_ANNOTATION);
    return typeof value !== 'string' || value.trim() === '' ? [] : value.split(',').flatMap(text => this.block(text, path));
  }

  private blocks(value: unknown, path: FieldPath): Cidr[] {
    return this.errors.list(value, path).flatMap((item, i) => this.block(item, path.child(i)));
  }

  private block(value: unknown, path: FieldPath): Cidr[] {
    const text = this.errors.text(value, path);
    const block = text === undefined ? undefined : parseCidr(text.trim());
    if (typeof block === 'string') { this.errors.addInvalid(path, [block], `'${text}' `); }
    return typeof block === 'object' ? [block] : [];
  }
}

/** The pod that an endpoint names; undefined if it names none. */
function podOf(reference: unknown, namespace: string): SliceEndpoint['pod'] {
  if (!isObject(reference) || reference.kind !== 'Pod' || typeof reference.name !== 'string') { return undefined; }
  return { namespace: typeof reference.namespace === 'string' ? reference.namespace : namespace, name: reference.name };
}
