import { createHash } from 'crypto';
import { readFileSync, realpathSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Command } from 'commander';
import { evaluate, EvaluatedCluster, InputOptions, readCheckedInput, readNamedText } from './private/input';
import { BadInputError, ExitStatus, Io, showFindings } from './private/io';
import { addInputOptions, collect, keepGoingOption, pathsArgument } from './private/options';
import { summaryOf } from './private/summary';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { IntentVerdict, judgeIntentsByCluster } from '../claims/judge-intents';
import { Finding } from '../findings/finding';
import { formatCidr } from '../k8s/address';
import { pluginName } from '../k8s/network-plugins';
import { lint, withoutRepeated } from '../lint/lint';
import { lintInputOf } from '../lint/lint-input';
import { fileFinding, STDIN } from '../manifests/files';
import { listExposed, mayExposeMore } from '../query/exposed';
import { listExposure } from '../query/exposure';
import { listAssumptions } from '../query/list-assumptions';
import { overviewOf } from '../query/overview';
import { ClusterResults, evidenceJson, reportDocument } from '../report/report-document';
import { reportHtml } from '../report/report-page';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly out?: string;
  readonly evidence?: string;
  readonly intent?: readonly string[];
  readonly keepGoing?: boolean;
}

const HELP = `
Examples:
  $ netpol report k8s/ --out report.html
  $ netpol report k8s/ --out report.html --intent intents.yaml --evidence evidence.json

The page is one file that opens no connection. It shows who reaches whom and why, the map, what is exposed, the findings, the claims and what is undecided.
The evidence has the hashes of all inputs, what was assumed, and the verdicts. The same inputs give the same bytes.

Exit status 0: done; 1: a claim does not hold; 2: a fault in the input (--keep-going: the status of the rest).`;

/** `netpol report`: everything about an input as one page. */
export function reportCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(new Command('report')
    .description('one self-contained page: who reaches whom and why, the map, what is exposed, findings, claims, evidence')
    .addArgument(pathsArgument())
    .option('--out <file>', 'the HTML file to write')
    .option('--evidence <file>', 'a JSON file to write: hashes of the inputs, assumptions, verdicts, and what standards ask for')
    .option('--intent <file>', 'a file of claims to judge, as for netpol check (repeatable)', collect)
    .addOption(keepGoingOption()))
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], { out, evidence, intent: files = [], keepGoing = false, ...options }: Options) => {
    if (out === undefined && evidence === undefined) { command.error('error: --out is missing: write --out report.html'); }
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
    const input = await readCheckedInput({ paths, ...options, ownFiles, onRead: (name, content) => inputs.add(name, content) }, io);
    const clusters = input.clusters.map(({ name, cluster }) => ({ name: input.clusters.length > 1 ? name : undefined, reach: evaluate(cluster, options) }));
    for (const [name, content] of input.factFiles) { inputs.add(name, Buffer.from(content, 'latin1')); }
    const verdicts = files.length === 0 ? undefined : judgeIntentsByCluster(input.clusters, input.clusterNames, written, options.strict);
    isBad = showFindings(verdicts?.findings ?? [], io) || isBad || input.isFaulty;
    const linted = lint(input.clusters.map(one => lintInputOf(one, input.policyLeftOut)), input.lint.suppressions);
    const document = reportDocument({
      version: version(),
      paths,
      options: optionsOf(options),
      clusters: clusters.map(cluster => resultsOf(cluster, options.strict === true)),
      findings: [...withoutRepeated(input.findings, linted), ...linted.findings],
      suppressed: linted.suppressed.length,
      intents: verdicts?.verdicts,
      summary: summaryOf({ ...input, clusters }).map(line => line.replace(/^summary: /, '')),
      inputs: inputs.all(),
      facts: factsOf(clusters, options.strict === true),
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

/** What the page shows about one cluster. */
function resultsOf({ name, reach }: EvaluatedCluster, strict: boolean): ClusterResults {
  return {
    ...name === undefined ? {} : { name },
    overview: overviewOf(reach),
    exposed: listExposed(reach.cluster, strict),
    mayExposeMore: mayExposeMore(reach.cluster),
    exposures: listExposure(reach),
    assumptions: listAssumptions(reach).map(({ text }) => text),
  };
}

/** The options that change answers, for the command that explains a pair. */
function optionsOf({ strict, assumeNamespaces = [], podCidr = [], cni, config, render, values = [] }: InputOptions | Omit<InputOptions, 'paths'>): string[] {
  const each = (option: string, texts: readonly (string | undefined)[]) => texts.flatMap(text => text === undefined ? [] : [option, text]);
  return [
    ...strict === true ? ['--strict'] : [], ...each('--assume-namespaces', assumeNamespaces), ...each('--pod-cidr', podCidr), ...each('--cni', [cni]),
    ...each('--config', [config]), ...each('--render', [render]), ...each('--values', values),
  ];
}

function factsOf(clusters: readonly EvaluatedCluster[], strict: boolean) {
  const [{ reach: { cluster: { podCidrs = [], plugin } } }] = clusters;
  const stated = clusters.flatMap(({ reach }) => [...reach.cluster.namespaces.values()].filter(({ origin }) => origin?.at().file?.startsWith('--') === true)
    .map(({ name, labels }) => `${name} (${Object.entries(labels).map(([key, value]) => `${key}=${value}`).sort().join(', ')})`));
  return { podCidrs: podCidrs.map(formatCidr), ...plugin === undefined ? {} : { cni: pluginName(plugin) }, namespaces: [...new Set(stated)].sort(), strict };
}

/** The hashes of everything that was read. */
class InputHashes {
  private readonly found = new Map<string, { readonly file: string; readonly sha256: string; readonly bytes: number }>();

  public add(file: string, content: string | Buffer): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.found.set(file, { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
  }

  public all() { return [...this.found.values()].sort((a, b) => a.file < b.file ? -1 : 1); }
}

/** @throws BadInputError if the file cannot be written */
function writeTo(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { message, fix } = fileFinding(file, error) as Finding;
    throw new BadInputError(`${option} ${file}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`);
  }
}

function version(): string {
  return JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8')).version;
}
