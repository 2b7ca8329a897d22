import { distinct, End, isIn, NAME, requirementsOf, selectsNamespace, Universe } from './claim-universe';
import { peerMatches, results, selectsSubject, Step, tierResults } from './cluster-wide';
import { portsMatch, rulesThatMatch, selects, SpecCluster, SpecEnd, SpecLabels, SpecNode, SpecPod } from './network-policy';

/*
 * The specification of claims, as docs/claims.md explains them: it tries every witness in the finite universe of claim-universe.ts, which holds
 * everything that policies and parties can tell apart. It shares no code with src/, and a property compares the product with it.
 *
 * The tiers of cluster-wide policies can leave a connection undecided. Then it may be a witness, and it is none for certain.
 */

/** The owner of pods. A Pod object is `single`; the others have several pods. */
export interface SpecWorkload extends SpecPod {
  single?: boolean;
  selector?: any;
  /** Labels that Kubernetes adds, with any value. Pods may lack those that are optional. */
  generated?: { key: string; optional: boolean }[];
}
export interface ClaimCluster {
  /** The declared and stated namespaces. */
  namespaces: Record<string, SpecLabels>;
  workloads: SpecWorkload[];
  policies: any[];
  /** Cluster-wide policies of any kind (cluster-wide.ts). */
  clusterPolicies?: any[];
  /** The nodes. Without any, the addresses of nodes are not known. */
  nodes?: SpecNode[];
  podCidrs?: string[];
}
export interface Block { cidr: string; except?: string[] }
export interface NamedPort { protocol: string; name: string }
export type SpecPort = NamedPort | { protocol: string; first: number; last: number };
/** Pods of a workload, and the selector of its tier. */
export interface WorkloadPart { workload: SpecWorkload; tier?: any }
/** Pods by selectors. A tier has `names`: the named ports of its `ports`. */
export interface PodsPart { namespaces: any; pods: any; names?: NamedPort[] }
export type SpecPart = WorkloadPart | PodsPart | { blocks: Block[] };
/** A party is the union of its parts. `ports` are its own. */
export interface SpecParty { parts: SpecPart[]; ports?: SpecPort[] }
export interface SpecClaim {
  kind: 'allowed' | 'denied' | 'admitsOnly' | 'reachesOnly';
  first: SpecParty;
  /** The other party, or the list. */
  second: SpecParty[];
  ports?: SpecPort[];
  strict?: boolean;
  declaredOnly?: boolean;
}
const CDK8S_ADDRESS = 'cdk8s.io/metadata.addr';
export const ASSUMPTIONS = ['extra-label', 'namespace-label', 'new-namespace', 'pod-address', 'port-name', 'host-network'];
export type Judged = { answer: 'holds' | 'fails' | 'undecided'; assumptions: string[] } | { error: string };

export function judgeClaim(cluster: ClaimCluster, claim: SpecClaim): Judged {
  const { kind, second, strict, declaredOnly } = claim;
  const meaning = new ClaimMeaning(cluster, claim);
  const ends = meaning.named.map(party => meaning.endsOf(party, declaredOnly));
  const error = meaning.nothingToJudge() ?? (ends.some(all => all.length === 0) ? `no ${declaredOnly ? 'declared' : 'possible'} pod` : undefined)
    ?? meaning.unknownPort();
  if (error) { return { error }; }

  const isOutside = (end: End) => !meaning.isListed(second, end);
  const sources = kind === 'admitsOnly' ? meaning.universe.everyEnd().filter(isOutside) : ends[0];
  const destinations = kind === 'reachesOnly' ? meaning.universe.everyEnd().filter(isOutside) : ends.at(-1)!;
  // What the possible witnesses break, and the certain ones. One that breaks more than another adds nothing.
  const found = new LeastSets();
  const certain = new LeastSets();
  const toTry = meaning.universe.toldApart(sources);
  for (const to of meaning.universe.toldApart(destinations)) {
    for (const from of toTry) {
      const breaks = distinct([...from.breaks, ...to.breaks]);
      if (!(found.isNew(breaks) || certain.isNew(breaks)) || !meaning.universe.canMeet(from, to)) { continue; }
      for (const { breaks: more, isCertain } of meaning.witnesses(from, to)) {
        found.add([...breaks, ...more]);
        if (isCertain) { certain.add([...breaks, ...more]); }
      }
    }
  }
  if (found.sets.some(breaks => breaks.length === 0)) {
    return { answer: certain.sets.some(breaks => breaks.length === 0) ? 'fails' : 'undecided', assumptions: [] };
  }
  const assumptions = SETS.find(set => found.sets.every(breaks => set.some(code => breaks.includes(code))))!;
  if (strict && found.sets.length > 0 && certain.sets.length === 0) { return { answer: 'undecided', assumptions }; }
  const fails = strict && (found.sets.length > 0 || meaning.named.some(party => party.parts.some(part => meaning.matchesNothing(part))));
  return { answer: fails ? 'fails' : 'holds', assumptions };
}

