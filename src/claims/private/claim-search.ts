import { Dropped, hasPositiveRequirement } from './assumed-members';
import { Candidates } from './candidates';
import { selectorsOfList, selectorsOfWay } from './listed';
import { inParties } from './listed-ends';
import { withGroupNames } from './pod-groups';
import { Universe } from './universe';
import { exampleOf, ORDER } from './witness-builder';
import { UnevaluatedPolicy, unevaluatedReason } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { distinctReasons, Reason } from '../../findings/answer';
import { namedPortKey } from '../../k8s/workloads';
import { PortQuery } from '../../query/ports';
import { Candidate, PodCandidate, POSSIBLE, Way } from '../../search/candidate';
import { ConnectionSearch, firstFound, HostNetworkReading, SearchOptions } from '../../search/connection-search';
import { Budget } from '../../search/constraint-search';
import { EVERY_PORT, GrantedPorts } from '../../search/policy-index';
import { Claim, directionOf, OnlyClaim, PairClaim, partiesOf } from '../claim';
import { Party } from '../party';
import { ClaimWitness, reasonsOfWitness, WitnessEnd, WitnessPod } from '../witness';

/** Whether the parties that a claim names are narrowed to declared pods; `if any`: those that have some, unless the claim is about declared pods anyway. */
export type OnlyDeclared = boolean | 'if any';

/** The steps that one claim may take: some seconds. Usual claims take less than a thousandth of them. */
const MAX_STEPS = 60_000_000;

/** What a claim makes of the connection that a search has found. */
type WitnessFacts = Pick<ClaimWitness, 'kind' | 'direction'>;

/** How sides let a connection pass, or which policy of a kind that is not evaluated may deny it. */
type Ways = { readonly [direction in Direction]?: Way };

/** The search for a witness against one claim. */
export class ClaimSearch {
  private readonly candidates: Candidates;
  private readonly budget = new Budget(MAX_STEPS);
  private readonly ports: GrantedPorts;

  /** @param ports the ports that the claim is about; absent for every port */
  constructor(private readonly universe: Universe, private readonly claim: Claim, ports?: readonly PortQuery[]) {
    this.candidates = Candidates.of(universe, partiesOf(claim));
    this.ports = ports === undefined ? EVERY_PORT : grantedPorts(ports);
  }

  /** Some connection that the claim is about, as if the claim said that it passes: between declared pods, if there are any. */
  public typicalConnection(claim: PairClaim, dropped: Dropped): ClaimWitness | undefined {
    const options = this.optionsFor(dropped, true);
    return firstFound(['if any', claim.onlyDeclared === true] as const, onlyDeclared =>
      firstFound(this.pairsOf(claim, dropped, options, onlyDeclared), search =>
        search.exists(() => this.witnessOf(search, options, { kind: 'blocked' }))));
  }

  /**
   * A witness that breaks none but the dropped assumptions.
   *
   * @param unevaluated policies of kinds that are not evaluated count as if they allowed the connection, or denied it. Otherwise a witness
   *   must not depend on them
   */
  public find(dropped: Dropped, unevaluated: boolean, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): ClaimWitness | undefined {
    const { claim } = this;
    const options = this.optionsFor(dropped, unevaluated);
    return 'from' in claim
      ? firstFound(this.pairsOf(claim, dropped, options, onlyDeclared), search => this.findBetween(claim, search, options))
      : this.findUnlisted(claim, dropped, options, onlyDeclared);
  }

  private optionsFor(dropped: Dropped, unevaluated: boolean): SearchOptions {
    // Policies that isolate more pods deny more, and selectors that match more pods allow more.
    const host: HostNetworkReading = !dropped.has('host-network') ? 'usual' : this.claim.kind === 'allowed' ? 'isolated' : 'selected';
    return { cluster: this.universe, budget: this.budget, ports: this.ports, host, sharesNames: dropped.has('port-name'), unevaluated };
  }

  /** A search for each pair of ends that the claim is about. */
  private* pairsOf({ from, to }: PairClaim, dropped: Dropped, options: SearchOptions, onlyDeclared: OnlyDeclared): Iterable<ConnectionSearch> {
    const destinations = this.ofParty(to, dropped, onlyDeclared);
    for (const source of this.ofParty(from, dropped, onlyDeclared)) {
      for (const destination of destinations) {
        if ((source.kind === 'pod' || destination.kind === 'pod') && !isSamePod(source, destination)) {
          yield new ConnectionSearch(source, destination, options);
        }
      }
    }
  }

