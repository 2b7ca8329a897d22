import { type CellText, cellText, SELF, serviceText } from './cell-text';
import type { Cell, ClusterModel, Filter, Item } from './model';
import { PairCounts } from './pair-counts';

/** The rows and columns that a filter and the folds leave, and what each cell says. */
export class Grid {
  public readonly rows: readonly Item[];
  public readonly columns: readonly Item[];
  private readonly flags: { readonly rows: Uint8Array; readonly columns: Uint8Array };
  private readonly counts: PairCounts;
  private readonly isNarrowed: boolean;
  /** Cells share their connections, so there are few texts. */
  private readonly texts = new Map<Cell, CellText>();
  private readonly serviceCounts = new Map<number, CellText>();

  constructor(public readonly model: ClusterModel, private readonly filter: Filter, isOpen: (namespace: number) => boolean) {
    const words = filter.to.toLowerCase().split(/\s+/);
    this.flags = model.filtered(filter);
    this.rows = model.items(this.flags.rows, isOpen);
    this.columns = model.items(this.flags.columns, isOpen, ({ namespace, name }) => words.every(word => `svc/${namespace}/${name}`.includes(word)));
    this.counts = new PairCounts(model, filter, this.flags);
    this.isNarrowed = filter.ports !== undefined || filter.verdict !== '';
  }

  public rowName(item: Item): string { return item.kind === 'end' ? this.model.rowName(item.at) : this.otherName(item); }
  public columnName(item: Item): string { return item.kind === 'end' ? this.model.columnName(item.at) : this.otherName(item); }

  /** What the header of a row or column shows: the namespace is above it or left of it. */
  public shortName(item: Item, name: string): string {
    const { data } = this.model;
    return item.kind === 'service' ? `svc/${data.services[item.at].name}` : item.kind === 'end' ? data.ends[item.at]?.name ?? name : name;
  }

  public text(row: Item, column: Item): CellText {
    const { model } = this;
    if (row.kind === 'service') { throw new Error('a Service connects to nothing'); }
    if (column.kind === 'service') { return row.kind === 'end' ? serviceText(model.serviceCell(row.at, model.data.services[column.at])) : this.serviceCount(row.namespace, column.at); }
    if (row.kind === 'end' && column.kind === 'end' && model.isSelf(row.at, column.at)) { return SELF; }
    const cell = row.kind === 'end' && column.kind === 'end' ? model.cell(row.at, column.at) : this.counts.of(row, column);
    const known = this.texts.get(cell);
    if (known !== undefined) { return known; }
    const text = cellText(cell);
    const shown = cell.count === undefined && this.isNarrowed && !model.matches(this.filter, cell) ? { ...text, shade: `${text.shade} dim` } : text;
    this.texts.set(cell, shown);
    return shown;
  }

  private otherName(item: Exclude<Item, { kind: 'end' }>): string {
    const { namespaces, services } = this.model.data;
    return item.kind === 'namespace' ? namespaces[item.namespace].name : `svc/${services[item.at].namespace}/${services[item.at].name}`;
  }

  /** How many workloads of a namespace reach a Service. */
  private serviceCount(namespace: number, at: number): CellText {
    const key = namespace * 2 ** 26 + at;
    const known = this.serviceCounts.get(key);
    if (known !== undefined) { return known; }
    const { data } = this.model;
    const { first, count } = data.namespaces[namespace];
    let [yes, undecided, of] = [0, 0, 0];
    for (let row = first; row < first + count; row++) {
      if (this.flags.rows[row] === 0) { continue; }
      of++;
      const { verdict } = this.model.serviceCell(row, data.services[at]);
      if (verdict === 'yes') { yes++; }
      if (verdict === 'undecided') { undecided++; }
    }
    const text = serviceText({ verdict: yes > 0 ? 'yes' : undecided > 0 ? 'undecided' : 'no', ports: [], undecided: [], count: { yes, undecided, of } });
    this.serviceCounts.set(key, text);
    return text;
  }
}
