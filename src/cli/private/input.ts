import { realpathSync, statSync } from 'fs';
import * as path from 'path';
import { readFacts } from './facts';
import { folderRenderer } from './folder-renderer';
import { BadInputError, Io, showFindings } from './io';
import { LintConfig } from './lint-config';
import { renamedRead } from './renamed';
import { Cluster } from '../../cluster/cluster';
import { findingsOfClusters, NamedCluster, noSuchCluster, readClusters } from '../../cluster/clusters';
import { Reachability } from '../../evaluator/reachability';
import { Finding, formatFinding } from '../../findings/finding';
import { pluginFact, pluginName } from '../../k8s/network-plugins';
import { fileFinding, FileCache, readContent, readPaths, STDIN } from '../../manifests/files';
import { Renderer, RenderOptions } from '../../manifests/rendering';
import { Unread } from '../../manifests/unread';

/** The note about input, or a cluster of it, without any NetworkPolicy, nor a policy of another kind. */
export function noPolicy(cluster: string | undefined): string {
  return `note: there is no NetworkPolicy in ${cluster === undefined ? 'the input' : `cluster ${cluster}`}, so nothing is denied\n`;
}

/** The input of a command. */
export interface InputOptions {
  readonly paths: readonly string[];
  /** The value of `--cluster`. */
  readonly cluster?: string;
  /** Assume nothing: answers that rest on an assumption are undecided. */
  readonly strict?: boolean;
  /** The values of `--assume-namespaces`. */
  readonly assumeNamespaces?: readonly string[];
  /** The values of `--pod-cidr`. */
  readonly podCidr?: readonly string[];
  /** The value of `--cni`. Default: as the configuration file says. */
  readonly cni?: string;
  /** The value of `--config`. */
  readonly config?: string;
  /** The value of `--render`: `always` makes a folder that is not rendered an error. Default: as the configuration file says, or else `auto`. */
  readonly render?: string;
  /** The values of `--values`. Default: as the configuration file says. */
  readonly values?: readonly string[];
  /** Real paths of files that the command reads for itself. They may be in a folder of manifests. */
  readonly ownFiles?: readonly string[];
  /** Gets the content of each file of manifests, and what each folder was rendered to. */
  readonly onRead?: (name: string, content: string | Buffer) => void;
  /** The folder of the configuration file, and of the files that it names. Default: the working directory. */
  readonly folder?: string;
  /** @default - the input is not a version of something */
  readonly version?: VersionInput;
}

/** What is different about the input if it is a version that is compared with another one, such as a git revision. */
export interface VersionInput {
  /** How messages name what was read. Default: by its path. */
  readonly rename?: (text: string) => string;
  /** What is known not to be read. */
  readonly unread?: readonly Unread[];
  /** The version does not have the configuration file that `--config` names. */
  readonly hasNoConfig?: boolean;
  /** An input without any object is no fault. */
  readonly mayBeEmpty?: boolean;
}

/** The input, read. */
export interface Input {
  /** The clusters that are judged: the one of `--cluster`, or all of them. */
  readonly clusters: readonly NamedCluster[];
  /** The names of all clusters of the input. Empty if it is one cluster without a name. */
  readonly clusterNames: readonly string[];
  readonly findings: readonly Finding[];
  /** True if a finding is an error. Then a command that is asked about everything ends with status 2. */
  readonly isFaulty: boolean;
  /** The number of files that were read. */
  readonly fileCount: number;
  /** The number of folders that were rendered. */
  readonly renderedCount: number;
  /** See PathsRead. */
  readonly policyLeftOut: () => string | undefined;
  /** True if there is an error for which the clusters do not account, so that an answer could be wrong. */
  readonly isUnusable: boolean;
  /** True if the input has no object, and nothing in it was not read. */
  readonly isEmpty: boolean;
  /** The folders of the input, for `watch`; see PathsRead. */
  readonly folders: readonly string[];
  /** What the configuration file says about `lint`. */
  readonly lint: LintConfig;
  /** The contents of the files of facts, by name. */
  readonly factFiles: ReadonlyMap<string, string>;
}

