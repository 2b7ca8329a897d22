import { isLabelKnown, isLabelOpen, Namespace } from '../../cluster/cluster';
import { AddressSpace, atomsOf, holdsAtom } from '../address-space';
import { BitRows, EVERYTHING, NOTHING, RowRef } from './bit-rows';
import { Match, NamespaceIndex } from './namespace-index';
import { NETWORKS, UnknownAddressSets } from './unknown-addresses';
import { BlockRef, PolicyVocabulary, SelectorRef } from './vocabulary';

/** The number of a set in PeerSets. */
export type PeerSetRef = number;

/** A query for pods in any namespaces. */
export interface PeerSetQuery {
  /** Selects namespaces; if absent, all of them. */
  readonly namespaces?: SelectorRef;
  /** If absent, every label of a namespace is known or assumed. */
  readonly match?: Match;
  /** With `match`: a namespace that is not declared has no label besides its name. */
  readonly assumes?: boolean;
  /** Selects pods by their labels; if absent, all of them, and those on their node's network too. */
  readonly pods?: SelectorRef;
  /** If absent, `pods` mentions no label with an unknown value. */
  readonly podsMatch?: Match;
  /** Selects pods by an address in a block. */
  readonly block?: BlockRef;
  /** Selects also pods whose address is not known and may be in the block: under the assumption `pod-address`, or without it. */
  readonly unknown?: keyof UnknownAddressSets;
  /** Selects pods that give this number to a port of this name. */
  readonly port?: { readonly name: string; readonly number: number };
}

/** A namespace with its index and its words of the bit space. Class i has the slot `firstWord * 32 + i`. */
export interface IndexedNamespace {
  readonly index: NamespaceIndex;
  readonly namespace: Namespace;
  readonly firstWord: number;
}

/**
 * Sets of pods in any namespaces. Each query is resolved once, however many rules need it. A set has `words[set]` words of the bit space,
 * from `firstWords[set]` on. Its bits are at `rows[set]`.
 */
export class PeerSets {
  public readonly firstWords: number[];
  public readonly words: number[];
  public readonly rows: RowRef[];

  private readonly queries: PeerSetQuery[];
  private readonly refs: Map<string | number, PeerSetRef>;

  private readonly all: readonly number[];

  /** The positions of the namespaces that a query selects, by `namespacesKey`. */
  private readonly selected: Map<string | number, readonly number[]>;

  constructor(
    private readonly vocabulary: PolicyVocabulary, private readonly bits: BitRows, private readonly addresses: AddressSpace,
    private readonly namespaces: readonly IndexedNamespace[], private readonly unknown: UnknownAddressSets,
    before?: PeerSets,
  ) {
    this.firstWords = [...before?.firstWords ?? []];
    this.words = [...before?.words ?? []];
    this.rows = [...before?.rows ?? []];
    this.selected = new Map(before?.selected);
    this.all = [...namespaces.keys()];
    // Every later evaluation shares these.
    this.queries = before?.queries ?? [];
    this.refs = before?.refs ?? new Map();
  }

  /**
   * The same sets after some namespaces got other pods, other words or other labels. `changed` are their positions. A set that has the same
   * pods in these namespaces is kept.
   */
  public updated(
    namespaces: readonly IndexedNamespace[], changed: readonly number[], addresses: AddressSpace, unknownAddresses: UnknownAddressSets,
  ): PeerSets {
    const after = new PeerSets(this.vocabulary, this.bits, addresses, namespaces, unknownAddresses, this);
    const affected = new Map<string | number, readonly number[]>([[namespacesKey({}), changed]]);
    for (const [key, before] of this.selected) {
      const query = this.queryOf(key);
      const now = changed.filter(i => after.isSelected(query, i));
      affected.set(key, changed.filter(i => before.includes(i) || now.includes(i)));
      after.selected.set(key, [...before.filter(i => !changed.includes(i)), ...now]);
    }
    this.queries.forEach((query, set) => {
      // A set that only another evaluation has resolved is resolved when it is needed.
      if (this.rows[set] !== undefined && affected.get(namespacesKey(query))!.some(i => !this.isSameIn(query, i, after))) { after.resolve(set); }
    });
    return after;
  }

  /** The set for a query. */
  public refOf(query: PeerSetQuery): PeerSetRef {
    const key = keyOf(query);
    let number = this.refs.get(key);
    if (number === undefined) {
      number = this.queries.push(query) - 1;
      this.refs.set(key, number);
    }
    // Perhaps only another evaluation that shares the numbers has resolved this query.
    if (this.rows[number] === undefined) { this.resolve(number); }
    return number;
  }

  private resolve(set: PeerSetRef): void {
    const query = this.queries[set];
    const found: { namespace: IndexedNamespace; row: RowRef }[] = [];
    let first = Infinity;
    let end = 0;
    for (const position of this.namespacesOf(query)) {
      const namespace = this.namespaces[position];
      const row = this.rowIn(namespace.index, query);
      if (row === NOTHING) { continue; }
      found.push({ namespace, row });
      first = Math.min(first, namespace.firstWord);
      end = Math.max(end, namespace.firstWord + namespace.index.words);
    }
    if (found.length === 0) {
      this.firstWords[set] = this.words[set] = 0;
      this.rows[set] = NOTHING;
      return;
    }
    this.firstWords[set] = first;
    this.words[set] = end - first;
    // A set of pods of one namespace uses the row of that namespace.
    this.rows[set] = found.length === 1 ? found[0].row : this.join(found, first, end - first);
  }

