import { Candidate, PodCandidate, POSSIBLE } from './candidate';
import { FoundConnection } from './connection-search';
import { End, labelVariable, LabelSlot, nameVariable } from './literals';
import { AddressSet, LabelSet } from './value-set';
import { Namespace } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { AddressRange } from '../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL, Protocol } from '../k8s/objects';
import { ContainerPort, namedPortKey } from '../k8s/workloads';

/* One connection of those that a search has found: an example of each fact that the search has left open. */

/** An address for each end; undefined for an end whose addresses are known. */
export interface ExampleAddresses {
  readonly source?: bigint;
  readonly destination?: bigint;
}

/** Addresses of the two ends. Undefined if both ends could only have one address. */
export function addressesOf(found: FoundConnection): ExampleAddresses | undefined {
  const addressOf = (end: End, candidate: Candidate, other?: bigint) => candidate.addresses instanceof AddressSet
    ? (found.domain(found.addressVariable(end)) as AddressSet).example(other)
    : undefined;
  const first = addressOf('s', found.source);
  const destinationAddress = addressOf('d', found.destination, first) ?? addressOf('d', found.destination);
  // If the destination can only have the same address, the source gets another one. Two pods on one node's network share its address.
  const mayShare = isOnNode(found.source) && isOnNode(found.destination);
  const sourceAddress = addressOf('s', found.source, destinationAddress) ?? (mayShare ? first : undefined);
  if (sourceAddress === undefined && found.source.addresses instanceof AddressSet) { return undefined; }
  return { source: sourceAddress, destination: destinationAddress };
}

function isOnNode(candidate: Candidate): boolean {
  return candidate.kind === 'pod' && candidate.hostNetwork;
}

/** The range of a set that holds an address of the set. Ranges ascend. */
export function rangeOf({ ranges }: AddressSet, address: bigint): AddressRange {
  return ranges.find(({ last }) => address <= last)!;
}

/** A port of the set: one of TCP if there is one. */
export function portOf(set: ConnectionSet): { readonly protocol: Protocol; readonly port: number } {
  const ranges = set.ranges();
  const { protocol, first } = ranges.find(range => range.protocol === 'TCP') ?? ranges[0];
  return { protocol, port: first };
}

/** Labels that a slot may have: those of some keys, and those that the search has narrowed. */
export function labelsOf(found: FoundConnection, slot: LabelSlot, known: Iterable<string>): Labels {
  const labels: Record<string, string> = {};
  for (const key of [...new Set([...known, ...found.keys(slot)])].sort()) {
    const value = (found.domain(labelVariable(slot, key)) as LabelSet).example();
    if (value !== undefined) { labels[key] = value; }
  }
  return labels;
}

/** The namespace of a pod. `taken` holds the names of new namespaces: two new namespaces are never the same one. */
export function namespaceOf(found: FoundConnection, end: End, { namespace }: PodCandidate, taken: Set<string>): Namespace {
  if (namespace.known !== undefined) { return namespace.known; }
  const slot = found.namespaceSlot(end);
  // Two pods of one namespace share its labels, with the slot of the source.
  const owner = (slot.startsWith('s') ? found.source : found.destination) as PodCandidate;
  const labels = { ...labelsOf(found, slot, owner.namespace.labels.keys()) };
  const names = found.domain(labelVariable(slot, NAMESPACE_NAME_LABEL)) as LabelSet;
  const free = names.subtract(LabelSet.of(...taken));
  const name = (free.isEmpty ? names : free).example()!;
  labels[NAMESPACE_NAME_LABEL] = name;
  taken.add(name);
  // The labels of a namespace that is only used are not known, so they count as stated only if they are what the witness needs.
  const isStated = namespace.name === undefined || Object.keys(labels).length > 1;
  return { name, labels, ...isStated ? { origin: POSSIBLE } : {} };
}

/** True for a port whose number is known. */
export function isNumbered(port: PodCandidate['ports'][number]): port is ContainerPort {
  return port.port !== undefined;
}

/** The named ports of a destination that could exist: those that it needs, and those of its party with numbers of their own. */
export function portsOf(found: FoundConnection, candidate: PodCandidate, protocol: ContainerPort['protocol'], port: number): ContainerPort[] {
  const ports: ContainerPort[] = candidate.ports.filter(isNumbered);
  const isPresent = (name: string) => !(found.domain(nameVariable(name)) as LabelSet).absent;
  for (const name of found.names) {
    if (isPresent(name)) { ports.push({ protocol, name: name.slice(name.indexOf('/') + 1), port }); }
  }
  for (const own of candidate.ports) {
    if (isNumbered(own) || ports.some(one => namedPortKey(one) === namedPortKey(own))) { continue; }
    let free = 1;
    while (free === port || ports.some(one => one.protocol === own.protocol && one.port === free)) { free++; }
    ports.push({ protocol: own.protocol, name: own.name!, port: free });
  }
  return ports;
}
