import { realpathSync, writeFileSync } from 'fs';
import { Command } from 'commander';
import { evaluate, EvaluatedCluster, InputOptions, readNamedText } from './private/input';
import { BadInputError, ExitStatus, Io, showFindings } from './private/io';
import { addInputOptions, collect, keepGoingOption, pathsArgument } from './private/options';
import { readReportInput, ReportReading } from './private/report-input';
import { summaryOf } from './private/summary';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { IntentVerdict, judgeIntentsByCluster } from '../claims/judge-intents';
import { packageVersion } from '../findings/package-version';
import { coverageOf } from '../intent-coverage/coverage';
import { formatCidr } from '../k8s/address';
import { pluginName } from '../k8s/network-plugins';
import { lint, withoutRepeated } from '../lint/lint';
import { lintInputOf } from '../lint/lint-input';
import { fileFinding, STDIN } from '../manifests/files';
import { clusterResults } from '../query/cluster-results';
import { InputHashes } from '../report/input-hashes';
import { evidenceJson, reportDocument } from '../report/report-document';
import { reportHtml } from '../report/report-page';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly out?: string;
  readonly base?: string;
  readonly old?: string;
  readonly evidence?: string;
  readonly intent?: readonly string[];
  readonly coverage?: boolean;
  readonly keepGoing?: boolean;
}

const HELP = `
Examples:
  $ netpol report k8s/ --out report.html
  $ netpol report k8s/ --out report.html --intent intents.yaml --evidence evidence.json
  $ netpol report k8s/ --out report.html --base origin/main    # with what the current branch opens and closes
  $ netpol report new/ --out report.html --old old/

The page is one file that opens no connection. It shows who reaches whom and why, the map, what is exposed, the findings, the claims and what is undecided.
With an earlier version, it also shows what opens and closes since then, as netpol diff does.
The evidence has the hashes of all inputs, what was assumed, and the verdicts. The same inputs give the same bytes.

Exit status 0: done; 1: a claim does not hold; 2: a fault in the input (--keep-going: the status of the rest). What changed does not count.`;

/** `netpol report`: everything about an input as one page. */
export function reportCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(new Command('report')
    .description('one self-contained page: who reaches whom and why, the map, what is exposed, findings, claims, evidence')
    .addArgument(pathsArgument())
    .option('--out <file>', 'the HTML file to write')
    .option('--evidence <file>', 'a JSON file to write: hashes of the inputs, assumptions, verdicts, and what standards ask for')
    .option('--intent <file>', 'a file of claims to judge, as for netpol check (repeatable)', collect)
    .option('--coverage', 'also show which connections and rules no claim of --intent covers')
    .option('--base <revision>', 'also show what changed since the current branch began, seen from this revision')
    .option('--old <version>', 'also show what changed since this version: a file or folder of manifests, REVISION:PATH of git, or - for standard input')
    .addOption(keepGoingOption()))
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], given: Options) => {
    const { out, evidence, intent: files = [], coverage = false, base, old, keepGoing = false, ...options } = given;
    if (out === undefined && evidence === undefined) { command.error('error: --out is missing: write --out report.html'); }
    if (coverage && files.length === 0) { command.error('error: --coverage needs claims: write --intent intents.yaml'); }
    if (base !== undefined && old !== undefined) { command.error('error: --base and --old both say what to compare with: write one of them'); }
    const inputs = new InputHashes();
    const written: WrittenIntent[] = [];
    let isBad = false;
    for (const file of files) {
      const content = await readNamedText({ option: '--intent', file, paths }, io);
      inputs.add(file, content);
      const read = readIntents(file, content);
      isBad = showFindings(read.findings, io) || isBad;
      written.push(...read.intents);
    }
    const ownFiles = files.filter(file => file !== STDIN).map(file => realpathSync(file));
    const reading: ReportReading = { paths, options: { ...options, ownFiles }, base, old, inputs };
    const { input, diff, oldInputs, isFaulty } = await readReportInput(reading, io);
    const clusters = input.clusters.map(({ name, cluster }) =>
      ({ name: input.clusters.length > 1 ? name : undefined, reach: evaluate(cluster, options) }));
    const verdicts = files.length === 0 ? undefined : judgeIntentsByCluster(input.clusters, input.clusterNames, written, options.strict);
    isBad = showFindings(verdicts?.findings ?? [], io) || isBad || isFaulty;
    const linted = lint(input.clusters.map(one => lintInputOf(one, input.policyLeftOut)), input.lint.suppressions);
    const document = reportDocument({
      version: packageVersion(),
      paths,
      options: optionsOf(options),
      clusters: clusters.map(({ name, reach }) => clusterResults(reach, name, options.strict === true)),
      findings: [...withoutRepeated(input.findings, linted), ...linted.findings],
      suppressed: linted.suppressed.length,
      intents: verdicts?.verdicts,
      summary: summaryOf({ ...input, clusters }).map(line => line.replace(/^summary: /, '')),
      inputs: inputs.all(),
      facts: factsOf(clusters, options.strict === true),
      ...coverage ? { coverage: verdicts!.clusters.map(({ judge, verdicts: own, cluster }) => coverageOf(judge, own, cluster)) } : {},
      ...diff === undefined ? {} : { change: { diff, inputs: oldInputs, command: diffCommandOf(paths, options, { base, old }) } },
    });
    if (out !== undefined) { writeTo('--out', out, [...reportHtml(document)].join('')); }
    if (evidence !== undefined) { writeTo('--evidence', evidence, evidenceJson(document)); }
    io.stdout.write([out, evidence].flatMap(file => file === undefined ? [] : `wrote ${file}\n`).join(''));
    report(isBad && !keepGoing ? ExitStatus.BAD_INPUT : statusOf(verdicts?.verdicts ?? []));
  });
}

