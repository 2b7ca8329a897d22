/**
 * The known name that the user most likely meant: one that differs only in case, or by at most two typing errors.
 * If several are equally near, the first of them.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  return nearestNames(name, known)[0];
}

/** The known kind that the user most likely meant, who may also have written a plural: `NetworkPolicies`. */
export function nearestKind(kind: string, known: readonly string[]): string | undefined {
  return nearestName(kind.replace(/ies$/i, 'y'), known);
}

/** All known names that are equally near to a name, and near enough to be meant. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  let nearest: string[] = [];
  let least = Infinity;
  for (const candidate of known) {
    const typos = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (typos < least) { [nearest, least] = [[], typos]; }
    // Two typing errors in three letters make a different word.
    if (typos === least && typos <= Math.min(2, Math.floor(candidate.length / 3))) { nearest.push(candidate); }
  }
  return nearest;
}

/** How many letters to add, remove, change or exchange with the next one, or Infinity if the lengths differ by more than two. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) { return Infinity; }
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  let before = row;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), isExchanged ? before[j - 2] + 1 : Infinity));
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
