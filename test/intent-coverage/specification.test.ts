import * as fc from 'fast-check';
import { arbitraryWorld, compareChanges, outcomesIn } from './compare-changes-noticed';
import { randomRuns, randomSeed } from '../support/random-runs';

test('a change is noticed, not noticed or changes nothing, as the specification of claims says', () => {
  const worlds = fc.sample(arbitraryWorld, { seed: randomSeed(), numRuns: randomRuns(60) });
  // Four changes of each world, others in each.
  const compared = worlds.map((world, i) => compareChanges(world, position => (position + i) % 7 === 0));
  expect(compared.find(({ difference }) => difference !== undefined)?.difference).toBeUndefined();
  // A run with few random inputs does not have everything.
  if (worlds.length < 10) { return; }
  expect(outcomesIn(compared)).toEqual(expect.arrayContaining(['noticed', 'unnoticed', 'nothing']));
  expect(compared.some(({ proposals }) => proposals > 0)).toBe(true);
});
