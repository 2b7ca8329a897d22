/** A row of bits in BitRows: the index of its first word, or one of the two rows without words. */
export type RowRef = number;

/** The row in which every bit is set. */
export const EVERYTHING: RowRef = -1;

/** The row in which no bit is set. */
export const NOTHING: RowRef = -2;

/**
 * Rows of bits, one after another in one block of memory. A row is written only when it is made, so a reference to it stays valid. Rows
 * without references stay in memory until a new evaluation starts with new rows.
 */
export class BitRows {
  /** The words of all rows. Do not keep this array: another one replaces it when it is full. */
  public words = new Uint32Array(1 << 12);

  private end = 0;

  /** How many words are in use. */
  public get used(): number { return this.end; }

  /** A new row in which no bit is set. */
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

  /** A new row that is a copy of another one, which must have words. */
  public copy(row: RowRef, words: number): RowRef {
    const copy = this.allocate(words);
    this.words.copyWithin(copy, row, row + words);
    return copy;
  }

  public add(row: RowRef, bit: number): void {
    this.words[row + (bit >>> 5)] |= 1 << (bit & 31);
  }

  public remove(row: RowRef, bit: number): void {
    this.words[row + (bit >>> 5)] &= ~(1 << (bit & 31));
  }

  public has(row: RowRef, bit: number): boolean {
    return (this.words[row + (bit >>> 5)] >>> (bit & 31) & 1) === 1;
  }

  /** As `has`, for any row. */
  public holds(row: RowRef, bit: number): boolean {
    return row >= 0 ? this.has(row, bit) : row === EVERYTHING;
  }

  /** One word of a row that is not NOTHING. */
  public word(row: RowRef, index: number): number {
    return row === EVERYTHING ? -1 : this.words[row + index];
  }

  /** Sets the bits of another row. */
  public or(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] |= this.words[other + i]; }
  }

  /** Clears the bits that another row does not have. */
  public and(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] &= this.words[other + i]; }
  }

  /** Clears the bits that another row has. */
  public andNot(row: RowRef, other: RowRef, words: number): void {
    for (let i = 0; i < words; i++) { this.words[row + i] &= ~this.words[other + i]; }
  }

  public isEmpty(row: RowRef, words: number): boolean {
    for (let i = row; i < row + words; i++) {
      if (this.words[i] !== 0) { return false; }
    }
    return true;
  }

  /** True if some bit is set in both rows. */
  public intersect(row: RowRef, other: RowRef, words: number): boolean {
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

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) { count++; }
  return count;
}
