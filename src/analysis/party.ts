import { AddressRange } from '../api/address';
import { ContainerPort } from '../api/workloads';
import { Pod, Workload } from '../cluster/cluster';
import { Selector } from '../cluster/selector';
import { EndpointIndex, Reachability } from '../reach/reachability';

/** One of those that a question is about: a pod, or addresses that no policy tells apart. */
export type Member = PodMember | AddressMember;

/** A pod, or the pods that a template makes. */
export interface PodMember {
  readonly kind: 'pod';
  /** How messages call it: `app/web[Deployment]`. */
  readonly name: string;
  readonly workload: Workload;
  readonly pod: Pod;
  readonly endpoint: EndpointIndex;
}

/** Addresses: all of an atom, or the part of it that was asked about. */
export interface AddressMember {
  readonly kind: 'address';
  readonly name: string;
  readonly range: AddressRange;
  readonly endpoint: EndpointIndex;
}

/** Which pods and addresses are meant, whether they exist or not. */
export type Pattern =
  | { readonly kind: 'pods'; readonly namespaces: Selector; readonly pods: Selector }
  | { readonly kind: 'addresses'; readonly ranges: readonly AddressRange[] };

/** One side of a question or a claim. */
export interface Party {
  /** As the asker named it. */
  readonly name: string;
  /** Those that are judged. Never empty. */
  readonly members: readonly Member[];
  /**
   * Further members that only a claim of absence is judged by: what a pod of this party could be at
   * the worst, where not all is known of it.
   */
  readonly suspects: readonly Member[];
  /** All that could ever be part of it: what `only` lets through. */
  readonly patterns: readonly Pattern[];
}

/** The ports of pods, each once, in a stable order. */
export function portsOf(members: readonly Member[]): ContainerPort[] {
  const ports = new Map<string, ContainerPort>();
  for (const member of members) {
    for (const port of member.kind === 'pod' ? member.pod.ports : []) { ports.set(`${port.protocol}/${port.port}`, port); }
  }
  return [...ports.values()].sort((a, b) => a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port);
}

/** How a pod of a workload is called: `app/web-0[Pod]`. */
export function podName({ namespace, name, pods }: Workload, pod: Pod): string {
  // Two generations of a workload have two templates, and no pod of theirs is known by name.
  return `${namespace}/${pod.name ?? `${name}#${pods.indexOf(pod) + 1}`}[Pod]`;
}

/** A pod of the cluster as a member. */
export function podMember(reach: Reachability, workload: Workload, pod: Pod, name: string): PodMember {
  return { kind: 'pod', name, workload, pod, endpoint: reach.ofPod(workload, pod) };
}

/**
 * The pods of a workload, all or some of them: two members for each kind that policies or a question about
 * ports tell apart, one to ask about the other. A thousand equal replicas are one question.
 */
export function workloadMembers(reach: Reachability, workload: Workload, name: string, pods = workload.pods): PodMember[] {
  const kinds = new Map<string, Pod[]>();
  for (const pod of pods) {
    const kind = JSON.stringify([reach.ofPod(workload, pod), pod.ports]);
    kinds.set(kind, [...(kinds.get(kind) ?? []).slice(0, 1), pod]);
  }
  return [...kinds.values()].flat().map(pod => podMember(reach, workload, pod, kinds.size === 1 ? name : podName(workload, pod)));
}

/** The addresses of a range, one member for each atom that it touches. */
export function addressMembers(reach: Reachability, range: AddressRange, name: (range: AddressRange) => string): AddressMember[] {
  const { first, end } = reach.addresses.atomsOf(range);
  const members: AddressMember[] = [];
  for (let atom = first; atom < end; atom++) {
    const whole = reach.addresses.range(atom);
    const part = {
      first: whole.first > range.first ? whole.first : range.first,
      last: whole.last < range.last ? whole.last : range.last,
    };
    members.push({ kind: 'address', name: name(part), range: part, endpoint: reach.ofAtom(atom) });
  }
  return members;
}
