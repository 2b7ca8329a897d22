import { carries, hasPositiveRequirement, newNamespacesOf } from './assumed-members';
import { Universe } from './universe';
import { Namespace, Pod, UnreadReason } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { AssumptionCode } from '../../findings/answer';
import { AddressRange } from '../../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { ContainerPort, namedPortKey } from '../../k8s/workloads';
import { Candidate, PodCandidate, POSSIBLE } from '../../search/candidate';
import { FoundConnection, HostNetworkReading } from '../../search/connection-search';
import { End, labelVariable, LabelSlot, nameVariable, PORT } from '../../search/literals';
import { AddressSet, LabelSet } from '../../search/value-set';
import { ClaimWitness, WitnessEnd, WitnessPod } from '../witness';

type Ends = Pick<ClaimWitness, 'source' | 'destination' | 'protocol' | 'port' | 'breaks'>;

/** One connection of those that a search has found, with the assumptions that it breaks. Undefined if both ends could only have one address. */
export function exampleOf(found: FoundConnection, universe: Universe, host: HostNetworkReading): Ends | undefined {
  const { protocol, port } = portOf(found.domain(PORT) as ConnectionSet);
  const addressOf = (end: End, candidate: Candidate, other?: bigint) => candidate.addresses instanceof AddressSet
    ? (found.domain(found.addressVariable(end)) as AddressSet).example(other)
    : undefined;
  const first = addressOf('s', found.source);
  const destinationAddress = addressOf('d', found.destination, first) ?? addressOf('d', found.destination);
  // If the destination can only have the same address, the source gets another one. Two pods on one node's network share its address.
  const mayShare = isOnNode(found.source) && isOnNode(found.destination);
  const sourceAddress = addressOf('s', found.source, destinationAddress) ?? (mayShare ? first : undefined);
  if (sourceAddress === undefined && found.source.addresses instanceof AddressSet) { return undefined; }
  const taken = new Set<string>();
  const withBreaks = (pod: Omit<WitnessPod, 'breaks'>, candidate: PodCandidate): WitnessPod => ({ ...pod, breaks: breaksOf(pod, candidate, universe, host) });
  const builder = (end: End, candidate: Candidate, address: bigint | undefined): WitnessEnd => candidate.kind === 'address'
    ? { kind: 'address', address: address!, range: rangeOf(found.domain(found.addressVariable(end)) as AddressSet, address!) }
    : withBreaks(podOf(universe, found, end, candidate, address, end === 'd' ? portsOf(found, candidate, protocol, port) : [], taken), candidate);
  const source = builder('s', found.source, sourceAddress);
  const destination = builder('d', found.destination, destinationAddress);
  const breaks = ORDER.filter(code => [source, destination].some(end => end.kind === 'pod' && end.breaks.includes(code)));
  return { source, destination, protocol, port, breaks };
}

function isOnNode(candidate: Candidate): boolean {
  return candidate.kind === 'pod' && candidate.hostNetwork;
}

/** The assumptions, in the order in which DESIGN and the docs list them. */
export const ORDER: readonly AssumptionCode[] = ['extra-label', 'namespace-label', 'new-namespace', 'pod-address', 'port-name', 'host-network'];

/** The range of a set that holds an address of the set. Ranges ascend. */
function rangeOf({ ranges }: AddressSet, address: bigint): AddressRange {
  return ranges.find(({ last }) => address <= last)!;
}

/** A port of the set: one of TCP if there is one. */
function portOf(set: ConnectionSet): Pick<ClaimWitness, 'protocol' | 'port'> {
  const ranges = set.ranges();
  const { protocol, first } = ranges.find(range => range.protocol === 'TCP') ?? ranges[0];
  return { protocol, port: first };
}

function podOf(
  universe: Universe, found: FoundConnection, end: End, candidate: PodCandidate, address: bigint | undefined, ports: readonly ContainerPort[],
  taken: Set<string>,
): Omit<WitnessPod, 'breaks'> {
  const { declared, part } = candidate;
  // What Kubernetes adds to a declared pod is shown only if it matters, and so is what another pod may have beside its party's labels.
  const labels = labelsOf(found, found.labelSlot(end), candidate.labels.keysThatMatter);
  // The pod has the others all the same, with values that do not matter. A policy may look whether they are there.
  const others = declared?.pod.generated?.filter(({ key, optional }) => !optional && universe.isMentioned(key)).map(({ key }) => key) ?? [];
  const mentioned = new Set(part?.pods.requirements.map(({ key }) => key));
  const pod: Pod = declared === undefined
    ? { labels, ports, addresses: [address!], hostNetwork: false }
    : {
      ...declared.pod,
      ...KNOWN,
      labels: { ...labels, ...labelsOf(found, found.labelSlot(end), others) },
      generated: undefined,
      addresses: address === undefined ? declared.pod.addresses : [address],
    };
  return {
    kind: 'pod',
    pod,
    namespace: namespaceOf(found, end, candidate, taken),
    ...candidate.namespace.name === undefined ? { isNewNamespace: true } : {},
    isExampleAddress: address !== undefined,
    addressMatters: found.isNarrowed(found.addressVariable(end)),
    workload: declared?.workload,
    name: declared?.name,
    unread: declared?.pod.unread ?? unreadLabels(found, end, candidate),
    podName: part?.podName,
    generatedLabels: declared === undefined ? [] : Object.keys(labels).filter(key => !Object.hasOwn(declared.pod.labels, key)),
    furtherLabels: declared === undefined ? Object.keys(labels).filter(key => !mentioned.has(key)) : [],
  };
}

