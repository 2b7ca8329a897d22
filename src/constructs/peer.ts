import { IPeer } from './endpoint';
import { edgeEndsOf, EdgeEnd } from './party';
import { ApiServerProps, CidrProps, ClusterDnsProps, NamespacesProps, PlatformPodsProps, PodsProps } from './peer-props';
import { Port } from './port';
import { slug } from '../cdk8s/policy-object';
import { readPorts } from './private/edge';
import { callError } from '../cdk8s/call-error';
import { namespaceByName, formatSelector, readSelector } from './private/selector-input';
import { cidrFix, parseCidr, Cidr, PUBLIC_INTERNET } from '../k8s/address';
import { NetworkPolicyPeer } from '../k8s/objects';

/**
 * The other side of an edge, where it is no tier: addresses, pods by label, namespaces, or a service
 * of the cluster's own. No policy is ever written for the pods of a peer, since it might isolate pods
 * that nobody described; only the tier's own half of the edge is.
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
   * The addresses of a CIDR block (`ipBlock` in the API). Meant for addresses outside the cluster:
   * whether a block matches pods whose addresses lie in it differs between network plugins.
   *
   * @param block an IPv4 or IPv6 block such as `10.0.0.0/8` or `2001:db8::/32`, without bits beyond its prefix; else this throws
   * @param props blocks to leave out
   */
  public static cidr(block: string, props?: CidrProps): Peer {
    const where = `Peer.cidr('${block}')`;
    const whole = readCidr(where, block);
    const excluding = [...new Set(props?.excluding ?? [])].sort();
    for (const text of excluding) {
      const part = readCidr(`${where}: excluding '${text}'`, text);
      if (part.family !== whole.family || part.first < whole.first || part.last > whole.last || part.prefix === whole.prefix) {
        throw callError(where, `excluding '${text}' is not a smaller block inside ${block}`,
          `leave out only blocks that lie inside ${block} and are smaller than it`);
      }
    }
    const clause = { ipBlock: { cidr: block, ...(excluding.length > 0 ? { except: excluding } : {}) } };
    return new Peer(slug(block), excluding.length > 0 ? `${block} except ${excluding.join(', ')}` : block, [clause]);
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
   * The addresses of the public internet, without those that lead back inside. Left out are, of IPv4:
   *
   * - `0.0.0.0/8`: "this network"; on Linux 0.0.0.0 is the host itself
   * - `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`: private networks, most clusters' own among them
   * - `100.64.0.0/10`: carrier-grade NAT, which clouds use inside; a metadata service (100.100.100.200) is in it
   * - `127.0.0.0/8`: loopback
   * - `169.254.0.0/16`: link-local, with the metadata service 169.254.169.254 that hands out credentials
   * - `168.63.129.16/32`: a public address that in one cloud is the host's own metadata service
   * - `192.0.0.0/24`: protocol assignments; one cloud's metadata service (192.0.0.192) is in it
   * - `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`: for documentation
   * - `192.88.99.0/24`: 6to4 relays, retired
   * - `198.18.0.0/15`: benchmarks, taken for internal use by some networks
   * - `224.0.0.0/4`, `240.0.0.0/4`: multicast, and reserved with broadcast
   *
   * Of IPv6 it is `2000::/3`, all that is given out for global use (so that loopback, link-local
   * and private `fc00::/7` are not in it), without:
   *
   * - `2001::/23`: protocol assignments, with Teredo, which carries IPv4 addresses
   * - `2001:db8::/32`, `3fff::/20`: for documentation
   * - `2002::/16`: 6to4, which carries IPv4 addresses, private ones too
   *
   * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
   * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
   */
  public static publicInternet(): Peer {
    return new Peer('internet', 'the public internet', PUBLIC_INTERNET);
  }

  /** Every pod and every address: a rule without `from` or `to`. */
  public static anything(): Peer { return new Peer('anything', 'anything', undefined); }

  /**
   * Pods by their labels, of one namespace, of several, or of all. Without a word on namespaces: those
   * of the namespace of the tier that uses the peer.
   *
   * Throws where neither labels nor expressions are given, where one of them is empty, and where more
   * than one kind of namespaces is asked for.
   *
   * @param props which pods
   */
  public static pods(props: PodsProps): Peer {
    const where = 'Peer.pods(...)';
    const everything = 'write Peer.thisNamespace(), Peer.namespace(...) or Peer.allNamespaces()';
    const podSelector = readSelector(where, props, { labels: 'labels', expressions: 'matchExpressions', everything });
    if (podSelector === undefined) {
      throw callError(where, 'neither labels nor matchExpressions are given, which would mean all pods',
        `name the pods' labels; for all pods on purpose ${everything}`);
    }
    const title = `pods with ${formatSelector(podSelector)}`;
    const name = `pods-${slug(formatSelector(podSelector))}`;
    const namespaces = readSelector(where, { labels: props.namespaceLabels, matchExpressions: props.namespaceExpressions }, {
      labels: 'namespaceLabels', expressions: 'namespaceExpressions', everything: 'write allNamespaces: true',
    });
    if ([props.namespace !== undefined, namespaces !== undefined, props.allNamespaces === true].filter(x => x).length > 1) {
      throw callError(where, 'namespace, namespaceLabels or namespaceExpressions, and allNamespaces say different things',
        'give one of them, or join several peers by Peer.anyOf([...])');
    }
    if (props.namespace !== undefined) {
      return new Peer(`${name}-in-${props.namespace}`, `${title} in namespace ${props.namespace}`,
        [{ namespaceSelector: namespaceByName(where, props.namespace), podSelector }]);
    }
    if (namespaces !== undefined) {
      return new Peer(`${name}-in-${slug(formatSelector(namespaces))}`, `${title} in namespaces with ${formatSelector(namespaces)}`,
        [{ namespaceSelector: namespaces, podSelector }]);
    }
    return props.allNamespaces
      ? new Peer(`${name}-in-all-namespaces`, `${title} in all namespaces`, [{ namespaceSelector: {}, podSelector }])
      : new Peer(name, title, [{ podSelector }]);
  }

  /** All pods of the namespace of the tier that uses the peer. */
  public static thisNamespace(): Peer {
    return new Peer('this-namespace', 'all pods of the same namespace', [{ podSelector: {} }]);
  }

  /**
   * All pods of one namespace, found by the label `kubernetes.io/metadata.name` that every namespace has.
   *
   * @param name the namespace's name, a DNS-1123 label; else this throws
   */
  public static namespace(name: string): Peer {
    return new Peer(`namespace-${name}`, `namespace ${name}`, [{ namespaceSelector: namespaceByName(`Peer.namespace('${name}')`, name) }]);
  }

  /**
   * All pods of the namespaces with these labels. Throws where neither labels nor expressions are given,
   * and where one of them is empty.
   *
   * @param props which namespaces
   */
  public static namespaces(props: NamespacesProps): Peer {
    const where = 'Peer.namespaces(...)';
    const everything = 'write Peer.allNamespaces()';
    const namespaceSelector = readSelector(where, props, { labels: 'labels', expressions: 'matchExpressions', everything });
    if (namespaceSelector === undefined) {
      throw callError(where, 'neither labels nor matchExpressions are given, which would mean all namespaces',
        `name the namespaces' labels; for all on purpose ${everything}`);
    }
    const text = formatSelector(namespaceSelector);
    return new Peer(`namespaces-${slug(text)}`, `namespaces with ${text}`, [{ namespaceSelector }]);
  }

  /** All pods of all namespaces. Addresses outside the cluster are not in it: see `anything`. */
  public static allNamespaces(): Peer {
    return new Peer('all-namespaces', 'all pods of all namespaces', [{ namespaceSelector: {} }]);
  }

  /**
   * The cluster's DNS servers, by default `k8s-app=kube-dns` in `kube-system` on UDP 53 and TCP 53. A default
   * deny lets them through by itself: see `DefaultDeny`.
   *
   * Where a node-local cache answers, its address is a peer as well: `Peer.cidr('169.254.20.10/32')`.
   *
   * @param props for clusters whose DNS runs elsewhere
   * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
   */
  public static clusterDns(props?: ClusterDnsProps): Peer {
    const ports = readPorts('Peer.clusterDns(...)', props?.ports) ?? [Port.udp(53), Port.tcp(53)];
    return Peer._platform('Peer.clusterDns(...)', 'cluster-dns', 'cluster DNS',
      { namespace: props?.namespace ?? 'kube-system', labels: props?.labels ?? { 'k8s-app': 'kube-dns' } }, ports);
  }

  /**
   * The Kubernetes API server. It runs on the host's network, where no selector finds it, so that it is
   * named by address: `kubectl get endpointslices -n default` shows those of `kubernetes`. For
   * several addresses write `Peer.anyOf([Peer.apiServer(...), Peer.apiServer(...)])`.
   *
   * @param address an IP address or a CIDR block; else this throws
   * @param props the ports, by default TCP 443 and TCP 6443: network plugins look at the connection
   *   before or after the Service's address is replaced by the server's
   */
  public static apiServer(address: string, props?: ApiServerProps): Peer {
    const where = `Peer.apiServer('${address}')`;
    const block = address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`;
    readCidr(where, block);
    const ports = readPorts(where, props?.ports) ?? [Port.tcp(443), Port.tcp(6443)];
    return new Peer(`api-server-${slug(address)}`, `the API server at ${address}`, [{ ipBlock: { cidr: block } }], ports);
  }

  /**
   * An Ingress controller, as the other side of `allowFrom`: all pods of `ingress-nginx`, or of another
   * namespace, or those with these labels.
   *
   * @param props for another namespace, or fewer pods
   */
  public static ingressController(props?: PlatformPodsProps): Peer {
    return Peer._platform('Peer.ingressController(...)', 'ingress-controller', 'the Ingress controller',
      { namespace: props?.namespace ?? 'ingress-nginx', labels: props?.labels });
  }

  /**
   * Prometheus, as the other side of `allowFrom`: all pods of `monitoring`, or of another namespace, or
   * those with these labels.
   *
   * @param props for another namespace, or fewer pods
   */
  public static prometheus(props?: PlatformPodsProps): Peer {
    return Peer._platform('Peer.prometheus(...)', 'prometheus', 'Prometheus',
      { namespace: props?.namespace ?? 'monitoring', labels: props?.labels });
  }

  /**
   * Several at once, tiers too. Each is an edge of its own, with a policy and default ports of its own.
   *
   * @param peers one or more tiers and peers; an empty list throws
   */
  public static anyOf(peers: IPeer[]): Peer {
    if (peers.length === 0) {
      throw callError('Peer.anyOf([])', 'the list is empty', 'name at least one Tier or Peer; for everything on purpose write Peer.anything()');
    }
    const parties = peers.flatMap(peer => edgeEndsOf('Peer.anyOf([...])', peer));
    const names = [...new Set(parties.map(p => p.name))].sort();
    const titles = [...new Set(parties.map(p => p.title))].sort();
    return new Peer(names.join('-or-'), `any of: ${titles.join('; ')}`, undefined, undefined, parties);
  }

  /** @internal */
  private static _platform(where: string, name: string, title: string,
    { namespace, labels }: { readonly namespace: string; readonly labels?: { readonly [key: string]: string } }, ports?: readonly Port[]): Peer {
    const everything = 'leave labels out: that is all pods of the namespace';
    const podSelector = readSelector(where, { labels }, { labels: 'labels', expressions: 'matchExpressions', everything });
    const clause = { namespaceSelector: namespaceByName(where, namespace), ...(podSelector === undefined ? {} : { podSelector }) };
    return new Peer(name, `${title} in namespace ${namespace}`, [clause], ports);
  }

  /** Its part in the names of policies: `internet` in `allow-backend-to-internet-egress`. */
  public readonly peerName: string;

  /** How messages call it. */
  public readonly endpointName: string;

  private constructor(name: string, title: string,
    private readonly _fixedClauses: readonly NetworkPolicyPeer[] | undefined,
    private readonly _defaultPorts?: readonly Port[],
    private readonly _members?: readonly EdgeEnd[],
  ) {
    this.peerName = name;
    this.endpointName = title;
  }

  /**
   * The same peer under another name. Policies and messages will use it: `Peer.cidr('10.8.0.0/16').named('office')`
   * gives `allow-office-to-backend`. The members of `Peer.anyOf` keep their names in policies, since each
   * has a policy of its own.
   *
   * @param name a name with at least one letter or digit; else this throws
   * @returns another peer; this one keeps its name
   */
  public named(name: string): Peer {
    if (!/[a-z0-9]/i.test(name)) {
      throw callError(`Peer.named('${name}')`, 'the name has neither letter nor digit', "write a name such as 'office'");
    }
    return new Peer(slug(name), name, this._fixedClauses, this._defaultPorts, this._members);
  }

  /** @internal */
  public _parties(): readonly EdgeEnd[] {
    return this._members ?? [{
      key: `peer:${JSON.stringify([this.peerName, this._fixedClauses ?? null])}`,
      name: this.peerName,
      title: this.endpointName,
      ports: () => this._defaultPorts,
      clauses: () => this._fixedClauses,
    }];
  }
}

function readCidr(where: string, text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') { throw callError(where, `'${text}' ${cidr}`, cidrFix(text) ?? "write a CIDR block such as '10.0.0.0/8' or '2001:db8::/32'"); }
  return cidr;
}
