import { AddressSpace, AtomRanges, atomsOf, holdsAtom } from '../address-space';
import { bitCount, BitRows, EVERYTHING, lowestBit, NOTHING, RowRef } from './bit-rows';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { NamespaceIndex } from './namespace-index';
import { Match, PeerSetQuery, PeerSetRef, PeerSets, PlacedNamespace } from './peer-sets';
import { IntList, ADDRESSES, EVERYONE, NOT_ISOLATED, OWN_NAMESPACE } from './policy-encoding';
import { BlockRef, PolicyVocabulary, SelectorRef } from './vocabulary';
import { Policy } from '../../cluster/cluster';
import { NAMESPACE_NAME_LABEL, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/** The two directions in which a pod can be isolated. */
export type Direction = 'ingress' | 'egress';

/** Numbers per grant with pods: connections, first word, words, row, condition. */
export const POD_GRANT = 5;

/** Numbers per grant with addresses: connections, first atom, end atom, condition. */
export const ATOM_GRANT = 4;

/** For the words of a grant with pods: its row is the number of a set in PeerSets, and so is its window. */
export const SHARED = -1;

/** For the words of a grant with pods: all there are, of whatever namespace. */
export const ALL_WORDS = 0x7fffffff;

/** A window of words on the line of endpoints, and the row of bits in it. */
export interface Window {
  readonly firstWord: number;
  readonly words: number;
  readonly row: RowRef;
}

/** Which pods the grant with pods is about that is at `at`. */
export function windowOf(items: Int32Array, at: number, { firstWords, words, rows }: PeerSets): Window {
  const row = items[at + 3];
  if (items[at + 2] !== SHARED) { return { firstWord: items[at + 1], words: items[at + 2], row }; }
  return { firstWord: firstWords[row], words: words[row], row: rows[row] };
}

/** Grants of all layers, one behind the other, and where those of each layer end. The last number of each is its condition. */
export interface GrantList {
  readonly items: Int32Array;
  readonly ends: readonly number[];
}

/** The policies of a namespace, in their order, and the same in numbers (policy-code). */
export interface NamespacePolicies {
  readonly policies: readonly Policy[];
  readonly code: Int32Array;
}

/** What layers are made from. */
export interface CompileSources {
  readonly vocabulary: PolicyVocabulary;
  readonly bits: BitRows;
  readonly table: ConnectionTable;
  readonly sets: PeerSets;
  readonly addresses: AddressSpace;
  /** The numbers that ports of a name have anywhere in the cluster. */
  readonly portNumbers: ReadonlyMap<string, readonly number[]>;
  /** Atoms that some pod has an address in. */
  readonly populated: ReadonlySet<number>;
}

/**
 * The policies of a namespace in one direction, one layer each: whom it isolates, and what its rules grant. A
 * grant is a set of connections with a set of pods, or with an interval of atoms. Where a port was named that the
 * subject must have, the grant has a condition: the row of those that have it.
 */
export class CompiledPolicies {
  public readonly index: NamespaceIndex;

  /** The policy of each layer. */
  public readonly policies: Policy[] = [];

  /** The classes that each layer isolates. */
  public readonly subjects: RowRef[] = [];

  public readonly pods: GrantList;
  public readonly atoms: GrantList;

  /** Names of ports that are looked up in pods of other namespaces: what they resolve to may change. */
  public readonly portNamesElsewhere = new Set<string>();

  private readonly firstWord: number;
  private readonly podItems = new IntList(256);
  private readonly atomItems = new IntList(64);

  constructor(
    placed: PlacedNamespace, { policies, code }: NamespacePolicies,
    private readonly direction: Direction, private readonly sources: CompileSources, private readonly match?: Match,
  ) {
    const segment = this.index = placed.index;
    this.firstWord = placed.firstWord;
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
      const row = segment.select(subject);
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

  /** Classes that some layer isolates. */
  public get isolated(): RowRef {
    const { bits } = this.sources;
    if (this.subjects.length === 0) { return NOTHING; }
    if (this.subjects.includes(EVERYTHING)) { return EVERYTHING; }
    const row = bits.copy(this.subjects[0], this.index.words);
    for (const subjects of this.subjects) { bits.or(row, subjects, this.index.words); }
    return row;
  }

  /** How many grants all classes have together. */
  public get total(): number {
    let total = 0;
    for (const [grants, stride] of [[this.pods, POD_GRANT], [this.atoms, ATOM_GRANT]] as const) {
      this.forEachSubjects(grants, stride, word => { total += bitCount(word); });
    }
    return total;
  }

  /** One word of the row of those that have a grant of a layer. */
  public subjectWord(layer: number, condition: RowRef, index: number): number {
    return this.sources.bits.word(this.subjects[layer], index) & this.sources.bits.word(condition, index);
  }

  /** Calls `visit` with each grant of each class: the class, and where the grant is among `grants.items`. */
  public forEachGrant(grants: GrantList, stride: number, visit: (subject: number, at: number) => void): void {
    this.forEachSubjects(grants, stride, (subjects, index, at) => {
      for (let word = subjects; word !== 0; word &= word - 1) { visit((index << 5) + lowestBit(word), at); }
    });
  }

  /** Calls `visit` with each word of each grant's row of subjects. */
  private forEachSubjects(grants: GrantList, stride: number, visit: (word: number, index: number, at: number) => void): void {
    const { items, ends } = grants;
    const last = this.index.words - 1;
    // Behind the last class there is nobody, though a row that holds everything has no end.
    const inLast = -1 >>> (31 - (this.index.classes.length - 1 & 31));
    let at = 0;
    ends.forEach((end, layer) => {
      for (; at < end; at += stride) {
        for (let i = 0; i <= last; i++) {
          const word = this.subjectWord(layer, items[at + stride - 1], i) & (i === last ? inLast : -1);
          if (word !== 0) { visit(word, i, at); }
        }
      }
    });
  }

  /** Reads the rule that is written at a place, and returns the place behind it. */
  private grantRule(code: Int32Array, at: number, subjects: RowRef): number {
    const connections = code[at];
    const firstName = at + 2;
    const peers = firstName + code[at + 1];
    for (let name = firstName; name < peers; name++) { this.grantByName(code, peers, this.sources.vocabulary.portNames[code[name]], subjects); }
    if (connections !== ConnectionTable.NONE) { this.grantPeers(code, peers, connections, EVERYTHING); }
    return peers + 1 + (code[peers] === EVERYONE ? 0 : code[peers] * 2);
  }

  private grantByName(code: Int32Array, peers: number, name: string, subjects: RowRef): void {
    if (this.direction === 'egress') {
      this.grantHolders(code, peers, name);
      return;
    }
    // A name is looked up in the pod that is connected to: here the subject.
    for (const [number, holders] of this.index.holders(name)) {
      if (subjects === EVERYTHING || this.sources.bits.meet(subjects, holders, this.index.words)) {
        this.grantPeers(code, peers, this.portOf(name, number), holders);
      }
    }
  }

  private grantPeers(code: Int32Array, at: number, connections: ConnectionsRef, condition: RowRef): void {
    const count = code[at];
    if (count === EVERYONE) {
      this.addPods(connections, 0, ALL_WORDS, EVERYTHING, condition);
      this.addAtoms(connections, 0, this.sources.addresses.size, condition);
      return;
    }
    const end = at + 1 + count * 2;
    for (let peer = at + 1; peer < end; peer += 2) {
      if (code[peer] === ADDRESSES) {
        this.grantAddresses(code[peer + 1], connections, condition);
      } else if (code[peer] === OWN_NAMESPACE) {
        this.addOwn(connections, this.index.select(code[peer + 1]), condition);
      } else {
        this.addShared(connections, this.sources.sets.number(this.peersOf(code[peer], code[peer + 1])), condition);
      }
    }
  }

  private grantAddresses(block: BlockRef, connections: ConnectionsRef, condition: RowRef): void {
    const { vocabulary: lens, addresses, populated, sets } = this.sources;
    const atoms = atomsOf(lens.blocks[block], addresses);
    for (let i = 0; i < atoms.length; i += 2) { this.addAtoms(connections, atoms[i], atoms[i + 1], condition); }
    // A block is meant for addresses outside, yet matches a pod whose address lies in it.
    if (someAreIn(atoms, populated)) { this.addShared(connections, sets.number({ block }), condition); }
  }

  /** A port by its name, looked up in the peers: each number with those that have it. An address has no names. */
  private grantHolders(code: Int32Array, at: number, name: string): void {
    const count = code[at];
    if (count === EVERYONE) { this.grantHoldersElsewhere({}, name); }
    const end = at + 1 + count * 2;
    for (let peer = at + 1; peer < end; peer += 2) {
      if (code[peer] === ADDRESSES) {
        this.grantHoldersElsewhere({ block: code[peer + 1] }, name);
      } else if (code[peer] !== OWN_NAMESPACE) {
        this.grantHoldersElsewhere(this.peersOf(code[peer], code[peer + 1]), name);
      } else {
        const selected = this.index.select(code[peer + 1]);
        for (const [number, holders] of this.index.holders(name)) {
          this.addOwn(this.portOf(name, number), this.index.both(selected, holders), EVERYTHING);
        }
      }
    }
  }

  private grantHoldersElsewhere(peers: PeerSetQuery, name: string): void {
    this.portNamesElsewhere.add(name);
    for (const number of this.sources.portNumbers.get(name) ?? []) {
      this.addShared(this.portOf(name, number), this.sources.sets.number({ ...peers, port: { name, number } }), EVERYTHING);
    }
  }

  /** The connections that a port of a name is, where it has this number. */
  private portOf(name: string, number: number): ConnectionsRef {
    return this.sources.table.range(PROTOCOLS.find(protocol => name.startsWith(`${protocol}/`))!, number, number);
  }

  /** Pods by selectors. Namespaces that are selected by name alone are never in doubt. */
  private peersOf(namespaces: SelectorRef, pods: SelectorRef): PeerSetQuery {
    const { match } = this;
    return match !== undefined && looksAtAssumedLabels(this.sources.vocabulary.selectors[namespaces]) ? { namespaces, pods, match } : { namespaces, pods };
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

/** True if the selector looks at labels that a namespace has only if it is declared. */
export function looksAtAssumedLabels({ requirements }: Selector): boolean {
  return requirements.some(({ key }) => key !== NAMESPACE_NAME_LABEL);
}

function someAreIn(atoms: AtomRanges, populated: ReadonlySet<number>): boolean {
  for (const atom of populated) {
    if (holdsAtom(atoms, atom)) { return true; }
  }
  return false;
}
