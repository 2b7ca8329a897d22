import { Command } from 'commander';
import { readReachability } from './input';
import { Io, writeAll } from './io';
import { outputOption, pathsArgument, strictOption } from './options';
import { ConnectivityList, listConnections } from '../analysis/connectivity-list';
import { workloadName } from '../cluster/cluster';
import { connectivityCsv } from '../report/connectivity-csv';
import { connectivityDot } from '../report/connectivity-dot';
import { connectivityJson } from '../report/connectivity-json';
import { connectivityMarkdown } from '../report/connectivity-markdown';
import { connectivityMatrix } from '../report/connectivity-matrix';
import { connectivityMermaid } from '../report/connectivity-mermaid';

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
