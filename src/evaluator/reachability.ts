import { AddressSpace, atomsOf } from './address-space';
import { ConnectionSet } from './connections';
import { lowestBit } from './private/bit-rows';
import { ConnectionsRef, ConnectionTable } from './private/connection-table';
import { Assumptions, assumptionsIn, evaluate, evaluateStrictly, Evaluation, EvaluationOptions, hasNamedPortInBlock } from './private/evaluation';
import { CompiledDirection, OPEN, Outcome } from './private/layers';
import { EndpointClass, networkOf } from './private/namespace-index';
import { ConnectionRange, OpenEnd, rangeOverWorlds, Side, uncertainSelectors } from './private/open-worlds';
import { IndexedNamespace } from './private/peer-sets';
import { reevaluate } from './private/re-evaluation';
import { connectionsOf, RuleEnd } from './private/rule-match';
import { TierStep } from './private/tier-decision';
import { tierReasons } from './private/tier-reasons';
import {
  AddressesClause, Cluster, isLabelKnown, isLabelOpen, Namespace, PeerClause, Pod, Policy, Rule, UnevaluatedPolicy, unevaluatedName,
  unevaluatedReason, Workload,
} from '../cluster/cluster';
import { ClusterPolicy, ClusterRule, PolicyTier } from '../cluster/cluster-policy';
import { isMatchedByAddress } from '../cluster/pod-addresses';
import { couldSelect, surelySelects } from '../cluster/pod-selection';
import { Reason, namespaceLabels } from '../findings/answer';
import { Path } from '../findings/finding';
import { AddressRange, FAMILY_RANGE, formatAddress } from '../k8s/address';
import { Direction } from '../k8s/objects';
import { Selector } from '../k8s/selector';

export type { Direction } from '../k8s/objects';

/** The number of an endpoint class or an address atom (`Reachability.ofPod`, `Reachability.ofAddress`). */
export type ClassIndex = number;

/** The connections with a range of addresses that belong to no pod. */
export interface ExternalRange {
  readonly range: AddressRange;
  /** The connections that are certainly allowed. */
  readonly connections: ConnectionSet;
  /** The connections that may be allowed: the same, unless some are undecided. */
  readonly possible: ConnectionSet;
}

/** A cluster-wide rule, and the connections that it decides about, or may decide about. */
export interface TierRule {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  readonly connections: ConnectionSet;
  /** False if it is not known whether the policy and the rule match. */
  readonly isSure: boolean;
}

/** A pod that does not exist, without labels and without an address. */
const POSSIBLE_POD: Pod = { labels: {}, ports: [], addresses: [], hostNetwork: false };

/** Atoms are numbered from here on, after all endpoint classes. */
const ATOMS = 2 ** 30;

/**
 * Answers who reaches whom in a cluster. The ends of a connection are endpoint classes (pods that no policy can tell apart) and address atoms
 * (addresses that no block can tell apart).
 *
 * A connection needs the egress of its source and the ingress of its destination. In each direction the layers of policies decide.
 */
export class Reachability {
  private readonly evaluation: Evaluation;

  private readonly ranges = new Map<string, readonly ExternalRange[]>();

  /** The answers that are decided, by the number of their connections. */
  private readonly exact: ConnectionRange[] = [];

  /** True if a later evaluation has changed the shared vocabulary. Then this one cannot be the start of an update. */
  private isSuperseded = false;

  private strictReachability?: Reachability;

  private isOpen?: boolean;

  constructor(cluster: Cluster, options: EvaluationOptions = {}, evaluation?: Evaluation) {
    this.evaluation = evaluation ?? evaluate(cluster, options);
  }