/**
 * Reads the manifests and the facts. With a cache, only files that have changed are read.
 * @throws BadInputError if the input has no cluster of the name that `--cluster` gives
 */
export async function readInput(options: InputOptions, io: Io, cache?: FileCache): Promise<Input> {
  const { paths, cluster, folder, version: { rename, unread = [], mayBeEmpty = false } = {} } = options;
  const stdin = paths.includes(STDIN) ? await readStdin(io) : () => '';
  const facts = await readFacts(options, io);
  const { render = facts.render, values = facts.values.map(file => folder === undefined ? file : path.resolve(folder, file)) } = options;
  const valueFiles = await readValues(values);
  const onRead: InputOptions['onRead'] = (name, content) => options.onRead?.(rename === undefined ? name : rename(name), content);
  const read = readPaths(paths, stdin, { cache, render: renderOptions(render, values, onRead), onRead });
  const ownFiles = [...options.ownFiles ?? [], ...facts.files, ...values.map(file => realpathSync(file))];
  const isEmpty = read.resources.length + read.unread.length + unread.length === 0;
  const own = { ...read, findings: read.findings.filter(one => !isOwn(one, ownFiles) && !(mayBeEmpty && one.code === 'NP001')) };
  const named = rename === undefined ? own : renamedRead(own, rename);
  const files = {
    resources: named.resources,
    findings: [...named.findings, ...unread.flatMap(one => one.findings)],
    unread: [...named.unread, ...unread],
  };
  const all = readClusters(files.resources, () => ({ namespaces: facts.namespaces, podCidrs: facts.podCidrs, plugin: facts.plugin }), files.unread);
  const clusters = cluster === undefined ? all : all.filter(({ name }) => name === cluster);
  if (clusters.length === 0) { throw new BadInputError(noSuchCluster(cluster!, all, name => `write --cluster ${name}`)); }
  const findings = [...facts.findings, ...files.findings, ...findingsOfClusters(clusters)];
  const accounted = new Set(clusters.flatMap(one => [...one.accounted].map(formatFinding)));
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    clusters,
    clusterNames: all.flatMap(({ name }) => name ?? []),
    findings,
    isFaulty: errors.length > 0,
    isUnusable: errors.some(one => !accounted.has(formatFinding(one))) || (errors.some(({ code }) => code !== 'NP331') && files.resources.length === 0),
    isEmpty,
    folders: read.folders,
    fileCount: read.fileCount,
    renderedCount: read.renderedCount,
    policyLeftOut: () => read.policyLeftOut(),
    lint: facts.lint,
    factFiles: new Map([...facts.contents, ...valueFiles]),
  };
}

function renderOptions(render: string | undefined, values: readonly string[], onRead?: InputOptions['onRead']): RenderOptions {
  const own: Renderer = render === 'never' ? () => ({ notRendered: 'rendering is switched off (never)' }) : folderRenderer(values);
  const renderer: Renderer = folder => {
    const rendering = own(folder);
    if ('text' in rendering) { onRead?.(`${folder.folder} (rendered)`, rendering.text); }
    return rendering;
  };
  return { renderer, isRequired: render === 'always', values };
}

/**
 * The contents of the files of values. Helm would also read a URL, but netpol opens no connections.
 * @throws BadInputError if a file cannot be read
 */
async function readValues(values: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const file of values) {
    contents.set(file, (await contentFor('--values', file, () => readContent(file, statSync(file)))).toString('latin1'));
  }
  return contents;
}

/** Reads standard input. An error is thrown when the text is asked for, where it becomes a finding. */
async function readStdin(io: Io): Promise<() => Buffer> {
  try {
    const content = await io.readStdin();
    return () => content;
  } catch (error) {
    return () => { throw error; };
  }
}

