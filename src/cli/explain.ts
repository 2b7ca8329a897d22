import { Command } from 'commander';
import { InputOptions } from './private/input';
import { ExitStatus, Io } from './private/io';
import { addInputOptions, allowUndecidedOption, outputOption, pathsArgument } from './private/options';
import { addQuestionOptions, answerOptions, statusOf } from './private/question';
import { explainAnswer, fixOutcome } from '../query/further-fixes';
import { mixedNotes } from '../query/question-notes';
import { Layout, layoutFor } from '../report/layout';
import { ExplainedQuestion, questionJson, questionMarkdown, renderQuestion } from '../report/question';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly output: string;
  readonly allowUndecided?: boolean;
}

const RENDERERS: Readonly<Record<string, (explained: ExplainedQuestion, layout: Layout) => string>> = {
  text: renderQuestion,
  json: explained => `${JSON.stringify(questionJson(explained), undefined, 2)}\n`,
  md: questionMarkdown,
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
    const { reach, declared, question, answer, askAgain } = await answerOptions({ paths, from, to, ...input }, io);
    for (const note of mixedNotes(answer)) { io.stderr.write(`note: ${note}\n`); }
    const explanation = explainAnswer({ reach, question, answer }, declared.workloads);
    const outcome = explanation && fixOutcome(explanation, declared, askAgain);
    io.stdout.write(RENDERERS[output]({ question, answer, explanation, outcome }, layoutFor(io.stdout.terminal ?? {})));
    report(statusOf(answer.answer, allowUndecided));
  });
}
