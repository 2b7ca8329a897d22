import * as fs from 'fs';
import * as path from 'path';

/*
 * The order of the house: data flows one way through the rooms of src/, and every concept has a file and
 * a test file of the same name. docs/architecture.md draws it.
 */

const SRC = path.join(__dirname, '..', 'src');
const ROOMS = ['api', 'constructs', 'cluster', 'reach', 'analysis', 'report', 'testing', 'cli'];

/** The evaluator reads API objects and knows nothing of what wrote them. */
const APART: Record<string, string[]> = {
  cluster: ['constructs'], reach: ['constructs'], analysis: ['constructs'], report: ['constructs'], cli: ['constructs', 'testing'],
};

const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => file.split(path.sep).join('/'));

function source(file: string): string {
  return fs.readFileSync(path.join(SRC, file), 'utf8');
}

test('every file of src/ is in one of the rooms, but for the index', () => {
  expect(files.filter(file => !ROOMS.includes(file.split('/')[0]))).toEqual(['index.ts']);
});

test.each(ROOMS)('%s imports from no room behind it, and from none that it must not know', room => {
  const closed = [...ROOMS.slice(ROOMS.indexOf(room) + 1), ...APART[room] ?? []];
  const imports = files.filter(file => file.startsWith(`${room}/`)).flatMap(file =>
    [...source(file).matchAll(/from '\.\.\/([a-z]+)\//g)].map(match => ({ file, from: match[1] })));
  expect(imports.filter(({ from }) => closed.includes(from))).toEqual([]);
});

test('every file that does something has a test file of its name', () => {
  const holdsOnlyTypes = (file: string) => !/^(export )?(abstract class|class|async function|function\*?|enum)\b/m.test(source(file));
  const missing = files.filter(file => file !== 'index.ts' && !holdsOnlyTypes(file)
    && !fs.existsSync(path.join(__dirname, file.replace(/\.ts$/, '.test.ts'))));
  expect(missing).toEqual([]);
});

test('no file is so long that it holds two concepts', () => {
  expect(files.filter(file => source(file).split('\n').length > 330)).toEqual([]);
});
