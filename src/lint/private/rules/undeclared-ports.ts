import { workloadName } from '../../../cluster/cluster';
import { Service, ServicePort } from '../../../cluster/service';
import { FindingCode } from '../../../findings/codes';
import { finding, Finding } from '../../../findings/finding';
import { nearestName } from '../../../findings/nearest-name';
import { ContainerPort } from '../../../k8s/workloads';
import { formatPortQuery, PortQuery } from '../../../query/ports';
import { LintInput, LintRule, PodsOfWorkload, PortUse } from '../../lint-input';
import { portUses } from '../port-uses';
import { SelectedPods } from '../selected-pods';

/** What is wrong with one port. */
interface PortFault {
  readonly code: FindingCode;
  /** Follows the name of the port. */
  readonly message: string;
  readonly fix: string;
}

/**
 * A rule of a policy or a claim names a port that no pod has: a name or a number that no container declares, or the port of a Service. Policies see
 * the port of the container (kubernetes.io, "Network Policies"). Pods without any declared port may listen on every number.
 */
export const undeclaredPorts: LintRule = input => {
  const faults = new Map<string, { readonly use: PortUse; readonly port: PortQuery; readonly fault: PortFault; readonly others: PortUse[] }>();
  for (const use of portUses(input)) {
    for (const port of use.ports) {
      const fault = faultOf(input, use, port);
      if (fault === undefined) { continue; }
      const key = JSON.stringify([fault.code, formatPortQuery(port), use.destinations.map(({ workload }) => workloadName(workload)).sort()]);
      const known = faults.get(key);
      if (known === undefined) { faults.set(key, { use, port, fault, others: [] }); } else { known.others.push(use); }
    }
  }
  return [...faults.values()].map(({ use, port, fault: { code, message, fix }, others }): Finding => finding(
    code, use.place, `${use.name} names ${formatPortQuery(port)}, ${message}`, { fix, related: others.map(other => ({ message: 'also named here', place: other.place })) },
  ));
};

function faultOf({ cluster }: LintInput, { destinations }: PortUse, port: PortQuery): PortFault | undefined {
  const selected = SelectedPods.of(cluster);
  const known = destinations.filter(({ workload }) => !selected.isOpen(workload.namespace));
  if (known.length === 0) { return undefined; }
  const declared = known.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  if (declared.some(one => isNamed(port, one))) { return undefined; }
  const names = [...new Set(known.map(({ workload }) => workloadName(workload)))].join(' and ');
  if ('name' in port) {
    return { code: 'NP112', message: `but no container of ${names} has a ${port.protocol} port of that name`, fix: fixForName(port, declared) };
  }
  if (port.first === 1 && port.last === 65535) { return undefined; }
  const service = servicePortOf(cluster.services, known, port);
  if (service !== undefined) { return ofService(service, declared, port); }
  return declared.length === 0 ? undefined
    : { code: 'NP110', message: `but no container of ${names} declares it`, fix: `name a port of the containers (${listOf(declared)}), or declare the port` };
}

function isNamed(port: PortQuery, { protocol, name, port: number }: ContainerPort): boolean {
  return port.protocol === protocol && ('name' in port ? port.name === name : port.first <= number && number <= port.last);
}

function fixForName({ protocol, name }: Extract<PortQuery, { name: string }>, declared: readonly ContainerPort[]): string {
  const named = declared.filter(port => port.name !== undefined);
  const sameName = named.find(port => port.name === name);
  if (sameName !== undefined) { return `name the protocol ${sameName.protocol}`; }
  const near = nearestName(name, named.filter(port => port.protocol === protocol).map(port => port.name!));
  if (near !== undefined) { return `write ${near}`; }
  return declared.length === 0 ? 'name the port in the container, or write its number' : `name a port of the containers (${listOf(declared)})`;
}

type NumberedPort = Exclude<PortQuery, { name: string }>;

/** An entry of a Service. */
interface ServiceEntry {
  readonly service: Service;
  readonly entry: ServicePort;
}

/** The Service that leads to the pods by this port, and its entry. */
function servicePortOf(
  services: readonly Service[], destinations: readonly PodsOfWorkload[], { protocol, first, last }: NumberedPort,
): ServiceEntry | undefined {
  const leadingThere = services.filter(({ namespace, selector }) =>
    destinations.some(({ workload, pods }) => workload.namespace === namespace && pods.some(({ labels }) => selector?.matches(labels))));
  return leadingThere.flatMap(service => service.ports.map(entry => ({ service, entry })))
    .find(({ entry }) => entry.protocol === protocol && first <= entry.port && entry.port <= last);
}

/** Undefined if the container's port is the same. */
function ofService({ service, entry }: ServiceEntry, declared: readonly ContainerPort[], port: NumberedPort): PortFault | undefined {
  const { protocol, target } = entry;
  const number = typeof target === 'number' ? target : declared.find(one => one.protocol === protocol && one.name === target)?.port;
  if (number !== undefined && port.first <= number && number <= port.last) { return undefined; }
  return {
    code: 'NP111',
    message: `the port of Service ${service.namespace}/${service.name}; policies see the port of the container`,
    fix: `name ${protocol} ${number ?? target}, the container's port behind it`,
  };
}

function listOf(ports: readonly ContainerPort[]): string {
  return [...new Set(ports.map(({ protocol, port, name }) => `${protocol} ${port}${name === undefined ? '' : ` '${name}'`}`))].slice(0, 5).join(', ');
}
