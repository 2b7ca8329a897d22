import { Claim, directionOf, namedParties, OnlyClaim, PairClaim, partiesOf } from './claim';
import { DecidingRule } from './explained-witness';
import { hasAddresses, Party } from './party';
import { Candidate, Dropped, Way } from './private/candidate';
import { Candidates } from './private/candidates';
import { ConnectionSearch, HostNetworkReading, SearchOptions } from './private/connection-search';
import { Budget, BudgetExceeded } from './private/constraint-search';
import { smallestHittingSet } from './private/hitting-set';
import { isListed } from './private/listed';
import { GrantedPorts } from './private/policy-index';
import { Universe } from './private/universe';
import { exampleOf, ORDER } from './private/witness-builder';
import { ClaimWitness, POSSIBLE, explainWitness, labelsText, nameOfEnd, WitnessEnd } from './witness';
import { Cluster, unevaluatedName, UnevaluatedPolicy } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { Assumption, AssumptionCode, Reason } from '../findings/answer';
import { Place } from '../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { namedPortKey } from '../k8s/workloads';
import { Explanation } from '../query/explanation';
import { PortQuery } from '../query/ports';

/** Whether a claim holds. It does not hold if it fails, nor if it is undecided. */
export type ClaimAnswer = 'holds' | 'fails' | 'undecided';

/** An assumption that a claim rests on, and a witness that breaks it. */
export interface ClaimAssumption extends Assumption {
  readonly witness: ClaimWitness;
}

/** The answer to a claim, with everything that a writer needs to explain it. */
export interface ClaimVerdict {
  readonly claim: Claim;
  /** The ports that the claim is about: those that it names, or for `allowed` the destination's own. Absent: every port. */
  readonly ports?: readonly PortQuery[];
  readonly cluster: Cluster;
  readonly answer: ClaimAnswer;
  /** A connection that shows that the claim fails, or that it may fail. Absent if it holds, and if the search has found none yet. */
  readonly witness?: ClaimWitness;
  /** Why the claim is undecided, each reason once. */
  readonly reasons: readonly Reason[];
  /** The smallest set of assumptions of which every witness breaks one. A strict claim may assume nothing, so it fails. */
  readonly assumptions: readonly ClaimAssumption[];
  /** The parties that the claim names and that match no declared pod, although their namespaces have workloads. A strict claim fails. */
  readonly unmatched: readonly Party[];
  /** How many declared workloads the parties that the claim names have. */
  readonly declaredWorkloads: number;
}

/** The verdict on a claim, or why there is nothing to judge. */
export type ClaimOutcome = { readonly verdict: ClaimVerdict } | { readonly error: string };

/** Why a claim holds. */
export type Support =
  /** The answer for one of the connections that the claim is about. */
  | { readonly kind: 'pair'; readonly explanation: Explanation }
  /** Every rule that was searched: none of them lets an end outside the list through. */
  | { readonly kind: 'rules'; readonly direction: Direction; readonly rules: readonly Pick<DecidingRule, 'policy' | 'rule'>[] };

/** The steps that one claim may take: some seconds. Usual claims take less than a thousandth of them. */
const MAX_STEPS = 60_000_000;

const NOTHING_DROPPED: Dropped = new Set();
const ALL_DROPPED: Dropped = new Set(ORDER);

/**
 * Judges claims about one cluster, over every pod that could exist. No claim changes the answer to another one. Judging stops at a budget of
 * steps, which depends on nothing but the claim and the cluster.
 */
export class ClaimJudge {
  private constructor(private readonly universe: Universe) {}

  public static of(cluster: Cluster): ClaimJudge {
    return new ClaimJudge(new Universe(cluster));
  }

  /** The judge of the cluster after a change. Objects that have not changed must be the same ones. */
  public after(cluster: Cluster): ClaimJudge {
    return new ClaimJudge(this.universe.after(cluster));
  }

  /** Who reaches whom among the declared pods. */
  public get reach(): Reachability { return this.universe.reach; }

  /** True if the cluster has a workload of this kind and name. */
  public hasWorkload(namespace: string, kind: string, name: string | undefined): boolean {
    return this.universe.workloadsIn(namespace).some(workload => workload.kind === kind && workload.name === name);
  }

  /** Explains a claim that holds. Undefined if it is about no connection, such as one on a port that no pod of the destination has. */
  public supportOf(claim: Claim): Support | undefined {
    return new ClaimSearch(this.universe, claim).support();
  }

