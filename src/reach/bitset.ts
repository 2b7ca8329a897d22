/** A set of small whole numbers below a fixed size, one bit each. */
export class Bitset {
  private readonly words: Uint32Array;

  /** The empty set of numbers below `size`. */
  constructor(public readonly size: number, words?: Uint32Array) {
    this.words = words ?? new Uint32Array((size + 31) >>> 5);
  }

  public has(index: number): boolean {
    return (this.words[index >>> 5] >>> (index & 31) & 1) === 1;
  }

  public add(index: number): void {
    this.words[index >>> 5] |= 1 << (index & 31);
  }

  /** Adds every number from `first` up to, but not including, `end`. */
  public addRange(first: number, end: number): void {
    let index = first;
    while (index < end && (index & 31) !== 0) { this.add(index++); }
    while (index + 32 <= end) {
      this.words[index >>> 5] = 0xffffffff;
      index += 32;
    }
    while (index < end) { this.add(index++); }
  }

  public copy(): Bitset {
    return new Bitset(this.size, this.words.slice());
  }

  /** Keeps what is in `other` too. */
  public and(other: Bitset): this {
    for (let i = 0; i < this.words.length; i++) { this.words[i] &= other.words[i]; }
    return this;
  }

  /** Adds what is in `other`. */
  public or(other: Bitset): this {
    for (let i = 0; i < this.words.length; i++) { this.words[i] |= other.words[i]; }
    return this;
  }

  /** Takes away what is in `other`. */
  public andNot(other: Bitset): this {
    for (let i = 0; i < this.words.length; i++) { this.words[i] &= ~other.words[i]; }
    return this;
  }

  public get isEmpty(): boolean {
    return this.words.every(word => word === 0);
  }

  /** Calls `visit` with every number of the set, in ascending order. */
  public forEach(visit: (index: number) => void): void {
    for (let i = 0; i < this.words.length; i++) {
      let word = this.words[i];
      while (word !== 0) {
        const lowest = word & -word;
        visit((i << 5) + 31 - Math.clz32(lowest));
        word ^= lowest;
      }
    }
  }

  /** The numbers of the set, in ascending order. */
  public toArray(): number[] {
    const indexes: number[] = [];
    this.forEach(index => indexes.push(index));
    return indexes;
  }
}
