import * as fs from 'fs';
import * as path from 'path';
import { Scenario, SCENARIOS } from './scenarios';
import { NINE, objectsOf, pageOf, truthTable } from './truth-table';
import { reaches, reachOf } from '../support/cluster-objects';
import { ReferenceCase, referenceCases } from '../support/reference';

const title = ({ name, suite = 'Netpol' }: Scenario, i: number) => `${i + 1}: ${suite} ${name}`;

/** A table as text, so that a failure shows a wrong cell with its neighbours. */
function drawn(table: readonly (readonly boolean[])[]): string[] {
  return table.map((row, i) => `${NINE[i]} ${row.map(cell => cell ? '.' : 'X').join(' ')}`);
}

test('the suite has 48 scenarios', () => {
  expect(SCENARIOS).toHaveLength(48);
});

test.each(SCENARIOS.map((scenario, i) => [title(scenario, i), scenario] as const))('the evaluator gives every cell of scenario %s', (_, { states }) => {
  for (const state of states) {
    const reach = reachOf(...objectsOf(state));
    const evaluated = NINE.map(from => NINE.map(to => reaches(reach, from, to, state.on)));
    expect(drawn(evaluated)).toEqual(drawn(truthTable(state)));
  }
});

test('docs/upstream-table.md lists all states of all scenarios', () => {
  expect(fs.readFileSync(path.join(__dirname, '../../docs/upstream-table.md'), 'utf8')).toBe(pageOf(SCENARIOS));
});

describe("the tables of this folder are the suite's own", () => {
  // The suite names its namespaces ns-x, ns-y and ns-z; the tables leave out the prefix.
  const cases: ReferenceCase[] = JSON.parse(JSON.stringify(referenceCases('kubernetes-e2e')).replaceAll('"ns-', '"'));

  test.each(SCENARIOS.map((scenario, i) => [title(scenario, i), scenario, i] as const))('%s', (_, scenario, i) => {
    const own = cases.filter(({ id }) => id.startsWith(`e2e-${String(i + 1).padStart(2, '0')}.`));
    expect(own.map(({ features, policies }) => [features[features.length - 1], policies]))
      .toEqual(scenario.states.map(({ policies }) => [scenario.name, policies]));
    own.forEach(({ probes }, j) => {
      const table = truthTable(scenario.states[j]);
      const reached = (from: string, to: string) => table[NINE.indexOf(from)][NINE.indexOf(to)];
      expect(probes.map(probe => ({ ...probe, expected: reached(probe.from.pod!, probe.to.pod!) ? 'allow' : 'deny' }))).toEqual(probes);
      expect(new Set(probes.map(({ protocol, port }) => `${protocol.toLowerCase()}/${port}`))).toEqual(new Set([scenario.states[j].on]));
    });
  });
});
