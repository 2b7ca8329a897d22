import { ConnectionsRef, ConnectionTable } from './connection-table';
import { AllowedPeers, Decision, Layer } from './layers';
import { ANY_NUMBER, EndpointClass } from './namespace-index';
import { IndexedNamespace } from './peer-sets';
import { OpenPorts } from './rule-match';
import { Certainty, decideTier, OrderedTier, orderedTier, TierEnds, TierStep } from './tier-decision';
import { MatchSources, TierMatches } from './tier-matches';
import { TierRows } from './tier-rows';
import { Delta, PolicyVocabulary } from './vocabulary';
import { Namespace, PortClause } from '../../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy, PolicyTier } from '../../cluster/cluster-policy';
import { DIRECTIONS, Direction } from '../../k8s/objects';
import { namedPortKey } from '../../k8s/workloads';

/*
 * The cluster-wide policies of an evaluation. Most pods are alike for all of them, so each pod has a profile: which policies select it, and which peers of
 * rules match it. A decision depends on two profiles only, and is made once for each pair of them.
 */

/** What the tiers are made from. */
export interface TierSources extends MatchSources {
  readonly clusterPolicies: readonly ClusterPolicy[];
  readonly table: ConnectionTable;
  readonly openKeys: ReadonlySet<string>;
  readonly hasOpenPorts: boolean;
  readonly hasOpenNetworks: boolean;
  readonly hasOpenNamespaces: boolean;
}

/** Counts in the vocabulary what a policy mentions. */
export function countClusterPolicy(policy: ClusterPolicy, delta: Delta, vocabulary: PolicyVocabulary): void {
  vocabulary.countSelector(policy.subject, delta);
  for (const { peers = [], ports = [] } of [...policy.ingress, ...policy.egress]) {
    for (const peer of peers) {
      if (peer.kind === 'pods') { vocabulary.countSelector(peer.pods, delta); }
      for (const block of blocksOf(peer) ?? []) { vocabulary.countBlock(block, delta); }
    }
    for (const port of ports) {
      if (port.name !== undefined) { vocabulary.countPort(port, delta); }
    }
  }
}

/** Both tiers in both directions. */
export class ClusterTiers {
  private readonly tiers = new Map<string, TierPolicies>();

  /** `before` are the tiers of an evaluation with the same classes and atoms. Those with the same policies are kept, with everything that they have found out. */
  constructor(sources: TierSources, before?: ClusterTiers) {
    for (const tier of ['Admin', 'Baseline'] as const) {
      for (const direction of DIRECTIONS) {
        const ordered = orderedTier(sources.clusterPolicies, tier, direction);
        const name = `${tier} ${direction}`;
        const known = before?.tiers.get(name);
        if (ordered.length > 0) { this.tiers.set(name, known?.isOf(ordered) ? known : new TierPolicies(ordered, direction, sources)); }
      }
    }
  }

  /** The layer of a tier in a namespace; undefined if none of its policies could select a pod there. */
  public layer(tier: PolicyTier, direction: Direction, namespace: IndexedNamespace): ClusterTierLayer | undefined {
    const policies = this.tiers.get(`${tier} ${direction}`);
    return policies?.concerns(namespace.namespace) ? new ClusterTierLayer(policies, namespace.firstWord * 32) : undefined;
  }
}

/** Pods that all policies of a tier treat alike, as subjects or as peers. */
interface Profile {
  readonly id: number;
  /** By number of the policy, or of the peer. */
  readonly certainties: readonly Certainty[];
  readonly namedPorts: EndpointClass['namedPorts'];
}

/** The profiles that were found. */
class Profiles {
  private readonly known = new Map<string, Profile>();

  public of(certainties: readonly Certainty[], namedPorts: EndpointClass['namedPorts']): Profile {
    const key = `${certainties.join('')}${namedPorts.size === 0 ? '' : JSON.stringify([...namedPorts].sort())}`;
    let profile = this.known.get(key);
    if (profile === undefined) { this.known.set(key, profile = { id: this.known.size, certainties, namedPorts }); }
    return profile;
  }
}

const NO_PORTS: EndpointClass['namedPorts'] = new Map();

/** A pair of profiles is one number: this times the number of the subject, plus that of the peer. */
const PAIR_BASE = 2 ** 26;

/** The policies of one tier with rules for one direction. */
class TierPolicies {
  /** True if every decision is certain. */
  public readonly isCertain: boolean;

