import { Command, Option } from 'commander';
import { InputOptions, readInput } from './private/input';
import { BadInputError, ExitStatus, Io, writeAll } from './private/io';
import { addReadingOptions, collect, keepGoingOption, outputOption, pathsArgument } from './private/options';
import { LINT_CODES, Severity } from '../findings/codes';
import { FAIL_ON, FailOn, isFailure } from '../findings/fail-on';
import { bySeverity, hasErrors } from '../findings/finding';
import { lint, withoutRepeated } from '../lint/lint';
import { lintInputOf } from '../lint/lint-input';
import { codeFix, isLintCode, Suppression } from '../lint/suppression';
import { findingsGithub, findingsGitlab, findingsJson, findingsJunit, findingsMarkdown, findingsText, FoundFindings } from '../report/findings';
import { sarif } from '../report/sarif';

interface Options extends Omit<InputOptions, 'paths' | 'strict'> {
  readonly output: string;
  readonly failOn?: FailOn;
  readonly suppress?: readonly string[];
  readonly keepGoing?: boolean;
}

const WRITERS: Readonly<Record<string, (found: FoundFindings) => Iterable<string>>> = {
  text: findingsText,
  json: findingsJson,
  sarif: ({ findings, codes }) => sarif(findings, codes),
  junit: findingsJunit,
  md: findingsMarkdown,
  github: findingsGithub,
  gitlab: findingsGitlab,
};

const HELP = `
Examples:
  $ netpol lint k8s/
  $ netpol lint k8s/ --fail-on warning -o sarif > netpol.sarif
  $ netpol lint k8s/ --suppress NP141

docs/rules has a page for each code: why it matters, a bad and a good example, and the fix.
A finding that is as it should be is suppressed by an annotation of its object, with the reason:
  cdk8s-netpol/suppress-NP132: "the pods are of another repository"
by --suppress, or in netpol.yaml:
  lint:
    failOn: warning
    suppress:
      - { code: NP141, namespace: sandbox, reason: "nothing runs there for long" }

Exit status 0: no finding at or above --fail-on; 1: there is one; 2: a fault in the input (--keep-going: the status of the rest).`;

/** `netpol lint`: what is wrong with the policies of an input, without a question. */
export function lintCommand(io: Io, report: (status: ExitStatus) => void): Command {
  return addReadingOptions(new Command('lint')
    .description('what is probably not meant in these policies: rules that do nothing, ends that do not meet, names that nobody has')
    .addArgument(pathsArgument())
    .addOption(new Option('--fail-on <severity>', 'the severity from which a finding makes the exit status 1 (default: error)').choices([...FAIL_ON]))
    .option('--suppress <code>', 'do not report the findings of a code (repeatable)', collect)
    .addOption(outputOption(...Object.keys(WRITERS)))
    .addOption(keepGoingOption()))
    .addHelpText('after', HELP)
    .action(async (paths: string[], { output, failOn: wanted, suppress: suppressed = [], keepGoing = false, ...options }: Options) => {
      const suppressions = suppressed.map(suppressionOf);
      const { clusters, findings: ofInput, isFaulty, isUnusable, policyLeftOut, lint: config } = await readInput({ paths, ...options }, io);
      const result = lint(isUnusable ? [] : clusters.map(one => lintInputOf(one, policyLeftOut)), [...config.suppressions, ...suppressions]);
      const { findings: found, suppressed: hidden } = result;
      const inputFindings = withoutRepeated(ofInput, result);
      const failOn = wanted ?? config.failOn ?? FAIL_ON[0];
      const isFailing = (severity: Severity) => isFailure(failOn, severity);
      const all = bySeverity([...inputFindings, ...found]);
      const sink = output === 'github' ? io.commands ?? io.stdout : io.stdout;
      await writeAll(sink, WRITERS[output]({ findings: all, suppressedCount: hidden.length, codes: LINT_CODES, isFailure: isFailing }));
      if (isFaulty && (isUnusable || !keepGoing)) { throw new BadInputError(); }
      // Faults in the input have a status of their own.
      const counted = [...found, ...inputFindings.filter(one => !hasErrors([one]))];
      report(counted.some(({ severity }) => isFailing(severity)) ? ExitStatus.NO : ExitStatus.YES);
    });
}

function suppressionOf(code: string): Suppression {
  if (!isLintCode(code)) { throw new BadInputError(`--suppress ${code}: no finding with this code can be suppressed; ${codeFix(code)}`); }
  return { code, place: { file: `--suppress ${code}` } };
}
