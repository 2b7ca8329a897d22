import { Command, Option } from 'commander';
import { InputOptions } from './private/input';
import { BadInputError, ExitStatus, Io, writeAll } from './private/io';
import { addReadingOptions, allowUndecidedOption, keepGoingOption, outputOption } from './private/options';
import { versionDiff } from './private/version-diff';
import { showVersionFindings } from './private/version-findings';
import { readVersions, Versions } from './private/versions';
import { DifferenceKind, hasDifference } from '../changes/diff';
import { LINT_CODES } from '../findings/codes';
import { shellWord } from '../manifests/rendering';
import { diffText } from '../report/diff';
import { diffFindings } from '../report/diff-findings';
import { diffJson } from '../report/diff-json';
import { diffMarkdown } from '../report/diff-markdown';
import { DiffReport } from '../report/diff-verdict';
import { layoutFor } from '../report/layout';
import { sarif } from '../report/sarif';

interface Options extends Omit<InputOptions, 'paths' | 'strict'> {
  readonly base?: string;
  readonly failOn: DifferenceKind;
  readonly lint: boolean;
  readonly output: string;
  readonly keepGoing?: boolean;
  readonly allowUndecided?: boolean;
}

/** The first is the default. */
const FAIL_ON: readonly DifferenceKind[] = ['any', 'broadened', 'narrowed', 'added'];

const HELP = `
Examples:
  $ netpol diff old/ new/
  $ netpol diff HEAD~1:k8s/ k8s/                      # REVISION:PATH is what git has; ':k8s/' is the index
  $ netpol diff --base origin/main k8s/               # what the current branch changes
  $ netpol diff --base origin/main k8s/ --fail-on broadened -o md > comment.md

--fail-on says which differences make the exit status 1:
  any        any difference at all, also a new workload that rules of both versions let in
  broadened  something gains a connection: a workload of OLD, or a pod that could exist and that no new workload explains
  added      only workloads that are new in NEW gain connections by what has changed
  narrowed   something loses a connection
Findings of lint are compared too, and do not change the exit status.

Exit status 0: no such difference; 1: there is one; 2: a fault in the input (--keep-going: the status of the rest); 3: undecided.`;

/** `netpol diff`: what a change opens and closes. */
export function diffCommand(io: Io, report: (status: ExitStatus) => void): Command {
  return addReadingOptions(new Command('diff')
    .description('what a change opens and closes, for pods that do not exist yet too')
    .argument('<versions...>', 'OLD and NEW: a file or folder of manifests, REVISION:PATH of git, or - for standard input; with --base, paths of the working tree')
    .option('--base <revision>', 'compare the paths of the working tree with those where the current branch began, seen from this revision')
    .addOption(new Option('--fail-on <difference>', 'the differences that make the exit status 1').choices(FAIL_ON).default(FAIL_ON[0]))
    .option('--no-lint', 'do not compare the findings of lint')
    .addOption(outputOption('text', 'json', 'md', 'sarif'))
    .addOption(keepGoingOption())
    .addOption(allowUndecidedOption()))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { base, failOn, output, lint: withLint, keepGoing = false, allowUndecided, cluster, ...options }: Options) => {
      const versions = await readVersions({ paths, base }, options, io);
      const { before, after } = versions;
      const isFaulty = showVersionFindings(versions, io);
      if (before.input.isUnusable || after.input.isUnusable) { throw new BadInputError(); }
      const result = versionDiff(versions, { cluster, lint: withLint });
      await writeAll(io.stdout, written(output, result, versions, commandOf(paths, { base, cluster, ...options }), io));
      if (isFaulty && !keepGoing) { throw new BadInputError(); }
      report(statusOf(result, failOn, allowUndecided === true));
    });
}

function written(output: string, result: DiffReport, { before, after }: Versions, command: string, io: Io): Iterable<string> {
  switch (output) {
    case 'json': return diffJson(result);
    case 'md': return [diffMarkdown(result, command)];
    case 'sarif': return sarif(diffFindings(result, { file: after.pathOf(after.name) }, { before: before.pathOf, after: after.pathOf }), [...LINT_CODES, 'NP401', 'NP402']);
    default: return diffText(result, layoutFor(io.stdout.terminal ?? {}));
  }
}

/** The options that say what is compared, by the names of their values. */
const ASKING = {
  base: '--base',
  cluster: '--cluster',
  assumeNamespaces: '--assume-namespaces',
  podCidr: '--pod-cidr',
  cni: '--cni',
  render: '--render',
  values: '--values',
  config: '--config',
} as const;

/** The command that gives the complete result, as the user would type it. */
function commandOf(paths: readonly string[], options: Partial<Record<keyof typeof ASKING, string | readonly string[]>>): string {
  const names = Object.keys(ASKING) as (keyof typeof ASKING)[];
  const given = names.flatMap(name => [options[name] ?? []].flat().flatMap(value => [ASKING[name], value]));
  return ['netpol', 'diff', ...given, ...paths, '-o', 'json'].map(shellWord).join(' ');
}

function statusOf({ clusters }: DiffReport, failOn: DifferenceKind, allowUndecided: boolean): ExitStatus {
  if (clusters.some(one => hasDifference(one.diff, failOn))) { return ExitStatus.NO; }
  return !allowUndecided && clusters.some(one => one.diff.undecided.length > 0) ? ExitStatus.UNDECIDED : ExitStatus.YES;
}
