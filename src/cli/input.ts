import { realpathSync } from 'fs';
import { readFile } from 'fs/promises';
import { Io, Refusal, STDIN } from './io';
import { FileMemory } from '../cluster/file-memory';
import { readPaths } from '../cluster/files';
import { formatProblem, Problem } from '../cluster/problem';
import { ClusterReading, readCluster } from '../cluster/read-cluster';
import { Reachability } from '../reach/reachability';

/** So many problems are printed; the cause of the rest is among them, as a rule. */
const MAX_PROBLEMS = 50;

/** What is told of input without any policy. */
export const NO_POLICY = 'note: there is no NetworkPolicy in the input, so nothing is denied\n';

/** The manifests that a command is about. */
export interface InputOptions {
  readonly paths: readonly string[];
  /** Policies that are not evaluated are errors. */
  readonly strict?: boolean;
  /** Real paths of files that are the command's own, and may lie in a folder of manifests. */
  readonly ownFiles?: readonly string[];
}

/** What was read of manifests. */
export interface Input extends ClusterReading {
  /** See PathsRead. */
  readonly folders: readonly string[];
}

/** Reads manifests; with a memory, only files that have changed. */
export async function readInput({ paths, strict, ownFiles = [] }: InputOptions, io: Io, memory?: FileMemory): Promise<Input> {
  const stdin = paths.includes(STDIN) ? await io.readStdin() : '';
  const files = readPaths(paths, () => stdin, memory);
  const { cluster, problems } = readCluster(files.resources);
  const all = [...files.problems.filter(problem => !isOwn(problem, ownFiles)), ...problems];
  return { cluster, problems: all.map(problem => strict && problem.unevaluated ? { ...problem, severity: 'error' } : problem), folders: files.folders };
}

/** Reads manifests and tells what is wrong with them; a Refusal where something is. */
export async function readReachability(options: InputOptions, io: Io): Promise<Reachability> {
  const { cluster, problems } = await readInput(options, io);
  tellProblems(problems, io);
  if (cluster.policies.length === 0) {
    io.stderr.write(NO_POLICY);
  }
  return new Reachability(cluster);
}

/** Reads a file that an option names: `-` is standard input, where no path has that already. */
export async function readNamedText({ option, file, paths }: { option: string; file: string; paths: readonly string[] }, io: Io): Promise<Buffer> {
  if (file === STDIN) {
    if (paths.includes(STDIN)) { throw new Refusal(`${option} - and the path - are both standard input: give one of them as a file`); }
    return io.readStdin();
  }
  try {
    return await readFile(file);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw new Refusal(`${option} ${file}: ${REFUSALS[code] ?? `can not be read (${code})`}`);
  }
}

/** Of an intent file, that it is no Kubernetes object is nothing to warn of. */
function isOwn({ severity, place: { file } }: Problem, ownFiles: readonly string[]): boolean {
  return severity === 'warning' && file !== undefined && file !== STDIN && ownFiles.includes(realpathSync(file));
}

/** Prints problems; a Refusal where one of them is an error. */
export function tellProblems(problems: readonly Problem[], io: Io): void {
  const errors = problems.filter(p => p.severity === 'error');
  const warnings = problems.filter(p => p.severity === 'warning');
  // What is not counted in the answers is always told.
  const told = new Set([...[...errors, ...warnings].slice(0, MAX_PROBLEMS), ...warnings.filter(p => p.unevaluated)]);
  for (const problem of problems) {
    if (told.has(problem)) { io.stderr.write(`${formatProblem(problem)}\n`); }
  }
  if (problems.length > told.size) { io.stderr.write(`… and ${problems.length - told.size} more\n`); }
  if (errors.length > 0) { throw new Refusal(); }
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check the path',
  EACCES: 'you have no permission to read this file',
  EISDIR: 'this is a folder: name a file in it',
};
