import { Construct, IConstruct } from 'constructs';
import {
  ADDRESSES, API_SERVER_OPTIONS, CIDR_OPTIONS, CLUSTER_DNS_OPTIONS, NAMESPACE, NAMESPACES_OPTIONS, PLATFORM_PODS_OPTIONS, PODS_OPTIONS,
  WEBHOOK_CALLERS_OPTIONS,
} from './argument-shapes';
import { edgeEndsOf, END, peerKey } from './edge-ends';
import type { EdgeEnd } from './network';
import {
  ApiServerOptions, CidrOptions, ClusterDnsOptions, NamespacesOptions, PlatformPodsOptions, PodsOptions, WebhookCallersOptions,
} from './peer-options';
import { Port } from './port';
import { readAddress, readBlock } from './private/blocks';
import { offerPorts } from './private/plus-ports';
import { namespaceByName, formatSelector, readSelector } from './private/selector-input';
import { checkArguments, listOf, optional, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { plusBlock, plusPods } from '../cdk8s/plus-peers';
import { hash, slug } from '../cdk8s/policy-names';
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
export class Peer extends Construct {
  /**
   * The addresses of a block (`ipBlock` in the API), for addresses outside the cluster. Network plugins differ in whether a block also
   * matches pods whose addresses are in it.
   *
   * @param block an IPv4 or IPv6 block in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`, without host bits. Throws otherwise.
   * @param options blocks to exclude
   */
  public static cidr(block: string, options?: CidrOptions): Peer {
    checkArguments('Peer.cidr(...)', { block: [block, text("'10.0.0.0/8'")], options: [options, optional(CIDR_OPTIONS)] });
    const where = `Peer.cidr('${block}')`;
    const ipBlock = readBlock(where, block, options?.excluding);
    return new Peer(slug(block), ipBlock.except === undefined ? block : `${block} except ${ipBlock.except.join(', ')}`, [{ ipBlock }]);
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
    checkArguments(where, { options: [options, PODS_OPTIONS] });
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
    checkArguments('Peer.namespace(...)', { name: [name, NAMESPACE] });
    return new Peer(`namespace-${name}`, `namespace ${name}`, [{ namespaceSelector: namespaceByName(`Peer.namespace('${name}')`, name) }]);
  }

  /**
   * All pods of the namespaces with these labels. Throws if neither labels nor expressions are given, and if one of them is empty.
   *
   * @param options the labels of the namespaces
   */
  public static namespaces(options: NamespacesOptions): Peer {
    const where = 'Peer.namespaces(...)';
    checkArguments(where, { options: [options, NAMESPACES_OPTIONS] });
    const everything = 'write Peer.allNamespaces()';
    const namespaceSelector = readSelector(where, options, { labels: 'labels', expressions: 'matchExpressions', everything });
    if (namespaceSelector === undefined) {
      throw callError(where, 'neither labels nor matchExpressions are given, which would mean all namespaces',
        `name the labels of the namespaces; if you mean all of them, ${everything}`);
    }
    const labels = formatSelector(namespaceSelector);
    return new Peer(`namespaces-${slug(labels)}`, `namespaces with ${labels}`, [{ namespaceSelector }]);
  }

  /** All pods of all namespaces, but no addresses outside the cluster: for these, see `anything`. */
  public static allNamespaces(): Peer {
    return new Peer('all-namespaces', 'all pods of all namespaces', [{ namespaceSelector: {} }]);
  }

  /**
   * The cluster's DNS servers, by default `k8s-app=kube-dns` in `kube-system` on UDP 53 and TCP 53. `DefaultDeny` allows egress to them
   * by default.
   *
   * A DNS cache on each node is a peer of its own: `Peer.nodeLocalDns()`.
   *
   * @param options where the DNS servers of other clusters run
   * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
   */
  public static clusterDns(options?: ClusterDnsOptions): Peer {
    checkArguments('Peer.clusterDns(...)', { options: [options, optional(CLUSTER_DNS_OPTIONS)] });
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
    checkArguments('Peer.apiServer(...)', { address: [address, text("'10.0.0.1'")], options: [options, optional(API_SERVER_OPTIONS)] });
    const where = `Peer.apiServer('${address}')`;
    const ipBlock = readAddress(where, address);
    const ports = Port._checkList(where, options?.ports) ?? [Port.tcp(443), Port.tcp(6443)];
    return new Peer(`api-server-${slug(address)}`, `the API server at ${address}`, [{ ipBlock }], ports);
  }

  /**
   * Nodes of the cluster, by their addresses: no selector of a NetworkPolicy matches a node, or a pod that uses the network of its node.
   *
   * Probes of the kubelet need no rule, whatever is denied: traffic between a pod and the node that it runs on is always allowed. Other nodes need
   * one. Their addresses are the source of agents and Ingress controllers that use the network of the node, and of clients whose connections
   * kube-proxy forwards from a NodePort or a load balancer (`externalTrafficPolicy: Cluster`).
   *
   * @param addresses the addresses of the nodes, or blocks in CIDR notation that contain them: `INTERNAL-IP` in `kubectl get nodes -o wide`. An
   *   empty list throws, and so does anything else.
   * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
   *
   * @example
   *
   * declare const ingressOnHost: Tier;
   * ingressOnHost.allowFrom(Peer.nodes(['10.240.0.0/16']), { ports: [Port.tcp(8080)] });
   */
  public static nodes(addresses: string[]): Peer {
    checkArguments('Peer.nodes(...)', { addresses: [addresses, ADDRESSES] });
    const peers = readAddresses('Peer.nodes([...])', addresses, "name their addresses: Peer.nodes(['10.240.0.0/16'])");
    return new Peer('nodes', `nodes ${blocksOf(peers)}`, peers);
  }

  /**
   * What calls a webhook of the cluster, for `allowFrom`: the API server calls admission webhooks, conversion webhooks and aggregated API servers
   * at the port of their container, and not at that of their Service. Which source a pod sees depends on the cluster:
   *
   * - The API server calls from the network of its node: `addresses` are those of the control plane. With an overlay network, a pod may see the
   *   address of the tunnel on that node, which is in the pod CIDR of the node.
   * - The API server calls through Konnectivity, as in many managed clusters: the source is a pod with the label `k8s-app: konnectivity-agent` in
   *   `kube-system`.
   *
   * Throws if `options` name neither.
   *
   * @param options where the calls come from
   * @see https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#api-server-to-nodes-pods-services
   * @see https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/
   *
   * @example
   *
   * const webhook = new Tier(this, 'webhook', { ports: [Port.tcp(9443)] });
   * webhook.allowFrom(Peer.webhookCallers({ addresses: ['172.18.0.2'] }));
   */
  public static webhookCallers(options: WebhookCallersOptions): Peer {
    const where = 'Peer.webhookCallers(...)';
    checkArguments(where, { options: [options, WEBHOOK_CALLERS_OPTIONS] });
    const write = "write { addresses: ['172.18.0.2'] }, or { konnectivity: true } if the API server calls through Konnectivity";
    if (options.addresses === undefined && options.konnectivity !== true) { throw callError(where, 'neither addresses nor konnectivity are given', write); }
    const servers = options.addresses === undefined ? [] : readAddresses(where, options.addresses, write);
    const agent = { namespaceSelector: namespaceByName(where, 'kube-system'), podSelector: { matchLabels: { 'k8s-app': 'konnectivity-agent' } } };
    const agents = options.konnectivity ? [agent] : [];
    const callers = [...servers.length > 0 ? [`the API server at ${blocksOf(servers)}`] : [], ...agents.map(() => 'the agents of Konnectivity')];
    return new Peer('webhook-callers', `callers of webhooks (${callers.join(' and ')})`, [...servers, ...agents]);
  }

  /**
   * NodeLocal DNSCache, a DNS cache on each node, on UDP 53 and TCP 53. It runs on the network of the node, so that no selector matches it.
   * `DefaultDeny` allows it with `nodeLocalDns: true`.
   *
   * If kube-proxy is in iptables mode, the cache also answers at the address of the Service `kube-dns`, which pods then use. List that address
   * too: `kubectl get service kube-dns -n kube-system`.
   *
   * @param addresses the addresses at which the cache listens, by default 169.254.20.10. An empty list throws, and so does anything else.
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   *
   * @example
   *
   * new DefaultDeny(this, 'deny', { dnsServers: [Peer.clusterDns(), Peer.nodeLocalDns(['169.254.20.10', '10.96.0.10'])] });
   */
  public static nodeLocalDns(addresses?: string[]): Peer {
    checkArguments('Peer.nodeLocalDns(...)', { addresses: [addresses, optional(ADDRESSES)] });
    const peers = readAddresses('Peer.nodeLocalDns([...])', addresses ?? ['169.254.20.10'], 'name its addresses, or leave the list out for 169.254.20.10');
    return new Peer('node-local-dns', `NodeLocal DNSCache at ${blocksOf(peers)}`, peers, [Port.udp(53), Port.tcp(53)]);
  }

  /**
   * The metadata service of the cloud, which gives credentials of the machine to every pod on it. By default its address is 169.254.169.254, as in most clouds.
   *
   * AWS also has fd00:ec2::254 for IPv6. A pod could have this address too, so also state the addresses of pods: `ClusterFacts.addPodCidrs`.
   *
   * @param addresses its addresses in your cloud. An empty list throws, and so does anything that is not an address.
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
   *
   * @example
   *
   * Guardrail.deny(this, 'metadata', Peer.allNamespaces(), Peer.metadataService());
   */
  public static metadataService(addresses?: string[]): Peer {
    checkArguments('Peer.metadataService(...)', { addresses: [addresses, optional(ADDRESSES)] });
    const peers = readAddresses('Peer.metadataService([...])', addresses ?? ['169.254.169.254'],
      'name its addresses, or leave the list out for 169.254.169.254');
    return new Peer('metadata-service', `the metadata service at ${blocksOf(peers)}`, peers);
  }

  /**
   * The Ingress controller, for `allowFrom`: by default all pods of the namespace `ingress-nginx`.
   *
   * @param options another namespace, or the labels of the controller's pods
   */
  public static ingressController(options?: PlatformPodsOptions): Peer {
    checkArguments('Peer.ingressController(...)', { options: [options, optional(PLATFORM_PODS_OPTIONS)] });
    return Peer._platform('Peer.ingressController(...)', 'ingress-controller', 'the Ingress controller',
      { namespace: options?.namespace ?? 'ingress-nginx', labels: options?.labels });
  }

  /**
   * Prometheus, for `allowFrom`: by default all pods of the namespace `monitoring`. `DefaultDeny` lets it scrape all pods of a namespace with
   * `scrapedBy`.
   *
   * @param options another namespace, or the labels of the pods of Prometheus
   */
  public static prometheus(options?: PlatformPodsOptions): Peer {
    checkArguments('Peer.prometheus(...)', { options: [options, optional(PLATFORM_PODS_OPTIONS)] });
    return Peer._platform('Peer.prometheus(...)', 'prometheus', 'Prometheus',
      { namespace: options?.namespace ?? 'monitoring', labels: options?.labels });
  }

  /**
   * Several peers in one. Each member is an edge of its own, with its own policy and its own ports.
   *
   * @param peers one or more of what `Tier.allowFrom` takes. An empty list throws.
   */
  public static anyOf(peers: IConstruct[]): Peer {
    checkArguments('Peer.anyOf(...)', { peers: [peers, listOf(END)] });
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
    const key = peerKey(name, _policyPeers);
    // A root without children. cdk8s-plus tells peers apart by the address of their construct.
    super(undefined as unknown as Construct, `${name}-${hash(_members?.map(end => end.key).join() ?? key)}`);
    this.peerName = name;
    this.endpointName = title;
    this._edgeEnds = _members ?? [{ key, name, title, ports: () => _ports, peers: () => _policyPeers }];
    offerPorts(this, title, () => this._edgeEnds.length === 1 ? this._edgeEnds[0].ports() : undefined, false);
  }

  /**
   * For cdk8s-plus, which takes a peer in its policies: `new NetworkPolicy(chart, 'policy', { egress: { rules: [{ peer }] } })`. Do not call it.
   *
   * Throws if the peer is more than one block, or everything: cdk8s-plus cannot write it.
   *
   * @returns a `NetworkPolicyPeerConfig` of cdk8s-plus
   */
  public toNetworkPolicyPeerConfig(): any {
    const [peer, ...others] = this._ownPeers();
    if (peer === undefined || others.length > 0) {
      throw callError(this.endpointName, 'cdk8s-plus can write only one block, or pods of one selector, in a rule',
        'make the workload a tier, Tier.fromWorkload(...), and call allowFrom or allowTo on it, or call cdk8s-plus once for each block');
    }
    const { ipBlock, namespaceSelector, podSelector } = peer;
    return ipBlock === undefined ? plusPods({ selector: () => podSelector ?? {}, namespaceSelector }) : plusBlock(ipBlock);
  }

  /**
   * For cdk8s-plus, which asks for it if it would write a policy for the pods of the peer: such a policy would isolate them. Do not call it.
   *
   * Throws unless the peer is a block of addresses.
   *
   * @returns nothing
   */
  public toPodSelector(): any {
    if (this._ownPeers()[0]?.ipBlock !== undefined) { return undefined; }
    throw callError(this.endpointName, 'cdk8s-plus would write a policy that selects the pods of this peer, which isolates them',
      'write { isolation: PodConnectionsIsolation.POD } in the call');
  }

  /**
   * What the peer selects, also as the only member of another one. Nothing for everything, for tiers and workloads, and for several members.
   * @internal
   */
  private _ownPeers(): readonly NetworkPolicyPeer[] {
    const [end, ...others] = this._edgeEnds;
    return others.length > 0 || end.tier !== undefined ? [] : end.peers(undefined) ?? [];
  }

  /**
   * The same peer with another name in policies and messages: with `Peer.cidr('10.8.0.0/16').named('office')`, a policy is called
   * `allow-office-to-backend`. The members of `Peer.anyOf` keep their names in policies, because each has a policy of its own.
   *
   * @param name a name with at least one of a-z, A-Z and 0-9. Throws otherwise.
   * @returns a new peer; this one keeps its name
   */
  public named(name: string): Peer {
    checkArguments('Peer.named(...)', { name: [name, text("'office'")] });
    if (!/[a-z0-9]/i.test(name)) {
      throw callError(`Peer.named('${name}')`, 'the name has no letter or digit', "write a name such as 'office'");
    }
    return new Peer(slug(name), name, this._policyPeers, this._ports, this._members);
  }
}

/** A peer for each address or block, sorted and once each. Throws if there is none, or if one is neither. */
function readAddresses(where: string, addresses: readonly string[], fix: string): NetworkPolicyPeer[] {
  if (addresses.length === 0) { throw callError(where, 'the list of addresses is empty', fix); }
  const blocks = new Map(addresses.map(address => readAddress(where, address)).map(block => [block.cidr, block]));
  return [...blocks.keys()].sort().map(cidr => ({ ipBlock: blocks.get(cidr)! }));
}

/** The blocks of peers in messages: `10.240.0.0/16, 172.18.0.2`. */
function blocksOf(peers: readonly NetworkPolicyPeer[]): string {
  return peers.map(({ ipBlock }) => ipBlock!.cidr.replace(/\/32$|(?<=:.*)\/128$/, '')).join(', ');
}
