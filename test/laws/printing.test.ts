import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { printedPolicy } from './printed-policy';
import { Policy } from '../../src/cluster/cluster';
import { yamlOf } from '../fuzz/cluster-fuzz';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { clusterOfYaml } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/** A policy without the place of its manifest. */
const meaningOf = ({ origin, ...policy }: Policy) => policy;

test('a policy that is read, printed and read again stays the same', () => {
  fc.assert(fc.property(anyCluster.filter(({ policies }) => policies.length > 0), cluster => {
    const { policies } = clusterOfYaml(yamlOf(manifestsOf(cluster)));
    expect(policies).toHaveLength(cluster.policies.length);
    // Through JSON, so that no field is undefined and no value is an alias.
    const printed = policies.map(policy => stringify(JSON.parse(JSON.stringify(printedPolicy(policy))), { version: '1.1' })).join('---\n');
    expect(clusterOfYaml(printed).policies.map(meaningOf)).toEqual(policies.map(meaningOf));
  }), { numRuns: randomRuns(500) });
});
