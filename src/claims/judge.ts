import { Claim, directionOf, namedParties } from './claim';
import { DecidingRule } from './explained-witness';
import { hasAddresses, Party } from './party';
import { Dropped } from './private/assumed-members';
import { placeOf, subjectOf } from './private/assumption-subject';
import { ClaimSearch } from './private/claim-search';
import { BudgetExceeded } from '../search/constraint-search';
import { nothingToJudge } from './private/nothing-to-judge';
import { declaredMembersOf, isUnmatched, ownPortsOf } from './private/party-members';
import { withEndpointPorts } from './private/service-ports';
import { subsetsBySize } from './private/subsets';
import { Universe } from './private/universe';
import { decideWithUnread } from './private/unread-members';
import { ORDER } from './private/witness-builder';
import { ClaimWitness, explainWitness } from './witness';
import { Cluster, Pod, Workload } from '../cluster/cluster';
import { Direction, Reachability } from '../evaluator/reachability';
import { Assumption, AssumptionCode, Reason } from '../findings/answer';
import { Place } from '../findings/finding';
import { Explanation } from '../query/explanation';
import { PortQuery } from '../query/ports';
import { TierMatch } from '../search/tier-rules';

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
  /** The declared workloads of the parties that the claim names. */
  readonly declaredWorkloads: readonly Workload[];
  /** False if the claim is about declared pods, or could not be: a party that it names would be empty. */
  readonly canNarrow: boolean;
  /**
   * `denied`: the declared workloads on their node's network that it matches by labels. A node always reaches its own pods, and such a claim does
   * not count that, unless it names the workload.
   */
  readonly onOwnNode: readonly Workload[];
}

/** The verdict on a claim, or why there is nothing to judge. */
export type ClaimOutcome = { readonly verdict: ClaimVerdict } | { readonly error: string };

/** The ports that a claim names, and the declared pods that listen on them. */
export interface NamedPorts {
  readonly ports: readonly PortQuery[];
  readonly destinations: ReturnType<typeof declaredMembersOf>;
}

/** Why a claim holds. */
export type Support =
  /** The answer for one of the connections that the claim is about. */
  | { readonly kind: 'pair'; readonly explanation: Explanation }
  /** Every rule that was searched: none of them lets an end outside the list through. */
  | {
    readonly kind: 'rules';
    readonly direction: Direction;
    /** False if no policy isolates the pods of the target, so the list must have everything. */
    readonly isIsolated: boolean;
    readonly rules: readonly Pick<DecidingRule, 'policy' | 'rule'>[];
    /** The rules of both tiers that could decide about pods of the target. */
    readonly tierRules: readonly Pick<TierMatch, 'policy' | 'rule'>[];
  };

/**
 * Judges claims about one cluster, over every pod that could exist. No claim changes the answer to another one. Judging stops at a budget of
 * steps, which depends on nothing but the claim and the cluster.
 */
export class ClaimJudge {
  public static of(cluster: Cluster): ClaimJudge {
    return new ClaimJudge(new Universe(cluster));
  }

  private constructor(private readonly universe: Universe) {}

  /** The judge of the cluster after a change. Objects that have not changed must be the same ones. */
  public after(cluster: Cluster): ClaimJudge {
    return new ClaimJudge(this.universe.after(cluster));
  }

  /**
   * The judge of the cluster with other policies, which mention no label, no value, no namespace and no edge of a block that its own do not. It is there in
   * less time than that of `after`, and `reach` is that of the cluster before. Everything in the input must have been read.
   */
  public withFewerMentions(cluster: Cluster): ClaimJudge {
    return new ClaimJudge(this.universe.withFewerMentions(cluster));
  }

  /** Who reaches whom among the declared pods. */
  public get reach(): Reachability { return this.universe.reach; }

  public get cluster(): Cluster { return this.universe.cluster; }

