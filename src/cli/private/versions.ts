import { existsSync, mkdtempSync, realpathSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { GitRepository, INDEX } from './git';
import { GitTree, MissingSubmodule, submodulesNotThere, writeTree } from './git-tree';
import { Input, InputOptions, readInput, STDIN, VersionInput } from './input';
import { BadInputError, Io } from './io';
import { finding, printable } from '../../findings/finding';
import { ANYTHING, Unread } from '../../manifests/unread';

/* Two versions of an input: files and folders, or what git has at a revision. */

/** What the user wants to compare. */
export interface WantedVersions {
  /** OLD and NEW; with `base`, the paths that both versions have. */
  readonly paths: readonly string[];
  /** The value of `--base`. */
  readonly base?: string;
}

/** One version, read. */
export interface Version {
  /** What messages call it: `k8s`, `HEAD~1:k8s`. */
  readonly name: string;
  readonly input: Input;
}

/** Two versions of an input. */
export interface Versions {
  readonly before: Version;
  readonly after: Version;
}

/** What a version is read from. */
type Source = PathsSource | RevisionSource;

interface PathsSource {
  readonly kind: 'paths';
  readonly name: string;
  readonly paths: readonly string[];
  /** The paths that are not there, and may be missing. */
  readonly absent: readonly string[];
}

interface RevisionSource {
  readonly kind: 'revision';
  readonly name: string;
  readonly repository: GitRepository;
  /** A commit, or the `INDEX`. */
  readonly commit: string;
  /** The revision as messages have it. Empty for the index. */
  readonly label: string;
  /** From the root of the repository. */
  readonly paths: readonly string[];
}

/**
 * Reads two versions. The facts of a revision are those of its own `netpol.yaml`. Files that options name are those of the revision too, if it has them.
 * What only one version has is missing in the other one, which a note says.
 *
 * @throws BadInputError if a revision or a path does not exist, and if none of the versions has an object
 */
export async function readVersions(wanted: WantedVersions, options: Omit<InputOptions, 'paths'>, io: Io): Promise<Versions> {
  const sources = sourcesOf(wanted);
  const folders: string[] = [];
  // An option may name standard input, which is the same for both versions.
  let stdin: Promise<Buffer> | undefined;
  const shared: Io = { ...io, readStdin: () => stdin ??= io.readStdin() };
  try {
    const [before, after] = sources.map(source => open(source, options, folders));
    checkPaths(before, after);
    const old = await read(before, after.missing, options, shared);
    const now = await read(after, before.missing, options, shared);
    if (old.input.isEmpty && now.input.isEmpty) {
      throw new BadInputError(`there is no Kubernetes object in ${old.name}, and none in ${now.name}; name files or folders of manifests`);
    }
    for (const { name, input } of [old, now]) {
      if (input.isEmpty) { io.stderr.write(`note: there is no Kubernetes object in ${printable(name)}, so that version is empty\n`); }
    }
    return { before: old, after: now };
  } finally {
    for (const folder of folders) { rmSync(folder, { recursive: true, force: true }); }
  }
}

function sourcesOf({ paths, base }: WantedVersions): readonly [Source, Source] {
  if (base !== undefined) {
    if (paths.length === 0) { throw new BadInputError('--base: name the files and folders to compare: netpol diff --base origin/main k8s'); }
    if (paths.includes(STDIN)) { throw new BadInputError('--base: no revision has standard input; name files and folders'); }
    const repository = GitRepository.at('.', '--base');
    const commit = repository.mergeBase(base);
    const label = repository.shortName(commit);
    const inTree = paths.map(one => inRepository(repository, one, '--base'));
    const name = inTree.map(one => `${label}:${one}`).join(' ');
    return [
      { kind: 'revision', name, repository, commit, label, paths: inTree },
      { kind: 'paths', name: paths.join(' '), paths, absent: paths.filter(one => !existsSync(one)) },
    ];
  }
  if (paths.length !== 2) {
    throw new BadInputError(`this needs two versions, OLD and NEW, and has ${paths.length}: write 'OLD NEW', or --base REVISION with the paths of the working tree`);
  }
  if (paths.every(one => one === STDIN)) { throw new BadInputError('OLD and NEW are both standard input: give one of them as a file'); }
  return [sourceOf(paths[0]), sourceOf(paths[1])];
}

/** `REVISION:PATH`, as git has it. A drive of Windows has one letter. */
const REVISION = /^(?![a-z]:[\\/])(?<revision>[^:]*):(?<file>.*)$/is;

function sourceOf(text: string): Source {
  const { revision, file } = (text === STDIN || existsSync(text) ? undefined : REVISION.exec(text)?.groups) ?? {};
  if (revision === undefined) { return { kind: 'paths', name: text, paths: [text], absent: [] }; }
  const repository = GitRepository.at('.', printable(text));
  const commit = revision === '' ? INDEX : repository.commitOf(revision);
  // As in git, a path counts from the root of the repository, unless it starts with a dot.
  const isRelative = file === '.' || /^\.\.?(?:\/|$)/.test(file);
  const inTree = normalized(isRelative ? `${repository.prefix}${file}` : file);
  if (inTree === undefined || path.isAbsolute(file)) {
    throw new BadInputError(`${printable(text)}: this path is not in the repository; write it from the root of the repository, or with ./ from here`);
  }
  return { kind: 'revision', name: `${revision}:${inTree}`, repository, commit, label: revision, paths: [inTree] };
}

/** A path of the working tree, from the root of the repository. */
function inRepository({ root, prefix }: GitRepository, file: string, what: string): string {
  const inTree = path.isAbsolute(file) ? normalized(path.relative(root, existsSync(file) ? realpathSync(file) : file)) : normalized(`${prefix}${file}`);
  if (inTree === undefined) { throw new BadInputError(`${what}: ${printable(file)} is not in the repository of the working directory; name a path in it`); }
  return inTree;
}

/** A path without dots, and without a slash at its end. Empty for the root; undefined if it leads out of it. */
function normalized(file: string): string | undefined {
  const result = path.posix.normalize(file.split(path.sep).join('/')).replace(/\/$/, '');
  return result === '..' || result.startsWith('../') || path.isAbsolute(result) ? undefined : result === '.' ? '' : result;
}

/** A version whose files are on this machine. */
interface Opened {
  readonly source: Source;
  readonly tree?: { readonly folder: string; readonly written: GitTree };
  readonly absent: readonly string[];
  /** The submodules whose files are not there. */
  readonly missing: readonly MissingSubmodule[];
}

function open(source: Source, options: Omit<InputOptions, 'paths'>, folders: string[]): Opened {
  if (source.kind === 'paths') { return { source, absent: source.absent, missing: submodulesOf(source) }; }
  // Links in the path of the temporary folder would make it another one.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'netpol-')));
  folders.push(folder);
  const { repository } = source;
  const facts = [`${repository.prefix}netpol.yaml`, ...filesOf(options).flatMap(file => trackedAs(repository, file) ?? [])];
  const written = writeTree(repository, source.commit, [...source.paths, ...facts], folder);
  return { source, tree: { folder, written }, absent: source.paths.filter(one => !written.found.has(one)), missing: written.missing };
}

/** The submodules of the working tree that it does not have. Without git, there are none. */
function submodulesOf({ paths }: PathsSource): readonly MissingSubmodule[] {
  try {
    const repository = GitRepository.at('.', '');
    return submodulesNotThere(repository, paths.filter(one => one !== STDIN).map(one => inRepository(repository, one, '')));
  } catch (error) {
    if (error instanceof BadInputError) { return []; }
    throw error;
  }
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

async function read(
  { source, tree, absent, missing }: Opened, missingThere: readonly MissingSubmodule[], options: Omit<InputOptions, 'paths'>, io: Io,
): Promise<Version> {
  const { name } = source;
  for (const one of absent) {
    const place = source.kind === 'revision' ? `${source.label === '' ? 'the index' : source.label} has no ${one}` : `the working tree has no ${one}`;
    io.stderr.write(`note: ${printable(place)}, so that version has nothing of it\n`);
  }
  const label = source.kind === 'revision' ? source.label : undefined;
  const version = { mayBeEmpty: true, unread: [...unreadSubmodules(missing, missingThere, label, io), ...linksOut(tree?.written.linksOut ?? [], label)] };
  if (source.kind === 'paths' || tree === undefined) {
    const paths = source.paths.filter(one => !absent.includes(one));
    return { name, input: await readInput({ ...options, paths, version }, io) };
  }
  const { folder } = tree;
  const rename = renaming(folder, source.label);
  const paths = source.paths.filter(one => !absent.includes(one)).map(one => one === '' ? folder : path.join(folder, one));
  try {
    const own = ofRevision(options, source, folder, io);
    const hasNoConfig = options.config !== undefined && own.config === undefined;
    const input = await readInput({ ...own, paths, folder: path.join(folder, source.repository.prefix), version: { ...version, rename, hasNoConfig } }, io);
    // The files are only there until this version is read.
    const policyLeftOut = input.policyLeftOut();
    return { name, input: { ...input, policyLeftOut: () => policyLeftOut === undefined ? undefined : rename(policyLeftOut) } };
  } catch (error) {
    throw error instanceof BadInputError ? new BadInputError(rename(error.message)) : error;
  }
}

/** The files of a temporary folder, as git names those of a revision. */
function renaming(folder: string, label: string): NonNullable<VersionInput['rename']> {
  return text => text.includes(folder) ? text.replaceAll(`${folder}${path.sep}`, `${label}:`).replaceAll(folder, `${label}:`) : text;
}

/** The files that options name. */
function filesOf({ config, values = [], assumeNamespaces = [] }: Omit<InputOptions, 'paths'>): string[] {
  return [...config === undefined ? [] : [config], ...values, ...assumeNamespaces].filter(one => one !== STDIN);
}

/** The path of a file in the repository, as far as it is in there. */
function trackedAs(repository: GitRepository, file: string): string | undefined {
  try {
    return inRepository(repository, file, '');
  } catch {
    return undefined;
  }
}

/** Options whose files are those of the revision. A revision may be from before a file was added. */
function ofRevision(options: Omit<InputOptions, 'paths'>, { repository, label }: RevisionSource, folder: string, io: Io): Omit<InputOptions, 'paths'> {
  const inTree = (file: string): string[] => {
    const own = trackedAs(repository, file);
    const place = own === undefined ? file : path.join(folder, own);
    if (existsSync(place)) { return [place]; }
    // It is the name of a namespace, or a file that nobody has.
    if (!existsSync(file)) { return [file]; }
    io.stderr.write(`note: ${printable(`${label === '' ? 'the index' : label} has no ${file}`)}, so that version is read without it\n`);
    return [];
  };
  const { config, values, assumeNamespaces } = options;
  return {
    ...options,
    config: config === undefined || config === STDIN ? config : inTree(config)[0],
    ...values === undefined ? {} : { values: values.flatMap(inTree) },
    ...assumeNamespaces === undefined ? {} : { assumeNamespaces: assumeNamespaces.flatMap(inTree) },
  };
}

/** What submodules could hold, unless the other version lacks the same files. */
function unreadSubmodules(missing: readonly MissingSubmodule[], there: readonly MissingSubmodule[], label: string | undefined, io: Io): Unread[] {
  return missing.flatMap(({ path: file, commit }) => {
    if (there.some(one => one.path === file && one.commit === commit)) {
      if (label !== undefined) { io.stderr.write(`note: both versions have the same commit of the submodule ${printable(file)}, whose files are not here; netpol leaves them out\n`); }
      return [];
    }
    const place = { file: label === undefined ? file : `${label}:${file}` };
    const found = finding('NP334', place, `the files of this submodule at commit ${commit.slice(0, 10)} are not here, so what they could affect is undecided`, {
      fix: "fetch them: 'git submodule update --init'",
    });
    return [{ what: `the submodule ${place.file}`, origin: { at: () => place }, code: 'not-read' as const, mayHold: ANYTHING, findings: [found] }];
  });
}

function linksOut(links: readonly string[], label: string | undefined): Unread[] {
  return links.map(file => {
    const place = { file: `${label ?? ''}:${file}` };
    const found = finding('NP002', place, 'this link leads out of the revision, so netpol does not follow it', { fix: 'let it lead to a file of the repository, or remove it' });
    return { what: `the link ${place.file}`, origin: { at: () => place }, code: 'not-read' as const, mayHold: ANYTHING, findings: [found] };
  });
}
