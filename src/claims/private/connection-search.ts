import { AddressCandidate, Candidate, OPEN, PodCandidate, Way } from './candidate';
import { Budget, ConstraintSearch, Literal, Nogood } from './constraint-search';
import { addressVariable, End, labelVariable, LabelSlot, literalsOf, nameVariable, PORT } from './literals';
import { GrantedPorts, IsolatingPolicy } from './policy-index';
import { Universe } from './universe';
import { AddressSet, LabelSet, ValueSet } from './value-set';
import { AddressesClause, PeerClause } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { namedPortKey } from '../../k8s/workloads';
import { Party } from '../party';

/** What a search takes for granted about pods on their node's network, which Kubernetes leaves open. */
export interface HostNetworkReading {
  /** Policies isolate them. */
  readonly isolated: boolean;
  /** The pod selectors of rules match them. */
  readonly selected: boolean;
}

/** What all searches for one claim have in common. */
export interface SearchOptions {
  readonly universe: Universe;
  readonly budget: Budget;
  readonly host: HostNetworkReading;
  /** Different names of one port are possible. */
  readonly sharesNames: boolean;
  /** Policies of kinds that are not evaluated may allow a connection. */
  readonly unevaluated: boolean;
  readonly ports?: GrantedPorts;
}

/** A connection that the search has found: what each fact about it may still be. */
export interface FoundConnection {
  readonly source: Candidate;
  readonly destination: Candidate;
  /** The names that were considered for the port (`namedPortKey`). */
  readonly names: ReadonlySet<string>;
  /** What a variable may still be. */
  domain(variable: string): ValueSet;
  /** True if the search has narrowed a variable. */
  isNarrowed(variable: string): boolean;
  /** The labels that the search has narrowed, by slot: their keys. */
  keys(slot: LabelSlot): string[];
  /** The slot of a namespace: two pods of one namespace share its labels. */
  namespaceSlot(end: End): LabelSlot;
}

/** Searches for a connection between two candidates that passes, or that is denied. */
export class ConnectionSearch implements FoundConnection {
  public readonly names = new Set<string>();
  private readonly search: ConstraintSearch;
  private readonly nogoods: Nogood[] = [];
  private readonly isOneNamespace: boolean;

  constructor(public readonly source: Candidate, public readonly destination: Candidate, private readonly options: SearchOptions) {
    this.isOneNamespace = source.kind === 'pod' && destination.kind === 'pod'
      && source.namespace.name !== undefined && source.namespace.name === destination.namespace.name;
    this.search = new ConstraintSearch(variable => this.initial(variable), options.budget);
  }

  public domain(variable: string): ValueSet { return this.search.domain(variable); }

  public isNarrowed(variable: string): boolean { return this.search.isNarrowed(variable); }

  public keys(slot: LabelSlot): string[] {
    return [...this.search.narrowed()].filter(variable => variable.startsWith(slot)).map(variable => variable.slice(2));
  }

  public namespaceSlot(end: End): LabelSlot { return this.isOneNamespace ? 'sn' : `${end}n`; }

  /**
   * Calls `accept` with each kind of connection that passes on both sides, and with the ways in which it does, until it returns true. The search then
   * holds the connection.
   */
  public passes(accept: (ways: readonly Way[]) => boolean): boolean {
    return this.withPorts(() => this.withSide('egress', egress => this.withSide('ingress', ingress => this.finish(() => accept([egress, ingress])))));
  }

  /** The same for the connections that one side lets pass in this way, with an end that none of these parties has. */
  public passesOutside(direction: Direction, way: Way, listed: readonly Party[], accept: () => boolean): boolean {
    return this.withPorts(() => this.withOutside(direction === 'ingress' ? 's' : 'd', listed, () =>
      this.withWay(direction, way, () => this.finish(accept))));
  }

