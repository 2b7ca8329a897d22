import { spawnSync } from 'child_process';
import * as path from 'path';
import { netpol } from './command';
import { CASES, expectOffered, inFolder, Shell } from './completion-cases';

/* `netpol completion`. test:integrations asks zsh and fish, where they are installed. */

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** What bash offers for a line. COMP_WORDS has the equals sign as a word of its own, as in bash itself. */
function offeredByBash(folder: string, line: string): string[] {
  const words = line.replaceAll('=', ' = ').split(/ +/);
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `
    source ${path.join(folder, 'netpol.bash')}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _netpol netpol
    printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(one => one !== '');
}

test.each(CASES)('bash completes "$line"', async one => {
  expectOffered(await inFolder('bash', folder => offeredByBash(folder, one.line)), one);
});

test('bash completes the names of files with spaces and special characters as they are', async () => {
  const offered = await inFolder('bash', folder => {
    spawnSync('touch', ['a b.yaml', 'a*.yaml'], { cwd: folder });
    return offeredByBash(folder, 'netpol list a');
  });
  expect(offered.sort()).toEqual(['a b.yaml', 'a*.yaml']);
});

test('bash does not complete an option with the name of a file, which the command would take for an option', async () => {
  const offered = await inFolder('bash', folder => {
    spawnSync('touch', ['--', '--forced.yaml'], { cwd: folder });
    return offeredByBash(folder, 'netpol list --f');
  });
  expect(offered).toEqual(['--from']);
});

test('a script has the commands, the options and the values of options that the help has', async () => {
  const help = async (...argv: string[]) => (await netpol([...argv, '--help'])).stdout;
  const scripts = await Promise.all(SHELLS.map(async shell => (await netpol(['completion', shell])).stdout));
  const commands = [...(await help()).matchAll(/^ {2}([a-z-]+) (?:\[|<|[a-z])/gm)].map(([, name]) => name);
  expect(commands).toEqual(expect.arrayContaining(['list', 'can-reach', 'explain', 'check', 'watch', 'lint', 'completion', 'help']));
  for (const command of commands.filter(one => one !== 'help')) {
    const text = await help(command);
    const options = [...text.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name]) => name);
    expect(options).toContain('help');
    const values = [...text.replace(/\s+/g, ' ').matchAll(/\(choices: ([^)]*?)(?:, default: [^)]*)?\)/g)].flatMap(([, choices]) => choices.replaceAll('"', '').split(', '));
    for (const script of scripts) {
      for (const word of [command, ...options, ...values]) { expect(script).toMatch(new RegExp(`(?<![a-z])${word}(?![a-z])`)); }
    }
  }
});

test('a shell that has no script is a usage error with the ones that have', async () => {
  const { status, stdout, stderr } = await netpol(['completion', 'tcsh']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('Allowed choices are bash, zsh, fish');
});

test('the help says how each shell reads its script', async () => {
  const { stdout } = await netpol(['completion', '--help']);
  for (const shell of SHELLS) { expect(stdout).toContain(`netpol completion ${shell}`); }
});
