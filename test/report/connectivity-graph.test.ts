import { deployment, policy, shop } from './shop';
import { listConnections } from '../../src/query/connectivity';
import { connectivityGraph } from '../../src/report/connectivity-graph';
import { reachOfYaml } from '../support/manifests';

test('workloads are nodes of their namespaces, addresses lie outside, connections are edges', () => {
  const { namespaces, outside, edges } = connectivityGraph(listConnections(shop()));
  expect(namespaces.map(({ name, nodes }) => [name, nodes.map(n => n.label)])).toEqual([['app', ['backend', 'db', 'frontend']]]);
  expect(outside.map(n => n.label)).toEqual(['any IPv4 address']);
  const [backend,, frontend] = namespaces[0].nodes;
  expect([...edges]).toContainEqual({ source: frontend.id, destination: backend.id, label: 'TCP 8080' });
  expect([...edges]).toContainEqual({ source: frontend.id, destination: outside[0].id, label: 'all' });
});

test('a workload without any connection is a node all the same', () => {
  const reach = reachOfYaml(deployment('a') + deployment('b', '', 'other') + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
  const { namespaces, edges } = connectivityGraph(listConnections(reach));
  expect(namespaces.map(({ name }) => name)).toEqual(['app', 'other']);
  expect([...edges].some(edge => edge.source === namespaces[0].nodes[0].id || edge.destination === namespaces[0].nodes[0].id)).toBe(false);
});
