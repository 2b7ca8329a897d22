import { IPeer } from './endpoint';
import { edgeEndsOf, EdgeEnd } from './network';
import { ApiServerOptions, CidrOptions, ClusterDnsOptions, NamespacesOptions, PlatformPodsOptions, PodsOptions } from './peer-options';
import { Port } from './port';
import { namespaceByName, formatSelector, readSelector } from './private/selector-input';
import { callError } from '../cdk8s/call-error';
import { slug } from '../cdk8s/policy-names';
import { blockOf, cidrFix, parseCidr, Cidr } from '../k8s/address';
import { NetworkPolicyPeer } from '../k8s/objects';
import { PUBLIC_INTERNET } from '../k8s/public-internet';

/**
 * The other end of an edge, if it is not a tier: addresses, pods by label, namespaces, or a part of the platform such as DNS. Policies are
 * written for the tier only, never for the pods of a peer: such a policy would isolate pods that the app does not describe.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
 *
 * @example
 *
 * const backend = new Tier(this, 'backend', { ports: [Port.tcp(8080)] });
 * backend.allowFrom(Peer.ingressController());
 * backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });
 */
export class Peer implements IPeer {
  /**
   * The addresses of a block (`ipBlock` in the API), for addresses outside the cluster. Network plugins differ in whether a block also
   * matches pods whose addresses are in it.
   *
   * @param block an IPv4 or IPv6 block in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`, without host bits. Throws otherwise.
   * @param options blocks to exclude
   */
  public static cidr(block: string, options?: CidrOptions): Peer {
    const where = `Peer.cidr('${block}')`;
    const whole = readCidr(where, block);
    const excluding = [...new Set(options?.excluding ?? [])].sort();
    for (const text of excluding) {
      const part = readCidr(`${where}: excluding`, text);
      if (part.family !== whole.family || part.first < whole.first || part.last > whole.last || part.prefix === whole.prefix) {
        throw callError(where, `the excluded block '${text}' is not a smaller block inside ${block}`,
          `exclude only blocks that are inside ${block} and smaller`);
      }
    }
    const peer = { ipBlock: { cidr: block, ...(excluding.length > 0 ? { except: excluding } : {}) } };
    return new Peer(slug(block), excluding.length > 0 ? `${block} except ${excluding.join(', ')}` : block, [peer]);
  }

  /** Every IPv4 address. */
  public static anyIpv4(): Peer {
    return new Peer('any-ipv4', 'any IPv4 address', [{ ipBlock: { cidr: '0.0.0.0/0' } }]);
  }

  /** Every IPv6 address. */
  public static anyIpv6(): Peer {
    return new Peer('any-ipv6', 'any IPv6 address', [{ ipBlock: { cidr: '::/0' } }]);
  }