/** Every set of assumptions, small ones first, and equally small ones in the order of their codes. */
const SETS = [...ASSUMPTIONS].reverse().reduce<string[][]>((sets, code) => [...sets.map(set => [code, ...set]), ...sets], [[]])
  .sort((a, b) => a.length - b.length);

/** Sets of assumptions, none of which holds all of another one. */
class LeastSets {
  sets: string[][] = [];

  isNew(codes: string[]): boolean { return !this.sets.some(less => less.every(code => codes.includes(code))); }

  add(codes: string[]): void {
    if (this.isNew(codes)) { this.sets = [...this.sets.filter(more => !codes.every(code => more.includes(code))), codes]; }
  }
}

/** A connection against a claim: what it breaks, and whether it is against the claim whatever the tiers leave open. */
interface SpecWitness { breaks: string[]; isCertain: boolean }

/** What a claim means in a cluster. */
export class ClaimMeaning {
  readonly universe: Universe;
  /** The parties that the claim names, without the list. */
  readonly named: SpecParty[];
  private readonly destination?: SpecParty;
  private readonly ports?: SpecPort[];
  private readonly tried = new Map<string, SpecWitness[]>();

  constructor(private readonly cluster: ClaimCluster, private readonly claim: SpecClaim) {
    const { kind, first, second } = claim;
    this.named = kind === 'allowed' || kind === 'denied' ? [first, ...second] : [first];
    this.destination = kind === 'reachesOnly' ? undefined : this.named.at(-1);
    const parts = this.named.flatMap(party => party.parts);
    const extra = (labels: SpecLabels) => parts.map(part => 'pods' in part && this.hasExtraLabel(part, labels));
    const ports = [...claim.ports ?? [], ...this.named.flatMap(party => party.ports ?? [])];
    this.universe = new Universe(cluster, [first, ...second].flatMap(party => party.parts), ports, extra);
    this.ports = claim.ports ?? (kind === 'allowed' ? this.ownPorts(this.destination!) : undefined);
  }

  /** The ports that `allowed` means: the party's own, or those of its containers, or every port. */
  private ownPorts(party: SpecParty): SpecPort[] | undefined {
    const containers = this.declaredOf(party).flatMap(({ ports }) => ports)
      .map(({ protocol = 'TCP', containerPort }) => ({ protocol, first: containerPort, last: containerPort }));
    return party.ports ?? (containers.length > 0 ? containers : undefined);
  }

  nothingToJudge(): string | undefined {
    const [a, b] = this.named;
    if (b === undefined) { return a.parts.some(part => 'blocks' in part) ? 'a subject with addresses' : undefined; }
    if ([a, b].every(({ parts }) => parts.every(part => 'blocks' in part))) { return 'addresses on both sides'; }
    const [one, other] = [a, b].map(({ parts }) => parts.length === 1 && 'workload' in parts[0] ? parts[0].workload : undefined);
    return one?.single && one === other ? 'a pod and itself' : undefined;
  }