  public judge(claim: Claim): ClaimOutcome {
    const search = new ClaimSearch(this.universe, claim);
    const error = search.fault();
    return error === undefined ? { verdict: search.verdict() } : { error };
  }
}

type OnlyDeclared = boolean | 'if any';

/** The search for a witness against one claim. */
class ClaimSearch {
  private readonly candidates: Candidates;
  private readonly budget = new Budget(MAX_STEPS);
  private readonly askedPorts?: readonly PortQuery[];
  private readonly ports?: GrantedPorts;

  constructor(private readonly universe: Universe, private readonly claim: Claim) {
    this.candidates = Candidates.of(universe, partiesOf(claim));
    this.askedPorts = claim.ports ?? (claim.kind === 'allowed' ? this.ownPorts(claim.to) : undefined);
    this.ports = this.askedPorts && grantedPorts(this.askedPorts);
  }

  /** Why there is nothing to judge; undefined if there is something. */
  public fault(): string | undefined {
    const { claim } = this;
    for (const party of namedParties(claim)) {
      if (this.ofParty(party, claim.onlyDeclared ? NOTHING_DROPPED : ALL_DROPPED).length > 0) { continue; }
      return claim.onlyDeclared
        ? `the input declares no pod of '${party.name}', and the claim is about declared pods only: correct the labels, or leave the scope out`
        : `no pod and no free address can be '${party.name}', because its selector contradicts itself or the labels of declared namespaces: correct the selector`;
    }
    if ('target' in claim && hasAddresses(claim.target)) {
      const what = claim.target.parts.every(({ kind }) => kind === 'addresses') ? 'is not a pod' : 'has addresses that belong to no pod';
      return `${claim.kind} is about pods, and ${claim.target.name} ${what}: write 'allowed' or 'denied' for an address`;
    }
    if ('from' in claim) {
      if ([claim.from, claim.to].every(({ parts }) => parts.every(({ kind }) => kind === 'addresses'))) {
        return `${claim.from.name} and ${claim.to.name} are both addresses: no policy decides about traffic between them; name a pod on one side`;
      }
      if (this.isOnePod(claim)) { return `${claim.from.name} and ${claim.to.name} are the same pod, and a pod always reaches itself: name another pod on one side`; }
    }
    return this.unknownPort();
  }

  public support(): Support | undefined {
    const { claim } = this;
    if ('from' in claim) {
      const typical = this.typicalConnection(claim);
      return typical && { kind: 'pair', explanation: explainWitness(this.universe.cluster, this.askedPorts, typical) };
    }
    const direction = directionOf(claim.kind);
    const policies = new Set(this.ofParty(claim.target, ALL_DROPPED).flatMap(target =>
      target.kind === 'pod' && !target.hostNetwork ? target.policies(this.universe, direction).map(({ policy }) => policy) : []));
    return { kind: 'rules', direction, rules: [...policies].flatMap(policy => policy[direction]!.map(rule => ({ policy, rule }))) };
  }

  /** Some connection that the claim is about: between declared pods, if there are any. */
  private typicalConnection(claim: PairClaim): ClaimWitness | undefined {
    const options = this.optionsFor(NOTHING_DROPPED, HOST_READINGS[0], false);
    const declaredFirst = (party: Party) => [...this.ofParty(party, NOTHING_DROPPED, true), ...this.ofParty(party, ALL_DROPPED)];
    for (const source of declaredFirst(claim.from)) {
      for (const destination of declaredFirst(claim.to)) {
        const search = new ConnectionSearch(source, destination, options);
        let ends: ReturnType<typeof exampleOf>;
        if (isSamePod(source, destination) || !search.exists(() => (ends = exampleOf(search, this.universe, options.host)) !== undefined)) { continue; }
        return { kind: claim.kind === 'allowed' ? 'blocked' : 'passes', ...ends!, source: named(ends!.source, claim.from), destination: named(ends!.destination, claim.to) };
      }
    }
    return undefined;
  }

