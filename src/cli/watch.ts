import { Command } from 'commander';
import { FolderWatcher } from './private/folder-watcher';
import { InputOptions, NO_POLICY, STDIN } from './private/input';
import { printFindings, Io, BadInputError } from './private/io';
import { addInputOptions, outputOption } from './private/options';
import { Refreshed, State, WatchedInput } from './private/watched-input';
import { connectivityChangesJson, connectivityChangesText } from '../report/connectivity-changes';

interface Renderer {
  readonly start: (paths: readonly string[], state: State) => string;
  readonly change: (refreshed: Refreshed) => string;
}

const RENDERERS: Readonly<Record<string, Renderer>> = {
  text: {
    start: (paths, { workloads, policies, connections }) =>
      `watching ${paths.join(', ')}: workloads: ${workloads.length}, policies: ${policies}, connections: ${connections.length}\n`,
    change: ({ files, changes, before, after }) => connectivityChangesText(files, changes, [...before!.workloads, ...after!.workloads]),
  },
  json: {
    start: (paths, { workloads, policies, connections }) =>
      `${JSON.stringify({ watching: paths, workloads: workloads.length, policies, connections: connections.length })}\n`,
    change: ({ files, changes }) => connectivityChangesJson(files, changes),
  },
};

const HELP = `
Example:
  $ netpol watch k8s/
  watching k8s/: workloads: 3, policies: 5, connections: 4
  k8s/db.yaml: 1 gained
    gained   app/frontend → app/db: TCP 5432

Runs until you interrupt it (Ctrl-C), with exit status 0. If a file has an error, netpol prints it, and compares again when
the error is fixed. With -o json, each save is a line: {"files": […], "gained": […], "lost": […], "changed": […]}, with rows
as list prints them.`;

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
    const { files, findings, isValid, before, after } = refreshed;
    try {
      printFindings(findings, this.io);
    } catch (error) {
      if (!(error instanceof BadInputError)) { throw error; }
    }
    if (!isValid) {
      if (files.length > 0 || findings.length > 0) { this.noteWaiting(); }
      return;
    }
    if (after!.isOpen && before?.isOpen !== true) { this.io.stderr.write(NO_POLICY); }
    if (!this.isStarted) {
      this.isStarted = true;
      this.io.stdout.write(this.renderer.start(this.paths, after!));
    } else if (after !== before) {
      this.io.stdout.write(this.renderer.change(refreshed));
    }
  }

  private noteWaiting(): void {
    this.io.stderr.write(`note: waiting for valid input${this.isStarted ? '; netpol will compare with the last valid state' : ''}\n`);
  }
}
