import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import * as path from 'path';
import { GitEntry, GitRepository, INDEX } from './git';
import { BadInputError } from './io';
import { printable } from '../../findings/finding';
import { standsForFolder } from '../../manifests/files';

/* Writes files of a git revision into a folder as they were committed: no filter runs, and nothing is read that is not in the revision. */

/** A submodule whose files this clone does not have. */
export interface MissingSubmodule {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly commit: string;
}

/** What was written. */
export interface GitTree {
  /** Of the wanted paths, those that the revision has. */
  readonly found: ReadonlySet<string>;
  /** The submodules in the wanted paths that are missing. */
  readonly missing: readonly MissingSubmodule[];
  /** The paths of links that lead out of the revision. They are not written. */
  readonly linksOut: readonly string[];
}

/** What to write, by paths from the root of the repository. The empty path is everything. */
export interface WantedFiles {
  readonly paths: readonly string[];
  /** Files with facts, which the revision may lack. */
  readonly facts: readonly string[];
}

/**
 * Writes files of a commit (or of the `INDEX`) into an empty folder. If the paths have a chart, a kustomization or a link, or if the facts name files of
 * values, all files are written, because those may use any of them.
 * @throws BadInputError if git does not have what it should have
 */
export function writeTree(repository: GitRepository, commit: string, wanted: WantedFiles, folder: string): GitTree {
  const tree = new TreeWriter(folder);
  const all = tree.list(repository, commit, '');
  const { paths } = wanted;
  const isWanted = ({ path: file }: Pick<GitEntry, 'path'>) => paths.some(one => isInside(file, one));
  const own = all.filter(({ entry }) => isWanted(entry));
  const facts = all.filter(({ entry }) => wanted.facts.includes(entry.path));
  const needsAll = own.some(({ entry: { kind, path: file } }) => kind === 'link' || standsForFolder(file)) || facts.some(nameValues);
  const linksOut = tree.write(needsAll ? all : [...new Set([...own, ...facts])]);
  return {
    found: new Set(paths.filter(one => own.some(({ entry }) => isInside(entry.path, one)) || one === '')),
    // A wanted path may be in a submodule.
    missing: tree.missing.filter(one => isWanted(one) || paths.some(file => isInside(file, one.path))),
    linksOut: linksOut.filter(file => isWanted({ path: file })),
  };
}

/** True for a path itself, and for everything in it. */
export function isInside(file: string, folder: string): boolean {
  return folder === '' || file === folder || file.startsWith(`${folder}/`);
}

/** An entry with its path from the root of the outermost repository, and the repository that has its content. */
interface Listed {
  readonly repository: GitRepository;
  readonly entry: GitEntry;
}

function nameValues({ repository, entry }: Listed): boolean {
  return entry.kind === 'link' || [...repository.contents([entry])].some(([, content]) => /\bvalues\b/.test(content.toString('latin1')));
}

class TreeWriter {
  public readonly missing: MissingSubmodule[] = [];

  constructor(private readonly folder: string) {}

  /** Files and links of a commit, and of its submodules. */
  public list(repository: GitRepository, commit: string, prefix: string): Listed[] {
    return repository.entries(commit).flatMap(one => {
      const entry = { ...one, path: `${prefix}${one.path}` };
      if (entry.kind !== 'submodule') { return [{ repository, entry }]; }
      const own = submoduleAt(repository, one);
      if (own !== undefined) { return this.list(own, one.id, `${entry.path}/`); }
      this.missing.push({ path: entry.path, commit: one.id });
      return [];
    });
  }

  /** Writes files and links. Returns the paths of the links that lead out of the folder. */
  public write(all: readonly Listed[]): string[] {
    const links: (readonly [GitEntry, string])[] = [];
    for (const repository of new Set(all.map(one => one.repository))) {
      for (const [entry, content] of repository.contents(all.filter(one => one.repository === repository).map(one => one.entry))) {
        if (entry.kind === 'link') {
          links.push([entry, content.toString()]);
        } else {
          writeFileSync(this.placeFor(entry), content);
        }
      }
    }
    // No file may be written through a link, so links are last.
    const inside = links.filter(([entry, target]) =>
      !path.isAbsolute(target) && isBelow(this.folder, path.resolve(path.dirname(this.placeFor(entry)), target)));
    for (const [entry, target] of inside) { symlinkSync(target, this.placeFor(entry)); }
    const misleading = inside.filter(([entry]) => !this.staysInside(entry));
    for (const [entry] of misleading) { rmSync(this.placeFor(entry)); }
    return links.filter(one => !inside.includes(one) || misleading.includes(one)).map(([entry]) => entry.path);
  }

  /** The path to write an entry to. Its folder exists then. */
  private placeFor({ path: file }: GitEntry): string {
    // git refuses to make such an entry, but not every repository is made by git.
    if (file.split('/').some(part => part === '' || part === '.' || part === '..')) {
      throw new BadInputError(`the revision has an entry that no folder can have: ${printable(file)}`);
    }
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    return place;
  }

  /** A link may lead through another link. */
  private staysInside(entry: GitEntry): boolean {
    try {
      return isBelow(realpathSync(this.folder), realpathSync(this.placeFor(entry)));
    } catch {
      // It leads nowhere, as it would in a checkout.
      return true;
    }
  }
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}

/** The repository of a submodule, if this clone has it with the commit. */
function submoduleAt(repository: GitRepository, { path: file, id }: GitEntry): GitRepository | undefined {
  const folder = path.join(repository.root, file);
  if (!existsSync(path.join(folder, '.git'))) { return undefined; }
  const own = GitRepository.at(folder, `submodule ${printable(file)}`);
  return own.hasCommit(id) ? own : undefined;
}

/** The submodules of the working tree whose files it does not have. */
export function submodulesNotThere(repository: GitRepository, wanted: readonly string[]): MissingSubmodule[] {
  return repository.entries(INDEX)
    .filter(({ kind, path: file }) => kind === 'submodule' && wanted.some(one => isInside(file, one) || isInside(one, file)))
    .filter(({ path: file }) => !existsSync(path.join(repository.root, file, '.git')))
    .map(({ path: file, id }) => ({ path: file, commit: id }));
}
