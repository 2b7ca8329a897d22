import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from '../../src/cli/run';

/** The policy that lets the payments of the boutique reach the internet, and the pod selector of it. */
const POLICY = /name: allow-payment-to-[^\n]*-egress\n[^]*?podSelector:\n {4}matchLabels:\n(?: {6}[^\n]*\n)+/g;

/**
 * What `netpol diff main/dist branch/dist -o md` prints for a change of the boutique: in both clusters, the policy that lets the payments reach the internet
 * selects every pod of the shop.
 */
export async function commentOf(): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'boutique-'));
  const before = process.cwd();
  try {
    process.env.CDK8S_OUTDIR = path.join(folder, 'main', 'dist');
    jest.requireActual('../../examples/boutique/main');
    fs.cpSync(path.join(folder, 'main'), path.join(folder, 'branch'), { recursive: true });
    for (const cluster of ['eu', 'us']) {
      const file = path.join(folder, 'branch', 'dist', `${cluster}-shop.k8s.yaml`);
      const text = fs.readFileSync(file, 'utf8');
      const changed = text.replace(POLICY, policy => policy.replace(/podSelector:\n[^]*$/, 'podSelector: {}\n'));
      if (changed === text) { throw new Error(`${file} has no such policy`); }
      fs.writeFileSync(file, changed);
    }
    process.chdir(folder);
    let comment = '';
    const sink = { write: (text: string) => { comment += text; } };
    await run(['diff', 'main/dist', 'branch/dist', '-o', 'md'], { stdout: sink, stderr: { write: () => true }, readStdin: async () => Buffer.alloc(0), untilInterrupted: async () => {} });
    return comment;
  } finally {
    process.chdir(before);
    delete process.env.CDK8S_OUTDIR;
    fs.rmSync(folder, { recursive: true });
  }
}
