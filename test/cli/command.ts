import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { run } from '../../src/cli/run';

/** The result of a run. The texts have no name of the temporary folder, so files have the names that the test gave them. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `netpol` in this process with these files, in a temporary folder. Arguments that name one of the files are resolved there. */
export async function netpol(argv: readonly string[], files: Readonly<Record<string, string>> = {}, stdin = ''): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const names = new Set(Object.keys(files).flatMap(name => [name, path.dirname(name)]));
    let stdout = '';
    let stderr = '';
    const status = await run(argv.map(argument => names.has(argument) ? path.join(folder, argument) : argument), {
      stdout: { write: text => { stdout += text; } },
      stderr: { write: text => { stderr += text; } },
      readStdin: async () => Buffer.from(stdin),
      untilInterrupted: async () => {},
    });
    return { status, stdout: stdout.replaceAll(`${folder}/`, ''), stderr: stderr.replaceAll(`${folder}/`, '') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
