import * as fs from 'fs';
import * as path from 'path';
import { terminalOf } from './mistake';
import { MISTAKES } from './mistakes';
import { mistakesPage } from './mistakes-page';

/* Each mistake is made, and whoever makes it sees what is wrong and what to do. docs/mistakes.md is made from the same rows. */

const all = MISTAKES.flatMap(([, mistakes]) => mistakes);

test.each(all.map(mistake => [mistake.mistake, mistake] as const))('the message says what is wrong, and not what is wrong inside the library: %s', async (_, mistake) => {
  const message = await terminalOf(mistake);
  expect(message).toContain(mistake.sees);
  expect(message).not.toMatch(/is not a function|Cannot read prop|TypeError|\._[a-z]/);
});

test('docs/mistakes.md has at least thirty mistakes, each of them once, with the messages of today', async () => {
  const page = fs.readFileSync(path.join(__dirname, '../../docs/mistakes.md'), 'utf8');
  expect(page).toBe(await mistakesPage());
  const rows = page.match(/^\| \[.*/gm)!.map(row => row.split('](')[0]);
  expect(rows.length).toBeGreaterThanOrEqual(30);
  expect(new Set(rows).size).toBe(rows.length);
});
