import { realpathSync } from 'fs';
import { Command } from 'commander';
import { InputOptions, readCheckedInput, readNamedText, STDIN } from './private/input';
import { CoverageOptions, coverageOutput, isAsked, suggestions } from './private/intent-coverage';
import { BadInputError, ExitStatus, Io, showFindings, writeAll } from './private/io';
import { addInputOptions, allowUndecidedOption, collect, keepGoingOption, outputOption, pathsArgument } from './private/options';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { IntentVerdict, judgeIntentsByCluster } from '../claims/judge-intents';
import { intentsJson, intentsJunit, intentsMarkdown, intentsSarif, intentsText } from '../report/intents';

interface Options extends Omit<InputOptions, 'paths'>, CoverageOptions {
  readonly intent?: readonly string[];
  readonly output: string;
  readonly keepGoing?: boolean;
  readonly allowUndecided?: boolean;
}

const WRITERS: Readonly<Record<string, (intents: readonly IntentVerdict[], unjudged: number) => Iterable<string>>> = {
  text: intentsText,
  json: intentsJson,
  junit: intentsJunit,
  sarif: intentsSarif,
  md: intentsMarkdown,
};

const HELP = `
Example:
  $ netpol check k8s/ --intent intents.yaml

An intent file:
  allowed:                                        # every pod reaches every pod, on each port
    - { from: app/frontend, to: app/backend, port: tcp/8080 }
    - { from: app/backend, to: 0.0.0.0/0, ports: [tcp/443], description: payments }
  denied:                                         # no pod reaches any pod
    - { from: app/frontend, to: app/db }
  admitsOnly:                                     # its ingress admits nothing else, not even a pod deployed next year
    - { to: app/db, from: [app/backend] }
  reachesOnly:                                    # its egress reaches nothing else
    - { from: app/db, to: [dns], strict: true }
An endpoint is namespace/name, namespace/Kind/name, svc/NAMESPACE/NAME (a Service, with its own ports), an IP address, a CIDR block, one
of the words dns, internet and anything, or every pod that could exist with some labels ('ns=app,tier=web' or one of these):
  { namespace: app, labels: { app: db } }
  { namespaceLabels: { team: a }, matchExpressions: [{ key: app, operator: In, values: [db, cache] }] }
An entry may also have a description, 'strict: true' (assume nothing), 'scope: DECLARED' (only the pods of the input), and if an
app writes several clusters, 'cluster: NAME'. Without it, the claim must hold in each cluster.
Without a port, 'allowed' means the ports that the destination's containers declare, and the other claims mean every port.

What claims leave open (docs/coverage.md):
  $ netpol check k8s/ --intent intents.yaml --coverage --mutate
  $ netpol check k8s/ --suggest > intents.yaml

Exit status 0: every claim holds; what they leave open does not count; with --suggest, the file was printed; 1: a claim does not hold; 2: bad input; 3: a claim is undecided and none fails.`;

/** `netpol check`: whether the claims of intent files hold. */
export function checkCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(new Command('check')
    .description('whether the claims of an intent file hold, and if not, why and the fix')
    .addArgument(pathsArgument())
    .option('--intent <file>', 'a YAML file of intents, or - for standard input; may be given several times', collect)
    .option('--coverage', 'also print which connections and rules no claim covers')
    .option('--mutate', 'also print each single change of a policy that no claim would notice, with a claim that would')
    .option('--suggest', 'print only an intent file: claims that pin down what the manifests allow today, beside those of --intent')
    .addOption(outputOption(...Object.keys(WRITERS)))
    .addOption(keepGoingOption())
    .addOption(allowUndecidedOption()), 'assume nothing: a claim that rests on an assumption does not hold')
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], { intent, output, strict, keepGoing = false, allowUndecided, ...others }: Options) => {
    const { coverage, mutate, suggest, ...input } = others;
    const asked: CoverageOptions = { coverage, mutate, suggest };
    const files = intent ?? (suggest === true ? [] : undefined);
    if (isAsked(asked) && output !== 'text' && output !== 'json') { command.error(`error: --coverage, --mutate and --suggest print text or JSON, not ${output}: write -o text or -o json`); }
    if (suggest === true && (coverage === true || mutate === true)) { command.error('error: --suggest prints an intent file and nothing else: leave out --coverage and --mutate'); }
    if (files === undefined) { command.error('error: --intent is missing: write --intent intents.yaml (netpol check --help shows such a file)'); }
    const written: WrittenIntent[] = [];
    let [faulty, isBad] = [0, false];
    for (const file of files) {
      const read = readIntents(file, await readNamedText({ option: '--intent', file, paths }, io));
      isBad = showFindings(read.findings, io) || isBad;
      written.push(...read.intents);
      faulty += read.faulty;
    }
    // Entries that cannot be read do not stop the others.
    if (isBad && written.length === 0) { throw new BadInputError(); }
    const ownFiles = files.filter(file => file !== STDIN).map(file => realpathSync(file));
    const { clusters, clusterNames, isFaulty } = await readCheckedInput({ paths, ...input, ownFiles }, io);
    const { verdicts, findings, count, clusters: judged } = judgeIntentsByCluster(clusters, clusterNames, written, strict);
    isBad = showFindings(findings, io) || isBad || (isFaulty && !keepGoing);
    if (suggest === true) {
      await writeAll(io.stdout, suggestions(judged, output));
      report(isBad ? ExitStatus.BAD_INPUT : ExitStatus.YES);
      return;
    }
    const lines = WRITERS[output](verdicts, count + faulty - verdicts.length);
    await writeAll(io.stdout, isAsked(asked) ? coverageOutput(judged, lines, output, asked) : lines);
    report(isBad ? ExitStatus.BAD_INPUT : statusOf(verdicts, allowUndecided === true));
  });
}

function statusOf(verdicts: readonly IntentVerdict[], allowUndecided: boolean): ExitStatus {
  const answers = new Set(verdicts.map(({ verdict }) => verdict.answer));
  if (answers.has('fails')) { return ExitStatus.NO; }
  return answers.has('undecided') && !allowUndecided ? ExitStatus.UNDECIDED : ExitStatus.YES;
}
