import { Argument, Command } from 'commander';
import { bashCompletion } from './private/completion-bash';
import { fishCompletion } from './private/completion-fish';
import { CompletedProgram, completedProgram } from './private/completion-words';
import { zshCompletion } from './private/completion-zsh';
import { Io, writeAll } from './private/io';

const WRITERS: Readonly<Record<string, (program: CompletedProgram) => Iterable<string>>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const HELP = `
Examples:
  $ source <(netpol completion bash)                                    # in ~/.bashrc
  $ source <(netpol completion zsh)                                     # in ~/.zshrc, after compinit
  $ netpol completion fish > ~/.config/fish/completions/netpol.fish     # once

The script has the commands and options of this version of netpol. Write a file again after an update.`;

/** `netpol completion`: a script by which a shell completes commands, options, and the values of options. */
export function completionCommand(io: Io): Command {
  const command: Command = new Command('completion')
    .description('a script by which your shell completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell that reads the script').choices(Object.keys(WRITERS)))
    .addHelpText('after', HELP);
  return command.action(async (shell: string) => writeAll(io.stdout, WRITERS[shell](completedProgram(command.parent ?? command))));
}
