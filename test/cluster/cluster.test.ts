import { Policy, policyName, Workload, workloadName } from '../../src/cluster/cluster';

test('a policy is named by namespace and name, a workload with its kind', () => {
  expect(policyName({ namespace: 'app', name: 'allow-dns' } as Policy)).toBe('app/allow-dns');
  expect(workloadName({ namespace: 'app', name: 'web', kind: 'Deployment' } as Workload)).toBe('app/web[Deployment]');
});
