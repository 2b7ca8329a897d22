/** Pseudorandom numbers by mulberry32. The same seed gives the same numbers. */
export class Random {
  private state: number;

  constructor(seed: number) { this.state = seed >>> 0; }

  /** A whole number from 0 to `end` - 1. */
  public below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * end);
  }

  public chance(percent: number): boolean { return this.below(100) < percent; }

  public pick<T>(choices: readonly T[]): T { return choices[this.below(choices.length)]; }

  /** A list of `least` to `most` results of `make`. */
  public several<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }

  /** `count` different choices in their original order; all of them if there are fewer. */
  public some<T>(choices: readonly T[], count: number): T[] {
    const rest = [...choices.keys()];
    const taken = new Set<number>();
    while (taken.size < Math.min(count, choices.length)) { taken.add(...rest.splice(this.below(rest.length), 1) as [number]); }
    return choices.filter((_, i) => taken.has(i));
  }
}
