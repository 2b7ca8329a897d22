import { hostsNoPolicy, keyOf, PeerEnds } from './peer-ends';
import { ClaimJudge } from '../../claims/judge';
import { Policy, PortClause, Rule, Workload } from '../../cluster/cluster';
import { surelySelects } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction } from '../../evaluator/reachability';
import { FAMILY_RANGE, formatCidr } from '../../k8s/address';
import { Requirement, Selector } from '../../k8s/selector';
import { PortQuery } from '../../query/ports';
import { ProposedClaim, ProposedEnd, workloadEnd } from '../proposed-claim';
import { SingleChange } from '../single-change';

/*
 * Claims that might notice a change, the most readable first: about declared workloads before possible pods, and about what a workload lets in before single
 * connections. Nothing here is certain: whoever asks judges each claim before and after the change.
 */

/** At most this many workloads of each side are tried. */
const MAX_WORKLOADS = 8;

/** At most this many sets of ports of one workload are tried. */
const MAX_PIECES = 50;

/** Proposes claims about one cluster. */
export class Proposals {
  private readonly ends: PeerEnds;
  private readonly policies = new Map<string, readonly Policy[]>();

  constructor(private readonly judge: ClaimJudge) { this.ends = new PeerEnds(judge); }

  /** Claims that might hold today and not hold after the change. */
  public* for(change: SingleChange): Iterable<ProposedClaim> {
    if (change.effect !== 'closes') {
      yield* this.lists(change);
      yield* this.denials(change);
    }
    if (change.effect !== 'opens') { yield* this.connections(change); }
  }

  /** What the policies let in or out today, as the list of `admitsOnly` or `reachesOnly`. */
  private* lists(change: SingleChange): Iterable<ProposedClaim> {
    for (const direction of change.directions) {
      const targets = this.targets(change);
      for (const target of targets) { yield* this.listsOf(target, direction, change.policy.namespace); }
    }
  }

  private* listsOf(target: ProposedEnd, direction: Direction, namespace: string): Iterable<ProposedClaim> {
    const all = this.policiesOf(target, namespace).flatMap(policy => policy[direction] ?? []);
    const only = (listed: readonly ProposedEnd[], ports?: readonly PortQuery[]): ProposedClaim => direction === 'ingress'
      ? { kind: 'admitsOnly', to: [target], from: listed, ports } : { kind: 'reachesOnly', from: [target], to: listed, ports };
    const listOf = (own: readonly Rule[]) => this.ends.of(own, namespace);
    const everything = listOf(all);
    if (everything !== undefined) { yield only(everything); }
    // A name whose number is not known may mean any port.
    const ports = all.map(rule => ({ rule, set: portsOfRule(rule, direction === 'ingress' ? target : undefined) ?? ConnectionSet.ALL }));
    const pieces = piecesOf(ports.map(({ set }) => set));
    for (const piece of pieces.length === 1 ? [] : pieces) {
      const peers = listOf(ports.filter(({ set }) => !set.intersect(piece).isEmpty).map(({ rule }) => rule));
      if (peers !== undefined) { yield only(peers, queriesOf(piece)); }
    }
  }

  /** What a rule with more ports would open between its peers and the pods of the policy. */
  private* denials(change: SingleChange): Iterable<ProposedClaim> {
    const { kind, policy, rule: number, directions: [direction] } = change;
    if (kind !== 'every-port' && kind !== 'port-number') { return; }
    const rule = policy[direction]![number!];
    for (const subject of this.targets(change)) {
      for (const other of this.ends.allEnds(rule.peers, policy.namespace)) {
        const [source, destination] = ordered(direction, subject, other);
        const ports = portsOfRule(rule, destination);
        if (ports !== undefined) { yield { kind: 'denied', from: [source], to: [destination], ports: ports.isEmpty ? undefined : queriesOf(ConnectionSet.ALL.subtract(ports)) }; }
      }
    }
  }

  private policiesIn(namespace: string): readonly Policy[] {
    if (this.policies.size === 0) {
      for (const policy of this.judge.cluster.policies) {
        this.policies.set(policy.namespace, [...this.policies.get(policy.namespace) ?? [], policy]);
      }
    }
    return this.policies.get(namespace) ?? [];
  }

