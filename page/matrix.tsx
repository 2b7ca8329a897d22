import { Component } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Grid } from './grid';
import type { ClusterModel, Filter, Item } from './model';
import { PrintedMatrix } from './printed-matrix';
import type { State, Update } from './state';

const CELL = { width: 52, height: 26 };

/** Rows and columns beyond the visible ones, so that scrolling shows no gaps. */
const SPARE = 2;

/** The width of a character, about. */
const CHARACTER = 7.4;

/** The cell before the first row and column is the corner; the others in row -1 and column -1 are headers. */
interface Position { readonly row: number; readonly column: number }

const NOWHERE: Position = { row: -1, column: -1 };

/** Who reaches whom. Only the visible part of the grid is in the document, so thousands of rows scroll smoothly. */
export function Matrix({ model, filter, state, update }: { model: ClusterModel; filter: Filter; state: State; update: Update }) {
  const { data } = model;
  const openNames = useMemo(() => new Set(state.open.split(',')), [state.open]);
  const isOpen = (namespace: number) => state.open === '' ? data.ends.length <= 60 : state.open === '*' || openNames.has(data.namespaces[namespace].name);
  const grid = useMemo(() => new Grid(model, filter, isOpen), [model, filter, state.open]);
  const { rows, columns } = grid;
  const isPrinting = usePrinting();

  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, left: 0, width: 1200, height: 700 });
  const head = useHeadSize(model, view.width);
  const [active, setActive] = useState(NOWHERE);
  const isEmpty = rows.length === 0 || columns.length === 0;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) { return undefined; }
    const measure = () => setView({ top: element.scrollTop, left: element.scrollLeft, width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [isEmpty, isPrinting]);
  const at: Position = { row: Math.min(active.row, rows.length - 1), column: Math.min(active.column, columns.length - 1) };

  const [firstRow, lastRow] = windowOf(view.top, view.height - head.height, CELL.height, rows.length);
  const [firstColumn, lastColumn] = windowOf(view.left, view.width - head.width, CELL.width, columns.length);
  const chosen = useMemo((): Position => state.row === '' ? NOWHERE : {
    row: rows.findIndex(item => grid.rowName(item) === state.row), column: columns.findIndex(item => grid.columnName(item) === state.column),
  }, [grid, state.row, state.column]);

  /** Scrolls so that a cell is visible beside the headers. */
  const show = ({ row, column }: Position) => {
    const element = box.current!;
    const [top, left] = [row * CELL.height, column * CELL.width];
    if (row >= 0) { element.scrollTop = Math.max(top + CELL.height - (element.clientHeight - head.height), Math.min(element.scrollTop, top)); }
    if (column >= 0) { element.scrollLeft = Math.max(left + CELL.width - (element.clientWidth - head.width), Math.min(element.scrollLeft, left)); }
  };
  // A link to an explanation shows its cell too, and the panel does not hide it.
  useEffect(() => {
    if (box.current === null || chosen.row < 0 || chosen.column < 0) { return; }
    setActive(chosen);
    show(chosen);
  }, [chosen.row, chosen.column, view.width]);

  const toggle = (namespace: number) => {
    const { name } = data.namespaces[namespace];
    const now = data.namespaces.filter((_, i) => isOpen(i)).map(one => one.name);
    const next = now.includes(name) ? now.filter(one => one !== name) : [...now, name];
    update({ open: next.length === 0 ? '-' : next.length === data.namespaces.length ? '*' : next.join(',') });
  };
  const act = ({ row, column }: Position) => {
    const [rowItem, columnItem] = [rows[row], columns[column]];
    if (rowItem?.kind === 'namespace' && (column < 0 || columnItem?.kind !== 'namespace')) { toggle(rowItem.namespace); return; }
    if (columnItem?.kind === 'namespace' && row < 0) { toggle(columnItem.namespace); return; }
    if (rowItem === undefined || columnItem === undefined) { return; }
    if (rowItem.kind === 'namespace' || columnItem.kind === 'namespace') {
      const names = [rowItem, columnItem].flatMap(item => item.kind === 'namespace' && !isOpen(item.namespace) ? [data.namespaces[item.namespace].name] : []);
      if (names.length > 0) { update({ open: [...data.namespaces.filter((_, i) => isOpen(i)).map(one => one.name), ...new Set(names)].join(',') }); }
      return;
    }
    update({ row: grid.rowName(rowItem), column: grid.columnName(columnItem) });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((view.height - head.height) / CELL.height) - 1);
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
      show(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      act(at);
    }
  };

  if (isEmpty) { return <p class="empty">{data.ends.length === 0 ? 'There are no workloads, so nothing can connect.' : 'No pair matches these filters.'}</p>; }
  if (isPrinting) { return <PrintedMatrix grid={grid} />; }
  const width = head.width + columns.length * CELL.width;
  const height = head.height + rows.length * CELL.height;
  const isDrawn = (at.row < 0 || (at.row >= firstRow && at.row < lastRow)) && (at.column < 0 || (at.column >= firstColumn && at.column < lastColumn));
  const shared = { grid, firstColumn, lastColumn, headWidth: head.width };
  return <div
    ref={box} class="grid" role="treegrid" tabIndex={0} aria-label="Who reaches whom: rows are sources, columns are destinations"
    aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1} aria-activedescendant={isDrawn ? idOf(at.row, at.column) : undefined}
    onScroll={event => setView({ ...view, top: event.currentTarget.scrollTop, left: event.currentTarget.scrollLeft })} onKeyDown={onKeyDown}
    onClick={event => {
      const position = positionOf(event.target as Element);
      if (position !== undefined) { setActive(position); act(position); }
    }}
    onMouseOver={event => hover(box.current!, event.target as Element)} onMouseLeave={() => hover(box.current!)}
    style={{ '--width': `${width + 2}px`, '--height': `${height + 2}px`, '--head-width': `${head.width}px`, '--head-height': `${head.height}px` }}>
    <div class="sheet" role="presentation" style={{ width: `${width}px`, height: `${height}px` }}>
      <HeadRow {...shared} activeColumn={at.row === -1 ? at.column : undefined} nearColumn={at.row === -1 ? undefined : at.column} width={width} />
      {rows.slice(firstRow, lastRow).map((item, i) => {
        const row = firstRow + i;
        return <Row key={row} {...shared} item={item} row={row} top={head.height + row * CELL.height} width={width}
          activeColumn={at.row === row ? at.column : undefined} chosenColumn={chosen.row === row ? chosen.column : undefined} />;
      })}
    </div>
  </div>;
}