  /**
   * The declared pods that a claim means where it names ports: those of its destination, without those of parties that name no labels of pods.
   * Undefined if the claim names no ports, or is about the ports of every destination.
   */
  public portsOfClaim(claim: Claim): NamedPorts | undefined {
    if (claim.ports === undefined || claim.kind === 'reachesOnly') { return undefined; }
    const { parts, ...party } = 'from' in claim ? claim.to : claim.target;
    const named = parts.filter(part => part.kind !== 'selected' || !part.pods.isEverything);
    return { ports: claim.ports, destinations: declaredMembersOf(this.universe, { ...party, parts: named }) };
  }

  /** True if the cluster has a workload of this kind and name. */
  public hasWorkload(namespace: string, kind: string, name: string | undefined): boolean {
    return this.universe.workloadsIn(namespace).some(workload => workload.kind === kind && workload.name === name);
  }

  /** The workloads in a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.universe.workloadsIn(namespace); }

  /** True if the verdict on a claim would be that it holds. It takes less time than the verdict. */
  public holds(written: Claim): boolean {
    const claim = withEndpointPorts(written, () => this.reach);
    if (typeof claim === 'string') { return false; }
    const decider = new Decider(this.universe, claim);
    return decider.fault() === undefined && decider.holds();
  }

  /** Explains a claim that holds. Undefined if it is about no connection, such as one on a port that no pod of the destination has. */
  public supportOf(claim: Claim): Support | undefined {
    return new Decider(this.universe, claim).support();
  }

  /** The verdict on a claim, or why there is nothing to judge. */
  public judge(written: Claim): ClaimOutcome {
    const claim = withEndpointPorts(written, () => this.reach);
    if (typeof claim === 'string') { return { error: claim }; }
    const decider = new Decider(this.universe, claim);
    const error = decider.fault();
    return error === undefined ? { verdict: decider.verdict() } : { error };
  }
}

type Decision = Pick<ClaimVerdict, 'answer'> & Partial<Pick<ClaimVerdict, 'witness' | 'reasons' | 'assumptions'>>;

/** A verdict. The facts that only messages need are found when they are read: most verdicts are never read. */
class Verdict implements ClaimVerdict {
  public readonly cluster: Cluster;
  public readonly answer: ClaimAnswer;
  public readonly witness?: ClaimWitness;
  public readonly reasons: readonly Reason[];
  public readonly assumptions: readonly ClaimAssumption[];
  private members?: readonly ReturnType<typeof declaredMembersOf>[];

  constructor(
    private readonly universe: Universe, public readonly claim: Claim, public readonly ports: readonly PortQuery[] | undefined,
    { answer, witness, reasons = [], assumptions = [] }: Decision,
  ) {
    this.cluster = universe.cluster;
    this.answer = answer;
    this.witness = witness;
    this.reasons = reasons;
    this.assumptions = assumptions;
  }

  public get unmatched(): readonly Party[] { return this.parties.filter(party => isUnmatched(this.universe, party)); }

  public get declaredWorkloads(): readonly Workload[] { return distinctWorkloads(this.membersOfParties.flat()); }

  public get canNarrow(): boolean {
    const members = this.membersOfParties;
    return !this.claim.onlyDeclared && this.parties.every((party, i) => members[i].length > 0 || hasAddresses(party));
  }

  public get onOwnNode(): readonly Workload[] {
    const members = this.membersOfParties;
    return this.claim.kind === 'denied' && this.parties.every(({ parts }) => parts.some(({ kind }) => kind !== 'addresses'))
      ? distinctWorkloads(this.parties.flatMap((party, i) => matchesByLabels(party) ? members[i].filter(isOnHost) : []))
      : [];
  }

  private get parties(): readonly Party[] { return namedParties(this.claim); }

  private get membersOfParties(): readonly ReturnType<typeof declaredMembersOf>[] {
    return this.members ??= this.parties.map(party => declaredMembersOf(this.universe, party));
  }
}

