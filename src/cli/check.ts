import { realpathSync } from 'fs';
import { Command } from 'commander';
import { readNamedText, readReachability, printFindings, ExitStatus, InputOptions, Io, STDIN, writeAll } from './private/input';
import { addInputOptions, collect, outputOption, pathsArgument } from './private/options';
import { judge } from '../claims/claim';
import { IntentClaims } from '../claims/intent-claims';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { Reachability } from '../evaluator/reachability';
import { intentsJson, intentsJunit, intentsMarkdown, intentsText } from '../report/intents';
import { intentsSarif } from '../report/sarif';
import { IntentVerdict } from '../report/verdict-text';

interface Options extends Omit<InputOptions, 'paths'> {
  readonly intent?: readonly string[];
  readonly output: string;
}

const RENDERERS: Readonly<Record<string, (reach: Reachability, intents: readonly IntentVerdict[]) => Iterable<string>>> = {
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
  only:                                           # nothing else: not even a pod of next year
    - { to: app/db, from: [app/backend] }
  onlyTo:
    - { from: app/db, to: [] }
An endpoint is namespace/name, namespace/Kind/name, an IP address, a CIDR block, or a selector of pods:
  { namespace: app, podSelector: { matchLabels: { app: db } } }
  { namespaceSelector: { matchLabels: { team: a } }, podSelector: {} }
Without a port, 'allowed' means the ports that the destination's containers declare, the others every port.

Exit status 0: all hold; 1: some do not.`;

/** `netpol check`: do the intents of a file hold, and if not, why. */
export function checkCommand(io: Io, report: (status: ExitStatus) => void): Command {
  const command: Command = addInputOptions(new Command('check')
    .description('do the intents of a file hold, and if not, why, and what would mend it')
    .addArgument(pathsArgument())
    .option('--intent <file>', 'a YAML file of intents, or - for standard input; may be given several times', collect)
    .addOption(outputOption(...Object.keys(RENDERERS))))
    .addHelpText('after', HELP);
  return command.action(async (paths: string[], { intent: files, output, ...input }: Options) => {
    if (files === undefined) { command.error('error: --intent is missing: write --intent intents.yaml (netpol check --help shows such a file)'); }
    const written: WrittenIntent[] = [];
    for (const file of files) {
      const { intents, problems } = readIntents(file, await readNamedText({ option: '--intent', file, paths }, io));
      printFindings(problems, io);
      written.push(...intents);
    }
    const ownFiles = files.filter(file => file !== STDIN).map(file => realpathSync(file));
    const reach = await readReachability({ paths, ...input, ownFiles }, io);
    const judged = judgeAll(reach, written, io);
    writeAll(io.stdout, RENDERERS[output](reach, judged));
    report(judged.every(({ verdict: judgement }) => judgement.holds) ? ExitStatus.YES : ExitStatus.NO);
  });
}

function judgeAll(reach: Reachability, written: readonly WrittenIntent[], io: Io): IntentVerdict[] {
  const claims = new IntentClaims(reach);
  const judged = written.flatMap(intent => {
    const claim = claims.claimOf(intent);
    return claim === undefined ? [] : [{ verdict: judge(reach, claim), place: intent.place, description: intent.description }];
  });
  printFindings(claims.problems, io);
  return judged;
}
