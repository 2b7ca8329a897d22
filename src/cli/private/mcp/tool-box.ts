import { refusalOf } from './allowed-files';
import { cutToFit, CutList } from './cut';
import { Fields } from './json-rpc';
import { ToolEntry, ToolResult, Tools } from './server';
import { argumentFaults, entryOf, ERROR, GivenArguments, optionsOf, Tool } from './tool';
import { withCommas } from '../../../findings/enumeration';
import { ExitStatus, Io } from '../io';

/** A result has about this many characters of JSON, and its explanation as many again. What does not fit is cut. */
export const MAX_RESULT = 60_000;

/** More messages than this are counted. */
const MAX_MESSAGES = 100;

/** A command that prints more characters than this is stopped: a list may have millions of rows. */
const MAX_OUTPUT = 2 ** 25;

/** Runs `netpol` with these arguments. */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>;

/** What the tools may do. */
export interface ToolBoxOptions {
  readonly run: RunCommand;
  /** The real path of the folder whose files the tools may read. It is the working directory. */
  readonly root: string;
  /** Whether programs render folders; see InputOptions. */
  readonly render: string;
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly messages: readonly string[];
  readonly isTooLong: boolean;
}

/** What a call answers, before it is written. */
interface Answer {
  readonly status: string;
  readonly messages: readonly string[];
  readonly outputs?: readonly Output[];
  readonly cuts?: readonly CutList[];
}

/** What a command printed: as text, and as the field of the structured result. */
interface Output {
  readonly field: string;
  readonly text: string;
  readonly value: unknown;
}

/** The tools, each of which runs a command. */
export class ToolBox implements Tools {
  public readonly entries: readonly ToolEntry[];

  constructor(private readonly tools: readonly Tool[], private readonly options: ToolBoxOptions) {
    this.entries = tools.map(entryOf);
  }

  public async call(name: string, fields: Fields): Promise<ToolResult> {
    const tool = this.tools.find(one => one.name === name)!;
    const faults = argumentFaults(tool, fields);
    if (faults.length > 0) { return written({ status: ERROR, messages: faults }); }
    const given = new GivenArguments(fields);
    const refusal = await refusalOf(tool, given, this.options.root);
    return written(refusal === undefined ? await this.answer(tool, given) : { status: ERROR, messages: [refusal] });
  }

  private async answer(tool: Tool, given: GivenArguments): Promise<Answer> {
    const outcome = await this.run(tool, tool.name, given);
    const explained = tool.isExplained === true && outcome.status !== ExitStatus.BAD_INPUT ? await this.run(tool, 'explain', given) : undefined;
    if ([outcome, explained].some(one => one?.isTooLong === true)) {
      return { status: ERROR, messages: [`the result has more than ${withCommas(MAX_OUTPUT)} characters: ${tool.narrowing}`] };
    }
    if (explained !== undefined && explained.status !== outcome.status) {
      return { status: ERROR, messages: ['the files changed while netpol read them: ask again'] };
    }
    const cuts: CutList[] = [];
    const outputs = [outputOf('result', outcome.stdout, cuts), ...explained === undefined ? [] : [outputOf('explanation', explained.stdout, cuts)]].flat();
    return {
      status: tool.statuses[outcome.status] ?? ERROR,
      messages: [
        ...fewer([...new Set([...outcome.messages, ...explained?.messages ?? []])]),
        ...cuts.map(({ at, shown, total }) => `cut: ${at} has ${withCommas(shown)} of ${withCommas(total)} entries; to see the others, ${tool.narrowing}`),
      ],
      outputs,
      cuts,
    };
  }

  private async run(tool: Tool, command: string, given: GivenArguments): Promise<Outcome> {
    const text = given.text('intentText');
    const argv = [
      command, '-o', 'json', `--render=${this.options.render}`, ...optionsOf(tool, given), ...text === undefined ? [] : ['--intent=-'], '--', ...tool.operands(given),
    ];
    let [stdout, stderr] = ['', ''];
    const isTooLong = () => stdout.length > MAX_OUTPUT;
    const status = await this.options.run(argv, {
      stdout: {
        write: chunk => {
          stdout += chunk;
          return !isTooLong();
        },
        untilDrained: async () => !isTooLong(),
      },
      stderr: { write: chunk => { stderr += chunk; } },
      readStdin: async () => Buffer.from(text ?? ''),
      untilInterrupted: () => new Promise(() => {}),
    });
    return { status, stdout, messages: stderr.split('\n').filter(line => line !== ''), isTooLong: isTooLong() };
  }
}

/** The same bytes as the command prints, unless they are too many. */
function outputOf(field: string, text: string, cuts: CutList[]): Output[] {
  if (text === '') { return []; }
  const value: unknown = JSON.parse(text);
  if (text.length <= MAX_RESULT) { return [{ field, text, value }]; }
  const own: CutList[] = [];
  const cut = cutToFit(value, MAX_RESULT, own);
  cuts.push(...own.map(one => ({ ...one, at: one.at === '' || one.at.startsWith('[') ? field + one.at : `${field}.${one.at}` })));
  return [{ field, text: `${JSON.stringify(cut)}\n`, value: cut }];
}

function fewer(messages: readonly string[]): string[] {
  const hidden = messages.length - MAX_MESSAGES;
  return [...messages.slice(0, MAX_MESSAGES), ...hidden > 0 ? [`… and ${withCommas(hidden)} more messages`] : []];
}

function written({ status, messages, outputs = [], cuts = [] }: Answer): ToolResult {
  const text = (one: string) => ({ type: 'text' as const, text: one });
  return {
    content: [...outputs.map(output => text(output.text)), text([`status: ${status}`, ...messages].join('\n'))],
    structuredContent: {
      status,
      ...Object.fromEntries(outputs.map(({ field, value }) => [field, value])),
      messages,
      ...cuts.length === 0 ? {} : { cut: cuts },
    },
    isError: status === ERROR,
  };
}