  /** False if no connection with any other end passes in this way. It looks at the subject alone. */
  public mayPass(direction: Direction, way: Way): boolean {
    if (way.kind !== 'grant') { return true; }
    const { policy, ports } = way.grant;
    // The other end may give the ports their names.
    const alternatives = direction === 'egress' && [ports, this.options.ports].some(one => one !== undefined && one.names.length > 0)
      ? undefined : this.portAlternatives(ports);
    const mark = this.search.mark();
    const may = this.search.requireAll(this.subjectLiterals(direction, policy.subject)) && (alternatives === undefined
      || this.withPorts(() => alternatives.some(alternative => this.withLiterals(alternative, () => true))));
    this.search.undo(mark);
    return may;
  }

  /** The same for the connections that a side denies. */
  public isDenied(direction: Direction, accept: () => boolean): boolean {
    return this.withPorts(() => this.withDenial(direction, accept));
  }

  /** The same for all connections on the ports of the claim. */
  public exists(accept: () => boolean): boolean {
    return this.withPorts(() => this.finish(accept));
  }

  /** The ways in which a side may let a connection pass. */
  public waysOf(direction: Direction): readonly Way[] {
    const { universe, host, unevaluated } = this.options;
    const subject = this.subject(direction);
    if (subject.kind === 'address') { return [OPEN]; }
    const ways = subject.hostNetwork && !host.isolated ? [OPEN] : subject.waysOf(universe, direction);
    if (!unevaluated || universe.cluster.unevaluated.length === 0) { return ways; }
    const openers = universe.couldSelect(subject, direction).filter(({ canAllow }) => canAllow);
    return [...ways, ...openers.map((policy): Way => ({ kind: 'unevaluated', policy }))];
  }

  private withSide(direction: Direction, then: (way: Way) => boolean): boolean {
    return this.waysOf(direction).some(way => this.withWay(direction, way, () => then(way)));
  }

  /** Goes on with the constraints of one way; takes them back if that leads to nothing. */
  private withWay(direction: Direction, way: Way, then: () => boolean): boolean {
    if (way.kind === 'unevaluated') { return then(); }
    if (way.kind === 'open') {
      return this.withNogoods(this.isolatingPolicies(direction).map(({ policy }) => this.subjectLiterals(direction, policy.subject)), then);
    }
    const { policy, clause, ports } = way.grant;
    const peer = this.peerLiterals(direction, policy.namespace, clause);
    if (peer === undefined) { return false; }
    return this.withLiterals([...this.subjectLiterals(direction, policy.subject), ...peer], () =>
      this.portAlternatives(ports).some(alternative => this.withLiterals(alternative, then)));
  }

  /** Some policy isolates the subject, and no rule of any policy lets the connection pass. */
  private withDenial(direction: Direction, accept: () => boolean): boolean {
    const policies = this.isolatingPolicies(direction);
    if (policies.length === 0) { return false; }
    const grants = policies.flatMap(({ policy, grants: own }) => own.flatMap(({ clause, ports }) => {
      const peer = this.peerLiterals(direction, policy.namespace, clause);
      return peer === undefined ? [] : this.portAlternatives(ports).map(alternative =>
        [...this.subjectLiterals(direction, policy.subject), ...peer, ...alternative]);
    }));
    const subjects = new Map(policies.map(({ policy }) => [policy.subject.id, policy.subject]));
    return [...subjects.values()].some(subject => this.withLiterals(this.subjectLiterals(direction, subject), () =>
      this.withNogoods(grants, () => this.finish(accept))));
  }

  private withPorts(then: () => boolean): boolean {
    const { ports } = this.options;
    if (!this.agreesOnNamespace()) { return false; }
    return ports === undefined ? then() : this.portAlternatives(ports).some(alternative => this.withLiterals(alternative, then));
  }

