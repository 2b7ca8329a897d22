import { fuzzClaims } from './claim-fuzz';
import { Comparison } from '../promises/claim-comparison';
import { ClaimProgram } from '../promises/claim-program';

const forever = { milliseconds: Infinity, programs: Infinity };

/** A comparison that finds a difference in every program with a policy that was written by hand. */
const handWritten = ({ policies, claims }: ClaimProgram): Comparison => ({
  answers: claims.map(() => 'holds'), witnesses: 1, undecided: 0, difference: policies.length > 0 ? `${claims.length} claims, ${policies.length} policies` : undefined,
});
const equal = (program: ClaimProgram): Comparison => ({ ...handWritten(program), difference: undefined });

describe('npm run fuzz -- --claims', () => {
  test('compares the given number of programs, and counts their claims and witnesses', () => {
    const told: number[] = [];
    const result = fuzzClaims(1, { ...forever, programs: 250 }, ({ programs }) => told.push(programs), equal);
    expect(told).toEqual([100, 200, 250]);
    expect(result).toMatchObject({ programs: 250, witnesses: 250, undecided: 0 });
    expect(result.claims).toBeGreaterThan(250);
    expect(result.unequal).toBeUndefined();
  });

  test('stops at its time limit', () => {
    expect(fuzzClaims(1, { ...forever, milliseconds: 0 })).toEqual({ programs: 0, claims: 0, witnesses: 0, undecided: 0 });
  });

  test('stops at the first difference, makes the program small, and finds the same for the same seed', () => {
    const found = fuzzClaims(7, forever, undefined, handWritten);
    expect(found.unequal).toBe('1 claims, 1 policies');
    expect(fuzzClaims(7, forever, undefined, handWritten)).toEqual(found);
  });

  test('reports an error as a difference', () => {
    const refused = fuzzClaims(1, forever, undefined, program => { if (program.policies.length > 0) { throw new Error('refused'); } return equal(program); });
    expect(refused.unequal).toMatch(/^Error: refused/);
  });
});
