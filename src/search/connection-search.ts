import { Candidate, OPEN, PodCandidate, POSSIBLE, Way } from './candidate';
import { Budget, ConstraintSearch, Literal, Nogood } from './constraint-search';
import { addressVariable, End, labelOfVariable, labelVariable, LabelSlot, literalsOf, nameVariable, PORT } from './literals';
import { GrantedPorts, grantedPortsOf, IsolatingPolicy } from './policy-index';
import { SearchedCluster } from './searched-cluster';
import { Cube, Reading, TierConstraints } from './tier-constraints';
import { TierMatch, withActions } from './tier-rules';
import { AddressSet, LabelSet, ValueSet } from './value-set';
import { Namespace, PeerClause, Pod, Policy, UnevaluatedPolicy } from '../cluster/cluster';
import { ClusterPeerClause, PolicyTier } from '../cluster/cluster-policy';
import { isMatchedByAddress } from '../cluster/pod-addresses';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { NAMESPACE_NAME_LABEL, Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { namedPortKey } from '../k8s/workloads';

/** What a search takes for granted about pods on their node's network, which Kubernetes leaves open. */
export type HostNetworkReading =
  /** Policies do not isolate them, and the pod selectors of rules do not match them. */
  | 'usual'
  /** Policies isolate them. */
  | 'isolated'
  /** The pod selectors of rules match them. */
  | 'selected';

/** What all searches for one question have in common. */
export interface SearchOptions {
  readonly cluster: SearchedCluster;
  readonly budget: Budget;
  readonly host: HostNetworkReading;
  /** Different names of one port are possible. */
  readonly sharesNames: boolean;
  /**
   * What only the running cluster knows counts as it suits the search: policies of kinds that are not evaluated, and rules of tiers of which it is not
   * known whether they match, or which decides first. Otherwise the result must not depend on it.
   */
  readonly unevaluated: boolean;
  /** The ports that the question is about. */
  readonly ports: GrantedPorts;
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
  /** The keys of the labels that the search has narrowed. */
  keys(slot: LabelSlot): string[];
  /** The slot of a pod's labels. */
  labelSlot(end: End): LabelSlot;
  /** The slot of a namespace: two pods of one namespace share its labels. */
  namespaceSlot(end: End): LabelSlot;
  /** The variable of an end's address. */
  addressVariable(end: End): string;
}

/** The first result that is not undefined. */
export function firstFound<T, R>(all: Iterable<T>, find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) { return found; }
  }
  return undefined;
}

/** What the searches share that look at one connection, each in its own version of a cluster. */
class SharedConnection {
  public readonly search: ConstraintSearch;
  public readonly nogoods: Nogood[] = [];
  public readonly names = new Set<string>();
  public readonly versions: ConnectionSearch[] = [];

  constructor(budget: Budget) {
    this.search = new ConstraintSearch(variable => this.initial(variable), budget);
  }

  private initial(variable: string): ValueSet {
    if (variable === PORT) { return ConnectionSet.ALL; }
    const [end, kind] = variable;
    if (end === 'm' || end === 'x') { return LabelSet.ANY; }
    const label = labelOfVariable(variable);
    const version = this.versions[Number((label?.slot ?? variable).slice(2))];
    const candidate = end === 's' ? version.source : version.destination;
    if (label === undefined) { return candidate.addresses as AddressSet; }
    const { labels, namespace } = candidate as PodCandidate;
    return (kind === 'l' ? labels : namespace.labels).get(label.key);
  }
}

/**
 * Searches for a connection between two candidates that passes, or that is denied. Several searches can look at one connection, each in its own version of
 * the cluster: then what one of them requires holds for all.
 */
export class ConnectionSearch implements FoundConnection {
  private readonly shared: SharedConnection;
  private readonly version: number;
  private readonly tiers: { [direction in Direction]?: TierConstraints } = {};
  private readonly isOneNamespace: boolean;

