import { existsSync, FSWatcher, statSync, watch } from 'fs';
import * as path from 'path';
import { Io, readInput, Refusal } from './input';
import { Reachability } from '../../evaluator/reachability';
import { formatFinding, Finding } from '../../findings/finding';
import { FileMemory } from '../../manifests/files';
import { Connection, listConnections } from '../../query/connectivity';
import { ConnectivityChange, connectivityChanges } from '../../query/connectivity-changes';

/** A state of the input that can be judged. */
export interface State {
  readonly workloads: readonly string[];
  readonly policies: number;
  readonly connections: readonly Connection[];
}

/** What came of reading the input again. */
export interface Refreshed {
  /** The folders that are to be watched. */
  readonly folders: readonly string[];
  /** Files that are new, changed or gone. */
  readonly files: readonly string[];
  /** What is wrong, or to be said, that was not said the last time. */
  readonly problems: readonly Finding[];
  /** With an error in the input there is no new state. */
  readonly isSound: boolean;
  readonly before?: State;
  readonly after?: State;
  readonly changes: readonly ConnectivityChange[];
}

/** Manifests that are read again and again; only files that changed are read anew. The last sound state is kept. */
export class WatchedInput {
  private readonly memory = new FileMemory();

  private state: State | undefined;

  private told = new Set<string>();

  constructor(private readonly options: { readonly paths: readonly string[]; readonly strict?: boolean }, private readonly io: Io) {}

  /** Reads what has changed; `changes` is empty and `after` is `before` where nothing has, or where there is an error. */
  public async refresh(): Promise<Refreshed> {
    const { cluster, problems, folders } = await readInput(this.options, this.io, this.memory);
    const files = this.memory.turn();
    const texts = new Map(problems.map(problem => [formatFinding(problem), problem]));
    const fresh = [...texts].filter(([text]) => !this.told.has(text)).map(([, problem]) => problem);
    this.told = new Set(texts.keys());
    const before = this.state;
    const isSound = !problems.some(({ severity }) => severity === 'error');
    if (!isSound || (files.length === 0 && fresh.length === 0 && before !== undefined)) {
      return { folders, files, problems: fresh, isSound, before, after: before, changes: [] };
    }
    // The one place where a cluster is evaluated anew.
    const { workloads, connections } = listConnections(new Reachability(cluster));
    const after = { workloads, policies: cluster.policies.length, connections: [...connections] };
    this.state = after;
    const changes = before === undefined ? [] : connectivityChanges(before.connections, after.connections);
    return { folders, files, problems: fresh, isSound, before, after, changes };
  }
}

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
