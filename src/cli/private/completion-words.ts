import { Argument, Command, Option } from 'commander';

/* What a shell can complete, as commander knows it: no script has a list of its own. */

/** What completes a value: some words, the names of files and folders, or nothing, such as for an address. */
export type Values = { readonly words: readonly string[] } | 'files' | 'nothing';

/** An option, such as `-o, --output <format>`. */
export interface CompletedOption {
  /** With its dashes: `-o`. */
  readonly short?: string;
  /** With its dashes: `--output`. */
  readonly long: string;
  readonly description: string;
  /** Absent for an option without a value. */
  readonly values?: Values;
}

/** A command, such as `list`. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What completes its arguments. */
  readonly values: Values;
}

/** The program with its own options and its commands. */
export interface CompletedProgram {
  readonly name: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

/** Reads what to complete from the commands of a program. */
export function completedProgram(program: Command): CompletedProgram {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map(one => one.name());
  return {
    name: program.name(),
    options: optionsOf(program),
    commands: commands.map(one => ({
      name: one.name(), description: one.description(), options: optionsOf(one), values: argumentValues(one.registeredArguments, names),
    })),
  };
}

function optionsOf(command: Command): CompletedOption[] {
  return command.createHelp().visibleOptions(command).map(option => {
    const { short, long = option.flags, description } = option;
    return { short, long, description, ...option.required || option.optional ? { values: optionValues(option) } : {} };
  });
}

/** The placeholder of an option says if its value is a file: `--config <file>`. */
function optionValues({ argChoices, flags }: Option): Values {
  return argChoices !== undefined ? { words: argChoices } : /[<[](?:file|path|folder)\b/.test(flags) ? 'files' : 'nothing';
}

/** Every argument is a file or a folder, unless it has choices, or is the command that `help` is about. */
function argumentValues([first]: readonly Argument[], commands: readonly string[]): Values {
  return first === undefined ? 'nothing'
    : first.argChoices !== undefined ? { words: first.argChoices }
      : first.name() === 'command' ? { words: commands } : 'files';
}

/** A text as bash and zsh read it back: in single quotes. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
