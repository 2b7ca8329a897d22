import { Argument, Command, Option } from 'commander';
import { Refusal } from './io';
import { parsePortQuestion, PortQuestion } from '../analysis/port-question';

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
export function portOption(text: string | undefined): PortQuestion | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuestion(text);
  if (typeof port === 'string') { throw new Refusal(`--port: ${port}`); }
  return port;
}
