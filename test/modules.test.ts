import * as fs from 'fs';
import * as path from 'path';
import { MODULES } from '../projenrc/modules';

/* One list of modules drives the lint rule, the table in docs/architecture.md and this test. */

const SRC = path.join(__dirname, '..', 'src');

const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => file.split(path.sep).join('/'));

/** The modules and files that a file imports from other folders of src/, as paths below src/. */
function importsOf(file: string): string[] {
  const source = fs.readFileSync(path.join(SRC, file), 'utf8');
  return [...source.matchAll(/(?:from|import|require\()\s*'(\.[^']*)'/g)].map(([, to]) => path.posix.join(path.posix.dirname(file), to));
}

test('every file of src/ belongs to a module, except the index', () => {
  const names = MODULES.map(({ name }) => name);
  expect(files.filter(file => !names.includes(file.split('/')[0]))).toEqual(['index.ts']);
});

test.each(MODULES)('$name imports only the modules that the list allows, and only through their front doors', ({ name, imports }) => {
  const offending = files.filter(file => file.startsWith(`${name}/`)).flatMap(file => importsOf(file)
    .filter(to => !to.startsWith(`${name}/`))
    .filter(to => !(imports.includes(to.split('/')[0]) || imports.includes(to)) || to.split('/')[1] === 'private')
    .map(to => `${file} -> ${to}`));
  expect(offending).toEqual([]);
});

test('no module may import one that comes after it', () => {
  const names = MODULES.map(({ name }) => name);
  for (const { name, imports } of MODULES) {
    expect(imports.filter(other => names.indexOf(other.split('/')[0]) >= names.indexOf(name))).toEqual([]);
  }
});

test('a writer never asks the evaluator: report imports nothing of it but the sets of connections', () => {
  const imported = files.filter(file => file.startsWith('report/')).flatMap(importsOf).filter(to => to.startsWith('evaluator/'));
  expect([...new Set(imported)]).toEqual(['evaluator/connections']);
});

test('docs/architecture.md has the table of this list', () => {
  const docs = fs.readFileSync(path.join(__dirname, '..', 'docs', 'architecture.md'), 'utf8');
  const rows = MODULES.map(({ name, holds, imports }) => `| \`${name}/\` | ${holds} | ${imports.map(other => `\`${other}\``).join(', ') || 'nothing'} |`);
  expect(docs).toContain(['| module of `src/` | what lives there | what it imports |', '|---|---|---|', ...rows].join('\n'));
});
