import { Block, ClaimCluster, NamedPort, onNode, selectorsOf, SpecPart, SpecPort, SpecWorkload, subjectMatches, tierPeerMatches } from './claims';
import { hostBlock } from './cluster-wide';
import { bitsOf, inBlock, peersMatch, policyTypes, selects, SpecCluster, SpecEnd, SpecLabels, SpecPod } from './network-policy';

/*
 * Every end of a connection that policies and parties can tell apart, for claims.ts: each label with every value that a selector mentions, with
 * another value, and absent; the same for the labels of namespaces that are not declared; addresses on both sides of every edge of a block; every
 * number at which a set of ports begins or ends.
 */

export interface Namespace { name: string; labels: SpecLabels; kind: 'declared' | 'used' | 'new' }

/** A declared pod, a possible pod or an address. If it is on its node's network, policies may isolate it, and rules may match it, or not. */
export interface End {
  subject: SpecEnd;
  peer: SpecEnd;
  namespace?: Namespace;
  /** The assumptions that it breaks. */
  breaks: string[];
  workload?: SpecWorkload;
  /** The claim names this pod, and it is on its node's network. */
  ownNode?: boolean;
  /** No other address is in the same blocks. */
  onlyAddress?: boolean;
  /** Port names that a possible pod of a tier has, each with any number. */
  names?: NamedPort[];
}

interface Address { ip: string; only: boolean; known: boolean; forPods: boolean; forNodes: boolean }

export const NAME = 'kubernetes.io/metadata.name';
/** A value that no selector mentions. */
const OTHER = 'other-value';
const NEVER: Block[] = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/128', '::1/128', 'fe80::/10', 'ff00::/8'].map(cidr => ({ cidr }));
const NOT_PUBLIC = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.168.0.0/16', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** `Peer.publicInternet()`. */
export const PUBLIC: Block[] = [
  { cidr: '0.0.0.0/0', except: NOT_PUBLIC }, { cidr: '2000::/3', except: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] },
];

export class Universe {
  private readonly rules: { policy: any; peers: any[]; ports: any[] }[];
  private readonly tierPorts: any[];
  private readonly podSelectors: any[];
  private readonly namespaces: Namespace[];
  private readonly everyAddress: Address[];
  private readonly names: NamedPort[];
  private readonly numbers: number[];
  private everyPossible?: End[];

