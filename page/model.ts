import type { PageCluster, PageService, PageTarget } from '../src/report/page-document';
import { includes, type Ports } from './ports';

export type Verdict = 'yes' | 'no' | 'undecided';

/** What the filters ask for. */
export interface Filter {
  readonly namespace: string;
  readonly from: string;
  readonly to: string;
  readonly ports?: Ports;
  readonly verdict: '' | 'yes' | 'all' | 'undecided' | 'no';
}

/** One row or column of the matrix as it is shown. */
export type Item =
  | { readonly kind: 'namespace'; readonly namespace: number; readonly isOpen: boolean }
  | { readonly kind: 'end'; readonly at: number; readonly namespace?: number }
  | { readonly kind: 'service'; readonly at: number };

/** What a cell of the matrix shows. */
export interface Cell {
  readonly verdict: Verdict;
  readonly ports: Ports;
  readonly undecided: readonly number[];
  /** For a namespace: how many pairs have a connection, of how many; and how many are denied, if the filter asks for them. */
  readonly count?: { readonly yes: number; readonly undecided: number; readonly of: number; readonly denied?: number };
}

export const NO: Cell = { verdict: 'no', ports: [], undecided: [] };

function readRuns(text: string, size: number): Int32Array {
  return text === '' ? new Int32Array(0) : Int32Array.from(text.split(/[;,]/), Number).slice(0, text.split(';').length * size);
}

/** A cluster of the document, with its runs read. */
export class ClusterModel {
  public readonly rowCount: number;
  public readonly columnCount: number;
  private readonly rows: readonly Int32Array[];
  private readonly sets: (ReadonlySet<number> | undefined)[] = [];
  private readonly byRef = new Map<string, number>();
  private readonly texts: readonly string[];
  private readonly cells: readonly Cell[];

  constructor(public readonly data: PageCluster) {
    this.rowCount = data.ends.length + data.sources.length;
    this.columnCount = data.ends.length + data.targets.length;
    this.rows = data.rows.map(row => readRuns(row, 3));
    this.texts = data.ends.map(({ ref, kind, labels }) => `${ref} ${kind} ${labels}`.toLowerCase());
    this.cells = data.connections.map(({ ports, undecided = [] }) => ({ verdict: ports.length > 0 ? 'yes' : 'undecided', ports, undecided }));
    data.ends.forEach(({ ref }, i) => this.byRef.set(ref, i));
  }

  /** The number of a row or column by its permanent name. */
  public rowByRef(ref: string): number | undefined { return this.byRef.get(ref) ?? this.outsideByRef(ref, this.data.sources); }
  public columnByRef(ref: string): number | undefined { return this.byRef.get(ref) ?? this.outsideByRef(ref, this.data.targets); }

  public rowName(row: number): string { return this.data.ends[row]?.ref ?? this.data.sources[row - this.data.ends.length].label; }
  public columnName(column: number): string { return this.data.ends[column]?.ref ?? this.data.targets[column - this.data.ends.length].label; }

  /** True if a workload has one pod only, so that it has no connection with itself. */
  public isSelf(row: number, column: number): boolean {
    return row === column && row < this.data.ends.length && this.data.ends[row].several !== true;
  }

  public cell(row: number, column: number): Cell {
    const runs = this.runs(row);
    const at = this.firstRun(runs, column);
    return at < runs.length && runs[at] <= column ? this.cells[runs[at + 2]] : NO;
  }

  /** Runs of columns with the same connections: the first column, their number, and the connections. */
  public runs(row: number): Int32Array { return this.rows[this.data.rowOf[row]]; }

