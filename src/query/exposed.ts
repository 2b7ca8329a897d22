import { addressesEnd, familiesMentioned } from './connectivity';
import { Endpoint, PodEndpoint, workloadEndpoints } from './endpoints';
import { answerFor } from './flow';
import { RowFilter } from './list-filter';
import { PodsText } from './pods-text';
import { connectionsOfPort, PortQuery } from './ports';
import { PossiblePods } from './possible-pods';
import { PortTarget, targetsOfPorts } from './service-targets';
import { Cluster, Policy, Workload, workloadName } from '../cluster/cluster';
import { Backend, Entrance, entranceName, Refusal } from '../cluster/entrance';
import { Service, serviceName, ServicePort } from '../cluster/service';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';
import { Answer, formatAssumption, formatReason } from '../findings/answer';
import { Origin, printable } from '../findings/finding';
import { AddressRange, FAMILY_RANGE, subtractRanges } from '../k8s/address';
import { ControllerPods, GATEWAY_CONTROLLERS, INGRESS_CONTROLLERS } from '../k8s/controllers';
import { Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/* What the outside world reaches, and through which object: an Ingress, a route of a Gateway, a Route, a Service of its own, or a node. */

/** One way from outside to one port of one endpoint. */
export interface ExposedEndpoint {
  /** `Ingress shop/web`, `LoadBalancer edge/gw`. */
  readonly via: string;
  readonly origin: Origin;
  /** The host names that it serves; empty if it serves every one, or needs none. */
  readonly hosts: readonly string[];
  /** Who opens the connection to the endpoint. */
  readonly source: ExposureSource;
  /** The namespace that it leads into. Absent if nobody knows. */
  readonly namespace?: string;
  /** `shop/web`. Absent if the connection goes to the pods without a Service, or netpol does not read where the object leads. */
  readonly service?: string;
  /** `ServiceImport shop/web`: an object of a kind that netpol does not read, to which the connection goes. */
  readonly backend?: string;
  readonly servicePort?: ServicePort;
  /** For a NodePort and a HostPort: the port of the nodes. */
  readonly nodePort?: number;
  /** Absent if the input does not say what the endpoints are. */
  readonly endpoint?: Endpoint;
  /** Absent without an endpoint, and for pods on the network of their node: every port that they open. */
  readonly port?: PortQuery;
  /** Whether the policies let the connection through. For addresses, `yes` if they do so from one of them at least. */
  readonly answer: Answer;
  /** The policies of the source that isolate its egress, if the answer is `no` because of them alone. */
  readonly closedBySource?: readonly Policy[];
  /** A pod of the source that does not get through, if the answer is `no`. Absent for addresses. */
  readonly closedFor?: Pick<PodEndpoint, 'workload' | 'pod'>;
  /** Why the answer is undecided, or is `no` whatever the policies say, as sentences without a full stop. */
  readonly reasons: readonly string[];
  /** What the answer rests on, as sentences without a full stop. */
  readonly assumptions: readonly string[];
}

export type ExposureSource =
  | { readonly kind: 'controller'; readonly name: string; readonly isDeclared: boolean }
  /** The addresses that get through; `isAll` if each one does. */
  | { readonly kind: 'addresses'; readonly ranges: readonly AddressRange[]; readonly isAll: boolean }
  /** Nobody knows. */
  | { readonly kind: 'unknown' };

/** True if there may be ways in that the list does not have, because a part of the input was not read. */
export function mayExposeMore({ unread = [], workloads }: Cluster): boolean {
  return unread.length > 0 || workloads.some(({ pods }) => pods.some(pod => pod.unread !== undefined));
}

/** Every way in, sorted by its name. With a filter, those that lead to what it wants, or may do so. */
export function listExposed(cluster: Cluster, strict: boolean, filter = RowFilter.NONE): ExposedEndpoint[] {
  const { exposure, entrances } = exposureOf(cluster, strict);
  return [
    ...entrances(),
    ...cluster.services.flatMap(service => exposure.throughService(service)),
    ...cluster.workloads.flatMap(workload => exposure.throughNodes(workload)),
  ].filter(one => isWanted(one, filter)).sort((a, b) => a.via < b.via ? -1 : Number(a.via > b.via));
}

function isWanted({ namespace, endpoint, port }: ExposedEndpoint, filter: RowFilter): boolean {
  if (endpoint === undefined) { return filter.mayReachInto(namespace); }
  const connections = port === undefined ? ConnectionSet.ALL : connectionsOfPort(port, endpoint);
  // Whatever has an endpoint has a namespace.
  return filter.reaches(endpoint.kind === 'pod' ? endpoint : addressesEnd(endpoint.range), namespace!, connections);
}

/** The ways in through Ingresses, routes of Gateways and Routes, in the order of the input. `reach` is updated, which keeps its answers. */
export function listEntrances(reach: Reachability): ExposedEndpoint[] {
  return exposureOf(reach.cluster, false, possible => reach.update(possible)).entrances();
}

function exposureOf(
  cluster: Cluster, strict: boolean, evaluate = (possible: Cluster) => new Reachability(possible),
): { readonly exposure: Exposure; readonly entrances: () => ExposedEndpoint[] } {
  const declared = new Map<string, boolean>();
  // Most entrances have one controller, and looking for its pods takes a while.
  const isDeclared = (selector: Selector) => {
    const known = declared.get(selector.id) ?? cluster.workloads.some(({ pods }) => pods.some(pod => selector.matches(pod.labels)));
    declared.set(selector.id, known);
    return known;
  };
  const served = cluster.entrances.map(entrance => ({ entrance, by: servedBy(isDeclared, entrance) }));
  const assumed = new Map(served.flatMap(({ by: { pods } }) => pods === undefined ? [] : [[pods.text, pods]]));
  // The labels of a controller are one choice each, which is never too many.
  const possible = PossiblePods.of(cluster, [...assumed.values()]) as PossiblePods;
  const usual = evaluate(possible.cluster);
  const exposure = new Exposure(strict ? usual.strict : usual, possible, strict);
  return { exposure, entrances: () => served.flatMap(({ entrance, by }) => exposure.throughEntrance(entrance, by)) };
}

/** Who serves an entrance. */
interface Served {
  readonly title: string;
  readonly from: 'declared pods' | 'usual pods' | 'addresses' | 'nodes' | 'unknown';
  /** The labels of its pods, for pods that the input declares. */
  readonly selector?: Selector;
  /** Its usual pods, if the input declares none. */
  readonly pods?: PodsText;
  readonly assumptions: readonly string[];
}

function servedBy(isDeclared: (pods: Selector) => boolean, entrance: Entrance): Served {
  const { controller, className, gateway } = entrance.served;
  const known = gateway === undefined ? INGRESS_CONTROLLERS : GATEWAY_CONTROLLERS;
  const byController = known.find(({ controllers }) => controller !== undefined && controllers.includes(controller));
  const byClass = controller === undefined ? known.find(({ classes }) => className !== undefined && classes.includes(className)) : undefined;
  const isNameless = gateway === undefined && controller === undefined && className === undefined;
  const found = byController ?? byClass ?? (isNameless ? INGRESS_CONTROLLERS[0] : undefined);
  if (found === undefined) {
    const title = controller ?? (className === undefined ? `Gateway ${gateway!.namespace}/${gateway!.name}` : `class ${className}`);
    return { title, from: 'unknown', assumptions: [] };
  }
  const assumptions = byClass !== undefined ? [`netpol assumes that ${found.title} serves the class ${className}, which is not in the input`]
    : isNameless ? [`netpol assumes that ${found.title} serves ${entranceName(entrance)}, which names no class`] : [];
  const { title, source } = found;
  return typeof source === 'string' ? { title, from: source, assumptions } : servedByPods(isDeclared, { title, source, gateway }, assumptions);
}

function servedByPods(
  isDeclared: (pods: Selector) => boolean, { title, source, gateway }: { title: string; source: ControllerPods; gateway: Entrance['served']['gateway'] }, assumptions: readonly string[],
): Served {
  const ofGateway = (value: string) => gateway === undefined ? value : value.replace('{gateway}', gateway.name).replace('{namespace}', gateway.namespace);
  const labels = Object.fromEntries(Object.entries(source.labels).map(([key, value]) => [key, ofGateway(value)]));
  // Whoever installs a chart chooses the instance.
  const { 'app.kubernetes.io/instance': _, ...essential } = labels;
  const selector = Selector.labels(essential);
  if (isDeclared(selector)) { return { title, from: 'declared pods', selector, assumptions }; }
  const namespace = source.namespace ?? gateway!.namespace;
  const pods = { text: `${title} of ${namespace} ${Selector.labels(labels)}`, namespaces: [namespace], pods: Selector.labels(labels), namespaceLabels: source.namespaceLabels };
  const assumed = `netpol assumes that the pods of ${title}, which are not in the input, are in namespace ${namespace} with ${Selector.labels(labels)}`;
  return { title, from: 'usual pods', pods, assumptions: [...assumptions, assumed] };
}

/** What all ways in have in common. */
class Exposure {
  private readonly services = new Map<string, Service>();
  private readonly sources = new Map<string, readonly PodEndpoint[]>();

  constructor(private readonly reach: Reachability, private readonly possible: PossiblePods, private readonly strict: boolean) {
    for (const service of reach.cluster.services) { this.services.set(`${service.namespace}/${service.name}`, service); }
  }

  public throughEntrance(entrance: Entrance, served: Served): ExposedEndpoint[] {
    const { backends, hosts, origin, refusal: refusalOfAll } = entrance;
    const via = entranceName(entrance);
    const unknownSource = this.sourceOf(served);
    if (backends.length === 0 && refusalOfAll !== undefined) {
      return [{ via, hosts, origin, source: unknownSource, ...refused(refusalOfAll) }];
    }
    return distinctBackends(backends).flatMap(backend => {
      const { namespace, name, path, otherKind, refusal = refusalOfAll } = backend;
      const leadsTo = otherKind === undefined ? { service: `${namespace}/${name}` } : { backend: printable(`${otherKind.kind} ${namespace}/${name}`) };
      const common = { via, hosts, namespace, ...leadsTo, origin: { at: () => origin.at(path) } };
      if (refusal !== undefined) { return [{ ...common, source: unknownSource, ...refused(refusal) }]; }
      const unknown = (reason: string): ExposedEndpoint => ({ ...common, source: unknownSource, ...refused({ isCertain: false, reason }) });
      if (otherKind !== undefined) { return [unknown(printable(`netpol does not read ${otherKind.kind}${otherKind.group === '' ? '' : ` of ${otherKind.group}`}`))]; }
      const service = this.services.get(`${namespace}/${name}`);
      if (service === undefined) { return [unknown(`${serviceName({ namespace, name })} is not in the input`)]; }
      if (service.externalName !== undefined) { return [unknown(`${serviceName(service)} stands for the domain name ${service.externalName}`)]; }
      const ports = portsOfBackend(this.reach, service, backend, entrance.kind);
      if (ports.length === 0) { return [unknown(`${serviceName(service)} has no ${protocolOf(entrance.kind)} port${backend.port === undefined ? '' : ` ${backend.port}`}`)]; }
      const targets = targetsOfPorts(this.reach, service, ports);
      return typeof targets === 'string' ? [unknown(targets)] : folded(targets.map(target => ({ ...common, ...this.served(target, served) })));
    });
  }

  public throughService(service: Service): ExposedEndpoint[] {
    return waysOf(service).flatMap(({ kind, ports }) => this.throughWay(service, kind, ports));
  }

  private throughWay(service: Service, kind: ServiceWay, ports: readonly ServicePort[]): ExposedEndpoint[] {
    const { namespace, name, origin, sourceRanges, hasAnnotatedRanges, keepsClientAddress } = service;
    const common = { via: `${kind} ${namespace}/${name}`, hosts: [], namespace, service: `${namespace}/${name}`, origin };
    const targets = targetsOfPorts(this.reach, service, ports);
    if (typeof targets === 'string') { return [{ ...common, source: { kind: 'unknown' }, answer: 'undecided', reasons: [targets], assumptions: [] }]; }
    const hasRanges = kind === 'LoadBalancer' && sourceRanges.length > 0 && !(hasAnnotatedRanges && this.strict);
    const clients = hasRanges ? sourceRanges : this.everyAddress();
    const annotated = hasRanges && hasAnnotatedRanges
      ? [`netpol assumes that the load balancer of ${serviceName(service)} accepts only the clients in its annotation load-balancer-source-ranges, which some load balancers ignore`] : [];
    return folded(targets.map(target => {
      const outcome = this.fromAddresses(target, clients, keepsClientAddress);
      const assumptions = [...annotated, ...outcome.assumptions];
      return { ...common, ...kind === 'NodePort' ? { nodePort: target.servicePort.nodePort } : {}, ...outcome, assumptions };
    }));
  }

  /** The ports of nodes that lead to pods without a Service. */
  public throughNodes(workload: Workload): ExposedEndpoint[] {
    const { namespace, name, origin } = workload;
    const common = { hosts: [], namespace, origin };
    return folded(workloadEndpoints(this.reach, workload, workloadName(workload)).flatMap((endpoint): ExposedEndpoint[] => {
      const { hostNetwork, ports } = endpoint.pod;
      // No policy selects such a pod, and its ports are those of its node.
      if (hostNetwork) { return [{ ...common, via: printable(`HostNetwork ${namespace}/${name}`), endpoint, source: clientsSource(this.everyAddress()), answer: 'yes', reasons: [], assumptions: [] }]; }
      return ports.filter(({ hostPort }) => hostPort !== undefined).map(({ protocol, port, hostPort }) => {
        const target = { endpoint, port: { protocol, first: port, last: port } };
        return { ...common, via: printable(`HostPort ${namespace}/${name}`), nodePort: hostPort, ...this.fromAddresses(target, this.everyAddress(), true) };
      });
    }));
  }

  private everyAddress(): readonly AddressRange[] {
    return familiesMentioned(this.reach).map(family => FAMILY_RANGE[family]);
  }

  private sourceOf({ title, from }: Served): ExposureSource {
    return from === 'unknown' ? { kind: 'unknown' } : { kind: 'controller', name: title, isDeclared: from === 'declared pods' };
  }

  /** The connection of a controller to an endpoint. */
  private served(target: PortTarget, served: Served): Outcome {
    const { endpoint, port, servicePort } = target;
    const source = this.sourceOf(served);
    const undecided = (reason: string): Outcome => ({ source, endpoint, port, servicePort, answer: 'undecided', reasons: [reason], assumptions: served.assumptions });
    if (served.from === 'unknown') { return undecided(`netpol does not know the pods of ${served.title}`); }
    if (served.from === 'nodes') { return undecided(`${served.title} connects from the nodes, and what policies see then depends on the data plane`); }
    if (served.from === 'addresses') {
      const outcome = this.fromAddresses(target, this.everyAddress(), true);
      return { ...outcome, assumptions: [...served.assumptions, ...outcome.assumptions] };
    }
    const asked = this.sourcesOf(served).map(one => ({ source: one, destination: endpoint, port, doubt: target.doubt }));
    const { answer, ingress, example, reasons, assumptions } = answerFor(this.reach, asked);
    const closed = answer !== 'no' ? {} : {
      closedFor: example.source as PodEndpoint,
      ...ingress === 'yes' ? { closedBySource: this.reach.policies(example.source.index, 'egress') } : {},
    };
    const all = [...served.assumptions, ...assumptions.map(formatAssumption)];
    return { source, endpoint, port, servicePort, answer, ...closed, reasons: reasons.map(formatReason), assumptions: all };
  }

  /** The pods of a controller. */
  private sourcesOf({ selector, pods }: Served): readonly PodEndpoint[] {
    const key = selector === undefined ? pods!.text : selector.id;
    let known = this.sources.get(key);
    if (known === undefined) {
      known = selector === undefined ? this.possible.endpointsOf(this.reach, pods!).endpoints : this.declaredEndpoints(selector);
      this.sources.set(key, known);
    }
    return known;
  }

  private declaredEndpoints(selector: Selector): PodEndpoint[] {
    return this.possible.declared.workloads.flatMap(workload =>
      workloadEndpoints(this.reach, workload, workloadName(workload), workload.pods.filter(({ labels }) => selector.matches(labels))));
  }

  /** The connections of clients outside to an endpoint, as far as its own policies let them in. */
  private fromAddresses(target: Pick<PortTarget, 'endpoint' | 'port' | 'doubt'> & Pick<Outcome, 'servicePort'>, clients: readonly AddressRange[], keepsClientAddress: boolean): Outcome {
    const { endpoint, port, servicePort, doubt } = target;
    const common = { endpoint, port, servicePort };
    if (endpoint.kind === 'address') { return { ...common, source: clientsSource(clients), answer: 'yes', reasons: [], assumptions: [] }; }
    const asked = connectionsOfPort(port, endpoint);
    const ranges = this.reach.externalRanges(endpoint.index, 'ingress');
    const within = (set: 'connections' | 'possible') => ranges.filter(one => one[set].includes(asked)).flatMap(({ range }) => clients.flatMap(client => intersection(range, client)));
    const [certain, possible] = [within('connections'), within('possible')];
    const isAll = clients.every(client => subtractRanges(client, certain).length === 0);
    if (isAll) { return { ...common, source: clientsSource(clients), answer: 'yes', reasons: [], assumptions: [] }; }
    const answer: Answer = certain.length > 0 ? 'yes' : possible.length > 0 || doubt !== undefined ? 'undecided' : 'no';
    const open = possible.find(range => !certain.some(other => other.first <= range.first && range.last <= other.last));
    const reasons = answer !== 'undecided' ? [] : doubt !== undefined ? [doubt] : this.reach.undecidedReasons(endpoint.index, 'ingress', this.reach.ofAddress(open!.first));
    const source: ExposureSource = { kind: 'addresses', ranges: certain.length > 0 ? certain : possible, isAll: false };
    if (keepsClientAddress) { return { ...common, source, answer, reasons: reasons.map(formatReason), assumptions: [] }; }
    const hidden = 'pods see the address of the client, although externalTrafficPolicy: Cluster may replace it by that of a node';
    return this.strict ? { ...common, source, answer: 'undecided', reasons: [`it is not certain that ${hidden}`], assumptions: [] }
      : { ...common, source, answer, reasons: reasons.map(formatReason), assumptions: [`netpol assumes that ${hidden}`] };
  }
}

/** What is said about one connection of a way in. */
type Outcome = Pick<ExposedEndpoint, 'source' | 'endpoint' | 'port' | 'servicePort' | 'answer' | 'closedBySource' | 'closedFor' | 'reasons' | 'assumptions'>;

/** A way in that a Service opens by itself. */
type ServiceWay = 'LoadBalancer' | 'NodePort' | 'ExternalIP';

/**
 * The ways in that a Service opens by itself, with its ports on each. The source ranges of a load balancer limit neither the ports of the nodes behind it nor
 * external addresses (v1, ServiceSpec, loadBalancerSourceRanges). Without ranges, the ports of the nodes would say nothing new.
 */
function waysOf(
  { type, ports, sourceRanges, allocatesNodePorts, hasExternalIps }: Service,
): { readonly kind: ServiceWay; readonly ports: readonly ServicePort[] }[] {
  const onNodes = type === 'LoadBalancer' && sourceRanges.length > 0 ? ports.filter(({ nodePort }) => allocatesNodePorts || nodePort !== undefined) : [];
  return [
    ...type === 'LoadBalancer' || type === 'NodePort' ? [{ kind: type, ports }] : [],
    ...onNodes.length > 0 ? [{ kind: 'NodePort', ports: onNodes } as const] : [],
    ...hasExternalIps ? [{ kind: 'ExternalIP', ports } as const] : [],
  ];
}

/** Clients that all get through: every one, or those that a load balancer accepts. */
function clientsSource(clients: readonly AddressRange[]): ExposureSource {
  return { kind: 'addresses', ranges: clients, isAll: subtractRanges(FAMILY_RANGE.IPv4, clients).length === 0 };
}

/** The answer of a way that leads nowhere, or perhaps nowhere, whatever the policies say. */
function refused({ isCertain, reason }: Refusal): Pick<ExposedEndpoint, 'answer' | 'reasons' | 'assumptions'> {
  return { answer: isCertain ? 'no' : 'undecided', reasons: [reason], assumptions: [] };
}

/** Two paths of an Ingress often lead to one port of a Service. If only one of them leads there, it counts. */
function distinctBackends(backends: readonly Backend[]): Backend[] {
  const distinct = new Map<string, Backend>();
  for (const backend of backends) {
    const key = JSON.stringify([backend.otherKind, backend.namespace, backend.name, backend.port]);
    const before = distinct.get(key);
    if (before === undefined || before.refusal !== undefined) { distinct.set(key, backend); }
  }
  return [...distinct.values()];
}

/** The protocol of the connections that an entrance opens. The controllers of the other kinds are proxies for TCP. */
function protocolOf(kind: string): Protocol {
  return kind === 'UDPRoute' ? 'UDP' : 'TCP';
}

function intersection(a: AddressRange, b: AddressRange): AddressRange[] {
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return first <= last ? [{ first, last }] : [];
}

/** The ports of the Service that a backend means. */
function portsOfBackend(reach: Reachability, service: Service, { port, isTargetPort }: Backend, kind: string): ServicePort[] {
  const ports = service.ports.filter(({ protocol }) => protocol === protocolOf(kind));
  if (port === undefined) { return ports; }
  if (typeof port === 'string') { return ports.filter(({ name }) => name === port); }
  if (isTargetPort !== true) { return ports.filter(own => own.port === port); }
  const targets = targetsOfPorts(reach, service, ports);
  const leading = typeof targets === 'string' ? [] : targets.flatMap(({ port: own, servicePort }) => own.first === port ? servicePort : []);
  return [...new Set(leading)];
}

/** Two replicas that no policy tells apart have one name, and are one row. The answers of their peers can differ only in what is not yes. */
function folded(rows: readonly ExposedEndpoint[]): ExposedEndpoint[] {
  const keyOf = ({ endpoint, servicePort, nodePort, port, answer }: ExposedEndpoint) =>
    JSON.stringify([endpoint?.name, servicePort?.port, servicePort?.protocol, nodePort, port, answer]);
  return [...new Map(rows.map(row => [keyOf(row), row])).values()];
}
