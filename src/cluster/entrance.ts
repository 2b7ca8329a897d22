import { Origin, Path, printable } from '../findings/finding';

/*
 * The objects through which the outside world reaches a Service, besides the Service itself: Ingresses, the routes of the Gateway API, and Routes of
 * OpenShift. A controller serves them: it takes the connections from outside, and opens connections of its own to the endpoints.
 */

/** One object that leads from outside to Services. A route with several Gateways is one entrance for each. */
export interface Entrance {
  /** `Ingress`, `HTTPRoute`, `GRPCRoute`, `TCPRoute`, `TLSRoute`, `UDPRoute` or `Route`, or a kind that netpol does not read. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly origin: Origin;
  /** The host names that it serves. Empty: every one, or none is needed. */
  readonly hosts: readonly string[];
  /** Empty also for a kind that netpol does not read. */
  readonly backends: readonly Backend[];
  readonly served: ServedBy;
  /** Why nothing comes in through it, or perhaps nothing. */
  readonly refusal?: Refusal;
}

/** Why an entrance does not lead anywhere, whatever the policies say. */
export interface Refusal {
  /** False if it may lead there all the same. */
  readonly isCertain: boolean;
  /** A sentence without a full stop. */
  readonly reason: string;
}

/** A Service that an entrance leads to, or an object of another kind. */
export interface Backend {
  /** Where the entrance names it. */
  readonly path: Path;
  readonly namespace: string;
  readonly name: string;
  /** The kind of the object with its API group, if it is no Service. netpol does not read it. */
  readonly otherKind?: { readonly kind: string; readonly group: string };
  /** The number or the name of the Service's port. Absent: each of its ports. */
  readonly port?: number | string;
  /** True if `port` is that of the pods, as for a Route of OpenShift. */
  readonly isTargetPort?: boolean;
  /** Why the entrance does not lead there. */
  readonly refusal?: Refusal;
}

/** What the input says about the controller that serves an entrance. */
export interface ServedBy {
  /** The value that names the controller, from the IngressClass or the GatewayClass: `k8s.io/ingress-nginx`. Or whatever else serves it. */
  readonly controller?: string;
  /** The name of the class. */
  readonly className?: string;
  /** The Gateway that a route belongs to. */
  readonly gateway?: { readonly namespace: string; readonly name: string };
}

/** The name of an entrance in messages: `Ingress shop/web`. */
export function entranceName({ kind, namespace, name }: Pick<Entrance, 'kind' | 'namespace' | 'name'>): string {
  return printable(`${kind} ${namespace}/${name}`);
}
