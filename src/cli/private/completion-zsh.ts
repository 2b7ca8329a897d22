import { CompletedOption, CompletedProgram, shellQuoted, Values } from './completion-words';

/** A script for zsh, as a file `_netpol` of `fpath`, or to be sourced after `compinit`. */
export function* zshCompletion({ name, options, commands }: CompletedProgram): Iterable<string> {
  yield `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh), after compinit
_${name}() {
  local -a commands=(
${commands.map(one => `    ${shellQuoted(`${one.name}:${one.description}`)}\n`).join('')}  )
  if ((CURRENT == 2)); then
    if [[ $PREFIX == -* ]]; then _arguments ${options.map(argument).join(' ')}; else _describe 'command' commands; fi
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
`;
  for (const command of commands) {
    yield `    ${command.name})\n      _arguments \\\n`;
    for (const option of command.options) { yield `        ${argument(option)} \\\n`; }
    yield `        ${shellQuoted(`*:${actionOf(command.values, 'argument')}`)}\n      ;;\n`;
  }
  yield `  esac
}
# zsh runs a file of fpath as the function of its name. A script that is sourced only says what it completes.
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/** An option as _arguments reads it. One with a value may be given several times. */
function argument({ short, long, description, values }: CompletedOption): string {
  const text = `[${description.replace(/[[\]\\]/g, '\\$&')}]`;
  const value = values === undefined ? '' : `:${actionOf(values, 'value')}`;
  const isFlag = values === undefined;
  const exclusions = isFlag ? `(${[short, long].filter(one => one !== undefined).join(' ')})` : '*';
  const forms = [short, isFlag ? long : `${long}=`].filter(one => one !== undefined);
  return forms.map(form => shellQuoted(`${exclusions}${form}${text}${value}`)).join(' ');
}

function actionOf(values: Values, message: string): string {
  return values === 'files' ? `${message}:_files` : values === 'nothing' ? `${message}: ` : `${message}:(${values.words.join(' ')})`;
}
