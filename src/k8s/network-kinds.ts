import { apiGroup, ApiResource } from './objects';
import { makesPods } from './pod-makers';
import { servedVersion } from './workloads';

/** API groups whose objects are policies, or lead traffic. */
const GROUPS: ReadonlySet<string> = new Set([
  'networking.k8s.io', 'policy.networking.k8s.io', 'discovery.k8s.io', 'gateway.networking.k8s.io', 'networking.x-k8s.io', 'gateway.networking.x-k8s.io',
  'cilium.io', 'projectcalico.org', 'crd.projectcalico.org', 'crd.antrea.io', 'k8s.ovn.org', 'kubeovn.io',
  'networking.istio.io', 'security.istio.io', 'route.openshift.io', 'argoproj.io',
]);

/** Kinds of the core group that name addresses or lead traffic. */
const CORE_KINDS: ReadonlySet<string> = new Set(['Service', 'Endpoints', 'Node', 'PodTemplate']);

/** True for a kind whose objects say which pods there are, how they are reached, or who may reach them. */
export function countsForNetwork(object: ApiResource): boolean {
  const { apiVersion, kind } = object;
  const name = String(kind);
  return servedVersion(name) !== undefined || GROUPS.has(apiGroup(String(apiVersion))) || (apiVersion === 'v1' && CORE_KINDS.has(name)) || /Polic(?:y|ies)$/.test(name) || makesPods(object);
}
