/** Numbers that look random and are the same for a seed each time: mulberry32. */
export class Random {
  private state: number;

  constructor(seed: number) { this.state = seed >>> 0; }

  /** A whole number from 0 up to, but not including, `end`. */
  public below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * end);
  }

  public chance(percent: number): boolean { return this.below(100) < percent; }

  public pick<T>(choices: readonly T[]): T { return choices[this.below(choices.length)]; }

  /** From `least` to `most` things that `make` gives. */
  public several<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }

  /** Some of the choices, each at most once, in their order. */
  public some<T>(choices: readonly T[], count: number): T[] {
    const rest = [...choices.keys()];
    const taken = new Set<number>();
    while (taken.size < Math.min(count, choices.length)) { taken.add(...rest.splice(this.below(rest.length), 1) as [number]); }
    return choices.filter((_, i) => taken.has(i));
  }
}
