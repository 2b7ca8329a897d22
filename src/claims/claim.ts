import { Party } from './party';
import { Policy } from '../cluster/cluster';
import { Direction } from '../evaluator/reachability';
import { enumerate } from '../findings/enumeration';
import { Labels } from '../k8s/objects';
import { Endpoint } from '../query/endpoints';
import { formatPortQuery, PortQuery } from '../query/ports';

/** A statement about a cluster that holds or does not. */
export type Claim = PairClaim | OnlyClaim;

/** `allowed`: every pod of `from` reaches every pod of `to` on each port. `denied`: no pod of `from` reaches any pod of `to` on any port. */
export interface PairClaim extends ClaimTerms {
  readonly kind: 'allowed' | 'denied';
  readonly from: Party;
  readonly to: Party;
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
  /** The destination is a Service, and these are the ports of the Service that lead to `ports`. */
  readonly servicePorts?: readonly PortQuery[];
  /** A claim that holds only under an assumption fails. */
  readonly strict?: boolean;
  /** The parties that the claim names mean their declared pods only. It does not narrow who is outside a list. */
  readonly onlyDeclared?: boolean;
  /** The groups of pods that the program has names for: its tiers. Only the names of witnesses depend on them. */
  readonly groups?: () => readonly PodGroup[];
  /** Absent if no program wrote the policies. */
  readonly calls?: ProgramCalls;
}

/** The pods of a namespace that have exactly these labels, under a name. */
export interface PodGroup {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}

export type ClaimKind = Claim['kind'];

/** The claims, in the order in which the docs list them. */
export const CLAIM_KINDS: readonly ClaimKind[] = ['allowed', 'denied', 'admitsOnly', 'reachesOnly'];

/** The calls of a program that wrote the policies: fixes name them, and not what they have written. */
export interface ProgramCalls {
  /**
   * For each of these sides of a claim `allowed`, the call to write so that the side lets the connection pass: `db.allowFrom(backend)`. Absent if no
   * call does.
   *
   * @param sides the sides that have to be opened, with the ends of the witness
   * @param ports the ports to open; absent for every port
   * @param named the claim names these ports. Otherwise they are the destination's own
   */
  opening(sides: readonly ClosedSide[], ports: readonly PortQuery[] | undefined, named: boolean): Opening;
  /** The calls that made a policy. Empty if the policy is an object of the program, or not of the program. */
  making(policy: Policy): readonly string[];
  /** How to isolate all pods of a namespace in one direction: `write new DefaultDeny(...)`. Undefined if the program has done so. */
  isolating(namespace: string, direction: Direction): string | undefined;
  /** How to make a claim `reachesOnly` true if this policy breaks it and is there for DNS. Undefined if it is not. */
  withoutDns(policy: Policy): string | undefined;
}

/** A side of a connection that has to be opened. */
export interface ClosedSide {
  readonly direction: Direction;
  /** The end whose policies decide. */
  readonly subject: Endpoint;
}

/** The call for each side, and what else the calls do. */
export interface Opening extends Partial<Record<Direction, string>> {
  /** Sentences without a full stop. */
  readonly notes?: readonly string[];
}

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

/** More parties or ports of a claim than this are counted. */
const MAX_NAMES = 8;

/** The parties of a list, or the ports of a claim, in few words: `app/a, app/b`. */
export function formatNames(names: readonly string[]): string {
  return names.length > MAX_NAMES ? enumerate(names, MAX_NAMES) : names.join(', ');
}

/** The claim in one line: `allowed: app/backend[Deployment] → app/db[Deployment] (TCP 5432)`. */
export function formatClaim(claim: Claim): string {
  const { ports: own, servicePorts } = claim;
  const names = (of: readonly PortQuery[]) => formatNames(of.map(formatPortQuery)) || 'no port';
  const ports = own === undefined ? '' : servicePorts === undefined ? ` (${names(own)})` : ` (${names(servicePorts)}, which leads to ${names(own)})`;
  const scope = claim.onlyDeclared ? ' (declared pods)' : '';
  if ('from' in claim) { return `${claim.kind}: ${claim.from.name} → ${claim.to.name}${ports}${scope}`; }
  const listed = formatNames(claim.listed.map(party => party.name)) || 'nothing';
  const ends = claim.kind === 'admitsOnly' ? [listed, claim.target.name] : [claim.target.name, listed];
  return `${claim.kind}: ${ends.join(' → ')}${ports}${scope}`;
}
