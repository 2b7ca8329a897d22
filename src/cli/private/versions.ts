import { existsSync, mkdtempSync, realpathSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { DEFAULT_CONFIG } from './facts';
import { GitTree, MissingSubmodule, writeTree } from './git-tree';
import { Input, InputOptions, readInput, STDIN, VersionInput } from './input';
import { BadInputError, Io } from './io';
import { hasSubmodule, linksOut, submodulesOf, unreadSubmodules } from './unread-versions';
import { RevisionSource, Source, sourcesOf, trackedAs, WantedVersions } from './version-sources';
import { hasErrors, printable } from '../../findings/finding';

/* Two versions of an input: files and folders, or what git has at a revision. */

/** The options of both versions. */
type SharedOptions = Omit<InputOptions, 'paths'>;

/** One version, read. */
export interface Version {
  /** What messages call it: `k8s`, `HEAD~1:k8s`. */
  readonly name: string;
  readonly input: Input;
  /** The path of a file in the repository or on this machine, of the name that messages have. */
  readonly pathOf: (file: string) => string;
}

/** Two versions of an input. */
export interface Versions {
  readonly before: Version;
  readonly after: Version;
}

/**
 * Reads two versions. The facts of a revision are those of its own `netpol.yaml`. Files that options name are those of the revision too, if they are
 * in the repository. What only one version has is missing in the other one, which a note says.
 *
 * @param ofNew options of the new version only
 * @throws BadInputError if a revision or a path does not exist, and if none of the versions has an object
 */
export async function readVersions(wanted: WantedVersions, options: SharedOptions, io: Io, ofNew: Partial<SharedOptions> = {}): Promise<Versions> {
  const sources = sourcesOf(wanted);
  const folders: string[] = [];
  // An option may name standard input, which is the same for both versions.
  let stdin: Promise<Buffer> | undefined;
  const shared: Io = { ...io, readStdin: () => stdin ??= io.readStdin() };
  try {
    const [before, after] = sources.map(source => open(source, options, folders));
    checkPaths(before, after);
    for (const one of before.missing.filter(other => hasSubmodule(after.missing, other))) {
      io.stderr.write(`note: the files of the submodule ${printable(one.path)} are not here; both versions have its commit ${one.commit.slice(0, 10)}, so netpol leaves them out\n`);
    }
    const old = await readVersion(before, after.missing, options, shared);
    const now = await readVersion(after, before.missing, { ...options, ...ofNew }, shared);
    // A fault that netpol has found says more about why there is nothing.
    if (old.input.isEmpty && now.input.isEmpty && ![old, now].some(({ input }) => hasErrors(input.findings))) {
      throw new BadInputError(`there is no Kubernetes object in ${old.name}, and none in ${now.name}; name files or folders of manifests`);
    }
    return { before: old, after: now };
  } finally {
    for (const folder of folders) { rmSync(folder, { recursive: true, force: true }); }
  }
}

/** A version whose files are on this machine. */
interface Opened {
  readonly source: Source;
  readonly tree?: { readonly folder: string; readonly written: GitTree };
  readonly absent: readonly string[];
  /** The submodules whose files are not there. */
  readonly missing: readonly MissingSubmodule[];
}

function open(source: Source, options: SharedOptions, folders: string[]): Opened {
  if (source.kind === 'paths') { return { source, absent: source.absent, missing: submodulesOf(source) }; }
  // Links in the path of the temporary folder would make it another one.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'netpol-')));
  folders.push(folder);
  const { repository } = source;
  const facts = [`${repository.prefix}${DEFAULT_CONFIG}`, ...filesOf(options).flatMap(file => trackedAs(repository, file) ?? [])];
  const written = writeTree(repository, source.commit, { paths: source.paths, facts }, folder);
  return { source, tree: { folder, written }, absent: source.paths.filter(one => !written.found.has(one)), missing: written.missing };
}

/** Both versions lack a path only if it is not the right one. */
function checkPaths(before: Opened, after: Opened): void {
  const old = before.source;
  const lacksAll = (one: Opened) => one.absent.length === one.source.paths.length;
  const lacking = old.kind === 'revision' && after.source.kind === 'paths' && after.source.absent.length > 0
    ? after.source.paths.find((one, i) => !existsSync(one) && before.absent.includes(old.paths[i]))
    : lacksAll(before) && lacksAll(after) ? after.source.name : undefined;
  if (lacking !== undefined) {
    throw new BadInputError(`${printable(lacking)}: neither ${printable(old.name)} nor ${printable(after.source.name)} exists; correct the path`);
  }
}

async function readVersion(
  { source, tree, absent, missing }: Opened, missingThere: readonly MissingSubmodule[], options: SharedOptions, io: Io,
): Promise<Version> {
  const { name } = source;
  for (const one of absent) {
    const place = source.kind === 'revision' ? `${source.label === '' ? 'the index' : source.label} has no ${one}` : `the working tree has no ${one}`;
    io.stderr.write(`note: ${printable(place)}, so that version has nothing of it\n`);
  }
  const label = source.kind === 'revision' ? source.label : undefined;
  const unread = [...unreadSubmodules(missing, missingThere, label), ...linksOut(tree?.written.linksOut ?? [], label)];
  const version = { mayBeEmpty: true, unread };
  const paths = source.paths.filter(one => !absent.includes(one));
  if (source.kind === 'paths' || tree === undefined) {
    return { name, input: noted(await readInput({ ...options, paths, version }, io), name, paths, io), pathOf: file => file };
  }
  const { folder } = tree;
  const rename = renaming(folder, source.label);
  try {
    const own = ofRevision(options, source, folder, io);
    const hasNoConfig = options.config !== undefined && own.config === undefined;
    const workingFolder = path.join(folder, source.repository.prefix);
    const there = paths.map(one => one === '' ? folder : path.join(folder, one));
    const read = await readInput({ ...own, paths: there, folder: workingFolder, version: { ...version, rename, hasNoConfig } }, io);
    const input = noted(read, name, paths, io);
    // The files are only there until this version is read.
    const policyLeftOut = input.policyLeftOut();
    return {
      name,
      input: {
        ...input,
        policyLeftOut: () => policyLeftOut === undefined ? undefined : rename(policyLeftOut),
        factFiles: new Map([...input.factFiles].map(([file, content]) => [rename(file), content])),
      },
      pathOf: file => file.startsWith(`${source.label}:`) ? file.slice(source.label.length + 1) : file,
    };
  } catch (error) {
    throw error instanceof BadInputError ? new BadInputError(rename(error.message)) : error;
  }
}

/** Prints a note if there is nothing in the paths of a version, and no fault says why. */
function noted(input: Input, name: string, paths: readonly string[], io: Io): Input {
  if (input.isEmpty && paths.length > 0 && !hasErrors(input.findings)) { io.stderr.write(`note: there is no Kubernetes object in ${printable(name)}, so that version is empty\n`); }
  return input;
}

/** A fix that is a command. */
const COMMAND = /(?:^|, )run '[^']/;

