import { spawnSync } from 'child_process';

/*
 * Go builds the engines that tests compare this project with. If Go or its modules are not available, the tests are skipped with a
 * warning. If the modules are available and do not build, the tests fail.
 */

/** The reason why Go cannot build the module in a folder, as the end of a sentence; undefined if it can. Throws if go.mod or go.sum is at fault. */
export function whyGoCannotBuild(folder: string, packageName: string = '.'): string | undefined {
  if (go(['version']).status !== 0) { return 'Go is not on the PATH'; }
  const { status, stderr } = go(['list', '-mod=readonly', '-deps', packageName], folder);
  if (FAULT.test(stderr)) { throw new Error(`${folder}: ${stderr}`); }
  return status === 0 ? undefined : `Go cannot download the modules of ${folder}:\n${firstLines(stderr)}`;
}

/** Errors that are the fault of go.mod or go.sum. */
const FAULT = /checksum mismatch|SECURITY ERROR|missing go\.sum entry|updates to go\.(mod|sum) needed|errors parsing go\.mod/;

function go(args: readonly string[], cwd?: string): { status: number | null; stderr: string } {
  return spawnSync('go', args, { cwd, env: process.env, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
}

/** The first five lines: without a network, Go reports every module. */
function firstLines(text: string): string {
  const lines = text.trim().split('\n');
  return [...lines.slice(0, 5), ...lines.length > 5 ? [`and ${lines.length - 5} more lines`] : []].join('\n');
}

/** Warns loudly that something was skipped. */
export function warnSkipped(what: string, why: string): void {
  const line = '*'.repeat(100);
  console.warn(`\n${line}\nSKIPPED: ${what}, because ${why}\n${line}\n`);
}
