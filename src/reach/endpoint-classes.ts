import { AddressSpace } from './address-space';
import { Cluster, Pod, Rule } from '../cluster/cluster';
import { Selector } from '../cluster/selector';

/** Pods that no policy tells apart. */
export interface EndpointClass {
  readonly namespace: string;
  /** The labels that selectors look at; without a value where it is one that no selector mentions. */
  readonly labels: ReadonlyMap<string, string | undefined>;
  /** Numbers of the named ports that policies mention, by `namedPortKey`. */
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
  /** Atoms that the pod's addresses are in. */
  readonly atoms: readonly number[];
  readonly hostNetwork: boolean;
}

/** Under which key a named port is looked up: protocol and name. */
export function namedPortKey(clause: { readonly protocol: string; readonly name?: string }): string {
  return `${clause.protocol}/${clause.name}`;
}

/** What a cluster's policies look at: everything else about a pod is beside the point. */
interface Lens {
  /** Label keys, each with the values that are mentioned. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly namedPorts: ReadonlySet<string>;
  readonly addresses: AddressSpace;
}

/**
 * The pods of a cluster in classes by namespace, the labels that some selector mentions, named ports
 * and addresses. Classes are numbered namespace by namespace, so that a namespace is one run of numbers.
 */
export class EndpointClasses {
  public readonly classes: readonly EndpointClass[];

  /** First class of each namespace, and the one after its last. */
  public readonly runs: ReadonlyMap<string, { readonly first: number; readonly end: number }>;

  private readonly classOf = new Map<Pod, number>();

  constructor(cluster: Cluster, addresses: AddressSpace) {
    const lens = lensOf(cluster, addresses);
    const podsByNamespace = new Map<string, Pod[]>();
    for (const { namespace, pods } of cluster.workloads) {
      const known = podsByNamespace.get(namespace) ?? [];
      podsByNamespace.set(namespace, known);
      for (const pod of pods) { known.push(pod); }
    }
    const classes: EndpointClass[] = [];
    const runs = new Map<string, { first: number; end: number }>();
    for (const [namespace, pods] of podsByNamespace) {
      const first = classes.length;
      const bySignature = new Map<string, number>();
      for (const pod of pods) {
        const namedPorts = namedPortsOf(pod, lens);
        const atoms = [...new Set(pod.addresses.map(address => addresses.atomOf(address)))].sort((a, b) => a - b);
        const labels = labelsOf(pod, lens);
        const signature = JSON.stringify([pod.hostNetwork, [...labels], [...namedPorts].sort(), atoms]);
        let index = bySignature.get(signature);
        if (index === undefined) {
          index = classes.push({ namespace, labels, namedPorts, atoms, hostNetwork: pod.hostNetwork }) - 1;
          bySignature.set(signature, index);
        }
        this.classOf.set(pod, index);
      }
      runs.set(namespace, { first, end: classes.length });
    }
    this.classes = classes;
    this.runs = runs;
  }

  /** The class of one of the cluster's pods. */
  public indexOf(pod: Pod): number {
    const index = this.classOf.get(pod);
    if (index === undefined) { throw new Error('this pod is not of the cluster that is evaluated'); }
    return index;
  }
}

function lensOf(cluster: Cluster, addresses: AddressSpace): Lens {
  const labels = new Map<string, Set<string>>();
  const namedPorts = new Set<string>();
  const seen = new Set<string>();
  const mention = (selector: Selector) => {
    if (seen.has(selector.id)) { return; }
    seen.add(selector.id);
    for (const { key, values } of selector.requirements) {
      const known = labels.get(key) ?? new Set();
      labels.set(key, known);
      for (const value of values) { known.add(value); }
    }
  };
  const mentionRule = ({ peers, ports }: Rule) => {
    for (const peer of peers ?? []) {
      if (peer.kind === 'pods') { mention(peer.pods); }
    }
    for (const port of ports ?? []) {
      if (port.name !== undefined) { namedPorts.add(namedPortKey(port)); }
    }
  };
  for (const policy of cluster.policies) {
    mention(policy.subject);
    policy.ingress?.forEach(mentionRule);
    policy.egress?.forEach(mentionRule);
  }
  return { labels, namedPorts, addresses };
}

function namedPortsOf(pod: Pod, lens: Lens): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const port of pod.ports) {
    const key = port.name === undefined ? undefined : namedPortKey(port);
    if (key === undefined || !lens.namedPorts.has(key)) { continue; }
    const known = numbers.get(key) ?? [];
    numbers.set(key, known);
    if (!known.includes(port.port)) { known.push(port.port); }
  }
  for (const known of numbers.values()) { known.sort((a, b) => a - b); }
  return numbers;
}

/** In the order of the lens, so that equal labels come out alike. A missing value is printed as null. */
function labelsOf(pod: Pod, lens: Lens): Map<string, string | undefined> {
  const labels = new Map<string, string | undefined>();
  // On the host's network labels do not count: only addresses select such a pod.
  if (pod.hostNetwork) { return labels; }
  for (const [key, mentioned] of lens.labels) {
    if (Object.hasOwn(pod.labels, key)) { labels.set(key, mentioned.has(pod.labels[key]) ? pod.labels[key] : undefined); }
  }
  return labels;
}
