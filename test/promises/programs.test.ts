import * as fc from 'fast-check';
import { clusterWith, endsOf, Meaning } from './meaning';
import { PORT_EDGES } from './neighbourhood';
import { arbitraryProgram, buildApp, Call, Layouts, objectsOf, Program, Step, stepsOf } from './program';
import { PolicyLayout } from '../../src';
import { Reachability } from '../../src/evaluator/reachability';
import { dnsLabelErrors } from '../../src/k8s/names';
import { listConnections } from '../../src/query/connectivity';
import { validateNetworkPolicy } from '../../src/validation/network-policy';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { allows, SpecEnd } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/* What holds for every program of tiers, tried on random ones. */

const layout = fc.constantFrom(PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER);

/** The policies of a program. */
function policiesOf(program: Program, each: PolicyLayout): any[] {
  return objectsOf(buildApp(program, each)).filter(({ kind }) => kind === 'NetworkPolicy');
}

/** The objects of a program as text, sorted. */
function textsOf(program: Program, each: PolicyLayout, steps?: readonly Step[]): string[] {
  return objectsOf(buildApp(program, each, steps)).map(object => JSON.stringify(object)).sort();
}

describe('the policies of a program', () => {
  /** The first connection that the program allows and the policies deny, or the other way round. */
  function differenceOf(program: Program): string | undefined {
    const cluster = clusterWith(program, objectsOf(buildApp(program)));
    const meaning = new Meaning(program);
    const ends = endsOf(cluster);
    for (const from of ends) {
      for (const to of ends) {
        for (const protocol of ['TCP', 'UDP', 'SCTP']) {
          for (const port of PORT_EDGES) {
            const wanted = meaning.allows(from, to, protocol, port);
            if (allows(cluster, from, to, protocol, port) !== wanted) {
              return `${nameOf(from)} → ${nameOf(to)} ${protocol} ${port} is ${wanted ? 'allowed' : 'denied'} by the program, but not by the policies`;
            }
          }
        }
      }
    }
    return undefined;
  }

  const nameOf = (end: SpecEnd) => 'pod' in end ? `${end.pod.namespace}/${end.pod.name}` : end.ip;

  test('allow the connections that the program allows, and no others', () => {
    fc.assert(fc.property(arbitraryProgram, program => {
      expect(differenceOf(program)).toBeUndefined();
    }), { numRuns: 120 });
  });

  test('are accepted by the API server, and have unique names that are DNS labels', () => {
    fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
      const policies = policiesOf(program, each);
      for (const policy of policies) {
        expect({ name: policy.metadata.name, errors: validateNetworkPolicy(policy) }).toEqual({ name: policy.metadata.name, errors: [] });
      }
      const metadata = policies.map(policy => policy.metadata);
      expect(metadata.map(({ name }) => name).filter(name => dnsLabelErrors(name).length > 0)).toEqual([]);
      expect(new Set(metadata.map(({ namespace, name }) => `${namespace}/${name}`)).size).toBe(metadata.length);
    }), { numRuns: 150 });
  });
});

describe('the layouts of policies', () => {
  /** Each connection among the pods of the program and of the neighbourhood, as a line. */
  function connectionsOf(program: Program, layouts: Layouts): string[] {
    const objects = objectsOf(buildApp(program, layouts));
    // `objects` has the policies, and the Deployments of the tiers that have one.
    const neighbourhood = manifestsOf({ ...clusterWith(program, objects), policies: [] });
    const { connections } = listConnections(new Reachability(clusterOfObjects([...neighbourhood, ...objects])));
    return [...connections].map(c => `${c.source} → ${c.destination}: ${c.connections}`);
  }

  test('allow the same connections, also if tiers have different layouts', () => {
    const mixed = fc.array(layout, { minLength: 4, maxLength: 4 });
    fc.assert(fc.property(arbitraryProgram, fc.oneof(fc.constant(PolicyLayout.PER_TIER), mixed), (program, layouts) => {
      expect(connectionsOf(program, layouts)).toEqual(connectionsOf(program, PolicyLayout.PER_EDGE));
    }), { numRuns: 200 });
  });
});

describe('the same objects are written', () => {
  const shuffled = fc.tuple(arbitraryProgram, layout).chain(([program, each]) => {
    const steps = stepsOf(program);
    return fc.record({ program: fc.constant(program), each: fc.constant(each), steps: fc.shuffledSubarray(steps, { minLength: steps.length }) });
  });

  test('byte for byte by the same program', () => {
    fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
      const bytes = () => JSON.stringify(objectsOf(buildApp(program, each)));
      expect(bytes()).toBe(bytes());
    }), { numRuns: 50 });
  });

  test('whatever the order of the calls', () => {
    fc.assert(fc.property(shuffled, ({ program, each, steps }) => {
      expect(textsOf(program, each, steps)).toEqual(textsOf(program, each));
    }), { numRuns: 150 });
  });

  test('if every call is repeated', () => {
    fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
      const steps = stepsOf(program);
      const twice = [...steps, ...steps.filter(step => 'tier' in step || 'call' in step)];
      expect(textsOf(program, each, twice)).toEqual(textsOf(program, each));
    }), { numRuns: 100 });
  });

  /** `a.allowFrom(b)` as `b.allowTo(a)` and the other way round, if b is a tier. The members of `Peer.anyOf` get a call each. */
  function mirrored(call: Call): Call[] {
    if (call.kind === 'allowInternally') { return [{ ...call, kind: 'allowFrom', others: [{ tier: call.tier }] }]; }
    return call.others.map(other => 'tier' in other
      ? { ...call, tier: other.tier, kind: call.kind === 'allowFrom' ? 'allowTo' : 'allowFrom', others: [{ tier: call.tier }] }
      : { ...call, others: [other] });
  }

  test('whichever of two tiers allows an edge, and whether peers are named one by one or together', () => {
    fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
      const other = { ...program, calls: program.calls.flatMap(mirrored) };
      expect(textsOf(other, each)).toEqual(textsOf(program, each));
      expect(textsOf({ ...program, calls: [...program.calls, ...other.calls] }, each)).toEqual(textsOf(program, each));
    }), { numRuns: 100 });
  });
});
