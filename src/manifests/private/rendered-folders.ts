import { createHash } from 'crypto';
import { BigIntStats } from 'fs';
import * as path from 'path';
import { Chart, chartIn } from './chart';
import { contentOf, forwardSlashes, identity, namesIn, statOf, treeOf } from './folder-tree';
import { Kustomization, kustomizationIn, Sources, sourcesOf } from './kustomization';
import { holdsPolicy, leftOut, leftOutFinding, UsedPaths } from './left-out';
import { isOfKnownFiles, mayHoldOfChart, mayHoldOfKustomization } from './unrendered';
import { Finding, finding } from '../../findings/finding';
import { readText } from '../read-text';
import { FolderToRender, RELEASE_NAMESPACE, renderCommand, RenderOptions } from '../rendering';
import { ReadResult } from '../resources';
import { Unread } from '../unread';

/** A file that a rendering depends on. */
interface SourceFile {
  readonly file: string;
  readonly stats: BigIntStats;
}

/** What is known of a folder that was not rendered. */
type Unrendered = Pick<Unread, 'mayHold' | 'content'>;

/** Remembers renderings, so that a folder is rendered again only after a change. */
export interface RenderingCache {
  getRendered(folder: string, files: readonly SourceFile[], read: () => ReadResult): ReadResult;
}

/** A kustomization of the input, with everything that it is made from. */
interface FoundKustomization extends Kustomization {
  readonly sources: Sources;
}

/**
 * The kustomizations and charts of an input. A kustomization is what `kustomize build` makes of it: nothing in its folder is read as it is. The same
 * goes for a chart. They are rendered when all of them are found, because a base is only rendered as part of the kustomizations that refer to it.
 */
export class RenderedFolders {
  /** The folders that the result depends on. */
  public readonly folders = new Set<string>();

  /** How many of them were rendered. */
  public renderedCount = 0;

  /** The files and folders that have objects and are part of nothing that is rendered. */
  private readonly leftOut: string[] = [];

  private readonly kustomizations: Kustomization[] = [];

  private readonly charts: Chart[] = [];

  private readonly known = new Map<string, Kustomization | undefined>();

  constructor(private readonly options: RenderOptions, private readonly cache: RenderingCache | undefined) {}

  /** Takes a folder with these files, if it has to be rendered. */
  public take(folder: string, names: ReadonlySet<string>): boolean {
    const kustomization = this.kustomizationAt(folder, names);
    const chart = chartIn(folder, names);
    if (kustomization !== undefined) { this.kustomizations.push(kustomization); }
    if (chart !== undefined) { this.charts.push(chart); }
    return kustomization !== undefined || chart !== undefined;
  }

  /** A file or folder that has a policy and is part of nothing that is rendered. Undefined if there is none, and before `read`. */
  public policyLeftOut(): string | undefined {
    return this.leftOut.find(holdsPolicy);
  }

  /** Renders the folders that were taken. */
  public read(): ReadResult[] {
    const all = this.kustomizations.map(one => ({ ...one, sources: sourcesOf(one, folder => this.kustomizationAt(folder, namesIn(folder))) }));
    const used = new UsedPaths(all.map(({ sources }) => sources), this.charts);
    const { roots, unused } = rootsOf(all);
    const charts = this.charts.filter(({ folder }) => !used.reachInto(folder));
    return [
      ...roots.map(one => this.readKustomization(one)),
      ...charts.map(one => this.readChart(one)),
      ...[...all, ...charts].map(one => this.leaveOut(leftOut(one, used), named => leftOutFinding(one, named))),
      ...this.charts.filter(one => !charts.includes(one) && !one.isLibrary && this.hasKustomization(one)).map(one => this.leaveOutChart(one)),
      ...unused.map(({ folder }) => this.leaveOut([forwardSlashes(folder)], ([file]) =>
        finding('NP332', { file }, 'no kustomization of the input uses this component, so its objects are not in the answers', { fix: 'name a kustomization that uses it' }))),
    ];
  }

  /** Takes note of files and folders that nothing that is rendered uses, and says so. */
  private leaveOut(paths: readonly string[], findingOf: (paths: readonly string[]) => Finding): ReadResult {
    this.leftOut.push(...paths);
    return { resources: [], findings: paths.length === 0 ? [] : [findingOf(paths)], unread: [] };
  }

  private hasKustomization({ folder }: Chart): boolean {
    return this.kustomizations.some(one => path.resolve(one.folder) === path.resolve(folder));
  }

  /** A folder with a kustomization that uses files of it is a kustomization only, although it looks like a chart too. */
  private leaveOutChart({ folder, release }: Chart): ReadResult {
    const command = renderCommand({ kind: 'chart', folder, release }, this.options.values);
    const message = 'netpol takes this folder for a kustomization and leaves out the chart in it, so the objects of the chart are not in the answers';
    return { resources: [], findings: [finding('NP332', { file: forwardSlashes(folder) }, message, { fix: `if the chart is applied too, run '${command} | netpol list -'` })], unread: [] };
  }

  private kustomizationAt(folder: string, names: ReadonlySet<string>): Kustomization | undefined {
    const key = path.resolve(folder);
    if (!this.known.has(key)) { this.known.set(key, kustomizationIn(folder, names)); }
    return this.known.get(key);
  }

  private readKustomization(one: FoundKustomization): ReadResult {
    const { kustomizations, used } = one.sources;
    const usedFiles = [...used.values()].filter(({ isFolder }) => !isFolder).map(({ path: file }) => file);
    const files = [...kustomizations.map(({ file }) => file), ...usedFiles];
    for (const file of files) { this.folders.add(path.dirname(file)); }
    return this.render({ kind: 'kustomization', folder: one.folder, release: '' }, files, () => ({
      mayHold: mayHoldOfKustomization(one, one.sources),
      // Of the others, not all files are known.
      content: isOfKnownFiles(one.sources) ? digestOf(one.folder, files) : undefined,
    }));
  }

