import * as fc from 'fast-check';
import { arbitraryTieredVersions, arbitraryVersions } from '../spec/arbitrary-versions';
import { wrongDiff } from '../spec/compare-changes';
import { randomRuns } from '../support/random-runs';

/*
 * Random pairs of versions against the specification of both sides, possible pods included: a region exists if and only if something changed; each witness is a
 * change, each change is in a region, and each port of a region has a change.
 */

const property = (versions: typeof arbitraryVersions) => fc.property(versions, pair => { expect(wrongDiff(pair)).toBeUndefined(); });

test('a diff of NetworkPolicies is what the specification says', () => {
  fc.assert(property(arbitraryVersions), { numRuns: randomRuns(600) });
});

test('a diff with cluster-wide policies is what the specification says', () => {
  fc.assert(property(arbitraryTieredVersions), { numRuns: randomRuns(100) });
});
