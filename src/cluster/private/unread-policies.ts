import { identityOf } from './identity';
import { Agreement } from '../policy-meaning';
import { byPodSelector, everyPod, widest } from './selection';
import { contentOf } from './unevaluated-policies';
import { Origin } from '../../findings/finding';
import { ApiResource, isObject } from '../../k8s/objects';
import { meantNamespace } from '../../manifests/meant-namespace';
import { includesNamespace, Unread } from '../../manifests/unread';
import { UnevaluatedPolicy } from '../cluster';

/*
 * NetworkPolicies that netpol cannot read, and those that are declared twice with different content. Nobody knows what they say, so the pods that
 * they could select are undecided in their directions, like those of a policy that is not evaluated.
 */

/**
 * A NetworkPolicy with faults. It could select every pod of its namespace, because the fault may be anywhere.
 *
 * @param areDirectionsOpen its directions are not known, because a field is written twice, or because a field that does not exist may be meant as one of a direction
 */
export function invalidPolicy(object: ApiResource, origin: Origin, areDirectionsOpen: boolean): UnevaluatedPolicy {
  const { name } = identityOf(object);
  const namespace = meantNamespace(object);
  return {
    kind: 'NetworkPolicy',
    product: 'Kubernetes',
    name,
    origin,
    canAllow: true,
    unread: 'invalid',
    content: contentOf(object),
    ...namespace === undefined ? {} : { namespace },
    ...areDirectionsOpen ? { ingress: true, egress: true } : directionsOf(object.spec),
    selects: (pod, { name: own }) => namespace === undefined || own === namespace ? everyPod(pod) : 'no',
  };
}

/** A NetworkPolicy that is declared twice, with different content: what the two say in the directions in which they do not agree. */
export function ambiguousPolicy(first: ApiResource, second: ApiResource, origin: Origin, agreement: Agreement): UnevaluatedPolicy {
  const { namespace, name } = identityOf(second);
  const specs = [first.spec, second.spec].map(spec => isObject(spec) ? spec : {});
  const [one, other] = specs.map(directionsOf);
  const selectors = specs.map(({ podSelector }) => byPodSelector(podSelector));
  return {
    kind: 'NetworkPolicy',
    product: 'Kubernetes',
    namespace,
    name,
    origin,
    canAllow: true,
    unread: 'twice',
    content: `${contentOf(first)} ${contentOf(second)}`,
    ingress: !agreement.ingress && (one.ingress || other.ingress),
    egress: !agreement.egress && (one.egress || other.egress),
    selects: (pod, podNamespace) => podNamespace.name === namespace ? widest(selectors.map(selects => selects(pod, podNamespace))) : 'no',
  };
}

/** The policies that something may hold which was not read. Undefined if it holds none. */
export function policiesIn(unread: Unread): UnevaluatedPolicy | undefined {
  const { origin, content, mayHold: { policies: scope } } = unread;
  if (scope.length === 0) { return undefined; }
  return {
    kind: 'NetworkPolicy',
    product: 'Kubernetes',
    name: '',
    origin,
    canAllow: true,
    unread,
    ...content === undefined ? {} : { content },
    ingress: true,
    egress: true,
    selects: (pod, { name }) => includesNamespace(scope, name) ? everyPod(pod) : 'no',
  };
}

/** `policyTypes`, if they can be read; otherwise ingress, and egress if the policy says anything about it (networking.k8s.io/v1, NetworkPolicySpec). */
function directionsOf(spec: unknown): { ingress: boolean; egress: boolean } {
  if (!isObject(spec)) { return { ingress: true, egress: true }; }
  const { policyTypes, egress } = spec;
  if (policyTypes !== undefined && policyTypes !== null && !(Array.isArray(policyTypes) && policyTypes.length === 0)) {
    const areRead = Array.isArray(policyTypes) && policyTypes.every(type => type === 'Ingress' || type === 'Egress');
    return areRead ? { ingress: policyTypes.includes('Ingress'), egress: policyTypes.includes('Egress') } : { ingress: true, egress: true };
  }
  return { ingress: true, egress: egress !== undefined && egress !== null && !(Array.isArray(egress) && egress.length === 0) };
}
