import { Command } from 'commander';
import { InputOptions, readReachability } from './private/input';
import { Io, writeAll } from './private/io';
import { addInputOptions, outputOption, pathsArgument } from './private/options';
import { Pod, workloadName } from '../cluster/cluster';
import { Reachability } from '../evaluator/reachability';
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

As text: a table of who reaches whom. In the other formats: a row for each connection. Sources and destinations are written as
namespace/name[Kind]; addresses outside the cluster are written as first-last[External]. Undecided rows are marked. A set of more than
256 port ranges is written in its first row only; the other rows say 'as SOURCE → DESTINATION', which is that row.`;

/** `netpol list`: every allowed connection. */
export function listCommand(io: Io): Command {
  return addInputOptions(new Command('list')
    .description('every allowed connection between workloads and addresses outside the cluster')
    .addArgument(pathsArgument())
    .addOption(outputOption(...Object.keys(RENDERERS))))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { output, ...input }: { output: string } & Omit<InputOptions, 'paths'>) => {
      const reach = await readReachability({ paths, ...input }, io);
      const list = listConnections(reach);
      for (const { workload, pods } of list.split) {
        io.stderr.write(`warning: a policy tells the pods of ${workloadName(workload)} apart, so they are listed one by one: ${firstFew(pods.map(({ name }) => name))}\n`);
      }
      for (const note of assumptionNotes(reach)) { io.stderr.write(note); }
      await writeAll(io.stdout, RENDERERS[output](list));
    });
}

/** What the list assumes: about namespaces that are not declared, and about addresses of pods. Each cause is one note, however many rows it has. */
function assumptionNotes({ cluster, assumptions }: Reachability): string[] {
  const notes: string[] = [];
  if (assumptions.namespaceLabel) {
    const names = [...cluster.namespaces.values()].filter(({ origin }) => origin === undefined).map(({ name }) => name).sort();
    notes.push(`note NP302: rules select namespaces by label, and these namespaces are not declared: ${firstFew(names)}. netpol assumes that they have `
      + 'no label besides their name (namespace-label): add their Namespace objects, or write --assume-namespaces NAME:key=value\n');
  }
  if (assumptions.podAddress) {
    // Stated blocks say nothing about the addresses of nodes.
    const hasPodCidrs = cluster.podCidrs !== undefined && cluster.podCidrs.length > 0;
    const isUnknown = ({ addresses, hostNetwork }: Pod) => addresses.length === 0 && (hostNetwork || !hasPodCidrs);
    const count = cluster.workloads.filter(({ pods }) => pods.some(isUnknown)).length;
    notes.push(`note NP307: rules have an ipBlock of the public internet, and the addresses of pods are not known (workloads: ${count}). netpol assumes that they are `
      + `none of the public internet (pod-address): ${hasPodCidrs ? 'read the manifests of the running pods' : 'write --pod-cidr CIDR'}\n`);
  }
  return notes;
}

/** The first few of many names. */
function firstFew(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
