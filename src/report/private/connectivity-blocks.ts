import { bySource, isGroup, MatrixEnd, Row, rowOfGroup, splitRows, withGroups } from './matrix-rows';
import { DisplayNames, PodsEnd } from './names';
import { groupOutside, OutsideGroup, OutsideRow } from './outside-ranges';
import { passingText, Reasons } from './passing';
import { Workload } from '../../cluster/cluster';
import { withCommas } from '../../findings/enumeration';
import { ConnectivityList, Passing, samePassing } from '../../query/connectivity';
import { Layout } from '../layout';

/*
 * A list of connections as blocks of lines, one for each source. Sources with the same lines share a block, and one line stands for all workloads, or for
 * all of a namespace, that a source reaches on the same connections.
 */

/** Fewer workloads than this are named one by one. */
const MIN_FOLDED = 4;

/** Blocks wait for further sources with the same lines, until the lines of all that wait have this many characters. */
const MAX_WAITING = 8_000_000;

/** The blocks of a list. */
export function connectivityBlocks(list: ConnectivityList, layout: Layout): Iterable<string> {
  return new BlockWriter(list, layout).all();
}

class BlockWriter {
  private readonly names: DisplayNames;
  private readonly reasons = new Reasons();
  private readonly everyone: Members;
  private readonly namespaces: ReadonlyMap<string, Members>;

  /** The sources of each block that waits, by its lines. */
  private readonly waiting = new Map<string, PodsEnd[]>();
  private size = 0;

  /** Most sources reach the same addresses as the one before, and there may be thousands of ranges. */
  private lastOutside: { readonly rows: readonly OutsideRow[]; readonly cells: ReadonlyMap<OutsideGroup, Passing> } = { rows: [], cells: new Map() };

  constructor(private readonly list: ConnectivityList, private readonly layout: Layout) {
    const { workloads } = list;
    this.names = new DisplayNames(workloads);
    this.everyone = new Members(workloads, '');
    this.namespaces = new Map(byNamespace(workloads).map(([namespace, ends]) => [namespace, new Members(ends, ` of ${namespace}`)]));
  }

  public *all(): Iterable<string> {
    let isEmpty = true;
    for (const text of this.blocks()) {
      if (isEmpty) { yield 'Each name connects to those below it on the ports shown (all: every port of every protocol).\n'; }
      isEmpty = false;
      yield text;
    }
    if (isEmpty) { yield 'There is no such connection.\n'; }
    const legend = this.reasons.legend();
    if (legend.length > 0) { yield `\n${legend.join('\n')}\n`; }
  }

  private *blocks(): Iterable<string> {
    const { workloads, connections, filter } = this.list;
    const fromOutside: OutsideRow[] = [];
    // Rows and workloads are in the same order. A workload without a connection has a block too, unless nobody asked about it.
    let next = 0;
    const silent = function* (until?: PodsEnd): Iterable<Row> {
      for (; next < workloads.length && workloads[next] !== until; next++) {
        if (filter?.names(workloads[next]) !== false) { yield { source: workloads[next], cells: new Map() }; }
      }
    };
    for (const { source, rows } of bySource(connections)) {
      const { internal, egress, ingress } = splitRows(rows);
      if (source.kind === 'addresses') {
        fromOutside.push(...ingress);
        continue;
      }
      for (const row of silent(source)) { yield* this.wait(row); }
      next++;
      yield* this.wait({ source, cells: withGroups(internal.get(source), this.outsideOf(egress)) });
    }
    for (const row of silent()) { yield* this.wait(row); }
    yield* this.waitingBlocks();
    for (const group of groupOutside(fromOutside)) { yield this.block([group.label], this.linesOf(rowOfGroup(group))); }
  }

  /** The groups of addresses that a source reaches. A block is about one source, so addresses need not be cut where other sources differ. */
  private outsideOf(rows: readonly OutsideRow[]): ReadonlyMap<OutsideGroup, Passing> {
    const { rows: before, cells: known } = this.lastOutside;
    const isSame = rows.length === before.length && rows.every(({ range, connections, undecided }, i) =>
      range === before[i].range && connections === before[i].connections && undecided === before[i].undecided);
    if (isSame) { return known; }
    const cells = new Map(groupOutside(rows).map(group => [group, group.passing.get(rows[0].workload)!]));
    this.lastOutside = { rows, cells };
    return cells;
  }

  /** Adds a source to the block with its lines. */
  private *wait(row: Row): Iterable<string> {
    const lines = this.linesOf(row);
    const sources = this.waiting.get(lines);
    if (sources !== undefined) {
      sources.push(row.source as PodsEnd);
      return;
    }
    this.waiting.set(lines, [row.source as PodsEnd]);
    this.size += lines.length;
    if (this.size > MAX_WAITING) { yield* this.waitingBlocks(); }
  }

  private *waitingBlocks(): Iterable<string> {
    for (const [lines, sources] of this.waiting) { yield this.block(this.titles(sources), lines); }
    this.waiting.clear();
    this.size = 0;
  }

