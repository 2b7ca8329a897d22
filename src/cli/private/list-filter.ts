import { Command } from 'commander';
import { BadInputError, Io } from './io';
import { collect } from './options';
import { portOption } from './question';
import { Reachability } from '../../evaluator/reachability';
import { enumerate } from '../../findings/enumeration';
import { nearestName } from '../../findings/nearest-name';
import { listedEnds } from '../../query/connectivity';
import { RowFilter, unmatchedPort, unmatchedText } from '../../query/list-filter';
import { Party, partyNamed } from '../../query/parties';

/** The options of `list` that leave out rows. */
export interface FilterOptions {
  readonly from?: string;
  readonly to?: string;
  readonly namespace?: readonly string[];
  readonly port?: string;
}

/** Adds the options that leave out rows. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--from <endpoint>', 'only from here: namespace/name, namespace/Kind/name, svc/NAMESPACE/NAME, a selector (ns=shop,app=web), an address or a block')
    .option('--to <endpoint>', 'only to there, in the same forms')
    .option('--namespace <name>', 'only what has an end in this namespace; with --exposed, what leads into it (repeatable)', collect)
    .option('--port <port>', 'only this port: tcp/8080, udp/5000-5010, tcp/http. With --to svc/…, the own port of the Service');
}

/** The name of the first of these options that is given. */
export function filterName({ from, to, namespace, port }: FilterOptions): string | undefined {
  return Object.entries({ from, to, namespace, port }).find(([, value]) => value !== undefined)?.[0];
}

/**
 * The rows that the options ask for; nothing if they ask for all of them.
 * @throws BadInputError if the input has no such endpoint or namespace
 */
export function filterOf(reach: Reachability, options: FilterOptions, io: Io): RowFilter | undefined {
  if (filterName(options) === undefined) { return undefined; }
  for (const namespace of options.namespace ?? []) { checkNamespace(reach, namespace); }
  const [from, to] = (['from', 'to'] as const).map(option => partyOf(reach, option, options[option], io));
  const asked = { from, to, namespaces: options.namespace, port: portOption(options.port) };
  const filter = RowFilter.of(reach, asked);
  if (typeof filter === 'string') { throw new BadInputError(filter); }
  const unmatched = unmatchedPort(reach, asked, listedEnds(reach).entries.map(({ end }) => end));
  if (unmatched !== undefined) { io.stderr.write(`note: --port: ${unmatched}\n`); }
  return filter;
}

function partyOf(reach: Reachability, option: string, text: string | undefined, io: Io): Party | undefined {
  if (text === undefined) { return undefined; }
  const party = partyNamed(reach, text);
  if (typeof party === 'string') { throw new BadInputError(`--${option}: ${party}`); }
  const unmatched = unmatchedText(reach, party, listedEnds(reach).entries.map(({ end }) => end));
  if (unmatched !== undefined) { io.stderr.write(`note: --${option}: ${unmatched}\n`); }
  return party;
}

function checkNamespace({ cluster: { workloads } }: Reachability, name: string): void {
  const known = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  if (known.includes(name)) { return; }
  const near = nearestName(name, known);
  const fix = near !== undefined ? `did you mean '${near}'?` : known.length === 0 ? 'the input has no workload' : `there are workloads in ${enumerate(known, 8)}`;
  throw new BadInputError(`--namespace: there is no workload in namespace '${name}'; ${fix}`);
}