  /** The policies that surely select a target. */
  private policiesOf(target: ProposedEnd, namespace: string): Policy[] {
    return this.policiesIn(namespace).filter(policy => (
      target.kind === 'workload' ? target.workload.pods.some(pod => surelySelects(policy.subject, pod))
        : target.kind === 'pods' && (target.pods.isEverything || couldOverlap(policy.subject, target.pods))));
  }

  /** The pods about which a change could make a difference: declared workloads, then every possible pod. */
  private targets(change: SingleChange): ProposedEnd[] {
    const { policy, changed } = change;
    const namespaces = this.ends.namespace(policy.namespace);
    const workloads = this.selected(change).slice(0, MAX_WORKLOADS).map(workload => workloadEnd(this.judge, workload));
    const pods = (selector: Selector): ProposedEnd => ({ kind: 'pods', namespaces, pods: selector });
    const added = changed !== undefined && changed.subject !== policy.subject ? addedBy(policy.subject, changed.subject) : undefined;
    if (added !== undefined) { return [...workloads, ...added.map(pods)]; }
    // Pods that no other policy of the namespace selects.
    const keys = new Set(this.policiesIn(policy.namespace).flatMap(({ subject }) => subject.requirements.map(({ key }) => key)));
    const own = new Set(policy.subject.requirements.map(({ key }) => key));
    const lone = [...keys].filter(key => !own.has(key)).sort().map((key): Requirement => ({ key, operator: 'DoesNotExist', values: [] }));
    return [...workloads, pods(policy.subject), ...lone.length === 0 ? [] : [pods(Selector.of([...policy.subject.requirements, ...lone]))]];
  }

  /** The declared workloads that the policy selects; if the change makes it select others, those. */
  private selected({ policy, changed }: SingleChange): Workload[] {
    const selects = (selector: Selector, { pods }: Workload) => pods.every(pod => surelySelects(selector, pod));
    const own = this.judge.workloadsIn(policy.namespace).filter(workload => !hostsNoPolicy(workload));
    if (changed === undefined || changed.subject === policy.subject) { return own.filter(workload => selects(policy.subject, workload)); }
    return own.filter(workload => selects(changed.subject, workload) !== selects(policy.subject, workload));
  }

  /** Connections that the rules of the policy allow today. */
  private* connections(change: SingleChange): Iterable<ProposedClaim> {
    const subjects = this.targets(change);
    const { policy } = change;
    for (const direction of change.directions) {
      const rules = change.rule === undefined ? policy[direction]! : [policy[direction]![change.rule]];
      const isOther = change.changed !== undefined && change.changed.subject !== policy.subject;
      if (isOther) { yield* this.connectionsOfOthers(subjects, direction); continue; }
      for (const rule of rules) { yield* this.connectionsOf(change, subjects, rule, direction); }
    }
  }

  private* connectionsOf(change: SingleChange, subjects: readonly ProposedEnd[], rule: Rule, direction: Direction): Iterable<ProposedClaim> {
    const { policy, kind } = change;
    const peers = change.lost !== undefined ? [change.lost] : change.peer === undefined ? rule.peers : [rule.peers![change.peer]];
    const lost = kind !== 'port' ? rule.ports : rule.ports?.filter(port => port.path === change.path);
    // Without ports, `allowed` is about those of the destination's containers, which another rule may allow too.
    const ports = lost?.map(port => [queryOf(port)]) ?? [undefined, queriesOf(ConnectionSet.ALL)];
    const others = this.ends.allEnds(peers, policy.namespace);
    for (const subject of subjects) {
      for (const other of withLast(subject, others)) {
        const [source, destination] = ordered(direction, subject, other);
        if (!this.mayReach(source, destination)) { continue; }
        for (const queries of ports) { yield { kind: 'allowed', from: [source], to: [destination], ports: queries }; }
      }
    }
  }

  /** Pods that a policy selects after the change are isolated then. Whatever reaches them today may no longer do so. */
  private* connectionsOfOthers(subjects: readonly ProposedEnd[], direction: Direction): Iterable<ProposedClaim> {
    const everyAddress: ProposedEnd = { kind: 'block', cidr: formatCidr({ ...FAMILY_RANGE.IPv4, prefix: 0 }) };
    const workloads = this.judge.cluster.workloads.filter(workload => !hostsNoPolicy(workload)).map(workload => workloadEnd(this.judge, workload));
    for (const subject of subjects) {
      const reached = withLast(subject, workloads).filter(other => subject.kind === 'workload' && this.mayReach(...ordered(direction, subject, other))).slice(0, MAX_WORKLOADS);
      for (const other of [...reached, everyAddress]) {
        const [source, destination] = ordered(direction, subject, other);
        yield { kind: 'allowed', from: [source], to: [destination] };
      }
    }
  }

