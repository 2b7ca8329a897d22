import { readFileSync } from 'fs';
import { findingsOf } from '../claims/claim-findings';
import { decidingFields, explainedWitness } from '../claims/explained-witness';
import { readIntents, WrittenIntent } from '../claims/intent-file';
import { IntentVerdict, judgeIntentsByCluster } from '../claims/judge-intents';
import { Cluster } from '../cluster/cluster';
import { findingsOfClusters, NamedCluster, readClusters } from '../cluster/clusters';
import { FAIL_ON, FailOn, isFailOn, isFailure } from '../findings/fail-on';
import { Finding, finding, formatFinding, formatPlace } from '../findings/finding';
import { isObject } from '../k8s/objects';
import { lint, withoutRepeated } from '../lint/lint';
import { lintInputOf } from '../lint/lint-input';
import { readPaths } from '../manifests/files';
import { Resource } from '../manifests/resources';

import { verdictDetails } from '../report/verdict-text';

/**
 * The `properties` of the plugin in `cdk8s.yaml`.
 *
 * @jsii ignore
 */
export interface NetpolValidationProps {
  /**
   * Intent files, in the form that `netpol check --intent` reads. Paths are relative to the folder in which `cdk8s synth` runs.
   *
   * @default - none
   */
  readonly intents?: string[];

  /**
   * Assume nothing: a claim that holds only under an assumption is a violation.
   *
   * @default false
   */
  readonly strict?: boolean;

  /**
   * The severity from which findings of `netpol lint` are violations: `error`, `warning`, `note` or `never`. The others are logged.
   *
   * @default 'error'
   */
  readonly failOn?: string;
}

/** The part of cdk8s-cli's `ValidationContext` that the plugin uses. */
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
 * A validation plugin for `cdk8s synth`. It judges every NetworkPolicy and cluster-wide policy that an app synthesizes, in any language and with or without tiers.
 * A policy that the API server would refuse is a violation, and so are a claim that does not hold or is undecided, and an error that `netpol lint` finds.
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
 * Only cdk8s-cli makes and calls it, in JavaScript, so jsii does not export it. Apps in the other languages use the same lines.
 *
 * @jsii ignore
 */
export class NetpolValidation {
  private readonly _intents: readonly string[];
  private readonly _strict: boolean;
  private readonly _failOn: FailOn;

