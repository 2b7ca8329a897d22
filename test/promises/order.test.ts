import * as fc from 'fast-check';
import { arbitraryProgram, buildApp, Call, objectsOf, Program, Step, stepsOf } from './program';
import { PolicyLayout } from '../../src';

const layout = fc.constantFrom(PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER);

/** All objects with all they say, whatever their order among each other. */
function textsOf(program: Program, each: PolicyLayout, steps?: readonly Step[]): string[] {
  return objectsOf(buildApp(program, each, steps)).map(object => JSON.stringify(object)).sort();
}

const shuffled = fc.tuple(arbitraryProgram, layout).chain(([program, each]) => {
  const steps = stepsOf(program);
  return fc.record({ program: fc.constant(program), each: fc.constant(each), steps: fc.shuffledSubarray(steps, { minLength: steps.length }) });
});

test('the order in which a program says things changes no object, nor its name', () => {
  fc.assert(fc.property(shuffled, ({ program, each, steps }) => {
    expect(textsOf(program, each, steps)).toEqual(textsOf(program, each));
  }), { numRuns: 150 });
});

test('the same program gives the same bytes', () => {
  fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
    const bytes = () => JSON.stringify(objectsOf(buildApp(program, each)));
    expect(bytes()).toBe(bytes());
  }), { numRuns: 50 });
});

test('saying a thing twice changes nothing', () => {
  fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
    const steps = stepsOf(program);
    const twice = [...steps, ...steps.filter(step => 'tier' in step || 'call' in step)];
    expect(textsOf(program, each, twice)).toEqual(textsOf(program, each));
  }), { numRuns: 100 });
});

/** `a.allowFrom(b)` as `b.allowTo(a)`, and the other way round, where b is a tier. */
function mirrored(call: Call): Call[] {
  if (call.kind === 'allowInternally') { return [{ ...call, kind: 'allowFrom', others: [{ tier: call.tier }] }]; }
  return call.others.map(other => 'tier' in other
    ? { ...call, tier: other.tier, kind: call.kind === 'allowFrom' ? 'allowTo' : 'allowFrom', others: [{ tier: call.tier }] }
    : { ...call, others: [other] });
}

test('an edge may be said from either end, and several at once or one by one', () => {
  fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
    const other = { ...program, calls: program.calls.flatMap(mirrored) };
    expect(textsOf(other, each)).toEqual(textsOf(program, each));
    expect(textsOf({ ...program, calls: [...program.calls, ...other.calls] }, each)).toEqual(textsOf(program, each));
  }), { numRuns: 100 });
});
