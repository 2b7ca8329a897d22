import { GeneratedLabel, AddressesClause } from '../cluster/cluster';
import { hasForm, valueOfForm } from '../cluster/pod-selection';
import { ConnectionSet } from '../evaluator/connections';
import { AddressRange, Cidr, parseCidr, subtractRanges } from '../k8s/address';
import { Requirement, valueOutside } from '../k8s/selector';

/*
 * The values that one fact about a possible pod may have: a label, an address, or the port of a connection. A search narrows such sets until
 * every constraint holds.
 */

/** A set of values. */
export type ValueSet = LabelSet | AddressSet | ConnectionSet;

/** The values that are in both sets, which are of one type. */
export function intersection(a: ValueSet, b: ValueSet): ValueSet {
  return (a as LabelSet).intersect(b as LabelSet);
}

/** The values of `a` that are not in `b`. Both are of one type. */
export function difference(a: ValueSet, b: ValueSet): ValueSet {
  return (a as LabelSet).subtract(b as LabelSet);
}

const NO_VALUES: ReadonlySet<string> = new Set();

/** What one label may be: absent, or some value. The values are a list, or every value except a list. */
export class LabelSet {
  /** Absent, or any value. */
  public static readonly ANY = new LabelSet(true, true, NO_VALUES);
  /** Any value. */
  public static readonly PRESENT = new LabelSet(false, true, NO_VALUES);
  /** Only absent. */
  public static readonly ABSENT = new LabelSet(true, false, NO_VALUES);

  /** One of these values. */
  public static of(...values: string[]): LabelSet {
    return new LabelSet(false, false, new Set(values));
  }

  /** A label whose value the input does not determine: one of some values, or one of a form. */
  public static generated(isOptional: boolean, { form, values }: Pick<GeneratedLabel, 'form' | 'values'>): LabelSet {
    return values === undefined ? new LabelSet(isOptional, true, NO_VALUES, form) : new LabelSet(isOptional, false, new Set(values));
  }

  /** This value, or absent. */
  public static optional(value: string): LabelSet {
    return new LabelSet(true, false, new Set([value]));
  }

  /** The labels that meet a requirement. */
  public static meeting(requirement: Requirement): LabelSet {
    let set = LabelSet.requirements.get(requirement);
    if (set === undefined) {
      const { operator, values } = requirement;
      const listed = new Set(values);
      set = operator === 'In' ? new LabelSet(false, false, listed)
        : operator === 'NotIn' ? new LabelSet(true, true, listed)
          : operator === 'Exists' ? LabelSet.PRESENT : LabelSet.ABSENT;
      LabelSet.requirements.set(requirement, set);
    }
    return set;
  }

  private static readonly requirements = new WeakMap<Requirement, LabelSet>();

  private opposite?: LabelSet;

  /**
   * @param absent the label may be absent
   * @param all every value except those in `values`; otherwise only those
   * @param form with `all`: only values of this form (GeneratedLabel)
   */
  private constructor(
    public readonly absent: boolean, private readonly all: boolean, private readonly values: ReadonlySet<string>, private readonly form?: string,
  ) {}

  public get isEmpty(): boolean { return !this.absent && !this.all && this.values.size === 0; }

  /** The values that are possible if there is a list of them; undefined if every value but a few is possible. */
  public get listed(): ReadonlySet<string> | undefined { return this.all ? undefined : this.values; }

  public intersect(other: LabelSet): LabelSet {
    if (other === LabelSet.ANY || other === this) { return this; }
    const absent = this.absent && other.absent;
    if (this.all && other.all) {
      return new LabelSet(absent, true, other.values.size === 0 ? this.values : new Set([...this.values, ...other.values]), this.form ?? other.form);
    }
    const [list, rest] = this.all ? [other, this] : [this, other];
    const values = new Set<string>();
    for (const value of list.values) { if (rest.has(value)) { values.add(value); } }
    return new LabelSet(absent, false, values);
  }

  public subtract(other: LabelSet): LabelSet {
    return this.intersect(other.complement);
  }

