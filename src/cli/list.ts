import { Command } from 'commander';
import { readReachability, Io, writeAll } from './private/input';
import { outputOption, pathsArgument, strictOption } from './private/options';
import { workloadName } from '../cluster/cluster';
import { ConnectivityList, listConnections } from '../query/connectivity';
import { connectivityDot, connectivityMermaid } from '../report/connectivity-graph';
import { connectivityMatrix } from '../report/connectivity-matrix';
import { connectivityCsv, connectivityJson, connectivityMarkdown } from '../report/connectivity-table';

const RENDERERS: Readonly<Record<string, (list: ConnectivityList) => Iterable<string>>> = {
  text: connectivityMatrix,
  json: connectivityJson,
  csv: connectivityCsv,
  md: connectivityMarkdown,
  mermaid: connectivityMermaid,
  dot: connectivityDot,
};

const HELP = `
Example:
  $ netpol list k8s/ -o mermaid

As text: a matrix of who reaches whom. In the other formats: a row for each connection, with sources
and destinations as namespace/name[Kind] or, for addresses outside, first-last[External].`;

/** `netpol list`: every allowed connection. */
export function listCommand(io: Io): Command {
  return new Command('list')
    .description('every allowed connection between workloads and outside addresses')
    .addArgument(pathsArgument())
    .addOption(outputOption(...Object.keys(RENDERERS)))
    .addOption(strictOption())
    .addHelpText('after', HELP)
    .action(async (paths: string[], { output, strict }: { output: string; strict?: boolean }) => {
      const list = listConnections(await readReachability({ paths, strict }, io));
      for (const { workload, pods } of list.split) {
        io.stderr.write(`warning: the pods of ${workloadName(workload)} differ where a policy looks, so that they are listed one by one: ${shortened(pods)}\n`);
      }
      writeAll(io.stdout, RENDERERS[output](list));
    });
}

function shortened(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
