import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCannotBuild } from '../support/go';

/*
 * kube-apiserver and kubectl, built from the modules in kubernetes/go.mod, and Debian's etcd. The user's cache keeps
 * all of them, so that only the first run takes minutes.
 */

/** The version in kubernetes/go.mod. */
export const KUBERNETES = 'v1.36.3';

/** The paths of the programs. */
export interface Binaries {
  readonly apiserver: string;
  readonly kubectl: string;
  readonly etcd: string;
}

const MODULE = path.join(__dirname, 'kubernetes');

/** The programs. Builds those that are not in the cache. Returns a sentence about what is missing if this machine cannot build them. */
export function findBinaries(): Binaries | string {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'cdk8s-netpol', 'apiserver', fingerprint());
  fs.mkdirSync(folder, { recursive: true });
  const etcd = findEtcd(folder);
  if (etcd === undefined) { return 'etcd is not on the PATH, and apt-get does not find the package etcd-server'; }
  const apiserver = path.join(folder, 'kube-apiserver');
  const kubectl = path.join(folder, 'kubectl');
  for (const target of [apiserver, kubectl]) {
    if (fs.existsSync(target)) { continue; }
    const why = whyGoCannotBuild(MODULE, packageOf(target));
    if (why !== undefined) { return why; }
    build(target);
  }
  return { apiserver, kubectl, etcd };
}

/** The name of the cache folder, which depends on the modules and the architecture. */
function fingerprint(): string {
  const modules = ['go.mod', 'go.sum'].map(file => fs.readFileSync(path.join(MODULE, file)));
  return `${KUBERNETES}-${process.platform}-${process.arch}-${createHash('sha256').update(Buffer.concat(modules)).digest('hex').slice(0, 12)}`;
}

/** Builds a program. Modules that are available and do not build are a failure, not a reason to skip. */
function build(target: string): void {
  const name = path.basename(target);
  console.log(`Building ${name} ${KUBERNETES}: this takes minutes the first time`);
  const started = Date.now();
  // The program gets its name when it is complete, so that an interrupted build does not look finished.
  const unfinished = `${target}.${process.pid}`;
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${KUBERNETES}`;
  const { status, error } = spawnSync('go', ['build', '-mod=readonly', '-trimpath', '-ldflags', flags, '-o', unfinished, packageOf(target)], {
    cwd: MODULE, env: { ...process.env, CGO_ENABLED: '0' }, stdio: 'inherit',
  });
  if (status !== 0) { throw new Error(`go build of ${name} failed${error === undefined ? '' : `: ${error.message}`}`); }
  fs.renameSync(unfinished, target);
  console.log(`Built ${name} in ${Math.round((Date.now() - started) / 1000)} seconds`);
}

function packageOf(target: string): string {
  return `k8s.io/kubernetes/cmd/${path.basename(target)}`;
}

/** Finds etcd, or unpacks Debian's package. Installing it would need root and start a service. */
function findEtcd(folder: string): string | undefined {
  if (succeeds('etcd', ['--version'])) { return 'etcd'; }
  const unpacked = path.join(folder, 'etcd');
  const etcd = path.join(unpacked, 'usr/bin/etcd');
  if (fs.existsSync(etcd)) { return etcd; }
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'etcd-server-'));
  try {
    const download = () => succeeds('apt-get', ['download', 'etcd-server'], temporary);
    if (!download() && !(succeeds('apt-get', ['update']) && download())) { return undefined; }
    const [deb] = fs.readdirSync(temporary).filter(file => file.endsWith('.deb'));
    return succeeds('dpkg', ['-x', path.join(temporary, deb), unpacked]) && succeeds(etcd, ['--version']) ? etcd : undefined;
  } finally {
    fs.rmSync(temporary, { recursive: true });
  }
}

function succeeds(command: string, args: readonly string[], cwd?: string): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
}
