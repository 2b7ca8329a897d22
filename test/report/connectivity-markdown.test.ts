import { shop } from './shop';
import { listConnections } from '../../src/query/connectivity';
import { connectivityMarkdown } from '../../src/report/connectivity-table';

test('a table with a row for each connection', () => {
  const lines = [...connectivityMarkdown(listConnections(shop()))].join('').split('\n');
  expect(lines.slice(0, 2)).toEqual(['| src | dst | conn |', '| --- | --- | --- |']);
  expect(lines).toContain('| app/frontend\\[Deployment\\] | app/backend\\[Deployment\\] | TCP 8080 |');
});
