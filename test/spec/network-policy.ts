/*
 * The specification: NetworkPolicy in the plainest code, pod by pod and rule by rule, without classes and bitsets.
 * It shares no code with src/, and the property tests compare the evaluator with it. Each clause names the part of
 * the API documentation that it follows: `np` is kubernetes.io/docs/concepts/services-networking/network-policies,
 * and a field path is the description of that field in networking.k8s.io/v1 or meta/v1.
 *
 * The input is valid API objects without defaults.
 */

/** Labels. A null value is the empty text, because Go leaves a string empty for a JSON null. */
export type SpecLabels = Record<string, string | null>;

export interface SpecPod {
  namespace: string;
  name: string;
  labels: SpecLabels;
  ips: string[];
  ports: { name?: string; protocol?: string; containerPort: number }[];
  /** Whether the pod is on the network of its node. Its `ips` are then those of the node. */
  hostNetwork?: boolean;
}

/** A Node object, as far as policies look at it. */
export interface SpecNode {
  labels: SpecLabels;
  ips: string[];
}

/** A pod, or an address that belongs to no pod. */
export type SpecEnd = { pod: SpecPod } | { ip: string };

export interface SpecCluster {
  /** The labels of each declared namespace. */
  namespaces: Record<string, SpecLabels>;
  pods: SpecPod[];
  /** NetworkPolicy objects as a user applies them. */
  policies: any[];
  /** Cluster-wide policies of any kind as a user applies them (cluster-wide.ts). */
  clusterPolicies?: any[];
  /** The nodes. Without any, the addresses of nodes are not known. */
  nodes?: SpecNode[];
}

/** Whether `from` may open a new connection to `to` on this port. */
export function allows(cluster: SpecCluster, from: SpecEnd, to: SpecEnd, protocol: string, port: number): boolean {
  // np, "The two sorts of pod isolation": a pod cannot block access to itself.
  if ('pod' in from && 'pod' in to && from.pod === to.pod) { return true; }
  return sideAllows(cluster, 'Egress', from, to, to, protocol, port)
    && sideAllows(cluster, 'Ingress', to, from, to, protocol, port);
}

/** np, "The two sorts of pod isolation": each side is evaluated alone; policies are additive and never conflict. */
export function sideAllows(
  cluster: SpecCluster, type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd, destination: SpecEnd, protocol: string, port: number,
): boolean {
  const rules = rulesThatMatch(cluster, type, subject, peer);
  return rules === 'not isolated' || rules.some(rule => portsMatch(rule?.ports, destination, protocol, port));
}

/** The rules of all policies that isolate `subject`, as far as `peer` matches them. */
export function rulesThatMatch(cluster: SpecCluster, type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd): 'not isolated' | any[] {
  if (!('pod' in subject)) { return 'not isolated'; }
  // np, "NetworkPolicy and hostNetwork pods": in most network plugins no policy isolates them.
  if (subject.pod.hostNetwork) { return 'not isolated'; }
  const isolating = cluster.policies.filter(policy =>
    (policy.metadata.namespace ?? 'default') === subject.pod.namespace
    && policyTypes(policy.spec ?? {}).includes(type)
    && selects(policy.spec?.podSelector ?? {}, subject.pod.labels));
  if (isolating.length === 0) { return 'not isolated'; }
  return isolating.flatMap(policy => {
    const rules: any[] = (type === 'Ingress' ? policy.spec?.ingress : policy.spec?.egress) ?? [];
    return rules.filter(rule => peersMatch(cluster, policy, (type === 'Ingress' ? rule?.from : rule?.to), peer));
  });
}

