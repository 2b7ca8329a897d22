import * as path from 'path';
import { CHART_FILE, CHART_FOLDERS, Chart } from './chart';
import { contentOf, forwardSlashes, identity, statOf, TreeEntry, treeOf } from './folder-tree';
import { isInside, Kustomization, KUSTOMIZATION_FILES, Sources } from './kustomization';
import { Finding, finding } from '../../findings/finding';
import { countsForNetwork, isPolicyKind } from '../../k8s/network-kinds';
import { ApiResource } from '../../k8s/objects';
import { readText } from '../read-text';

/** The extensions of manifests in a folder. */
export const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];

/** True for the name of a manifest in a folder. */
export function isManifest(name: string): boolean {
  return EXTENSIONS.includes(path.extname(name).toLowerCase());
}

/** The files and folders that kustomizations are made from, and the folders that are rendered. */
export class UsedPaths {
  private readonly ids = new Set<string>();

  private readonly paths: string[] = [];

  private readonly folders: string[] = [];

  constructor(all: readonly Sources[], charts: readonly Chart[]) {
    for (const { folder } of [...all.flatMap(({ kustomizations }) => kustomizations), ...charts]) { this.ids.add(identity(statOf(folder)!)); }
    for (const { used } of all) {
      for (const [id, one] of used) {
        this.ids.add(id);
        this.paths.push(one.path);
        if (one.isFolder) { this.folders.push(one.path); }
      }
    }
  }

  /** True for a file or folder that is used, by itself or as part of a folder. */
  public has({ id, path: file }: TreeEntry): boolean {
    return this.ids.has(id) || this.folders.some(folder => isInside(folder, file));
  }

  /** True for a folder of which something is used. */
  public reachInto(folder: string): boolean {
    return this.paths.some(used => isInside(folder, used));
  }
}

/** The maximum number of files that one message names. */
const MAX_NAMED = 5;

/** The files and folders in the folder of a kustomization or chart that hold objects and are not part of it. */
export function leftOut(one: Kustomization | Chart, used: UsedPaths): string[] {
  const isChart = 'release' in one;
  const topOf = (entry: TreeEntry) => path.relative(one.folder, entry.path).split(path.sep)[0];
  const isPart = (entry: TreeEntry) => used.has(entry) || (isChart && CHART_FOLDERS.includes(topOf(entry)));
  const named: string[] = [];
  const isLeaf = (entry: TreeEntry, names: ReadonlySet<string>) => {
    if (isPart(entry)) { return isChart; }
    const isRendered = [...KUSTOMIZATION_FILES, CHART_FILE].some(name => names.has(name)) && !used.reachInto(entry.path);
    if (isRendered) { named.push(forwardSlashes(entry.path)); }
    return isRendered;
  };
  treeOf(one.folder, { isLeaf }).forEach(entry => {
    if (!entry.isFolder && !isPart(entry) && isManifest(entry.name) && holdsObjects(entry.path)) {
      named.push(forwardSlashes(entry.path));
    }
  });
  return named;
}

/** The finding about these files and folders. */
export function leftOutFinding(one: Kustomization | Chart, named: readonly string[]): Finding {
  const few = named.slice(0, MAX_NAMED).join(', ');
  const list = named.length <= MAX_NAMED ? few : `${few} and ${named.length - MAX_NAMED} more`;
  return finding('NP332', { file: forwardSlashes(one.folder) }, `this ${'release' in one ? 'chart' : 'kustomization'} does not use ${list}, so the objects there are not in the answers`, {
    fix: 'name them too if they are applied',
  });
}

function holdsObjects(file: string): boolean {
  return objectsIn(file).some(countsForNetwork);
}

/** True if the file, or a file in the folder, has a policy. */
export function holdsPolicy(file: string): boolean {
  const isFolder = statOf(file)?.isDirectory() === true;
  const files = isFolder ? treeOf(file).filter(one => !one.isFolder && isManifest(one.name)).map(one => one.path) : [file];
  return files.some(one => objectsIn(one).some(({ kind }) => isPolicyKind(String(kind))));
}

/** What cannot be read counts as nothing: it is not part of what is applied. */
function objectsIn(file: string): ApiResource[] {
  return readText({ file, content: contentOf(file) ?? '', named: false }).resources.map(({ object }) => object);
}
