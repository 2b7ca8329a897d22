import { Command } from 'commander';
import { answersJson, answersText, answerProbes } from './private/batch';
import { InputOptions, readNamedText, readReachability } from './private/input';
import { ExitStatus, Io } from './private/io';
import { addInputOptions, allowUndecidedOption, outputOption, pathsArgument } from './private/options';
import { addQuestionOptions, answerOptions, printReasons, statusOf } from './private/question';
import { Reason } from '../findings/answer';
import { answerAsJson, combinedAnswer } from '../query/flow';
import { formatPortQuery } from '../query/ports';
import { EndpointAnswer, PortTranslation, QuestionAnswer } from '../query/questions';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly batch?: string;
  readonly output: string;
  readonly allowUndecided?: boolean;
}

const HELP = `
Examples:
  $ netpol can-reach k8s/ --from app/backend --to app/db --port tcp/5432
  $ netpol can-reach k8s/ --from app/backend --to svc/app/db --port tcp/5432      # a Service and its own port
  $ netpol can-reach k8s/ --from 'ns=app,tier=backend' --to app/db                # every pod that could exist with these labels
  $ netpol can-reach k8s/ --batch probes.json -o json

The answer is yes if every pod of --from reaches every pod of --to. It is undecided if the input does not decide it.
Exit status: 0 yes, 1 no, 2 wrong usage or input, 3 undecided. For a batch: 1 if an answer is no, otherwise 3 if one is undecided.

PROBES.json is [{"from": "app/backend", "to": "app/db", "protocol": "TCP", "port": 5432}, …]. The default protocol is TCP.
A port may be a name. A protocol without a port means all of its ports. If both are left out, any connection counts.`;

/** `netpol can-reach`: answers one question, or many at once. */
export function canReachCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(addQuestionOptions(new Command('can-reach'))
    .description('whether one endpoint reaches another: yes, no or undecided')
    .addArgument(pathsArgument())
    .option('--batch <file>', 'answer the questions of a JSON file, or of standard input (-)')
    .addOption(outputOption('text', 'json'))
    .addOption(allowUndecidedOption()))
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], options: Options) => {
    const { from, to, batch } = options;
    if (batch !== undefined && (from !== undefined || to !== undefined || options.port !== undefined)) {
      command.error('error: --batch reads the questions from its file: leave out --from, --to and --port, or leave out --batch');
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

async function answerOne(paths: readonly string[], from: string, to: string, options: Options, io: Io): Promise<ExitStatus> {
  const { output, allowUndecided, ...input } = options;
  const { question, answer } = await answerOptions({ paths, ...input, from, to }, io);
  printReasons(question, answer, io);
  io.stdout.write(output === 'json' ? `${JSON.stringify(answerJson(answer))}\n` : `${answer.answer}\n`);
  return statusOf(answer.answer, allowUndecided);
}

function answerJson({ answer, egress, ingress, mixed, reasons, assumptions, endpoints, service, translations }: QuestionAnswer): object {
  return {
    answer,
    allowed: answerAsJson(answer),
    egress: answerAsJson(egress),
    ingress: answerAsJson(ingress),
    mixed,
    reasons: reasons.map(causeJson),
    assumptions: assumptions.map(causeJson),
    ...endpoints.length === 0 ? {} : { endpoints: endpoints.map(endpointJson) },
    ...service === undefined ? {} : { service: besideJson(service) },
    ...translations.length === 0 ? {} : { services: translations.map(translationJson) },
  };
}

function endpointJson({ endpoint, servicePort, port, answer }: EndpointAnswer): object {
  return {
    name: endpoint.name,
    ...servicePort === undefined ? {} : { servicePort: `${servicePort.protocol} ${servicePort.port}` },
    ...port === undefined ? {} : { port: formatPortQuery(port) },
    answer,
  };
}

function besideJson({ service: { namespace, name }, answer }: NonNullable<QuestionAnswer['service']>): object {
  return { name: `${namespace}/${name}`, ...typeof answer === 'string' ? { error: answer } : answerJson(answer) };
}

function translationJson({ service: { namespace, name }, servicePort, target, answer }: PortTranslation): object {
  return { name: `${namespace}/${name}`, servicePort: `${servicePort.protocol} ${servicePort.port}`, port: formatPortQuery(target), answer };
}

/** The report module has this too, but a question must start fast, so it does not load the writers. */
function causeJson({ code, what, place }: Reason): object {
  return { code, what, ...place };
}

async function answerBatch(paths: readonly string[], batch: string, { output, allowUndecided, ...input }: Options, io: Io): Promise<ExitStatus> {
  const text = await readNamedText({ option: '--batch', file: batch, paths }, io);
  const reach = await readReachability({ paths, ...input }, 'a batch of questions', io);
  const probes = answerProbes(reach, { file: batch, content: text, strict: input.strict }, io);
  io.stdout.write(output === 'json' ? answersJson(probes) : answersText(probes));
  return statusOf(combinedAnswer(probes.map(({ answer }) => answer.answer)), allowUndecided);
}
