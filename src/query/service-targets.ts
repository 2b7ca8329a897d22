import { addressEndpoints, Endpoint, podEndpoint, PodEndpoint, podName, workloadEndpoints } from './endpoints';
import { formatPortQuery, PortQuery } from './ports';
import { Pod, Workload, workloadName } from '../cluster/cluster';
import { couldSelect, surelySelects } from '../cluster/pod-selection';
import { EndpointSlice, Service, serviceName, ServicePort, SliceEndpoint } from '../cluster/service';
import { Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { enumerate } from '../findings/enumeration';
import { formatAddress } from '../k8s/address';
import { Protocol } from '../k8s/objects';

/* Where the ports of a Service lead: the endpoints, and the port of each (https://kubernetes.io/docs/concepts/services-networking/service/). */

/** A port of an endpoint of a Service. */
export interface ServiceTarget {
  readonly endpoint: Endpoint;
  /** The port of the endpoint. Absent: any port, because a client of a headless Service may use any. */
  readonly port?: PortQuery;
  /** The port of the Service that leads there. Absent for a headless Service. */
  readonly servicePort?: ServicePort;
  /** Why only the running cluster knows whether the Service selects the pod; absent if it surely does. */
  readonly doubt?: Reason;
}

/** A port of an endpoint to which a port of a Service leads. */
export interface PortTarget extends ServiceTarget {
  readonly port: { readonly protocol: Protocol; readonly first: number; readonly last: number };
  readonly servicePort: ServicePort;
}

/** A pod or an address that is an endpoint of a Service. */
interface ServiceEndpoint {
  readonly endpoint: Endpoint;
  readonly doubt?: Reason;
  /** The slice that names it; absent if the selector does. */
  readonly slice?: EndpointSlice;
}

/** The pods and addresses behind a Service. Returns a sentence that says what is wrong if there are none. */
export function endpointsOfService(reach: Reachability, service: Service): Endpoint[] | string {
  const endpoints = serviceEndpoints(reach, service);
  return typeof endpoints === 'string' ? endpoints : endpoints.map(({ endpoint }) => endpoint);
}

/**
 * Where a connection to a Service ends.
 *
 * @param port a number or a range of the Service's ports, or the name of one; absent for all of them
 * @returns a sentence that says what is wrong if the Service has no such port, or no endpoint
 */
export function targetsOfService(reach: Reachability, service: Service, port?: PortQuery): ServiceTarget[] | string {
  const endpoints = serviceEndpoints(reach, service);
  if (typeof endpoints === 'string') { return endpoints; }
  // Nothing translates the numbers of a headless Service. A name is that of a record in DNS, which has the port of the endpoint.
  if (service.isHeadless && (port === undefined || !('name' in port))) {
    return endpoints.map(({ endpoint, doubt }) => ({ endpoint, port, doubt }));
  }
  const ports = portsOfService(service, port);
  return ports.length === 0 ? noSuchPort(reach, service, port) : targetsOfPorts(reach, service, ports);
}

/** Where some ports of a Service lead: the ports that EndpointSlices have. Returns a sentence that says what is wrong if they lead nowhere. */
export function targetsOfPorts(reach: Reachability, service: Service, ports: readonly ServicePort[]): PortTarget[] | string {
  const endpoints = serviceEndpoints(reach, service);
  if (typeof endpoints === 'string') { return endpoints; }
  const targets = ports.flatMap(servicePort => endpoints.flatMap(({ endpoint, doubt, slice }) =>
    portsAt(endpoint, servicePort, slice).map(own => {
      const isOpen = own.first !== own.last;
      return { endpoint, port: own, servicePort, doubt: doubt ?? (isOpen ? unreadOf(endpoint) : undefined) };
    })));
  return targets.length > 0 ? targets
    : `${serviceName(service)} leads nowhere on ${ports.map(formatServicePort).join(' and ')}: no endpoint has that port; name the port in the containers`;
}

/** The ports of a Service that a question means. */
export function portsOfService({ ports }: Service, port: PortQuery | undefined): ServicePort[] {
  if (port === undefined) { return [...ports]; }
  return ports.filter(own => own.protocol === port.protocol && ('name' in port ? own.name === port.name : port.first <= own.port && own.port <= port.last));
}

/** `TCP 443`, or `TCP 443 (https)` if the port has a name. */
export function formatServicePort({ protocol, port, name }: ServicePort): string {
  return `${protocol} ${port}${name === undefined ? '' : ` (${name})`}`;
}

function noSuchPort(reach: Reachability, service: Service, port: PortQuery | undefined): string {
  if (service.ports.length === 0 || port === undefined) { return `${serviceName(service)} has no ports: add them`; }
  const known = `${serviceName(service)} has no port ${formatPortQuery(port)}`;
  const targets = targetsOfPorts(reach, service, service.ports);
  const behind = typeof targets === 'string' ? undefined : targets.find(target => isTarget(target, port));
  if (behind !== undefined) {
    const { protocol, port: own } = behind.servicePort;
    return `${known}: that is the port of its endpoints; write --port ${protocol.toLowerCase()}/${own}, the port of the Service`;
  }
  return `${known}: it has ${enumerate(service.ports.map(formatServicePort), 8)}`;
}

/** True if a question names the port of an endpoint, by its number or its name. */
function isTarget({ port: { protocol, first }, servicePort: { target } }: PortTarget, asked: PortQuery): boolean {
  return protocol === asked.protocol && ('name' in asked ? target === asked.name : asked.first <= first && first <= asked.last);
}

function serviceEndpoints(reach: Reachability, service: Service): ServiceEndpoint[] | string {
  if (service.isAmbiguous) { return `the input declares ${serviceName(service)} twice, with different content: remove one declaration`; }
  const selected = selectedPods(reach, service);
  const slices = service.slices.filter(({ repeatsSelector }) => !repeatsSelector || selected.length === 0);
  const listed = slices.flatMap(slice => slice.endpoints.map(endpoint => endpointOfSlice(reach, endpoint, slice)));
  const wrong = listed.find(one => typeof one === 'string');
  if (typeof wrong === 'string') { return `${serviceName(service)}: ${wrong}`; }
  const all = [...selected, ...listed as ServiceEndpoint[]];
  if (all.length > 0) { return all; }
  return service.selector === undefined
    ? `${serviceName(service)} has no selector, and no EndpointSlice of the input has endpoints for it: add the EndpointSlice, or ask about the addresses`
    : `${serviceName(service)} has no endpoints: no pod of the input matches its selector ${service.selector}; add the workload, or correct the selector`;
}

function selectedPods(reach: Reachability, service: Service): ServiceEndpoint[] {
  const { namespace, selector } = service;
  if (selector === undefined) { return []; }
  return reach.workloadsIn(namespace).flatMap(workload => {
    const pods = workload.pods.filter(pod => couldSelect(selector, pod));
    const certain = pods.filter(pod => surelySelects(selector, pod));
    const uncertain = pods.filter(pod => !certain.includes(pod));
    return [
      ...namedEndpoints(reach, workload, certain).map(endpoint => ({ endpoint })),
      ...namedEndpoints(reach, workload, uncertain).map(endpoint => ({ endpoint, doubt: unreadOf(endpoint) ?? doubtAbout(service, workload) })),
    ];
  });
}

function unreadOf(endpoint: Endpoint): Reason | undefined {
  return endpoint.kind === 'pod' ? endpoint.pod.unread : undefined;
}

function doubtAbout(service: Service, workload: Workload): Reason {
  return { code: 'generated-label', what: `the pods of ${workloadName(workload)} that ${serviceName(service)} selects`, place: service.origin.at(['spec', 'selector']) };
}

/** Representatives of some pods of a workload, with the name of the workload only if they are all of its pods. */
function namedEndpoints(reach: Reachability, workload: Workload, pods: readonly Pod[]): Endpoint[] {
  const endpoints = workloadEndpoints(reach, workload, workloadName(workload), pods);
  return pods.length === workload.pods.length ? endpoints : endpoints.map(endpoint => ({ ...endpoint, name: podName(workload, endpoint.pod) }));
}

/** The pod that has the address of an endpoint, or else the address. */
function endpointOfSlice(reach: Reachability, { address, pod: named }: SliceEndpoint, slice: EndpointSlice): ServiceEndpoint | string {
  for (const workload of reach.cluster.workloads) {
    const pod = workload.pods.find(({ name, addresses }) => addresses.includes(address)
      || (named !== undefined && workload.namespace === named.namespace && name === named.name));
    if (pod !== undefined) { return { endpoint: podEndpoint(reach, workload, pod, podName(workload, pod)), slice }; }
  }
  if (named !== undefined) { return `its endpoint ${formatAddress(address)} is Pod ${named.namespace}/${named.name}, which the input does not have: add the Pod`; }
  return { endpoint: addressEndpoints(reach, { first: address, last: address })[0], slice };
}

/** The ports of an endpoint that a port of the Service leads to: none if the endpoint has no such port. */
function portsAt(endpoint: Endpoint, port: ServicePort, slice: EndpointSlice | undefined): PortTarget['port'][] {
  const { name, protocol } = port;
  // A slice names every endpoint that is an address.
  const numbers = slice === undefined ? portsOfPod((endpoint as PodEndpoint).pod, port)
    : slice.ports.filter(own => own.name === name && own.protocol === protocol).map(own => own.port);
  // A port name of a pod whose ports are not known may mean any number.
  const isOpen = slice === undefined && typeof port.target === 'string' && (endpoint as PodEndpoint).pod.hasOpenPorts === true;
  return isOpen ? [{ protocol, first: 1, last: 65535 }] : numbers.map(number => ({ protocol, first: number, last: number }));
}

/** The port of a pod that a port of a Service leads to: one, or none. If two containers have a port of the name, the first one counts. */
export function portsOfPod({ ports }: Pick<Pod, 'ports'>, { protocol, target }: Pick<ServicePort, 'protocol' | 'target'>): number[] {
  return typeof target === 'number' ? [target]
    : ports.filter(own => own.protocol === protocol && own.name === target).slice(0, 1).map(({ port }) => port);
}
