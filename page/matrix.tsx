import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Cell, ClusterModel, Filter, Item } from './model';
import { portsText, shortText } from './ports';
import type { State, Update } from './state';

const CELL = { width: 46, height: 26 };
const HEAD = { width: 270, height: 170 };

/** A matrix with fewer cells than this is drawn as a whole, so that it prints as a whole. */
const WHOLE = 4000;

/** Rows and columns beyond the visible ones, so that scrolling shows no gaps. */
const SPARE = 4;

interface Axis {
  readonly items: readonly Item[];
  name(item: Item): string;
}

/** Who reaches whom. Only the visible part of the grid is in the document, so thousands of rows scroll smoothly. */
export function Matrix({ model, filter, state, update }: { model: ClusterModel; filter: Filter; state: State; update: Update }) {
  const { data } = model;
  const openNames = useMemo(() => new Set(state.open.split(',')), [state.open]);
  const isOpen = (namespace: number) => state.open === '' ? data.ends.length <= 60 : state.open === '*' || openNames.has(data.namespaces[namespace].name);
  const flags = useMemo(() => model.filtered(filter), [model, filter]);
  const [rows, columns] = useMemo(() => {
    const services = (text: string) => (one: { namespace: string; name: string }) => text === '' || `svc/${one.namespace}/${one.name}`.includes(text.toLowerCase());
    return [model.items(flags.rows, isOpen), model.items(flags.columns, isOpen, services(filter.to))];
  }, [model, flags, state.open]);
  const members = useMemo(() => memberLists(model, flags), [model, flags]);
  const counts = useMemo(() => new Map<number, Cell>(), [model, flags]);
  const axes: { rows: Axis; columns: Axis } = {
    rows: { items: rows, name: item => nameOf(model, item, 'row') },
    columns: { items: columns, name: item => nameOf(model, item, 'column') },
  };

  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, left: 0, width: 1200, height: 700 });
  const [active, setActive] = useState({ row: -1, column: -1 });
  useEffect(() => {
    const element = box.current!;
    const measure = () => setView({ top: element.scrollTop, left: element.scrollLeft, width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const at = { row: Math.min(active.row, rows.length - 1), column: Math.min(active.column, columns.length - 1) };

  const isWhole = rows.length * columns.length <= WHOLE;
  const window = (offset: number, length: number, size: number, count: number): readonly [number, number] => isWhole ? [0, count]
    : [Math.max(0, Math.floor(offset / size) - SPARE), Math.min(count, Math.ceil((offset + length) / size) + SPARE)];
  const [firstRow, lastRow] = window(view.top, view.height - HEAD.height, CELL.height, rows.length);
  const [firstColumn, lastColumn] = window(view.left, view.width - HEAD.width, CELL.width, columns.length);

  const cellOf = (row: Item, column: Item): Cell => {
    if (row.kind === 'end' && column.kind === 'end') { return model.cell(row.at, column.at); }
    if (row.kind === 'end' && column.kind === 'service') { return model.serviceCell(row.at, data.services[column.at]); }
    const key = keyOf(row) * 1e6 + keyOf(column);
    const known = counts.get(key) ?? (column.kind === 'service' ? countServices(model, members.rows(row), column.at) : model.count(members.rows(row), members.columns(column)));
    counts.set(key, known);
    return known;
  };

  const toggle = (namespace: number) => {
    const { name } = data.namespaces[namespace];
    const now = data.namespaces.filter((_, i) => isOpen(i)).map(one => one.name);
    const next = now.includes(name) ? now.filter(one => one !== name) : [...now, name];
    update({ open: next.length === 0 ? '-' : next.length === data.namespaces.length ? '*' : next.join(',') });
  };
  const act = (row: number, column: number) => {
    const [rowItem, columnItem] = [rows[row], columns[column]];
    if (rowItem?.kind === 'namespace' && (column < 0 || columnItem?.kind !== 'namespace')) { toggle(rowItem.namespace); return; }
    if (columnItem?.kind === 'namespace' && row < 0) { toggle(columnItem.namespace); return; }
    if (rowItem === undefined || columnItem === undefined) { return; }
    if (rowItem.kind === 'namespace' || columnItem.kind === 'namespace') {
      const names = [rowItem, columnItem].flatMap(item => item.kind === 'namespace' && !isOpen(item.namespace) ? [data.namespaces[item.namespace].name] : []);
      if (names.length > 0) { update({ open: [...data.namespaces.filter((_, i) => isOpen(i)).map(one => one.name), ...names].join(',') }); }
      return;
    }
    update({ row: axes.rows.name(rowItem), column: axes.columns.name(columnItem) });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((view.height - HEAD.height) / CELL.height) - 1);
    const moves: Record<string, readonly [number, number]> = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0],
      Home: [event.ctrlKey ? -Infinity : 0, -Infinity], End: [event.ctrlKey ? Infinity : 0, Infinity],
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const to = (from: number, by: number, count: number) => Math.max(-1, Math.min(count - 1, from + by));
      const next = { row: to(at.row, move[0], rows.length), column: to(at.column, move[1], columns.length) };
      setActive(next);
      const element = box.current!;
      const [top, left] = [next.row * CELL.height, next.column * CELL.width];
      if (next.row >= 0) { element.scrollTop = Math.max(top + CELL.height - (view.height - HEAD.height), Math.min(element.scrollTop, top)); }
      if (next.column >= 0) { element.scrollLeft = Math.max(left + CELL.width - (view.width - HEAD.width), Math.min(element.scrollLeft, left)); }
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      act(at.row, at.column);
    }
  };

  const id = (row: number, column: number) => `c${row}_${column}`;
  const isActive = (row: number, column: number) => at.row === row && at.column === column;
  const click = (row: number, column: number) => () => { setActive({ row, column }); act(row, column); };
  const header = (item: Item, kind: 'row' | 'column', number: number) => {
    const [row, column] = kind === 'row' ? [number, -1] : [-1, number];
    const isNamespace = item.kind === 'namespace';
    const label = axes[kind === 'row' ? 'rows' : 'columns'].name(item);
    const title = isNamespace ? `namespace ${label}` : label;
    const text = item.kind === 'end' && item.namespace !== undefined ? data.ends[item.at].name : item.kind === 'service' ? `svc/${data.services[item.at].name}` : label;
    return <div
      role={kind === 'row' ? 'rowheader' : 'columnheader'} id={id(row, column)} key={`${kind}${number}`}
      class={`head ${kind} ${item.kind}${item.kind === 'end' && item.namespace === undefined ? ' outside' : ''}${isActive(row, column) ? ' active' : ''}`}
      aria-colindex={column + 2} title={title} onClick={click(row, column)}
      {...isNamespace && kind === 'column' ? { 'aria-expanded': item.isOpen } : {}}
      style={kind === 'column' ? { left: `${HEAD.width + number * CELL.width}px` } : {}}>
      {isNamespace && <span aria-hidden="true" class="fold">{item.isOpen ? '▾' : '▸'}</span>}<span class="name">{text}</span>
    </div>;
  };

  const visibleColumns = columns.slice(firstColumn, lastColumn).map((item, i) => ({ item, number: firstColumn + i }));
  const width = HEAD.width + columns.length * CELL.width;
  const height = HEAD.height + rows.length * CELL.height;
  if (rows.length === 0 || columns.length === 0) {
    return <div ref={box} class="empty"><p>{data.ends.length === 0 ? 'There are no workloads, so nothing can connect.' : 'No pair matches these filters.'}</p></div>;
  }
  return <div
    ref={box} class={isWhole ? 'grid whole' : 'grid'} role="treegrid" tabIndex={0} aria-label="Who reaches whom: rows are sources, columns are destinations"
    aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1} aria-activedescendant={id(at.row, at.column)}
    onScroll={event => setView({ ...view, top: event.currentTarget.scrollTop, left: event.currentTarget.scrollLeft })} onKeyDown={onKeyDown}
    style={{ '--width': `${width}px`, '--height': `${height + 2}px` }}>
    <div class="sheet" role="presentation" style={{ width: `${width}px`, height: `${height}px` }}>
      <div role="row" class="line columns" aria-rowindex={1} style={{ width: `${width}px` }}>
        <div role="columnheader" id={id(-1, -1)} class={`head corner${isActive(-1, -1) ? ' active' : ''}`} aria-colindex={1}>from ↓ &nbsp; to →</div>
        {visibleColumns.map(({ item, number }) => header(item, 'column', number))}
      </div>
      {rows.slice(firstRow, lastRow).map((item, i) => {
        const row = firstRow + i;
        return <div
          role="row" key={`${item.kind}${item.kind === 'namespace' ? item.namespace : item.at}`} class={`line ${item.kind}`} aria-rowindex={row + 2}
          aria-level={item.kind === 'end' && item.namespace !== undefined ? 2 : 1}
          {...item.kind === 'namespace' ? { 'aria-expanded': item.isOpen } : {}}
          style={{ top: `${HEAD.height + row * CELL.height}px`, width: `${width}px` }}>
          {header(item, 'row', row)}
          {visibleColumns.map(({ item: column, number }) => {
            const isSelf = item.kind === 'end' && column.kind === 'end' && model.isSelf(item.at, column.at);
            const cell = cellOf(item, column);
            const isDim = item.kind === 'end' && column.kind === 'end' && (filter.ports !== undefined || filter.verdict !== '') && !model.matches(filter, cell);
            const shown = isSelf ? '' : brief(cell, column.kind === 'service');
            // The name of a cell has the text that it shows (WCAG 2.5.3).
            const text = [shown, describe(cell, isSelf, column.kind === 'service')].filter(part => part !== '').join(', ');
            return <div
              role="gridcell" key={number} id={id(row, number)} aria-colindex={number + 2} onClick={click(row, number)}
              class={`cell ${isSelf ? 'self' : shade(cell)}${isDim ? ' dim' : ''}${isActive(row, number) ? ' active' : ''}${state.row === axes.rows.name(item) && state.column === axes.columns.name(column) ? ' chosen' : ''}`}
              aria-label={`${axes.rows.name(item)} to ${axes.columns.name(column)}: ${text}`} title={`${axes.rows.name(item)} → ${axes.columns.name(column)}: ${text}`}
              style={{ left: `${HEAD.width + number * CELL.width}px` }}>{shown}</div>;
          })}
        </div>;
      })}
    </div>
  </div>;
}

