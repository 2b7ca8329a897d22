import { AddressSpace } from './address-space';
import { ConnectionSet } from './connections';
import { lowestBit } from './private/bit-rows';
import { CompiledDirection } from './private/compiled-direction';
import { Direction } from './private/compiled-policies';
import { ConnectionsRef, ConnectionTable } from './private/connection-table';
import { evaluate, evaluateStrictly, Evaluation, EvaluationOptions } from './private/evaluation';
import { OPEN, Outcome } from './private/layers';
import { labelsWith, possibleLabels, selectorsInDoubt } from './private/namespace-labels';
import { PlacedNamespace } from './private/peer-sets';
import { reevaluate } from './private/re-evaluation';
import { RuleEnd, ruleConnections, unionOf } from './private/rule-match';
import { Cluster, isLabelKnown, Namespace, Pod, Policy, Rule, UnevaluatedPolicy, unevaluatedName, Workload } from '../cluster/cluster';
import { Reason } from '../findings/answer';
import { AddressRange, FAMILY_RANGE } from '../k8s/address';
import { Labels } from '../k8s/objects';

export type { Direction } from './private/compiled-policies';

/** The number of an endpoint class or of an address atom: see `Reachability.ofPod` and `Reachability.ofAddress`. */
export type ClassIndex = number;

/** The connections with a range of addresses outside the cluster. */
export interface ExternalRange {
  readonly range: AddressRange;
  /** What is certainly allowed. */
  readonly connections: ConnectionSet;
  /** What may be allowed: the same, unless something is undecided. */
  readonly possible: ConnectionSet;
}

/** What a connection needs, port by port: what is certain, and what is possible. Both are equal if nothing is undecided. */
export interface ConnectionRange {
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** Atoms are numbered from here on, after all endpoint classes. */
const ATOMS = 2 ** 30;

/**
 * Who reaches whom in a cluster. Endpoints are classes of pods that no policy tells apart, and atoms of addresses that no block tells
 * apart. Every answer is about those.
 *
 * A connection needs the egress of its source and the ingress of its destination. In each direction the layers of policies decide.
 */
export class Reachability {
  private readonly evaluation: Evaluation;

  private readonly ranges = new Map<string, readonly ExternalRange[]>();

  /** A later evaluation owns the shared vocabulary now, so this one cannot be updated any more. */
  private isSuperseded = false;

  private strictReachability?: Reachability;

  constructor(cluster: Cluster, options: EvaluationOptions = {}, evaluation?: Evaluation) {
    this.evaluation = evaluation ?? evaluate(cluster, options);
  }

  /**
   * The reachability of a changed cluster. Objects that did not change must be the same objects in both clusters: only what the others
   * touch is evaluated again. This reachability keeps its answers.
   */
  public update(cluster: Cluster): Reachability {
    const { options } = this.evaluation;
    if (this.isSuperseded || this.evaluation.isStrict) { return new Reachability(cluster, options); }
    this.isSuperseded = true;
    return new Reachability(cluster, options, reevaluate(this.evaluation, cluster));
  }

  /** The same cluster judged without assumptions, with the same class indexes. The same object if no assumption could matter. */
  public get strict(): Reachability {
    if (this.strictReachability === undefined) {
      const strict = evaluateStrictly(this.evaluation);
      this.strictReachability = strict === this.evaluation ? this : new Reachability(this.cluster, strict.options, strict);
    }
    return this.strictReachability;
  }

  public get cluster(): Cluster { return this.evaluation.cluster; }

  public get addresses(): AddressSpace { return this.evaluation.addresses; }

  /** False if every answer is decided. */
  public get mayBeUndecided(): boolean { return this.evaluation.isStrict || this.cluster.unevaluated.length > 0; }

  /** The workloads of a namespace. */
  public workloadsIn(namespace: string): readonly Workload[] { return this.evaluation.workloads.get(namespace) ?? []; }

  /** How many endpoint classes there are. */
  public get classCount(): number {
    return this.evaluation.namespaces.reduce((sum, { index }) => sum + index.classes.length, 0);
  }

  /** The endpoint class of a pod. */
  public ofPod({ namespace }: Workload, pod: Pod): ClassIndex {
    const { numbers, namespaces } = this.evaluation;
    const placed = namespaces[numbers.get(namespace) ?? -1];
    const own = placed?.index.classOf(pod);
    if (own === undefined) { throw new Error('this pod is not in the cluster that is evaluated'); }
    return placed.firstWord * 32 + own;
  }

  /** The atom of an address. */
  public ofAddress(address: bigint): ClassIndex { return this.ofAtom(this.addresses.atomOf(address)); }