  /** `parts` and `ports` are those of the claim. `tell` says what else tells the labels of pods apart. */
  constructor(private readonly cluster: ClaimCluster, parts: SpecPart[], ports: SpecPort[], private readonly tell: (labels: SpecLabels) => unknown) {
    const { policies, workloads, clusterPolicies = [] } = cluster;
    // A rule of a direction that is not in policyTypes does nothing.
    this.rules = policies.flatMap(policy => policyTypes(policy.spec).flatMap(type => (type === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [])
      .map((rule: any) => ({ policy, peers: rule.from ?? rule.to ?? [], ports: rule.ports ?? [] })));
    const peers = this.rules.flatMap(rule => rule.peers);
    const tierRules = clusterPolicies.flatMap(({ spec }) => [...spec.ingress ?? [], ...spec.egress ?? []]);
    const tierPeers: any[] = tierRules.flatMap(rule => rule.from ?? rule.to);
    const ofTiers = [...clusterPolicies.map(({ spec }) => spec.subject), ...tierPeers];
    this.tierPorts = tierRules.flatMap(rule => rule.protocols ?? rule.ports ?? []);
    this.podSelectors = distinct([
      ...policies.map(policy => policy.spec.podSelector ?? {}),
      ...[...peers, ...ofTiers.map(({ pods = {} }) => pods)].flatMap(peer => peer.podSelector ?? []),
      ...parts.flatMap(part => 'pods' in part ? [part.pods] : 'workload' in part ? selectorsOf(part, cluster) : []),
    ]);
    this.namespaces = this.everyNamespace(distinct([
      ...peers.flatMap(peer => peer.namespaceSelector ?? []), ...ofTiers.flatMap(({ pods, namespaces }) => namespaces ?? pods?.namespaceSelector ?? []), ...parts.flatMap(part => 'pods' in part ? [part.namespaces] : []),
    ]));
    this.everyAddress = everyAddress(cluster, [...peers.flatMap(peer => peer.ipBlock ?? []), ...tierPeers.flatMap(({ networks = [] }) => networks.map((cidr: string) => ({ cidr }))), ...parts.flatMap(part => 'blocks' in part ? part.blocks : [])]);
    const entries = this.rules.flatMap(rule => rule.ports);
    const tierNames = this.tierPorts.flatMap(entry => entry.destinationNamedPort ?? entry.namedPort ?? []);
    this.names = distinct([
      ...entries.filter(({ port }) => typeof port === 'string').map(({ port, protocol }) => ({ protocol: protocol ?? 'TCP', name: port })),
      ...['TCP', 'UDP', 'SCTP'].flatMap(protocol => tierNames.map(name => ({ protocol, name }))),
      ...ports.flatMap(port => 'name' in port ? [{ protocol: port.protocol, name: port.name }] : []),
    ]);
    this.numbers = distinct([
      1, ...entries.filter(({ port }) => typeof port === 'number').flatMap(({ port, endPort }) => [port, (endPort ?? port) + 1]),
      ...this.tierPorts.flatMap(numbersOf),
      ...ports.flatMap(port => 'first' in port ? [port.first, port.last + 1] : []),
      ...workloads.flatMap(workload => workload.ports.flatMap(({ containerPort }) => [containerPort, containerPort + 1])),
    ]).filter(number => number <= 65535);
  }

  /** Every pod that could exist. */
  possible(): End[] {
    // The values that declared pods have count too: a further label is usual if a declared pod has it.
    const mentioned = valuesOf(this.podSelectors);
    const declared = this.cluster.workloads.map(({ labels }) => Object.entries(labels).filter(([key]) => mentioned.has(key)));
    const selectors = [...this.podSelectors, ...declared.map(labels => ({ matchLabels: Object.fromEntries(labels) }))];
    const isDeclared = ([key, value]: [string, unknown]) => declared.some(labels => labels.some(([own, known]) => own === key && known === value));
    // Two sets of labels that no policy, no party and no declared pod can tell apart need be tried only once.
    const answers = (labels: SpecLabels) =>
      [this.podSelectors.map(selector => selects(selector, labels)), this.tell(labels), Object.entries(labels).filter(isDeclared)];
    const pods = () => distinct(everyLabels(selectors), answers).flatMap(labels => this.namespaces.flatMap(namespace =>
      this.everyAddress.filter(({ forPods }) => forPods).map(address =>
        this.podEnd({ namespace: namespace.name, name: 'possible', labels, ips: [address.ip], ports: [] }, namespace, address))));
    return this.everyPossible ??= pods();
  }

  /** A pod with several addresses connects from one of them, and is reached at one of them. */
  everyEnd(): End[] {
    const declared = this.cluster.workloads.flatMap(workload => this.declared(workload, workload.ips.map(ip => [ip])));
    return [...declared, ...this.possible(), ...this.addresses()];
  }

  /** The addresses that belong to no declared pod. */
  addresses(): End[] {
    return this.everyAddress.filter(({ known }) => !known).map(({ ip }) => ({ subject: { ip }, peer: { ip }, breaks: [] }));
  }

  /** The pods of a declared workload, with every value of what is not known. */
  declared(workload: SpecWorkload, known = [workload.ips]): End[] {
    const { hostNetwork } = workload;
    const unknown = () => this.everyAddress.filter(({ forPods, forNodes }) => hostNetwork ? forNodes : forPods);
    const addresses = workload.ips.length > 0
      ? known.map(ips => ({ ips, address: undefined }))
      : unknown().map(address => ({ ips: [address.ip], address }));
    const namespaces = this.namespaces.filter(({ name }) => name === workload.namespace);
    return namespaces.flatMap(namespace => addresses.flatMap(({ ips, address }) => this.labelsOf(workload).flatMap(labels => {
      const end = { ...this.podEnd({ ...workload, labels, ips }, namespace, address), workload };
      if (!hostNetwork || !('pod' in end.peer)) { return [end]; }
      const { pod } = end.peer;
      return [true, false].flatMap(isSkipped => [true, false].map(isUnmatched => ({
        ...end,
        subject: { pod: { ...pod, hostNetwork: isSkipped } },
        peer: { pod: { ...pod, hostNetwork: isUnmatched } },
        breaks: [...end.breaks, ...isSkipped && isUnmatched ? [] : ['host-network']],
      })));
    })));
  }

  /** The labels of the pods of a workload, with every value of those that Kubernetes adds. */
  labelsOf({ labels, generated = [] }: SpecWorkload): SpecLabels[] {
    return generated.reduce<SpecLabels[]>((sets, { key, optional }) => {
      const values = valuesOf(this.podSelectors).get(key);
      return values === undefined ? sets
        : sets.flatMap(set => [...optional ? [set] : [], ...[...values, OTHER].map(value => ({ ...set, [key]: value }))]);
    }, [labels]);
  }

  /** The namespace of a workload, as far as it is known. */
  namespaceOf({ namespace }: SpecWorkload): Namespace {
    return this.namespaceNamed(namespace, this.cluster.namespaces[namespace] ?? {});
  }

  namespaceNamed(name: string, labels: SpecLabels): Namespace {
    return { name, labels, kind: this.namespaces.find(namespace => namespace.name === name)?.kind ?? 'new' };
  }

  /** Whether a rule of a policy mentions the named port. */
  mentions({ name, protocol }: NamedPort): boolean {
    return this.rules.some(({ ports }) => ports.some(entry => entry.port === name && (entry.protocol ?? 'TCP') === protocol))
      || this.tierPorts.some(entry => (entry.destinationNamedPort ?? entry.namedPort) === name);
  }

  /** Two ends that no policy and no party can tell apart need be tried only once. */
  toldApart(ends: End[]): End[] {
    const kept = new Map<string, End[]>();
    for (const end of [...ends].sort((a, b) => a.breaks.length - b.breaks.length)) {
      const { subject, peer, namespace, workload, ownNode, onlyAddress, names } = end;
      const cluster = this.clusterWith(end);
      const key = JSON.stringify([
        'pod' in subject && this.cluster.policies.map(({ metadata, spec }) =>
          !subject.pod.hostNetwork && metadata.namespace === subject.pod.namespace && selects(spec.podSelector ?? {}, subject.pod.labels)),
        this.rules.map(({ policy, peers }) => peersMatch(cluster, policy, peers, peer)),
        cluster.clusterPolicies && [subjectMatches(cluster, onNode(end)), tierPeerMatches(cluster, onNode(end), 'Ingress', 'Egress')],
        workload && [workload.namespace, workload.name], namespace?.kind === 'used' && namespace, ownNode, names,
        onlyAddress && 'pod' in peer && peer.pod.ips,
      ]);
      const same = kept.get(key) ?? [];
      if (!same.some(other => other.breaks.every(code => end.breaks.includes(code)))) { kept.set(key, [...same, end]); }
    }
    return [...kept.values()].flat();
  }

  /** Whether both ends can exist together, and are not one pod. */
  canMeet(a: End, b: End): boolean {
    if (!('pod' in a.peer) || !('pod' in b.peer)) { return 'pod' in a.peer || 'pod' in b.peer; }
    if (a.workload !== undefined && a.workload === b.workload && a.workload.single) { return false; }
    // A namespace has one set of labels.
    if (a.namespace !== b.namespace && a.namespace!.name === b.namespace!.name) { return false; }
    // Two pods never share an address, except on one node's network.
    return !(a.onlyAddress && b.onlyAddress && a.peer.pod.ips[0] === b.peer.pod.ips[0] && !a.workload?.hostNetwork && !b.workload?.hostNetwork);
  }

  clusterWith(...ends: End[]): SpecCluster {
    const namespaces = { ...this.cluster.namespaces };
    for (const { namespace } of ends) { if (namespace) { namespaces[namespace.name] = namespace.labels; } }
    const { policies, clusterPolicies, nodes } = this.cluster;
    return { namespaces, pods: [], policies, clusterPolicies, nodes };
  }

  /** Every port, with the end as a pod that has every set of named ports there. Whether a name is absent or has another number makes no difference. */
  connectionsTo({ peer, workload, names = [] }: End): { port: [string, number]; destination: SpecEnd; breaks: string[] }[] {
    const every = ['TCP', 'UDP', 'SCTP'].flatMap(protocol => this.numbers.map((number): [string, number] => [protocol, number]));
    if (!('pod' in peer) || workload) { return every.map(port => ({ port, destination: peer, breaks: [] })); }
    return every.flatMap(port => {
      let sets: SpecPod['ports'][] = [[]];
      this.names.forEach(({ protocol, name }, i) => {
        const own = names.find(each => each.name === name && each.protocol === protocol);
        const here = protocol === port[0] ? [port[1]] : [];
        const choices = own === undefined ? [undefined, ...here] : [ELSEWHERE + i, ...here];
        sets = sets.flatMap(set => choices.map(containerPort => containerPort === undefined ? set : [...set, { protocol, name, containerPort }]));
      });
      return sets.map(ports => ({
        port,
        destination: { pod: { ...peer.pod, ports } },
        breaks: distinct(ports.map(({ protocol, containerPort }) => [protocol, containerPort])).length < ports.length ? ['port-name'] : [],
      }));
    });
  }

  /** What a pod breaks wherever it is. */
  breaksOf({ ips, hostNetwork }: SpecPod, { kind, labels }: Namespace, isAddressKnown: boolean): string[] {
    const isStated = hostNetwork ? this.cluster.nodes !== undefined && this.cluster.nodes.length > 0 : this.cluster.podCidrs !== undefined;
    const isPublic = !isAddressKnown && !isStated && ips.some(ip => PUBLIC.some(block => isIn(ip, block)));
    return [...kind === 'used' && Object.keys(labels).length > 0 ? ['namespace-label'] : [], ...isPublic ? ['pod-address'] : []];
  }

  /** Whether there can be such a pod or address. `workload` is that of a declared pod. */
  canExist(end: SpecEnd, namespace: Namespace | undefined, workload: SpecWorkload | undefined): boolean {
    const known = this.cluster.workloads.flatMap(({ ips }) => ips);
    if (!('pod' in end)) { return !known.includes(end.ip); }
    const { ips, labels, hostNetwork } = end.pod;
    const isSet = (a: SpecLabels, b: SpecLabels) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
    if (namespace!.kind === 'declared' && !isSet(namespace!.labels, this.cluster.namespaces[namespace!.name])) { return false; }
    const added = (workload?.generated ?? []).map(({ key }) => key);
    if (workload && !isSet(workload.labels, Object.fromEntries(Object.entries(labels).filter(([key]) => !added.includes(key))))) { return false; }
    if (workload?.ips.length) { return ips.every(ip => workload.ips.includes(ip)); }
    return ips.every(ip => {
      const [address] = everyAddress(this.cluster, [{ cidr: hostBlock(ip) }], [ip]);
      return hostNetwork ? address.forNodes : address.forPods;
    });
  }

  private podEnd(pod: SpecPod, namespace: Namespace, address: Address | undefined): End {
    return { subject: { pod }, peer: { pod }, namespace, breaks: this.breaksOf(pod, namespace, address === undefined), onlyAddress: address?.only };
  }

  private everyNamespace(selectors: any[]): Namespace[] {
    const { namespaces, workloads, policies } = this.cluster;
    const inSelectors = selectors.flatMap(requirementsOf).filter(({ key }) => key === NAME).flatMap(({ values }) => values);
    const used = distinct([...workloads.map(workload => workload.namespace), ...policies.map(({ metadata }) => metadata.namespace), ...inSelectors])
      .filter(name => !(name in namespaces));
    const any = everyLabels(selectors.map(selector => ({ matchExpressions: requirementsOf(selector).filter(({ key }) => key !== NAME) })));
    const labelsOf = (name: string) => distinct(any, labels => selectors.map(selector => selectsNamespace(selector, { name, labels })));
    return [
      ...Object.entries(namespaces).map(([name, labels]) => ({ name, labels, kind: 'declared' as const })),
      ...used.flatMap(name => labelsOf(name).map(labels => ({ name, labels, kind: 'used' as const }))),
      ...labelsOf('new').map((labels, i) => ({ name: `new-${i}`, labels, kind: 'new' as const })),
    ];
  }
}

/** Numbers for the port names of a tier that are not on the port of a connection. */
const ELSEWHERE = 60000;

export function selectsNamespace(selector: any, { name, labels }: Pick<Namespace, 'name' | 'labels'>): boolean {
  return selects(selector, { ...labels, [NAME]: name });
}

export function requirementsOf(selector: any): { key: string; operator: string; values: string[] }[] {
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value as string] })),
    ...(selector.matchExpressions ?? []).map((expression: any) => ({ ...expression, values: expression.values ?? [] })),
  ];
}

