import { declaredMembersOf, Members, ownPortsOf } from './party-members';
import { Universe } from './universe';
import { Pod, Policy } from '../../cluster/cluster';
import { ClusterPolicy } from '../../cluster/cluster-policy';
import { ConnectionSet } from '../../evaluator/connections';
import { distinctReasons, Reason } from '../../findings/answer';
import { addressEndpoints, Endpoint, workloadEndpoints } from '../../query/endpoints';
import { answerForEndpoints, Flow } from '../../query/flow';
import { PortQuery } from '../../query/ports';
import { Claim, namedParties, OnlyClaim, PairClaim } from '../claim';
import { Party } from '../party';
import { ClaimWitness } from '../witness';

/*
 * Claims about Services, workloads and namespaces that netpol cannot read, or that are declared twice. The search for a witness lets what is not known about
 * pods and namespaces be anything, so a claim without a witness holds whatever it is. A witness shows only that the claim may fail. It fails if the
 * questions know a connection that breaks it in any case.
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
  const named = namedParties(claim).flatMap(party => unreadMembers(universe, party));
  if (named.length > 0) {
    const failure = 'from' in claim ? certainFailure(universe, claim, decide) : undefined;
    if (failure !== undefined) { return failure; }
    if (dependsOnPortNames(universe, claim, podsOf(named))) { return { answer: 'undecided', reasons: reasonsOf(named) }; }
  }
  const decision = decide(claim);
  // Nothing reaches a workload that is not there.
  const absent = claim.kind === 'allowed' ? named.filter(({ workload }) => workload.mayBeAbsent === true) : [];
  if (decision.answer === 'holds' && absent.length > 0) { return { answer: 'undecided', reasons: reasonsOf(absent) }; }
  if (decision.answer === 'fails') { return decision; }
  const listed = 'listed' in claim ? claim.listed.flatMap(party => unreadMembers(universe, party)) : [];
  const open = [...reasonsOf(listed), ...'listed' in claim ? claim.listed.flatMap(({ unread }) => unread ?? []) : []];
  if (decision.answer === 'undecided' || open.length === 0) { return decision; }
  // The other extreme is a list that permits none of their pods.
  const { listed: members, ...others } = claim as OnlyClaim;
  const without = decide({ ...others, listed: members.filter(party => party.unread === undefined && unreadMembers(universe, party).length === 0) });
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

/**
 * The failure of a claim, if one connection breaks it whatever the things are that are not known. The questions know about each connection between declared
 * pods and addresses whether it certainly passes, and whether it certainly does not.
 */
function certainFailure<D extends Decision>(universe: Universe, claim: PairClaim, decide: (claim: Claim) => D): Decided | undefined {
  const isDenied = claim.kind === 'denied';
  const ports = claim.ports ?? (isDenied ? undefined : ownPortsOf(universe, claim.to)) ?? [undefined];
  const [sources, destinations] = [claim.from, claim.to].map(party => singleMembers(universe, party).filter(({ isSure }) => isSure || !isDenied));
  for (const from of sources) {
    for (const to of destinations) {
      // Which pods have a port of some name is not known. A pod always reaches itself.
      for (const port of ports.filter(one => one === undefined || 'first' in one)) {
        const { answer, assumptions, example } = answerForEndpoints(universe.reach, [from.endpoint], [to.endpoint], port);
        if (answer !== (isDenied ? 'yes' : 'no') || assumptions.length > 0 || example.loopback) { continue; }
        const { witness } = decide({ ...claim, from: from.party, to: to.party, ports: [port ?? certainPort(example, isDenied)] });
        return { answer: 'fails', witness };
      }
    }
  }
  return undefined;
}

/** Some port that certainly passes. If none passes, any port. */
function certainPort({ connections }: Flow, passes: boolean): PortQuery {
  const [{ protocol, first }] = (passes ? connections : ConnectionSet.ALL).ranges();
  return { protocol, first, last: first };
}

/** One endpoint of a party, and the party of this endpoint alone. */
interface SingleMember {
  readonly endpoint: Endpoint;
  readonly party: Party;
  /** False if the input may not have it. */
  readonly isSure: boolean;
}

/** The declared pods and the addresses of a party, each as a party of its own. */
function singleMembers({ reach }: Universe, party: Party): SingleMember[] {
  return party.parts.flatMap((part): SingleMember[] => {
    switch (part.kind) {
      case 'declared': return workloadEndpoints(reach, part.workload, part.name, part.pods)
        .map(endpoint => ({ endpoint, party: { ...party, parts: [{ ...part, pods: [endpoint.pod] }] }, isSure: part.workload.mayBeAbsent !== true }));
      case 'addresses': return part.ranges.flatMap(range => addressEndpoints(reach, range))
        .map(endpoint => ({ endpoint, party: { ...party, parts: [{ kind: part.kind, ranges: [endpoint.range] }] }, isSure: true }));
      // Pods that could exist have no endpoints.
      case 'selected': return [];
    }
  });
}

/** The declared members that a party names and that are not known. */
function unreadMembers(universe: Universe, party: Party): Members[] {
  const declared = declaredMembersOf(universe, { ...party, parts: party.parts.filter(({ kind }) => kind === 'declared') });
  const unread = declared.map(({ workload, pods }) => ({ workload, pods: pods.filter(pod => pod.unread !== undefined) }));
  return unread.filter(({ pods }) => pods.length > 0);
}

function podsOf(members: readonly Members[]): Pod[] {
  return members.flatMap(({ pods }) => pods);
}

function reasonsOf(members: readonly Members[]): Reason[] {
  return distinctReasons(podsOf(members).flatMap(({ unread }) => unread ?? []));
}

/** True if the answer depends on the number of a named port that is not known. The search knows only the ports that pods declare. */
function dependsOnPortNames({ cluster }: Universe, claim: Claim, pods: readonly Pod[]): boolean {
  return pods.some(({ hasOpenPorts }) => hasOpenPorts === true)
    && (claim.ports?.some(port => 'name' in port) === true || (claim.kind !== 'allowed' && cluster.policies.some(hasNamedPort) || cluster.clusterPolicies.some(hasNamedPort)));
}

function hasNamedPort({ ingress = [], egress = [] }: Policy | ClusterPolicy): boolean {
  return [...ingress, ...egress].some(({ ports }) => ports?.some(({ name }) => name !== undefined) === true);
}