  /** The index of an atom of `addresses`. */
  public ofAtom(atom: number): ClassIndex { return ATOMS + atom; }

  /** True if some NetworkPolicy isolates the pods in this direction. Addresses are never isolated. */
  public isIsolated(subject: ClassIndex, direction: Direction): boolean {
    return subject < ATOMS && this.compiled(subject, direction).isIsolated(this.inNamespace(subject), this.evaluation);
  }

  /** The NetworkPolicies that isolate the pods in this direction. */
  public policies(subject: ClassIndex, direction: Direction): Policy[] {
    return subject >= ATOMS ? [] : this.compiled(subject, direction).policiesOf(this.inNamespace(subject), this.evaluation);
  }

  /** The policies of kinds that are not evaluated that could select the pods, and that have a say in this direction. */
  public unevaluated(subject: ClassIndex, direction: Direction): readonly UnevaluatedPolicy[] {
    return subject >= ATOMS ? [] : this.compiled(subject, direction).unevaluatedOf(this.inNamespace(subject));
  }

  /** A reason for each policy of `unevaluated`, whichever the peer is. */
  public unevaluatedBecause(subject: ClassIndex, direction: Direction): Reason[] {
    return this.unevaluated(subject, direction).map(policy => this.reasonOf(policy, subject, this.placed(subject).namespace));
  }

  /** The connections that are certainly allowed between two different pods or addresses. */
  public connections(source: ClassIndex, destination: ClassIndex): ConnectionSet {
    const { table } = this.evaluation;
    const egress = this.decided(source, 'egress', destination);
    if (egress === ConnectionTable.NONE) { return ConnectionSet.NONE; }
    const ingress = this.decided(destination, 'ingress', source);
    return egress >= 0 && ingress >= 0 ? table.set(table.intersect(egress, ingress)) : this.connectionRange(source, destination).certain;
  }

  /** The connections that may be allowed between two different pods or addresses: the certain ones, and those that are undecided. */
  public possibleConnections(source: ClassIndex, destination: ClassIndex): ConnectionSet {
    return this.mayBeUndecided ? this.connectionRange(source, destination).possible : this.connections(source, destination);
  }

  /** The connections that one side alone certainly allows. */
  public sideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.sideRange(subject, direction, peer).certain;
  }

  /** The connections that one side alone may allow. */
  public possibleSideConnections(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionSet {
    return this.sideRange(subject, direction, peer).possible;
  }

  /** Why one side is undecided; empty if it is decided. */
  public undecidedBecause(subject: ClassIndex, direction: Direction, peer: ClassIndex): readonly Reason[] {
    const { certain, possible } = this.sideRange(subject, direction, peer);
    if (certain.equals(possible)) { return []; }
    const home = this.placed(subject).namespace;
    const reasons: Reason[] = this.unevaluated(subject, direction).map(policy => this.reasonOf(policy, subject, home));
    const namespace = this.namespaceInDoubt(subject, direction, peer);
    if (namespace !== undefined) {
      const policies = this.policies(subject, direction);
      const doubts = selectorsInDoubt(policies, direction, namespace);
      const keys = [...new Set(doubts.flatMap(({ requirements }) => requirements.map(({ key }) => key)))].filter(key => !isLabelKnown(namespace, key)).sort();
      reasons.push({ code: 'namespace-label', what: labelsOfNamespace(namespace.name, keys), place: placeOf(policies, direction, doubts) });
    }
    return reasons;
  }

  /**
   * The endpoint classes with which something may pass for these pods in this direction, ascending. Nothing passes with any other class,
   * and with some of these nothing may pass either. Undefined if something may pass with every class.
   */
  public possiblePeers(subject: ClassIndex, direction: Direction): ClassIndex[] | undefined {
    const { namespaceOfWord, namespaces } = this.evaluation;
    const row = new Uint32Array(namespaceOfWord.length);
    if (!this.compiled(subject, direction).addSlots(this.inNamespace(subject), row, this.evaluation)) { return undefined; }
    const found: ClassIndex[] = [];
    row.forEach((bits, word) => {
      const { index, firstWord } = namespaces[namespaceOfWord[word]];
      const first = firstWord * 32;
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const slot = word * 32 + lowestBit(rest);
        // Slots after the last class of a namespace are empty, and so are those that a namespace left when it outgrew them.
        if (slot >= first && slot < first + index.classes.length) { found.push(slot); }
      }
    });
    return found;
  }

