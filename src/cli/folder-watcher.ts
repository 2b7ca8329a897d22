import { existsSync, FSWatcher, statSync, watch } from 'fs';
import * as path from 'path';
import { Refusal } from './io';

/** So long nothing has to happen before a change is told: an editor writes a file in several steps. */
const QUIET_MS = 60;

/** So long a change is held back at most, however much goes on. */
const HELD_MS = 500;

interface Watched {
  readonly watcher: FSWatcher;
  /** Which folder it is: another of the same name is another. */
  readonly inode: bigint;
  /** What counts in it; everything where absent. */
  names?: ReadonlySet<string>;
}

/**
 * Watches folders, each by itself: which ones is known from reading them. A named path is watched from the
 * folder that it is in, so that it may be replaced, deleted and made again.
 */
export class FolderWatcher {
  private readonly watched = new Map<string, Watched>();

  private timer: NodeJS.Timeout | undefined;

  private firstEvent: number | undefined;

  private isClosed = false;

  /** `onChange` is called when something has changed and it is quiet again. */
  constructor(private readonly onChange: () => void) {}

  /** Watches these and no others. What changed in a folder before it was watched is told as a change. */
  public watch(folders: readonly string[], named: readonly string[]): void {
    if (this.isClosed) { return; }
    const wanted = new Map<string, Set<string> | undefined>();
    for (const name of named) { addNamed(wanted, path.resolve(name)); }
    for (const folder of folders) { wanted.set(path.resolve(folder), undefined); }
    for (const folder of this.watched.keys()) {
      if (!wanted.has(folder)) { this.unwatch(folder); }
    }
    for (const [folder, names] of wanted) { this.watchOne(folder, names); }
  }

  public close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const folder of [...this.watched.keys()]) { this.unwatch(folder); }
  }

  private watchOne(folder: string, names: ReadonlySet<string> | undefined): void {
    const inode = statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
    const known = this.watched.get(folder);
    if (known !== undefined && known.inode === inode) {
      known.names = names;
      return;
    }
    this.unwatch(folder);
    // Gone since it was read: the folder that it was in tells.
    if (inode === undefined) { return; }
    try {
      const watcher = watch(folder, (_event, file) => this.changed(folder, file));
      watcher.on('error', () => {
        this.unwatch(folder);
        this.soon();
      });
      this.watched.set(folder, { watcher, inode, names });
      this.soon();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EMFILE') {
        throw new Refusal(`${folder}: the system lets no more folders be watched: name fewer, or raise its limit (on Linux, fs.inotify.max_user_watches)`);
      }
      if (code === undefined) { throw error; }
    }
  }

  private unwatch(folder: string): void {
    this.watched.get(folder)?.watcher.close();
    this.watched.delete(folder);
  }

  private changed(folder: string, file: string | null): void {
    const names = this.watched.get(folder)?.names;
    if (names === undefined || file === null || names.has(file)) { this.soon(); }
  }

  private soon(): void {
    const now = Date.now();
    this.firstEvent ??= now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.firstEvent = undefined;
      this.onChange();
    }, Math.max(0, Math.min(QUIET_MS, this.firstEvent + HELD_MS - now)));
  }
}

/** The nearest folder above a path that there is, and the name in it on the way to the path. */
function addNamed(wanted: Map<string, Set<string> | undefined>, named: string): void {
  let folder = path.dirname(named);
  let name = path.basename(named);
  while (!existsSync(folder)) {
    name = path.basename(folder);
    folder = path.dirname(folder);
  }
  const names = wanted.get(folder) ?? new Set();
  wanted.set(folder, names.add(name));
}
