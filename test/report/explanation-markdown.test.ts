import { explanationOf, shop } from './shop';
import { explanationMarkdown } from '../../src/report/explanation';

test('the answer in bold, and the rest as it is printed', () => {
  const text = explanationMarkdown(explanationOf(shop(), 'app/backend', 'app/db', 'tcp/5432'));
  expect(text).toMatch(/^\*\*no: app\/backend\\\[Deployment\\\] does not reach .*\*\*\n\n```text\nEgress of app\/backend\[Deployment\]: blocked\n/);
  expect(text.endsWith('\n```\n')).toBe(true);
});
