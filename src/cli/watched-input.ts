import { readInput } from './input';
import { Io } from './io';
import { connectivityChanges, ConnectivityChange } from '../analysis/connectivity-changes';
import { Connection, listConnections } from '../analysis/connectivity-list';
import { FileMemory } from '../cluster/file-memory';
import { formatProblem, Problem } from '../cluster/problem';
import { Reachability } from '../reach/reachability';

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
  readonly problems: readonly Problem[];
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
    const texts = new Map(problems.map(problem => [formatProblem(problem), problem]));
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
