import { Party } from './party';
import { Direction } from '../evaluator/reachability';
import { formatPortQuery, PortQuery } from '../query/ports';

/** A statement about a cluster that holds or does not. */
export type Claim = PairClaim | OnlyClaim;

/** `allowed`: every pod of `from` reaches every pod of `to` on each port. `denied`: no pod of `from` reaches any pod of `to` on any port. */
export interface PairClaim extends ClaimTerms {
  readonly kind: 'allowed' | 'denied';
  readonly from: Party;
  readonly to: Party;
  /** The calls that make `allowed` hold, if a program wrote the policies. */
  readonly callFix?: CallFix;
}

/** `admitsOnly`: the target's ingress side admits nothing but the listed parties. `reachesOnly`: its egress side reaches nothing else. */
export interface OnlyClaim extends ClaimTerms {
  readonly kind: 'admitsOnly' | 'reachesOnly';
  readonly target: Party;
  readonly listed: readonly Party[];
}

interface ClaimTerms {
  /** Absent: each of the destination's own ports for `allowed`, every port for the other claims. */
  readonly ports?: readonly PortQuery[];
  /** A claim that holds only under an assumption fails. */
  readonly strict?: boolean;
  /** The parties that the claim names mean their declared pods only. It does not narrow who is outside a list. */
  readonly onlyDeclared?: boolean;
}

export type ClaimKind = Claim['kind'];

/** The claims, in the order in which the docs list them. */
export const CLAIM_KINDS: readonly ClaimKind[] = ['allowed', 'denied', 'admitsOnly', 'reachesOnly'];

/** For each side, the call to write so that the side lets the connection pass: `db.allowFrom(backend)`. */
export type CallFix = { readonly [direction in Direction]?: string };

/** The direction in which the target of an `admitsOnly` or `reachesOnly` decides. */
export function directionOf(kind: OnlyClaim['kind']): Direction {
  return kind === 'admitsOnly' ? 'ingress' : 'egress';
}

/** The parties that a claim names, without the members of its list. */
export function namedParties(claim: Claim): readonly Party[] {
  return 'from' in claim ? [claim.from, claim.to] : [claim.target];
}

/** All parties of a claim. */
export function partiesOf(claim: Claim): readonly Party[] {
  return 'from' in claim ? [claim.from, claim.to] : [claim.target, ...claim.listed];
}

/** The claim in one line: `allowed: app/backend[Deployment] → app/db[Deployment] (TCP 5432)`. */
export function formatClaim(claim: Claim): string {
  const ports = claim.ports === undefined ? '' : ` (${claim.ports.map(formatPortQuery).join(', ') || 'no port'})`;
  const scope = claim.onlyDeclared ? ' (declared pods)' : '';
  if ('from' in claim) { return `${claim.kind}: ${claim.from.name} → ${claim.to.name}${ports}${scope}`; }
  const listed = claim.listed.map(party => party.name).join(', ') || 'nothing';
  const ends = claim.kind === 'admitsOnly' ? [listed, claim.target.name] : [claim.target.name, listed];
  return `${claim.kind}: ${ends.join(' → ')}${ports}${scope}`;
}