function statusOf(verdicts: readonly IntentVerdict[]): ExitStatus {
  return verdicts.some(({ verdict }) => verdict.answer === 'fails') ? ExitStatus.NO : ExitStatus.YES;
}

/** The options that change answers, for the command that explains a pair. */
function optionsOf({ strict, assumeNamespaces = [], podCidr = [], cni, config, render, values = [] }: Omit<InputOptions, 'paths'>): string[] {
  const each = (option: string, texts: readonly (string | undefined)[]) => texts.flatMap(text => text === undefined ? [] : [option, text]);
  return [
    ...strict === true ? ['--strict'] : [], ...each('--assume-namespaces', assumeNamespaces), ...each('--pod-cidr', podCidr), ...each('--cni', [cni]),
    ...each('--config', [config]), ...each('--render', [render]), ...each('--values', values),
  ];
}

/** The words of the command that prints what changed. There is none if several paths are compared with OLD. */
function diffCommandOf(paths: readonly string[], options: Omit<InputOptions, 'paths'>, { base, old }: Pick<Options, 'base' | 'old'>): string[] | undefined {
  if (base === undefined && paths.length > 1) { return undefined; }
  const cluster = options.cluster === undefined ? [] : ['--cluster', options.cluster];
  return ['netpol', 'diff', ...optionsOf({ ...options, strict: false }), ...cluster, ...base === undefined ? [old!] : ['--base', base], ...paths, '-o', 'json'];
}

function factsOf(clusters: readonly EvaluatedCluster[], strict: boolean) {
  const [{ reach: { cluster: { podCidrs = [], plugin } } }] = clusters;
  const stated = clusters.flatMap(({ reach }) => [...reach.cluster.namespaces.values()].filter(({ origin }) => origin?.at().file?.startsWith('--') === true)
    .map(({ name, labels }) => `${name} (${Object.entries(labels).map(([key, value]) => `${key}=${value}`).sort().join(', ')})`));
  const cni = plugin === undefined ? {} : { cni: pluginName(plugin) };
  return { podCidrs: podCidrs.map(formatCidr), ...cni, namespaces: [...new Set(stated)].sort(), strict };
}

/** @throws BadInputError if the file cannot be written */
function writeTo(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { message, fix } = fileFinding(file, error);
    throw new BadInputError(`${option} ${file}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`);
  }
}
