import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';
import { commentOf } from './support/boutique-change';

/* The examples of docs/diff.md: what the page says is what is printed. */

const PAGE = fs.readFileSync(path.join(__dirname, '..', 'docs', 'diff.md'), 'utf8');

test('the example prints what the page says', async () => {
  const [, old] = /^```yaml\n# old\.yaml\n([^]*?)^```$/m.exec(PAGE)!;
  const peer = '{ podSelector: { matchLabels: { app: web } } }';
  expect(old).toContain(peer);
  const [, output] = /^```console\n\$ netpol diff old\.yaml new\.yaml\n([^]*?)^```$/m.exec(PAGE)!;
  const { status, stdout, stderr } = await netpol(['diff', 'old.yaml', 'new.yaml'], { 'old.yaml': old, 'new.yaml': old.replace(peer, '{ podSelector: {} }') });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toBe(output);
});

test('the comment on the pull request to the boutique stands there exactly as it is printed', async () => {
  const [, comment] = /^## A pull request\n[^]*?^```text\n([^]*?)^```$/m.exec(PAGE)!;
  expect(await commentOf()).toBe(comment);
  expect(comment.length).toBeLessThan(60_000);
});
