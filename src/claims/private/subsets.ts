/** The subsets of some elements, without the one of all elements: the smaller ones first, and those of one size in the order of the elements. */
export function* subsetsBySize<T>(elements: readonly T[]): Iterable<readonly T[]> {
  for (let size = 0; size < elements.length; size++) { yield* subsetsOf(elements, size); }
}

function* subsetsOf<T>(elements: readonly T[], size: number): Iterable<readonly T[]> {
  if (size === 0) { yield []; return; }
  for (let i = 0; i <= elements.length - size; i++) {
    for (const rest of subsetsOf(elements.slice(i + 1), size - 1)) { yield [elements[i], ...rest]; }
  }
}
