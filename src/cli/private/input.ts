import { realpathSync } from 'fs';
import { readFile } from 'fs/promises';
import { readFacts } from './facts';
import { ClusterReading, readCluster } from '../../cluster/read-cluster';
import { Reachability } from '../../evaluator/reachability';
import { formatFinding, Finding } from '../../findings/finding';
import { fileFinding, FileMemory, readPaths, STDIN } from '../../manifests/files';

/** The command prints at most this many findings, errors first. Later findings often follow from the first ones. */
const MAX_FINDINGS = 50;

/** The note about input without any NetworkPolicy, nor a policy of another kind. */
export const NO_POLICY = 'note: there is no NetworkPolicy in the input, so nothing is denied\n';

/** The input of a command. */
export interface InputOptions {
  readonly paths: readonly string[];
  /** Assume nothing: answers that rest on an assumption are undecided. */
  readonly strict?: boolean;
  /** The values of `--assume-namespaces`. */
  readonly assumeNamespaces?: readonly string[];
  /** The value of `--config`. */
  readonly config?: string;
  /** Real paths of files that the command reads for itself. They may be in a folder of manifests. */
  readonly ownFiles?: readonly string[];
}

/** The input, read. */
export interface Input extends ClusterReading {
  /** The folders of the input, for `watch`; see PathsRead. */
  readonly folders: readonly string[];
  /** The contents of the files of facts, by name. */
  readonly factFiles: ReadonlyMap<string, string>;
}

/** Reads the manifests and the facts. With a memory, only files that have changed are read. */
export async function readInput(options: InputOptions, io: Io, memory?: FileMemory): Promise<Input> {
  const { paths } = options;
  const stdin = paths.includes(STDIN) ? await io.readStdin() : '';
  const files = readPaths(paths, () => stdin, memory);
  const facts = await readFacts(options, io);
  const { cluster, findings } = readCluster(files.resources, { namespaces: facts.namespaces });
  const ownFiles = [...options.ownFiles ?? [], ...facts.files];
  return {
    cluster,
    findings: [...facts.findings, ...files.findings.filter(one => !isOwn(one, ownFiles)), ...findings],
    folders: files.folders,
    factFiles: facts.contents,
  };
}

/**
 * Reads and evaluates the manifests, and prints the findings.
 * @throws BadInputError if a finding is an error
 */
export async function readReachability(options: InputOptions, io: Io): Promise<Reachability> {
  const { cluster, findings } = await readInput(options, io);
  printFindings(findings, io);
  if (cluster.policies.length === 0 && cluster.unevaluated.length === 0) { io.stderr.write(NO_POLICY); }
  const reach = new Reachability(cluster);
  return options.strict === true ? reach.strict : reach;
}

/**
 * Reads a file that an option names. `-` is standard input, unless it is among the paths.
 * @throws BadInputError if the file cannot be read
 */
export async function readNamedText({ option, file, paths }: { option: string; file: string; paths: readonly string[] }, io: Io): Promise<Buffer> {
  if (file === STDIN) {
    if (paths.includes(STDIN)) { throw new BadInputError(`${option} - and the path - are both standard input: give one of them as a file`); }
    return io.readStdin();
  }
  try {
    return await readFile(file);
  } catch (error) {
    const { message, fix } = fileFinding(file, error);
    throw new BadInputError(`${option} ${file}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`);
  }
}

/** True for the warning that a file is not a Kubernetes object, if the command reads that file for itself. */
function isOwn({ severity, place: { file } }: Finding, ownFiles: readonly string[]): boolean {
  return severity === 'warning' && file !== undefined && file !== STDIN && ownFiles.includes(realpathSync(file));
}

/**
 * Prints findings to standard error.
 * @throws BadInputError if one of them is an error
 */
export function printFindings(findings: readonly Finding[], io: Io): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  // Objects that the answers leave out or cannot decide about are always printed.
  const printed = new Set([...[...errors, ...others].slice(0, MAX_FINDINGS), ...others.filter(({ code }) => code === 'NP301' || code === 'NP303')]);
  for (const finding of findings) {
    if (printed.has(finding)) { io.stderr.write(`${formatFinding(finding)}\n`); }
  }
  if (findings.length > printed.size) { io.stderr.write(`… and ${findings.length - printed.size} more\n`); }
  if (errors.length > 0) { throw new BadInputError(); }
}

/** Receives text. */
export interface Sink {
  write(text: string): unknown;
}

/** The streams of the command. */
export interface Io {
  /** Receives results. */
  readonly stdout: Sink;
  /** Receives messages. */
  readonly stderr: Sink;
  /** Reads all of standard input. */
  readonly readStdin: () => Promise<Buffer>;
  /** Resolves when the user interrupts the command (Ctrl-C), or when the reader of standard output has closed it. */
  readonly untilInterrupted: () => Promise<void>;
}

/** The exit statuses: yes, or done; no, or a claim that does not hold; wrong usage or input; undecided. */
export enum ExitStatus { YES = 0, NO = 1, BAD_INPUT = 2, UNDECIDED = 3 }

export { STDIN };

/** Ends the command with status 2. The message says what is wrong; it is empty if the command has printed that already. */
export class BadInputError extends Error {}

/** Short texts are written together, because a system call for each row takes longer than computing the row. */
const CHUNK = 65_536;

/** Writes texts in chunks, as they are produced. */
export function writeAll(sink: Sink, texts: Iterable<string>): void {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length >= CHUNK) {
      sink.write(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') { sink.write(chunk); }
}