  /** One possible label: undefined if it may be absent, and `other…` if any value would do. */
  public example(): string | undefined {
    if (this.absent) { return undefined; }
    if (!this.all) { return [...this.values].sort()[0]; }
    return this.form === undefined ? valueOutside(this.values) : valueOfForm(this.form, this.values);
  }

  private get complement(): LabelSet {
    return this.opposite ??= new LabelSet(!this.absent, !this.all, this.values);
  }

  private has(value: string): boolean {
    if (!this.all) { return this.values.has(value); }
    return !this.values.has(value) && hasForm(value, this.form);
  }
}

const NONE_TAKEN: ReadonlySet<bigint> = new Set();

/** A set of addresses: ranges that do not overlap, ascending, without the addresses that other pods are known to have. */
export class AddressSet {
  /** The addresses of a block without its exceptions. */
  public static ofClause(clause: AddressesClause): AddressSet {
    let set = AddressSet.clauses.get(clause);
    if (set === undefined) { AddressSet.clauses.set(clause, set = new AddressSet(subtractRanges(clause.block, clause.except), NONE_TAKEN)); }
    return set;
  }

  /** The union of some ranges, without the addresses that are taken. */
  public static of(ranges: readonly AddressRange[], taken: ReadonlySet<bigint> = NONE_TAKEN): AddressSet {
    const sorted = [...ranges].sort((a, b) => a.first < b.first ? -1 : 1);
    const apart: AddressRange[] = [];
    for (const { first, last } of sorted) {
      const end = apart.at(-1)?.last ?? -1n;
      if (last > end) { apart.push({ first: first > end ? first : end + 1n, last }); }
    }
    return new AddressSet(apart, taken);
  }

  private static readonly clauses = new WeakMap<AddressesClause, AddressSet>();

  private constructor(public readonly ranges: readonly AddressRange[], private readonly taken: ReadonlySet<bigint>) {}

  public get isEmpty(): boolean {
    return this.ranges.every(range => freeIn(range, address => !this.taken.has(address)) === undefined);
  }

  public has(address: bigint): boolean {
    return this.ranges.some(({ first, last }) => first <= address && address <= last);
  }

  public intersect(other: AddressSet): AddressSet {
    return this.subtract(this.subtract(other));
  }

  public subtract({ ranges: others }: AddressSet): AddressSet {
    let from = 0;
    return new AddressSet(this.ranges.flatMap(range => {
      while (from < others.length && others[from].last < range.first) { from++; }
      let end = from;
      while (end < others.length && others[end].first <= range.last) { end++; }
      return subtractRanges(range, others.slice(from, end));
    }), this.taken);
  }

  /** An address that is not taken, and is not this other one: a private one if the set has it. Undefined if there is none. */
  public example(other?: bigint): bigint | undefined {
    const usual = USUAL.flatMap(({ first, last }) => this.ranges.map(range =>
      ({ first: range.first > first ? range.first : first, last: range.last < last ? range.last : last })));
    const isFree = (address: bigint) => address !== other && !this.taken.has(address);
    for (const range of [...usual, ...this.ranges]) {
      const address = freeIn(range, isFree);
      if (address !== undefined) { return address; }
    }
    return undefined;
  }
}

/** Clusters give out addresses in ascending order, so after this many the end of a range is tried. */
const TRIED_FIRST = 64n;

/** A free address of a range. People take the first address of a block for the block, so it comes last. */
function freeIn({ first, last }: AddressRange, isFree: (address: bigint) => boolean): bigint | undefined {
  const half = first + TRIED_FIRST < last ? first + TRIED_FIRST : last;
  for (let address = first + 1n; address <= half; address++) { if (isFree(address)) { return address; } }
  for (let address = last; address > half; address--) { if (isFree(address)) { return address; } }
  return first <= last && isFree(first) ? first : undefined;
}

/** Private addresses, for examples. */
const USUAL: readonly AddressRange[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'].map(block => parseCidr(block) as Cidr);
