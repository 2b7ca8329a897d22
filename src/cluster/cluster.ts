import { ClusterNode, ClusterPolicy } from './cluster-policy';
import { Entrance } from './entrance';
import { Service } from './service';
import { Reason } from '../findings/answer';
import { Origin, Path, Place, printable } from '../findings/finding';
import { Cidr } from '../k8s/address';
import { NetworkPlugin } from '../k8s/network-plugins';
import { Labels, Protocol, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';
import { includesNamespace, Unread } from '../manifests/unread';

/* The model of a cluster. It holds only valid objects, with every default filled in. Origins say where each of them is written. */

/** A namespace that is declared by a Namespace object, stated as a fact, or only used. */
export interface Namespace {
  readonly name: string;
  /** Always with `kubernetes.io/metadata.name`. */
  readonly labels: Labels;
  /** Where it is declared or stated. Absent if it is only used: then only the label of its name is known. */
  readonly origin?: Origin;
  /** The labels that are not known, because its declaration was not read or there are two that differ. `labels` does not have them. */
  readonly open?: OpenLabels;
}

/** Labels of a namespace that are not known. */
export interface OpenLabels {
  /** The possible values of each, undefined if it may be absent. Absent: any label of the namespace may be anything. */
  readonly values?: ReadonlyMap<string, readonly (string | undefined)[]>;
  readonly reason: UnreadReason;
}

/** A namespace that is created elsewhere, with all of its labels, as a user states it. */
export interface StatedNamespace {
  readonly name: string;
  readonly labels: Labels;
  readonly place: Place;
}

/** What a user states about the cluster in addition to the manifests. */
export interface ClusterFacts {
  readonly namespaces: readonly StatedNamespace[];
  /** The blocks that the addresses of pods come from. If absent or empty, they are not known. */
  readonly podCidrs?: readonly Cidr[];
  /** The network plugin. If absent, nothing is assumed about it. */
  readonly plugin?: NetworkPlugin;
  /** The names of the namespaces that have workloads which the input does not declare. */
  readonly openNamespaces?: readonly string[];
}

/** True if the value of this label of the namespace, or its absence, is known and not assumed. */
export function isLabelKnown(namespace: Namespace, key: string): boolean {
  return (namespace.origin !== undefined && !isLabelOpen(namespace, key)) || key === NAMESPACE_NAME_LABEL;
}

/** True if this label of the namespace is not known, and no assumption says what it is. */
export function isLabelOpen({ open }: Namespace, key: string): boolean {
  return open !== undefined && key !== NAMESPACE_NAME_LABEL && (open.values === undefined || open.values.has(key));
}

/** True if netpol assumes that the namespace has no label besides its name: nothing declares it, and every Namespace was read. */
export function areLabelsAssumed({ origin, open }: Namespace): boolean {
  return origin === undefined && open === undefined;
}

/** Why something is not known: an object that it depends on was not read. */
export type UnreadReason = Reason<Unread['code']>;

/** A label that Kubernetes or another controller adds to a pod, with a value that the input does not determine. */
export interface GeneratedLabel {
  readonly key: string;
  /** True if the pod may lack it, as the zone and the region of its node. */
  readonly optional: boolean;
  /** The form of its values: `#` stands for a number, and `*` for any text that is not empty. Absent: it may have any value. */
  readonly form?: string;
  /** Its possible values, if they are known: those of the declarations of an object that is declared twice. */
  readonly values?: readonly string[];
}

/** One known pod, or the pods of a template. */
export interface Pod {
  /** The name of a known pod; absent for the pods of a template. */
  readonly name?: string;
  /** The labels whose values are known, those that Kubernetes adds among them. */
  readonly labels: Labels;
  /** Labels that the pod also has or may have, with values that only the running cluster knows. None of these keys is in `labels`. */
  readonly generated?: readonly GeneratedLabel[];
  readonly ports: readonly ContainerPort[];
  /** Addresses as numbers (k8s/address); empty if they are not known. */
  readonly addresses: readonly bigint[];
  /** True for a pod on its node's network. No policy selects it, and rules match it only by its address. */
  readonly hostNetwork: boolean;
  /**
   * For a pod of which only some labels are known: the keys of those that it surely lacks. It may have any other label. Such a pod could exist, or is one of
   * a custom kind whose controller may add any label.
   */
  readonly lacks?: Pick<ReadonlySet<string>, 'has'>;
  /** Why the labels are not known that `generated` has, for a workload that netpol cannot read or that is declared twice. */
  readonly unread?: UnreadReason;
  /** The pods of which it is one, for a workload that is declared twice. `labels`, `ports` and `hostNetwork` have what they have in common. */
  readonly either?: readonly Pod[];
  /** True if `ports` are not known: a port of any name may have any number. */
  readonly hasOpenPorts?: boolean;
  /** True if the pod may also be on its node's network. `hostNetwork` is false then. */
  readonly hasOpenNetwork?: boolean;
}

/** True if the pod may have any value of a label, or lack it, because nothing says more about the label. */
export function isOpen(key: string, { labels, lacks }: Pick<Pod, 'labels' | 'lacks'>): boolean {
  return lacks !== undefined && !Object.hasOwn(labels, key) && !lacks.has(key);
}

/** An owner of pods, such as a Deployment, or a pod without an owner. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
  /** Matches its pods: `spec.selector`, or the labels that all of its pods have. */
  readonly selector: Selector;
  /** True if the input may not have it at all: it was asked about, and what was not read may have it. */
  readonly mayBeAbsent?: boolean;
  /** True if `selector` is that of the spec. */
  readonly hasOwnSelector?: boolean;
  /** Never empty. The known pods if the input has them; otherwise one entry for the template. */
  readonly pods: readonly Pod[];
}