/** The numbers at which an entry of a cluster-wide rule's ports begins and ends. */
function numbersOf(entry: any): number[] {
  const { number, range, ...ofAdmin } = (entry.tcp ?? entry.udp ?? entry.sctp)?.destinationPort ?? entry.portNumber ?? entry.portRange ?? {};
  const first = number ?? range?.start ?? ofAdmin.port ?? ofAdmin.start;
  return first === undefined ? [] : [first, (range?.end ?? ofAdmin.end ?? first) + 1];
}

/** The values of each key that selectors mention. */
function valuesOf(selectors: any[]): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const { key, values: some } of selectors.flatMap(requirementsOf)) { values.set(key, new Set([...values.get(key) ?? [], ...some])); }
  return values;
}

/** Every set of labels: each key that selectors mention is absent, or has a value that they mention, or another one. */
function everyLabels(selectors: any[]): SpecLabels[] {
  return [...valuesOf(selectors)].reduce<SpecLabels[]>(
    (sets, [key, values]) => sets.flatMap(labels => [labels, ...[...values, OTHER].map(value => ({ ...labels, [key]: value }))]), [{}]);
}

/** An address for each set of blocks that has one. */
function everyAddress({ workloads, podCidrs, nodes = [] }: ClaimCluster, blocks: Block[], candidates?: string[]): Address[] {
  const known = distinct(workloads.flatMap(({ ips }) => ips));
  const ofPods = workloads.filter(({ hostNetwork }) => !hostNetwork).flatMap(({ ips }) => ips);
  const pods: Block[] = (podCidrs ?? []).map(cidr => ({ cidr }));
  const ofNodes = nodes.flatMap(({ ips }) => ips);
  const every = [...blocks, ...pods, ...[...known, ...ofNodes].map((ip): Block => ({ cidr: hostBlock(ip) }))];
  const edges = [...every, ...NEVER, ...PUBLIC].flatMap(({ cidr, except = [] }) => [cidr, ...except]).flatMap(edgesOf);
  const groups = new Map<string, string[]>();
  for (const ip of candidates ?? distinct(['0.0.0.0', '0.0.0.1', '::', '::1', ...edges])) {
    const sorts = [NEVER, PUBLIC].map(all => all.some(block => isIn(ip, block)));
    const key = JSON.stringify([ip.includes(':'), sorts, every.map(block => isIn(ip, block))]);
    groups.set(key, [...groups.get(key) ?? [], ip]);
  }
  const isKnownFamily = (ip: string) => known.length === 0 || known.some(each => each.includes(':') === ip.includes(':'));
  return [...groups.values()].map(([ip, ...others]) => {
    const isKnown = known.includes(ip);
    // Pods on their node's network share its address. No other pod shares one.
    const isUnicast = !ofPods.includes(ip) && isKnownFamily(ip) && !NEVER.some(block => isIn(ip, block));
    // If there are nodes, there are no others.
    const isOfNode = nodes.some(({ ips }) => ips.includes(ip));
    const forNodes = nodes.length > 0 ? isOfNode && !ofPods.includes(ip) : isUnicast;
    const forPods = !isKnown && !isOfNode && (podCidrs ? pods.some(block => isIn(ip, block)) : isUnicast);
    return { ip, only: others.length === 0, known: isKnown, forNodes, forPods };
  });
}

