import { BigIntStats, readdirSync, readFileSync, realpathSync, statSync } from 'fs';
import * as path from 'path';
import { readEndless } from './endless';
import { CHART_FILE } from './private/chart';
import { forwardSlashes, identity, isSkipped, namesIn } from './private/folder-tree';
import { KUSTOMIZATION_FILES } from './private/kustomization';
import { EXTENSIONS, isManifest } from './private/left-out';
import { RenderedFolders } from './private/rendered-folders';
import { readText } from './read-text';
import { NOT_RENDERED, RenderOptions } from './rendering';
import { ReadResult, Resource } from './resources';
import { ANYTHING, Unread } from './unread';
import { finding, Finding, hasErrors } from '../findings/finding';

/** The path that stands for standard input, on the command line and in messages. */
export const STDIN = '-';

/** What was read from files and folders. */
export interface PathsRead extends ReadResult {
  /** The folders that were read, and the folders of files that links lead to. */
  readonly folders: readonly string[];
  /** The number of files that were read, standard input among them. */
  readonly fileCount: number;
  /** The number of folders that were rendered. */
  readonly renderedCount: number;
  /** A file or folder that has a policy and is part of no kustomization or chart that was rendered. Looks for it when it is called. */
  policyLeftOut(): string | undefined;
}

/** How to read paths. */
export interface ReadOptions {
  /** Files whose current content it has are not read. */
  readonly cache?: FileCache;
  /** @default - kustomizations and charts are not rendered */
  readonly render?: RenderOptions;
  /** Gets the content of each file that is read, and of standard input. */
  readonly onRead?: (file: string, content: string | Buffer) => void;
}

/**
 * Reads files, folders and standard input (`-`). A folder is read with all folders in it, except hidden ones and node_modules. A file is
 * read only once, even if several paths lead to it. A folder with a kustomization or a chart is rendered, and none of its files is read as it is.
 */
export function readPaths(
  paths: readonly string[], stdin: () => string | Buffer, { cache, render = NOT_RENDERED, onRead = () => {} }: ReadOptions = {},
): PathsRead {
  const reader = new PathReader(stdin, cache, new RenderedFolders(render, cache), onRead);
  for (const named of paths) { reader.readNamed(named); }
  reader.render();
  const { resources, findings, unread, folders, fileCount, renderedCount } = reader;
  if (resources.length === 0 && unread.length === 0 && !hasErrors(findings)) {
    findings.push(finding('NP001', { file: paths.map(forwardSlashes).join(', ') || '(no path)' }, 'there is no Kubernetes object in the input', {
      fix: `name a file of manifests, a folder with ${EXTENSIONS.join(', ')} files, or - for standard input`,
    }));
  }
  return { resources, findings, unread, folders, fileCount, renderedCount, policyLeftOut: () => reader.policyLeftOut() };
}

/** True for the path of a file that makes its folder a kustomization or a chart. What is rendered from it may use files anywhere. */
export function standsForFolder(file: string): boolean {
  return [...KUSTOMIZATION_FILES, CHART_FILE].includes(path.basename(file));
}

class PathReader implements PathsRead {
  public readonly resources: Resource[] = [];

  public readonly findings: Finding[] = [];

  public readonly unread: Unread[] = [];

  public readonly folders: string[] = [];

  public fileCount = 0;

  public get renderedCount(): number { return this.rendered.renderedCount; }

  private readonly filesRead = new Set<string>();

  private readonly foldersRead = new Set<string>();

  constructor(
    private readonly stdin: () => string | Buffer, private readonly cache: FileCache | undefined, private readonly rendered: RenderedFolders,
    private readonly onRead: NonNullable<ReadOptions['onRead']>,
  ) {}

  public policyLeftOut(): string | undefined { return this.rendered.policyLeftOut(); }

