import { Pod, Workload } from '../cluster/cluster';
import { ClassIndex, Reachability } from '../evaluator/reachability';
import { printable } from '../findings/finding';
import { AddressRange, cidrsOf, formatAddress, formatRange } from '../k8s/address';
import { IpBlock } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/** One end of a question: a pod, or addresses that no policy tells apart. */
export type Endpoint = PodEndpoint | AddressEndpoint;

/** A pod, or the pods of a template. */
export interface PodEndpoint {
  readonly kind: 'pod';
  /** The name in messages: `app/web[Deployment]`. */
  readonly name: string;
  readonly workload: Workload;
  readonly pod: Pod;
  readonly index: ClassIndex;
}

/** An address atom, or the part of it that the question is about. */
export interface AddressEndpoint {
  readonly kind: 'address';
  /** The name in messages: `10.0.0.0/8`. */
  readonly name: string;
  readonly range: AddressRange;
  readonly index: ClassIndex;
  /** The blocks that a fix has to open, if they are not just the range. */
  readonly blocks?: readonly IpBlock[];
}

/** The container ports of pods, each once, by protocol and number. */
export function portsOf(endpoints: readonly Endpoint[]): ContainerPort[] {
  const ports = new Map<string, ContainerPort>();
  for (const endpoint of endpoints) {
    for (const port of endpoint.kind === 'pod' ? endpoint.pod.ports : []) { ports.set(`${port.protocol}/${port.port}`, port); }
  }
  return [...ports.values()].sort((a, b) => a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port);
}

/** The name of a pod without its namespace: `web-0`, or `web#1` for the pods of the first of several templates. */
export function ownPodName(workload: Workload, pod: Pod): string {
  // Two ReplicaSets of one Deployment have two templates, and their pods have no known names.
  return knownPodName(workload, pod) ?? `${workload.name}#${workload.pods.indexOf(pod) + 1}`;
}

/** The name of a pod, if the input determines it: that of a known pod, or of a replica of a StatefulSet. */
export function knownPodName({ kind }: Workload, { name, labels }: Pod): string | undefined {
  return name ?? (kind === 'StatefulSet' ? labels['statefulset.kubernetes.io/pod-name'] : undefined);
}

/** The name of a pod of a workload in messages: `app/web-0[Pod]`. */
export function podName(workload: Workload, pod: Pod): string {
  return printable(`${workload.namespace}/${ownPodName(workload, pod)}[Pod]`);
}

/**
 * The endpoints without those that are like others: of all pods of one endpoint class with the same ports, the first two, and each that is the first one on
 * both ends of a question. Two are enough, because a pod may reach another one like it and not itself; the others tell nothing more. Thousands of pods are few
 * endpoints then. The order stays, so the first connection with some answer stays the first.
 *
 * @param others the endpoints on the other end
 */
export function representatives(endpoints: readonly Endpoint[], others: readonly Endpoint[]): Endpoint[] {
  const kept = new Map<string, number>();
  const onBothEnds = firstOnBothEnds(endpoints, others);
  return endpoints.filter(endpoint => {
    if (endpoint.kind === 'address') { return true; }
    const key = likenessOf(endpoint);
    const count = kept.get(key) ?? 0;
    kept.set(key, count + 1);
    return count < 2 || onBothEnds.has(endpoint.pod);
  });
}

/** For the pods of each kind, the first one on either end that is on both. A pod reaches itself whatever policies say. */
function firstOnBothEnds(endpoints: readonly Endpoint[], others: readonly Endpoint[]): ReadonlySet<Pod> {
  const first = (some: readonly Endpoint[], more: readonly Endpoint[]) => {
    const there = new Set(more.map(endpoint => endpoint.kind === 'pod' ? endpoint.pod : undefined));
    const both = some.filter((endpoint): endpoint is PodEndpoint => endpoint.kind === 'pod' && there.has(endpoint.pod)).reverse();
    return new Map(both.map(endpoint => [likenessOf(endpoint), endpoint.pod])).values();
  };
  return new Set([...first(endpoints, others), ...first(others, endpoints)]);
}

/** The same for pods that no policy and no port name tells apart. */
function likenessOf({ index, pod: { ports, unread } }: PodEndpoint): string {
  return `${index} ${portsKey(ports)} ${unread?.what ?? ''}`;
}

function portsKey(ports: readonly ContainerPort[]): string {
  return ports.map(({ protocol, port, name = '' }) => `${protocol}/${port}/${name}`).join();
}

/** A pod of the cluster as an endpoint. */
export function podEndpoint(reach: Reachability, workload: Workload, pod: Pod, name: string): PodEndpoint {
  return { kind: 'pod', name, workload, pod, index: reach.ofPod(workload, pod) };
}

/**
 * Representatives of the pods of a workload, or of some of its pods: two for each endpoint class and set of container ports,
 * because the traffic between two replicas counts too. A thousand equal replicas are two endpoints.
 */
export function workloadEndpoints(reach: Reachability, workload: Workload, name: string, pods = workload.pods): PodEndpoint[] {
  const alike = new Map<string, Pod[]>();
  for (const pod of pods) {
    const key = `${reach.ofPod(workload, pod)} ${portsKey(pod.ports)}`;
    const known = alike.get(key);
    if (known === undefined) { alike.set(key, [pod]); } else { known[1] = pod; }
  }
  return [...alike.values()].flat().map(pod => podEndpoint(reach, workload, pod, alike.size === 1 ? name : podName(workload, pod)));
}

/** The addresses of a range: an endpoint for each address atom that the range touches. */
export function addressEndpoints(reach: Reachability, range: AddressRange): AddressEndpoint[] {
  const { first, end } = reach.addresses.atomsOf(range);
  const endpoints: AddressEndpoint[] = [];
  for (let atom = first; atom < end; atom++) {
    const whole = reach.addresses.range(atom);
    const part = {
      first: whole.first > range.first ? whole.first : range.first,
      last: whole.last < range.last ? whole.last : range.last,
    };
    endpoints.push({ kind: 'address', name: rangeName(part), range: part, index: reach.ofAtom(atom) });
  }
  return endpoints;
}

/** `10.0.0.1`, `10.0.0.0/8`, or `10.0.0.1-10.0.0.5` if the range is not one block. */
function rangeName(range: AddressRange): string {
  if (range.first === range.last) { return formatAddress(range.first); }
  const blocks = cidrsOf(range);
  return blocks.length === 1 ? blocks[0] : formatRange(range);
}
