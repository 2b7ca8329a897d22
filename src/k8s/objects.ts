/*
 * The parts of the Kubernetes API that this library reads and writes, as TypeScript sees them once
 * they are known to be valid. Field names are the API's own.
 */

/** Transport protocols that a NetworkPolicy can name, in the order in which they are printed. */
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** One of the three transport protocols of the API. */
export type Protocol = typeof PROTOCOLS[number];

/** The label that every namespace has, written or not: its own name. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** What an object without `metadata.namespace` is in, for want of a better guess. */
export const DEFAULT_NAMESPACE = 'default';

/** Labels, of a pod or of a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** `LabelSelectorRequirement` of meta/v1. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** `LabelSelector` of meta/v1: all of its parts must hold; without any, it selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** `IPBlock` of networking.k8s.io/v1. */
export interface IpBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

/** `NetworkPolicyPeer` of networking.k8s.io/v1. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
}

/** `NetworkPolicyPort` of networking.k8s.io/v1. */
export interface NetworkPolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** `NetworkPolicyIngressRule` of networking.k8s.io/v1. */
export interface NetworkPolicyIngressRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** `NetworkPolicyEgressRule` of networking.k8s.io/v1. */
export interface NetworkPolicyEgressRule {
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** `NetworkPolicySpec` of networking.k8s.io/v1. */
export interface NetworkPolicySpec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  readonly egress?: readonly NetworkPolicyEgressRule[];
}

/** Any API object, before anything is known of it. */
export interface ApiResource {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
  readonly [field: string]: unknown;
}

/** True where `value` is a JSON object: not null, not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The API group of an `apiVersion`: `apps/v1` gives `apps`, `v1` gives the core group's empty name. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
