import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FindingCode } from '../../src/findings/codes';

/* The programs of the pages about tiers. */

const fileOf = (code: FindingCode, kind: 'bad' | 'good') => path.join(__dirname, 'tiers', `${code}-${kind}.ts`);

/** The text of a program, as users write it. */
export function programOf(code: FindingCode, kind: 'bad' | 'good'): string {
  return fs.readFileSync(fileOf(code, kind), 'utf8').replace("'../../../src'", "'cdk8s-netpol'");
}

/** What a program of the pages writes to stderr. `run` loads a module, and runs it even if it was loaded before. */
export function terminalOf(code: FindingCode, kind: 'bad' | 'good', run: (file: string) => void): string {
  return printedBy(() => { run(fileOf(code, kind)); });
}

/** What is written to stderr while an app is synthesized. */
export function printedBy(synthesize: () => void): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'tier-'));
  const lines: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  process.env.CDK8S_OUTDIR = outdir;
  try {
    synthesize();
  } finally {
    process.stderr.write = write;
    delete process.env.CDK8S_OUTDIR;
    fs.rmSync(outdir, { recursive: true });
  }
  return lines.join('');
}
