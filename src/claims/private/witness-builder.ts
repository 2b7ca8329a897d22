import { carries, hasPositiveRequirement, newNamespacesOf } from './assumed-members';
import { Universe } from './universe';
import { Pod, UnreadReason } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { AssumptionCode } from '../../findings/answer';
import { ContainerPort, namedPortKey } from '../../k8s/workloads';
import { Candidate, PodCandidate } from '../../search/candidate';
import { FoundConnection, HostNetworkReading } from '../../search/connection-search';
import { addressesOf, isNumbered, labelsOf, namespaceOf, portOf, portsOf, rangeOf } from '../../search/found-example';
import { End, labelVariable, PORT } from '../../search/literals';
import { AddressSet, LabelSet } from '../../search/value-set';
import { ClaimWitness, WitnessEnd, WitnessPod } from '../witness';

type Ends = Pick<ClaimWitness, 'source' | 'destination' | 'protocol' | 'port' | 'breaks'>;

/** One connection of those that a search has found, with the assumptions that it breaks. Undefined if both ends could only have one address. */
export function exampleOf(found: FoundConnection, universe: Universe, host: HostNetworkReading): Ends | undefined {
  const { protocol, port } = portOf(found.domain(PORT) as ConnectionSet);
  const addresses = addressesOf(found);
  if (addresses === undefined) { return undefined; }
  const taken = new Set<string>();
  const withBreaks = (pod: Omit<WitnessPod, 'breaks'>, candidate: PodCandidate): WitnessPod => ({ ...pod, breaks: breaksOf(pod, candidate, universe, host) });
  const builder = (end: End, candidate: Candidate, address: bigint | undefined): WitnessEnd => candidate.kind === 'address'
    ? { kind: 'address', address: address!, range: rangeOf(found.domain(found.addressVariable(end)) as AddressSet, address!) }
    : withBreaks(podOf(universe, found, end, candidate, address, end === 'd' ? portsOf(found, candidate, protocol, port) : [], taken), candidate);
  const source = builder('s', found.source, addresses.source);
  const destination = builder('d', found.destination, addresses.destination);
  const breaks = ORDER.filter(code => [source, destination].some(end => end.kind === 'pod' && end.breaks.includes(code)));
  return { source, destination, protocol, port, breaks };
}

/** The assumptions, in the order in which DESIGN and the docs list them. */
export const ORDER: readonly AssumptionCode[] = ['extra-label', 'namespace-label', 'new-namespace', 'pod-address', 'port-name', 'host-network'];

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

/** Why the labels of the namespace are not known, if the connection needs some of them, or the party does. */
function unreadLabels(found: FoundConnection, end: End, { namespace: { labels, unread, mayBeOutside } }: PodCandidate): UnreadReason | undefined {
  const slot = found.namespaceSlot(end);
  const isNeeded = (key: string) => !labels.get(key).subtract(found.domain(labelVariable(slot, key)) as LabelSet).isEmpty;
  return unread !== undefined && (mayBeOutside === true || found.keys(slot).some(isNeeded)) ? unread : undefined;
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