  /** @param first the search in the first version. What its candidates have in common with those of this version is the same thing for both */
  constructor(
    public readonly source: Candidate, public readonly destination: Candidate, private readonly options: SearchOptions,
    private readonly first?: ConnectionSearch,
  ) {
    this.isOneNamespace = source.kind === 'pod' && destination.kind === 'pod'
      && source.namespace.name !== undefined && source.namespace.name === destination.namespace.name;
    this.shared = first?.shared ?? new SharedConnection(options.budget);
    this.version = this.shared.versions.push(this) - 1;
  }

  public get names(): ReadonlySet<string> { return this.shared.names; }

  public domain(variable: string): ValueSet { return this.shared.search.domain(variable); }

  public isNarrowed(variable: string): boolean { return this.shared.search.isNarrowed(variable); }

  public keys(slot: LabelSlot): string[] {
    const prefix = labelVariable(slot, '');
    return [...this.shared.search.narrowed()].filter(variable => variable.startsWith(prefix)).map(variable => variable.slice(prefix.length));
  }

  public labelSlot(end: End): LabelSlot {
    return `${end}l${this.numberOf(end, ({ labels }) => labels)}`;
  }

  public namespaceSlot(end: End): LabelSlot {
    const owner = this.isOneNamespace ? 's' : end;
    return `${owner}n${this.numberOf(owner, ({ namespace }) => namespace)}`;
  }

  public addressVariable(end: End): string { return addressVariable(end, this.numberOf(end, ({ addresses }) => addresses)); }

  /** The number of this version, if something about an end is not what the first version has. */
  private numberOf(end: End, factOf: (pod: PodCandidate) => unknown): number | '' {
    if (this.first === undefined) { return ''; }
    const [own, others] = [this, this.first].map(version => end === 's' ? version.source : version.destination);
    return own === others || own.kind === 'address' || factOf(own) === factOf(others as PodCandidate) ? '' : this.version;
  }

  /**
   * Calls `accept` with each kind of connection that passes on both sides, and with the ways in which it does, until it returns a result. Meanwhile
   * the search holds the connection.
   */
  public passes<T>(accept: (egress: Way, ingress: Way) => T | undefined): T | undefined {
    return this.withPorts(() => this.withSide('egress', egress => this.withSide('ingress', ingress => this.finish(() => accept(egress, ingress)))));
  }

  /** The same for the connections that one side lets pass in this way, and for which none of the nogoods holds. */
  public passesSide<T>(direction: Direction, way: Way, nogoods: readonly Nogood[], accept: () => T | undefined): T | undefined {
    return this.withPorts(() => this.withNogoods(nogoods, () => this.withWay(direction, way, () => this.finish(accept))));
  }

  /** The same for the connections that a side denies. */
  public isDenied<T>(direction: Direction, accept: () => T | undefined): T | undefined {
    return this.withPorts(() => this.withDenial(direction, () => this.finish(accept)));
  }

  /** The same for all connections on the ports of the question. */
  public exists<T>(accept: () => T | undefined): T | undefined {
    return this.withPorts(() => this.finish(accept));
  }

  /** The ways in which a side may let a connection pass. */
  public waysOf(direction: Direction): readonly Way[] {
    const ways = this.isolatable(direction)?.waysOf(this.options.cluster, direction) ?? [OPEN];
    const openers = this.unevaluated(direction).filter(({ canAllow }) => canAllow);
    return [...ways, ...openers.map((policy): Way => ({ kind: 'unevaluated', policy }))];
  }

  /** True if a rule that lets the connection pass in another state does so in this one. */
  public isHeldBy(direction: Direction, way: Way): boolean {
    return way.kind === 'grant' && this.tierMatches(direction, 'Admin').length === 0
      && this.isolatingPolicies(direction).some(({ grants }) => grants.includes(way.grant));
  }

  /** The policies of kinds that are not evaluated that may decide about a side, and rules about domain names, which may only allow. */
  public unevaluated(direction: Direction): readonly UnevaluatedPolicy[] {
    const subject = this.subject(direction);
    return this.options.unevaluated && subject.kind === 'pod' ? this.options.cluster.couldSelect(subject, direction) : [];
  }

