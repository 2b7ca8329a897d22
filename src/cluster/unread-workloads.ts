import { Cluster, GeneratedLabel, namespaceByName, Pod, podSelectorsOf, Policy, UnreadReason, unreadWith, Workload } from './cluster';
import { ClusterPolicy } from './cluster-policy';
import { haveSameLabels } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * The pods of workloads that netpol cannot read, or that are declared twice with different content. Such a workload has one entry for all pods that
 * it could have. Its labels are open where they are not known, so every selector decides about it what it decides in each case.
 */

/** The keys of the labels of pods that policies look at. */
export function mentionedKeys(policies: readonly (Policy | ClusterPolicy)[]): ReadonlySet<string> {
  const selectors = new Set(policies.flatMap(podSelectorsOf));
  return new Set([...selectors].flatMap(({ requirements }) => requirements.map(({ key }) => key)));
}

const LACKS_NOTHING: ReadonlySet<string> = new Set();

/** The pods of a workload of which nothing is known but its name, and whether they are on their node's network. */
export function unknownPod(mentioned: ReadonlySet<string>, reason: UnreadReason, known: Partial<Pick<Pod, 'name' | 'hostNetwork'>> = {}): Pod {
  const { name, hostNetwork } = known;
  return {
    ...name === undefined ? {} : { name },
    labels: {},
    generated: [...mentioned].map(key => ({ key, optional: true })),
    lacks: LACKS_NOTHING,
    ports: [],
    addresses: [],
    hostNetwork: hostNetwork === true,
    ...hostNetwork === undefined ? { hasOpenNetwork: true } : {},
    unread: reason,
    hasOpenPorts: true,
  };
}

/**
 * The cluster with workloads that it does not have, if what was not read may have them. Nothing is known about them but their names.
 *
 * @param names the workloads that are asked about
 */
export function withUnreadWorkloads(cluster: Cluster, names: readonly Pick<Workload, 'namespace' | 'kind' | 'name'>[]): Cluster {
  const mentioned = mentionedKeys([...cluster.policies, ...cluster.clusterPolicies]);
  const added = names.flatMap(({ namespace, kind, name }): Workload[] => {
    const reason = unreadWith(cluster, 'workloads', namespace, name);
    if (reason === undefined) { return []; }
    const origin = { at: () => reason.place! };
    return [{ namespace, kind, name, origin, selector: Selector.everything, pods: [unknownPod(mentioned, reason)], mayBeAbsent: true }];
  });
  if (added.length === 0) { return cluster; }
  const used = added.map(({ namespace }) => [namespace, namespaceByName(cluster, namespace)] as const);
  return { ...cluster, namespaces: new Map([...cluster.namespaces, ...used]), workloads: [...cluster.workloads, ...added] };
}

/** The pods that one of several declarations describes, as one entry. Undefined if no policy and no rule can tell them apart. */
export function eitherPod(declared: readonly (readonly Pod[])[], reason: UnreadReason): Pod | undefined {
  const [first, ...others] = declared;
  if (others.every(pods => pods.length === first.length && pods.every((pod, i) => areAlike(pod, first[i])))) { return undefined; }
  const pods = declared.flat();
  const labels: Record<string, string> = {};
  const generated: GeneratedLabel[] = [];
  for (const key of new Set(pods.flatMap(pod => [...Object.keys(pod.labels), ...(pod.generated ?? []).map(one => one.key)]))) {
    const known = pods.map(pod => Object.hasOwn(pod.labels, key) ? pod.labels[key] : undefined);
    if (known[0] !== undefined && known.every(value => value === known[0])) { labels[key] = known[0]; } else { generated.push(openLabel(key, pods)); }
  }
  const havePorts = pods.every(({ ports }) => JSON.stringify(ports) === JSON.stringify(pods[0].ports));
  return {
    ...pods[0].name === undefined ? {} : { name: pods[0].name },
    labels,
    generated,
    ports: havePorts ? pods[0].ports : [],
    addresses: [],
    hostNetwork: pods.every(({ hostNetwork }) => hostNetwork),
    ...pods.some(({ hostNetwork }) => hostNetwork !== pods[0].hostNetwork) ? { hasOpenNetwork: true } : {},
    unread: reason,
    either: pods,
    ...havePorts ? {} : { hasOpenPorts: true },
  };
}

/** A label that these pods do not have with one value: with one of their values if all of them are known. */
function openLabel(key: string, pods: readonly Pod[]): GeneratedLabel {
  const written = pods.flatMap(({ labels }) => Object.hasOwn(labels, key) ? [labels[key]] : []);
  const added = pods.flatMap(({ generated = [] }) => generated.filter(one => one.key === key));
  const optional = written.length + added.length < pods.length || added.some(one => one.optional);
  return added.length > 0 ? { key, optional } : { key, optional, values: [...new Set(written)].sort() };
}

function areAlike(a: Pod, b: Pod): boolean {
  return a.hostNetwork === b.hostNetwork && haveSameLabels(a.labels, b.labels) && isSame(a.generated, b.generated) && isSame(a.ports, b.ports)
    && isSame(a.addresses.map(String), b.addresses.map(String));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
