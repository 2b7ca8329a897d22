import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { writeManifests } from '../../bench/manifests';
import { run } from '../../src/cli/run';

/* Reports to open. */

const folder = mkdtempSync(path.join(tmpdir(), 'netpol-report-'));

/** Deletes the reports. */
export function removeReports(): void { rmSync(folder, { recursive: true }); }

/** Runs `netpol report` and returns the file. */
export async function reportOf(name: string, ...argv: string[]): Promise<string> {
  const file = path.join(folder, `${name}.html`);
  let errors = '';
  const status = await run(['report', ...argv, '--out', file], {
    stdout: { write: () => true }, stderr: { write: text => { errors += text; } }, readStdin: async () => Buffer.from(''), untilInterrupted: async () => {},
  });
  if (status === 2) { throw new Error(errors); }
  return file;
}

/** A generated cluster with this many namespaces of as many Deployments, and its report. */
export function generated(name: string, namespaces: number, deployments: number): Promise<string> {
  const input = path.join(folder, name);
  writeManifests(input, namespaces, deployments);
  return reportOf(name, input);
}