  private readChart(one: Chart): ReadResult {
    const tree = treeOf(one.folder);
    for (const folder of [one.folder, ...tree.filter(({ isFolder }) => isFolder).map(entry => entry.path)]) { this.folders.add(folder); }
    // A library chart has no objects of its own, and Helm refuses to render it.
    if (one.isLibrary) { return { resources: [], findings: [], unread: [] }; }
    const files = tree.filter(({ isFolder }) => !isFolder).map(entry => entry.path);
    const all = [...files, ...this.options.values];
    return this.render({ kind: 'chart', folder: one.folder, release: one.release }, all, () => ({
      mayHold: mayHoldOfChart(one, tree),
      content: digestOf(one.folder, [...filesOfChart(one.folder), ...this.options.values], one.release),
    }));
  }

  private render(what: FolderToRender, files: readonly string[], unrendered: () => Unrendered): ReadResult {
    const result = this.recall(what.folder, files, () => readRendered(what, this.options, unrendered));
    if (!result.findings.some(({ code }) => code === 'NP330' || code === 'NP331')) { this.renderedCount++; }
    return result;
  }

  private recall(folder: string, files: readonly string[], render: () => ReadResult): ReadResult {
    if (this.cache === undefined) { return render(); }
    const sources = files.flatMap(file => {
      const stats = statOf(file);
      return stats === undefined ? [] : [{ file: forwardSlashes(file), stats }];
    });
    return this.cache.getRendered(forwardSlashes(folder), sources, render);
  }
}

/** The kustomizations to render, and the components that none of them uses. A component is never rendered alone. */
function rootsOf(all: readonly FoundKustomization[]): { roots: FoundKustomization[]; unused: FoundKustomization[] } {
  const idOf = ({ folder }: Kustomization) => identity(statOf(folder)!);
  const bases = new Set(all.flatMap(({ sources }) => sources.kustomizations.slice(1).map(idOf)));
  const roots: FoundKustomization[] = [];
  const reached = new Set<string>();
  const add = (one: FoundKustomization) => {
    roots.push(one);
    for (const source of one.sources.kustomizations) { reached.add(idOf(source)); }
  };
  const full = all.filter(({ isComponent }) => !isComponent);
  for (const one of full) { if (!bases.has(idOf(one))) { add(one); } }
  // Kustomizations that refer to each other in a circle. The renderer reports that.
  for (const one of full) { if (!reached.has(idOf(one))) { add(one); } }
  return { roots, unused: all.filter(one => one.isComponent && !reached.has(idOf(one))) };
}

/** All files of a chart. Helm gives those of hidden folders to the templates too. */
function filesOfChart(folder: string): string[] {
  return treeOf(folder, { isSkipped: ({ name }) => name === '.git' }).filter(({ isFolder }) => !isFolder).map(entry => entry.path);
}

/** A hash of a release and of the names and bytes of files. Those outside the folder have their paths from there. Undefined if a file cannot be read. */
function digestOf(folder: string, files: readonly string[], release = ''): string | undefined {
  const hash = createHash('sha256').update(JSON.stringify(release));
  for (const file of files) {
    const content = contentOf(file);
    if (content === undefined) { return undefined; }
    hash.update(JSON.stringify([forwardSlashes(path.relative(folder, file)), content.length])).update(content);
  }
  return hash.digest('hex');
}

function readRendered(what: FolderToRender, { renderer, isRequired, values }: RenderOptions, unrendered: () => Unrendered): ReadResult {
  const folder = forwardSlashes(what.folder);
  // Lines and columns of the rendered text would lead nowhere, so all objects have the folder as their place.
  const origin = { at: () => ({ file: folder }), renderedFrom: folder };
  const rendering = renderer(what);
  if ('text' in rendering) {
    const { resources, findings, unread } = readText({ file: folder, content: rendering.text, named: false });
    const moved = (found: readonly Finding[]) => found.map(one => ({ ...one, place: origin.at() }));
    const notes = what.kind === 'kustomization' ? [] : [finding('NP333', origin.at(), `netpol renders this chart as the release ${what.release} in the namespace ${RELEASE_NAMESPACE}`, {
      fix: `for another one, run '${renderCommand({ ...what, release: 'RELEASE' }, values)} | netpol list -' with its name and its namespace`,
    })];
    return {
      resources: resources.map(one => ({ ...one, origin, ...one.refusedFor === undefined ? {} : { refusedFor: moved(one.refusedFor) } })),
      findings: [...notes, ...moved(findings)],
      unread: unread.map(one => ({ ...one, origin, findings: moved(one.findings) })),
    };
  }
  const result = isRequired ? '' : ', so what it could affect is undecided';
  const fix = `run '${renderCommand(what, values)} | netpol list -'`;
  const one = 'notRendered' in rendering
    ? finding('NP330', origin.at(), `this ${what.kind} is not rendered, because ${rendering.notRendered}${result}`, { severity: isRequired ? 'error' : 'warning', fix })
    : finding('NP331', origin.at(), `${rendering.failed} cannot render this ${what.kind}${result}: ${rendering.message}`, { fix: `correct it; to see the whole message, ${fix}` });
  return {
    resources: [],
    findings: [one],
    unread: isRequired ? [] : [{ what: `the ${what.kind} ${folder}`, origin, code: 'not-rendered', ...unrendered(), findings: [one] }],
  };
}
