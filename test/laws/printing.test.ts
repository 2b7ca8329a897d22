import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { printedPolicy } from './printed-policy';
import { Policy } from '../../src/cluster/cluster';
import { yamlOf } from '../fuzz/cluster-fuzz';
import { anyCluster } from '../spec/arbitrary-cluster';
import { clusterOfYaml } from '../support/manifests';

/** All that a policy says, without the places where it is written. */
const meaningOf = ({ origin, ...policy }: Policy) => policy;

test('read, printed and read again, policies say what they said', () => {
  fc.assert(fc.property(anyCluster.filter(({ policies }) => policies.length > 0), cluster => {
    const { policies } = clusterOfYaml(yamlOf(cluster));
    expect(policies).toHaveLength(cluster.policies.length);
    // Through JSON: what is undefined is not printed, and nothing is an alias.
    const printed = policies.map(policy => stringify(JSON.parse(JSON.stringify(printedPolicy(policy))), { version: '1.1' })).join('---\n');
    expect(clusterOfYaml(printed).policies.map(meaningOf)).toEqual(policies.map(meaningOf));
  }), { numRuns: 200 });
});