  /**
   * The addresses with which something may pass, in ranges of one address family, ascending. Neighbouring ranges differ in what passes.
   * Classes with the same ranges get the same list.
   */
  public externalRanges(subject: ClassIndex, direction: Direction): readonly ExternalRange[] {
    const { addresses } = this;
    const six = addresses.atomOf(FAMILY_RANGE.IPv6.first);
    const changes = this.compiled(subject, direction).changes(this.inNamespace(subject), this.evaluation);
    const starts = [...new Set([0, six, ...changes])].sort((a, b) => a - b).filter(atom => atom < addresses.size);
    const passing = starts.map(atom => this.outcome(subject, direction, this.ofAtom(atom)));
    const key = `${starts.join()} ${passing.map(({ certain, possible }) => `${certain}-${possible}`).join()}`;
    let ranges = this.ranges.get(key);
    if (ranges === undefined) {
      const isSame = (a: Outcome, b: Outcome | undefined) => a.certain === b?.certain && a.possible === b.possible;
      const atEdges = starts.filter((atom, i) => atom === six || !isSame(passing[i], passing[i - 1]));
      ranges = atEdges.map((atom, i) => ({
        range: { first: addresses.range(atom).first, last: addresses.range((atEdges[i + 1] ?? addresses.size) - 1).last },
        connections: this.evaluation.table.set(passing[starts.indexOf(atom)].certain),
        possible: this.evaluation.table.set(passing[starts.indexOf(atom)].possible),
      })).filter(({ possible }) => !possible.isEmpty);
      this.ranges.set(key, ranges);
    }
    return ranges;
  }

  /** What one rule of a policy grants to pods that it selects, towards one peer. */
  public ruleConnections(policy: Policy, rule: Rule, direction: Direction, subject: ClassIndex, peer: ClassIndex): ConnectionSet {
    const labelsOf = (name: string) => this.cluster.namespaces.get(name)!.labels;
    return ruleConnections(labelsOf, policy.namespace, rule, direction, this.end(subject), this.end(peer));
  }

