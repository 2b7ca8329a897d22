import { type Cell, type ClusterModel, type Filter, type Item, NO } from './model';

type Flags = { readonly rows: Uint8Array; readonly columns: Uint8Array };

type Span = readonly [first: number, after: number];

/** A row, or all rows of a namespace; the same for columns. */
export type Group = Exclude<Item, { kind: 'service' }>;

/** Counts the pairs of two groups that a filter leaves. It goes through the runs of each distinct row once, and not through all pairs. */
export class PairCounts {
  /** The number of kept columns before each column. */
  private readonly before: Int32Array;
  private readonly known = new Map<number, Cell>();
  private readonly kinds: readonly Kind[];
  private readonly kindOfNo: Kind;

  constructor(private readonly model: ClusterModel, private readonly filter: Filter, private readonly flags: Flags) {
    const { columns } = flags;
    this.before = new Int32Array(columns.length + 1);
    for (let i = 0; i < columns.length; i++) { this.before[i + 1] = this.before[i] + columns[i]; }
    this.kinds = model.data.connections.map((_, i) => kindOf(model, filter, model.connections(i)));
    this.kindOfNo = kindOf(model, filter, NO);
  }

  /** The pairs of two groups, without those that a filter leaves out. A pod and itself are no pair. */
  public of(row: Group, column: Group): Cell {
    const [rows, columns] = [this.spanOf(row), this.spanOf(column)];
    const key = (2 * rows[0] + Number(row.kind === 'end')) * 2 ** 26 + 2 * columns[0] + Number(column.kind === 'end');
    const known = this.known.get(key) ?? this.count(rows, columns);
    this.known.set(key, known);
    return known;
  }

  private spanOf(item: Group): Span {
    if (item.kind === 'end') { return [item.at, item.at + 1]; }
    const { first, count } = this.model.data.namespaces[item.namespace];
    return [first, first + count];
  }

  private count([firstRow, afterRow]: Span, columns: Span): Cell {
    const { model, flags } = this;
    const wanted = this.before[columns[1]] - this.before[columns[0]];
    const total: Counted = { yes: 0, undecided: 0, denied: 0 };
    let of = 0;
    const byRow = new Map<number, Counted>();
    for (let row = firstRow; row < afterRow; row++) {
      if (flags.rows[row] === 0) { continue; }
      const distinct = model.data.rowOf[row];
      const own = byRow.get(distinct) ?? this.countRow(row, columns, wanted);
      byRow.set(distinct, own);
      of += wanted;
      add(total, own, 1);
      if (model.isSelf(row, row) && row >= columns[0] && row < columns[1] && flags.columns[row] === 1) {
        const kind = kindOf(model, this.filter, model.cell(row, row));
        of--;
        add(total, { yes: Number(kind.isYes), undecided: Number(kind.isUndecided), denied: Number(kind.isDenied) }, -1);
      }
    }
    const { yes, undecided, denied } = total;
    return {
      verdict: yes > 0 ? 'yes' : undecided > 0 ? 'undecided' : 'no', ports: [], undecided: [],
      count: { yes, undecided, of, ...this.filter.verdict === 'no' ? { denied } : {} },
    };
  }

  private countRow(row: number, [first, after]: Span, wanted: number): Counted {
    const { model, before, kinds, kindOfNo } = this;
    const runs = model.runs(row);
    const counted: Counted = { yes: 0, undecided: 0, denied: 0 };
    let left = wanted;
    for (let k = model.firstRun(runs, first); k < runs.length && runs[k] < after; k += 3) {
      const columns = before[Math.min(after, runs[k] + runs[k + 1])] - before[Math.max(first, runs[k])];
      const { isYes, isUndecided, isDenied } = kinds[runs[k + 2]];
      left -= columns;
      if (isYes) { counted.yes += columns; }
      if (isUndecided) { counted.undecided += columns; }
      if (isDenied) { counted.denied += columns; }
    }
    if (kindOfNo.isDenied) { counted.denied += left; }
    return counted;
  }
}

interface Counted { yes: number; undecided: number; denied: number }

function add(total: Counted, { yes, undecided, denied }: Counted, times: number): void {
  total.yes += times * yes;
  total.undecided += times * undecided;
  total.denied += times * denied;
}

interface Kind { readonly isYes: boolean; readonly isUndecided: boolean; readonly isDenied: boolean }

/** As what a pair with these connections counts. With a filter, only pairs that match it count. */
function kindOf(model: ClusterModel, filter: Filter, cell: Cell): Kind {
  const is = (verdict: Filter['verdict']) => model.matches({ ...filter, verdict }, cell);
  switch (filter.verdict) {
    case '': return { isYes: is('yes'), isUndecided: filter.ports === undefined ? cell.undecided.length > 0 : is('undecided'), isDenied: false };
    case 'undecided': return { isYes: false, isUndecided: is('undecided'), isDenied: false };
    case 'no': return { isYes: false, isUndecided: false, isDenied: is('no') };
    default: return { isYes: is(filter.verdict), isUndecided: false, isDenied: false };
  }
}
