import * as fc from 'fast-check';
import { arbitraryProgram, buildApp, objectsOf } from './program';
import { PolicyLayout } from '../../src';
import { dnsLabelErrors } from '../../src/k8s/names';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

const layout = fc.constantFrom(PolicyLayout.PER_EDGE, PolicyLayout.PER_TIER);

test('the API server takes every policy that is synthesized', () => {
  fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
    const policies = objectsOf(buildApp(program, each)).filter(o => o.kind === 'NetworkPolicy');
    for (const policy of policies) {
      expect({ name: policy.metadata.name, errors: validateNetworkPolicy(policy) }).toEqual({ name: policy.metadata.name, errors: [] });
    }
  }), { numRuns: 150 });
});

test('every policy has a name of its own in its namespace, and one that fits a DNS label', () => {
  fc.assert(fc.property(arbitraryProgram, layout, (program, each) => {
    const policies = objectsOf(buildApp(program, each)).filter(o => o.kind === 'NetworkPolicy').map(o => o.metadata);
    expect(policies.map(({ name }) => name).filter(name => dnsLabelErrors(name).length > 0)).toEqual([]);
    expect(new Set(policies.map(({ namespace, name }) => `${namespace}/${name}`)).size).toBe(policies.length);
  }), { numRuns: 150 });
});
