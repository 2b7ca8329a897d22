import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { run } from '../../src/cli/run';

/*
 * npm run corpus lists the connections of real collections of manifests, and prints for each of them what was read, what was left out, what is undecided,
 * and the seconds. It fails if a collection gets no answer, and if what netpol says about the files of a kustomization differs from what it says about the
 * rendered objects, unless it says that it is undecided.
 *
 *   npm run corpus                 every collection of ../shared/corpus
 *   npm run corpus -- FOLDER…      other collections
 */

/** What `netpol list` says about a folder. */
interface Listed {
  readonly folder: string;
  readonly rows: readonly Row[];
  /** The lines of the summary. */
  readonly summary: readonly string[];
  readonly isRefused: boolean;
  readonly seconds: number;
}

interface Row {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
  readonly undecided?: readonly string[];
}

const KUSTOMIZATIONS: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

async function list(folder: string, ...options: string[]): Promise<Listed> {
  let [stdout, stderr] = ['', ''];
  const start = process.hrtime.bigint();
  const status = await run(['list', folder, '-o', 'json', '--keep-going', ...options], {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => Buffer.alloc(0),
    untilInterrupted: async () => {},
  });
  const lines = stderr.trimEnd().split('\n');
  const summary = lines.slice(lines.findIndex(line => line.startsWith('summary: ')));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { folder, rows: stdout === '' ? [] : JSON.parse(stdout) as Row[], summary, isRefused: status !== 0 || stdout === '', seconds };
}

/** Every folder with a kustomization, the given folder among them. A component is rendered only through the kustomizations that use it. */
function kustomizationsIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const inside = entries.filter(entry => entry.isDirectory()).flatMap(entry => kustomizationsIn(path.join(folder, entry.name)));
  const own = entries.find(({ name }) => KUSTOMIZATIONS.includes(name));
  const isAlone = own !== undefined && !/^kind: Component\b/m.test(readFileSync(path.join(folder, own.name), 'utf8'));
  return isAlone ? [folder, ...inside] : inside;
}

/** The rows that the files alone decide and the rendered objects decide otherwise. */
export function decidedDifferently(raw: readonly Row[], rendered: readonly Row[]): string[] {
  const keyOf = ({ src, dst }: Row) => `${src} → ${dst}`;
  const workloads = new Set(raw.flatMap(({ src, dst }) => [src, dst]));
  const known = new Map(raw.map(row => [keyOf(row), row]));
  const now = new Map(rendered.map(row => [keyOf(row), row]));
  const changed = raw.filter(row => row.undecided === undefined && now.get(keyOf(row))?.conn !== row.conn).map(keyOf);
  // Without a row, nothing passes between two workloads.
  const opened = rendered.filter(row => workloads.has(row.src) && workloads.has(row.dst) && !known.has(keyOf(row))).map(keyOf);
  return [...changed, ...opened];
}

function print(name: string, { rows, summary, isRefused, seconds }: Listed): void {
  const undecided = rows.filter(row => row.undecided !== undefined).length;
  const [read, ...left] = isRefused ? ['no answer'] : summary;
  process.stdout.write(`${name.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s  ${read.replace('summary: ', '')}; rows: ${rows.length}, undecided: ${undecided}\n`);
  for (const line of left) { process.stdout.write(`${' '.repeat(53)}${line}\n`); }
}

async function main(folders: readonly string[]): Promise<boolean> {
  const faults: string[] = [];
  const help = await helpOf();
  const canRender = help.includes('--render');
  const raw = canRender ? ['--render', 'never'] : [];
  for (const folder of folders) {
    const name = path.basename(folder);
    for (const [kind, options] of [[' (raw)', raw], ...canRender ? [[' (rendered)', ['--render', 'auto']] as const] : []] as const) {
      const listed = await list(folder, ...options);
      print(name + kind, listed);
      if (listed.isRefused) { faults.push(`${name}${kind}: there is no answer`); }
    }
    for (const one of canRender ? kustomizationsIn(folder) : []) {
      const own = path.relative(path.dirname(folder), one);
      const [files, rendered] = [await list(one, ...raw), await list(one, '--render', 'always')];
      if (files.isRefused) { faults.push(`${own}: there is no answer`); }
      if (rendered.isRefused) { continue; }
      const differing = decidedDifferently(files.rows, rendered.rows);
      print(`  ${own}`, rendered);
      if (differing.length > 0) { faults.push(`${own}: ${differing.length} pairs are decided differently, such as ${differing[0]}`); }
    }
  }
  if (!canRender) { process.stdout.write('\nSKIPPED: the comparison with rendered kustomizations, because this version does not render\n'); }
  process.stdout.write(faults.length === 0 ? '\nEvery collection has an answer.\n' : `\n${faults.join('\n')}\n`);
  return faults.length === 0;
}

async function helpOf(): Promise<string> {
  let help = '';
  const write = (text: string) => { help += text; };
  await run(['list', '--help'], { stdout: { write }, stderr: { write }, readStdin: async () => Buffer.alloc(0), untilInterrupted: async () => {} });
  return help;
}

const CORPUS = path.join(__dirname, '../../../shared/corpus');

if (require.main === module) {
  const named = process.argv.slice(2);
  if (named.length === 0 && !existsSync(CORPUS)) {
    process.stdout.write('SKIPPED: the corpus of real manifests is not here\n');
  } else {
    const collections = () => readdirSync(CORPUS, { withFileTypes: true }).filter(entry => entry.isDirectory())
      .map(({ name }) => path.join(CORPUS, name));
    void main(named.length > 0 ? named : collections()).then(isFine => { process.exitCode = isFine ? 0 : 1; });
  }
}