const NOTHING_DROPPED = allBut(ORDER);
const ALL_DROPPED = new Dropped(ORDER);

/** An assumption of a verdict. Its witness is searched for when a message needs it: most verdicts are never read. */
class ShownAssumption implements ClaimAssumption {
  private shown?: ClaimWitness;

  constructor(public readonly code: AssumptionCode, private readonly universe: Universe, private readonly find: () => ClaimWitness) {}

  public get witness(): ClaimWitness { return this.shown ??= this.find(); }

  public get what(): string { return subjectOf(this.code, this.witness); }

  public get place(): Place | undefined { return placeOf(this.code, this.witness, this.universe); }
}

/** Decides one claim by searches that drop some assumptions. */
class Decider {
  private readonly ports?: readonly PortQuery[];
  private readonly search: ClaimSearch;

  constructor(private readonly universe: Universe, private readonly claim: Claim) {
    this.ports = claim.ports ?? (claim.kind === 'allowed' ? ownPortsOf(universe, claim.to) : undefined);
    this.search = new ClaimSearch(universe, claim, this.ports);
  }

  /** Why there is nothing to judge; undefined if there is something. */
  public fault(): string | undefined {
    return nothingToJudge(this.universe, this.claim, party => this.search.ofParty(party, ALL_DROPPED).length === 0);
  }

  public verdict(): ClaimVerdict {
    return new Verdict(this.universe, this.claim, this.ports, this.outcome());
  }

  /** True if the answer of `verdict` is that it holds. Which assumptions it then rests on does not matter, except for a strict claim. */
  public holds(): boolean {
    try {
      const decide = (claim: Claim) => claim === this.claim ? this.decideQuickly() : new Decider(this.universe, claim).decideQuickly();
      return decideWithUnread(this.universe, this.claim, decide).answer === 'holds'
        && !(this.claim.strict === true && namedParties(this.claim).some(party => isUnmatched(this.universe, party)));
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return false;
    }
  }

  private outcome(): Decision {
    try {
      const decide = (claim: Claim) => claim === this.claim ? this.decide() : new Decider(this.universe, claim).decide();
      const decision = decideWithUnread(this.universe, this.claim, decide);
      // A strict claim about a party that matches nothing does not hold.
      return decision.answer === 'holds' && this.claim.strict && namedParties(this.claim).some(party => isUnmatched(this.universe, party))
        ? { ...decision, answer: 'fails' } : decision;
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return { answer: 'undecided', reasons: [{ code: 'budget', what: 'the search for a witness' }] };
    }
  }

  public support(): Support | undefined {
    const { claim, universe } = this;
    if ('from' in claim) {
      const typical = this.search.typicalConnection(claim, NOTHING_DROPPED) ?? this.search.typicalConnection(claim, ALL_DROPPED);
      return typical && { kind: 'pair', explanation: explainWitness(universe.cluster, this.ports, typical) };
    }
    const direction = directionOf(claim.kind);
    const targets = this.search.ofParty(claim.target, ALL_DROPPED).filter(target => target.kind === 'pod');
    const policies = new Set(targets.flatMap(target => target.hostNetwork ? [] : target.policies(universe, direction).map(({ policy }) => policy)));
    const matches = targets.flatMap(target => (['Admin', 'Baseline'] as const).flatMap(tier => [...target.tierMatches(universe, tier, direction)]));
    const tierRules = [...new Map(matches.map(match => [match.rule, match])).values()];
    return { kind: 'rules', direction, isIsolated: policies.size > 0, tierRules, rules: [...policies].flatMap(policy => policy[direction]!.map(rule => ({ policy, rule }))) };
  }

