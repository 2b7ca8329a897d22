import * as fc from 'fast-check';
import { planPair, PlanPair, tieredPair } from './plan-pairs';
import { momentsOf, objectsOf, planOf } from './planned';
import { planFaults } from '../spec/plan';
import { randomRuns, randomSeed } from '../support/random-runs';

const isNetworkPolicy = ({ kind }: any) => kind === 'NetworkPolicy';

function compare(pairs: fc.Arbitrary<PlanPair>, numRuns: number): void {
  const counts = { pairs: 0, steps: 0, withPurpose: 0, without: 0 };
  fc.assert(fc.property(pairs, ({ old, now }) => {
    const target = [...now.policies, ...now.clusterPolicies ?? []];
    const found = planOf([...objectsOf(now), ...old], [...objectsOf(now), ...target]);
    const moments = momentsOf(old, found);
    const split = (objects: any[]) => ({
      policies: objects.filter(isNetworkPolicy), ...now.clusterPolicies && { clusterPolicies: objects.filter(one => !isNetworkPolicy(one)) },
    });
    expect(planFaults(now, split(old), moments.map(split))).toEqual([]);
    expect(found.undecided).toEqual([]);
    // The search is not complete, but what it finds leads to the new version.
    if (found.outcome === 'smooth') { expect(planOf(moments.at(-1) ?? old, target).steps).toEqual([]); }
    counts.pairs++;
    counts.steps += found.steps.length;
    if (found.steps.some(({ purpose }) => purpose !== undefined)) { counts.withPurpose++; }
    if (found.outcome !== 'smooth') { counts.without++; }
  }), { numRuns: randomRuns(numRuns), seed: randomSeed(), endOnFailure: process.env.SHRINK === undefined });
  console.log(`plans: ${counts.pairs}, with ${counts.steps} steps; with bridging policies or versions in between: ${counts.withPurpose}; no plan: ${counts.without}`);
}

describe('every state of a plan allows what both versions allow, and nothing that neither of them allows', () => {
  test('for NetworkPolicies', () => { compare(planPair, 1000); }, 3_600_000);

  test('for NetworkPolicies and cluster-wide policies', () => { compare(tieredPair, 60); }, 3_600_000);
});