/**
 * Reads the manifests, and prints the findings. One bad object does not stop the rest, if the clusters account for it.
 *
 * @param ofOneCluster what can be asked about one cluster only, if it is to be asked
 * @throws BadInputError if the clusters do not account for an error, and if the input has several clusters and must have one
 */
export async function readCheckedInput(options: InputOptions, io: Io, ofOneCluster?: string): Promise<Input> {
  const input = await readInput(options, io);
  showFindings(input.findings, io);
  if (input.isUnusable) { throw new BadInputError(); }
  if (ofOneCluster !== undefined) { checkOneCluster(input.clusters, ofOneCluster); }
  noteUnenforced(input, io);
  return input;
}

/** Prints a note about each cluster in which nothing is denied: it has no policy, or a network plugin that enforces none. */
export function noteUnenforced({ clusters }: Pick<Input, 'clusters'>, io: Io): void {
  for (const { name, cluster: { policies, clusterPolicies, unevaluated, plugin } } of clusters) {
    const count = policies.length + clusterPolicies.length + unevaluated.length;
    if (count === 0) { io.stderr.write(noPolicy(clusters.length > 1 ? name : undefined)); }
    const ignored = pluginFact(plugin, 'policies');
    if (ignored !== undefined) { io.stderr.write(`note: ${pluginName(plugin!)} ${ignored.what}; the answers are those of a plugin that does\n`); }
  }
}

/** A cluster of the input, evaluated. */
export interface EvaluatedCluster {
  /** The name, if the input has several clusters. */
  readonly name?: string;
  readonly reach: Reachability;
}

/** The input, with its clusters evaluated. */
export interface EvaluatedInput extends Omit<Input, 'clusters'> {
  readonly clusters: readonly EvaluatedCluster[];
}

/**
 * Reads and evaluates each cluster of the manifests, and prints the findings.
 * @throws BadInputError if the clusters do not account for an error
 */
export async function readReachabilities(options: InputOptions, io: Io): Promise<EvaluatedInput> {
  const { clusters: all, ...input } = await readCheckedInput(options, io);
  const clusters = all.map(({ name, cluster }) => ({ name: all.length > 1 ? name : undefined, reach: evaluate(cluster, options) }));
  return { ...input, clusters };
}

/** Evaluates a cluster, without assumptions if the options say so. */
export function evaluate(cluster: Cluster, { strict }: Pick<InputOptions, 'strict'>): Reachability {
  const reach = new Reachability(cluster);
  return strict === true ? reach.strict : reach;
}

/**
 * Reads and evaluates manifests of one cluster, and prints the findings.
 * @throws BadInputError if the clusters do not account for an error, and if `what` can be asked about one cluster only and the input has several
 */
export async function readReachability(options: InputOptions, what: string, io: Io): Promise<Reachability> {
  const { clusters: [{ cluster }] } = await readCheckedInput(options, io, what);
  return evaluate(cluster, options);
}

/** Throws a BadInputError if there are several clusters. */
export function checkOneCluster(clusters: readonly { readonly name?: string }[], what: string): void {
  if (clusters.length === 1) { return; }
  const names = clusters.map(({ name }) => name);
  throw new BadInputError(`${what} is about one cluster, and the input has several (${names.join(', ')}): write --cluster ${names[0]}`);
}

/**
 * Reads a file that an option names. `-` is standard input, unless it is among the paths.
 * @throws BadInputError if the file cannot be read
 */
export async function readNamedText({ option, file, paths }: { option: string; file: string; paths: readonly string[] }, io: Io): Promise<Buffer> {
  if (file === STDIN && paths.includes(STDIN)) {
    throw new BadInputError(`${option} - and the path - are both standard input: give one of them as a file`);
  }
  return contentFor(option, file, () => file === STDIN ? io.readStdin() : readContent(file, statSync(file)));
}

/** What `read` returns. An error of the file system is one of the option that names the file. */
async function contentFor(option: string, file: string, read: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  try {
    return await read();
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
