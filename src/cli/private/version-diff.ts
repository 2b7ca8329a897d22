import { wantedClusters } from './version-findings';
import { Version, Versions } from './versions';
import { diff } from '../../changes/diff';
import { pairedClusters } from '../../changes/paired-clusters';
import { bySeverity, hasErrors } from '../../findings/finding';
import { findingChanges } from '../../findings/finding-changes';
import { lint, withoutRepeated } from '../../lint/lint';
import { lintInputOf } from '../../lint/lint-input';
import { DiffReport } from '../../report/diff-verdict';

/** What a diff is about. */
interface DiffOptions {
  /** The value of `--cluster`. */
  readonly cluster?: string;
  /** Compare the findings of lint too. */
  readonly lint: boolean;
}

/**
 * What changes between two versions.
 * @throws BadInputError if no version has the cluster
 */
export function versionDiff({ before, after }: Versions, { cluster, lint: withLint }: DiffOptions): DiffReport {
  const clusters = wantedClusters(pairedClusters(before.input.clusters, after.input.clusters), cluster);
  return {
    before: before.name,
    after: after.name,
    clusters: clusters.map(one => ({
      ...clusters.length > 1 ? { cluster: one.name, onlyIn: one.onlyIn } : {},
      diff: diff(one.before, one.after),
    })),
    ...withLint ? { lint: findingChanges(lintFindings(before), lintFindings(after)) } : {},
  };
}

function lintFindings({ input: { clusters, findings, policyLeftOut, lint: config } }: Version) {
  const result = lint(clusters.map(one => lintInputOf(one, policyLeftOut)), config.suppressions);
  // Errors of the input have a status of their own.
  return bySeverity([...withoutRepeated(findings, result).filter(one => !hasErrors([one])), ...result.findings]);
}
