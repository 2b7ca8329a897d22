import { Origin, printable } from '../findings/finding';
import { Cidr } from '../k8s/address';
import { Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/**
 * A Service (v1, Service). No policy looks at it. It leads to endpoints, which are pods or addresses, and each of its ports leads to a port of them
 * (https://kubernetes.io/docs/concepts/services-networking/service/).
 */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly origin: Origin;
  readonly type: ServiceType;
  /** Selects its pods, in its own namespace. Absent: only EndpointSlices say what its endpoints are. */
  readonly selector?: Selector;
  readonly ports: readonly ServicePort[];
  /** `clusterIP: None`: DNS answers with the addresses of the endpoints, so nothing translates a port. */
  readonly isHeadless: boolean;
  /** The addresses that clients use: of the cluster, of the load balancer, and external ones. */
  readonly addresses: readonly bigint[];
  /** Those of them that only the cluster has (`clusterIP`, `clusterIPs`). */
  readonly clusterAddresses: readonly bigint[];
  /** True if it has `spec.externalIPs`. */
  readonly hasExternalIps: boolean;
  /** The domain name that an ExternalName stands for. */
  readonly externalName?: string;
  /** `externalTrafficPolicy: Local`: pods see the address of the client. Otherwise they may see the address of a node. */
  readonly keepsClientAddress: boolean;
  /** The clients that the load balancer accepts. Empty: every client. */
  readonly sourceRanges: readonly Cidr[];
  /** True if `sourceRanges` are those of an annotation, which some load balancers ignore. */
  readonly hasAnnotatedRanges: boolean;
  /** False for a LoadBalancer with `allocateLoadBalancerNodePorts: false`. Then only the ports that name a `nodePort` have one (v1, ServiceSpec). */
  readonly allocatesNodePorts: boolean;
  /** True if the input declares it twice, with different content. */
  readonly isAmbiguous?: boolean;
  /** The endpoints that EndpointSlices and Endpoints objects give it. */
  readonly slices: readonly EndpointSlice[];
}

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  /** The port of the Service, 1–65535. */
  readonly port: number;
  /** The number or the name of the endpoint's port. */
  readonly target: number | string;
  /** The port of each node that leads to it, for NodePort and LoadBalancer, if the input has it. */
  readonly nodePort?: number;
}

/** Endpoints that an object of the input lists (discovery.k8s.io/v1, EndpointSlice; v1, Endpoints). */
export interface EndpointSlice {
  readonly origin: Origin;
  /** Kubernetes makes it from the selector of its Service, if that has one. Then it says nothing new about the pods of the input. */
  readonly repeatsSelector: boolean;
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

/** One endpoint of an EndpointSlice. */
export interface SliceEndpoint {
  readonly address: bigint;
  /** The pod that has the address, if the slice names it. */
  readonly pod?: { readonly namespace: string; readonly name: string };
}

/** A port of an EndpointSlice. It belongs to the port of the Service that has the same name and protocol. */
export interface SlicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The name of a Service in messages: `Service edge/gw`. */
export function serviceName({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string {
  return printable(`Service ${namespace}/${name}`);
}

/** True if every address of the Service is one of the cluster, so that only pods and nodes are its clients. */
export function isInside({ type, hasExternalIps }: Service): boolean {
  return type === 'ClusterIP' && !hasExternalIps;
}
