import { Cluster, isLabelKnown, Policy, policyName, Rule } from '../../../cluster/cluster';
import { couldSelect } from '../../../cluster/pod-selection';
import { finding, formatPath } from '../../../findings/finding';
import { Selector } from '../../../k8s/selector';
import { Resource } from '../../../manifests/resources';
import { LintRule } from '../../lint-input';
import { HBONE_PORT } from '../mesh-ports';
import { isEveryPod } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';
import { WrittenObjects } from '../written-objects';

const AMBIENT = Selector.labels({ 'istio.io/dataplane-mode': 'ambient' });
/** A pod of the namespace can be taken out of the mesh (istio.io, "Add workloads to the mesh"). */
const NOT_AMBIENT = Selector.labels({ 'istio.io/dataplane-mode': 'none' });

/**
 * A rule opens the port of the ambient mesh to everybody, so every pod of the mesh reaches every port. That is a note if the rule opens other ports to
 * everybody too. An AuthorizationPolicy can restrict the same connections.
 */
export const ambientPort: LintRule = ({ cluster, resources }) => {
  const policies = cluster.policies.filter(policy => isAmbient(cluster, policy));
  const restricted = policies.length === 0 ? new Set<string>() : authorizedNamespaces(resources);
  return policies.filter(({ namespace }) => !restricted.has(namespace)).flatMap(policy => (policy.ingress ?? []).filter(isOpenToMesh).map(rule =>
    finding('NP153', policy.origin.at(rule.path), `${policyName(policy)} ${formatPath(rule.path)} opens TCP ${HBONE_PORT} to everybody: in an ambient mesh, `
      + 'connections to every port of the pods arrive there', {
      about: policy,
      severity: rule.ports!.length === 1 ? 'warning' : 'note',
      fix: "name the peers in 'from', or restrict the connections by an AuthorizationPolicy",
    })));
};

/** True if the namespace is known to be part of the mesh, or a pod of the policy is. */
function isAmbient(cluster: Cluster, { namespace: name, subject }: Policy): boolean {
  const namespace = cluster.namespaces.get(name)!;
  const selected = SelectedPods.of(cluster).inNamespace(name, subject);
  const isTakenOut = selected.length > 0 && selected.every(({ pods }) => pods.every(pod => couldSelect(NOT_AMBIENT, pod)));
  return (AMBIENT.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key)) && !isTakenOut)
    || SelectedPods.of(cluster).surelyInNamespace(name, AMBIENT).some(({ pods }) => pods.some(pod => couldSelect(subject, pod)));
}

/** The namespaces with an AuthorizationPolicy. */
function authorizedNamespaces(resources: readonly Resource[]): ReadonlySet<string> {
  return new Set(WrittenObjects.of(resources).ofKinds('security.istio.io', 'AuthorizationPolicy').map(({ namespace }) => namespace));
}

/** True if the rule names the port, and lets every pod in. */
function isOpenToMesh({ peers, ports }: Rule): boolean {
  const isForAll = peers === undefined || peers.some(isEveryPod);
  return isForAll && ports?.some(({ protocol, first, last }) => protocol === 'TCP' && first <= HBONE_PORT && HBONE_PORT <= last && last - first < 65534) === true;
}
