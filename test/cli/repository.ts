import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol, Outcome } from './command';

/** A git repository of a test, in a temporary folder. No setting of the machine counts. */
export class Repository {
  public readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'netpol-repository-')));

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main', '.');
  }

  /** Runs git, and returns what it prints. */
  public git(...args: readonly string[]): string {
    const who = ['AUTHOR', 'COMMITTER'].map(role => [[`GIT_${role}_NAME`, 'a'], [`GIT_${role}_EMAIL`, 'a@example.com'], [`GIT_${role}_DATE`, '2026-01-01T00:00:00Z']]);
    return execFileSync('git', ['-c', 'protocol.file.allow=always', '-c', 'commit.gpgSign=false', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', ...Object.fromEntries(who.flat()) },
    });
  }

  /** Writes files of the working tree. Undefined removes one, and `-> target` makes a link. */
  public write(files: Readonly<Record<string, string | undefined>>): this {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      rmSync(file, { recursive: true, force: true });
      if (text === undefined) { continue; }
      mkdirSync(path.dirname(file), { recursive: true });
      if (text.startsWith('-> ')) { symlinkSync(text.slice(3), file); } else { writeFileSync(file, text); }
    }
    return this;
  }

  /** Writes files and commits everything. Returns the commit. */
  public commit(files: Readonly<Record<string, string | undefined>>): string {
    this.write(files).git('add', '--all', '.');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'a');
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** Runs `netpol` in the repository, or in a folder of it. */
  public async netpol(argv: readonly string[], folder = '.', stdin = ''): Promise<Outcome> {
    const before = process.cwd();
    process.chdir(path.join(this.folder, folder));
    try {
      return await netpol(argv, {}, stdin);
    } finally {
      process.chdir(before);
    }
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
