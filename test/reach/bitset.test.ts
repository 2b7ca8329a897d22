import { Bitset } from '../../src/reach/bitset';

/** Sizes on both sides of a word's border. */
const SIZES = [1, 31, 32, 33, 64, 100];

function of(size: number, ...indexes: number[]): Bitset {
  const set = new Bitset(size);
  indexes.forEach(index => set.add(index));
  return set;
}

describe('a set of bits', () => {
  test.each(SIZES)('of %i holds its first and its last number and no other', size => {
    const set = of(size, 0, size - 1);
    expect(set.toArray()).toEqual([...new Set([0, size - 1])]);
    expect(set.has(0)).toBe(true);
    expect(set.has(size - 1)).toBe(true);
    if (size > 2) { expect(set.has(1)).toBe(false); }
  });

  test.each([[0, 0], [0, 1], [0, 32], [31, 33], [5, 70], [64, 100], [0, 100], [99, 100]])('filled from %i up to %i holds just these', (first, end) => {
    const set = new Bitset(100);
    set.addRange(first, end);
    expect(set.toArray()).toEqual(Array.from({ length: end - first }, (_, i) => first + i));
  });

  test('joins, meets and loses others word by word', () => {
    const a = of(70, 1, 33, 69);
    const b = of(70, 33, 68);
    expect(a.copy().or(b).toArray()).toEqual([1, 33, 68, 69]);
    expect(a.copy().and(b).toArray()).toEqual([33]);
    expect(a.copy().andNot(b).toArray()).toEqual([1, 69]);
    expect(a.toArray()).toEqual([1, 33, 69]);
  });

  test('is empty until something is added', () => {
    const set = new Bitset(40);
    expect(set.isEmpty).toBe(true);
    set.add(39);
    expect(set.isEmpty).toBe(false);
  });
});
