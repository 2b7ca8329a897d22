import { identityOf } from './identity';
import { policyOf } from './network-policy';
import { byPodSelector } from './selection';
import { Origin } from '../../findings/finding';
import { ApiResource, isObject, Protocol, PROTOCOLS, withoutNullFields } from '../../k8s/objects';
import { hasDomainNames } from '../../validation/application-network-policy';
import { isAbsent } from '../../validation/field-errors';
import { validateNetworkPolicy } from '../../validation/network-policy';
import { Policy, PortClause, Rule, UnevaluatedPolicy } from '../cluster';

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
 * address and any pod, so they leave open what their rules allow.
 */
export function applicationPolicyOf(object: ApiResource, origin: Origin): ApplicationPolicy {
  const identity = { ...identityOf(object), origin };
  const spec = withoutNullFields(isObject(object.spec) ? object.spec : {}) as Readonly<Record<string, unknown>>;
  const types = Array.isArray(spec.policyTypes) ? spec.policyTypes : [];
  const egress = Array.isArray(spec.egress) ? spec.egress : [];
  const byDomain = egress.some(hasDomainNames) && types.includes('Egress');
  const plain = { ...spec, egress: egress.map(withoutDomainNames) };
  const isRead = !isAbsent(object.spec) && types.length > 0 && validateNetworkPolicy({ metadata: { name: 'x' }, spec: plain }).length === 0;
  const left = { ...APPLICATION_POLICY, ...identity, canAllow: true, content: JSON.stringify(spec) };
  const selectsPods = byPodSelector(spec.podSelector);
  const selects: UnevaluatedPolicy['selects'] = (pod, namespace) => namespace.name === identity.namespace ? selectsPods(pod, namespace) : 'no';
  if (!isRead) { return { open: { ...left, unread: 'unspecified', ingress: true, egress: true, selects } }; }
  const policy: Policy = { ...policyOf(plain, identity), kind: APPLICATION_POLICY.kind };
  if (!byDomain) { return { policy }; }
  const rules = policy.egress!;
  const opens = rules.filter((_, i) => hasDomainNames(egress[i])).flatMap(portsByNumber);
  return {
    policy: { ...policy, egress: rules.flatMap((rule, i) => hasDomainNames(egress[i]) ? withOtherPeers(rule, egress[i].to) : [rule]) },
    open: { ...left, unread: 'domains', ingress: false, egress: true, selects, opens },
  };
}

/** The rule with every pod in place of domain names, so that its peers and ports keep their places. */
function withoutDomainNames(rule: any): unknown {
  return hasDomainNames(rule) ? { ...rule, to: rule.to.map((peer: unknown) => isDomain(peer) ? { podSelector: {} } : peer) } : rule;
}

/** The rule for the peers that are no domain names; nothing if there are none, because a rule without peers is for every peer. */
function withOtherPeers(rule: Rule, to: readonly unknown[]): Rule[] {
  const peers = rule.peers!.filter((_, i) => !isDomain(to[i]));
  return peers.length === 0 ? [] : [{ ...rule, peers }];
}

function isDomain(peer: unknown): boolean { return hasDomainNames({ to: [peer] }); }

/** The ports of a rule. What has an address by a domain name may give any number to a port name. */
function portsByNumber({ path, ports }: Rule): PortClause[] {
  const every = (protocol: Protocol): PortClause => ({ path, protocol, first: 1, last: 65535 });
  return ports === undefined ? PROTOCOLS.map(every) : ports.map(port => port.name === undefined ? port : every(port.protocol));
}
