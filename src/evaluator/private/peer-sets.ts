import { isLabelKnown, Namespace } from '../../cluster/cluster';
import { AddressSpace, AtomRanges, atomsOf, holdsAtom } from '../address-space';
import { BitRows, EVERYTHING, NOTHING, RowRef } from './bit-rows';
import { NamespaceIndex } from './namespace-index';
import { BlockRef, PolicyVocabulary, SelectorRef } from './vocabulary';

/** The number of a set in a PeerSets. */
export type PeerSetRef = number;

/** Which namespaces a selector means, if labels of namespaces are not known: those that it surely matches, or those that it may match. */
export type Match = 'surely' | 'possibly';

/** Pods of other namespaces, as a policy may mean them. */
export interface PeerSetQuery {
  /** Of which namespaces; absent: of all. */
  readonly namespaces?: SelectorRef;
  /** Absent: a namespace that is not declared has no label besides its name. */
  readonly match?: Match;
  /** By which labels; absent: by none, so that pods on a node's network are meant too. */
  readonly pods?: SelectorRef;
  /** By addresses in a block instead. */
  readonly block?: BlockRef;
  /** Only those that have this number for a port of this name. */
  readonly port?: { readonly name: string; readonly number: number };
}

/** Where a segment's classes are on the line of endpoints. */
export interface PlacedNamespace {
  readonly index: NamespaceIndex;
  readonly namespace: Namespace;
  /** The word that its rows begin with. */
  readonly firstWord: number;
}

/**
 * Sets of pods across namespaces, each worked out once however many rules mean it. A set is a window of words on the
 * line of endpoints: `words[set]` from `firstWords[set]` on, their bits at `rows[set]`.
 */
export class PeerSets {
  public readonly firstWords: number[];
  public readonly words: number[];
  public readonly rows: RowRef[];

  private readonly questions: PeerSetQuery[];
  private readonly numbers: Map<string | number, PeerSetRef>;

  /** The numbers of all segments. */
  private readonly all: readonly number[];

  /** By the selectors of namespaces that were asked for: the numbers of the segments that they select. */
  private readonly namespaces: Map<string | number, readonly number[]>;

  constructor(
    private readonly lens: PolicyVocabulary, private readonly bits: BitRows, private readonly addresses: AddressSpace,
    private readonly placed: readonly PlacedNamespace[],
    before?: PeerSets,
  ) {
    this.firstWords = [...before?.firstWords ?? []];
    this.words = [...before?.words ?? []];
    this.rows = [...before?.rows ?? []];
    this.namespaces = new Map(before?.namespaces);
    this.all = [...placed.keys()];
    // These say the same of every cluster.
    this.questions = before?.questions ?? [];
    this.numbers = before?.numbers ?? new Map();
  }

  /**
   * The same sets where some segments have other pods, another place or other labels of their namespace. Sets that
   * this makes no difference to are kept.
   */
  public updated(placed: readonly PlacedNamespace[], changed: readonly number[], addresses: AddressSpace): PeerSets {
    const after = new PeerSets(this.lens, this.bits, addresses, placed, this);
    const concerned = new Map<string | number, readonly number[]>([[namespacesKey({}), changed]]);
    for (const [key, before] of this.namespaces) {
      const query = this.queryOf(key);
      const now = changed.filter(i => after.isMeant(query, i));
      concerned.set(key, changed.filter(i => before.includes(i) || now.includes(i)));
      after.namespaces.set(key, [...before.filter(i => !changed.includes(i)), ...now]);
    }
    this.questions.forEach((question, set) => {
      if (concerned.get(namespacesKey(question))!.some(i => !this.isSameIn(question, i, after))) { after.workOut(set); }
    });
    return after;
  }