/** One peer of a rule (networking.k8s.io/v1, NetworkPolicyPeer). */
export type PeerClause = PodsClause | AddressesClause;

/** Peers that are pods. */
export interface PodsClause {
  readonly kind: 'pods';
  readonly path: Path;
  /** If absent, the policy's own namespace. */
  readonly namespaces?: Selector;
  readonly pods: Selector;
}

/** Peers that are addresses. */
export interface AddressesClause {
  readonly kind: 'addresses';
  readonly path: Path;
  readonly block: Cidr;
  readonly except: readonly Cidr[];
}

/** One entry of a rule's ports: a name, or a range within 1–65535 (networking.k8s.io/v1, NetworkPolicyPort). */
export interface PortClause {
  readonly path: Path;
  readonly protocol: Protocol;
  /** The name of a port. The containers of the destination say which number it has. */
  readonly name?: string;
  readonly first: number;
  readonly last: number;
  /** True if the API leaves open whether the rule matches these ports. */
  readonly isUncertain?: true;
}

/** A rule allows connections with each of its peers on each of its ports. */
export interface Rule {
  /** `spec.ingress[0]` */
  readonly path: Path;
  /** If absent, every peer. */
  readonly peers?: readonly PeerClause[];
  /** If absent, every port of every protocol. */
  readonly ports?: readonly PortClause[];
}

/** A NetworkPolicy with its defaults filled in, or a policy of another kind that does the same. */
export interface Policy {
  /** Absent for a NetworkPolicy. */
  readonly kind?: 'ApplicationNetworkPolicy';
  readonly namespace: string;
  readonly name: string;
  readonly origin: Origin;
  readonly subject: Selector;
  /** The rules for ingress; absent if the policy does not isolate for ingress. */
  readonly ingress?: readonly Rule[];
  /** The rules for egress; absent if the policy does not isolate for egress. */
  readonly egress?: readonly Rule[];
  /** True if this library wrote it. The next synth undoes a change of it. */
  readonly isGenerated?: boolean;
}

/** Whether a policy of a kind that is not evaluated could select a pod: no, yes, or only if netpol assumes nothing. */
export type Selection = 'no' | 'could' | 'only without assumptions';

/** A policy of a kind that netpol does not evaluate, or one that it cannot read. The pods that it could select are undecided in its directions. */
export interface UnevaluatedPolicy {
  readonly kind: string;
  /** Absent for a policy without a namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** The product that enforces it, such as `Cilium`. */
  readonly product: string;
  readonly origin: Origin;
  readonly ingress: boolean;
  readonly egress: boolean;
  /** False if the policy can only restrict: a connection that is denied without it stays denied. */
  readonly canAllow: boolean;
  /**
   * For one of a kind that netpol evaluates: it is invalid, declared twice with different content, in something that was not read or rendered, or its API
   * leaves open what it means. Or it has rules about domain names.
   */
  readonly unread?: 'invalid' | 'twice' | 'unspecified' | 'domains' | Pick<Unread, 'what' | 'code'>;
  /**
   * Only for the rules about domain names of a policy whose other rules are a `Policy`: the ports that they may allow, by number. They are in the layer of
   * NetworkPolicies, and deny nothing.
   */
  readonly opens?: readonly PortClause[];
  /** What it says, apart from its name and its place. Absent if that is not known: two of them may then differ. */
  readonly content?: string;
  selects(pod: Pod, namespace: Namespace): Selection;
}

