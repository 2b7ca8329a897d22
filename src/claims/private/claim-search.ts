import { Candidate, Dropped, Way } from './candidate';
import { Candidates } from './candidates';
import { ConnectionSearch, HostNetworkReading, SearchOptions } from './connection-search';
import { Budget } from './constraint-search';
import { isListed } from './listed';
import { GrantedPorts } from './policy-index';
import { Universe } from './universe';
import { exampleOf } from './witness-builder';
import { UnevaluatedPolicy } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { namedPortKey } from '../../k8s/workloads';
import { PortQuery } from '../../query/ports';
import { Claim, directionOf, OnlyClaim, PairClaim, partiesOf } from '../claim';
import { Party } from '../party';
import { ClaimWitness, POSSIBLE, WitnessEnd } from '../witness';

/** Whether the parties that a claim names are narrowed to declared pods; `if any`: those that have some. */
export type OnlyDeclared = boolean | 'if any';

/** The steps that one claim may take: some seconds. Usual claims take less than a thousandth of them. */
const MAX_STEPS = 60_000_000;

/** The search for a witness against one claim. */
export class ClaimSearch {
  private readonly candidates: Candidates;
  private readonly budget = new Budget(MAX_STEPS);
  private readonly ports?: GrantedPorts;

  /** @param ports the ports that the claim is about; absent for every port */
  constructor(private readonly universe: Universe, private readonly claim: Claim, ports?: readonly PortQuery[]) {
    this.candidates = Candidates.of(universe, partiesOf(claim));
    this.ports = ports && grantedPorts(ports);
  }

  /** Some connection that the claim is about: between declared pods, if there are any. */
  public typicalConnection(claim: PairClaim, dropped: Dropped): ClaimWitness | undefined {
    const options = this.optionsFor(dropped, USUAL_READING[0], false);
    const declaredFirst = (party: Party) => [...this.ofParty(party, dropped, true), ...this.ofParty(party, dropped)];
    for (const source of declaredFirst(claim.from)) {
      for (const destination of declaredFirst(claim.to)) {
        const search = new ConnectionSearch(source, destination, options);
        let found: ClaimWitness | undefined;
        search.exists(() => {
          const ends = exampleOf(search, this.universe, options.host);
          found = ends && withParties({ kind: claim.kind === 'allowed' || claim.ports !== undefined ? 'blocked' : 'passes', ...ends }, claim);
          return found !== undefined;
        });
        if (found !== undefined && !isSamePod(source, destination)) { return found; }
      }
    }
    return undefined;
  }

