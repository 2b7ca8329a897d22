import { Origin, Path, Place } from '../findings/finding';
import { Cidr } from '../k8s/address';
import { Labels, Protocol, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';

/*
 * What the evaluator knows of a cluster: valid, defaulted, and without a trace of YAML but for the
 * origins, which say where each thing is written.
 */

/** A namespace that is declared by a Namespace object, stated as a fact, or only used. */
export interface Namespace {
  readonly name: string;
  /** Always with `kubernetes.io/metadata.name`. */
  readonly labels: Labels;
  /** Where it is declared or stated. Absent if it is only used: then its name is its one label that is known. */
  readonly origin?: Origin;
}

/** A namespace that is made elsewhere, with its labels, as a user states it. */
export interface StatedNamespace {
  readonly name: string;
  readonly labels: Labels;
  readonly place: Place;
}

/** What a user states about the cluster beside the manifests. */
export interface ClusterFacts {
  readonly namespaces: readonly StatedNamespace[];
}

/** True if the value of this label of the namespace, or its absence, is known and not assumed. */
export function isLabelKnown({ origin }: Namespace, key: string): boolean {
  return origin !== undefined || key === NAMESPACE_NAME_LABEL;
}

/** Pods that are alike, or one that is known. */
export interface Pod {
  /** The pod's own name, where it is a known pod; absent where it stands for a template's pods. */
  readonly name?: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  /** Addresses on the common line (api/address); empty where they are not known. */
  readonly addresses: readonly bigint[];
  /** On its node's network: no policy selects it, and peers match it only by address. */
  readonly hostNetwork: boolean;
}

/** A workload: what owns pods, or a pod that nobody owns. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
  /** By which labels its pods are known: `spec.selector`, or else all of their labels. */
  readonly selector: Selector;
  /** Never empty. One entry for a template; the known pods where the input has them. */
  readonly pods: readonly Pod[];
}

/** One peer of a rule. */
export type PeerClause = PodsClause | AddressesClause;

/** Peers that are pods. */
export interface PodsClause {
  readonly kind: 'pods';
  readonly path: Path;
  /** Absent: the policy's own namespace. */
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

/** One entry of a rule's ports: a name, or a range (the whole of the protocol: 1–65535). */
export interface PortClause {
  readonly path: Path;
  readonly protocol: Protocol;
  /** A named port, resolved against the containers of the destination. */
  readonly name?: string;
  readonly first: number;
  readonly last: number;
}

/** A rule. What it allows: any of its peers, on any of its ports. */
export interface Rule {
  /** `spec.ingress[0]` */
  readonly path: Path;
  /** Absent: every peer. */
  readonly peers?: readonly PeerClause[];
  /** Absent: every port of every protocol. */
  readonly ports?: readonly PortClause[];
}

/** A NetworkPolicy, defaulted. */
export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly origin: Origin;
  readonly subject: Selector;
  /** The rules for ingress; absent where the policy does not isolate for ingress. */
  readonly ingress?: readonly Rule[];
  /** The rules for egress; absent where the policy does not isolate for egress. */
  readonly egress?: readonly Rule[];
}

/** Whether a policy that is not evaluated could select a pod: never, or it could, or only if assumptions are switched off. */
export type Selection = 'no' | 'could' | 'only without assumptions';

/** A policy of a kind that netpol does not evaluate. The pods that it could select are undecided in its directions. */
export interface UnevaluatedPolicy {
  readonly kind: string;
  /** Absent for a policy of the whole cluster. */
  readonly namespace?: string;
  readonly name: string;
  /** The product that enforces it: `Cilium`. */
  readonly product: string;
  readonly origin: Origin;
  readonly ingress: boolean;
  readonly egress: boolean;
  /** False for a policy that can only restrict further: what is denied without it stays denied. */
  readonly canAllow: boolean;
  selects(pod: Pod, namespace: Namespace): Selection;
}

/** Namespaces, workloads and policies: all that an answer depends on. */
export interface Cluster {
  /** By name: every namespace that is declared or used. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly workloads: readonly Workload[];
  readonly policies: readonly Policy[];
  readonly unevaluated: readonly UnevaluatedPolicy[];
}

/** How a policy is named to a person: `app/allow-dns`. */
export function policyName(policy: Policy): string {
  return `${policy.namespace}/${policy.name}`;
}

/** How a policy of a kind that is not evaluated is named to a person: `CiliumNetworkPolicy app/lock`. */
export function unevaluatedName({ kind, namespace, name }: Pick<UnevaluatedPolicy, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** How a workload is named to a person and in `list`: `app/frontend[Deployment]`. */
export function workloadName(workload: Workload): string {
  return `${workload.namespace}/${workload.name}[${workload.kind}]`;
}