  /** A named port of the claim has a meaning if the party has it; if no pod of the party is declared, or outside a list, if anyone mentions it. */
  unknownPort(): string | undefined {
    const isUnknown = (port: NamedPort) => {
      const has = ({ ports }: SpecPod) => ports.some(own => own.name === port.name && (own.protocol ?? 'TCP') === port.protocol);
      const anywhere = this.cluster.workloads.some(has) || this.universe.mentions(port);
      if (this.destination === undefined) { return !anywhere; }
      const declared = this.declaredOf(this.destination);
      const isOfTier = this.destination.parts.some(part => 'pods' in part && part.names?.some(own => isSame(own, port)));
      return !declared.some(has) && !isOfTier && (declared.length > 0 || !anywhere);
    };
    return this.claim.ports?.some(port => 'name' in port && isUnknown(port)) ? 'nothing has the named port' : undefined;
  }

  /** Whether the part has no declared pod, although its namespaces have declared workloads. */
  matchesNothing(part: SpecPart): boolean {
    const { workloads } = this.cluster;
    return 'pods' in part && !workloads.some(workload => this.isDeclaredIn(part, workload))
      && workloads.some(workload => selectsNamespace(part.namespaces, this.universe.namespaceOf(workload)));
  }

  /** Every end of the party. Pods on their node's network are in it as declared workloads only. */
  endsOf(party: SpecParty, declaredOnly?: boolean): End[] {
    return party.parts.flatMap(part => {
      if ('blocks' in part) { return this.universe.addresses().filter(end => this.permits(part, end)); }
      if ('workload' in part) { return this.universe.declared(part.workload).map(end => ({ ...end, ownNode: part.workload.hostNetwork })); }
      return [
        ...this.cluster.workloads.flatMap(workload => this.universe.declared(workload)).filter(end => this.isIn(part, end)),
        ...(declaredOnly ? [] : this.universe.possible()).filter(end => this.isIn(part, end))
          .map(end => ({ ...end, names: part.names, breaks: [...end.breaks, ...this.breaksIn(part, end)] })),
      ];
    });
  }

  isIn(part: PodsPart, { namespace, peer }: End): boolean {
    return 'pod' in peer && selectsNamespace(part.namespaces, namespace!) && selects(part.pods, peer.pod.labels);
  }

  /** What a possible pod breaks as a pod of this part of a party. */
  breaksIn(part: PodsPart, { namespace, peer }: End): string[] {
    const byLabel = requirementsOf(part.namespaces).some(({ key, operator }) => key !== NAME && ['In', 'Exists'].includes(operator));
    // If no declared namespace has the labels, the claim can only be about namespaces that are made elsewhere.
    const hasDeclared = Object.entries(this.cluster.namespaces).some(([name, labels]) => selectsNamespace(part.namespaces, { name, labels }));
    return [
      ...byLabel && hasDeclared && namespace!.kind === 'new' ? ['new-namespace'] : [],
      ...'pod' in peer && this.hasExtraLabel(part, peer.pod.labels) ? ['extra-label'] : [],
    ];
  }

  /** Whether a pod of a party by labels carries further labels, and no declared pod of the party carries all of them. */
  private hasExtraLabel(part: PodsPart, labels: SpecLabels): boolean {
    const asked = requirementsOf(part.pods);
    const extra = Object.keys(labels).filter(key => !asked.some(requirement => requirement.key === key));
    return extra.length > 0 && asked.some(({ operator }) => ['In', 'Exists'].includes(operator))
      && !this.cluster.workloads.some(workload => !workload.hostNetwork && this.isDeclaredIn(part, workload)
        && extra.every(key => workload.labels[key] === labels[key] || workload.generated?.some(label => label.key === key)));
  }

  private isDeclaredIn(part: PodsPart, workload: SpecWorkload): boolean {
    return selectsNamespace(part.namespaces, this.universe.namespaceOf(workload))
      && this.universe.labelsOf(workload).some(labels => selects(part.pods, labels));
  }

  private declaredOf({ parts }: SpecParty): SpecWorkload[] {
    return this.cluster.workloads.filter(workload => parts.some(part =>
      'workload' in part ? part.workload === workload : 'pods' in part && this.isDeclaredIn(part, workload)));
  }

  /** Whether a list permits the end. Its blocks count together. */
  isListed(list: SpecParty[], end: End): boolean {
    const parts = list.flatMap(party => party.parts);
    const blocks = parts.flatMap(part => 'blocks' in part ? part.blocks : []);
    return [...parts, { blocks }].some(part => this.permits(part, end));
  }

