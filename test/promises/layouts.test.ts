import * as fc from 'fast-check';
import { clusterWith } from './meaning';
import { arbitraryProgram, buildApp, Layouts, objectsOf, Program } from './program';
import { PolicyLayout } from '../../src';
import { Reachability } from '../../src/evaluator/reachability';
import { listConnections } from '../../src/query/connectivity';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { clusterOfObjects } from '../support/manifests';

/** Every connection among the program's pods and the neighbourhood, a line each. */
function connectionsOf(program: Program, layouts: Layouts): string[] {
  const objects = objectsOf(buildApp(program, layouts));
  // The policies are in `objects`, with the Deployments of those tiers that have one.
  const neighbourhood = manifestsOf({ ...clusterWith(program, objects), policies: [] });
  const { connections } = listConnections(new Reachability(clusterOfObjects([...neighbourhood, ...objects])));
  return [...connections].map(c => `${c.source.name} → ${c.destination.name}: ${c.connections}`);
}

test('one policy per edge and one per tier give the same connectivity', () => {
  fc.assert(fc.property(arbitraryProgram, program => {
    expect(connectionsOf(program, PolicyLayout.PER_TIER)).toEqual(connectionsOf(program, PolicyLayout.PER_EDGE));
  }), { numRuns: 120 });
});

test('so does a layout for some tiers and another for the others', () => {
  const layouts = fc.array(fc.constantFrom(PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(arbitraryProgram, layouts, (program, each) => {
    expect(connectionsOf(program, each)).toEqual(connectionsOf(program, PolicyLayout.PER_EDGE));
  }), { numRuns: 80 });
});