  public readNamed(named: string): void {
    if (named === STDIN) {
      if (isNew(STDIN, this.filesRead)) { this.reportErrors(STDIN, () => this.add(this.textOf(STDIN, this.stdin(), true))); }
      return;
    }
    this.reportErrors(named, () => {
      const stats = statSync(named, { bigint: true });
      if (stats.isDirectory()) {
        this.readFolder(named, stats);
      } else if (!this.takeFile(named)) {
        this.readFile(named, stats, true);
      }
    }, true);
  }

  /** Renders the kustomizations and charts that were found. */
  public render(): void {
    for (const one of this.rendered.read()) { this.add(one, 0); }
    for (const folder of this.rendered.folders) { if (!this.folders.includes(folder)) { this.folders.push(folder); } }
  }

  /** The file of a kustomization or a chart stands for its folder. Returns false for another file. */
  private takeFile(file: string): boolean {
    if (!standsForFolder(file)) { return false; }
    const folder = path.dirname(file);
    const id = identity(statSync(folder, { bigint: true }));
    return this.foldersRead.has(id) || (this.rendered.take(folder, namesIn(folder)) && isNew(id, this.foldersRead));
  }

  private readFolder(folder: string, stats: BigIntStats): void {
    // A link may lead back to a folder that contains it.
    if (!isNew(identity(stats), this.foldersRead)) { return; }
    this.folders.push(folder);
    const entries = new Map(readdirSync(folder, { withFileTypes: true }).map(entry => [entry.name, entry]));
    if (this.rendered.take(folder, new Set(entries.keys()))) { return; }
    for (const name of [...entries.keys()].sort()) {
      const entry = entries.get(name)!;
      const inside = path.join(folder, entry.name);
      if (isSkipped(entry)) { continue; }
      this.reportErrors(inside, () => {
        // A link that leads nowhere is a fault only if it has the name of a manifest.
        const inner = statSync(inside, { bigint: true, throwIfNoEntry: isManifest(entry.name) });
        if (inner?.isDirectory()) { this.readFolder(inside, inner); }
        if (inner === undefined || !isManifest(entry.name)) { return; }
        if (inner.isFile()) {
          this.readFile(inside, inner, false);
          if (entry.isSymbolicLink()) { this.folders.push(path.dirname(realpathSync(inside))); }
        } else if (!inner.isDirectory()) {
          const what = inner.isFIFO() ? 'a named pipe' : inner.isSocket() ? 'a socket' : 'a device';
          this.findings.push(finding('NP002', { file: forwardSlashes(inside) }, `this is ${what}, which netpol does not open in a folder`, {
            severity: 'warning', fix: inner.isSocket() ? undefined : 'name it if it has manifests',
          }));
        }
      });
    }
  }

  private readFile(file: string, stats: BigIntStats, named: boolean): void {
    if (!isNew(identity(stats), this.filesRead)) { return; }
    const read = () => this.textOf(file, readContent(file, stats), named);
    this.add(this.cache === undefined ? read() : this.cache.get(forwardSlashes(file), named, stats, read));
  }

  private textOf(file: string, content: string | Buffer, named: boolean): ReadResult {
    this.onRead(forwardSlashes(file), content);
    return readText({ file: forwardSlashes(file), content, named });
  }

  private add({ resources, findings, unread }: ReadResult, fileCount = 1): void {
    this.fileCount += fileCount;
    for (const resource of resources) { this.resources.push(resource); }
    for (const one of findings) { this.findings.push(one); }
    for (const one of unread) { this.unread.push(one); }
  }