  /** Whether one member of a list permits the end. */
  permits(part: SpecPart, end: End): boolean {
    const { peer, workload } = end;
    if ('blocks' in part) { return ('pod' in peer ? peer.pod.ips : [peer.ip]).every(ip => part.blocks.some(block => isIn(ip, block))); }
    if (!('pod' in peer)) { return false; }
    if ('pods' in part) { return this.isIn(part, end); }
    // Where selectors skip pods on their node's network, a policy means them by their addresses, not by the labels of a workload.
    if (peer.pod.hostNetwork) { return workload === part.workload; }
    return peer.pod.namespace === part.workload.namespace && selectorsOf(part, this.cluster).some(selector => selects(selector, peer.pod.labels));
  }

  /** The connections between two ends that are witnesses against the claim, with what their ports break. */
  witnesses(from: End, to: End): SpecWitness[] {
    const { kind } = this.claim;
    const cluster = this.universe.clusterWith(from, to);
    // A pod's own node reaches it, and is reached by it.
    const isOwnNode = kind === 'denied' && ((from.ownNode && 'pod' in to.peer) || (to.ownNode && 'pod' in from.peer));
    const egress = kind === 'admitsOnly' || isOwnNode ? 'not isolated' : rulesThatMatch(cluster, 'Egress', from.subject, to.peer);
    const ingress = kind === 'reachesOnly' || isOwnNode ? 'not isolated' : rulesThatMatch(cluster, 'Ingress', to.subject, from.peer);
    const egressTiers = kind === 'admitsOnly' || isOwnNode ? undefined : new Tiers(cluster, 'Egress', onNode(from), onNode(to));
    const ingressTiers = kind === 'reachesOnly' || isOwnNode ? undefined : new Tiers(cluster, 'Ingress', onNode(to), onNode(from));
    // Pairs to which the same rules apply have the same witnesses.
    const key = JSON.stringify([egress, egressTiers?.matches, ingress, ingressTiers?.matches, to.names, to.workload && [to.workload.namespace, to.workload.name], 'pod' in to.peer]);
    if (!this.tried.has(key)) {
      const decide = (port: [string, number], destination: SpecEnd): ('allow' | 'deny')[] => {
        const sides = [{ rules: egress, tiers: egressTiers }, { rules: ingress, tiers: ingressTiers }].map(({ rules, tiers }) => {
          const step = rules === 'not isolated' ? 'pass' : rules.some((rule: any) => portsMatch(rule.ports, destination, ...port)) ? 'allow' : 'deny';
          return tiers === undefined ? results([[step]]) : tiers.results(step, destination, ...port);
        });
        return (['allow', 'deny'] as const).filter(one => one === 'allow' ? sides.every(side => side.has('allow')) : sides.some(side => side.has('deny')));
      };
      const asked = this.universe.connectionsTo(to).filter(({ port, destination }) => this.asks(port, destination));
      this.tried.set(key, distinct(asked.flatMap(({ port, destination, breaks }) => {
        const decisions = decide(port, destination);
        return decisions.includes(kind === 'allowed' ? 'deny' : 'allow') ? [{ breaks, isCertain: decisions.length === 1 }] : [];
      })));
    }
    return this.tried.get(key)!;
  }

  private asks([protocol, number]: [string, number], destination: SpecEnd): boolean {
    return this.ports === undefined || this.ports.some(port => port.protocol === protocol && ('name' in port
      ? portsMatch([{ protocol, port: port.name }], destination, protocol, number) : port.first <= number && number <= port.last));
  }
}

/** What the tiers do in one direction. They never take a pod on its node's network for any other pod. */
class Tiers {
  constructor(
    private readonly cluster: SpecCluster, private readonly type: 'Ingress' | 'Egress', private readonly subject: SpecEnd, private readonly peer: SpecEnd,
  ) {}

  /** Which policies and peers match. The ends make no other difference, but for the ports of the destination. */
  get matches(): unknown {
    return this.cluster.clusterPolicies && [subjectMatches(this.cluster, this.subject), tierPeerMatches(this.cluster, this.peer, this.type)];
  }

