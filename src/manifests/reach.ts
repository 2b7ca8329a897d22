import { readlinkSync, realpathSync } from 'fs';
import * as path from 'path';
import { CHART_FILE } from './private/chart';
import { entriesOf, identity, isSkipped, namesIn, statOf } from './private/folder-tree';
import { Kustomization, KUSTOMIZATION_FILES, kustomizationIn, sourcesOf } from './private/kustomization';

/*
 * What reading a path leads to. A link in a folder may lead to any file of the machine, and so may a kustomization. A caller who reads for somebody else
 * asks here first.
 */

/** Something that leads out of a folder. */
export interface WayOut {
  /** The path, or the file or link below it. */
  readonly file: string;
  readonly kind: 'path' | 'link' | 'kustomization';
}

/**
 * The first thing that would be read outside `root`, if `readPaths` read this path. Nothing outside is opened to find out, and the answer is the same
 * whether something is there or not.
 *
 * @param root the real path of a folder
 */
export function wayOut(named: string, root: string): WayOut | undefined {
  if (!isInside(named, root)) { return { file: named, kind: 'path' }; }
  const stats = statOf(named);
  if (stats === undefined) { return undefined; }
  // The file of a kustomization or a chart stands for its folder.
  const standsForFolder = [...KUSTOMIZATION_FILES, CHART_FILE].includes(path.basename(named));
  return stats.isDirectory() ? wayOutOfFolder(named, root, new Set([identity(stats)]))
    : standsForFolder ? wayOutOfFolder(path.dirname(named), root, new Set()) : undefined;
}

function wayOutOfFolder(folder: string, root: string, seen: Set<string>): WayOut | undefined {
  const entries = entriesOf(folder).filter(entry => !isSkipped(entry));
  for (const entry of entries) {
    const inside = path.join(folder, entry.name);
    if (entry.isSymbolicLink() && !isInside(inside, root)) { return { file: inside, kind: 'link' }; }
    const stats = statOf(inside);
    if (stats?.isDirectory() !== true || seen.has(identity(stats))) { continue; }
    seen.add(identity(stats));
    const found = wayOutOfFolder(inside, root, seen);
    if (found !== undefined) { return found; }
  }
  return wayOutOfKustomization(folder, new Set(entries.map(({ name }) => name)), root);
}

/** A kustomization may refer to files and bases in any folder. */
function wayOutOfKustomization(folder: string, names: ReadonlySet<string>, root: string): WayOut | undefined {
  const kustomization = kustomizationIn(folder, names);
  if (kustomization === undefined) { return undefined; }
  let leadsOut = false;
  const find = (base: string): Kustomization | undefined => {
    if (isInside(base, root)) { return kustomizationIn(base, namesIn(base)); }
    leadsOut = true;
    return undefined;
  };
  const { used } = sourcesOf(kustomization, find);
  return leadsOut || [...used.values()].some(one => !isInside(one.path, root)) ? { file: kustomization.file, kind: 'kustomization' } : undefined;
}

function isInside(file: string, root: string): boolean {
  const relative = path.relative(root, realPathOf(path.resolve(file)));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** More links than this in a row lead nowhere: Linux follows as many. */
const MAX_LINKS = 40;

/** The real path of a file. Of one that is not there, the path at which it would be. */
function realPathOf(file: string, links = MAX_LINKS): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = path.dirname(file);
    if (folder === file) { return file; }
    const realFolder = realPathOf(folder, links);
    const target = links === 0 ? undefined : targetOf(file);
    return target === undefined ? path.join(realFolder, path.basename(file)) : realPathOf(path.resolve(realFolder, target), links - 1);
  }
}

/** What a link says; undefined for anything else. */
function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