  /** The end at `end` is in none of these parties. */
  private withOutside(end: End, listed: readonly Party[], then: () => boolean): boolean {
    const outside = end === 's' ? this.source : this.destination;
    const nogoods: Nogood[] = [];
    const parts = listed.flatMap(({ parts: own }) => own);
    const ranges = parts.flatMap(part => part.kind === 'addresses' ? part.ranges : []);
    if (ranges.length > 0) {
      const addresses = AddressSet.of(ranges);
      const literals = addressLiterals(outside, end, known => known.every(address => addresses.has(address)), addresses);
      if (literals !== undefined) { nogoods.push(literals); }
    }
    for (const part of parts) {
      if (part.kind !== 'addresses' && outside.kind === 'pod') {
        if (part.kind === 'selected') {
          nogoods.push([...literalsOf(part.namespaces, this.namespaceSlot(end)), ...literalsOf(part.pods, `${end}l`)]);
          continue;
        }
        if (outside.declared?.workload === part.workload && part.pods.includes(outside.declared.pod)) { return false; }
        for (const permitted of part.permits) {
          nogoods.push([this.inNamespace(end, part.workload.namespace), ...literalsOf(permitted, `${end}l`)]);
        }
      }
    }
    return this.withNogoods(nogoods, then);
  }

  /** False if both ends are in one namespace, and no labels of it suit both of them. */
  private agreesOnNamespace(): boolean {
    if (!this.isOneNamespace) { return true; }
    const [source, destination] = [this.source as PodCandidate, this.destination as PodCandidate].map(({ namespace }) => namespace.labels);
    return [...source.keys()].every(key => !source.get(key).intersect(destination.get(key)).isEmpty);
  }

  private withLiterals(literals: readonly Literal[], then: () => boolean): boolean {
    const mark = this.search.mark();
    if (this.search.requireAll(literals) && then()) { return true; }
    this.search.undo(mark);
    return false;
  }

  private withNogoods(nogoods: readonly Nogood[], then: () => boolean): boolean {
    const length = this.nogoods.length;
    this.nogoods.push(...nogoods);
    if (then()) { return true; }
    this.nogoods.length = length;
    return false;
  }

  private finish(accept: () => boolean): boolean {
    const mark = this.search.mark();
    if (this.search.solve([...this.nogoods, ...this.nameNogoods()]) && accept()) { return true; }
    this.search.undo(mark);
    return false;
  }

  /** A name means a port of its protocol. Different names of a possible pod mean different numbers, unless that assumption is dropped. */
  private nameNogoods(): Nogood[] {
    const names = [...this.names];
    const nogoods: Nogood[] = names.map(name => [hasName(name), { variable: PORT, allowed: ConnectionSet.ALL.subtract(portsOf(protocolOf(name))) }]);
    if (this.options.sharesNames) { return nogoods; }
    names.forEach((name, i) => {
      for (const other of names.slice(i + 1)) { nogoods.push([hasName(name), hasName(other)]); }
      for (const [known, number] of this.knownNumbers()) {
        if (known !== name) { nogoods.push([hasName(name), { variable: PORT, allowed: number }]); }
      }
    });
    return nogoods;
  }

  private isolatingPolicies(direction: Direction): readonly IsolatingPolicy[] {
    const subject = this.subject(direction);
    return subject.kind === 'address' || subject.hostNetwork && !this.options.host.isolated ? [] : subject.policies(this.options.universe, direction);
  }

  private subject(direction: Direction): Candidate {
    return direction === 'egress' ? this.source : this.destination;
  }

  private subjectLiterals(direction: Direction, selector: IsolatingPolicy['policy']['subject']): readonly Literal[] {
    return literalsOf(selector, direction === 'egress' ? 'sl' : 'dl');
  }

  /** What the other end must be so that a peer of a rule matches it; undefined if it cannot. */
  private peerLiterals(direction: Direction, policyNamespace: string, clause: PeerClause | undefined): readonly Literal[] | undefined {
    if (clause === undefined) { return []; }
    const [end, peer]: [End, Candidate] = direction === 'egress' ? ['d', this.destination] : ['s', this.source];
    if (clause.kind === 'addresses') { return blockLiterals(peer, end, clause); }
    if (peer.kind === 'address' || peer.hostNetwork && !this.options.host.selected) { return undefined; }
    const namespace = clause.namespaces === undefined
      ? [this.inNamespace(end, policyNamespace)]
      : literalsOf(clause.namespaces, this.namespaceSlot(end));
    return [...namespace, ...literalsOf(clause.pods, `${end}l`)];
  }