  private readonly policies: readonly ClusterPolicy[];
  private readonly numberOfPolicy: ReadonlyMap<ClusterPolicy, number>;
  private readonly clauses: readonly ClusterPeerClause[];
  private readonly numberOfClause: ReadonlyMap<ClusterPeerClause, number>;
  /** True if some rule names a port, so that the named ports of the destination count. */
  private readonly namesPorts: boolean;
  private readonly matches: TierMatches;
  /** What is used where everything is known. */
  private readonly rows: TierRows | undefined;

  private readonly subjects: Profile[] = [];
  private readonly peers: Profile[] = [];
  private readonly atoms: Profile[] = [];
  private readonly subjectProfiles = new Profiles();
  private readonly peerProfiles = new Profiles();
  private readonly decisions = new Map<number, Decision>();
  private readonly allowedSlots = new Map<Profile, Uint32Array>();

  constructor(private readonly ordered: OrderedTier, private readonly direction: Direction, private readonly sources: TierSources) {
    const { isStrict, openKeys, table, namespaceOfWord } = sources;
    this.policies = ordered.flat(2);
    const rules = this.policies.flatMap(policy => policy[direction]);
    this.clauses = rules.flatMap(({ peers = [] }) => peers);
    this.numberOfPolicy = new Map(this.policies.map((policy, i) => [policy, i]));
    this.numberOfClause = new Map(this.clauses.map((clause, i) => [clause, i]));
    this.namesPorts = rules.some(({ ports = [] }) => ports.some(({ name }) => name !== undefined));
    this.matches = new TierMatches(this.clauses, sources);
    this.rows = TierRows.of(ordered, direction, this.matches, table, namespaceOfWord.length * 32,
      (clause, namedPorts) => connectionsOf(clause, namedPorts, 'absent', table));
    const isOpen = sources.hasOpenNetworks || sources.hasOpenNamespaces || (sources.hasOpenPorts && this.namesPorts);
    this.isCertain = !isStrict && openKeys.size === 0 && !isOpen && !this.matches.hasUnknownAddresses && this.rows !== undefined;
  }

  /** The atoms at which the decision may change. */
  public get edges(): readonly number[] { return this.matches.edges; }

  /** True if these are its policies. */
  public isOf(ordered: OrderedTier): boolean {
    const policies = ordered.flat(2);
    return policies.length === this.policies.length && policies.every((policy, i) => policy === this.policies[i]);
  }

  /** True if some policy could select a pod of the namespace. */
  public concerns(namespace: Namespace): boolean {
    return this.policies.some(policy => this.matches.ofNamespace(policy.namespaces, namespace) !== Certainty.NO);
  }

  public withPods(subject: number, slot: number): Decision {
    return this.rows?.withPods(subject, slot) ?? this.decide(this.subjectOf(subject), this.peers[slot] ??= this.peerProfile(slot));
  }

  public withAtom(subject: number, atom: number): Decision {
    return this.rows?.withAtom(subject, atom) ?? this.decide(this.subjectOf(subject), this.atoms[atom] ??= this.atomProfile(atom));
  }

  /** Adds the slots that some policy may allow to a row. */
  public addSlots(subject: number, row: Uint32Array): void {
    const profile = this.subjectOf(subject);
    let allowed = this.allowedSlots.get(profile);
    if (allowed === undefined) {
      this.allowedSlots.set(profile, allowed = new Uint32Array(row.length));
      for (const { firstWord, index } of this.mayAccept(profile) ? this.sources.namespaces : []) {
        for (let i = 0; i < index.classes.length; i++) {
          const slot = firstWord * 32 + i;
          if (this.withPods(subject, slot).allow !== ConnectionTable.NONE) { allowed[slot >>> 5] |= 1 << (slot & 31); }
        }
      }
    }
    allowed.forEach((word, i) => { row[i] |= word; });
  }

  /** The policies that select a subject, or may select it, in order. */
  public policiesOf(subject: number): ClusterPolicy[] {
    const { certainties } = this.subjectOf(subject);
    return this.policies.filter((_, i) => certainties[i] !== Certainty.NO);
  }

  /** True if a policy surely selects a subject. */
  public surelySelects(subject: number, policy: ClusterPolicy): boolean {
    return this.subjectOf(subject).certainties[this.numberOfPolicy.get(policy)!] === Certainty.SURELY;
  }

