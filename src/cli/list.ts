import { Command } from 'commander';
import { checkOneCluster, EvaluatedCluster, InputOptions, readReachabilities } from './private/input';
import { BadInputError, Io, writeAll } from './private/io';
import { addFilterOptions, filterName, filterOf, FilterOptions } from './private/list-filter';
import { addInputOptions, keepGoingOption, outputOption, pathsArgument } from './private/options';
import { summaryOf } from './private/summary';
import { workloadName } from '../cluster/cluster';
import { withCommas } from '../findings/enumeration';
import { printable } from '../findings/finding';
import { ConnectivityList, listConnections } from '../query/connectivity';
import { listExposed, ExposedEndpoint, mayExposeMore } from '../query/exposed';
import { listExposure } from '../query/exposure';
import { firstFew, listAssumptions } from '../query/list-assumptions';
import { connectivityDot, connectivityMermaid } from '../report/connectivity-graph';
import { connectivityMatrix } from '../report/connectivity-matrix';
import { connectivityCsv, connectivityJson, connectivityMarkdown } from '../report/connectivity-table';
import { exposedCsv, exposedJson, ExposedList, exposedMarkdown, exposedText } from '../report/exposed';
import { exposureCsv, exposureJson, ExposureList, exposureMarkdown, exposureText } from '../report/exposure';
import { Layout, layoutFor } from '../report/layout';

/** How to print the lists of all clusters. Only text has a layout. */
type Renderers<List> = Readonly<Record<string, (layout: Layout, ...lists: List[]) => Iterable<string>>>;

const RENDERERS: Renderers<ConnectivityList> = {
  text: connectivityMatrix,
  json: (_, ...lists) => connectivityJson(...lists),
  csv: (_, ...lists) => connectivityCsv(...lists),
  md: (_, ...lists) => connectivityMarkdown(...lists),
  mermaid: (_, list) => connectivityMermaid(list),
  dot: (_, list) => connectivityDot(list),
};

const EXPOSED: Renderers<ExposedList> = {
  text: exposedText,
  json: (_, ...lists) => exposedJson(...lists),
  csv: (_, ...lists) => exposedCsv(...lists),
  md: (_, ...lists) => exposedMarkdown(...lists),
};

const EXPOSURE: Renderers<ExposureList> = {
  text: exposureText,
  json: (_, ...lists) => exposureJson(...lists),
  csv: (_, ...lists) => exposureCsv(...lists),
  md: (_, ...lists) => exposureMarkdown(...lists),
};

interface Options extends Omit<InputOptions, 'paths'>, FilterOptions {
  readonly output: string;
  readonly exposed?: boolean;
  readonly exposure?: boolean;
  readonly keepGoing?: boolean;
}

/** The formats that have a place for one cluster only. */
const GRAPHS = ['mermaid', 'dot'];

const HELP = `
Examples:
  $ netpol list k8s/ -o mermaid
  $ netpol list k8s/ --to app/db --port 5432       # who reaches the database
  $ netpol list k8s/ --exposed       # what the outside world reaches
  $ netpol list k8s/ --exposure      # what the policies of each workload open, to pods that could exist too

As text: a table of who reaches whom. In the other formats: a row for each connection. Sources and destinations are written as
namespace/name[Kind]; addresses outside the cluster are written as first-last[External]. Undecided rows are marked. A row from a workload
to itself is about its replicas: one of its pods and another. A set of more than
256 port ranges is written in its first row only; the other rows say 'as SOURCE → DESTINATION', which is that row.

If an app writes several clusters, each one has a table, or its name is in the rows. A graph shows one cluster: write --cluster.`;

/** `netpol list`: every allowed connection. */
export function listCommand(io: Io): Command {
  return addInputOptions(addFilterOptions(new Command('list'))
    .description('every allowed connection between workloads and addresses outside the cluster')
    .addArgument(pathsArgument())
    .option('--exposed', 'what the outside world reaches, through which Ingress, Gateway, Route, LoadBalancer or NodePort')
    .option('--exposure', 'for each workload, which pods that could exist and which addresses could reach it or be reached')
    .addOption(outputOption(...Object.keys(RENDERERS)))
    .addOption(keepGoingOption()))
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      // A fault is a failure after the result is printed.
      const { keepGoing = false, ...own } = options;
      if (await printList(paths, own, io) && !keepGoing) { throw new BadInputError(); }
    });
}

