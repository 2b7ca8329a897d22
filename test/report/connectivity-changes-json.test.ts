import { ConnectionSet } from '../../src/evaluator/connections';
import { connectivityChanges } from '../../src/query/connectivity-changes';
import { connectivityChangesJson } from '../../src/report/connectivity-changes';

const tcp = (port: number) => ConnectionSet.range('TCP', port, port);
const row = (source: string, connections: ConnectionSet) => ({ source, destination: 'x/d[Pod]', connections });

test('a line of JSON, with rows as list prints them', () => {
  const changes = connectivityChanges([row('x/a[Pod]', tcp(1)), row('x/b[Pod]', tcp(2))], [row('x/b[Pod]', tcp(3)), row('x/c[Pod]', ConnectionSet.ALL)]);
  expect(connectivityChangesJson(['a.yaml'], changes)).toBe(
    '{"files":["a.yaml"],"gained":[{"src":"x/c[Pod]","dst":"x/d[Pod]","conn":"All Connections"}],"lost":[{"src":"x/a[Pod]","dst":"x/d[Pod]","conn":"TCP 1"}],'
    + '"changed":[{"src":"x/b[Pod]","dst":"x/d[Pod]","conn":"TCP 3","was":"TCP 2"}]}\n');
});

test('with nothing in it where nothing has changed', () => {
  expect(connectivityChangesJson([], [])).toBe('{"files":[],"gained":[],"lost":[],"changed":[]}\n');
});
