import { realpathSync } from 'fs';
import { readFile } from 'fs/promises';
import { readFacts } from './facts';
import { BadInputError, Io, printFindings } from './io';
import { Cluster } from '../../cluster/cluster';
import { ClusterReading, readCluster } from '../../cluster/read-cluster';
import { Reachability } from '../../evaluator/reachability';
import { Finding } from '../../findings/finding';
import { fileFinding, FileCache, readPaths, STDIN } from '../../manifests/files';

/** The note about input without any NetworkPolicy, nor a policy of another kind. */
export const NO_POLICY = 'note: there is no NetworkPolicy in the input, so nothing is denied\n';

/** The input of a command. */
export interface InputOptions {
  readonly paths: readonly string[];
  /** Assume nothing: answers that rest on an assumption are undecided. */
  readonly strict?: boolean;
  /** The values of `--assume-namespaces`. */
  readonly assumeNamespaces?: readonly string[];
  /** The values of `--pod-cidr`. */
  readonly podCidr?: readonly string[];
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

/** Reads the manifests and the facts. With a cache, only files that have changed are read. */
export async function readInput(options: InputOptions, io: Io, cache?: FileCache): Promise<Input> {
  const { paths } = options;
  const stdin = paths.includes(STDIN) ? await io.readStdin() : '';
  const files = readPaths(paths, () => stdin, cache);
  const facts = await readFacts(options, io);
  const { cluster, findings } = readCluster(files.resources, { namespaces: facts.namespaces, podCidrs: facts.podCidrs });
  const ownFiles = [...options.ownFiles ?? [], ...facts.files];
  return {
    cluster,
    findings: [...facts.findings, ...files.findings.filter(one => !isOwn(one, ownFiles)), ...findings],
    folders: files.folders,
    factFiles: facts.contents,
  };
}

/**
 * Reads the manifests, and prints the findings.
 * @throws BadInputError if a finding is an error
 */
export async function readCheckedCluster(options: InputOptions, io: Io): Promise<Cluster> {
  const { cluster, findings } = await readInput(options, io);
  printFindings(findings, io);
  if (cluster.policies.length === 0 && cluster.unevaluated.length === 0) { io.stderr.write(NO_POLICY); }
  return cluster;
}

/**
 * Reads and evaluates the manifests, and prints the findings.
 * @throws BadInputError if a finding is an error
 */
export async function readReachability(options: InputOptions, io: Io): Promise<Reachability> {
  const cluster = await readCheckedCluster(options, io);
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

export { STDIN };
