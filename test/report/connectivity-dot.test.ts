import { shop } from './shop';
import { ConnectionSet } from '../../src/evaluator/connections';
import { listConnections } from '../../src/query/connectivity';
import { connectivityDot } from '../../src/report/connectivity-graph';

test('a graph with a cluster for each namespace and an edge for each connection', () => {
  expect([...connectivityDot(listConnections(shop()))].join('')).toBe(`\
digraph {
  rankdir=LR
  node [shape=box]
  subgraph cluster_0 {
    label="app"
    n0 [label="backend"]
    n1 [label="db"]
    n2 [label="frontend"]
  }
  n3 [label="any IPv4 address" shape=ellipse]
  n0 -> n3 [label="TCP 443"]
  n1 -> n3 [label="all"]
  n2 -> n3 [label="all"]
  n2 -> n0 [label="TCP 8080"]
}
`);
});

test('quotes and backslashes in a name are escaped', () => {
  const text = [...connectivityDot({
    workloads: ['a/x"\\[Pod]', 'a/y[Pod]'],
    split: [],
    connections: [{ source: 'a/x"\\[Pod]', destination: 'a/y[Pod]', connections: ConnectionSet.ALL }],
  })].join('');
  expect(text).toContain('label="x\\"\\\\"');
});