  /** The start of the first run that ends after a column. */
  public firstRun(runs: Int32Array, column: number): number {
    let [low, high] = [0, runs.length / 3];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[3 * middle] + runs[3 * middle + 1] <= column) { low = middle + 1; } else { high = middle; }
    }
    return 3 * low;
  }

  /** The connections with this number. */
  public connections(number: number): Cell { return this.cells[number]; }

  /** Whether an end reaches every endpoint of a Service on one of its ports at least, as `netpol can-reach --to svc/…` says. */
  public serviceCell(row: number, service: PageService): Cell {
    const byEndpoint = new Map<string, Verdict>();
    for (const target of service.targets) {
      const key = target.column === undefined ? `${target.name}` : `${target.column}${target.name ?? ''}`;
      const own = this.targetVerdict(row, target);
      const known = byEndpoint.get(key);
      if (known === undefined || rank(own) > rank(known)) { byEndpoint.set(key, own); }
    }
    const all = [...byEndpoint.values()];
    const verdict = all.length === 0 || all.includes('no') ? 'no' : all.includes('undecided') ? 'undecided' : 'yes';
    return { verdict, ports: [], undecided: [] };
  }

  /** Whether an end reaches one port of one endpoint of a Service. */
  public targetVerdict(row: number, { column, ports, doubt }: PageTarget): Verdict {
    const open = (verdict: Verdict): Verdict => verdict === 'no' && doubt !== undefined ? 'undecided' : verdict;
    // A pod reaches itself, whatever policies say.
    if (column !== undefined && this.isSelf(row, column)) { return 'yes'; }
    const cell = column === undefined ? NO : this.cell(row, column);
    const isCovered = ports === undefined ? cell.ports.length > 0 : includes(cell.ports, ports);
    return open(isCovered ? 'yes' : cell.undecided.length > 0 ? 'undecided' : 'no');
  }

  /** The set of ends with this number. */
  public set(number: number): ReadonlySet<number> {
    const known = this.sets[number];
    if (known !== undefined) { return known; }
    const runs = readRuns(this.data.sets[number], 2);
    const set = new Set<number>();
    for (let k = 0; k < runs.length; k += 2) {
      for (let i = 0; i < runs[k + 1]; i++) { set.add(runs[k] + i); }
    }
    return this.sets[number] = set;
  }

  /** The rows and columns that the filter leaves, as flags. */
  public filtered(filter: Filter): { readonly rows: Uint8Array; readonly columns: Uint8Array } {
    const rows = this.named(this.rowCount, filter.from, this.data.sources);
    const columns = this.named(this.columnCount, filter.to, this.data.targets);
    if (filter.namespace !== '') { this.keepPartners(filter, rows, columns); }
    return filter.ports === undefined && filter.verdict === '' ? { rows, columns } : this.withMatch(filter, rows, columns);
  }

  /** True if a cell is what the port and the verdict of the filter ask for. */
  public matches({ ports, verdict }: Pick<Filter, 'ports' | 'verdict'>, cell: Cell): boolean {
    const isOpen = ports === undefined ? cell.ports.length > 0 : includes(cell.ports, ports);
    switch (verdict) {
      case 'yes': return isOpen;
      case 'all': return cell.ports.length === 6 && isOpen;
      case 'undecided': return cell.undecided.length > 0 && !(ports !== undefined && isOpen);
      case 'no': return !isOpen && cell.undecided.length === 0;
      default: return isOpen || cell.undecided.length > 0;
    }
  }

  private outsideByRef(ref: string, all: PageCluster['sources']): number | undefined {
    const at = all.findIndex(({ label }) => label === ref);
    return at < 0 ? undefined : this.data.ends.length + at;
  }

  private named(length: number, text: string, outside: PageCluster['sources']): Uint8Array {
    const flags = new Uint8Array(length);
    const words = text.toLowerCase().split(/\s+/).filter(word => word !== '');
    const has = (all: string) => words.every(word => all.includes(word));
    const { ends } = this.data;
    for (let i = 0; i < length; i++) { flags[i] = has(this.texts[i] ?? outside[i - ends.length].label.toLowerCase()) ? 1 : 0; }
    return flags;
  }

  /** With a namespace, the pairs of which one end is in it. */
  private keepPartners({ namespace }: Filter, rows: Uint8Array, columns: Uint8Array): void {
    const at = this.data.namespaces.findIndex(({ name }) => name === namespace);
    if (at < 0) { return; }
    const { first, count } = this.data.namespaces[at];
    const isOwn = (i: number) => i >= first && i < first + count;
    const [partnerRows, partnerColumns] = [new Uint8Array(rows.length), new Uint8Array(columns.length)];
    for (let row = 0; row < rows.length; row++) {
      const runs = this.runs(row);
      for (let k = 0; k < runs.length; k += 3) {
        const [start, end] = [runs[k], runs[k] + runs[k + 1]];
        if (start < first + count && end > first) { partnerRows[row] = 1; }
        if (isOwn(row)) { partnerColumns.fill(1, start, end); }
      }
    }
    for (let i = 0; i < rows.length; i++) { if (!isOwn(i) && partnerRows[i] === 0) { rows[i] = 0; } }
    for (let i = 0; i < columns.length; i++) { if (!isOwn(i) && partnerColumns[i] === 0) { columns[i] = 0; } }
  }

  /** The rows and columns that have a match. A pod and itself are no pair. */
  private withMatch(filter: Filter, rows: Uint8Array, columns: Uint8Array): { rows: Uint8Array; columns: Uint8Array } {
    const isMatch = this.cells.map(cell => this.matches(filter, cell));
    const isNo = this.matches(filter, NO);
    // The number of wanted columns before each column.
    const before = new Int32Array(columns.length + 1);
    for (let i = 0; i < columns.length; i++) { before[i + 1] = before[i] + columns[i]; }
    const keptRows = new Uint8Array(rows.length);
    // Where more rows, or fewer, begin to match, and to have a run.
    const found = new Int32Array(columns.length + 1);
    const covered = new Int32Array(columns.length + 1);
    let rowCount = 0;
    for (let row = 0; row < rows.length; row++) {
      if (rows[row] === 0) { continue; }
      rowCount++;
      const self = this.isSelf(row, row) ? row : -1;
      const runs = this.runs(row);
      let matching = 0;
      let left = before[columns.length] - (self >= 0 ? columns[self] : 0);
      const add = (start: number, end: number, isFound: boolean) => {
        const wanted = before[end] - before[start];
        left -= wanted;
        covered[start]++;
        covered[end]--;
        if (!isFound) { return; }
        matching += wanted;
        found[start]++;
        found[end]--;
      };
      for (let k = 0; k < runs.length; k += 3) {
        const [start, end, isFound] = [runs[k], runs[k] + runs[k + 1], isMatch[runs[k + 2]]];
        if (self < start || self >= end) { add(start, end, isFound); continue; }
        add(start, self, isFound);
        add(self + 1, end, isFound);
      }
      if (self >= 0) {
        covered[self]++;
        covered[self + 1]--;
      }
      if (matching > 0 || (isNo && left > 0)) { keptRows[row] = 1; }
    }
    const keptColumns = new Uint8Array(columns.length);
    let [matching, covering] = [0, 0];
    for (let i = 0; i < columns.length; i++) {
      matching += found[i];
      covering += covered[i];
      keptColumns[i] = columns[i] === 1 && (matching > 0 || (isNo && covering < rowCount)) ? 1 : 0;
    }
    return { rows: keptRows, columns: keptColumns };
  }

  /** The rows or columns to show: a header for each namespace, its ends if it is open, and addresses outside. */
  public items(flags: Uint8Array, isOpen: (namespace: number) => boolean, services?: (service: PageService) => boolean): Item[] {
    const items: Item[] = [];
    const { ends, namespaces } = this.data;
    const ofNamespace = services === undefined ? new Map<string, number[]>() : this.servicesByNamespace();
    namespaces.forEach(({ name, first, count }, namespace) => {
      const own: Item[] = [];
      for (let at = first; at < first + count; at++) { if (flags[at] === 1) { own.push({ kind: 'end', at, namespace }); } }
      if (own.length === 0) { return; }
      const open = isOpen(namespace);
      items.push({ kind: 'namespace', namespace, isOpen: open });
      if (!open) { return; }
      items.push(...own);
      for (const at of ofNamespace.get(name) ?? []) { if (services!(this.data.services[at])) { items.push({ kind: 'service', at }); } }
    });
    for (let at = ends.length; at < flags.length; at++) { if (flags[at] === 1) { items.push({ kind: 'end', at }); } }
    return items;
  }

  private byNamespace?: Map<string, number[]>;

  private servicesByNamespace(): Map<string, number[]> {
    if (this.byNamespace === undefined) {
      this.byNamespace = new Map();
      this.data.services.forEach(({ namespace }, i) => this.byNamespace!.set(namespace, [...this.byNamespace!.get(namespace) ?? [], i]));
    }
    return this.byNamespace;
  }
}

function rank(verdict: Verdict): number { return ['no', 'undecided', 'yes'].indexOf(verdict); }
