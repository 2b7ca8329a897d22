import { Timing } from './timing';

/** A table with aligned columns: text to the left, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map(row => row[i].length)));
  const isNumber = header.map((_, i) => i > 0 && rows.every(row => /^[-\d<]|^$/.test(row[i])));
  const line = (cells: readonly string[]) => cells.map((cell, i) => isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join('  ').trimEnd();
  return [line(header), widths.map(width => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** `9.1 (9.8)`: the best time and the median. */
export function both({ best, median }: Timing, digits?: number): string {
  return `${figure(best, digits)} (${figure(median, digits)})`;
}

/** A number with three significant digits. */
export function figure(value: number, digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3): string {
  return value.toFixed(digits);
}

export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
