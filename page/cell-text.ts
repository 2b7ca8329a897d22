import type { Cell } from './model';
import { portsText, shortText } from './ports';

/** How a cell looks, and what it says. */
export interface CellText {
  readonly shade: string;
  readonly brief: string;
  readonly text: string;
}

export const SELF: CellText = { shade: 'self', brief: '', text: 'the same pod' };

/** The text of a cell of a workload or of addresses, or of the counts of a namespace. */
export function cellText(cell: Cell): CellText {
  return withText(cell.count === undefined ? shadeOf(cell) : shadeOfCount(cell), cell.count === undefined ? briefOf(cell) : briefOfCount(cell), describe(cell));
}

/** The text of a cell in the column of a Service. */
export function serviceText(cell: Cell): CellText {
  if (cell.count !== undefined) { return cellText(cell); }
  const { verdict } = cell;
  return withText(verdict, verdict === 'yes' ? '✓' : verdict === 'undecided' ? '?' : '',
    verdict === 'yes' ? 'reaches every endpoint' : verdict === 'no' ? 'does not reach every endpoint' : 'undecided');
}

/** The name of a cell has the text that it shows (WCAG 2.5.3). */
function withText(shade: string, brief: string, text: string): CellText { return { shade, brief, text: brief === '' ? text : `${brief}, ${text}` }; }

function shadeOf({ verdict, ports, undecided }: Cell): string {
  if (verdict !== 'yes') { return verdict; }
  return undecided.length > 0 ? 'yes open' : ports.length === 6 ? 'yes every' : 'yes';
}

function shadeOfCount({ verdict, count }: Cell): string {
  const { yes, of } = count!;
  return `sum ${yes === 0 ? verdict : yes === of ? 'yes' : 'yes part'}`;
}

function briefOf({ verdict, ports, undecided }: Cell): string {
  return verdict === 'yes' ? `${shortText(ports)}${undecided.length > 0 ? '?' : ''}` : verdict === 'undecided' ? '?' : '';
}

/** A count of pairs is a fraction, so that nobody takes it for a port. */
function briefOfCount({ count }: Cell): string {
  const { yes, undecided, of, denied = 0 } = count!;
  const shown = denied > 0 ? denied : yes;
  if (shown === 0) { return undecided > 0 ? '?' : ''; }
  const doubt = undecided > 0 ? '?' : '';
  const fraction = `${shown}/${of}${doubt}`;
  return fraction.length <= 7 ? fraction : `${percent(shown, of)}${doubt}`;
}

/** Never `0 %` for some, and never `100 %` for less than all. */
function percent(part: number, of: number): string {
  const value = Math.round(100 * part / of);
  return value === 0 ? '<1 %' : value === 100 && part < of ? '>99 %' : `${value} %`;
}

function describe({ verdict, ports, undecided, count }: Cell): string {
  if (count !== undefined) {
    const { yes, undecided: open, of, denied } = count;
    if (denied !== undefined) { return `${denied} of ${of} pairs are denied`; }
    return `${yes} of ${of} pairs have a connection${open > 0 ? `, ${open} are undecided` : ''}`;
  }
  if (verdict !== 'yes') { return verdict === 'no' ? 'no connection' : 'undecided'; }
  return `${portsText(ports)}${undecided.length > 0 ? ', and undecided whether more' : ''}`;
}
