import { Command } from 'commander';
import { InputOptions, readReachability } from './input';
import { BadInputError, ExitStatus, Io } from './io';
import { Cluster } from '../../cluster/cluster';
import { Reachability } from '../../evaluator/reachability';
import { Answer, formatAssumption, formatReason, Reason, REASON_FINDINGS, ReasonCode } from '../../findings/answer';
import { formatPlace } from '../../findings/finding';
import { parseAddress } from '../../k8s/address';
import { Asked } from '../../query/further-fixes';
import { Party, partyNamed, withUnreadParties } from '../../query/parties';
import { readPodsText } from '../../query/pods-text';
import { parsePortQuery, PortQuery } from '../../query/ports';
import { PossiblePods } from '../../query/possible-pods';
import { mixedNotes, portNotes, serviceNotes } from '../../query/question-notes';
import { answerQuestion, Question, QuestionAnswer } from '../../query/questions';

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
  /** The workloads of the input, without the pods that could exist by a selector. */
  readonly declared: Cluster;
  readonly question: Question;
  readonly answer: QuestionAnswer;
  /** Asks the same question about a changed cluster. Undefined if that is not possible. */
  readonly askAgain: (changed: Cluster) => Asked | undefined;
}

/**
 * Reads the input and answers the question that the options ask.
 * @throws BadInputError if an option or the input is wrong
 */
export async function answerOptions({ from, to, port: portText, ...input }: QuestionOptions, io: Io): Promise<AnsweredQuestion> {
  const port = portOption(portText);
  const declared = await readReachability(input, 'a question', io);
  const parties = PartyLookup.of(declared, [from, to], input.strict);
  const question = { from: parties.ofOption('--from', from, io), to: parties.ofOption('--to', to, io), port, strict: input.strict };
  const answer = answerQuestion(parties.reach, question);
  if (typeof answer === 'string') { throw new BadInputError(answer); }
  let latest = declared;
  const askAgain = (changed: Cluster) => {
    latest = latest.update(changed);
    const again = PartyLookup.read(latest, [from, to], input.strict);
    return typeof again === 'string' ? undefined : askedOf(again.reach, again.named(from), again.named(to), question);
  };
  return { reach: parties.reach, declared: declared.cluster, question, answer, askAgain };
}

/** The answer to a question with other ends. Undefined if it has none. */
function askedOf(reach: Reachability, from: Party | string, to: Party | string, { port, strict }: Question): Asked | undefined {
  if (typeof from === 'string' || typeof to === 'string') { return undefined; }
  const question = { from, to, port, strict };
  const answer = answerQuestion(reach, question);
  return typeof answer === 'string' ? undefined : { reach, question, answer };
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
    .option('--from <endpoint>', 'the source: namespace/name, namespace/Kind/name, a selector (ns=shop,app=web), an IP address or a CIDR block')
    .option('--to <endpoint>', 'the destination, in the same forms, or a Service: svc/NAMESPACE/NAME')
    .option('--port <port>', 'tcp/8080, udp/5000-5010, tcp/http, sctp; without it, any port counts. For a Service, its own port');
}

/**
 * Reads the value of `--port`.
 * @throws BadInputError if it is not a port
 */
export function portOption(text: string | undefined): PortQuery | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuery(text);
  if (typeof port === 'string') { throw new BadInputError(`--port: ${port}`); }
  return port;
}

/** Finds endpoints by their texts, each text once: thousands of probes name few endpoints. */
export class PartyLookup {
  /**
   * @param texts the endpoints that will be looked up. Those that are selectors add pods that could exist
   * @throws BadInputError if a selector means too many pods
   */
  public static of(declared: Reachability, texts: readonly string[], strict: boolean | undefined): PartyLookup {
    const lookup = PartyLookup.read(declared, texts, strict);
    if (typeof lookup === 'string') { throw new BadInputError(lookup); }
    return lookup;
  }

  /** As `of`, but returns a sentence that says what is wrong. */
  public static read(declared: Reachability, texts: readonly string[], strict: boolean | undefined): PartyLookup | string {
    const selectors = [...new Set(texts)].map(readPodsText).filter(one => typeof one === 'object');
    const cluster = withUnreadParties(declared.cluster, texts);
    if (selectors.length === 0 && cluster === declared.cluster) { return new PartyLookup(declared); }
    const possible = PossiblePods.of(cluster, selectors);
    if (typeof possible === 'string') { return possible; }
    const reach = new Reachability(possible.cluster);
    return new PartyLookup(strict === true ? reach.strict : reach, possible);
  }

  private readonly known = new Map<string, Party | string>();

  private constructor(public readonly reach: Reachability, private readonly possible?: PossiblePods) {}

  /** The party that a text names, or a sentence that says what is wrong with the text. */
  public named(text: string): Party | string {
    let party = this.known.get(text);
    if (party === undefined) {
      party = partyNamed(this.reach, text, this.possible);
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
    if (parseAddress(text) !== undefined && endpoint?.kind === 'pod' && party.addressOf === undefined) {
      io.stderr.write(`note: ${text} is the address of pod ${endpoint.workload.namespace}/${endpoint.pod.name}, so netpol answers for that pod\n`);
    }
    return party;
  }
}

/** More reasons with one code than this are counted. */
const MAX_REASONS = 20;

/** Prints why an answer is undecided, what it assumes, and what it says for the endpoints of a Service. */
export function printReasons(question: Question, answer: QuestionAnswer, io: Io): void {
  for (const line of [...mixedNotes(answer), ...portNotes(answer)]) { io.stderr.write(`note: ${line}\n`); }
  const counts = new Map<ReasonCode, number>();
  for (const reason of answer.reasons) {
    const count = (counts.get(reason.code) ?? 0) + 1;
    counts.set(reason.code, count);
    if (count <= MAX_REASONS) { io.stderr.write(noteLine(`undecided, because ${formatReason(reason)}`, reason)); }
  }
  for (const [code, count] of counts) {
    if (count > MAX_REASONS) { io.stderr.write(noteLine(`undecided, because of ${count - MAX_REASONS} more reasons of this kind`, { code })); }
  }
  for (const assumption of answer.assumptions) { io.stderr.write(noteLine(formatAssumption(assumption), assumption)); }
  for (const line of serviceNotes(question, answer)) { io.stderr.write(`note: ${line}\n`); }
}

function noteLine(sentence: string, { place, code }: Pick<Reason, 'place' | 'code'>): string {
  return `${place === undefined ? '' : `${formatPlace(place)}: `}note ${REASON_FINDINGS[code]}: ${sentence} (${code})\n`;
}