  private inNamespace(end: End, name: string): Literal {
    return { variable: labelVariable(this.namespaceSlot(end), NAMESPACE_NAME_LABEL), allowed: LabelSet.of(name) };
  }

  /** The alternatives for the port of the connection. The destination says which numbers the names have. */
  private portAlternatives({ numbered, names }: GrantedPorts): (readonly Literal[])[] {
    if (numbered.isAll) { return [[]]; }
    let known = numbered;
    const open: string[] = [];
    const { destination } = this;
    for (const name of destination.kind === 'pod' ? names : []) {
      const number = this.numberOf(name);
      if (number === undefined) { open.push(name); } else { known = known.union(number); }
    }
    for (const name of open) { this.names.add(name); }
    return [
      ...known.isEmpty ? [] : [[{ variable: PORT, allowed: known }]],
      ...open.map(name => [hasName(name), { variable: PORT, allowed: portsOf(protocolOf(name)) }]),
    ];
  }

  /** The ports that a name means for the destination; undefined if it may have any number. */
  private numberOf(name: string): ConnectionSet | undefined {
    const { declared, ports } = this.destination as PodCandidate;
    const own = ports.filter(port => port.name !== undefined && namedPortKey(port) === name);
    if (declared === undefined && own.every(({ port }) => port === undefined)) { return undefined; }
    const numbers = own.flatMap(({ protocol, port }) => port === undefined ? [] : [ConnectionSet.range(protocol, port, port)]);
    return numbers.reduce((all, number) => all.union(number), ConnectionSet.NONE);
  }

  /** The names of a possible pod whose numbers are known. */
  private* knownNumbers(): Iterable<[string, ConnectionSet]> {
    if (this.destination.kind !== 'pod' || this.destination.declared !== undefined) { return; }
    for (const { protocol, name, port } of this.destination.ports) {
      if (name !== undefined && port !== undefined) { yield [namedPortKey({ protocol, name }), ConnectionSet.range(protocol, port, port)]; }
    }
  }

  private initial(variable: string): ValueSet {
    if (variable === PORT) { return ConnectionSet.ALL; }
    const [end, kind] = variable;
    if (end === 'm') { return LabelSet.ANY; }
    const candidate = end === 's' ? this.source : this.destination;
    if (candidate.kind === 'address') { return candidate.addresses; }
    const key = variable.slice(2);
    switch (kind) {
      case 'l': return candidate.labels.get(key);
      case 'n': return this.isOneNamespace
        ? (this.source as PodCandidate).namespace.labels.get(key).intersect((this.destination as PodCandidate).namespace.labels.get(key))
        : candidate.namespace.labels.get(key);
      default: return candidate.addresses as AddressSet;
    }
  }
}

function hasName(name: string): Literal {
  return { variable: nameVariable(name), allowed: LabelSet.PRESENT };
}

const PORTS_OF: Readonly<Record<Protocol, ConnectionSet>> = {
  SCTP: ConnectionSet.range('SCTP', 1, 65535), TCP: ConnectionSet.range('TCP', 1, 65535), UDP: ConnectionSet.range('UDP', 1, 65535),
};

function portsOf(protocol: Protocol): ConnectionSet { return PORTS_OF[protocol]; }

/** The protocol of a `namedPortKey`. */
function protocolOf(name: string): Protocol {
  return name.slice(0, name.indexOf('/')) as Protocol;
}

function blockLiterals(peer: Candidate, end: End, clause: AddressesClause): readonly Literal[] | undefined {
  const block = AddressSet.ofClause(clause);
  return addressLiterals(peer, end, known => known.some(address => block.has(address)), block);
}

/** The literals for an end with an address in a set. `holds` decides for an end whose addresses are known. Undefined if it cannot be. */
function addressLiterals(
  candidate: PodCandidate | AddressCandidate, end: End, holds: (known: readonly bigint[]) => boolean, set: AddressSet,
): readonly Literal[] | undefined {
  if (candidate.addresses instanceof AddressSet) { return [{ variable: addressVariable(end), allowed: set }]; }
  return holds(candidate.addresses) ? [] : undefined;
}
