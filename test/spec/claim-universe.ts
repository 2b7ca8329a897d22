import { Block, ClaimCluster, NamedPort, SpecClaim, SpecParty, SpecPart, SpecPort, SpecWorkload } from './claims';
import { bitsOf, inBlock, peersMatch, policyTypes, portsMatch, rulesThatMatch, selects, SpecEnd, SpecLabels, SpecPod } from './network-policy';

/*
 * Every end of a connection that policies and parties can tell apart, for claims.ts: each label with every value that a selector mentions, with
 * another value, and absent; the same for namespaces; addresses on both sides of every edge of a block; every number at which a set of ports begins.
 */

export interface Namespace { name: string; labels: SpecLabels; kind: 'declared' | 'used' | 'new' }

/** A declared pod, a possible pod or an address. On its node's network, a pod can differ as the subject of a policy and as the peer of a rule. */
export interface End {
  subject: SpecEnd;
  peer: SpecEnd;
  namespace?: Namespace;
  breaks: Set<string>;
  workload?: SpecWorkload;
  /** The claim names this pod, and it is on its node's network. */
  ownNode?: boolean;
  /** True if no other address is in the same blocks. */
  onlyAddress: boolean;
  /** Port names that a possible pod of a tier has, with the numbers that the containers of the tier declare. */
  names?: (NamedPort & { numbers: number[] })[];
}

interface Address { ip: string; only: boolean; known: boolean; forPods: boolean; forNodes: boolean; isPublic: boolean }

const NAME = 'kubernetes.io/metadata.name';
const NEVER: Block[] = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/128', '::1/128', 'fe80::/10', 'ff00::/8'].map(cidr => ({ cidr }));
const NOT_PUBLIC = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.168.0.0/16', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** `Peer.publicInternet()`. */
export const PUBLIC: Block[] = [
  { cidr: '0.0.0.0/0', except: NOT_PUBLIC }, { cidr: '2000::/3', except: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] },
];

type PodsPart = Extract<SpecPart, { pods: any }>;

export class Universe {
  private readonly rules: { policy: any; peers: any[]; ports: any[] }[];
  private readonly podSelectors: any[];
  private readonly namespaces: Namespace[];
  private readonly labels: SpecLabels[];
  private readonly addresses: Address[];
  private readonly names: NamedPort[];
  private readonly numbers: number[];
  private readonly possible: End[];
  private readonly tried = new Map<string, string[][]>();