  /**
   * A witness that breaks none but the dropped assumptions.
   *
   * @param unevaluated policies of kinds that are not evaluated count as if they allowed the connection, or denied it. Otherwise a witness
   *   must not depend on them
   */
  public find(dropped: Dropped, unevaluated: boolean, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): ClaimWitness | undefined {
    for (const host of dropped.has('host-network') && this.universe.hasHostNetwork ? HOST_READINGS : USUAL_READING) {
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
    const accept = (kind: ClaimWitness['kind'], direction?: Direction, way?: Way) => {
      const ends = exampleOf(search, this.universe, options.host);
      if (ends === undefined) { return false; }
      const found = withParties({ kind, direction, way, ...ends }, claim);
      if (!options.unevaluated && this.isUncertain(found)) { return false; }
      witness = found;
      return true;
    };
    if (claim.kind === 'denied') {
      const sharesNode = namesHostNetwork(claim) && search.source.kind === 'pod' && search.destination.kind === 'pod';
      if (sharesNode) {
        search.exists(() => accept('own-node'));
      } else {
        search.passes(ways => accept('passes', undefined, ways.find(({ kind }) => kind === 'unevaluated')));
      }
      return witness;
    }
    for (const direction of ['egress', 'ingress'] as const) {
      if (search.isDenied(direction, () => accept('blocked', direction))) { return witness; }
      // A policy of a kind that is not evaluated may deny any connection.
      const subject = direction === 'egress' ? search.source : search.destination;
      const [policy] = options.unevaluated && subject.kind === 'pod' ? this.universe.couldSelect(subject, direction) : [];
      if (policy !== undefined && search.exists(() => accept('blocked', direction, { kind: 'unevaluated', policy }))) { return witness; }
    }
    return undefined;
  }

  private findUnlisted(claim: OnlyClaim, dropped: Dropped, options: SearchOptions, onlyDeclared: OnlyDeclared): ClaimWitness | undefined {
    const direction = directionOf(claim.kind);
    for (const target of this.ofParty(claim.target, dropped, onlyDeclared)) {
      const own = new ConnectionSearch(target, target, options);
      for (const way of own.waysOf(direction)) {
        if (!own.mayPass(direction, way) || way.kind === 'grant' && isListed(way.grant, claim.listed)) { continue; }
        for (const outside of this.outsiders(claim, way, dropped, options)) {
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

  private* outsiders({ listed }: OnlyClaim, way: Way, dropped: Dropped, { host }: SearchOptions): Iterable<Candidate> {
    const [namespace, clause] = way.kind === 'grant' ? [way.grant.policy.namespace, way.grant.clause] : [];
    yield* this.candidates.outsiders(namespace, clause, dropped, listed);
    yield* this.candidates.podsWithOwnPorts(dropped, host.selected);
  }

  /** True if a policy of a kind that is not evaluated could make the witness wrong. One that can only restrict leaves a denied connection denied. */
  public isUncertain(witness: ClaimWitness): boolean {
    return witness.way?.kind === 'unevaluated' || this.couldDecide(witness).some(({ canAllow }) => witness.kind !== 'blocked' || canAllow);
  }

  /** The policies of kinds that are not evaluated that could select the pods whose policies decide about a witness. */
  public couldDecide({ kind, source, destination, direction, way }: ClaimWitness): UnevaluatedPolicy[] {
    const sides = ([['egress', source], ['ingress', destination]] as const).filter(([side]) => direction === undefined || side === direction);
    if (kind === 'own-node') { return []; }
    // A witness leaves nothing open: a label that its namespace does not have is absent.
    const select = (policy: UnevaluatedPolicy, end: WitnessEnd) => end.kind === 'pod'
      && policy.selects(end.pod, { ...end.namespace, origin: end.namespace.origin ?? POSSIBLE }) !== 'no';
    // The search cannot give a possible pod the labels that such a policy selects.
    const isItsWay = (policy: UnevaluatedPolicy) => way?.kind === 'unevaluated' && way.policy === policy;
    return this.universe.cluster.unevaluated.filter(policy => isItsWay(policy) || sides.some(([side, end]) => policy[side] && select(policy, end)));
  }

  /** The candidates of a party that the claim names. */
  public ofParty(party: Party, dropped: Dropped, onlyDeclared: OnlyDeclared = this.claim.onlyDeclared === true): readonly Candidate[] {
    const candidates = this.candidates.ofParty(party, dropped, onlyDeclared !== false);
    return onlyDeclared === 'if any' && candidates.length === 0 ? this.candidates.ofParty(party, dropped, false) : candidates;
  }
}

/** A witness against a claim about two parties, whose names its ends get. */
function withParties(witness: ClaimWitness, { from, to }: PairClaim): ClaimWitness {
  return { ...witness, source: named(witness.source, from), destination: named(witness.destination, to) };
}

function named(end: WitnessEnd, { name }: Party): WitnessEnd {
  return end.kind === 'pod' ? { ...end, party: name } : end;
}

/** A Pod object is one pod, which always reaches itself. A workload has several. */
function isSamePod(a: Candidate, b: Candidate): boolean {
  return a.kind === 'pod' && b.kind === 'pod' && a.declared !== undefined && a.declared.workload.kind === 'Pod' && a.declared.pod === b.declared?.pod;
}

function namesHostNetwork({ from, to }: PairClaim): boolean {
  return [from, to].some(({ parts }) => parts.some(part => part.kind === 'declared' && part.pods.some(pod => pod.hostNetwork)));
}

/** Policies and selectors skip the pods on their node's network. */
const USUAL_READING: readonly HostNetworkReading[] = [{ isolated: false, selected: false }];

/** All readings that Kubernetes leaves possible. */
const HOST_READINGS: readonly HostNetworkReading[] = [
  ...USUAL_READING, { isolated: true, selected: true }, { isolated: true, selected: false }, { isolated: false, selected: true },
];

function grantedPorts(ports: readonly PortQuery[]): GrantedPorts {
  const ranges = ports.flatMap(port => 'name' in port ? [] : [ConnectionSet.range(port.protocol, port.first, port.last)]);
  return {
    numbered: ranges.reduce((all, range) => all.union(range), ConnectionSet.NONE),
    names: [...new Set(ports.flatMap(port => 'name' in port ? [namedPortKey(port)] : []))],
  };
}
