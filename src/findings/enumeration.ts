/**
 * Names in a sentence: `a`, `a and b`, `a, b and c`. Of more names than the limit, the first few and how many there are beside them:
 * `a, b and 2,998 more`.
 */
export function enumerate(names: readonly string[], limit = Infinity, word = 'and'): string {
  const isLong = names.length > limit;
  const shown = isLong ? names.slice(0, limit) : names.slice(0, -1);
  const last = isLong ? `${withCommas(names.length - limit)} more` : names.at(-1) ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} ${word} ${last}`;
}

/** A number for a reader: `32,768`. */
export function withCommas(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
