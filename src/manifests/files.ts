import { BigIntStats, Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'fs';
import * as path from 'path';
import { readText } from './read-text';
import { ReadResult, Resource } from './resources';
import { Finding } from '../findings/finding';

/** What counts as a manifest in a folder. */
const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];

/** How standard input is named on the command line and in messages. */
const STDIN = '-';

/** What was read of files and folders. */
export interface PathsRead extends ReadResult {
  /** The folders that were gone through, and those that files lie in to which a link leads. */
  readonly folders: readonly string[];
}

/**
 * Reads files, folders (with all folders inside, but for hidden ones and node_modules) and `-`, standard
 * input. A file that is reached twice is read once; one that is in `memory`, and has not changed, not at all.
 */
export function readPaths(paths: readonly string[], stdin: () => string | Buffer, memory?: FileMemory): PathsRead {
  const reader = new PathReader(stdin, memory);
  for (const named of paths) { reader.readNamed(named); }
  const { resources, problems, folders } = reader;
  if (resources.length === 0 && !problems.some(p => p.severity === 'error')) {
    problems.push({
      severity: 'error',
      message: `there is no Kubernetes object here, so there is nothing to judge: name a file of manifests, a folder with ${EXTENSIONS.join(', ')} files, or - for standard input`,
      place: { file: paths.map(forwardSlashes).join(', ') || '(no path)' },
    });
  }
  return { resources, problems, folders };
}

class PathReader implements PathsRead {
  public readonly resources: Resource[] = [];

  public readonly problems: Finding[] = [];

  public readonly folders: string[] = [];

  private readonly filesRead = new Set<string>();

  private readonly foldersRead = new Set<string>();

  constructor(private readonly stdin: () => string | Buffer, private readonly memory: FileMemory | undefined) {}

  public readNamed(named: string): void {
    if (named === STDIN) {
      if (isNew(STDIN, this.filesRead)) { this.guard(STDIN, () => this.take(textOf(STDIN, this.stdin(), true))); }
      return;
    }
    this.guard(named, () => {
      const stats = statSync(named, { bigint: true });
      if (stats.isDirectory()) { this.readFolder(named, stats); } else { this.readFile(named, stats, true); }
    });
  }

  private readFolder(folder: string, stats: BigIntStats): void {
    // A link may lead back to a folder that it is in.
    if (!isNew(identity(stats), this.foldersRead)) { return; }
    this.folders.push(folder);
    const entries = new Map(readdirSync(folder, { withFileTypes: true }).map(entry => [entry.name, entry]));
    for (const name of [...entries.keys()].sort()) {
      const entry = entries.get(name)!;
      const inside = path.join(folder, entry.name);
      if (isSkipped(entry)) { continue; }
      this.guard(inside, () => {
        const isManifest = EXTENSIONS.includes(path.extname(entry.name).toLowerCase());
        // A link that leads nowhere is nobody's concern, unless it is named like a manifest.
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
    const read = () => textOf(file, readFileSync(file), named);
    this.take(this.memory === undefined ? read() : this.memory.recall(forwardSlashes(file), named, stats, read));
  }

  private take({ resources, problems }: ReadResult): void {
    for (const resource of resources) { this.resources.push(resource); }
    for (const problem of problems) { this.problems.push(problem); }
  }

  /** What the file system refuses becomes a message: a file may be missing, locked, or gone since it was listed. */
  private guard(file: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) { throw error; }
      this.problems.push({ severity: 'error', message: REFUSALS[code] ?? `can not be read (${code})`, place: { file: forwardSlashes(file) } });
    }
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder: check the path',
  EACCES: 'you have no permission to read this: check its owner and mode',
  EPERM: 'you have no permission to read this: check its owner and mode',
  ELOOP: 'this link leads back to itself: remove it or name the file that it should lead to',
  ERR_STRING_TOO_LONG: 'this file is too large to be read as text: split it',
};

function textOf(file: string, content: string | Buffer, named: boolean): ReadResult {
  const format = file === STDIN ? 'guess' : path.extname(file).toLowerCase() === '.json' ? 'json' : 'yaml';
  return readText({ file: forwardSlashes(file), content, format, named });
}

/** Hidden folders and installed packages hold other people's files. */
function isSkipped(entry: Dirent): boolean {
  return !entry.isFile() && (entry.name.startsWith('.') || entry.name === 'node_modules');
}

/** The file itself, whatever path led to it. */
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

/** A file that was written so shortly before it was read may be written again without its time showing it. */
const SETTLED_MS = 100;

interface Known {
  readonly file: string;
  readonly signature: string;
  readonly isSettled: boolean;
  readonly result: ReadResult;
}

/** What files held when they were last read, so that whoever reads a folder again and again reads only what has changed. */
export class FileMemory {
  private known = new Map<string, Known>();

  private met = new Map<string, Known>();

  private changed = new Set<string>();

  /** What a file holds: as remembered where nothing has touched it since, otherwise as `read` gives it. */
  public recall(file: string, named: boolean, stats: BigIntStats, read: () => ReadResult): ReadResult {
    const id = `${file}\n${named}`;
    const signature = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
    const known = this.known.get(id);
    if (known?.signature !== signature) { this.changed.add(file); }
    const isSettled = Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
    const entry = known?.signature === signature && known.isSettled ? known : { file, signature, isSettled, result: read() };
    this.met.set(id, entry);
    return entry.result;
  }

  /** To be called when all files have been gone through: returns those that are new, changed or gone since the last time. */
  public turn(): string[] {
    for (const [id, { file }] of this.known) {
      if (!this.met.has(id)) { this.changed.add(file); }
    }
    const changed = [...this.changed].sort();
    this.known = this.met;
    this.met = new Map();
    this.changed = new Set();
    return changed;
  }
}