  private findBetween(claim: PairClaim, search: ConnectionSearch, options: SearchOptions): ClaimWitness | undefined {
    const accept = (facts: WitnessFacts, ways?: Ways) => this.witnessOf(search, options, facts, ways);
    if (claim.kind === 'denied') {
      return mayShareNode(claim, search)
        ? search.exists(() => accept({ kind: 'own-node' }))
        : search.passes((egress, ingress) => accept({ kind: 'passes' }, { egress, ingress }));
    }
    return firstFound(['egress', 'ingress'] as const, direction => search.isDenied(direction, () => accept({ kind: 'blocked', direction }))
      // A policy of a kind that is not evaluated may deny any connection.
      ?? firstFound(search.unevaluated(direction).filter(({ opens }) => opens === undefined), policy =>
        search.exists(() => accept({ kind: 'blocked', direction }, { [direction]: { kind: 'unevaluated', policy } }))));
  }

  private findUnlisted(claim: OnlyClaim, dropped: Dropped, options: SearchOptions, onlyDeclared: OnlyDeclared): ClaimWitness | undefined {
    const direction = directionOf(claim.kind);
    const selectors = selectorsOfList(claim.listed);
    return firstFound(this.ofParty(claim.target, dropped, onlyDeclared), target =>
      firstFound(new ConnectionSearch(target, target, options).waysOf(direction), way => {
        if (selectors.has(selectorsOfWay(way)!)) { return undefined; }
        return firstFound(this.outsiders(claim, way, dropped), outside => {
          if (isSamePod(target, outside)) { return undefined; }
          const search = direction === 'ingress' ? new ConnectionSearch(outside, target, options) : new ConnectionSearch(target, outside, options);
          const listed = inParties(search, direction === 'ingress' ? 's' : 'd', claim.listed);
          return search.passesSide(direction, way, listed, () => this.witnessOf(search, options, { kind: 'unlisted', direction }, { [direction]: way }));
        });
      }));
  }

  private* outsiders({ kind, listed }: OnlyClaim, { grant, match }: Way, dropped: Dropped): Iterable<Candidate> {
    // The destination resolves the names of ports, whether the rule or the claim has them.
    const needsPod = kind === 'reachesOnly' && [...this.ports.names, ...grant?.ports.names ?? []].length > 0;
    // Nodes and domain names may be any address.
    const clause = match?.clause?.kind === 'pods' || match?.clause?.kind === 'addresses' ? match.clause : grant?.clause;
    yield* this.candidates.outsiders(grant?.policy.namespace, clause, dropped, listed, needsPod, this.universe.tiers.about(directionOf(kind)));
    yield* this.candidates.podsWithOwnPorts(dropped);
  }

  /** The connection that a search holds as a witness; undefined if it is none, or must not depend on policies that are not evaluated and does. */
  private witnessOf(search: ConnectionSearch, options: SearchOptions, facts: WitnessFacts, ways: Ways = {}): ClaimWitness | undefined {
    const ends = exampleOf(search, this.universe, options.host);
    if (ends === undefined) { return undefined; }
    const { claim } = this;
    const [from, to] = 'from' in claim ? [claim.from, claim.to]
      : claim.kind === 'admitsOnly' ? [undefined, claim.target] : [claim.target, undefined];
    const source = selectedBy(ways.egress, named(ends.source, from), search.source);
    const destination = selectedBy(ways.ingress, named(ends.destination, to), search.destination);
    const breaks = ORDER.filter(code => [source, destination].some(end => end.kind === 'pod' && end.breaks.includes(code)));
    const way = facts.direction === undefined ? [ways.egress, ways.ingress].find(one => one?.policy !== undefined) : ways[facts.direction];
    const witness = withGroupNames({ ...facts, ...ends, source, destination, breaks, way }, claim.groups);
    // The search has made sure that it does not depend on a domain name.
    return options.unevaluated || !this.dependsOnUnevaluated(witness, ({ opens }) => opens === undefined) ? witness : undefined;
  }

  /** True if the witness may depend on something that only the running cluster knows. */
  public isUncertain(witness: ClaimWitness): boolean {
    return this.dependsOnUnevaluated(witness) || sidesOf(witness).some(([direction]) => this.universe.tiers.about(direction).isAmbiguous);
  }

  /**
   * True if something that was not read, or a policy of a kind that is not evaluated, could make the witness wrong. A policy that can only restrict leaves a
   * denied connection denied.
   */
  private dependsOnUnevaluated(witness: ClaimWitness, counts: (policy: UnevaluatedPolicy) => boolean = () => true): boolean {
    return [witness.source, witness.destination].some(end => end.kind === 'pod' && end.unread !== undefined)
      || this.couldDecide(witness).filter(counts).some(({ canAllow }) => witness.kind !== 'blocked' || canAllow || witness.way !== undefined);
  }

