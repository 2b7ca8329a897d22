import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';

/* The examples of docs/list-and-explain.md: each command prints what the page says, about the manifests of the page. */

const PAGE = fs.readFileSync(path.join(__dirname, '..', 'docs', 'list-and-explain.md'), 'utf8');
const [, manifests] = /^```yaml\n# shop\.yaml\n([^]*?)^```$/m.exec(PAGE)!;
const commands = [...PAGE.matchAll(/^```console\n\$ netpol (.*)\n([^]*?)^```$/gm)].map(([, command, output]) => ({ command, output }));

test('the page has an example of a list, of a filter, and of each kind of explanation', () => {
  expect(commands).toHaveLength(5);
});

test.each(commands)('$ netpol $command', async ({ command, output }) => {
  const { stdout, stderr } = await netpol(command.split(' '), { 'shop.yaml': manifests });
  expect(stderr + stdout).toBe(output);
});