  private join(found: readonly { namespace: IndexedNamespace; row: RowRef }[], first: number, words: number): RowRef {
    const set = this.bits.allocate(words);
    for (const { namespace: { index, firstWord }, row } of found) {
      const at = set + firstWord - first;
      if (row === EVERYTHING) {
        for (let i = 0; i < index.classes.length; i++) { this.bits.add(at, i); }
      } else {
        this.bits.or(at, row, index.words);
      }
    }
    return set;
  }

  /** True if a namespace has the same slots in the set as before. */
  private isSameIn(query: PeerSetQuery, position: number, after: PeerSets): boolean {
    const [old, now] = [this.namespaces[position], after.namespaces[position]];
    const oldRow = this.namespacesOf(query).includes(position) ? this.rowIn(old.index, query) : NOTHING;
    const nowRow = after.namespacesOf(query).includes(position) ? after.rowIn(now.index, query) : NOTHING;
    if (oldRow === NOTHING && nowRow === NOTHING) { return true; }
    const { words, classes } = now.index;
    // A namespace with as many classes as before has the same words. The rows EVERYTHING and NOTHING have no words to compare.
    const isSameRow = oldRow === nowRow || Math.min(oldRow, nowRow) >= 0 && this.bits.equal(oldRow, nowRow, words);
    return isSameRow && old.index.classes.length === classes.length;
  }

  private rowIn(index: NamespaceIndex, { pods, podsMatch, port, block, unknown }: PeerSetQuery): RowRef {
    const row = block !== undefined ? this.rowOfBlock(index, block, unknown)
      : pods === undefined ? EVERYTHING : index.select(pods, podsMatch);
    return port === undefined ? row : index.both(row, index.classesByPortNumber(port.name).get(port.number) ?? NOTHING);
  }

  private rowOfBlock(index: NamespaceIndex, block: BlockRef, unknown: PeerSetQuery['unknown']): RowRef {
    const atoms = atomsOf(this.vocabulary.blocks[block], this.addresses);
    const networks = unknown === undefined ? [] : NETWORKS.filter(network => this.unknown[unknown].mayBeIn(network, atoms));
    return joined([
      ...[...index.byAtom].filter(([atom]) => holdsAtom(atoms, atom)).map(([, row]) => row),
      ...networks.map(network => index.withoutAddress(network)),
    ], index, this.bits);
  }

  /** The positions of the namespaces that a query selects. */
  private namespacesOf(query: PeerSetQuery): readonly number[] {
    if (query.namespaces === undefined) { return this.all; }
    const key = namespacesKey(query);
    let selected = this.selected.get(key);
    if (selected === undefined) {
      const selector = this.vocabulary.selectors[query.namespaces];
      const isSelected = query.match === undefined
        ? (i: number) => selector.matches(this.namespaces[i].namespace.labels)
        : (i: number) => this.isSelected(query, i);
      selected = this.all.filter(isSelected);
      this.selected.set(key, selected);
    }
    return selected;
  }

  private isSelected({ namespaces, match, assumes }: PeerSetQuery, position: number): boolean {
    const selector = this.vocabulary.selectors[namespaces!];
    const { namespace } = this.namespaces[position];
    if (match === undefined) { return selector.matches(namespace.labels); }
    const isKnown = (key: string) => assumes === true ? !isLabelOpen(namespace, key) : isLabelKnown(namespace, key);
    return match === 'surely' ? selector.surelyMatches(namespace.labels, isKnown) : selector.couldMatch(namespace.labels, isKnown);
  }

  /** The first query with this key. */
  private queryOf(key: string | number): PeerSetQuery {
    return this.queries.find(query => namespacesKey(query) === key)!;
  }
}

/** The same for queries that select the same namespaces. */
function namespacesKey({ namespaces = -1, match, assumes }: Pick<PeerSetQuery, 'namespaces' | 'match' | 'assumes'>): string | number {
  return match === undefined ? namespaces : `${namespaces} ${match} ${assumes}`;
}

function keyOf(query: PeerSetQuery): string | number {
  const { namespaces = -1, pods = -1, block, port, match, assumes, podsMatch, unknown } = query;
  return block === undefined && port === undefined && match === undefined && podsMatch === undefined
    ? namespaces * 2 ** 26 + pods
    : `${namespaces} ${match} ${assumes} ${pods} ${podsMatch} ${block} ${unknown} ${port?.name} ${port?.number}`;
}

/** The union of rows of a namespace. */
function joined(rows: readonly RowRef[], index: NamespaceIndex, bits: BitRows): RowRef {
  const some = rows.filter(row => row !== NOTHING);
  if (some.includes(EVERYTHING)) { return EVERYTHING; }
  if (some.length <= 1) { return some[0] ?? NOTHING; }
  const row = bits.allocate(index.words);
  for (const one of some) { bits.or(row, one, index.words); }
  return row;
}
