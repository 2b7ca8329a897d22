import * as fs from 'fs';
import * as path from 'path';
import { netpol } from './cli/command';

/*
 * The documents: docs/ and the Markdown files of the root. jsii-rosetta compiles the examples of README and docstrings. The examples
 * of the guides are parts of the projects under examples/, whose own tests run them. Those of docs/claims.md are programs under
 * test/claims-page/. Here documents and programs are compared.
 */

const PROJECT = path.join(__dirname, '..');
const documents = [
  ...fs.readdirSync(PROJECT).filter(file => file.endsWith('.md') && file !== 'API.md'),
  path.join('examples', 'README.md'),
  path.join('examples', 'boutique', 'README.md'),
  path.join('examples', 'platform', 'README.md'),
  ...fs.readdirSync(path.join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md')).map(file => path.join('docs', file)),
];
const CLAIMS_PAGE = path.join('docs', 'claims.md');
/** test/mistakes/ makes this page, and runs its programs. */
const MISTAKES_PAGE = path.join('docs', 'mistakes.md');
/** test/lint/ runs the programs of these pages. */
const RULE_PAGES = path.join('docs', 'rules');
const withPrograms = documents.filter(file => file.startsWith(path.join('docs', 'guides')) || file === CLAIMS_PAGE);

function read(file: string): string { return fs.readFileSync(path.join(PROJECT, file), 'utf8'); }

/** A fenced block. After the fence come its language and, beside a program, the file that it is a part of. */
interface Block { readonly at: string; readonly language: string; readonly file: string; readonly text: string }

function blocksOf(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(/^```(\S*) *(.*)\n([^]*?)^```$/gm)].map(({ index, 1: language, 2: file, 3: body }) =>
    ({ at: `${document}:${text.slice(0, index).split('\n').length}`, language, file, text: body }));
}

/** The passages of a block. A line with `…` between two passages marks an omission. */
function passagesOf({ text }: Block): string[] {
  return text.split(/^\s*(?:\/\/ |# )?…\n/m);
}

/** The text behind a passage, or undefined if the text does not have the passage. */
function textAfter(text: string, passage: string, language: string): string | undefined {
  const wanted = passage.replace(/\n$/, '');
  const at = text.indexOf(wanted);
  // A message may begin in the middle of a line of the test that has it.
  const startsLine = at <= 0 || text[at - 1] === '\n' || language === 'text';
  return at < 0 || !startsLine ? undefined : text.slice(at + wanted.length);
}

function expectPassages(block: Block, text: string, source: string): void {
  let rest = text;
  for (const passage of passagesOf(block)) {
    const after = textAfter(rest, passage, block.language);
    if (after === undefined) { throw new Error(`${block.at}: ${source} does not have this passage, or not in this order:\n${passage}`); }
    rest = after;
  }
}

test('every example of a guide or of the page about claims is a part of a file that is compiled and run', () => {
  const examples = withPrograms.flatMap(blocksOf).filter(({ language }) => language !== 'console');
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter(({ file }) => !/^(examples|test\/claims-page|test\/recipes)\//.test(file)).map(({ at }) => at)).toEqual([]);
  for (const example of examples) { expectPassages(example, read(example.file), example.file); }
});

test('the failing claim in the README is the output of netpol check', async () => {
  const [failure] = blocksOf('README.md').filter(({ text }) => text.includes('netpol check'));
  const folder = path.join(PROJECT, 'examples', 'shop-by-hand');
  const { stdout } = await netpol(['check', path.join(folder, 'manifests'), '--intent', path.join(folder, 'intents.yaml')]);
  expectPassages({ ...failure, text: failure.text.replace(/^\$.*\n/, '') }, stdout.replaceAll(`${folder}/`, ''), 'the output');
});

test('program code is only in the guides, the pages about claims, mistakes and rules, and the README, where it is run', () => {
  const others = documents.filter(file => file.startsWith('docs') && ![...withPrograms, MISTAKES_PAGE].includes(file) && !file.startsWith(RULE_PAGES)).flatMap(blocksOf);
  expect(others.filter(({ language }) => !['', 'console', 'text', 'yaml', 'json'].includes(language)).map(({ at }) => at)).toEqual([]);
});

test('every link to a file or a heading of this repository leads somewhere', () => {
  const broken = documents.flatMap(document => [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].flatMap(([, target, heading]) => {
    const file = target === '' ? document : path.join(path.dirname(document), target);
    if (!fs.existsSync(path.join(PROJECT, file))) { return [`${document}: ${target}`]; }
    return heading === undefined || headingsOf(file).includes(heading) ? [] : [`${document}: ${target}#${heading}`];
  }));
  expect(broken).toEqual([]);
});

function headingsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}

test('the glossary is in alphabetical order and defines each term once', () => {
  const terms = [...read('docs/glossary.md').matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, term]) => term);
  expect(terms.length).toBeGreaterThan(40);
  expect(terms).toEqual([...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en')));
});
