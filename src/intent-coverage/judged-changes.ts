import { Differences } from './private/difference';
import { keyOf } from './private/peer-ends';
import { Proposals } from './private/proposals';
import { TouchedClaims } from './private/touched';
import { claimOf, ProposedClaim } from './proposed-claim';
import { clusterAfter, SingleChange, singleChanges } from './single-change';
import { Claim } from '../claims/claim';
import { ClaimJudge } from '../claims/judge';

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
}

/** A proposed claim with what the judge makes of it. */
export interface PreparedClaim {
  readonly proposed: ProposedClaim;
  readonly claim: Claim;
}

/** Judges the single changes of the policies of one cluster. */
export class ChangeJudge {
  private readonly touched: TouchedClaims;
  private readonly differences: Differences;
  private readonly proposals: Proposals;
  /** Proposed claims that hold, and some change makes untrue. */
  private readonly found: PreparedClaim[] = [];
  /** The proposed claims that were tried, by key: undefined if one does not hold today. */
  private readonly tried = new Map<string, PreparedClaim | undefined>();
  private readonly isShared: boolean;

  /**
   * @param judge the judge of the cluster as it is today
   * @param claims claims that hold today
   */
  constructor(private readonly judge: ClaimJudge, private readonly claims: readonly Claim[]) {
    this.differences = new Differences(judge.cluster);
    this.touched = new TouchedClaims(judge.cluster);
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

  /** The positions of the claims that do not hold after the change. All of them hold today. */
  public* noticing(change: SingleChange, claims: readonly Claim[]): Iterable<number> {
    let after: ClaimJudge | undefined;
    for (const [i, claim] of claims.entries()) {
      if (!this.touched.mayTouch(change, claim)) { continue; }
      after ??= this.after(change);
      if (!after.holds(claim)) { yield i; }
    }
  }

  private outcomeOf(change: SingleChange): JudgedChange {
    const [noticedBy] = this.noticing(change, this.claims);
    if (noticedBy !== undefined) { return { change, outcome: 'noticed', noticedBy }; }
    const difference = this.differences.of(change);
    if (difference.answer !== 'some') { return { change, outcome: difference.answer === 'none' ? 'nothing' : 'undecided' }; }
    return { change, outcome: 'unnoticed', proposal: this.proposalFor(change, difference.claims)?.proposed };
  }

  /** A claim that holds today and does not hold after the change: one that was found for another change, or a new one. */
  private proposalFor(change: SingleChange, ofWitness: () => Iterable<ProposedClaim>): PreparedClaim | undefined {
    const [known] = this.noticing(change, this.found.map(({ claim }) => claim));
    if (known !== undefined) { return this.found[known]; }
    const after = this.after(change);
    for (const source of [() => this.proposals.for(change), ofWitness]) {
      for (const proposed of source()) {
        const prepared = this.prepared(proposed);
        if (prepared === undefined || this.found.includes(prepared) || !this.touched.mayTouch(change, prepared.claim) || after.holds(prepared.claim)) { continue; }
        this.found.push(prepared);
        return prepared;
      }
    }
    return undefined;
  }

  /** A proposed claim for the judge; undefined if it does not hold today. */
  private prepared(proposed: ProposedClaim): PreparedClaim | undefined {
    const key = JSON.stringify([proposed.kind, proposed.from.map(keyOf), proposed.to.map(keyOf), proposed.ports]);
    if (this.tried.has(key)) { return this.tried.get(key); }
    const claim = claimOf(this.judge, proposed);
    const prepared = claim !== undefined && this.judge.holds(claim) ? { proposed, claim } : undefined;
    this.tried.set(key, prepared);
    return prepared;
  }

  private after(change: SingleChange): ClaimJudge {
    const cluster = clusterAfter(this.judge.cluster, change);
    // Only a wider block has an edge that no policy had before.
    return this.isShared && change.kind !== 'block' ? this.judge.withFewerMentions(cluster) : this.judge.after(cluster);
  }
}
