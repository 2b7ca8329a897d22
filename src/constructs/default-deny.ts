import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { NAMESPACE, PORTS } from './argument-shapes';
import { edgeEndsOf, END, endsOrWorkload, titleOf } from './edge-ends';
import { Direction, EdgeEnd, Network, policyRule } from './network';
import { Peer } from './peer';
import { Port } from './port';
import { ImplicitTier } from './private/implicit-tier';
import { namespaceOf } from './private/selector-input';
import { LabelledPods } from './private/tier-pods';
import { checkArguments, checkedPath, checkedScope, FLAG, freeId, listOf, optional, propsOf, structOf } from '../cdk8s/call-arguments';
import { callError, withFix } from '../cdk8s/call-error';
import { clusterOf, outsideOfClusters } from '../cdk8s/cluster-boundaries';
import { PolicyObject } from '../cdk8s/policy-object';
import { addSynthValidation } from '../cdk8s/synth-run';
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
   * The DNS servers: peers, or peers of cdk8s-plus. A peer without ports of its own means UDP 53 and TCP 53. A tier, a workload, or a peer that
   * contains one throws, because its ingress would not be allowed. An empty list throws, and so does a list with `dns: false` or `egress: false`.
   *
   * @default - Peer.clusterDns()
   */
  readonly dnsServers?: IConstruct[];

  /**
   * Whether `allow-dns` also allows all pods of the namespace to reach NodeLocal DNSCache, a DNS cache on each node, at 169.254.20.10. If it
   * listens elsewhere, add `Peer.nodeLocalDns([...])` to `dnsServers`. Throws with `dns: false` or `egress: false`.
   *
   * @default false
   */
  readonly nodeLocalDns?: boolean;

  /**
   * What may scrape metrics from all pods of the namespace, such as `Peer.prometheus()`: a tier, a workload, or another peer that
   * `Tier.allowFrom` takes. An empty list throws, and so does a list with `ingress: false`.
   *
   * @default - nothing
   */
  readonly scrapedBy?: IConstruct[];

  /**
   * The ports that `scrapedBy` reaches. An empty list throws, and so does a list without `scrapedBy`.
   *
   * @default - the container port with the name `metrics`
   */
  readonly scrapePorts?: Port[];
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