  public verdict(): ClaimVerdict {
    const { claim, universe: { cluster } } = this;
    const unmatched = namedParties(claim).filter(party => this.isUnmatched(party));
    const declaredWorkloads = new Set(namedParties(claim).flatMap(({ parts }) => parts.flatMap(part =>
      part.kind === 'declared' ? [part.workload] : part.kind === 'selected' ? this.universe.declaredMembers(part.namespaces, part.pods, true).map(({ workload }) => workload) : []))).size;
    const common = { claim, ports: this.askedPorts, cluster, unmatched, declaredWorkloads, reasons: [], assumptions: [] };
    try {
      return { ...common, ...this.decide() };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return { ...common, answer: 'undecided', reasons: [{ code: 'budget', what: 'the search for a witness' }] };
    }
  }

  private decide(): Pick<ClaimVerdict, 'answer'> & Partial<ClaimVerdict> {
    // Most claims hold without any assumption, so the widest search goes first.
    const widest = this.find(ALL_DROPPED, true);
    if (widest === undefined) { return { answer: this.strictAnswer('holds') }; }
    const witnesses = [widest];
    for (let last = widest; last.breaks.length > 0; witnesses.push(last)) {
      // Every set of assumptions of which these witnesses break one has to be at least as large as the smallest.
      const codes = smallestHittingSet(witnesses.map(({ breaks }) => breaks), ORDER);
      const other = this.find(allBut(codes), true);
      if (other === undefined) { return this.holdsAssuming(codes, witnesses); }
      last = other.breaks.length === 0 ? other : this.find(NOTHING_DROPPED, true) ?? other;
    }
    return this.failsWithoutAssumptions(witnesses.at(-1)!);
  }

  /** A strict claim about a party that matches nothing does not hold. */
  private strictAnswer(answer: 'holds'): ClaimAnswer {
    return this.claim.strict && namedParties(this.claim).some(party => this.isUnmatched(party)) ? 'fails' : answer;
  }

  private failsWithoutAssumptions(witness: ClaimWitness): Pick<ClaimVerdict, 'answer'> & Partial<ClaimVerdict> {
    const certain = this.isUncertain(witness) ? this.find(NOTHING_DROPPED, false) : witness;
    return certain === undefined
      ? { answer: 'undecided', witness, reasons: this.reasonsOf(witness) }
      : { answer: 'fails', witness: this.declaredExample() ?? certain };
  }

  /** `codes` is the smallest set of assumptions of which every witness breaks one. */
  private holdsAssuming(codes: readonly AssumptionCode[], witnesses: readonly ClaimWitness[]): Pick<ClaimVerdict, 'answer'> & Partial<ClaimVerdict> {
    const assumptions = codes.map(code => {
      const witness = witnesses.find(({ breaks }) => breaks.length === 1 && breaks[0] === code)
        ?? this.find(only(code), true)
        ?? this.find(allBut(codes.filter(other => other !== code)), true)!;
      // A witness between declared pods says more.
      const shown = this.hasDeclared && this.find(only(code), true, 'if any') || witness;
      return { code, what: subjectOf(code, shown), place: placeOf(code, shown, this.universe.cluster), witness: shown };
    });
    return this.claim.strict
      ? { answer: 'fails', witness: assumptions[0].witness, assumptions }
      : { answer: 'holds', assumptions };
  }

  /** A witness between declared pods says more than one between pods that could exist. */
  private declaredExample(): ClaimWitness | undefined {
    return this.hasDeclared ? this.find(NOTHING_DROPPED, false, 'if any') : undefined;
  }

  /** True if a party that is written by labels has declared pods, and the claim is not about those alone. */
  private get hasDeclared(): boolean {
    return !this.claim.onlyDeclared && namedParties(this.claim).some(({ parts }) => parts.some(part =>
      part.kind === 'selected' && this.universe.declaredMembers(part.namespaces, part.pods, true).length > 0));
  }

  /**
   * A witness that breaks none but the dropped assumptions.
   *
   * @param unevaluated policies of kinds that are not evaluated count as if they allowed the connection, or denied it. Otherwise a witness
   *   must not depend on them
   * @param onlyDeclared whether the parties that the claim names are narrowed to declared pods; `if any`: those that have some
   */
  private find(dropped: Dropped, unevaluated: boolean, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): ClaimWitness | undefined {
    for (const host of hostReadings(dropped)) {
      const options = this.optionsFor(dropped, host, unevaluated);
      const witness = 'from' in this.claim
        ? this.findPair(this.claim, dropped, options, onlyDeclared)
        : this.findUnlisted(this.claim, dropped, options, onlyDeclared);
      if (witness !== undefined) { return witness; }
    }
    return undefined;
  }

