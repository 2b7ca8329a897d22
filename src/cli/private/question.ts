import { Command } from 'commander';
import { InputOptions, readReachability } from './input';
import { BadInputError, ExitStatus, Io } from './io';
import { Reachability } from '../../evaluator/reachability';
import { Answer, formatAssumption, formatReason, Reason, REASON_FINDINGS } from '../../findings/answer';
import { formatPlace } from '../../findings/finding';
import { parseAddress } from '../../k8s/address';
import { answerQuestion, FlowAnswer } from '../../query/flow';
import { Party, partyNamed } from '../../query/parties';
import { parsePortQuery, PortQuery } from '../../query/ports';

/* What `can-reach` and `explain` have in common: the options of a question, its answer, and the notes and the exit status of that answer. */

/** The options of a question, and those of the input. */
export interface QuestionOptions extends InputOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
}

/** A question with its answer, and the reachability that gave the answer. */
export interface AnsweredQuestion {
  readonly reach: Reachability;
  readonly port?: PortQuery;
  readonly answer: FlowAnswer;
}

/**
 * Reads the input and answers the question that the options ask. Prints a note if the answer is not the same for all pods or addresses.
 * @throws BadInputError if an option or the input is wrong
 */
export async function answerOptions({ from, to, port: portText, ...input }: QuestionOptions, io: Io): Promise<AnsweredQuestion> {
  const port = portOption(portText);
  const reach = await readReachability(input, 'a question', io);
  const parties = new PartyLookup(reach);
  const answer = answerQuestion(reach, parties.ofOption('--from', from, io), parties.ofOption('--to', to, io), port);
  printMixed(answer, io);
  return { reach, port, answer };
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
 * @throws BadInputError if it is not a port
 */
function portOption(text: string | undefined): PortQuery | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuery(text);
  if (typeof port === 'string') { throw new BadInputError(`--port: ${port}`); }
  return port;
}

/** Finds endpoints by their texts, each text once: thousands of probes name few endpoints. */
export class PartyLookup {
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
   * @throws BadInputError if it names none
   */
  public ofOption(option: string, text: string, io: Io): Party {
    const party = this.named(text);
    if (typeof party === 'string') { throw new BadInputError(`${option}: ${party}`); }
    const [endpoint] = party.endpoints;
    if (parseAddress(text) !== undefined && endpoint.kind === 'pod') {
      io.stderr.write(`note: ${text} is the address of pod ${endpoint.workload.namespace}/${endpoint.pod.name}, so netpol answers for that pod\n`);
    }
    return party;
  }
}

function printMixed({ mixed, example }: FlowAnswer, io: Io): void {
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
