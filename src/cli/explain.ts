import { Command } from 'commander';
import { readReachability, ExitStatus, Io } from './private/input';
import { Endpoints, tellMixed, addQuestionOptions, outputOption, pathsArgument, portOption, strictOption } from './private/options';
import { explain, Explanation } from '../query/explanation';
import { query } from '../query/flow';
import { explanationJson, explanationMarkdown, renderExplanation } from '../report/explanation';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly output: string;
  readonly strict?: boolean;
}

const RENDERERS: Readonly<Record<string, (explanation: Explanation) => string>> = {
  text: renderExplanation,
  json: explanation => `${JSON.stringify(explanationJson(explanation), undefined, 2)}\n`,
  md: explanationMarkdown,
};

const HELP = `
Example:
  $ netpol explain k8s/ --from app/backend --to app/db --port tcp/5432

Exit status 0 is yes, 1 is no, as of can-reach.`;

/** `netpol explain`: why one endpoint reaches another, or does not, and what would change that. */
export function explainCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addQuestionOptions(new Command('explain'))
    .description('why does one endpoint reach another, or not, and what would allow it')
    .addArgument(pathsArgument())
    .addOption(outputOption(...Object.keys(RENDERERS)))
    .addOption(strictOption())
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], { from, to, port, output, strict }: Options) => {
    if (from === undefined || to === undefined) {
      command.error(`error: ${from === undefined ? '--from' : '--to'} is missing: write --from namespace/name --to namespace/name`);
    }
    const question = portOption(port);
    const reach = await readReachability({ paths, strict }, io);
    const endpoints = new Endpoints(reach);
    const answer = query(reach, endpoints.ofOption('--from', from, io), endpoints.ofOption('--to', to, io), question);
    tellMixed(answer, io);
    io.stdout.write(RENDERERS[output](explain(reach, answer.example, question)));
    report(answer.allowed ? ExitStatus.YES : ExitStatus.NO);
  });
}
