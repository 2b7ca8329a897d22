/** The known name that was probably meant: the same but for upper and lower case, or up to two slips. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const slips = distance(name.toLowerCase(), candidate.toLowerCase());
    if (slips < least) { [best, least] = [candidate, slips]; }
  }
  // Two slips in a name of three letters make another name.
  return best !== undefined && least <= Math.min(2, Math.floor(best.length / 3)) ? best : undefined;
}

/** Levenshtein's distance; that of long names is not worth working out. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) { return Infinity; }
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
