import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';

/* The example of docs/plan.md: what the page says is what is printed. */

const PAGE = fs.readFileSync(path.join(__dirname, '..', 'docs', 'plan.md'), 'utf8');

test('the example prints what the page says', async () => {
  const [old, policies] = [...PAGE.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml]) => yaml);
  const [, output] = /^```console\n\$ netpol plan old\.yaml new\.yaml\n([^]*?)^```$/m.exec(PAGE)!;
  const { status, stdout, stderr } = await netpol(['plan', 'old.yaml', 'new.yaml'], { 'old.yaml': old, 'new.yaml': `${old}---\n${policies}` });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(output);
});
