import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { NAMESPACE } from './argument-shapes';
import { Direction, Network, policyRule } from './network';
import { Peer } from './peer';
import { Port } from './port';
import { namespaceOf } from './private/selector-input';
import { checkArguments, checkedPath, checkedScope, FLAG, instanceOf, listOf, optional, structOf } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { PolicyObject } from '../cdk8s/policy-object';
import { NetworkPolicyEgressRule } from '../k8s/objects';

/** What a default deny denies. */
export interface DefaultDenyProps {
  /**
   * The namespace whose pods may only do what a policy allows, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;

  /**
   * Whether ingress is denied. If false, all pods of the namespace accept every connection, and the edges of its tiers become no ingress
   * policies, because these would isolate the pods of the tiers.
   *
   * @default true
   */
  readonly ingress?: boolean;

  /**
   * Whether egress is denied. If false, all pods of the namespace may open every connection, and the edges of its tiers become no egress
   * policies, because these would isolate the pods of the tiers.
   *
   * @default true
   */
  readonly egress?: boolean;

  /**
   * Whether a policy `allow-dns` allows all pods of the namespace to reach DNS. Without `egress`, there is no such policy.
   *
   * @default true
   */
  readonly dns?: boolean;

  /**
   * The DNS servers. A peer without ports of its own means UDP 53 and TCP 53. A peer that contains a tier throws, because the ingress of that
   * tier would not be allowed. An empty list throws, and so does a list with `dns: false` or `egress: false`.
   *
   * @default - Peer.clusterDns()
   */
  readonly dnsServers?: Peer[];
}

/** The namespace whose default deny is turned off. */
export interface DefaultDenyOffOptions {
  /**
   * The namespace, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const DEFAULT_DENY_PROPS = structOf<DefaultDenyProps>('{ dns: false }', {
  namespace: optional(NAMESPACE),
  ingress: optional(FLAG),
  egress: optional(FLAG),
  dns: optional(FLAG),
  dnsServers: optional(listOf(instanceOf(Peer, () => "write Peer.clusterDns(...), or Peer.cidr('169.254.20.10/32') for an address"))),
});

const DEFAULT_DENY_OFF_OPTIONS = structOf<DefaultDenyOffOptions>("{ namespace: 'shop' }", { namespace: optional(NAMESPACE) });

/** The props of the constructor, and what the factories add to them. */
interface InternalProps extends DefaultDenyProps {
  readonly form?: 'automatic' | 'off';
}

/**
 * Denies all pods of a namespace every connection that no other policy allows, by a policy `default-deny-all`. A second policy, `allow-dns`,
 * allows them to reach DNS.
 *
 * The first tier of a namespace makes a default deny with the defaults. To configure it, make a `DefaultDeny` before or after the tiers: it
 * replaces the automatic one. A second `DefaultDeny` for the same namespace throws.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 *
 * @example
 *
 * new DefaultDeny(this, 'deny', {
 *   dnsServers: [Peer.clusterDns(), Peer.cidr('169.254.20.10/32')], // the second is a node-local cache
 * });
 */
export class DefaultDeny extends Construct {
  /**
   * Turns the default deny of a namespace off: neither `default-deny-all` nor `allow-dns` is written. Use it if the namespace has a default
   * deny from elsewhere, or if only the pods of tiers are to be isolated, each by the policies of its edges. Without `allow-dns`, a tier with
   * egress needs `allowTo(Peer.clusterDns())`.
   *
   * Throws if the namespace already has a `DefaultDeny`.
   *
   * @param options the namespace
   */
  public static turnOff(scope: Construct, id: string, options?: DefaultDenyOffOptions): DefaultDeny {
    const path = checkedPath('DefaultDeny.turnOff(...)', scope, id);
    checkArguments(`${path}: DefaultDeny.turnOff(...)`, { options: [options, optional(DEFAULT_DENY_OFF_OPTIONS)] });
    const off: InternalProps = { namespace: options?.namespace, form: 'off' };
    return new DefaultDeny(scope, id, off);
  }

