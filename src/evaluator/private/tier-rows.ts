import { BitRows, lowestBit, RowRef } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { Decision } from './layers';
import { EndpointClass } from './namespace-index';
import { Certainty, decisionOf, OrderedTier } from './tier-decision';
import { TierMatches } from './tier-matches';
import { Namespace, PortClause } from '../../cluster/cluster';
import { ClusterPeerClause, ClusterPolicy, ClusterRule } from '../../cluster/cluster-policy';
import { Direction } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/*
 * The decisions of a tier where everything is known, which is nearly always. Each end has a row with a bit for each rule, in the order in which they decide:
 * a subject has those of the policies that select it, a peer has those that match it. The bits of both rows are the rules that match, and the first for a
 * port decides. An automaton goes through them, so that a decision takes one step for each rule.
 */

/** Nothing is known yet about the row of a slot. */
const UNMADE = -1;

/** Something about the end is not known, so it has no row. */
const OPEN: RowRef = -2;

/** What the rules so far have decided. */
interface State {
  /** The ports that no rule has decided. */
  readonly open: ConnectionsRef;
  readonly accept: ConnectionsRef;
  readonly deny: ConnectionsRef;
  readonly pass: ConnectionsRef;
}

type NamedPorts = EndpointClass['namedPorts'];

/** A rule, and the pods that it asks for. */
interface Asked {
  readonly rule: number;
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** What the rules look at in one namespace. */
interface NamespaceRows {
  /** The rules that match every pod of the namespace. */
  readonly all: RowRef;
  /** What other rules ask of its pods. */
  readonly some: readonly Pick<Asked, 'rule' | 'pods'>[];
}

export class TierRows {
  /** The rows of a tier; undefined if its order does not say which rule decides first, or what a port of a rule means. */
  public static of(
    ordered: OrderedTier, direction: Direction, matches: TierMatches, table: ConnectionTable, slots: number,
    ports: (clause: PortClause, namedPorts: NamedPorts) => ConnectionsRef,
  ): TierRows | undefined {
    const isOrdered = ordered.length === 1 && ordered[0].every(({ length }) => length === 1);
    const policies = ordered.flat(2);
    const isKnown = policies.every(policy => policy[direction].every(({ ports: own = [] }) => own.every(({ isUncertain }) => !isUncertain)));
    return isOrdered && isKnown ? new TierRows(policies, direction, matches, table, slots, ports) : undefined;
  }

  private readonly bits = new BitRows();
  private readonly rules: readonly ClusterRule[];
  private readonly words: number;
  private readonly ofSubjects: readonly Asked[];
  private readonly ofPeers: readonly Asked[];
  private readonly subjects: Int32Array;
  private readonly peers: Int32Array;
  private readonly atoms: RowRef[] = [];
  private readonly subjectsIn = new Map<Namespace, NamespaceRows | undefined>();
  private readonly peersIn = new Map<Namespace, NamespaceRows | undefined>();
  /** The peers of rules that are addresses. */
  private readonly addresses: readonly { readonly rule: number; readonly clause: ClusterPeerClause }[];
  /** The rules that match every peer. */
  private readonly everyPeer: readonly number[];

