import * as fc from 'fast-check';
import { BROKEN_NAMESPACES, BROKEN_WORKLOADS, brokenNamespace, brokenWorkload, policyTwice, RandomUnread, workloadTwice } from '../spec/arbitrary-unread';
import { differenceFromReadings } from '../spec/compare-unread';
import { randomRuns } from '../support/random-runs';

/* The promise of partial answers, through policies of every layer: what depends on an unread thing is undecided, and nothing else is. */

function check(unread: fc.Arbitrary<RandomUnread>): void {
  fc.assert(fc.property(unread, random => expect(differenceFromReadings(random)).toBeUndefined()), { numRuns: randomRuns(300) });
}

test.each(BROKEN_WORKLOADS)('the pods of a workload %s could have any labels and ports', (_, broken) => check(brokenWorkload(broken)));

test('the pods of a workload that is declared twice, with different content, are those of one of the two', () => check(workloadTwice));

test.each(BROKEN_NAMESPACES)('only selectors that look at a label of a namespace which is not known are undecided: one %s', (_, text, labels) =>
  check(brokenNamespace(text, labels)));

test('what a NetworkPolicy says that is declared twice, with different content, is decided only if both declarations decide it alike', () => check(policyTwice));