  /** Goes on with each way in which a side lets the connection pass. */
  public withSide<T>(direction: Direction, then: (way: Way) => T | undefined): T | undefined {
    return firstFound(this.waysOf(direction), way => this.withWay(direction, way, () => then(way)));
  }

  /** Goes on with the constraints of one way; takes them back if that leads to nothing. */
  public withWay<T>(direction: Direction, way: Way, then: () => T | undefined): T | undefined {
    if (way.kind === 'unevaluated') { return way.policy.opens === undefined ? then() : this.withDomain(direction, way.policy, then); }
    if (way.kind === 'open') {
      return this.withPass(direction, 'Admin', 'deny', () => this.withoutIsolation(direction, () => this.withPass(direction, 'Baseline', 'deny', then)));
    }
    if (way.kind === 'tier') {
      const decide = () => this.withDecision(direction, way.match, then);
      return way.match.policy.tier === 'Admin' ? decide() : this.withPass(direction, 'Admin', 'deny', () => this.withoutIsolation(direction, decide));
    }
    const { policy, clause, ports } = way.grant;
    const peer = this.peerLiterals(direction, policy.namespace, clause);
    return peer && this.withPass(direction, 'Admin', 'deny', () =>
      this.withLiterals([...this.subjectLiterals(direction, policy.subject), ...peer], () => this.withOneOf(ports, then)));
  }

  /** No NetworkPolicy isolates the subject. */
  private withoutIsolation<T>(direction: Direction, then: () => T | undefined): T | undefined {
    return this.withNogoods(this.isolatingPolicies(direction).map(({ policy }) => this.subjectLiterals(direction, policy.subject)), then);
  }

  /** A rule of a tier decides. */
  private withDecision<T>(direction: Direction, match: TierMatch, then: () => T | undefined): T | undefined {
    const { tier } = match.policy;
    const matches = this.tierMatches(direction, tier);
    const constraints = this.constraintsOf(direction);
    const mustBeSure = this.mustBeSure(direction, tier);
    const nogoods = mustBeSure
      ? (['accept', 'deny', 'pass'] as const).filter(action => action !== match.rule.action).flatMap(action => constraints.noneDecides(matches, action))
      : constraints.noneBefore(match, matches);
    return this.withNogoods(nogoods, () => firstFound(constraints.of(match, mustBeSure ? 'surely' : 'may'), cube => this.withLiterals(cube, then)));
  }

  /** Goes on with each way in which a rule of a cluster-wide policy may match the connection, whether or not it decides. */
  public withMatch<T>(direction: Direction, match: TierMatch, then: () => T | undefined): T | undefined {
    return firstFound(this.constraintsOf(direction).of(match, 'may'), cube => this.withLiterals(cube, then));
  }

  /** Goes on if the selector matches the subject. */
  public withSubject<T>(direction: Direction, selector: Selector, then: () => T | undefined): T | undefined {
    return this.withLiterals(this.subjectLiterals(direction, selector), then);
  }

  /** A tier passes the connection on. If the result must not depend on what is not known, it is enough that the tier does not decide against it. */
  private withPass<T>(direction: Direction, tier: PolicyTier, against: 'accept' | 'deny', then: () => T | undefined): T | undefined {
    const matches = this.tierMatches(direction, tier);
    // Most clusters have no tiers.
    if (matches.length === 0) { return then(); }
    const constraints = this.constraintsOf(direction);
    if (this.mustBeSure(direction, tier)) { return this.withNogoods(constraints.noneDecides(matches, against), then); }
    return this.withNogoods(constraints.noneSurely(matches, 'accept', 'deny'), then)
      ?? firstFound(withActions(matches, 'pass'), match => this.withDecision(direction, match, then));
  }