  private optionsFor(dropped: Dropped, host: HostNetworkReading, unevaluated: boolean): SearchOptions {
    return { universe: this.universe, budget: this.budget, ports: this.ports, host, sharesNames: dropped.has('port-name'), unevaluated };
  }

  private findPair(claim: PairClaim, dropped: Dropped, options: SearchOptions, onlyDeclared: OnlyDeclared): ClaimWitness | undefined {
    const destinations = this.ofParty(claim.to, dropped, onlyDeclared);
    for (const source of this.ofParty(claim.from, dropped, onlyDeclared)) {
      for (const destination of destinations) {
        if (source.kind === 'address' && destination.kind === 'address' || isSamePod(source, destination)) { continue; }
        const witness = this.findBetween(claim, new ConnectionSearch(source, destination, options), options);
        if (witness !== undefined) { return witness; }
      }
    }
    return undefined;
  }

  private findBetween(claim: PairClaim, search: ConnectionSearch, options: SearchOptions): ClaimWitness | undefined {
    let witness: ClaimWitness | undefined;
    const accept = (kind: ClaimWitness['kind'], direction?: Direction) => {
      const ends = exampleOf(search, this.universe, options.host);
      if (ends === undefined) { return false; }
      const found: ClaimWitness = { kind, direction, ...ends, source: named(ends.source, claim.from), destination: named(ends.destination, claim.to) };
      if (!options.unevaluated && this.isUncertain(found)) { return false; }
      witness = found;
      return true;
    };
    if (claim.kind === 'denied') {
      const sharesNode = namesHostNetwork(claim) && search.source.kind === 'pod' && search.destination.kind === 'pod';
      if (sharesNode) { search.exists(() => accept('own-node')); } else { search.passes(() => accept('passes')); }
      return witness;
    }
    for (const direction of ['egress', 'ingress'] as const) {
      if (search.isDenied(direction, () => accept('blocked', direction))) { return witness; }
      // A policy of a kind that is not evaluated may deny any connection.
      const subject = direction === 'egress' ? search.source : search.destination;
      const mayDeny = options.unevaluated && subject.kind === 'pod' && this.universe.couldSelect(subject, direction).length > 0;
      if (mayDeny && search.exists(() => accept('blocked', direction))) { return witness; }
    }
    return undefined;
  }

  private findUnlisted(claim: OnlyClaim, dropped: Dropped, options: SearchOptions, onlyDeclared: OnlyDeclared): ClaimWitness | undefined {
    const direction = directionOf(claim.kind);
    for (const target of this.ofParty(claim.target, dropped, onlyDeclared)) {
      const own = new ConnectionSearch(target, target, options);
      for (const way of own.waysOf(direction)) {
        if (!own.mayPass(direction, way) || way.kind === 'grant' && isListed(way.grant, claim.listed)) { continue; }
        for (const outside of this.outsiders(claim, way, dropped)) {
          if (isSamePod(target, outside)) { continue; }
          const [source, destination] = direction === 'ingress' ? [outside, target] : [target, outside];
          const witness = this.findOutside(claim, direction, way, new ConnectionSearch(source, destination, options), options);
          if (witness !== undefined) { return witness; }
        }
      }
    }
    return undefined;
  }

  private findOutside(claim: OnlyClaim, direction: Direction, way: Way, search: ConnectionSearch, options: SearchOptions): ClaimWitness | undefined {
    let witness: ClaimWitness | undefined;
    search.passesOutside(direction, way, claim.listed, () => {
      const ends = exampleOf(search, this.universe, options.host);
      if (ends === undefined) { return false; }
      const target = direction === 'ingress' ? { destination: named(ends.destination, claim.target) } : { source: named(ends.source, claim.target) };
      const found: ClaimWitness = { kind: 'unlisted', direction, way, ...ends, ...target };
      if (!options.unevaluated && this.isUncertain(found)) { return false; }
      witness = found;
      return true;
    });
    return witness;
  }

  private outsiders({ listed }: OnlyClaim, way: Way, dropped: Dropped): Iterable<Candidate> {
    return way.kind === 'grant'
      ? this.candidates.outsiders(way.grant.policy.namespace, way.grant.clause, dropped, listed)
      : this.candidates.outsiders(undefined, undefined, dropped, listed);
  }

