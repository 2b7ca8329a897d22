import { Labels, LabelSelector } from './objects';

/** One requirement of a selector. `values` is sorted, without doubles, and empty for Exists and DoesNotExist. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** So many selectors are kept for further use. */
const MOST_KNOWN = 50_000;

/**
 * A label selector in one normal form: `matchLabels` is `In` with one value, and two selectors that
 * say the same have the same `id`.
 */
export class Selector {
  /** Selects every object. */
  public static readonly everything = new Selector([]);

  /** Reads a selector of the API. It must be valid (see policy validation). */
  public static from(selector: LabelSelector): Selector {
    const requirements: Requirement[] = [];
    for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
      // The API server decodes null as the empty string, here and below.
      requirements.push({ key, operator: 'In', values: [value ?? ''] });
    }
    for (const { key, operator, values } of selector.matchExpressions ?? []) {
      requirements.push({ key, operator, values: [...new Set((values ?? []).map(value => value ?? ''))].sort() });
    }
    return requirements.length === 0 ? Selector.everything : Selector.of(requirements);
  }

  /** Selects objects that have each of these labels. */
  public static labels(labels: Labels): Selector {
    return Selector.from({ matchLabels: labels });
  }

  /** Selectors made lately, by `id`: a cluster asks for the same few again and again, and one object serves them all. */
  private static readonly known = new Map<string, Selector>();

  private static of(requirements: readonly Requirement[]): Selector {
    const made = new Selector(requirements);
    const same = Selector.known.get(made.id);
    if (same !== undefined) { return same; }
    if (Selector.known.size >= MOST_KNOWN) { Selector.known.clear(); }
    Selector.known.set(made.id, made);
    return made;
  }

  public readonly requirements: readonly Requirement[];

  /** Equal for selectors that say the same. */
  public readonly id: string;

  private constructor(requirements: readonly Requirement[]) {
    const byId = new Map(requirements.map(r => [JSON.stringify([r.key, r.operator, r.values]), r]));
    const ids = [...byId.keys()].sort();
    this.requirements = ids.map(id => byId.get(id)!);
    this.id = ids.join();
  }

  /** True where the selector selects everything, because it asks for nothing. */
  public get isEverything(): boolean { return this.requirements.length === 0; }

  /** True where an object with these labels is selected. */
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

  /** As kubectl writes it: `app=backend,tier in (a,b),!canary`. */
  public toString(): string {
    return this.isEverything ? '(everything)' : this.requirements.map(formatRequirement).join(',');
  }
}

/**
 * One requirement against labels. `NotIn` holds where the key is absent
 * (k8s.io/apimachinery/pkg/labels, Requirement.Matches).
 */
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