  /** The rules that decide about a subject and the pods in a slot, or the addresses of an atom. */
  public steps(subject: number, peer: { readonly slot: number } | { readonly atom: number }): TierStep[] {
    const steps: TierStep[] = [];
    const profile = 'slot' in peer ? this.peerProfile(peer.slot) : this.atomProfile(peer.atom);
    decideTier(this.ordered, this.direction, this.ends(this.subjectOf(subject), profile), this.sources.table, step => steps.push(step));
    return steps;
  }

  private mayAccept({ certainties }: Profile): boolean {
    return this.policies.some((policy, i) => certainties[i] !== Certainty.NO && policy[this.direction].some(({ action }) => action === 'accept'));
  }

  private decide(subject: Profile, peer: Profile): Decision {
    const key = subject.id * PAIR_BASE + peer.id;
    let decision = this.decisions.get(key);
    if (decision === undefined) {
      this.decisions.set(key, decision = decideTier(this.ordered, this.direction, this.ends(subject, peer), this.sources.table));
    }
    return decision;
  }

  private ends(subject: Profile, peer: Profile): TierEnds {
    const { table } = this.sources;
    const { namedPorts } = this.direction === 'ingress' ? subject : peer;
    return {
      selects: policy => subject.certainties[this.numberOfPolicy.get(policy)!],
      isPeer: clause => peer.certainties[this.numberOfClause.get(clause)!],
      connections: (clause, openPorts) => connectionsOf(clause, namedPorts, openPorts, table),
    };
  }

  private subjectOf(slot: number): Profile {
    return this.subjects[slot] ??= this.subjectProfile(slot);
  }

  private subjectProfile(slot: number): Profile {
    const { namespace, one } = this.matches.classAt(slot);
    const certainties = this.policies.map(policy => this.matches.ofSelectors(policy.namespaces, policy.subject, namespace, one));
    return this.subjectProfiles.of(certainties, this.namesPorts && this.direction === 'ingress' ? one.namedPorts : NO_PORTS);
  }

  private peerProfile(slot: number): Profile {
    const { namespace, one } = this.matches.classAt(slot);
    const certainties = this.clauses.map(clause => this.matches.ofPods(clause, namespace, one));
    return this.peerProfiles.of(certainties, this.namesPorts && this.direction === 'egress' ? one.namedPorts : NO_PORTS);
  }

  private atomProfile(atom: number): Profile {
    return this.peerProfiles.of(this.clauses.map(clause => this.matches.ofAtom(clause, atom)), NO_PORTS);
  }
}

/** The connections that an entry of ports means. A name means the ports of this name of the destination. */
function connectionsOf(clause: PortClause, namedPorts: EndpointClass['namedPorts'], openPorts: OpenPorts, table: ConnectionTable): ConnectionsRef {
  const { protocol, name, first, last } = clause;
  if (name === undefined) { return table.range(protocol, first, last); }
  return table.unionOf((namedPorts.get(namedPortKey(clause)) ?? []).map(number => {
    if (number !== ANY_NUMBER) { return table.range(protocol, number, number); }
    return openPorts === 'any number' ? table.range(protocol, 1, 65535) : ConnectionTable.NONE;
  }));
}

/** One tier in one direction of a namespace. */
export class ClusterTierLayer implements Layer {
  constructor(private readonly tier: TierPolicies, private readonly firstSlot: number) {}

  /** True if every decision is certain. */
  public get isCertain(): boolean { return this.tier.isCertain; }

  public withPods(subject: number, slot: number): Decision { return this.tier.withPods(this.firstSlot + subject, slot); }

  public withAtom(subject: number, atom: number): Decision { return this.tier.withAtom(this.firstSlot + subject, atom); }

  public addSlots(subject: number, row: Uint32Array): AllowedPeers {
    this.tier.addSlots(this.firstSlot + subject, row);
    return AllowedPeers.LISTED_OR_PASSED;
  }

  public changes(): Iterable<number> { return this.tier.edges; }

  /** The policies that select the subject, or may select it, in order. */
  public policiesOf(subject: number): ClusterPolicy[] { return this.tier.policiesOf(this.firstSlot + subject); }

  /** True if a policy of the tier surely selects the subject. */
  public surelySelects(subject: number, policy: ClusterPolicy): boolean { return this.tier.surelySelects(this.firstSlot + subject, policy); }

  /** The rules that decide, or may decide, in order. */
  public steps(subject: number, peer: { readonly slot: number } | { readonly atom: number }): TierStep[] {
    return this.tier.steps(this.firstSlot + subject, peer);
  }
}
