import * as fc from 'fast-check';
import { describeOnServer, Way } from './client';
import { connectionsOf, readBack } from './read-back';
import { PolicyLayout } from '../../src';
import { clusterWith } from '../promises/meaning';
import { arbitraryProgram, buildApp, objectsOf } from '../promises/program';
import { manifestsOf } from '../spec/arbitrary-cluster';

const way = fc.constantFrom<Way>('create', 'apply');

describeOnServer('the server accepts what random programs synthesize, and its defaults change no connection', () => {
  test.each([PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER])('in layout %s', async layout => {
    await fc.assert(fc.asyncProperty(arbitraryProgram, way, async (program, by) => {
      const objects = objectsOf(buildApp(program, layout));
      const neighbourhood = manifestsOf({ ...clusterWith(program, objects), policies: [] });
      expect(connectionsOf([...neighbourhood, ...await readBack(objects, by)])).toEqual(connectionsOf([...neighbourhood, ...objects]));
    }), { numRuns: 100, endOnFailure: true });
  }, 300_000);
});