/** spec.policyTypes: the default is Ingress, and also Egress if the policy has an egress rule. */
export function policyTypes(spec: any): string[] {
  if (spec.policyTypes?.length > 0) { return spec.policyTypes; }
  return spec.egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** spec.ingress.from, spec.egress.to: an empty or missing list matches every peer; the items are ORed. */
export function peersMatch(cluster: SpecCluster, policy: any, peers: any[] | undefined, peer: SpecEnd): boolean {
  if (peers === undefined || peers === null || peers.length === 0) { return true; }
  return peers.some(item => {
    if (item.ipBlock) {
      // ipBlock: it matches an address in the block and in no exception. Pods have addresses, too.
      const ips = 'pod' in peer ? peer.pod.ips : [peer.ip];
      return ips.some(ip => inBlock(ip, item.ipBlock.cidr) && !(item.ipBlock.except ?? []).some((e: string) => inBlock(ip, e)));
    }
    if (!('pod' in peer)) { return false; }
    // np, "NetworkPolicy and hostNetwork pods": in most network plugins selectors ignore them.
    if (peer.pod.hostNetwork) { return false; }
    // namespaceSelector: without it, the namespace is that of the policy; with it, every namespace whose labels match.
    const rightNamespace = item.namespaceSelector
      ? selects(item.namespaceSelector, namespaceLabels(cluster, peer.pod.namespace))
      : peer.pod.namespace === (policy.metadata.namespace ?? 'default');
    // podSelector: without it, all pods of those namespaces match; both selectors in one item are ANDed.
    return rightNamespace && (!item.podSelector || selects(item.podSelector, peer.pod.labels));
  });
}

/** spec.ingress.ports, spec.egress.ports: an empty or missing list matches every port; the items are ORed. */
export function portsMatch(ports: any[] | undefined, destination: SpecEnd, protocol: string, port: number): boolean {
  if (ports === undefined || ports === null || ports.length === 0) { return true; }
  return ports.some(item => {
    // NetworkPolicyPort.protocol: the default is TCP.
    if ((item?.protocol ?? 'TCP') !== protocol) { return false; }
    // NetworkPolicyPort.port: without it, all ports of the protocol match.
    if (item?.port === undefined || item.port === null) { return true; }
    if (typeof item.port === 'string') {
      // A name refers to a container port of the destination pod.
      return 'pod' in destination && destination.pod.ports.some(p =>
        p.name === item.port && (p.protocol ?? 'TCP') === protocol && p.containerPort === port);
    }
    // NetworkPolicyPort.endPort: the range includes port and endPort.
    return item.port <= port && port <= (item.endPort ?? item.port);
  });
}

/** meta/v1 LabelSelector: everything in matchLabels and matchExpressions must hold; an empty selector matches everything. */
export function selects(selector: any, labels: SpecLabels): boolean {
  const has = (key: string) => Object.keys(labels).includes(key);
  const text = (value: string | null) => value ?? '';
  for (const [key, value] of Object.entries<string | null>(selector.matchLabels ?? {})) {
    if (!has(key) || text(labels[key]) !== text(value)) { return false; }
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (operator === 'In' && !(has(key) && values.map(text).includes(text(labels[key])))) { return false; }
    // NotIn also holds for objects without the label.
    if (operator === 'NotIn' && has(key) && values.map(text).includes(text(labels[key]))) { return false; }
    if (operator === 'Exists' && !has(key)) { return false; }
    if (operator === 'DoesNotExist' && has(key)) { return false; }
  }
  return true;
}

/** np, "Targeting a Namespace by its name": the control plane sets kubernetes.io/metadata.name on every namespace. */
function namespaceLabels(cluster: SpecCluster, name: string): SpecLabels {
  return { ...cluster.namespaces[name], 'kubernetes.io/metadata.name': name };
}

/** RFC 4632, RFC 4291: the address is of the same family and has the same leading bits. */
export function inBlock(ip: string, cidr: string): boolean {
  const [network, prefix] = cidr.split('/');
  return ip.includes(':') === network.includes(':')
    && bitsOf(ip).slice(0, Number(prefix)) === bitsOf(network).slice(0, Number(prefix));
}

const known = new Map<string, string>();

/** The bits of an address as text. The same few addresses are asked about again and again. */
export function bitsOf(ip: string): string {
  let bits = known.get(ip);
  if (known.size > 10_000) { known.clear(); }
  if (bits === undefined) { known.set(ip, bits = ip.includes(':') ? bits6(ip) : bits4(ip)); }
  return bits;
}

function bits4(ip: string): string {
  return ip.split('.').map(byte => Number(byte).toString(2).padStart(8, '0')).join('');
}

function bits6(ip: string): string {
  const [head, tail] = ip.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = tail === undefined ? groups(head) : [...groups(head), ...new Array(missing).fill('0'), ...groups(tail)];
  return all.map(group => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