  private block(titles: readonly string[], lines: string): string {
    return `\n${titles.map(title => `${this.layout.style.heading(title)}\n`).join('')}${lines}`;
  }

  /** The names of sources. A namespace of which all are there has one title. */
  private titles(sources: readonly PodsEnd[]): string[] {
    const everyone = this.everyone.title(sources);
    if (everyone !== undefined) { return [everyone]; }
    return byNamespace(sources).flatMap(([namespace, ends]) => this.namespaces.get(namespace)!.title(ends) ?? ends.map(end => this.names.of(end)));
  }

  /** The lines of a block. */
  private linesOf({ source, cells }: Row): string {
    const { style } = this.layout;
    if (cells.size === 0) { return `    ${style.faint('nothing')}\n`; }
    const entries = this.entriesOf({ source, cells });
    const width = entries.reduce((most, { text }) => Math.max(most, text.length), 0);
    return entries.map(({ name, text, isUndecided }) =>
      `    ${isUndecided ? style.answer('undecided', text) : text}${' '.repeat(width - text.length)}   ${name}\n`).join('');
  }

  /** What each line says: whom the source reaches, and on what. */
  private entriesOf({ source, cells }: Row): Entry[] {
    const ends = [...cells.keys()].filter((end): end is PodsEnd => !isGroup(end));
    const whole = this.everyone.fold(source, ends, cells);
    const folds = whole !== undefined ? [whole]
      : byNamespace(ends).flatMap(([namespace, some]) => this.namespaces.get(namespace)!.fold(source, some, cells) ?? []);
    const foldOf = new Map<MatrixEnd, Fold>();
    for (const fold of folds) { for (const end of fold.ends) { foldOf.set(end, fold); } }
    const told = new Set<Fold>();
    const own: Entry[] = [];
    const others: Entry[] = [];
    for (const [end, passing] of cells) {
      const fold = foldOf.get(end);
      if (fold !== undefined && told.has(fold)) { continue; }
      if (fold !== undefined) { told.add(fold); }
      this.reasons.add(passing.undecided);
      const isUndecided = passing.undecided.length > 0;
      const text = passingText(passing);
      if (fold === undefined && end === source) { own.push({ name: 'its own replicas', text, isUndecided }); continue; }
      others.push({ name: fold?.label ?? (isGroup(end) ? end.label : this.names.of(end)), text, isUndecided });
    }
    return [...own, ...others];
  }
}

/** A line of a block. */
interface Entry {
  readonly name: string;
  readonly text: string;
  readonly isUndecided: boolean;
}

/** Destinations that share a line. */
interface Fold {
  readonly label: string;
  readonly ends: readonly PodsEnd[];
}

/** All workloads of the list, or those of a namespace. */
class Members {
  private readonly workloads: ReadonlySet<Workload>;

  /** @param where `''`, or `' of NAMESPACE'` */
  constructor(private readonly ends: readonly PodsEnd[], private readonly where: string) {
    this.workloads = new Set(ends.map(({ workload }) => workload));
  }

  /** The title for these sources, if they are all of the members, and enough of them. */
  public title(sources: readonly PodsEnd[]): string | undefined {
    return sources.length === this.ends.length && this.workloads.size >= MIN_FOLDED ? this.label('every', this.workloads.size) : undefined;
  }

  /** The line for the members that a source reaches, if it reaches each of them on the same connections. */
  public fold(source: MatrixEnd, reached: readonly PodsEnd[], cells: Row['cells']): Fold | undefined {
    // Most sources reach too few workloads.
    if (reached.length < MIN_FOLDED - 1) { return undefined; }
    const self = isGroup(source) ? undefined : source.workload;
    const isMember = self !== undefined && this.workloads.has(self);
    const others = isMember ? reached.filter(({ workload }) => workload !== self) : reached;
    const count = isMember ? this.ends.reduce((sum, { workload }) => workload === self ? sum : sum + 1, 0) : this.ends.length;
    if (others.length === 0 || others.length !== count) { return undefined; }
    const first = cells.get(others[0])!;
    if (!others.every(end => samePassing(cells.get(end)!, first))) { return undefined; }
    const own = cells.get(source);
    const hasSelf = isMember && own !== undefined && reached.length === others.length + 1 && samePassing(own, first);
    const size = this.workloads.size - (isMember && !hasSelf ? 1 : 0);
    if (size < MIN_FOLDED) { return undefined; }
    return { label: this.label(isMember && !hasSelf ? 'every other' : 'every', size), ends: hasSelf ? reached : others };
  }

  private label(which: string, count: number): string {
    return `${which} workload${this.where} (${withCommas(count)})`;
  }
}

function byNamespace(ends: readonly PodsEnd[]): [string, PodsEnd[]][] {
  const groups = new Map<string, PodsEnd[]>();
  for (const end of ends) {
    const { namespace } = end.workload;
    const known = groups.get(namespace);
    if (known === undefined) { groups.set(namespace, [end]); } else { known.push(end); }
  }
  return [...groups];
}
