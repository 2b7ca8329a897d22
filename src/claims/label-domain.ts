import { Labels } from '../k8s/objects';
import { Requirement } from '../k8s/selector';

/*
 * What labels an object may carry that does not exist yet. For each key that is spoken of: may it be
 * absent, and which values may it have, a list or all but a list. Every requirement of a selector and
 * every opposite of one is such a domain, so that "selected by this and by none of those" is a
 * search over domains and needs no pod to be tried.
 */

/** What one label may be. */
interface Domain {
  readonly absent: boolean;
  /** Where `all`, every value but these; else these alone. */
  readonly values: ReadonlySet<string>;
  readonly all: boolean;
}

const ANYTHING: Domain = { absent: true, values: new Set(), all: true };

/** Labels as far as they are decided. Immutable: a search branches by making narrower ones. */
export class LabelDomain {
  /** Any labels at all. */
  public static readonly any = new LabelDomain(new Map(), true);

  /** Just these labels. */
  public static exactly(labels: Labels): LabelDomain {
    return new LabelDomain(new Map(Object.entries(labels).map(([key, value]) =>
      [key, { absent: false, values: new Set([value]), all: false }])), false);
  }

  private constructor(private readonly domains: ReadonlyMap<string, Domain>, private readonly open: boolean) {}

  /** These labels where the requirement holds too; nothing where that can not be. */
  public where(requirement: Requirement): LabelDomain | undefined {
    return this.narrowed(requirement.key, domainOf(requirement));
  }

  /** These labels where the requirement does not hold; nothing where that can not be. */
  public whereNot(requirement: Requirement): LabelDomain | undefined {
    return this.narrowed(requirement.key, domainOf(opposite(requirement)));
  }

  /** These labels where all requirements hold. */
  public whereAll(requirements: readonly Requirement[]): LabelDomain | undefined {
    return requirements.reduce<LabelDomain | undefined>((domain, requirement) => domain?.where(requirement), this);
  }

  /** One set of labels out of all these: the least that is asked, `other-…` where any value would do. */
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

function opposite(requirement: Requirement): Requirement {
  const operators = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;
  return { ...requirement, operator: operators[requirement.operator] };
}

function intersection(a: Domain, b: Domain): Domain {
  const absent = a.absent && b.absent;
  if (a.all && b.all) { return { absent, all: true, values: new Set([...a.values, ...b.values]) }; }
  const [listed, other] = a.all ? [b, a] : [a, b];
  return { absent, all: false, values: new Set([...listed.values].filter(v => other.all ? !other.values.has(v) : other.values.has(v))) };
}

function valueOutside(values: ReadonlySet<string>): string {
  let value = 'other';
  for (let i = 1; values.has(value); i++) { value = `other-${i}`; }
  return value;
}
