import { serviceName, ServicePort } from '../../cluster/service';
import { Reachability } from '../../evaluator/reachability';
import { PortQuery } from '../../query/ports';
import { formatServicePort, portsOfService, ServiceTarget, targetsOfService } from '../../query/service-targets';
import { Claim } from '../claim';

/**
 * A claim whose destination is a Service, with the ports of the endpoints in place of those of the Service. Returns any other claim as it is, and a
 * sentence that says what is wrong if the Service has no such port.
 */
export function withEndpointPorts(claim: Claim, reachability: () => Reachability): Claim | string {
  const service = ('from' in claim ? claim.to : claim.kind === 'admitsOnly' ? claim.target : undefined)?.service;
  // `allowed` means the ports of the Service by default, as it means those of a workload. Nothing translates the numbers of a headless Service.
  const asked = claim.ports ?? (claim.kind === 'allowed' ? [undefined] : []);
  if (service === undefined || service.isHeadless || claim.servicePorts !== undefined) { return claim; }
  const servicePorts: PortQuery[] = [];
  const ports: PortQuery[] = [];
  for (const port of asked) {
    const targets = targetsOfService(reachability(), service, port);
    if (typeof targets === 'string') { return targets; }
    for (const own of portsOfService(service, port)) {
      const target = commonPort(own, targets);
      if (target === undefined) {
        return `${serviceName(service)} leads to different ports of its endpoints on ${formatServicePort(own)}: make a claim about each workload`;
      }
      servicePorts.push({ protocol: own.protocol, first: own.port, last: own.port });
      ports.push(target);
    }
  }
  return asked.length === 0 ? claim : { ...claim, ports, servicePorts };
}

/** The port of every endpoint that a port of the Service leads to. Undefined if there is no common one. */
function commonPort(own: ServicePort, targets: readonly ServiceTarget[]): PortQuery | undefined {
  const { protocol, target } = own;
  const numbers = new Set(targets.flatMap(({ servicePort, port }) => servicePort === own && port !== undefined && 'first' in port ? [port.first] : []));
  const endpoints = new Set(targets.map(({ endpoint }) => endpoint));
  const [number] = numbers;
  const isCommon = numbers.size === 1 && targets.filter(({ servicePort }) => servicePort === own).length === endpoints.size;
  if (isCommon) { return { protocol, first: number, last: number }; }
  // A named port means the pods that have it, in a Service as in a claim.
  return typeof target === 'string' ? { protocol, name: target } : undefined;
}