/** The files of a temporary folder, as git names those of a revision. */
function renaming(folder: string, label: string): NonNullable<VersionInput['rename']> {
  return text => {
    // A command does not find what only git has.
    const checkout = COMMAND.test(text) && text.includes(folder) ? ` in a checkout of ${label === '' ? 'the index' : label}` : '';
    const prefix = checkout === '' ? `${label}:` : '';
    return `${text.replaceAll(`${folder}${path.sep}`, prefix).replaceAll(folder, checkout === '' ? prefix : '.')}${checkout}`;
  };
}

/** The files that options name. */
function filesOf({ config, values = [], assumeNamespaces = [] }: SharedOptions): string[] {
  return [...config === undefined ? [] : [config], ...values, ...assumeNamespaces].filter(one => one !== STDIN);
}

/** Options whose files are those of the revision. A revision may be from before a file was added. */
function ofRevision(options: SharedOptions, { repository, label }: RevisionSource, folder: string, io: Io): SharedOptions {
  const inTree = (file: string): string[] => {
    const own = trackedAs(repository, file);
    const place = own === undefined ? file : path.join(folder, own);
    if (existsSync(place)) { return [place]; }
    // It is the name of a namespace, or a file that nobody has.
    if (!existsSync(file)) { return [file]; }
    io.stderr.write(`note: ${printable(`${label === '' ? 'the index' : label} has no ${file}`)}, so that version is read without it\n`);
    return [];
  };
  const { config, values, assumeNamespaces, ownFiles } = options;
  const ownInTree = (file: string): string[] => {
    const own = trackedAs(repository, file);
    const place = own === undefined ? undefined : path.join(folder, own);
    return place !== undefined && existsSync(place) ? [place] : [];
  };
  return {
    ...options,
    ...ownFiles === undefined ? {} : { ownFiles: ownFiles.flatMap(ownInTree) },
    config: config === undefined || config === STDIN ? config : inTree(config)[0],
    ...values === undefined ? {} : { values: values.flatMap(inTree) },
    ...assumeNamespaces === undefined ? {} : { assumeNamespaces: assumeNamespaces.flatMap(inTree) },
  };
}
