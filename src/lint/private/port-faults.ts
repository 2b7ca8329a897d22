import { Cluster, Pod, PortClause, Rule, workloadName } from '../../cluster/cluster';
import { couldSelect, surelySelects } from '../../cluster/pod-selection';
import { Service, ServicePort } from '../../cluster/service';
import { FindingCode, Severity } from '../../findings/codes';
import { enumerate } from '../../findings/enumeration';
import { nearestName } from '../../findings/nearest-name';
import { Protocol } from '../../k8s/objects';
import { ContainerPort } from '../../k8s/workloads';
import { PortQuery } from '../../query/ports';
import { PodsOfWorkload, PortUse, RuleOfPolicy } from '../lint-input';
import { PodPort } from './letting-in';
import { isProxyPort } from './mesh-ports';
import { portUses } from './port-uses';
import { SelectedPods } from './selected-pods';
import { once, oncePer } from '../../k8s/once-per';
import { portsOfPod } from '../../query/service-targets';

/* What is wrong with the ports that rules and claims name: no container has the name or the number, or it is that of a Service. */

/** What is wrong with one port. */
export interface PortFault {
  readonly code: FindingCode;
  /** Follows the name of the port. */
  readonly message: string;
  readonly fix: string;
  /** @default - that of the code */
  readonly severity?: Severity;
  /** The port of the containers that is meant, where the port is that of a Service. */
  readonly meant?: TargetPort;
}

type WrongPorts = ReadonlyMap<Rule, readonly PortFault[]>;

/**
 * The rules of a cluster that surely name a wrong port: that of a Service, or a name that no pod has. What else is wrong with their connections has the same
 * cause.
 */
export const rulesWithWrongPort = oncePer((cluster: Cluster): WrongPorts => new Map(portUses({ cluster }).flatMap(use => {
  const listeners = listenersOf(cluster, use);
  const wrong = use.ports.flatMap(port => faultOf(cluster, use, listeners, port) ?? []).filter(isSurelyWrong);
  // Only a claim has no rule.
  return wrong.length === 0 ? [] : [[use.rule!.rule, wrong]];
})));

function isSurelyWrong({ code, severity }: PortFault): boolean {
  return code !== 'NP110' && severity === undefined;
}

/** True if one of the rules surely names the port of a Service, and this port of the pods is meant. */
export function isMeantByWrongPort(cluster: Cluster, rules: readonly Pick<RuleOfPolicy, 'rule'>[], { protocol, number }: PodPort): boolean {
  const wrong = rulesWithWrongPort(cluster);
  return rules.some(({ rule }) => wrong.get(rule)?.some(({ meant }) => meant?.protocol === protocol && meant.port === number) === true);
}

/**
 * What all ports of one rule are compared with. A rule may have thousands of ports, and thousands of pods that listen, so each part is made once, and only if
 * it is needed.
 */
interface Listeners {
  /** The ports that containers of the pods declare. */
  readonly declared: () => readonly ContainerPort[];
  /** The same as text. */
  readonly declaredText: () => string;
  /** True if the pods may listen on any port by any name, as far as anybody knows. */
  readonly areUnknown: () => boolean;
  /** True if some pod declares no port, so that it may listen on any number. */
  readonly mayListenElsewhere: () => boolean;
  /** The workloads in a message. */
  readonly names: () => string;
  /** The same for the same workloads. */
  readonly key: () => string;
  /** The Services that lead to some of the pods by an address of their own. Nothing translates the port of a headless Service. */
  readonly services: () => readonly Service[];
}

export function listenersOf(cluster: Cluster, { destinations }: PortUse): Listeners {
  const selected = SelectedPods.of(cluster);
  const pods = once(() => destinations.flatMap(one => one.pods));
  const declared = once(() => pods().flatMap(({ ports }) => ports));
  const names = once(() => [...new Set(destinations.map(({ workload }) => workloadName(workload)))]);
  const leadsThere = ({ namespace, selector }: Service) =>
    destinations.some(({ workload, pods: own }) => workload.namespace === namespace && own.some(({ labels }) => selector?.matches(labels)));
  return {
    declared,
    declaredText: once(() => listOf(declared())),
    areUnknown: once(() => destinations.some(({ workload }) => selected.isOpen(workload.namespace))
      || pods().some(({ hasOpenPorts }) => hasOpenPorts)),
    mayListenElsewhere: once(() => pods().some(({ ports }) => ports.length === 0)),
    names: once(() => enumerate(names(), 3)),
    key: once(() => JSON.stringify([...names()].sort())),
    services: once(() => [...new Set(destinations.map(({ workload }) => workload.namespace))].flatMap(name => selected.servicesIn(name))
      .filter(service => !service.isHeadless && service.isAmbiguous !== true && leadsThere(service))),
  };
}

export function faultOf(cluster: Cluster, use: PortUse, listeners: Listeners, port: PortQuery): PortFault | undefined {
  if (isDeclared(use, port) || listeners.areUnknown()) { return undefined; }
  if ('name' in port) {
    return isProxyPort(port.name) ? undefined : {
      code: 'NP112',
      message: `but no container of ${listeners.names()} has a ${port.protocol} port of that name`,
      fix: fixForName(port, listeners),
      ...use.mayHaveOthers === true ? { severity: 'warning' } : {},
    };
  }
  const isRange = port.first < port.last;
  if ((port.first === 1 && port.last === 65535) || (!isRange && isProxyPort(port.first))) { return undefined; }
  const service = servicePortOf(listeners.services(), port);
  if (service !== undefined) { return ofService(cluster, use, service, port); }
  return listeners.mayListenElsewhere() ? undefined : {
    code: 'NP110',
    message: `but no container of ${listeners.names()} declares ${isRange ? 'any of them' : 'it'}`,
    fix: fixForNumber(port, listeners),
    // Containers that use many ports, as for media or passive FTP, rarely declare each of them.
    ...isRange ? { severity: 'note' } : {},
  };
}

