import * as fc from 'fast-check';
import { compareProgram } from './claim-comparison';
import { arbitraryClaimProgram } from './claim-program';
import { randomRuns } from '../support/random-runs';

test('the claims of random programs have the answers and assumptions of the specification, and every witness is confirmed', () => {
  const numRuns = randomRuns(1500);
  fc.assert(fc.property(arbitraryClaimProgram, program => {
    const { difference, undecided } = compareProgram(program);
    expect(difference).toBeUndefined();
    expect(undecided).toBe(0);
  }), { numRuns });
});
