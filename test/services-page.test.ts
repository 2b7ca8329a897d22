import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';

/* The examples of docs/services.md: each command prints what the page says, about the manifests of the page. */

const PAGE = fs.readFileSync(path.join(__dirname, '..', 'docs', 'services.md'), 'utf8');
const blocks = (language: string) => [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text);
const [manifests, intents] = blocks('yaml');
const files = { 'shop.yaml': manifests.replace('# shop.yaml\n', ''), 'intents.yaml': intents };

const commands = blocks('console').flatMap(block => [...block.matchAll(/^\$ netpol (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command, output]) => ({ command, output })));

test('the page has an example of each kind of endpoint and list', () => {
  expect(commands).toHaveLength(9);
});

test.each(commands)('$ netpol $command', async ({ command, output }) => {
  const { stdout, stderr } = await netpol(command.split(' '), files);
  // The summary of `list` comes after the list.
  const [, notes, summary] = /^((?:(?!summary: ).*\n)*)([^]*)$/.exec(stderr)!;
  expect(notes + stdout + summary).toBe(output);
});