  /**
   * @param props the `properties` of `cdk8s.yaml`
   * @throws an error if `props` has an unknown field, and if `failOn` is not a severity
   */
  constructor(props: NetpolValidationProps = {}) {
    const { intents, strict, failOn = 'error', ...others } = props;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) { throw new Error(`NetpolValidation: properties has no field '${unknown}': write 'intents', 'strict' or 'failOn'`); }
    if (!isFailOn(failOn)) { throw new Error(`NetpolValidation: properties.failOn: '${failOn}' is not a severity: write one of ${FAIL_ON.join(', ')}`); }
    this._failOn = failOn;
    // In YAML it is easy to write one file where a list is expected.
    this._intents = typeof intents === 'string' ? [intents] : intents ?? [];
    this._strict = strict === true;
  }

  /**
   * Called by cdk8s-cli after the synth.
   *
   * @param context the `ValidationContext` of cdk8s-cli: the manifests to read and the report to write
   */
  public async validate(context: any): Promise<void> {
    const { manifests, logger, report } = context as Context;
    const files = readPaths([...manifests], () => '');
    const clusters = readClusters(files.resources, () => ({ namespaces: [] }), files.unread);
    const written = this._readIntents();
    const judged = judgeIntentsByCluster(clusters, clusters.flatMap(({ name }) => name ?? []), written.intents, this._strict);
    const result = lint(clusters.map(one => lintInputOf(one)));
    const { findings: linted } = result;
    const input = [...files.findings, ...withoutRepeated(findingsOfClusters(clusters), result), ...written.findings, ...judged.findings];
    const isViolation = (one: Finding) => isFailure(this._failOn, one.severity);
    const notes = judged.verdicts.flatMap(({ verdict, place }) => findingsOf(verdict, place)).filter(({ severity }) => severity === 'note');
    const open = judged.verdicts.filter(({ verdict }) => verdict.answer !== 'holds');
    const violations = [
      ...input.filter(({ severity }) => severity === 'error').map(one => inputViolation(one, files.resources)),
      ...open.map(claimViolation),
      ...linted.filter(isViolation).map(one => inputViolation(one, files.resources)),
    ];
    const logged = [...input.filter(({ severity }) => severity !== 'error'), ...linted.filter(one => !isViolation(one)), ...notes];
    for (const one of logged) { logger.log(formatFinding(one)); }
    for (const violation of violations) { report.addViolation(violation); }
    report.submit(violations.length === 0 ? 'success' : 'failure', {
      ...clusters.length === 1 ? {} : { Clusters: clusters.map(({ name }) => name).join(', ') },
      'NetworkPolicies': sumOf(clusters, ({ policies }) => policies),
      'Workloads': sumOf(clusters, ({ workloads }) => workloads),
      'Intents that hold': `${judged.verdicts.length - open.length} of ${judged.count}`,
    });
  }

  private _readIntents(): { intents: WrittenIntent[]; findings: Finding[] } {
    const intents: WrittenIntent[] = [];
    const findings: Finding[] = [];
    for (const file of this._intents) {
      let content: Buffer;
      try {
        content = readFileSync(file);
      } catch (error) {
        findings.push(finding('NP002', { file }, `cannot be read (${(error as NodeJS.ErrnoException).code})`, { fix: "check 'intents' in cdk8s.yaml" }));
        continue;
      }
      const read = readIntents(file, content);
      intents.push(...read.intents);
      findings.push(...read.findings);
    }
    return { intents, findings };
  }
}

function sumOf(clusters: readonly NamedCluster[], objects: (cluster: Cluster) => readonly unknown[]): string {
  return clusters.map(({ cluster }) => objects(cluster).length).join(' + ');
}

function inputViolation(one: Finding, resources: readonly Resource[]): Violation {
  const { code, place, message, fix } = one;
  return {
    ruleName: code,
    recommendation: message,
    fix: fix?.text ?? 'change the construct that makes this object, or the file that the message names',
    violatingResources: [{ resourceName: resourceAt(one, resources), locations: [formatPlace(place)], manifestPath: place.file ?? '' }],
  };
}

/** The name of the object that a finding is about: the last one in its file that begins before the place. */
function resourceAt({ place }: Finding, resources: readonly Resource[]): string {
  const before = resources.filter(({ origin }) => {
    const { file, line } = origin.at();
    return file === place.file && line !== undefined && place.line !== undefined && line <= place.line;
  });
  const metadata = before.at(-1)?.object.metadata;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : place.file ?? '(unknown)';
}

function claimViolation({ verdict, place, description, cluster }: IntentVerdict): Violation {
  const { claim, witness } = verdict;
  const [{ code, message }] = findingsOf(verdict, place, description);
  const policies = new Set(witness === undefined ? [] : decidingFields(explainedWitness(verdict, witness)).map(({ policy }) => policy));
  const target = 'from' in claim ? claim.to : claim.target;
  return {
    ruleName: code,
    recommendation: `${cluster === undefined ? '' : `cluster ${cluster}: `}${message}`,
    fix: `\n${verdictDetails(verdict).join('\n')}`.replaceAll('\n', '\n    '),
    violatingResources: policies.size > 0
      ? [...policies].map(policy => ({ resourceName: policy.name, locations: [formatPlace(policy.origin.at())], manifestPath: policy.origin.at().file ?? '' }))
      : [{ resourceName: target.name, locations: [formatPlace(place)], manifestPath: place.file ?? '' }],
  };
}
