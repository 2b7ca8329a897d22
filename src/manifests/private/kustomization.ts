import * as path from 'path';
import { contentOf, identity, statOf } from './folder-tree';
import { SourceText } from './source-text';
import { parseYaml } from './yaml';
import { isObject } from '../../k8s/objects';

/** The names of the file that makes a folder a kustomization (sigs.k8s.io/kustomize, api/konfig, `RecognizedKustomizationFileNames`). */
export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The start of the API versions of kustomizations. Flux has objects of the kind Kustomization too, which are objects of the cluster. */
const API_GROUP = 'kustomize.config.k8s.io/';

/** A folder with a kustomization. */
export interface Kustomization {
  readonly folder: string;
  readonly file: string;
  /** True for a component, which is only rendered as part of a kustomization. */
  readonly isComponent: boolean;
  /** Absent if the file cannot be read or is not YAML. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The kustomization of a folder with these files; undefined if it has none. */
export function kustomizationIn(folder: string, names: ReadonlySet<string>): Kustomization | undefined {
  const name = KUSTOMIZATION_FILES.find(one => names.has(one) && statOf(path.join(folder, one))?.isFile() === true);
  if (name === undefined) { return undefined; }
  const file = path.join(folder, name);
  const fields = firstObject(file);
  const { apiVersion, kind } = fields ?? {};
  if (typeof apiVersion === 'string' && apiVersion !== '' && !apiVersion.startsWith(API_GROUP)) { return undefined; }
  return { folder, file, isComponent: kind === 'Component', ...fields === undefined ? {} : { fields } };
}

/** The first document of a YAML file; undefined if it is not an object. */
export function firstObject(file: string): Readonly<Record<string, unknown>> | undefined {
  const text = textOf(file);
  const [first] = text === undefined ? [] : parseYaml(text).documents;
  return isObject(first?.value) ? first.value : undefined;
}

/** The text of a file; undefined if it cannot be read or is not text. */
export function textOf(file: string): string | undefined {
  const content = contentOf(file);
  if (content === undefined) { return undefined; }
  const { source, fault } = SourceText.decode(file, content);
  return fault === undefined ? source.text : undefined;
}

/** Everything that a kustomization is made from. */
export interface Sources {
  /** The kustomization itself, its bases and its components. */
  readonly kustomizations: readonly Kustomization[];
  /** The files and folders that the kustomizations refer to, by identity. Folders count with everything in them, unless they are kustomizations. */
  readonly used: ReadonlyMap<string, { readonly path: string; readonly isFolder: boolean }>;
  /** False if something that they refer to is not on this machine, such as a base in a repository. */
  readonly isComplete: boolean;
}

/** The fields whose entries are files or folders. */
const ENTRIES: readonly string[] = ['resources', 'bases', 'components'];

/** Finds what a kustomization is made from. `find` finds the kustomization of a folder. */
export function sourcesOf(root: Kustomization, find: (folder: string) => Kustomization | undefined): Sources {
  const kustomizations = new Map<string, Kustomization>();
  const used = new Map<string, { path: string; isFolder: boolean }>();
  let isComplete = true;
  const visit = (one: Kustomization): void => {
    const own = statOf(one.folder);
    if (own === undefined || kustomizations.has(identity(own))) { return; }
    kustomizations.set(identity(own), one);
    const { fields } = one;
    if (fields === undefined) {
      isComplete = false;
      return;
    }
    for (const text of textsIn(fields)) {
      const target = resolveReference(one.folder, text);
      if (target === undefined) { continue; }
      const base = target.isFolder ? find(target.path) : undefined;
      if (base !== undefined) {
        visit(base);
      } else if (!target.isFolder || isInside(one.folder, target.path)) {
        used.set(target.id, { path: target.path, isFolder: target.isFolder });
      }
    }
    for (const field of ENTRIES) {
      for (const entry of listOf(fields[field])) {
        const target = typeof entry === 'string' ? resolveReference(one.folder, entry) : undefined;
        // A folder without a kustomization cannot be a base.
        if (target === undefined || (target.isFolder && find(target.path) === undefined)) { isComplete = false; }
      }
    }
  };
  visit(root);
  return { kustomizations: [...kustomizations.values()], used, isComplete };
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const TRAILING_SLASH = /(?<=.)[/\\]$/;

/** What a text in a kustomization refers to, if it is the relative path of a file or folder. In a generator, `NAME=` may be in front of it. */
function resolveReference(folder: string, text: string): { path: string; id: string; isFolder: boolean } | undefined {
  // A longer text, or one with a line break, is a patch.
  if (text === '' || text.length > 4096 || /[\u0000-\u001f]/.test(text) || path.isAbsolute(text)) { return undefined; }
  for (const one of [text, text.slice(text.indexOf('=') + 1)]) {
    const target = path.join(folder, one).replace(TRAILING_SLASH, '');
    const stats = statOf(target);
    if (stats?.isFile() === true || stats?.isDirectory() === true) { return { path: target, id: identity(stats), isFolder: stats.isDirectory() }; }
  }
  return undefined;
}

/** Every text in a value, keys excepted. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') { return [value]; }
  return isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** True if a path is in a folder, or is the folder. */
export function isInside(folder: string, inner: string): boolean {
  const relative = path.relative(folder, inner);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
