import { Command, Option } from 'commander';
import { checkOneCluster, InputOptions } from './private/input';
import { BadInputError, ExitStatus, Io, writeAll } from './private/io';
import { addReadingOptions, allowUndecidedOption, keepGoingOption, outputOption } from './private/options';
import { showVersionFindings, wantedClusters } from './private/version-findings';
import { readVersions } from './private/versions';
import { pairedClusters } from '../changes/paired-clusters';
import { plan, Plan, policyWithoutName, Preference } from '../changes/plan';
import { Cluster } from '../cluster/cluster';
import { formatPlace } from '../findings/finding';
import { planJson, PlanReport, planScript, planText } from '../report/plan';

interface Options extends Omit<InputOptions, 'paths' | 'strict'> {
  readonly base?: string;
  readonly prefer?: Preference;
  readonly output: string;
  readonly keepGoing?: boolean;
  readonly allowUndecided?: boolean;
}

const WRITERS: Readonly<Record<string, (report: PlanReport) => Iterable<string>>> = { text: planText, sh: planScript, json: planJson };

const PREFERENCES: readonly Preference[] = ['open', 'closed'];

const HELP = `
Examples:
  $ netpol plan old/ new/
  $ netpol plan HEAD~1:k8s/ k8s/                       # REVISION:PATH is what git has; ':k8s/' is the index
  $ netpol plan --base origin/main k8s/ -o sh > apply.sh
  $ kubectl get networkpolicies,namespaces,pods -A -o yaml > now.yaml; netpol plan now.yaml k8s/

The plan changes policies only. Apply new namespaces and workloads before it, and delete old ones after it.
If there is no order without a gap, the plan adds bridging policies: it creates them first and deletes them last.
If netpol finds no way at all, it says which connection is in the way, and --prefer chooses:
  open    cut nothing: more may pass for a moment than both versions allow
  closed  let nothing through: less may pass for a moment than both versions allow

Exit status 0: a plan; 1: no plan without a gap, and no --prefer that permits one; 2: a fault in the input (--keep-going: the status of the rest);
3: undecided whether the plan has a gap.`;

/** `netpol plan`: a safe order in which to apply a change. */
export function planCommand(io: Io, report: (status: ExitStatus) => void): Command {
  return addReadingOptions(new Command('plan')
    .description('an order in which to apply a change so that no connection is cut or let through in between')
    .argument('<versions...>', 'OLD and NEW: a file or folder of manifests, REVISION:PATH of git, or - for standard input; with --base, paths of the working tree')
    .option('--base <revision>', 'OLD is where the current branch began, seen from this revision, and NEW is the working tree')
    .addOption(new Option('--prefer <what>', 'what to do where there is no order without a gap').choices(PREFERENCES))
    .addOption(outputOption(...Object.keys(WRITERS)))
    .addOption(keepGoingOption())
    .addOption(allowUndecidedOption()))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { base, prefer, output, keepGoing = false, allowUndecided = false, cluster, ...options }: Options) => {
      const versions = await readVersions({ paths, base }, options, io);
      const { before, after } = versions;
      const isFaulty = showVersionFindings(versions, io);
      if (before.input.isUnusable || after.input.isUnusable) { throw new BadInputError(); }
      const clusters = wantedClusters(pairedClusters(before.input.clusters, after.input.clusters), cluster);
      checkOneCluster(clusters, 'a plan');
      const [{ before: old, after: now, resources }] = clusters;
      for (const version of [old, now]) { checkNames(version); }
      const found = plan({ cluster: old, resources: resources.before }, { cluster: now, resources: resources.after }, { prefer });
      if (found.outcome === 'uneven') { io.stderr.write(`warning: ${gapsText(found)} a gap, as --prefer ${prefer} allows\n`); }
      const heldBy = isFaulty && !keepGoing ? 'fault' : found.undecided.length > 0 && !allowUndecided ? 'undecided' : undefined;
      await writeAll(io.stdout, WRITERS[output]({ before: before.name, after: after.name, plan: found, heldBy }));
      if (isFaulty && !keepGoing) { throw new BadInputError(); }
      report(statusOf(found, allowUndecided));
    });
}

/** @throws BadInputError if the name of a policy is not known */
function checkNames(version: Cluster): void {
  const found = policyWithoutName(version);
  if (found === undefined) { return; }
  throw new BadInputError(`${formatPlace(found.origin.at(['metadata']))}: a plan needs the name of each policy: write metadata.name in place of generateName`);
}

function gapsText({ steps }: Plan): string {
  const { length } = steps.filter(({ obstacle }) => obstacle !== undefined);
  return length === 1 ? '1 step has' : `${length} steps have`;
}

function statusOf({ outcome, obstacles, undecided }: Plan, allowUndecided: boolean): ExitStatus {
  if (obstacles.some(({ kind }) => kind !== 'budget')) { return ExitStatus.NO; }
  return (outcome === 'none' || undecided.length > 0) && !allowUndecided ? ExitStatus.UNDECIDED : ExitStatus.YES;
}
