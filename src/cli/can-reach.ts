import { Command } from 'commander';
import { answersJson, answersText, answerProbes } from './private/batch';
import { readNamedText, readReachability, ExitStatus, Io } from './private/input';
import { Endpoints, tellMixed, addQuestionOptions, outputOption, pathsArgument, portOption, strictOption } from './private/options';
import { query } from '../query/flow';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly batch?: string;
  readonly output: string;
  readonly strict?: boolean;
}

const HELP = `
Examples:
  $ netpol can-reach k8s/ --from app/backend --to app/db --port tcp/5432
  $ netpol can-reach k8s/ --batch probes.json -o json

Yes means: every pod of the one reaches every pod of the other. Exit status 0 is yes, 1 is no; of a batch, 0
is yes to every probe and 1 is no to at least one.

PROBES.json is [{"from": "app/backend", "to": "app/db", "protocol": "TCP", "port": 5432}, …]. The protocol is TCP where
it is left out; a port may be a name; with a protocol alone, all ports of it are meant; with neither: is anything allowed.`;

/** `netpol can-reach`: one question, or many at once. */
export function canReachCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addQuestionOptions(new Command('can-reach'))
    .description('does one endpoint reach another: yes or no')
    .addArgument(pathsArgument())
    .option('--batch <file>', 'answer the questions of a JSON file, or of standard input (-), instead')
    .addOption(outputOption('text', 'json'))
    .addOption(strictOption())
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], options: Options) => {
    const { from, to, batch } = options;
    if (batch !== undefined && (from !== undefined || to !== undefined || options.port !== undefined)) {
      command.error('error: --batch has the questions in its file: leave out --from, --to and --port, or leave out --batch');
    }
    if (batch !== undefined) {
      report(await answerBatch(paths, batch, options, io));
    } else if (from === undefined || to === undefined) {
      command.error(`error: ${from === undefined ? '--from' : '--to'} is missing: write --from namespace/name --to namespace/name, or --batch probes.json`);
    } else {
      report(await answerOne(paths, from, to, options, io));
    }
  });
}

async function answerOne(paths: readonly string[], from: string, to: string, { port, output, strict }: Options, io: Io): Promise<ExitStatus> {
  const question = portOption(port);
  const reach = await readReachability({ paths, strict }, io);
  const endpoints = new Endpoints(reach);
  const answer = query(reach, endpoints.ofOption('--from', from, io), endpoints.ofOption('--to', to, io), question);
  tellMixed(answer, io);
  const { allowed, egress, ingress, mixed } = answer;
  io.stdout.write(output === 'json' ? `${JSON.stringify({ allowed, egress, ingress, mixed })}\n` : `${allowed ? 'yes' : 'no'}\n`);
  return allowed ? ExitStatus.YES : ExitStatus.NO;
}

async function answerBatch(paths: readonly string[], batch: string, { output, strict }: Options, io: Io): Promise<ExitStatus> {
  const text = await readNamedText({ option: '--batch', file: batch, paths }, io);
  const reach = await readReachability({ paths, strict }, io);
  const answers = answerProbes(reach, batch, text, io);
  const rendered = output === 'json' ? answersJson(answers) : answersText(answers);
  io.stdout.write(rendered);
  return answers.every(({ answer }) => answer.allowed) ? ExitStatus.YES : ExitStatus.NO;
}
