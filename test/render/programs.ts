import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { warnSkipped, whyGoCannotBuild } from '../support/go';

/* kustomize and helm, built from the modules beside this file. The user's cache keeps them, so that only the first run takes minutes. */

/** The packages of the programs. */
const PACKAGES = { kustomize: 'sigs.k8s.io/kustomize/kustomize/v5', helm: 'helm.sh/helm/v3/cmd/helm' };

type Program = keyof typeof PACKAGES;

/** The folder of a program, for the PATH. Undefined, with a loud warning, if this machine cannot build it. */
export function folderOf(program: Program): string | undefined {
  const module = path.join(__dirname, program);
  const modules = ['go.mod', 'go.sum'].map(file => fs.readFileSync(path.join(module, file)));
  const fingerprint = `${process.platform}-${process.arch}-${createHash('sha256').update(Buffer.concat(modules)).digest('hex').slice(0, 12)}`;
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'cdk8s-netpol', program, fingerprint);
  const target = path.join(folder, program);
  if (fs.existsSync(target)) { return folder; }
  const why = whyGoCannotBuild(module, PACKAGES[program]);
  if (why !== undefined) {
    warnSkipped(`the tests with the real ${program}`, why);
    return undefined;
  }
  fs.mkdirSync(folder, { recursive: true });
  // The program gets its name when it is complete, so that an interrupted build does not look finished.
  const unfinished = `${target}.${process.pid}`;
  const { status, error } = spawnSync('go', ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, PACKAGES[program]], {
    cwd: module, env: { ...process.env, CGO_ENABLED: '0' }, stdio: 'inherit',
  });
  if (status !== 0) { throw new Error(`go build of ${program} failed${error === undefined ? '' : `: ${error.message}`}`); }
  fs.renameSync(unfinished, target);
  return folder;
}
