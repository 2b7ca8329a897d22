import { Command } from 'commander';
import { FolderWatcher } from './private/folder-watcher';
import { InputOptions, noPolicy, STDIN } from './private/input';
import { printFindings, Io, BadInputError } from './private/io';
import { addInputOptions, outputOption } from './private/options';
import { ClusterChanges, ClusterState, Refreshed, State, WatchedInput } from './private/watched-input';
import { printable } from '../findings/finding';
import { connectivityChangesJson, connectivityChangesText } from '../report/connectivity-changes';

interface Renderer {
  readonly start: (paths: readonly string[], state: State) => string;
  readonly change: (files: readonly string[], changes: ClusterChanges) => string;
}

const RENDERERS: Readonly<Record<string, Renderer>> = {
  text: {
    start: (paths, state) => {
      const counts = [...state.values()].map(countsOf);
      const sum = (of: (one: Counts) => number) => counts.reduce((total, one) => total + of(one), 0);
      const clusters = state.size > 1 ? `clusters: ${[...state.keys()].join(', ')}; ` : '';
      return `watching ${paths.map(printable).join(', ')}: ${clusters}workloads: ${sum(one => one.workloads)}, policies: ${sum(one => one.policies)}, connections: ${sum(one => one.connections)}\n`;
    },
    change: (files, { cluster, changes, workloads }) => connectivityChangesText(files, changes, workloads, cluster),
  },
  json: {
    start: (paths, state) => [...state].map(([cluster, one]) =>
      `${JSON.stringify({ watching: paths, cluster: state.size > 1 ? cluster : undefined, ...countsOf(one) })}\n`).join(''),
    change: (files, { cluster, changes }) => connectivityChangesJson(files, changes, cluster),
  },
};

interface Counts {
  readonly workloads: number;
  readonly policies: number;
  readonly connections: number;
}

function countsOf({ workloads, policies, connections }: ClusterState): Counts {
  return { workloads: workloads.length, policies, connections: connections.length };
}

const HELP = `
Example:
  $ netpol watch k8s/
  watching k8s/: workloads: 3, policies: 5, connections: 4
  k8s/db.yaml: 1 gained
    gained   app/frontend → app/db: TCP 5432

Runs until you interrupt it (Ctrl-C), with exit status 0. If a save brings an error, netpol prints it, and compares again when
the error is fixed. With -o json, each save is a line: {"files": […], "gained": […], "lost": […], "changed": […]}, with rows
as list prints them. If an app writes several clusters, each one that changes has its own summary, with its name.`;

/** `netpol watch`: what each save opens and closes. */
export function watchCommand(io: Io): Command {
  return addInputOptions(new Command('watch')
    .description('what each save of a manifest opens and closes, until you interrupt it')
    .argument('<path...>', 'files and folders of manifests')
    .addOption(outputOption(...Object.keys(RENDERERS))))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { output, ...input }: { output: string } & Omit<InputOptions, 'paths'>) => {
      if (paths.includes(STDIN)) { throw new BadInputError('- is standard input, which cannot be watched: name files and folders'); }
      await new Watch(paths, RENDERERS[output], new WatchedInput({ paths, ...input }, io), io).run();
    });
}

class Watch {
  private readonly watcher: FolderWatcher;

  private isStarted = false;

  /** Readings run one after the other, even if files change in the meantime. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly paths: readonly string[], private readonly renderer: Renderer, private readonly input: WatchedInput, private readonly io: Io,
  ) {
    this.watcher = new FolderWatcher(() => this.again());
  }

  private fail: (error: unknown) => void = () => {};

  public async run(): Promise<void> {
    const interrupted = this.io.untilInterrupted();
    const failed = new Promise<never>((_, reject) => { this.fail = reject; });
    try {
      this.queue = this.refresh();
      await Promise.race([this.queue.then(() => interrupted), failed]);
    } finally {
      this.watcher.close();
    }
  }

  private again(): void {
    this.queue = this.queue.then(() => this.refresh()).catch(error => this.fail(error));
  }

  private async refresh(): Promise<void> {
    let refreshed: Refreshed;
    try {
      refreshed = await this.input.refresh();
    } catch (error) {
      // An editor may remove the file of an option for a moment when it saves. The folder of the file is still watched.
      if (!(error instanceof BadInputError) || !this.isStarted) { throw error; }
      this.io.stderr.write(`netpol: ${error.message}\n`);
      this.noteWaiting();
      return;
    }
    this.watcher.watch(refreshed.folders, [...this.paths, ...refreshed.factFiles]);
    const { files, findings, isValid, before, after, changes } = refreshed;
    try {
      printFindings(findings, this.io);
    } catch (error) {
      if (!(error instanceof BadInputError)) { throw error; }
    }
    if (!isValid) {
      if (files.length > 0 || findings.length > 0) { this.noteWaiting(); }
      return;
    }
    for (const [name, { isOpen }] of after!) {
      if (isOpen && before?.get(name)?.isOpen !== true) { this.io.stderr.write(noPolicy(after!.size > 1 ? name : undefined)); }
    }
    if (!this.isStarted) {
      this.isStarted = true;
      this.io.stdout.write(this.renderer.start(this.paths, after!));
    } else if (after !== before) {
      for (const one of changes) { this.io.stdout.write(this.renderer.change(files, one)); }
    }
  }

  private noteWaiting(): void {
    this.io.stderr.write(`note: waiting for valid input${this.isStarted ? '; netpol will compare with the last valid state' : ''}\n`);
  }
}
