import { printable } from '../findings/finding';

/*
 * Kustomizations and charts: folders whose files are not objects of the cluster until a program renders them. This module does not start programs. Its
 * caller passes a renderer, and without one every such folder stays unread.
 */

/** A folder that holds a kustomization or a Helm chart. */
export interface FolderToRender {
  readonly kind: 'kustomization' | 'chart';
  /** The path of the folder, as the user named it or as it was found. */
  readonly folder: string;
  /** The name of the release that a chart is rendered as. Empty for a kustomization. */
  readonly release: string;
}

/** The result of rendering a folder: the objects as text, or why there are none. */
export type Rendering =
  | { readonly text: Buffer }
  /** The reason, as a clause: `helm is not on the PATH`. */
  | { readonly notRendered: string }
  /** The program that failed, and its message. */
  | { readonly failed: string; readonly message: string };

/** Renders a folder. */
export type Renderer = (folder: FolderToRender) => Rendering;

/** How to treat folders that have to be rendered. */
export interface RenderOptions {
  readonly renderer: Renderer;
  /** True if a folder that is not rendered is an error. Otherwise it is a warning, and what the folder could affect is undecided. */
  readonly isRequired: boolean;
  /** The files that the renderer reads for every chart, besides those of the chart. */
  readonly values: readonly string[];
}

/** Renders nothing. */
export const NOT_RENDERED: RenderOptions = { renderer: () => ({ notRendered: 'only the command renders folders' }), isRequired: false, values: [] };

/** The namespace that charts are rendered for. */
export const RELEASE_NAMESPACE = 'default';

/** The command that prints the objects of a folder, as the user would type it. */
export function renderCommand({ kind, folder, release }: FolderToRender, values: readonly string[]): string {
  // A folder whose name starts with a dash would be an option.
  const path = shellWord(folder.startsWith('-') ? `./${folder}` : folder);
  if (kind === 'kustomization') { return `kubectl kustomize ${path}`; }
  return [`helm template ${release} ${path} --namespace ${RELEASE_NAMESPACE} --include-crds`, ...values.map(file => `--values ${shellWord(file)}`)].join(' ');
}

/** A text as one word of a shell, safe to print. */
export function shellWord(word: string): string {
  const text = printable(word);
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