  private mustBeSure(direction: Direction, tier: PolicyTier): boolean {
    return !this.options.unevaluated && this.options.cluster.tiers.of(tier, direction).isAmbiguous;
  }

  /** The rules of a tier that could select the subject. */
  private tierMatches(direction: Direction, tier: PolicyTier): readonly TierMatch[] {
    const subject = this.subject(direction);
    return subject.kind === 'address' ? [] : subject.tierMatches(this.options.cluster, tier, direction);
  }

  private constraintsOf(direction: Direction): TierConstraints {
    return this.tiers[direction] ??= new TierConstraints(direction, this.version, (match, reading) => this.cubesOf(direction, match, reading));
  }

  private cubesOf(direction: Direction, { policy, clause, ports, surePorts }: TierMatch, reading: Reading): Cube[] {
    const own = reading === 'may' ? ports : surePorts;
    const peer = this.tierPeerLiterals(direction, clause);
    if (own === undefined || peer === undefined) { return []; }
    const end = direction === 'egress' ? 's' : 'd';
    const subject = [...literalsOf(policy.namespaces, this.namespaceSlot(end)), ...literalsOf(policy.subject, this.labelSlot(end))];
    return this.portAlternatives(own).map(alternative => [...subject, ...peer, ...alternative]);
  }

  /** What the other end must be so that a peer of a cluster-wide rule may match it; undefined if it cannot. */
  private tierPeerLiterals(direction: Direction, clause: ClusterPeerClause | undefined): readonly Literal[] | undefined {
    const peer = direction === 'egress' ? this.destination : this.source;
    // A domain name may be any address and any pod.
    if (clause === undefined || clause.kind === 'domains') { return []; }
    // The address of a node is no address of another pod.
    if (clause.kind === 'nodes') { return peer.kind === 'address' || peer.hostNetwork ? [] : undefined; }
    // Another reading of pods on their node's network is about NetworkPolicies only.
    return clause.kind === 'pods' && peer.kind === 'pod' && peer.hostNetwork ? undefined : this.peerLiterals(direction, '', clause);
  }

  /** A tier denies the connection, or passes it on to NetworkPolicies that deny it. */
  public withDenial<T>(direction: Direction, then: () => T | undefined): T | undefined {
    const deniedBy = (tier: PolicyTier) => firstFound(withActions(this.tierMatches(direction, tier), 'deny'), match =>
      this.withDecision(direction, match, then));
    return deniedBy('Admin') ?? this.withPass(direction, 'Admin', 'accept', () =>
      this.withIsolation(direction, then) ?? this.withoutIsolation(direction, () => deniedBy('Baseline')));
  }

  /** Some NetworkPolicy isolates the subject, and no rule of any policy lets the connection pass. */
  private withIsolation<T>(direction: Direction, then: () => T | undefined): T | undefined {
    const policies = this.isolatingPolicies(direction);
    const grants = policies.flatMap(({ policy, grants: own }) => own.flatMap(({ clause, ports }) => {
      const peer = this.peerLiterals(direction, policy.namespace, clause);
      return peer === undefined ? [] : this.portAlternatives(ports).map(alternative =>
        [...this.subjectLiterals(direction, policy.subject), ...peer, ...alternative]);
    }));
    const opened = this.options.unevaluated ? [] : policies.flatMap(({ policy }) => this.openedBy(policy).flatMap(ports =>
      this.portAlternatives(ports).map(alternative => [...this.subjectLiterals(direction, policy.subject), ...alternative])));
    const subjects = new Map(policies.map(({ policy }) => [policy.subject.id, policy.subject]));
    return firstFound(subjects.values(), subject => this.withLiterals(this.subjectLiterals(direction, subject), () =>
      this.withNogoods([...grants, ...opened], then)));
  }

  /** The ports that the rules of a policy about domain names may allow. */
  private openedBy({ origin }: Policy): GrantedPorts[] {
    const { unevaluated } = this.options.cluster.cluster;
    return unevaluated.flatMap(policy => policy.opens === undefined || policy.origin !== origin ? [] : [grantedPortsOf(policy.opens)]);
  }

