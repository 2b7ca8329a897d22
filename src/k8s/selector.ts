import { BoundedCache } from './bounded-cache';
import { Labels, LabelSelector } from './objects';

/** A requirement of a selector. `values` is sorted, has no duplicates, and is empty for Exists and DoesNotExist. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/**
 * A label selector in a normal form: an entry of `matchLabels` is a requirement `In` with one value, and two selectors with the same
 * requirements have the same `id`.
 */
export class Selector {
  /** Selects every object. */
  public static readonly everything = new Selector([]);

  /** Reads a valid selector of the API. */
  public static from(selector: LabelSelector): Selector {
    const labels = Object.entries(selector.matchLabels ?? {});
    const [label] = labels;
    // Most selectors are one label, and making one anew costs much more than finding it.
    if (labels.length === 1 && !selector.matchExpressions?.length) {
      const [key, value] = [label[0], label[1] ?? ''];
      return Selector.ofOneLabel.get(`${key.length} ${key}=${value}`, () => Selector.of([{ key, operator: 'In', values: [value] }]));
    }
    const requirements: Requirement[] = [];
    for (const [key, value] of labels) {
      // The API server reads null as the empty string, here and below.
      requirements.push({ key, operator: 'In', values: [value ?? ''] });
    }
    for (const { key, operator, values } of selector.matchExpressions ?? []) {
      requirements.push({ key, operator, values: [...new Set((values ?? []).map(value => value ?? ''))].sort() });
    }
    return Selector.of(requirements);
  }

  /** Selects objects that have all of these labels. */
  public static labels(labels: Labels): Selector {
    return Selector.from({ matchLabels: labels });
  }

  /** Selects objects that meet all of these requirements. */
  public static of(requirements: readonly Requirement[]): Selector {
    if (requirements.length === 0) { return Selector.everything; }
    const selector = new Selector(requirements);
    return Selector.known.get(selector.id, () => selector);
  }

  /** By `id`. A cluster repeats the same few selectors, and what is computed for one of them then serves all. */
  private static readonly known = new BoundedCache<Selector>(50_000);

  private static readonly ofOneLabel = new BoundedCache<Selector>(50_000);

  public readonly requirements: readonly Requirement[];

  /** Equal for selectors with the same requirements. */
  public readonly id: string;

  private constructor(requirements: readonly Requirement[]) {
    const byId = new Map(requirements.map(r => [JSON.stringify([r.key, r.operator, r.values]), r]));
    const ids = [...byId.keys()].sort();
    this.requirements = ids.map(id => byId.get(id)!);
    this.id = ids.join();
  }

  /** True if the selector has no requirements and selects everything. */
  public get isEverything(): boolean { return this.requirements.length === 0; }

  /** True if the selector selects an object with these labels. */
  public matches(labels: Labels): boolean {
    return this.requirements.every(r => requirementMatches(r, labels));
  }

  /**
   * True if some object could be selected whose labels are known in part: `isKnown` says for which keys `labels` is the truth, the
   * others may have any value or be absent.
   */
  public couldMatch(labels: Labels, isKnown: (key: string) => boolean): boolean {
    const open = this.requirements.filter(({ key }) => !isKnown(key));
    return this.requirements.every(r => !isKnown(r.key) || requirementMatches(r, labels))
      && [...new Set(open.map(({ key }) => key))].every(key => isSatisfiable(open.filter(r => r.key === key)));
  }

  /** True if every object is selected whose labels are known in part, as for `couldMatch`. */
  public surelyMatches(labels: Labels, isKnown: (key: string) => boolean): boolean {
    return this.requirements.every(r => isKnown(r.key) && requirementMatches(r, labels));
  }

  /** The form that `kubectl --selector` accepts: `app=backend,tier in (a,b),!canary`. */
  public toString(): string {
    return this.isEverything ? '(everything)' : this.requirements.map(formatRequirement).join(',');
  }
}

/** True if labels meet a requirement. `NotIn` also holds if the key is absent (k8s.io/apimachinery, pkg/labels, Requirement.Matches). */
export function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const present = Object.hasOwn(labels, key);
  switch (operator) {
    case 'In': return present && values.includes(labels[key]);
    case 'NotIn': return !present || !values.includes(labels[key]);
    case 'Exists': return present;
    case 'DoesNotExist': return !present;
  }
}

/** True if one label, absent or with some value, meets all these requirements on one key. */
function isSatisfiable(requirements: readonly Requirement[]): boolean {
  if (requirements.every(({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist')) { return true; }
  if (requirements.some(({ operator }) => operator === 'DoesNotExist')) { return false; }
  const listed = requirements.filter(({ operator }) => operator === 'In').map(({ values }) => values);
  const excluded = requirements.filter(({ operator }) => operator === 'NotIn').flatMap(({ values }) => values);
  if (listed.length === 0) { return true; }
  return listed[0].some(value => listed.every(values => values.includes(value)) && !excluded.includes(value));
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In': return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join()})`;
    case 'NotIn': return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join()})`;
    case 'Exists': return key;
    case 'DoesNotExist': return `!${key}`;
  }
}

/** A value of a label that is none of these values: `other`, or `other-1`. */
export function valueOutside(values: ReadonlySet<string | undefined>): string {
  let value = 'other';
  for (let i = 1; values.has(value); i++) { value = `other-${i}`; }
  return value;
}
