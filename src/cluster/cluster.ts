import { Origin, Path } from '../findings/finding';
import { Cidr } from '../k8s/address';
import { Labels, Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';

/*
 * What the evaluator knows of a cluster: valid, defaulted, and without a trace of YAML but for the
 * origins, which say where each thing is written.
 */

/** A namespace, declared by a Namespace object or merely used. */
export interface Namespace {
  readonly name: string;
  /** With `kubernetes.io/metadata.name`, always. */
  readonly labels: Labels;
  /** Absent where no Namespace object declares it: then it has the label of its name alone. */
  readonly origin?: Origin;
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

/** Namespaces, workloads and policies: all that an answer depends on. */
export interface Cluster {
  /** By name: every namespace that is declared or used. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly workloads: readonly Workload[];
  readonly policies: readonly Policy[];
}

/** How a policy is named to a person: `app/allow-dns`. */
export function policyName(policy: Policy): string {
  return `${policy.namespace}/${policy.name}`;
}

/** How a workload is named to a person and in `list`: `app/frontend[Deployment]`. */
export function workloadName(workload: Workload): string {
  return `${workload.namespace}/${workload.name}[${workload.kind}]`;
}