  /** The rules of a policy about domain names let the connection pass. */
  private withDomain<T>(direction: Direction, { origin }: UnevaluatedPolicy, then: () => T | undefined): T | undefined {
    const own = this.isolatingPolicies(direction).filter(({ policy }) => policy.origin === origin);
    return firstFound(own, ({ policy }) => this.withPass(direction, 'Admin', 'deny', () => this.withLiterals(this.subjectLiterals(direction, policy.subject), () =>
      firstFound(this.openedBy(policy), ports => this.withOneOf(ports, then)))));
  }

  /** Goes on with the ports of the question. */
  public withPorts<T>(then: () => T | undefined): T | undefined {
    return this.withLiterals(this.sharedNamespace(), () => this.withOneOf(this.options.ports, then));
  }

  private withOneOf<T>(ports: GrantedPorts, then: () => T | undefined): T | undefined {
    return firstFound(this.portAlternatives(ports), alternative => this.withLiterals(alternative, then));
  }

  /** If both ends are in one namespace, its labels suit both of them. */
  private sharedNamespace(): readonly Literal[] {
    if (!this.isOneNamespace) { return []; }
    const { labels } = (this.destination as PodCandidate).namespace;
    return [...labels.keys()].map(key => ({ variable: labelVariable(this.namespaceSlot('d'), key), allowed: labels.get(key) }));
  }

  /** Goes on if these literals can hold. */
  public withLiterals<T>(literals: readonly Literal[], then: () => T | undefined): T | undefined {
    const { search } = this.shared;
    const mark = search.mark();
    const found = search.requireAll(literals) ? then() : undefined;
    search.undo(mark);
    return found;
  }

  /** Goes on if none of these nogoods need hold. */
  public withNogoods<T>(nogoods: readonly Nogood[], then: () => T | undefined): T | undefined {
    const { length } = this.shared.nogoods;
    this.shared.nogoods.push(...nogoods);
    const found = then();
    this.shared.nogoods.length = length;
    return found;
  }

  /** Calls `accept` if everything that was required can hold together. Meanwhile the search holds such a connection. */
  public finish<T>(accept: () => T | undefined): T | undefined {
    const { search, nogoods, versions } = this.shared;
    const mark = search.mark();
    const definitions = versions.flatMap(({ tiers }) => Object.values(tiers).flatMap(own => own.definitions()));
    const found = search.solve([...nogoods, ...definitions, ...this.nameNogoods()]) ? accept() : undefined;
    search.undo(mark);
    return found;
  }

  /** A name means a port of its protocol. Different names of a possible pod mean different numbers, unless that assumption is dropped. */
  private nameNogoods(): Nogood[] {
    const names = [...this.names];
    const nogoods: Nogood[] = names.map(name => [hasName(name), { variable: PORT, allowed: ConnectionSet.ALL.subtract(portsOf(protocolOf(name))) }]);
    if (this.options.sharesNames) { return nogoods; }
    names.forEach((name, i) => {
      for (const other of names.slice(i + 1)) { nogoods.push([hasName(name), hasName(other)]); }
      for (const number of this.knownNumbers()) { nogoods.push([hasName(name), { variable: PORT, allowed: number }]); }
    });
    return nogoods;
  }

  /** The policies of kinds that are not evaluated that could select an example of the subject, and that may change whether the connection passes. */
  public policiesNotEvaluated(direction: Direction, pod: Pod, namespace: Namespace): readonly UnevaluatedPolicy[] {
    return this.options.cluster.cluster.unevaluated.filter(policy =>
      policy[direction] && policy.selects(pod, { ...namespace, origin: namespace.origin ?? POSSIBLE }) !== 'no');
  }

  private isolatingPolicies(direction: Direction): readonly IsolatingPolicy[] {
    return this.isolatable(direction)?.policies(this.options.cluster, direction) ?? [];
  }

