import * as fc from 'fast-check';
import { candidates } from '../../src/analysis/candidates';
import { deployment, labelled, member, policy, reachOf } from '../cluster-objects';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';

const web = deployment('x/web', { app: 'web' });
const db = deployment('x/db', { app: 'db' });

test('of what no policy isolates, everything', () => {
  const reach = reachOf(web, db, policy('x/p', { podSelector: labelled({ app: 'db' }), policyTypes: ['Ingress'] }));
  expect(candidates(reach, member(reach, 'x/web').endpoint, 'ingress')).toBeUndefined();
  expect(candidates(reach, member(reach, 'x/db').endpoint, 'egress')).toBeUndefined();
  expect(candidates(reach, member(reach, 'x/db').endpoint, 'ingress')).toEqual([]);
});

test('those that some rule names', () => {
  const reach = reachOf(web, db, policy('x/p', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }] }] }));
  expect(candidates(reach, member(reach, 'x/db').endpoint, 'ingress')).toEqual([member(reach, 'x/web').endpoint]);
});

test('all, where a rule names none', () => {
  const reach = reachOf(web, policy('x/p', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }));
  expect(candidates(reach, member(reach, 'x/web').endpoint, 'ingress')).toEqual(Array.from({ length: reach.size }, (_, i) => i));
});

test('whatever is let through is one, of any cluster; in ascending order', () => {
  fc.assert(fc.property(arbitraryCluster, cluster => {
    const reach = reachOf(...manifestsOf(cluster));
    for (const direction of ['ingress', 'egress'] as const) {
      for (let subject = 0; subject < reach.classCount; subject++) {
        const found = candidates(reach, subject, direction);
        expect(found === undefined).toBe(!reach.isIsolated(subject, direction));
        if (found === undefined) { continue; }
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        const passing = Array.from({ length: reach.size }, (_, i) => i).filter(peer => !reach.oneSided(subject, direction, peer).isEmpty);
        expect(found).toEqual(expect.arrayContaining(passing));
      }
    }
  }), { numRuns: 200 });
});
