import { namedPeer, NamedPeer, peerCovers, portsCover, portsOverlap, selectorCovers } from './containment';
import { filedUnder, lookedUpUnder } from './selector-index';
import { Cluster, PeerClause, Policy, Rule } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { Cidr, FAMILY_RANGE } from '../../k8s/address';
import { Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';

/*
 * NetworkPolicies and rules that change nothing, because others do the same. They are removed one after the other, the last one first, and each is compared
 * with those that are still there. So all of them together change nothing.
 */

/** What changes nothing, and the rules and policies that do the same. */
export interface Redundancy {
  readonly policies: readonly { readonly policy: Policy; readonly covering: readonly Policy[] }[];
  readonly rules: readonly { readonly rule: DirectedRule; readonly covering: readonly DirectedRule[] }[];
}

/** A rule and where it is. */
export interface DirectedRule {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: Rule;
}

const known = new WeakMap<Cluster, Redundancy>();

/** For each cluster. Rules of one run share it. Both lists are in the order of the input. */
export function redundancyOf(cluster: Cluster): Redundancy {
  let found = known.get(cluster);
  if (found === undefined) { known.set(cluster, found = new Search(cluster).run()); }
  return found;
}

type Peer = NamedPeer<PeerClause>;

/** A rule as one that may cover others, by one of its peers. Without a peer, it covers every peer. */
interface Candidate extends DirectedRule {
  readonly peer?: Peer;
}

class Search {
  private readonly policies: readonly Policy[];
  /** The distinct selectors of policies of a namespace, filed as wider ones. */
  private readonly subjects = new Map<string, Map<string, Selector>>();
  /** The policies of a namespace with one selector, by direction. */
  private readonly isolating = new Map<string, Policy[]>();
  private readonly candidates = new Map<string, Candidate[]>();
  /** The prefix lengths of blocks. */
  private readonly prefixes = new Set<number>();
  private readonly removed = new Set<Policy | Rule>();
  private readonly byName = new Map<string, Selector>();
  private readonly wider = new Map<string, readonly Selector[]>();

  public constructor(private readonly cluster: Cluster) {
    // A policy of another kind has the same effect, but belongs to somebody else.
    this.policies = cluster.policies.filter(({ kind }) => kind === undefined);
    for (const policy of this.policies) { this.file(policy); }
  }

  public run(): Redundancy {
    // One call of this library writes the policies of both ends of a connection. Nobody can remove one of them.
    const candidates = this.policies.filter(({ isGenerated }) => isGenerated !== true);
    const policies = [...candidates].reverse().flatMap(policy => {
      const covering = this.coveringPolicies(policy);
      if (covering === undefined) { return []; }
      this.removed.add(policy);
      return [{ policy, covering }];
    }).reverse();
    const rules = candidates.filter(policy => !this.removed.has(policy)).flatMap(rulesOf).reverse().flatMap(rule => {
      const covering = this.coveringRules(rule, false);
      if (covering === undefined) { return []; }
      this.removed.add(rule.rule);
      return [{ rule, covering }];
    }).reverse();
    return { policies, rules };
  }

  private file(policy: Policy): void {
    const { namespace, subject } = policy;
    for (const key of filedUnder(subject)) {
      const place = `${namespace} ${key}`;
      const own = this.subjects.get(place);
      if (own === undefined) { this.subjects.set(place, new Map([[subject.id, subject]])); } else { own.set(subject.id, subject); }
    }
    for (const direction of ['ingress', 'egress'] as const) {
      if (policy[direction] !== undefined) { add(this.isolating, `${direction} ${namespace} ${subject.id}`, policy); }
    }
    for (const one of rulesOf(policy)) {
      const place = placeOf(one.direction, namespace, subject);
      if (one.rule.peers === undefined) { add(this.candidates, `${place}*`, one); }
      for (const clause of one.rule.peers ?? []) {
        const peer = namedPeer(clause, this.selectorOf(namespace));
        if (peer.kind === 'addresses') { this.prefixes.add(peer.block.prefix); }
        for (const key of filedPeer(peer)) { add(this.candidates, `${place}${key}`, { ...one, peer }); }
      }
    }
  }

  /** Selects a namespace by its name. */
  private selectorOf(namespace: string): Selector {
    let selector = this.byName.get(namespace);
    if (selector === undefined) { this.byName.set(namespace, selector = namespaceNamed(namespace)); }
    return selector;
  }

  /** The policies that do the same, if there are such. */
  private coveringPolicies(policy: Policy): readonly Policy[] | undefined {
    const covering = new Set<Policy>();
    const rules = rulesOf(policy);
    for (const rule of rules) {
      const others = this.coveringRules(rule, true);
      if (others === undefined) { return undefined; }
      for (const other of others) { covering.add(other.policy); }
    }
    for (const direction of ['ingress', 'egress'] as const) {
      if (policy[direction] === undefined) { continue; }
      const isolating = this.widerSubjects(policy).flatMap(({ id }) => this.isolating.get(`${direction} ${policy.namespace} ${id}`) ?? [])
        // A policy without rules says that nothing is allowed by default. It is needed although others isolate the pods today.
        .filter(other => other !== policy && !this.removed.has(other) && (rules.length > 0 || other[direction]!.length === 0));
      if (isolating.length === 0) { return undefined; }
      if (!isolating.some(other => covering.has(other))) { covering.add(isolating[0]); }
    }
    return [...covering];
  }

  /** The rules that allow the same for the same pods, if there are such: of other policies only, or also of the same policy. */
  private coveringRules({ policy, direction, rule }: DirectedRule, isElsewhere: boolean): readonly DirectedRule[] | undefined {
    const places = this.widerSubjects(policy).map(subject => placeOf(direction, policy.namespace, subject));
    const own = this.selectorOf(policy.namespace);
    const covering = new Set<DirectedRule>();
    const isSuitable = (other: DirectedRule) => other.rule !== rule && !(isElsewhere && other.policy === policy);
    for (const peer of rule.peers?.map(clause => namedPeer(clause, own)) ?? [undefined]) {
      const found = this.coveringPeer(places, { peer, ports: rule.ports }, isSuitable);
      if (found === undefined) { return undefined; }
      for (const one of found) { covering.add(one); }
    }
    return [...new Map([...covering].map(one => [one.rule, one])).values()];
  }

  /** One rule that allows a peer on all of the ports, or several that do so together. */
  private coveringPeer(
    places: readonly string[], { peer, ports }: { readonly peer?: Peer; readonly ports: Rule['ports'] }, isSuitable: (candidate: Candidate) => boolean,
  ): readonly Candidate[] | undefined {
    const keys = ['*', ...peer === undefined ? [] : this.lookedUpPeer(peer)];
    const parts: Candidate[] = [];
    for (const place of places) {
      for (const key of keys) {
        for (const one of this.candidates.get(`${place}${key}`) ?? []) {
          if (this.removed.has(one.policy) || this.removed.has(one.rule) || !isSuitable(one)) { continue; }
          const isWhole = portsCover(one.rule.ports, ports);
          if (!isWhole && !(isDivisible(ports) && portsOverlap(one.rule.ports, ports))) { continue; }
          if (one.peer !== undefined && (peer === undefined || !peerCovers(this.cluster, one.peer, peer))) { continue; }
          if (isWhole) { return [one]; }
          parts.push(one);
        }
      }
    }
    return together(parts, ports);
  }

  /** The selectors of policies of the same namespace that select at least the same pods, the same selector among them. */
  private widerSubjects({ namespace, subject }: Policy): readonly Selector[] {
    const key = `${namespace} ${subject.id}`;
    let found = this.wider.get(key);
    if (found === undefined) {
      const possible = lookedUpUnder(subject).flatMap(own => [...this.subjects.get(`${namespace} ${own}`)?.values() ?? []]);
      this.wider.set(key, found = [...new Set(possible)].filter(other => selectorCovers(other, subject)));
    }
    return found;
  }

  /** The keys under which every peer that covers this one is filed. */
  private lookedUpPeer(peer: Peer): string[] {
    return peer.kind === 'pods' ? lookedUpUnder(peer.pods).map(key => `pods ${key}`)
      : [...this.prefixes].filter(prefix => prefix <= peer.block.prefix).map(prefix => blockKey(peer.block, prefix));
  }
}

/** True for ports that several rules can allow together. */
function isDivisible(ports: Rule['ports']): boolean {
  return ports !== undefined && (ports.length > 1 || ports.some(({ name, first, last }) => name === undefined && first < last));
}

/** Some of the rules that together have all of the ports, without one that is not needed for that. Undefined if they do not have them. */
function together(rules: readonly Candidate[], ports: Rule['ports']): readonly Candidate[] | undefined {
  const portsOf = (some: readonly Candidate[]) => some.flatMap(({ rule }) => rule.ports!);
  let needed: readonly Candidate[] = [];
  for (const one of rules) {
    if (!portsCover(portsOf(needed), one.rule.ports)) { needed = [...needed, one]; }
    if (!portsCover(portsOf(needed), ports)) { continue; }
    for (const other of needed) {
      const others = needed.filter(own => own !== other);
      if (portsCover(portsOf(others), ports)) { needed = others; }
    }
    return needed;
  }
  return undefined;
}

function rulesOf(policy: Policy): DirectedRule[] {
  return (['ingress', 'egress'] as const).flatMap(direction => (policy[direction] ?? []).map(rule => ({ policy, direction, rule })));
}

function placeOf(direction: Direction, namespace: string, subject: Selector): string {
  return `${direction} ${namespace} ${subject.id} `;
}

function filedPeer(peer: Peer): string[] {
  return peer.kind === 'pods' ? filedUnder(peer.pods).map(key => `pods ${key}`) : [blockKey(peer.block, peer.block.prefix)];
}

/** The block of a prefix length that contains another block. */
function blockKey({ first, family }: Cidr, prefix: number): string {
  const size = 2n ** BigInt((family === 'IPv4' ? 32 : 128) - prefix);
  return `${(first - FAMILY_RANGE[family].first) / size} ${family} ${prefix}`;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const own = map.get(key);
  if (own === undefined) { map.set(key, [value]); } else { own.push(value); }
}