export function isIn(ip: string, { cidr, except = [] }: Block): boolean {
  return inBlock(ip, cidr) && !except.some(part => inBlock(ip, part));
}

/** The first two addresses of a block, and the first two behind it. */
function edgesOf(cidr: string): string[] {
  const [network, prefix] = cidr.split('/');
  const length = network.includes(':') ? 128 : 32;
  const first = BigInt(`0b${bitsOf(network).slice(0, Number(prefix)).padEnd(length, '0')}`);
  const size = 2n ** BigInt(length - Number(prefix));
  const edges = [first, first + 1n, first + size, first + size + 1n];
  return edges.filter(address => address < 2n ** BigInt(length)).map(address => textOf(address, length));
}

function textOf(address: bigint, length: number): string {
  const digits = address.toString(2).padStart(length, '0');
  return length === 32
    ? digits.match(/.{8}/g)!.map(byte => parseInt(byte, 2)).join('.')
    : digits.match(/.{16}/g)!.map(group => parseInt(group, 2).toString(16)).join(':');
}

/** The items without repetitions: the first of those about which `tell` says the same. */
export function distinct<T>(items: T[], tell: (item: T) => unknown = item => item): T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = JSON.stringify(tell(item));
    if (!first.has(key)) { first.set(key, item); }
  }
  return [...first.values()];
}
