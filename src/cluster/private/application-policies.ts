import { identityOf } from './identity';
import { policyOf } from './network-policy';
import { byPodSelector } from './selection';
import { Origin } from '../../findings/finding';
import { ApiResource, isObject } from '../../k8s/objects';
import { hasDomainNames } from '../../validation/application-network-policy';
import { isAbsent } from '../../validation/field-errors';
import { validateNetworkPolicy } from '../../validation/network-policy';
import { Policy, UnevaluatedPolicy } from '../cluster';

/*
 * ApplicationNetworkPolicy of the Amazon VPC CNI: a NetworkPolicy that can also name domains in egress. It is in the same layer as NetworkPolicies
 * (docs.aws.amazon.com/eks, "Limit Pod traffic with Kubernetes network policies").
 */

export const APPLICATION_POLICY = { kind: 'ApplicationNetworkPolicy', product: 'the Amazon VPC CNI' } as const;

/** What netpol evaluates of a policy, and what is left open. At least one of them is there. */
export interface ApplicationPolicy {
  readonly policy?: Policy;
  readonly open?: UnevaluatedPolicy;
}

/**
 * Reads a valid ApplicationNetworkPolicy. The documentation does not say which directions a policy without policyTypes isolates. Domain names may be any
 * address and any pod, so they leave egress open.
 */
export function applicationPolicyOf(object: ApiResource, origin: Origin): ApplicationPolicy {
  const identity = { ...identityOf(object), origin };
  const spec = isObject(object.spec) ? object.spec : {};
  const types = Array.isArray(spec.policyTypes) ? spec.policyTypes : [];
  const egress = Array.isArray(spec.egress) ? spec.egress : [];
  const byDomain = egress.some(hasDomainNames) && types.includes('Egress');
  const plain = { ...spec, egress: egress.flatMap(withoutDomainNames) };
  const isRead = !isAbsent(object.spec) && types.length > 0 && validateNetworkPolicy({ metadata: { name: 'x' }, spec: plain }).length === 0;
  const left = { ...APPLICATION_POLICY, ...identity, canAllow: true };
  const selectsPods = byPodSelector(spec.podSelector);
  const selects: UnevaluatedPolicy['selects'] = (pod, namespace) => namespace.name === identity.namespace ? selectsPods(pod, namespace) : 'no';
  if (!isRead) { return { open: { ...left, unread: 'unspecified', ingress: true, egress: true, selects } }; }
  const evaluated = byDomain ? types.filter(type => type !== 'Egress') : types;
  return {
    ...evaluated.length === 0 ? {} : { policy: { ...policyOf({ ...plain, policyTypes: evaluated }, identity), kind: APPLICATION_POLICY.kind } },
    ...byDomain ? { open: { ...left, unread: 'domains', ingress: false, egress: true, selects } } : {},
  };
}

/** The rule without its peers that are domain names; nothing if it has no others, because a rule without peers is for every peer. */
function withoutDomainNames(rule: unknown): unknown[] {
  if (!hasDomainNames(rule)) { return [rule]; }
  const { to, ...rest } = rule as { readonly to: readonly unknown[] };
  const others = to.filter(peer => !hasDomainNames({ to: [peer] }));
  return others.length === 0 ? [] : [{ ...rest, to: others }];
}