  /**
   * Makes a default deny for the namespace of a tier, in the tier's chart, unless there is one.
   * @internal
   */
  public static _ensure(tier: IConstruct, namespace: string | undefined): void {
    if (Network.of(tier).deny(namespace) !== undefined) { return; }
    const automatic: InternalProps = { namespace, form: 'automatic' };
    // An id that is unlikely to collide with one of the user's. It appears in no name.
    new DefaultDeny(Chart.of(tier), `cdk8s-netpol.default-deny${namespace === undefined ? '' : `.${namespace}`}`, automatic);
  }

  /**
   * Throws if the namespace already has a `DefaultDeny` that a tier did not make, if neither direction is denied, if `dnsServers` is empty or
   * contradicts the other properties, and if there is no chart around the construct.
   *
   * @param props the namespace and what is denied
   */
  constructor(scope: Construct, id: string, props?: DefaultDenyProps) {
    super(checkedScope('new DefaultDeny(...)', scope, id), id);
    const { path } = this.node;
    checkArguments(`${path}: new DefaultDeny(...)`, { props: [props, optional(DEFAULT_DENY_PROPS)] });
    const { form } = (props ?? {}) as InternalProps;
    const namespace = namespaceOf(this, props?.namespace);
    const restricts: Record<Direction, boolean> = { ingress: props?.ingress ?? true, egress: props?.egress ?? true };
    if (!restricts.ingress && !restricts.egress) {
      throw callError(path, 'ingress: false and egress: false deny nothing', `write DefaultDeny.turnOff(scope, '${id}') to turn the default deny off`);
    }
    const dnsServers = readDnsServers(path, props);
    const network = Network.of(this);
    const other = network.deny(namespace);
    if (other?.automatic === false) {
      throw callError(path, `${namespaceTitle(namespace)} already has a DefaultDeny, at ${other.construct.node.path}`, 'remove one of the two');
    }
    network.setDeny(namespace, { construct: this, automatic: form === 'automatic', restricts });
    if (form === 'off') { return; }
    const types = [...(restricts.ingress ? ['Ingress' as const] : []), ...(restricts.egress ? ['Egress' as const] : [])];
    const name = `default-deny-${types.length === 2 ? 'all' : types[0].toLowerCase()}`;
    new PolicyObject(this, 'deny', {
      namespace,
      name,
      key: JSON.stringify(['namespace', namespace ?? null, name]),
      spec: () => ({ podSelector: {}, policyTypes: types }),
      descriptions: () => [],
    });
    if (dnsServers.length === 0) { return; }
    new PolicyObject(this, 'dns', {
      namespace,
      name: 'allow-dns',
      key: JSON.stringify(['namespace', namespace ?? null, 'allow-dns']),
      spec: () => ({ podSelector: {}, policyTypes: ['Egress'], egress: dnsRules(dnsServers, namespace) }),
      descriptions: () => [],
    });
  }
}

/** The DNS servers to allow. None if DNS is off, or if egress is not denied. */
function readDnsServers(path: string, props: DefaultDenyProps | undefined): readonly Peer[] {
  const servers = props?.dnsServers;
  const where = `${path}: dnsServers`;
  if (servers !== undefined) {
    if (servers.length === 0) {
      throw callError(where, 'the list is empty', 'name at least one Peer, or write dns: false');
    }
    if (props?.dns === false || props?.egress === false) {
      throw callError(where, `servers are given, but ${props.dns === false ? 'dns' : 'egress'} is false`, 'leave one of the two out');
    }
    const tier = servers.flatMap(server => server._edgeEnds).find(end => end.tier !== undefined);
    if (tier !== undefined) {
      throw callError(where, `${tier.title} is a tier, and its ingress would not be allowed`,
        'name its pods by Peer.pods(...), and call allowFrom(Peer.thisNamespace(), { ports: [Port.udp(53), Port.tcp(53)] }) on the tier');
    }
  }
  return (props?.dns ?? true) && (props?.egress ?? true) ? servers ?? [Peer.clusterDns()] : [];
}

function dnsRules(servers: readonly Peer[], namespace: string | undefined): NetworkPolicyEgressRule[] {
  const rules = servers.flatMap(server => server._edgeEnds)
    .map(end => policyRule('egress', end.peers(namespace), end.ports() ?? [Port.tcp(53), Port.udp(53)]));
  const byText = new Map(rules.map(rule => [JSON.stringify(rule), rule]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}

function namespaceTitle(namespace: string | undefined): string {
  return namespace === undefined ? 'the namespace without a name' : `namespace ${namespace}`;
}