  /** Every address, IPv4 and IPv6. */
  public static anyAddress(): Peer {
    return new Peer('any-address', 'any address', [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
  }

  /**
   * The addresses of the public internet, without addresses that lead back into a private network. For IPv4 these blocks are excluded:
   *
   * - `0.0.0.0/8`: "this network"; on Linux 0.0.0.0 is the host itself
   * - `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`: private networks, including those of most clusters
   * - `100.64.0.0/10`: carrier-grade NAT, which clouds use internally; it contains a metadata service (100.100.100.200)
   * - `127.0.0.0/8`: loopback
   * - `169.254.0.0/16`: link-local; it contains the metadata service 169.254.169.254, which gives out credentials
   * - `168.63.129.16/32`: a public address that is the host's metadata service in one cloud
   * - `192.0.0.0/24`: protocol assignments; it contains the metadata service of one cloud (192.0.0.192)
   * - `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`: documentation
   * - `192.88.99.0/24`: 6to4 relays, which are retired
   * - `198.18.0.0/15`: benchmarks; some networks use it internally
   * - `224.0.0.0/4`, `240.0.0.0/4`: multicast, and reserved addresses including broadcast
   *
   * For IPv6 it is `2000::/3`, the block of global addresses. Loopback, link-local and the private `fc00::/7` are outside it. These blocks
   * are excluded:
   *
   * - `2001::/23`: protocol assignments, including Teredo, which carries IPv4 addresses
   * - `2001:db8::/32`, `3fff::/20`: documentation
   * - `2002::/16`: 6to4, which carries IPv4 addresses, also private ones
   *
   * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
   * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
   */
  public static publicInternet(): Peer {
    return new Peer('internet', 'the public internet', PUBLIC_INTERNET);
  }

  /** Every pod and every address (a rule without `from` or `to` in the API). */
  public static anything(): Peer { return new Peer('anything', 'anything', undefined); }

  /**
   * Pods by their labels, in one namespace, in several, or in all. Unless `options` name namespaces, the pods are in the namespace of the tier
   * that uses the peer.
   *
   * Throws if neither labels nor expressions are given; if one of them is empty; and if `options` name namespaces in more than one way.
   *
   * @param options the labels of the pods, and their namespaces
   */
  public static pods(options: PodsOptions): Peer {
    const where = 'Peer.pods(...)';
    const everything = 'write Peer.thisNamespace(), Peer.namespace(...) or Peer.allNamespaces()';
    const podSelector = readSelector(where, options, { labels: 'labels', expressions: 'matchExpressions', everything });
    if (podSelector === undefined) {
      throw callError(where, 'neither labels nor matchExpressions are given, which would mean all pods',
        `name the labels of the pods; if you mean all pods, ${everything}`);
    }
    const title = `pods with ${formatSelector(podSelector)}`;
    const name = `pods-${slug(formatSelector(podSelector))}`;
    const namespaces = readSelector(where, { labels: options.namespaceLabels, matchExpressions: options.namespaceExpressions }, {
      labels: 'namespaceLabels', expressions: 'namespaceExpressions', everything: 'write allNamespaces: true',
    });
    if ([options.namespace !== undefined, namespaces !== undefined, options.allNamespaces === true].filter(x => x).length > 1) {
      throw callError(where, 'namespaces are named in more than one way',
        'give only one of namespace, allNamespaces, and namespaceLabels with namespaceExpressions, or combine several peers by Peer.anyOf([...])');
    }
    if (options.namespace !== undefined) {
      return new Peer(`${name}-in-${options.namespace}`, `${title} in namespace ${options.namespace}`,
        [{ namespaceSelector: namespaceByName(where, options.namespace), podSelector }]);
    }
    if (namespaces !== undefined) {
      return new Peer(`${name}-in-${slug(formatSelector(namespaces))}`, `${title} in namespaces with ${formatSelector(namespaces)}`,
        [{ namespaceSelector: namespaces, podSelector }]);
    }
    return options.allNamespaces
      ? new Peer(`${name}-in-all-namespaces`, `${title} in all namespaces`, [{ namespaceSelector: {}, podSelector }])
      : new Peer(name, title, [{ podSelector }]);
  }

  /** All pods of the namespace of the tier that uses the peer. */
  public static thisNamespace(): Peer {
    return new Peer('this-namespace', 'all pods of the same namespace', [{ podSelector: {} }]);
  }

  /**
   * All pods of one namespace. The rule selects it by the label `kubernetes.io/metadata.name`, which every namespace has.
   *
   * @param name the name of the namespace, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-'). Throws otherwise.
   */
  public static namespace(name: string): Peer {
    return new Peer(`namespace-${name}`, `namespace ${name}`, [{ namespaceSelector: namespaceByName(`Peer.namespace('${name}')`, name) }]);
  }

  /**
   * All pods of the namespaces with these labels. Throws if neither labels nor expressions are given, and if one of them is empty.
   *
   * @param options the labels of the namespaces
   */
  public static namespaces(options: NamespacesOptions): Peer {
    const where = 'Peer.namespaces(...)';
    const everything = 'write Peer.allNamespaces()';
    const namespaceSelector = readSelector(where, options, { labels: 'labels', expressions: 'matchExpressions', everything });
    if (namespaceSelector === undefined) {
      throw callError(where, 'neither labels nor matchExpressions are given, which would mean all namespaces',
        `name the labels of the namespaces; if you mean all of them, ${everything}`);
    }
    const text = formatSelector(namespaceSelector);
    return new Peer(`namespaces-${slug(text)}`, `namespaces with ${text}`, [{ namespaceSelector }]);
  }

  /** All pods of all namespaces, but no addresses outside the cluster: for these, see `anything`. */
  public static allNamespaces(): Peer {
    return new Peer('all-namespaces', 'all pods of all namespaces', [{ namespaceSelector: {} }]);
  }

  /**
   * The cluster's DNS servers, by default `k8s-app=kube-dns` in `kube-system` on UDP 53 and TCP 53. `DefaultDeny` allows egress to them
   * by default.
   *
   * If the cluster has a node-local DNS cache, its address is a peer of its own: `Peer.cidr('169.254.20.10/32')`.
   *
   * @param options where the DNS servers of other clusters run
   * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
   */
  public static clusterDns(options?: ClusterDnsOptions): Peer {
    const ports = Port._checkList('Peer.clusterDns(...)', options?.ports) ?? [Port.udp(53), Port.tcp(53)];
    return Peer._platform('Peer.clusterDns(...)', 'cluster-dns', 'cluster DNS',
      { namespace: options?.namespace ?? 'kube-system', labels: options?.labels ?? { 'k8s-app': 'kube-dns' } }, ports);
  }

  /**
   * The Kubernetes API server, by its address: it runs on the host's network, and no selector matches it. To find its addresses, look for
   * `kubernetes` in `kubectl get endpointslices -n default`. For several addresses, write
   * `Peer.anyOf([Peer.apiServer(...), Peer.apiServer(...)])`.
   *
   * @param address an IP address or a block in CIDR notation. Throws otherwise.
   * @param options the ports, by default TCP 443 and TCP 6443: some network plugins see the port of the Service, others that of the server
   */
  public static apiServer(address: string, options?: ApiServerOptions): Peer {
    const where = `Peer.apiServer('${address}')`;
    const block = blockOf(address);
    readCidr(where, block);
    const ports = Port._checkList(where, options?.ports) ?? [Port.tcp(443), Port.tcp(6443)];
    return new Peer(`api-server-${slug(address)}`, `the API server at ${address}`, [{ ipBlock: { cidr: block } }], ports);
  }

  /**
   * The Ingress controller, for `allowFrom`: by default all pods of the namespace `ingress-nginx`.
   *
   * @param options another namespace, or the labels of the controller's pods
   */
  public static ingressController(options?: PlatformPodsOptions): Peer {
    return Peer._platform('Peer.ingressController(...)', 'ingress-controller', 'the Ingress controller',
      { namespace: options?.namespace ?? 'ingress-nginx', labels: options?.labels });
  }

  /**
   * Prometheus, for `allowFrom`: by default all pods of the namespace `monitoring`.
   *
   * @param options another namespace, or the labels of the pods of Prometheus
   */
  public static prometheus(options?: PlatformPodsOptions): Peer {
    return Peer._platform('Peer.prometheus(...)', 'prometheus', 'Prometheus',
      { namespace: options?.namespace ?? 'monitoring', labels: options?.labels });
  }

  /**
   * Several peers in one. Each member is an edge of its own, with its own policy and its own ports.
   *
   * @param peers one or more tiers and peers. An empty list throws.
   */
  public static anyOf(peers: IPeer[]): Peer {
    if (peers.length === 0) {
      throw callError('Peer.anyOf([])', 'the list is empty', 'name at least one Tier or Peer; if you mean everything, write Peer.anything()');
    }
    const ends = peers.flatMap(peer => edgeEndsOf('Peer.anyOf([...])', peer));
    const names = [...new Set(ends.map(end => end.name))].sort();
    const titles = [...new Set(ends.map(end => end.title))].sort();
    return new Peer(names.join('-or-'), `any of: ${titles.join('; ')}`, undefined, undefined, ends);
  }

  /** @internal */
  private static _platform(where: string, name: string, title: string,
    { namespace, labels }: { readonly namespace: string; readonly labels?: { readonly [key: string]: string } }, ports?: readonly Port[]): Peer {
    const everything = 'leave labels out for all pods of the namespace';
    const podSelector = readSelector(where, { labels }, { labels: 'labels', expressions: 'matchExpressions', everything });
    const peer = { namespaceSelector: namespaceByName(where, namespace), ...(podSelector === undefined ? {} : { podSelector }) };
    return new Peer(name, `${title} in namespace ${namespace}`, [peer], ports);
  }

  /** The peer's part in the names of policies: `internet` in `allow-backend-to-internet-egress`. */
  public readonly peerName: string;

  /** The peer's name in messages. */
  public readonly endpointName: string;

  /** @internal */
  public readonly _edgeEnds: readonly EdgeEnd[];

  private constructor(name: string, title: string,
    private readonly _policyPeers: readonly NetworkPolicyPeer[] | undefined,
    private readonly _ports?: readonly Port[],
    private readonly _members?: readonly EdgeEnd[],
  ) {
    this.peerName = name;
    this.endpointName = title;
    this._edgeEnds = _members ?? [{
      key: `peer:${JSON.stringify([name, _policyPeers ?? null])}`,
      name,
      title,
      ports: () => _ports,
      peers: () => _policyPeers,
    }];
  }

  /**
   * The same peer with another name in policies and messages: with `Peer.cidr('10.8.0.0/16').named('office')`, a policy is called
   * `allow-office-to-backend`. The members of `Peer.anyOf` keep their names in policies, because each has a policy of its own.
   *
   * @param name a name with at least one of a-z, A-Z and 0-9. Throws otherwise.
   * @returns a new peer; this one keeps its name
   */
  public named(name: string): Peer {
    if (!/[a-z0-9]/i.test(name)) {
      throw callError(`Peer.named('${name}')`, 'the name has no letter or digit', "write a name such as 'office'");
    }
    return new Peer(slug(name), name, this._policyPeers, this._ports, this._members);
  }
}

function readCidr(where: string, text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') { throw callError(where, `'${text}' ${cidr}`, cidrFix(text) ?? "write a CIDR block such as '10.0.0.0/8' or '2001:db8::/32'"); }
  return cidr;
}
