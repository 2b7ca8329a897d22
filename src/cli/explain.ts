import { Command } from 'commander';
import { InputOptions } from './private/input';
import { ExitStatus, Io } from './private/io';
import { addInputOptions, allowUndecidedOption, outputOption, pathsArgument } from './private/options';
import { addQuestionOptions, answerOptions, statusOf } from './private/question';
import { explain, Explanation } from '../query/explanation';
import { explanationJson, explanationMarkdown, renderExplanation } from '../report/explanation';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly output: string;
  readonly allowUndecided?: boolean;
}

const RENDERERS: Readonly<Record<string, (explanation: Explanation) => string>> = {
  text: renderExplanation,
  json: explanation => `${JSON.stringify(explanationJson(explanation), undefined, 2)}\n`,
  md: explanationMarkdown,
};

const HELP = `
Example:
  $ netpol explain k8s/ --from app/backend --to app/db --port tcp/5432

Exit status: 0 yes, 1 no, 2 wrong usage or input, 3 undecided, as for can-reach.`;

/** `netpol explain`: why one endpoint reaches another or does not, and what to change. */
export function explainCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(addQuestionOptions(new Command('explain'))
    .description('why one endpoint reaches another or does not, and what to change')
    .addArgument(pathsArgument())
    .addOption(outputOption(...Object.keys(RENDERERS)))
    .addOption(allowUndecidedOption()))
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], { from, to, output, allowUndecided, ...input }: Options) => {
    if (from === undefined || to === undefined) {
      command.error(`error: ${from === undefined ? '--from' : '--to'} is missing: write --from namespace/name --to namespace/name`);
    }
    const { reach, port, answer } = await answerOptions({ paths, from, to, ...input }, io);
    io.stdout.write(RENDERERS[output](explain(reach, answer.example, port)));
    report(statusOf(answer.answer, allowUndecided));
  });
}
