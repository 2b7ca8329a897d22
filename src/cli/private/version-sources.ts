import { existsSync, realpathSync } from 'fs';
import * as path from 'path';
import { GitRepository, INDEX } from './git';
import { STDIN } from './input';
import { BadInputError } from './io';
import { printable } from '../../findings/finding';

/* What the two versions of a command are read from: files and folders, or what git has at a revision. */

/** What the user wants to compare. */
export interface WantedVersions {
  /** OLD and NEW; with `base`, the paths that both versions have. */
  readonly paths: readonly string[];
  /** The value of `--base`. */
  readonly base?: string;
  /** OLD, if `paths` are only those of NEW. */
  readonly old?: string;
}

/** What a version is read from. */
export type Source = PathsSource | RevisionSource;

/** Files and folders of this machine. */
export interface PathsSource {
  readonly kind: 'paths';
  readonly name: string;
  readonly paths: readonly string[];
  /** The paths that are not there, and may be missing. */
  readonly absent: readonly string[];
}

/** Files and folders of a git revision. */
export interface RevisionSource {
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
 * The sources of both versions, the old one first.
 * @throws BadInputError if a revision does not exist, and if there are not two versions
 */
export function sourcesOf({ paths, base, old }: WantedVersions): readonly [Source, Source] {
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
  if (old !== undefined) {
    if (old === STDIN && paths.includes(STDIN)) { throw new BadInputError('--old - and the path - are both standard input: give one of them as a file'); }
    return [sourceOf(old), { kind: 'paths', name: paths.join(' '), paths, absent: [] }];
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

/** A path of the working tree, from the root of the repository. @throws BadInputError if it is not in there; `what` is what names it */
export function inRepository({ root, prefix }: GitRepository, file: string, what: string): string {
  const fromRoot = path.isAbsolute(file) ? path.relative(root, existsSync(file) ? realpathSync(file) : file) : `${prefix}${file}`;
  const inTree = normalized(fromRoot);
  if (inTree === undefined) { throw new BadInputError(`${what}: ${printable(file)} is not in the repository of the working directory; name a path in it`); }
  return inTree;
}

/** A path without dots, and without a slash at its end. Empty for the root; undefined if it leads out of it. */
function normalized(file: string): string | undefined {
  const result = path.posix.normalize(file.split(path.sep).join('/')).replace(/\/$/, '');
  return result === '..' || result.startsWith('../') || path.isAbsolute(result) ? undefined : result === '.' ? '' : result;
}

/** The path of a file in the repository, as far as it is in there. */
export function trackedAs(repository: GitRepository, file: string): string | undefined {
  try {
    return inRepository(repository, file, '');
  } catch {
    return undefined;
  }
}
