import * as fc from 'fast-check';
import { LabelDomain } from '../../src/claims/label-domain';
import { Requirement, requirementMatches } from '../../src/k8s/selector';

const requirement = (key: string, operator: Requirement['operator'], ...values: string[]): Requirement => ({ key, operator, values });

const arbitraryRequirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom('1', '2', 'other'), { minLength: 1 }),
  }),
  fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
);

/** Every way to label an object with keys a and b, as far as the requirements above can tell them apart. */
const VALUES = [undefined, '1', '2', 'other', 'something-else'];
const ALL_LABELS = VALUES.flatMap(a => VALUES.map(b => ({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })));

describe('labels that an object could carry', () => {
  test('are none where two requirements contradict each other', () => {
    const web = LabelDomain.any.where(requirement('app', 'In', 'web'))!;
    expect(web.where(requirement('app', 'In', 'db'))).toBeUndefined();
    expect(web.where(requirement('app', 'DoesNotExist'))).toBeUndefined();
    expect(web.where(requirement('app', 'NotIn', 'web'))).toBeUndefined();
    expect(web.where(requirement('app', 'NotIn', 'db'))).toBeDefined();
  });

  test('need not be there for NotIn', () => {
    const notDb = LabelDomain.any.where(requirement('app', 'NotIn', 'db'))!;
    expect(notDb.where(requirement('app', 'DoesNotExist'))).toBeDefined();
    expect(notDb.example()).toEqual({});
  });

  test('are shown with a value that nobody excludes', () => {
    const domain = LabelDomain.any.whereAll([requirement('app', 'Exists'), requirement('app', 'NotIn', 'db', 'other')])!;
    expect(domain.example()).toEqual({ app: 'other-1' });
  });

  test('of an object that is there are just its own', () => {
    const team = LabelDomain.exactly({ team: 'a' });
    expect(team.where(requirement('team', 'In', 'a'))).toBeDefined();
    expect(team.where(requirement('env', 'Exists'))).toBeUndefined();
    expect(team.where(requirement('env', 'NotIn', 'prod'))).toBeDefined();
    expect(team.whereNot(requirement('team', 'In', 'a'))).toBeUndefined();
  });

  test('can be had if and only if some labels fulfil all requirements, and the example does', () => {
    fc.assert(fc.property(fc.array(arbitraryRequirement, { maxLength: 5 }), fc.array(arbitraryRequirement, { maxLength: 3 }), (must, mustNot) => {
      const fulfils = (labels: Record<string, string>) =>
        must.every(r => requirementMatches(r, labels)) && mustNot.every(r => !requirementMatches(r, labels));
      const domain = mustNot.reduce<LabelDomain | undefined>((d, r) => d?.whereNot(r), LabelDomain.any.whereAll(must));
      expect(domain !== undefined).toBe(ALL_LABELS.some(fulfils));
      if (domain !== undefined) { expect(fulfils(domain.example())).toBe(true); }
    }), { numRuns: 2000 });
  });
});
