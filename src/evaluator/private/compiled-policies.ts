import { AddressSpace, AtomRanges, atomsOf, holdsAtom } from '../address-space';
import { bitCount, BitRows, EVERYTHING, lowestBit, NOTHING, RowRef } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { ALL_WORDS, ATOM_GRANT, GrantList, POD_GRANT, SHARED } from './grants';
import { IntList } from './int-list';
import { ANY_NUMBER, Match, mentionsOneOf, NamespaceIndex } from './namespace-index';
import { IndexedNamespace, PeerSetQuery, PeerSetRef, PeerSets } from './peer-sets';
import { NETWORKS, UnknownAddressSets } from './unknown-addresses';
import { BlockRef, PolicyVocabulary, SelectorRef, Delta } from './vocabulary';
import { Policy, Rule } from '../../cluster/cluster';
import { Direction, NAMESPACE_NAME_LABEL, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/*
 * Policies are encoded as numbers once, and then compiled at the speed of an array:
 *
 *   policy:  subject, ingress, egress
 *   ingress, egress: how many numbers follow, then the rules; only NOT_ISOLATED if the policy does not isolate in this direction
 *   rule:    connections, how many port names, the names, how many peers or EVERYONE, the peers
 *   peer:    namespaces and pods; or OWN_NAMESPACE and pods; or ADDRESSES and a block
 */
const NOT_ISOLATED = -1;
const EVERY_PEER = -1;
const OWN_NAMESPACE = -1;
const ADDRESSES = -2;

/** The policies of a namespace, in the order of the cluster, and their code. */
export interface NamespacePolicies {
  readonly policies: readonly Policy[];
  readonly code: Int32Array;
}

/** Appends the code of a policy, and counts in the vocabulary what the policy mentions. */
export function encodePolicy(policy: Policy, delta: Delta, vocabulary: PolicyVocabulary, table: ConnectionTable, code: IntList): void {
  code.push(vocabulary.countSelector(policy.subject, delta));
  for (const rules of [policy.ingress, policy.egress]) {
    if (rules === undefined) {
      code.push(NOT_ISOLATED);
      continue;
    }
    const start = code.push(0);
    for (const rule of rules) { encodeRule(rule, delta, vocabulary, table, code); }
    code.set(start, code.length - start - 1);
  }
}

function encodeRule({ peers, ports }: Rule, delta: Delta, vocabulary: PolicyVocabulary, table: ConnectionTable, code: IntList): void {
  if (ports === undefined) {
    code.push(ConnectionTable.ALL);
    code.push(0);
  } else {
    const ranges: ConnectionsRef[] = [];
    const at = code.push(ConnectionTable.NONE);
    code.push(0);
    for (const port of ports) {
      if (port.name === undefined) {
        ranges.push(table.range(port.protocol, port.first, port.last));
      } else {
        code.push(vocabulary.countPort(port, delta));
      }
    }
    code.set(at, table.unionOf(ranges));
    code.set(at + 1, code.length - at - 2);
  }
  if (peers === undefined) {
    code.push(EVERY_PEER);
    return;
  }
  code.push(peers.length);
  for (const peer of peers) {
    if (peer.kind === 'addresses') {
      code.push(ADDRESSES);
      code.push(vocabulary.countBlock(peer, delta));
    } else {
      code.push(peer.namespaces === undefined ? OWN_NAMESPACE : vocabulary.selector(peer.namespaces));
      code.push(vocabulary.countSelector(peer.pods, delta));
    }
  }
}

/** What policies are compiled from. */
export interface PolicySources {
  readonly vocabulary: PolicyVocabulary;
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
  readonly addresses: AddressSpace;
  /** The numbers that ports of a name have anywhere in the cluster. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  /** Atoms that contain an address of some pod. */
  readonly populated: ReadonlySet<number>;
  readonly unknownAddresses: UnknownAddressSets;
  /** The keys of labels of pods whose values are not known, as far as selectors mention them. */
  readonly openKeys: ReadonlySet<string>;
  readonly hasOpenNetworks: boolean;
  readonly hasOpenNamespaces: boolean;
  /** True if nothing is assumed. */
  readonly isStrict: boolean;
}

/**
 * The policies of a namespace that isolate some of its pods in one direction: the classes that they isolate, and the grants of their rules.
 * The grant of a rule for ingress that names a port has a condition: the row of the subjects that have this port.
 */
export class CompiledPolicies {
  public readonly index: NamespaceIndex;

  public readonly policies: Policy[] = [];

  /** For each policy, the classes that it isolates. */
  public readonly subjects: RowRef[] = [];

  public readonly pods: GrantList;
  public readonly atoms: GrantList;

  /** Names of ports that are looked up in pods of other namespaces. If those pods change, the names may get other numbers. */
  public readonly portNamesElsewhere = new Set<string>();

  /** True if some block may contain the address of a pod whose address is not known. */
  public mayMatchUnknownAddresses = false;

  private readonly firstWord: number;
  private readonly podItems = new IntList(256);
  private readonly atomItems = new IntList(64);

  /** With `match`, a rule counts if it surely or possibly matches, and so does the selector of a policy. */
  constructor(
    indexed: IndexedNamespace, { policies, code }: NamespacePolicies,
    private readonly direction: Direction, private readonly sources: PolicySources, private readonly match?: Match,
  ) {
    const index = this.index = indexed.index;
    this.firstWord = indexed.firstWord;
    const podEnds: number[] = [];
    const atomEnds: number[] = [];
    let at = 0;
    for (const policy of policies) {
      const subject = code[at++];
      const ingress = code[at] === NOT_ISOLATED ? at + 1 : at + 1 + code[at];
      const egress = code[ingress] === NOT_ISOLATED ? ingress + 1 : ingress + 1 + code[ingress];
      const [start, end] = direction === 'ingress' ? [at, ingress] : [ingress, egress];
      at = egress;
      if (code[start] === NOT_ISOLATED) { continue; }
      const row = index.select(subject, match);
      if (row === NOTHING) { continue; }
      for (let rule = start + 1; rule < end;) { rule = this.grantRule(code, rule, row); }
      this.policies.push(policy);
      this.subjects.push(row);
      podEnds.push(this.podItems.length);
      atomEnds.push(this.atomItems.length);
    }
    this.pods = { items: this.podItems.toArray(), ends: podEnds };
    this.atoms = { items: this.atomItems.toArray(), ends: atomEnds };
  }

  /** The classes that some policy isolates. */
  public get isolated(): RowRef {
    const { bits } = this.sources;
    if (this.subjects.length === 0) { return NOTHING; }
    if (this.subjects.includes(EVERYTHING)) { return EVERYTHING; }
    const row = bits.copy(this.subjects[0], this.index.words);
    for (const subjects of this.subjects) { bits.or(row, subjects, this.index.words); }
    return row;
  }

  /** The number of grants, counted once for each class that has them. */
  public get grantCount(): number {
    let total = 0;
    for (const [grants, stride] of [[this.pods, POD_GRANT], [this.atoms, ATOM_GRANT]] as const) {
      this.forEachSubjects(grants, stride, word => { total += bitCount(word); });
    }
    return total;
  }

  /** One word of the row of the classes that have a grant of a policy. */
  public subjectWord(policy: number, condition: RowRef, index: number): number {
    return this.sources.bits.word(this.subjects[policy], index) & this.sources.bits.word(condition, index);
  }

  /** Calls `visit` with each grant of each class: the class, and the index of the grant in `grants.items`. */
  public forEachGrant(grants: GrantList, stride: number, visit: (subject: number, at: number) => void): void {
    this.forEachSubjects(grants, stride, (subjects, index, at) => {
      for (let word = subjects; word !== 0; word &= word - 1) { visit((index << 5) + lowestBit(word), at); }
    });
  }

  /** Calls `visit` with each word of each grant's row of subjects that is not 0. */
  private forEachSubjects(grants: GrantList, stride: number, visit: (word: number, index: number, at: number) => void): void {
    const { items, ends } = grants;
    const last = this.index.words - 1;
    // The row EVERYTHING has bits after the last class, too. No class has those.
    const inLast = -1 >>> (31 - (this.index.classes.length - 1 & 31));
    let at = 0;
    ends.forEach((end, policy) => {
      for (; at < end; at += stride) {
        for (let i = 0; i <= last; i++) {
          const word = this.subjectWord(policy, items[at + stride - 1], i) & (i === last ? inLast : -1);
          if (word !== 0) { visit(word, i, at); }
        }
      }
    });
  }

  /** Compiles the rule at an index of the code. Returns the index after it. */
  private grantRule(code: Int32Array, at: number, subjects: RowRef): number {
    const connections = code[at];
    const firstName = at + 2;
    const peers = firstName + code[at + 1];
    for (let name = firstName; name < peers; name++) { this.grantNamedPort(code, peers, this.sources.vocabulary.portNames[code[name]], subjects); }
    if (connections !== ConnectionTable.NONE) { this.grantPeers(code, peers, connections, EVERYTHING); }
    return peers + 1 + (code[peers] === EVERY_PEER ? 0 : code[peers] * 2);
  }

  private grantNamedPort(code: Int32Array, peers: number, name: string, subjects: RowRef): void {
    if (this.direction === 'egress') {
      this.grantNamedPortOfPeers(code, peers, name);
      return;
    }
    // The destination of the connection says which number a name means. Here it is the subject.
    for (const [number, classes] of this.index.classesByPortNumber(name)) {
      if (subjects === EVERYTHING || this.sources.bits.intersect(subjects, classes, this.index.words)) {
        this.grantPeers(code, peers, this.portOf(name, number), classes);
      }
    }
  }

  private grantPeers(code: Int32Array, at: number, connections: ConnectionsRef, condition: RowRef): void {
    const count = code[at];
    if (count === EVERY_PEER) {
      this.addPods(connections, 0, ALL_WORDS, EVERYTHING, condition);
      this.addAtoms(connections, 0, this.sources.addresses.size, condition);
      return;
    }
    const end = at + 1 + count * 2;
    for (let peer = at + 1; peer < end; peer += 2) {
      if (code[peer] === ADDRESSES) {
        this.grantAddresses(code[peer + 1], connections, condition);
      } else if (code[peer] === OWN_NAMESPACE) {
        this.addOwn(connections, this.index.select(code[peer + 1], this.match), condition);
      } else {
        this.addShared(connections, this.sources.sets.refOf(this.peersOf(code[peer], code[peer + 1])), condition);
      }
    }
  }

  private grantAddresses(block: BlockRef, connections: ConnectionsRef, condition: RowRef): void {
    const { vocabulary, addresses, populated, sets } = this.sources;
    const atoms = atomsOf(vocabulary.blocks[block], addresses);
    for (let i = 0; i < atoms.length; i += 2) { this.addAtoms(connections, atoms[i], atoms[i + 1], condition); }
    // A block also matches a pod whose address lies in it.
    if (someAreIn(atoms, populated)) { this.addShared(connections, sets.refOf({ block }), condition); }
    this.mayMatchUnknownAddresses ||= NETWORKS.some(network => this.sources.unknownAddresses[this.assumptions].mayBeIn(network, atoms));
  }

  private get assumptions(): keyof UnknownAddressSets { return this.sources.isStrict ? 'all' : 'assumed'; }

  /** Grants a named port of the peers: each number that it means, with the peers for which it means this number. Addresses have no named ports. */
  private grantNamedPortOfPeers(code: Int32Array, at: number, name: string): void {
    const count = code[at];
    if (count === EVERY_PEER) { this.grantNamedPortElsewhere({}, name); }
    const end = at + 1 + count * 2;
    for (let peer = at + 1; peer < end; peer += 2) {
      if (code[peer] === ADDRESSES) {
        this.grantNamedPortElsewhere({ block: code[peer + 1], unknown: this.match === 'possibly' ? this.assumptions : undefined }, name);
      } else if (code[peer] !== OWN_NAMESPACE) {
        this.grantNamedPortElsewhere(this.peersOf(code[peer], code[peer + 1]), name);
      } else {
        const selected = this.index.select(code[peer + 1], this.match);
        for (const [number, classes] of this.index.classesByPortNumber(name)) {
          this.addOwn(this.portOf(name, number), this.index.both(selected, classes), EVERYTHING);
        }
      }
    }
  }

  private grantNamedPortElsewhere(peers: PeerSetQuery, name: string): void {
    this.portNamesElsewhere.add(name);
    for (const number of this.sources.portNumbers.get(name) ?? []) {
      this.addShared(this.portOf(name, number), this.sources.sets.refOf({ ...peers, port: { name, number } }), EVERYTHING);
    }
  }

  /** The connections that a named port means for a pod that gives it this number. */
  private portOf(name: string, number: number): ConnectionsRef {
    const protocol = PROTOCOLS.find(one => name.startsWith(`${one}/`))!;
    if (number !== ANY_NUMBER) { return this.sources.table.range(protocol, number, number); }
    return this.match === 'possibly' ? this.sources.table.range(protocol, 1, 65535) : ConnectionTable.NONE;
  }

  /** The query for pods by selectors. A selector that looks only at the names of namespaces matches surely or not at all. */
  private peersOf(namespaces: SelectorRef, pods: SelectorRef): PeerSetQuery {
    const { match, sources: { vocabulary: { selectors }, isStrict, openKeys, hasOpenNetworks, hasOpenNamespaces } } = this;
    if (match === undefined) { return { namespaces, pods }; }
    return {
      namespaces,
      pods,
      ...(isStrict || hasOpenNamespaces) && looksAtAssumedLabels(selectors[namespaces]) ? { match, assumes: !isStrict } : {},
      ...hasOpenNetworks || mentionsOneOf(selectors[pods], openKeys) ? { podsMatch: match } : {},
    };
  }

  private addOwn(connections: ConnectionsRef, row: RowRef, condition: RowRef): void {
    if (row !== NOTHING) { this.addPods(connections, this.firstWord, this.index.words, row, condition); }
  }

  private addShared(connections: ConnectionsRef, set: PeerSetRef, condition: RowRef): void {
    this.addPods(connections, 0, SHARED, set, condition);
  }

  private addPods(connections: ConnectionsRef, firstWord: number, words: number, row: RowRef, condition: RowRef): void {
    const { podItems } = this;
    podItems.push(connections);
    podItems.push(firstWord);
    podItems.push(words);
    podItems.push(row);
    podItems.push(condition);
  }

  private addAtoms(connections: ConnectionsRef, first: number, end: number, condition: RowRef): void {
    const { atomItems } = this;
    atomItems.push(connections);
    atomItems.push(first);
    atomItems.push(end);
    atomItems.push(condition);
  }
}

/** True if the selector looks at labels of namespaces that are not known if the namespace is not declared. */
export function looksAtAssumedLabels({ requirements }: Selector): boolean {
  return requirements.some(({ key }) => key !== NAMESPACE_NAME_LABEL);
}

function someAreIn(atoms: AtomRanges, populated: ReadonlySet<number>): boolean {
  for (const atom of populated) {
    if (holdsAtom(atoms, atom)) { return true; }
  }
  return false;
}
