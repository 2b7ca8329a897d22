import { namedPeer, NamedPeer, peerCovers, portsCover, portsOverlap, selectorCovers } from './containment';
import { rulesIn } from './peer-clauses';
import { filedUnder, lookedUpUnder } from './selector-index';
import { Cluster, PeerClause, Policy, Rule } from '../../cluster/cluster';
import { Cidr, FAMILY_RANGE } from '../../k8s/address';
import { DIRECTIONS } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { RuleOfPolicy } from '../lint-input';

/*
 * NetworkPolicies and rules that change nothing, because others do the same. They are removed one after the other, the last one first, and each is compared
 * with those that are still there. So all of them together change nothing.
 */

/** What changes nothing, and the rules and policies that do the same. */
export interface Redundancy {
  readonly policies: readonly { readonly policy: Policy; readonly covering: readonly Policy[] }[];
  readonly rules: readonly { readonly rule: RuleOfPolicy; readonly covering: readonly RuleOfPolicy[] }[];
}

/** For each cluster. Rules of one run share it. Both lists are in the order of the input. */
export const redundancyOf = oncePer((cluster: Cluster): Redundancy => new Search(cluster).run());

type Peer = NamedPeer<PeerClause>;

/** A rule with its peers. One without peers is for every peer: then the only entry is undefined. */
interface PeersOfRule extends RuleOfPolicy {
  readonly peers: readonly (Peer | undefined)[];
}

/** A rule as one that may cover others, by one of its peers. Without a peer, it covers every peer. */
interface Candidate extends RuleOfPolicy {
  readonly peer?: Peer;
}

/** What the policies of a namespace with one selector do in a direction. */
interface Effects {
  readonly isolating: Policy[];
  /** Rules for every peer. */
  readonly forEverybody: Candidate[];
  /** Rules for pods, filed by their selectors as wider ones. */
  readonly forPods: Map<string, Candidate[]>;
  /** Rules for blocks, by the block. */
  readonly forBlocks: Map<string, Candidate[]>;
}

/** The policies of a namespace that have the same selector. */
interface Subject {
  readonly selector: Selector;
  readonly ingress: Effects;
  readonly egress: Effects;
  /** Those of the namespace that select at least the same pods, itself among them. Absent until it is asked for. */
  wider?: readonly Subject[];
}

/** The policies of a namespace. */
interface Space {
  /** Selects the namespace by its name. */
  readonly own: Selector;
  /** The distinct selectors of policies, by their identity. */
  readonly subjects: Map<string, Subject>;
  /** The same, filed as wider ones. */
  readonly filed: Map<string, Subject[]>;
}

/** A policy, and where it is filed. */
interface Filed {
  readonly space: Space;
  readonly subject: Subject;
  readonly rules: readonly PeersOfRule[];
}

class Search {
  private readonly spaces = new Map<string, Space>();
  private readonly filed = new Map<Policy, Filed>();
  /** The prefix lengths of blocks. */
  private readonly prefixes = new Set<number>();
  private readonly removed = new Set<Policy | Rule>();
  private readonly lookedUp = new Map<Selector, readonly string[]>();

  public constructor(private readonly cluster: Cluster) {
    // A policy of another kind has the same effect, but belongs to somebody else.
    for (const policy of cluster.policies.filter(({ kind }) => kind === undefined)) { this.filed.set(policy, this.file(policy)); }
  }

  public run(): Redundancy {
    // One call of this library writes the policies of both ends of a connection. Nobody can remove one of them.
    const candidates = [...this.filed].filter(([{ isGenerated }]) => isGenerated !== true);
    const policies = [...candidates].reverse().flatMap(([policy, filed]) => {
      const covering = this.coveringPolicies(policy, filed);
      if (covering === undefined) { return []; }
      this.removed.add(policy);
      return [{ policy, covering }];
    }).reverse();
    const remaining = candidates.filter(([policy]) => !this.removed.has(policy)).flatMap(([, filed]) => filed.rules.map(rule => ({ rule, filed })));
    const rules = remaining.reverse().flatMap(({ rule, filed }) => {
      const covering = this.coveringRules(rule, filed, false);
      if (covering === undefined) { return []; }
      this.removed.add(rule.rule);
      return [{ rule, covering }];
    }).reverse();
    return { policies, rules };
  }

  private file(policy: Policy): Filed {
    const space = this.spaceOf(policy.namespace);
    const subject = subjectOf(space, policy.subject);
    const rules = rulesIn({ policies: [policy] }).map((own): PeersOfRule =>
      ({ ...own, peers: own.rule.peers?.map(clause => namedPeer(clause, space.own)) ?? [undefined] }));
    for (const direction of DIRECTIONS) {
      if (policy[direction] !== undefined) { subject[direction].isolating.push(policy); }
    }
    for (const { direction, rule, peers } of rules) {
      const { forEverybody, forPods, forBlocks } = subject[direction];
      for (const peer of peers) {
        const candidate = { policy, direction, rule, peer };
        if (peer === undefined) {
          forEverybody.push(candidate);
        } else if (peer.kind === 'pods') {
          for (const key of filedUnder(peer.pods)) { add(forPods, key, candidate); }
        } else {
          this.prefixes.add(peer.block.prefix);
          add(forBlocks, blockKey(peer.block, peer.block.prefix), candidate);
        }
      }
    }
    return { space, subject, rules };
  }