  /** Why a witness is uncertain, each reason once. */
  public reasonsOf(witness: ClaimWitness): Reason[] {
    const { cluster } = this.universe;
    const unread = [witness.source, witness.destination].flatMap(end => end.kind === 'pod' ? end.unread ?? [] : []);
    const ofTiers = cluster.clusterPolicies.length === 0 ? [] : reasonsOfWitness(cluster, witness);
    return distinctReasons([...unread, ...this.couldDecide(witness).map(unevaluatedReason), ...ofTiers]);
  }

  /** The policies of kinds that are not evaluated that could select the pods whose policies decide about a witness. */
  private couldDecide(witness: ClaimWitness): UnevaluatedPolicy[] {
    const sides = sidesOf(witness);
    return this.universe.cluster.unevaluated.filter(policy =>
      sides.some(([side, end]) => policy[side] && end.kind === 'pod' && (end.selectedBy === policy || selects(policy, end))));
  }

  /** The candidates of a party that the claim names. */
  public ofParty(party: Party, dropped: Dropped, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): readonly Candidate[] {
    const candidates = this.candidates.ofParty(party, dropped, onlyDeclared !== false);
    const mayWiden = onlyDeclared === 'if any' && !this.claim.onlyDeclared;
    return mayWiden && candidates.every(({ kind }) => kind === 'address') ? this.candidates.ofParty(party, dropped, false) : candidates;
  }
}

/** The sides of a witness whose policies count, each with its pod or address. No policy decides about a pod and its own node. */
function sidesOf({ kind, source, destination, direction }: ClaimWitness): (readonly [Direction, WitnessEnd])[] {
  const sides: (readonly [Direction, WitnessEnd])[] = [['egress', source], ['ingress', destination]];
  return kind === 'own-node' ? [] : sides.filter(([side]) => direction === undefined || side === direction);
}

/** An end of a witness with the name of its party, if it is in one. */
function named(end: WitnessEnd, party: Party | undefined): WitnessEnd {
  if (end.kind !== 'pod') { return end; }
  const isByLabels = end.workload !== undefined && party?.parts.every(({ kind }) => kind !== 'declared') === true;
  return { ...end, party: party?.name, isByLabels };
}

/** True if a policy of a kind that is not evaluated could select the pod of a witness, which has no labels but those that it shows. */
function selects(policy: UnevaluatedPolicy, { pod, namespace }: WitnessPod): boolean {
  return policy.selects(pod, { ...namespace, origin: namespace.origin ?? POSSIBLE }) !== 'no';
}

/**
 * An end that a policy of a kind that is not evaluated has to select. The search cannot read the selector of the policy, so the labels of a possible
 * pod may not show that the policy selects it.
 */
function selectedBy(way: Way | undefined, end: WitnessEnd, candidate: Candidate): WitnessEnd {
  const policy = way?.policy;
  // Policies decide for pods only.
  if (policy === undefined || selects(policy, end as WitnessPod)) { return end; }
  const [pod, asked] = [end as WitnessPod, candidate as PodCandidate];
  const isLabelAssumed = asked.part !== undefined && hasPositiveRequirement(asked.part.pods);
  const breaks = new Set(pod.breaks);
  const needsLabel = isLabelAssumed && !asked.couldBeSelectedBy(policy, { pod: true });
  if (needsLabel) { breaks.add('extra-label'); }
  // The labels of a new namespace may be anything.
  if (asked.namespace.name !== undefined && !asked.couldBeSelectedBy(policy, { pod: isLabelAssumed && !needsLabel, namespace: true })) { breaks.add('namespace-label'); }
  return { ...pod, breaks: ORDER.filter(code => breaks.has(code)), selectedBy: policy };
}

/** A Pod object is one pod, which always reaches itself. A workload has several. */
function isSamePod(a: Candidate, b: Candidate): boolean {
  return a.declared?.workload.kind === 'Pod' && a.declared.pod === b.declared?.pod;
}

/** True if one pod is on its node's network, and the claim names it. The other pod may be on that node. */
function mayShareNode({ from, to }: PairClaim, { source, destination }: ConnectionSearch): boolean {
  return source.kind === 'pod' && destination.kind === 'pod' && (isNamedNode(source, from) || isNamedNode(destination, to));
}

function isNamedNode({ hostNetwork }: PodCandidate, { parts }: Party): boolean {
  return hostNetwork && parts.some(({ kind }) => kind === 'declared');
}

function grantedPorts(ports: readonly PortQuery[]): GrantedPorts {
  return {
    numbered: ConnectionSet.unionOf(ports.flatMap(port => 'name' in port ? [] : [ConnectionSet.range(port.protocol, port.first, port.last)])),
    names: [...new Set(ports.flatMap(port => 'name' in port ? [namedPortKey(port)] : []))],
  };
}
