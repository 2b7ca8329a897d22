/**
 * The smallest subset of `elements` that has an element of every set. Among those of one size, the first in the order of `elements`.
 * Every set must have an element.
 */
export function smallestHittingSet<T>(sets: readonly (readonly T[])[], elements: readonly T[]): readonly T[] {
  for (let size = 0; ; size++) {
    for (const subset of subsetsOf(elements, size)) {
      if (sets.every(set => set.some(element => subset.includes(element)))) { return subset; }
    }
  }
}

/** The subsets of a size, in the order of the elements. */
function* subsetsOf<T>(elements: readonly T[], size: number): Iterable<readonly T[]> {
  if (size === 0) { yield []; return; }
  for (let i = 0; i <= elements.length - size; i++) {
    for (const rest of subsetsOf(elements.slice(i + 1), size - 1)) { yield [elements[i], ...rest]; }
  }
}
