import { Connectivity, Endpoint } from '../../src';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: app }\nspec: { containers: [] }\nstatus: { podIP: 10.0.0.1 }\n';

test('a workload is named by namespace and name, an address by itself', () => {
  expect(Endpoint.workload('app/a').endpointName).toBe('app/a');
  expect(Endpoint.address('10.0.0.0/8').endpointName).toBe('10.0.0.0/8');
});

test('an address that a pod has is that pod', () => {
  const connectivity = Connectivity.fromYaml(POD);
  expect(connectivity.only(Endpoint.address('10.0.0.1'), []).explanation).toContain('10.0.0.1 (app/a[Pod])');
});

test.each(['app', 'app/b', '10.0.0.0/33', '10.0.0.1/8'])('%s is none, and the question says why', text => {
  expect(() => Connectivity.fromYaml(POD).denied(Endpoint.workload(text), Endpoint.workload('app/a'))).toThrow(text);
});
