import * as fs from 'fs';
import * as path from 'path';
import { intentsSarif } from '../src/report/intents';

/*
 * What docs/ and the root's documents say. Examples of README and docstrings are compiled by jsii-rosetta; those of the guides
 * are parts of the projects under examples/, which are compiled and run: here they are compared.
 */

const PROJECT = path.join(__dirname, '..');
const documents = [
  ...fs.readdirSync(PROJECT).filter(file => file.endsWith('.md') && file !== 'API.md'),
  path.join('examples', 'README.md'),
  ...fs.readdirSync(path.join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md')).map(file => path.join('docs', file)),
];
const guides = documents.filter(file => file.startsWith(path.join('docs', 'guides')));

function read(file: string): string { return fs.readFileSync(path.join(PROJECT, file), 'utf8'); }

/** A fenced block, with what is said behind the fence: a language, and the file that it is a part of. */
interface Block { readonly at: string; readonly language: string; readonly file: string; readonly text: string }

function blocksOf(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(/^```(\S*) *(.*)\n([^]*?)^```$/gm)].map(({ index, 1: language, 2: file, 3: body }) =>
    ({ at: `${document}:${text.slice(0, index).split('\n').length}`, language, file, text: body }));
}

/** What a block shows, between lines that say that something is left out. */
function passages({ text }: Block): string[] {
  return text.split(/^\s*(?:\/\/|#) …\n/m);
}

test('every example of a guide is a part of a file that is compiled and run', () => {
  const examples = guides.flatMap(blocksOf).filter(({ language }) => language !== 'console');
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter(({ file }) => !file.startsWith('examples/')).map(({ at }) => at)).toEqual([]);
  for (const example of examples) {
    let rest = read(example.file);
    for (const passage of passages(example)) {
      const [before, after] = cut(rest, passage);
      if (after === undefined) { throw new Error(`${example.at}: this is not, or not in this order, in ${example.file}:\n${passage}`); }
      expect(before.endsWith('\n') || before === '' || example.language === 'text').toBe(true);
      rest = after;
    }
  }
});

/** What is before and after a passage; nothing where it is not there. The last line may end early in the example. */
function cut(text: string, passage: string): [string, string | undefined] {
  const wanted = passage.replace(/\n$/, '');
  const at = text.indexOf(wanted);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + wanted.length)];
}

test('every other example in docs/ is a picture or a command: what is code is in a guide or in the README', () => {
  const others = documents.filter(file => file.startsWith('docs') && !guides.includes(file)).flatMap(blocksOf);
  expect(others.filter(({ language }) => !['', 'console', 'text', 'yaml', 'json'].includes(language)).map(({ at }) => at)).toEqual([]);
});

test('the page on versions names every code of a finding, and no other', () => {
  const [, page] = /^## Findings and their codes$([^]*?)^## /m.exec(read('docs/versioning.md'))!;
  const named = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code);
  const { runs: [{ tool: { driver } }] } = JSON.parse([...intentsSarif([])].join(''));
  const plugin = [...read('src/plugin/netpol-validation.ts').matchAll(/'(netpol-[\w-]+)'/g)].map(([, code]) => code);
  expect(named.sort()).toEqual([...driver.rules.map(({ id }: { id: string }) => id), ...plugin].sort());
});

test('every link to a file or a heading of ours leads somewhere', () => {
  const broken = documents.flatMap(document => [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].flatMap(([, target, heading]) => {
    const file = target === '' ? document : path.join(path.dirname(document), target);
    if (!fs.existsSync(path.join(PROJECT, file))) { return [`${document}: ${target}`]; }
    return heading === undefined || headings(file).includes(heading) ? [] : [`${document}: ${target}#${heading}`];
  }));
  expect(broken).toEqual([]);
});

function headings(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}
