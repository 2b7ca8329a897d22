import { existsSync, FSWatcher, statSync, watch } from 'fs';
import * as path from 'path';
import { BadInputError } from './io';

/** A change is reported when nothing has happened for this long, because an editor saves a file in several steps. */
const QUIET_MS = 60;

/** A change is reported after this time at the latest. */
const HELD_MS = 500;

interface Watched {
  readonly watcher: FSWatcher;
  /** Tells the folder from another one that later gets the same name. */
  readonly inode: bigint;
  /** The names in the folder that matter; absent if every name does. */
  names?: ReadonlySet<string>;
}

/**
 * Watches folders, without the folders inside them: the reader of the manifests knows which folders matter. A named path is watched
 * through its parent folder, so it may be replaced, deleted and created again. (Node's recursive `fs.watch` does not follow links,
 * and it watches the folders that netpol skips.)
 */
export class FolderWatcher {
  private readonly watched = new Map<string, Watched>();

  private timer: NodeJS.Timeout | undefined;

  private firstEvent: number | undefined;

  private isClosed = false;

  /** Calls `onChange` after changes, when no further change follows. */
  constructor(private readonly onChange: () => void) {}

  /**
   * Watches these folders and named paths, and no others. A new folder counts as a change, because a file in it may have changed
   * before it was watched.
   * @throws BadInputError if the system allows no more watches
   */
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
    // The folder was removed after it was read. Its parent reports that.
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
        throw new BadInputError(`${folder}: the system allows no more watches: name fewer folders, or raise its limit (on Linux, fs.inotify.max_user_watches)`);
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

/** Adds the nearest existing folder above a path, and the name in that folder that leads to the path. */
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
