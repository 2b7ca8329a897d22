import { spawnSync } from 'child_process';
import { BadInputError } from './io';
import { printable } from '../../findings/finding';

/* Asks git about the repository of a folder. git is started directly, never through a shell. */

/** A file, link or submodule of a revision. */
export interface GitEntry {
  /** The path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** The name of its content; of a submodule, the commit. */
  readonly id: string;
}

/** The modes of entries: https://git-scm.com/docs/git-fast-import, `filemodify`. */
const KINDS: Readonly<Record<string, GitEntry['kind']>> = { 120000: 'link', 160000: 'submodule' };

/** How many contents git is asked for at once. */
const BATCH = 500;

/** The number of bytes that git may print at once. */
const MAX_BYTES = 2 ** 31 - 1;

const FETCH = "fetch the whole history: 'git fetch --unshallow', or 'fetch-depth: 0' for actions/checkout";

type Outcome = { readonly text: Buffer } | { readonly message: string };

/** The repository that a folder is in. */
export class GitRepository {
  /** @throws BadInputError if the folder is not in a repository, or if git is not there. `what` is what needs git, for the message */
  public static at(folder: string, what: string): GitRepository {
    const found = run(folder, ['rev-parse', '--show-toplevel', '--show-prefix']);
    if ('message' in found) { throw new BadInputError(`${what}: ${found.message}`); }
    const [root, prefix = ''] = found.text.toString().split('\n');
    return new GitRepository(root, prefix, what);
  }

  private constructor(
    /** The path of the folder with all files of the repository. */
    public readonly root: string,
    /** The path from the root to the folder, empty or with a slash at its end. */
    public readonly prefix: string,
    private readonly what: string,
  ) {}

  /**
   * The commit that a revision names.
   * @throws BadInputError if there is none
   */
  public commitOf(revision: string): string {
    // git would take it for an option.
    const found = revision.startsWith('-') || revision === '' ? { message: '' } : this.run(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    if ('text' in found) { return found.text.toString().trim(); }
    const fix = this.isShallow() ? FETCH : "correct the name, or fetch it: 'git fetch'";
    throw new BadInputError(`${this.what}: this repository has no revision '${printable(revision)}'; ${fix}`);
  }

  /**
   * The commit at which the current branch began, seen from a revision.
   * @throws BadInputError if there is none
   */
  public mergeBase(revision: string): string {
    const found = this.run(['merge-base', 'HEAD', this.commitOf(revision)]);
    if ('text' in found) { return found.text.toString().trim(); }
    const why = `HEAD and '${printable(revision)}' have no commit in common`;
    throw new BadInputError(this.isShallow()
      ? `${this.what}: ${why} in this shallow clone; ${FETCH}`
      : `${this.what}: ${why}; name a revision that the current branch began at`);
  }

  /** The short name of a commit. */
  public shortName(commit: string): string {
    return this.output(['rev-parse', '--short', commit]).toString().trim();
  }

  /** True if the repository has a commit. */
  public hasCommit(commit: string): boolean {
    return 'text' in this.run(['cat-file', '-e', `${commit}^{commit}`]);
  }

  /**
   * Everything in a commit, or for `index` in the index.
   * @throws BadInputError if the index has a conflict
   */
  public entries(commit: string): GitEntry[] {
    const isIndex = commit === INDEX;
    const lines = this.output(isIndex ? ['ls-files', '--stage', '-z'] : ['ls-tree', '-r', '-z', '--full-tree', commit]).toString().split('\0');
    return lines.filter(line => line !== '').map(line => {
      // `100644 blob 8ab6…\tk8s/shop.yaml`, or of the index `100644 8ab6… 0\tk8s/shop.yaml`
      const tab = line.indexOf('\t');
      const [mode, second, third] = line.slice(0, tab).split(' ');
      const path = line.slice(tab + 1);
      if (isIndex && third !== '0') { throw new BadInputError(`${this.what}: ${printable(path)} has a conflict in the index; resolve it, and add the file`); }
      return { path, kind: KINDS[mode] ?? 'file', id: isIndex ? second : third };
    });
  }

  /** The contents of files and links, each with its entry. */
  public* contents(entries: readonly GitEntry[]): Iterable<readonly [GitEntry, Buffer]> {
    for (let start = 0; start < entries.length; start += BATCH) {
      const batch = entries.slice(start, start + BATCH);
      const output = this.output(['cat-file', '--batch'], batch.map(({ id }) => `${id}\n`).join(''));
      let at = 0;
      for (const entry of batch) {
        // `8ab6… blob 120`, the content, and the end of a line
        const end = output.indexOf('\n', at);
        const [, kind, size] = output.toString('latin1', at, end).split(' ');
        if (kind !== 'blob') { throw new BadInputError(`${this.what}: git does not have the content of ${printable(entry.path)}; fetch it: 'git fetch'`); }
        const content = output.subarray(end + 1, end + 1 + Number(size));
        at = end + 2 + content.length;
        yield [entry, content];
      }
    }
  }

  private isShallow(): boolean {
    const found = this.run(['rev-parse', '--is-shallow-repository']);
    return 'text' in found && found.text.toString().trim() === 'true';
  }

  private output(args: readonly string[], input?: string): Buffer {
    const outcome = this.run(args, input);
    if ('message' in outcome) { throw new BadInputError(`${this.what}: ${outcome.message}`); }
    return outcome.text;
  }

  private run(args: readonly string[], input?: string): Outcome {
    return run(this.root, args, input);
  }
}

/** Stands for the index in the place of a commit. */
export const INDEX = ':index';

function run(folder: string, args: readonly string[], input = ''): Outcome {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: folder,
    // Nobody is there to answer a question about a password, and netpol changes nothing in the repository.
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' },
    input,
    maxBuffer: MAX_BYTES,
    windowsHide: true,
  });
  if (error !== undefined) {
    const { code } = error as NodeJS.ErrnoException;
    return { message: code === 'ENOENT' ? 'git is not on the PATH; install it, or name two folders' : `git cannot be started (${code})` };
  }
  if (status === 0) { return { text: stdout }; }
  const [line = ''] = stderr.toString().split('\n');
  return { message: `git says '${printable(line.replace(/^fatal: /, ''))}'` };
}
