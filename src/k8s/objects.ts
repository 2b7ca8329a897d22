/*
 * The parts of the Kubernetes API that this library reads and writes, as types of valid objects. The names of the fields are those of the
 * API (https://kubernetes.io/docs/reference/kubernetes-api/).
 */

/** The transport protocols of the API, in the order in which netpol prints them. */
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** A transport protocol of the API. */
export type Protocol = typeof PROTOCOLS[number];

/** The directions of traffic, as a pod sees them, in the order in which netpol prints them. */
export const DIRECTIONS = ['ingress', 'egress'] as const;

/** A direction of traffic. A policy isolates its pods in each direction separately. */
export type Direction = typeof DIRECTIONS[number];

/** The direction that the other end of a connection sees: what is egress for its source is ingress for its destination. */
export function otherDirection(direction: Direction): Direction {
  return direction === 'ingress' ? 'egress' : 'ingress';
}

/** Kubernetes gives every namespace this label; its value is the name of the namespace. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * The label by which cdk8s-plus selects the pods of a workload (cdk8s-plus-27 2.9.5, lib/pod.js, `Pod.ADDRESS_LABEL`). Its value is a hash of
 * the construct's path, so it changes when a construct is renamed or moved. Policies use it only if the pods have no other label.
 */
export const CDK8S_ADDRESS_LABEL = 'cdk8s.io/metadata.addr';

/** The label of the policies of this library. `kubectl apply --prune -l` finds them by it. */
export const MANAGED_BY: Labels = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };

/** The annotation that names the cluster of an object, in an app of several clusters. An object without it is part of each of them. */
export const CLUSTER_ANNOTATION = 'cdk8s-netpol/cluster';

/** The namespace of an object without `metadata.namespace`, as kubectl assumes it without a context. */
export const DEFAULT_NAMESPACE = 'default';

/** The labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** True if two objects have the same labels. This runs for every replica, so it does not make lists of the labels. */
export function haveSameLabels(a: Labels, b: Labels): boolean {
  let difference = 0;
  for (const key in a) {
    if (b[key] !== a[key]) { return false; }
    difference++;
  }
  for (const _ in b) { difference--; }
  return difference === 0;
}

/** The labels that all of these have. */
export function commonLabels([first, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every(labels => labels[key] === value)));
}

/** `LabelSelectorRequirement` of meta/v1. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** `LabelSelector` of meta/v1: an object must meet all requirements. A selector without requirements selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** A selector without empty fields, whose order does not depend on how it was written. */
export function selectorOf(labels: Labels, expressions: readonly LabelSelectorRequirement[]): LabelSelector {
  const keys = Object.keys(labels).sort();
  const sorted = [...expressions].sort((a, b) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    return left < right ? -1 : Number(left > right);
  });
  return {
    ...(keys.length > 0 ? { matchLabels: Object.fromEntries(keys.map(key => [key, labels[key]])) } : {}),
    ...(sorted.length > 0 ? { matchExpressions: sorted } : {}),
  };
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

/** An API object that has not been validated. */
export interface ApiResource {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
  readonly [field: string]: unknown;
}

/** True if `value` is a JSON object, and not null or a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The API group of an `apiVersion`: `apps` for `apps/v1`, and the empty name of the core group for `v1`. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** True for an API group of Kubernetes itself, and for one without a dot, which nobody else may have. */
export function isOfKubernetes(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

/** True if two JSON values are equal. The order of fields does not count, and a field that is undefined counts as absent. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) { return true; }
  if (Array.isArray(a)) { return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameJson(item, b[i])); }
  if (!isObject(a) || !isObject(b)) { return false; }
  return isSubset(a, b) && isSubset(b, a);
}

/**
 * A value of a custom resource as the API server stores it: without the fields and map entries that are null, so that they have their defaults
 * (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions, "Defaulting and Nullable").
 */
export function withoutNullFields(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(withoutNullFields); }
  if (!isObject(value)) { return value; }
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null).map(([key, field]) => [key, withoutNullFields(field)]));
}

/**
 * True if two declarations of an object are equal, whatever the order of their fields. The namespace that they write does not count: for one object
 * both mean the same, and for a Namespace it means nothing, although cdk8s writes that of the chart. Nor does the annotation of the cluster count.
 */
export function haveSameContent(a: ApiResource, b: ApiResource): boolean {
  return isSameJson(withoutScope(a), withoutScope(b));
}

function withoutScope(object: ApiResource): ApiResource {
  const { annotations, ...metadata } = isObject(object.metadata) ? object.metadata : {} as Record<string, unknown>;
  const { [CLUSTER_ANNOTATION]: _, ...others } = isObject(annotations) ? annotations : {} as Record<string, unknown>;
  return { ...object, metadata: { ...metadata, namespace: undefined, annotations: Object.keys(others).length === 0 ? undefined : others } };
}

/** The cluster that the annotation of an object names. Undefined if it names none. */
export function clusterNamedBy({ metadata }: ApiResource): string | undefined {
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  const cluster = isObject(annotations) ? annotations[CLUSTER_ANNOTATION] : undefined;
  return typeof cluster === 'string' && cluster !== '' ? cluster : undefined;
}

/** True if each field of `a` is equal to that of `b`. A field that only `b` has does not count. */
function isSubset(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  return Object.keys(a).every(key => isSameJson(a[key], Object.hasOwn(b, key) ? b[key] : undefined));
}
