import * as fc from 'fast-check';
import { clusterWith, endsOf, Meaning } from './meaning';
import { PORT_EDGES } from './neighbourhood';
import { arbitraryProgram, buildApp, objectsOf, Program } from './program';
import { allows, SpecEnd } from '../spec/network-policy';

/** The first connection on which the synthesized policies and the program are of two minds. */
function differenceOf(program: Program): string | undefined {
  const cluster = clusterWith(program, objectsOf(buildApp(program)));
  const meaning = new Meaning(program);
  const ends = endsOf(cluster);
  for (const from of ends) {
    for (const to of ends) {
      for (const protocol of ['TCP', 'UDP', 'SCTP']) {
        for (const port of PORT_EDGES) {
          const said = meaning.allows(from, to, protocol, port);
          if (allows(cluster, from, to, protocol, port) !== said) {
            return `${nameOf(from)} → ${nameOf(to)} ${protocol} ${port} is ${said ? 'allowed' : 'denied'} by the program, and not by the policies`;
          }
        }
      }
    }
  }
  return undefined;
}

function nameOf(end: SpecEnd): string {
  return 'pod' in end ? `${end.pod.namespace}/${end.pod.name}` : end.ip;
}

test('what tiers synthesize allows what the program says, and nothing else', () => {
  fc.assert(fc.property(arbitraryProgram, program => {
    expect(differenceOf(program)).toBeUndefined();
  }), { numRuns: 120 });
});
