import { realpathSync } from 'fs';
import { readFile } from 'fs/promises';
import { ClusterReading, readCluster } from '../../cluster/read-cluster';
import { Reachability } from '../../evaluator/reachability';
import { formatFinding, Finding } from '../../findings/finding';
import { fileFinding, FileMemory, readPaths, STDIN } from '../../manifests/files';

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
  const all = [...files.findings.filter(problem => !isOwn(problem, ownFiles)), ...problems];
  return { cluster, problems: all, folders: files.folders };
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
    const { message, fix } = fileFinding(file, error);
    throw new Refusal(`${option} ${file}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`);
  }
}

/** Of an intent file, that it is no Kubernetes object is nothing to warn of. */
function isOwn({ severity, place: { file } }: Finding, ownFiles: readonly string[]): boolean {
  return severity === 'warning' && file !== undefined && file !== STDIN && ownFiles.includes(realpathSync(file));
}

/** Prints problems; a Refusal where one of them is an error. */
export function tellProblems(problems: readonly Finding[], io: Io): void {
  const errors = problems.filter(p => p.severity === 'error');
  const warnings = problems.filter(p => p.severity === 'warning');
  // What is not counted in the answers is always told.
  const told = new Set([...[...errors, ...warnings].slice(0, MAX_PROBLEMS), ...warnings.filter(({ code }) => code === 'NP301' || code === 'NP303')]);
  for (const problem of problems) {
    if (told.has(problem)) { io.stderr.write(`${formatFinding(problem)}\n`); }
  }
  if (problems.length > told.size) { io.stderr.write(`… and ${problems.length - told.size} more\n`); }
  if (errors.length > 0) { throw new Refusal(); }
}

/** Something that text can be written to. */
export interface Sink {
  write(text: string): unknown;
}

/** The outside of the command: where results and messages go, and what comes in. */
export interface Io {
  /** Results. */
  readonly stdout: Sink;
  /** Messages. */
  readonly stderr: Sink;
  /** The whole of standard input. */
  readonly readStdin: () => Promise<Buffer>;
  /** Ends when nobody wants more: Ctrl-C, or a reader that has seen enough. */
  readonly untilInterrupted: () => Promise<void>;
}

/** Exit statuses: done and yes; a finding or a no; bad input or usage. */
export enum ExitStatus { YES = 0, NO = 1, BAD_INPUT = 2, UNDECIDED = 3 }

export { STDIN };

/** Ends the command with status 2. What is wrong is the message; empty where it has been told already. */
export class Refusal extends Error {}

/** Small pieces are written together: a system call for each row of a long list takes longer than the list. */
const CHUNK = 65_536;

/** Writes pieces as they come. */
export function writeAll(sink: Sink, pieces: Iterable<string>): void {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      sink.write(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') { sink.write(chunk); }
}
