import { bitCount, BitRows, EVERYTHING, lowestBit, NOTHING, RowRef } from '../../src/evaluator/private/bit-rows';

/** A row of so many words with these bits, behind other rows. */
function rowOf(rows: BitRows, words: number, ...bits: number[]): RowRef {
  const row = rows.allocate(words);
  bits.forEach(bit => rows.add(row, bit));
  return row;
}

function bitsOf(rows: BitRows, row: RowRef, words: number): number[] {
  return Array.from({ length: words * 32 }, (_, bit) => bit).filter(bit => rows.has(row, bit));
}

describe('rows of bits', () => {
  test('are empty until something is added', () => {
    const rows = new BitRows();
    rowOf(rows, 2, 0, 63);
    const row = rows.allocate(2);
    expect(rows.isEmpty(row, 2)).toBe(true);
    rows.add(row, 33);
    expect(rows.isEmpty(row, 2)).toBe(false);
    // Only the words asked about count.
    expect(rows.isEmpty(row, 1)).toBe(true);
  });

  test.each([[0], [31], [32], [63]])('hold bit %i and no other', bit => {
    const rows = new BitRows();
    rowOf(rows, 1, 5);
    expect(bitsOf(rows, rowOf(rows, 2, bit), 2)).toEqual([bit]);
  });

  test('are joined word by word, and the other row stays what it is', () => {
    const rows = new BitRows();
    rowOf(rows, 3, 2);
    const [a, b] = [rowOf(rows, 3, 1, 33, 69), rowOf(rows, 3, 33, 68)];
    const joined = (join: 'or' | 'and' | 'andNot') => {
      const row = rows.copy(a, 3);
      rows[join](row, b, 3);
      return bitsOf(rows, row, 3);
    };
    expect(joined('or')).toEqual([1, 33, 68, 69]);
    expect(joined('and')).toEqual([33]);
    expect(joined('andNot')).toEqual([1, 69]);
    expect([bitsOf(rows, a, 3), bitsOf(rows, b, 3)]).toEqual([[1, 33, 69], [33, 68]]);
  });

  test('leave the rows beside them alone', () => {
    for (const join of ['or', 'and', 'andNot'] as const) {
      const rows = new BitRows();
      const [a, behindA] = [rowOf(rows, 1, 1), rowOf(rows, 1, 3, 5)];
      const [b] = [rowOf(rows, 1, 2), rowOf(rows, 1, 3, 4)];
      rows[join](a, b, 1);
      expect(bitsOf(rows, behindA, 1)).toEqual([3, 5]);
    }
  });

  test('are equal, meet or are empty whatever is behind them', () => {
    const rows = new BitRows();
    const [a] = [rowOf(rows, 1, 1), rowOf(rows, 1, 3)];
    const [b] = [rowOf(rows, 1, 1), rowOf(rows, 1, 4)];
    const [c] = [rowOf(rows, 1), rowOf(rows, 1, 3)];
    expect([rows.equal(a, b, 1), rows.meet(a, c, 1), rows.isEmpty(c, 1)]).toEqual([true, false, true]);
  });

  test('meet where they have a bit in common, in any of their words', () => {
    const rows = new BitRows();
    const [a, b, c, d] = [rowOf(rows, 2, 1, 40), rowOf(rows, 2, 1, 41), rowOf(rows, 2, 2, 40), rowOf(rows, 2, 2, 41)];
    expect([rows.meet(a, b, 2), rows.meet(a, c, 2), rows.meet(a, d, 2)]).toEqual([true, true, false]);
  });

  test('are asked in one way, be they written, everything or nothing', () => {
    const rows = new BitRows();
    const first = rowOf(rows, 2, 0, 33);
    const full = rowOf(rows, 2, ...Array.from({ length: 64 }, (_, bit) => bit));
    expect([first, full, EVERYTHING, NOTHING].map(row => [0, 32, 33].map(bit => rows.holds(row, bit)))).toEqual([
      [true, false, true], [true, true, true], [true, true, true], [false, false, false],
    ]);
    expect([first, EVERYTHING, NOTHING].map(row => [0, 1].map(index => rows.word(row, index)))).toEqual([[1, 2], [-1, -1], [0, 0]]);
  });

  test('are not moved as long as there is room, and then to room for as much again', () => {
    const rows = new BitRows();
    const { words } = rows;
    rows.allocate(words.length);
    expect(rows.words).toBe(words);
    rows.allocate(1);
    expect(rows.words.length).toBe(words.length * 2);
  });

  test('are equal where all their words are', () => {
    const rows = new BitRows();
    const [a, b, c] = [rowOf(rows, 2, 1, 40), rowOf(rows, 2, 1, 40), rowOf(rows, 2, 1, 41)];
    expect(rows.equal(a, b, 2)).toBe(true);
    expect(rows.equal(a, c, 2)).toBe(false);
    expect(rows.equal(a, c, 1)).toBe(true);
  });

  test('stay what they are when more room is needed', () => {
    const rows = new BitRows();
    const first = rowOf(rows, 1, 7);
    const long = rows.allocate(100_000);
    rows.add(long, 99_999 * 32 + 31);
    const last = rowOf(rows, 1, 9);
    expect([bitsOf(rows, first, 1), bitsOf(rows, last, 1), rows.has(long, 99_999 * 32 + 31)]).toEqual([[7], [9], true]);
    expect(rows.used).toBe(100_002);
  });
});

test.each([[1, 0], [2, 1], [-(2 ** 31), 31], [12, 2], [-1, 0]])('the lowest bit of %i is %i', (word, bit) => {
  expect(lowestBit(word)).toBe(bit);
});

test.each([[0, 0], [1, 1], [0b1011, 3], [-(2 ** 31), 1], [-1, 32]])('the word %i has %i bits', (word, count) => {
  expect(bitCount(word)).toBe(count);
});
