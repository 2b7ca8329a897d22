import { finding, Finding, Place } from '../../../findings/finding';
import { formatPortQuery, PortQuery } from '../../../query/ports';
import { LintRule, PortUse } from '../../lint-input';
import { isInjectedPort } from '../mesh-ports';
import { once } from '../once-per';
import { faultOf, listenersOf, PortFault } from '../port-faults';
import { placeOfPort, portUses } from '../port-uses';
import { WrittenObjects } from '../written-objects';
import { rulesWithOtherPorts } from './closed-other-end';

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
  /** Nobody needs to be told: another finding names the port, or a sidecar has it. */
  const isExplained = ({ rule, destinations }: PortUse, port: PortQuery) => (rule !== undefined && withOtherPorts().has(rule.rule))
    || destinations.some(({ workload }) => isInjectedPort(written, workload, port));
  const byWorkloads = new Map<string, Map<string, FoundFault>>();
  for (const use of portUses(input)) {
    const listeners = listenersOf(input.cluster, use);
    use.ports.forEach((port, at) => {
      const fault = faultOf(input.cluster, use, listeners, port);
      if (fault === undefined || (fault.code === 'NP110' && isExplained(use, port))) { return; }
      const alike = byWorkloads.get(listeners.key()) ?? new Map<string, FoundFault>();
      byWorkloads.set(listeners.key(), alike);
      const key = `${fault.code} ${formatPortQuery(port)}`;
      const known = alike.get(key);
      const place = placeOfPort(use, at);
      if (known !== undefined) { known.others.push(place); return; }
      const found: FoundFault = { ...fault, use, place, port, others: [] };
      alike.set(key, found);
      faults.push(found);
    });
  }
  return faults.map(({ use, place, port, code, message, fix, severity, others }): Finding => finding(
    code, place, `${use.name} names ${formatPortQuery(port)}, ${message}`,
    { fix, severity, about: use.rule?.policy, related: others.map(other => ({ message: 'also named here', place: other })) },
  ));
};
