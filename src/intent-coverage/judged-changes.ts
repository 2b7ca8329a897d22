import { ClaimIndex } from './private/claim-index';
import { Differences } from './private/difference';
import { keyOf } from './private/peer-ends';
import { Proposals } from './private/proposals';
import { claimOf, ProposedClaim } from './proposed-claim';
import { clusterAfter, SingleChange, singleChanges } from './single-change';
import { Claim } from '../claims/claim';
import { ClaimJudge } from '../claims/judge';
import { Reason } from '../findings/answer';

/**
 * What claims make of a change:
 *
 * - `noticed`: a claim that holds today does not hold after it
 * - `unnoticed`: every claim that holds today still holds, and some connection opens or closes
 * - `nothing`: no claim notices it, and no connection of any possible pod or address changes
 * - `undecided`: no claim notices it, and it is not decided whether a connection changes
 */
export type ChangeOutcome = 'noticed' | 'unnoticed' | 'nothing' | 'undecided';

/** A change, and whether some claim notices it. */
export interface JudgedChange {
  readonly change: SingleChange;
  readonly outcome: ChangeOutcome;
  /** `noticed`: the position of a claim that notices it. */
  readonly noticedBy?: number;
  /** `unnoticed`: the claim that would notice it. It holds today. Absent if netpol finds none that can be written down. */
  readonly proposal?: ProposedClaim;
  /** `undecided`: why, each reason once. */
  readonly reasons?: readonly Reason[];
}

/** A proposed claim with what the judge makes of it. */
export interface PreparedClaim {
  readonly proposed: ProposedClaim;
  readonly claim: Claim;
  /** True if some change makes it untrue, so that it is proposed. */
  isFound?: true;
}

/** Judges the single changes of the policies of one cluster. */
export class ChangeJudge {
  private readonly claims: ClaimIndex;
  private readonly differences: Differences;
  private readonly proposals: Proposals;
  /** Proposed claims that hold, and some change makes untrue. */
  private readonly found: PreparedClaim[] = [];
  private readonly foundIndex: ClaimIndex;
  /** The proposed claims that were tried, by key: undefined if one does not hold today. */
  private readonly tried = new Map<string, PreparedClaim | undefined>();
  private readonly isShared: boolean;

  /**
   * @param judge the judge of the cluster as it is today
   * @param claims claims that hold today
   */
  constructor(private readonly judge: ClaimJudge, claims: readonly Claim[]) {
    this.differences = new Differences(judge.cluster);
    this.claims = new ClaimIndex(judge.cluster, claims);
    this.foundIndex = new ClaimIndex(judge.cluster);
    this.proposals = new Proposals(judge);
    const { unread = [], workloads } = judge.cluster;
    // What was not read is judged by the evaluator, which has to see each change.
    this.isShared = unread.length === 0 && workloads.every(({ pods }) => pods.every(pod => pod.unread === undefined));
  }

  /** The verdict on each change, in order. */
  public* all(changes: Iterable<SingleChange> = singleChanges(this.judge.cluster)): Iterable<JudgedChange> {
    for (const change of changes) { yield this.outcomeOf(change); }
  }

  /** The claims that it has proposed so far. Each of them holds today. */
  public get proposed(): readonly PreparedClaim[] { return this.found; }

  /** The positions of the proposed claims that do not hold after the change. */
  public noticing(change: SingleChange): Iterable<number> {
    return this.untrueAfter(change, this.foundIndex);
  }

  private* untrueAfter(change: SingleChange, claims: ClaimIndex, after = this.after(change)): Iterable<number> {
    for (const [i, claim] of claims.touchedBy(change)) {
      if (!after().holds(claim)) { yield i; }
    }
  }

  private outcomeOf(change: SingleChange): JudgedChange {
    const after = this.after(change);
    const [noticedBy] = this.untrueAfter(change, this.claims, after);
    if (noticedBy !== undefined) { return { change, outcome: 'noticed', noticedBy }; }
    const difference = this.differences.of(change);
    if (difference.answer === 'none') { return { change, outcome: 'nothing' }; }
    if (difference.answer === 'undecided') { return { change, outcome: 'undecided', reasons: difference.reasons }; }
    return { change, outcome: 'unnoticed', proposal: this.proposalFor(change, after, difference.claims)?.proposed };
  }

  /** A claim that holds today and does not hold after the change: one that was found for another change, or a new one. */
  private proposalFor(change: SingleChange, after: () => ClaimJudge, ofWitness: () => Iterable<ProposedClaim>): PreparedClaim | undefined {
    const [known] = this.untrueAfter(change, this.foundIndex, after);
    if (known !== undefined) { return this.found[known]; }
    for (const source of [() => this.proposals.for(change), ofWitness]) {
      for (const proposed of source()) {
        const prepared = this.prepared(proposed);
        if (prepared === undefined || prepared.isFound === true || after().holds(prepared.claim)) { continue; }
        prepared.isFound = true;
        this.found.push(prepared);
        this.foundIndex.add(prepared.claim);
        return prepared;
      }
    }
    return undefined;
  }

  /** A proposed claim for the judge; undefined if it does not hold today. */
  private prepared(proposed: ProposedClaim): PreparedClaim | undefined {
    const key = JSON.stringify([proposed.kind, proposed.from.map(keyOf), proposed.to.map(keyOf), proposed.ports, proposed.strict]);
    if (this.tried.has(key)) { return this.tried.get(key); }
    const claim = claimOf(this.judge, proposed);
    const prepared = claim !== undefined && this.judge.holds(claim) ? { proposed, claim } : undefined;
    this.tried.set(key, prepared);
    return prepared;
  }

  /** The judge of the cluster after a change, made when it is first asked for. */
  private after(change: SingleChange): () => ClaimJudge {
    let judge: ClaimJudge | undefined;
    return () => {
      if (judge !== undefined) { return judge; }
      const cluster = clusterAfter(this.judge.cluster, change);
      // Only a wider block has an edge that no policy had before.
      return judge = this.isShared && change.kind !== 'block' ? this.judge.withFewerMentions(cluster) : this.judge.after(cluster);
    };
  }
}
