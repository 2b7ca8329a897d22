import { shop } from './shop';
import { ConnectionSet } from '../../src/evaluator/connections';
import { listConnections } from '../../src/query/connectivity';
import { connectivityCsv } from '../../src/report/connectivity-table';

test('headings, then a line for each connection', () => {
  const lines = [...connectivityCsv(listConnections(shop()))].join('').split('\n');
  expect(lines[0]).toBe('src,dst,conn');
  expect(lines).toContain('app/frontend[Deployment],app/backend[Deployment],TCP 8080');
  expect(lines).toHaveLength(1 + 4 + 1);
});

test('a field with a comma or a quote is quoted', () => {
  const connections = ConnectionSet.range('TCP', 80, 80).union(ConnectionSet.range('TCP', 443, 443));
  const [, row] = connectivityCsv({ workloads: [], split: [], connections: [{ source: 'a"b', destination: 'c', connections }] });
  expect(row).toBe('"a""b",c,"TCP 80,443"\n');
});
