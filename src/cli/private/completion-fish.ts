import { CompletedOption, CompletedProgram, Values } from './completion-words';

/** A script for fish 3 and later. */
export function* fishCompletion({ name, options, commands }: CompletedProgram): Iterable<string> {
  yield `# Completion of ${name} for fish: ${name} completion fish > ~/.config/fish/completions/${name}.fish
function __${name}_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end
function __${name}_no_command
    test (count (commandline -opc)) -eq 1
end
complete -c ${name} -f
`;
  const line = (condition: string, ...rest: string[]) => `complete -c ${name} -n ${quoted(`__${name}_${condition}`)} ${rest.join(' ')}\n`;
  for (const option of options) { yield line('no_command', ...flags(option)); }
  for (const command of commands) { yield line('no_command', '-a', command.name, '-d', quoted(command.description)); }
  for (const command of commands) {
    for (const option of command.options) { yield line(`command ${command.name}`, ...flags(option)); }
    const values = valuesOf(command.values);
    if (values.length > 0) { yield line(`command ${command.name}`, ...values); }
  }
}

function flags({ short, long, description, values }: CompletedOption): string[] {
  return [
    ...short === undefined ? [] : ['-s', short.replace(/^-/, '')], '-l', long.replace(/^--/, ''),
    // The arguments of most commands are files. An option with other values says that its value is none.
    ...values === undefined ? [] : [values === 'files' ? '-r' : '-x', ...valuesOf(values)], '-d', quoted(description),
  ];
}

/** Without one of these, fish completes nothing, because the script says so for the whole command. */
function valuesOf(values: Values): string[] {
  return values === 'files' ? ['-F'] : values === 'nothing' ? [] : ['-a', quoted(values.words.join(' '))];
}

/** fish has escapes inside single quotes, too. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
