import * as fc from 'fast-check';
import { planPair } from './plan-pairs';
import { momentsOf, objectsOf, planOf } from './planned';
import { planFaults } from '../spec/plan';
import { randomRuns, randomSeed } from '../support/random-runs';

test('every state of a plan allows what both versions allow, and nothing that neither of them allows', () => {
  const counts = { pairs: 0, steps: 0, bridged: 0, without: 0 };
  fc.assert(fc.property(planPair, ({ old, now }) => {
    const found = planOf([...objectsOf(now), ...old], [...objectsOf(now), ...now.policies]);
    const moments = momentsOf(old, found);
    expect(planFaults(now, { policies: old }, moments.map(policies => ({ policies })))).toEqual([]);
    expect(found.undecided).toEqual([]);
    // The search is not complete, but what it finds leads to the new version.
    if (found.outcome === 'smooth') { expect(planOf(moments.at(-1) ?? old, now.policies).steps).toEqual([]); }
    counts.pairs++;
    counts.steps += found.steps.length;
    if (found.steps.some(({ purpose }) => purpose !== undefined)) { counts.bridged++; }
    if (found.outcome !== 'smooth') { counts.without++; }
  }), { numRuns: randomRuns(1000), seed: randomSeed(), endOnFailure: process.env.SHRINK === undefined });
  console.log(`plans: ${JSON.stringify(counts)}`);
}, 3_600_000);
