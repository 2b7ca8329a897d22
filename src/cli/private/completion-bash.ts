import { CompletedOption, CompletedProgram, shellQuoted, Values } from './completion-words';

/** A script for bash 3.2 and later. */
export function* bashCompletion({ name, options, commands }: CompletedProgram): Iterable<string> {
  yield `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} options='' words='' files='' word
  # bash takes the equals sign of --output=json for a word.
  if [[ $current == = ]]; then current=''; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if ((COMP_CWORD == 1)); then
    ${assignments({ words: commands.map(one => one.name) }, options)}
  else
    case "\${COMP_WORDS[1]}" in
${commands.map(one => `      ${one.name}) ${assignments(one.values, one.options)} ;;\n`).join('')}    esac
    case "\${COMP_WORDS[1]} $previous" in
`;
  const patterns = new Map<string, string[]>();
  for (const { name: command, options: own } of commands) {
    for (const { short, long, values } of own) {
      if (values === undefined) { continue; }
      const words = [short, long].flatMap(one => one === undefined ? [] : [shellQuoted(`${command} ${one}`)]);
      patterns.set(assignments(values, []), [...patterns.get(assignments(values, [])) ?? [], ...words]);
    }
  }
  for (const [values, words] of patterns) { yield `      ${words.join('|')}) ${values} ;;\n`; }
  yield `    esac
  fi
  if [[ $current == -* ]]; then words=$options; files=''; fi
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
  if [[ $files ]]; then
    # The shell adds slashes to folders and quotes names. bash 3.2 does not have this command.
    compopt -o filenames 2> /dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  fi
}
complete -F _${name} ${name}
`;
}

/** Sets what is completed, and what replaces it if the word starts with a dash. */
function assignments(values: Values, options: readonly CompletedOption[]): string {
  const dashed = options.flatMap(({ short, long }) => short === undefined ? [long] : [short, long]);
  return [`words=${shellQuoted(typeof values === 'object' ? values.words.join(' ') : '')}`, `files=${values === 'files' ? 'yes' : "''"}`, `options=${shellQuoted(dashed.join(' '))}`].join('; ');
}