  /** The set that a question asks for. */
  public number(question: PeerSetQuery): PeerSetRef {
    const key = keyOf(question);
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.questions.push(question) - 1;
      this.numbers.set(key, number);
    }
    // Another evaluation that shares the numbers may have asked first.
    if (this.rows[number] === undefined) { this.workOut(number); }
    return number;
  }

  private workOut(set: PeerSetRef): void {
    const question = this.questions[set];
    const found: { placed: PlacedNamespace; row: RowRef }[] = [];
    let first = Infinity;
    let end = 0;
    for (const index of this.among(question)) {
      const placed = this.placed[index];
      const row = this.rowIn(placed.index, question);
      if (row === NOTHING) { continue; }
      found.push({ placed, row });
      first = Math.min(first, placed.firstWord);
      end = Math.max(end, placed.firstWord + placed.index.words);
    }
    if (found.length === 0) {
      this.firstWords[set] = this.words[set] = 0;
      this.rows[set] = NOTHING;
      return;
    }
    this.firstWords[set] = first;
    this.words[set] = end - first;
    // Of one namespace it is that namespace's own row.
    this.rows[set] = found.length === 1 ? found[0].row : this.assembled(found, first, end - first);
  }

  private assembled(found: readonly { placed: PlacedNamespace; row: RowRef }[], first: number, words: number): RowRef {
    const set = this.bits.allocate(words);
    for (const { placed: { index: segment, firstWord }, row } of found) {
      const at = set + firstWord - first;
      if (row === EVERYTHING) {
        for (let index = 0; index < segment.classes.length; index++) { this.bits.add(at, index); }
      } else {
        this.bits.or(at, row, segment.words);
      }
    }
    return set;
  }

  /** True where a segment has its place and its share in a set as before. */
  private isSameIn(question: PeerSetQuery, index: number, after: PeerSets): boolean {
    const [old, now] = [this.placed[index], after.placed[index]];
    const oldRow = this.among(question).includes(index) ? this.rowIn(old.index, question) : NOTHING;
    const nowRow = after.among(question).includes(index) ? after.rowIn(now.index, question) : NOTHING;
    if (oldRow === NOTHING && nowRow === NOTHING) { return true; }
    const { words, classes } = now.index;
    // A row without words equals itself alone.
    return (oldRow === nowRow || Math.min(oldRow, nowRow) >= 0 && this.bits.equal(oldRow, nowRow, words))
      && old.firstWord === now.firstWord && old.index.classes.length === classes.length;
  }

  private rowIn(segment: NamespaceIndex, { pods, port, block }: PeerSetQuery): RowRef {
    const row = block !== undefined ? rowOfAtoms(segment, atomsOf(this.lens.blocks[block], this.addresses), this.bits)
      : pods === undefined ? EVERYTHING : segment.select(pods);
    return port === undefined ? row : segment.both(row, segment.holders(port.name).get(port.number) ?? NOTHING);
  }

  /** The namespaces that a query means, by their numbers. */
  private among(query: PeerSetQuery): readonly number[] {
    if (query.namespaces === undefined) { return this.all; }
    const key = namespacesKey(query);
    let meant = this.namespaces.get(key);
    if (meant === undefined) {
      const selector = this.lens.selectors[query.namespaces];
      meant = this.all.filter(query.match === undefined ? i => selector.matches(this.placed[i].namespace.labels) : i => this.isMeant(query, i));
      this.namespaces.set(key, meant);
    }
    return meant;
  }

  private isMeant({ namespaces, match }: PeerSetQuery, index: number): boolean {
    const selector = this.lens.selectors[namespaces!];
    const { namespace } = this.placed[index];
    if (match === undefined) { return selector.matches(namespace.labels); }
    const isKnown = (key: string) => isLabelKnown(namespace, key);
    return match === 'surely' ? selector.surelyMatches(namespace.labels, isKnown) : selector.couldMatch(namespace.labels, isKnown);
  }

  /** The first query that means the same namespaces. */
  private queryOf(key: string | number): PeerSetQuery {
    return this.questions.find(query => namespacesKey(query) === key)!;
  }
}

/** Equal for queries that mean the same namespaces. */
function namespacesKey({ namespaces = -1, match }: Pick<PeerSetQuery, 'namespaces' | 'match'>): string | number {
  return match === undefined ? namespaces : `${namespaces} ${match}`;
}

function keyOf(query: PeerSetQuery): string | number {
  const { namespaces = -1, pods = -1, block, port, match } = query;
  return block === undefined && port === undefined && match === undefined
    ? namespaces * 2 ** 26 + pods
    : `${namespaces} ${match} ${pods} ${block} ${port?.name} ${port?.number}`;
}

function rowOfAtoms(segment: NamespaceIndex, atoms: AtomRanges, bits: BitRows): RowRef {
  const rows: RowRef[] = [];
  for (const [atom, row] of segment.byAtom) {
    if (holdsAtom(atoms, atom)) { rows.push(row); }
  }
  if (rows.length <= 1) { return rows[0] ?? NOTHING; }
  const row = bits.allocate(segment.words);
  for (const one of rows) { bits.or(row, one, segment.words); }
  return row;
}
