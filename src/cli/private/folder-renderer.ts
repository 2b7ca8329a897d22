import { spawnSync } from 'child_process';
import * as path from 'path';
import { FolderToRender, RELEASE_NAMESPACE, Renderer, Rendering } from '../../manifests/rendering';

/* Renders kustomizations and charts with the programs that the user has. They are started directly, never through a shell. */

/** How long a program may take, in milliseconds, and how much it may print, in bytes. */
export interface RenderLimits {
  readonly ms: number;
  readonly bytes: number;
}

const LIMITS: RenderLimits = { ms: 60_000, bytes: 256 * 2 ** 20 };

/** The first kubectl that builds kustomizations as kustomize does today. Up to 1.20 it builds them as kustomize 2.0.3 did, which knows no components. */
const FIRST_KUBECTL = 21;

const NO_KUSTOMIZE = 'neither kustomize nor kubectl is on the PATH';

/** How many characters of a long message of a program are printed from its start and from its end, which often has the reason. */
const MAX_START = 200;
const MAX_END = 100;

/** Makes a renderer. Helm gets the `values` files, in this order. */
export function folderRenderer(values: readonly string[], limits = LIMITS): Renderer {
  const programs = new Programs(limits);
  return what => what.kind === 'kustomization' ? programs.kustomize(what) : programs.helm(what, values);
}

type Outcome = { readonly text: Buffer } | { readonly message: string };

class Programs {
  /** Why kubectl is not used; undefined if it is. */
  private kubectlFault: { readonly text?: string } | undefined;

  constructor(private readonly limits: RenderLimits) {}

  public kustomize({ folder }: FolderToRender): Rendering {
    const built = this.run('kustomize', ['build', '.'], folder);
    if (built !== undefined) { return renderingOf('kustomize', built); }
    const { text: fault } = this.kubectlFault ??= { text: this.checkKubectl() };
    if (fault !== undefined) { return { notRendered: fault }; }
    const rendered = this.run('kubectl', ['kustomize', '.'], folder);
    return rendered === undefined ? { notRendered: NO_KUSTOMIZE } : renderingOf('kubectl', rendered);
  }

  public helm({ folder, release }: FolderToRender, values: readonly string[]): Rendering {
    const files = values.flatMap(file => ['--values', path.resolve(file)]);
    const rendered = this.run('helm', ['template', release, '.', '--namespace', RELEASE_NAMESPACE, '--include-crds', ...files], folder);
    return rendered === undefined ? { notRendered: 'helm is not on the PATH' } : renderingOf('helm', rendered);
  }

  private checkKubectl(): string | undefined {
    const outcome = this.run('kubectl', ['version', '--client', '-o', 'json'], '.');
    if (outcome === undefined) { return NO_KUSTOMIZE; }
    const version = 'text' in outcome ? versionOf(outcome.text.toString()) : undefined;
    if (version === undefined) { return 'kustomize is not on the PATH, and kubectl does not say which version it is'; }
    return version.major > 1 || version.minor >= FIRST_KUBECTL ? undefined
      : `kustomize is not on the PATH, and kubectl ${version.major}.${version.minor} builds kustomizations differently from today's (1.${FIRST_KUBECTL} or newer)`;
  }

  /** Runs a program in a folder. Returns undefined if it is not on the PATH. */
  private run(program: string, args: readonly string[], folder: string): Outcome | undefined {
    const { ms, bytes } = this.limits;
    const { error, status, signal, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      // Nobody is there to answer a question about a password.
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: ms,
      maxBuffer: bytes,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    if (error !== undefined) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') { return undefined; }
      const messages: Readonly<Record<string, string>> = { ETIMEDOUT: `it did not end within ${ms / 1000} seconds`, ENOBUFS: `it printed more than ${bytes} bytes` };
      return { message: messages[String(code)] ?? `it cannot be started (${code})` };
    }
    if (status === 0) { return { text: stdout }; }
    return { message: status === null ? `it was ended by ${signal}` : errorIn(stderr.toString()) ?? `it ended with status ${status}, without a message` };
  }
}

function renderingOf(program: string, outcome: Outcome): Rendering {
  return 'text' in outcome ? outcome : { failed: program, message: outcome.message };
}

/** The version that `kubectl version --client -o json` prints. */
function versionOf(json: string): { major: number; minor: number } | undefined {
  try {
    const { clientVersion: { major, minor } } = JSON.parse(json);
    // Some vendors write 20+.
    const version = { major: parseInt(major, 10), minor: parseInt(minor, 10) };
    return Number.isNaN(version.major + version.minor) ? undefined : version;
  } catch {
    return undefined;
  }
}

/** The head of a line in the log of kubectl (klog). The time and the process are others in each run. */
const LOG_HEAD = /^[IWEF]\d{4} [\d:.]+\s+\d+ [\w.-]+:\d+\] (?:"command failed" err=)?/;

/** The error in what a program printed, on one line. kustomize prints warnings in front of its error, and kubectl writes it in the form of a log. */
function errorIn(text: string): string | undefined {
  const lines = text.split('\n').map(line => unquoted(line.replace(LOG_HEAD, '').trim())).filter(line => !['', '<', '>'].includes(line));
  const start = lines.findIndex(line => /^error\b/i.test(line));
  const message = lines.slice(Math.max(start, 0)).join(' ').replace(/^error:\s*/i, '');
  if (message === '') { return undefined; }
  if (message.length <= MAX_START + MAX_END) { return message; }
  // A word that is longer than this is cut.
  const [first, last] = [message.slice(0, MAX_START + 1).replace(/\s\S{0,40}$/, ''), message.slice(-MAX_END - 1).replace(/^\S{0,40}\s/, '')];
  return `${first.slice(0, MAX_START)} … ${last.slice(-MAX_END)}`;
}

/** A text without the quotes around it. The log of kubectl has a message of one line in quotes. */
function unquoted(line: string): string {
  if (!/^"(?:[^"\\]|\\.)*"$/.test(line)) { return line; }
  try {
    return JSON.parse(line);
  } catch {
    // Go has escapes that JSON does not have.
    return line.slice(1, -1);
  }
}
