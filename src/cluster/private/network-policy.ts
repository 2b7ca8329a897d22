import { Path } from '../../findings/finding';
import { Cidr, parseCidr } from '../../k8s/address';
import { Direction, LabelSelector, Protocol } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { PeerClause, Policy, PortClause, Rule } from '../cluster';

/*
 * A NetworkPolicy that passed validation, with the defaults of the API server. In every list and object `null` is the zero value, so
 * `ingress: [null]` is a rule that allows everything.
 */

type Nullable<T> = T | null | undefined;

interface Spec {
  readonly podSelector?: Nullable<LabelSelector>;
  readonly policyTypes?: Nullable<readonly string[]>;
  readonly ingress?: Nullable<readonly Nullable<RuleFields>[]>;
  readonly egress?: Nullable<readonly Nullable<RuleFields>[]>;
}

interface RuleFields {
  readonly from?: Nullable<readonly PeerFields[]>;
  readonly to?: Nullable<readonly PeerFields[]>;
  readonly ports?: Nullable<readonly Nullable<PortFields>[]>;
}

interface PeerFields {
  readonly podSelector?: Nullable<LabelSelector>;
  readonly namespaceSelector?: Nullable<LabelSelector>;
  readonly ipBlock?: Nullable<{ readonly cidr: string; readonly except?: Nullable<readonly string[]> }>;
}

interface PortFields {
  readonly protocol?: Nullable<Protocol>;
  readonly port?: Nullable<number | string>;
  readonly endPort?: Nullable<number>;
}

/** Reads the `spec` of a valid NetworkPolicy. */
export function policyOf(spec: unknown, identity: Pick<Policy, 'namespace' | 'name' | 'origin' | 'isGenerated'>): Policy {
  // Validation has checked that the fields have these types.
  const { podSelector, policyTypes, ingress, egress } = (spec ?? {}) as Spec;
  // Without policyTypes a policy isolates for ingress, and for egress too if it has an egress rule (NetworkPolicySpec, policyTypes).
  const types = policyTypes?.length ? policyTypes : egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    ...identity,
    subject: Selector.from(podSelector ?? {}),
    ingress: types.includes('Ingress') ? rulesOf(ingress, 'ingress', 'from') : undefined,
    egress: types.includes('Egress') ? rulesOf(egress, 'egress', 'to') : undefined,
  };
}

function rulesOf(rules: Spec['ingress'], section: Direction, peersField: 'from' | 'to'): Rule[] {
  return (rules ?? []).map((rule, i) => {
    const path = ['spec', section, i];
    const peers = rule?.[peersField];
    const ports = rule?.ports;
    return {
      path,
      peers: peers?.length ? peers.map((peer, at) => peerOf(peer, [...path, peersField, at])) : undefined,
      ports: ports?.length ? ports.map((port, at) => portOf(port ?? {}, [...path, 'ports', at])) : undefined,
    };
  });
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: PeerFields, path: Path): PeerClause {
  return ipBlock
    ? { kind: 'addresses', path, block: blockOf(ipBlock.cidr), except: (ipBlock.except ?? []).map(blockOf) }
    : { kind: 'pods', path, namespaces: namespaceSelector ? Selector.from(namespaceSelector) : undefined, pods: Selector.from(podSelector ?? {}) };
}

function blockOf(cidr: string): Cidr {
  return parseCidr(cidr) as Cidr;
}

function portOf({ protocol, port, endPort }: PortFields, path: Path): PortClause {
  const transport: Protocol = protocol ?? 'TCP';
  if (typeof port === 'number') { return { path, protocol: transport, first: port, last: endPort ?? port }; }
  return typeof port === 'string'
    ? { path, protocol: transport, name: port, first: 0, last: 0 }
    : { path, protocol: transport, first: 1, last: 65535 };
}
