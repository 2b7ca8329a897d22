/** Values with numbers. Equal values have one number. */
export class Interned<T> {
  public readonly all: T[] = [];

  private readonly numbers = new Map<string, number>();

  /** The number of a value. */
  public add(value: T): number {
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    const known = this.numbers.get(key);
    if (known !== undefined) { return known; }
    this.numbers.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}

/** Ascending numbers as runs: `start,length` or, if they have values, `start,length,value` of neighbours with the same value, joined by `;`. */
export function runsOf(numbers: readonly (readonly [number: number, value?: number])[]): string {
  const runs: [start: number, length: number, value?: number][] = [];
  for (const [number, value] of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === number && last[2] === value) {
      last[1]++;
    } else {
      runs.push(value === undefined ? [number, 1] : [number, 1, value]);
    }
  }
  return runs.map(run => run.join()).join(';');
}