  /** `named` are the parts of the parties that the claim names, and `parts` also those of the list. */
  constructor(private readonly cluster: ClaimCluster, parts: SpecPart[], named: SpecPart[], ports: SpecPort[]) {
    const { policies, workloads } = cluster;
    // A rule of a direction that is not in policyTypes does nothing.
    this.rules = policies.flatMap(policy => policyTypes(policy.spec).flatMap(type => (type === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [])
      .map((rule: any) => ({ policy, peers: rule.from ?? rule.to ?? [], ports: rule.ports ?? [] })));
    const peers = this.rules.flatMap(rule => rule.peers);
    this.podSelectors = distinct([
      ...policies.map(policy => policy.spec.podSelector ?? {}), ...peers.flatMap(peer => peer.podSelector ?? []),
      ...parts.flatMap(part => 'pods' in part ? [part.pods] : 'workload' in part ? selectorsOf(part) : []),
    ]);
    const selectors = distinct([...peers.flatMap(peer => peer.namespaceSelector ?? []), ...parts.flatMap(part => 'namespaces' in part ? [part.namespaces] : [])]);
    this.namespaces = this.everyNamespace(selectors);
    this.labels = distinct(everyLabels(this.podSelectors), labels =>
      [this.podSelectors.map(selector => selects(selector, labels)), named.map(part => this.hasExtraLabel(part, labels))]);
    this.addresses = everyAddress(cluster, [...peers.flatMap(peer => peer.ipBlock ?? []), ...parts.flatMap(part => 'blocks' in part ? part.blocks : [])]);
    const entries = this.rules.flatMap(rule => rule.ports);
    this.names = distinct([
      ...entries.filter(({ port }) => typeof port === 'string').map(({ port, protocol }) => ({ protocol: protocol ?? 'TCP', name: port })),
      ...ports.flatMap(port => 'name' in port ? [port] : []),
    ]);
    const ranges = [
      ...entries.filter(({ port }) => typeof port === 'number').map(({ port, endPort }) => [port, endPort ?? port]),
      ...ports.flatMap(port => 'first' in port ? [[port.first, port.last]] : []),
      ...workloads.flatMap(workload => workload.ports.map(p => [p.containerPort, p.containerPort])),
    ];
    this.numbers = distinct([1, ...ranges.flatMap(([first, last]) => [first, last + 1])]).filter(number => number <= 65535);
    this.possible = this.namespaces.flatMap(namespace => this.addresses.filter(address => address.forPods)
      .flatMap(address => this.labels.map(labels => this.podEnd({ namespace: namespace.name, name: 'possible', labels, ips: [address.ip], ports: [] }, namespace, address))));
  }

  /** Every end of the party. */
  endsOf(party: SpecParty, declaredOnly?: boolean): End[] {
    return party.parts.flatMap(part => {
      if ('blocks' in part) { return this.addressEnds().filter(end => this.permits(part, end)); }
      if ('workload' in part) { return this.declaredEnds(part.workload).map(end => ({ ...end, ownNode: part.workload.hostNetwork })); }
      const matches = ({ peer, namespace }: End) => this.isIn(part, namespace!, labelsOf(peer));
      const names = part.names?.map(name => ({ ...name, numbers: this.declaredOf(party).flatMap(w => w.ports.filter(p => isPort(p, name)).map(p => p.containerPort)) }));
      return [
        ...this.cluster.workloads.flatMap(workload => this.declaredEnds(workload)).filter(matches),
        ...(declaredOnly ? [] : this.possible).filter(matches)
          .map(end => ({ ...end, names, breaks: new Set([...end.breaks, ...this.breaksIn(part, end.namespace!, labelsOf(end.peer))]) })),
      ];
    });
  }

  isIn(part: PodsPart, namespace: Namespace, labels: SpecLabels): boolean {
    return selectsNamespace(part.namespaces, namespace) && selects(part.pods, labels);
  }

  /** What a possible pod breaks as a pod of this part of a party. */
  breaksIn(part: PodsPart, { kind }: Namespace, labels: SpecLabels): string[] {
    const named = requirementsOf(part.namespaces).some(({ key, operator }) => key !== NAME && ['In', 'Exists'].includes(operator));
    return [...named && kind === 'new' ? ['new-namespace'] : [], ...this.hasExtraLabel(part, labels) ? ['extra-label'] : []];
  }

  /** Whether the name of a namespace is declared, used or new. */
  kindOf(name: string): Namespace['kind'] {
    return this.namespaces.find(namespace => namespace.name === name)?.kind ?? 'new';
  }

  /** What an end breaks wherever it is; undefined if there cannot be such an end. */
  commonBreaks(end: SpecEnd, namespace: Namespace | undefined, workload: SpecWorkload | undefined): string[] | undefined {
    const known = this.cluster.workloads.flatMap(({ ips }) => ips);
    if (!('pod' in end)) { return known.includes(end.ip) ? undefined : []; }
    const { ips, labels, hostNetwork = false } = end.pod;
    if (namespace!.kind === 'declared' && JSON.stringify(namespace!.labels) !== JSON.stringify(this.cluster.namespaces[namespace!.name])) { return undefined; }
    if (workload && !this.labelsOf(workload).some(each => JSON.stringify(each) === JSON.stringify(labels))) { return undefined; }
    const canHave = (ip: string) => workload?.ips.includes(ip)
      || (!known.includes(ip) && !workload?.ips.length && this.addresses.some(each => familyOf(each.ip) === familyOf(ip) && (hostNetwork ? each.forNodes : each.forPods))
        && !NEVER.some(block => isIn(ip, block)) && (hostNetwork || !this.cluster.podCidrs || this.cluster.podCidrs.some(cidr => inBlock(ip, cidr))));
    if (!ips.every(canHave)) { return undefined; }
    const isPublic = !workload?.ips.length && (hostNetwork || !this.cluster.podCidrs) && ips.some(ip => PUBLIC.some(block => isIn(ip, block)));
    return [...namespace!.kind === 'used' && Object.keys(namespace!.labels).length > 0 ? ['namespace-label'] : [], ...isPublic ? ['pod-address'] : []];
  }

  everyEnd(): End[] {
    return [...this.cluster.workloads.flatMap(workload => this.declaredEnds(workload)), ...this.possible, ...this.addressEnds()];
  }

  /** Whether a member of a list permits the end. */
  permits(part: SpecPart, { peer, namespace, workload }: End): boolean {
    if ('blocks' in part) { return ('pod' in peer ? peer.pod.ips : [peer.ip]).every(ip => part.blocks.some(block => isIn(ip, block))); }
    if (!('pod' in peer)) { return false; }
    if ('pods' in part) { return selectsNamespace(part.namespaces, namespace!) && selects(part.pods, peer.pod.labels); }
    // If selectors skip pods on their node's network, no policy means them by the labels of a workload.
    if (peer.pod.hostNetwork) { return workload === part.workload; }
    return peer.pod.namespace === part.workload.namespace && selectorsOf(part).some(selector => selects(selector, peer.pod.labels));
  }

  /** The declared workloads of a party. */
  declaredOf({ parts }: SpecParty): SpecWorkload[] {
    return this.cluster.workloads.filter(workload => parts.some(part => 'workload' in part ? part.workload === workload : 'pods' in part && this.isDeclaredIn(part, workload)));
  }

  /** Whether the part has no declared pod, although its namespaces have declared workloads. */
  matchesNothing(part: SpecPart): boolean {
    return 'pods' in part && !this.cluster.workloads.some(workload => this.isDeclaredIn(part, workload))
      && this.cluster.workloads.some(workload => selectsNamespace(part.namespaces, this.namespaceOf(workload)));
  }

  /** Whether a named port of a claim has a meaning. Without a destination, it is a port of the ends outside the list. */
  someoneHas(port: NamedPort, destination: SpecParty | undefined): boolean {
    const has = (workload: SpecWorkload) => workload.ports.some(p => isPort(p, port));
    const anywhere = this.cluster.workloads.some(has)
      || this.rules.some(rule => rule.ports.some(p => p.port === port.name && (p.protocol ?? 'TCP') === port.protocol));
    if (destination === undefined) { return anywhere; }
    const declared = this.declaredOf(destination);
    const isOwn = (part: SpecPart) => 'pods' in part && (part.names ?? []).some(name => name.name === port.name && name.protocol === port.protocol);
    return declared.some(has) || destination.parts.some(isOwn) || (declared.length === 0 && anywhere);
  }

  /** Two ends that no policy and no party can tell apart need be tried only once. */
  toldApart(ends: End[]): End[] {
    const kept = new Map<string, End[]>();
    for (const end of [...ends].sort((a, b) => a.breaks.size - b.breaks.size)) {
      const { subject, peer, namespace, workload, ownNode, onlyAddress, names } = end;
      const cluster = this.clusterWith(end);
      const key = JSON.stringify([
        'pod' in peer, 'pod' in subject && this.cluster.policies.map(({ metadata, spec }) =>
          !subject.pod.hostNetwork && metadata.namespace === subject.pod.namespace && selects(spec.podSelector ?? {}, subject.pod.labels)),
        this.rules.map(({ policy, peers }) => peersMatch(cluster, policy, peers, peer)),
        workload && [workload.namespace, workload.name], namespace?.kind === 'used' && namespace, ownNode, names, onlyAddress && 'pod' in peer && peer.pod.ips,
      ]);
      const same = kept.get(key) ?? [];
      if (!same.some(other => [...other.breaks].every(code => end.breaks.has(code)))) { kept.set(key, [...same, end]); }
    }
    return [...kept.values()].flat();
  }

  /** Whether both ends can exist together, and are not one pod. */
  canMeet(a: End, b: End): boolean {
    if (!('pod' in a.peer) || !('pod' in b.peer)) { return 'pod' in a.peer || 'pod' in b.peer; }
    if (a.workload !== undefined && a.workload === b.workload && a.workload.single) { return false; }
    if (a.namespace !== b.namespace && a.namespace!.name === b.namespace!.name) { return false; }
    // Two pods never share an address, except on one node's network.
    return !(a.onlyAddress && b.onlyAddress && a.peer.pod.ips[0] === b.peer.pod.ips[0] && !a.workload?.hostNetwork && !b.workload?.hostNetwork);
  }

  /** For each connection that is a witness against the claim: what its ports break. */
  witnesses(kind: SpecClaim['kind'], from: End, to: End, ports: SpecPort[] | undefined): string[][] {
    const cluster = this.clusterWith(from, to);
    // A pod's own node reaches it, and is reached by it.
    const isOwnNode = kind === 'denied' && ((from.ownNode && 'pod' in to.peer) || (to.ownNode && 'pod' in from.peer));
    const sides = isOwnNode ? [] : [
      kind === 'admitsOnly' ? 'not isolated' : rulesThatMatch(cluster, 'Egress', from.subject, to.peer),
      kind === 'reachesOnly' ? 'not isolated' : rulesThatMatch(cluster, 'Ingress', to.subject, from.peer),
    ];
    const key = JSON.stringify([sides, to.names, to.workload && [to.workload.namespace, to.workload.name], 'pod' in to.peer]);
    const known = this.tried.get(key);
    if (known) { return known; }
    const found = new Map<string, string[]>();
    for (const protocol of ['TCP', 'UDP', 'SCTP']) {
      for (const number of this.numbers) {
        for (const { destination, breaks } of this.withPorts(to, protocol, number)) {
          const asked = ports === undefined || ports.some(port => 'name' in port
            ? portsMatch([{ protocol: port.protocol, port: port.name }], destination, protocol, number)
            : port.protocol === protocol && port.first <= number && number <= port.last);
          const passes = sides.every(rules => rules === 'not isolated' || rules.some((rule: any) => portsMatch(rule?.ports, destination, protocol, number)));
          if (asked && passes !== (kind === 'allowed')) { found.set(breaks.join(), breaks); }
        }
      }
    }
    this.tried.set(key, [...found.values()]);
    return [...found.values()];
  }

  /** The destination with every set of named ports, for a connection to this port. Whether a name is absent or has another number makes no difference. */
  private withPorts({ peer, workload, names = [] }: End, protocol: string, number: number): { destination: SpecEnd; breaks: string[] }[] {
    if (!('pod' in peer) || workload) { return [{ destination: peer, breaks: [] }]; }
    let all: SpecPod['ports'][] = [[]];
    distinct([...names.map(({ protocol: p, name }) => ({ protocol: p, name })), ...this.names]).forEach((each, i) => {
      const own = names.find(({ name, protocol: p }) => name === each.name && p === each.protocol);
      const here = each.protocol === protocol ? [number] : [];
      const choices = own === undefined ? [undefined, ...here] : own.numbers.length > 0 ? own.numbers : [60000 + i, ...here];
      all = all.flatMap(ports => choices.map(containerPort => containerPort === undefined ? ports : [...ports, { ...each, containerPort }]));
    });
    return all.map(ports => ({
      destination: { pod: { ...peer.pod, ports } },
      breaks: distinct(ports.map(p => [p.protocol, p.containerPort])).length < ports.length ? ['port-name'] : [],
    }));
  }

  private clusterWith(...ends: End[]) {
    const namespaces = { ...this.cluster.namespaces };
    for (const { namespace } of ends) { if (namespace) { namespaces[namespace.name] = namespace.labels; } }
    return { namespaces, pods: [], policies: this.cluster.policies };
  }

  private everyNamespace(selectors: any[]): Namespace[] {
    const { namespaces, workloads, policies } = this.cluster;
    const inSelectors = selectors.flatMap(requirementsOf).filter(({ key }) => key === NAME).flatMap(({ values }) => values);
    const used = distinct([...workloads.map(w => w.namespace), ...policies.map(({ metadata }) => metadata.namespace), ...inSelectors]).filter(name => !(name in namespaces));
    const any = everyLabels(selectors.map(selector => ({ matchExpressions: requirementsOf(selector).filter(({ key }) => key !== NAME) })));
    const labelsOf = (name: string) => distinct(any, labels => selectors.map(selector => selectsNamespace(selector, { name, labels, kind: 'used' })));
    return [
      ...Object.entries(namespaces).map(([name, labels]) => ({ name, labels, kind: 'declared' as const })),
      ...used.flatMap(name => labelsOf(name).map(labels => ({ name, labels, kind: 'used' as const }))),
      ...labelsOf('new').map((labels, i) => ({ name: `new-${i}`, labels, kind: 'new' as const })),
    ];
  }

  private namespaceOf(workload: SpecWorkload): Namespace {
    return this.namespaces.find(({ name }) => name === workload.namespace)!;
  }

  /** The pods of a declared workload, with every value of what is not known. */
  private declaredEnds(workload: SpecWorkload): End[] {
    const { ips, hostNetwork } = workload;
    const addresses = ips.length > 0 ? [undefined] : this.addresses.filter(address => hostNetwork ? address.forNodes : address.forPods);
    return this.namespaces.filter(({ name }) => name === workload.namespace).flatMap(namespace => addresses.flatMap(address => this.labelsOf(workload).flatMap(set => {
      const end = this.podEnd({ ...workload, labels: set, ips: address ? [address.ip] : ips }, namespace, address);
      const { pod } = end.peer as { pod: SpecPod };
      if (!hostNetwork) { return [{ ...end, workload }]; }
      return [true, false].flatMap(skipped => [true, false].map(unmatched => ({
        ...end, workload,
        subject: { pod: { ...pod, hostNetwork: skipped } },
        peer: { pod: { ...pod, hostNetwork: unmatched } },
        breaks: new Set([...end.breaks, ...(skipped && unmatched ? [] : ['host-network'])]),
      })));
    })));
  }

  private labelsOf({ labels, generated = [] }: SpecWorkload): SpecLabels[] {
    return generated.reduce<SpecLabels[]>((sets, { key, optional }) => {
      const values = valuesOf(this.podSelectors).get(key);
      return values === undefined ? sets : sets.flatMap(set => [...optional ? [set] : [], ...[...values, OTHER].map(value => ({ ...set, [key]: value }))]);
    }, [labels]);
  }

  private podEnd(pod: SpecPod, namespace: Namespace, address: Address | undefined): End {
    const breaks = new Set<string>();
    if (namespace.kind === 'used' && Object.keys(namespace.labels).length > 0) { breaks.add('namespace-label'); }
    if (address?.isPublic && (pod.hostNetwork || !this.cluster.podCidrs)) { breaks.add('pod-address'); }
    return { subject: { pod }, peer: { pod }, namespace, breaks, onlyAddress: address?.only ?? false };
  }

  private addressEnds(): End[] {
    return this.addresses.filter(({ known }) => !known).map(({ ip, only }) => ({ subject: { ip }, peer: { ip }, breaks: new Set<string>(), onlyAddress: only }));
  }

  /** Whether a pod of a party by labels carries further labels, which no declared pod of the party carries together. */
  private hasExtraLabel(part: SpecPart, labels: SpecLabels): boolean {
    if (!('pods' in part) || !requirementsOf(part.pods).some(({ operator }) => ['In', 'Exists'].includes(operator))) { return false; }
    const mentioned = requirementsOf(part.pods).map(({ key }) => key);
    const extra = Object.keys(labels).filter(key => !mentioned.includes(key));
    return extra.length > 0 && !this.cluster.workloads.some(workload => !workload.hostNetwork && this.isDeclaredIn(part, workload)
      && extra.every(key => workload.labels[key] === labels[key] || workload.generated?.some(label => label.key === key)));
  }

  private isDeclaredIn(part: { namespaces: any; pods: any }, workload: SpecWorkload): boolean {
    return selectsNamespace(part.namespaces, this.namespaceOf(workload)) && this.labelsOf(workload).some(labels => selects(part.pods, labels));
  }
}

const OTHER = 'other-value';

function labelsOf(end: SpecEnd): SpecLabels {
  return 'pod' in end ? end.pod.labels : {};
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

function requirementsOf(selector: any): { key: string; operator: string; values: string[] }[] {
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value as string] })),
    ...(selector.matchExpressions ?? []).map((expression: any) => ({ ...expression, values: expression.values ?? [] })),
  ];
}

