import { declaredMembersOf } from './party-members';
import { Universe } from './universe';
import { Pod, Policy, UnreadReason } from '../../cluster/cluster';
import { Reason } from '../../findings/answer';
import { Claim, namedParties, OnlyClaim } from '../claim';
import { Party } from '../party';
import { ClaimWitness } from '../witness';

/*
 * Claims about Services, workloads and namespaces that netpol cannot read, or that are declared twice. The search for a witness lets their labels be anything, so a
 * claim without a witness holds whatever they are. A witness shows only that the claim may fail.
 */

/** The answer to a claim, and what speaks for it. */
interface Decided {
  readonly answer: 'holds' | 'fails' | 'undecided';
  readonly witness?: ClaimWitness;
  readonly reasons?: readonly Reason[];
}

interface Decision extends Decided {
  readonly assumptions?: readonly unknown[];
}

/**
 * Decides a claim.
 *
 * @param decide decides a claim as if the labels that are not known were those that break it, and as if a list permitted every pod of a namespace in which
 *   it has a workload that is not known
 */
export function decideWithUnread<D extends Decision>(universe: Universe, claim: Claim, decide: (claim: Claim) => D): D | Decided {
  const services = namedParties(claim).flatMap(({ unread }) => unread ?? []);
  if (services.length > 0) { return decideForAnyEndpoints(claim, services, decide); }
  const named = namedParties(claim).flatMap(party => unreadPods(universe, party));
  if (named.length > 0 && (named.some(mayDiffer) || dependsOnPortNames(universe, claim, named))) { return { answer: 'undecided', reasons: reasonsOf(named) }; }
  const decision = decide(claim);
  if (decision.answer === 'fails') {
    const reasons = [...reasonsOf(named), ...reasonsOfNamespaces(decision.witness)];
    return reasons.length === 0 ? decision : { ...decision, answer: 'undecided', reasons };
  }
  const listed = 'listed' in claim ? claim.listed.flatMap(party => unreadPods(universe, party)) : [];
  const open = [...reasonsOf(listed), ...'listed' in claim ? claim.listed.flatMap(({ unread }) => unread ?? []) : []];
  if (decision.answer === 'undecided' || open.length === 0) { return decision; }
  // The other extreme is a list that permits none of their pods.
  const { listed: members, ...others } = claim as OnlyClaim;
  const without = decide({ ...others, listed: members.filter(party => party.unread === undefined && unreadPods(universe, party).length === 0) });
  return without.answer === 'holds' ? without : { ...without, answer: 'undecided', reasons: open };
}

/**
 * Decides a claim about a Service that was not read. Its endpoints, and the ports that its ports lead to, may be any, and it may have none. So the other side
 * decides, if it is closed. A list is about the side of the Service.
 */
function decideForAnyEndpoints<D extends Decision>(claim: Claim, reasons: readonly Reason[], decide: (claim: Claim) => D): D | Decided {
  const undecided: Decided = { answer: 'undecided', reasons };
  if (!('from' in claim)) { return undecided; }
  // The pods that `onlyDeclared` means are not known either.
  const denied = decide({ ...claim, kind: 'denied', ports: undefined, onlyDeclared: false });
  if (denied.answer !== 'holds') { return undecided; }
  if (claim.kind === 'denied') { return denied; }
  return denied.assumptions === undefined ? { answer: 'fails', witness: decide({ ...claim, ports: undefined }).witness } : undecided;
}

/** The declared pods that a party names and that are not known. */
function unreadPods(universe: Universe, party: Party): Pod[] {
  return declaredMembersOf(universe, { ...party, parts: party.parts.filter(({ kind }) => kind === 'declared') }).flatMap(({ pods }) => pods.filter(({ unread }) => unread !== undefined));
}

function reasonsOf(pods: readonly Pod[]): UnreadReason[] {
  return [...new Map(pods.flatMap(({ unread }) => unread ?? []).map(reason => [`${reason.code} ${reason.what}`, reason])).values()];
}

/** Why the labels of a namespace are not known in which a pod of a witness is. */
function reasonsOfNamespaces(witness: ClaimWitness | undefined): UnreadReason[] {
  return [witness?.source, witness?.destination].flatMap(end => end?.kind === 'pod' && end.namespace.open !== undefined ? [end.namespace.open.reason] : []);
}

/** True if the search does not know everything that the pod may be: it may be on its node's network or not. */
function mayDiffer({ hasOpenNetwork }: Pod): boolean {
  return hasOpenNetwork === true;
}

/** True if the answer depends on the number of a named port that is not known. The search knows only the ports that pods declare. */
function dependsOnPortNames({ cluster }: Universe, claim: Claim, pods: readonly Pod[]): boolean {
  return pods.some(({ hasOpenPorts }) => hasOpenPorts === true)
    && (claim.ports?.some(port => 'name' in port) === true || (claim.kind !== 'allowed' && cluster.policies.some(hasNamedPort)));
}

function hasNamedPort({ ingress = [], egress = [] }: Policy): boolean {
  return [...ingress, ...egress].some(({ ports }) => ports?.some(({ name }) => name !== undefined) === true);
}
