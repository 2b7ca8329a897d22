import { Command } from 'commander';
import { NO_POLICY, tellProblems, Io, Refusal, STDIN } from './private/input';
import { outputOption, strictOption } from './private/options';
import { FolderWatcher, Refreshed, State, WatchedInput } from './private/watched-input';
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

Goes on until it is interrupted (Ctrl-C), which is exit status 0. A file with a mistake is told with its place, and
compared when it is mended. With -o json, each save is a line: {"files": […], "gained": […], "lost": […],
"changed": […]}, with rows as list prints them.`;

/** `netpol watch`: what each save gains and loses. */
export function watchCommand(io: Io): Command {
  return new Command('watch')
    .description('what each save of a manifest gains and loses, until interrupted')
    .argument('<path...>', 'files and folders of manifests')
    .addOption(outputOption(...Object.keys(RENDERERS)))
    .addOption(strictOption())
    .addHelpText('after', HELP)
    .action(async (paths: string[], { output, strict }: { output: string; strict?: boolean }) => {
      if (paths.includes(STDIN)) { throw new Refusal('- is standard input, which can not be watched: name files and folders'); }
      await new Watch(paths, RENDERERS[output], new WatchedInput({ paths, strict }, io), io).run();
    });
}

class Watch {
  private readonly watcher: FolderWatcher;

  private isStarted = false;

  /** Readings follow each other, whatever is going on meanwhile. */
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
    const refreshed = await this.input.refresh();
    this.watcher.watch(refreshed.folders, this.paths);
    const { files, problems, isSound, before, after } = refreshed;
    try {
      tellProblems(problems, this.io);
    } catch (error) {
      if (!(error instanceof Refusal)) { throw error; }
    }
    if (!isSound) {
      if (files.length > 0 || problems.length > 0) {
        this.io.stderr.write(`note: nothing is compared until this is mended${before === undefined ? '' : ', and then with what was last sound'}\n`);
      }
      return;
    }
    if (after!.policies === 0 && before?.policies !== 0) { this.io.stderr.write(NO_POLICY); }
    if (!this.isStarted) {
      this.isStarted = true;
      this.io.stdout.write(this.renderer.start(this.paths, after!));
    } else if (after !== before) {
      this.io.stdout.write(this.renderer.change(refreshed));
    }
  }
}
