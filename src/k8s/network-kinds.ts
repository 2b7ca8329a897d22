import { inCurrentGroup } from './group-kinds';
import { apiGroup, ApiResource, isObject } from './objects';
import { makesPods } from './pod-makers';
import { servedVersion } from './workloads';

/** API groups whose objects are policies, or lead traffic. */
const GROUPS: ReadonlySet<string> = new Set([
  'networking.k8s.io', 'policy.networking.k8s.io', 'discovery.k8s.io', 'gateway.networking.k8s.io', 'networking.x-k8s.io', 'gateway.networking.x-k8s.io',
  'cilium.io', 'projectcalico.org', 'crd.projectcalico.org', 'crd.antrea.io', 'k8s.ovn.org', 'kubeovn.io',
  'networking.istio.io', 'security.istio.io', 'route.openshift.io', 'project.openshift.io', 'argoproj.io',
]);

/** Kinds of the core group that name addresses or lead traffic. */
const CORE_KINDS: ReadonlySet<string> = new Set(['Service', 'Endpoints', 'Node', 'PodTemplate']);

/** True for a kind whose objects say which pods there are, how they are reached, or who may reach them. */
export function countsForNetwork(written: ApiResource): boolean {
  const object = inCurrentGroup(written);
  const { apiVersion, kind } = object;
  const name = String(kind);
  return servedVersion(name) !== undefined || GROUPS.has(apiGroup(String(apiVersion))) || (apiVersion === 'v1' && CORE_KINDS.has(name)) || /Polic(?:y|ies)$/.test(name) || makesPods(object);
}

/** Kinds of policies whose names do not end in NetworkPolicy. */
const OTHER_POLICIES: ReadonlySet<string> = new Set([
  'SecurityGroupPolicy', 'EgressFirewall', 'SecurityPolicy', 'AuthorizationPolicy', 'ServerAuthorization', 'Server', 'TrafficPermission',
  'MeshTrafficPermission', 'ServiceIntentions',
]);

/** True if a kind is one of policies, in some API group. */
export function isPolicyKind(kind: string): boolean {
  return kind.endsWith('NetworkPolicy') || OTHER_POLICIES.has(kind);
}

/** True for a kind of policies that apply to their own namespace only, in every API group. */
export function policyIsNamespaced(kind: string): boolean {
  return kind === 'NetworkPolicy' || kind === 'CiliumNetworkPolicy' || kind === 'ApplicationNetworkPolicy';
}

/** True for a value with the fields of a NetworkPolicy that other kinds do not have, whatever its kind. */
export function isPolicyShaped({ spec }: ApiResource): boolean {
  return isObject(spec) && (Object.hasOwn(spec, 'podSelector') || Object.hasOwn(spec, 'policyTypes'));
}

/** Kinds of Kubernetes, and of programs that often run in it, that make no pods and lead no traffic to them. */
const WITHOUT_PODS: ReadonlySet<string> = new Set([
  'ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService',
  'PersistentVolume', 'PersistentVolumeClaim', 'StorageClass', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'LimitRange', 'ResourceQuota',
  'PriorityClass', 'Event', 'Lease', 'Node', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'Ingress', 'IngressClass', 'Gateway',
  'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Route', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule', 'Certificate', 'Issuer', 'ClusterIssuer',
]);

/** True for a kind that makes no pods, whatever its API group. */
export function isWithoutPods(kind: string): boolean {
  return WITHOUT_PODS.has(kind);
}
