import { shop, shopIntents } from './shop';
import { intentsMarkdown } from '../../src/report/intents';

test('a table of all intents, and a section for each that fails', () => {
  const reach = shop();
  const text = [...intentsMarkdown(reach, shopIntents(reach))].join('');
  expect(text).toContain('| ok | denied: app/frontend\\[Deployment\\] → app/db\\[Deployment\\] | intents.yaml:2:5 |');
  expect(text).toContain('| FAILED | allowed: app/backend\\[Deployment\\] → app/db\\[Deployment\\] (TCP 5432) | intents.yaml:4:5 |');
  expect(text).toMatch(/### allowed: .*\n\norders \\<are\\> "kept"\n\n```text\napp\/backend\[Deployment\] does not reach/);
  expect(text.match(/^### /gm)).toHaveLength(2);
});
