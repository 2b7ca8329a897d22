import { run } from '../src/cli/run';

/** What the command printed, and the status with which it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process. */
export async function netpol(argv: readonly string[], stdin: string | Buffer = ''): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const status = await run(argv, {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => Buffer.from(stdin),
  });
  return { status, stdout, stderr };
}