  /**
   * The reachability of a changed cluster. Objects that did not change must be the same objects in both clusters, and `unevaluated` the same
   * list. Only what the other objects affect is evaluated again. This reachability keeps its answers.
   */
  public update(cluster: Cluster): Reachability {
    const { options } = this.evaluation;
    if (this.evaluation.isStrict) { return new Reachability(cluster, options).strict; }
    if (this.isSuperseded) { return new Reachability(cluster, options); }
    this.isSuperseded = true;
    return new Reachability(cluster, options, reevaluate(this.evaluation, cluster));
  }

  /** The reachability of the same cluster without assumptions. It has the same class indexes. It is this object if no assumption could matter. */
  public get strict(): Reachability {
    if (this.strictReachability === undefined) {
      const strict = evaluateStrictly(this.evaluation);
      this.strictReachability = strict === this.evaluation ? this : new Reachability(this.cluster, strict.options, strict);
    }
    return this.strictReachability;
  }

  public get cluster(): Cluster { return this.evaluation.cluster; }

  public get addresses(): AddressSpace { return this.evaluation.addresses; }

  /** False if every answer is decided. */
  public get mayBeUndecided(): boolean {
    return this.isOpen ??= this.evaluation.isStrict || this.cluster.unevaluated.length > 0
      || this.evaluation.compiled.some(({ ingress, egress }) => !ingress.isCertain || !egress.isCertain);
  }

