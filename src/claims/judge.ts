import { Claim, directionOf, OnlyClaim, PairClaim } from './claim';
import { DecidingRule, UnlistedConnection, WitnessSearch } from './private/witness-search';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { Assumption, Reason } from '../findings/answer';
import { PodEndpoint, portsOf } from '../query/endpoints';
import { explain, Explanation } from '../query/explanation';
import { covers, Flow, flow, flows, isAssumption, reasonsOfSide } from '../query/flow';
import { Party } from '../query/parties';
import { connectionsOfPort, PortQuery } from '../query/ports';

export type { DecidingRule, UnlistedConnection, PossibleEnd, PossiblePod } from './private/witness-search';

/** Whether a claim holds. It does not hold if it fails, nor if it is undecided. */
export type ClaimAnswer = 'holds' | 'fails' | 'undecided';

/** The pods or addresses, and the port, that show that a claim does not hold or may not hold. */
export type Witness =
  /** `allowed`: the flow that the explanation is about lacks the port, or may lack it. */
  | { readonly kind: 'blocked'; readonly explanation: Explanation }
  /** `denied`: these connections of the flow pass, or may pass. */
  | { readonly kind: 'passes'; readonly connections: ConnectionSet; readonly explanation: Explanation }
  /** `admitsOnly` and `reachesOnly`: an end outside the list gets through, or may. */
  | { readonly kind: 'unlisted'; readonly connection: UnlistedConnection };

/** The answer to a claim, with everything that a writer needs to explain it. */
export interface ClaimVerdict {
  readonly claim: Claim;
  readonly answer: ClaimAnswer;
  /** Absent if the claim holds, and if it is undecided only because a policy that is not evaluated may let more through. */
  readonly witness?: Witness;
  /** Why the claim is undecided, each reason once. */
  readonly reasons: readonly Reason[];
  /** What the answer assumes. A strict claim may assume nothing, so it fails. */
  readonly assumptions: readonly Assumption[];
  /** For a strict claim that fails because of `assumptions`: what its answer would be with them. */
  readonly assumedAnswer?: ClaimAnswer;
}

/**
 * Judges a claim.
 * - `allowed` fails if a pair of pods certainly lacks a port, and is undecided if a pair may lack one.
 * - `denied` fails if a pair certainly passes on a port, and is undecided if a pair may pass.
 * - `admitsOnly` and `reachesOnly` look at the target's own side only, over all possible pods and all addresses.
 */
export function judge(reach: Reachability, claim: Claim): ClaimVerdict {
  const verdict = judgeUnder(reach, claim);
  if (verdict.answer === 'undecided' || reach.strict === reach) { return verdict; }
  const strict = judgeUnder(reach.strict, claim);
  if (strict.answer === verdict.answer) { return verdict; }
  // Without assumptions, the verdict differs only because of what was assumed.
  const assumptions = strict.reasons.filter(isAssumption);
  return claim.strict ? { ...strict, answer: 'fails', reasons: [], assumptions, assumedAnswer: verdict.answer } : { ...verdict, assumptions };
}

function judgeUnder(reach: Reachability, claim: Claim): ClaimVerdict {
  switch (claim.kind) {
    case 'allowed': return judgeAllowed(reach, claim);
    case 'denied': return judgeDenied(reach, claim);
    default: return judgeOnly(reach, claim);
  }
}

/** A verdict in the making: it collects what leaves the claim undecided, until a certain witness is found or the search ends. */
class PendingVerdict {
  private witness?: Witness;
  private undecided = false;
  private readonly reasons = new Map<string, Reason>();

  constructor(private readonly claim: Claim) {}

  /** The claim may fail: `witness` makes the first witness, if there is one to show. */
  public mayFail(reasons: readonly Reason[], witness: () => Witness | undefined): void {
    if (!this.undecided) { this.witness = witness(); }
    this.undecided = true;
    for (const reason of reasons) { this.reasons.set(JSON.stringify(reason), reason); }
  }

  /** The claim fails for certain, whatever is undecided. */
  public fails(witness: Witness): ClaimVerdict {
    return { claim: this.claim, answer: 'fails', witness, reasons: [], assumptions: [] };
  }

  /** No certain witness was found. */
  public end(): ClaimVerdict {
    return { claim: this.claim, answer: this.undecided ? 'undecided' : 'holds', witness: this.witness, reasons: [...this.reasons.values()], assumptions: [] };
  }
}

