import * as fc from 'fast-check';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { FAMILY_RANGE, parseAddress } from '../../src/k8s/address';
import { fuzzClusters } from '../fuzz/cluster-fuzz';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { labelled, member, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

/* The evaluator on random and large clusters, with its grants in both forms. */

test('every answer about random clusters is that of the specification, for each pair and each edge of ports and addresses', () => {
  // `npm run fuzz -- --seed` tries the same clusters again. It takes the sparse and the dense form in turn.
  const seed = randomSeed();
  const clusters = randomRuns(10_000);
  expect({ seed, ...fuzzClusters(seed, { milliseconds: Infinity, clusters }) }).toEqual({ seed, clusters });
});

describe.each([['sparse', {}], ['dense', { maxSparseGrants: 0 }]])('with %s grants', (_, options) => {
  test('possible peers and external ranges agree with the answer about each pair', () => {
    fc.assert(fc.property(anyCluster, random => {
      const reach = new Reachability(clusterOfObjects(manifestsOf(random)), options);
      const classes = [...new Set(reach.cluster.workloads.map(w => reach.ofPod(w, w.pods[0])))].sort((a, b) => a - b);
      for (const own of classes) {
        for (const direction of ['ingress', 'egress'] as const) {
          const peers = reach.possiblePeers(own, direction);
          expect(peers === undefined).toBe(!reach.isIsolated(own, direction));
          // Peers are existing classes in ascending order, and no class with a connection is missing.
          expect(peers ?? classes).toEqual(classes.filter(other => peers === undefined || peers.includes(other)));
          expect(peers ?? classes).toEqual(expect.arrayContaining(classes.filter(other => !reach.sideConnections(own, direction, other).isEmpty)));
          const ranges = reach.externalRanges(own, direction);
          for (let atom = 0; atom < reach.addresses.size; atom++) {
            const { first } = reach.addresses.range(atom);
            const range = ranges.find(one => one.range.first <= first && first <= one.range.last);
            expect((range?.connections ?? ConnectionSet.NONE).key).toBe(reach.sideConnections(own, direction, reach.ofAtom(atom)).key);
          }
          const couldBeOne = ranges.filter(({ range, connections }, i) => i > 0 && range.first !== FAMILY_RANGE.IPv6.first
            && ranges[i - 1].range.last + 1n === range.first && ranges[i - 1].connections.equals(connections));
          expect(couldBeOne).toEqual([]);
        }
      }
    }), { numRuns: randomRuns(200) });
  });

  test.each([31, 32, 33, 70])('each of %i classes has the grants of its own rules', count => {
    const apps = Array.from({ length: count }, (_value, i) => `${i}`);
    const next = (i: number, step: number) => labelled({ app: apps[(i + step) % count] });
    const block = (cidr: string) => ({ ipBlock: { cidr } });
    const reach = new Reachability(clusterOfObjects([
      ...apps.map(app => pod(`x/p${app}`, { app })),
      ...apps.map((app, i) => policy(`x/n${app}`, {
        podSelector: labelled({ app }),
        ingress: [
          { from: [{ podSelector: next(i, 1) }, block(`${i + 1}.0.0.0/8`)], ports: [{ port: i + 1 }] },
          { from: [{ podSelector: next(i, 1) }, { podSelector: next(i, 11) }], ports: [{ port: 1000 }] },
          { from: [block('2.0.0.0/7'), block('64.0.0.0/3')], ports: [{ port: 2000 }] },
          { from: [block('0.0.0.0/1')], ports: [{ port: 3000 }] },
        ],
      })),
      policy('x/all', { podSelector: {}, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: apps }] } }], ports: [{ port: 4000 }] }] }),
    ]), options);
    expect(reach.classCount).toBe(count);
    const indexes = apps.map(app => member(reach, `x/p${app}`).index);
    apps.forEach((_app, i) => {
      const found = indexes.map(peer => reach.connections(peer, indexes[i]).toString());
      expect(found).toEqual(apps.map((_peer, j) =>
        `TCP ${j === (i + 1) % count ? `${i + 1},1000,` : j === (i + 11) % count ? '1000,' : ''}4000`));
      const outside = apps.map((_peer, j) => reach.connections(reach.ofAddress(parseAddress(`${j + 1}.2.3.4`)!), indexes[i]).toString());
      expect(outside).toEqual(apps.map((_peer, j) => `TCP ${j === i ? `${i + 1},` : ''}${j + 1 >= 64 || j === 1 || j === 2 ? '2000,' : ''}3000`));
    });
  });

  test('a rule that allows everything is not narrowed by other rules', () => {
    const rules = [{ ports: [{ port: 80 }] }, {}, { ports: [{ port: 81 }] }, { ports: [{ protocol: 'UDP' }] }];
    const reach = new Reachability(clusterOfObjects([pod('x/a'), policy('x/p', { podSelector: {}, ingress: rules })]), options);
    const own = member(reach, 'x/a').index;
    expect([reach.sideConnections(own, 'ingress', own), reach.sideConnections(own, 'ingress', reach.ofAtom(0))].map(String)).toEqual(['All Connections', 'All Connections']);
  });
});