  private readonly states: State[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly decisions: Decision[] = [];
  private readonly isClosed: boolean[] = [];
  /** The next state by the named ports of the destination, the state and the rule; -1 if it is not known yet. */
  private readonly next: Int32Array[][] = [];
  private readonly namedPorts: NamedPorts[] = [];
  private readonly portsNumbers = new Map<string, number>();
  /** The number of the named ports of the destination in a slot, plus 1; absent if no rule names a port. */
  private readonly portsOf?: Int32Array;

  private constructor(
    policies: readonly ClusterPolicy[], private readonly direction: Direction, private readonly matches: TierMatches,
    private readonly table: ConnectionTable, slots: number, private readonly ports: (clause: PortClause, namedPorts: NamedPorts) => ConnectionsRef,
  ) {
    this.rules = policies.flatMap(policy => policy[direction]);
    this.words = (this.rules.length + 31) >>> 5;
    let next = 0;
    this.ofSubjects = policies.flatMap(({ namespaces, subject, ...own }) => own[direction].map(() => ({ rule: next++, namespaces, pods: subject })));
    this.ofPeers = this.rules.flatMap(({ peers = [] }, rule) =>
      peers.flatMap(clause => clause.kind === 'pods' ? [{ rule, namespaces: clause.namespaces!, pods: clause.pods }] : []));
    this.subjects = new Int32Array(slots).fill(UNMADE);
    this.peers = new Int32Array(slots).fill(UNMADE);
    this.addresses = this.rules.flatMap(({ peers = [] }, rule) => peers.flatMap(clause => clause.kind === 'pods' ? [] : [{ rule, clause }]));
    this.everyPeer = this.rules.flatMap(({ peers }, rule) => peers === undefined ? [rule] : []);
    if (this.rules.some(({ ports: own = [] }) => own.some(({ name }) => name !== undefined))) { this.portsOf = new Int32Array(slots); }
    this.numberOfPorts(new Map());
    this.stateOf({ open: ConnectionTable.ALL, accept: ConnectionTable.NONE, deny: ConnectionTable.NONE, pass: ConnectionTable.NONE });
  }

  /** The decision about a subject and the pods in a slot; undefined if something about them is not known. */
  public withPods(subject: number, slot: number): Decision | undefined {
    let own = this.subjects[subject];
    if (own === UNMADE) { this.subjects[subject] = own = this.subjectRow(subject); }
    let other = this.peers[slot];
    if (other === UNMADE) { this.peers[slot] = other = this.peerRow(slot); }
    return own === OPEN || other === OPEN ? undefined : this.decide(own, other, this.portsAt(this.direction === 'ingress' ? subject : slot));
  }

  /** The decision about a subject and the addresses of an atom; undefined if something about them is not known. */
  public withAtom(subject: number, atom: number): Decision | undefined {
    let own = this.subjects[subject];
    if (own === UNMADE) { this.subjects[subject] = own = this.subjectRow(subject); }
    const other = this.atoms[atom] ??= this.atomRow(atom);
    // An address has no named ports.
    return own === OPEN || other === OPEN ? undefined : this.decide(own, other, this.direction === 'ingress' ? this.portsAt(subject) : 0);
  }

  private decide(own: RowRef, other: RowRef, ports: number): Decision {
    const { words: count, isClosed } = this;
    const { words } = this.bits;
    const next = this.next[ports];
    let state = 0;
    for (let i = 0; i < count; i++) {
      for (let rest = words[own + i] & words[other + i]; rest !== 0; rest &= rest - 1) {
        const rule = i * 32 + lowestBit(rest);
        const known = next[state][rule];
        state = known >= 0 ? known : this.step(state, rule, ports);
        if (isClosed[state]) { return this.decisions[state]; }
      }
    }
    return this.decisions[state];
  }

  private step(from: number, rule: number, ports: number): number {
    const { table } = this;
    const { action, ports: entries } = this.rules[rule];
    const matched = entries === undefined ? ConnectionTable.ALL : table.unionOf(entries.map(entry => this.ports(entry, this.namedPorts[ports])));
    const state = this.states[from];
    const decided = table.intersect(state.open, matched);
    const open = table.intersect(state.open, table.complement(decided));
    const to = this.stateOf({ ...state, open, [action]: table.union(state[action], decided) });
    return this.next[ports][from][rule] = to;
  }

  private stateOf(state: State): number {
    const { open, accept, deny, pass } = state;
    const key = `${open} ${accept} ${deny} ${pass}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      this.numbers.set(key, number = this.states.push(state) - 1);
      this.decisions.push(decisionOf(accept, deny, this.table.union(pass, open), this.table));
      this.isClosed.push(open === ConnectionTable.NONE);
      for (const table of this.next) { table.push(this.unknownSteps()); }
    }
    return number;
  }

  private unknownSteps(): Int32Array { return new Int32Array(this.rules.length).fill(-1); }

  /** The number of the named ports of the pods in a slot. */
  private portsAt(slot: number): number {
    const { portsOf } = this;
    if (portsOf === undefined) { return 0; }
    return (portsOf[slot] ||= this.numberOfPorts(this.matches.classAt(slot).one.namedPorts) + 1) - 1;
  }

  private numberOfPorts(namedPorts: NamedPorts): number {
    let key = '';
    for (const [name, numbers] of namedPorts) { key += `${name} ${numbers.join()} `; }
    let number = this.portsNumbers.get(key);
    if (number === undefined) {
      this.portsNumbers.set(key, number = this.namedPorts.push(namedPorts) - 1);
      this.next.push(this.states.map(() => this.unknownSteps()));
    }
    return number;
  }

  /** True if no label of the pods is open, nor their network, nor their ports if rules name some. */
  private isKnown({ pod, generated }: EndpointClass): boolean {
    return generated.length === 0 && pod.hasOpenNetwork !== true && (this.portsOf === undefined || pod.hasOpenPorts !== true);
  }

  private subjectRow(slot: number): RowRef {
    const { namespace, one } = this.matches.classAt(slot);
    if (!this.isKnown(one)) { return OPEN; }
    if (one.pod.hostNetwork) { return this.bits.allocate(this.words); }
    const known = this.namespaceRows(this.subjectsIn, namespace, this.ofSubjects);
    return known === undefined ? OPEN : this.rowOf(known, one);
  }

  private peerRow(slot: number): RowRef {
    const { namespace, one } = this.matches.classAt(slot);
    if (!this.isKnown(one)) { return OPEN; }
    const known = this.namespaceRows(this.peersIn, namespace, this.ofPeers);
    if (known === undefined) { return OPEN; }
    const row = one.pod.hostNetwork ? this.bits.allocate(this.words) : this.rowOf(known, one);
    return this.withAddresses(row, clause => this.matches.ofPods(clause, namespace, one));
  }

  private atomRow(atom: number): RowRef {
    return this.withAddresses(this.bits.allocate(this.words), clause => this.matches.ofAtom(clause, atom));
  }

  /** Adds to a row the rules that match every peer, and those with a peer that matches by its address. OPEN if it is not known whether one does. */
  private withAddresses(row: RowRef, matches: (clause: ClusterPeerClause) => Certainty): RowRef {
    for (const rule of this.everyPeer) { this.bits.add(row, rule); }
    for (const { rule, clause } of this.addresses) {
      const certainty = matches(clause);
      if (certainty === Certainty.MAYBE) { return OPEN; }
      if (certainty === Certainty.SURELY) { this.bits.add(row, rule); }
    }
    return row;
  }

  /** What rules ask of the pods of a namespace; undefined if it is not known whether a selector matches its labels. */
  private namespaceRows(made: Map<Namespace, NamespaceRows | undefined>, namespace: Namespace, asked: readonly Asked[]): NamespaceRows | undefined {
    if (!made.has(namespace)) { made.set(namespace, this.newNamespaceRows(namespace, asked)); }
    return made.get(namespace);
  }

  private newNamespaceRows(namespace: Namespace, asked: readonly Asked[]): NamespaceRows | undefined {
    const all = this.bits.allocate(this.words);
    const some: Asked[] = [];
    const known = new Map<Selector, Certainty>();
    for (const one of asked) {
      let certainty = known.get(one.namespaces);
      if (certainty === undefined) { known.set(one.namespaces, certainty = this.matches.ofNamespace(one.namespaces, namespace)); }
      if (certainty === Certainty.MAYBE) { return undefined; }
      if (certainty === Certainty.NO) { continue; }
      if (one.pods.requirements.length === 0) { this.bits.add(all, one.rule); } else { some.push(one); }
    }
    return { all, some };
  }

  private rowOf({ all, some }: NamespaceRows, { pod }: EndpointClass): RowRef {
    const row = this.bits.copy(all, this.words);
    let last: Selector | undefined;
    let isMatch = false;
    for (const { rule, pods } of some) {
      // The rules of one policy have one selector.
      if (pods !== last) {
        last = pods;
        isMatch = pods.matches(pod.labels);
      }
      if (isMatch) { this.bits.add(row, rule); }
    }
    return row;
  }
}
