import { Argument, Command, Option } from 'commander';
import { BadInputError } from './input';
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
export function portOption(text: string | undefined): PortQuery | undefined {
  if (text === undefined) { return undefined; }
  const port = parsePortQuery(text);
  if (typeof port === 'string') { throw new BadInputError(`--port: ${port}`); }
  return port;
}
