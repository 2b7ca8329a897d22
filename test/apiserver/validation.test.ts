import * as fc from 'fast-check';
import { describeOnServer, tryPolicy } from './client';
import { VALIDATION_TABLE } from './validation-table';
import { differenceOf } from './verdict';
import { VALIDATION_TABLE as ENGINES_TABLE } from '../engines/validation-table';
import { arbitraryCluster } from '../spec/arbitrary-cluster';
import { validationCases } from '../support/reference';

describeOnServer('our validation and a server of Kubernetes 1.36 give the same verdict and name the same fields', () => {
  const enginesCases = ENGINES_TABLE.map(({ id, policy }): [string, any] => [id, policy]);

  test.each([...Object.entries(VALIDATION_TABLE), ...enginesCases, ...validationCases().map(({ id, policy }): [string, any] => [id, policy])])('for a policy with %s', async (_name, policy) => {
    expect(differenceOf(policy, await tryPolicy(policy))).toBeUndefined();
  });

  test('for random valid policies', async () => {
    await fc.assert(fc.asyncProperty(arbitraryCluster, async ({ policies }) => {
      for (const policy of policies) { expect(differenceOf(policy, await tryPolicy(policy))).toBeUndefined(); }
    }), { numRuns: 200 });
  }, 300_000);

  test('for random policies with one or two changes', async () => {
    await fc.assert(fc.asyncProperty(arbitraryPolicy, arbitraryChanges, async (policy, changes) => {
      const changed = changes.reduce(change, policy);
      expect(differenceOf(changed, await tryPolicy(changed))).toBeUndefined();
    }), { numRuns: 3000 });
  }, 300_000);
});

/** A new value in a policy, for an existing field or under another name. The numbers of `way` select a field on each level. */
interface Change {
  readonly way: readonly number[];
  readonly value: unknown;
  readonly name?: string;
}

const VALUES = [
  null, true, 0, -1, 1, 80, 65535, 65536, 2 ** 31, 80.5, 1e300, '', '-', 'a', 'A', 'a'.repeat(64), 'tcp', 'SCTP', 'In', 'Exists', 'Ingress', '80', '10.0.0.0/8',
  '10.0.0.1/8', '::/0', '010.0.0.0/8', '2001:DB8::/32', [], [null], [''], ['a'], [1], [{}], {}, { a: null }, { a: 'b' }, { 'a/b/c': '' }, { a: [] },
];
const NAMES = [
  'podSelector', 'namespaceSelector', 'ipBlock', 'cidr', 'except', 'from', 'to', 'ports', 'port', 'endPort', 'protocol', 'policyTypes', 'ingress', 'egress',
  'matchLabels', 'matchExpressions', 'key', 'operator', 'values', 'name', 'labels', 'annotations', 'finalizers', 'ownerReferences', 'x', 'Spec',
];

const arbitraryPolicy = arbitraryCluster.filter(({ policies }) => policies.length > 0).map(({ policies }) => policies[0]);
const arbitraryChanges: fc.Arbitrary<Change[]> = fc.array(fc.record({
  way: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 9 }),
  value: fc.constantFrom(undefined, ...VALUES),
  name: fc.option(fc.constantFrom(...NAMES), { nil: undefined, freq: 2 }),
}), { minLength: 1, maxLength: 2 });

/** A policy with one change in its metadata or its spec. Without apiVersion and kind it would not be a policy. */
function change(policy: any, { way, value, name }: Change): any {
  const copy = structuredClone(policy);
  let [holder, key]: [any, string] = [copy, way[0] % 4 === 0 ? 'metadata' : 'spec'];
  for (const step of way.slice(1)) {
    const inside = holder[key];
    if (typeof inside !== 'object' || inside === null) { break; }
    const keys = Object.keys(inside);
    if (keys.length === 0) { break; }
    [holder, key] = [inside, keys[step % keys.length]];
  }
  const at = name !== undefined && holder !== copy && !Array.isArray(holder) ? name : key;
  holder[at] = value;
  // Undefined fields are not sent.
  return JSON.parse(JSON.stringify(copy));
}
