import { Argument, Command, Option } from 'commander';
import { Io, Refusal } from './input';
import { Reachability } from '../../evaluator/reachability';
import { parseAddress } from '../../k8s/address';
import { Party, partyNamed } from '../../query/endpoints';
import { Answer } from '../../query/flow';
import { parsePortQuery, PortQuery } from '../../query/ports';

/** The arguments that every command takes first. */
export function pathsArgument(): Argument {
  return new Argument('<path...>', 'files and folders of manifests, or - for standard input');
}

/** `-o`: the first of the formats is the default. */
export function outputOption(...formats: readonly string[]): Option {
  return new Option('-o, --output <format>', 'how to print the result').choices(formats).default(formats[0]);
}

/** `--strict` */
export function strictOption(): Option {
  return new Option('--strict', 'a policy of a kind that is not evaluated (Calico, Cilium, …) is an error, not a warning');
}

/** `--from`, `--to` and `--port`, of the commands that ask about one connection. */
export function addQuestionOptions(command: Command): Command {
  return command
    .option('--from <endpoint>', 'who connects: namespace/name, namespace/Kind/name, an IP address or a CIDR block')
    .option('--to <endpoint>', 'who is connected to, in the same forms')
    .option('--port <port>', 'tcp/8080, udp/5000-5010, tcp/http, sctp; without it: is anything allowed');
}

/** The port that `--port` names. */
export function portOption(text: string | undefined): PortQuery | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuery(text);
  if (typeof port === 'string') { throw new Refusal(`--port: ${port}`); }
  return port;
}

/** Finds endpoints by their texts, each text once: thousands of probes name few. */
export class Endpoints {
  private readonly known = new Map<string, Party | string>();

  constructor(private readonly reach: Reachability) {}

  /** The party that a text names, or what is wrong with it. */
  public named(text: string): Party | string {
    let party = this.known.get(text);
    if (party === undefined) {
      party = partyNamed(this.reach, text);
      this.known.set(text, party);
    }
    return party;
  }

  /** The party that an option of the command line names. */
  public ofOption(option: string, text: string, io: Io): Party {
    const party = this.named(text);
    if (typeof party === 'string') { throw new Refusal(`${option}: ${party}`); }
    const [member] = party.endpoints;
    if (parseAddress(text) !== undefined && member.kind === 'pod') {
      io.stderr.write(`note: ${text} is the address of pod ${member.workload.namespace}/${member.pod.name}, and is judged as that pod\n`);
    }
    return party;
  }
}

/** Says so where an answer is not the same for all pods or addresses that were asked about. */
export function tellMixed({ mixed, example }: Answer, io: Io): void {
  if (!mixed) { return; }
  io.stderr.write(`note: the answer is not the same for all of them: ${example.source.name} does not reach ${example.destination.name}, others do\n`);
}