function keyOf(item: Item): number { return 3 * (item.kind === 'namespace' ? item.namespace : item.at) + ['namespace', 'end', 'service'].indexOf(item.kind); }

/** The rows and columns that an item stands for, without those that a filter leaves out. */
function memberLists(model: ClusterModel, flags: { rows: Uint8Array; columns: Uint8Array }) {
  const known = new Map<string, number[]>();
  const of = (kind: 'rows' | 'columns', item: Item): number[] => {
    if (item.kind !== 'namespace') { return [item.at]; }
    const key = `${kind}${item.namespace}`;
    const { first, count } = model.data.namespaces[item.namespace];
    const list = known.get(key) ?? Array.from({ length: count }, (_, i) => first + i).filter(i => flags[kind][i] === 1);
    known.set(key, list);
    return list;
  };
  return { rows: (item: Item) => of('rows', item), columns: (item: Item) => of('columns', item) };
}

function countServices(model: ClusterModel, rows: readonly number[], service: number): Cell {
  const verdicts = rows.map(row => model.serviceCell(row, model.data.services[service]).verdict);
  const of = (wanted: string) => verdicts.filter(verdict => verdict === wanted).length;
  const count = { yes: of('yes'), undecided: of('undecided'), of: rows.length };
  return { verdict: count.yes > 0 ? 'yes' : count.undecided > 0 ? 'undecided' : 'no', ports: [], undecided: [], count };
}

