import { finding, Finding, Place } from '../../../findings/finding';
import { formatPortQuery, PortQuery } from '../../../query/ports';
import { LintRule, PortUse } from '../../lint-input';
import { injectedPorts } from '../mesh-ports';
import { faultOf, listenersOf, PortFault } from '../port-faults';
import { placeOfPort, portUses } from '../port-uses';
import { listAt, textAt, WrittenObjects } from '../written-objects';
import { rulesWithOtherPorts } from './closed-other-end';
import { once } from '../../../k8s/once-per';

type NamedPort = Extract<PortQuery, { name: string }>;

/** The same port may be named in several rules for the same pods. */
interface FoundFault extends PortFault {
  readonly use: PortUse;
  readonly place: Place;
  readonly port: PortQuery;
  readonly others: Place[];
}

/**
 * A rule of a policy or a claim names a port that no pod has: a name or a number that no container declares, or the port of a Service. Policies see
 * the port of the container (kubernetes.io, "Network Policies"). Pods without any declared port may listen on every number.
 */
export const undeclaredPorts: LintRule = input => {
  const faults: FoundFault[] = [];
  const withOtherPorts = once(() => rulesWithOtherPorts(input));
  const written = WrittenObjects.of(input.resources);
  const byWorkloads = new Map<string, Map<string, FoundFault>>();
  for (const use of portUses(input)) {
    const listeners = listenersOf(input.cluster, use);
    const injected = once(() => new Set(use.destinations.flatMap(({ workload }) => injectedPorts(written, workload))));
    // Another finding names the port, or a sidecar has it.
    const isExplained = (port: PortQuery) => (use.rule !== undefined && withOtherPorts().has(use.rule.rule))
      || (!('name' in port) && port.protocol === 'TCP' && port.first === port.last && injected().has(port.first));
    use.ports.forEach((port, at) => {
      const fault = faultOf(input.cluster, use, listeners, port);
      if (fault === undefined || (fault.code === 'NP110' && isExplained(port))) { return; }
      const alike = byWorkloads.get(listeners.key()) ?? new Map<string, FoundFault>();
      byWorkloads.set(listeners.key(), alike);
      const key = `${fault.code} ${formatPortQuery(port)}`;
      const known = alike.get(key);
      const place = placeOfPort(use, at);
      if (known !== undefined) { known.others.push(place); return; }
      const message = fault.code === 'NP112' && 'name' in port ? `${fault.message}${onlyInInitContainer(written, use, port)}` : fault.message;
      const found: FoundFault = { ...fault, message, use, place, port, others: [] };
      alike.set(key, found);
      faults.push(found);
    });
  }
  return faults.map(({ use, place, port, code, message, fix, severity, others }): Finding => finding(
    code, place, `${use.name} names ${formatPortQuery(port)}, ${message}`,
    { fix, severity, about: use.rule?.policy, related: others.map(other => ({ message: 'also named here', place: other })) },
  ));
};

/** The end of a message: who has a port of the name while the pods start. Empty if nobody has. */
function onlyInInitContainer(written: WrittenObjects, { destinations }: PortUse, { protocol, name }: NamedPort): string {
  const having = destinations.flatMap(({ workload }) => listAt(written.podsOf(workload)?.spec, 'initContainers'))
    .find(container => listAt(container, 'ports').some(port => textAt(port, 'name') === name && (textAt(port, 'protocol') ?? 'TCP') === protocol));
  return having === undefined ? '' : `; init container ${textAt(having, 'name')} has one, but it ends before the others start`;
}
