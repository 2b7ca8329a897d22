import { shop } from './shop';
import { ConnectionSet } from '../../src/evaluator/connections';
import { listConnections } from '../../src/query/connectivity';
import { connectivityMermaid } from '../../src/report/connectivity-graph';

test('a flowchart with a box for each namespace and an arrow for each connection', () => {
  expect([...connectivityMermaid(listConnections(shop()))].join('')).toBe(`\
flowchart LR
  subgraph ns0["app"]
    n0["backend"]
    n1["db"]
    n2["frontend"]
  end
  n3(["any IPv4 address"])
  n0 -->|"TCP 443"| n3
  n1 -->|"all"| n3
  n2 -->|"all"| n3
  n2 -->|"TCP 8080"| n0
`);
});

test('a name that Mermaid would take for its own notation is written in entities', () => {
  const text = [...connectivityMermaid({
    workloads: ['end/a"#<b>[Pod]', 'end/c[Pod]'],
    split: [],
    connections: [{ source: 'end/a"#<b>[Pod]', destination: 'end/c[Pod]', connections: ConnectionSet.ALL }],
  })].join('');
  expect(text).toContain('n0["a#34;#35;#60;b#62;"]');
});
