import { BigIntStats, Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'fs';
import * as path from 'path';
import { readEndless } from './endless';
import { readText } from './read-text';
import { ReadResult, Resource } from './resources';
import { finding, Finding, hasErrors } from '../findings/finding';

/** The extensions of manifests in a folder. */
const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];

/** The path that stands for standard input, on the command line and in messages. */
export const STDIN = '-';

/** What was read from files and folders. */
export interface PathsRead extends ReadResult {
  /** The folders that were read, and the folders of files that links lead to. */
  readonly folders: readonly string[];
}

/**
 * Reads files, folders and standard input (`-`). A folder is read with all folders in it, except hidden ones and node_modules. A file is
 * read only once, even if several paths lead to it, and not at all if `cache` has its current content.
 */
export function readPaths(paths: readonly string[], stdin: () => string | Buffer, cache?: FileCache): PathsRead {
  const reader = new PathReader(stdin, cache);
  for (const named of paths) { reader.readNamed(named); }
  const { resources, findings, folders } = reader;
  if (resources.length === 0 && !hasErrors(findings)) {
    findings.push(finding('NP001', { file: paths.map(forwardSlashes).join(', ') || '(no path)' }, 'there is no Kubernetes object in the input', {
      fix: `name a file of manifests, a folder with ${EXTENSIONS.join(', ')} files, or - for standard input`,
    }));
  }
  return { resources, findings, folders };
}

class PathReader implements PathsRead {
  public readonly resources: Resource[] = [];

  public readonly findings: Finding[] = [];

  public readonly folders: string[] = [];

  private readonly filesRead = new Set<string>();

  private readonly foldersRead = new Set<string>();

  constructor(private readonly stdin: () => string | Buffer, private readonly cache: FileCache | undefined) {}

  public readNamed(named: string): void {
    if (named === STDIN) {
      if (isNew(STDIN, this.filesRead)) { this.reportErrors(STDIN, () => this.add(textOf(STDIN, this.stdin(), true))); }
      return;
    }
    this.reportErrors(named, () => {
      const stats = statSync(named, { bigint: true });
      if (stats.isDirectory()) { this.readFolder(named, stats); } else { this.readFile(named, stats, true); }
    });
  }

  private readFolder(folder: string, stats: BigIntStats): void {
    // A link may lead back to a folder that contains it.
    if (!isNew(identity(stats), this.foldersRead)) { return; }
    this.folders.push(folder);
    const entries = new Map(readdirSync(folder, { withFileTypes: true }).map(entry => [entry.name, entry]));
    for (const name of [...entries.keys()].sort()) {
      const entry = entries.get(name)!;
      const inside = path.join(folder, entry.name);
      if (isSkipped(entry)) { continue; }
      this.reportErrors(inside, () => {
        const isManifest = EXTENSIONS.includes(path.extname(entry.name).toLowerCase());
        // A link that leads nowhere is a fault only if it has the name of a manifest.
        const inner = statSync(inside, { bigint: true, throwIfNoEntry: isManifest });
        if (inner?.isDirectory()) { this.readFolder(inside, inner); }
        if (inner?.isFile() && isManifest) {
          this.readFile(inside, inner, false);
          if (entry.isSymbolicLink()) { this.folders.push(path.dirname(realpathSync(inside))); }
        }
      });
    }
  }

  private readFile(file: string, stats: BigIntStats, named: boolean): void {
    if (!isNew(identity(stats), this.filesRead)) { return; }
    const read = () => textOf(file, readContent(file, stats), named);
    this.add(this.cache === undefined ? read() : this.cache.get(forwardSlashes(file), named, stats, read));
  }

  private add({ resources, findings }: ReadResult): void {
    for (const resource of resources) { this.resources.push(resource); }
    for (const one of findings) { this.findings.push(one); }
  }

  /** Turns an error of the file system into a finding: a file may be missing, unreadable, or deleted after it was listed. */
  private reportErrors(file: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.findings.push(fileFinding(forwardSlashes(file), error));
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

function textOf(file: string, content: string | Buffer, named: boolean): ReadResult {
  return readText({ file: forwardSlashes(file), content, named });
}

/** The content of a file, or of a named pipe or a device, which has no size. */
export function readContent(file: string, stats: { isFile(): boolean }): Buffer {
  return stats.isFile() ? readFileSync(file) : readEndless(file);
}

/** True for hidden folders and installed packages, whose files are not the user's manifests. */
function isSkipped(entry: Dirent): boolean {
  return !entry.isFile() && (entry.name.startsWith('.') || entry.name === 'node_modules');
}

/** Identifies a file or folder, independent of its path. */
function identity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

function isNew(key: string, seen: Set<string>): boolean {
  const before = seen.size;
  return seen.add(key).size > before;
}

function forwardSlashes(file: string): string {
  return file.split(path.sep).join('/');
}

/** A file that was written less than this before it was read may be written again without a change of its time. */
const SETTLED_MS = 100;

interface CachedFile {
  readonly file: string;
  readonly signature: string;
  readonly isSettled: boolean;
  readonly result: ReadResult;
}

/** The content of files when they were last read. With it, `netpol watch` reads only files that have changed. */
export class FileCache {
  private known = new Map<string, CachedFile>();

  private seen = new Map<string, CachedFile>();

  private changed = new Set<string>();

  /** The content of a file: from the cache if the file has not changed, or else from `read`. */
  public get(file: string, named: boolean, stats: BigIntStats, read: () => ReadResult): ReadResult {
    const id = `${file}\n${named}`;
    const signature = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
    const known = this.known.get(id);
    if (known?.signature !== signature) { this.changed.add(file); }
    const isSettled = Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
    const entry = known?.signature === signature && known.isSettled ? known : { file, signature, isSettled, result: read() };
    this.seen.set(id, entry);
    return entry.result;
  }

  /** Ends a round of reading. Returns the files that are new, changed or deleted since the round before. */
  public finishReading(): string[] {
    for (const [id, { file }] of this.known) {
      if (!this.seen.has(id)) { this.changed.add(file); }
    }
    const changed = [...this.changed].sort();
    this.known = this.seen;
    this.seen = new Map();
    this.changed = new Set();
    return changed;
  }
}
