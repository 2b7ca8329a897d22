import { difference, intersection, ValueSet } from './value-set';

/*
 * A search for values of variables: for the labels, the addresses and the port of a connection that could exist. Every constraint is about
 * one variable, or forbids that several such constraints hold together ("not selected by this policy"). This is the satisfiability problem of
 * propositional logic, whose worst case is exponential, so the search counts its steps.
 */

/** The number of steps of a claim's search has run out. */
export class BudgetExceeded extends Error {}

/** The steps that a claim may take. One step looks at one constraint. */
export class Budget {
  /** @param steps how many steps are left */
  constructor(private steps: number) {}

  /** @throws BudgetExceeded if none is left */
  public step(): void {
    if (--this.steps < 0) { throw new BudgetExceeded(); }
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
    this.budget.step();
    const domain = this.domain(variable);
    return this.set(variable, domain, intersection(domain, allowed));
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
    if (open !== undefined && this.solveParts(open)) { return true; }
    this.undo(mark);
    return false;
  }

  /** Solves groups of nogoods that share no variable, one after the other. */
  private solveParts(nogoods: readonly Nogood[]): boolean {
    if (nogoods.length === 0) { return true; }
    return partsOf(nogoods).every(part => this.branch(part));
  }

  /** Tries each way to break the shortest nogood: its first literal does not hold; or it does and the second does not; and so on. */
  private branch(nogoods: readonly Nogood[]): boolean {
    const shortest = nogoods.reduce((best, one) => one.length < best.length ? one : best);
    const rest = nogoods.filter(one => one !== shortest);
    const mark = this.mark();
    for (const literal of this.mostConstrainedFirst(shortest, rest)) {
      const start = this.mark();
      if (this.exclude(literal) && this.solve(rest)) { return true; }
      this.undo(start);
      if (!this.require(literal)) { break; }
    }
    this.undo(mark);
    return false;
  }

  /** The literals of a nogood, those whose variables are in most of the other nogoods first. */
  private mostConstrainedFirst(nogood: Nogood, others: readonly Nogood[]): Literal[] {
    const mentions = (variable: string) => others.reduce((sum, one) => sum + (one.some(literal => literal.variable === variable) ? 1 : 0), 0);
    return nogood.map(literal => ({ literal, count: mentions(literal.variable) })).sort((a, b) => b.count - a.count).map(({ literal }) => literal);
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
        if (!this.exclude(uncertain[0])) { return undefined; }
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
      this.budget.step();
      const domain = this.domain(literal.variable);
      if (intersection(domain, literal.allowed).isEmpty) { return undefined; }
      if (!difference(domain, literal.allowed).isEmpty) { uncertain.push(literal); }
    }
    return uncertain;
  }

  private exclude({ variable, allowed }: Literal): boolean {
    const domain = this.domain(variable);
    return this.set(variable, domain, difference(domain, allowed));
  }

  private set(variable: string, before: ValueSet, after: ValueSet): boolean {
    if (after.isEmpty) { return false; }
    if (after !== before) {
      this.trail.push({ variable, before: this.domains.get(variable) });
      this.domains.set(variable, after);
    }
    return true;
  }
}

/** Groups of nogoods, so that no two groups share a variable. */
function partsOf(nogoods: readonly Nogood[]): Nogood[][] {
  let parts: { variables: Set<string>; nogoods: Nogood[] }[] = [];
  for (const nogood of nogoods) {
    const variables = new Set(nogood.map(({ variable }) => variable));
    const [touched, others] = [parts.filter(part => [...variables].some(v => part.variables.has(v))), parts.filter(part => ![...variables].some(v => part.variables.has(v)))];
    parts = [...others, {
      variables: new Set([...variables, ...touched.flatMap(part => [...part.variables])]),
      nogoods: [...touched.flatMap(part => part.nogoods), nogood],
    }];
  }
  return parts.map(part => part.nogoods);
}
