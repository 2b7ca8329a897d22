import { Universe } from './universe';
import { Pod, Workload } from '../../cluster/cluster';
import { namedPortKey } from '../../k8s/workloads';
import { PortQuery } from '../../query/ports';
import { Party } from '../party';

/* What the input declares of a party. */

/** Declared pods of a workload. */
export interface Members { readonly workload: Workload; readonly pods: readonly Pod[] }

/** The declared pods of a party, with their workloads. None of a Service that was not read. */
export function declaredMembersOf(universe: Universe, { parts, unread }: Party): Members[] {
  return unread !== undefined ? [] : parts.flatMap((part): readonly Members[] => part.kind === 'addresses' ? []
    : part.kind === 'declared' ? [part] : universe.declaredMembers(part.namespaces, part.pods, true));
}

/** The ports that `allowed` means by default. Undefined, which means every port, if the party has none of its own. */
export function ownPortsOf(universe: Universe, party: Party): readonly PortQuery[] | undefined {
  if (party.ownPorts !== undefined) { return party.ownPorts; }
  const containers = declaredMembersOf(universe, party).flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  const ports = new Map(containers.map(({ protocol, port }) => [`${protocol}/${port}`, { protocol, first: port, last: port }]));
  return ports.size === 0 ? undefined : [...ports.values()];
}

/** True if a pod of the party may have a port of this name (`namedPortKey`), as far as the input says. */
export function mayHavePort(universe: Universe, party: Party, name: string): boolean {
  if (party.unread !== undefined || party.parts.some(part => part.kind === 'selected' && part.ports.some(port => namedPortKey(port) === name))) { return true; }
  const pods = declaredMembersOf(universe, party).flatMap(member => member.pods);
  return pods.length === 0 ? isPortKnown(universe, name)
    : pods.some(({ ports, hasOpenPorts }) => hasOpenPorts === true || ports.some(port => port.name !== undefined && namedPortKey(port) === name));
}

/** True if some pod or some rule has a port of this name. */
export function isPortKnown(universe: Universe, name: string): boolean {
  return universe.isPortDeclared(name) || universe.isPortMentioned(name);
}

/** True if the party matches no declared pod, although the input has workloads in its namespaces, and no other ones are stated. */
export function isUnmatched(universe: Universe, { parts }: Party): boolean {
  return parts.some(part => part.kind === 'selected' && !part.pods.isEverything
    && universe.declaredMembers(part.namespaces, part.pods, true).length === 0
    && universe.hasWorkloads(part.namespaces) && !universe.hasOpenNamespace(part.namespaces));
}
