import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { netpol } from './command';

/* What every shell completes. The shells differ in how they show it. */

export type Shell = 'bash' | 'zsh' | 'fish';

/** A line up to the cursor, what it is completed with, and what it is not. */
interface Case {
  readonly line: string;
  readonly is: readonly string[];
  readonly isNot: readonly string[];
}

/** The working directory has a file `values.yaml` and a folder `k8s`. */
export const CASES: readonly Case[] = [
  { line: 'netpol li', is: ['list', 'lint'], isNot: ['check', 'values.yaml'] },
  { line: 'netpol --v', is: ['--version'], isNot: ['--help'] },
  { line: 'netpol lint ', is: ['k8s', 'values.yaml'], isNot: ['list', 'sarif'] },
  { line: 'netpol lint k8s --', is: ['--fail-on', '--output', '--render', '--help'], isNot: ['--intent', '--strict'] },
  { line: 'netpol lint -o ', is: ['sarif', 'gitlab'], isNot: ['mermaid', 'k8s'] },
  { line: 'netpol lint --output ', is: ['sarif', 'gitlab'], isNot: ['mermaid', 'k8s'] },
  { line: 'netpol list --output=m', is: ['md', 'mermaid'], isNot: ['json'] },
  { line: 'netpol list k8s --render ', is: ['auto', 'never', 'always'], isNot: ['k8s'] },
  { line: 'netpol lint --fail-on w', is: ['warning'], isNot: ['error'] },
  { line: 'netpol check k8s --intent ', is: ['values.yaml'], isNot: ['json'] },
  { line: 'netpol list --from ', is: [], isNot: ['k8s', 'values.yaml', 'text'] },
  { line: 'netpol completion ', is: ['bash', 'zsh', 'fish'], isNot: ['k8s'] },
  { line: 'netpol help ch', is: ['check'], isNot: ['list', 'k8s'] },
];

/** Calls `complete` with the folder of the cases, in which `netpol.SHELL` is the script that netpol prints. */
export async function inFolder<T>(shell: Shell, complete: (folder: string) => T): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
  try {
    const { status, stdout, stderr } = await netpol(['completion', shell]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    writeFileSync(path.join(folder, `netpol.${shell}`), stdout);
    writeFileSync(path.join(folder, 'values.yaml'), '');
    mkdirSync(path.join(folder, 'k8s'));
    return complete(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a shell offers, without the slash of folders and the equals sign of options, and with `--output=` or without it. */
export function expectOffered(offered: readonly string[], { is, isNot }: Case): void {
  const names = offered.map(one => one.replace(/^--output=/, '').replace(/[/=]$/, ''));
  expect(names).toEqual(expect.arrayContaining([...is]));
  expect(names.filter(one => isNot.includes(one))).toEqual([]);
}