interface Shared {
  readonly grid: Grid;
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly headWidth: number;
  readonly width: number;
  /** The column of the active cell, if it is in this row. */
  readonly activeColumn: number | undefined;
}

/** A component that is drawn again only if one of its properties is another. */
abstract class Same<P extends object> extends Component<P> {
  public override shouldComponentUpdate(next: P): boolean {
    return (Object.keys(next) as (keyof P)[]).some(key => key as string !== 'children' && next[key] !== this.props[key as never]);
  }
}

class HeadRow extends Same<Shared & { readonly nearColumn: number | undefined }> {
  public render({ grid, firstColumn, lastColumn, headWidth, width, activeColumn, nearColumn }: Shared & { nearColumn: number | undefined }) {
    return <div role="row" class="line columns" aria-rowindex={1} style={`width:${width}px`}>
      <div role="columnheader" id={idOf(-1, -1)} class={`head corner${activeColumn === -1 ? ' active' : ''}`} aria-colindex={1}>from ↓ &nbsp; to →</div>
      {grid.columns.slice(firstColumn, lastColumn).map((item, i) => {
        const column = firstColumn + i;
        const name = grid.columnName(item);
        return <div
          role="columnheader" id={idOf(-1, column)} key={column} class={headClass('column', item, activeColumn === column, nearColumn === column)} aria-colindex={column + 2}
          title={titleOf(item, name)} {...item.kind === 'namespace' ? { 'aria-expanded': item.isOpen } : {}} style={`left:${headWidth + column * CELL.width}px`}>
          <HeadText item={item} text={grid.shortName(item, name)} />
        </div>;
      })}
    </div>;
  }
}

interface RowProps extends Shared {
  readonly item: Item;
  readonly row: number;
  readonly top: number;
  readonly chosenColumn: number | undefined;
}

