import { spawnSync } from 'child_process';
import { writeFileSync } from 'fs';
import * as path from 'path';
import { whereInstalled } from './programs';
import { CASES, expectOffered, inFolder } from '../cli/completion-cases';

/* zsh and fish complete by the scripts of `netpol completion`. npm test asks bash. */

whereInstalled('fish')('fish', () => {
  test.each(CASES)('completes "$line"', async one => {
    const offered = await inFolder('fish', folder => {
      const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', 'source netpol.fish; complete -C $argv[1]', one.line], {
        cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: folder },
      });
      expect(stderr).toBe('');
      return stdout.split('\n').filter(line => line !== '').map(line => line.split('\t')[0]);
    });
    expectOffered(offered, one);
  });
});

/** A zsh at a terminal writes everything that it offers to a pipe, and END when it has completed the line. */
const ZSHRC = `
autoload -Uz compinit && compinit -D -u
source ./netpol.zsh
compadd() {
  local -a offered
  if [[ $@[1,(i)(-|--)] != *-[AOD]\\ * ]]; then
    builtin compadd -O offered "$@"
    print -rl -- $offered >> offered
  fi
  builtin compadd "$@"
}
finish() { print END > pipe }
zle -N finish
bindkey '^X' finish
`;

const DRIVER = `
zmodload zsh/zpty
mkfifo pipe
zpty shell 'ZDOTDIR=. zsh -i'
zpty -n -w shell "$1"$'\\t\\x18'
read < pipe
zpty -d shell
touch offered
`;

whereInstalled('zsh')('zsh', () => {
  const complete = (folder: string, line: string) => {
    writeFileSync(path.join(folder, '.zshrc'), ZSHRC);
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', `${DRIVER}cat offered`, 'zsh', line], {
      cwd: folder, encoding: 'utf8', timeout: 20_000, env: { ...process.env, HOME: folder, TERM: 'dumb' },
    });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(one => one !== '');
  };

  test.each(CASES)('completes "$line"', async one => {
    expectOffered(await inFolder('zsh', folder => complete(folder, one.line)), one);
  });
});