  /** True if a policy of a kind that is not evaluated could make the witness wrong. One that can only restrict leaves a denied connection denied. */
  private isUncertain(witness: ClaimWitness): boolean {
    return this.couldDecide(witness).some(({ canAllow }) => witness.kind !== 'blocked' || canAllow);
  }

  private reasonsOf(witness: ClaimWitness): Reason[] {
    return this.couldDecide(witness).map(policy => ({ code: 'policy-kind', what: unevaluatedName(policy), place: policy.origin.at() }));
  }

  /** The policies of kinds that are not evaluated that could select the pods whose policies decide about a witness. */
  private couldDecide({ kind, source, destination, direction }: ClaimWitness): UnevaluatedPolicy[] {
    const sides = ([['egress', source], ['ingress', destination]] as const).filter(([side]) => direction === undefined || side === direction);
    if (kind === 'own-node') { return []; }
    // A witness leaves nothing open: a label that its namespace does not have is absent.
    const select = (policy: UnevaluatedPolicy, end: WitnessEnd) => end.kind === 'pod'
      && policy.selects(end.pod, { ...end.namespace, origin: end.namespace.origin ?? POSSIBLE }) !== 'no';
    return this.universe.cluster.unevaluated.filter(policy => sides.some(([side, end]) => policy[side] && select(policy, end)));
  }

  private ofParty(party: Party, dropped: Dropped, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): Candidate[] {
    const candidates = this.candidates.ofParty(party, dropped, onlyDeclared !== false);
    return onlyDeclared === 'if any' && candidates.length === 0 ? this.candidates.ofParty(party, dropped, false) : candidates;
  }

  /** The container ports of the party's declared pods; undefined, which means every port, if there are none. */
  private ownPorts({ ownPorts, parts }: Party): readonly PortQuery[] | undefined {
    if (ownPorts !== undefined) { return ownPorts; }
    const pods = parts.flatMap(part => part.kind === 'addresses' ? []
      : part.kind === 'declared' ? part.pods : this.universe.declaredMembers(part.namespaces, part.pods, true).flatMap(member => member.pods));
    const ports = new Map(pods.flatMap(pod => pod.ports).map(({ protocol, port }) => [`${protocol}/${port}`, { protocol, first: port, last: port }]));
    return ports.size === 0 ? undefined : [...ports.values()];
  }

  /** Two names of one and the same Pod object. A workload has several pods. */
  private isOnePod({ from, to }: PairClaim): boolean {
    const [a, b] = [from, to].map(({ parts }) => parts.length === 1 && parts[0].kind === 'declared' && parts[0].pods.length === 1 ? parts[0] : undefined);
    return a !== undefined && a.workload.kind === 'Pod' && a.pods[0] === b?.pods[0];
  }

  /** The error about a port name of the claim that no pod has. */
  private unknownPort(): string | undefined {
    const { claim } = this;
    const destination = 'from' in claim ? claim.to : claim.kind === 'admitsOnly' ? claim.target : undefined;
    for (const port of claim.ports ?? []) {
      if (!('name' in port) || this.hasPort(destination, namedPortKey(port))) { continue; }
      const who = destination === undefined ? 'no pod and no policy has' : `no pod of ${destination.name} has`;
      return `${who} a ${port.protocol} port with the name '${port.name}': correct the name, or write the number of the port`;
    }
    return undefined;
  }

  private hasPort(party: Party | undefined, name: string): boolean {
    const { universe } = this;
    const isKnown = universe.isPortDeclared(name) || universe.isPortMentioned(name);
    if (party === undefined) { return isKnown; }
    const declared = party.parts.flatMap(part => part.kind === 'addresses' ? []
      : part.kind === 'declared' ? part.pods : universe.declaredMembers(part.namespaces, part.pods, true).flatMap(({ pods }) => pods));
    const ofTier = party.parts.some(part => part.kind === 'selected' && part.ports.some(port => namedPortKey(port) === name));
    return ofTier || declared.some(({ ports }) => ports.some(port => port.name !== undefined && namedPortKey(port) === name))
      || declared.length === 0 && isKnown;
  }

  /** True if the party matches no declared pod, although the input has workloads in its namespaces. */
  private isUnmatched({ parts }: Party): boolean {
    return parts.some(part => part.kind === 'selected' && !part.pods.isEverything
      && this.universe.declaredMembers(part.namespaces, part.pods, true).length === 0
      && this.universe.hasWorkloads(part.namespaces));
  }
}