  /** The answer without the assumptions that it rests on: that it rests on some is all that counts. */
  private decideQuickly(): Decision {
    const widest = this.find(ALL_DROPPED);
    if (widest === undefined) { return { answer: 'holds' }; }
    if (this.claim.strict === true || widest.breaks.length === 0 || this.find(NOTHING_DROPPED) !== undefined) { return { answer: 'fails' }; }
    return { answer: 'holds', assumptions: [] };
  }

  private decide(): Decision {
    // Most claims hold without any assumption, so the widest search goes first.
    const widest = this.find(ALL_DROPPED);
    if (widest === undefined) { return { answer: 'holds' }; }
    if (widest.breaks.length === 0) { return this.failsWithoutAssumptions(widest); }
    const witnesses = [widest];
    // Each set is tried once, so this ends whatever the searches find.
    for (const codes of subsetsBySize(ORDER)) {
      if (!witnesses.every(({ breaks }) => breaks.some(code => codes.includes(code)))) { continue; }
      const other = this.find(allBut(codes));
      if (other === undefined) { return this.holdsAssuming(codes, witnesses); }
      // This search takes time, and a claim that holds does not need it.
      const without = witnesses.length > 1 ? undefined : this.find(NOTHING_DROPPED);
      if (without !== undefined) { return this.failsWithoutAssumptions(without); }
      witnesses.push(other);
    }
    return this.holdsAssuming(ORDER, witnesses);
  }

  /** A witness that breaks none but the dropped assumptions. It may depend on policies of other kinds. */
  private find(dropped: Dropped): ClaimWitness | undefined {
    return this.search.find(dropped, true);
  }

  private failsWithoutAssumptions(witness: ClaimWitness): Decision {
    const certain = this.search.isUncertain(witness) ? this.search.find(NOTHING_DROPPED, false) : witness;
    return certain === undefined
      ? { answer: 'undecided', witness, reasons: this.search.reasonsOf(witness) }
      : { answer: 'fails', witness: this.example(NOTHING_DROPPED, false) ?? certain };
  }

  /** `codes` is the smallest set of assumptions of which every witness breaks one. */
  private holdsAssuming(codes: readonly AssumptionCode[], witnesses: readonly ClaimWitness[]): Decision {
    const assumptions = codes.map(code => {
      // There is one, because without this assumption the set would be smaller.
      const own = witnesses.find(({ breaks }) => codes.every(other => breaks.includes(other) === (other === code)))!;
      return new ShownAssumption(code, this.universe, () => this.example(only(code), true) ?? own);
    });
    if (!this.claim.strict) { return { answer: 'holds', assumptions }; }
    const { witness } = assumptions[0];
    return this.search.isUncertain(witness) && this.search.find(ALL_DROPPED, false) === undefined
      ? { answer: 'undecided', witness, reasons: this.search.reasonsOf(witness), assumptions }
      : { answer: 'fails', witness, assumptions };
  }

  /**
   * A witness for a message: between declared pods if there is one, because it says more than one between pods that could exist. Undefined if there
   * is none, or if the steps run out.
   */
  private example(dropped: Dropped, unevaluated: boolean): ClaimWitness | undefined {
    try {
      return this.search.find(dropped, unevaluated, 'if any') ?? this.search.find(dropped, unevaluated);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) { throw error; }
      return undefined;
    }
  }
}

function isOnHost({ pods }: { readonly pods: readonly Pod[] }): boolean {
  return pods.some(({ hostNetwork }) => hostNetwork);
}

function matchesByLabels({ parts }: Party): boolean {
  return parts.some(({ kind }) => kind === 'selected');
}

function distinctWorkloads(members: readonly { readonly workload: Workload }[]): Workload[] {
  return [...new Set(members.map(({ workload }) => workload))];
}

/** Only this assumption is dropped. */
function only(code: AssumptionCode): Dropped {
  return new Dropped([code]);
}

/** Every assumption is dropped but these. */
function allBut(codes: readonly AssumptionCode[]): Dropped {
  return new Dropped(ORDER.filter(code => !codes.includes(code)));
}