  /** Which assumptions could matter for an answer of this reachability. */
  public get assumptions(): Assumptions {
    return this.evaluation.isStrict ? { namespaceLabel: false, podAddress: false } : assumptionsIn(this.evaluation);
  }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.evaluation.workloads.get(namespace) ?? []; }

  /** The number of endpoint classes. */
  public get classCount(): number {
    return this.evaluation.namespaces.reduce((sum, { index }) => sum + index.classes.length, 0);
  }

  /** The endpoint class of a pod. */
  public ofPod({ namespace }: Workload, pod: Pod): ClassIndex {
    const { positions, namespaces } = this.evaluation;
    const indexed = namespaces[positions.get(namespace) ?? -1];
    const own = indexed?.index.classOf(pod);
    if (own === undefined) { throw new Error('this pod is not in the cluster that is evaluated'); }
    return indexed.firstWord * 32 + own;
  }

  /** The atom of an address. */
  public ofAddress(address: bigint): ClassIndex { return this.ofAtom(this.addresses.atomOf(address)); }

  /** The index of an atom of `addresses`. */
  public ofAtom(atom: number): ClassIndex { return ATOMS + atom; }

  /** True if some NetworkPolicy isolates the pods in this direction. Addresses are never isolated. */
  public isIsolated(subject: ClassIndex, direction: Direction): boolean {
    return subject < ATOMS && this.compiled(subject, direction).isIsolated(this.inNamespace(subject), this.evaluation);
  }

  /** The NetworkPolicies that isolate the pods in this direction. */
  public policies(subject: ClassIndex, direction: Direction): Policy[] {
    return subject >= ATOMS ? [] : this.compiled(subject, direction).policiesOf(this.inNamespace(subject), this.evaluation);
  }

  /** The cluster-wide policies with rules for this direction that select the pods, or may select them: first those of the Admin tier, in their order. */
  public clusterPolicies(subject: ClassIndex, direction: Direction): readonly ClusterPolicy[] {
    return subject >= ATOMS ? [] : this.compiled(subject, direction).clusterPoliciesOf(this.inNamespace(subject));
  }

  /** True if one of these cluster-wide policies surely selects the pods. */
  public isSurelySelected(subject: ClassIndex, direction: Direction, policy: ClusterPolicy): boolean {
    const { admin, baseline } = this.compiled(subject, direction).tiers;
    return (policy.tier === 'Admin' ? admin : baseline)!.surelySelects(this.inNamespace(subject), policy);
  }

  /**
   * Why cluster-wide rules leave connections open with a pod that could exist, of which only its address is not known. `mayBeIn` is true for peers that may
   * contain the address.
   */
  public possiblePodReasons(
    subject: ClassIndex, direction: Direction, rules: readonly TierRule[], mayBeIn: (blocks: readonly AddressesClause[]) => boolean,
  ): Reason[] {
    const { namespace } = this.namespaceOf(subject);
    const peer = { pod: POSSIBLE_POD, generated: [], namespace, isNamespaceKnown: true };
    return tierReasons(rules, { ...this.reasonRoles(direction), subject: this.reasonEnd(subject), peer }, mayBeIn);
  }

  /** The cluster-wide rules that decide about connections with a peer, or may decide, in the order of their tier. */
  public tierRules(subject: ClassIndex, direction: Direction, peer: ClassIndex, tier: PolicyTier): TierRule[] {
    const { table } = this.evaluation;
    return this.steps(subject, direction, peer, tier).map(step => ({ ...step, connections: table.set(step.connections) }));
  }

  /** The policies of kinds that are not evaluated that could select the pods and that have an effect in this direction. */
  public unevaluated(subject: ClassIndex, direction: Direction): readonly UnevaluatedPolicy[] {
    return subject >= ATOMS ? [] : this.compiled(subject, direction).unevaluatedOf(this.inNamespace(subject));
  }

  /** A reason for each policy of `unevaluated`, whichever the peer is. */
  public unevaluatedReasons(subject: ClassIndex, direction: Direction): Reason[] {
    return this.unevaluated(subject, direction).map(policy => this.reasonOf(policy, subject, this.namespaceOf(subject).namespace));
  }

  /** The connections that are certainly allowed between two different pods or addresses. */
  public connections(source: ClassIndex, destination: ClassIndex): ConnectionSet {
    return this.connectionRange(source, destination).certain;
  }

  /** The connections that may be allowed between two different pods or addresses: the certain and the undecided ones. */
  public possibleConnections(source: ClassIndex, destination: ClassIndex): ConnectionSet {
    return this.connectionRange(source, destination).possible;
  }

  /** What is certainly allowed and what may be allowed between two different pods or addresses. If that is the same, it is one set. */
  public connectionRange(source: ClassIndex, destination: ClassIndex): ConnectionRange {
    // A list asks about the destinations that egress may allow, so ingress is the side that more often denies.
    const ingress = this.decided(destination, 'ingress', source);
    if (ingress === ConnectionTable.NONE) { return this.exactly(ingress); }
    const egress = this.decided(source, 'egress', destination);
    if (egress === ConnectionTable.NONE) { return this.exactly(egress); }
    return egress >= 0 && ingress >= 0 ? this.exactly(this.evaluation.table.intersect(egress, ingress)) : this.openRange(source, destination);
  }

  /** The range of connections of which none is undecided. It is the same object each time, because this runs for every pair of classes. */
  private exactly(connections: ConnectionsRef): ConnectionRange {
    const set = this.evaluation.table.set(connections);
    return this.exact[connections] ??= { certain: set, possible: set };
  }

  /** The connections that one side alone certainly allows. */
  public sideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.sideRange(subject, direction, peer).certain;
  }

  /** The connections that one side alone may allow. */
  public possibleSideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.sideRange(subject, direction, peer).possible;
  }

  /** Why one side is undecided; empty if it is decided. */
  public undecidedReasons(subject: ClassIndex, direction: Direction, peer: ClassIndex): readonly Reason[] {
    const { certain, possible } = this.sideRange(subject, direction, peer);
    if (certain.equals(possible)) { return []; }
    const policies = this.policies(subject, direction);
    return [
      ...this.unreadReasons(subject, peer),
      ...this.unevaluatedReasons(subject, direction),
      ...this.namespaceReasons(policies, subject, direction, peer),
      ...this.labelReasons(policies, subject, direction, peer),
      ...this.addressReasons(policies, subject, direction, peer),
      ...this.tierReasons(subject, direction, peer),
    ];
  }

  /**
   * The endpoint classes with which the pods may have a connection in this direction, ascending. Classes without any connection may be among
   * them. Undefined if every class may have one.
   */
  public possiblePeers(subject: ClassIndex, direction: Direction): ClassIndex[] | undefined {
    const { namespaceOfWord, namespaces } = this.evaluation;
    const row = new Uint32Array(namespaceOfWord.length);
    if (!this.compiled(subject, direction).addSlots(this.inNamespace(subject), row, this.evaluation)) { return undefined; }
    const found: ClassIndex[] = [];
    row.forEach((bits, word) => {
      const { index, firstWord } = namespaces[namespaceOfWord[word]];
      const first = firstWord * 32;
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const slot = word * 32 + lowestBit(rest);
        // The slots after the last class of a namespace have no pods, nor do those that a namespace left when it got too large for them.
        if (slot >= first && slot < first + index.classes.length) { found.push(slot); }
      }
    });
    return found;
  }

  /**
   * The addresses with which the pods may have a connection in this direction, in ranges of one address family, ascending. The connections of
   * adjacent ranges differ. Classes with the same ranges get the same list.
   */
  public externalRanges(subject: ClassIndex, direction: Direction): readonly ExternalRange[] {
    const { addresses } = this;
    const six = addresses.atomOf(FAMILY_RANGE.IPv6.first);
    const changes = this.compiled(subject, direction).changes(this.inNamespace(subject), this.evaluation);
    const starts = [...new Set([0, six, ...changes])].sort((a, b) => a - b).filter(atom => atom < addresses.size);
    const outcomes = starts.map(atom => this.outcome(subject, direction, this.ofAtom(atom)));
    const key = `${starts.join()} ${outcomes.map(({ certain, possible }) => `${certain}-${possible}`).join()}`;
    let ranges = this.ranges.get(key);
    if (ranges === undefined) {
      const isSame = (a: Outcome, b: Outcome | undefined) => a.certain === b?.certain && a.possible === b.possible;
      const edges = [...starts.keys()].filter(i => starts[i] === six || !isSame(outcomes[i], outcomes[i - 1]));
      const ends = [...edges.slice(1).map(at => starts[at]), addresses.size];
      ranges = edges.map((at, i) => ({
        range: { first: addresses.range(starts[at]).first, last: addresses.range(ends[i] - 1).last },
        connections: this.evaluation.table.set(outcomes[at].certain),
        possible: this.evaluation.table.set(outcomes[at].possible),
      })).filter(({ possible }) => !possible.isEmpty);
      this.ranges.set(key, ranges);
    }
    return ranges;
  }

  /**
   * The connections that one rule of a policy allows between pods that the policy selects and a peer. With `possibly`, those that it allows with
   * some of the values that are not known, and otherwise those that it allows with all of them.
   */
  public ruleConnections(policy: Policy, rule: Rule, direction: Direction, subject: ClassIndex, peer: ClassIndex, possibly = false): ConnectionSet {
    const alone = { ...policy, subject: Selector.everything, [direction]: [rule] };
    const range = this.overWorlds(subject, direction, peer, [{ direction, policies: [alone], clusterPolicies: [], unevaluated: [] }]);
    if (range !== undefined) { return possibly ? range.possible : range.certain; }
    return possibly ? ConnectionSet.ALL : ConnectionSet.NONE;
  }

  /** The connections that the ports of a rule mean for a destination, also those that they only may mean because its ports are not known. */
  public portsOfRule({ ports }: Rule, destination: ClassIndex): ConnectionSet {
    if (ports === undefined) { return ConnectionSet.ALL; }
    const { end } = this.openEnd(destination);
    const ends = end.kind === 'pod' && end.pod.either !== undefined ? end.pod.either.map(pod => ({ ...end, pod })) : [end];
    return ConnectionSet.unionOf(ends.flatMap(one => ports.map(clause => connectionsOf(clause, one, 'any number'))));
  }

  /** The connections that one side allows, or a negative number if they are undecided. */
  private decided(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionsRef {
    if (subject < ATOMS && peer < ATOMS) {
      // Does the work of compiled() and inNamespace() in one step: this runs for every pair of classes.
      const { evaluation } = this;
      const namespace = evaluation.namespaceOfWord[subject >>> 5];
      const compiled = evaluation.compiled[namespace];
      const own = subject - evaluation.namespaces[namespace].firstWord * 32;
      return (direction === 'ingress' ? compiled.ingress : compiled.egress).decidedWithPods(own, peer, evaluation);
    }
    const { certain, possible } = this.outcome(subject, direction, peer);
    return certain === possible ? certain : -1;
  }

  private outcome(subject: ClassIndex, direction: Direction, peer: ClassIndex): Outcome {
    if (subject >= ATOMS) { return OPEN; }
    const compiled = this.compiled(subject, direction);
    const own = this.inNamespace(subject);
    return peer >= ATOMS ? compiled.withAtom(own, peer - ATOMS, this.evaluation) : compiled.withPods(own, peer, this.evaluation);
  }

  /** What one side allows. */
  private sideRange(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionRange {
    const { certain, possible } = this.outcome(subject, direction, peer);
    const { table } = this.evaluation;
    const bounds = { certain: table.set(certain), possible: table.set(possible) };
    if (certain === possible || !this.areOnlyBounds(subject, direction, peer)) { return bounds; }
    return this.overWorlds(subject, direction, peer, [this.side(subject, direction)]) ?? bounds;
  }

  /** What both sides allow if one of them is undecided. Both can depend on the same labels. */
  private openRange(source: ClassIndex, destination: ClassIndex): ConnectionRange {
    const { table } = this.evaluation;
    const [out, into] = [this.outcome(source, 'egress', destination), this.outcome(destination, 'ingress', source)];
    const isExact = (out.certain === out.possible || !this.areOnlyBounds(source, 'egress', destination))
      && (into.certain === into.possible || !this.areOnlyBounds(destination, 'ingress', source));
    if (isExact) {
      return { certain: table.set(table.intersect(out.certain, into.certain)), possible: table.set(table.intersect(out.possible, into.possible)) };
    }
    const egress = this.sideRange(source, 'egress', destination);
    const ingress = this.sideRange(destination, 'ingress', source);
    const both = { certain: egress.certain.intersect(ingress.certain), possible: egress.possible.intersect(ingress.possible) };
    if (both.certain.equals(both.possible)
      || !this.areOnlyBounds(source, 'egress', destination) || !this.areOnlyBounds(destination, 'ingress', source)) { return both; }
    return this.overWorlds(source, 'egress', destination, [this.side(source, 'egress'), this.side(destination, 'ingress')]) ?? both;
  }

  /**
   * True if the layers give only bounds for a side that is undecided: something decides that several of its rules look at. What blocks grant to
   * a pod without a known address is exact.
   */
  private areOnlyBounds(subject: ClassIndex, direction: Direction, peer: ClassIndex): boolean {
    return subject < ATOMS && !this.compiled(subject, direction).isExact && (this.isOpenEnd(subject) || this.isOpenEnd(peer)
      || this.uncertainNamespace(subject, direction, peer) !== undefined
      || this.dependsOnTiers(subject, direction, peer)
      || (direction === 'egress' && this.hasUnknownAddress(peer) && this.policies(subject, direction).some(policy => hasNamedPortInBlock(policy.egress))));
  }

  /** True if cluster-wide policies look at something that is not known about the two ends. */
  private dependsOnTiers(subject: ClassIndex, direction: Direction, peer: ClassIndex): boolean {
    if (this.clusterPolicies(subject, direction).length === 0) { return false; }
    const isOpen = (end: ClassIndex) => end < ATOMS && this.isUncertain(this.namespaceOf(end).namespace);
    return this.hasUnknownAddress(peer) || isOpen(subject) || isOpen(peer);
  }

  private steps(subject: ClassIndex, direction: Direction, peer: ClassIndex, tier: PolicyTier): readonly TierStep[] {
    if (subject >= ATOMS) { return []; }
    const { admin, baseline } = this.compiled(subject, direction).tiers;
    const layer = tier === 'Admin' ? admin : baseline;
    return layer?.steps(this.inNamespace(subject), peer >= ATOMS ? { atom: peer - ATOMS } : { slot: peer }) ?? [];
  }

  /** What these sides allow, over everything that is not known about the two ends. Undefined if there are too many cases. */
  private overWorlds(subject: ClassIndex, direction: Direction, peer: ClassIndex, sides: readonly Side[]): ConnectionRange | undefined {
    const [source, destination] = direction === 'egress' ? [subject, peer] : [peer, subject];
    const labelsOf = (name: string) => this.cluster.namespaces.get(name)!.labels;
    return rangeOverWorlds(labelsOf, this.openEnd(source), this.openEnd(destination), sides, this.evaluation.table);
  }

  /** The reasons why an end is not known, for pods of workloads that netpol cannot read. */
  private unreadReasons(...ends: readonly ClassIndex[]): Reason[] {
    return ends.flatMap(end => end < ATOMS ? this.classOf(end).pod.unread ?? [] : []);
  }

  private namespaceReasons(policies: readonly Policy[], subject: ClassIndex, direction: Direction, peer: ClassIndex): Reason[] {
    const namespace = this.uncertainNamespace(subject, direction, peer);
    if (namespace === undefined) { return []; }
    const uncertain = uncertainSelectors(policies, direction, namespace);
    const keys = uncertain.flatMap(({ requirements }) => requirements.map(({ key }) => key)).filter(key => !isLabelKnown(namespace, key));
    const place = placeOfPeer(policies, direction, clause => clause.kind === 'pods' && uncertain.includes(clause.namespaces!), ['namespaceSelector']);
    const assumed = keys.filter(key => !isLabelOpen(namespace, key));
    return [
      ...keys.length > assumed.length ? [namespace.open!.reason] : [],
      ...assumed.length > 0 ? [{ code: 'namespace-label' as const, what: namespaceLabels(namespace.name, assumed), place }] : [],
    ];
  }

  /** A reason for each end that has labels with unknown values which decide whether a selector matches. */
  private labelReasons(policies: readonly Policy[], subject: ClassIndex, direction: Direction, peer: ClassIndex): Reason[] {
    const reasons: Reason[] = [];
    const [ofSubject, ofPeer] = direction === 'egress' ? ['source', 'destination'] : ['destination', 'source'];
    const add = (end: ClassIndex, role: string, candidates: readonly { readonly selector: Selector; readonly place: () => Reason['place'] }[]) => {
      const keys = new Set(this.classOf(end).generated.map(({ key }) => key));
      const pod = keys.size === 0 ? undefined : this.classOf(end).pod;
      // The reason of a pod that was not read says why its labels are not known.
      if (pod === undefined || pod.unread !== undefined) { return; }
      const open = candidates.filter(({ selector }) => couldSelect(selector, pod) && !surelySelects(selector, pod));
      const mentioned = new Set(open.flatMap(({ selector }) => selector.requirements.map(({ key }) => key)).filter(key => keys.has(key)));
      if (mentioned.size > 0) { reasons.push({ code: 'generated-label', what: `the ${role} (${labelsText([...mentioned].sort())})`, place: open[0].place() }); }
    };
    add(subject, ofSubject, policies.map(policy => ({ selector: policy.subject, place: () => policy.origin.at(['spec', 'podSelector']) })));
    if (peer < ATOMS) {
      add(peer, ofPeer, policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []).flatMap(clause =>
        clause.kind === 'pods' ? [{ selector: clause.pods, place: () => policy.origin.at([...clause.path, 'podSelector']) }] : [])));
    }
    return reasons;
  }

  private addressReasons(policies: readonly Policy[], subject: ClassIndex, direction: Direction, peer: ClassIndex): Reason[] {
    if (!this.hasUnknownAddress(peer)) { return []; }
    const { evaluation } = this;
    const granted = this.compiled(subject, direction).addressGrants(this.inNamespace(subject), peer, evaluation);
    const isOpen = granted !== undefined && granted.certain !== granted.possible;
    const named = direction === 'egress' ? policies.filter(policy => hasNamedPortInBlock(policy.egress)) : [];
    if (!isOpen && named.length === 0) { return []; }
    const network = networkOf(this.classOf(peer).pod);
    const unknown = evaluation.unknownAddresses[evaluation.isStrict ? 'all' : 'assumed'];
    const decides = (clause: PeerClause) => clause.kind === 'addresses' && unknown.countOf(network, atomsOf(clause, this.addresses)) % unknown.countOf(network) !== 0;
    const deciding = (isOpen ? policies : named).flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? [])).find(decides);
    if (deciding === undefined) { return []; }
    const role = direction === 'egress' ? 'destination' : 'source';
    return [{ code: 'pod-address', what: `the ${role} (ipBlock ${blockText(deciding as AddressesClause)})`, place: placeOfPeer(policies, direction, clause => clause === deciding, ['ipBlock']) }];
  }

  /** Why cluster-wide policies leave the side open. */
  private tierReasons(subject: ClassIndex, direction: Direction, peer: ClassIndex): Reason[] {
    if (this.clusterPolicies(subject, direction).length === 0) { return []; }
    const { isStrict } = this.evaluation;
    const ends = {
      subject: this.reasonEnd(subject), peer: peer < ATOMS ? this.reasonEnd(peer) : undefined, ...this.reasonRoles(direction),
    };
    const mayBeIn = (blocks: readonly AddressesClause[]) => {
      if (!this.hasUnknownAddress(peer)) { return false; }
      const unknown = this.evaluation.unknownAddresses[isStrict ? 'all' : 'assumed'];
      const network = networkOf(ends.peer!.pod);
      return unknown.countOf(network, blocks.flatMap(block => atomsOf(block, this.addresses))) % unknown.countOf(network) !== 0;
    };
    return (['Admin', 'Baseline'] as const).flatMap(tier => tierReasons(this.tierRules(subject, direction, peer, tier), ends, mayBeIn));
  }

  private reasonRoles(direction: Direction) {
    const [subjectRole, peerRole] = direction === 'egress' ? ['source', 'destination'] : ['destination', 'source'];
    return { subjectRole, peerRole };
  }

  private reasonEnd(pods: ClassIndex) {
    const { namespace } = this.namespaceOf(pods);
    const { pod, generated } = this.classOf(pods);
    return { namespace, pod, generated, isNamespaceKnown: !this.isUncertain(namespace) };
  }

  /** The namespace of the peer if its labels are not known and rules of the subject mention them. */
  private uncertainNamespace(subject: ClassIndex, direction: Direction, peer: ClassIndex): Namespace | undefined {
    if (subject >= ATOMS || peer >= ATOMS) { return undefined; }
    const { namespace } = this.namespaceOf(peer);
    if (!this.isUncertain(namespace)) { return undefined; }
    return uncertainSelectors(this.policies(subject, direction), direction, namespace).length > 0 ? namespace : undefined;
  }

  /** True if some labels of the namespace may be anything. */
  private isUncertain({ origin, open }: Namespace): boolean {
    return open !== undefined || (this.evaluation.isStrict && origin === undefined);
  }

  private side(subject: ClassIndex, direction: Direction): Side {
    return {
      direction,
      policies: this.policies(subject, direction),
      clusterPolicies: this.clusterPolicies(subject, direction),
      unevaluated: this.unevaluated(subject, direction),
    };
  }

  /** True if labels of the pods that selectors look at are not known, or their ports, or anything that two declarations say differently. */
  private isOpenEnd(end: ClassIndex): boolean {
    if (end >= ATOMS) { return false; }
    const { generated, pod: { hasOpenNetwork, hasOpenPorts, either } } = this.classOf(end);
    return generated.length > 0 || hasOpenNetwork === true || hasOpenPorts === true || either !== undefined;
  }

  /** True if an address by which blocks may match the pods is not known. */
  private hasUnknownAddress(end: ClassIndex): boolean {
    return end < ATOMS && this.classOf(end).atoms.length === 0 && isMatchedByAddress(this.cluster, this.classOf(end).pod);
  }

  private classOf(pods: ClassIndex): EndpointClass {
    return this.namespaceOf(pods).index.classes[this.inNamespace(pods)];
  }

  private reasonOf(policy: UnevaluatedPolicy, subject: ClassIndex, podNamespace: Namespace): Reason {
    const { pod } = this.classOf(subject);
    const what = unevaluatedName(policy);
    return policy.selects(pod, podNamespace) === 'could'
      ? unevaluatedReason(policy)
      : { code: 'namespace-label', what: `labels of namespace ${podNamespace.name} that ${what} mentions`, place: policy.origin.at() };
  }

  private end(endpoint: ClassIndex): RuleEnd {
    if (endpoint >= ATOMS) { return { kind: 'addresses', range: this.addresses.range(endpoint - ATOMS) }; }
    const { index } = this.namespaceOf(endpoint);
    const { pod } = index.classes[this.inNamespace(endpoint)];
    return { kind: 'pod', namespace: index.namespace, pod: isMatchedByAddress(this.cluster, pod) ? pod : { ...pod, addresses: [] } };
  }

  /** An end, and what is not known about it. */
  private openEnd(endpoint: ClassIndex): OpenEnd {
    const end = this.end(endpoint);
    if (end.kind === 'addresses') { return { end, generated: [] }; }
    const { isStrict, unknownAddresses } = this.evaluation;
    const { namespace } = this.namespaceOf(endpoint);
    return {
      end,
      generated: this.classOf(endpoint).generated,
      addresses: this.hasUnknownAddress(endpoint) ? unknownAddresses[isStrict ? 'all' : 'assumed'].rangesOf(networkOf(end.pod)) : undefined,
      namespace: this.isUncertain(namespace) ? namespace : undefined,
    };
  }

  private namespaceOf(pods: ClassIndex): IndexedNamespace {
    return this.evaluation.namespaces[this.evaluation.namespaceOfWord[pods >>> 5]];
  }

  /** The number that an endpoint class has in its namespace. */
  private inNamespace(pods: ClassIndex): number {
    return pods - this.namespaceOf(pods).firstWord * 32;
  }

  private compiled(pods: ClassIndex, direction: Direction): CompiledDirection {
    const namespace = this.evaluation.compiled[this.evaluation.namespaceOfWord[pods >>> 5]];
    return direction === 'ingress' ? namespace.ingress : namespace.egress;
  }
}

function labelsText(keys: readonly string[]): string {
  return `${keys.length === 1 ? 'label' : 'labels'} ${keys.join(', ')}`;
}

/** Where the first of these peers of rules is written. */
function placeOfPeer(policies: readonly Policy[], direction: Direction, isIt: (clause: PeerClause) => boolean, field: Path): Reason['place'] {
  const peers = policies.flatMap(policy => policy[direction]!.flatMap(rule => rule.peers ?? []).map(peer => ({ policy, peer })));
  const { policy, peer: { path } } = peers.find(({ peer }) => isIt(peer))!;
  return policy.origin.at([...path, ...field]);
}

/** A block as messages name it: `10.0.0.0/8`. */
function blockText({ block: { first, prefix } }: AddressesClause): string {
  return `${formatAddress(first)}/${prefix}`;
}