/** Prints the list. Returns true if the input has faults. */
async function printList(paths: string[], options: Omit<Options, 'keepGoing'>, io: Io): Promise<boolean> {
  const { output, exposed, exposure, from, to, namespace, port, ...input } = options;
  if (exposed === true && exposure === true) { throw new BadInputError('--exposed and --exposure are two lists: give one of them'); }
  const other = exposed === true ? '--exposed' : exposure === true ? '--exposure' : undefined;
  if (other !== undefined && GRAPHS.includes(output)) {
    throw new BadInputError(`-o ${output} draws connections between workloads: write -o text, json, csv or md with ${other}`);
  }
  if (exposed === true && from !== undefined) {
    throw new BadInputError('--from: with --exposed every connection comes from outside the cluster: leave it out, or leave out --exposed');
  }
  const filter = filterName({ from, to, namespace, port });
  if (exposure === true && filter !== undefined) {
    throw new BadInputError(`--${filter} is for the list of connections: leave it out, or leave out --exposure`);
  }
  const read = await readReachabilities({ paths, ...input }, io);
  await printLists(read.clusters, options, io);
  for (const line of summaryOf(read)) { io.stderr.write(`${line}\n`); }
  return read.isFaulty;
}

async function printLists(clusters: readonly EvaluatedCluster[], options: Omit<Options, 'keepGoing'>, io: Io): Promise<void> {
  const { output, exposed, exposure, strict, from, to, namespace, port } = options;
  const layout = layoutFor(io.stdout.terminal ?? {});
  const wanted = { from, to, namespace, port };
  if (filterName(wanted) !== undefined) { checkOneCluster(clusters, `--${filterName(wanted)}`); }
  if (exposed === true) {
    const lists = clusters.map(({ name, reach }): ExposedList => {
      const filter = filterOf(reach, wanted, io);
      const list = listExposed(reach.cluster, strict === true, filter);
      return { cluster: name, exposed: list, mayBeMore: mayExposeMore(reach.cluster), isFiltered: filter !== undefined };
    });
    for (const note of exposedNotes(lists.flatMap(list => list.exposed))) { io.stderr.write(note); }
    await writeAll(io.stdout, EXPOSED[output](layout, ...lists));
    return;
  }
  if (exposure === true) {
    await writeAll(io.stdout, EXPOSURE[output](layout, ...clusters.map(({ name, reach }) => ({ cluster: name, exposures: listExposure(reach) }))));
    return;
  }
  if (GRAPHS.includes(output)) { checkOneCluster(clusters, `-o ${output}`); }
  const lists = clusters.map(({ name, reach }) => ({ ...listConnections(reach, filterOf(reach, wanted, io)), cluster: name }));
  for (const { workload, pods } of lists.flatMap(({ split }) => split)) {
    io.stderr.write(`warning: a policy tells the pods of ${workloadName(workload)} apart, so they are listed one by one: ${firstFew(pods.map(({ name }) => name))}\n`);
  }
  const assumed = new Set(clusters.flatMap(({ reach }) => listAssumptions(reach).map(({ code, text }) => `note ${code}: ${text}\n`)));
  for (const note of assumed) { io.stderr.write(note); }
  await writeAll(io.stdout, RENDERERS[output](layout, ...lists));
}

/** More assumptions about ways in than this are counted: each Ingress without a class has its own. */
const MAX_ASSUMPTIONS = 20;

/** What the ways in rest on, and why some are undecided or lead nowhere, each sentence once. */
function exposedNotes(exposed: readonly ExposedEndpoint[]): string[] {
  const because = new Map<string, { readonly vias: Set<string>; readonly answer: readonly [string, string]; readonly reason: string }>();
  for (const { via, service, backend, answer, reasons } of exposed) {
    const target = backend ?? (service === undefined ? 'anything' : `svc/${service}`);
    for (const reason of reasons) {
      const verb = answer === 'undecided' ? ['is undecided', 'are undecided'] as const : [`does not lead to ${target}`, `do not lead to ${target}`] as const;
      const key = JSON.stringify([verb, reason]);
      const cause = because.get(key) ?? { vias: new Set<string>(), answer: verb, reason };
      because.set(key, cause);
      cause.vias.add(via);
    }
  }
  const causes = [...because.values()].map(({ vias, answer, reason }) => {
    return `note: ${firstFew([...vias])} ${vias.size === 1 ? answer[0] : answer[1]}, because ${reason}`;
  });
  const assumed = [...new Set(exposed.flatMap(({ assumptions }) => assumptions))];
  const hidden = assumed.length - MAX_ASSUMPTIONS;
  const notes = [
    ...assumed.slice(0, MAX_ASSUMPTIONS).map(one => `note: ${one}`),
    ...hidden > 0 ? [`note: netpol makes ${withCommas(hidden)} more assumptions; -o json has them beside their rows`] : [],
    ...causes,
  ];
  return notes.map(note => `${printable(note)}\n`);
}