const DEFAULT_DENY_PROPS = propsOf<DefaultDenyProps>('{ dns: false }', {
  namespace: optional(NAMESPACE),
  ingress: optional(FLAG),
  egress: optional(FLAG),
  dns: optional(FLAG),
  dnsServers: optional(listOf(END)),
  nodeLocalDns: optional(FLAG),
  scrapedBy: optional(listOf(END)),
  scrapePorts: optional(PORTS),
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
 * replaces the automatic one. A second `DefaultDeny` for the same namespace of the same cluster throws.
 *
 * Probes of the kubelet are not affected: traffic between a pod and the node that it runs on is always allowed. For other nodes, see `Peer.nodes`.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 *
 * @example
 *
 * new DefaultDeny(this, 'deny', {
 *   nodeLocalDns: true,             // the cluster has a DNS cache on each node
 *   scrapedBy: [Peer.prometheus()], // every pod may be scraped
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
   * Makes the default deny of a namespace with tiers and without a `DefaultDeny` of the program.
   * @internal
   */
  public static _automatic(chart: Chart, namespace: string | undefined): void {
    const automatic: InternalProps = { namespace, form: 'automatic' };
    // An id that is unlikely to collide with one of the user's. It appears in no name.
    new DefaultDeny(chart, `cdk8s-netpol.default-deny${namespace === undefined ? '' : `.${namespace}`}`, automatic);
  }

  /**
   * Throws if the namespace already has a `DefaultDeny` that a tier did not make, if neither direction is denied, if `dnsServers` is empty or
   * contradicts the other properties, and if there is no chart around the construct.
   *
   * @param props the namespace and what is denied
   */
  constructor(scope: Construct, id: string, props?: DefaultDenyProps) {
    super(checkedScope('new DefaultDeny(...)', scope, id), freeId(scope, id, 'give this one another id', 'new DefaultDeny(...)'));
    const { path } = this.node;
    checkArguments(`${path}: new DefaultDeny(...)`, { props: [props, optional(DEFAULT_DENY_PROPS)] });
    const { form } = (props ?? {}) as InternalProps;
    const namespace = namespaceOf(this, props?.namespace);
    const restricts: Record<Direction, boolean> = { ingress: props?.ingress ?? true, egress: props?.egress ?? true };
    if (!restricts.ingress && !restricts.egress) {
      throw callError(path, 'ingress: false and egress: false deny nothing', `write DefaultDeny.turnOff(scope, '${id}') to turn the default deny off`);
    }
    const dnsServers = readDnsServers(path, props);
    const scraping = readScraping(path, props);
    const network = Network.of(this);
    const other = network.deny(clusterOf(this), namespace);
    if (other?.automatic === false) { throw callError(path, ...secondDeny(this, namespace, other.construct)); }
    network.setDeny({ construct: this, namespace, automatic: form === 'automatic', restricts, isOff: form === 'off' });
    if (form !== 'automatic') {
      addSynthValidation(this, () => {
        const first = network.deny(clusterOf(this), namespace)!.construct;
        // Boundaries that were stated later can bring two into one cluster.
        return [...outsideOfClusters(this), ...first === this ? [] : [withFix(...secondDeny(this, namespace, first))]];
      });
    }
    if (form === 'off') { return; }
    const types = [...(restricts.ingress ? ['Ingress' as const] : []), ...(restricts.egress ? ['Egress' as const] : [])];
    const name = `default-deny-${types.length === 2 ? 'all' : types[0].toLowerCase()}`;
    new PolicyObject(this, 'deny', {
      namespace,
      name,
      key: JSON.stringify(['namespace', namespace ?? null, name]),
      stage: 'deny',
      spec: () => ({ podSelector: {}, policyTypes: types }),
      descriptions: () => [],
    });
    if (dnsServers.length > 0) {
      new PolicyObject(this, 'dns', {
        namespace,
        name: 'allow-dns',
        key: JSON.stringify(['namespace', namespace ?? null, 'allow-dns']),
        stage: 'dns',
        spec: () => ({ podSelector: {}, policyTypes: ['Egress'], egress: dnsRules(dnsServers, namespace) }),
        descriptions: () => [],
      });
    }
    if (scraping === undefined) { return; }
    const everyPod = new ImplicitTier(this, 'pods', {
      name: 'all-pods', title: `all pods of ${namespaceTitle(namespace)}`, namespace, pods: new LabelledPods({}),
    });
    network.allow(`${path}: scrapedBy`, scraping.sources, everyPod._edgeEnds, { ports: scraping.ports });
  }
}

/** The DNS servers to allow. None if DNS is off, or if egress is not denied. */
function readDnsServers(path: string, props: DefaultDenyProps | undefined): readonly EdgeEnd[] {
  const { dnsServers, nodeLocalDns = false } = props ?? {};
  const where = `${path}: dnsServers`;
  if (dnsServers?.length === 0) { throw callError(where, 'the list is empty', 'name at least one Peer, or write dns: false'); }
  if (dnsServers !== undefined) { checkDnsIsAllowed(where, 'servers are given', props); }
  if (nodeLocalDns) { checkDnsIsAllowed(`${path}: nodeLocalDns`, 'it is true', props); }
  if (props?.dns === false || props?.egress === false) { return []; }
  return [...dnsServers ?? [Peer.clusterDns()], ...(nodeLocalDns ? [Peer.nodeLocalDns()] : [])].flatMap(server => {
    const ends = endsOrWorkload(where, server);
    if (!ApiObject.isApiObject(ends) && ends.every(end => end.tier === undefined)) { return ends; }
    throw callError(where, `${titleOf(server)} is a tier or a workload, and its ingress would not be allowed`,
      'name its pods by Peer.pods(...), and call allowFrom(Peer.thisNamespace(), { ports: [Port.udp(53), Port.tcp(53)] }) on the tier');
  });
}

function checkDnsIsAllowed(where: string, given: string, { dns, egress }: DefaultDenyProps = {}): void {
  if (dns !== false && egress !== false) { return; }
  throw callError(where, `${given}, but ${dns === false ? 'dns' : 'egress'} is false`, 'leave one of the two out');
}

interface Scraping {
  readonly sources: readonly EdgeEnd[];
  readonly ports: Port[];
}

/** What may scrape the pods, and on which ports. Undefined if nothing may. */
function readScraping(path: string, props: DefaultDenyProps | undefined): Scraping | undefined {
  const { scrapedBy, scrapePorts = [Port.named('metrics')], ingress } = props ?? {};
  const where = `${path}: scrapedBy`;
  Port._checkList(`${path}: scrapePorts`, scrapePorts);
  if (scrapedBy === undefined) {
    if (props?.scrapePorts === undefined) { return undefined; }
    throw callError(`${path}: scrapePorts`, 'ports are given, but nothing that may reach them',
      'write scrapedBy: [Peer.prometheus()] too, or leave the ports out');
  }
  if (scrapedBy.length === 0) { throw callError(where, 'the list is empty', 'name at least one peer, such as Peer.prometheus(), or leave the list out'); }
  if (ingress === false) { throw callError(where, 'peers are given, but ingress is false', 'leave one of the two out'); }
  return { sources: scrapedBy.flatMap(source => edgeEndsOf(where, source)), ports: scrapePorts };
}

function dnsRules(servers: readonly EdgeEnd[], namespace: string | undefined): NetworkPolicyEgressRule[] {
  const rules = servers.map(end => policyRule('egress', end.peers(namespace), end.ports() ?? [Port.tcp(53), Port.udp(53)]));
  const byText = new Map(rules.map(rule => [JSON.stringify(rule), rule]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}

/** What is wrong with a second DefaultDeny, and the fix. */
function secondDeny(second: IConstruct, namespace: string | undefined, first: IConstruct): [string, string] {
  const isOneChart = Chart.of(second) === Chart.of(first);
  return [
    `${namespaceTitle(namespace)} already has a DefaultDeny, at ${first.node.path}`,
    `remove one of the two${isOneChart ? '' : "; or if their charts are for two clusters, call ClusterBoundary.of(chart).add('...') for each chart"}`,
  ];
}

function namespaceTitle(namespace: string | undefined): string {
  return namespace === undefined ? 'the namespace without a name' : `namespace ${namespace}`;
}