  /** Turns an error of the file system into a finding: a file may be missing, unreadable, or deleted after it was listed. */
  private reportErrors(file: string, read: () => void, isNamed = false): void {
    try {
      read();
    } catch (error) {
      const found = fileFinding(forwardSlashes(file), error);
      this.findings.push(found);
      // A path that leads nowhere is a slip of the one who wrote it, and not a part of the input.
      if (!isNamed || (error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.unread.push({ what: `the file or folder ${found.place.file}`, origin: { at: () => found.place }, code: 'not-read', mayHold: ANYTHING, findings: [found] });
      }
    }
  }
}

const PERMISSION = { message: 'you have no permission to read this', fix: 'check its owner and mode' };

const TOO_LARGE = { message: 'this is too large to be read as text', fix: 'split it' };

const FILE_FAULTS: Readonly<Record<string, { readonly message: string; readonly fix: string }>> = {
  ENOENT: { message: 'there is no such file or folder', fix: 'check the path' },
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  EISDIR: { message: 'this is a folder', fix: 'name a file in it' },
  ELOOP: { message: 'this link leads back to itself', fix: 'remove it, or name the file that it should lead to' },
  NO_WRITER: { message: 'this is a named pipe, and no program writes to it', fix: 'start the program that writes to it' },
  ENXIO: { message: 'this is a socket', fix: 'name a file' },
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
  ERR_STRING_TOO_LONG: TOO_LARGE,
};

/**
 * The finding of a file or folder that cannot be read.
 * @throws the error itself if it does not come from the file system
 */
export function fileFinding(file: string, error: unknown): Finding {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) { throw error; }
  const { message, fix = undefined } = FILE_FAULTS[code] ?? { message: `cannot be read (${code})` };
  return finding('NP002', { file }, message, { fix });
}

/** The content of a file, or of a named pipe or a device, which has no size. */
export function readContent(file: string, stats: { isFile(): boolean }): Buffer {
  return stats.isFile() ? readFileSync(file) : readEndless(file);
}

function isNew(key: string, seen: Set<string>): boolean {
  const before = seen.size;
  return seen.add(key).size > before;
}

/** A file that was written less than this before it was read may be written again without a change of its time. */
const SETTLED_MS = 100;

interface CachedFile {
  /** Absent for what was rendered: the files that it is made from have entries of their own. */
  readonly file?: string;
  readonly signature: string;
  readonly isSettled: boolean;
  readonly result: ReadResult;
}

const NOTHING_READ: ReadResult = { resources: [], findings: [], unread: [] };

/** The content of files when they were last read. With it, `netpol watch` reads only files that have changed. */
export class FileCache {
  private known = new Map<string, CachedFile>();

  private seen = new Map<string, CachedFile>();

  private changed = new Set<string>();

  /** The content of a file: from the cache if the file has not changed, or else from `read`. */
  public get(file: string, named: boolean, stats: BigIntStats, read: () => ReadResult): ReadResult {
    return this.recall(`${file}\n${named}`, { file, ...stateOf(stats) }, read).result;
  }

  /** The objects of a folder: from the cache if none of the files that they are rendered from has changed, or else from `render`. */
  public getRendered(folder: string, files: readonly { readonly file: string; readonly stats: BigIntStats }[], render: () => ReadResult): ReadResult {
    const states = files.map(({ file, stats }) => this.recall(`${file}\nsource`, { file, ...stateOf(stats) }, () => NOTHING_READ));
    const signature = states.map(one => `${one.file}\n${one.signature}`).join('\n');
    return this.recall(`${folder}\nrendered`, { signature, isSettled: states.every(({ isSettled }) => isSettled) }, render).result;
  }

  /** Ends a round of reading. Returns the files that are new, changed or deleted since the round before. */
  public finishReading(): string[] {
    for (const [id, { file }] of this.known) {
      if (file !== undefined && !this.seen.has(id)) { this.changed.add(file); }
    }
    const changed = [...this.changed].sort();
    this.known = this.seen;
    this.seen = new Map();
    this.changed = new Set();
    return changed;
  }

  private recall(id: string, state: Omit<CachedFile, 'result'>, read: () => ReadResult): CachedFile {
    const known = this.known.get(id);
    if (state.file !== undefined && known?.signature !== state.signature) { this.changed.add(state.file); }
    const entry = known?.signature === state.signature && known.isSettled ? known : { ...state, result: read() };
    this.seen.set(id, entry);
    return entry;
  }
}

function stateOf(stats: BigIntStats): { signature: string; isSettled: boolean } {
  return {
    signature: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(),
    isSettled: Date.now() - Number(stats.ctimeMs) > SETTLED_MS,
  };
}
