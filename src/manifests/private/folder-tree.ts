import { BigIntStats, Dirent, readdirSync, readFileSync, statSync } from 'fs';
import * as path from 'path';

/** A file or folder in a folder. */
export interface TreeEntry {
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
  /** See `identity`. */
  readonly id: string;
}

/** True for hidden folders and installed packages, whose files are not the user's manifests. */
export function isSkipped(entry: Dirent): boolean {
  return !entry.isFile() && (entry.name.startsWith('.') || entry.name === 'node_modules');
}

/** Identifies a file or folder, independent of its path. */
export function identity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** A path as messages have it. */
export function forwardSlashes(file: string): string {
  return file.split(path.sep).join('/');
}

/** The names of the files and folders in a folder. */
export function namesIn(folder: string): ReadonlySet<string> {
  return new Set(entriesOf(folder).map(({ name }) => name));
}

/** What is at a path; undefined if nothing is, or if the system does not say. */
export function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The content of a file; undefined if the system does not give it, and for a named pipe or a device, which may have no end. */
export function contentOf(file: string): Buffer | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** Which parts of a tree do not matter. */
export interface TreeOptions {
  /** True for a folder that counts without what is in it. @default - none */
  readonly isLeaf?: (entry: TreeEntry, names: ReadonlySet<string>) => boolean;
  /** True for what does not count. @default - hidden folders and installed packages */
  readonly isSkipped?: (entry: Dirent) => boolean;
}

/**
 * The files and folders in a folder and in all folders in it, sorted by name, each folder before what is in it. What cannot be listed is left out: the
 * program that renders the folder reports it.
 */
export function treeOf(folder: string, { isLeaf = () => false, isSkipped: skips = isSkipped }: TreeOptions = {}): TreeEntry[] {
  const found: TreeEntry[] = [];
  const seen = new Set<string>();
  const visit = (parent: string, entries: readonly Dirent[]): void => {
    for (const entry of [...entries].filter(one => !skips(one)).sort((a, b) => a.name < b.name ? -1 : 1)) {
      const inside = path.join(parent, entry.name);
      const stats = statOf(inside);
      if (stats === undefined) { continue; }
      const one = { path: inside, name: entry.name, isFolder: stats.isDirectory(), id: identity(stats) };
      if (!one.isFolder) {
        if (stats.isFile()) { found.push(one); }
        continue;
      }
      if (seen.has(one.id)) { continue; }
      seen.add(one.id);
      found.push(one);
      const inner = entriesOf(inside);
      if (!isLeaf(one, new Set(inner.map(({ name }) => name)))) { visit(inside, inner); }
    }
  };
  // A link may lead back to the folder itself.
  const own = statOf(folder);
  if (own !== undefined) { seen.add(identity(own)); }
  visit(folder, entriesOf(folder));
  return found;
}

/** The entries of a folder; none if it cannot be listed. */
export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
