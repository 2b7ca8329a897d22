import { isObject } from '../../../k8s/objects';

/** A list that was cut. */
export interface CutList {
  /** Where it is, such as `opened` or `regions[0].rows`. Empty if it is the whole result. */
  readonly at: string;
  readonly shown: number;
  readonly total: number;
}

/**
 * A JSON value without the last elements of its lists, so that its text has about `limit` characters. Only lists are cut. What is small stays whole: of
 * several lists the longest is cut first.
 *
 * @param cuts receives each list that was cut
 */
export function cutToFit(value: unknown, limit: number, cuts: CutList[], at = ''): unknown {
  if (sizeOf(value) <= limit) { return value; }
  if (Array.isArray(value) && value.length > 0) {
    const shown: unknown[] = [];
    let left = limit - 2;
    for (const one of value) {
      const size = sizeOf(one) + 1;
      if (size > left) { break; }
      shown.push(one);
      left -= size;
    }
    // One element is more than all that fits: a part of it says more than nothing.
    if (shown.length === 0) { shown.push(cutToFit(value[0], left, cuts, `${at}[0]`)); }
    if (shown.length < value.length) { cuts.push({ at, shown: shown.length, total: value.length }); }
    return shown;
  }
  if (!isObject(value)) { return value; }
  const fields = Object.entries(value).map(([name, field]) => ({ name, field, size: sizeOf(field) + name.length + 4 }));
  fields.sort((a, b) => a.size - b.size);
  const fitting: Record<string, unknown> = {};
  let left = limit - 2;
  fields.forEach(({ name, field, size }, i) => {
    const share = Math.min(size, Math.max(Math.floor(left / (fields.length - i)), 0));
    fitting[name] = size <= share ? field : cutToFit(field, share - name.length - 4, cuts, at === '' ? name : `${at}.${name}`);
    left -= share;
  });
  return Object.fromEntries(Object.keys(value).map(name => [name, fitting[name]]));
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}
