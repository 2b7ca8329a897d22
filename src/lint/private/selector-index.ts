import { Requirement, Selector } from '../../k8s/selector';

/*
 * Finds the selectors that may cover another one without comparing each with each. A wider selector is filed under its first requirement, which the
 * narrower one must imply: so it has a requirement of the same key, and for `In` one of the same values.
 */

/** The keys under which a selector is filed as the wider one. */
export function filedUnder({ requirements: [first] }: Selector): string[] {
  return first === undefined ? [''] : keysOf(first);
}

/** The keys under which every selector that covers this one is filed. */
export function lookedUpUnder({ requirements }: Selector): string[] {
  return [...new Set(['', ...requirements.flatMap(one => [one.key, ...one.operator === 'In' ? [keysOf(one)[0]] : []])])];
}

function keysOf({ key, operator, values }: Requirement): string[] {
  return operator === 'In' ? values.map(value => `${key}=${value}`) : [key];
}
