import { AddressesClause, PodsClause, PortClause } from './cluster';
import { Origin, Path } from '../findings/finding';
import { Cidr } from '../k8s/address';
import { Labels } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/*
 * Cluster-wide policies: ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy of the Network Policy API
 * (network-policy-api.sigs.k8s.io), and ClusterNetworkPolicy of the Amazon VPC CNI. One model holds all of them.
 */

/** The Admin tier decides before every NetworkPolicy, and the Baseline tier after them (ClusterNetworkPolicySpec, tier). */
export type PolicyTier = 'Admin' | 'Baseline';

/** What a rule does with a connection that it matches. `pass` skips the rest of the tier. `Allow` of an AdminNetworkPolicy is `accept`. */
export type RuleAction = 'accept' | 'deny' | 'pass';

/** A node of the cluster. */
export interface ClusterNode {
  readonly name: string;
  readonly origin: Origin;
  readonly labels: Labels;
  /** The IP addresses in its status, each as a block of one address. Empty if they are not known. */
  readonly addresses: readonly Cidr[];
}

/** Peers that are nodes: their addresses. */
export interface NodesClause {
  readonly kind: 'nodes';
  readonly path: Path;
  readonly nodes: Selector;
  /** The addresses of the nodes; absent if the input has no Node, or not the addresses of one of them. */
  readonly addresses?: readonly AddressesClause[];
}

/** Peers that are the addresses of domain names. The input does not say which addresses these are. */
export interface DomainsClause {
  readonly kind: 'domains';
  readonly path: Path;
  readonly names: readonly string[];
}

/** One peer of a cluster-wide rule. Its pods always name their namespaces. */
export type ClusterPeerClause = PodsClause | AddressesClause | NodesClause | DomainsClause;

/** The blocks that a peer means; undefined if it means something else, or if its addresses are not known. */
export function blocksOf(peer: ClusterPeerClause): readonly AddressesClause[] | undefined {
  return peer.kind === 'addresses' ? [peer] : peer.kind === 'nodes' ? peer.addresses : undefined;
}

/** One rule of a cluster-wide policy. */
export interface ClusterRule {
  /** `spec.ingress[0]` */
  readonly path: Path;
  /** The name that its author gave it. */
  readonly name?: string;
  readonly action: RuleAction;
  /** If absent, every peer. */
  readonly peers?: readonly ClusterPeerClause[];
  /** If absent, every port of every protocol. */
  readonly ports?: readonly PortClause[];
  /**
   * True if one of its peers has no field that netpol knows. The rule fails closed, as the API demands: an Accept rule matches nothing, and any
   * other rule denies everything (ClusterNetworkPolicyEgressPeer). `action`, `peers` and `ports` say so.
   */
  readonly failsClosed?: true;
}

/** A cluster-wide policy with its defaults filled in. */
export interface ClusterPolicy {
  readonly kind: 'ClusterNetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
  /** The API that orders it by priority. The order of policies of different APIs is not specified. */
  readonly api: string;
  readonly name: string;
  readonly origin: Origin;
  readonly tier: PolicyTier;
  /** 0–1000, lower first. 0 for a BaselineAdminNetworkPolicy, of which a cluster has one. */
  readonly priority: number;
  /** The namespaces of its pods. */
  readonly namespaces: Selector;
  readonly subject: Selector;
  /** Without rules, the policy has no effect in the direction. */
  readonly ingress: readonly ClusterRule[];
  readonly egress: readonly ClusterRule[];
}

/** The name of a cluster-wide policy in messages: `ClusterNetworkPolicy deny-tenants`. */
export function clusterPolicyName({ kind, name }: Pick<ClusterPolicy, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** The tier of a policy and its priority in messages: `Admin tier, priority 10`. */
export function tierText({ kind, tier, priority }: Pick<ClusterPolicy, 'kind' | 'tier' | 'priority'>): string {
  return kind === 'BaselineAdminNetworkPolicy' ? `${tier} tier` : `${tier} tier, priority ${priority}`;
}