function nameOf(model: ClusterModel, item: Item, kind: 'row' | 'column'): string {
  switch (item.kind) {
    case 'namespace': return model.data.namespaces[item.namespace].name;
    case 'service': return `svc/${model.data.services[item.at].namespace}/${model.data.services[item.at].name}`;
    case 'end': return kind === 'row' ? model.rowName(item.at) : model.columnName(item.at);
  }
}

function shade({ verdict, ports, undecided, count }: Cell): string {
  if (count !== undefined) { return count.yes === 0 ? verdict : count.yes === count.of ? 'yes whole' : 'yes part'; }
  return verdict === 'yes' && undecided.length > 0 ? 'yes open' : verdict === 'yes' && ports.length === 6 ? 'yes every' : verdict;
}

function brief({ verdict, ports, undecided, count }: Cell, isService: boolean): string {
  if (count !== undefined) { return count.yes > 0 ? `${count.yes}${count.undecided > 0 ? '?' : ''}` : count.undecided > 0 ? '?' : ''; }
  if (isService) { return verdict === 'yes' ? '✓' : verdict === 'undecided' ? '?' : ''; }
  return verdict === 'yes' ? `${shortText(ports)}${undecided.length > 0 ? '?' : ''}` : verdict === 'undecided' ? '?' : '';
}

function describe({ verdict, ports, undecided, count }: Cell, isSelf: boolean, isService: boolean): string {
  if (isSelf) { return 'the same pod'; }
  if (count !== undefined) { return `${count.yes} of ${count.of} pairs have a connection${count.undecided > 0 ? `, ${count.undecided} are undecided` : ''}`; }
  if (isService) { return verdict === 'yes' ? 'reaches every endpoint' : verdict === 'no' ? 'does not reach every endpoint' : 'undecided'; }
  if (verdict === 'no') { return 'no connection'; }
  return `${verdict === 'yes' ? portsText(ports) : ''}${undecided.length > 0 ? `${verdict === 'yes' ? ', and ' : ''}undecided whether more` : ''}`;
}
