import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Peer } from './peer';
import { Port } from './port';
import { callError } from '../cdk8s/call-error';
import { namespaceOf } from './private/selector-input';
import { PolicyObject } from '../cdk8s/policy-object';
import { Direction, policyPorts } from './private/edge';
import { Registry } from './private/registry';
import { NetworkPolicyEgressRule } from '../k8s/objects';

/** What a default deny covers. */
export interface DefaultDenyProps {
  /**
   * The namespace whose pods are denied everything that no policy allows.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;

  /**
   * Deny what comes in. Where this is false, incoming connections of the namespace stay open: no policy
   * for them is made, for a tier's edges neither, since it would isolate the tier's pods.
   *
   * @default true
   */
  readonly ingress?: boolean;

  /**
   * Deny what goes out. Where this is false, outgoing connections of the namespace stay open: no policy
   * for them is made, for a tier's edges neither, since it would isolate the tier's pods.
   *
   * @default true
   */
  readonly egress?: boolean;

  /**
   * Let all pods of the namespace reach DNS, by a policy `allow-dns`. It is made only where egress is denied.
   *
   * @default true
   */
  readonly dns?: boolean;

  /**
   * Where DNS is: on the peer's own ports, else on UDP 53 and TCP 53. A peer that holds a tier throws: the
   * tier's own half would be missing.
   *
   * @default - Peer.clusterDns()
   */
  readonly dnsServers?: Peer[];
}

/** Which namespace's default deny is turned off. */
export interface DefaultDenyOffProps {
  /**
   * The namespace.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** What a factory adds to the props. */
interface Form extends DefaultDenyProps {
  readonly form?: 'automatic' | 'off';
}

/**
 * Denies all pods of a namespace everything that no policy allows: `default-deny-all`, and beside it
 * `allow-dns`.
 *
 * One is made by itself with the first tier of each namespace. Write this construct to configure it,
 * before or after the tiers; it takes the place of that one. Two for one namespace throw.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 *
 * @example
 *
 * new DefaultDeny(this, 'deny', {
 *   dnsServers: [Peer.clusterDns(), Peer.cidr('169.254.20.10/32')], // a node-local cache, too
 * });
 */
export class DefaultDeny extends Construct {
  /**
   * Turns the default deny of a namespace off: neither a deny nor an allowance for DNS is made. For
   * namespaces whose deny is somebody else's object, or where only the tiers' own pods are to be isolated,
   * each by its edges. A tier with outgoing edges then needs `allowTo(Peer.clusterDns())`.
   *
   * Throws where the namespace has a `DefaultDeny` already.
   *
   * @param scope the scope
   * @param id the id
   * @param props which namespace
   */
  public static turnOff(scope: Construct, id: string, props?: DefaultDenyOffProps): DefaultDeny {
    const off: Form = { namespace: props?.namespace, form: 'off' };
    return new DefaultDeny(scope, id, off);
  }

  /**
   * Sees to it that a namespace has one, in the chart of the tier that asks.
   * @internal
   */
  public static _ensure(tier: IConstruct, namespace: string | undefined): void {
    if (Registry.of(tier).deny(namespace) !== undefined) { return; }
    const automatic: Form = { namespace, form: 'automatic' };
    // An id that nobody else is likely to want: it shows in no name.
    new DefaultDeny(Chart.of(tier), `cdk8s-netpol.default-deny${namespace === undefined ? '' : `.${namespace}`}`, automatic);
  }

  /**
   * Throws where the namespace has another `DefaultDeny` that somebody wrote, where neither direction is
   * denied, and where `dnsServers` is empty or contradicts the other properties.
   *
   * @param scope the scope
   * @param id the id
   * @param props what it covers
   */
  constructor(scope: Construct, id: string, props?: DefaultDenyProps) {
    super(scope, id);
    const { form } = (props ?? {}) as Form;
    const namespace = namespaceOf(this, props?.namespace);
    const restricts: Record<Direction, boolean> = { ingress: props?.ingress ?? true, egress: props?.egress ?? true };
    const { path } = this.node;
    if (!restricts.ingress && !restricts.egress) {
      throw callError(path, 'ingress: false and egress: false deny nothing', `write DefaultDeny.turnOff(scope, '${id}') to turn it off by name`);
    }
    const dnsServers = readDnsServers(path, props);
    const registry = Registry.of(this);
    const other = registry.deny(namespace);
    if (other?.automatic === false) {
      throw callError(path, `${namespaceTitle(namespace)} has a DefaultDeny already, at ${other.construct.node.path}`, 'write one of the two, and configure that');
    }
    registry.setDeny(namespace, { construct: this, automatic: form === 'automatic', restricts });
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

/** The DNS servers to let through: none where DNS is not wanted, or egress is open anyway. */
function readDnsServers(path: string, props: DefaultDenyProps | undefined): readonly Peer[] {
  const servers = props?.dnsServers;
  const where = `${path}: dnsServers`;
  if (servers !== undefined) {
    if (servers.length === 0) {
      throw callError(where, 'the list is empty', 'name at least one Peer, or write dns: false');
    }
    if (props?.dns === false || props?.egress === false) {
      throw callError(where, `the servers are named, but ${props.dns === false ? 'dns' : 'egress'} is false`, 'leave one of the two out');
    }
    const tier = servers.flatMap(s => s._parties()).find(p => p.tier !== undefined);
    if (tier !== undefined) {
      throw callError(where, `${tier.title} is a tier, whose own half would be missing`,
        'name the pods by Peer.pods(...), and let them be reached by allowFrom(Peer.thisNamespace(), { ports: [Port.udp(53), Port.tcp(53)] }) of the tier');
    }
  }
  return (props?.dns ?? true) && (props?.egress ?? true) ? servers ?? [Peer.clusterDns()] : [];
}

function dnsRules(servers: readonly Peer[], namespace: string | undefined): NetworkPolicyEgressRule[] {
  const rules = servers.flatMap(s => s._parties()).map(party => {
    const peers = party.clauses(namespace);
    const ports = policyPorts(party.ports() ?? [Port.tcp(53), Port.udp(53)]);
    return { ...(peers === undefined ? {} : { to: peers }), ...(ports === undefined ? {} : { ports }) };
  });
  const byText = new Map(rules.map(rule => [JSON.stringify(rule), rule]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}

function namespaceTitle(namespace: string | undefined): string {
  return namespace === undefined ? 'the namespace that is not named' : `namespace ${namespace}`;
}
