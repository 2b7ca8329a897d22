import { selects } from './network-policy';

/*
 * The specification of Services, in the plainest code: where a connection to a port of a Service ends. It shares no code with src/, and a
 * property test compares the two. `svc` is kubernetes.io/docs/concepts/services-networking/service, `eps` is
 * .../services-networking/endpoint-slices, and a field path is the description of that field in v1 or discovery.k8s.io/v1.
 *
 * The input is valid API objects: Pods with a name of their own, the Service, and EndpointSlices.
 */

/** A port of a pod (`namespace/name`) or of an address that belongs to no pod. */
export interface SpecTarget {
  readonly end: string;
  readonly protocol: string;
  readonly port: number;
}

/** Where a connection to a port number of a Service ends, sorted and each once. An ExternalName leads to a domain name, so it has no target. */
export function serviceTargets(objects: readonly any[], service: any, protocol: string, number: number): SpecTarget[] {
  if (service.spec.type === 'ExternalName') { return []; }
  // svc, "Headless Services": clients get the addresses of the endpoints, and no proxy stands between. So the port is that of the endpoint.
  if (service.spec.clusterIP === 'None') {
    return sorted(endpointsOf(objects, service).map(({ end }) => ({ end, protocol, port: number })));
  }
  const ports = (service.spec.ports ?? []).filter((port: any) => (port.protocol ?? 'TCP') === protocol && port.port === number);
  return sorted(ports.flatMap((port: any) => endpointsOf(objects, service).flatMap(({ end, portsFor }) =>
    portsFor(port).map(target => ({ end, protocol, port: target })))));
}

interface SpecEndpoint {
  readonly end: string;
  /** The numbers that a port of the Service has at this endpoint. */
  readonly portsFor: (port: any) => number[];
}

function endpointsOf(objects: readonly any[], service: any): SpecEndpoint[] {
  const { name, namespace } = service.metadata;
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  // svc, "Services without selectors": without a selector, no EndpointSlice is made.
  const selector = service.spec.selector ?? {};
  const selected = Object.keys(selector).length === 0 ? []
    : pods.filter(pod => pod.metadata.namespace === namespace && selects({ matchLabels: selector }, pod.metadata.labels ?? {}));
  const ofSelector = selected.map(pod => ({ end: nameOf(pod), portsFor: (port: any) => containerPorts(pod, port) }));
  // eps, "Ownership": the label names the Service. "Management": the one of the controller has the same pods as the selector.
  const slices = objects.filter(({ kind, metadata }) => kind === 'EndpointSlice' && metadata.namespace === namespace
    && metadata.labels?.['kubernetes.io/service-name'] === name
    && (selected.length === 0 || metadata.labels['endpointslice.kubernetes.io/managed-by'] !== 'endpointslice-controller.k8s.io'));
  const ofSlices = slices.flatMap(slice => slice.endpoints.flatMap(({ addresses }: any) => addresses.map((address: string) => {
    const pod = pods.find(({ status }) => status?.podIP === address);
    // EndpointPort.name: the name of the Service's port. The protocol must be the same.
    const portsFor = (port: any) => (slice.ports ?? []).filter((own: any) => (own.name ?? '') === (port.name ?? '')
      && (own.protocol ?? 'TCP') === (port.protocol ?? 'TCP')).map((own: any) => own.port);
    return { end: pod === undefined ? address : nameOf(pod), portsFor };
  })));
  return [...ofSelector, ...ofSlices];
}

/** ServicePort.targetPort: a number, or a name that is looked up in the containers of each pod; absent, the port itself. */
function containerPorts(pod: any, { port, protocol = 'TCP', targetPort = port }: any): number[] {
  if (typeof targetPort === 'number') { return [targetPort]; }
  const ports = pod.spec.containers.flatMap((container: any) => container.ports ?? []);
  // A pod without a port of this name is no endpoint of the port.
  return ports.filter((own: any) => own.name === targetPort && (own.protocol ?? 'TCP') === protocol).slice(0, 1).map((own: any) => own.containerPort);
}

function nameOf({ metadata }: any): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function sorted(targets: readonly SpecTarget[]): SpecTarget[] {
  const byText = new Map(targets.map(target => [JSON.stringify(target), target]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}