function named(end: WitnessEnd, { name }: Party): WitnessEnd {
  return end.kind === 'pod' ? { ...end, party: name } : end;
}

/** A Pod object is one pod, which always reaches itself. A workload has several. */
function isSamePod(a: Candidate, b: Candidate): boolean {
  return a.kind === 'pod' && b.kind === 'pod' && a.declared !== undefined && a.declared.workload.kind === 'Pod' && a.declared.pod === b.declared?.pod;
}

const droppedSets = new Map<string, Dropped>();

/** Only this assumption is dropped. */
function only(code: AssumptionCode): Dropped {
  return allBut(ORDER.filter(other => other !== code));
}

/** Every assumption is dropped but these. */
function allBut(codes: readonly AssumptionCode[]): Dropped {
  const key = codes.join();
  let dropped = droppedSets.get(key);
  if (dropped === undefined) { droppedSets.set(key, dropped = new Set(ORDER.filter(code => !codes.includes(code)))); }
  return dropped;
}

function namesHostNetwork({ from, to }: PairClaim): boolean {
  return [from, to].some(({ parts }) => parts.some(part => part.kind === 'declared' && part.pods.some(pod => pod.hostNetwork)));
}

/** The usual reading, and then those that are possible without the assumption about pods on their node's network. */
const HOST_READINGS: readonly HostNetworkReading[] = [
  { isolated: false, selected: false }, { isolated: true, selected: true }, { isolated: true, selected: false }, { isolated: false, selected: true },
];

function hostReadings(dropped: Dropped): readonly HostNetworkReading[] {
  return dropped.has('host-network') ? HOST_READINGS : HOST_READINGS.slice(0, 1);
}

function grantedPorts(ports: readonly PortQuery[]): GrantedPorts {
  const numbered = ports.reduce((all, port) => 'name' in port ? all : all.union(ConnectionSet.range(port.protocol, port.first, port.last)), ConnectionSet.NONE);
  return { numbered, names: [...new Set(ports.flatMap(port => 'name' in port ? [namedPortKey(port)] : []))] };
}

/** What an assumption is about, as `formatAssumption` names it: the end that breaks it. */
function subjectOf(code: AssumptionCode, { source, destination }: ClaimWitness): string {
  const pods = [source, destination].filter(end => end.kind === 'pod');
  const { namespace: { name, labels }, ...pod } = pods.find(end => end.breaks.includes(code))!;
  const { [NAMESPACE_NAME_LABEL]: _, ...further } = labels;
  switch (code) {
    case 'namespace-label': return `namespace ${name} (${Object.keys(further).length === 1 ? 'label' : 'labels'} ${Object.keys(further).sort().join(', ')})`;
    case 'new-namespace': return labelsText(further);
    case 'extra-label': return `${pod.podName === undefined ? 'pod' : `pod of ${pod.podName}`} ${labelsText(pod.pod.labels)} in namespace ${name}`;
    default: return nameOfEnd({ ...pod, namespace: { name, labels } });
  }
}

/** Where the first selector is written that looks at the label which breaks an assumption. Other assumptions are about no label. */
function placeOf(code: AssumptionCode, { source, destination }: ClaimWitness, { policies }: Cluster): Place | undefined {
  if (code !== 'extra-label' && code !== 'namespace-label') { return undefined; }
  const ends = [source, destination].filter(end => end.kind === 'pod').filter(({ breaks }) => breaks.includes(code));
  const keys = new Set(ends.flatMap(({ namespace, furtherLabels }) => code === 'extra-label' ? furtherLabels : Object.keys(namespace.labels)));
  keys.delete(NAMESPACE_NAME_LABEL);
  const looks = (selector: Selector | undefined) => selector?.requirements.some(({ key }) => keys.has(key)) === true;
  for (const policy of policies) {
    if (code === 'extra-label' && looks(policy.subject)) { return policy.origin.at(['spec', 'podSelector']); }
    for (const { path, ...peer } of [...policy.ingress ?? [], ...policy.egress ?? []].flatMap(({ peers = [] }) => peers)) {
      if (peer.kind === 'pods' && looks(code === 'extra-label' ? peer.pods : peer.namespaces)) {
        return policy.origin.at([...path, code === 'extra-label' ? 'podSelector' : 'namespaceSelector']);
      }
    }
  }
  return undefined;
}
