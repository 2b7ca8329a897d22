import { Fields } from './json-rpc';
import { ToolEntry } from './server';
import { nearestName } from '../../../findings/nearest-name';

/* What a tool takes: its arguments, their JSON Schema, and the options of the command that they stand for. */

/** An argument of a tool. */
export interface Argument {
  readonly type: 'text' | 'texts' | 'flag';
  readonly description: string;
  /** The option of the command, such as `--from`. An argument without it is used by `Tool.positional`, or by the tool itself. */
  readonly option?: string;
  /** The only values. */
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  /** How a value names files. `path`: it is a path. `path-or-fact`: it is one unless it begins with the name of a namespace. `version`: it is a path or `REVISION:path`. */
  readonly names?: 'path' | 'path-or-fact' | 'version';
}

/** A tool: one command, with arguments instead of options. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** What the exit statuses 0, 1 and 3 of the command mean, in a word. */
  readonly statuses: Readonly<Record<number, string>>;
  /** The JSON Schema of what `-o json` prints. */
  readonly resultSchema: object;
  /** True for a tool whose results have an explanation, from the command `explain` with the same arguments. */
  readonly isExplained?: boolean;
  /** How to ask for less, if the result is cut. */
  readonly narrowing: string;
  /** The operands of the command. */
  readonly operands: (given: GivenArguments) => readonly string[];
  /** What is wrong with arguments that are right one by one. */
  readonly fault?: (given: GivenArguments) => string | undefined;
}

/** Arguments that are checked: each has the type that the tool says. */
export class GivenArguments {
  constructor(private readonly fields: Fields) {}

  public text(name: string): string | undefined { return this.fields[name] as string | undefined; }

  public texts(name: string): readonly string[] | undefined { return this.fields[name] as readonly string[] | undefined; }

  /** The values of an argument, as texts. */
  public values(name: string): readonly string[] {
    const value = this.fields[name];
    return value === undefined || typeof value === 'boolean' ? [] : [value as string | readonly string[]].flat();
  }

  public flag(name: string): boolean { return this.fields[name] === true; }
}

/** The word for exit status 2 of every command. */
export const ERROR = 'error';

/** The tool as `tools/list` shows it. */
export function entryOf({ name, title, description, arguments: known, statuses, resultSchema, isExplained }: Tool): ToolEntry {
  const required = Object.entries(known).filter(([, { isRequired }]) => isRequired === true).map(([argument]) => argument);
  return {
    name,
    title,
    description,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(known).map(([argument, one]) => [argument, schemaOf(one)])),
      ...required.length === 0 ? {} : { required },
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: [...Object.values(statuses), ERROR], description: `the exit status of the command in a word; ${ERROR}: the question or the input has a fault, and messages say which` },
        result: { ...resultSchema, description: 'what the command prints with -o json; absent if it prints nothing' },
        ...isExplained === true ? { explanation: { type: 'object', description: 'the deciding rules with file and line, near misses, and the fix' } } : {},
        messages: { type: 'array', items: { type: 'string' }, description: 'notes, warnings and errors of the command, one on each line' },
        cut: {
          type: 'array',
          description: 'the lists of this result that are not complete; absent if everything is there',
          items: {
            type: 'object',
            properties: { at: { type: 'string' }, shown: { type: 'integer' }, total: { type: 'integer' } },
            required: ['at', 'shown', 'total'],
          },
        },
      },
      required: ['status', 'messages'],
    },
    annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  };
}

function schemaOf({ type, description, choices }: Argument): object {
  const text = { type: 'string', ...choices === undefined ? {} : { enum: choices } };
  switch (type) {
    case 'text': return { ...text, description };
    case 'texts': return { type: 'array', items: text, minItems: 1, description };
    case 'flag': return { type: 'boolean', description };
  }
}

/** Checks arguments. Returns sentences that say what is wrong. */
export function argumentFaults(tool: Tool, fields: Fields): string[] {
  const known = tool.arguments;
  const faults = Object.keys(fields).filter(name => !Object.hasOwn(known, name)).map(name => {
    const near = nearestName(name, Object.keys(known));
    return `${tool.name} has no argument ${JSON.stringify(name)}: ${near === undefined ? `it has ${Object.keys(known).join(', ')}` : `did you mean ${near}?`}`;
  });
  for (const [name, argument] of Object.entries(known)) {
    const value = fields[name];
    if (value === undefined) {
      if (argument.isRequired === true) { faults.push(`${name} is missing: ${argument.description}`); }
    } else if (!hasType(value, argument)) {
      faults.push(`${name} must be ${{ text: 'a text', texts: 'a list of texts', flag: 'true or false' }[argument.type]}: ${argument.description}`);
    } else if (argument.choices?.includes(value as string) === false) {
      faults.push(`${name} must be one of ${argument.choices.join(', ')}, not ${JSON.stringify(value)}`);
    }
  }
  return faults.length > 0 ? faults : [tool.fault?.(new GivenArguments(fields)) ?? []].flat();
}

function hasType(value: unknown, { type }: Argument): boolean {
  switch (type) {
    case 'text': return typeof value === 'string' && value !== '';
    case 'texts': return Array.isArray(value) && value.length > 0 && value.every(one => typeof one === 'string' && one !== '');
    case 'flag': return typeof value === 'boolean';
  }
}

/** The options of the command for these arguments. A value is part of its option, so it is never taken for another option. */
export function optionsOf(tool: Tool, given: GivenArguments): string[] {
  return Object.entries(tool.arguments).flatMap(([name, { option }]) => {
    if (option === undefined) { return []; }
    return given.flag(name) ? [option] : given.values(name).map(value => `${option}=${value}`);
  });
}