  /** The pod whose side it is, if policies can isolate it. */
  private isolatable(direction: Direction): PodCandidate | undefined {
    const subject = this.subject(direction);
    return subject.kind === 'address' || subject.hostNetwork && this.options.host !== 'isolated' ? undefined : subject;
  }

  private subject(direction: Direction): Candidate {
    return direction === 'egress' ? this.source : this.destination;
  }

  private subjectLiterals(direction: Direction, selector: Selector): readonly Literal[] {
    return literalsOf(selector, this.labelSlot(direction === 'egress' ? 's' : 'd'));
  }

  /** What the other end must be so that a peer of a rule matches it; undefined if it cannot. */
  private peerLiterals(direction: Direction, policyNamespace: string, clause: PeerClause | undefined): readonly Literal[] | undefined {
    if (clause === undefined) { return []; }
    const [end, peer]: [End, Candidate] = direction === 'egress' ? ['d', this.destination] : ['s', this.source];
    if (clause.kind === 'addresses') {
      const isMatched = peer.kind === 'address' || isMatchedByAddress(this.options.cluster.cluster, peer);
      return isMatched ? this.addressLiterals(end, AddressSet.ofClause(clause)) : undefined;
    }
    if (peer.kind === 'address' || peer.hostNetwork && this.options.host !== 'selected') { return undefined; }
    const namespace = clause.namespaces === undefined
      ? [this.inNamespace(end, policyNamespace)]
      : literalsOf(clause.namespaces, this.namespaceSlot(end));
    return [...namespace, ...literalsOf(clause.pods, this.labelSlot(end))];
  }

  /** The literal for a pod at an end that is in a namespace. */
  public inNamespace(end: End, name: string): Literal {
    return { variable: labelVariable(this.namespaceSlot(end), NAMESPACE_NAME_LABEL), allowed: LabelSet.of(name) };
  }

  /** The literals for an end with an address in a set. Undefined if its addresses are known, and none is in the set. */
  public addressLiterals(end: End, set: AddressSet): readonly Literal[] | undefined {
    const { addresses } = end === 's' ? this.source : this.destination;
    if (addresses instanceof AddressSet) { return [{ variable: this.addressVariable(end), allowed: set }]; }
    return addresses.some(address => set.has(address)) ? [] : undefined;
  }

  /** The alternatives for the port of the connection. The destination says which numbers the names have. */
  private portAlternatives({ numbered, names }: GrantedPorts): (readonly Literal[])[] {
    if (numbered.isAll) { return [[]]; }
    if (names.length === 0) { return [[{ variable: PORT, allowed: numbered }]]; }
    const known = [numbered];
    const open: string[] = [];
    const { destination } = this;
    if (destination.kind === 'pod') {
      for (const name of names) {
        const number = numberOf(name, destination);
        if (number === undefined) { open.push(name); } else { known.push(number); }
      }
    }
    for (const name of open) { this.shared.names.add(name); }
    return [
      [{ variable: PORT, allowed: ConnectionSet.unionOf(known) }],
      ...open.map(name => [hasName(name), { variable: PORT, allowed: portsOf(protocolOf(name)) }]),
    ];
  }

  /** The numbers that the destination gives names to. Only a pod that could exist has names without a number. */
  private knownNumbers(): ConnectionSet[] {
    return numbersOf((this.destination as PodCandidate).ports);
  }
}

/** The ports that a name means for a pod; undefined if it may have any number. */
function numberOf(name: string, { declared, ports }: PodCandidate): ConnectionSet | undefined {
  const numbers = numbersOf(ports.filter(port => port.name !== undefined && namedPortKey(port) === name));
  return numbers.length === 0 && declared === undefined ? undefined : ConnectionSet.unionOf(numbers);
}

function numbersOf(ports: PodCandidate['ports']): ConnectionSet[] {
  return ports.flatMap(({ protocol, port }) => port === undefined ? [] : [ConnectionSet.range(protocol, port, port)]);
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