function judgeAllowed(reach: Reachability, claim: PairClaim): ClaimVerdict {
  const pending = new PendingVerdict(claim);
  for (const port of claim.ports ?? ownPorts(claim.to)) {
    for (const pair of flows(reach, claim.from.endpoints, claim.to.endpoints)) {
      if (covers(pair.connections, port, pair.destination)) { continue; }
      const witness = (): Witness => ({ kind: 'blocked', explanation: explain(reach, pair, port) });
      if (!covers(pair.possible.connections, port, pair.destination)) { return pending.fails(witness()); }
      pending.mayFail(reasonsOf(reach, pair), witness);
    }
  }
  return pending.end();
}

/** The ports that `allowed` means by default. If none is known, the connection must pass on some port. */
function ownPorts(to: Party): readonly (PortQuery | undefined)[] {
  const ports = portsOf(to.endpoints).map(({ protocol, port }) => ({ protocol, first: port, last: port }));
  return ports.length === 0 ? [undefined] : ports;
}

function judgeDenied(reach: Reachability, claim: PairClaim): ClaimVerdict {
  const pending = new PendingVerdict(claim);
  const sources = [...claim.from.endpoints, ...claim.from.worstCase];
  const destinations = [...claim.to.endpoints, ...claim.to.worstCase];
  for (const pair of flows(reach, sources, destinations)) {
    // No policy can keep a pod from reaching itself.
    if (pair.loopback) { continue; }
    const claimed = claim.ports === undefined
      ? ConnectionSet.ALL
      : claim.ports.reduce((all, port) => all.union(connectionsOfPort(port, pair.destination)), ConnectionSet.NONE);
    const passing = (connections: ConnectionSet): Witness => ({ kind: 'passes', connections, explanation: explain(reach, pair) });
    const certain = pair.connections.intersect(claimed);
    if (!certain.isEmpty) { return pending.fails(passing(certain)); }
    const possible = pair.possible.connections.intersect(claimed);
    if (!possible.isEmpty) { pending.mayFail(reasonsOf(reach, pair), () => passing(possible)); }
  }
  return pending.end();
}

function reasonsOf(reach: Reachability, pair: Flow): Reason[] {
  return [...reasonsOfSide(reach, pair, 'egress'), ...reasonsOfSide(reach, pair, 'ingress')];
}

function judgeOnly(reach: Reachability, claim: OnlyClaim): ClaimVerdict {
  const pending = new PendingVerdict(claim);
  const direction = directionOf(claim.kind);
  const unlisted = new WitnessSearch(reach, claim.listed.flatMap(party => party.selectors), direction);
  if (!unlisted.canExist) { return pending.end(); }
  for (const port of claim.ports ?? [undefined]) {
    for (const target of distinctPods(claim.target)) {
      const connection = unlisted.find(target, port);
      const witness = connection && ({ kind: 'unlisted', connection } as const);
      const unevaluated = reach.unevaluated(target.index, direction);
      if (witness !== undefined && unevaluated.length === 0) { return pending.fails(witness); }
      // A policy that is not evaluated may deny this connection, and it may allow another one that is not listed.
      if (witness !== undefined || unevaluated.some(({ canAllow }) => canAllow)) {
        pending.mayFail(reach.unevaluatedReasons(target.index, direction), () => witness);
      }
    }
  }
  return pending.end();
}

/** The pods of a party. Those of one class with the same ports have the same connections, so one of them is enough. */
function distinctPods({ endpoints, worstCase }: Party): PodEndpoint[] {
  const distinct = new Map<string, PodEndpoint>();
  for (const endpoint of [...endpoints, ...worstCase]) {
    if (endpoint.kind === 'address') { continue; }
    const key = JSON.stringify([endpoint.index, endpoint.pod.ports]);
    if (!distinct.has(key)) { distinct.set(key, endpoint); }
  }
  return [...distinct.values()];
}

/** Why a claim holds. */
export type Support =
  /** The answer for one of the pairs. */
  | { readonly kind: 'pair'; readonly explanation: Explanation }
  /** Every rule that was searched: none of them lets an end outside the list through. */
  | { readonly kind: 'rules'; readonly direction: Direction; readonly rules: readonly DecidingRule[] };

/** Explains a claim that holds. */
export function supportOf(reach: Reachability, claim: Claim): Support {
  if ('from' in claim) {
    return { kind: 'pair', explanation: explain(reach, flow(reach, claim.from.endpoints[0], claim.to.endpoints[0]), claim.ports?.[0]) };
  }
  const direction = directionOf(claim.kind);
  const policies = new Set(claim.target.endpoints.flatMap(({ index }) => reach.policies(index, direction)));
  return { kind: 'rules', direction, rules: [...policies].flatMap(policy => policy[direction]!.map(rule => ({ policy, rule }))) };
}
