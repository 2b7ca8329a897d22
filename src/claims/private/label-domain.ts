import { Labels } from '../../k8s/objects';
import { Requirement, valueOutside } from '../../k8s/selector';

/*
 * The labels that a possible pod or namespace may carry. For each key, a domain holds whether the label may be absent and which values
 * it may have: a list of values, or every value except a list. A requirement of a selector is such a domain, and so is its negation. So
 * "selected by this and by none of those" is a search over domains.
 */

/** What one label may be. */
interface Domain {
  readonly absent: boolean;
  /** The possible values; with `all`, the impossible ones. */
  readonly values: ReadonlySet<string>;
  readonly all: boolean;
}

const ANYTHING: Domain = { absent: true, values: new Set(), all: true };

/** The possible labels of an object. Immutable, so that a search can branch by narrowing it. */
export class LabelDomain {
  /** Any labels at all. */
  public static readonly any = new LabelDomain(new Map(), true);

  /** Exactly these labels. */
  public static exactly(labels: Labels): LabelDomain {
    return new LabelDomain(new Map(Object.entries(labels).map(([key, value]) =>
      [key, { absent: false, values: new Set([value]), all: false }])), false);
  }

  private constructor(private readonly domains: ReadonlyMap<string, Domain>, private readonly open: boolean) {}

  /** The labels for which the requirement also holds; undefined if there are none. */
  public where(requirement: Requirement): LabelDomain | undefined {
    return this.narrowed(requirement.key, domainOf(requirement));
  }

  /** The labels for which the requirement does not hold; undefined if there are none. */
  public whereNot(requirement: Requirement): LabelDomain | undefined {
    return this.narrowed(requirement.key, domainOf(negation(requirement)));
  }

  /** The labels for which every requirement holds; undefined if there are none. */
  public whereAll(requirements: readonly Requirement[]): LabelDomain | undefined {
    return requirements.reduce<LabelDomain | undefined>((domain, requirement) => domain?.where(requirement), this);
  }

  /** One possible set of labels: only the keys that must be present, with the value `other…` if any value would do. */
  public example(): Labels {
    const labels: Record<string, string> = {};
    for (const [key, domain] of [...this.domains].sort(([a], [b]) => a < b ? -1 : 1)) {
      if (domain.absent) { continue; }
      labels[key] = domain.all ? valueOutside(domain.values) : [...domain.values].sort()[0];
    }
    return labels;
  }

  private narrowed(key: string, other: Domain): LabelDomain | undefined {
    const known = this.domains.get(key) ?? (this.open ? ANYTHING : { absent: true, values: new Set<string>(), all: false });
    const domain = intersection(known, other);
    if (!domain.absent && !domain.all && domain.values.size === 0) { return undefined; }
    return new LabelDomain(new Map(this.domains).set(key, domain), this.open);
  }
}

function domainOf({ operator, values }: Requirement): Domain {
  switch (operator) {
    case 'In': return { absent: false, values: new Set(values), all: false };
    case 'NotIn': return { absent: true, values: new Set(values), all: true };
    case 'Exists': return { absent: false, values: new Set(), all: true };
    case 'DoesNotExist': return { absent: true, values: new Set(), all: false };
  }
}

function negation(requirement: Requirement): Requirement {
  const operators = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;
  return { ...requirement, operator: operators[requirement.operator] };
}

function intersection(a: Domain, b: Domain): Domain {
  const absent = a.absent && b.absent;
  if (a.all && b.all) { return { absent, all: true, values: new Set([...a.values, ...b.values]) }; }
  const [listed, other] = a.all ? [b, a] : [a, b];
  return { absent, all: false, values: new Set([...listed.values].filter(v => other.all ? !other.values.has(v) : other.values.has(v))) };
}
