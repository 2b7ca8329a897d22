/** A row of bits in a BitRows: where it starts, or one of the two rows that need no words. */
export type RowRef = number;

/** The row that holds everything. */
export const EVERYTHING: RowRef = -1;

/** The row that holds nothing. */
export const NOTHING: RowRef = -2;

/**
 * Rows of bits, one behind another in one block of memory. Rows are written once, when they are made: whoever
 * holds a reference may keep it, and what is no longer referred to is left where it is until all is built anew.
 */
export class BitRows {
  /** The words of all rows; another array when there is no more room, so never kept by anybody. */
  public words = new Uint32Array(1 << 12);

  private end = 0;

  /** How many words are in use. */
  public get used(): number { return this.end; }

  /** A new row of so many words, empty. */
  public allocate(words: number): RowRef {
    const row = this.end;
    this.end += words;
    if (this.end > this.words.length) {
      const larger = new Uint32Array(Math.max(this.end, this.words.length * 2));
      larger.set(this.words);
      this.words = larger;
    }
    return row;
  }

  /** A new row that starts as a copy of a written one. */
  public copy(row: RowRef, words: number): RowRef {
    const copy = this.allocate(words);
    this.words.copyWithin(copy, row, row + words);
    return copy;
  }

  public add(row: RowRef, bit: number): void {
    this.words[row + (bit >>> 5)] |= 1 << (bit & 31);
  }

  public has(row: RowRef, bit: number): boolean {
    return (this.words[row + (bit >>> 5)] >>> (bit & 31) & 1) === 1;
  }

  /** As `has`, of a row that may be one of the two without words. */
  public holds(row: RowRef, bit: number): boolean {
    return row >= 0 ? this.has(row, bit) : row === EVERYTHING;
  }

  /** One word of a row, be it written or not. */
  public word(row: RowRef, index: number): number {
    return row >= 0 ? this.words[row + index] : row === EVERYTHING ? -1 : 0;
  }

  /** Adds all of another row. */
  public or(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] |= this.words[other + i]; }
  }

  /** Keeps what is in another row too. */
  public and(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] &= this.words[other + i]; }
  }

  /** Takes away what is in another row. */
  public andNot(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] &= ~this.words[other + i]; }
  }

  public isEmpty(row: RowRef, words: number): boolean {
    for (let i = row; i < row + words; i++) {
      if (this.words[i] !== 0) { return false; }
    }
    return true;
  }

  /** True where two rows have something in common. */
  public meet(row: RowRef, other: RowRef, words: number): boolean {
    for (let i = 0; i < words; i++) {
      if ((this.words[row + i] & this.words[other + i]) !== 0) { return true; }
    }
    return false;
  }

  public equal(row: RowRef, other: RowRef, words: number): boolean {
    for (let i = 0; i < words; i++) {
      if (this.words[row + i] !== this.words[other + i]) { return false; }
    }
    return true;
  }
}

/** The lowest bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** How many bits a word has. */
export function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) { count++; }
  return count;
}