/** The pod of a witness is one of those that a pod could be which is not known. */
const KNOWN: Partial<Pod> = { unread: undefined, either: undefined, lacks: undefined, hasOpenPorts: undefined, hasOpenNetwork: undefined };

function labelsOf(found: FoundConnection, slot: LabelSlot, known: Iterable<string>): Labels {
  const labels: Record<string, string> = {};
  for (const key of [...new Set([...known, ...found.keys(slot)])].sort()) {
    const value = (found.domain(labelVariable(slot, key)) as LabelSet).example();
    if (value !== undefined) { labels[key] = value; }
  }
  return labels;
}

/** Why the labels of the namespace are not known, if the connection needs some of them, or the party does. */
function unreadLabels(found: FoundConnection, end: End, { namespace: { labels, unread, mayBeOutside } }: PodCandidate): UnreadReason | undefined {
  const slot = found.namespaceSlot(end);
  const isNeeded = (key: string) => !labels.get(key).subtract(found.domain(labelVariable(slot, key)) as LabelSet).isEmpty;
  return unread !== undefined && (mayBeOutside === true || found.keys(slot).some(isNeeded)) ? unread : undefined;
}

/** `taken` holds the names of new namespaces: two new namespaces are never the same one. */
function namespaceOf(found: FoundConnection, end: End, { namespace }: PodCandidate, taken: Set<string>): Namespace {
  if (namespace.known !== undefined) { return namespace.known; }
  const slot = found.namespaceSlot(end);
  // Two pods of one namespace share its labels, with the slot of the source.
  const owner = (slot === 'sn' ? found.source : found.destination) as PodCandidate;
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

function isNumbered(port: PodCandidate['ports'][number]): port is ContainerPort {
  return port.port !== undefined;
}

/** The named ports of a destination that could exist: those that it needs, and those of its party with numbers of their own. */
function portsOf(found: FoundConnection, candidate: PodCandidate, protocol: ContainerPort['protocol'], port: number): ContainerPort[] {
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

/** True if a port name has the number of another one, and the party does not say both numbers. */
function sharesAssumedNumber(ports: readonly ContainerPort[], candidate: PodCandidate): boolean {
  const stated = new Set(candidate.ports.filter(isNumbered).map(namedPortKey));
  return ports.some(port => !stated.has(namedPortKey(port))
    && ports.some(other => other !== port && other.protocol === port.protocol && other.port === port.port));
}

function breaksOf(end: Omit<WitnessPod, 'breaks'>, candidate: PodCandidate, universe: Universe, host: HostNetworkReading): AssumptionCode[] {
  const breaks: AssumptionCode[] = [];
  const { namespace, declared, part } = candidate;
  const isUsed = namespace.name !== undefined && namespace.known === undefined;
  if (isUsed && Object.keys(end.namespace.labels).length > 1) { breaks.push('namespace-label'); }
  if (part !== undefined) {
    if (hasPositiveRequirement(part.pods) && end.furtherLabels.length > 0) {
      const further = Object.fromEntries(end.furtherLabels.map(key => [key, end.pod.labels[key]]));
      const members = universe.declaredMembers(part.namespaces, part.pods, true).flatMap(({ pods }) => pods).filter(pod => !pod.hostNetwork);
      if (!members.some(pod => carries(pod, further))) { breaks.push('extra-label'); }
    }
    if (namespace.name === undefined && newNamespacesOf(universe, part).are === 'assumed absent') { breaks.push('new-namespace'); }
  }
  if (candidate.addresses instanceof AddressSet) {
    const { assumed } = universe.addressesOf(candidate.hostNetwork);
    if (!assumed.has(end.pod.addresses[0])) { breaks.push('pod-address'); }
  }
  if (declared === undefined && sharesAssumedNumber(end.pod.ports, candidate)) { breaks.push('port-name'); }
  if (candidate.hostNetwork && host !== 'usual') { breaks.push('host-network'); }
  return breaks;
}
