import { policy, shop, TIERS } from './shop';
import { listConnections } from '../../src/query/connectivity';
import { connectivityJson } from '../../src/report/connectivity-table';
import { reachOfYaml } from '../support/manifests';

test('one row a line, each with src, dst and conn in that order, sorted', () => {
  expect([...connectivityJson(listConnections(shop()))].join('')).toBe(`\
[ { "src": "app/backend[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "TCP 443" },
  { "src": "app/db[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "All Connections" },
  { "src": "app/frontend[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "All Connections" },
  { "src": "app/frontend[Deployment]", "dst": "app/backend[Deployment]", "conn": "TCP 8080" } ]
`);
});

test('no connection at all is an empty array', () => {
  const reach = reachOfYaml(TIERS + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
  expect([...connectivityJson(listConnections(reach))].join('')).toBe('[]\n');
});
