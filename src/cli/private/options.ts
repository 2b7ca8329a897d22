import { Argument, Command, Option } from 'commander';
import { ExitStatus, Io, Refusal } from './input';
import { Reachability } from '../../evaluator/reachability';
import { Answer, formatAssumption, formatReason, Reason, REASON_FINDINGS } from '../../findings/answer';
import { formatPlace } from '../../findings/finding';
import { parseAddress } from '../../k8s/address';
import { Party, partyNamed } from '../../query/endpoints';
import { FlowAnswer } from '../../query/flow';
import { parsePortQuery, PortQuery } from '../../query/ports';

/** The arguments of every command. */
export function pathsArgument(): Argument {
  return new Argument('<path...>', 'files and folders of manifests, or - for standard input');
}

/** `-o`: the first format is the default. */
export function outputOption(...formats: readonly string[]): Option {
  return new Option('-o, --output <format>', 'how to print the result').choices(formats).default(formats[0]);
}

/** The options of every command that say how to read and judge the input; see InputOptions. */
export function addInputOptions(command: Command): Command {
  return command
    .option('--strict', 'assume nothing: an answer that rests on an assumption is undecided')
    .option('--assume-namespaces <value>', 'a namespace that is made elsewhere: NAME, NAME:key=value,key=value, or a file of namespaces (repeatable)', collect)
    .option('--config <file>', 'facts that the manifests do not have (default: netpol.yaml in the working directory, if it is there)');
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, values: readonly string[] | undefined): string[] {
  return [...values ?? [], value];
}

/** `--allow-undecided` */
export function allowUndecidedOption(): Option {
  return new Option('--allow-undecided', 'exit with 0 instead of 3 if an answer is undecided');
}

/** The exit status of an answer. */
export function statusOf(answer: Answer, allowUndecided: boolean | undefined): ExitStatus {
  switch (answer) {
    case 'yes': return ExitStatus.YES;
    case 'no': return ExitStatus.NO;
    case 'undecided': return allowUndecided === true ? ExitStatus.YES : ExitStatus.UNDECIDED;
  }
}

/** `--from`, `--to` and `--port`, for the commands that ask about one connection. */
export function addQuestionOptions(command: Command): Command {
  return command
    .option('--from <endpoint>', 'the source: namespace/name, namespace/Kind/name, an IP address or a CIDR block')
    .option('--to <endpoint>', 'the destination, in the same forms')
    .option('--port <port>', 'tcp/8080, udp/5000-5010, tcp/http, sctp; without it, any port counts');
}

/**
 * Reads the value of `--port`.
 * @throws Refusal if it is not a port
 */
export function portOption(text: string | undefined): PortQuery | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuery(text);
  if (typeof port === 'string') { throw new Refusal(`--port: ${port}`); }
  return port;
}

/** Finds endpoints by their texts, each text once: thousands of probes name few endpoints. */
export class Endpoints {
  private readonly known = new Map<string, Party | string>();

  constructor(private readonly reach: Reachability) {}

  /** The party that a text names, or a sentence that says what is wrong with the text. */
  public named(text: string): Party | string {
    let party = this.known.get(text);
    if (party === undefined) {
      party = partyNamed(this.reach, text);
      this.known.set(text, party);
    }
    return party;
  }

  /**
   * The party that an option names.
   * @throws Refusal if it names none
   */
  public ofOption(option: string, text: string, io: Io): Party {
    const party = this.named(text);
    if (typeof party === 'string') { throw new Refusal(`${option}: ${party}`); }
    const [endpoint] = party.endpoints;
    if (parseAddress(text) !== undefined && endpoint.kind === 'pod') {
      io.stderr.write(`note: ${text} is the address of pod ${endpoint.workload.namespace}/${endpoint.pod.name}, so netpol answers for that pod\n`);
    }
    return party;
  }
}

/** Prints a note if the answer is not the same for all pods or addresses. */
export function printMixed({ mixed, example }: FlowAnswer, io: Io): void {
  if (!mixed) { return; }
  io.stderr.write(`note: the answers differ: ${example.source.name} does not reach ${example.destination.name}, but other pairs connect\n`);
}

/** Prints why an answer is undecided, and what it assumes. */
export function printReasons({ reasons, assumptions }: Pick<FlowAnswer, 'reasons' | 'assumptions'>, io: Io): void {
  for (const reason of reasons) { io.stderr.write(noteLine(`undecided, because ${formatReason(reason)}`, reason)); }
  for (const assumption of assumptions) { io.stderr.write(noteLine(formatAssumption(assumption), assumption)); }
}

function noteLine(sentence: string, { place, code }: Reason): string {
  return `${place === undefined ? '' : `${formatPlace(place)}: `}note ${REASON_FINDINGS[code]}: ${sentence} (${code})\n`;
}
