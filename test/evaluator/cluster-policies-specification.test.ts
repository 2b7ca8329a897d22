import * as fc from 'fast-check';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { differenceFrom } from '../spec/compare';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* The evaluator on random clusters with cluster-wide policies of every API, and with nodes. */

test('every answer about random clusters with cluster-wide policies is that of the specification', () => {
  fc.assert(fc.property(arbitraryTieredCluster, random => expect(differenceFrom(random)).toBeUndefined()), { numRuns: randomRuns(1_000) });
}, 300_000);

test('possible peers and external ranges agree with the answer about each pair if there are cluster-wide policies', () => {
  fc.assert(fc.property(arbitraryTieredCluster, random => {
    const reach = new Reachability(clusterOfObjects(manifestsOf(random)));
    const classes = [...new Set(reach.cluster.workloads.map(w => reach.ofPod(w, w.pods[0])))].sort((a, b) => a - b);
    for (const own of classes) {
      for (const direction of ['ingress', 'egress'] as const) {
        const peers = reach.possiblePeers(own, direction) ?? classes;
        expect(peers).toEqual(expect.arrayContaining(classes.filter(other => !reach.possibleSideConnections(own, direction, other).isEmpty)));
        const ranges = reach.externalRanges(own, direction);
        for (let atom = 0; atom < reach.addresses.size; atom++) {
          const { first } = reach.addresses.range(atom);
          const range = ranges.find(one => one.range.first <= first && first <= one.range.last);
          const found = [range?.connections, range?.possible].map(connections => (connections ?? ConnectionSet.NONE).key);
          const peer = reach.ofAtom(atom);
          const asked = [reach.sideConnections(own, direction, peer), reach.possibleSideConnections(own, direction, peer)];
          expect(found).toEqual(asked.map(({ key }) => key));
        }
      }
    }
  }), { numRuns: randomRuns(200) });
});
