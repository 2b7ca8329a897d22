import * as path from 'path';
import { CHART_FOLDERS, Chart } from './chart';
import { statOf, TreeEntry } from './folder-tree';
import { firstObject, Kustomization, listOf, Sources, textOf } from './kustomization';
import { scanText } from './scanned-text';
import { parseYaml } from './yaml';
import { DEFAULT_NAMESPACE, isObject } from '../../k8s/objects';
import { allOf, ANYTHING, MayHold, Scope } from '../unread';

/*
 * What a folder may hold that was not rendered. Its files say which kinds of objects it has. In which namespaces they end up is decided by the
 * kustomization or the chart, so every namespace that these could set counts.
 */

/**
 * The fields of a kustomization that can move objects to other namespaces only as `mayHoldOfKustomization` knows it. With any other field, such as
 * `transformers` or `replacements`, the result may be anything.
 */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'apiVersion', 'kind', 'metadata', 'namespace', 'resources', 'bases', 'components', 'crds', 'patches', 'patchesStrategicMerge', 'patchesJson6902',
  'images', 'imageTags', 'labels', 'commonLabels', 'commonAnnotations', 'namePrefix', 'nameSuffix', 'replicas', 'configMapGenerator', 'secretGenerator',
  'generatorOptions', 'buildMetadata', 'sortOptions',
]);

/** True if every file is known that decides what a kustomization holds. Other fields run programs, or name files that name further files. */
export function isOfKnownFiles({ kustomizations, isComplete }: Sources): boolean {
  return isComplete && kustomizations.every(({ fields }) => Object.keys(fields!).every(field => KNOWN_FIELDS.has(field)));
}

/** Which objects a kustomization may hold. */
export function mayHoldOfKustomization(root: Kustomization, sources: Sources): MayHold {
  if (!isOfKnownFiles(sources)) { return ANYTHING; }
  const parts: MayHold[] = [];
  // The namespaces to which a kustomization or a patch may move objects.
  const set = new Set<string>();
  for (const { folder, fields } of sources.kustomizations) {
    // A kustomization that cannot be read is not complete.
    const { namespace = '', ...others } = fields!;
    if (typeof namespace !== 'string') { return ANYTHING; }
    if (namespace !== '') { set.add(namespace); }
    const patched = patchedNamespaces(folder, others);
    if (patched === 'any') { return ANYTHING; }
    for (const one of patched) { set.add(one); }
    for (const entry of listOf(others.resources)) {
      const file = path.join(folder, entry as string);
      if (statOf(file)?.isFile() === true) { parts.push(scanFile(file, false)); }
    }
  }
  const { policies, workloads, services, namespaces } = allOf(parts);
  // The namespace of the root is set last. Only a patch can change it then.
  const last = root.fields!.namespace;
  const rootPatches = patchedNamespaces(root.folder, root.fields!);
  const moved = (scope: Scope): Scope => {
    if (scope === 'any' || scope.length === 0) { return scope; }
    return typeof last === 'string' && last !== '' ? [...new Set([last, ...rootPatches])] : [...new Set([...scope, ...set])];
  };
  return {
    policies: moved(policies),
    workloads: moved(workloads),
    services: moved(services),
    // kustomize gives a Namespace object the name of the namespace that it sets.
    namespaces: namespaces === 'any' || namespaces.length === 0 ? namespaces : [...new Set([...namespaces, ...set])],
  };
}

/** Which objects a chart may hold. `tree` is everything in its folder. */
export function mayHoldOfChart({ folder, file }: Chart, tree: readonly TreeEntry[]): MayHold {
  if (listOf(firstObject(file)?.dependencies).length > 0 || statOf(path.join(folder, 'requirements.yaml')) !== undefined) { return ANYTHING; }
  const parts: MayHold[] = [];
  for (const entry of tree) {
    const [top] = path.relative(folder, entry.path).split(path.sep);
    if (entry.isFolder || !CHART_FOLDERS.includes(top)) { continue; }
    // A subchart, which may be an archive.
    if (top === 'charts') { return ANYTHING; }
    parts.push(scanFile(entry.path, top === 'templates'));
  }
  return allOf(parts);
}

/** An action at the start of a line of a Helm template that writes text. It may write whole objects. */
const WRITES_LINES = /^\{\{(?!-?\s*(?:(?:if|else|end|range|with|define|block|break|continue)\b|\/\*|\$\w+\s*:?=))/m;

function scanFile(file: string, isTemplate: boolean): MayHold {
  const text = textOf(file);
  return text === undefined || (isTemplate && WRITES_LINES.test(text)) ? ANYTHING : scanText(text, isTemplate ? 'template' : 'changed');
}

/** The namespaces that the patches of a kustomization set; `any` if a patch may do more than that. */
function patchedNamespaces(folder: string, { patches, patchesJson6902, patchesStrategicMerge }: Readonly<Record<string, unknown>>): Scope {
  const found = new Set<string>();
  for (const patch of [...listOf(patches), ...listOf(patchesJson6902), ...listOf(patchesStrategicMerge)]) {
    const text = patchText(folder, patch);
    if (text === undefined) { return 'any'; }
    const { documents, faults } = parseYaml(text);
    if (faults.length > 0) { return 'any'; }
    for (const { value } of documents) {
      const set = Array.isArray(value) ? namespacesOfOperations(value) : namespacesOfMerge(value);
      if (set === 'any') { return 'any'; }
      for (const one of set) { found.add(one); }
    }
  }
  return [...found];
}

/** The text of a patch, which is written in the kustomization or in a file; undefined if it is not known, and if the patch may change kinds and names. */
function patchText(folder: string, patch: unknown): string | undefined {
  if (typeof patch === 'string') {
    return statOf(path.join(folder, patch))?.isFile() === true ? textOf(path.join(folder, patch)) : patch;
  }
  if (!isObject(patch) || patch.options !== undefined) { return undefined; }
  if (typeof patch.patch === 'string' && patch.patch !== '') { return patch.patch; }
  return typeof patch.path === 'string' ? textOf(path.join(folder, patch.path)) : undefined;
}

/** The parts of an object that decide neither its kind nor its namespace. */
const HARMLESS_POINTER = /^\/(?!(?:kind|apiVersion|metadata)(?:\/|$))[^/]|^\/metadata\/(?:labels|annotations)(?:\/|$)/;

/** The namespaces that the operations of a JSON patch set (RFC 6902). */
function namespacesOfOperations(operations: readonly unknown[]): Scope {
  const found: string[] = [];
  for (const operation of operations) {
    if (!isObject(operation) || typeof operation.path !== 'string') { return 'any'; }
    if (HARMLESS_POINTER.test(operation.path)) { continue; }
    const { op, value } = operation;
    if (operation.path !== '/metadata/namespace') { return 'any'; }
    if (op === 'remove') {
      found.push(DEFAULT_NAMESPACE);
    } else if ((op === 'add' || op === 'replace') && typeof value === 'string') {
      found.push(value);
    } else if (op !== 'test') {
      return 'any';
    }
  }
  return found;
}

/** A patch that is merged cannot move the object that it changes, except for old versions of kustomize. */
function namespacesOfMerge(value: unknown): Scope {
  const metadata = isObject(value) && isObject(value.metadata) ? value.metadata : {};
  return typeof metadata.namespace === 'string' ? [metadata.namespace] : [];
}
