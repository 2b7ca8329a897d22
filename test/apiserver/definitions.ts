import { spawnSync } from 'child_process';
import * as os from 'os';
import * as path from 'path';
import { Access } from './server';

/*
 * The definitions of the cluster-wide kinds, as the Network Policy API publishes them in its Go module: v0.3.0 has ClusterNetworkPolicy, and v0.1.7, the last
 * version with AdminNetworkPolicy that the module proxy has, the two older kinds.
 */

interface Module {
  readonly version: string;
  /** As in a go.sum. */
  readonly sum: string;
  readonly kinds: readonly string[];
}

const MODULES: readonly Module[] = [
  { version: 'v0.3.0', sum: 'h1:RL6fVXiix9IW1pj0ImkW645m+EWmb3dBGCiW19bg5+k=', kinds: ['clusternetworkpolicies'] },
  { version: 'v0.1.7', sum: 'h1:obY2FTEidLXVdRYu7gJ4q1RYE57pBnrpMqoE2LZgp4g=', kinds: ['adminnetworkpolicies', 'baselineadminnetworkpolicies'] },
];

/** Creates the definitions on a server, and waits until it takes objects of them. Returns why they cannot be downloaded, if they cannot. */
export function createDefinitions({ port, token, kubectl }: Access): string | undefined {
  const files: string[] = [];
  for (const { version, sum, kinds } of MODULES) {
    const { status, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', `sigs.k8s.io/network-policy-api@${version}`], {
      cwd: os.tmpdir(), encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' },
    });
    if (status !== 0) { return `Go cannot download sigs.k8s.io/network-policy-api ${version}: ${stdout}${stderr}`; }
    const { Dir: folder, Sum: found } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
    if (found !== sum) { throw new Error(`sigs.k8s.io/network-policy-api ${version} has the checksum ${found}, and not ${sum}`); }
    files.push(...kinds.map(kind => path.join(folder, 'config/crd/experimental', `policy.networking.k8s.io_${kind}.yaml`)));
  }
  const run = (...args: string[]) => {
    const { status, stderr, error } = spawnSync(kubectl, [
      // The server is on loopback, and its certificate is its own.
      '--kubeconfig=', `--server=https://127.0.0.1:${port}`, `--token=${token}`, '--insecure-skip-tls-verify', ...args, ...files.flatMap(file => ['-f', file]),
    ], { encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) { throw new Error(`kubectl ${args.join(' ')}: ${error?.message ?? stderr}`); }
  };
  run('apply', '--server-side');
  run('wait', '--for=condition=Established', '--timeout=30s');
  return undefined;
}
