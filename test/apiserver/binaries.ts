import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCanNotBuild } from '../support/go';

/*
 * kube-apiserver and kubectl, built from the modules that kubernetes/go.mod names, and Debian's etcd. All are kept
 * in the user's cache, so that only the first run takes minutes.
 */

/** The version that kubernetes/go.mod names. */
export const KUBERNETES = 'v1.36.3';

/** Where the programs are. */
export interface Binaries {
  readonly apiserver: string;
  readonly kubectl: string;
  readonly etcd: string;
}

const MODULE = path.join(__dirname, 'kubernetes');

/** The programs, made where they are not there yet; or a sentence that says what is not to be had on this machine. */
export function findBinaries(): Binaries | string {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'cdk8s-netpol', 'apiserver', fingerprint());
  fs.mkdirSync(folder, { recursive: true });
  const etcd = findEtcd(folder);
  if (etcd === undefined) { return 'etcd is not on the PATH, and apt-get has no package etcd-server'; }
  const apiserver = path.join(folder, 'kube-apiserver');
  const kubectl = path.join(folder, 'kubectl');
  for (const target of [apiserver, kubectl]) {
    if (fs.existsSync(target)) { continue; }
    const why = whyGoCanNotBuild(MODULE, packageOf(target));
    if (why !== undefined) { return why; }
    build(target);
  }
  return { apiserver, kubectl, etcd };
}

/** Other modules, another architecture: another folder. */
function fingerprint(): string {
  const modules = ['go.mod', 'go.sum'].map(file => fs.readFileSync(path.join(MODULE, file)));
  return `${KUBERNETES}-${process.platform}-${process.arch}-${createHash('sha256').update(Buffer.concat(modules)).digest('hex').slice(0, 12)}`;
}

/** That the modules are there and do not build is a failure, and no reason to skip anything. */
function build(target: string): void {
  const name = path.basename(target);
  console.log(`Building ${name} ${KUBERNETES}: minutes, the first time`);
  const started = Date.now();
  // Under another name until it is whole: a build that is cut off leaves nothing that looks finished.
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

/** The package is unpacked, not installed: that needs no rights, and starts no etcd as a service of the machine. */
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