class Row extends Same<RowProps> {
  public render({ grid, item, row, top, width, firstColumn, lastColumn, headWidth, activeColumn, chosenColumn }: RowProps) {
    const name = grid.rowName(item);
    return <div
      role="row" class={`line ${item.kind}`} aria-rowindex={row + 2} aria-level={item.kind === 'end' && item.namespace !== undefined ? 2 : 1}
      {...item.kind === 'namespace' ? { 'aria-expanded': item.isOpen } : {}} style={`top:${top}px;width:${width}px`}>
      <div role="rowheader" id={idOf(row, -1)} class={headClass('row', item, activeColumn === -1, activeColumn !== undefined)} aria-colindex={1} title={titleOf(item, name)}>
        <HeadText item={item} text={grid.shortName(item, name)} />
      </div>
      {grid.columns.slice(firstColumn, lastColumn).map((columnItem, i) => {
        const column = firstColumn + i;
        const { shade, brief, text } = grid.text(item, columnItem);
        return <div
          role="gridcell" key={column} id={idOf(row, column)} aria-colindex={column + 2}
          class={`cell ${shade}${column === activeColumn ? ' active' : ''}${column === chosenColumn ? ' chosen' : ''}`}
          aria-label={`${name} to ${grid.columnName(columnItem)}: ${text}`} style={`left:${headWidth + column * CELL.width}px`}>{brief}</div>;
      })}
    </div>;
  }
}

function HeadText({ item, text }: { item: Item; text: string }) {
  return <>{item.kind === 'namespace' && <span aria-hidden="true" class="fold">{item.isOpen ? '▾' : '▸'}</span>}<span class="name">{text}</span></>;
}

function headClass(axis: 'row' | 'column', item: Item, isActive: boolean, isNear: boolean): string {
  return `head ${axis} ${item.kind}${item.kind === 'end' && item.namespace === undefined ? ' outside' : ''}${isActive ? ' active' : ''}${isNear ? ' near' : ''}`;
}

function titleOf(item: Item, name: string): string { return item.kind === 'namespace' ? `namespace ${name}` : name; }

function idOf(row: number, column: number): string { return `c${row}_${column}`; }

function positionOf(element: Element): Position | undefined {
  const match = /^c(-?\d+)_(-?\d+)$/.exec(element.closest('[role=gridcell], [role=rowheader], [role=columnheader]')?.id ?? '');
  return match === null ? undefined : { row: Number(match[1]), column: Number(match[2]) };
}

/** Shows of which row and column a cell is. The text of a cell becomes its tooltip only now: a thousand of them would cost time. */
function hover(box: Element, target?: Element): void {
  const position = target === undefined ? undefined : positionOf(target);
  const cell = target?.closest('[role=gridcell]');
  if (cell) { cell.setAttribute('title', cell.getAttribute('aria-label')!); }
  for (const head of box.querySelectorAll('.hovered')) { head.classList.remove('hovered'); }
  if (position === undefined) { return; }
  for (const id of [idOf(position.row, -1), idOf(-1, position.column)]) { document.getElementById(id)?.classList.add('hovered'); }
}

function windowOf(offset: number, length: number, size: number, count: number): readonly [first: number, last: number] {
  return [Math.max(0, Math.min(count, Math.floor(offset / size)) - SPARE), Math.min(count, Math.ceil((offset + Math.max(length, 0)) / size) + SPARE)];
}

/** The size of the headers: as the longest name needs it, within limits, and independent of filters. */
function useHeadSize(model: ClusterModel, width: number): { readonly width: number; readonly height: number } {
  const longest = useMemo(() => {
    const { namespaces, ends, services, sources, targets } = model.data;
    const most = (names: readonly { readonly length: number }[]) => names.reduce((all, { length }) => Math.max(all, length), 0);
    const inside = Math.max(most(namespaces.map(({ name }) => name)), most(ends.map(({ name }) => name)) + 1);
    return {
      row: Math.max(inside, most(sources.map(({ label }) => label))),
      column: Math.max(inside, most(services.map(({ name }) => name)) + 4, most(targets.map(({ label }) => label))),
    };
  }, [model]);
  const most = width < 600 ? { width: 124, height: 120 } : { width: 270, height: 190 };
  return {
    width: Math.min(most.width, Math.max(110, Math.ceil(longest.row * CHARACTER) + 38)),
    height: Math.min(most.height, Math.max(70, Math.ceil(longest.column * CHARACTER) + 26)),
  };
}

/** True while the browser prints. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const media = matchMedia('print');
    const changed = () => setPrinting(media.matches);
    const before = () => setPrinting(true);
    const after = () => setPrinting(false);
    media.addEventListener('change', changed);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      media.removeEventListener('change', changed);
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return isPrinting;
}