  /** What can become of a connection with which NetworkPolicies do this step. */
  results(networkPolicy: Step, destination: SpecEnd, protocol: string, port: number): Set<'allow' | 'deny'> {
    // The ports of a possible pod are chosen for each connection.
    const [subject, peer] = this.type === 'Ingress' ? [withPorts(this.subject, destination), this.peer] : [this.subject, withPorts(this.peer, destination)];
    const connection = { type: this.type, subject, peer, protocol, port };
    return results([tierResults(this.cluster, 'Admin', connection), [networkPolicy], tierResults(this.cluster, 'Baseline', connection)]);
  }
}

function withPorts(end: SpecEnd, destination: SpecEnd): SpecEnd {
  return 'pod' in end && 'pod' in destination ? { pod: { ...end.pod, ports: destination.pod.ports } } : end;
}

/** An end as the tiers see it. */
export function onNode({ peer, workload }: End): SpecEnd {
  return 'pod' in peer ? { pod: { ...peer.pod, hostNetwork: workload?.hostNetwork } } : peer;
}

/** Whether each cluster-wide policy selects an end. */
export function subjectMatches(cluster: SpecCluster, end: SpecEnd): boolean[] {
  return cluster.clusterPolicies!.map(policy => selectsSubject(cluster, policy, end));
}

/** Whether each peer of cluster-wide policies matches an end. */
export function tierPeerMatches(cluster: SpecCluster, end: SpecEnd, ...types: ('Ingress' | 'Egress')[]): string[] {
  return cluster.clusterPolicies!.flatMap(({ spec }) => types.flatMap(type => (type === 'Ingress' ? spec.ingress : spec.egress) ?? []))
    .flatMap(rule => (rule.from ?? rule.to).map((peer: any) => peerMatches(cluster, peer, end)));
}

function isSame(a: NamedPort, b: NamedPort): boolean {
  return a.name === b.name && a.protocol === b.protocol;
}

/**
 * What a workload in a list permits: its selector or, if it has none, its labels; and the selector of the tier. No policy selects a workload of
 * cdk8s-plus by its address, unless it is like another one, so a workload with an address also permits what is selected without it.
 */
export function selectorsOf({ workload, tier }: WorkloadPart, { workloads }: ClaimCluster): any[] {
  const own = workload.selector ?? { matchLabels: workload.labels };
  const hasAddress = requirementsOf(own).some(({ key }) => key === CDK8S_ADDRESS);
  const lasting = lastingSelectorOf(workload);
  return [own, ...hasAddress && lasting !== undefined && !isAlike(workload, workloads) ? [lasting] : [], ...tier ? [tier] : []];
}

/** How a tier selects the pods of a workload: by what stays the same from release to release, or by the address if that does not tell it from others. */
export function selectorOfTier(workload: SpecWorkload, workloads: readonly SpecWorkload[]): any {
  const address = workload.labels[CDK8S_ADDRESS];
  const lasting = lastingSelectorOf(workload);
  return address !== undefined && (lasting === undefined || isAlike(workload, workloads)) ? { matchLabels: { [CDK8S_ADDRESS]: address } } : lasting;
}

function isAlike(workload: SpecWorkload, workloads: readonly SpecWorkload[]): boolean {
  const matches = (a: SpecWorkload, b: SpecWorkload) => {
    const lasting = lastingSelectorOf(a);
    return lasting !== undefined && selects(lasting, b.labels);
  };
  // No tier has pods on the network of their nodes.
  const others = workloads.filter(other => other !== workload && other.namespace === workload.namespace && !other.hostNetwork);
  return others.some(other => matches(workload, other) || matches(other, workload));
}

/** Its selector without the address, or else its labels without the address and the version. Undefined if neither is left. */
function lastingSelectorOf({ labels, selector }: SpecWorkload): any {
  const ofSpec = requirementsOf(selector ?? {}).filter(({ key }) => key !== CDK8S_ADDRESS);
  if (ofSpec.length > 0) { return { matchExpressions: ofSpec }; }
  const { [CDK8S_ADDRESS]: _, version, ...others } = labels;
  return Object.keys(others).length === 0 ? undefined : { matchLabels: others };
}