  /** False if it is certain that no connection passes between two declared workloads. */
  private mayReach(source: ProposedEnd, destination: ProposedEnd): boolean {
    if (source.kind !== 'workload' || destination.kind !== 'workload') { return true; }
    const { reach } = this.judge;
    return source.workload.pods.some(from => destination.workload.pods.some(to =>
      !reach.connections(reach.ofPod(source.workload, from), reach.ofPod(destination.workload, to)).isEmpty));
  }
}

function ordered(direction: Direction, subject: ProposedEnd, other: ProposedEnd): [ProposedEnd, ProposedEnd] {
  return direction === 'ingress' ? [other, subject] : [subject, other];
}

/** These ends. If one of them is the first, it comes last: a reader asks about other pods before those of the same workload. */
function withLast(one: ProposedEnd, ends: readonly ProposedEnd[]): ProposedEnd[] {
  const key = keyOf(one);
  return [...ends.filter(end => keyOf(end) !== key), ...ends.filter(end => keyOf(end) === key)];
}

/** The pods that only one of two selectors matches, where one has what the other lacks: one requirement, or one value of it. */
function addedBy(before: Selector, after: Selector): Selector[] {
  const lost = before.requirements.filter(one => !has(after, one));
  const found = after.requirements.filter(one => !has(before, one));
  const kept = before.requirements.filter(one => has(after, one));
  return lost.flatMap(one => opposites(one).map(opposite => Selector.of([...kept, ...found, opposite])))
    .concat(found.flatMap(one => opposites(one).map(opposite => Selector.of([...kept, ...lost, opposite]))))
    .filter(selector => selector.couldMatch({}, () => false));
}

function has({ requirements }: Selector, { key, operator, values }: Requirement): boolean {
  return requirements.some(one => one.key === key && one.operator === operator && one.values.join() === values.join());
}

/** Requirements that an object meets that does not meet this one, the most specific first. */
function opposites({ key, operator, values }: Requirement): Requirement[] {
  switch (operator) {
    case 'In': return [{ key, operator: 'DoesNotExist', values: [] }, { key, operator: 'NotIn', values }];
    case 'NotIn': return [{ key, operator: 'In', values }];
    case 'Exists': return [{ key, operator: 'DoesNotExist', values: [] }];
    case 'DoesNotExist': return [{ key, operator: 'Exists', values: [] }];
  }
}

function couldOverlap(a: Selector, b: Selector): boolean {
  return Selector.of([...a.requirements, ...b.requirements]).couldMatch({}, () => false);
}

/** All ports, in pieces that none of these sets divides: what is in none of them first. */
function piecesOf(sets: readonly ConnectionSet[]): ConnectionSet[] {
  let pieces = [ConnectionSet.ALL];
  for (const set of sets) {
    pieces = pieces.flatMap(piece => [piece.subtract(set), piece.intersect(set)].filter(part => !part.isEmpty)).slice(0, MAX_PIECES);
  }
  return pieces;
}

/** The ports of a rule. Undefined if the destination has no number for a name of theirs. */
function portsOfRule({ ports }: Rule, destination: ProposedEnd | undefined): ConnectionSet | undefined {
  if (ports === undefined) { return ConnectionSet.ALL; }
  const sets = ports.map(({ protocol, name, first, last }) => {
    if (name === undefined) { return ConnectionSet.range(protocol, first, last); }
    if (destination?.kind !== 'workload') { return undefined; }
    const own = destination.workload.pods.flatMap(pod => pod.ports).filter(port => port.protocol === protocol && port.name === name);
    return ConnectionSet.unionOf(own.map(({ port }) => ConnectionSet.range(protocol, port, port)));
  });
  return sets.every(set => set !== undefined) ? ConnectionSet.unionOf(sets) : undefined;
}

function queriesOf(set: ConnectionSet): PortQuery[] {
  return set.ranges().map(({ protocol, first, last }) => ({ protocol, first, last }));
}

function queryOf({ protocol, name, first, last }: PortClause): PortQuery {
  return name === undefined ? { protocol, first, last } : { protocol, name };
}
