import * as fc from 'fast-check';
import { FuzzLimits } from './cluster-fuzz';
import { compareProgram, Comparison } from '../promises/claim-comparison';
import { arbitraryClaimProgram, ClaimProgram } from '../promises/claim-program';

/** The result of a run, without the programs that shrinking tried. */
export interface ClaimFuzzResult {
  readonly programs: number;
  readonly claims: number;
  readonly witnesses: number;
  /** Claims that netpol did not decide. */
  readonly undecided: number;
  /** The smallest program found with a difference: its claim, its policies, and the difference. */
  readonly unequal?: string;
}

/** The number of programs per seed. The next batch uses the next seed. */
const BATCH = 100;

/**
 * Compares the claims of random programs with the specification until a limit is reached or they differ. The same seed gives the same
 * programs. Calls `tell` after every batch.
 */
export function fuzzClaims(
  seed: number, limits: Pick<FuzzLimits, 'milliseconds'> & { readonly programs: number }, tell: (sofar: ClaimFuzzResult) => void = () => {},
  compare: (program: ClaimProgram) => Comparison = compareProgram,
): ClaimFuzzResult {
  const end = Date.now() + limits.milliseconds;
  let sum: ClaimFuzzResult = { programs: 0, claims: 0, witnesses: 0, undecided: 0 };
  for (let batch = 0; sum.programs < limits.programs && Date.now() < end; batch++) {
    const numRuns = Math.min(BATCH, limits.programs - sum.programs);
    const programs = fc.sample(arbitraryClaimProgram, { seed: seed + batch, numRuns });
    for (const program of programs) {
      const { answers, witnesses, undecided, difference } = outcomeOf(program, compare);
      sum = {
        programs: sum.programs + 1, claims: sum.claims + answers.length, witnesses: sum.witnesses + witnesses, undecided: sum.undecided + undecided,
      };
      if (difference !== undefined) { return { ...sum, unequal: smallest(seed + batch, numRuns, compare) ?? difference }; }
    }
    tell(sum);
  }
  return sum;
}

/** The difference in the smallest program that shrinking finds. */
function smallest(seed: number, numRuns: number, compare: (program: ClaimProgram) => Comparison): string | undefined {
  const property = fc.property(arbitraryClaimProgram, program => outcomeOf(program, compare).difference === undefined);
  const { counterexample } = fc.check(property, { seed, numRuns, interruptAfterTimeLimit: 60_000 });
  return counterexample === null ? undefined : outcomeOf(counterexample[0], compare).difference;
}

/** If netpol throws for a program, other than for a claim, that is a difference, too. */
function outcomeOf(program: ClaimProgram, compare: (program: ClaimProgram) => Comparison): Comparison {
  try {
    return compare(program);
  } catch (error) {
    return { answers: [], witnesses: 0, undecided: 0, difference: String((error as Error).stack) };
  }
}
