import { spawnSync } from 'child_process';

/*
 * Go, which builds what we are held against: whatever keeps it from doing so on this machine is a reason to skip,
 * said in a sentence. That modules are there and do not build is a failure, and for whoever builds them.
 */

/** Why nothing can be built of the module in a folder, as the end of a sentence; nothing where it can. */
export function whyGoCanNotBuild(folder: string, packageName: string = '.'): string | undefined {
  if (go(['version']).status !== 0) { return 'Go is not on the PATH'; }
  const { status, stderr } = go(['list', '-mod=readonly', '-deps', packageName], folder);
  if (FAULT.test(stderr)) { throw new Error(`${folder}: ${stderr}`); }
  return status === 0 ? undefined : `Go can not get the modules that ${folder} wants:\n${firstLines(stderr)}`;
}

/** What go.mod and go.sum are to blame for, and no machine. */
const FAULT = /checksum mismatch|SECURITY ERROR|missing go\.sum entry|updates to go\.(mod|sum) needed|errors parsing go\.mod/;

function go(args: readonly string[], cwd?: string): { status: number | null; stderr: string } {
  return spawnSync('go', args, { cwd, env: process.env, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
}

/** Where the network is away, Go says so of every module. */
function firstLines(text: string): string {
  const lines = text.trim().split('\n');
  return [...lines.slice(0, 5), ...lines.length > 5 ? [`and ${lines.length - 5} lines more`] : []].join('\n');
}

/** Says that something was skipped, so that nobody takes it for done. */
export function saySkipped(what: string, why: string): void {
  const line = '*'.repeat(100);
  console.warn(`\n${line}\nSKIPPED: ${what}, since ${why}\n${line}\n`);
}
