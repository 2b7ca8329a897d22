import { BitLiteral, NogoodSearch } from './nogood-search';
import { difference, intersection, ValueSet } from './value-set';

/*
 * A search for values of variables: for the labels, the addresses and the port of a connection that could exist. Every constraint is about
 * one variable, or forbids that several such constraints hold together ("not selected by this policy"). This is the satisfiability problem of
 * propositional logic, whose worst case is exponential, so the search counts its steps.
 */

/** The number of steps of a claim's search has run out. */
export class BudgetExceeded extends Error {}

/** An intersection of two sets of values takes about as long as this many steps. */
const SET_STEPS = 20;

/** The steps that a claim may take. One step looks at a few bits. */
export class Budget {
  /** @param steps how many steps are left */
  constructor(private steps: number) {}

  /**
   * Takes some steps.
   * @throws BudgetExceeded if fewer are left
   */
  public step(count: number): void {
    this.steps -= count;
    if (this.steps < 0) { throw new BudgetExceeded(); }
  }
}

/** A constraint on one variable: its value is one of these. */
export interface Literal {
  readonly variable: string;
  readonly allowed: ValueSet;
}

/** Constraints that must not all hold. */
export type Nogood = readonly Literal[];

/** What the search knows about each variable. It can take back what it has narrowed. */
export class ConstraintSearch {
  private readonly domains = new Map<string, ValueSet>();
  private readonly trail: { readonly variable: string; readonly before: ValueSet | undefined }[] = [];

  /** @param initial the values that a variable has before anything narrows it */
  constructor(private readonly initial: (variable: string) => ValueSet, private readonly budget: Budget) {}

  /** The values that a variable may have. */
  public domain(variable: string): ValueSet {
    return this.domains.get(variable) ?? this.initial(variable);
  }

  /** True if the variable was narrowed. */
  public isNarrowed(variable: string): boolean { return this.domains.has(variable); }

  /** The variables that were narrowed. */
  public narrowed(): Iterable<string> { return this.domains.keys(); }

  /** A point to which `undo` can go back. */
  public mark(): number { return this.trail.length; }

  /** Takes back everything that was narrowed since the mark. */
  public undo(mark: number): void {
    while (this.trail.length > mark) {
      const { variable, before } = this.trail.pop()!;
      if (before === undefined) { this.domains.delete(variable); } else { this.domains.set(variable, before); }
    }
  }

  /** Narrows a variable. Returns false if no value is left. */
  public require({ variable, allowed }: Literal): boolean {
    this.budget.step(SET_STEPS);
    return this.set(variable, intersection(this.domain(variable), allowed));
  }

  /** Narrows each of the variables. Returns false if one has no value left. */
  public requireAll(literals: readonly Literal[]): boolean {
    return literals.every(literal => this.require(literal));
  }

  /**
   * Narrows the variables until none of the nogoods can hold. Then every combination of the values that are left is a solution. Returns false,
   * with the variables as they were, if there is no solution.
   */
  public solve(nogoods: readonly Nogood[]): boolean {
    const mark = this.mark();
    const open = this.propagate(nogoods);
    if (open !== undefined && this.solveByBits(open)) { return true; }
    this.undo(mark);
    return false;
  }

  /** Solves a problem whose constraints depend on each other. */
  private solveByBits(nogoods: readonly Nogood[]): boolean {
    const variables = [...new Set(nogoods.flatMap(nogood => nogood.map(({ variable }) => variable)))];
    const numbers = new Map(variables.map((variable, i) => [variable, i]));
    const atoms = variables.map(variable => this.atomsOf(variable, nogoods));
    const bits = new Map<string, BitLiteral[]>();
    const bitLiteral = ({ variable, allowed }: Literal): BitLiteral => {
      const known = bits.get(variable) ?? [];
      bits.set(variable, known);
      const number = numbers.get(variable)!;
      const row = new Int32Array((atoms[number].length + 31) >>> 5);
      atoms[number].forEach((atom, i) => { if (!intersection(atom, allowed).isEmpty) { row[i >>> 5] |= 1 << (i & 31); } });
      // Equal literals are one object, so that the search can count them.
      const same = known.find(literal => literal.bits.every((word, i) => word === row[i]));
      if (same !== undefined) { return same; }
      known.push({ variable: number, bits: row });
      return known[known.length - 1];
    };
    const solution = new NogoodSearch(atoms.map(({ length }) => length), nogoods.map(nogood => nogood.map(bitLiteral)), this.budget).solve();
    if (solution === undefined) { return false; }
    variables.forEach((variable, number) => atoms[number].forEach((atom, i) => {
      if (!solution(number, i)) { this.exclude({ variable, allowed: atom }); }
    }));
    return true;
  }

  /** The values of a variable, in groups that no nogood tells apart. */
  private atomsOf(variable: string, nogoods: readonly Nogood[]): ValueSet[] {
    let atoms = [this.domain(variable)];
    for (const nogood of nogoods) {
      for (const literal of nogood) {
        if (literal.variable !== variable) { continue; }
        this.budget.step(SET_STEPS * atoms.length);
        atoms = atoms.flatMap(atom => [intersection(atom, literal.allowed), difference(atom, literal.allowed)].filter(part => !part.isEmpty));
      }
    }
    return atoms;
  }

  /**
   * Excludes the last possible literal of every nogood, as long as there is one. Returns what is left of the nogoods that can still hold;
   * undefined if one of them holds for certain.
   */
  private propagate(nogoods: readonly Nogood[]): Nogood[] | undefined {
    let open = nogoods;
    for (let isChanged = true; isChanged;) {
      isChanged = false;
      const next: Nogood[] = [];
      for (const nogood of open) {
        const uncertain = this.uncertainOf(nogood);
        if (uncertain === undefined) { continue; }
        if (uncertain.length === 0) { return undefined; }
        if (uncertain.length > 1) { next.push(uncertain); continue; }
        this.exclude(uncertain[0]);
        isChanged = true;
      }
      open = next;
    }
    return [...open];
  }

  /** The literals of a nogood that may hold and may not; undefined if one of its literals cannot hold. */
  private uncertainOf(nogood: Nogood): Literal[] | undefined {
    const uncertain: Literal[] = [];
    for (const literal of nogood) {
      this.budget.step(SET_STEPS);
      const domain = this.domain(literal.variable);
      if (intersection(domain, literal.allowed).isEmpty) { return undefined; }
      if (!difference(domain, literal.allowed).isEmpty) { uncertain.push(literal); }
    }
    return uncertain;
  }

  /** Excludes some values of a variable, which has others. */
  private exclude({ variable, allowed }: Literal): void {
    this.set(variable, difference(this.domain(variable), allowed));
  }

  private set(variable: string, after: ValueSet): boolean {
    if (after.isEmpty) { return false; }
    this.trail.push({ variable, before: this.domains.get(variable) });
    this.domains.set(variable, after);
    return true;
  }
}
