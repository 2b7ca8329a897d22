import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';

/* The examples of docs/coverage.md: each command prints what the page says, about the manifests of the page. */

const PAGE = fs.readFileSync(path.join(__dirname, '..', 'docs', 'coverage.md'), 'utf8');
const fileNamed = (name: string) => new RegExp(`^\`\`\`yaml\\n# ${name}\\n([^]*?)^\`\`\`$`, 'm').exec(PAGE)![1];
const files = { 'shop.yaml': fileNamed('shop.yaml'), 'intents.yaml': fileNamed('intents.yaml') };
const commands = [...PAGE.matchAll(/^```console\n\$ netpol (.*)\n([^]*?)^```$/gm)].map(([, command, output]) => ({ command, output }));

test('the page has an example of each question', () => {
  expect(commands.map(({ command }) => command.split(' ').at(-1))).toEqual(['--coverage', '--mutate', '--suggest']);
});

test.each(commands)('$ netpol $command', async ({ command, output }) => {
  const { stdout, stderr, status } = await netpol(command.split(' '), files);
  expect({ text: stderr + stdout, status }).toEqual({ text: output, status: 0 });
});

test('with the file that the page suggests, every change is noticed', async () => {
  const suggested = commands.find(({ command }) => command.endsWith('--suggest'))!.output;
  const { stdout } = await netpol(['check', 'shop.yaml', '--intent', 'suggested.yaml', '--mutate'], { ...files, 'suggested.yaml': suggested });
  expect(stdout).toContain('4 intents: all hold\n');
  expect(stdout).toContain('9 single changes of policies: 9 noticed, 0 not noticed\n');
});
