import { GeneratedLabel, isOpen, Pod } from './cluster';
import { haveSameLabels } from '../k8s/objects';
import { Requirement, requirementMatches, Selector, valueOutside } from '../k8s/selector';

/* Whether a selector selects a pod, some of whose labels have values that only the running cluster knows. */

type Labelled = Pick<Pod, 'labels' | 'generated' | 'lacks'>;

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
export function distinctValues({ optional, form, values }: GeneratedLabel, mentioned: Iterable<string>): (string | undefined)[] {
  if (values !== undefined) { return [...values, ...optional ? [undefined] : []]; }
  const all = new Set(mentioned);
  // Every form has more values than a selector can list, so there is always another one. Selectors do not look at its form.
  return [...[...all].filter(value => hasForm(value, form)), valueOutside(all), ...optional ? [undefined] : []];
}

/** True if a value has the form of a generated label. */
export function hasForm(value: string, form: string | undefined): boolean {
  return form === undefined || patternOf(form).test(value);
}

/** A value of a form that is none of some others. */
export function valueOfForm(form: string, others: ReadonlySet<string>): string {
  const valueWith = (number: number) => form.replace(/[#*]/, String(number));
  let number = 0;
  while (others.has(valueWith(number))) { number++; }
  return valueWith(number);
}

const patterns = new Map<string, RegExp>();

function patternOf(form: string): RegExp {
  let pattern = patterns.get(form);
  if (pattern === undefined) {
    // A form has the characters of a name, of which only the dot means something else in a pattern.
    patterns.set(form, pattern = new RegExp(`^${form.replace(/[.]/g, '\\.').replace('*', '.+').replace('#', '\\d+')}$`));
  }
  return pattern;
}

/** True if every selector treats two pods of one workload alike. Those with the same labels share the list of their generated labels. */
export function areSelectedAlike(a: Pod, b: Pod): boolean {
  return a.hostNetwork === b.hostNetwork && a.generated === b.generated && haveSameLabels(a.labels, b.labels);
}

function decide(
  { requirements }: Selector, pod: Labelled,
  quantify: <T>(values: readonly T[], holds: (value: T) => boolean) => boolean,
): boolean {
  const { labels, generated = [] } = pod;
  // Most selectors look at labels that are known, and this runs for every pod and selector.
  let openKeys: Map<string, Requirement[]> | undefined;
  for (const requirement of requirements) {
    const { key } = requirement;
    if (generated.some(label => label.key === key) || isOpen(key, pod)) {
      openKeys ??= new Map();
      openKeys.set(key, [...openKeys.get(key) ?? [], requirement]);
    } else if (!requirementMatches(requirement, labels)) {
      return false;
    }
  }
  return openKeys === undefined || [...openKeys].every(([key, own]) => quantify(
    distinctValues(generated.find(label => label.key === key) ?? { key, optional: true }, own.flatMap(({ values }) => values)),
    value => own.every(requirement => requirementMatches(requirement, value === undefined ? {} : { [key]: value })),
  ));
}
