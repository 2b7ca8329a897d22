import { Cluster, Namespace, Pod, UnevaluatedPolicy, unevaluatedName, UnreadReason, Workload } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { AssumptionCode, Reason } from '../findings/answer';
import { AddressRange, cidrsOf, formatAddress, formatRange } from '../k8s/address';
import { NAMESPACE_NAME_LABEL, Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { AddressEndpoint, addressEndpoints, Endpoint, podEndpoint } from '../query/endpoints';
import { explain, Explanation } from '../query/explanation';
import { Flow, flow, reasonsOfSide } from '../query/flow';
import { connectionsOfPort, PortQuery } from '../query/ports';
import { labelsText } from '../query/possible-pods';
import { POSSIBLE, Way } from '../search/candidate';

/** One end of the connection of a witness. */
export type WitnessEnd = WitnessPod | WitnessAddress;

/** Addresses that belong to no pod. */
export interface WitnessAddress {
  readonly kind: 'address';
  readonly address: bigint;
  /** Every address of this range would do. */
  readonly range: AddressRange;
}

/** A declared pod, or a pod that could exist. */
export interface WitnessPod {
  readonly kind: 'pod';
  /** With every fact that is not known as it would have to be. A pod that could exist has only the labels and ports that it needs. */
  readonly pod: Pod;
  readonly namespace: Namespace;
  /** True if the namespace is neither declared nor used. Its name is only an example. */
  readonly isNewNamespace?: boolean;
  /** The workload of a declared pod. */
  readonly workload?: Workload;
  /** What messages call a declared pod. */
  readonly name?: string;
  /** Why it is not certain that the pod is like this: what it depends on was not read. */
  readonly unread?: UnreadReason;
  /** The assumptions that this end breaks. */
  readonly breaks: readonly AssumptionCode[];
  /** True if the pod's address is not known, and a policy or a list looks at it. */
  readonly addressMatters: boolean;
  /** True if the address is only an example, because the input does not say which one the pod has. */
  readonly isExampleAddress: boolean;
  /** The keys of the labels that the party does not ask for. */
  readonly furtherLabels: readonly string[];
  /** The keys of labels that a declared pod needs for this, and whose values only the running cluster knows. */
  readonly generatedLabels: readonly string[];
  /** The name of the party that the pod belongs to; absent for a pod outside a list. */
  readonly party?: string;
  /** True if it is a declared pod, and the party has it because of its labels. */
  readonly isByLabels?: boolean;
  /** The policy of a kind that is not evaluated that has to select it, if its labels do not show that. */
  readonly selectedBy?: UnevaluatedPolicy;
  /** What messages call a pod of the party, or any pod with these labels, if it is one of a tier. */
  readonly podName?: string;
}

/** A connection that shows that a claim does not hold. */
export interface ClaimWitness {
  /**
   * - `passes`: against `denied`, it is allowed
   * - `blocked`: against `allowed`, it is denied
   * - `unlisted`: against `admitsOnly` and `reachesOnly`, the target's own side lets it pass, and the other end is not in the list
   * - `own-node`: against `denied`, both pods may be on one node, which always reaches its pods
   */
  readonly kind: 'passes' | 'blocked' | 'unlisted' | 'own-node';
  readonly source: WitnessEnd;
  readonly destination: WitnessEnd;
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly port: number;
  /** The assumptions that it breaks. */
  readonly breaks: readonly AssumptionCode[];
  /** `blocked`: the side that denies it. `unlisted`: the side of the target. */
  readonly direction?: Direction;
  /** `unlisted`: how the target's side lets it pass. `blocked`: the policy of a kind that is not evaluated that may deny it, if no other does. */
  readonly way?: Way;
}

/** The cluster with the pods of a witness as the only workloads, and the two ends in it. The evaluator gives the reasons for its answer there. */
function clusterOf(
  cluster: Cluster, { source, destination }: ClaimWitness, blocks: AddressEndpoint['blocks'],
): { reach: Reachability; source: Endpoint; destination: Endpoint } {
  const pods = [source, destination].filter(end => end.kind === 'pod');
  const namespaces = new Map(pods.map(({ namespace }) => [namespace.name, namespace]));
  const ofPods = pods.map(end => ({ end, workload: workloadOf(end) }));
  const reach = new Reachability({
    ...cluster,
    namespaces: new Map([...cluster.namespaces, ...namespaces]),
    workloads: ofPods.map(({ workload }) => workload),
    policies: cluster.policies.filter(policy => namespaces.has(policy.namespace)),
  });
  const endpointOf = (end: WitnessEnd): Endpoint => {
    // The evaluator is asked about one address. What is said about it is said about all that would do.
    if (end.kind === 'address') { return { ...addressEndpoints(reach, { first: end.address, last: end.address })[0], name: nameOfEnd(end), range: end.range, blocks }; }
    return podEndpoint(reach, ofPods.find(one => one.end === end)!.workload, end.pod, nameOfEnd(end));
  };
  return { reach, source: endpointOf(source), destination: endpointOf(destination) };
}

function workloadOf({ pod, namespace, workload, podName }: WitnessPod): Workload {
  // A fix may name a policy after it.
  const name = podName?.split('/').at(-1) ?? (Object.values(pod.labels)[0] || 'pods');
  return workload === undefined
    ? { namespace: namespace.name, name, kind: 'Pod', origin: POSSIBLE, selector: Selector.labels(pod.labels), pods: [pod] }
    : { ...workload, pods: [pod] };
}

/**
 * Why the connection of a witness passes, or is denied.
 *
 * @param blocks the addresses of the claim that a fix has to open, if an end is an address
 */
export function explainWitness(
  cluster: Cluster, ports: readonly PortQuery[] | undefined, witness: ClaimWitness, blocks?: AddressEndpoint['blocks'],
): Explanation {
  const { reach, source, destination } = clusterOf(cluster, witness, blocks);
  const between = flow(reach, source, destination);
  const port = witness.kind === 'blocked' ? askedPort(ports, witness, between) : undefined;
  return explain(reach, between, port, { workloads: cluster.workloads, opensEveryPort: ports === undefined });
}

/** Why it is undecided whether the connection of a witness passes, as far as the policies on the sides that count leave it open. */
export function reasonsOfWitness(cluster: Cluster, witness: ClaimWitness): readonly Reason[] {
  const { reach, source, destination } = clusterOf(cluster, witness, undefined);
  const between = flow(reach, source, destination);
  const sides = witness.direction === undefined ? ['egress', 'ingress'] as const : [witness.direction];
  return sides.flatMap(side => reasonsOfSide(reach, between, side));
}

/** The port that a message about a denied connection names, as the claim writes it; undefined if the claim is about every port, and none passes. */
function askedPort(
  ports: readonly PortQuery[] | undefined, { protocol, port }: ClaimWitness, { possible, destination }: Flow,
): PortQuery | undefined {
  const denied = ConnectionSet.range(protocol, port, port);
  const written = ports?.find(query => connectionsOfPort(query, destination).includes(denied));
  return written ?? (possible.connections.isEmpty ? undefined : { protocol, first: port, last: port });
}

/** The name of an end in messages: a declared pod, a pod of a party with the labels that the party does not ask for, or any other pod. */
export function nameOfEnd(end: WitnessEnd): string {
  if (end.kind === 'address') {
    const blocks = cidrsOf(end.range);
    return end.range.first === end.range.last ? formatAddress(end.address) : blocks.length === 1 ? blocks[0] : formatRange(end.range);
  }
  const { name, podName, pod, furtherLabels, selectedBy } = end;
  if (name !== undefined) { return name; }
  const selected = selectedBy === undefined ? '' : ` that ${unevaluatedName(selectedBy)} selects`;
  if (podName === undefined) { return `a pod ${labelsText(pod.labels)} in ${placeText(end)}${selected}`; }
  return `${podName}${furtherLabels.length === 0 ? '' : ` with ${furtherLabels.map(key => `${key}=${pod.labels[key]}`).join(', ')}`}${selected}`;
}

/** The namespace of a possible pod in messages, with its labels: `namespace shop (with label team=red)`, `a new namespace`. */
function placeText({ namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: _, ...labels } }, isNewNamespace }: WitnessPod): string {
  return `${isNewNamespace === true ? 'a new namespace' : `namespace ${name}`}${Object.keys(labels).length === 0 ? '' : ` (${labelsText(labels)})`}`;
}
