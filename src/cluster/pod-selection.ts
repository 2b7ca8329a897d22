import { GeneratedLabel, Pod } from './cluster';
import { Requirement, requirementMatches, Selector, valueOutside } from '../k8s/selector';

/* Whether a selector selects a pod, some of whose labels have values that only the running cluster knows. */

type Labelled = Pick<Pod, 'labels' | 'generated'>;

/** True if the selector selects a pod with some of the possible values. */
export function couldSelect(selector: Selector, pod: Labelled): boolean {
  return decide(selector, pod, (values, holds) => values.some(holds));
}

/** True if the selector selects a pod with all of the possible values. */
export function surelySelects(selector: Selector, pod: Labelled): boolean {
  return decide(selector, pod, (values, holds) => values.every(holds));
}

/**
 * The values of a label that selectors with these values tell apart: the values that the label may have, one that stands for all others, and
 * undefined if the pod may lack the label.
 */
export function distinctValues({ optional, pattern }: GeneratedLabel, mentioned: Iterable<string>): (string | undefined)[] {
  const all = new Set(mentioned);
  // Every pattern matches more values than a selector can list, so there is always another one. Selectors do not look at its form.
  return [...[...all].filter(value => pattern?.test(value) !== false), valueOutside(all), ...optional ? [undefined] : []];
}

function decide(
  { requirements }: Selector, { labels, generated = [] }: Labelled, quantify: <T>(values: readonly T[], holds: (value: T) => boolean) => boolean,
): boolean {
  const openKeys = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    const { key } = requirement;
    if (generated.some(label => label.key === key)) {
      openKeys.set(key, [...openKeys.get(key) ?? [], requirement]);
    } else if (!requirementMatches(requirement, labels)) {
      return false;
    }
  }
  return [...openKeys].every(([key, own]) => quantify(
    distinctValues(generated.find(label => label.key === key)!, own.flatMap(({ values }) => values)),
    value => own.every(requirement => requirementMatches(requirement, value === undefined ? {} : { [key]: value })),
  ));
}