  private spaceOf(namespace: string): Space {
    let space = this.spaces.get(namespace);
    if (space === undefined) { this.spaces.set(namespace, space = { own: namespaceNamed(namespace), subjects: new Map(), filed: new Map() }); }
    return space;
  }

  /** The policies that do the same, if there are such. */
  private coveringPolicies(policy: Policy, filed: Filed): readonly Policy[] | undefined {
    const covering = new Set<Policy>();
    for (const rule of filed.rules) {
      const others = this.coveringRules(rule, filed, true);
      if (others === undefined) { return undefined; }
      for (const other of others) { covering.add(other.policy); }
    }
    for (const direction of DIRECTIONS) {
      if (policy[direction] === undefined) { continue; }
      const isolating = widerSubjects(filed).flatMap(subject => subject[direction].isolating)
        // A policy without rules says that nothing is allowed by default. It is needed although others isolate the pods today.
        .filter(other => other !== policy && !this.removed.has(other) && (filed.rules.length > 0 || other[direction]!.length === 0));
      if (isolating.length === 0) { return undefined; }
      if (!isolating.some(other => covering.has(other))) { covering.add(isolating[0]); }
    }
    return [...covering];
  }

  /** The rules that allow the same for the same pods, if there are such: of other policies only, or also of the same policy. */
  private coveringRules({ policy, direction, rule, peers }: PeersOfRule, filed: Filed, isElsewhere: boolean): readonly RuleOfPolicy[] | undefined {
    const effects = widerSubjects(filed).map(subject => subject[direction]);
    const covering = new Map<Rule, RuleOfPolicy>();
    const isLeft = (other: Candidate) => other.rule !== rule && !(isElsewhere && other.policy === policy)
      && !this.removed.has(other.policy) && !this.removed.has(other.rule);
    const isWhole = (other: Candidate) => isLeft(other) && portsCover(other.rule.ports, rule.ports);
    const isPart = (other: Candidate) => isLeft(other) && portsOverlap(other.rule.ports, rule.ports);
    for (const peer of peers) {
      const whole = this.coveringPeer(effects, peer, isWhole);
      const parts = whole === undefined && isDivisible(rule.ports) ? this.coveringPeers(effects, peer, isPart) : [];
      const found = whole === undefined ? together(parts, rule.ports) : [whole];
      if (found === undefined) { return undefined; }
      for (const one of found) { covering.set(one.rule, one); }
    }
    return [...covering.values()];
  }

  private coveringPeer(effects: readonly Effects[], peer: Peer | undefined, isSuitable: (candidate: Candidate) => boolean): Candidate | undefined {
    for (const own of effects) {
      const forAll = own.forEverybody.find(isSuitable);
      if (forAll !== undefined) { return forAll; }
      for (const list of peer === undefined ? [] : this.listsFor(own, peer)) {
        const found = list.find(one => isSuitable(one) && this.covers(one, peer!));
        if (found !== undefined) { return found; }
      }
    }
    return undefined;
  }

  /** The same, but all of them. One with several values of a label is there several times. */
  private coveringPeers(effects: readonly Effects[], peer: Peer | undefined, isSuitable: (candidate: Candidate) => boolean): readonly Candidate[] {
    return effects.flatMap(own => [
      ...own.forEverybody.filter(isSuitable),
      ...peer === undefined ? [] : this.listsFor(own, peer).flatMap(list => list.filter(one => isSuitable(one) && this.covers(one, peer))),
    ]);
  }

  private covers(wider: Candidate, peer: Peer): boolean {
    return peerCovers(this.cluster, wider.peer!, peer);
  }

  /** The rules with a peer that may cover this one. */
  private listsFor({ forPods, forBlocks }: Effects, peer: Peer): readonly (readonly Candidate[])[] {
    const [lists, keys] = peer.kind === 'pods' ? [forPods, this.keysOf(peer.pods)] : [forBlocks, this.keysOfBlock(peer.block)];
    return keys.flatMap(key => {
      const list = lists.get(key);
      return list === undefined ? [] : [list];
    });
  }

  /** The keys under which every peer for pods that covers this one is filed. */
  private keysOf(pods: Selector): readonly string[] {
    let keys = this.lookedUp.get(pods);
    if (keys === undefined) { this.lookedUp.set(pods, keys = lookedUpUnder(pods)); }
    return keys;
  }

  /** The same for blocks. */
  private keysOfBlock(block: Cidr): string[] {
    return [...this.prefixes].filter(prefix => prefix <= block.prefix).map(prefix => blockKey(block, prefix));
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

function subjectOf({ subjects, filed }: Space, selector: Selector): Subject {
  let subject = subjects.get(selector.id);
  if (subject === undefined) {
    subject = { selector, ingress: noEffects(), egress: noEffects() };
    subjects.set(selector.id, subject);
    for (const key of filedUnder(selector)) { add(filed, key, subject); }
  }
  return subject;
}

function noEffects(): Effects {
  return { isolating: [], forEverybody: [], forPods: new Map(), forBlocks: new Map() };
}

/** The selectors of policies of the same namespace that select at least the same pods, the same selector among them. */
function widerSubjects({ space: { filed }, subject }: Filed): readonly Subject[] {
  return subject.wider ??= [...new Set(lookedUpUnder(subject.selector).flatMap(key => filed.get(key) ?? []))]
    .filter(other => selectorCovers(other.selector, subject.selector));
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
