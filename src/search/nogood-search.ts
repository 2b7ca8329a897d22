import { Budget } from './constraint-search';

/*
 * The hard core of a search: what is left when no single constraint decides anything. The values of each variable are a few atoms that no
 * constraint tells apart, so a set of values is a row of bits. All rows are in one array, because a search looks at millions of them.
 */

/** A constraint on one variable: its value is one of these atoms. */
export interface BitLiteral {
  readonly variable: number;
  /** One bit for each atom of the variable, in words of 32. */
  readonly bits: Int32Array;
}

/** What a nogood can be whose literals are not all uncertain. */
const CANNOT_HOLD = -1;

/**
 * Finds values for variables so that none of the nogoods holds: by unit propagation, by branching on the most constrained literal first, and
 * with a memory of the subproblems that have no solution.
 */
export class NogoodSearch {
  /** Where the row of each variable starts in an array of domains. */
  private readonly starts: Int32Array;
  private readonly initial: Int32Array;
  private readonly literals: readonly BitLiteral[];
  /** The numbers of the literals of each nogood. */
  private readonly nogoods: readonly Int32Array[];
  /** The nogoods that mention each variable. */
  private readonly nogoodsOf: readonly (readonly number[])[];
  /** The subproblems that have no solution. The budget limits their number. */
  private readonly failed = new Set<string>();

  /**
   * @param sizes how many atoms each variable has
   * @param nogoods constraints that must not all hold; equal literals are one object
   */
  constructor(sizes: readonly number[], nogoods: readonly (readonly BitLiteral[])[], private readonly budget: Budget) {
    this.starts = new Int32Array(sizes.length + 1);
    sizes.forEach((size, variable) => { this.starts[variable + 1] = this.starts[variable] + ((size + 31) >>> 5); });
    this.initial = new Int32Array(this.starts[sizes.length]);
    sizes.forEach((size, variable) => {
      for (let atom = 0; atom < size; atom++) { this.initial[this.starts[variable] + (atom >>> 5)] |= 1 << (atom & 31); }
    });
    this.literals = [...new Set(nogoods.flat())];
    const numbers = new Map(this.literals.map((literal, number) => [literal, number]));
    this.nogoods = nogoods.map(nogood => Int32Array.from(nogood, literal => numbers.get(literal)!));
    const nogoodsOf: number[][] = sizes.map(() => []);
    nogoods.forEach((nogood, number) => { for (const { variable } of nogood) { nogoodsOf[variable].push(number); } });
    this.nogoodsOf = nogoodsOf;
  }

  /** Whether each atom of each variable is possible in the solution: no nogood holds, whichever is chosen. Undefined if there is no solution. */
  public solve(): ((variable: number, atom: number) => boolean) | undefined {
    const all = Int32Array.from(this.nogoods, (_, number) => number);
    const solution = this.search(this.initial, all, all);
    return solution && ((variable, atom) => (solution[this.starts[variable] + (atom >>> 5)] & 1 << (atom & 31)) !== 0);
  }

  /**
   * Narrows `domains` to a solution.
   *
   * @param candidates the nogoods that may hold
   * @param changed those to look at first
   */
  private search(domains: Int32Array, candidates: Int32Array, changed: ArrayLike<number>): Int32Array | undefined {
    if (!this.propagate(domains, changed)) { return undefined; }
    const open = candidates.filter(nogood => this.uncertainIn(domains, nogood) !== CANNOT_HOLD);
    if (open.length === 0) { return domains; }
    const key = this.keyOf(domains, open);
    if (this.failed.has(key)) { return undefined; }
    const literal = this.mostConstrained(domains, open);
    for (const isHeld of [false, true]) {
      const next = domains.slice();
      this.narrow(next, literal, isHeld);
      const found = this.search(next, open, this.nogoodsOf[literal.variable]);
      if (found !== undefined) { return found; }
    }
    this.failed.add(key);
    return undefined;
  }

  /** Excludes the last possible literal of every nogood. Returns false if a nogood holds. */
  private propagate(domains: Int32Array, changed: ArrayLike<number>): boolean {
    const queue = Array.from(changed);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const uncertain = this.uncertainIn(domains, next);
      if (uncertain === 0) { return false; }
      if (uncertain !== 1) { continue; }
      const last = this.literals[this.nogoods[next].find(literal => this.isUncertain(domains, literal))!];
      this.narrow(domains, last, false);
      for (const nogood of this.nogoodsOf[last.variable]) { queue.push(nogood); }
    }
    return true;
  }

  /** How many literals of a nogood are uncertain, or CANNOT_HOLD. */
  private uncertainIn(domains: Int32Array, nogood: number): number {
    const literals = this.nogoods[nogood];
    this.budget.step(literals.length);
    let uncertain = 0;
    for (let i = 0; i < literals.length; i++) {
      const { variable, bits } = this.literals[literals[i]];
      const start = this.starts[variable];
      let inside = 0;
      let outside = 0;
      for (let word = 0; word < bits.length; word++) {
        inside |= domains[start + word] & bits[word];
        outside |= domains[start + word] & ~bits[word];
      }
      if (inside === 0) { return CANNOT_HOLD; }
      if (outside !== 0) { uncertain++; }
    }
    return uncertain;
  }

  /** True if a literal of a nogood that can hold is uncertain. */
  private isUncertain(domains: Int32Array, literal: number): boolean {
    const { variable, bits } = this.literals[literal];
    const start = this.starts[variable];
    return bits.some((row, word) => (domains[start + word] & ~row) !== 0);
  }

  private narrow(domains: Int32Array, { variable, bits }: BitLiteral, isHeld: boolean): void {
    const start = this.starts[variable];
    for (let word = 0; word < bits.length; word++) { domains[start + word] &= isHeld ? bits[word] : ~bits[word]; }
  }

  /** The literal that is in the most nogoods. */
  private mostConstrained(domains: Int32Array, open: Int32Array): BitLiteral {
    const counts = new Int32Array(this.literals.length);
    let best = 0;
    let most = 0;
    for (const nogood of open) {
      for (const literal of this.nogoods[nogood]) {
        if (this.isUncertain(domains, literal) && ++counts[literal] > most) { [best, most] = [literal, counts[literal]]; }
      }
    }
    return this.literals[best];
  }

  /** The same for two states in which the same nogoods are open, and their variables have the same values. */
  private keyOf(domains: Int32Array, open: Int32Array): string {
    const codes: number[] = [];
    const variables = new Set<number>();
    for (const nogood of open) {
      codes.push(nogood);
      for (const literal of this.nogoods[nogood]) { variables.add(this.literals[literal].variable); }
    }
    for (const variable of variables) { codes.push(...domains.subarray(this.starts[variable], this.starts[variable + 1])); }
    return codes.join();
  }
}