/** True if a container of some pod declares the port. */
function isDeclared({ destinations }: PortUse, port: PortQuery): boolean {
  return destinations.some(({ pods }) => pods.some(({ ports }) => ports.some(own => isNamed(port, own))));
}

function isNamed(port: PortQuery, { protocol, name, port: number }: ContainerPort): boolean {
  return port.protocol === protocol && ('name' in port ? port.name === name : port.first <= number && number <= port.last);
}

/** A rule without a protocol is for TCP, so the protocol is the first thing to look at. */
function fixForNumber({ first, last }: NumberedPort, { declared, declaredText }: Listeners): string {
  const sameNumber = declared().find(({ port }) => first <= port && port <= last);
  return sameNumber !== undefined ? `write 'protocol: ${sameNumber.protocol}', as the container does`
    : `name a port of the containers (${declaredText()}), or declare the port`;
}

function fixForName({ protocol, name }: Extract<PortQuery, { name: string }>, { declared, declaredText }: Listeners): string {
  const named = declared().filter(port => port.name !== undefined);
  const sameName = named.find(port => port.name === name);
  if (sameName !== undefined) { return `write 'protocol: ${sameName.protocol}', as the container does`; }
  const near = nearestName(name, named.filter(port => port.protocol === protocol).map(port => port.name!));
  if (near !== undefined) { return `write ${near}`; }
  return declared().length === 0 ? 'name the port in the container, or write its number' : `name a port of the containers (${declaredText()})`;
}

type NumberedPort = Exclude<PortQuery, { name: string }>;

/** An entry of a Service. */
interface ServiceEntry {
  readonly service: Service;
  readonly entry: ServicePort;
}

/** The Service that leads to the pods by this port, of its own or of the nodes, and its entry. */
function servicePortOf(services: readonly Service[], { protocol, first, last }: NumberedPort): ServiceEntry | undefined {
  const isIn = (number: number | undefined) => number !== undefined && first <= number && number <= last;
  return services.flatMap(service => service.ports.map(entry => ({ service, entry })))
    .find(({ entry }) => entry.protocol === protocol && (isIn(entry.port) || isIn(entry.nodePort)));
}

/**
 * Undefined if the container's port is the same, or if the port may be that of other pods. An error only if all of the pods are behind the Service,
 * and no other rule may open the container's port.
 */
function ofService(
  cluster: Cluster, { destinations, rule, mayHaveOthers }: PortUse, { service, entry }: ServiceEntry, port: NumberedPort,
): PortFault | undefined {
  const { protocol, target } = entry;
  const { namespace, selector } = service;
  const isBehind = (pod: Pod, own: string) => own === namespace && surelySelects(selector!, pod);
  const others = destinations.flatMap(({ workload, pods }) => pods.filter(pod => !isBehind(pod, workload.namespace)));
  if (others.some(({ ports }) => ports.length === 0)) { return undefined; }
  const [number] = portsOfPod({ ports: destinations.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports)) }, entry);
  if (number !== undefined && port.first <= number && number <= port.last) { return undefined; }
  const targetPort: TargetPort = { protocol, port: number, name: typeof target === 'string' ? target : undefined };
  const isOpened = rule !== undefined && isOpenedElsewhere(cluster, rule, destinations, targetPort);
  const isSure = !isOpened && others.length === 0 && mayHaveOthers !== true;
  const isOfService = port.first <= entry.port && entry.port <= port.last;
  const message = `the ${isOfService ? 'port' : 'node port'} of Service ${namespace}/${service.name}; policies see the port of the container`;
  return {
    code: 'NP111',
    meant: targetPort,
    message: isOpened ? `${message}, which another rule opens` : message,
    fix: isOpened ? 'remove it, unless a container listens on it' : `name ${protocol} ${number ?? target}, the container's port behind it`,
    ...isSure ? {} : { severity: 'warning' },
  };
}

/** A port of containers, as far as it is known. */
interface TargetPort {
  readonly protocol: Protocol;
  readonly name?: string;
  readonly port?: number;
}

/** True if something else than the rule may let the same pods use a port in the same direction. */
function isOpenedElsewhere(
  cluster: Cluster, { policy, direction }: RuleOfPolicy, destinations: readonly PodsOfWorkload[], target: TargetPort,
): boolean {
  const { clusterPolicies, unevaluated } = cluster;
  const destinationPods = destinations.flatMap(({ pods }) => pods);
  const hasName = (name: string) => name === target.name
    || destinationPods.some(pod => pod.ports.some(port => port.name === name && port.protocol === target.protocol && port.port === target.port));
  const opens = ({ protocol, name, first, last }: PortClause) => protocol === target.protocol
    && (name !== undefined ? hasName(name) : target.port !== undefined && first <= target.port && target.port <= last);
  const mayShareSubject = (other: typeof policy) => other === policy || direction === 'egress'
    || destinationPods.some(pod => couldSelect(other.subject, pod));
  return unevaluated.some(one => one[direction] && one.canAllow)
    || clusterPolicies.some(one => one[direction].length > 0)
    || SelectedPods.of(cluster).policiesIn(policy.namespace).some(other => mayShareSubject(other)
      && (other[direction] ?? []).some(({ ports }) => ports === undefined || ports.some(opens)));
}

function listOf(ports: readonly ContainerPort[]): string {
  return [...new Set(ports.map(({ protocol, port, name }) => `${protocol} ${port}${name === undefined ? '' : ` '${name}'`}`))].slice(0, 5).join(', ');
}
