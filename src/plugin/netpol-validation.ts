import { readFileSync } from 'fs';
import { Claim, formatClaim, judge, ClaimVerdict } from '../claims/claim';
import { IntentClaims } from '../claims/intent-claims';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { readCluster } from '../cluster/read-cluster';
import { Reachability } from '../evaluator/reachability';
import { finding, formatPlace, formatFinding, Finding } from '../findings/finding';
import { isObject } from '../k8s/objects';
import { readPaths } from '../manifests/files';
import { Resource } from '../manifests/resources';
import { verdictDetails } from '../report/verdict-text';

/**
 * What `properties` of the plugin in `cdk8s.yaml` may say.
 *
 * @jsii ignore
 */
export interface NetpolValidationProps {
  /**
   * Files of intents, in the form that `netpol check --intent` reads; relative to the folder that `cdk8s synth` runs in.
   *
   * @default - none
   */
  readonly intents?: string[];

  /**
   * Policies of kinds that are not evaluated (Calico's, Cilium's, …) are violations, not log lines.
   *
   * @default false
   */
  readonly strict?: boolean;
}

/** What the plugin is called with, as far as it is used: cdk8s-cli's `ValidationContext`. */
interface Context {
  readonly manifests: readonly string[];
  readonly logger: { log(message: string): void };
  readonly report: {
    addViolation(violation: Violation): void;
    submit(status: 'success' | 'failure', metadata?: Record<string, string>): void;
  };
}

interface Violation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly { readonly resourceName: string; readonly locations: readonly string[]; readonly manifestPath: string }[];
}

/**
 * A validation plugin for `cdk8s synth`: every NetworkPolicy of an app is judged, in whatever language the app is written
 * and whether it has a tier or not. A policy that the API server would refuse is a violation, and so is an intent that is untrue.
 *
 * In `cdk8s.yaml`:
 *
 * ```yaml
 * validations:
 *   - package: cdk8s-netpol
 *     version: 0.1.0
 *     class: NetpolValidation
 *     properties:
 *       intents: [intents.yaml]
 * ```
 *
 * cdk8s-cli makes and calls it, and nobody else does. So the other languages, whose programs could do nothing with it, do not get it;
 * their apps use it by the same lines.
 *
 * @jsii ignore
 */
export class NetpolValidation {
  private readonly _intents: readonly string[];
  private readonly _strict: boolean;

  /**
   * Made by cdk8s-cli.
   *
   * @param props the `properties` of `cdk8s.yaml`; throws where they have a field that is not known
   */
  constructor(props: NetpolValidationProps = {}) {
    const { intents, strict, ...others } = props;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) { throw new Error(`NetpolValidation: properties has no field '${unknown}': write 'intents' or 'strict'`); }
    // YAML makes it easy to write one where several are meant.
    this._intents = typeof intents === 'string' ? [intents] : intents ?? [];
    this._strict = strict === true;
  }

  /**
   * Called by cdk8s-cli when the app has been synthesized.
   *
   * @param context the `ValidationContext` of cdk8s-cli: which manifests to read, and the report to write
   */
  public async validate(context: any): Promise<void> {
    const { manifests, logger, report } = context as Context;
    const files = readPaths([...manifests], () => '');
    const { cluster, problems } = readCluster(files.resources);
    const reach = new Reachability(cluster);
    const written = this._read();
    const claims = new IntentClaims(reach);
    const judged = written.intents.flatMap(intent => {
      const claim = claims.claimOf(intent);
      return claim === undefined ? [] : [{ intent, judgement: judge(reach, claim) }];
    });
    const all = [...files.findings, ...problems, ...written.problems, ...claims.problems];
    const isViolation = (problem: Finding) => problem.severity === 'error' || (this._strict && problem.unevaluated === true);
    const violations = [
      ...all.filter(isViolation).map(problem => inputViolation(problem, files.resources)),
      ...judged.filter(({ judgement }) => !judgement.holds).map(({ intent, judgement }) => intentViolation(reach, intent, judgement)),
    ];
    for (const problem of all.filter(p => !isViolation(p))) { logger.log(formatFinding(problem)); }
    for (const violation of violations) { report.addViolation(violation); }
    report.submit(violations.length === 0 ? 'success' : 'failure', {
      'NetworkPolicies': String(cluster.policies.length),
      'Workloads': String(cluster.workloads.length),
      'Intents that hold': `${judged.filter(({ judgement }) => judgement.holds).length} of ${written.intents.length}`,
    });
  }

  private _read(): { intents: WrittenIntent[]; problems: Finding[] } {
    const intents: WrittenIntent[] = [];
    const problems: Finding[] = [];
    for (const file of this._intents) {
      let content: Buffer;
      try {
        content = readFileSync(file);
      } catch (error) {
        problems.push(finding('NP002', { file }, `cannot be read (${(error as NodeJS.ErrnoException).code})`, { fix: "check 'intents' in cdk8s.yaml" }));
        continue;
      }
      const read = readIntents(file, content);
      intents.push(...read.intents);
      problems.push(...read.problems);
    }
    return { intents, problems };
  }
}

function inputViolation(problem: Finding, resources: readonly Resource[]): Violation {
  const { place, message, fix } = problem;
  return {
    ruleName: 'netpol-input',
    recommendation: message,
    fix: fix?.text ?? 'Change the construct that makes this object, or the file that is named.',
    violatingResources: [{ resourceName: resourceAt(problem, resources), locations: [formatPlace(place)], manifestPath: place.file ?? '' }],
  };
}

/** The object that a problem is in: the last that begins in its file before it. */
function resourceAt({ place }: Finding, resources: readonly Resource[]): string {
  const before = resources.filter(({ origin }) => {
    const { file, line } = origin.at();
    return file === place.file && line !== undefined && place.line !== undefined && line <= place.line;
  });
  const metadata = before.at(-1)?.object.metadata;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : place.file ?? '(unknown)';
}

function intentViolation(reach: Reachability, { place, description }: WrittenIntent, judgement: ClaimVerdict): Violation {
  const policies = decidingPolicies(reach, judgement);
  return {
    ruleName: 'netpol-intent',
    recommendation: `${formatClaim(judgement.claim)} is untrue${description === undefined ? '' : ` (${description})`}`,
    fix: `\n    ${verdictDetails(reach, judgement).join('\n    ')}`,
    violatingResources: policies.length > 0
      ? policies.map(policy => ({ resourceName: policy.name, locations: [formatPlace(policy.origin.at())], manifestPath: policy.origin.at().file ?? '' }))
      : [{ resourceName: subjectName(judgement.claim), locations: [formatPlace(place)], manifestPath: place.file ?? '' }],
  };
}

/** The policies that stand in the way, or that let somebody through. */
function decidingPolicies(reach: Reachability, { witness: counterexample }: ClaimVerdict) {
  if (counterexample === undefined) { return []; }
  if (counterexample.kind === 'intrusion') {
    const { by } = counterexample.intrusion;
    return by === undefined ? [] : [by.policy];
  }
  const { source, destination } = counterexample.passage;
  return [...new Set([...reach.policies(source.index, 'egress'), ...reach.policies(destination.index, 'ingress')])];
}

function subjectName(claim: Claim): string {
  return 'from' in claim ? claim.to.name : claim.subject.name;
}
