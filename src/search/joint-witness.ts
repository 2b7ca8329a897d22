import { PodCandidate } from './candidate';
import { ConnectionSearch } from './connection-search';
import { addressesOf, labelsOf, namespaceOf, portOf, portsOf, rangeOf } from './found-example';
import { JointEnd } from './joint-ends';
import { JointConnection } from './joint-search';
import { End, PORT } from './literals';
import { AddressSet } from './value-set';
import { Namespace, Pod, UnevaluatedPolicy, UnreadReason, Workload } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { AddressRange } from '../k8s/address';
import { Protocol } from '../k8s/objects';

/** One connection that a search has found, with an example of everything that it leaves open. */
export interface JointWitness {
  readonly source: JointWitnessEnd;
  readonly destination: JointWitnessEnd;
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly port: number;
  /** Every port that would do. */
  readonly ports: ConnectionSet;
}

/** One end of it. */
export type JointWitnessEnd = JointWitnessPod | {
  readonly kind: 'address';
  readonly address: bigint;
  /** Every address of this range would do. */
  readonly range: AddressRange;
};

/** A declared pod, or one that could exist. */
export interface JointWitnessPod {
  readonly kind: 'pod';
  /** The pod in each state. */
  readonly inStates: readonly { readonly pod: Pod; readonly namespace: Namespace }[];
  /** The workload of a declared pod, in the first state that has it. */
  readonly workload?: Workload;
  /** True if no state has the namespace. Its name is only an example. */
  readonly isNewNamespace: boolean;
  /** Why it is not certain that the pod is like this in every state: what it depends on was not read. */
  readonly unread?: UnreadReason;
  /** The policies of kinds that are not evaluated that could select it in some state. */
  readonly selectedBy: readonly UnevaluatedPolicy[];
}

/** An example of the connection that a search holds. Undefined if both ends could only have one address. */
export function witnessOf(connection: JointConnection): JointWitness | undefined {
  const { states, states: [first], source, destination } = connection;
  const addresses = states.map(addressesOf).filter(one => one !== undefined);
  if (addresses.length < states.length) { return undefined; }
  const ports = first.domain(PORT) as ConnectionSet;
  const taken = new Set<string>();
  return {
    source: endOf(connection, 's', source, addresses.map(one => one.source), taken),
    destination: endOf(connection, 'd', destination, addresses.map(one => one.destination), taken),
    ports,
    ...portOf(ports),
  };
}

function endOf({ states }: JointConnection, end: End, joint: JointEnd, addresses: readonly (bigint | undefined)[],
  taken: Set<string>): JointWitnessEnd {
  const [first] = states;
  const candidate = candidateOf(first, end);
  if (candidate.kind === 'address') {
    const address = addresses[0]!;
    return { kind: 'address', address, range: rangeOf(first.domain(first.addressVariable(end)) as AddressSet, address) };
  }
  const namespaces = new Map<unknown, Namespace>();
  const inStates = states.map((found, state) => {
    const pod = candidateOf(found, end) as PodCandidate;
    let namespace = namespaces.get(pod.namespace);
    if (namespace === undefined) { namespaces.set(pod.namespace, namespace = namespaceOf(found, end, pod, taken)); }
    return { pod: podOf(found, end, pod, addresses[state]), namespace };
  });
  const direction: Direction = end === 's' ? 'egress' : 'ingress';
  const unread = states.map(found => candidateOf(found, end) as PodCandidate)
    .map(({ declared, namespace }) => declared?.pod.unread ?? namespace.unread).find(reason => reason !== undefined);
  return {
    kind: 'pod',
    inStates,
    workload: joint.declared?.workload,
    isNewNamespace: joint.namespace === undefined,
    unread,
    selectedBy: [...new Set(states.flatMap((found, state) => found.policiesNotEvaluated(direction, inStates[state].pod, inStates[state].namespace)))],
  };
}

function candidateOf(found: ConnectionSearch, end: End): ConnectionSearch['source'] {
  return end === 's' ? found.source : found.destination;
}

function podOf(found: ConnectionSearch, end: End, candidate: PodCandidate, address: bigint | undefined): Pod {
  const { declared } = candidate;
  const labels = labelsOf(found, found.labelSlot(end), candidate.labels.keysThatMatter);
  const { protocol, port } = portOf(found.domain(PORT) as ConnectionSet);
  if (declared === undefined) {
    return { labels, ports: end === 'd' ? portsOf(found, candidate, protocol, port) : [], addresses: [address!], hostNetwork: false };
  }
  const needed = declared.pod.generated?.filter(({ optional }) => !optional).map(({ key }) => key) ?? [];
  return {
    ...declared.pod,
    labels: { ...labels, ...labelsOf(found, found.labelSlot(end), needed) },
    generated: undefined,
    lacks: undefined,
    addresses: address === undefined ? declared.pod.addresses : [address],
  };
}
