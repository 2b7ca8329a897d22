import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

/* Git repositories as CI servers check them out. */

const inNamespace = (kind: string, name: string, spec: string) =>
  `apiVersion: ${kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'v1'}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\n  labels: { app: ${name} }\nspec: ${spec}\n---\n`;

/** Two pods and two policies. `from` is who reaches the database. */
export function shop(from: string): Record<string, string> {
  const pod = (name: string, port: number) => inNamespace('Pod', name, `{ containers: [{ name: main, image: "${name}:1", ports: [{ containerPort: ${port} }] }] }`);
  return {
    'k8s/pods.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n' + pod('web', 8080) + pod('db', 5432),
    'k8s/policies.yaml': inNamespace('NetworkPolicy', 'deny', '{ podSelector: {}, policyTypes: [Ingress] }')
      + inNamespace('NetworkPolicy', 'db', `\n  podSelector: { matchLabels: { app: db } }\n  ingress:\n    - from: [{ podSelector: ${from} }]\n      ports: [{ port: 5432 }]`),
    'intents.yaml': 'admitsOnly:\n  - { to: shop/db, from: [shop/web] }\n',
  };
}

export const NARROW = shop('{ matchLabels: { app: web } }');

/** Every pod of the namespace reaches the database. */
export const WIDE = shop('{}');

/** A repository in a folder. */
export class Repository {
  constructor(public readonly folder: string, private readonly env: NodeJS.ProcessEnv) {}

  public git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  /** Writes files, commits them, and returns the commit. */
  public commit(files: Readonly<Record<string, string>>): string {
    this.write(files);
    this.git('add', '.');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'a change');
    return this.git('rev-parse', 'HEAD');
  }

  public commitEmpty(count: number): void {
    execFileSync('sh', ['-c', `for i in $(seq ${count}); do git commit --quiet --allow-empty --message "commit $i"; done`], { cwd: this.folder, env: this.env });
  }

  public write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
      fs.writeFileSync(path.join(this.folder, name), text);
    }
  }
}

/** An empty repository with the branch `main`. */
export function newRepository(folder: string, env: NodeJS.ProcessEnv): Repository {
  fs.mkdirSync(folder);
  const repository = new Repository(folder, env);
  repository.git('init', '--quiet', '--initial-branch=main');
  return repository;
}

/**
 * A server with a pull request: `main` has 15 commits and `before`, the branch has 15 commits and `after`, and `main` goes on with a change of its own after the
 * server has merged the two for the job.
 */
export function pullRequest(
  temp: string, env: NodeJS.ProcessEnv, before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>,
): Repository & { readonly merged: string; readonly head: string } {
  const server = newRepository(path.join(temp, 'server'), env);
  server.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  server.commitEmpty(15);
  server.commit(before);
  server.git('checkout', '--quiet', '-b', 'feature');
  server.commitEmpty(15);
  const head = server.commit(after);
  server.git('checkout', '--quiet', 'main');
  server.commit({ 'README.md': 'main goes on' });
  server.git('checkout', '--quiet', '--detach');
  server.git('merge', '--quiet', '--no-ff', '--message', 'merged for the job', 'feature');
  const merged = server.git('rev-parse', 'HEAD');
  server.git('update-ref', 'refs/pull/7/merge', merged);
  server.git('checkout', '--quiet', 'main');
  server.commit({ 'k8s/others.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: others }\n' });
  return Object.assign(server, { merged, head });
}

/** Checks out a commit as actions/checkout does: that commit alone, unless `depth` is 0. */
export function checkout(temp: string, server: Repository, commit: string, env: NodeJS.ProcessEnv, depth = 1): Repository {
  const clone = newRepository(path.join(temp, 'workspace'), env);
  clone.git('remote', 'add', 'origin', `file://${server.folder}`);
  const branches = depth === 0 ? ['+refs/heads/*:refs/remotes/origin/*'] : [`--depth=${depth}`];
  clone.git('fetch', '--quiet', '--no-tags', 'origin', ...branches, `+${commit}:refs/remotes/pull/7/merge`);
  clone.git('checkout', '--quiet', '--force', 'refs/remotes/pull/7/merge');
  return clone;
}