  /** What one side allows; a negative number if it is undecided. */
  private decided(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionsRef {
    if (subject < ATOMS && peer < ATOMS) {
      // As compiled() and inNamespace() say, in one step: this is asked of every pair.
      const { evaluation } = this;
      const namespace = evaluation.namespaceOfWord[subject >>> 5];
      const compiled = evaluation.compiled[namespace];
      const own = subject - evaluation.namespaces[namespace].firstWord * 32;
      return (direction === 'ingress' ? compiled.ingress : compiled.egress).decidedWithPods(own, peer, evaluation);
    }
    const { certain, possible } = this.outcome(subject, direction, peer);
    return certain === possible ? certain : -1;
  }

  private outcome(subject: ClassIndex, direction: Direction, peer: ClassIndex): Outcome {
    if (subject >= ATOMS) { return OPEN; }
    const compiled = this.compiled(subject, direction);
    const own = this.inNamespace(subject);
    return peer >= ATOMS ? compiled.withAtom(own, peer - ATOMS, this.evaluation) : compiled.withPods(own, peer, this.evaluation);
  }

  /** What one side allows. If labels of a namespace decide, over every set of labels that it could have. */
  private sideRange(subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionRange {
    const { certain, possible } = this.outcome(subject, direction, peer);
    const range = this.rangeOf(certain, possible);
    if (certain === possible || !this.evaluation.isStrict) { return range; }
    const namespace = this.namespaceInDoubt(subject, direction, peer);
    const tried = namespace && this.overLabels(namespace, selectorsInDoubt(this.policies(subject, direction), direction, namespace), labelsOf =>
      [this.sideWith(labelsOf, subject, direction, peer)]);
    return tried === undefined ? range : tried[0];
  }

  /** What both sides allow. The labels of one namespace can decide on both. */
  private connectionRange(source: ClassIndex, destination: ClassIndex): ConnectionRange {
    const egress = this.sideRange(source, 'egress', destination);
    const ingress = this.sideRange(destination, 'ingress', source);
    const both = { certain: egress.certain.intersect(ingress.certain), possible: egress.possible.intersect(ingress.possible) };
    if (both.certain.equals(both.possible)) { return both; }
    const namespace = this.namespaceInDoubt(source, 'egress', destination);
    if (namespace === undefined || namespace !== this.namespaceInDoubt(destination, 'ingress', source)) { return both; }
    const selectors = [
      ...selectorsInDoubt(this.policies(source, 'egress'), 'egress', namespace),
      ...selectorsInDoubt(this.policies(destination, 'ingress'), 'ingress', namespace),
    ];
    const tried = this.overLabels(namespace, selectors, labelsOf => {
      const out = this.sideWith(labelsOf, source, 'egress', destination);
      const into = this.sideWith(labelsOf, destination, 'ingress', source);
      return [{ certain: out.certain.intersect(into.certain), possible: out.possible.intersect(into.possible) }];
    });
    return tried === undefined ? both : tried[0];
  }

  /** The namespace of the peer, if its labels are not known and rules of the subject look at them. */
  private namespaceInDoubt(subject: ClassIndex, direction: Direction, peer: ClassIndex): Namespace | undefined {
    if (!this.evaluation.isStrict || subject >= ATOMS || peer >= ATOMS) { return undefined; }
    const { namespace } = this.placed(peer);
    return selectorsInDoubt(this.policies(subject, direction), direction, namespace).length > 0 ? namespace : undefined;
  }

  /** Over every set of labels that a namespace could have: what is certain with each of them, and what is possible with one. */
  private overLabels(
    namespace: Namespace, selectors: Parameters<typeof possibleLabels>[1], rangesWith: (labelsOf: (name: string) => Labels) => ConnectionRange[],
  ): ConnectionRange[] | undefined {
    return possibleLabels(namespace, selectors)
      ?.map(labels => rangesWith(labelsWith(this.cluster, namespace.name, labels)))
      .reduce((all, some) => all.map(({ certain, possible }, i) => ({ certain: certain.intersect(some[i].certain), possible: possible.union(some[i].possible) })));
  }

  /** What one side allows if namespaces have these labels. */
  private sideWith(labelsOf: (name: string) => Labels, subject: ClassIndex, direction: Direction, peer: ClassIndex): ConnectionRange {
    const policies = this.policies(subject, direction);
    const allowed = policies.length === 0 ? ConnectionSet.ALL : unionOf(policies.flatMap(policy => policy[direction]!.map(rule =>
      ruleConnections(labelsOf, policy.namespace, rule, direction, this.end(subject), this.end(peer)))));
    const unevaluated = this.unevaluated(subject, direction);
    return {
      certain: unevaluated.length > 0 ? ConnectionSet.NONE : allowed,
      possible: unevaluated.some(({ canAllow }) => canAllow) ? ConnectionSet.ALL : allowed,
    };
  }

  private rangeOf(certain: Outcome['certain'], possible: Outcome['possible']): ConnectionRange {
    return { certain: this.evaluation.table.set(certain), possible: this.evaluation.table.set(possible) };
  }

  private reasonOf(policy: UnevaluatedPolicy, subject: ClassIndex, home: Namespace): Reason {
    const { pod } = this.placed(subject).index.classes[this.inNamespace(subject)];
    const what = unevaluatedName(policy);
    return policy.selects(pod, home) === 'could'
      ? { code: 'policy-kind', what, place: policy.origin.at() }
      : { code: 'namespace-label', what: `namespace ${home.name} (labels that ${what} looks at)`, place: policy.origin.at() };
  }

  private end(endpoint: ClassIndex): RuleEnd {
    if (endpoint >= ATOMS) { return { kind: 'addresses', range: this.addresses.range(endpoint - ATOMS) }; }
    const { index } = this.placed(endpoint);
    return { kind: 'pod', namespace: index.namespace, pod: index.classes[this.inNamespace(endpoint)].pod };
  }

  private placed(pods: ClassIndex): PlacedNamespace {
    return this.evaluation.namespaces[this.evaluation.namespaceOfWord[pods >>> 5]];
  }

  /** The number that an endpoint class has in its namespace. */
  private inNamespace(pods: ClassIndex): number {
    return pods - this.placed(pods).firstWord * 32;
  }

  private compiled(pods: ClassIndex, direction: Direction): CompiledDirection {
    const namespace = this.evaluation.compiled[this.evaluation.namespaceOfWord[pods >>> 5]];
    return direction === 'ingress' ? namespace.ingress : namespace.egress;
  }
}

function labelsOfNamespace(name: string, keys: readonly string[]): string {
  return `namespace ${name} (${keys.length === 1 ? 'label' : 'labels'} ${keys.join(', ')})`;
}

/** Where the first of these selectors is written. */
function placeOf(policies: readonly Policy[], direction: Direction, selectors: readonly unknown[]): Reason['place'] {
  for (const policy of policies) {
    for (const peer of policy[direction]!.flatMap(rule => rule.peers ?? [])) {
      if (peer.kind === 'pods' && selectors.includes(peer.namespaces)) { return policy.origin.at([...peer.path, 'namespaceSelector']); }
    }
  }
  return undefined;
}
