/** How one list became another: in one place, so many went and these came. */
export interface ListChange<T> {
  /** What is not in the list any more. */
  readonly removed: readonly T[];
  /** What was not in it before. */
  readonly added: readonly T[];
  /** The part of the old list that another part of the new one stands for, what both have included. */
  readonly gone: readonly T[];
  readonly come: readonly T[];
  /** What is behind it in both. */
  readonly rest: readonly T[];
}

/** Compares two lists that have most in common, and that in the same order. */
export function listChange<T>(before: readonly T[], after: readonly T[]): ListChange<T> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) { start++; }
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) { end++; }
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const [had, has] = [new Set(gone), new Set(come)];
  return {
    gone,
    come,
    rest: after.slice(after.length - end),
    removed: gone.filter(one => !has.has(one)),
    added: come.filter(one => !had.has(one)),
  };
}

/** Lists by namespace, as they are after a change of the list of all: in the order that they have in it. */
export function changedLists<T extends { readonly namespace: string }>(
  lists: ReadonlyMap<string, readonly T[]>, { gone, come, rest }: ListChange<T>,
): Map<string, readonly T[]> {
  const changed = new Map<string, readonly T[]>();
  for (const namespace of new Set([...gone, ...come].map(one => one.namespace))) {
    const isHere = (one: T) => one.namespace === namespace;
    const list = lists.get(namespace) ?? [];
    const own = gone.filter(isHere);
    // What is next to it in the list of all is next to it here: found at once, or it is the last.
    const next = own[0] ?? rest.find(isHere);
    const start = next === undefined ? list.length : list.indexOf(next);
    changed.set(namespace, [...list.slice(0, start), ...come.filter(isHere), ...list.slice(start + own.length)]);
  }
  return changed;
}