/** Everything that an answer depends on. */
export interface Cluster {
  /** By name: every namespace that is declared, stated or used. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly workloads: readonly Workload[];
  readonly policies: readonly Policy[];
  /** In the order in which they are declared. */
  readonly clusterPolicies: readonly ClusterPolicy[];
  /** The nodes that are declared. Empty if the input does not have them. */
  readonly nodes: readonly ClusterNode[];
  readonly unevaluated: readonly UnevaluatedPolicy[];
  /** The stated blocks of pod addresses. If absent or empty, they are not known. */
  readonly podCidrs?: readonly Cidr[];
  /** The network plugin, if it is stated. */
  readonly plugin?: NetworkPlugin;
  /** The Services. They change no answer about pods and addresses, unless the network plugin says what their addresses mean. */
  readonly services: readonly Service[];
  /** The ways from outside to Services: Ingresses, the routes of the Gateway API, and Routes of OpenShift. They change no answer. */
  readonly entrances: readonly Entrance[];
  /** What was not read. `unevaluated` has an entry for the policies that each of them may hold. */
  readonly unread?: readonly Unread[];
  /** The namespaces that have workloads which are not in `workloads`: as stated, or because their kinds are not known. */
  readonly openNamespaces?: ReadonlySet<string>;
}

/** The selectors of pods of a policy: that of its subject, and those of its peers. */
export function podSelectorsOf({ subject, ingress = [], egress = [] }: Policy | ClusterPolicy): Selector[] {
  return [subject, ...[...ingress, ...egress].flatMap(({ peers = [] }) => peers.flatMap(peer => peer.kind === 'pods' ? [peer.pods] : []))];
}

/** The name of a policy in messages: `app/allow-dns`, and with the kind if it is not a NetworkPolicy. */
export function policyName({ kind, namespace, name }: Pick<Policy, 'kind' | 'namespace' | 'name'>): string {
  return `${kind === undefined ? '' : `${kind} `}${namespace}/${name}`;
}

/** The name of a policy of a kind that is not evaluated, in messages: `CiliumNetworkPolicy app/lock`. */
export function unevaluatedName({ kind, namespace, name, product, unread }: Pick<UnevaluatedPolicy, 'kind' | 'namespace' | 'name' | 'product' | 'unread'>): string {
  if (typeof unread === 'object') { return printable(unread.what); }
  // Other products have a kind of this name too, which must not be taken for the NetworkPolicy of Kubernetes.
  const of = kind === 'NetworkPolicy' && product !== 'Kubernetes' ? ` of ${product}` : '';
  const full = name === '' ? '' : ` ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  // Nothing has validated these names.
  return printable(`${kind}${full}${of}`);
}

/** Why the pods that such a policy could select are undecided. */
export function unevaluatedReason(policy: UnevaluatedPolicy): Reason {
  const { unread = 'none' } = policy;
  const codes = { invalid: 'not-read', twice: 'defined-twice', unspecified: 'unspecified', domains: 'domain-name', none: 'policy-kind' } as const;
  const name = unevaluatedName(policy);
  const what = unread === 'unspecified' ? `what ${name} means` : unread === 'domains' ? `the domain names in ${name}` : name;
  return { code: typeof unread === 'object' ? unread.code : codes[unread], what, place: policy.origin.at() };
}

/** A reason for what is undecided, if something was not read that may hold an object of this sort and name in a namespace. A Namespace counts as in itself. */
export function unreadWith({ unread = [] }: Cluster, sort: keyof Unread['mayHold'], namespace: string, name: string): UnreadReason | undefined {
  const found = unread.find(one => includesNamespace(one.mayHold[sort], namespace) && (one.name === undefined || one.name === name));
  return found === undefined ? undefined : unreadReason(found);
}

/** Why the labels of the namespaces that are not declared are not known: a Namespace of any name was not read. Undefined if every Namespace was. */
export function anyNamespaceUnread({ unread = [] }: Pick<Cluster, 'unread'>): UnreadReason | undefined {
  const found = unread.find(({ mayHold }) => mayHold.namespaces === 'any');
  return found === undefined ? undefined : unreadReason(found);
}

/** A namespace that nothing declares, with the label of its name. What was not read may declare it, with any other labels. */
export function undeclaredNamespace(cluster: Pick<Cluster, 'unread'>, name: string): Namespace {
  const reason = anyNamespaceUnread(cluster);
  return { name, labels: { [NAMESPACE_NAME_LABEL]: name }, ...reason === undefined ? {} : { open: { reason } } };
}

/** A namespace by its name, whether or not the cluster has anything in it. */
export function namespaceByName(cluster: Pick<Cluster, 'namespaces' | 'unread'>, name: string): Namespace {
  return cluster.namespaces.get(name) ?? undeclaredNamespace(cluster, name);
}

/** Why something is undecided that depends on what was not read. */
export function unreadReason({ code, what, origin }: Unread): UnreadReason {
  return { code, what: printable(what), place: origin.at() };
}

/** The name of a workload in messages and in `list`: `app/frontend[Deployment]`. */
export function workloadName(workload: Workload): string {
  // Nobody validates the name and the kind of an owner that is not in the input.
  return printable(`${workload.namespace}/${workload.name}[${workload.kind}]`);
}
