import { Origin, Path } from '../../findings/finding';
import { Cidr, parseCidr } from '../../k8s/address';
import { IpBlock, LabelSelector, NetworkPolicyPeer, NetworkPolicyPort, Protocol } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { PeerClause, Policy, PortClause, Rule } from '../cluster';

/*
 * A NetworkPolicy that passed validation, defaulted as the API server does. In every list and object `null`
 * is the zero value, so that `ingress: [null]` is a rule that allows everything.
 */

type Nullable<T> = T | null | undefined;

interface RuleFields {
  readonly peers: Nullable<readonly Nullable<NetworkPolicyPeer>[]>;
  readonly ports: Nullable<readonly Nullable<NetworkPolicyPort>[]>;
}

interface Spec {
  readonly podSelector?: Nullable<LabelSelector>;
  readonly policyTypes?: Nullable<readonly string[]>;
  readonly ingress?: Nullable<readonly Nullable<Record<string, unknown>>[]>;
  readonly egress?: Nullable<readonly Nullable<Record<string, unknown>>[]>;
}

/** Reads the `spec` of a valid NetworkPolicy. */
export function policyOf(spec: unknown, identity: { readonly namespace: string; readonly name: string; readonly origin: Origin }): Policy {
  const { podSelector, policyTypes, ingress, egress } = (spec ?? {}) as Spec;
  // Without policyTypes a policy isolates for ingress, and for egress iff it has an egress rule.
  const types = policyTypes?.length ? policyTypes : egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    ...identity,
    subject: Selector.from(podSelector ?? {}),
    ingress: types.includes('Ingress') ? rulesOf(ingress, ['spec', 'ingress'], 'from') : undefined,
    egress: types.includes('Egress') ? rulesOf(egress, ['spec', 'egress'], 'to') : undefined,
  };
}

function rulesOf(rules: Spec['ingress'], path: Path, peersField: 'from' | 'to'): Rule[] {
  return (rules ?? []).map((rule, i) => ruleOf({ peers: rule?.[peersField], ports: rule?.ports } as RuleFields, [...path, i], peersField));
}

function ruleOf({ peers, ports }: RuleFields, path: Path, peersField: string): Rule {
  return {
    path,
    peers: peers?.length ? peers.map((peer, i) => peerOf(peer as NetworkPolicyPeer, [...path, peersField, i])) : undefined,
    ports: ports?.length ? ports.map((port, i) => portOf(port ?? {}, [...path, 'ports', i])) : undefined,
  };
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: Path): PeerClause {
  return ipBlock
    ? { kind: 'addresses', path, ...addressesOf(ipBlock) }
    : { kind: 'pods', path, namespaces: namespaceSelector ? Selector.from(namespaceSelector) : undefined, pods: Selector.from(podSelector ?? {}) };
}

function addressesOf({ cidr, except }: IpBlock): { block: Cidr; except: readonly Cidr[] } {
  return { block: parseCidr(cidr) as Cidr, except: (except ?? []).map(hole => parseCidr(hole) as Cidr) };
}

function portOf({ protocol, port, endPort }: NetworkPolicyPort, path: Path): PortClause {
  const transport: Protocol = protocol ?? 'TCP';
  if (typeof port === 'number') { return { path, protocol: transport, first: port, last: endPort ?? port }; }
  return typeof port === 'string'
    ? { path, protocol: transport, name: port, first: 0, last: 0 }
    : { path, protocol: transport, first: 1, last: 65535 };
}