function selectsNamespace(selector: any, { name, labels }: Namespace): boolean {
  return selects(selector, { ...labels, [NAME]: name });
}

/** What a workload in a list permits: its selector or, if it has none, its labels; and the selector of the tier. */
function selectorsOf({ workload, tier }: { workload: SpecWorkload; tier?: any }): any[] {
  return [workload.selector ?? { matchLabels: workload.labels }, ...tier ? [tier] : []];
}

function familyOf(ip: string): 4 | 6 {
  return ip.includes(':') ? 6 : 4;
}

function isPort(port: SpecPod['ports'][number], { name, protocol }: NamedPort): boolean {
  return port.name === name && (port.protocol ?? 'TCP') === protocol;
}

function isIn(ip: string, { cidr, except = [] }: Block): boolean {
  return inBlock(ip, cidr) && !except.some(part => inBlock(ip, part));
}

/** An address for each set of blocks that has one. */
function everyAddress({ workloads, podCidrs }: ClaimCluster, blocks: Block[]): Address[] {
  const known = distinct(workloads.flatMap(({ ips }) => ips));
  const single = known.map(ip => ({ cidr: `${ip}/${ip.includes(':') ? 128 : 32}` }));
  const pods = (podCidrs ?? []).map(cidr => ({ cidr }));
  const every: Block[] = [...blocks, ...NEVER, ...PUBLIC, ...single, ...pods];
  const edges = every.flatMap(({ cidr, except = [] }) => [cidr, ...except]).flatMap(edgesOf);
  const groups = new Map<string, string[]>();
  for (const ip of distinct(['0.0.0.0', '0.0.0.1', '::', '::1', ...edges])) {
    const key = JSON.stringify([ip.includes(':'), NEVER.some(block => isIn(ip, block)), PUBLIC.some(block => isIn(ip, block)),
      ...[...single, ...pods, ...blocks].map(block => isIn(ip, block))]);
    groups.set(key, [...groups.get(key) ?? [], ip]);
  }
  return [...groups.values()].map(([ip, ...others]) => {
    const isKnown = known.includes(ip);
    const forNodes = !isKnown && !NEVER.some(block => isIn(ip, block)) && (known.length === 0 || known.some(each => each.includes(':') === ip.includes(':')));
    const forPods = podCidrs ? !isKnown && pods.some(block => isIn(ip, block)) : forNodes;
    return { ip, only: others.length === 0, known: isKnown, forPods, forNodes, isPublic: PUBLIC.some(block => isIn(ip, block)) };
  });
}

/** The first two addresses of a block, and the first two behind it. */
function edgesOf(cidr: string): string[] {
  const [network, prefix] = cidr.split('/');
  const length = network.includes(':') ? 128 : 32;
  const first = BigInt(`0b${bitsOf(network).slice(0, Number(prefix)).padEnd(length, '0')}`);
  const size = 1n << BigInt(length - Number(prefix));
  return [first, first + 1n, first + size, first + size + 1n].filter(address => address < 1n << BigInt(length)).map(address => textOf(address, length));
}

function textOf(address: bigint, length: number): string {
  const digits = address.toString(2).padStart(length, '0');
  return length === 32
    ? digits.match(/.{8}/g)!.map(byte => parseInt(byte, 2)).join('.')
    : digits.match(/.{16}/g)!.map(group => parseInt(group, 2).toString(16)).join(':');
}

/** The items without repetitions: the first of those about which `tell` says the same. */
function distinct<T>(items: T[], tell: (item: T) => unknown = item => item): T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = JSON.stringify(tell(item));
    if (!first.has(key)) { first.set(key, item); }
  }
  return [...first.values()];
}
